"""Moments: the times at which the owner and an employer would talk, as one message speaks of them.

Three sources. A calendar part names its time exactly and is taken at its word. Scheduling systems write tables and
lines ("Date:", "Time:"). People write prose, and then *how* a time is mentioned decides more than the time: fixed ("I
have put you down for"), only asked about ("would ... suit?"), agreed to ("Tuesday works"), moved, or called off. The
cues are ``phrases/moments.toml``; a time without a cue of its own takes that of the sentences around it ("Monday at
1:30. OK?").

One message often says one moment twice, in an invite and in words. Then the invite's moment stands alone, and the
words can only make it MOVED.

Whose clock: a zone that is named counts. A time without one is the owner's in a message to the owner: employers who
write "3:30" mean the candidate's clock, or sit in the same town; where the employer's own clock is meant ("3pm our
time") the offset of the message's Date is the writer's. "your time" is the reader's clock: in the owner's own letters
that is a clock we do not know, and the owner's is taken, for it is what they go by.

Dates in the past, deadlines ("by", "until", "closes"), windows ("after 1pm", "any hour between") and times of other
events (a board that convenes, a webinar) are no moments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from heardback.model import Evidence, Invite, InviteMethod, Message, Moment, Owner, SenderKind, Stance
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import Sender, is_owner
from heardback.understanding.timeframes import SpokenMoment, read_moments
from heardback.understanding.zones import zone_of
from heardback.workdays import place_of_zone

_TIME_WORDS = frozenset(phrasebook.data("time_words")["words"])
_CLOCK = re.compile(r"\d(?:[:.]\d\d)?\s?(?:am|pm|a\.m|p\.m)\b|\d:\d\d|\d(?:st|nd|rd|th)\b|\b\d{1,2}/\d{1,2}\b")
_PLACE_BEHIND = re.compile(
    r"\s\(?(UK|London|Dublin|Berlin|Paris|Amsterdam|Singapore|Sydney|Toronto|Chicago|Denver)\b(?!\s(?:office|site|branch))"
)
_BEFORE_DEADLINE = re.compile(
    r"\b(?:by|until|till|before|no later than|not later than|closes?(?: on)?|due(?: on| by)?|deadline(?: is)?|within|since|"
    r"after|from|last|"
    r"returning|returning on|return on|back on|of)(?: the| on)?\s*$"
)
_WINDOW = re.compile(r"\b(?:after|before|until|till|by)\b")
_ANY_HOUR = re.compile(r"\b(?:any ?(?:hour|time|where)|anytime|some ?time|between)\b")
_SHORT_QUESTION = 8
"""Words of a question that asks about the sentence before it: "OK?", "Does that work for you?"."""
_INTERVIEWISH = re.compile(
    r"\b(?:interview|call|chat|meet(?:ing)?|video|phone|panel|screen|audition|recall|conversation|on-?site|zoom|teams|invite|speak|talk|"
    r"come in|want you in|visit|session|trial (?:day|shift)|round|discussion|selection event)\b"
)
_NO_INTERVIEW = re.compile(
    r"\b(?:onboarding|induction|orientation|first day|webinar|meetup|podcast|info(?:rmation)? session|open (?:day|evening)|"
    r"sign(?:ing)? (?:the )?(?:papers|contract)|drug test|fingerprint|occupational health|research|user study|newsletter|"
    r"all[- ]hands|stand-?up|retro)\b"
)
_AGREES = re.compile(
    r"^(?:(?:hi|hello|hey|dear)\s[\w']+,?\s)?(?:perfect|great|lovely|wonderful|brilliant|excellent|super|grand|ideal|that works|"
    r"works for me|sounds (?:good|great|perfect)|done|confirmed|fine|yes(?: please)?|see you then|deal|cool|ok(?:ay)?|all good|"
    r"no problem)(?:[.,!;]| (?:thanks|thank you|see you|for me|by me|with me)|$)"
)
_LABEL = re.compile(
    r"\b(?:(?:phone|telephone|video|technical|panel|final|first|second|third|oral|formal|initial|on-?site|informal|group|zoom|teams)\s+"
    r"(?:round\s+)?(?:screen|interview|call|chat|conversation|round)|trial (?:day|shift)|audition|recall|selection event|"
    r"on-?site|system design|"
    r"interview|coding round|intro call|role play)\b",
    re.I,
)
_PERSON = r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2}"
_WITH = re.compile(
    rf"\b(?:[Ww]ith|[Ii]nterviewers?:|[Pp]anel:|[Mm]eet) (?P<names>{_PERSON}(?:(?:, and | and | & |, ){_PERSON}){{0,6}})"
)
_AND = re.compile(r", and |, | and | & ")
_LONGEST_AGREEMENT = 25
"""Words of a reply that can be a bare "Perfect."; a longer one says what it agrees to."""
_FAR = timedelta(days=200)
"""No interview is fixed further ahead than this: a misread year, a start date, an expiry."""


# ------------------------------------------------------------------------------------------------------ invites

_STANCE_OF_METHOD = {
    InviteMethod.REQUEST: Stance.FIXED,
    InviteMethod.PUBLISH: Stance.FIXED,
    InviteMethod.COUNTER: Stance.PROPOSED,
    InviteMethod.CANCEL: Stance.CANCELLED,
}


def _aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """A floating time (RFC 5545 section 3.3.5, form 1) is read on the owner's clock."""
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment


def of_invite(invite: Invite, owner: Owner) -> Moment | None:
    """One VEVENT as a moment. A REPLY by the owner's side decides nothing here, except that a declined one is off."""
    if invite.method is InviteMethod.REPLY:
        stance = Stance.CANCELLED if invite.status.upper() == "DECLINED" else None
    else:
        stance = Stance.CANCELLED if invite.status.upper() == "CANCELLED" else _STANCE_OF_METHOD.get(invite.method)
    if stance is None:
        return None
    return Moment(
        stance=stance,
        start=_aware(invite.start, owner.zone),
        end=_aware(invite.end, owner.zone),
        day=invite.day,
        uid=invite.uid or None,
        sequence=invite.sequence,
        label=invite.summary,
        people=tuple(person.name or person.address for person in invite.attendees if not is_owner(person, owner)),
        evidence=Evidence(sentence=(invite.summary or invite.uid)[:240], rule=f"interviews.invite-{invite.method.lower()}"),
        is_interview=not is_owner(invite.organizer, owner) and _NO_INTERVIEW.search(invite.summary.lower()) is None,
    )


# -------------------------------------------------------------------------------------------------------- prose


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """A time that a sentence names: ``at`` is the sentence's place in the message, ``before`` what stands right before it."""

    at: int
    day: date | None
    start: datetime | None
    end: datetime | None
    clock: str | None
    quote: str
    before: str


def _names_time(sentence: Sentence) -> bool:
    return bool(sentence.words & _TIME_WORDS) or _CLOCK.search(sentence.plain) is not None


def _near_a_cue(sentences: Sequence[Sentence], cues: dict[int, dict[str, str]]) -> frozenset[int]:
    """The places at which a time can be a moment: near a cue, a question or a word of conversation. Reading times is the
    dearest thing done to a sentence, so the rest is not read for them."""
    marked = {
        at
        for at, sentence in enumerate(sentences)
        if cues[at] or _is_question(sentence) or _INTERVIEWISH.search(sentence.plain) or at == 0
    }
    return frozenset(at + step for at in marked for step in range(-3, 5))


def _spoken(sentences: Sequence[Sentence], near: frozenset[int], message: Message, owner: Owner) -> list[_Spoken]:
    place = place_of_zone(owner.timezone)
    country = owner.country or (place.country if place else None)
    found: list[_Spoken] = []
    pending: tuple[int, SpokenMoment, Sentence] | None = None
    for at, sentence in enumerate(sentences):
        if at not in near or not _names_time(sentence):
            continue
        text = sentence.original[: phrasebook.LONGEST_SENTENCE]
        for moment in read_moments(text, message.sent_at, owner.zone, country=country):
            moment = _in_named_place(moment, text)
            if pending is not None and (joined := _join(pending[1], moment, at - pending[0])) is not None:
                found.append(_as_spoken(pending[0], joined, pending[2], owner))
                pending = None
                continue
            if pending is not None:
                found.append(_as_spoken(pending[0], pending[1], pending[2], owner))
                pending = None
            if moment.day is not None and moment.start is not None:
                found.append(_as_spoken(at, moment, sentence, owner))
            else:
                pending = (at, moment, sentence)
    if pending is not None:
        found.append(_as_spoken(pending[0], pending[1], pending[2], owner))
    return found


def _in_named_place(moment: SpokenMoment, text: str) -> SpokenMoment:
    """ "3pm UK": a place right behind a clock is its zone; elsewhere it is only a place."""
    if moment.start is None or moment.zone is not None:
        return moment
    behind = _PLACE_BEHIND.match(text, moment.span[1])
    zone = zone_of(f"{behind[1]} time") if behind else None
    return replace(moment, zone=zone) if zone is not None else moment


def _join(first: SpokenMoment, second: SpokenMoment, distance: int) -> SpokenMoment | None:
    """ "Date: Thursday, March 5" + "Time: 10:00 AM", or a clock and then its day within one sentence. A weekday right after
    two alternatives ("Wednesday 25 or Thursday 26") joins nothing."""
    if first.day is not None and first.start is None and second.day is None and second.start is not None and distance <= 2:
        return replace(first, start=second.start, end=second.end, zone=second.zone, quote=f"{first.quote} {second.quote}")
    if first.day is None and first.start is not None and second.day is not None and second.start is None and distance == 0:
        return replace(first, day=second.day, quote=f"{first.quote} {second.quote}")
    return None


def _as_spoken(at: int, moment: SpokenMoment, sentence: Sentence, owner: Owner) -> _Spoken:
    instants = moment.instants(owner.zone)
    return _Spoken(
        at=at,
        day=moment.day,
        start=instants[0] if instants else None,
        end=instants[1] if instants else None,
        clock=f"{moment.start:%H:%M}" if moment.start else None,
        quote=moment.quote.lower(),
        before=sentence.original[max(0, moment.span[0] - 40) : moment.span[0]].lower(),
    )


def _cues(sentences: Sequence[Sentence]) -> dict[int, dict[str, str]]:
    """For each sentence, the labels of ``moments.toml`` that hold for it, with the rule's name."""
    table = phrasebook.table("moments", "interviews")
    return {
        at: {found.rule.label: found.evidence.rule for found in table.find((sentence,))} for at, sentence in enumerate(sentences)
    }


def _is_question(sentence: Sentence) -> bool:
    return sentence.plain.rstrip(" \"')").endswith("?")


def _stance_of_employer(
    spoken: _Spoken, sentences: Sequence[Sentence], cues: dict[int, dict[str, str]], is_reply: bool
) -> tuple[Stance, str] | None:
    own = cues[spoken.at]
    sentence = sentences[spoken.at]
    if "cancelled" in own:
        return Stance.CANCELLED, own["cancelled"]
    if "elsewhere" in own and "proposed" not in own and spoken.start is None:
        return None
    if _is_question(sentence) or ("proposed" in own and "fixed" not in own and "moved" not in own):
        return Stance.PROPOSED, own.get("proposed", "interviews.question")
    if "moved" in own:
        return Stance.MOVED, own["moved"]
    if "fixed" in own:
        return Stance.FIXED, own["fixed"]
    following = sentences[spoken.at + 1 : spoken.at + 4]
    for later in following:
        if _is_question(later) and len(later.plain.split()) <= _SHORT_QUESTION:
            return Stance.PROPOSED, "interviews.question-after"
    if "accepted" in own and is_reply:
        return Stance.ACCEPTED, own["accepted"]
    if "elsewhere" in own or _is_menu(sentences, cues):
        return None
    for near in (spoken.at - 1, spoken.at + 1, spoken.at - 2, spoken.at - 3, spoken.at + 2):
        around = cues.get(near, {})
        for label, stance in (("moved", Stance.MOVED), ("fixed", Stance.FIXED), ("proposed", Stance.PROPOSED)):
            if label in around and not (near > spoken.at and label == "moved"):
                return stance, around[label]
    if _INTERVIEWISH.search(sentence.plain):
        return Stance.FIXED, "interviews.time-of-a-conversation"
    if is_reply and sentence.plain.startswith(spoken.quote[:10]):
        return Stance.FIXED, "interviews.bare-time-in-a-reply"
    return None


def _is_menu(sentences: Sequence[Sentence], cues: dict[int, dict[str, str]]) -> bool:
    """Times to choose from, and nobody has chosen: "choose one of the slots below"."""
    return any("menu" in found for found in cues.values())


def _stance_of_owner(
    spoken: _Spoken, sentences: Sequence[Sentence], cues: dict[int, dict[str, str]]
) -> tuple[Stance, str] | None:
    own = cues[spoken.at]
    sentence = sentences[spoken.at]
    if "cancelled" in own:
        return Stance.CANCELLED, own["cancelled"]
    if _is_question(sentence) or sentence.plain.count("?"):
        return Stance.PROPOSED, own.get("proposed", "interviews.question")
    if "accepted" in own:
        return Stance.ACCEPTED, own["accepted"]
    if "proposed" in own and spoken.start is not None:
        return Stance.PROPOSED, own["proposed"]
    if spoken.start is not None and sentence.plain.startswith(spoken.quote[:8]):
        return Stance.ACCEPTED, "interviews.bare-time-in-a-reply"
    return None


def _is_moment(spoken: _Spoken, sentence: Sentence, message: Message, stance: Stance) -> bool:
    """A time that can be one: ahead, no deadline, no window."""
    if _BEFORE_DEADLINE.search(spoken.before) and not (spoken.before.rstrip().endswith(("from", "of", "after")) and spoken.start):
        return False
    if spoken.start is None and stance in (Stance.FIXED, Stance.MOVED):
        return False
    if _WINDOW.search(spoken.quote):
        return False
    if stance is Stance.PROPOSED and spoken.start is not None and _ANY_HOUR.search(sentence.plain):
        return False
    if spoken.start is not None:
        return message.sent_at - timedelta(minutes=30) <= spoken.start <= message.sent_at + _FAR
    if spoken.day is not None:
        return message.sent_at.date() <= spoken.day <= message.sent_at.date() + _FAR
    return True


def _people(sentence: Sentence, owner: Owner) -> tuple[str, ...]:
    match = _WITH.search(sentence.original)
    if match is None:
        return ()
    mine = owner.name.split()[0] if owner.name else ""
    return tuple(name for name in _AND.split(match["names"]) if name and name.split()[0] != mine)


def _of_prose(message: Message, sender: Sender, sentences: Sequence[Sentence], owner: Owner) -> list[Moment]:
    if not any(_names_time(sentence) for sentence in sentences):
        return []
    cues = _cues(sentences)
    near = _near_a_cue(sentences, cues)
    spoken = _spoken(sentences, near, message, owner) if near else []
    moments: list[Moment] = []
    for item in spoken:
        sentence = sentences[item.at]
        judged = (
            _stance_of_owner(item, sentences, cues)
            if sender.kind is SenderKind.OWNER
            else _stance_of_employer(item, sentences, cues, message.in_reply_to is not None)
        )
        if judged is None or not _is_moment(item, sentence, message, judged[0]):
            continue
        if item.start is None and judged[0] is Stance.PROPOSED and item.day is None:
            continue
        label = _LABEL.search(sentence.original) or _LABEL.search(message.subject)
        moments.append(
            Moment(
                stance=judged[0],
                start=item.start,
                end=item.end,
                day=None if item.start else item.day,
                clock=None if item.start else item.clock,
                label=label.group() if label else "",
                people=_people(sentence, owner),
                evidence=sentence.evidence(judged[1]),
                is_interview=_NO_INTERVIEW.search(sentence.plain) is None,
            )
        )
    return _one_each(moments)


def _one_each(moments: Iterable[Moment]) -> list[Moment]:
    """Each moment once: parts of one that is known whole are dropped, and the sessions of one day are one interview."""
    whole = [moment for moment in moments if moment.start is not None]
    parts = [moment for moment in moments if moment.start is None]
    days = {moment.start.date() for moment in whole if moment.start is not None}
    kept: dict[object, Moment] = {}
    for moment in whole:
        assert moment.start is not None
        key = (
            (moment.stance, moment.start.date())
            if moment.stance in (Stance.FIXED, Stance.MOVED)
            else (moment.stance, moment.start)
        )
        if (earlier := kept.get(key)) is None:
            kept[key] = moment
            continue
        assert earlier.start is not None
        first = earlier if earlier.start <= moment.start else moment
        ends = [end for end in (earlier.end, moment.end) if end is not None]
        kept[key] = replace(first, end=max(ends) if ends else None)
    fixed = any(moment.stance in (Stance.FIXED, Stance.MOVED) for moment in kept.values())
    left = [moment for moment in parts if moment.day not in days and (moment.day is not None or not whole)]
    if fixed:
        left = [moment for moment in left if moment.stance is Stance.CANCELLED]
        kept = {key: moment for key, moment in kept.items() if moment.stance is not Stance.PROPOSED}
    return [*kept.values(), *left[:6]]


def _without_time(message: Message, sender: Sender, sentences: Sequence[Sentence]) -> list[Moment]:
    """ "Perfect." and "I have to cancel": agreement and cancellation that name no time. Only in an answer."""
    found = []
    words = sum(len(sentence.plain.split()) for sentence in sentences)
    for at, (sentence, cues) in enumerate(zip(sentences, _cues(sentences).values(), strict=True)):
        if "cancelled" in cues and "proposed" not in cues:
            found.append(Moment(stance=Stance.CANCELLED, evidence=sentence.evidence(cues["cancelled"])))
            break
        if at < 3 and words <= _LONGEST_AGREEMENT and message.in_reply_to is not None and _AGREES.search(sentence.plain):
            found.append(Moment(stance=Stance.ACCEPTED, evidence=sentence.evidence("interviews.agrees")))
            break
    return found


def find_moments(message: Message, sender: Sender, sentences: Sequence[Sentence], owner: Owner) -> tuple[Moment, ...]:
    """The moments of one message: its invites' if it has any, else those of its prose. Never raises.

    "Would Tuesday 17 March at 3pm GMT suit?" -> one PROPOSED, 2026-03-17T15:00Z; "Perfect." -> one ACCEPTED without a time."""
    invited = [moment for invite in message.invites if (moment := of_invite(invite, owner)) is not None]
    if invited:
        moved = next((cues["moved"] for cues in _cues(sentences).values() if "moved" in cues), None)
        return tuple(
            replace(moment, stance=Stance.MOVED) if moved and moment.stance is Stance.FIXED and moment.sequence > 0 else moment
            for moment in invited
        )
    moments = _of_prose(message, sender, sentences, owner)
    if not moments:
        moments = _without_time(message, sender, sentences)
    return tuple(moments)
