"""Which sentences with a time promise a word from the employer: logistic regression over the sentence, what the rules made of it,
and how the letter was voted on.

The rules know some hundred ways to promise; people know more ("figure on my call Friday before lunch"), and what looks like a
promise is none in a landlord's letter or beside a refusal. So the rules' findings are features among the sentence's words here
too. A sentence promises by the last time in it that lies ahead, unless a rule read which one governs: of 309 promises by several
authors 303 mean the last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from heardback.model import Evidence, Kind, PromisedBy, PromiseFinding, Timeframe, Vote
from heardback.understanding.governing import is_ahead
from heardback.understanding.marked import Marked, mark
from heardback.understanding.phrasebook import EVIDENCE_CHARACTERS, Sentence
from heardback.understanding.promises import may_name_a_time
from heardback.understanding.voting import features
from heardback.understanding.voting.weights import weights
from heardback.workdays import WorkCalendar

BELIEVED, CONFIRMED = 0.4, 0.15
"""Probability from which a sentence promises that no rule knows, and one that a rule reads as a promise. By authors that were not
learned from 90 of 100 such sentences do, and 85 of 100 promises are among them (the rules alone: 84 and 68)."""
SURELY_OTHER = 0.9
"""Probability of another matter from which a letter is not asked: whatever it promises, no employer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence with at least one time ahead; ``found`` is what the rules made of it."""

    sentence: str
    before: str
    text: str
    frames: tuple[Timeframe, ...]
    found: PromiseFinding | None

    def words(self) -> dict[str, float]:
        return features.of_sentence(self.text, self.before)

    def findings(self, votes: Sequence[Vote]) -> set[str]:
        return features.of_times(self.frames, self.found.evidence.rule if self.found else None, votes)


def candidates(
    sentences: Sequence[Sentence], found: Sequence[PromiseFinding], written: datetime, calendar: WorkCalendar
) -> Iterator[Candidate]:
    """The sentences that may promise, in the order of the text. Never raises."""
    anchor: date | None = None
    before = ""
    for sentence in sentences:
        if may_name_a_time(sentence):
            marked: Marked = mark(sentence.original, written, calendar, None, anchor)
            anchor = marked.anchor
            ahead = tuple(frame for frame in marked.frames if is_ahead(frame, written))
            if ahead:
                yield Candidate(
                    sentence=sentence.original,
                    before=before,
                    text=marked.text,
                    frames=ahead,
                    found=next((one for one in found if _is_of(one, sentence.original)), None),
                )
        before = sentence.plain


def _is_of(finding: PromiseFinding, sentence: str) -> bool:
    quoted = finding.evidence.sentence
    return sentence[:120] in quoted or quoted in sentence


def promised(
    sentences: Sequence[Sentence],
    found: tuple[PromiseFinding, ...],
    votes: Sequence[Vote],
    written: datetime,
    calendar: WorkCalendar,
) -> tuple[PromiseFinding, ...]:
    """The promises of an employer's letter. ``found``: by the rules. Without a vote on the letter, those stand."""
    other = next((vote.probability for vote in votes if vote.kind is Kind.OTHER), 0.0)
    if not votes or other >= SURELY_OTHER:
        return found
    asked = tuple(candidates(sentences, found, written, calendar))
    settled = {id(one.found) for one in asked if one.found is not None}
    believed = [_finding(one) for one in asked if probability(one, votes) >= (CONFIRMED if one.found else BELIEVED)]
    return tuple(dict.fromkeys((*(one for one in found if id(one) not in settled), *believed)))


def probability(candidate: Candidate, votes: Sequence[Vote]) -> float:
    """How likely, 0..1, the sentence promises."""
    score = weights("promises").scores(candidate.words(), candidate.findings(votes))[0]
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


def _finding(candidate: Candidate) -> PromiseFinding:
    if candidate.found is not None:
        return candidate.found
    evidence = Evidence(sentence=" ".join(candidate.sentence.split())[:EVIDENCE_CHARACTERS], rule="vote.promise")
    return PromiseFinding(timeframe=candidate.frames[-1], by=PromisedBy.EMPLOYER, evidence=evidence)
