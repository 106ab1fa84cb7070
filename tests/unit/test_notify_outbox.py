"""When the phone may ring: quiet hours, retries, first scans and floods."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import Action, Nudge, Standing, State
from heardback.notify.outbox import BACKOFF, GIVE_UP_AFTER, QuietHours, bundle, delivery_at, is_too_old, next_try_at
from heardback.workdays import Place, WorkCalendar
from tests.builders import at

CHICAGO = ZoneInfo("America/Chicago")
NIGHT = QuietHours(time(22), time(8))
NOON_REST = QuietHours(time(12), time(14))
NOW = at("2026-03-17T09:00:00-05:00")


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        (NIGHT, time(21, 59), False),
        (NIGHT, time(22), True),
        (NIGHT, time(0), True),
        (NIGHT, time(7, 59, 59), True),
        (NIGHT, time(8), False),
        (NOON_REST, time(12), True),
        (NOON_REST, time(14), False),
        (NOON_REST, time(2), False),
        (QuietHours(time(9), time(9)), time(9), False),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    quiet: QuietHours, clock: time, expected: bool
) -> None:
    assert quiet.covers(clock) is expected


@pytest.mark.parametrize(
    ("push_at", "now", "expected"),
    [
        ("2026-03-17T23:30:00-05:00", "2026-03-17T10:00:00-05:00", "2026-03-18T08:00:00-05:00"),
        ("2026-03-18T02:00:00-05:00", "2026-03-18T03:00:00-05:00", "2026-03-18T08:00:00-05:00"),
        ("2026-03-17T09:00:00-05:00", "2026-03-17T10:00:00-05:00", "2026-03-17T10:00:00-05:00"),
        ("2026-03-17T11:00:00-05:00", "2026-03-17T10:00:00-05:00", "2026-03-17T11:00:00-05:00"),
        # The night in which Chicago skips 02:00 to 03:00.
        ("2026-03-07T23:00:00-06:00", "2026-03-07T22:00:00-06:00", "2026-03-08T08:00:00-05:00"),
    ],
)
def test_a_push_in_quiet_hours_waits_for_their_end(push_at: str, now: str, expected: str) -> None:
    assert delivery_at(at(push_at), at(now), NIGHT, CHICAGO) == at(expected)


def test_without_quiet_hours_a_push_goes_when_its_moment_has_come() -> None:
    assert delivery_at(at("2026-03-17T03:00:00-05:00"), NOW, None, CHICAGO) == NOW


def test_an_end_that_the_clock_change_skips_is_the_hour_after() -> None:
    quiet = QuietHours(time(22), time(2, 30))
    moment = delivery_at(at("2026-03-08T01:00:00-06:00"), at("2026-03-08T01:00:00-06:00"), quiet, CHICAGO)
    assert moment.astimezone(CHICAGO).time() == time(3, 30)


clocks = st.times().map(lambda clock: clock.replace(microsecond=0))


@given(st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2027, 1, 1)), clocks, clocks)  # noqa: DTZ001
def test_a_delivery_is_never_early_and_never_a_whole_day_late(naive: datetime, start: time, end: time) -> None:
    push_at = naive.replace(tzinfo=UTC)
    moment = delivery_at(push_at, push_at, QuietHours(start, end), CHICAGO)
    assert push_at <= moment <= push_at + timedelta(hours=25)


def test_tries_come_ever_more_slowly_and_end_after_three_days() -> None:
    now, attempts, waits = NOW, 1, []
    while (following := next_try_at(attempts, NOW, now)) is not None:
        waits.append(following - now)
        now, attempts = following, attempts + 1
    assert tuple(waits[: len(BACKOFF)]) == BACKOFF
    assert set(waits[len(BACKOFF) :]) == {timedelta(hours=1)}
    assert timedelta(hours=-1) < now - (NOW + GIVE_UP_AFTER) <= timedelta()


def test_a_second_try_keeps_quiet_hours_too() -> None:
    evening = at("2026-03-17T21:50:00-05:00")
    assert next_try_at(4, evening, evening, quiet=NIGHT, zone=CHICAGO) == at("2026-03-18T08:00:00-05:00")
    assert next_try_at(1, evening, evening, quiet=NIGHT, zone=CHICAGO) == at("2026-03-17T21:51:00-05:00")


def standing(deadline: datetime | None, push_at: datetime | None = None) -> Standing:
    return Standing(
        application="acme", state=State.OVERDUE, action=Action.FOLLOW_UP, why="", rules=(), deadline=deadline, push_at=push_at
    )


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("2026-03-03T09:00:00-06:00", False),  # a Tuesday, ten business days before Tuesday the 17th
        ("2026-03-02T09:00:00-06:00", True),
        ("2026-03-01T09:00:00-06:00", True),
        ("2016-03-02T09:00:00-06:00", True),
        ("2026-03-19T09:00:00-05:00", False),
    ],
)
def test_over_ten_business_days_is_too_old_for_a_first_scan(deadline: str, expected: bool) -> None:
    assert is_too_old(standing(at(deadline)), NOW, WorkCalendar((Place("US"),)), CHICAGO) is expected


def test_a_holiday_is_no_business_day_here_either() -> None:
    """Presidents' Day, 16 February 2026, lies between."""
    now = at("2026-02-24T09:00:00-06:00")
    deadline = standing(at("2026-02-09T09:00:00-06:00"))
    assert is_too_old(deadline, now, WorkCalendar((Place("US"),)), CHICAGO) is False
    assert is_too_old(deadline, now, WorkCalendar(), CHICAGO) is True


def test_an_action_without_a_deadline_is_as_old_as_its_push() -> None:
    assert is_too_old(standing(None, at("2026-01-02T09:00:00-06:00")), NOW, WorkCalendar(), CHICAGO) is True
    assert is_too_old(standing(None, NOW), NOW, WorkCalendar(), CHICAGO) is False
    assert is_too_old(standing(None), NOW, WorkCalendar(), CHICAGO) is False


def nudge(number: int, action: Action = Action.FOLLOW_UP, push_at: datetime = NOW) -> Nudge:
    return Nudge(id=number, application=f"app-{number}", action=action, rests_on="x", push_at=push_at)


def ids(nudges: tuple[Nudge, ...]) -> list[int]:
    return [one.id for one in nudges]


def test_four_at_once_ring_one_by_one_the_most_pressing_first() -> None:
    parted = bundle([nudge(1, Action.MOVE_ON), nudge(2), nudge(3, Action.REPLY), nudge(4, push_at=NOW - timedelta(days=1))])
    assert (ids(parted.singly), parted.together) == ([3, 4, 2, 1], ())


def test_of_five_at_once_three_ring_and_the_rest_is_one_summary() -> None:
    parted = bundle([nudge(number) for number in range(1, 6)])
    assert (ids(parted.singly), ids(parted.together)) == ([1, 2, 3], [4, 5])


def test_what_is_too_old_is_told_together_and_counts_for_no_flood() -> None:
    parted = bundle([nudge(number) for number in range(1, 8)], too_old=["app-1", "app-2", "app-3"])
    assert (ids(parted.singly), ids(parted.together)) == ([4, 5, 6, 7], [1, 2, 3])


def test_every_action_has_its_place_in_the_order() -> None:
    parted = bundle([nudge(number, action) for number, action in enumerate(Action)])
    assert len(parted.singly) + len(parted.together) == len(Action)
