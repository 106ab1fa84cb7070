"""A sentence as the rules for promises see it: lower case, in full spelling, "@0", "@1" ... where its timeframes stand; and the
phrases of ``phrases/promises.toml``, compiled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from heardback.model import Timeframe
from heardback.understanding import phrasebook
from heardback.understanding.timeframes.reader import make_line, read_spans, to_timeframe
from heardback.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Phrase:
    """``needs`` must be found too, ``unless`` must not. Compiled on first use."""

    name: str
    pattern: str
    example: str
    needs: str | None = None
    unless: str | None = None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first place from ``start`` on."""
        if self.needs and not phrasebook.compiled(self.needs).search(text):
            return None
        if self.unless and phrasebook.compiled(self.unless).search(text):
            return None
        return phrasebook.compiled(self.pattern).search(text, start)


@lru_cache(maxsize=8)
def phrases(table: str) -> tuple[Phrase, ...]:
    """One table of ``phrases/promises.toml``: "promise", "loose", "denial", "restated", "restated_loose", "asked" or
    "due"."""
    data = phrasebook.data("promises")
    words: dict[str, str] = data["words"]

    def filled(pattern: str) -> str:
        for _ in range(3):
            for name, value in words.items():
                pattern = pattern.replace("{" + name + "}", value)
        return pattern

    return tuple(
        Phrase(
            entry["name"],
            filled(entry["pattern"]),
            entry["example"],
            filled(entry.get("needs", "")) or None,
            filled(entry.get("unless", "")) or None,
        )
        for entry in data[table]
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with its timeframes: ``text`` in lower case with "@n" in their places, ``frames`` in order."""

    sentence: str
    text: str
    frames: tuple[Timeframe, ...]
    places: tuple[int, ...]
    anchor: date | None


def mark(sentence: str, written: datetime, calendar: WorkCalendar, day_first: bool | None, anchor: date | None) -> Marked:
    line = make_line(sentence, written, calendar, day_first=day_first)
    line.anchor = anchor
    reads = list(read_spans(line))[:10]
    pieces: list[str] = []
    places: list[int] = []
    end = length = 0
    for number, read in enumerate(reads):
        before = _spelled(plain(sentence[end : read.start]))
        lead = _lead(sentence[read.start : read.end])
        pieces += [before, lead, f"@{number}"]
        places.append(length + len(before) + len(lead))
        length += len(before) + len(lead) + 2
        end = read.end
    pieces.append(_spelled(plain(sentence[end:])))
    return Marked(sentence, "".join(pieces), tuple(to_timeframe(read, line) for read in reads), tuple(places), line.anchor)


def plain(text: str) -> str:
    return text.lower().replace("’", "'")


@lru_cache(maxsize=1)
def _short_forms() -> tuple[re.Pattern[str], dict[str, str]]:
    forms: dict[str, str] = phrasebook.data("promises")["short_forms"]
    longest_first = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(rf"(?<![\w'/])(?:{longest_first})(?![\w'/])"), forms


def _spelled(text: str) -> str:
    """What people write with their thumbs, in full: the phrases know one spelling."""
    pattern, forms = _short_forms()
    return pattern.sub(lambda match: forms[match[0]], text)


_LEAD = re.compile(
    r"(?:by|before|until|till|within|on|in|after|over|no later than|allow|give|for|another|"
    r"(?:one|two|three|a few|few) more|takes?|taking|needs?|up to)\b"
    r"(?: (?:us|me|them))? "
    r"|(?:bis(?: spätestens)?(?: zum)?|vor(?: dem)?|nach(?: dem)?|spätestens(?: am| bis)?|binnen|"
    r"innerhalb(?: von| der| des| einer| eines)?|"
    r"d['’]ici(?: au| à| le)?|avant(?: le| la)?|jusqu['’](?:au|à)|au plus tard(?: le)?|dans(?: les)?|sous|après(?: le)?|"
    r"antes del?(?: la)?|después del?|a más tardar(?: el)?|hasta(?: el)?|dentro de|en)\b ",
    re.IGNORECASE,
)


def _lead(quote: str) -> str:
    """The preposition that a timeframe starts with stays readable: "by @0", "give us @0", "bis @0", "antes del @0"."""
    match = _LEAD.match(quote)
    return plain(match.group()) if match else ""


def text_before(marked: Marked, frame: Timeframe) -> str:
    place = next((place for place, known in zip(marked.places, marked.frames, strict=True) if known.quote == frame.quote), 0)
    return marked.text[:place]
