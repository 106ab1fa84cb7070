"""How long: "5-7 business days", "a couple of weeks", "ten days or so", "a day or two", and what is so far from a day."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

from heardback.model import InterviewOffset, OffsetUnit
from heardback.understanding.timeframes.spans import Grain, Span, add_months
from heardback.understanding.timeframes.tokens import Line, read_number
from heardback.understanding.timeframes.words import DASHES, FILLING, UNITS, WORKING
from heardback.workdays import WorkCalendar

LONGEST = 800
"""Days; what is further off is no time at which anybody will be in touch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """``low``..``high`` of ``unit``: day, business, week, fortnight, month, year, hour or minute; ``then`` is added to it."""

    low: int
    high: int
    unit: str
    then: Duration | None = None

    def after(self, base: date, calendar: WorkCalendar) -> tuple[date, date]:
        first, last = _add(base, self.low, self.unit, calendar), _add(base, self.high, self.unit, calendar)
        if self.then:
            first, last = self.then.after(first, calendar)[0], self.then.after(last, calendar)[1]
        return first, last

    @property
    def is_short(self) -> bool:
        return self.unit in ("hour", "minute")

    def as_offset(self) -> InterviewOffset:
        unit = {"business": OffsetUnit.BUSINESS_DAYS, "week": OffsetUnit.WEEKS}.get(self.unit, OffsetUnit.DAYS)
        factor = {"fortnight": 14, "month": 30, "year": 365}.get(self.unit, 1)
        low, high = self.low * factor, self.high * factor
        if self.is_short:
            per_day = 24 if self.unit == "hour" else 1440
            low, high = math.ceil(low / per_day), math.ceil(high / per_day)
        return InterviewOffset(earliest=low, latest=high, unit=unit)


def _add(base: date, count: int, unit: str, calendar: WorkCalendar) -> date:
    count = min(count, LONGEST)
    if unit == "business":
        return calendar.add(base, count)
    if unit in ("month", "year"):
        return add_months(base, min(count * (12 if unit == "year" else 1), 240))
    per = {"week": 7, "fortnight": 14}.get(unit, 1)
    if unit in ("hour", "minute"):
        return base + timedelta(days=math.ceil(count / (24 if unit == "hour" else 1440)))
    return base + timedelta(days=count * per)


def read_duration(line: Line, index: int, *, has_head: bool = False) -> tuple[Duration, int] | None:
    """A quantity and its unit. ``has_head``: "the next", "the coming" stood before it, so "days" alone is a few."""
    quantity = _quantity(line, index, has_head=has_head)
    if quantity is None:
        return None
    low, high, after = quantity
    after = (
        line.skip(after, FILLING | frozenset(("-", "next", "of", "or", "so", "more")), 2)
        if line.word(after) not in UNITS
        else after
    )
    is_working = line.word(after) in WORKING
    after += is_working
    if is_working and line.word(after) in FILLING | frozenset(("-",)):
        after += 1
    unit = UNITS.get(line.word(after).removesuffix("'s").removesuffix("'"))
    if unit is None or (is_working and unit not in ("day", "week", "hour")):
        return None
    if is_working and unit == "day":
        unit = "business"
    after += 1
    after += line.word(after) == "'"
    duration, after = _or_more(line, after, Duration(low=low, high=high, unit=unit))
    return _and_more(line, after, duration)


def _quantity(line: Line, index: int, *, has_head: bool) -> tuple[int, int, int] | None:
    word = line.word(index)
    if word in UNITS and has_head and word.endswith("s"):
        return 3, 5, index
    if word in ("a", "an", "the") and line.word(index + 1) in ("couple", "few", "handful", "good", "number"):
        index, word = index + 1, line.word(index + 1)
    if word == "couple":
        return 2, 2, index + 1 + (line.word(index + 1) == "of")
    if word in ("few", "several", "handful", "some") and (word != "some" or line.word(index + 1) in UNITS):
        return 3, 5, index + 1 + (line.word(index + 1) == "of")
    if (
        word in ("a", "an")
        or (word == "the" and line.word(index + 1) == "fortnight")
        or (has_head and (word in UNITS or word in WORKING))
    ):
        return 1, 1, index + (word in ("a", "an", "the"))
    number = read_number(line, index)
    if number is None or number[0] > LONGEST:
        return None
    low, after = number
    if line.word(after) == "or" and line.word(after + 1) == "so":
        return low, math.ceil(low * 1.4), after + 2
    if line.word(after) == "(" and line.at(after + 1).number is not None and line.word(after + 2) == ")":
        after += 3
    if line.word(after) in ("to", "or", "and", "–", *DASHES):
        second = read_number(line, after + 1)
        if second and low <= second[0] <= LONGEST:
            return low, second[0], second[1]
    if line.word(after) == "and" and line.word(after + 1) in ("a", "half"):
        after = line.skip(after, frozenset(("and", "a", "half")), 3)
    return low, low, after


def _or_more(line: Line, index: int, duration: Duration) -> tuple[Duration, int]:
    """ "a day or two", "ten days or so", "a week, two at most"."""
    after = index + (line.word(index) == ",")
    if line.word(after) in ("or", "maybe", "perhaps", "possibly") or after > index:
        if line.word(after) == "or" and line.word(after + 1) in ("so", "thereabouts"):
            return replace(duration, high=_or_so(duration)), after + 2
        behind = line.skip(after, frozenset(("or", "maybe", "perhaps", "possibly", "even")), 3)
        number = read_number(line, behind)
        if number and duration.high < number[0] <= duration.high + 5 and (behind > after) and line.word(number[1]) not in UNITS:
            return replace(duration, high=number[0]), number[1]
    return duration, index


def _or_so(duration: Duration) -> int:
    """Policy 14: ten days or so are ten to fourteen."""
    return math.ceil(duration.high * 1.4)


def _and_more(line: Line, index: int, duration: Duration) -> tuple[Duration, int]:
    """ "2 weeks 3 days", "2 months, 5 days"."""
    after = index + (line.word(index) in (",", "and"))
    number = read_number(line, after)
    if (
        number
        and number[0] < 100
        and duration.unit in ("week", "month", "year")
        and UNITS.get(line.word(number[1])) in ("day", "week")
    ):
        return replace(duration, then=Duration(low=number[0], high=number[0], unit=UNITS[line.word(number[1])])), number[1] + 1
    return duration, index


def span_after(duration: Duration, base: date, calendar: WorkCalendar, rule: str, *, within: bool = False) -> Span:
    """The days that lie ``duration`` after ``base``; ``within``: from the base on."""
    first, last = duration.after(base, calendar)
    # "within 3-5 business days" starts with the first number all the same
    if within and duration.low == duration.high:
        first = base
    grain = Grain.DAY if first == last else Grain.RANGE
    return Span(first=first, last=max(first, last), grain=grain, rule=rule)
