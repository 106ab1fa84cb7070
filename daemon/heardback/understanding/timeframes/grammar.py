"""The grammar: what stands around a day, a period or a duration, and what the whole then means.

A walk over tokens, each step trying the few rules that its first word allows: linear in the text, because every rule looks
a bounded number of tokens ahead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from heardback.understanding.timeframes import named_days, periods
from heardback.understanding.timeframes.clocks import clock_near, read_clock
from heardback.understanding.timeframes.days import WEEKDAYS_OWN, Found, number_range, read_day, read_weekday_phrase, week_word
from heardback.understanding.timeframes.durations import Duration, read_duration, span_after
from heardback.understanding.timeframes.spans import ONE_DAY, Clock, Grain, Span, coming, day, days, monday_of, with_clock
from heardback.understanding.timeframes.tokens import Line, read_number, read_ordinal
from heardback.understanding.timeframes.words import (
    INTERVIEWS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    PART_OF_DAY,
    PAST,
    TODAY,
    TOMORROW,
    WEEKDAYS,
)

_CLOSES = frozenset(("eod", "cob", "cop", "eob", "eobd"))
_RANGE = frozenset(("-", "–", "—", "to", "till", "until", "through", "thru", "or", "and", "/", "&"))
_MAYBE = frozenset((",", "possibly", "maybe", "perhaps", "even", "latest", "at", "the", "early", "on", "by", "from"))
_SAY = frozenset(
    (
        ",",
        "maybe",
        "say",
        "how",
        "about",
        "on",
        "preferably",
        "probably",
        "likely",
        "perhaps",
        "hopefully",
        "ideally",
        "by",
        "-",
        "–",
        "between",
        "from",
    )
)
_HEADS = frozenset(("in", "within", "inside", "under", "over", "during", "for", "next", "after", "about", "around", "roughly"))
_COUNTED_ONLY = frozenset(
    (
        "in", "within", "inside", "under", "over", "for", "give", "allow", "takes", "take", "taking", "another", "need", "needs",
        "longer", "more", "up", "couple", "few", "several", "handful", "some", "an",
    )
)  # fmt: skip
"""Words at which only a duration can start."""
_CORE_STARTERS = (
    _COUNTED_ONLY
    | _CLOSES
    | periods.STARTERS
    | named_days.STARTERS
    | WEEKDAYS.keys()
    | WEEKDAYS_OWN.keys()
    | MONTHS.keys()
    | NUMBERS.keys()
    | ORDINALS.keys()
    | TODAY
    | TOMORROW
    | frozenset(
        (
            "finish", "these", "a", "that", "one", "following", "ere", "shortly",
            "soon", "wc", "towards", "toward", "weekend", "day", "mid", "long", "year",
            "august", "may", "early", "summer",
        )
    )
)  # fmt: skip
"""Words at which a day, a period or a duration can start, its preposition left out."""
_OVER = frozenset((*WEEKDAYS, "week", "month", "year", "night", "few", "couple"))


def read_core(line: Line, index: int) -> Found | None:
    """One timeframe without its preposition, its clock or a second day."""
    word = line.word(index)
    if line.at(index).number is None and word not in _CORE_STARTERS:
        return None
    if line.next_start(index) > index:
        return None
    if word in _COUNTED_ONLY:
        return read_duration_phrase(line, index)
    if line.at(index).number is not None:
        return _at_number(line, index)
    if word in PAST and line.word(index + 1) in _OVER:
        return None
    return (
        _close_of(line, index)
        or (read_duration_phrase(line, index))
        or _nth_working_day(line, index)
        or periods.read_nth_weekday(line, index, WEEKDAYS)
        or number_range(line, index)
        or (named_days.read_named_day(line, index) if _may_be_named(line, index) else None)
        or _anaphor(line, index)
        or _week_then_day(line, index)
        or (read_day(line, index) if word in MONTHS else None)
        or periods.read_period(line, index)
        or read_weekday_phrase(line, index)
        or read_day(line, index)
    )


def _at_number(line: Line, index: int) -> Found | None:
    return (
        read_duration_phrase(line, index)
        or (_nth_working_day(line, index) if line.word(index + 1) in ("st", "nd", "rd", "th") else None)
        or (periods.read_nth_weekday(line, index, WEEKDAYS) if line.word(index + 1) in ("st", "nd", "rd", "th") else None)
        or number_range(line, index)
        or (periods.read_period(line, index) if line.word(index + 1) in ("st", "nd", "rd", "th") else None)
        or read_day(line, index)
    )


def _may_be_named(line: Line, index: int) -> bool:
    return line.word(index) in named_days.STARTERS


# --------------------------------------------------------------------------------------------- close of day


def _close_of(line: Line, index: int) -> Found | None:
    """ "COB Thursday", "end of the business day", "close of play on Friday 20 March": that day, today if none is named."""
    after = _past_close(line, index)
    if not after:
        return None
    behind = line.skip(after, frozenset((",", "on", "of", "(", "this", "the")), 2)
    if line.word(behind) not in ("next",) or line.word(behind + 1) in WEEKDAYS:
        found = read_weekday_phrase(line, behind) or read_day(line, behind)
        if found and found[0].grain in (Grain.DAY, Grain.RANGE):
            return replace(found[0], rule="timeframes.end-of-day"), found[1]
    return day(line.today, "timeframes.end-of-day"), after


def _past_close(line: Line, index: int) -> int:
    index += line.word(index) == "the"
    if line.word(index) in _CLOSES:
        return index + 1
    if line.word(index) not in ("close", "end", "finish"):
        return 0
    after = index + 1
    if line.word(after) == "of":
        after += 1
    elif line.word(index) != "end":
        return 0
    after += line.word(after) in ("the", "this")
    if line.word(after) in ("business", "play", "working", "work", "trading"):
        return after + 1 + (line.word(after + 1) in ("day", "hours"))
    return after + 1 if line.word(after) == "day" else 0


# ------------------------------------------------------------------------------------------------ durations


def read_duration_phrase(line: Line, index: int) -> Found | None:
    """ "within two weeks", "in 3-5 business days", "a week from Tuesday", "a day or two after that", "the next few days"."""
    word = line.word(index)
    after, kind = index, ""
    if word in ("in", "within", "inside", "under", "over", "during", "for"):
        kind, after = word, index + 1
        if word == "for" and line.word(after) in ("the", "a"):
            after += 1
        after = line.skip(
            after, frozenset(("about", "around", "roughly", "approximately", "just", "at", "most", "say", "only", "of")), 2
        )
    elif word in ("give", "allow", "takes", "take", "taking", "another", "need", "needs"):
        kind, after = "allow", index + 1
        if word != "another":
            after = line.skip(
                after,
                frozenset(
                    (
                        "us",
                        "me",
                        "him",
                        "her",
                        "them",
                        "it",
                        "for",
                        "up",
                        "to",
                        "at",
                        "least",
                        "about",
                        "another",
                        "around",
                        "roughly",
                    )
                ),
                4,
            )
        if word in ("give", "allow") and line.word(after) in ("the", "our", "my", "their"):
            after = next((n for n in range(after + 1, after + 4) if read_number(line, n)), after)
    elif (word == "up" and line.word(index + 1) == "to") or (
        line.word(index + 1) == "than"
        and (word == "longer" or (word == "more" and line.word(index - 1) in ("take", "takes", "taking", "wait", "be", "need")))
    ):
        kind, after = "allow", index + 2
    has_head = False
    start = after
    after += line.word(after) in ("the", "these")
    if line.word(after) in ("next", "coming", "following", "first") or (line.word(after) == "upcoming"):
        has_head = line.word(after) != "first"
        after += 1
        kind = kind or ("next" if has_head else "")
    elif line.word(after) in PAST:
        return None
    elif after > start and line.word(after) not in ("fortnight", "couple", "few", "week", "day", "month"):
        after = start
    if (
        kind
        and word != "another"
        and line.word(after) in ("week", "month", "year")
        and not ((line.word(after - 1) == "the" and kind == "within") or (has_head and kind == "within"))
    ):
        return None
    if kind == "next" and has_head and line.word(after) == "day" and line.word(after + 1) != "or":
        return None  # "the following day" counts from the day named last
    found = read_duration(line, after, has_head=has_head or word == "another" or (kind == "within" and after > start))
    if found is None:
        return None
    duration, end = found
    if not kind:
        kind = _kind_behind(line, after, end)
    if kind != "until" and line.word(end) in ("ago", "old", "earlier", "before", "back", "notice", "long", "prior"):
        return None
    return _counted(line, index, kind, duration, end)


def _nth_working_day(line: Line, index: int) -> Found | None:
    """ "the tenth working day following the interview": counted like ten working days after it."""
    ordinal = read_ordinal(line, index + (line.word(index) == "the"))
    if ordinal is None or line.word(ordinal[1]) not in ("working", "business", "calendar") or line.word(ordinal[1] + 1) != "day":
        return None
    unit = "day" if line.word(ordinal[1]) == "calendar" else "business"
    return _counted(line, index, "in", Duration(low=ordinal[0], high=ordinal[0], unit=unit), ordinal[1] + 2)


_WAITING = frozenset(("i", "we", "you", "they", "he", "she", "anyone", "anybody", "someone", "there"))
_WAITS_FOR = frozenset(
    (
        "reach",
        "make",
        "confirm",
        "finish",
        "can",
        "could",
        "hear",
        "know",
        "have",
        "get",
        "let",
        "tell",
        "decide",
        "will",
        "are",
        "is",
        "come",
        "find",
    )
)


def _kind_behind(line: Line, start: int, end: int) -> str:
    """What stands behind a bare duration may make it a time: "ten days before I can tell you", "five days tops", "thirty days,
    at the end of which", "if a week goes by", "one more week"."""
    if any(line.word(n) in ("more", "further") for n in range(start, end)):
        return "allow"
    if (
        line.word(end) in ("before", "until", "till")
        and line.word(end + 1) in _WAITING
        and (line.word(end + 2) in _WAITS_FOR or line.word(end + 1).endswith("'ll"))
    ):
        return "until"
    if line.word(end) in ("tops", "max", "maximum") or line.follows(end, "at most") or line.follows(end, "at the most"):
        return "in"
    after = end + (line.word(end) == ",")
    if line.follows(after, "at the end of which") or line.follows(after, "after which") or line.follows(after, "after that"):
        return "in"
    after = line.skip(end, frozenset(("has", "have", "should")), 1)
    return "in" if line.word(after) in ("goes", "go", "gone", "passes", "pass", "passed", "elapse", "elapses", "elapsed") else ""


def _counted(line: Line, index: int, kind: str, duration: Duration, end: int) -> Found | None:
    """What the duration is counted from, and whether it says a time at all ("two weeks" alone does not)."""
    within = kind in ("within", "inside", "under", "over", "during", "next", "allow", "for")
    rule = "timeframes.within" if within else "timeframes.in"
    base, after = _base(line, end)
    if base == "interview":
        offset = duration.as_offset()
        if kind in ("within", "inside", "under") and duration.low == duration.high:
            offset = replace(offset, earliest=0)
        span = Span(first=line.today, last=line.today, grain=Grain.INTERVIEW, rule="timeframes.from-interview", offset=offset)
        return span, after
    if isinstance(base, date):
        span = span_after(duration, base, line.calendar, "timeframes.after-day", within=within)
        if kind in ("for",) and duration.high > 0:
            span = replace(span, last=span.last - ONE_DAY)
        elif not within and duration.high <= 2 and duration.unit == "day" and base != line.today and base != line.today + ONE_DAY:
            span = _past_weekend(span, line)
        return span, after
    if base == "unknown" or kind in ("", "for"):
        return None
    if duration.unit == "minute":
        return None
    weekday = _weekday_before(line, index)
    span = span_after(duration, line.today, line.calendar, rule, within=within)
    if kind == "in" and line.word(after) == "on" and line.word(after + 1) in WEEKDAYS:
        weekday, after = WEEKDAYS[line.word(after + 1)], after + 2
    if weekday is not None and kind == "in":
        span = day(monday_of(span.last) + timedelta(days=weekday), rule)
    return span, after


def _weekday_before(line: Line, index: int) -> int | None:
    return WEEKDAYS.get(line.word(index - 1))


def _past_weekend(span: Span, line: Line) -> Span:
    """Policy 14: a day or two after D is D+1 to D+2, moved past a weekend."""
    return replace(span, first=line.calendar.on_or_after(span.first), last=line.calendar.on_or_after(span.last))


_FROM = frozenset(("from", "after", "of", "following", "post", "past", "on", "since", "starting", "start", ","))


def _base(line: Line, index: int) -> tuple[date | str | None, int]:
    """From what a duration counts: (a date | "interview" | "unknown" | None where nothing is said, the index after it)."""
    word = line.word(index)
    if word in ("later", "hence") or (word == "time" and line.word(index - 1).endswith(("'s", "s", "'"))):
        return (line.anchor if word == "later" and line.anchor and line.anchor > line.today else line.today), index + 1
    if word == "thereafter" or word == "afterwards":
        return line.anchor or line.today, index + 1
    end = line.follows(index, "in the future") or line.follows(index, "down the line") or line.follows(index, "out")
    if end:
        return line.today, end
    if word not in _FROM:
        return None, index
    after = line.skip(index, _FROM, 3)
    if line.word(after) in ("now", "today") and word != ",":
        return line.today, after + 1
    noun = line.skip(
        after,
        frozenset(
            (
                "your",
                "their",
                "the",
                "our",
                "this",
                "that",
                "a",
                "each",
                "final",
                "last",
                "first",
                "second",
                "panel",
                "on",
                "in",
                "person",
                "-",
                "video",
                "phone",
                "completed",
                "completing",
            )
        ),
        5,
    )
    determiner = line.word(after)
    if (
        line.word(noun) in INTERVIEWS
        or (line.word(noun - 1) == "panel" and noun > after)
        or line.follows(after, "meeting you")
        or line.follows(after, "speaking")
        or line.follows(after, "we meet")
        or line.follows(after, "we speak")
    ):
        end = noun + (line.word(noun) in INTERVIEWS)
        return "interview", end + (line.word(end) in ("date", "day"))
    if determiner in ("your", "our") and line.word(noun) in ("meeting", "day"):
        return "interview", noun + 1
    if determiner in ("that", "this", "then", "which", "it") and (word != "on" or determiner in ("that",)):
        # "a day or two after that", "within three working days of that meeting"
        end = after + 1
        if line.word(end) in (
            "meeting",
            "date",
            "day",
            "point",
            "time",
            "review",
            "session",
            "discussion",
            "deadline",
            "week",
            "weekend",
        ):
            end += 1
        elif determiner == "this":
            end += line.word(end) in ("email", "mail", "message", "letter", "note")
            return line.today, end
        return (line.anchor, end) if line.anchor else ("unknown", end)
    found = named_days.read_named_day(line, after) if _may_be_named(line, after) else None
    found = (
        found
        or _week_then_day(line, after)
        or (periods.read_period(line, after) if word != "of" else None)
        or read_weekday_phrase(line, after)
        or read_day(line, after)
    )
    if found is None and line.word(after) in ("the", "a", "our", "your"):
        found = _date_nearby(line, after)
    if found:
        return found[0].last, found[1]
    if line.word(noun) in (
        "email",
        "mail",
        "message",
        "receipt",
        "receiving",
        "application",
        "applying",
        "submission",
        "submitting",
    ):
        return line.today, noun + 1
    if word == "of" or (word == "after" and line.word(after) in ("the", "our", "your")):
        return (
            line.anchor if line.anchor and line.word(noun) in ("meeting", "deadline", "date", "session", "review") else "unknown"
        ), after
    return None, index


def _date_nearby(line: Line, index: int) -> Found | None:
    """ "within a week of the closing date, 20 March" or "(20 March)": the date that explains the words before it."""
    for after in range(index + 1, index + 5):
        if line.word(after) in ("(", ",", "on", "of"):
            found = read_day(line, after + 1 + (line.word(after + 1) == "on"))
            if found and found[0].grain is Grain.DAY and line.word(after + 1) != "the":
                return found[0], found[1] + (line.word(found[1]) == ")")
    return None


# ------------------------------------------------------------------------------------------------- anaphora


_DAY_PARTS = (PART_OF_DAY | {"day"}) - {"am", "pm"}


def _anaphor(line: Line, index: int) -> Found | None:
    """ "that day", "that Friday", "the same day", "the week after that", "shortly after that"."""
    word = line.word(index)
    if line.anchor is None or word not in ("that", "the", "shortly", "soon"):
        return None
    start = index + (word in ("that", "the")) + (line.word(index + 1) == "same")
    end = start + 1 if (word == "that" or line.word(start - 1) == "same") and line.word(start) in _DAY_PARTS else 0
    if end:
        return day(line.anchor, "timeframes.same-day"), end
    if word == "that" and line.word(index + 1) in WEEKDAYS:
        weekday = WEEKDAYS[line.word(index + 1)]
        value = line.anchor if line.anchor.weekday() == weekday else coming(weekday, line.anchor)
        return day(value, "timeframes.weekday"), index + 2
    for phrase, first, last in (("the week after that", 0, 4), ("the week after", 0, 4), ("the following week", 0, 4)):
        end = line.follows(index, phrase)
        if end and line.word(end) != "next" and line.anchor > line.today:
            monday = monday_of(line.anchor) + timedelta(days=7)
            return days(monday + timedelta(days=first), monday + timedelta(days=last), "timeframes.week-after", Grain.WEEK), end
    end = line.follows(index, "the day after that")
    if end:
        return day(line.calendar.add(line.anchor, 1), "timeframes.day-after"), end
    end = (
        line.follows(index, "shortly thereafter")
        or line.follows(index, "soon after that")
        or line.follows(index, "shortly after that")
        or line.follows(index, "soon after")
    )
    if end:
        return days(line.calendar.add(line.anchor, 1), line.calendar.add(line.anchor, 3), "timeframes.soon-after"), end
    return None


# ---------------------------------------------------------------------------------- a week and a day in it


def _week_then_day(line: Line, index: int) -> Found | None:
    """ "next week, Tuesday", "next week on Friday", "next week, preferably on Tuesday", "this week from Tue to Thu"."""
    week = week_word(line, index)
    if week is None:
        return None
    after = line.skip(week[1], _SAY, 4)
    weekday = WEEKDAYS.get(line.word(after))
    if weekday is None:
        return None
    first = week[0] + timedelta(days=weekday)
    if line.word(after + 1) in ("or", "to", "-", "–", "and") and line.word(after + 2) in WEEKDAYS:
        last = week[0] + timedelta(days=WEEKDAYS[line.word(after + 2)])
        return days(first, last, "timeframes.weekday-of-week"), after + 3
    if after > week[1] and line.word(after - 1) not in _SAY:
        return None
    dated = read_day(line, after)
    if dated and dated[0].grain is Grain.DAY and dated[1] > after + 1:
        return dated
    return day(first, "timeframes.weekday-of-week"), after + 1


# --------------------------------------------------------------------------------------- the whole expression


def read_expression(line: Line, index: int) -> Found | None:
    """A preposition, a core, a clock before or behind it, and a second day: the whole timeframe at ``index``."""
    word = line.word(index)
    closing = (
        (periods.read_running_out(line, index) or _before_all_leave(line, index)) if word in ("before", "by", "ere") else None
    )
    if closing:
        return closing
    relation, start = _relation(line, index)
    clock: Clock | None = None
    core = read_core(line, start)
    if core is None:
        lead = _clock_first(line, start, is_bare=start > index or line.word(index - 1) in ("at", "by", "@"))
        if lead is None:
            return _special(line, index)
        clock, after = lead
        behind = line.skip(after, frozenset((",", "on", "of", "-", "–", "(", "at")), 2)
        core = read_core(line, behind) if line.word(behind) not in ("in", "within", "over", "for") else None
        if core is None:
            if relation not in ("by", "before", "until") or word == "from" or not clock.is_sure:
                return None
            core = day(line.today, "timeframes.clock"), after
        core = with_clock(core[0], clock), core[1]
    span, after = _said_twice(line, *core)
    second = _second(line, after, span)
    if second:
        span, after = second
    if span.grain is Grain.DAY and span.clock is None:
        near = clock_near(line, after)
        if near:
            span, after = with_clock(span, near[0]), near[1]
            if line.word(after) in _RANGE:
                other = _second(line, after, span)
                span, after = other or (span, after)
    span = _related(relation, span, line)
    after = _past_tail(line, after)
    return span, after


def _said_twice(line: Line, span: Span, index: int) -> Found:
    """ "9 June, Friday", "Monday two weeks from now": the weekday beside what already says the day."""
    if span.rule == "timeframes.weekday":
        far = read_duration_phrase(line, index)
        if far and far[0].rule in ("timeframes.in", "timeframes.after-day") and far[0].grain is Grain.DAY:
            return day(monday_of(far[0].last) + timedelta(days=span.last.weekday()), "timeframes.weekday-of-week"), far[1]
    elif span.rule in ("timeframes.date", "timeframes.numeric", "timeframes.iso", "timeframes.ordinal"):
        after = line.skip(index, frozenset((",", "(")), 1)
        if WEEKDAYS.get(line.word(after)) == span.last.weekday():
            return span, after + 1 + (line.word(after + 1) == ")" and line.word(index) == "(")
    return span, index


_ALL = frozenset(("everyone", "everybody", "people", "we", "i", "they", "all", "things", "office", "team", "school"))
_LEAVES_FOR = frozenset(("for", "over"))


def _before_all_leave(line: Line, index: int) -> Found | None:
    """ "before everyone disappears for Easter": the last business day before it, its first holiday counted in."""
    if line.word(index) != "before" or line.word(index + 1 + (line.word(index + 1) == "the")) not in _ALL:
        return None
    for after in range(index + 3, index + 8):
        if line.word(after) not in _LEAVES_FOR:
            continue
        named = named_days.read_named_day(line, after + 1) or named_days.read_named_day(line, after + 2)
        if named:
            last = line.calendar.on_or_before(named[0].first - ONE_DAY)
            return days(line.today, last, "timeframes.before"), named[1]
    return None


_BY = {
    "no": ("no later than",),
    "not": ("not later than",),
    "at": ("at the latest by",),
    "on": ("on or before",),
    "as": ("as late as",),
    "by": ("by or before",),
}
"""Longer ways to say "by", under their first word."""


def _relation(line: Line, index: int) -> tuple[str, int]:
    """ "by", "before", "after" or "", and where the core starts."""
    word = line.word(index)
    for phrase in _BY.get(word, ()):
        end = line.follows(index, phrase)
        if end:
            return "by", end
    if word in ("by", "until", "till"):
        return ("by" if word == "by" else "until"), index + 1
    if word in ("before", "ahead"):
        end = line.follows(index, "ahead of") or (index + 1 if word == "before" else 0)
        return ("before", end) if end else ("", index)
    if word in ("after", "following") and line.word(index + 1) not in ("that", "which"):
        return (
            ("after", index + 1)
            if word == "after" or line.word(index + 1) in ("the", "easter", "christmas", "thanksgiving")
            else ("", index)
        )
    if word in ("on", "from", "between", "either", "at"):
        after = index + 1
        if line.word(after) == "or" and line.word(after + 1) in ("around", "about", "before"):
            after += 2
        return "", after
    return "", index


def _related(relation: str, span: Span, line: Line) -> Span:
    if span.grain is Grain.INTERVIEW:
        return span
    if relation == "before" and span.clock is None and not span.rule.endswith(("-end", "end-of-day")):
        last = span.first - ONE_DAY
        if span.rule == "timeframes.weekday-next":
            last = span.last - ONE_DAY
        if span.grain is Grain.WEEKEND:
            last = monday_of(span.first) + timedelta(days=4)  # the Friday, even where it is a holiday
        elif span.grain is Grain.WEEK:
            last = line.calendar.on_or_before(last)
        last = max(last, line.today)
        return replace(span, first=min(line.today, last), last=last, grain=Grain.RANGE, rule="timeframes.before")
    if relation == "after":
        first = line.calendar.add(span.last, 1)
        return Span(first=first, last=line.calendar.add(span.last, 5), grain=Grain.RANGE, rule="timeframes.after", is_open=True)
    return span


def _clock_first(line: Line, index: int, *, is_bare: bool) -> tuple[Clock, int] | None:
    """A clock that stands before its day: "3pm on Tuesday", "between 2 and 4pm tomorrow", "8 tonight"."""
    start = line.skip(index, frozenset(("at", "around", "about", "approximately", "@", "the")), 2)
    number = line.at(start)
    if number.number is None and number.text not in ("noon", "midday", "midnight", "half", "quarter") and not is_bare:
        return None
    found = read_clock(line, start, is_bare=is_bare or start > index)
    if found is None:
        return None
    after = found[1]
    while line.word(after) in (",", "in", "the", "on") or line.word(after) in PART_OF_DAY:
        after += 1
        if after - found[1] > 3:
            break
    return found[0], after


def _second(line: Line, index: int, left: Span) -> Found | None:
    """The other end of a range: "Tuesday or Wednesday", "10 August - 12 September", "this or next week"."""
    if left.grain in (Grain.INTERVIEW,) or line.word(index) not in _RANGE:
        return None
    connector = line.word(index)
    after = line.skip(index + 1, frozenset(("possibly", "maybe", "perhaps", "even", "at", "latest", "on", "by", "from", ",")), 3)
    if connector == "and" and not (line.word(index + 1) in ("possibly", "maybe", "perhaps") or _between(line, index)):
        return None
    if (
        connector in ("-", "–", "—", "/")
        and left.clock
        and line.at(after).number is not None
        and left.grain is Grain.DAY
        and line.word(after + 1) not in ("/", ".")
    ):
        pass
    before = line.anchor
    if left.last >= line.today:
        line.anchor = left.last
    found = _after_left(line, after, left) or read_core(line, after)
    line.anchor = before
    if found is None:
        lead = _clock_first(line, after, is_bare=False)
        found = read_core(line, lead[1]) if lead and left.clock else None
    if found is None or found[0].grain is Grain.INTERVIEW:
        return None
    right = found[0]
    if right.last < left.first and left.rule in ("timeframes.date", "timeframes.numeric"):
        # "from 10/1 to 11/7", written on 24 October: the first day is over, and not a year away
        before_left = left.first - timedelta(days=365)
        if before_left <= right.last and (left.first - line.today).days > 180:
            left = replace(left, first=min(line.today, right.last), last=min(line.today, right.last))
    if right.last < left.first:
        moved = _next_year(right.last)
        if moved is None or (moved - left.first).days > 370 or connector == "or":
            return None
        right = replace(right, first=moved, last=moved)
    return Span(
        first=left.first, last=max(right.last, left.last), grain=Grain.RANGE, rule="timeframes.range", clock=right.clock
    ), found[1]


def _next_year(value: date) -> date | None:
    try:
        return value.replace(year=value.year + 1)
    except ValueError:
        return None


def _between(line: Line, index: int) -> bool:
    return any(line.word(n) in ("between", "both") for n in range(max(0, index - 8), index))


def _after_left(line: Line, index: int, left: Span) -> Found | None:
    """A right end that leans on the left one: "Aug 10 - 22", "Tuesday to Friday", "the 21st and 23rd", "this or next week"."""
    weekday = WEEKDAYS.get(line.word(index))
    if weekday is not None and left.grain is Grain.DAY:
        found = read_day(line, index)
        if found and found[0].rule == "timeframes.weekday" and found[1] == index + 1:
            return day(coming(weekday, left.last), "timeframes.weekday"), index + 1
        return found
    start = index + (line.word(index) == "the")
    token = line.at(start)
    if (
        token.number is None
        or left.grain is not Grain.DAY
        or left.clock
        or token.end - token.start > 2
        or not left.last.day < token.number <= 31
    ):
        return None
    after = start + 1 + (line.word(start + 1) in ("st", "nd", "rd", "th"))
    if line.word(after) in (":", "/", "am", "pm", "days", "weeks", "business", "working", "h") or (
        line.word(after) == "." and line.at(after + 1).number is not None and line.at(after + 1).is_glued
    ):
        return None
    if read_day(line, start) and read_day(line, start)[1] > after:  # type: ignore[index]
        return None
    if left.rule not in ("timeframes.date", "timeframes.ordinal", "timeframes.weekday-ordinal"):
        return None
    try:
        value = left.last.replace(day=token.number)
    except ValueError:
        return None
    behind = after + (line.word(after) == ",")
    year = line.at(behind)
    if year.number is not None and 1990 <= year.number <= 2100:
        value, after = value.replace(year=year.number), behind + 1
    return day(value, "timeframes.date"), after


_OPENING = frozenset((",", "("))


def _past_tail(line: Line, index: int) -> int:
    """Past words that close a timeframe and belong to its quote: "at the latest", "latest", "morning", "EOD"."""
    for _ in range(2):
        after = line.skip(index, _OPENING, 1)
        close = _past_close(line, after)
        behind = line.skip(close, frozenset(("on", "of", "the", "this", "next")), 3)
        if close and line.word(behind) not in WEEKDAYS and line.word(behind) not in TOMORROW and line.at(behind).number is None:
            index = close
            continue
        end = line.word(after) in ("at", "or", "if") and (
            line.follows(after, "at the very latest")
            or line.follows(after, "at the latest")
            or line.follows(after, "at latest")
            or line.follows(after, "or so")
            or line.follows(after, "or thereabouts")
            or line.follows(after, "if not before")
            or line.follows(after, "or sooner")
        )
        if end:
            index = end
        elif line.word(index) in PART_OF_DAY or line.word(index) in _CLOSES or line.word(index) == "latest":
            index += 1
    return index


def _special(line: Line, index: int) -> Found | None:
    """ "this time next week", "this or next week", "first thing Monday", "a week on Friday"."""
    if line.word(index) != "this":
        return None
    end = line.follows(index, "this time next week") or line.follows(index, "this time tomorrow")
    if end:
        shift = 7 if line.word(end - 1) == "week" else 1
        return day(line.today + timedelta(days=shift), "timeframes.this-time"), end
    end = line.follows(index, "this or next week")
    if end:
        return days(line.today, monday_of(line.today) + timedelta(days=11), "timeframes.week"), end
    return None
