"""Which named times can be moments at all, and which are windows: "by Friday", "any time after 2", "between 2 and 4".

A time is judged here by the words that stand right beside it, whatever the sentence is about: ``interviews`` says how the
message speaks of it. Deadlines and times past are none. A window is a day that is offered, from an hour where it says one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from heardback.model import Evidence, Message, Moment, Stance
from heardback.understanding.spoken import ARRIVES, FOR_AN_HOUR, Spoken

_BEFORE_DEADLINE = re.compile(
    r"\b(?:by|until|till|before|no later than|not later than|closes?(?: on)?|due(?: on| by)?|deadline(?: is)?|within|since|"
    r"after|from|last|"
    r"returning|returning on|return on|back on|of|bis(?: zum)?|spätestens|d'ici|jusqu'(?:au|à)|avant|antes del?|hasta|"
    r"a más tardar)"
    r"(?: the| on| le| el| las| am)?\s*$"
)
_ARRIVE_BY = re.compile(r"\b(?:arrive|be here|be there|check in|report|turn up|come) by(?: the)?\s*$")
_UNSAID = frozenset(("interviews.time-of-a-conversation", "interviews.bare-time-in-a-reply", "interviews.question"))
"""Rules that rest on no word of standing: there "any time between 2 and 4" is a window."""
_WINDOW = re.compile(
    r"\b(?:after|before|by)\b(?: (?:about|around))? (?:\d|noon|lunch|half|quarter)|(?<!\d )(?<!m )\b(?:until|till)\b"
)
_FROM_AN_HOUR = re.compile(
    r"\b(?:after|from|past|between|ab|zwischen|entre|après|à partir de|a partir de(?: las)?)(?: about| around)?\s?$"
)
"""Before an hour at which a window begins."""
_STARTING = re.compile(r"\b(?:from|between|zwischen|entre(?: las)?|ab|à partir de|a partir de(?: las)?)(?: about| around)?\s?$")
_STARTING_WITHIN = re.compile(r"\bfrom (?:about |around )?\d")
_FROM_WITHIN = re.compile(r"\b(?:after|from|between) (?:about |around )?(?:\d|noon|half|quarter)")
_PART = re.compile(r"[,;]| or | oder | ou ")
ANY_HOUR = re.compile(r"\b(?:any ?(?:hour|time|where)|anytime|some ?time|between)\b")
OPEN_END = re.compile(r"\b(?:after|before|until|till|from|up to|past)\s(?:about |around )?(?:\d|noon|lunch|half)|\bany ?time\b")
_FAR = timedelta(days=200)
"""No interview is fixed further ahead than this: a misread year, a start date, an expiry."""


def is_moment(spoken: Spoken, message: Message, stance: Stance, rule: str) -> bool:
    """A time that can be one: ahead, no deadline, no window."""
    if _ARRIVE_BY.search(spoken.before):
        return spoken.start is not None and spoken.start >= message.sent_at
    if _BEFORE_DEADLINE.search(spoken.before) and not (spoken.before.rstrip().endswith(("from", "of", "after")) and spoken.start):
        return False
    if spoken.start is None and stance is Stance.FIXED:
        return False
    if _WINDOW.search(spoken.quote):
        return False
    if spoken.start is None and stance is not Stance.MOVED and OPEN_END.search(spoken.clause.plain):
        return False
    if spoken.start is not None and rule in _UNSAID and ANY_HOUR.search(_beside(spoken)):
        return False
    if spoken.start is not None:
        grace = timedelta(0) if rule in _UNSAID else timedelta(minutes=30)
        return message.sent_at - grace <= spoken.start <= message.sent_at + _FAR
    if spoken.day is not None:
        return message.sent_at.date() <= spoken.day <= message.sent_at.date() + _FAR
    return True


def _beside(spoken: Spoken) -> str:
    """The time with the words around it, as far as the next comma or "or"."""
    return f"{_PART.split(spoken.before)[-1]}{spoken.quote}{_PART.split(spoken.behind)[0]}"


def offered_window(spoken: Spoken, message: Message, by_owner: bool, stance: Stance) -> Moment | None:
    """ "Thursday, any time after 2 is good": the day is offered, and the answer names the hour. What an employer offers from an
    hour on begins then."""
    day = spoken.start.date() if spoken.start else spoken.day
    if day is None or stance is Stance.CANCELLED or not (by_owner or stance is Stance.PROPOSED):
        return None
    text = _beside(spoken) if spoken.start else spoken.clause.plain
    begins = _FROM_AN_HOUR.search(spoken.before) or _FROM_WITHIN.search(spoken.quote)
    starting = _STARTING.search(spoken.before) or _STARTING_WITHIN.search(spoken.quote)
    is_window = (
        _WINDOW.search(spoken.quote)
        or ANY_HOUR.search(text)
        or (by_owner and begins and spoken.end is None and not starting)
        or (spoken.start is None and OPEN_END.search(text))
    )
    evidence = Evidence(sentence="", rule="interviews.window")
    if not (is_window or begins) or not message.sent_at.date() <= day <= message.sent_at.date() + _FAR:
        return None
    if spoken.start is not None and begins and spoken.start >= message.sent_at and (starting or not by_owner):
        return Moment(stance=Stance.PROPOSED, start=spoken.start, end=spoken.end, evidence=evidence)
    if not is_window or _BEFORE_DEADLINE.search(spoken.before):
        return None
    return Moment(stance=Stance.PROPOSED, day=day, evidence=evidence)


def is_only_arrival(spoken: Spoken, times: Sequence[Spoken]) -> bool:
    """ "Be here at 9.45 for a 10 o'clock start": the later hour of that day is the talk's."""
    if not (ARRIVES.search(spoken.before) or FOR_AN_HOUR.match(spoken.behind)):
        return False
    assert spoken.start is not None
    return any(
        other.start is not None
        and timedelta(0) < other.start - spoken.start <= timedelta(hours=2)
        and abs(other.at - spoken.at) <= 2
        for other in times
    )
