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


LETTER_DAY = at("2026-03-03T09:30:00-06:00")
"""A Tuesday."""


def hours(text: str, **fields: Any) -> list[str]:
    """Day and clock of all that is not called off, as "05 14:00"."""
    found = understand(message(text, sent_at=LETTER_DAY, **({"in_reply_to": "<a@quill.example>"} | fields)), OWNER).moments
    return sorted(
        f"{one.start:%d %H:%M}" for one in found if one.start and one.is_interview and one.stance is not Stance.CANCELLED
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please arrive at 9.45 on Thursday 12 March, the interview starts at 10.", ["12 10:00"]),
        ("Could you get here for 9.30 for a 10 o'clock start on Friday 13th?", ["13 10:00"]),
        (
            "Slots left: Monday 9th - 10.00, 11.30 or 14.00; Tuesday 10th - 9.15.",
            ["09 10:00", "09 11:30", "09 14:00", "10 09:15"],
        ),
        ("We have Wednesday at 2 or 4, or Thursday morning at 10.15 am. Any preference?", ["04 14:00", "04 16:00", "05 10:15"]),
        ("Are you free at 11 on Monday or 3 on Tuesday?", ["09 11:00", "10 15:00"]),
        ("Would Tuesday or Wednesday at 3 do?", ["04 15:00", "10 15:00"]),
        ("Your interview has to shift to Friday at half past twelve instead of Thursday at 2.", ["06 12:30"]),
        ("I've moved you from 2 to 3.15 on Thursday.", ["05 15:15"]),
        ("Tuesday works. Half two then, at the depot?", ["10 14:30"]),
        ("Great, 1430h on the 12th it is. Ask for me at the gate.", ["12 14:30"]),
        ("You will meet Dr Hale on the 18th at quarter to nine, in the boardroom.", ["18 08:45"]),
        ("mon 330 is good for us", ["09 15:30"]),
        ("The panel will see you at ten past four on Friday.", ["06 16:10"]),
        ("Thursday, four, by the gate, for the interview.", ["05 16:00"]),
        ("Are you about Wednesday 11 at 3?", ["11 15:00"]),
        ("Let's do a week today at 11.", ["10 11:00"]),
        ("The assessment day runs 9 till 4 on Saturday 14 March at our site.", ["14 09:00"]),
        ("The earliest I can do is Monday the 9th. 10.30? Or after lunch, say 2?", ["09 10:30", "09 14:00"]),
        ("Any chance you are around this Friday after 3:15 to meet the head?", ["06 15:15"]),
        ("Ms Orr will receive you on Friday 6 March at 8.00am.", ["06 08:00"]),
        ("Going to give you a buzz Thursday at 12.45 about the job.", ["05 12:45"]),
    ],
)
def test_the_hours_of_a_letter_that_arranges_a_talk(text: str, expected: list[str]) -> None:
    assert hours(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The booking sheet locks on Thursday at 4, so choose your interview slot.",
        "The page for your recorded interview comes down on Sunday 8 March at 11.59pm.",
        "The role is $22 an hour, with a 5:00 am start every third Friday. Come and interview!",
        "You need not attend the interview on Friday at 8.00am.",
        "So 9:00 tomorrow isn't going to happen, I'm sorry about the interview.",
        "Your pre-employment medical is on Monday 9 March at 7.45am.",
        "Before a meeting can be arranged I need two dates in the week of 9 March.",
    ],
)
def test_hours_of_other_things_are_no_interview(text: str) -> None:
    assert hours(text) == []


def test_the_clock_of_a_journey_is_not_that_of_the_talk() -> None:
    assert hours("The panel is on Wednesday 11 March, flight at 5.50, chat with the chief at 10.") == ["11 10:00"]


def test_an_owner_who_gives_a_slot_back_calls_it_off() -> None:
    assert hours("I signed elsewhere, so kindly give my 10.40 on Thursday to the next person.", sender=ME) == []


def test_an_hour_in_the_past_of_a_letter_is_not_arranged() -> None:
    assert hours("Your application for the interview list reached us on 3 March 2026 at 9:21.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can do Wednesday from 1, or Friday at 9.30.", ["04 13:00", "06 09:30"]),
        ("I'm in work till 4 on Thursday but 4.30 would be grand.", ["05 16:30"]),
        ("Thursday any time before noon, or Friday at 1.", ["06 13:00"]),
        ("Yes to Monday at 11. My train gets in at 10.20.", ["09 11:00"]),
        ("Friday at 1:00 my time / 2:00 yours it is.", ["06 13:00"]),
    ],
)
def test_the_hours_of_an_answer(text: str, expected: list[str]) -> None:
    assert hours(text, sender=ME) == expected


@pytest.mark.parametrize(
    ("text", "stance", "start"),
    [
        ("Wir erwarten Sie am Donnerstag, 12. März, um halb elf zum Gespräch.", Stance.FIXED, "12 10:30"),
        ("Könnten Sie am Freitag, 13.3., um 9 Uhr zu einem Gespräch kommen?", Stance.PROPOSED, "13 09:00"),
        ("Wir verschieben das Gespräch auf Montag, den 9. März, 14 Uhr.", Stance.MOVED, "09 14:00"),
        ("Vous êtes convoquée pour un entretien le jeudi 12 mars à 15 h 40.", Stance.FIXED, "12 15:40"),
        ("Seriez-vous libre mardi 10 vers 9 h 30 pour un entretien ?", Stance.PROPOSED, "10 09:30"),
        ("La entrevista tendrá lugar el lunes 9 de marzo a las 12:15.", Stance.FIXED, "09 12:15"),
        ("¿Te viene bien el jueves 12 a las cinco y media de la tarde para la entrevista?", Stance.PROPOSED, "12 17:30"),
    ],
)
def test_an_employer_writes_in_another_language(text: str, stance: Stance, start: str) -> None:
    found = only(text)
    assert (found.stance, found.start and f"{found.start:%d %H:%M}") == (stance, start)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Montag um neun passt, ich bin dabei.", "09 09:00"),
        ("Va pour vendredi 6, 7 h 30.", "06 07:30"),
        ("El lunes a las diez me va perfecto, allí estaré.", "09 10:00"),
    ],
)
def test_the_owner_agrees_in_another_language(text: str, start: str) -> None:
    found = only(text, sender=ME, in_reply_to="<a@quill.example>")
    assert (found.stance, found.start and f"{found.start:%d %H:%M}") == (Stance.ACCEPTED, start)


def test_a_deadline_in_another_language_is_no_interview() -> None:
    assert [hours(text) for text in ("Bewerbungsfrist ist der 9. März um 12 Uhr.", "Date limite : lundi 9 mars à 12 h.")] == [
        [],
        [],
    ]


def test_a_call_that_is_cancelled_beside_a_new_proposal_is_both() -> None:
    found = moments("I'm afraid I have to cancel our interview. Would Thursday 5 March at 2 do?", in_reply_to="<a@quill.example>")
    assert [one.stance for one in found] == [Stance.CANCELLED, Stance.PROPOSED]
