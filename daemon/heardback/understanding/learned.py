"""A learned vote on the kind of an employer's letter that no rule could read.

Logistic regression over words and pairs of words, learned from the project's own bank of letters
(``tests/corpus/train_kinds.py``) and shipped as a table of weights. It speaks only where the rules are silent, because models
of this sort fall off on the next writer, and it never decides alone on what ends an application: a refusal, an offer or a hold
is believed only if a word of ours for it stands in the letter too (``cues``).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from heardback.model import Kind, KindFinding
from heardback.understanding.phrasebook import Sentence

WORD = re.compile(r"[a-z']+|\d+")
LONGEST = 400
"""Words; a longer text is no letter of the sort that was learned from."""

ENOUGH = 0.12
"""Probability, of seventeen kinds, at which the likeliest is believed. With the vote 57 of 100 held-out letters are named
rightly, without it 50 (python -m tests.corpus.bank heldout); anything from 0.06 to 0.2 changes little."""


@dataclass(frozen=True, slots=True)
class Weights:
    """``words``: word or "word word" -> (idf, ((kind's number, weight), ...))."""

    kinds: tuple[Kind, ...]
    intercepts: tuple[float, ...]
    words: dict[str, tuple[float, tuple[tuple[int, float], ...]]]


@cache
def weights() -> Weights:
    text = resources.files("heardback.understanding").joinpath("phrases", "learned_kinds.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in text.splitlines() if row and not row.startswith("#"))
    heads = [cell.rpartition(":") for cell in next(rows)]
    number = {name: at for at, (name, _, _) in enumerate(heads)}
    words = {}
    for word, idf, *cells in rows:
        pairs = (cell.rpartition(":") for cell in cells)
        words[word] = (float(idf), tuple((number[name], float(value)) for name, _, value in pairs))
    return Weights(
        kinds=tuple(Kind(name) for name, _, _ in heads),
        intercepts=tuple(float(value) for _, _, value in heads),
        words=words,
    )


def likely(sentences: Sequence[Sentence], subject: Sentence) -> KindFinding | None:
    """The likeliest kind, and the sentence that speaks for it most; None where the text is too long or too short to say, or
    nothing is likely enough. Never raises."""
    tokens = WORD.findall(" . ".join((subject.plain, *(sentence.plain for sentence in sentences))))
    if not 3 <= len(tokens) <= LONGEST:
        return None
    table = weights()
    scores = _scores(tokens, table)
    best = max(range(len(scores)), key=lambda at: scores[at])
    peak = scores[best]
    probability = 1.0 / sum(math.exp(score - peak) for score in scores)
    if probability < ENOUGH or table.kinds[best] is Kind.OTHER:
        return None
    sentence = max(sentences, key=lambda one: _scores(WORD.findall(one.plain), table)[best], default=subject)
    kind = table.kinds[best]
    return KindFinding(kind=kind, evidence=sentence.evidence(f"learned.{kind.value}"))


def _scores(tokens: Sequence[str], table: Weights) -> list[float]:
    """One sum a kind: tf-idf with sublinear counts and unit length, as it was learned."""
    counts = Counter(tokens)
    counts.update(f"{one} {other}" for one, other in pairwise(tokens))
    known = [(table.words[word], count) for word, count in counts.items() if word in table.words]
    values = [((1.0 + math.log(count)) * idf, pairs) for (idf, pairs), count in known]
    length = math.sqrt(sum(value * value for value, _ in values)) or 1.0
    scores = list(table.intercepts)
    for value, pairs in values:
        for at, weight in pairs:
            scores[at] += value / length * weight
    return scores
