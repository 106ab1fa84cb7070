"""The kinds of all letters of a thread, together: the likeliest assignment, by how likely each kind is for the letter by itself
and how often letters of one kind are answered by letters of another. And whether the thread is about a job at all.

A thread is a tree by In-Reply-To; the best assignment of a tree is found exactly, from the leaves to the root and back (max-sum,
Pearl 1988). A letter without a vote (bulk, an automatic answer, a text that never came) keeps its kind and speaks for its
neighbours by it. Pure: the same letters in any order settle alike.

What a thread is about is the difference between its best assignment and the one in which every letter is of another matter. A
letter that the rules know to be of another matter stays so; where they know nothing, or are outweighed, the thread says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from heardback.model import Kind, KindFinding, MessageFacts, Topic
from heardback.understanding.voting.weights import transitions

TRUST = 0.8
"""How much the neighbours count beside the letter itself; between 0.5 and 1 little changes."""

_UNSEEN = math.log(0.005)
"""Of a kind for which the letter has no vote; only met where two readings of the rules differ."""

SURE, DOUBTFUL = 2.0, -0.5
"""Leanings beyond which the thread decides what its letters are about. By authors that were not learned from, 86 of 100 threads
about a job lean beyond 2 and 3 of 100 of another matter; 94 and 13 beyond -0.5 (the rules alone: 68 and 31)."""

ENDING = frozenset({Kind.REJECTION, Kind.OFFER, Kind.ON_HOLD})
NEAR_MISSES = 0.1
"""By how much rarer letters are that speak of an application and mean another matter (a flat, a grant) in a mailbox than among
the letters that were learned from, which are full of them on purpose."""
CLOSING = ENDING | {Kind.WITHDRAWAL, Kind.DECLINED_OFFER}
SAID, OF_A_RECEIPT = 0.1, 0.85
"""Probability that a letter by itself must give to an ending; and one that the rules read as a receipt: many of those thank for
the interest, praise all others and wish good luck."""
_BESIDE_AN_END = frozenset({Kind.LOGISTICS, Kind.COURTESY, Kind.SURVEY, Kind.UPDATE})
_STILL_SAID = 0.08
"""Probability from which what the rules read stays beside what the thread settled on."""


def settle(facts: Sequence[MessageFacts]) -> tuple[MessageFacts, ...]:
    """The same facts in the same order, with the main kind that goes best with the thread."""
    by_id = {one.id: one for one in facts}
    parents = {one.id: _parent(one, by_id) for one in facts}
    ordered = sorted(by_id.values(), key=lambda one: (one.sent_at, one.id))
    alone = {one.id: _alone(one) for one in ordered}
    chosen = _assign(ordered, parents, alone)
    leanings = _leanings(ordered, parents, alone)
    return tuple(_about(_with_kind(one, chosen[one.id]), leanings[one.id]) if one.votes else one for one in facts)


def _parent(one: MessageFacts, by_id: Mapping[str, MessageFacts]) -> str | None:
    """The letter it answers. Never a later one: forged headers make no circles."""
    for id_ in (one.in_reply_to, *reversed(one.references)):
        other = by_id.get(id_ or "")
        if other is not None and (other.sent_at, other.id) < (one.sent_at, one.id):
            return other.id
    return None


Alone = Mapping[str, Mapping[Kind, float]]
"""Message-ID -> what its letter by itself leaves to the thread to choose from (``_alone``)."""


def _leanings(ordered: Sequence[MessageFacts], parents: Mapping[str, str | None], alone: Alone) -> dict[str, float]:
    """How much better a letter's thread reads as about a job than as of another matter, as a natural logarithm."""
    follows = transitions()
    hiring: dict[str, dict[Kind, float]] = {
        id_: {kind: value for kind, value in kinds.items() if kind is not Kind.OTHER} or {Kind.OTHER: _UNSEEN}
        for id_, kinds in alone.items()
    }
    roots: dict[str, str] = {}
    leanings: dict[str, float] = {}
    for one in ordered:
        parent = parents[one.id]
        roots[one.id] = one.id if parent is None else roots[parent]
        other = alone[one.id].get(Kind.OTHER, _UNSEEN)
        other += TRUST * (_begins(follows, one, Kind.OTHER) if parent is None else follows.get((Kind.OTHER, Kind.OTHER), 0.0))
        leanings[roots[one.id]] = leanings.get(roots[one.id], 0.0) - other
    for one in reversed(ordered):
        parent, mine = parents[one.id], hiring[one.id]
        if parent is None:
            leanings[one.id] += max(mine[kind] + TRUST * _begins(follows, one, kind) for kind in mine)
            continue
        for above in hiring[parent]:
            hiring[parent][above] += max(mine[kind] + TRUST * follows.get((above, kind), 0.0) for kind in mine)
    return {id_: leanings[root] for id_, root in roots.items()}


def _about(one: MessageFacts, leaning: float) -> MessageFacts:
    if one.topic is Topic.UNKNOWN and leaning >= SURE and one.kind.kind is not Kind.OTHER:
        return replace(one, topic=Topic.HIRING, topic_evidence=one.kind.evidence)
    if one.topic is Topic.HIRING and leaning <= DOUBTFUL:
        return replace(one, topic=Topic.UNKNOWN, topic_evidence=None)
    return one


def _assign(ordered: Sequence[MessageFacts], parents: Mapping[str, str | None], alone: Alone) -> dict[str, Kind]:
    """``ordered``: parents before their answers."""
    follows = transitions()
    sums = {id_: dict(kinds) for id_, kinds in alone.items()}
    best_below: dict[tuple[str, Kind], Kind] = {}
    for one in reversed(ordered):
        parent = parents[one.id]
        if parent is None:
            continue
        for above in sums[parent]:
            kind = max(sums[one.id], key=lambda kind: (sums[one.id][kind] + TRUST * follows.get((above, kind), 0.0), kind))
            best_below[one.id, above] = kind
            sums[parent][above] += sums[one.id][kind] + TRUST * follows.get((above, kind), 0.0)
    chosen: dict[str, Kind] = {}
    for one in ordered:
        parent = parents[one.id]
        if parent is not None:
            chosen[one.id] = best_below[one.id, chosen[parent]]
        else:
            chosen[one.id] = max(sums[one.id], key=lambda kind: (sums[one.id][kind] + TRUST * _begins(follows, one, kind), kind))
    return chosen


def _begins(follows: Mapping[tuple[str, str], float], one: MessageFacts, kind: Kind) -> float:
    """An answer to a letter that is not there begins nothing."""
    return 0.0 if one.in_reply_to else follows.get(("", kind), 0.0)


def _alone(one: MessageFacts) -> dict[Kind, float]:
    """What the letter itself leaves to its thread to choose from. It must say an ending itself: that one often follows is not
    enough, since it closes the matter."""
    if one.topic is Topic.UNRELATED:
        return {Kind.OTHER: 0.0}
    if not one.votes:
        return {one.kind.kind: 0.0}
    enough = OF_A_RECEIPT if one.kind.kind is Kind.RECEIPT else SAID
    said = {
        vote.kind: math.log(vote.probability)
        for vote in one.votes
        if vote.kind not in CLOSING or vote.probability >= (SAID if one.says(vote.kind) else enough)
    }
    if one.topic is Topic.HIRING and Kind.OTHER in said and len(said) > 1:
        said[Kind.OTHER] += math.log(NEAR_MISSES)
    return said or {one.kind.kind: 0.0}


def _with_kind(one: MessageFacts, kind: Kind) -> MessageFacts:
    if kind is one.kind.kind:
        return one
    probable = {vote.kind: vote for vote in one.votes}
    main = next((found for found in one.also if found.kind is kind), None)
    if main is None:
        main = KindFinding(kind=kind, evidence=probable[kind].evidence)
    rest = tuple(
        found
        for found in (one.kind, *one.also)
        if found.kind is not kind
        and (probable[found.kind].probability if found.kind in probable else 0.0) >= _STILL_SAID
        and (found.kind in _BESIDE_AN_END if kind in ENDING else found.kind not in ENDING)
    )
    return replace(one, kind=main, also=rest)
