"""Moments: the times at which the owner and an employer would talk, as one message speaks of them.

Three sources. A calendar part names its time exactly and is taken at its word. Scheduling systems write tables and
lines ("Date:", "Time:"). People write prose, and then *how* a time is mentioned decides more than the time: fixed ("I
have put you down for"), only asked about ("would ... suit?"), agreed to ("Tuesday works"), moved, or called off. The
cues are ``phrases/moments.toml``; a time without a cue of its own takes that of the sentences around it ("Monday at
1:30. OK?").

One message often says one moment twice, in an invite and in words. Then the invite's moment stands alone, and the
words can only make it MOVED.

Whose clock:

- A zone or a city that is named beside the time counts ("3pm CET", "10am Brisbane time"), and one named for a whole list ("all
  times are in Eastern").
- "our time" is the writer's: the zone whose clock the Date of the message showed, so that a clock change in between is right.
- "your time" is the reader's. In the owner's own letters that is a clock we do not know: the hour is then left to what was
  proposed, and is the owner's where nothing was.
- A time without any is the owner's: employers who write "3:30" mean the candidate's clock, or sit in the same town. Only where
  a person's Date shows another clock and the letter speaks of coming there, and of no call or video, is it the writer's.

Dates in the past, deadlines ("by", "until", "closes") and times of other events (a board that convenes, a webinar) are no
moments. A window ("after 1pm", "from 2") is a proposal: see ``windows``. German, French and Spanish are read by the same steps:
their times by ``timeframes.languages``, their cues by the rules at the end of ``phrases/moments.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from heardback.model import Evidence, Invite, InviteMethod, Message, Moment, Owner, SenderKind, Stance
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import Sender, is_owner
from heardback.understanding.spoken import (
    NOT_THE_TALK,
    NOT_THE_TALK_BEHIND,
    TAKEN,
    Spoken,
    names_clock,
    names_time,
    spoken_times,
)
from heardback.understanding.windows import ANY_HOUR, OPEN_END, is_moment, is_only_arrival, offered_window

_CHOOSES = re.compile(
    r"\b(?:the )?(?:first|second|third|fourth|last|1st|2nd|3rd|4th|latter|former|earlier|later|middle) (?:one|slot|option|"
    r"time|of (?:the|those|these))\b"
    r"|\b(?:option|slot|number) (?:\d|one|two|three|four|[abc])\b|\bthe (?:latter|former)\b"
)
_FORMER = re.compile(
    r"\b(?:old|previous(?:ly)?|original(?:ly)?|former(?:ly)?|instead of|rather than|was|were)"
    r"(?: (?:date|time|slot|on|for|at|the|interview)){0,3}:?\s*$|\bnot (?:on |at )?$"
)
_OR_BEFORE = re.compile(r"\d ?(?:[ap]\.?m\.?)? or (?:on |at |else )?(?:the )?$")
_OR_BEHIND = re.compile(
    r" ?(?:,|\))? or (?:on |at |else )?(?:the )?(?:mon|tue|wed|thu|fri|sat|sun|tomorrow|today|next|\d|half|noon)"
)
_THEIR_CLOCK = re.compile(r"\b(?:your (?:time|end|side|clock|way)|over there)\b")
"""In the owner's letter: a clock that only what was proposed can tell."""
_A_WHILE = re.compile(r"\b(?:hours?|hrs?|minutes?|mins?)\b")
_NEW = re.compile(r"\b(?:to|until|till|now(?: on| be| at)?|is|for|new (?:time|date|slot)):?(?: the)?\s*$")
_SHORT_QUESTION = 8
"""Words of a question that asks about the sentence before it: "OK?", "Does that work for you?"."""
_CHOICE = """a an the one ones option slot for me us then it it'll is so ok okay yes yep yeah sure please thanks thank you talk
speak chat see meet great perfect good lovely ideal grand fine brilliant cheers and on this that next coming morning afternoon
evening go with make let's lets say i'll we'll take pick have my vote definitely would be best better both bitte dann gern gerne
der den am danke alors le la merci va pour entonces el gracias por favor mejor"""
_ONLY_CHOOSES = frozenset(_CHOICE.split())
"""All that may stand beside the day in a sentence of the owner's that chooses one of those offered: "the Wednesday one then". Any
other word can make it the day of something else: "Thursday is tricky", "a funeral on the Thursday"."""
_STOP = re.compile(r"[.!?] ")
_WORD = re.compile(r"[^\W_](?:[^\W_]|')*")
_SHORT_ASKING = 16
"""Words of a sentence that asks whether what was said before it suits."""
_ASKS_AFTER = re.compile(
    r"^(?:so |and |if so, )?(?:is|are|does|do|would|will|could|can|ok|okay|sounds?|works?|good|any good|any use|alright|fine|"
    r"possible|"
    r"doable|thoughts|yes|deal|suits?|how|which|free)\b(?!.*\b(?:questions|bring|send|need|park\w*|allerg\w+|reply|confirm)\b)"
)
_OF_ONE_CLAUSE = frozenset(("cancelled", "accepted", "proposed", "offered", "elsewhere"))
"""What is said of the clause it stands in and not of the whole sentence."""
_SAYS_MORE = frozenset(("fixed", "proposed", "moved"))
_INTERVIEWISH = re.compile(
    r"\b(?:interviews?|hiring manager|f2f|shortlisted|telephonic|callback|casting|sit-down|walk-in|assessment (?:day|centre|"
    r"center)|lunch|tour|"
    r"catch[- ]?up|demo|"
    r"(?:weld|trade|practical) test|get(?:ting)? to know you|observation|expecting you|ring|call|chat|natter|coffee|"
    r"meet(?:ing)?|video|phone|panel|screen|auditions?|recall|conversation|on-?site|"
    r"zoom|teams|"
    r"invite|speak|talk|come (?:in|along|down|over|round|up)|pop (?:in|over|round)|swing by|drop (?:in|by)|rock up|"
    r"want you in|visit|"
    r"session|trial|stage|tasting|round|discussion|selection event|viva|see you|expect you|walk you round|"
    r"receives? you|ha(?:ve|s) you (?:in|down|over)|buzz|bell|cuppa|brew|pint|sandwich|"
    r"look round|show you|bidden|your company|come and|see (?:me|us)|day with|how you get on|"
    r"gespräch\w{0,4}|vorstellungs\w+|auswahlgespräch|einladung|termin|kennen ?(?:zu)?lernen|treffen|anhörung|hearing|"
    r"probearbeit\w*|"
    r"schnupper\w*|mitlaufen|bewerbung|stelle|entretien|rencontre\w{0,3}|échange|jury|convocation|convoquée?|visio|déjeuner|"
    r"candidature|poste|entrevista|llamada|llamo|charla\w{0,5}|prueba|conocer(?:te|le|la)|nos vemos|candidatura|puesto|vacante)\b"
)
_OF_A_POST = re.compile(r"\b(?:job|role|position|post|application|candidates?)\b")
"""Words of hiring: they let a sentence be read for times, but a letter about a job names other hours than those of a talk."""
_NO_INTERVIEW = re.compile(
    r"\b(?:onboarding|induction|orientation|first day|webinar|meetup|podcast|info(?:rmation)? session|open (?:day|evening)|"
    r"sign(?:ing)? (?:the )?(?:papers|contract)|(?:your|employment|the) medical\b(?! (?:director|team|school|cent|"
    r"affairs|interview|"
    r"panel|secretary|lead))|drug test|fingerprint|occupational health|research (?:study|session|interview|"
    r"participants?)|user study|newsletter|"
    r"all[- ]hands|stand-?up|retro)\b"
)
_AGREES = re.compile(
    r"^(?:(?:hi|hello|hey|dear|ah|oh|yes|yep|yeah|thanks|cheers)[\s,]{1,2}(?:[\w']+,?\s)?)?(?:perfect|great|lovely|wonderful|"
    r"brilliant|excellent|super|grand|ideal|"
    r"deadly|class|savage|magic|sound|that works|works for me|suits me|smashing|sounds (?:good|great|perfect|grand|lovely|"
    r"like a plan)|done|"
    r"confirmed|fine|yes(?: please)?|yep|sure|"
    r"absolutely|see (?:you|ye|u) (?:then|there)|deal|cool|ok(?:ay)?|all good|count me in|i'll be there|i will be there|"
    r"will do|wouldn't miss it|"
    r"(?:that|it)(?:'s| is| would be|'d be| will be) (?:fine|grand|perfect|great|good|lovely|ideal|no (?:bother|problem)|"
    r"brilliant)|"
    r"(?:that|it|this) (?:works|suits)|no (?:problem|bother|worries))"
    r"(?: (?!news|idea|work|job|that|if|to|candidate)[a-z]+)?(?:[.,!;]| (?:thanks|thank you|see you|from|for me|by me|with me|so|"
    r"then|cheers|well|me)|$)"
)
_LABEL = re.compile(
    r"\b(?:(?:phone|telephone|video|technical|panel|final|first|second|third|oral|formal|initial|on-?site|informal|group|zoom|"
    r"teams)\s+"
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
_LONGEST_YES = 60
"""Words of the owner's reply that may begin "Yes please": only a time that lies open makes anything of it."""
_LONGEST_AGREEMENT = 25
"""Words of a reply that can be a bare "Perfect."; a longer one says what it agrees to."""
_SUBJECTS = (
    (re.compile(r"(?:re: )?(?:interview |event |meeting )?cancell?(?:ed|ation)\b", re.I), Stance.CANCELLED),
    (
        re.compile(
            r"(?:re: )?(?:interview |event |meeting )?(?:rescheduled|updated|moved|new time|change of (?:time|"
            r"date))\b",
            re.I,
        ),
        Stance.MOVED,
    ),
)
Cues = dict[str, str]
"""Label of ``moments.toml`` -> the rule that gave it."""


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


def _near_a_cue(sentences: Sequence[Sentence], cues: Sequence[Cues], is_conversation: bool) -> frozenset[int]:
    """The places at which a time can be a moment: near a cue, a question or a word of conversation, or a whole time in a letter
    that speaks of one. Reading times is the dearest thing done to a sentence, so the rest is not read for them."""
    marked = {
        at
        for at, sentence in enumerate(sentences)
        if cues[at]
        or _is_question(sentence)
        or _INTERVIEWISH.search(sentence.plain)
        or _OF_A_POST.search(sentence.plain)
        or at == 0
    }
    near = {at + step for at in marked for step in range(-3, 5)}
    if is_conversation:
        near |= {at for at, sentence in enumerate(sentences) if names_clock(sentence)}
    return frozenset(near)


def _cues(sentences: Sequence[Sentence]) -> tuple[Cues, ...]:
    """For each sentence, the labels of ``moments.toml`` that hold for it, with the rule's name."""
    return tuple(_cues_of(sentence) for sentence in sentences)


def _cues_of(sentence: Sentence) -> Cues:
    table = phrasebook.table("moments", "interviews")
    return {found.rule.label: found.evidence.rule for found in table.find((sentence,))}


def _is_question(sentence: Sentence) -> bool:
    return sentence.plain.rstrip(" \"')").endswith("?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """One message as its times are judged: its sentences and their cues, who wrote it, and whether it answers another."""

    sentences: Sequence[Sentence]
    cues: Sequence[Cues]
    by_owner: bool
    is_reply: bool
    is_conversation: bool
    times: int = 0
    """How many whole times it names."""

    def stance(self, spoken: Spoken) -> tuple[Stance, str] | None:
        """How the message speaks of this time, and the rule that says so; None where it is no moment."""
        sentence = self.sentences[spoken.at]
        own = self.cues[spoken.at]
        if spoken.clause is not sentence:
            own = _cues_of(spoken.clause) or {label: rule for label, rule in own.items() if label not in _OF_ONE_CLAUSE}
        if "never" in self.cues[spoken.at] or "past" in own or _FORMER.search(spoken.before):
            return None
        if spoken.clock is not None and (NOT_THE_TALK.search(spoken.before) or NOT_THE_TALK_BEHIND.match(spoken.behind)):
            return None
        if TAKEN.search(spoken.before):
            return None
        return self._of_owner(spoken, own) if self.by_owner else self._of_employer(spoken, own)

    def _of_employer(self, spoken: Spoken, own: Cues) -> tuple[Stance, str] | None:
        is_whole = spoken.start is not None
        if "cancelled" in own and not (is_whole and "moved" in own and _NEW.search(spoken.before)):
            return Stance.CANCELLED, own["cancelled"]
        if (firm := self._firm(spoken, own)) is not None and is_whole:
            return (Stance.MOVED if "moved" in own else Stance.FIXED), firm
        if "elsewhere" in own and not (own.keys() & _SAYS_MORE if is_whole else "proposed" in own):
            return None
        if _is_question(spoken.clause) or ("proposed" in own and not own.keys() & {"fixed", "moved"}):
            return Stance.PROPOSED, own.get("proposed", "interviews.question")
        if is_whole and self._is_alternative(spoken):
            return Stance.PROPOSED, "interviews.one-of-two"
        if "accepted" in own and self.is_reply and own.get("fixed") == "interviews.settles-it":
            return Stance.ACCEPTED, own["accepted"]
        if "moved" in own:
            return Stance.MOVED, own["moved"]
        if "fixed" in own and (is_whole or not self.is_reply):
            above = self.cues[spoken.at - 1] if spoken.at else {}
            if is_whole and "moved" in above and not names_clock(self.sentences[spoken.at - 1]):
                return Stance.MOVED, above["moved"]
            return Stance.FIXED, own["fixed"]
        if (asked := self._asked_after(spoken)) is not None:
            return Stance.PROPOSED, asked
        if "accepted" in own and self.is_reply:
            return Stance.ACCEPTED, own["accepted"]
        if "fixed" in own:
            return Stance.ACCEPTED, own["fixed"]
        if any("menu" in cues for cues in self.cues):
            return (Stance.PROPOSED, "interviews.slot-to-choose") if is_whole and self.times > 1 else None
        if "offered" in own:
            return Stance.PROPOSED, own["offered"]
        if (around := self._around(spoken)) is not None:
            return around
        if is_whole and self.is_conversation:
            return Stance.FIXED, "interviews.time-of-a-conversation"
        if self.is_reply and spoken.clause.plain.startswith(spoken.quote[:10]):
            return Stance.ACCEPTED, "interviews.bare-time-in-a-reply"
        return None

    def _firm(self, spoken: Spoken, own: Cues) -> str | None:
        """The rule by which a time stands though it is put as a question: "Can we say Friday? I've put it in the diary." """
        following = self.cues[spoken.at + 1 : spoken.at + 3]
        return next((cues["firm"] for cues in (own, *following) if "firm" in cues), None)

    def _is_alternative(self, spoken: Spoken) -> bool:
        return _OR_BEFORE.search(spoken.before) is not None or _OR_BEHIND.match(spoken.behind) is not None

    def _asked_after(self, spoken: Spoken) -> str | None:
        """Is it asked about in the next sentences? "Monday at 1:30. OK?", "Thursday at 2. Let me know if that works." """
        for later, cues in zip(
            self.sentences[spoken.at + 1 : spoken.at + 4], self.cues[spoken.at + 1 : spoken.at + 4], strict=True
        ):
            words = len(later.plain.split())
            if _is_question(later) and words <= _SHORT_QUESTION and _ASKS_AFTER.search(later.plain):
                return "interviews.question-after"
            if "proposed" in cues and "fixed" not in cues and words <= _SHORT_ASKING and not names_time(later):
                return cues["proposed"]
        return None

    def _around(self, spoken: Spoken) -> tuple[Stance, str] | None:
        """The stance of the sentences beside it, where its own says nothing."""
        for step in (-1, 1, -2, -3, 2):
            near = spoken.at + step
            cues = self.cues[near] if 0 <= near < len(self.cues) else {}
            for label, stance in (("moved", Stance.MOVED), ("fixed", Stance.FIXED), ("proposed", Stance.PROPOSED)):
                if label in cues and not (step > 0 and label == "moved"):
                    return stance, cues[label]
        return None

    def _of_owner(self, spoken: Spoken, own: Cues) -> tuple[Stance, str] | None:
        is_whole = spoken.start is not None
        if "cancelled" in own:
            return Stance.CANCELLED, own["cancelled"]
        if _is_question(spoken.clause) or spoken.clause.plain.count("?"):
            return Stance.PROPOSED, own.get("proposed", "interviews.question")
        if "elsewhere" in own and "accepted" not in own:
            return None
        if is_whole and (spoken.beside > 1 or (self.times > 1 and "accepted" not in own)):
            return Stance.PROPOSED, "interviews.one-of-several"
        if "offered" in own and not (is_whole and "accepted" in own):
            return Stance.PROPOSED, own["offered"]
        if (
            not is_whole
            and spoken.day is not None
            and (ANY_HOUR.search(spoken.clause.plain) or OPEN_END.search(spoken.clause.plain))
        ):
            return Stance.PROPOSED, "interviews.window"
        if "accepted" in own:
            return Stance.ACCEPTED, own["accepted"]
        if "proposed" in own and is_whole:
            return Stance.PROPOSED, own["proposed"]
        if is_whole and self.times > 1 and any("offered" in cues or "proposed" in cues for cues in self.cues):
            return Stance.PROPOSED, "interviews.slot-to-choose"
        if not is_whole and self.is_reply and spoken.day is not None and _only_chooses(spoken):
            return Stance.ACCEPTED, "interviews.bare-day-in-a-reply"
        if is_whole and (spoken.clause.plain.startswith(spoken.quote[:8]) or self.is_reply):
            return Stance.ACCEPTED, "interviews.bare-time-in-a-reply"
        return None


def _only_chooses(spoken: Spoken) -> bool:
    """Does the clause name a day and say nothing of it? "The Wednesday one please.", and not "Sorry about Wednesday."."""
    said = next((part for part in _STOP.split(spoken.clause.plain) if spoken.quote in part), "")
    return bool(said) and _ONLY_CHOOSES.issuperset(_WORD.findall(said.replace(spoken.quote, " ", 1)))


def _people(sentence: Sentence, owner: Owner) -> tuple[str, ...]:
    match = _WITH.search(sentence.original)
    if match is None:
        return ()
    mine = owner.name.split()[0] if owner.name else ""
    return tuple(name for name in _AND.split(match["names"]) if name and name.split()[0] != mine)


def _of_prose(
    message: Message, sender: Sender, sentences: Sequence[Sentence], cues: Sequence[Cues], owner: Owner
) -> list[Moment]:
    if not any(names_time(sentence) for sentence in sentences):
        return []
    is_reply = message.in_reply_to is not None
    is_conversation = is_reply or any(
        _INTERVIEWISH.search(text) for text in (message.subject.lower(), *(sentence.plain for sentence in sentences))
    )
    near = _near_a_cue(sentences, cues, is_conversation)
    times = spoken_times(sentences, near, message, sender, owner) if near else []
    letter = _Letter(
        sentences=sentences,
        cues=cues,
        by_owner=sender.kind is SenderKind.OWNER,
        is_reply=is_reply,
        is_conversation=is_conversation,
        times=sum(item.start is not None for item in times),
    )
    judged = [(item, found) for item in _latest_said(times, letter) if (found := letter.stance(item)) is not None]
    moments: list[Moment] = []
    for item, (stance, rule) in judged:
        sentence = sentences[item.at]
        if (window := offered_window(item, message, letter.by_owner, stance)) is not None:
            moments.append(replace(window, evidence=sentence.evidence("interviews.window"), label=""))
            continue
        if not is_moment(item, message, stance, rule):
            continue
        if item.start is None and stance is Stance.PROPOSED and item.day is None and not _is_asked(item, letter):
            continue
        start = item.start
        if (
            letter.by_owner
            and stance is Stance.ACCEPTED
            and item.clock
            and _THEIR_CLOCK.search(f"{item.quote[-12:]}{item.behind[:16]}")
        ):
            start = None
        label = _LABEL.search(sentence.original) or _LABEL.search(message.subject)
        moments.append(
            Moment(
                stance=stance,
                start=start,
                end=item.end if start else None,
                day=None if start else item.day,
                clock=None if start else item.clock,
                label=label.group() if label else "",
                people=_people(sentence, owner),
                evidence=sentence.evidence(rule),
                is_interview=_NO_INTERVIEW.search(sentence.plain) is None,
            )
        )
    return _as_subject_says(_one_each(moments), message.subject)


def _as_subject_says(moments: list[Moment], subject: str) -> list[Moment]:
    """A machine's "Canceled: ..." and "Rescheduled: ..." say what the time below is there for."""
    stance = next((stance for pattern, stance in _SUBJECTS if pattern.match(subject.strip())), None)
    return [replace(one, stance=stance) if stance and one.stance is Stance.FIXED else one for one in moments]


def _is_asked(spoken: Spoken, letter: _Letter) -> bool:
    """A clock alone is proposed only in an answer: "could we push it to 3?"."""
    return letter.is_reply and spoken.clock is not None


def _latest_said(times: Sequence[Spoken], letter: _Letter) -> list[Spoken]:
    """Without what a sentence only says on its way to the time it means: the day of which it then gives date and hour
    ("Thursday it is, the 19th, at 10"), and the old time of a move ("from Tuesday at 2 to Friday at 3")."""
    kept = []
    for number, spoken in enumerate(times):
        same = [other for other in times if other.at == spoken.at and other is not spoken]
        later = [other for other in times[number + 1 :] if other.at == spoken.at]
        whole = [other.start.date() for other in same if other.start is not None]
        if spoken.start is None and _A_WHILE.search(spoken.quote):
            continue
        if spoken.start is None and spoken.day is not None and any(day.weekday() == spoken.day.weekday() for day in whole):
            continue
        if (
            "moved" in letter.cues[spoken.at]
            and any(_NEW.search(other.before) for other in later)
            and not _NEW.search(spoken.before)
        ):
            continue
        if spoken.start is not None and is_only_arrival(spoken, times):
            continue
        if spoken.end is not None and "moved" in letter.cues[spoken.at] and spoken.before.endswith("from "):
            kept.append(replace(spoken, start=spoken.end, end=None))  # "moved from 2 to 3.15 on Thursday"
            continue
        kept.append(spoken)
    return kept


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


def _without_time(message: Message, sentences: Sequence[Sentence], all_cues: Sequence[Cues], by_owner: bool) -> list[Moment]:
    """ "Perfect.", "the second one please", "an hour later" and "I have to cancel": what names no time. Only in an answer, but
    for what is called off."""
    words = sum(len(sentence.plain.split()) for sentence in sentences)
    is_reply = message.in_reply_to is not None
    longest = _LONGEST_YES if by_owner else _LONGEST_AGREEMENT
    for at, (sentence, cues) in enumerate(zip(sentences, all_cues, strict=True)):
        if "cancelled" in cues and "proposed" not in cues:
            return [Moment(stance=Stance.CANCELLED, evidence=sentence.evidence(cues["cancelled"]))]
        if "shifted" in cues and is_reply:
            stance = Stance.PROPOSED if by_owner or _is_question(sentence) or "proposed" in cues else Stance.MOVED
            return [Moment(stance=stance, evidence=sentence.evidence(cues["shifted"]))]
        if not is_reply or at >= 3 or words > longest:
            continue
        if _AGREES.search(sentence.plain):
            return [Moment(stance=Stance.ACCEPTED, evidence=sentence.evidence("interviews.agrees"))]
        if _CHOOSES.search(sentence.plain):
            return [Moment(stance=Stance.ACCEPTED, evidence=sentence.evidence("interviews.chooses"))]
    return []


def _called_off(sentences: Sequence[Sentence], all_cues: Sequence[Cues]) -> Moment | None:
    """ "I have to cancel our call. Would Monday at 2 do?": without its time, beside what is proposed instead."""
    for sentence, cues in zip(sentences, all_cues, strict=True):
        if "cancelled" in cues and not cues.keys() & {"proposed", "moved"} and not names_time(sentence):
            return Moment(stance=Stance.CANCELLED, evidence=sentence.evidence(cues["cancelled"]))
    return None


def find_moments(message: Message, sender: Sender, sentences: Sequence[Sentence], owner: Owner) -> tuple[Moment, ...]:
    """The moments of one message: its invites' if it has any, else those of its prose. Never raises.

    "Would Tuesday 17 March at 3pm GMT suit?" -> one PROPOSED, 2026-03-17T15:00Z; "Perfect." -> one ACCEPTED without a time."""
    invited = [moment for invite in message.invites if (moment := of_invite(invite, owner)) is not None]
    if invited:
        moved = next((cues["moved"] for cues in _cues(sentences) if "moved" in cues), None)
        return tuple(
            replace(moment, stance=Stance.MOVED) if moved and moment.stance is Stance.FIXED and moment.sequence > 0 else moment
            for moment in invited
        )
    cues = _cues(sentences)
    moments = _of_prose(message, sender, sentences, cues, owner)
    if not moments:
        return tuple(_without_time(message, sentences, cues, sender.kind is SenderKind.OWNER))
    if all(moment.stance is Stance.PROPOSED for moment in moments) and (off := _called_off(sentences, cues)) is not None:
        moments = [off, *moments]
    return tuple(moments)
