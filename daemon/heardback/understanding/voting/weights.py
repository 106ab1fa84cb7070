"""The learned tables, as ``tests/corpus/train.py`` writes them: weights of words and of findings by label, and how kinds follow
one another in a thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import sqrt

Pairs = tuple[tuple[int, float], ...]
"""(place of a label, weight)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """``words``: word, pair or marked word -> (idf, weights). ``findings``: the same without an idf."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    words: dict[str, tuple[float, Pairs]]
    findings: dict[str, Pairs]

    def scores(self, words: Mapping[str, float], findings: Iterable[str]) -> list[float]:
        """One sum a label: tf-idf of unit length, and the findings, times their weights."""
        scores = list(self.intercepts)
        known = [(count * found[0], found[1]) for word, count in words.items() if (found := self.words.get(word))]
        length = sqrt(sum(value * value for value, _ in known)) or 1.0
        for value, pairs in known:
            for place, weight in pairs:
                scores[place] += value / length * weight
        for finding in findings:
            for place, weight in self.findings.get(finding, ()):
                scores[place] += weight
        return scores


@cache
def weights(name: str) -> Weights:
    """``name``: "employer" or "owner" (labels are kinds), or "promises" (one label)."""
    return weights_of(_text(f"vote_{name}.tsv"))


def weights_of(text: str) -> Weights:
    rows = _rows(text)
    heads = [cell.rpartition(":") for cell in next(rows)]
    table = Weights(
        labels=tuple(label for label, _, _ in heads),
        intercepts=tuple(float(value) for _, _, value in heads),
        words={},
        findings={},
    )
    for word, idf, *cells in rows:
        pairs = tuple((ord(cell[0]) - ord("a"), float(cell[1:])) for cell in cells)
        if idf:
            table.words[word] = (float(idf), pairs)
        else:
            table.findings[word] = pairs
    return table


@cache
def transitions() -> dict[tuple[str, str], float]:
    """(kind of a letter, kind of its answer) -> by how much likelier that answer is after it, as a natural logarithm. The
    first letter of a thread answers ""."""
    return {(before, after): float(value) for before, after, value in _rows(_text("vote_threads.tsv"))}


def _text(file: str) -> str:
    return resources.files("heardback.understanding").joinpath("phrases", file).read_text(encoding="utf-8")


def _rows(text: str) -> Iterator[list[str]]:
    return (row.split("\t") for row in text.splitlines() if row and not row.startswith("#"))
