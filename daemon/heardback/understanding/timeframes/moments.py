"""Day and clock as a person writes an appointment: "Tuesday 17 March at 3pm GMT", "tomorrow 2pm", "Thurs 3:00-3:30"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from heardback.understanding.timeframes.clocks import clock_near, read_clock
from heardback.understanding.timeframes.grammar import read_core
from heardback.understanding.timeframes.spans import Clock, Grain
from heardback.understanding.timeframes.tokens import Line, tokenize
from heardback.understanding.timeframes.words import PART_OF_DAY
from heardback.workdays import Place, WorkCalendar

_BETWEEN = frozenset((",", "on", "of", "-", "–", "—", "(", ":", "|", *PART_OF_DAY))
_SINGLE_DAY = frozenset((Grain.DAY,))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenMoment:
    """A day, a clock time, or both, as a piece of text names them; at least one of ``day`` and ``start`` is set.

    ``start`` and ``end`` are naive clock times in ``zone`` where one was named ("3pm GMT", "your time"), else None:
    the caller knows whose clock it was. ``quote`` is the span, ``span`` its place in the text."""

    day: date | None
    start: time | None
    end: time | None
    zone: tzinfo | None
    quote: str
    span: tuple[int, int]

    def instants(self, default: tzinfo) -> tuple[datetime, datetime | None] | None:
        """Start and end as aware instants, where day and clock are both known; ``default`` where no zone was named."""
        if self.day is None or self.start is None:
            return None
        zone = self.zone or default
        start = datetime.combine(self.day, self.start, zone)
        if self.end is None:
            return start, None
        end = datetime.combine(self.day, self.end, zone)
        return start, end if end > start else end + timedelta(days=1)


def read_moments(
    text: str, written: datetime, zone: tzinfo, *, day_first: bool | None = None, country: str | None = None
) -> tuple[SpokenMoment, ...]:
    """All moments of ``text`` in its order. ``written`` is aware, in the writer's offset: "tomorrow" counts from the
    writer's day. ``zone`` is the reader's: what "your time" means. ``country`` reads "IST" and 4/3. A lone hour without am
    or pm counts only after "at" or beside a day, and one to six is then the afternoon. Never raises."""
    calendar = WorkCalendar((Place(country),)) if country else WorkCalendar()
    line = Line(text, tokenize(text), written, calendar, day_first, True, zone, country)
    return tuple(_walk(line))


def read_moment(
    text: str, written: datetime, zone: tzinfo, *, day_first: bool | None = None, country: str | None = None
) -> SpokenMoment | None:
    """The first moment of ``text`` that names a day and a clock, else the first that names either, else None."""
    found = read_moments(text, written, zone, day_first=day_first, country=country)
    full = [moment for moment in found if moment.day and moment.start]
    return next(iter(full or found), None)


def _walk(line: Line) -> Iterator[SpokenMoment]:
    index = 0
    while (index := line.next_start(index)) < len(line.tokens):
        try:
            found = _day_first(line, index) or _clock_first(line, index)
        except (OverflowError, ValueError):
            found = None
        if found is None:
            index += 1
            continue
        value, clock, after = found
        if value and value >= line.today:
            line.anchor = value
        yield _moment(line, index, after, value, clock)
        index = after


def _moment(line: Line, start: int, end: int, value: date | None, clock: Clock | None) -> SpokenMoment:
    span = line.tokens[start].start, line.tokens[end - 1].end
    return SpokenMoment(
        day=value,
        start=clock.start if clock else None,
        end=clock.end if clock else None,
        zone=clock.zone if clock else None,
        quote=line.text[span[0] : span[1]],
        span=span,
    )


_Found = tuple[date | None, Clock | None, int]


def _day_at(line: Line, index: int) -> tuple[date, int] | None:
    core = read_core(line, index)
    if core is None or core[0].grain not in _SINGLE_DAY or core[1] <= index or core[0].rule.startswith("timeframes.in"):
        return None
    after = core[1]
    # "tomorrow (Thursday 12 March)", "Monday, 16/3": the day said twice
    behind = after + (line.word(after) in ("(", ",", "-", "–"))
    again = read_core(line, behind) if behind > after else None
    if again and again[0].grain is Grain.DAY and abs((again[0].last - core[0].last).days) <= 7 and not line.at(behind).is_glued:
        return again[0].last, again[1] + (line.word(again[1]) == ")")
    return core[0].last, after + (line.word(after) == ")" and line.word(index - 1) == "(")


def _day_first(line: Line, index: int) -> _Found | None:
    found = _day_at(line, index)
    if found is None:
        return None
    value, after = found
    near = clock_near(line, after)
    if near is None:
        lone = _lone_hour(line, after)
        return (value, lone[0], lone[1]) if lone else (value, None, after)
    return value, near[0], near[1]


def _lone_hour(line: Line, index: int) -> tuple[Clock, int] | None:
    """ "tomorrow 2", "Monday 11-4": an hour right behind the day, and nothing that makes it a count of something."""
    token = line.at(index)
    if token.number is None or not 1 <= token.number <= 23:
        return None
    found = read_clock(line, index, is_bare=True)
    following = line.word(found[1]) if found else ""
    return found if found and (not following or not following[0].isalnum()) else None


def _clock_first(line: Line, index: int) -> _Found | None:
    word = line.word(index)
    is_bare = (
        line.word(index - 1) in ("at", "@", "around", "from", "between", "until", "till", "do", "it", "say", "about")
        or index == 0
    )
    token = line.at(index)
    if (
        token.number is None
        and word not in ("noon", "midday", "half", "quarter")
        and not (is_bare or line.word(index + 1) in ("o'clock", "oclock", "am", "pm"))
    ):
        return None
    found = read_clock(line, index, is_bare=is_bare)
    if found is None:
        return None
    clock, after = found
    if not clock.is_sure and not _stands_as_clock(line, index, after):
        return None
    behind = line.skip(after, _BETWEEN, 3)
    dated = _day_at(line, behind)
    if dated and (clock.is_sure or behind > after or line.word(behind) in ("today", "tomorrow", "tonight")):
        return dated[0], clock, dated[1]
    return None, clock, after


def _stands_as_clock(line: Line, index: int, after: int) -> bool:
    """May a lone hour be one? "at 3", "between 2 and 4", and not "at 3 sites", "from 2 candidates"."""
    word = line.word(after)
    if line.word(index - 1) not in ("at", "@", "between", "from", "until", "till", "around"):
        return (
            line.word(index - 1) in ("do", "it", "say", "for", "about")
            and line.word(after) == "on"
            and bool(read_core(line, line.skip(after, _BETWEEN, 2)))
        )
    return (
        not word
        or not word[0].isalnum()
        or word in ("on", "if", "and", "or", "works", "work", "would", "is", "for", "with", "today", "tomorrow", "this", "suits")
    )
