"""Weeks, months, quarters and their parts: "early next week", "mid-April", "the week after next", "end of Q1", "w/c 9 March".

What vague parts mean is policy 14 of the judgement's specification: early in the week Tuesday to Wednesday, middle Wednesday
to Thursday, the end Friday; mid-month the 13th to the 18th, meaning the 16th where one day is wanted; the end of a month its
last business day to its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from heardback.understanding.timeframes.days import AMBIGUOUS, Found, dated, read_day, week_word
from heardback.understanding.timeframes.spans import ONE_DAY, Grain, Span, add_months, day, days, monday_of, month_end
from heardback.understanding.timeframes.tokens import Line, read_number, read_ordinal
from heardback.understanding.timeframes.words import MONTHS, NEXT, PART_OF_DAY, THIS

_PARTS = {
    "early": "early", "earlier": "early", "beginning": "start", "start": "start", "mid": "mid", "middle": "mid", "midway": "mid",
    "late": "late", "later": "later", "end": "end", "close": "end", "rest": "rest", "remainder": "rest", "remaining": "rest",
    "latter": "late", "sometime": "any", "any": "any", "during": "any", "ending": "end", "conclusion": "end",
}  # fmt: skip
STARTERS = frozenset(_PARTS) | frozenset(
    (
        "the", "week", "wk", "w", "kw", "cw", "first", "second", "third", "fourth", "last", "this", "next", "coming", "upcoming",
        "following", "current", "my", "weekend", "wkend", "hump", "calendar", "year",
        "midweek", "month", "quarter", "eow", "eom", "eoy", "eoq", "q", "long",
    )
)  # fmt: skip
_PREPOSITIONS = frozenset(
    (
        "in",
        "by",
        "during",
        "of",
        "until",
        "till",
        "before",
        "after",
        "since",
        "next",
        "this",
        "late",
        "early",
        "mid",
        "from",
        "for",
    )
)
_FILL = frozenset(("of", "the", "in", "part", "half", "end", "-", "‑", "on", "by", "into"))


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date
    grain: Grain


def read_period(line: Line, index: int) -> Found | None:
    """A week, month, quarter, year or weekend, or a part of one."""
    return (
        _short_form(line, index)
        or _week_of(line, index)
        or _numbered_week(line, index)
        or _part(line, index)
        or _whole(line, index)
    )


def _short_form(line: Line, index: int) -> Found | None:
    index += line.word(index) == "the"
    word, today = line.word(index), line.today
    if word == "midweek" or (word == "mid" and line.word(index + 1) == "-" and line.word(index + 2) == "week"):
        after = index + (1 if word == "midweek" else 3)
        named = week_word(line, line.skip(after, frozenset((",", "of", "in")), 1))
        monday = named[0] if named else monday_of(today) + timedelta(days=7 if today.weekday() >= 3 else 0)
        return _part_of("mid", _week(line, monday), line), named[1] if named else after
    if word == "hump" and line.word(index + 1) == "day":
        named = week_word(line, line.skip(index + 2, frozenset((",", "of", "in")), 1))
        monday = named[0] if named else monday_of(today) + timedelta(days=7 if today.weekday() >= 2 else 0)
        return day(monday + timedelta(days=2), "timeframes.weekday"), named[1] if named else index + 2
    if word in ("week", "month", "quarter", "year") and line.word(index + 1) in ("end", "-") and line.word(index - 1) != "a":
        return _end_of(line, index, line.follows(index + 1, "end") or line.follows(index + 1, "- end"), word)
    if word == "eow":
        return _part_of("end", _week(line, monday_of(today)), line), index + 1
    if word == "eom":
        return _part_of("end", _month(today), line), index + 1
    if word == "eoy":
        return day(date(today.year, 12, 31), "timeframes.year-end"), index + 1
    if word == "eoq":
        return _part_of("end", _quarter(today), line), index + 1
    return None


def _end_of(line: Line, index: int, end: int, word: str) -> Found | None:
    """ "month end", "quarter-end", "year end"; a week end is a weekend."""
    found = _period(line, index) if end and word != "week" else None
    return (_part_of("end", found[0], line), end) if found else None


def read_running_out(line: Line, index: int) -> Found | None:
    """ "before the week is over", "by the time the month is out": the end of that week or month."""
    start = line.follows(index, "before") or line.follows(index, "by the time") or line.follows(index, "ere")
    noun = start + (line.word(start) in ("the", "this"))
    if not start or line.word(noun).removesuffix("'s") not in ("week", "month", "year", "quarter"):
        return None
    after = noun + 1 + (line.word(noun + 1) == "is")
    if after == noun + 1 and not line.word(noun).endswith("'s"):
        return None
    found = _period(line, start) if line.word(after) in ("over", "out", "up", "done", "through", "finished") else None
    return (_part_of("end", found[0], line), after + 1) if found else None


# -------------------------------------------------------------------------------------- the periods themselves


def _week(line: Line, monday: date) -> Period:
    """Monday to Friday. At the weekend "this week" has nothing left, so the one that comes is meant."""
    if monday == monday_of(line.today) and line.today.weekday() >= 5:
        monday += timedelta(days=7)
    return Period(monday, monday + timedelta(days=4), Grain.WEEK)


def _month(value: date) -> Period:
    return Period(value.replace(day=1), month_end(value.year, value.month), Grain.MONTH)


def _quarter(value: date) -> Period:
    first = value.replace(day=1, month=(value.month - 1) // 3 * 3 + 1)
    last = add_months(first, 2)
    return Period(first, month_end(last.year, last.month), Grain.LONG)


def _period(line: Line, index: int) -> tuple[Period, int] | None:
    """ "next week", "the month", "April 2026", "Q2", "this year" at ``index``."""
    week = week_word(line, index)
    if week:
        return _week(line, week[0]), week[1]
    after = index + (line.word(index) == "the")
    word = line.word(after)
    shift = 0
    if word in THIS or word in NEXT:
        shift, after = (0 if word in THIS else 1), after + 1
        noun = line.word(after)
    else:
        noun = word
    today = line.today
    if noun in ("week", "week's") and shift == 0 and line.word(after + 1) != "of":
        return _week(line, monday_of(today)), after + 1
    if noun in ("month", "month's"):
        return _month(add_months(today.replace(day=1), shift)), after + 1
    if noun == "quarter":
        return _quarter(add_months(today.replace(day=1), 3 * shift)), after + 1
    if noun == "year":
        return Period(date(today.year + shift, 1, 1), date(today.year + shift, 12, 31), Grain.LONG), after + 1
    if noun == "q" and line.at(after + 1).is_glued and line.at(after + 1).number in (1, 2, 3, 4):
        number = line.at(after + 1).number or 1
        year = today.year + (number * 3 < today.month)
        return _quarter(date(year, number * 3, 1)), after + 2
    if noun in MONTHS:
        return _named_month(line, after, forced=after > index or line.word(index - 1) in _PREPOSITIONS)
    return None


def _named_month(line: Line, index: int, *, forced: bool) -> tuple[Period, int] | None:
    token = line.at(index)
    if token.text in AMBIGUOUS and not forced and not (token.is_capital and index > 0) and len(line.tokens) > 1:
        return None
    after = index + 1
    year: int | None = None
    behind = after + (line.word(after) in (",", "/", "of", "."))
    if line.at(behind).number is not None and 1990 <= (line.at(behind).number or 0) <= 2100:
        year, after = line.at(behind).number, behind + 1
    elif line.at(after).number is not None or line.word(after) == "-":
        return None
    month = MONTHS[token.text]
    if year is None:
        year = line.today.year + (month < line.today.month)
    return _month(date(year, month, 1)), after


def _weekend(line: Line, index: int) -> Found | None:
    after = index + (line.word(index) == "the")
    word = line.word(after)
    shift = 0
    if word in ("this", "coming", "upcoming", "long", "next", "following"):
        shift, after = (7 if word in ("next", "following") else 0), after + 1
    if line.word(after) in ("long", "holiday"):
        after += 1
    if line.word(after) in ("weekend", "wkend"):
        end = after + 1
    elif line.word(after) == "week" and line.word(after + 1) == "-" and line.word(after + 2) == "end":
        end = after + 3
    else:
        return None
    saturday = monday_of(line.today) + timedelta(days=5 + shift)
    last = saturday + ONE_DAY
    while "long" in (line.word(after - 1), line.word(after - 2)) and not line.calendar.is_business_day(last + ONE_DAY):
        last += ONE_DAY
    return days(saturday, last, "timeframes.weekend", Grain.WEEKEND), end


def _whole(line: Line, index: int) -> Found | None:
    weekend = _weekend(line, index)
    if weekend:
        return weekend
    week = week_word(line, index)
    if week:
        return _part_of("any", _week(line, week[0]), line), week[1]
    word = line.word(index)
    if word in ("the", "my") and line.word(index + 1) == "week":
        # "in the week", "for the week"; "of the week" is a prize
        if line.word(index - 1) not in ("in", "during", "for", "over"):
            return None
        if line.word(index + 2) in ("of", "after", "before", "commencing", "beginning", "starting"):
            return None
    if word in ("week", "month", "quarter", "year", "q") and word != "q":
        return None
    if (
        word == "the"
        and line.word(index + 1) in ("month", "quarter", "year")
        and line.word(index - 1) not in ("for", "during", "within", "in")
    ):
        return None
    found = _period(line, index)
    if found is None:
        return None
    return _part_of("any", found[0], line), found[1]


# ----------------------------------------------------------------------------------------------------- parts


def _part(line: Line, index: int) -> Found | None:
    after = index + (line.word(index) == "the")
    word = line.word(after)
    half = {"first": "first-half", "second": "second-half"}.get(word)
    if half and line.word(after + 1) == "half":
        part, after = half, after + 2
    elif word in ("towards", "toward"):
        return _part(line, after + 1)
    elif word in _PARTS and not (word == "conclusion" and line.word(after + 1) != "of"):
        part, after = _PARTS[word], after + 1
        if part == "any" and word == "any":
            after = line.follows(after, "time") or after
        if word == "close" and line.word(after) != "of":
            return None
    else:
        return None
    start = line.skip(after, _FILL, 4)
    if (
        part == "end"
        and word == "end"
        and start == after
        and line.word(start) not in ("month", "week", "year")
        and line.word(start) not in (*THIS, *NEXT, *MONTHS)
    ):
        return None
    weekend = _weekend(line, start)
    if weekend and part in ("end", "any", "late"):
        return weekend
    of_a_day = _week_of(line, start) or _week_of(line, start - 1)
    if of_a_day and start > after:
        return _part_of(part, Period(of_a_day[0].first, of_a_day[0].last, Grain.WEEK), line), of_a_day[1]
    numbered = _numbered_week(line, start) if line.word(start) in ("kw", "cw") or line.at(start + 1).number is not None else None
    if numbered and numbered[0].rule == "timeframes.iso-week":
        return _part_of(part, Period(numbered[0].first, numbered[0].last, Grain.WEEK), line), numbered[1]
    found = _period(line, start)
    if found is None and start > after:
        found = _period(line, start - 1)
    if found is None:
        return _end_of_day(line, start) if part in ("end", "later", "mid", "late", "early", "start") and start > after else None
    if (
        part == "any"
        and word != "sometime"
        and found[0].grain is Grain.MONTH
        and start == after
        and line.word(start) in AMBIGUOUS
    ):
        return None
    return _part_of(part, found[0], line), found[1]


def _end_of_day(line: Line, index: int) -> Found | None:
    """ "end of tomorrow", "end of this Sunday", "later in today": the day itself."""
    found = read_day(line, index)
    return found if found and line.word(index) not in ("the",) else None


def _part_of(part: str, period: Period, line: Line) -> Span:
    """The days of that part; those that are over are left out."""
    rules = {Grain.WEEK: _week_part, Grain.MONTH: _month_part, Grain.LONG: _long_part}
    first, last = rules[period.grain](part, period, line)
    if part in ("rest", "later", "any") and period.first <= line.today <= period.last:
        first = line.today + (ONE_DAY if part == "later" and line.today < period.last else timedelta(0))
    name = period.grain.value
    rule = f"timeframes.{name}" if part == "any" else f"timeframes.{name}-{part}"
    first = max(first, line.today) if last >= line.today else first
    return days(first, last, rule, period.grain if part == "any" else Grain.RANGE)


def _week_part(part: str, week: Period, line: Line) -> tuple[date, date]:
    monday = week.first
    first, last = {
        "early": (1, 2), "start": (0, 1), "mid": (2, 3), "late": (3, 4), "end": (4, 4), "first-half": (0, 2),
        "second-half": (2, 4),
    }.get(part, (0, 4))  # fmt: skip
    return monday + timedelta(days=first), monday + timedelta(days=last)


def _month_part(part: str, month: Period, line: Line) -> tuple[date, date]:
    first, last = month.first, month.last
    if part == "end":
        return line.calendar.on_or_before(last), last
    low, high = {
        "early": (1, 10), "start": (1, 7), "mid": (13, 16), "late": (21, 31), "first-half": (1, 15), "second-half": (16, 31),
    }.get(part, (1, 31))  # fmt: skip
    return first.replace(day=low), last if high == 31 else first.replace(day=high)


def _long_part(part: str, period: Period, line: Line) -> tuple[date, date]:
    third = (period.last - period.first).days // 3
    if part == "end":
        return line.calendar.on_or_before(period.last), period.last
    if part in ("early", "start"):
        return period.first, period.first + timedelta(days=min(third, 45))
    if part == "mid":
        return period.first + timedelta(days=third), period.last - timedelta(days=third)
    if part in ("first-half", "second-half"):
        middle = period.first + (period.last - period.first) // 2
        return (period.first, middle) if part == "first-half" else (middle + ONE_DAY, period.last)
    return (period.last - timedelta(days=third), period.last) if part == "late" else (period.first, period.last)


# ------------------------------------------------------------------------------------------- weeks by a day


def _week_of(line: Line, index: int) -> Found | None:
    """ "w/c 9 March", "week commencing Monday 9 March", "the week of the 18th", "week ending 20 March"."""
    after = index + (line.word(index) == "the")
    if line.word(after) not in ("week", "wk", "w", "wc"):
        return None
    start = (
        line.follows(after, "w / c") or line.follows(after, "wc") or line.follows(after, "w / o") or line.follows(after, "w / e")
    )
    kind = "ending" if line.word(after + 2) == "e" and start else "commencing"
    if not start:
        if line.word(after) not in ("week", "wk"):
            return None
        kind = line.word(after + 1)
        if kind not in ("commencing", "beginning", "starting", "of", "ending", "from"):
            return None
        start = after + 2
    start = line.skip(start, frozenset(("on", "from", "mon", "monday", ".", ",")), 3)
    found = read_day(line, start)
    if found is None and line.word(start - 1) in ("mon", "monday"):
        found = read_day(line, start - 1)
    if found is None or found[0].grain is not Grain.DAY:
        return None
    value = found[0].last
    if kind == "ending":
        return days(monday_of(value), value, "timeframes.week-ending", Grain.WEEK), found[1]
    monday = monday_of(value)
    return days(monday, monday + timedelta(days=4), "timeframes.week-of", Grain.WEEK), found[1]


def _numbered_week(line: Line, index: int) -> Found | None:
    """ "week 12", "KW 12", "CW12" (ISO 8601 weeks), "first week of February", "the last week in March"."""
    index += line.word(index) == "calendar" and line.word(index + 1) == "week"
    word = line.word(index)
    if word in ("week", "wk", "kw", "cw"):
        after = index + 1 + (line.word(index + 1) in (".", "#", "no"))
        number = line.at(after).number
        decimal = line.word(after + 1) == "." and line.at(after + 2).number is not None
        if number is None or not 1 <= number <= 53 or line.word(after + 1) in (":", "of") or decimal:
            return None
        monday = _iso_monday(line.today.year, number)
        if monday is not None and monday + timedelta(days=4) < line.today:
            monday = _iso_monday(line.today.year + 1, number)
        return (days(monday, monday + timedelta(days=4), "timeframes.iso-week", Grain.WEEK), after + 1) if monday else None
    after = index + (word == "the")
    ordinal = (5, after + 1) if line.word(after) == "last" else read_ordinal(line, after)
    if ordinal is None or ordinal[0] > 5:
        return None
    weeks = 1
    end = ordinal[1]
    several = read_number(line, end)
    if several and line.word(several[1]) == "weeks":
        weeks, end = several[0], several[1]
    if line.word(end) not in ("week", "weeks", "full"):
        return None
    end += 1 + (line.word(end) == "full")
    if line.word(end) not in ("of", "in"):
        return None
    month = _period(line, end + 1)
    if month is None or month[0].grain is not Grain.MONTH:
        return None
    return _nth_week(month[0], ordinal[0], weeks, line), month[1]


def _iso_monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _nth_week(month: Period, number: int, weeks: int, line: Line) -> Span:
    """The first week of a month is the one that holds its first weekday; the last, its last."""
    if number == 5:
        last = month.last - timedelta(days=max(0, month.last.weekday() - 4))
        return days(monday_of(last), last, "timeframes.week-of-month", Grain.WEEK)
    first = month.first + timedelta(days=(7 - month.first.weekday()) % 7 if month.first.weekday() >= 5 else 0)
    monday = monday_of(first) + timedelta(days=7 * (number - 1))
    friday = monday + timedelta(days=4 + 7 * (min(weeks, 4) - 1))
    return days(max(monday, month.first), friday, "timeframes.week-of-month", Grain.WEEK)


def read_nth_weekday(line: Line, index: int, weekdays: dict[str, int]) -> Found | None:
    """ "the first Friday of July", "last Thursday in March", "first Tuesday of next month"."""
    after = index + (line.word(index) == "the")
    ordinal = (5, after + 1) if line.word(after) == "last" else read_ordinal(line, after)
    if (
        ordinal is None
        or ordinal[0] > 5
        or line.word(ordinal[1]) not in weekdays
        or line.word(ordinal[1] + 1) not in ("of", "in")
    ):
        return None
    month = _period(line, ordinal[1] + 2)
    if month is None or month[0].grain is not Grain.MONTH:
        return None
    weekday = weekdays[line.word(ordinal[1])]
    if line.word(after) == "last":
        value = month[0].last - timedelta(days=(month[0].last.weekday() - weekday) % 7)
    else:
        value = month[0].first + timedelta(days=(weekday - month[0].first.weekday()) % 7 + 7 * (ordinal[0] - 1))
    return day(value, "timeframes.nth-weekday"), month[1]


__all__ = ["PART_OF_DAY", "STARTERS", "Period", "dated", "read_nth_weekday", "read_period"]
