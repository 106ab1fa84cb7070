"""The plain stories, each judged ten minutes before and after whatever changes, in three time zones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heardback.model import Kind, OffsetUnit, Stance
from tests.stories import ZONES, Story, promising


def promised(zone: str) -> Story:
    return (
        Story(zone).interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS).hears("07-08 09:30", Kind.UPDATE, promise="07-10")
    )


def nothing_promised(zone: str) -> Story:
    return Story(zone).interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)


def asked_once(zone: str) -> Story:
    return promised(zone).writes("07-15 11:00", Kind.QUESTION)


def asked_and_out_of_office(zone: str) -> Story:
    return asked_once(zone).hears("07-15 11:01", Kind.AUTOMATIC)


def asked_twice(zone: str) -> Story:
    return asked_once(zone).writes("07-23 12:00", Kind.QUESTION)


def request_answered_late(zone: str) -> Story:
    return nothing_promised(zone).hears("07-09 10:00", Kind.REQUEST).writes("07-14 20:00", Kind.ANSWER)


def no_thanks_yet(zone: str) -> Story:
    return Story(zone).interview("07-07 10:00")


def refused(zone: str) -> Story:
    return nothing_promised(zone).hears("07-10 15:00", Kind.REJECTION)


def refused_and_answered(zone: str) -> Story:
    return refused(zone).writes("07-11 12:00", Kind.FEEDBACK_REQUEST)


def renewed(zone: str) -> Story:
    return promised(zone).hears("07-13 10:00", Kind.UPDATE, promise="07-17")


def renewed_after_asking(zone: str) -> Story:
    return asked_once(zone).hears("07-16 10:00", Kind.UPDATE, promise="07-24")


def still_deciding(zone: str) -> Story:
    return asked_once(zone).hears("07-16 10:00", Kind.UPDATE)


def moved(zone: str) -> Story:
    story = Story(zone)
    within = promising(within=(1, OffsetUnit.WEEKS))
    return (
        story.hears("07-01 09:00", Kind.INVITATION, promise=within, moments=(story.moment("07-07 10:00"),))
        .hears("07-06 16:00", Kind.INVITATION, moments=(story.moment("07-09 14:00", Stance.MOVED),))
        .interview("07-09 14:00", message="<07-06 16:00>")
        .writes("07-09 18:00", Kind.THANKS)
    )


def called_off(zone: str) -> Story:
    story = Story(zone)
    return (
        story.hears("07-01 09:00", Kind.INVITATION, moments=(story.moment("07-07 10:00"),))
        .interview("07-07 10:00", message="<07-01 09:00>", cancelled=True)
        .hears("07-06 16:00", Kind.LOGISTICS, moments=(story.moment("07-07 10:00", Stance.CANCELLED),))
    )


def second_round_called_off(zone: str) -> Story:
    story = nothing_promised(zone)
    return (
        story.hears("07-09 09:00", Kind.INVITATION, moments=(story.moment("07-16 10:00"),))
        .interview("07-16 10:00", message="<07-09 09:00>", cancelled=True)
        .hears("07-15 16:00", Kind.LOGISTICS, moments=(story.moment("07-16 10:00", Stance.CANCELLED),))
    )


def further_round_ahead(zone: str) -> Story:
    story = Story(zone).interview("07-07 10:00")
    return story.interview("07-14 10:00")


STORIES: list[tuple[Callable[[str], Story], str, str, str | None]] = [
    # a promise by Friday 10 July: Tuesday 14 at nine; six weeks later Tuesday 25 August
    (promised, "07-09 12:00", "waiting", None),
    (promised, "07-14 08:50", "waiting", None),
    (promised, "07-14 09:00", "overdue follow_up", "07-14 09:00"),
    (promised, "07-14 09:10", "overdue follow_up", "07-14 09:00"),
    (promised, "08-25 08:50", "overdue follow_up", "07-14 09:00"),
    # nothing promised at the interview on Tuesday 7: the sixth business day is Wednesday 15
    (nothing_promised, "07-15 08:50", "waiting", None),
    (nothing_promised, "07-15 09:00", "overdue follow_up", "07-15 09:00"),
    (nothing_promised, "07-15 09:10", "overdue follow_up", "07-15 09:00"),
    (nothing_promised, "08-26 08:50", "overdue follow_up", "07-15 09:00"),
    (nothing_promised, "08-26 09:10", "dormant move_on", "08-27 09:00"),
    # asked on Wednesday 15: five business days of patience, the sixth is Thursday 23
    (asked_once, "07-15 10:50", "overdue follow_up", "07-14 09:00"),
    (asked_once, "07-15 11:10", "overdue", None),
    (asked_once, "07-23 08:50", "overdue", None),
    (asked_once, "07-23 09:00", "overdue follow_up_again", "07-23 09:00"),
    (asked_once, "07-23 09:10", "overdue follow_up_again", "07-23 09:00"),
    (asked_once, "08-26 10:50", "overdue follow_up_again", "07-23 09:00"),
    (asked_once, "08-26 11:00", "dormant move_on", "08-27 09:00"),
    # an out-of-office answer is no sign of life
    (asked_and_out_of_office, "07-23 08:50", "overdue", None),
    (asked_and_out_of_office, "07-23 09:10", "overdue follow_up_again", "07-23 09:00"),
    # asked twice: fourteen days from Thursday 23 July, 12:00
    (asked_twice, "07-23 11:50", "overdue follow_up_again", "07-23 09:00"),
    (asked_twice, "07-23 12:10", "overdue", None),
    (asked_twice, "08-06 11:50", "overdue", None),
    (asked_twice, "08-06 12:00", "dormant move_on", "08-07 09:00"),
    (asked_twice, "08-06 12:10", "dormant move_on", "08-07 09:00"),
    # a request of Thursday 9, answered on Tuesday 14 in the evening: the sixth business day is Wednesday 22
    (request_answered_late, "07-09 09:50", "waiting", None),
    (request_answered_late, "07-09 10:10", "your_turn reply", "07-10 09:00"),
    (request_answered_late, "07-14 19:50", "your_turn reply", "07-10 09:00"),
    (request_answered_late, "07-14 20:10", "waiting", None),
    (request_answered_late, "07-22 08:50", "waiting", None),
    (request_answered_late, "07-22 09:10", "overdue follow_up", "07-22 09:00"),
    # thanks: from the end of the interview, for a day; the phone rings two hours after
    (no_thanks_yet, "07-07 09:50", "scheduled", None),
    (no_thanks_yet, "07-07 10:50", "scheduled", None),
    (no_thanks_yet, "07-07 11:00", "waiting thank_you", "07-07 13:00"),
    (no_thanks_yet, "07-07 11:10", "waiting thank_you", "07-07 13:00"),
    (no_thanks_yet, "07-07 12:50", "waiting thank_you", "07-07 13:00"),
    (no_thanks_yet, "07-08 10:50", "waiting thank_you", "07-07 13:00"),
    (no_thanks_yet, "07-08 11:00", "waiting", None),
    (nothing_promised, "07-07 14:50", "waiting thank_you", "07-07 13:00"),
    (nothing_promised, "07-07 15:10", "waiting", None),
    (further_round_ahead, "07-07 11:10", "scheduled thank_you", "07-07 13:00"),
    (further_round_ahead, "07-08 11:10", "scheduled", None),
    (further_round_ahead, "07-14 11:10", "waiting thank_you", "07-14 13:00"),
    # a refusal on Friday 10, 15:00: feedback for a week, the phone on Monday
    (refused, "07-10 14:50", "waiting", None),
    (refused, "07-10 15:10", "rejected ask_feedback", "07-13 09:00"),
    (refused, "07-17 14:50", "rejected ask_feedback", "07-13 09:00"),
    (refused, "07-17 15:00", "rejected", None),
    (refused, "07-17 15:10", "rejected", None),
    (refused_and_answered, "07-11 11:50", "rejected ask_feedback", "07-13 09:00"),
    (refused_and_answered, "07-11 12:10", "rejected", None),
    # renewals: a new day counts from itself, "still deciding" gives the usual time
    (renewed, "07-14 09:10", "waiting", None),
    (renewed, "07-21 08:50", "waiting", None),
    (renewed, "07-21 09:10", "overdue follow_up", "07-21 09:00"),
    (renewed_after_asking, "07-16 10:10", "waiting", None),
    (renewed_after_asking, "07-28 08:50", "waiting", None),
    (renewed_after_asking, "07-28 09:10", "overdue follow_up", "07-28 09:00"),
    (still_deciding, "07-16 10:10", "waiting", None),
    (still_deciding, "07-24 08:50", "waiting", None),
    (still_deciding, "07-24 09:10", "overdue follow_up", "07-24 09:00"),
    # an interview moved to Thursday 9; "within a week of it" is Thursday 16, so Monday 20
    (moved, "07-09 14:50", "scheduled", None),
    (moved, "07-20 08:50", "waiting", None),
    (moved, "07-20 09:10", "overdue follow_up", "07-20 09:00"),
    # called off
    (called_off, "07-06 16:10", "applied", None),
    (called_off, "08-31 12:00", "applied", None),
    (second_round_called_off, "07-15 16:10", "waiting", None),
    (second_round_called_off, "07-23 08:50", "waiting", None),
    (second_round_called_off, "07-23 09:10", "overdue follow_up", "07-23 09:00"),
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("story", "when", "stands", "rings"), STORIES, ids=[f"{s.__name__}-{w}" for s, w, _, _ in STORIES])
def test_a_story_is_judged_to_the_hour(
    story: Callable[[str], Story], when: str, stands: str, rings: str | None, zone: str
) -> None:
    told = story(zone)
    assert (told.stands(when), told.rings(when)) == (stands, rings)


@pytest.mark.parametrize(("zone", "rings"), list(zip(ZONES, ("08-26 09:00", "08-26 09:00", "08-27 09:00"), strict=True)))
@pytest.mark.parametrize("when", ["08-25 09:00", "08-25 09:10"])
def test_six_weeks_of_silence_ring_on_the_next_business_day(zone: str, rings: str, when: str) -> None:
    """Wednesday 26 August; in India a holiday, so Thursday."""
    assert (promised(zone).stands(when), promised(zone).rings(when)) == ("dormant move_on", rings)


HOLIDAYS = [
    ("America/New_York", "06-30 10:00", "07-01", "07-06 08:50", "07-06 09:00"),  # Independence Day, observed on Friday 3
    ("Europe/London", "04-01 10:00", "04-02", "04-08 08:50", "04-08 09:00"),  # Good Friday and Easter Monday
    ("Asia/Kolkata", "03-27 10:00", "03-30", "04-02 08:50", "04-02 09:00"),  # Mahavira's birthday on Tuesday 31
]


@pytest.mark.parametrize(("zone", "held", "latest", "before", "deadline"), HOLIDAYS)
def test_a_holiday_puts_the_deadline_off(zone: str, held: str, latest: str, before: str, deadline: str) -> None:
    story = Story(zone).interview(held).writes(f"{held[:5]} 18:00", Kind.THANKS, promise=latest)
    assert (story.stands(before), story.deadline(before)) == ("waiting", deadline)
    assert (story.stands(deadline), story.rings(deadline)) == ("overdue follow_up", deadline)


CLOCKS = [
    ("America/New_York", "03-05 10:00", "03-06", "2026-03-10T13:00:00+00:00"),
    ("America/New_York", "10-29 10:00", "10-30", "2026-11-03T14:00:00+00:00"),
    ("Europe/London", "03-26 10:00", "03-27", "2026-03-31T08:00:00+00:00"),
    ("Europe/London", "10-22 10:00", "10-23", "2026-10-27T09:00:00+00:00"),
    ("Asia/Kolkata", "03-05 10:00", "03-06", "2026-03-10T03:30:00+00:00"),
]


@pytest.mark.parametrize(("zone", "held", "latest", "deadline"), CLOCKS)
def test_nine_o_clock_is_nine_on_the_owners_wall_across_a_change_of_clocks(
    zone: str, held: str, latest: str, deadline: str
) -> None:
    story = Story(zone).interview(held).hears(f"{held[:5]} 18:00", Kind.UPDATE, promise=latest)
    standing = story.judged(f"{held[:5]} 19:00")
    assert standing.deadline is not None
    assert standing.deadline.isoformat() == deadline


def test_six_weeks_and_a_week_keep_the_hour_across_a_change_of_clocks() -> None:
    story = (
        Story("Europe/London").interview("10-15 10:00").writes("10-15 12:00", Kind.THANKS).hears("10-21 15:00", Kind.REJECTION)
    )
    assert (story.stands("10-28 14:50"), story.stands("10-28 15:10")) == ("rejected ask_feedback", "rejected")
    silent = Story("Europe/London").interview("10-07 10:00")
    assert (silent.stands("11-26 08:50"), silent.stands("11-26 09:10")) == ("overdue follow_up", "dormant move_on")
