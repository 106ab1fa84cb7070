"""Day and clock as a person writes an appointment: "Tuesday 17 March at 3pm GMT", "tomorrow 2pm", "Thurs 3:00-3:30"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from heardback.understanding.timeframes.clocks import clock_near, read_clock, read_zone
from heardback.understanding.timeframes.grammar import read_core
from heardback.understanding.timeframes.languages import in_english
from heardback.understanding.timeframes.spans import Clock, Grain, coming
from heardback.understanding.timeframes.tokens import Line, Token, tokenize
from heardback.understanding.timeframes.words import MONTHS, NUMBERS, PART_OF_DAY, TODAY, TOMORROW, WEEKDAYS
from heardback.workdays import Place, WorkCalendar

_BETWEEN = frozenset((",", "on", "of", "-", "–", "—", "(", ":", "|", "this", *PART_OF_DAY))
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
    tokens, is_translated = in_english(tokenize(text))
    line = Line(
        text, [_plain_day(token) for token in tokens], written, calendar, day_first or is_translated or None, True, zone, country
    )
    return tuple(_walk(line))


def _plain_day(token: Token) -> Token:
    """ "Friday's 2pm" names a Friday, and "tomorrow's half nine" tomorrow."""
    day = token.text.removesuffix("'s")
    is_time = day != token.text and (day in WEEKDAYS or day in TOMORROW or day in TODAY or 2 <= NUMBERS.get(day, 0) <= 12)
    return token._replace(text=day) if is_time else token


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
            found = _dotted(line, index) or _day_first(line, index) or _clock_first(line, index)
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
    if _is_dotted_clock(line, index):
        return None
    if line.word(index) in ("a", "one") and line.word(index + 1) == "week":
        later = _day_at(line, index + 2) if line.word(index + 2) in (*TODAY, *TOMORROW, *WEEKDAYS) else None
        return (later[0] + timedelta(days=7), later[1]) if later else None
    core = read_core(line, index)
    if core is None or core[0].grain not in _SINGLE_DAY or core[1] <= index or core[0].rule.startswith("timeframes.in"):
        return None
    after = core[1]
    # "tomorrow (Thursday 12 March)", "Monday, 16/3": the day said twice
    behind = after + (line.word(after) in ("(", ",", "-", "–"))
    again = read_core(line, behind) if behind > after else None
    if (
        again
        and again[0].grain is Grain.DAY
        and abs((again[0].last - core[0].last).days) <= 7
        and (not line.at(behind).is_glued or line.word(after) == "(")
    ):
        return again[0].last, again[1] + (line.word(again[1]) == ")")
    return core[0].last, after + (line.word(after) == ")" and line.word(index - 1) == "(")


def _is_dotted_clock(line: Line, index: int) -> bool:
    """ "4.30", "11.45": an hour and minutes that are no day and month, no price and no version."""
    hour, dot, minute = line.at(index), line.word(index + 1), line.at(index + 2)
    return (
        hour.number is not None
        and 1 <= hour.number <= 23
        and dot == "."
        and line.at(index + 1).is_glued
        and minute.number is not None
        and minute.is_glued
        and minute.end - minute.start == 2
        and (minute.number == 0 or 13 <= minute.number <= 59)
        and minute.number % 5 == 0
        and not (line.at(index + 3).is_glued and line.word(index + 3) in (".", "%", "k", "m", "/"))
        and line.word(index - 1) not in ("$", "€", "£", "v", "version", "grade", "band", "eur", "gbp", "usd")
        and not (hour.is_glued and line.word(index - 1) in (".", "-", "/"))
    )


_BEFORE_DOTTED = frozenset((",", "at", "@", "-", "–", "in", "the", "arvo", *PART_OF_DAY))


def _dotted(line: Line, index: int) -> _Found | None:
    """ "4.30", "Tuesday 8.30", "11.00-11.45 on Friday": minutes behind a point, which a date cannot be."""
    at = index
    value: date | None = None
    if line.word(index) in WEEKDAYS:
        value = coming(WEEKDAYS[line.word(index)], line.today)
        at = line.skip(index + 1, _BEFORE_DOTTED, 3)
        if line.at(at).is_glued and at == index + 1:
            return None
    if not _is_dotted_clock(line, at):
        return None
    found = read_clock(line, at, is_bare=True)
    if found is None:
        return None
    clock, after = found
    if value is None:
        behind = line.skip(after, _BETWEEN, 3)
        dated = _day_at(line, behind)
        if dated:
            return dated[0], clock, dated[1]
    return value, clock, after


def _day_first(line: Line, index: int) -> _Found | None:
    found = _day_at(line, index)
    if found is None:
        return None
    value, after = found
    if line.word(after) == "week" and line.word(index) in WEEKDAYS and line.word(after + 1) in ("the", ","):
        # "sat week the 28th": the number says which
        again = _day_at(line, after + 1 + (line.word(after + 1) == ","))
        if again:
            value, after = again
    numbered = _numbered(line, after, value)
    if numbered:
        value, after = numbered
    near = clock_near(line, after)
    if near is not None and near[0].zone is None and line.word(near[1]) in ("on", ",", "("):
        zone, end = read_zone(line, near[1])
        near = (replace(near[0], zone=zone), end) if zone else near
    if near is None:
        lone = _lone_hour(line, after) or _spelled_hour(line, after) or _short_digits(line, after)
        return (value, lone[0], lone[1]) if lone else (value, None, after)
    return value, near[0], near[1]


def _numbered(line: Line, index: int, value: date) -> tuple[date, int] | None:
    """ "Wednesday 11 at 3": a number behind a weekday is its date, if there is such a day soon and an hour behind it."""
    number = line.at(index).number
    if number is None or not 1 <= number <= 12 or line.word(index - 1) not in WEEKDAYS or line.word(index + 1) not in ("at", "@"):
        return None
    meant = next((day for week in range(6) if (day := value + timedelta(days=7 * week)).day == number), None)
    return (meant, index + 1) if meant and read_clock(line, index + 2, is_bare=True) else None


def _lone_hour(line: Line, index: int) -> tuple[Clock, int] | None:
    """ "tomorrow 2", "Monday 11-4": an hour right behind the day, and nothing that makes it a count of something."""
    token = line.at(index)
    if token.number is None or not 1 <= token.number <= 23:
        return None
    found = read_clock(line, index, is_bare=True)
    following = line.word(found[1]) if found else ""
    is_clock = not following or not following[0].isalnum() or (following in _AFTER_LONE_HOUR and token.number <= 12)
    return found if found and is_clock else None


def _spelled_hour(line: Line, index: int) -> tuple[Clock, int] | None:
    """ "Thursday, four, by the gate": an hour in a word, between its day and a comma or the end."""
    at = index + (line.word(index) == ",")
    behind = line.word(at + 1)
    if not 2 <= NUMBERS.get(line.word(at), 0) <= 12 or (behind and behind[0].isalnum() and behind not in _RANGED):
        return None
    return read_clock(line, at, is_bare=True)


_RANGED = frozenset(("till", "until", "to"))


def _short_digits(line: Line, index: int) -> tuple[Clock, int] | None:
    """ "mon 330 is good": three digits right behind a day."""
    token, behind = line.at(index), line.word(index + 1)
    if token.number is None or token.end - token.start != 3 or line.word(index - 1) not in (*WEEKDAYS, *TOMORROW, *TODAY):
        return None
    hour, minute = divmod(token.number, 100)
    if not 1 <= hour <= 9 or minute % 5 or minute > 55 or (behind and behind[0].isalnum() and behind not in _AFTER_LONE_HOUR):
        return None
    return Clock(start=time(hour + 12 if hour <= 6 else hour, minute)), index + 1


_FOLLOWS_LONE_HOUR = """is works work suits would sounds for at with please then if ok okay and or good fine do it sharp today so
looks will in because but unless when"""
_AFTER_LONE_HOUR = frozenset(_FOLLOWS_LONE_HOUR.split())
"""Words that may follow a lone hour behind a day: "Tues 11 is fine", "Friday 2 works"."""


_BEFORE_HOUR = frozenset(
    (
        "at",
        "@",
        "around",
        "from",
        "between",
        "until",
        "till",
        "do",
        "it",
        "say",
        "about",
        "for",
        "would",
        "will",
        "does",
        "so",
        "to",
        "um",
    )
)
"""Words before an hour that has nothing else to show that it is one: "would 3 do", "be here for nine on Thursday"."""
_MOVED_TO = frozenset(
    ("push", "move", "it", "moved", "pushed", "back", "forward", "preponed", "shift", "shifted", "that", "up", "out")
)


def _clock_first(line: Line, index: int) -> _Found | None:
    word, before = line.word(index), line.word(index - 1)
    is_labelled = before in (":", "|", "-") and line.word(index - 2) in ("time", "start", "starts", "from", "when", "at")
    is_settled = line.word(index + 1) == "it" and line.word(index + 2) == "is"
    token = line.at(index)
    is_dated = line.word(index + 1) in (*TOMORROW, *TODAY) and before not in _COUNTED and not token.is_glued
    is_span = (
        line.word(index + 1) in (*_RANGED, "-", "–") and line.at(index + 2).number is not None and line.word(index + 3) == "on"
    )
    is_other = before == "or" and token.number is not None and any(line.word(n) in _TELLS_HOUR for n in range(index - 5, index))
    is_bare = (
        before in _BEFORE_HOUR
        or is_span
        or is_other
        or (before == "," and not token.is_glued and line.word(index + 1) in ("at", "in"))
        or index == 0
        or is_labelled
        or is_settled
        or is_dated
    )
    if (
        token.number is None
        and word not in ("noon", "midday", "half", "quarter")
        and line.word(index + 1) != "past"
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
        zone, end = read_zone(line, dated[1]) if clock.zone is None else (clock.zone, dated[1])
        return dated[0], replace(clock, zone=zone), end
    return None, clock, after


_COUNTED = frozenset((".", "/", "-", ":", "the", "room", "unit", "floor", "grade", "option", *MONTHS))
"""Before a number these make it no hour, whatever day stands behind."""

_MOVING = frozenset(
    ("push", "pushed", "move", "moved", "shift", "shifted", "bring", "back", "brought", "change", "changed", "switch")
)


_TELLS_HOUR = frozenset(("at", "@", "say", *WEEKDAYS, *TOMORROW, *TODAY))
_WELL = frozenset(("grand", "fine", "good", "great", "perfect", "spot", "bang", "lovely", "ideal", "ok", "okay"))
_COMES = frozenset(("come", "in", "here", "there", "round", "meet", "arrive", "you", "ready"))
_THEN = frozenset(("we", "we'll", "i", "i'll", "and", "if", "then", "please", "on", "sharp", "you", "you'll", "so"))


def _stands_as_clock(line: Line, index: int, after: int) -> bool:
    """May a lone hour be one? "at 3", "between 2 and 4", "would 3 do?", and not "at 3 sites", "from 2 candidates"."""
    word, before = line.word(after), line.word(index - 1)
    if word == "it" and line.word(after + 1) == "is":
        return True
    if word in TOMORROW or word in TODAY:
        return True
    if index == 0 and line.word(index + 1) in _RANGED:
        return not word or not word[0].isalnum() or word == "then"
    if index == 0:
        return word in ("is", "works", "suits", "sounds", "would", "will", "it", *_WELL)
    if line.word(index + 3) == "on" and line.word(index + 1) in (*_RANGED, "-", "–"):
        return True
    if before == "or":
        return not word or not word[0].isalnum() or word == "on"
    if before == "so":
        return word in ("is", "works", "suits", "would")
    if before == ",":
        return word in ("at", "in") and any(line.word(n) in WEEKDAYS or line.word(n) in TOMORROW for n in range(index - 6, index))
    if before in ("would", "will", "does"):
        is_dated = word == "on" and bool(read_core(line, line.skip(after, _BETWEEN, 2)))
        return is_dated or word in ("do", "suit", "work", "be")
    if before == "to":
        return line.word(index - 2) in _MOVED_TO and (
            not word or not word[0].isalnum() or word in ("on", "if", "please", "instead")
        )
    if before == "for" and line.word(index - 2) in _COMES:
        return not word or not word[0].isalnum() or word in _THEN
    if before in ("do", "it", "say", "for", "about"):
        is_dated = word == "on" and bool(read_core(line, line.skip(after, _BETWEEN, 2)))
        return is_dated or (before in ("do", "it", "say") and word in ("if", "instead", "then", "?", "today", "tomorrow", "or"))
    if before not in ("at", "@", "between", "from", "until", "till", "around", "um"):
        return False
    return (
        not word
        or not word[0].isalnum()
        or word in ("on", "if", "and", "or", "works", "work", "would", "is", "for", "with", "today", "tomorrow", "this", "suits")
    )
