"""German, French and Spanish times: their words become the English ones that the grammar reads, token by token.

One grammar reads all of them, because the parts are the same everywhere (a preposition, a week, a day, a clock) and only words
and order differ: "bis Ende nächster Woche" is "by the end of next week". The tables are ``phrases/time_<language>.toml``:
``words`` one by one, ``phrases`` where the order or the number of words differs. In a phrase ``#`` stands for a number
(digits or a word), ``W`` for a weekday, ``M`` for a month, ``U`` for a unit, ``X`` for any word; ``!`` at its end forbids a
number, a month or a clock behind it. On the English side ``$1`` is the first of these, ``$1-1`` one less, and ``~`` glues a
word to what stands before. Accents count for nothing: people leave them out.

The new tokens keep the places of the words that they stand for, so a quote is always of the letter's own words.

An English text is left alone: it pays for one look at its words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from heardback.understanding import phrasebook
from heardback.understanding.timeframes.tokens import Token
from heardback.understanding.timeframes.words import MONTHS, WEEKDAYS

LANGUAGES = ("german", "french", "spanish")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH = """the and you to is we at for will by of your our next week weeks days day with have be i it that this would from or
if are can morning afternoon today tomorrow not please time"""
_ENGLISH_WORDS = frozenset((*_ENGLISH.split(), *WEEKDAYS, *MONTHS)) - {"mar", "mer", "sat", "sun"}
_CALLING = """um à a las le el den le zum ab bis mit pour por para vor der die das im les la los vous ich sie wir je nous ist
est geht passt"""
"""Words that no English sentence needs, and that make a second look worth it."""
_FOLLOWS_CLOCK = frozenset((":", "h", "uhr", "heures", "horas", "er", "%", "€"))
_NUMBER, _WEEKDAY, _MONTH, _UNIT, _ANY, _NOT_BEFORE = "#", "W", "M", "U", "X", "!"
_KEPT = (_NUMBER, _WEEKDAY, _MONTH, _UNIT, _ANY)
_UNGLUED = "~"


def fold(word: str) -> str:
    """Lower-case ``word`` without accents: "märz" -> "marz", "dreißig" -> "dreissig"."""
    if word.isascii() or word == "à":  # which without its accent is another word
        return word
    return "".join(sign for sign in unicodedata.normalize("NFD", word.replace("ß", "ss")) if not unicodedata.combining(sign))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    parts: tuple[str, ...]
    is_closed: bool
    english: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    """``by_word``: the phrases under their first part, the longest first."""

    weekdays: dict[str, str]
    short_weekdays: dict[str, str]
    months: dict[str, str]
    units: dict[str, str]
    numbers: dict[str, int]
    words: dict[str, str]
    by_word: dict[str, tuple[_Phrase, ...]]
    telling: frozenset[str]
    usual: frozenset[str]
    working: frozenset[str]


@cache
def _language(name: str) -> _Language:
    data = phrasebook.data(f"time_{name}")
    weekdays = dict(zip(map(fold, data["weekdays"]), _WEEKDAYS, strict=True)) | _folded(data["weekdays_too"])
    months = dict(zip(map(fold, data["months"]), _MONTHS, strict=True)) | _folded(data["months_too"])
    if name == "german":
        for weekday, english in tuple(weekdays.items()):
            weekdays |= {f"{weekday}{part}": english for part in ("vormittag", "nachmittag", "abend", "morgen", "mittag")}
    by_word: dict[str, list[_Phrase]] = {}
    for pattern, english in data["phrases"].items():
        parts = [part if part in (*_KEPT, _NOT_BEFORE) else fold(part) for part in pattern.split()]
        is_closed = parts[-1] == _NOT_BEFORE
        phrase = _Phrase(parts=tuple(parts[: len(parts) - is_closed]), is_closed=is_closed, english=tuple(english.split()))
        by_word.setdefault(parts[0], []).append(phrase)
    return _Language(
        weekdays=weekdays,
        short_weekdays=dict(zip(map(fold, data["short_weekdays"]), _WEEKDAYS, strict=True)),
        months=months,
        units=_folded(data["units"]),
        numbers={fold(word): number for word, number in data["numbers"].items()},
        words=_folded(data["words"]),
        by_word={
            word: tuple(sorted(found, key=lambda phrase: (-len(phrase.parts), not phrase.is_closed)))
            for word, found in by_word.items()
        },
        telling=frozenset((*weekdays, *months, *map(fold, data["telling"]))),
        usual=frozenset(map(fold, data["usual"])),
        working=frozenset(map(fold, data["working"])),
    )


def _folded(table: dict[str, str]) -> dict[str, str]:
    return {fold(word): english for word, english in table.items()}


@cache
def _calling() -> frozenset[str]:
    words = set(map(fold, _CALLING.split()))
    for name in LANGUAGES:
        words |= _language(name).telling
    return frozenset(words - _ENGLISH_WORDS - {"a"})


@cache
def time_words() -> frozenset[str]:
    """Folded words of which a sentence of these languages holds one where it names a time."""
    words: set[str] = set()
    for name in LANGUAGES:
        words |= _language(name).telling
    return frozenset(words - _ENGLISH_WORDS)


def language_of(words: frozenset[str]) -> str | None:
    """The language of a text by its folded words: the one that knows most of them, if it is not English."""
    if words.isdisjoint(_calling()):
        return None
    most, found = len(words & _ENGLISH_WORDS), None
    for name in LANGUAGES:
        known = _language(name)
        count = len(words & known.telling) + len(words & known.usual)
        if count > most:
            most, found = count, name
    return found


def in_english(tokens: list[Token]) -> tuple[list[Token], bool]:
    """``tokens`` with the words of time of their language in English, and whether they were of another language at all."""
    folded = [token.text if token.text.isascii() else fold(token.text) for token in tokens]
    name = language_of(frozenset(folded))
    return (_Walk(tokens, folded, _language(name)).translate(), True) if name else (tokens, False)


class _Walk:
    def __init__(self, tokens: list[Token], folded: list[str], language: _Language) -> None:
        self.tokens = tokens
        self.folded = folded
        self.language = language
        self.found: list[Token] = []

    def translate(self) -> list[Token]:
        index = 0
        while index < len(self.tokens):
            index = self._phrase(index) or self._word(index)
        return self.found

    def _phrase(self, index: int) -> int:
        """The index behind the longest phrase that starts here, its English written down; 0 where none does."""
        word = self.folded[index]
        kinds = self._kinds(index)
        candidates = [
            phrase for first in (word, *kinds) if first in self.language.by_word for phrase in self.language.by_word[first]
        ]
        candidates.sort(key=lambda phrase: (-len(phrase.parts), not phrase.is_closed))
        for phrase in candidates:
            end = self._matches(phrase, index)
            if end:
                self._write(phrase, index, end)
                return self._working(end) if phrase.parts[-1] == _UNIT else end
        return 0

    def _working(self, index: int) -> int:
        """Past the word behind "days" that makes them business days."""
        if index >= len(self.tokens) or self.folded[index] not in self.language.working or not self.found:
            return index
        unit = self.found.pop()
        self.found += [unit._replace(text="working"), unit._replace(end=self.tokens[index].end)]
        return index + 1

    def _kinds(self, index: int) -> tuple[str, ...]:
        word, token = self.folded[index], self.tokens[index]
        if token.number is not None or word in self.language.numbers:
            return (_NUMBER,)
        if word in self.language.weekdays:
            return (_WEEKDAY,)
        if word in self.language.months:
            return (_MONTH,)
        return (_UNIT,) if word in self.language.units else ()

    def _matches(self, phrase: _Phrase, index: int) -> int:
        end = index + len(phrase.parts)
        if end > len(self.tokens):
            return 0
        for at, part in enumerate(phrase.parts, index):
            if part != _ANY and self.folded[at] != part and part not in self._kinds(at):
                return 0
        if phrase.is_closed and end < len(self.tokens):
            behind = self.tokens[end]
            if (
                behind.number is not None
                or self.folded[end] in self.language.months
                or self.folded[end] in _FOLLOWS_CLOCK
                or (behind.is_glued and (behind.text[0].isalnum() or self._is_decimal(end)))
            ):
                return 0
            if self.folded[end] == "de" and end + 1 < len(self.tokens) and self.folded[end + 1] in self.language.months:
                return 0
        return end

    def _is_decimal(self, index: int) -> bool:
        """Does a point or a stroke with digits behind it stand here: "9.45", "9/3"?"""
        return (
            self.tokens[index].text in (".", "/")
            and index + 1 < len(self.tokens)
            and self.tokens[index + 1].is_glued
            and self.tokens[index + 1].number is not None
        )

    def _write(self, phrase: _Phrase, start: int, end: int) -> None:
        kept = [at for at, part in enumerate(phrase.parts, start) if part in _KEPT]
        last = len(phrase.english) - 1
        for place, word in enumerate(phrase.english):
            is_glued = word.startswith(_UNGLUED)
            bare = word.lstrip(_UNGLUED)
            if bare.startswith("$"):
                at = kept[int(bare[1]) - 1]
                token = self._kept(at, less="-1" in bare)
                if place == last and token.number is None:
                    token = token._replace(end=self.tokens[end - 1].end)
                self.found.append(token._replace(is_glued=is_glued))
                continue
            at = min(start + place, end - 1)
            stop = self.tokens[end - 1].end if place == last else self.tokens[at].end
            number = int(bare) if bare.isdecimal() else None
            self.found.append(Token(bare, self.tokens[at].start, stop, number, is_glued, False))

    def _kept(self, index: int, *, less: bool) -> Token:
        token, word = self.tokens[index], self.folded[index]
        number = token.number if token.number is not None else self.language.numbers.get(word)
        if number is not None:
            number = number if not less else (number - 1 or 12)
            return token._replace(text=str(number), number=number)
        english = self.language.weekdays.get(word) or self.language.months.get(word) or self.language.units.get(word) or word
        return token._replace(text=english)

    def _word(self, index: int) -> int:
        token, word = self.tokens[index], self.folded[index]
        language = self.language
        if word in language.numbers:
            self.found.append(token._replace(text=str(language.numbers[word]), number=language.numbers[word]))
            return index + 1
        short = language.short_weekdays.get(word) if token.is_capital else None
        if short and index + 1 < len(self.tokens):
            behind = self.tokens[index + 1]
            if behind.number is not None or (behind.text in (".", ",") and behind.is_glued and self._is_before_number(index + 2)):
                self.found.append(token._replace(text=short))
                return index + 1 + (behind.text == ".")
        english = language.weekdays.get(word) or language.months.get(word) or language.units.get(word)
        spoken = language.words.get(word, english) if english is None or word in language.words else english
        if spoken is None:
            self.found.append(token)
            return index + 1
        for place, part in enumerate(spoken.split()):
            self.found.append(token._replace(text=part, is_glued=token.is_glued and place == 0))
        return index + 1

    def _is_before_number(self, index: int) -> bool:
        return any(token.number is not None for token in self.tokens[index : index + 2])
