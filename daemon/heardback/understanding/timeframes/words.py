"""The vocabulary of time: what each word means, as data."""

from __future__ import annotations

_WEEKDAYS = (
    """mon monday mondays|tue tues tuesday|wed weds wednes wednesday|thu thur thurs thursday|fri friday|sat saturday|sun sunday"""
)
WEEKDAYS = {word: number for number, group in enumerate(_WEEKDAYS.split("|")) for word in group.split()}
"""Monday is 0."""

_MONTHS = """jan january|feb febr february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|oct october|
nov november|dec december"""
MONTHS = {word: number for number, group in enumerate(_MONTHS.split("|"), 1) for word in group.split()}

_NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty"""
NUMBERS = {word: number for number, word in enumerate(_NUMBERS.split())} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}

_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth"""
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), 1)} | {"thirtieth": 30}

UNITS = {
    "day": "day", "days": "day", "weekday": "business", "weekdays": "business", "week": "week", "weeks": "week", "wk": "week",
    "wks": "week", "fortnight": "fortnight", "fortnights": "fortnight", "month": "month", "months": "month", "year": "year",
    "years": "year", "hour": "hour", "hours": "hour", "hrs": "hour", "hr": "hour", "minute": "minute", "minutes": "minute",
    "mins": "minute",
}  # fmt: skip

WORKING = frozenset(("business", "working", "work", "office", "bank"))
"""Words that make "days" business days."""
FILLING = frozenset(("calendar", "full", "more", "further", "short", "whole", "clear"))
"""Words between number and unit that change nothing."""

TODAY = frozenset(("today", "tonight", "tonite"))
TOMORROW = frozenset(("tomorrow", "tmrw", "tmr", "tomorow", "tommorow", "tommorrow"))
PART_OF_DAY = frozenset(
    ("morning", "afternoon", "arvo", "evening", "night", "lunch", "lunchtime", "dinnertime", "midday", "noon", "am", "pm", "eve")
)
PAST = frozenset(("last", "past", "previous"))
THIS = frozenset(("this", "current", "my"))
NEXT = frozenset(("next", "coming", "upcoming", "following"))
DASHES = frozenset("-–—‑−")

INTERVIEWS = frozenset(
    (
        "interview", "interviews", "onsite", "site", "panel", "audition", "screen", "conversation", "chat", "visit", "call",
        "round",
        "trial", "assessment", "presentation", "recall", "interviewing", "discussion", "tasting", "stage", "shift",
        "demonstration", "demo", "viva", "rehearsal", "reading", "observation", "lesson", "workshop", "walkthrough",
    )
)  # fmt: skip
"""Nouns for the meeting from which "within a week of your ..." counts."""

_FOLLOWS_DAY = """at or and if to is was so but when as by for in we i you they he she it with after before of works would should
then on until latest till through thru between from this next around about approx our your because since unless which where that
will morning afternoon evening night noon midday lunchtime eod cob he'll we'll you'll i'll they'll please am pm sharp due may can
could suits suit followed not once while a d g due maybe perhaps only inclusive again"""
FOLLOWS_DAY = frozenset(_FOLLOWS_DAY.split())
"""Words that may stand after "the 15th" without making it the fifteenth of something else."""

_ALSO_NOUNS = """
week's wks month's year's wk quarter weekend midweek eow eom eoy eoq q end close finish eod cob cop eob eobd noon midday midnight
thereafter shortly soon thanksgiving holiday holidays hols hol
easter pentecost break eve christmas xmas season halloween juneteenth valentines
morning afternoon evening night lunch lunchtime dinnertime hump wkend cw kw
"""
TIME_NOUNS = (
    frozenset(WEEKDAYS)
    | frozenset(MONTHS)
    | frozenset(NUMBERS)
    | frozenset(ORDINALS)
    | frozenset(UNITS)
    | frozenset(f"{weekday}'s" for weekday in WEEKDAYS)
    | frozenset(f"{unit}'s" for unit in UNITS)
    | TODAY
    | TOMORROW
    | frozenset(_ALSO_NOUNS.split())
)
"""Words of which, digits apart, every timeframe holds one: where none is near nothing is tried."""
