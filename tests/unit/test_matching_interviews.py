"""The moments of one application -> its interviews: each once, at its last known time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from heardback.matching.interviews import interviews_of
from heardback.model import Evidence, Interview, Kind, MessageFacts, Moment, Stance
from tests.builders import EMPLOYER, ME, OWNER, at, evidence, facts, said

TUESDAY_2PM = at("2026-03-03T14:00-06:00")
THURSDAY_2PM = at("2026-03-05T14:00-06:00")


def spoken(stance: Stance, start: datetime | None = None, sentence: str = "", **fields: Any) -> Moment:
    return Moment(stance=stance, start=start, evidence=evidence(sentence), **fields)


def theirs(day: str, *moments: Moment, kind: Kind = Kind.OTHER, **fields: Any) -> MessageFacts:
    return facts(kind, sent_at=at(day), sender=EMPLOYER, moments=moments, references=("<first@test.example>",), **fields)


def mine(day: str, *moments: Moment, kind: Kind = Kind.ANSWER, **fields: Any) -> MessageFacts:
    return facts(kind, sent_at=at(day), sender=ME, moments=moments, references=("<first@test.example>",), **fields)


def read(*messages: MessageFacts) -> tuple[Interview, ...]:
    return interviews_of(messages, OWNER)


def starts(*messages: MessageFacts) -> list[datetime]:
    return [interview.start for interview in read(*messages) if not interview.is_cancelled]


def test_a_proposal_that_nobody_answered_is_no_interview() -> None:
    assert starts(theirs("2026-02-27T10:00-06:00", spoken(Stance.PROPOSED, TUESDAY_2PM))) == []


def test_a_bare_yes_fixes_what_the_other_side_proposed() -> None:
    found = read(
        mine("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, TUESDAY_2PM)),
        theirs("2026-02-27T12:30-06:00", spoken(Stance.ACCEPTED)),
    )
    assert [(item.start, item.message) for item in found] == [(TUESDAY_2PM, "<202602271230@test.example>")]


def test_nobody_accepts_a_time_of_their_own() -> None:
    assert (
        starts(
            theirs("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, TUESDAY_2PM)),
            theirs("2026-02-27T12:30-06:00", spoken(Stance.ACCEPTED)),
        )
        == []
    )


def test_a_bare_yes_in_another_thread_fixes_nothing() -> None:
    elsewhere = facts(Kind.ANSWER, sent_at=at("2026-02-27T12:30-06:00"), sender=ME, moments=(spoken(Stance.ACCEPTED),))
    assert starts(theirs("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, TUESDAY_2PM)), elsewhere) == []


def test_a_yes_that_names_the_day_picks_the_proposal_of_that_day() -> None:
    proposals = (spoken(Stance.PROPOSED, TUESDAY_2PM), spoken(Stance.PROPOSED, THURSDAY_2PM))
    offered = theirs("2026-02-27T12:00-06:00", *proposals)
    assert starts(offered, mine("2026-02-27T13:00-06:00", spoken(Stance.ACCEPTED, day=date(2026, 3, 3)))) == [TUESDAY_2PM]


def test_half_past_one_is_in_the_afternoon_when_that_was_proposed() -> None:
    start = at("2026-03-16T13:30-05:00")
    offered = theirs("2026-03-10T09:00-05:00", spoken(Stance.PROPOSED, start))
    assert starts(offered, mine("2026-03-10T09:30-05:00", spoken(Stance.ACCEPTED, day=date(2026, 3, 16), clock="01:30"))) == [
        start
    ]


def test_of_several_proposals_a_bare_yes_takes_the_last_full_one() -> None:
    proposals = (
        spoken(Stance.PROPOSED, TUESDAY_2PM),
        spoken(Stance.PROPOSED, THURSDAY_2PM),
        spoken(Stance.PROPOSED, day=date(2026, 3, 6)),
    )
    offered = theirs("2026-02-27T12:00-06:00", *proposals)
    assert starts(offered, mine("2026-02-27T13:00-06:00", spoken(Stance.ACCEPTED))) == [THURSDAY_2PM]


def test_a_day_from_one_side_and_a_clock_from_the_other_make_a_time() -> None:
    offered = mine("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, day=date(2026, 3, 3)))
    assert starts(offered, theirs("2026-02-27T13:00-06:00", spoken(Stance.ACCEPTED, clock="14:00"))) == [TUESDAY_2PM]


def test_a_time_within_a_proposed_range_is_taken_from_the_range() -> None:
    window = spoken(Stance.PROPOSED, at("2026-03-03T13:00-06:00"), end=at("2026-03-03T17:00-06:00"))
    answer = mine("2026-02-27T13:00-06:00", spoken(Stance.ACCEPTED, TUESDAY_2PM))
    assert starts(theirs("2026-02-27T12:00-06:00", window), answer) == [TUESDAY_2PM]


def test_an_invite_for_a_time_agreed_in_prose_is_the_same_interview_and_adds_its_end() -> None:
    end = at("2026-03-03T14:45-06:00")
    found = read(
        theirs("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, TUESDAY_2PM)),
        mine("2026-02-27T12:10-06:00", spoken(Stance.ACCEPTED)),
        theirs("2026-02-27T12:30-06:00", spoken(Stance.FIXED, at("2026-03-03T20:00+00:00"), end=end, uid="a@x.example")),
    )
    assert [(item.start, item.end, item.uid, item.message) for item in found] == [
        (TUESDAY_2PM, end, "a@x.example", "<202602271210@test.example>")
    ]


def test_a_higher_sequence_moves_the_interview_and_counts_it_once() -> None:
    found = read(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM, uid="a@x.example", sequence=0)),
        theirs("2026-02-27T12:00-06:00", spoken(Stance.FIXED, THURSDAY_2PM, uid="a@x.example", sequence=1)),
    )
    assert [(item.start, item.message) for item in found] == [(THURSDAY_2PM, "<202602271200@test.example>")]


def test_an_older_sequence_that_comes_late_changes_nothing() -> None:
    assert starts(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, THURSDAY_2PM, uid="a@x.example", sequence=2)),
        theirs("2026-02-27T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM, uid="a@x.example", sequence=1)),
    ) == [THURSDAY_2PM]


def test_a_cancelled_invite_stays_known_as_cancelled() -> None:
    found = read(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM, uid="a@x.example")),
        theirs("2026-02-27T12:00-06:00", spoken(Stance.CANCELLED, TUESDAY_2PM, uid="a@x.example", sequence=1)),
    )
    assert [(item.start, item.is_cancelled) for item in found] == [(TUESDAY_2PM, True)]


def test_calling_off_in_prose_takes_the_next_interview_ahead() -> None:
    first, second = spoken(Stance.FIXED, TUESDAY_2PM), spoken(Stance.FIXED, THURSDAY_2PM)
    booked = theirs("2026-02-26T12:00-06:00", first, second)
    assert starts(booked, theirs("2026-03-02T12:00-06:00", spoken(Stance.CANCELLED))) == [THURSDAY_2PM]


def test_calling_off_a_day_on_which_nothing_stands_takes_nothing() -> None:
    booked = theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM))
    assert starts(booked, theirs("2026-03-02T12:00-06:00", spoken(Stance.CANCELLED, day=date(2026, 3, 9)))) == [TUESDAY_2PM]


def test_called_off_and_fixed_anew_in_one_breath_is_moved() -> None:
    booked = theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM))
    moved = theirs("2026-03-02T12:00-06:00", spoken(Stance.CANCELLED), spoken(Stance.FIXED, THURSDAY_2PM))
    assert [(item.start, item.is_cancelled) for item in read(booked, moved)] == [(THURSDAY_2PM, False)]


def test_a_move_replaces_the_interview_ahead_and_leaves_the_held_one() -> None:
    held, ahead, moved_to = at("2026-02-20T10:00-06:00"), TUESDAY_2PM, THURSDAY_2PM
    assert starts(
        theirs("2026-02-18T12:00-06:00", spoken(Stance.FIXED, held)),
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, ahead)),
        theirs("2026-03-02T12:00-06:00", spoken(Stance.MOVED, moved_to)),
    ) == [held, moved_to]


def test_a_move_that_names_only_the_day_keeps_the_hour() -> None:
    assert starts(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM)),
        theirs("2026-03-02T12:00-06:00", spoken(Stance.MOVED, day=date(2026, 3, 5))),
    ) == [THURSDAY_2PM]


def test_a_move_of_nothing_known_fixes_the_time_it_names() -> None:
    assert starts(theirs("2026-03-02T12:00-06:00", spoken(Stance.MOVED, THURSDAY_2PM))) == [THURSDAY_2PM]


def test_a_move_that_is_asked_for_and_granted_counts_the_interview_once() -> None:
    asked = spoken(Stance.PROPOSED, THURSDAY_2PM, "Could we push it to Thursday at 2?")
    assert starts(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM)),
        mine("2026-03-02T12:00-06:00", asked),
        theirs("2026-03-02T13:00-06:00", spoken(Stance.ACCEPTED)),
    ) == [THURSDAY_2PM]


def test_a_second_round_agreed_before_the_first_is_held_is_a_second_interview() -> None:
    assert starts(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM)),
        theirs("2026-02-27T12:00-06:00", spoken(Stance.PROPOSED, THURSDAY_2PM, "And would Thursday at 2 do for the panel?")),
        mine("2026-02-27T13:00-06:00", spoken(Stance.ACCEPTED)),
    ) == [TUESDAY_2PM, THURSDAY_2PM]


def test_confirming_what_stands_adds_nothing() -> None:
    booked = theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM, uid="a@x.example"))
    again = mine("2026-02-26T13:00-06:00", spoken(Stance.ACCEPTED, day=date(2026, 3, 3), clock="14:00"))
    assert [(item.start, item.message) for item in read(booked, again)] == [(TUESDAY_2PM, "<202602261200@test.example>")]


def test_a_time_that_is_only_looked_back_on_is_not_arranged() -> None:
    assert starts(mine("2026-03-20T12:00-05:00", spoken(Stance.FIXED, TUESDAY_2PM), kind=Kind.QUESTION)) == []


def test_what_is_no_interview_is_ignored() -> None:
    assert starts(theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM, is_interview=False))) == []


def test_an_interview_ahead_falls_when_the_owner_withdraws_and_a_held_one_does_not() -> None:
    found = read(
        theirs("2026-02-18T12:00-06:00", spoken(Stance.FIXED, at("2026-02-20T10:00-06:00"))),
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM)),
        mine("2026-03-01T12:00-06:00", kind=Kind.WITHDRAWAL),
    )
    assert [item.is_cancelled for item in found] == [False, True]


def test_an_interview_called_off_and_booked_again_by_the_same_uid_stands() -> None:
    fixed = spoken(Stance.FIXED, TUESDAY_2PM, uid="a@x.example")
    found = read(
        theirs("2026-02-24T12:00-06:00", fixed),
        theirs("2026-02-25T12:00-06:00", replace(fixed, stance=Stance.CANCELLED, sequence=1)),
        theirs("2026-02-26T12:00-06:00", replace(fixed, start=THURSDAY_2PM, sequence=2)),
    )
    assert [(item.start, item.is_cancelled) for item in found] == [(THURSDAY_2PM, False)]


def test_an_answer_to_the_owners_counterproposal_moves_what_stood() -> None:
    asked = spoken(Stance.PROPOSED, day=date(2026, 3, 5), sentence="Thursday, same place?")
    assert starts(
        theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM)),
        mine("2026-02-27T12:00-06:00", asked),
        theirs("2026-02-27T13:00-06:00", spoken(Stance.FIXED, THURSDAY_2PM)),
    ) == [THURSDAY_2PM]


def test_an_answer_names_the_hour_in_a_window_that_was_offered() -> None:
    window = Evidence(sentence="Thursday, any time from 1.", rule="interviews.window")
    offered = Moment(stance=Stance.PROPOSED, start=at("2026-03-05T13:00-06:00"), evidence=window)
    agreed = spoken(Stance.ACCEPTED, clock="14:00")
    assert starts(theirs("2026-02-26T12:00-06:00", offered), mine("2026-02-27T12:00-06:00", agreed)) == [THURSDAY_2PM]


def held(sentence: str, *moments: Moment) -> list[datetime]:
    """What stands of Tuesday at 2 after an employer's letter that puts something on hold."""
    fixed = theirs("2026-02-26T12:00-06:00", spoken(Stance.FIXED, TUESDAY_2PM))
    hold = said(Kind.ON_HOLD, sentence)
    return starts(fixed, replace(theirs("2026-02-27T12:00-06:00", *moments), kind=hold))


@pytest.mark.parametrize(
    "sentence",
    [
        "We have paused the search.",
        "All hiring is frozen until the summer.",
        "The interviews are on hold until the budget is settled.",
        "The position is on hold, and I am sorry to say so before we met.",
        "Das Verfahren ruht bis auf Weiteres.",
    ],
)
def test_a_search_that_is_put_on_hold_takes_its_interview_with_it(sentence: str) -> None:
    assert held(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The second role is on hold, your interview on Tuesday stands.",
        "The other position has been frozen.",
        "Hiring for next year is paused, but the interview goes ahead.",
        "It isn't a no.",
    ],
)
def test_a_hold_of_something_else_leaves_the_interview_where_it_is(sentence: str) -> None:
    assert held(sentence) == [TUESDAY_2PM]


def test_a_hold_in_a_letter_that_names_the_interviews_time_leaves_it_where_it_is() -> None:
    repeated = spoken(Stance.FIXED, TUESDAY_2PM)
    assert held("Hiring is on hold after this round.", repeated) == [TUESDAY_2PM]
