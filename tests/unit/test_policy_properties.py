"""What holds of every application: nine o'clock on business days, order that does not matter, sleep that misses nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import (
    Action,
    Application,
    Correction,
    CorrectionKind,
    Interview,
    Kind,
    MessageFacts,
    Owner,
    PromiseFinding,
    Stance,
    Standing,
    State,
    Timeframe,
)
from heardback.policy import judge
from heardback.policy.deadlines import calendar_for
from tests.builders import EMPLOYER, ME, evidence, facts, said
from tests.stories import ZONES, Story, promising

START = datetime(2026, 3, 1, tzinfo=UTC)
OWNED = st.sampled_from([Kind.THANKS, Kind.QUESTION, Kind.ANSWER, Kind.WITHDRAWAL, Kind.INTEREST, Kind.OTHER, Kind.AUTOMATIC])
HEARD = st.sampled_from([kind for kind in Kind if kind not in (Kind.WITHDRAWAL, Kind.DECLINED_OFFER)])
MOMENTS = st.integers(0, 24 * 4 * 70).map(lambda quarters: START + timedelta(minutes=15 * quarters))
"""Ten weeks from 1 March, so that both changes of clocks lie within."""
OWNERS = st.sampled_from(ZONES).map(lambda zone: Owner(name="Rosa", addresses=frozenset({ME.address}), timezone=zone))


@st.composite
def letters(draw: st.DrawFn, number: int) -> MessageFacts:
    own = draw(st.booleans())
    sent_at = draw(MOMENTS)
    promises: tuple[PromiseFinding, ...] = ()
    if draw(st.integers(0, 3)) == 0:
        latest = sent_at.date() + timedelta(days=draw(st.integers(-3, 20)))
        timeframe = Timeframe(quote="by then", rule="test.given", latest=latest)
        promises = (replace(promising("07-10"), timeframe=timeframe),)
    return facts(
        draw(OWNED if own else HEARD),
        sent_at=sent_at,
        sender=ME if own else EMPLOYER,
        id=f"<{number}@test>",
        also=(said(draw(OWNED if own else HEARD)),) if draw(st.integers(0, 4)) == 0 else (),
        promises=promises,
        in_reply_to=f"<{draw(st.integers(0, 6))}@test>",
    )


@st.composite
def applications(draw: st.DrawFn) -> Application:
    messages = tuple(draw(letters(number)) for number in range(draw(st.integers(0, 7))))
    interviews = tuple(
        Interview(
            start=(start := draw(MOMENTS)),
            end=draw(st.sampled_from([None, start + timedelta(minutes=45)])),
            message=f"<{draw(st.integers(0, 9))}@test>",
            evidence=evidence(),
            is_cancelled=draw(st.integers(0, 4)) == 0,
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return Application(id="a", employer="Brightforge", role=None, messages=messages, interviews=interviews)


@st.composite
def told(draw: st.DrawFn) -> tuple[Correction, ...]:
    kinds = st.sampled_from(list(CorrectionKind))
    values = st.sampled_from(["", "rejected", "next_round", "offer", "still_deciding", *Action])
    return tuple(
        Correction(
            id=number,
            application="a",
            kind=draw(kinds),
            made_at=draw(MOMENTS),
            value=str(draw(values)),
            on=draw(st.one_of(st.none(), MOMENTS.map(lambda moment: moment.date()))),
            until=draw(st.one_of(st.none(), MOMENTS)),
        )
        for number in range(draw(st.integers(0, 2)))
    )


def shown(standing: Standing) -> tuple[object, ...]:
    return standing.state, standing.action, standing.push_at, standing.deadline, standing.rests_on, standing.due


@settings(max_examples=150, deadline=None)
@given(application=applications(), corrections=told(), now=MOMENTS, owner=OWNERS, blind=st.sampled_from([None, "login refused"]))
def test_every_application_stands_somehow(
    application: Application, corrections: tuple[Correction, ...], now: datetime, owner: Owner, blind: str | None
) -> None:
    standing = judge(application, corrections, now, owner, unconfirmed=blind)
    assert isinstance(standing.state, State)
    assert (standing.action is None) == (standing.push_at is None) == (standing.rests_on == "")
    assert standing.why
    assert sum(not promise.spent for promise in standing.promises) == (standing.promise is not None)
    if standing.state in (State.OVERDUE, State.DORMANT):
        assert blind is None
    if standing.deadline is not None:
        local = standing.deadline.astimezone(owner.zone)
        assert local.time() == time(9)
        assert calendar_for(owner, None).is_business_day(local.date())
        assert standing.state is (State.OVERDUE if standing.deadline <= now and blind is None else State.WAITING)
    else:
        assert standing.state not in (State.OVERDUE, State.WAITING) or blind is not None
    if standing.next_change_at is not None:
        assert standing.next_change_at > now


@settings(max_examples=100, deadline=None)
@given(application=applications(), corrections=told(), now=MOMENTS, owner=OWNERS, share=st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_change(
    application: Application, corrections: tuple[Correction, ...], now: datetime, owner: Owner, share: float
) -> None:
    standing = judge(application, corrections, now, owner)
    until = standing.next_change_at or now + timedelta(days=400)
    later = judge(application, corrections, min(now + share * (until - now), until - timedelta(microseconds=1)), owner)
    assert shown(later) == shown(standing)
    assert later.next_change_at == standing.next_change_at
    assert later.interviews == standing.interviews


@settings(max_examples=100, deadline=None)
@given(application=applications(), corrections=told(), now=MOMENTS, owner=OWNERS, seed=st.integers(0, 1000))
def test_order_and_doubles_do_not_matter(
    application: Application, corrections: tuple[Correction, ...], now: datetime, owner: Owner, seed: int
) -> None:
    mixed = list(application.messages) * 2
    random.Random(seed).shuffle(mixed)
    shuffled = replace(application, messages=tuple(mixed), interviews=application.interviews[::-1])
    assert shown(judge(shuffled, corrections[::-1], now, owner)) == shown(judge(application, corrections, now, owner))


@settings(max_examples=100, deadline=None)
@given(application=applications(), now=MOMENTS, owner=OWNERS, at=MOMENTS, kind=st.sampled_from([Kind.AUTOMATIC, Kind.SURVEY]))
def test_an_automatic_answer_changes_nothing(
    application: Application, now: datetime, owner: Owner, at: datetime, kind: Kind
) -> None:
    reply = facts(kind, sent_at=at, id="<automatic@test>", promises=(promising("04-30"),))
    answered = replace(application, messages=(*application.messages, reply))
    assert shown(judge(answered, (), now, owner)) == shown(judge(application, (), now, owner))


@settings(max_examples=100, deadline=None)
@given(application=applications(), corrections=told(), now=MOMENTS, owner=OWNERS)
def test_what_is_dated_later_does_not_exist_yet(
    application: Application, corrections: tuple[Correction, ...], now: datetime, owner: Owner
) -> None:
    later = {message.id for message in application.messages if message.sent_at > now}
    known = replace(
        application,
        messages=tuple(m for m in application.messages if m.id not in later),
        interviews=tuple(i for i in application.interviews if i.message not in later),
    )
    by_then = tuple(correction for correction in corrections if correction.made_at <= now)
    assert shown(judge(known, by_then, now, owner)) == shown(judge(application, corrections, now, owner))


def test_a_moment_without_a_zone_is_a_programmers_mistake() -> None:
    story = Story()
    with pytest.raises(ValueError, match=r"^now must be aware$"):
        judge(story.application, (), datetime(2026, 7, 7), story.owner)  # noqa: DTZ001


def test_the_next_change_is_named_for_each_turn_of_the_clock() -> None:
    story = Story().interview("07-07 10:00")
    turns = ["07-06 09:00"]
    while (change := story.judged(turns[-1]).next_change_at) is not None:
        turns.append(str(story.clock(change)))
    assert turns[1:] == [
        "07-07 10:00",  # it begins
        "07-07 11:00",  # it ends: thanks
        "07-07 13:00",  # the phone rings
        "07-08 11:00",  # a day has gone
        "07-15 09:00",  # the deadline
        "08-26 09:00",  # six weeks
        "08-27 09:00",  # the phone rings
    ]


def test_the_next_change_after_a_question_and_a_refusal() -> None:
    asked = Story().interview("07-07 10:00").writes("07-15 10:00", Kind.QUESTION)
    assert asked.clock(asked.judged("07-16 10:00").next_change_at) == "07-23 09:00"
    refused = Story().interview("07-07 10:00").hears("07-10 15:00", Kind.REJECTION)
    assert refused.clock(refused.judged("07-13 10:00").next_change_at) == "07-17 15:00"
    letter_ahead = Story().hears("07-10 15:00", Kind.OFFER).says("07-11 15:00", CorrectionKind.CLOSE)
    assert letter_ahead.clock(letter_ahead.judged("07-09 10:00").next_change_at) == "07-10 15:00"
    assert letter_ahead.clock(letter_ahead.judged("07-10 15:00").next_change_at) == "07-11 15:00"
    assert letter_ahead.judged("07-11 15:00").next_change_at is None


def test_the_standing_carries_what_it_rests_on() -> None:
    story = (
        Story().interview("07-07 10:00").hears("07-08 09:00", Kind.UPDATE, promise="07-10").writes("07-15 10:00", Kind.QUESTION)
    )
    standing = story.judged("07-23 10:00")
    assert standing.application == "brightforge"
    assert standing.rests_on == "follow_up:<07-15 10:00>"
    assert standing.rules == ("policy.overdue", "policy.promised", "policy.follow-up-again")
    assert standing.last_word_at == story.utc("07-08 09:00")
    assert standing.follow_ups_at == (story.utc("07-15 10:00"),)
    assert standing.last_interview == story.interviews[0]
    assert standing.promise == standing.promises[0]
    assert story.judged("07-14 10:00").rests_on == "promise:<07-08 09:00>:2026-07-10"
    assert story.judged("09-30 10:00").rests_on == "silence:promise:<07-08 09:00>:2026-07-10"
    refused = Story().interview("07-07 10:00").hears("07-10 15:00", Kind.REJECTION).judged("07-10 16:00")
    assert (refused.rests_on, refused.rules) == ("decision:<07-10 15:00>", ("policy.rejected", "policy.ask-feedback"))
    thanked = Story().interview("07-07 10:00").judged("07-07 12:00")
    assert (thanked.rests_on, thanked.rules[-1]) == ("interview:2026-07-07T14:00Z", "policy.thank-you")


def test_every_state_names_the_rules_that_fired_and_only_silence_has_a_deadline() -> None:
    met = [Story().interview("07-07 10:00").writes("07-07 12:00", Kind.THANKS) for _ in range(9)]
    asked = met[0].writes("07-15 10:00", Kind.QUESTION)
    told = {
        ("withdrawn",): met[1].writes("07-08 09:00", Kind.WITHDRAWAL).judged("07-08 10:00"),
        ("offer",): met[2].hears("07-08 09:00", Kind.OFFER).judged("07-08 10:00"),
        ("on_hold",): met[3].hears("07-08 09:00", Kind.ON_HOLD).judged("07-08 10:00"),
        ("your-turn", "reply"): met[4].hears("07-08 09:00", Kind.REQUEST).judged("07-08 10:00"),
        ("scheduled",): met[5].judged("07-06 10:00"),
        ("applied",): Story().judged("07-06 10:00"),
        ("waiting", "usual-time"): met[6].judged("07-08 10:00"),
        ("overdue", "usual-time", "follow-up"): met[6].judged("07-15 10:00"),
        ("overdue", "usual-time", "asked"): asked.judged("07-16 10:00"),
        ("overdue", "usual-time", "follow-up-again"): asked.judged("07-23 10:00"),
        ("dormant", "usual-time", "move-on"): met[6].judged("09-01 10:00"),
        ("unconfirmed", "usual-time", "follow-up"): met[6].judged("07-15 10:00", unconfirmed="login refused"),
        ("overdue", "usual-time", "asked-twice"): met[7]
        .writes("07-15 10:00", Kind.QUESTION)
        .writes("07-23 10:00", Kind.QUESTION)
        .judged("07-23 11:00"),
        ("overdue", "usual-time", "follow-up", "snoozed"): met[8]
        .says("07-15 10:00", CorrectionKind.SNOOZE, until="07-17 10:00")
        .judged("07-15 11:00"),
    }
    assert {tuple(f"policy.{name}" for name in rules): standing.rules for rules, standing in told.items()} == {
        standing.rules: standing.rules for standing in told.values()
    }
    deadline = met[6].utc("07-15 09:00")
    silent = {"waiting", "overdue", "unconfirmed"}
    assert [standing.deadline for standing in told.values()] == [deadline if rules[0] in silent else None for rules in told]


def test_an_employers_calling_off_is_their_last_word_and_the_owners_is_not() -> None:
    story = Story()
    cancelled = (story.moment("07-16 10:00", Stance.CANCELLED),)
    story.hears("07-08 09:00", Kind.LOGISTICS, moments=cancelled).writes("07-09 09:00", Kind.OTHER, moments=cancelled)
    assert story.judged("07-10 10:00").last_word_at == story.utc("07-08 09:00")
