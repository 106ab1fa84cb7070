"""The likely kind of a letter in which no rule finds anything, by the company its words keep.

Rules read what a sentence says; letters by people nobody had in mind say it otherwise. Rather than read nothing, their words
are counted against ``phrases/cues.toml``: each kind has words that go with it, and the kind with the largest sum is believed
where the sum is enough and no other kind comes near. A guess is worth less than a reading, so it is asked last, needs more
for what ends an application than for a courtesy, and its evidence names it: ``cues.rejection``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from heardback.model import Kind, KindFinding
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence

STRONG, WEAK = 2, 1
LEAD = 2
"""How far the best kind must be ahead of the next."""
SHORTEST, LONGEST = 3, 160
"""Words of a text that is counted: below, there is nothing to count; above, every kind's words occur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    kind: Kind
    enough: int
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    example: str

    def weigh(self, text: str) -> int:
        """Each word once."""
        return STRONG * len(set(self.strong.findall(text))) + WEAK * len(set(self.weak.findall(text)))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


@cache
def table(side: str) -> tuple[Cues, ...]:
    """``side``: "employer" or "owner"."""
    return tuple(
        Cues(
            kind=Kind(name),
            enough=entry["enough"],
            strong=_pattern(entry["strong"]),
            weak=_pattern(entry["weak"]),
            example=entry["example"],
        )
        for name, entry in phrasebook.data("cues")[side].items()
    )


_NOT_BY_SUBJECT = frozenset({Kind.RECEIPT, Kind.APPROACH, Kind.COURTESY})
"""Kinds for which a subject says nothing: "Your application to Oakmere" stands above its refusal too."""
_IS_ANSWER = re.compile(r"(?:re|aw|sv|rif|antw|tr|fwd?|wg) ?:")


def likely(side: str, sentences: Sequence[Sentence], subject: Sentence | None = None) -> KindFinding | None:
    """The kind that the words go with, or None where they do not say. The words of a ``subject`` count where it is the
    letter's own and not the one it answers. Never raises."""
    text = " ".join(sentence.plain for sentence in sentences)
    if not SHORTEST <= len(text.split()) <= LONGEST:
        return None
    titled = text if subject is None or _IS_ANSWER.match(subject.plain) else f"{text} . {subject.plain}"
    weights = sorted(
        ((cues.weigh(text if cues.kind in _NOT_BY_SUBJECT else titled), -at, cues) for at, cues in enumerate(table(side))),
        key=lambda item: item[:2],
    )
    (best, _, chosen), (second, _, _) = weights[-1], weights[-2]
    if best < chosen.enough or best - second < LEAD:
        return None
    sentence = max(sentences, key=lambda sentence: chosen.weigh(sentence.plain))
    return KindFinding(kind=chosen.kind, evidence=sentence.evidence(f"cues.{chosen.kind.value}"))
