"""Which timeframe of a sentence the words of a promise are about, and which belongs to something else.

The first behind the words that is not another thing's ("about your interview on Tuesday") governs, else the last before them
("By Friday you'll know"); one that dates an event ("the board meets on Friday") only where the words are tied to it ("and then").
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from heardback.model import Timeframe
from heardback.understanding.marked import Marked

FURTHEST = 200
"""Days; nobody promises an answer further off. A yearless date that is just over would come out a year late."""

_FOREIGN_NOUN = re.compile(
    r"\b(?:about|regarding|for|of|re|concerning|ahead of|before|prior to|following|after|since|from|with) "
    r"(?:your|the|our|my|an?|this|that)? ?(?:[\w-]+ ){0,4}?"
    r"(?:interview|role|position|onsite|on-site|meeting|session|call|chat|visit|start|panel|round|event|day|application|"
    r"conversation|assessment)s? ?(?:is |was |held |that (?:is|was) )?(?:on|at|in|for|from|of|starting|this|next)? ?$"
)
_FOREIGN = re.compile(
    _FOREIGN_NOUN.pattern
    + r"|\b(?:to|and) (?:schedule|arrange|set up|book|fix|organi[sz]e|plan|discuss|confirm|find|agree) (?:[\w'-]+ ){0,8}?"
    r"(?:for|on|in|sometime|between|from|during|at)? ?$"
    r"|\b(?:starting|starts|begins|beginning|scheduled|booked|dated|since|interviewed|met|spoke|applied|closes|on leave|away|"
    r"(?:am|are|is|be|'m|'re|'s|i|we|comes?|get) back(?! (?:to|with|in)\b)|return\w*|available|free) (?:[\w'-]+ ){0,3}?"
    r"(?:on|for|at|from|in|until)? ?$"
)
"""Words that tie the timeframe behind them to something else than the contact."""
_ONCE = re.compile(r"\b(?:once|after|when|as soon as|by the time) (?:the|we|they|i|he|she|our|my|everyone|all)\b")
"""What waits for an event happens at it: "once the panel has met on Thursday"."""
_CANNOT = re.compile(r"(?:n't|\bnot|\bunlikely|\bcannot|\bno|\bnothing|\bnobody)\b")
_LATER = re.compile(
    r"\W{0,3}(?:or |and |but )?(?:if not |even )?(?:at the (?:outside|latest|very latest|worst)|latest|worst case|or at worst|"
    r"at worst|failing that|possibly|maybe|perhaps|more likely|or|not later than)\W{0,3}(?:by |on |until )?$"
)
_THAT_IS = re.compile(
    r"\W{1,3}(?:so|that's|that is|that'd be|that would be|which is|i\.?e\.?|viz\.?|namely|meaning|being)\W{1,2}(?:the |by |on )*$"
)
"""What stands between a day and the same day said plainly: "the Friday after it, that's the 20th"."""
_CLAUSE = re.compile(r"[;]|\bbut (?=we|i|you)|\. |\b(?:where|when|what|who|location|place|via) ?:")


def is_foreign(gap: str) -> bool:
    return _FOREIGN.search(re.sub(r"@\d$", "", gap)) is not None


def governing(marked: Marked, match: re.Match[str], written: datetime) -> Timeframe | None:
    """The timeframe that the matched words are about, the latest of it where a second one corrects the first."""
    text = marked.text
    goes_on = "event" in match.re.groupindex
    start = match.start("event") if goes_on else match.start()
    inside = [n for n, place in enumerate(marked.places) if start <= place < match.end()]
    behind = [n for n, place in enumerate(marked.places) if place >= match.end()]
    for number in inside + behind:
        place = marked.places[number]
        previous = marked.places[number - 1] + 2 if number else 0
        if place - match.end() > 160:
            break
        gap = text[max(match.end(), previous, place - 120) : place] if number not in inside else ""
        is_count = marked.frames[number].rule in ("timeframes.in", "timeframes.within") and _FOREIGN_NOUN.search(gap)
        if _FOREIGN.search(gap) and not _ONCE.search(gap) and not is_count:
            continue
        frame = _not_before(_latest_of(marked, number), text[:place])
        return frame if is_ahead(frame, written) else None
    before = [n for n, place in enumerate(marked.places) if place < start]
    for number in reversed(before):
        gap = text[marked.places[number] : start]
        lead = text[: marked.places[number]]
        is_next = (
            goes_on
            or _RIGHT_AFTER.match(text, match.end()) is not None
            or _THEN.search(gap + text[start : match.end()]) is not None
        )
        if len(gap) > 140 or (_CLAUSE.search(gap) and not is_next):
            break
        is_event = _ONCE.search(lead[-60:]) is not None and " you" not in lead[-60:]
        if not (is_next or is_event) and (_FOREIGN.search(lead[-60:]) or not _leads(lead)):
            continue
        frame = marked.frames[number]
        if frame.at and not re.search(r"\b(?:by|before|until) $", lead) and " by " not in f" {frame.quote.lower()}":
            break  # a day with its clock is an appointment
        return frame if is_ahead(frame, written) else None
    return None


_EVENT = re.compile(
    r"\b(?:meets?|met|convenes?|sits?|interview\w*|see|seeing|have|has|finish\w*|is|are|was|were|closes?|see you|visit|come|"
    r"on site|back|return\w*|going|starts?|begins?)\b(?: \S+){0,5} ?(?:on |in |until |by |at |from )?$"
)
_RIGHT_AFTER = re.compile(
    r" (?:with you )?(?:(?:straight|right|shortly|soon|directly|immediately) (?:after|afterwards|thereafter)|afterwards|"
    r"thereafter|then|after(?=\W*$)|once (?:i|we|it|that)|as soon as|the (?:minute|moment|second))\b"
)
_THEN = re.compile(
    r"^@\d (?:that|is when|when|at which|and then|then)\b|\b(?:and|so) then\b|, then\b|"
    r"\b(?:thereafter|afterwards|after which|following which|whereupon)\b"
)
"""Words that tie an event to the day before them: "let me see the dean on Thursday and then I'll let you know"."""
_OPENS = re.compile(
    r"(?:^|[,;:.!–-]|\band|\bso|\bthen|\bthat|\bcome) ?(?:by|within|in|on|before|early|sometime|at|until|after|over)? ?$"
)


def _leads(lead: str) -> bool:
    """Does a timeframe before the verb say when ("By Friday you'll know")? One that dates an event ("the board meets on
    Friday, we'll be in touch") does so only loosely, and no day is read from it."""
    if not lead.strip() or _OPENS.search(lead):
        return True
    return _EVENT.search(lead[-60:]) is None


def _latest_of(marked: Marked, number: int) -> Timeframe:
    """ "until the middle of next week, at the outside Thursday": the outside counts."""
    frame = marked.frames[number]
    if number + 1 < len(marked.frames):
        gap = marked.text[marked.places[number] + 2 : marked.places[number + 1]]
        other = marked.frames[number + 1]
        if _THAT_IS.match(gap) and frame.latest and other.latest:
            return other
        if _LATER.match(gap) and frame.latest and other.latest and other.latest >= (frame.earliest or frame.latest):
            is_bound = "outside" in gap or "latest" in gap
            return replace(other, earliest=frame.earliest, latest=other.latest if is_bound else max(frame.latest, other.latest))
    return frame


def _not_before(frame: Timeframe, lead: str) -> Timeframe:
    """ "We can't say before Thursday": Thursday is the day, not the one before."""
    if frame.rule != "timeframes.before" or frame.latest is None or not _CANNOT.search(lead[-80:]):
        return frame
    value = frame.latest + timedelta(days=1)
    return replace(frame, earliest=value, latest=value)


def is_ahead(frame: Timeframe, written: datetime) -> bool:
    if frame.latest is None:
        return frame.from_interview is not None
    return 0 <= (frame.latest - written.date()).days <= FURTHEST
