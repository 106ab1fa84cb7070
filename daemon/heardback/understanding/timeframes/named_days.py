"""Days that have a name: "by Thanksgiving", "after Easter", "before the holidays".

The few that hiring people write everywhere are computed here, because they are meant the same way in every calendar ("after
Easter" is said where Easter Monday is no holiday); any other name is looked up among the public holidays of the writer's
places.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from heardback.understanding.timeframes.spans import ONE_DAY, Span, day, days
from heardback.understanding.timeframes.tokens import Line


def _easter(year: int) -> date:
    """Western Easter Sunday: the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


_Pair = tuple[date, date]


def _one(value: date) -> _Pair:
    return value, value


def _from_easter(first: int, last: int) -> Callable[[int], _Pair]:
    return lambda year: (_easter(year) + timedelta(days=first), _easter(year) + timedelta(days=last))


def _thanksgiving(year: int, is_canadian: bool) -> date:
    return _nth(year, 10, 0, 2) if is_canadian else _nth(year, 11, 3, 4)


NAMED: dict[str, Callable[[int], _Pair]] = {
    "easter": _from_easter(0, 0),
    "easter sunday": _from_easter(0, 0),
    "easter monday": _from_easter(1, 1),
    "easter weekend": _from_easter(-2, 1),
    "easter break": _from_easter(-2, 1),
    "easter holidays": _from_easter(-2, 1),
    "good friday": _from_easter(-2, -2),
    "whit monday": _from_easter(50, 50),
    "pentecost": _from_easter(49, 50),
    "ascension day": _from_easter(39, 39),
    "christmas eve": lambda year: _one(date(year, 12, 24)),
    "christmas day": lambda year: _one(date(year, 12, 25)),
    "christmas break": lambda year: (date(year, 12, 24), date(year + 1, 1, 1)),
    "christmas holidays": lambda year: (date(year, 12, 24), date(year + 1, 1, 1)),
    "christmas": lambda year: _one(date(year, 12, 25)),
    "xmas": lambda year: _one(date(year, 12, 25)),
    "boxing day": lambda year: _one(date(year, 12, 26)),
    "the holidays": lambda year: (date(year, 12, 24), date(year + 1, 1, 1)),
    "the holiday season": lambda year: (date(year, 12, 24), date(year + 1, 1, 1)),
    "the holiday break": lambda year: (date(year, 12, 24), date(year + 1, 1, 1)),
    "new year's eve": lambda year: _one(date(year, 12, 31)),
    "new year's day": lambda year: _one(date(year, 1, 1)),
    "new year's": lambda year: _one(date(year, 1, 1)),
    "new years": lambda year: _one(date(year, 1, 1)),
    "the new year": lambda year: (date(year, 1, 1), date(year, 1, 31)),
    "new year": lambda year: _one(date(year, 1, 1)),
    "halloween": lambda year: _one(date(year, 10, 31)),
    "independence day": lambda year: _one(date(year, 7, 4)),
    "memorial day weekend": lambda year: (_last(year, 5, 0) - 2 * ONE_DAY, _last(year, 5, 0)),
    "memorial day": lambda year: _one(_last(year, 5, 0)),
    "labor day weekend": lambda year: (_nth(year, 9, 0, 1) - 2 * ONE_DAY, _nth(year, 9, 0, 1)),
    "labor day": lambda year: _one(_nth(year, 9, 0, 1)),
    "labour day": lambda year: _one(_nth(year, 9, 0, 1)),
    "presidents' day": lambda year: _one(_nth(year, 2, 0, 3)),
    "presidents day": lambda year: _one(_nth(year, 2, 0, 3)),
    "president's day": lambda year: _one(_nth(year, 2, 0, 3)),
    "mlk day": lambda year: _one(_nth(year, 1, 0, 3)),
    "juneteenth": lambda year: _one(date(year, 6, 19)),
    "canada day": lambda year: _one(date(year, 7, 1)),
    "australia day": lambda year: _one(date(year, 1, 26)),
    "black friday": lambda year: _one(_nth(year, 11, 3, 4) + ONE_DAY),
    "cyber monday": lambda year: _one(_nth(year, 11, 3, 4) + 4 * ONE_DAY),
    "mother's day": lambda year: _one(_nth(year, 5, 6, 2)),
    "mothers day": lambda year: _one(_nth(year, 5, 6, 2)),
    "father's day": lambda year: _one(_nth(year, 6, 6, 3)),
    "fathers day": lambda year: _one(_nth(year, 6, 6, 3)),
    "valentine's day": lambda year: _one(date(year, 2, 14)),
    "valentines day": lambda year: _one(date(year, 2, 14)),
    "valentines": lambda year: _one(date(year, 2, 14)),
    "st patrick's day": lambda year: _one(date(year, 3, 17)),
}
"""Name -> the first day and the last of it in a year."""

_LONGEST = 3
STARTERS = frozenset(name.split()[0] for name in NAMED) | frozenset(("thanksgiving", "bank", "spring", "public"))


def read_named_day(line: Line, index: int) -> tuple[Span, int] | None:
    """The next day of that name from the writer's day on, or that of a year named after it."""
    if line.word(index) == "thanksgiving":
        is_canadian = any(place.country == "CA" for place in line.calendar.places[:1])
        after = index + 1 + (line.word(index + 1) in ("day", "weekend", "break"))
        to = 3 if after > index + 1 and line.word(index + 1) != "day" and not is_canadian else 0
        return _next_one(line, lambda year: _until(_thanksgiving(year, is_canadian), to), after)
    for length in range(_LONGEST, 0, -1):
        name = " ".join(line.word(index + n) for n in range(length))
        found = NAMED.get(name)
        if found is not None:
            return _next_one(line, found, index + length)
    return _public_holiday(line, index)


def _until(first: date, more: int) -> _Pair:
    return first, first + more * ONE_DAY


def _next_one(line: Line, pair: Callable[[int], _Pair], index: int) -> tuple[Span, int]:
    token = line.at(index)
    if token.number is not None and 1990 <= token.number <= 2100:
        first, last = pair(token.number)
        return days(first, last, "timeframes.named-day"), index + 1
    year = line.today.year
    for candidate in (year - 1, year, year + 1):
        first, last = pair(candidate)
        if last >= line.today:
            break
    return (day(first, "timeframes.named-day") if first == last else days(first, last, "timeframes.named-day")), index


def read_the_holiday(line: Line, index: int) -> tuple[Span, int] | None:
    """ "the holiday", which one the calendar knows: the next public holiday of the writer's places."""
    end = (
        line.follows(index, "the holiday")
        or line.follows(index, "the holiday weekend")
        or line.follows(index, "the long weekend")
    )
    first = _next_holiday(line) if end else None
    return (day(first, "timeframes.bank-holiday"), end) if first else None


def _next_holiday(line: Line) -> date | None:
    return next((line.today + n * ONE_DAY for n in range(1, 120) if line.calendar.holiday_name(line.today + n * ONE_DAY)), None)


def _public_holiday(line: Line, index: int) -> tuple[Span, int] | None:
    """ "the bank holiday", "the public holiday", "spring bank holiday": the next one of the writer's calendar."""
    after = index + (line.word(index) == "the")
    after += line.word(after) in ("spring", "summer", "august", "may", "early")
    if line.word(after) not in ("bank", "public") or line.word(after + 1) not in ("holiday", "hols", "hol"):
        return None
    after += 2
    first = _next_holiday(line)
    if first is None:
        return None
    last = first
    if line.word(after) == "weekend":
        after += 1
        while not line.calendar.is_business_day(last + ONE_DAY):
            last += ONE_DAY
    return days(first, last, "timeframes.bank-holiday"), after
