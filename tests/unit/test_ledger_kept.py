"""Facts as JSON and back, and which copy of a message remains: as values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.ledger.kept import better, from_json, is_worth_keeping, keep, to_json
from heardback.ledger.moments import from_text, to_text
from heardback.model import (
    Address,
    Evidence,
    FolderRole,
    InterviewOffset,
    Kind,
    KindFinding,
    MessageFacts,
    Moment,
    NameFinding,
    OffsetUnit,
    PromisedBy,
    PromiseFinding,
    SenderKind,
    Stance,
    Timeframe,
    Topic,
)
from tests.builders import at, facts

words = st.text(max_size=30)
moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)).flatmap(  # noqa: DTZ001
    lambda naive: st.integers(-14 * 4, 14 * 4).map(
        lambda quarters: naive.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    )
)
evidences = st.builds(Evidence, sentence=words, rule=words)
addresses = st.builds(Address, name=words, address=words)
kinds = st.builds(KindFinding, kind=st.sampled_from(Kind), evidence=evidences)
names = st.builds(NameFinding, name=words, weight=st.floats(0, 1), evidence=evidences)
timeframes = st.one_of(
    st.builds(
        Timeframe,
        quote=words,
        rule=words,
        earliest=st.none() | st.dates(),
        latest=st.dates(),
        at=st.none() | moments,
        from_interview=st.none(),
    ),
    st.builds(
        Timeframe,
        quote=words,
        rule=words,
        earliest=st.none(),
        latest=st.none(),
        at=st.none(),
        from_interview=st.builds(
            InterviewOffset, earliest=st.integers(0, 9), latest=st.integers(0, 9), unit=st.sampled_from(OffsetUnit)
        ),
    ),
)
moment_findings = st.builds(
    Moment,
    stance=st.sampled_from(Stance),
    evidence=evidences,
    start=st.none() | moments,
    end=st.none() | moments,
    day=st.none() | st.dates(),
    clock=st.none() | words,
    uid=st.none() | words,
    sequence=st.integers(0, 2**40),
    label=words,
    people=st.lists(words, max_size=3).map(tuple),
    is_interview=st.booleans(),
)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


all_facts = st.builds(
    MessageFacts,
    id=words,
    mailbox=words,
    folder=words,
    role=st.sampled_from(FolderRole),
    sent_at=moments,
    sender=st.none() | addresses,
    sender_kind=st.sampled_from(SenderKind),
    recipients=some(addresses),
    reply_to=some(addresses),
    subject=words,
    in_reply_to=st.none() | words,
    references=some(words),
    provider_thread=st.none() | words,
    kind=kinds,
    also=some(kinds),
    topic=st.sampled_from(Topic),
    topic_evidence=st.none() | evidences,
    promises=some(st.builds(PromiseFinding, timeframe=timeframes, by=st.sampled_from(PromisedBy), evidence=evidences)),
    moments=some(moment_findings),
    employers=some(names),
    roles=some(names),
    agency=st.none() | words,
    due=st.none() | timeframes,
    read_in_full=st.booleans(),
)


@given(all_facts)
@settings(max_examples=40, deadline=None)
def test_any_facts_come_back_from_json_as_they_were(one: MessageFacts) -> None:
    again = from_json(to_json(one))
    assert again == one
    assert again.sent_at.utcoffset() == one.sent_at.utcoffset()


def test_a_promise_with_every_field_comes_back() -> None:
    frame = Timeframe(
        quote="by 5pm on Friday",
        rule="r",
        earliest=date(2026, 3, 12),
        latest=date(2026, 3, 13),
        at=at("2026-03-13T17:00:00-04:00"),
    )
    promise = PromiseFinding(timeframe=frame, by=PromisedBy.EMPLOYER, evidence=Evidence(sentence="You'll hear by 5pm.", rule="p"))
    one = facts(Kind.UPDATE, sent_at=at("2026-03-11T10:00:00-05:00"), promises=(promise,))
    assert from_json(to_json(one)).promises == (promise,)


@given(all_facts, all_facts)
@settings(max_examples=25, deadline=None)
def test_of_two_copies_the_fuller_reading_and_the_better_place_remain(first: MessageFacts, second: MessageFacts) -> None:
    remaining = better(keep(first), keep(second))
    assert remaining.read_in_full == (first.read_in_full or second.read_in_full)
    assert (remaining.role is FolderRole.JUNK) == (first.role is FolderRole.JUNK and second.role is FolderRole.JUNK)
    if remaining.facts is not None:
        kept = from_json(remaining.facts)
        assert (kept.role, kept.folder, kept.mailbox) == (remaining.role, remaining.folder, remaining.mailbox)


@given(all_facts)
@settings(max_examples=20, deadline=None)
def test_a_message_that_comes_again_unchanged_is_not_written_again(one: MessageFacts) -> None:
    old = keep(one)
    assert better(old, keep(one)) is old


def test_unrelated_mail_between_persons_that_was_read_keeps_its_facts() -> None:
    sent_at = at("2026-03-11T10:00:00-05:00")
    person = facts(sent_at=sent_at, topic=Topic.UNRELATED)
    assert is_worth_keeping(person)
    assert not is_worth_keeping(facts(sent_at=sent_at, topic=Topic.UNRELATED, read_in_full=False))
    assert not is_worth_keeping(facts(sent_at=sent_at, topic=Topic.UNRELATED, sender_kind=SenderKind.BULK))
    assert is_worth_keeping(facts(sent_at=sent_at, topic=Topic.UNKNOWN, sender_kind=SenderKind.BULK))


@given(moments, moments)
def test_moments_sort_as_text_as_they_do_in_time(first: datetime, second: datetime) -> None:
    assert (to_text(first) < to_text(second)) == (first < second)
    assert from_text(to_text(first)) == first
    assert from_text(to_text(first)).tzinfo is UTC
