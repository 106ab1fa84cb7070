"""The learned tables, as ``tests/corpus/train.py`` writes them: weights of words and of findings by kind, and how kinds follow
one another in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from heardback.model import Kind


@dataclass(frozen=True, slots=True)
class Weights:
    """``words``: word, pair or "s:word" -> (idf, ((place of a kind, weight), ...)). ``findings``: the same without an idf."""

    kinds: tuple[Kind, ...]
    intercepts: tuple[float, ...]
    words: dict[str, tuple[float, tuple[tuple[int, float], ...]]]
    findings: dict[str, tuple[tuple[int, float], ...]]


@cache
def weights(side: str) -> Weights:
    """``side``: "employer" or "owner"."""
    rows = _rows(f"vote_{side}.tsv")
    heads = [cell.rpartition(":") for cell in next(rows)]
    table = Weights(
        kinds=tuple(Kind(name) for name, _, _ in heads),
        intercepts=tuple(float(value) for _, _, value in heads),
        words={},
        findings={},
    )
    for name, idf, *cells in rows:
        pairs = tuple((ord(cell[0]) - ord("a"), float(cell[1:])) for cell in cells)
        if idf:
            table.words[name] = (float(idf), pairs)
        else:
            table.findings[name] = pairs
    return table


@cache
def transitions() -> dict[tuple[str, str], float]:
    """(kind of a letter, kind of its answer) -> by how much likelier that answer is after it, as a natural logarithm. The
    first letter of a thread answers ""."""
    return {(before, after): float(value) for before, after, value in _rows("vote_threads.tsv")}


def _rows(file: str) -> Iterator[list[str]]:
    text = resources.files("heardback.understanding").joinpath("phrases", file).read_text(encoding="utf-8")
    return (row.split("\t") for row in text.splitlines() if row and not row.startswith("#"))
