"""One day, as people name it: "Thursday the 30th", "3rd of March", "4/3", "the 15th", "tomorrow week"."""

from __future__ import annotations

from datetime import date, timedelta

from heardback.understanding.timeframes.named_days import read_named_day, read_the_holiday
from heardback.understanding.timeframes.spans import Grain, Span, add_months, coming, day, days, make, monday_of
from heardback.understanding.timeframes.tokens import Line, read_number, read_ordinal
from heardback.understanding.timeframes.words import (
    FOLLOWS_DAY,
    MONTHS,
    NEXT,
    NUMBERS,
    PART_OF_DAY,
    THIS,
    TODAY,
    TOMORROW,
    WEEKDAYS,
)

Found = tuple[Span, int]
"""A span, and the index of the token behind it."""

_COMMA = frozenset((",",))
_DAY_LEADS = frozenset(
    (
        "the", "on", "by", "until", "till", "before", "after", "from", "between", "and", "to", "or", "since", "around", "about",
        "through", "thru", "-", "–", "(", "for", "of", "latest",
    )
)  # fmt: skip
WEEKDAYS_OWN = {f"{word}'s": number for word, number in WEEKDAYS.items()}
_OWNED = frozenset(("decision", "result", "results", "outcome", "verdict", "answer", "announcement", "news", "vote", "the"))
"""What a weekday may own without being an appointment's: "Friday's decision", "Thursday's the day"."""
AMBIGUOUS = frozenset(("may", "march", "mar", "sat", "sun", "dec", "wed", "sept", "second", "mon", "fri"))
"""Also other words, so alone and in lower case they are no day and no month."""
MISTAKEN_AFTER = 62
"""Days within which "Thursday the 17th" is looked for; beyond them the weekday was a slip and the number counts."""
_DECIMALS = frozenset(("%", "years", "year", "hours", "k", "m", "million", "percent", "stars", "x", "/", "*"))


def read_day(line: Line, index: int) -> Found | None:
    """One day at ``index``, without a clock."""
    token = line.at(index)
    if token.number is not None:
        return _from_number(line, index)
    if token.text in WEEKDAYS:
        return _from_weekday(line, index)
    if token.text in WEEKDAYS_OWN and line.word(index + 1) in _OWNED:
        return day(coming(WEEKDAYS_OWN[token.text], line.today), "timeframes.weekday"), index + 1
    if token.text in MONTHS:
        return _from_month(line, index)
    return _relative(line, index) or _ordinal_day(line, index)


# ------------------------------------------------------------------------------------------- relative words


_NEXT_DAYS = (
    ("day after tomorrow", 2), ("next day", 1), ("following day", 1), ("next working day", 0), ("next business day", 0),
    ("day after", 1), ("next morning", 1), ("next afternoon", 1), ("next evening", 1), ("following morning", 1),
    ("following afternoon", 1), ("following evening", 1), ("day following", 1),
)  # fmt: skip
"""Days to add; 0 is the next business day."""
_NEEDS_ARTICLE = frozenset(("day after", "day following"))
_NEXT_DAY_STARTS = frozenset(phrase.split()[0] for phrase, _ in _NEXT_DAYS)
_WEEK_STARTS = THIS | NEXT | {"week"}


def _relative(line: Line, index: int) -> Found | None:
    word, after = line.word(index), index + 1
    end = line.follows(index, "today week") or line.follows(index, "this day week")
    if end:
        return day(line.today + timedelta(days=7), "timeframes.day-week"), end
    if word in TODAY:
        return day(line.today, "timeframes.today"), after
    if word in TOMORROW:
        value = line.today + timedelta(days=1)
        if line.word(after) == "week":
            return day(value + timedelta(days=7), "timeframes.day-week"), after + 1
        return day(value, "timeframes.tomorrow"), after
    start = index + (word == "the")
    for phrase, shift in _NEXT_DAYS if line.word(start) in _NEXT_DAY_STARTS else ():
        end = line.follows(start, phrase)
        has_article = word == "the" or (phrase not in _NEEDS_ARTICLE and _ends_here(line, end))
        behind = end + (phrase in _NEEDS_ARTICLE and line.word(end) in ("it", "that"))
        if end and (
            phrase == "day after tomorrow" or (has_article and (phrase not in _NEEDS_ARTICLE or _ends_here(line, behind)))
        ):
            end = behind
            base = line.today if phrase == "day after tomorrow" else line.anchor or line.today
            value = base + timedelta(days=shift) if shift else line.calendar.add(base, 1)
            return day(value, "timeframes.day-after"), end
    if word == "this" and line.word(after) in PART_OF_DAY and line.word(after) not in ("am", "pm"):
        return day(line.today, "timeframes.today"), after + 1
    return None


def _ends_here(line: Line, index: int) -> bool:
    word = line.word(index)
    return not word or not word[0].isalpha() or word in FOLLOWS_DAY


# ------------------------------------------------------------------------------------------------- weekdays


def read_weekday_phrase(line: Line, index: int) -> Found | None:
    """ "this Friday", "next Tuesday", "the following Monday", "the Thursday", "coming Thursday"."""
    after = index + (line.word(index) in ("the", "a"))
    word = line.word(after)
    kind = ""
    if word in THIS:
        kind, after = "this", after + 1
        if line.word(after) in ("coming", "upcoming"):
            after += 1
    elif word in ("coming", "upcoming"):
        kind, after = "this", after + 1
    elif word in ("next", "following"):
        kind, after = word, after + 1
    elif after > index:
        kind = "the"
    weekday = WEEKDAYS.get(line.word(after))
    if weekday is None or not kind or (kind == "the" and line.word(after) in AMBIGUOUS and not line.at(after).is_capital):
        return None
    dated = _dated(line, after, weekday)
    if dated:
        return dated
    after = _past_weekday(line, after)
    leaning = _after_a_day(line, after, weekday)
    if leaning:
        return leaning
    soon = coming(weekday, line.today)
    if kind == "this":
        return _week_on(line, day(soon, "timeframes.weekday"), after)
    if kind == "the":
        if line.word(after) == "after":
            return None
        base = line.anchor if line.anchor and line.anchor >= line.today else line.today
        return _week_on(line, day(coming(weekday, base), "timeframes.weekday"), after)
    if kind == "following" and line.anchor and line.anchor > line.today:
        return day(coming(weekday, line.anchor), "timeframes.weekday-following"), after
    later = monday_of(line.today) + timedelta(days=7 + weekday)
    if kind == "following" or later <= soon:
        return day(max(later, soon), "timeframes.weekday-next"), after
    return Span(first=soon, last=later, grain=Grain.DAY, rule="timeframes.weekday-next"), after


def _past_weekday(line: Line, index: int) -> int:
    """Past the weekday, the full stop of its abbreviation, and a bare part of the day behind it."""
    after = index + 1
    if (
        line.word(after) == "."
        and line.word(index) != "sat"
        and len(line.word(index)) <= 5
        and line.at(after + 1).number is not None
    ):
        after += 1
    return after


def _from_weekday(line: Line, index: int) -> Found | None:
    token = line.at(index)
    weekday = WEEKDAYS[token.text]
    dated = _dated(line, index, weekday)
    if dated:
        return dated
    if token.text in AMBIGUOUS and not _is_meant(line, index):
        return None
    after = _past_weekday(line, index)
    return _after_a_day(line, after, weekday) or _week_on(line, day(coming(weekday, line.today), "timeframes.weekday"), after)


def _after_a_day(line: Line, index: int, weekday: int) -> Found | None:
    """The weekday of ``... after Thanksgiving``, ``... after the bank holiday``, ``... after it``, ``... that follows``: counted
    from that day, or from the last one named."""
    end = line.follows(index, "that follows") or (
        index + 1 if line.word(index) == "following" and _ends_here(line, index + 1) else 0
    )
    if not end and line.word(index) == "after":
        start = index + 1 + (line.word(index + 1) in ("the", "our", "that"))
        named = read_the_holiday(line, index + 1) or read_named_day(line, index + 1) or read_named_day(line, start)
        if named:
            return day(coming(weekday, named[0].last), "timeframes.weekday-after"), named[1]
        if line.word(index + 1) != "next":
            behind = index + 1 + (line.word(index + 1) in ("it", "that"))
            end = (
                behind if _ends_here(line, behind) and not line.at(behind).number and line.word(behind) not in _AFTER_WHAT else 0
            )
    if not end or line.anchor is None or line.anchor < line.today:
        return None
    return day(coming(weekday, line.anchor), "timeframes.weekday-after"), end


_AFTER_WHAT = frozenset(("we", "i", "you", "they", "he", "she", "it", "a", "the", "your", "our", "this", "that", "noon", "lunch"))
"""Behind "Friday after" these start what it is after; none of them is a day."""


def _is_meant(line: Line, index: int) -> bool:
    """Is an abbreviation that is also a word ("sat", "sun") meant as a day? By its capital, or the word before it."""
    if line.word(index) in ("sat", "sun") and line.word(index - 1) == "the":
        return line.at(index).is_capital
    return (
        line.at(index).is_capital
        or index == 0
        or line.word(index + 1) in PART_OF_DAY
        or (line.word(index + 1) == "week" and line.word(index + 2) not in ("of", "on"))
        or line.word(index - 1) in (*_DAY_LEADS, "next", "this", "early", "coming", "every")
    )


def _week_on(line: Line, span: Span, index: int) -> Found:
    """What may follow a weekday: "week", "after next", "fortnight", "next week", "of next week", "of the following week"."""
    weekday = span.last.weekday()
    if line.word(index) == "week" and line.word(index + 1) not in ("of", "commencing", "beginning"):
        return day(span.last + timedelta(days=7), "timeframes.weekday-week"), index + 1
    if line.word(index) == "next" and _ends_here(line, index + 1) and not line.follows(index + 1, "week"):
        later = monday_of(line.today) + timedelta(days=7 + weekday)
        return Span(first=span.last, last=max(later, span.last), grain=Grain.DAY, rule="timeframes.weekday-next"), index + 1
    if line.word(index) == "fortnight":
        return day(span.last + timedelta(days=14), "timeframes.weekday-fortnight"), index + 1
    end = line.follows(index, "after next")
    if end:
        return day(span.last + timedelta(days=7), "timeframes.weekday-after-next"), end
    after = line.skip(index, PART_OF_DAY)
    after = line.skip(after, frozenset((",", "of", "in", "the", "from", "-")), 3)
    week = week_word(line, after)
    if week is None:
        return span, index
    monday, end = week
    value = monday + timedelta(days=weekday)
    return day(value, "timeframes.weekday-of-week"), end


def week_word(line: Line, index: int) -> tuple[date, int] | None:
    """ "next week", "this week", "the week after next", "the following week": its Monday."""
    after = index + (line.word(index) == "the")
    if line.word(after) not in _WEEK_STARTS:
        return None
    monday = monday_of(line.today)
    end = line.follows(after, "week after next")
    if end:
        return monday + timedelta(days=14), end
    end = line.follows(after, "next week but one") or line.follows(after, "following week after next")
    if end:
        return monday + timedelta(days=14), end
    word = line.word(after)
    if line.word(after + 1) in ("week", "wk", "week's"):
        if word in THIS:
            return monday, after + 2
        if word == "following" and line.anchor and line.anchor > line.today:
            return monday_of(line.anchor) + timedelta(days=7), after + 2
        if word in NEXT:
            return monday + timedelta(days=7), after + 2
    end = line.follows(after, "week after")
    if end and after > index and _ends_here(line, end) and line.word(end) not in ("that", "the"):
        base = line.anchor if line.anchor and line.anchor > line.today else line.today
        return monday_of(base) + timedelta(days=7), end
    return None


def _dated(line: Line, index: int, weekday: int) -> Found | None:
    """A weekday with its date: "Thursday, 9 April", "Tuesday the 8th", "Fri 11.8", "Thursday (the 12th)"."""
    after = _past_weekday(line, index)
    after = line.skip(after, frozenset((",", "the", "(", *PART_OF_DAY, ".")), 3)
    token = line.at(after)
    if token.text in MONTHS:
        found = _from_month(line, after)
    elif token.number is not None:
        found = _day_month(line, after) or _numeric(line, after, weekday, is_dated=True)
    else:
        found = None
    if found and found[0].grain is Grain.DAY and not (line.word(after + 1) == "-" and found[0].last.weekday() != weekday):
        return found[0], found[1] + (line.word(found[1]) == ")" and line.word(after - 1) == "(")
    ordinal = read_ordinal(line, after)
    bare = token.number is not None and not (
        line.word(after + 1) in (":", "am", "pm", "-", "–", "h", ".", "to") or token.end - token.start > 2
    )
    if ordinal is None and (not bare or token.number is None or not 13 <= token.number <= 31):
        return None
    number, end = ordinal or (token.number or 0, after + 1)
    if token.number is None and after == index + 1:
        return None
    value = _weekday_number(line.today, weekday, number)
    end += line.word(end) == ")" and "(" in (line.word(after - 1), line.word(after - 2))
    return (day(value, "timeframes.weekday-ordinal"), end) if value else None


def _weekday_number(today: date, weekday: int, number: int) -> date | None:
    nearest = next_number(today, number)
    for shift in range(7):
        month = add_months(today.replace(day=1), shift)
        value = make(month.year, month.month, number)
        if value and value >= today and value.weekday() == weekday and (value - today).days <= MISTAKEN_AFTER:
            return value
    return nearest


# -------------------------------------------------------------------------------------------- day and month


def _year_after(line: Line, index: int) -> tuple[int, int] | None:
    """A year behind a date: ", 2026", "of 2026", "'26"."""
    after = index + (line.word(index) in (",", "of", "."))
    token = line.at(after)
    if token.number is not None and token.end - token.start == 4 and 1990 <= token.number <= 2100:
        if line.word(after + 1) in ("hours", "hrs", "h"):
            return None
        return token.number, after + 1
    return None


def dated(line: Line, year: int | None, month: int, number: int) -> date | None:
    """That day in its year, or without one the next (29 February: the next leap year)."""
    if year is not None:
        return make(year, month, number)
    for shift in range(9):
        value = make(line.today.year + shift, month, number)
        if value and value >= line.today:
            break
    else:
        return None
    if not line.prefer_future:
        before = make(value.year - 1, month, number)
        if before and line.today - before < value - line.today:
            return before
    return value


def _from_month(line: Line, index: int) -> Found | None:
    """ "March 17th", "March the 17th, 2026", "Sept. 1", "May twenty nine"; a month alone is ``periods``'."""
    month, after = MONTHS[line.word(index)], index + 1
    if line.word(after) in (".", "/", "-", ",") and (line.word(after) != "," or read_ordinal(line, after + 1)):
        after += 1
    after += line.word(after) == "the"
    number = read_ordinal(line, after)
    if number is None:
        number = read_number(line, after)
        token = line.at(after)
        if number and token.number is None and line.word(index) == "may":
            number = number if line.at(index).is_capital else None
        if number and ((token.end - token.start > 2 and token.number is not None) or line.word(number[1]) in (":", "am", "pm")):
            number = None
        # "march 2 weeks", "may 3 candidates": lower case reads as a verb
        if (
            number
            and not line.at(index).is_capital
            and line.word(index) in ("may", "march")
            and line.word(number[1]) in ("weeks", "days", "of")
        ):
            number = None
    if number is None or not 1 <= number[0] <= 31:
        return None
    after = number[1] + (line.at(number[1]).text in ("th", "st", "nd", "rd"))
    year = _year_after(line, after)
    value = dated(line, year[0] if year else None, month, number[0])
    return (day(value, "timeframes.date"), year[1] if year else after) if value else None


def _day_month(line: Line, index: int) -> Found | None:
    """ "17 March", "17th of March 2026", "15Sep", "16. Nov. 2016", "3rd day of March"; words too: "first of June"."""
    number = read_ordinal(line, index) or read_number(line, index)
    if number is None or not 1 <= number[0] <= 31:
        return None
    after = line.skip(number[1], frozenset((".", "of", "day", "-", "/")), 2)
    month = MONTHS.get(line.word(after))
    if month is None or (
        line.word(after) == "may"
        and not line.at(after).is_capital
        and line.word(after - 1) != "of"
        and line.word(after + 1) in ("be", "have", "not")
    ):
        return None
    after += 1
    after += line.word(after) == "." and len(line.word(after - 1)) <= 4 and line.at(after + 1).number is not None
    year = _year_after(line, after)
    value = dated(line, year[0] if year else None, month, number[0])
    return (day(value, "timeframes.date"), year[1] if year else after) if value else None


# -------------------------------------------------------------------------------------------------- numbers


def _from_number(line: Line, index: int) -> Found | None:
    return _day_month(line, index) or _numeric(line, index, None) or _ordinal_day(line, index)


def _numeric(line: Line, index: int, weekday: int | None, *, is_dated: bool = False) -> Found | None:
    a, separator = line.at(index), line.word(index + 1)
    b = line.at(index + 2)
    if a.number is None or separator not in ("/", "-", ".", "‑"):
        return None
    if a.end - a.start == 4 and b.text in MONTHS and 1990 <= a.number <= 2100:
        third = line.at(index + 4)
        value = make(a.number, MONTHS[b.text], third.number or 0)
        return (day(value, "timeframes.iso"), index + 5) if value else None
    if b.number is None:
        return None
    c = line.at(index + 4)
    has_third = line.word(index + 3) == separator and c.number is not None and c.is_glued
    if a.end - a.start == 4:
        value = make(a.number, b.number, c.number or 0) if has_third and 1990 <= a.number <= 2100 else None
        return (day(value, "timeframes.iso"), _past_iso_t(line, index + 5)) if value else None
    if max(a.end - a.start, b.end - b.start) > 2:
        return None
    year: int | None = None
    end = index + 3
    if has_third and c.number is not None and c.end - c.start in (2, 4):
        year = c.number if c.number > 99 else 2000 + c.number
        end = index + 5
        if not 1990 <= year <= 2100:
            return None
    elif not _is_short_date(line, index, separator, is_dated):
        return None
    elif line.word(end) == "." and separator == "." and (line.at(end + 1).number is not None or line.at(end).is_glued):
        year_token = line.at(end + 1)
        end += 1
        if year_token.number is not None and year_token.end - year_token.start == 4 and 1990 <= year_token.number <= 2100:
            year, end = year_token.number, end + 1
    value = _resolve_numeric(line, a.number, b.number, year, separator, weekday)
    return (day(value, "timeframes.numeric"), end) if value else None


def _past_iso_t(line: Line, index: int) -> int:
    return index + 1 if line.word(index) == "t" and line.at(index).is_glued else index


def _is_short_date(line: Line, index: int, separator: str, is_dated: bool) -> bool:
    """May "4/3", "3.4." or "4-22" be a date here, and not a score, a ratio, a clock or a decimal?"""
    before, after = line.word(index - 1), line.word(index + 3)
    if after in _DECIMALS and after != "/":
        return False
    a, b = line.at(index).number or 0, line.at(index + 2).number or 0
    if (a == b and a > 31) or before in ("$", "£", "€", "#", "v", "version", ":", ".", "~"):
        return False
    if separator == "/":
        return (a, b) not in ((24, 7), (50, 50), (9, 5), (1, 1), (1, 2)) or before in _DAY_LEADS
    led = is_dated or before in _DAY_LEADS or index == 0
    if separator == ".":
        return (
            after == "." and line.at(index + 3).is_glued and (b <= 12 or a <= 12) and (led or bool(line.word(index + 4)))
        ) or (
            led
            and before not in ("about", "around", "at", "for", "of")
            and after not in ("am", "pm", "h")
            and b <= 31
            and line.at(index + 2).is_glued
        )
    return (
        led
        and before not in ("-", "–", "to", "and", "for", "the", "of", "about", "around", "between", "from")
        and after not in _UNITS_AFTER
        and index > 0
    )


_UNITS_AFTER = frozenset(
    [
        "days",
        "day",
        "weeks",
        "week",
        "business",
        "working",
        "months",
        "month",
        "hours",
        "minutes",
        "am",
        "pm",
        "year",
        "years",
        "candidates",
        "people",
    ]
)


def _resolve_numeric(line: Line, a: int, b: int, year: int | None, separator: str, weekday: int | None) -> date | None:
    """The order of day and month: what only one order allows; then the weekday named; then ``day_first`` or the
    writer's country; then the order that lies ahead, because dates in these letters do."""
    readings = [
        value for month, number in ((a, b), (b, a)) if (value := dated(line, year, month, number) if 1 <= month <= 12 else None)
    ]
    if not readings:
        return None
    if weekday is not None:
        fitting = [value for value in readings if value.weekday() == weekday]
        if len(fitting) == 1:
            return fitting[0]
    if not 1 <= a <= 12 or not 1 <= b <= 12 or len(readings) == 1:
        return readings[0]
    order = line.is_day_first
    if separator == "." and order is None:
        order = True
    if order is None:
        order = bool(line.calendar.places) and all(place.country not in ("US", "PH", "PR") for place in line.calendar.places)
    chosen, other = (readings[1], readings[0]) if order else (readings[0], readings[1])
    if line.is_day_first is None and chosen < line.today <= other:
        return other
    return chosen


# ----------------------------------------------------------------------------------------- "the 15th" alone


def next_number(today: date, number: int) -> date | None:
    """The next day of a month with that number, ``today`` included."""
    for shift in range(4):
        month = add_months(today.replace(day=1), shift)
        value = make(month.year, month.month, number)
        if value and value >= today:
            return value
    return None


def _ordinal_day(line: Line, index: int) -> Found | None:
    has_the = line.word(index) == "the"
    start = index + has_the
    token = line.at(start)
    spelled = token.text in NUMBERS or token.number is None
    has_month = _day_month(line, start)
    if has_month:
        return has_month
    before = line.word(start - 1)
    ordinal = read_ordinal(line, start)
    number, end = ordinal or (token.number or 0, start + 1)
    month = _month_of(line, end)
    if month:
        value = make(month[0].year, month[0].month, number)
        return (day(value, "timeframes.day-of-month"), month[1]) if value else None
    if ordinal is None:
        is_lone = (
            token.number is not None
            and before in ("the", "on")
            and token.end - token.start <= 2
            and line.word(end) in ("", ".", ",", "?", "!")
        )
        if not is_lone or line.at(end + 1).number is not None:
            return None
    elif (
        (spelled and not (has_the or before == "the"))
        or not _ends_here(line, end)
        or (before not in _DAY_LEADS and spelled)
        or (
            spelled
            and (
                line.word(start - 2) not in ("on", "by", "until", "before", "after", "between", "from")
                or line.word(end) in ("of", "time")
            )
        )
    ):
        return None
    if line.word(end) in ("-", "‑") and line.at(end).is_glued and not line.at(end + 1).number:
        return None
    base = (
        line.anchor
        if line.anchor
        and line.anchor > line.today
        and (line.anchor - line.today).days < 45
        and before in ("and", "-", "–", "to", "or")
        else line.today
    )
    value = next_number(base, number)
    return (day(value, "timeframes.ordinal"), end) if value else None


def _month_of(line: Line, index: int) -> tuple[date, int] | None:
    """ "of this month", "of next month", "next month", "day of the current month": the first of that month."""
    after = line.skip(index, frozenset(("day", "of", "in", "the")), 4)
    word = line.word(after)
    if line.word(after + 1) != "month":
        if word == "month" and after > index and line.word(after - 1) == "the" and line.word(index) in ("of", "day"):
            return line.today.replace(day=1), after + 1
        return None
    first = line.today.replace(day=1)
    if word in THIS:
        return first, after + 2
    if word in NEXT:
        return add_months(first, 1), after + 2
    return None


def number_range(line: Line, index: int) -> Found | None:
    """Two days that share a month: "12 to 15 October", "27.-29.11.", "the 13th to the 15th of July"."""
    start = index + (line.word(index) == "the")
    left = read_ordinal(line, start) or read_number(line, start)
    if left is None or not 1 <= left[0] <= 31 or line.at(start).end - line.at(start).start > 12:
        return None
    after = left[1] + (line.word(left[1]) == "." and line.at(left[1]).is_glued)
    if line.word(after) not in ("to", "till", "until", "through", "thru", "and", "or", "-", "–", "—", "/", "&"):
        return None
    after += 1
    after += line.word(after) == "the"
    right = read_ordinal(line, after) or read_number(line, after)
    if right is None or not left[0] < right[0] <= 31:
        return None
    month = _month_of(line, right[1])
    if month:
        first, last = make(month[0].year, month[0].month, left[0]), make(month[0].year, month[0].month, right[0])
        return (days(first, last, "timeframes.date-range"), month[1]) if first and last else None
    found = _day_month(line, after)
    if found is None and line.word(after + 1) == ".":
        found = _numeric(line, after, None, is_dated=True)
    if found is None:
        return None
    first = make(found[0].last.year, found[0].last.month, left[0])
    return (days(first, found[0].last, "timeframes.date-range"), found[1]) if first and first < found[0].last else None
