"""Text -> tokens with their places, and the line that the grammar walks over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from heardback.understanding.timeframes.words import NUMBERS, ORDINALS, TIME_NOUNS
from heardback.workdays import WorkCalendar

MAX_TOKENS = 1_000
"""Of one text. Hostile text is longer; letters are not."""

_TOKEN = re.compile(r"\d{1,9}|[apAP]\.\s?[mM]\b\.?|[^\W\d_]+(?:['’][^\W\d_]+){0,3}|[^\w\s]")
_SUFFIXES = frozenset(("st", "nd", "rd", "th"))


class Token(NamedTuple):
    """``text`` is lower case with straight apostrophes; ``number`` the value of digits; ``is_glued``: no space before.

    A named tuple, because a line has many and a frozen dataclass takes four times as long to make."""

    text: str
    start: int
    end: int
    number: int | None
    is_glued: bool
    is_capital: bool


def tokenize(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(text):
        word = match.group()
        start, after = match.span()
        lower = word.lower()
        number = None
        if "’" in lower:
            lower = lower.replace("’", "'")
        elif lower[1:2] == ".":  # "p.m.": only the halves of a day hold a full stop
            lower = lower[0] + "m"
        elif word.isdecimal():
            number = int(word)
        tokens.append(Token(lower, start, after, number, start == end, lower != word and word[0].isupper()))
        end = after
        if len(tokens) >= MAX_TOKENS:
            break
    return tokens


_END = Token("", -1, -1, None, False, False)
_PADDING = ("",) * 64
"""Words behind the last token and (by negative index) before the first: rules look that far without asking for the length."""
NOWHERE = 1 << 30
"""An index behind every text."""
REACH = 10
"""Tokens from the first word of a timeframe to its first time noun, at most: "no later than around the very end of"."""


def _may_be_time(token: Token) -> bool:
    """A clock's hour, a day of a month, a year or "1430"; a count ("in 36 hours") stands by a noun of its own."""
    return token.number is not None and (token.number < 32 or token.end - token.start == 4)


@lru_cache(maxsize=256)
def _words_of(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


@dataclass(slots=True)
class Line:
    """The tokens of one text, and what their words are to be read against.

    ``today`` is the writer's day. ``anchor`` is the last day named so far in the text: what "a day or two after that"
    and "the Thursday" count from; it is the only thing that changes while the line is walked."""

    text: str
    tokens: list[Token]
    written: datetime
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    is_day_first: bool | None = None
    prefer_future: bool = True
    reader_zone: tzinfo | None = None
    country: str | None = None
    anchor: date | None = None
    today: date = field(init=False)
    words: tuple[str, ...] = field(init=False)
    nouns: list[int] = field(init=False)
    """For each token the index of the first time noun from it on, ``NOWHERE`` behind the last."""

    def __post_init__(self) -> None:
        self.today = self.written.date()
        self.words = (*(token.text for token in self.tokens), *_PADDING)
        nearest = NOWHERE
        nouns = [nearest] * len(self.tokens)
        for index in range(len(self.tokens) - 1, -1, -1):
            token = self.tokens[index]
            if _may_be_time(token) or token.text in TIME_NOUNS:
                nearest = index
            nouns[index] = nearest
        self.nouns = nouns

    def next_start(self, index: int) -> int:
        """The first index from ``index`` on at which a timeframe can start, because a time noun is in its reach."""
        if index >= len(self.nouns):
            return index
        return max(index, self.nouns[index] - REACH)

    def at(self, index: int) -> Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def word(self, index: int) -> str:
        return self.words[index]

    def skip(self, index: int, words: frozenset[str], limit: int = 3) -> int:
        """The first index from ``index`` on, at most ``limit`` further, that holds none of ``words``."""
        while limit and self.word(index) in words and index < len(self.tokens):
            index += 1
            limit -= 1
        return index

    def follows(self, index: int, phrase: str) -> int:
        """The index after ``phrase`` (words with single spaces) if it stands at ``index``, else 0."""
        words = _words_of(phrase)
        if self.words[index] != words[0]:
            return 0
        end = index + len(words)
        return end if self.words[index:end] == words else 0

    def quote(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


def read_number(line: Line, index: int) -> tuple[int, int] | None:
    """A cardinal in digits (four at most) or words: ("twenty five", 2 tokens)."""
    token = line.at(index)
    if token.number is not None:
        return (token.number, index + 1) if token.number < 10_000 else None
    value = NUMBERS.get(token.text)
    if value is None:
        return None
    after = index + 2 if line.word(index + 1) == "-" else index + 1
    unit = NUMBERS.get(line.word(after))
    if value >= 20 and unit is not None and 0 < unit < 10:
        return value + unit, after + 1
    return value, index + 1


def read_ordinal(line: Line, index: int) -> tuple[int, int] | None:
    """ "15th", "first", "twenty-first", 1 to 31."""
    token = line.at(index)
    if token.number is not None:
        if line.word(index + 1) in _SUFFIXES and line.at(index + 1).is_glued and 1 <= token.number <= 31:
            return token.number, index + 2
        return None
    if token.text in ORDINALS:
        return ORDINALS[token.text], index + 1
    if token.text in ("twenty", "thirty"):
        after = index + 2 if line.word(index + 1) == "-" else index + 1
        unit = ORDINALS.get(line.word(after))
        value = NUMBERS[token.text] + (unit or 99)
        if unit is not None and value <= 31:
            return value, after + 1
    return None
