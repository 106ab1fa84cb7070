"""The times at which people would talk, and how a message speaks of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from heardback.model import Address, Body, Certainty, Invite, InviteMethod, Moment, Stance
from heardback.understanding import understand
from tests.builders import EMPLOYER, ME, OWNER, at, message

MONDAY = at("2026-03-02T09:00:00-06:00")
JOB = " It is about your application for the clerk's job."


def moments(text: str, **fields: Any) -> tuple[Moment, ...]:
    return understand(message(text, sent_at=MONDAY, **fields), OWNER).moments


def only(text: str, **fields: Any) -> Moment:
    (found,) = moments(text, **fields)
    return found


def invite(method: InviteMethod = InviteMethod.REQUEST, **fields: Any) -> Invite:
    values: dict[str, Any] = {
        "method": method,
        "uid": "u1@brightforge.example",
        "sequence": 0,
        "start": at("2026-03-05T14:00:00-05:00"),
        "end": at("2026-03-05T15:00:00-05:00"),
        "summary": "Interview with Brightforge",
        "organizer": EMPLOYER,
        "attendees": (ME, Address(name="Noor Hale", address="noor@brightforge.example")),
    }
    return Invite(**(values | fields))


@pytest.mark.parametrize(
    ("text", "stance", "start"),
    [
        ("I have put you down for an interview on Thursday, March 5, at 3:30.", Stance.FIXED, "2026-03-05T15:30:00-06:00"),
        ("Your phone screen is confirmed for Thursday 5 March at 2pm GMT.", Stance.FIXED, "2026-03-05T14:00:00+00:00"),
        ("Would Thursday 5 March at 3pm suit for a chat?", Stance.PROPOSED, "2026-03-05T15:00:00-06:00"),
        ("They want to meet you. Thursday the 5th at 1:30, at their office. OK?", Stance.PROPOSED, "2026-03-05T13:30:00-06:00"),
        ("The interview has been moved to Friday 6 March at 10am.", Stance.MOVED, "2026-03-06T10:00:00-06:00"),
        ("Unless I hear otherwise I will ring you on Friday 6 March at noon.", Stance.FIXED, "2026-03-06T12:00:00-06:00"),
    ],
)
def test_how_an_employer_speaks_of_a_time(text: str, stance: Stance, start: str) -> None:
    found = only(text + JOB)
    assert (found.stance, found.start) == (stance, at(start))


def test_a_table_of_date_and_time_is_one_moment() -> None:
    found = only(
        "Your interview is booked:\n\nDate: Thursday, March 5, 2026\nTime: 10:00 AM - 11:30 AM Central\nPlace: Mill Lane 1\n"
        + JOB
    )
    assert (found.start, found.end) == (at("2026-03-05T10:00:00-06:00"), at("2026-03-05T11:30:00-06:00"))


def test_the_sessions_of_one_day_are_one_interview() -> None:
    text = (
        "Your interview is scheduled for Thursday 5 March at 9am with Noor.\nThe panel is scheduled for Thursday 5 March at 2pm."
        + JOB
    )
    assert [moment.start for moment in moments(text)] == [at("2026-03-05T09:00:00-06:00")]


def test_slots_to_choose_from_fix_nothing() -> None:
    text = (
        "You are invited to an interview. Please choose one of the slots below.\n\n"
        "Thursday 5 March 2026: 09:00\nFriday 6 March 2026: 13:00" + JOB
    )
    assert [moment for moment in moments(text) if moment.stance is Stance.FIXED] == []


@pytest.mark.parametrize(
    "text",
    [
        "The vacancy closes on Friday 6 March at noon.",
        "Please send your form by Friday 6 March at 5pm.",
        "Thank you for the interview on Friday 27 February at 10am.",
        "The board convenes on Friday 6 March at 9am to decide.",
        "You will hear from us by Friday.",
    ],
)
def test_a_deadline_a_past_day_and_a_board_are_no_moments(text: str) -> None:
    assert moments(text + JOB) == ()


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Thursday 1:30 it is.", "2026-03-05T13:30:00-06:00"),
        ("3pm GMT on the 5th works well.", "2026-03-05T15:00:00+00:00"),
        ("Thursday at 3pm UK would be perfect.", "2026-03-05T15:00:00+00:00"),
    ],
)
def test_the_owner_agrees_to_a_time(text: str, start: str) -> None:
    found = only(text, sender=ME, in_reply_to="<a@brightforge.example>")
    assert (found.stance, found.start) == (Stance.ACCEPTED, at(start))


def test_a_question_with_a_time_proposes_it() -> None:
    found = only("Thursday works - 2pm your time?", sender=ME, in_reply_to="<a@brightforge.example>")
    assert (found.stance, found.start) == (Stance.PROPOSED, at("2026-03-05T14:00:00-06:00"))


def test_a_bare_agreement_names_no_time() -> None:
    found = only("Perfect.", in_reply_to="<a@quill.example>")
    assert (found.stance, found.start, found.day, found.clock) == (Stance.ACCEPTED, None, None, None)


def test_lovely_to_meet_you_agrees_to_nothing() -> None:
    assert moments("Lovely to meet you too.", in_reply_to="<a@quill.example>") == ()


def test_a_window_of_the_owner_offers_its_day_and_no_hour() -> None:
    found = moments("I can do:\n- Thursday after 1pm\n- Friday after 2pm", sender=ME)
    assert [(moment.stance, moment.start, moment.day) for moment in found] == [
        (Stance.PROPOSED, None, date(2026, 3, 5)),
        (Stance.PROPOSED, None, date(2026, 3, 6)),
    ]


def test_a_day_that_is_called_off_is_cancelled() -> None:
    found = only("Our second assessor is ill, so I have to cancel our interview on Thursday.")
    assert (found.stance, found.day) == (Stance.CANCELLED, date(2026, 3, 5))


def test_how_to_cancel_cancels_nothing() -> None:
    text = "Your interview is confirmed for Thursday 5 March at 2pm. Need to make changes? Cancel or reschedule here." + JOB
    assert [moment.stance for moment in moments(text)] == [Stance.FIXED]


@pytest.mark.parametrize(
    ("method", "stance"),
    [(InviteMethod.REQUEST, Stance.FIXED), (InviteMethod.CANCEL, Stance.CANCELLED), (InviteMethod.COUNTER, Stance.PROPOSED)],
)
def test_an_invite_is_taken_at_its_word(method: InviteMethod, stance: Stance) -> None:
    found = only("See attached.", invites=(invite(method),))
    assert (found.stance, found.start, found.uid, found.people) == (
        stance,
        at("2026-03-05T13:00:00-06:00"),
        "u1@brightforge.example",
        ("Noor Hale",),
    )


def test_an_invite_and_prose_about_one_time_are_one_moment() -> None:
    assert len(moments("Your interview is booked for Thursday 5 March at 1pm." + JOB, invites=(invite(),))) == 1


def test_a_second_invite_with_words_of_moving_is_moved() -> None:
    assert only("The interview is now on Thursday." + JOB, invites=(invite(sequence=1),)).stance is Stance.MOVED


def test_an_accepting_reply_says_nothing_of_a_time_and_a_declining_one_calls_it_off() -> None:
    assert moments("", body=Body(), invites=(invite(InviteMethod.REPLY, status="ACCEPTED"),)) == ()
    assert only("", body=Body(), invites=(invite(InviteMethod.REPLY, status="DECLINED"),)).stance is Stance.CANCELLED


def test_a_floating_invite_is_on_the_owners_clock() -> None:
    floating = invite(start=datetime(2026, 3, 5, 13, 0), end=None, certainty=Certainty.FLOATING)  # noqa: DTZ001
    assert only("", invites=(floating,)).start == at("2026-03-05T13:00:00-06:00")


def test_an_invite_that_the_owner_sent_is_no_interview_of_theirs() -> None:
    assert not only("", invites=(invite(organizer=ME),)).is_interview


def test_an_onboarding_is_no_interview() -> None:
    assert not only("", invites=(invite(summary="Onboarding session"),)).is_interview


def test_an_interview_that_the_owner_conducts_is_no_interview_of_theirs() -> None:
    text = "You're on the panel for a trainee; submit your scorecard by noon."
    assert [moment.is_interview for moment in moments(text, invites=(invite(),))] == [False]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Please come in to our office on Thursday 5 March at 10am for your interview.", "2026-03-05T10:00:00+01:00"),
        ("Please come in to our office on Tuesday 31 March at 10am for your interview.", "2026-03-31T10:00:00+02:00"),
        ("I will call you from our office on Thursday 5 March at 10am for your interview.", "2026-03-05T10:00:00-06:00"),
        ("Your video interview is on Thursday 5 March at 10am our time.", "2026-03-05T10:00:00+01:00"),
        ("Your video interview is on Tuesday 31 March at 10am our time.", "2026-03-31T10:00:00+02:00"),
        ("Your video interview is on Thursday 5 March at 10am your time.", "2026-03-05T10:00:00-06:00"),
        ("Your video interview is on Thursday 5 March at 10am (Brisbane).", "2026-03-05T10:00:00+10:00"),
        ("All times are in London time. Your interview is on Tuesday 31 March at 10am.", "2026-03-31T10:00:00+01:00"),
    ],
)
def test_whose_clock_a_time_is_that_comes_from_elsewhere(text: str, start: str) -> None:
    (found,) = understand(message(text + JOB, sent_at=at("2026-03-02T09:00:00+01:00")), OWNER).moments
    assert found.start == at(start)


def test_the_offset_is_that_of_the_day_and_not_of_the_letter() -> None:
    assert only("Your interview is on Tuesday 10 March at 10am." + JOB).start == at("2026-03-10T10:00:00-05:00")


def test_a_machine_that_says_canceled_in_its_subject_calls_the_time_below_off() -> None:
    found = only("Interview: Thursday, March 5, 10:00 AM." + JOB, subject="Canceled: phone screen")
    assert (found.stance, found.start) == (Stance.CANCELLED, at("2026-03-05T10:00:00-06:00"))


def test_hostile_text_is_read_in_bounded_time() -> None:
    text = "at 3 or 4 or " * 900 + "interview on Thursday 5 March at 3 not " * 300 + "," * 5000
    assert len(moments(text)) < 100
