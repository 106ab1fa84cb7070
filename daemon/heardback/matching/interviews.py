"""The moments that an application's messages speak of -> its interviews, each once, at its last known time.

Read in order of time, as two people write: somebody proposes, the other side accepts, an invite arrives, a time is moved or
called off. Only what stands is an interview; a proposal that nobody answered is none. Three things make two mentions one
interview: the same calendar UID (RFC 5545 section 3.8.4.7), the same instant, or a move that says so. Nothing is joined
because it is merely near.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from heardback.matching.threads import reply_threads
from heardback.model import Evidence, Interview, Kind, MessageFacts, Moment, Owner, Stance

OPEN_FOR = timedelta(days=21)
"""How long a proposal waits for its answer; "Perfect." a month later is about something else."""

JUST_PAST = timedelta(hours=2)
"""A time that began this long before the message may still be moved or called off by it (somebody who did not turn up writes
then)."""

_MOVES = re.compile(
    r"\b(?:instead|re-?schedul\w{0,4}|re-?book\w{0,3}|mov(?:e|ed|ing)|push(?:ed|ing)?|shift(?:ed|ing)?|postpon\w{0,4}"
    r"|pre-?pon\w{0,4}|bring (?:it )?forward|bump(?:ed)?|swap(?:ped)?|change (?:the|our|your) (?:time|slot|date)"
    r"|can(?:no|'|’)t make|won['’]t make|shunt(?:ed|ing)?|verschieb\w*|verschoben|verleg\w{0,3}|schieben|stattdessen"
    r"|décal\w{0,3}|report(?:é|ée|er|ons)|déplac\w{0,4}|plutôt|pasamos|cambia(?:mos|r)?|aplaza\w{0,3}|en lugar de)\b",
    re.I,
)
"""Words by which a new proposal replaces the time that stands: "could we push it to Thursday?"."""


_SAME = re.compile(
    r"\b(?:same (?:time|hour|place|slot)|instead|later|earlier|rather than|(?:gleiche[nr]?|selbe[nr]?) (?:zeit|uhrzeit)"
    r"|même heure|misma hora)\b",
    re.I,
)
"""Words by which the part of a time that is left unsaid is that of the time which stands."""

_HELD = re.compile(
    r"\b(?:interview(?:s|ed|ing)?|process|recruit(?:ment|ing)|hiring|hires?|search|competitions?|appointments?|campaign"
    r"|headcount|vacanc(?:y|ies)|everything|(?:this|the|your|our|these|that|all) (?:[\w-]+ ){0,2}(?:roles?|positions?|posts?"
    r"|postings?|jobs?|openings?|req|requisition|appointment)|gespräche?|verfahren|prozess|einstellung\w*|(?:die|diese) stelle"
    r"|besetzung|entretiens?|recrutements?|processus|(?:le|ce) poste|embauches?|entrevistas?|proceso|selección|contratación"
    r"|(?:el|este) puesto)\b",
    re.I,
)
"""What a hold must be said of to take the interviews with it: themselves, or the hiring for the post."""
_NOT_ALL_HELD = re.compile(
    r"\b(?:second|other|another|different|additional|further) (?:[\w-]+ ){0,2}(?:roles?|positions?|posts?|postings?|jobs?"
    r"|openings?|vacancy|req|requisition|hires?)\b"
    r"|\b(?:interviews?|calls?|chats?|meetings?|panel|conversation|yours|talk|slot|visit)\b.{0,50}\b(?:stands?|stays?|remains?|"
    r"(?:go(?:es|ing)?|still) (?:ahead|on)|as planned|unaffected|not affected|unchanged)\b",
    re.I,
)
"""A hold of something else, or one that leaves the interview where it is."""

_WINDOW = "interviews.window"
"""The rule by which a proposal is a day from an hour on."""

_SHIFT = re.compile(
    r"\b(?:(?P<half>half|quarter)(?: an| of an)? (?:an )?hour|(?P<number>an?|one|two|three|\d{1,2}) ?(?P<unit>hours?|hrs?|"
    r"minutes?|mins?))"
    r" (?P<way>later|earlier)\b",
    re.I,
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}

_WHICH = re.compile(
    r"\b(?P<which>first|1st|second|2nd|third|3rd|fourth|4th|last|latter|former|earlier|later)(?: (?:one|slot|option|time|of)|\b)"
    r"|\b(?:option|slot|number) (?P<number>\d|one|two|three|four|a|b|c)\b",
    re.I,
)
_CLOCKS = re.compile(r"\d{1,2}[:.]\d\d|\d{1,2} ?[ap]\.?m|\bat \d{1,2}\b")
_PLACES = {
    "first": 0, "1st": 0, "former": 0, "earlier": 0, "one": 0, "1": 0, "a": 0, "second": 1, "2nd": 1, "two": 1, "2": 1, "b": 1,
    "third": 2, "3rd": 2, "three": 2, "3": 2, "c": 2, "fourth": 3, "4th": 3, "four": 3, "4": 3,
    "last": -1, "latter": -1, "later": -1,
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class _Slot:
    start: datetime
    end: datetime | None
    message: str
    evidence: Evidence
    thread: str
    fixed_at: datetime
    uid: str | None = None
    sequence: int = 0
    label: str = ""
    people: tuple[str, ...] = ()
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    moment: Moment
    by_owner: bool
    thread: str
    made_at: datetime


def interviews_of(messages: Sequence[MessageFacts], owner: Owner) -> tuple[Interview, ...]:
    """``messages`` of one application in order of time. Partial times ("at 2", "Tuesday") are completed in the owner's zone.
    In order of start, cancelled ones included."""
    diary = _Diary(owner, reply_threads(messages))
    for message in messages:
        diary.read(message)
    return tuple(
        Interview(
            start=slot.start,
            end=slot.end,
            message=slot.message,
            evidence=slot.evidence,
            is_cancelled=slot.is_cancelled,
            uid=slot.uid,
            label=slot.label,
            people=slot.people,
        )
        for slot in sorted(diary.slots, key=lambda slot: (slot.start, slot.is_cancelled, slot.uid or ""))
    )


class _Diary:
    """What stands, as far as it has been read."""

    def __init__(self, owner: Owner, threads: Mapping[str, str]) -> None:
        self.owner = owner
        self.threads = threads
        self.slots: list[_Slot] = []
        self.open: list[_Proposal] = []

    # -- one message

    def read(self, message: MessageFacts) -> None:
        moments = [self._in_week_spoken_of(message, moment) for moment in message.moments if moment.is_interview]
        moments = self._as_moves(moments)
        standing = list(self.slots)
        for moment in sorted(moments, key=_order):
            match moment.stance:
                case Stance.CANCELLED:
                    self._cancel(message, moment)
                case Stance.MOVED:
                    self._move(message, moment, standing)
                case Stance.FIXED:
                    self._fix(message, moment)
                case Stance.ACCEPTED:
                    self._accept(message, moment)
                case Stance.PROPOSED:
                    self.open.append(
                        _Proposal(
                            moment=self._on_day_spoken_of(message, moment),
                            by_owner=message.by_owner,
                            thread=self.threads[message.id],
                            made_at=message.sent_at,
                        )
                    )
        if _ends_the_talks(message):
            for slot in self.slots:
                if slot.start > message.sent_at:
                    slot.is_cancelled = True

    def _in_week_spoken_of(self, message: MessageFacts, moment: Moment) -> Moment:
        """ "Tuesday or Wednesday next week?" - "Wednesday is better": the weekday that an answer names is that of the question,
        unless it gives a date."""
        day = moment.day or (moment.start.date() if moment.start else None)
        if day is None or moment.uid is not None or message.in_reply_to is None:
            return moment
        if re.search(rf"\b{day.day}(?:st|nd|rd|th)?\b", _CLOCKS.sub("", moment.evidence.sentence)):
            return moment
        asked = [one for one in self.open if one.by_owner != message.by_owner and one.thread == self.threads[message.id]]
        days = [named for one in asked if (named := one.moment.day or (one.moment.start and one.moment.start.date()))]
        if not days or day in days or message.sent_at - asked[-1].made_at > timedelta(days=7):
            return moment
        meant = next((named for named in days if named.weekday() == day.weekday() and named > day), None)
        if meant is None:
            return moment
        later = meant - day
        if moment.start is None:
            return replace(moment, day=meant)
        return replace(moment, start=moment.start + later, end=moment.end + later if moment.end else None)

    def _on_day_spoken_of(self, message: MessageFacts, moment: Moment) -> Moment:
        """ "Thursday at 2?" - "I could do 3": the hour is of the one day that the other side proposed."""
        if moment.start is not None or moment.day is not None or moment.clock is None:
            return moment
        asked = [one for one in self.open if one.by_owner != message.by_owner and one.thread == self.threads[message.id]]
        days = {one.moment.day or (one.moment.start and one.moment.start.astimezone(self.owner.zone).date()) for one in asked}
        day = days.pop() if len(days) == 1 else None
        start = self._instant(day, moment.clock) if day else None
        return replace(moment, start=start, clock=None) if start else moment

    @staticmethod
    def _as_moves(moments: list[Moment]) -> list[Moment]:
        """ "I can't do Tuesday after all; Thursday at 2 it is": called off and fixed in one breath is moved."""
        off = [moment for moment in moments if moment.stance is Stance.CANCELLED and moment.uid is None]
        on = [moment for moment in moments if moment.stance in (Stance.FIXED, Stance.MOVED) and moment.start is not None]
        if not off or not on:
            return moments
        return [replace(moment, stance=Stance.MOVED) if moment in on else moment for moment in moments if moment not in off]

    # -- what stands

    def _upcoming(self, moment: datetime) -> list[_Slot]:
        """The nearest first."""
        return sorted(
            (slot for slot in self.slots if not slot.is_cancelled and slot.start > moment - JUST_PAST),
            key=lambda slot: slot.start,
        )

    def _same(self, moment: Moment) -> _Slot | None:
        by_uid = next((slot for slot in self.slots if moment.uid and slot.uid == moment.uid), None)
        return by_uid or next((slot for slot in self.slots if moment.start is not None and slot.start == moment.start), None)

    def _fix(self, message: MessageFacts, moment: Moment) -> None:
        if moment.start is None:
            self._accept(message, moment)
            return
        slot = self._same(moment)
        if slot is None:
            if moment.uid is None and moment.start < message.sent_at - JUST_PAST:
                return  # "thank you for coming in on the 5th": spoken of, not arranged
            if moment.uid is None and (moved := self._countered(message, moment.start)) is not None:
                self._rewrite(moved, message, moment, moment.start)
                self._close(message)
                return
            self.slots.append(self._slot(message, moment, moment.start))
            self._close(message)
            return
        if moment.uid and slot.uid == moment.uid and moment.sequence < slot.sequence:
            return
        if slot.start != moment.start:
            self._rewrite(slot, message, moment, moment.start)
        slot.uid = moment.uid or slot.uid
        slot.sequence = max(slot.sequence, moment.sequence)
        slot.end = moment.end or slot.end
        slot.label = slot.label or moment.label
        slot.people = tuple(dict.fromkeys((*slot.people, *moment.people)))
        if slot.is_cancelled and message.sent_at > slot.fixed_at:
            slot.is_cancelled = False
        self._close(message)

    def _countered(self, message: MessageFacts, start: datetime) -> _Slot | None:
        """ "Tuesday at 2." - "Could we do Wednesday, same time?" - "Wednesday at 2 then.": the time that stood when the owner
        proposed another in this thread is the one that the answer moves. An employer who proposes another adds a round."""
        thread = self.threads[message.id]
        asked = [
            one
            for one in self.open
            if one.by_owner
            and not message.by_owner
            and one.thread == thread
            and start.astimezone(self.owner.zone).date()
            == (one.moment.day or (one.moment.start and one.moment.start.astimezone(self.owner.zone).date()))
        ]
        ahead = [slot for slot in self._upcoming(message.sent_at) if slot.thread == thread and slot.uid is None]
        return next((slot for slot in ahead for one in asked if slot.fixed_at <= one.made_at), None)

    def _slot(self, message: MessageFacts, moment: Moment, start: datetime, end: datetime | None = None) -> _Slot:
        return _Slot(
            start=start,
            end=end or (moment.end if moment.start == start else None),
            message=message.id,
            evidence=moment.evidence,
            thread=self.threads[message.id],
            fixed_at=message.sent_at,
            uid=moment.uid,
            sequence=moment.sequence,
            label=moment.label,
            people=moment.people,
        )

    def _rewrite(self, slot: _Slot, message: MessageFacts, moment: Moment, start: datetime) -> None:
        length = slot.end - slot.start if slot.end else None
        slot.start = start
        slot.end = moment.end or (start + length if length else None)
        slot.message, slot.evidence, slot.fixed_at, slot.is_cancelled = message.id, moment.evidence, message.sent_at, False
        slot.label = moment.label or slot.label

    def _move(self, message: MessageFacts, moment: Moment, standing: list[_Slot]) -> None:
        """Put the interview that stands at another time. Of several ahead, the one fixed last in this thread, else at all."""
        if moment.uid and any(slot.uid == moment.uid for slot in self.slots):
            self._fix(message, moment)
            return
        ahead = [slot for slot in self._upcoming(message.sent_at) if slot in standing]
        if not ahead:
            just_missed = [
                slot
                for slot in standing
                if not slot.is_cancelled and timedelta(0) <= message.sent_at - slot.start <= timedelta(days=1)
            ]
            called_off = [slot for slot in standing if slot.is_cancelled and slot.start > message.sent_at - timedelta(days=14)]
            ahead = just_missed or called_off[-1:]
        if not ahead:
            self._fix(message, moment)
            return
        here = [slot for slot in ahead if slot.thread == self.threads[message.id]]
        slot = max(here or ahead, key=lambda item: (item.fixed_at, item.start))
        start = moment.start or self._completed(moment, slot.start) or _shifted(moment, slot.start)
        if start is None:
            return
        if any(other.start == start and other is not slot for other in self.slots):
            self.slots.remove(slot)
            self._fix(message, replace(moment, start=start))
            return
        self._rewrite(slot, message, moment, start)
        slot.uid = moment.uid or slot.uid
        self._close(message)

    def _cancel(self, message: MessageFacts, moment: Moment) -> None:
        if moment.uid:
            slot = self._same(moment)
            if slot is None and moment.start is not None:
                slot = self._slot(message, moment, moment.start)
                self.slots.append(slot)
            if slot is not None and (slot.uid is None or moment.sequence >= slot.sequence):
                slot.is_cancelled, slot.uid, slot.sequence = True, moment.uid, moment.sequence
            return
        ahead = self._upcoming(message.sent_at)
        if moment.start is not None or moment.day is not None or moment.clock is not None:
            named = [slot for slot in ahead if self._fits(moment, slot.start)]
            ahead = named or (ahead if moment.start is None and moment.day is None else [])
        if ahead:
            ahead[0].is_cancelled = True

    # -- proposals

    def _close(self, message: MessageFacts) -> None:
        """A time that stands answers what was open in its thread."""
        thread = self.threads[message.id]
        self.open = [proposal for proposal in self.open if proposal.thread != thread]

    def _accept(self, message: MessageFacts, moment: Moment) -> None:
        """Fix what the other side proposed; a side cannot accept its own proposal."""
        if moment.start is not None and self._same(moment) is not None:
            self._fix(message, replace(moment, stance=Stance.FIXED))
            return
        if (
            moment.start is None
            and any(self._fits(moment, slot.start) for slot in self._upcoming(message.sent_at))
            and _is_partial(moment)
        ):
            return  # "see you on the 27th at one": what stands is only repeated
        thread = self.threads[message.id]
        waiting = [
            proposal
            for proposal in self.open
            if proposal.by_owner != message.by_owner and message.sent_at - proposal.made_at <= OPEN_FOR
        ]
        here = [proposal for proposal in waiting if proposal.thread == thread]
        is_named = _is_partial(moment) or moment.start is not None
        chosen = (
            self._numbered(moment, here) or self._chosen(moment, here) or (self._chosen(moment, waiting) if is_named else None)
        )
        start, end, proposal = chosen if chosen else (moment.start, moment.end, None)
        if start is None and moment.day is not None and moment.clock is not None:
            start = self._instant(moment.day, moment.clock)
        if start is None or start < message.sent_at - JUST_PAST:
            return
        source = (
            moment
            if proposal is None
            else replace(moment, label=moment.label or proposal.moment.label, people=moment.people or proposal.moment.people)
        )
        moves = _MOVES.search(moment.evidence.sentence) or (proposal and _MOVES.search(proposal.moment.evidence.sentence))
        ahead = self._upcoming(message.sent_at)
        if proposal is not None and proposal.moment.start is None:
            moves = moves or _SAME.search(proposal.moment.evidence.sentence)
        if moves and ahead and all(slot.start != start for slot in self.slots):
            self._rewrite(ahead[0], message, replace(source, end=end), start)
        else:
            self._fix(message, replace(source, stance=Stance.FIXED, start=start, end=end))
        self._close(message)

    def _numbered(self, moment: Moment, proposals: Sequence[_Proposal]) -> tuple[datetime, datetime | None, _Proposal] | None:
        """ "The second one please", "option 2": of the times that the last message proposed."""
        found = _WHICH.search(moment.evidence.sentence)
        if found is None or moment.start is not None or _is_partial(moment) or not proposals:
            return None
        place = _PLACES[(found["which"] or found["number"]).lower()]
        offered = [one for one in proposals if one.made_at == proposals[-1].made_at and one.moment.start is not None]
        if len(offered) < 2 or place >= len(offered):
            return None
        start = offered[place].moment.start
        assert start is not None
        return start, offered[place].moment.end, offered[place]

    def _chosen(self, moment: Moment, proposals: Sequence[_Proposal]) -> tuple[datetime, datetime | None, _Proposal] | None:
        """The proposal that an acceptance means, with the instant the two make together: the last that fits."""
        for proposal in reversed(proposals):
            offered = proposal.moment
            if moment.start is not None:
                if self._fits(offered, moment.start):
                    same = offered.start == moment.start
                    return moment.start, moment.end or (offered.end if same else None), proposal
            elif offered.start is not None:
                if self._fits(moment, offered.start):
                    return offered.start, offered.end, proposal
                if (start := self._within(offered, moment)) is not None:
                    return start, None, proposal
            else:
                start = self._together(offered, moment, proposals) or self._from_standing(proposal, moment)
                if start is not None:
                    return start, None, proposal
        return None

    def _within(self, offered: Moment, accepted: Moment) -> datetime | None:
        """ "Thursday, any time from 2" - "Half three then": the hour of an answer is of the day that was offered, and not before
        the hour from which."""
        assert offered.start is not None
        day = offered.start.astimezone(self.owner.zone).date()
        if offered.evidence.rule != _WINDOW or accepted.clock is None or accepted.day not in (None, day):
            return None
        start = self._instant(day, accepted.clock)
        return start if start is not None and start >= offered.start else None

    def _from_standing(self, proposal: _Proposal, accepted: Moment) -> datetime | None:
        """ "Can we push to 3?", "same time Thursday instead", "an hour later": counted from the time that stands."""
        if _is_partial(accepted):
            return None
        ahead = self._upcoming(proposal.made_at)
        sentence = proposal.moment.evidence.sentence
        if not ahead or not (_MOVES.search(sentence) or _SAME.search(sentence)):
            return None
        return self._completed(proposal.moment, ahead[0].start) or _shifted(proposal.moment, ahead[0].start)

    def _together(self, offered: Moment, accepted: Moment, proposals: Sequence[_Proposal]) -> datetime | None:
        day, clock = accepted.day or offered.day, accepted.clock or offered.clock
        if accepted.day is None and len({one.moment.day for one in proposals if one.moment.day is not None}) > 1:
            return None  # an hour, and more than one day that it could be of
        if day is None or clock is None or (accepted.day and offered.day and accepted.day != offered.day):
            return None
        return self._instant(day, clock)

    def _fits(self, part: Moment, start: datetime) -> bool:
        """Whether a time, or the part of one that was named, is that of ``start``: in the owner's zone or in the offset in
        which it was written; "1:30" is half past one in the afternoon too."""
        if part.start is not None:
            if part.end is not None and part.start <= start < part.end:
                return True
            return part.start == start
        for local in (start.astimezone(self.owner.zone), start):
            day_fits = part.day is None or part.day == local.date()
            if day_fits and (part.clock is None or _same_clock(part.clock, local)):
                return True
        return False

    def _completed(self, part: Moment, old: datetime) -> datetime | None:
        """The part of a time that a move leaves unsaid is the old one's."""
        local = old.astimezone(self.owner.zone)
        if part.day is None and part.clock is None:
            return None
        return self._instant(part.day or local.date(), part.clock or f"{local:%H:%M}")

    def _instant(self, day: date, clock: str) -> datetime | None:
        try:
            return datetime.combine(day, time.fromisoformat(clock), self.owner.zone)
        except ValueError:
            return None


def _ends_the_talks(message: MessageFacts) -> bool:
    """Does no interview ahead of this message take place? After a withdrawal, a refusal, and where a hold is said of the
    interview or of all the hiring, in a letter that names no time which stands."""
    if message.by_owner:
        return message.says(Kind.WITHDRAWAL)
    if message.says(Kind.REJECTION):
        return True
    holds = [one.evidence.sentence for one in (message.kind, *message.also) if one.kind is Kind.ON_HOLD]
    names_a_time = any(moment.stance is not Stance.CANCELLED and moment.is_interview for moment in message.moments)
    return not names_a_time and any(_HELD.search(said) and not _NOT_ALL_HELD.search(said) for said in holds)


def _order(moment: Moment) -> int:
    """Within one message what is called off or moved is read before what is fixed, and proposals last."""
    return (Stance.CANCELLED, Stance.MOVED, Stance.FIXED, Stance.ACCEPTED, Stance.PROPOSED).index(moment.stance)


def _shifted(moment: Moment, start: datetime) -> datetime | None:
    """``start`` moved by what the sentence says: "half an hour earlier"."""
    found = _SHIFT.search(moment.evidence.sentence)
    if found is None:
        return None
    if found["half"]:
        minutes = 30 if found["half"].lower() == "half" else 15
    else:
        number = found["number"].lower()
        minutes = (_NUMBERS.get(number) or int(number)) * (60 if found["unit"].lower().startswith("h") else 1)
    return start + timedelta(minutes=minutes if found["way"].lower() == "later" else -minutes)


def _is_partial(moment: Moment) -> bool:
    return moment.day is not None or moment.clock is not None


def _same_clock(clock: str, local: datetime) -> bool:
    hour, _, minute = clock.partition(":")
    if not (hour.isdigit() and minute.isdigit()):
        return False
    return int(minute) == local.minute and (int(hour) - local.hour) % 12 == 0
