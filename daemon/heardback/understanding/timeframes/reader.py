"""Text -> timeframes: walks the tokens once and turns what the grammar reads into values of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from heardback.model import Timeframe
from heardback.understanding.timeframes import named_days, periods
from heardback.understanding.timeframes.days import WEEKDAYS_OWN
from heardback.understanding.timeframes.grammar import read_expression
from heardback.understanding.timeframes.languages import in_english
from heardback.understanding.timeframes.spans import Grain, Span
from heardback.understanding.timeframes.tokens import Line, tokenize
from heardback.understanding.timeframes.words import MONTHS, NUMBERS, ORDINALS, PAST, TODAY, TOMORROW, WEEKDAYS
from heardback.workdays import WorkCalendar

_OVER = frozenset(WEEKDAYS) | frozenset(MONTHS) | frozenset(("week", "month", "year", "night", "weekend", "few", "couple"))
FURTHEST = 800
"""Days; a date further away than this from the day of writing was misread."""

_STARTERS = (
    periods.STARTERS
    | named_days.STARTERS
    | frozenset(WEEKDAYS)
    | frozenset(WEEKDAYS_OWN)
    | frozenset(MONTHS)
    | frozenset(NUMBERS)
    | frozenset(ORDINALS)
    | TODAY
    | TOMORROW
    | frozenset(
        (
            "by", "before", "until", "till", "after", "following", "no", "not", "on", "at", "in", "within", "inside", "under",
            "over",
            "during", "for", "from", "between", "either", "a", "an", "couple", "few", "several", "give", "allow", "takes", "take",
            "taking", "another", "up", "eod", "cob", "cop", "eob", "close", "end", "finish", "day", "noon", "midday", "half",
            "that",
            "ahead", "as", "shortly", "soon", "towards", "toward", "wc", "cw", "need", "needs", "twenty", "thirty", "w",
            "q", "longer", "more", "ere", "kw",
        )
    )
)  # fmt: skip
"""The words at which a timeframe may start; at all others nothing is tried."""


@dataclass(frozen=True, slots=True)
class Read:
    """A span of days and the place in the text that names it (character offsets)."""

    span: Span
    start: int
    end: int


def make_line(
    text: str, written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None, prefer_future: bool = True,
    reader_zone: tzinfo | None = None,
) -> Line:  # fmt: skip
    country = calendar.places[0].country if calendar.places else None
    tokens, is_translated = in_english(tokenize(text))
    if is_translated and day_first is None:
        day_first = True  # 4/3 is the fourth of March wherever these languages are written
    return Line(text, tokens, written, calendar, day_first, prefer_future, reader_zone, country)


def read_spans(line: Line) -> Iterator[Read]:
    """Every span of the line in its order; ``line.anchor`` follows."""
    index = 0
    while (index := line.next_start(index)) < len(line.tokens):
        token = line.tokens[index]
        found = None
        if token.text in PAST and line.word(index + 1) in _OVER and not _is_beyond(line, index):
            index += 2  # "last Friday" is over, and not the Friday that comes
            continue
        if token.number is not None or token.text in _STARTERS:
            try:
                found = read_expression(line, index)
            except (OverflowError, ValueError):  # a year before 1 or after 9999: no time anybody means
                found = None
        if found is None or found[1] <= index:
            index += 1
            continue
        span, after = found
        if abs((span.last - line.today).days) <= FURTHEST:
            if span.grain is not Grain.INTERVIEW:
                line.anchor = span.last
            yield Read(span, token.start, line.tokens[after - 1].end)
        index = after


def _is_beyond(line: Line, index: int) -> bool:
    """ "you won't wait past Friday", and not "this past Friday"."""
    return line.word(index) == "past" and line.word(index + 1) in WEEKDAYS and line.word(index - 1) not in ("this", "the", "on")


def find_timeframes(
    text: str, written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None, prefer_future: bool = True
) -> tuple[Timeframe, ...]:
    """Every timeframe of ``text`` in the order of the text; ``quote`` is the span as written.

    ``written`` is aware, in the writer's own offset: "tomorrow" and "by Friday" count from the writer's day. Business days
    are counted by ``calendar``, whose first country also orders "4/3" unless ``day_first`` says. A time counted from
    an interview has ``from_interview`` and no days. ``prefer_future`` False reads a date without a year as the nearest.
    Later words may lean on earlier ones ("on the 26th. A day or two after that"). Never raises."""
    line = make_line(text, written, calendar, day_first=day_first, prefer_future=prefer_future)
    return tuple(to_timeframe(read, line) for read in read_spans(line))


def to_timeframe(read: Read, line: Line) -> Timeframe:
    span = read.span
    quote = line.text[read.start : read.end]
    if span.offset is not None:
        return Timeframe(quote=quote, rule=span.rule, from_interview=span.offset)
    at: datetime | None = None
    if span.clock is not None and span.clock.is_sure:
        clock = span.clock.end or span.clock.start
        at = datetime.combine(span.last, clock, span.clock.zone or line.reader_zone or line.written.tzinfo)
    return Timeframe(quote=quote, rule=span.rule, earliest=span.first, latest=span.last, at=at)
