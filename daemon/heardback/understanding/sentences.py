"""Prose -> sentences: the unit in which every finding is read and quoted.

A letter's hard line breaks are joined before it is cut, because senders wrap at 72 columns; list items, table
rows and short lines that stand alone (a greeting, a heading) are kept apart, because a date in one row says nothing
about the next. A full stop after an abbreviation, an initial, a number or an ordinal ("3. April") ends nothing.
Bounded: the first ``MAX_CHARACTERS`` are read, and a sentence longer than ``MAX_SENTENCE`` is cut at a
space; more than ``MAX_SENTENCES`` are no letter.
"""

from __future__ import annotations

import re
from itertools import islice

MAX_CHARACTERS = 30_000
MAX_SENTENCE = 1_200
MAX_SENTENCES = 500
SHORT_LINE = 45
"""A line below this length that is followed by a line starting with a capital did not reach the margin."""

_ITEM = re.compile(r"\s*(?:[-*•·–—▪◦]\s|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s|[|])")
_ROW = re.compile(r"\t|\s{3,}\S|\|")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s)")
_LAST_WORD = re.compile(r"[^\s(\"'“‘\[]*$")
_STARTS_LOW = re.compile(r"[a-z]")
_SHORT_FORMS = """
mr mrs ms mx dr prof st sr jr no nos vs etc inc ltd llc co corp dept approx ca cf e.g i.e eg ie est tel ext fig fri mon tue
tues wed weds thu thur thurs sat sun jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m am pm hr hrs min mins ph.d b.a
m.a b.sc m.sc u.s u.k min max rd ave bldg attn
"""
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())


def split(text: str) -> tuple[str, ...]:
    """The sentences of ``text`` in order, white space collapsed, none empty."""
    pieces = (
        piece for block in _blocks(text[:MAX_CHARACTERS]) for sentence in _cut(block) for piece in _bounded(sentence) if piece
    )
    return tuple(islice(pieces, MAX_SENTENCES))


def _blocks(text: str) -> list[str]:
    """Runs of lines that belong together: paragraphs joined, items and rows alone."""
    blocks: list[str] = []
    run: list[str] = []

    def close() -> None:
        if run:
            blocks.append(" ".join(" ".join(run).split()))
            run.clear()

    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            close()
            continue
        is_row = _is_row(line)
        if run and (is_row or _ITEM.match(line) or _ends_block(run[-1], line)):
            close()
        run.append(line)
        if is_row:
            close()
    close()
    return blocks


def _is_row(line: str) -> bool:
    may_be = "|" in line or "\t" in line or "  " in line or not line.isascii()
    return may_be and _ROW.search(line) is not None


_LINKS = """
a an the by on at of to and or in before until till with for from is are was we i you will be our your my their this that next
no later than within after early end
"""
_DANGLING = frozenset(_LINKS.split())
"""No line ends on purpose with one of these: its sentence goes on, even with a capital ("by / Friday")."""


def _ends_block(before: str, line: str) -> bool:
    """Did ``before`` end on purpose? It is short, ends with a comma of greeting or a colon, and the next starts high."""
    if _STARTS_LOW.match(line):
        return False
    if before.endswith(":"):
        return True
    if before.rsplit(" ", 1)[-1].lower() in _DANGLING:
        return False
    return len(before) < SHORT_LINE and not (before.endswith(",") and len(before.split()) > 4)


def _cut(block: str) -> list[str]:
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(block):
        if _is_end(block, start, stop):
            found.append(block[start : stop.end()].strip())
            start = stop.end()
    found.append(block[start:].strip())
    return found


def _is_end(block: str, start: int, stop: re.Match[str]) -> bool:
    rest = block[stop.end() : stop.end() + 40].lstrip()
    if not stop.group().startswith("."):
        return not _STARTS_LOW.match(rest)
    word = _last_word(block, start, stop.start())
    if word.lower() in _ABBREVIATIONS:
        # "at 3 p.m. We will" ends, "at 3 p.m. Friday" cannot be told from it and stays together with the day
        return word.lower() in {"a.m", "p.m", "etc", "inc", "ltd", "llc"} and _starts_sentence(rest)
    if len(word) == 1 and word.isalpha() and word != "I":
        return False
    if word.isdigit() and len(word) <= 2:
        return _starts_sentence(rest)
    return not _STARTS_LOW.match(rest) or (block[stop.start() :].startswith("...") is False and len(word) > 3)


_FIRST_WORDS = """
we i you our they he she it the this that please if thank thanks as in by once after your no there
"""
_OPENERS = frozenset(_FIRST_WORDS.split())


def _starts_sentence(rest: str) -> bool:
    first = rest.split(" ", 1)[0].rstrip(",.").lower().split("'")[0].split("’")[0]
    return bool(rest) and rest[0].isupper() and first in _OPENERS


def _last_word(block: str, start: int, end: int) -> str:
    match = _LAST_WORD.search(block[max(start, end - 40) : end])
    return match.group() if match else ""


def _bounded(sentence: str) -> list[str]:
    pieces: list[str] = []
    while len(sentence) > MAX_SENTENCE:
        at = sentence.rfind(" ", 0, MAX_SENTENCE)
        at = at if at > 0 else MAX_SENTENCE
        pieces.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*pieces, sentence]
