"""What happened, in order: messages, interviews and corrections as one line of events.

Theory. An application is a conversation with two sides and a calendar. Most mail in it says nothing that matters to the
question "whose move is it, and since when": receipts, thanks from the employer, parking, surveys, automatic answers. So a
message becomes events only through what it *says* (its kinds, its promises, the times it fixes), never through its
mere arrival, and the same event has the same effect whether it came by mail, from a calendar or from the person's own
correction ("they called"). ``course`` then follows the events one by one; nothing else looks at messages.

    who       what is said                                  event
    employer  request, proposal, booking link               ASKED_OWNER
              invitation to a new time, next step, reopened STEP           the employer moves the matter on
              an interview is fixed by it, invitation       FIXED          a time stands now, whatever was asked about times
              an interview is called off                    CALLED_OFF     either side
              still deciding                                UPDATE
              offer / refusal / hold                        OFFERED / REFUSED / HELD_UP
              a promise beside any of these                 PROMISED
              receipt, automatic, bounce, survey,           none           rule 5; a bounce takes back the owner's
              newsletter, courtesy, logistics                              message that bounced
    owner     anything at all                               WROTE, or THANKED where it is thanks and no more
              a question how things stand                   QUESTIONED, or QUESTIONED_IN_THANKS
              what was asked for                            ANSWERED
              repeats what was promised in the room         RESTATED
              withdraws or declines / accepts / is keen     WITHDREW / ACCEPTED / ENGAGED
    calendar  an interview that was not called off ends     INTERVIEWED    unless the person says that nobody came: MISSED
    person    heard / promise / interview / done / close    the same events, with ``source`` "correction:<id>";
                                                            done with moving on: RESTED

Rules
- Nothing dated after ``now`` exists. Order is (time, Message-ID), so that any order of the input gives the same line.
- A message in two folders is one. A decision and a step in one letter: the letter's main kind is said last and stands.
- A person's letter that says nothing we can read is "still deciding": never silence.
- Refusals, holds and receipts promise nothing (policy rules 5, 12); nor does a date that lies before the letter or more than
  two years after it: that is a misread year, and a wrong nudge costs more than a missing one.
- A promise counted from an interview ("within a week of your onsite") takes the day of the interview that its message fixed,
  else of the first one ahead of it, else of the last one before it; while none of these stands it has no day and waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from heardback.model import (
    Action,
    Application,
    Correction,
    CorrectionKind,
    Evidence,
    Interview,
    Kind,
    MessageFacts,
    Moment,
    Outcome,
    Promise,
    PromisedBy,
    PromiseFinding,
    SenderKind,
    Stance,
    Timeframe,
    Topic,
)
from heardback.policy.deadlines import INTERVIEW_LENGTH, day_of, from_interview
from heardback.workdays import WorkCalendar

SILENT = frozenset({Kind.AUTOMATIC, Kind.BOUNCE, Kind.SURVEY, Kind.NEWSLETTER})
"""Main kinds that are no sign of life (policy rules 5 and 13)."""
MACHINES = frozenset({SenderKind.MACHINE, SenderKind.BULK})
"""Senders believed only where their letter's main kind is a decision or a step: some refusals come as bulk mail."""
PROMISELESS = frozenset({Kind.RECEIPT, Kind.REJECTION, Kind.ON_HOLD})
BOUNCES_WITHIN = timedelta(days=5)
"""How long after a message an unlabelled bounce is taken for it: servers give up after four to five days (RFC 5321
section 4.5.4.1)."""
FARTHEST_PROMISE = timedelta(days=730)


class EventKind(StrEnum):
    INTERVIEWED = "interviewed"
    MISSED = "missed"
    ASKED_OWNER = "asked_owner"
    STEP = "step"
    FIXED = "fixed"
    CALLED_OFF = "called_off"
    UPDATE = "update"
    OFFERED = "offered"
    REFUSED = "refused"
    HELD_UP = "held_up"
    PROMISED = "promised"
    WROTE = "wrote"
    THANKED = "thanked"
    ANSWERED = "answered"
    QUESTIONED = "questioned"
    QUESTIONED_IN_THANKS = "questioned_in_thanks"
    RESTATED = "restated"
    WITHDREW = "withdrew"
    ACCEPTED = "accepted"
    ENGAGED = "engaged"
    RESTED = "rested"


DECIDING = frozenset({EventKind.OFFERED, EventKind.REFUSED, EventKind.HELD_UP})
"""What ends a silence for good."""

EVENT_OF = {
    Kind.REQUEST: EventKind.ASKED_OWNER,
    Kind.PROPOSAL: EventKind.ASKED_OWNER,
    Kind.BOOKING_LINK: EventKind.ASKED_OWNER,
    Kind.NEXT_STEP: EventKind.STEP,
    Kind.REOPENED: EventKind.STEP,
    Kind.INVITATION: EventKind.STEP,
    Kind.UPDATE: EventKind.UPDATE,
    Kind.OFFER: EventKind.OFFERED,
    Kind.REJECTION: EventKind.REFUSED,
    Kind.ON_HOLD: EventKind.HELD_UP,
}
"""What an employer's letter says -> what happened. Kinds that are not here happen without effect."""

EVENT_OF_OWNER = {
    Kind.ANSWER: EventKind.ANSWERED,
    Kind.WITHDRAWAL: EventKind.WITHDREW,
    Kind.DECLINED_OFFER: EventKind.WITHDREW,
    Kind.ACCEPTED_OFFER: EventKind.ACCEPTED,
    Kind.APPLICATION: EventKind.ENGAGED,
    Kind.INTEREST: EventKind.ENGAGED,
}

EVENT_OF_OUTCOME = {
    Outcome.NEXT_ROUND: EventKind.STEP,
    Outcome.OFFER: EventKind.OFFERED,
    Outcome.REJECTED: EventKind.REFUSED,
    Outcome.ON_HOLD: EventKind.HELD_UP,
    Outcome.STILL_DECIDING: EventKind.UPDATE,
}

EVENTS_OF_DONE = {
    Action.THANK_YOU: (EventKind.THANKED,),
    Action.FOLLOW_UP: (EventKind.WROTE, EventKind.QUESTIONED),
    Action.FOLLOW_UP_AGAIN: (EventKind.WROTE, EventKind.QUESTIONED),
    Action.REPLY: (EventKind.WROTE, EventKind.ANSWERED),
    Action.ASK_FEEDBACK: (EventKind.THANKED,),
    Action.MOVE_ON: (EventKind.RESTED,),
}

COURTEOUS = frozenset({Kind.THANKS, Kind.FEEDBACK_REQUEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. ``at`` is UTC, ``on`` its day in the owner's zone, ``source`` a Message-ID or
    "correction:<id>", ``who`` a name for a sentence, ``said`` the main kind behind it, None where no message is.

    ``promise``: of PROMISED and RESTATED. ``waits_until``: the end of the interview which that promise speaks beyond; until then
    only a decision or another promise answers it. ``interview``: of INTERVIEWED, whose ``at`` is its end.
    ``replies_to``: Message-IDs of the thread above.
    """

    kind: EventKind
    at: datetime
    on: date
    source: str
    by_owner: bool = False
    who: str = ""
    said: Kind | None = None
    sentence: str = ""
    span: str = ""
    promise: Promise | None = None
    waits_until: datetime | None = None
    interview: Interview | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    replies_to: frozenset[str] = frozenset()

    @property
    def was_told(self) -> bool:
        """The person said so, no mail did."""
        return self.source.startswith("correction:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``events`` in order; ``interviews`` all that are known at ``now``, corrections included, by start; ``mail_at`` when
    the other side's last mail of any kind came, a sign of life or not; ``doubted`` the decisions that were left out
    because their letters may not be believed."""

    events: tuple[Event, ...]
    interviews: tuple[Interview, ...]
    mail_at: datetime | None
    doubted: tuple[Event, ...] = ()


def ends_at(interview: Interview) -> datetime:
    """UTC; 60 minutes after the start where no end is known, or none that lies after it."""
    start = interview.start.astimezone(UTC)
    end = interview.end.astimezone(UTC) if interview.end else start
    return end if end > start else start + INTERVIEW_LENGTH


def timeline(
    application: Application,
    corrections: Sequence[Correction],
    now: datetime,
    zone: ZoneInfo,
    calendar: WorkCalendar,
    doubted: frozenset[str] = frozenset(),
) -> Line:
    """Order everything up to ``now``. ``corrections`` are this application's. Letters in ``doubted`` decide nothing, and what
    only claims to be the owner's says nothing at all."""
    messages = _messages(application, now)
    told = sorted((c for c in corrections if c.made_at <= now), key=lambda c: (c.made_at, c.id))
    interviews = _interviews(application, told, now)
    missed = {c.until.astimezone(UTC): c.made_at for c in told if c.kind is CorrectionKind.MISSED and c.until}
    standing = [i for i in interviews if i.start.astimezone(UTC) not in missed]
    teller = _Teller(application, messages, standing, zone, calendar)
    events = [event for message in messages for event in teller.of_message(message)]
    events += [event for correction in told for event in teller.of_correction(correction)]
    for interview in interviews:
        if interview.start.astimezone(UTC) in missed:
            events.append(teller.of_missed(interview, missed[interview.start.astimezone(UTC)]))
        elif not interview.is_cancelled and ends_at(interview) <= now:
            events.append(teller.of_interview(interview))
    ordered = sorted(events, key=lambda e: (e.at, e.kind is not EventKind.INTERVIEWED, e.source))
    unbelieved = [e for e in ordered if e.source in doubted and (e.by_owner or e.kind in DECIDING)]
    mail_at = max((m.sent_at.astimezone(UTC) for m in messages if not m.by_owner), default=None)
    return Line(
        events=tuple(e for e in ordered if e not in unbelieved),
        interviews=interviews,
        mail_at=mail_at,
        doubted=tuple(e for e in unbelieved if e.kind in (*DECIDING, EventKind.WITHDREW)),
    )


def _messages(application: Application, now: datetime) -> tuple[MessageFacts, ...]:
    """Each once, in order, without what is dated later, what is about something else, and what bounced."""
    by_id = {m.id: m for m in sorted(application.messages, key=_place) if m.sent_at <= now and m.topic is not Topic.UNRELATED}
    messages = sorted(by_id.values(), key=_place)
    unsent = {bounced for m in messages if m.kind.kind is Kind.BOUNCE and (bounced := _bounced(m, messages))}
    return tuple(m for m in messages if m.id not in unsent)


def _place(message: MessageFacts) -> tuple[datetime, str, str, str]:
    return message.sent_at, message.id, message.mailbox, message.folder


def _bounced(bounce: MessageFacts, messages: Sequence[MessageFacts]) -> str | None:
    """The owner's message that came back: the one the bounce names, else the last one sent shortly before."""
    named = {bounce.in_reply_to, *bounce.references}
    before = [m for m in messages if m.by_owner and bounce.sent_at - BOUNCES_WITHIN <= m.sent_at <= bounce.sent_at]
    known = [m for m in messages if m.by_owner and m.id in named] or before
    return known[-1].id if known else None


def _interviews(application: Application, told: Sequence[Correction], now: datetime) -> tuple[Interview, ...]:
    sent_at = {m.id: m.sent_at for m in application.messages}
    known = [i for i in application.interviews if i.message not in sent_at or _is_believed(i, sent_at[i.message], now)]
    for correction in told:
        if correction.kind is CorrectionKind.INTERVIEW and correction.until:
            known = [i for i in known if i.start != correction.until]
            known.append(
                Interview(
                    start=correction.until,
                    end=None,
                    message=_source(correction),
                    evidence=Evidence(sentence=correction.value, rule="correction.interview"),
                )
            )
    return tuple(sorted(known, key=lambda i: (i.start, i.message)))


def _is_believed(interview: Interview, fixed_at: datetime, now: datetime) -> bool:
    """Not one whose message does not exist yet, nor one more than two years from it: a misread or malicious year."""
    return fixed_at <= now and abs(interview.start - fixed_at) <= FARTHEST_PROMISE


def _source(correction: Correction) -> str:
    return f"correction:{correction.id}"


class _Teller:
    """Turns one message, interview or correction into its events; knows the others only to date promises."""

    def __init__(
        self,
        application: Application,
        messages: Sequence[MessageFacts],
        interviews: Sequence[Interview],
        zone: ZoneInfo,
        calendar: WorkCalendar,
    ) -> None:
        self.employer = application.employer or "They"
        self.messages = messages
        self.standing = [i for i in interviews if not i.is_cancelled]
        self.fixing = {i.message for i in self.standing}
        self.zone = zone
        self.calendar = calendar

    def of_interview(self, interview: Interview) -> Event:
        """``on`` is the day on which it began: silence and offsets count from it."""
        return Event(
            kind=EventKind.INTERVIEWED,
            at=ends_at(interview),
            on=day_of(interview.start, self.zone),
            source=f"interview:{interview.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
            interview=interview,
        )

    def of_missed(self, interview: Interview, said_at: datetime) -> Event:
        """At its end, or when it was said if that was before."""
        return Event(
            kind=EventKind.MISSED,
            at=min(ends_at(interview), said_at.astimezone(UTC)),
            on=day_of(interview.start, self.zone),
            source=f"missed:{interview.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        )

    def of_message(self, message: MessageFacts) -> Iterator[Event]:
        if message.kind.kind in SILENT:
            return
        if message.by_owner:
            yield from self._of_owner(message)
        elif message.sender_kind not in MACHINES or EVENT_OF.get(message.kind.kind, EventKind.UPDATE) is not EventKind.UPDATE:
            yield from self._of_employer(message)

    def _of_employer(self, message: MessageFacts) -> Iterator[Event]:
        if _calls_off(message):
            yield self._event(EventKind.CALLED_OFF, message, message.kind.kind)
        if message.id in self.fixing or (message.says(Kind.INVITATION) and self._fixes_a_time(message)):
            yield self._event(EventKind.FIXED, message, message.kind.kind)
        if message.kind.kind is Kind.OTHER and self._speaks_to_the_owner(message):
            yield self._event(EventKind.UPDATE, message, Kind.OTHER)
        for kind in self._said_in_order(message):
            yield self._event(EVENT_OF[kind], message, kind)
        if not message.says(*PROMISELESS) and message.sender_kind not in MACHINES:
            yield from self._promises(message, EventKind.PROMISED)

    def _said_in_order(self, message: MessageFacts) -> Iterator[Kind]:
        """The kinds that happen, the main one last so that it stands."""
        for kind in dict.fromkeys((*message.kinds[1:], message.kinds[0])):
            if kind not in EVENT_OF or (kind is Kind.UPDATE and message.kind.kind is Kind.RECEIPT):
                continue
            if kind is Kind.INVITATION and not self._opens_a_round(message):
                continue
            if kind in (Kind.PROPOSAL, Kind.BOOKING_LINK) and message.id in self.fixing:
                continue
            yield kind

    def _fixes_a_time(self, message: MessageFacts) -> bool:
        """Does an invitation name a time that did not stand before? One that names none is believed, unless it calls one off."""
        starts = {m.start for m in message.moments if _is_fixed(m)}
        if not starts:
            return not _calls_off(message)
        stood = {m.start for e in self._before(message) for m in e.moments if _is_fixed(m) and m.start}
        return not starts <= stood

    def _opens_a_round(self, message: MessageFacts) -> bool:
        """An invitation to a time ahead that nobody has spoken of yet. The same interview moved, confirmed or sent again only
        fixes a time, and that moves nothing (policy rule 1)."""
        times = [m for m in message.moments if m.is_interview]
        spoken = {m.start for e in self._before(message) for m in e.moments if m.start}
        fixed = [m for m in times if m.stance is Stance.FIXED]
        if fixed:
            return any(m.start is None or (m.start > message.sent_at and m.start not in spoken) for m in fixed)
        return not any(m.stance in (Stance.MOVED, Stance.CANCELLED) for m in times)

    def _before(self, message: MessageFacts) -> Iterator[MessageFacts]:
        return (earlier for earlier in self.messages if _place(earlier) < _place(message))

    def _speaks_to_the_owner(self, message: MessageFacts) -> bool:
        """A person's letter that no rule could read: a word all the same (policy rule 3). To call it silence would be a nudge
        over a letter that may have said everything; to take it for a word costs a few days."""
        return message.sender_kind is SenderKind.PERSON and message.read_in_full

    def _of_owner(self, message: MessageFacts) -> Iterator[Event]:
        courteous = all(kind in COURTEOUS for kind in message.kinds)
        yield self._event(EventKind.THANKED if courteous else EventKind.WROTE, message, message.kind.kind)
        yield from self._promises(message, EventKind.RESTATED)
        if _calls_off(message):
            yield self._event(EventKind.CALLED_OFF, message, message.kind.kind)
        for kind in dict.fromkeys((*message.kinds[1:], message.kinds[0])):
            if kind is Kind.QUESTION:
                asked = EventKind.QUESTIONED_IN_THANKS if message.says(Kind.THANKS) else EventKind.QUESTIONED
                yield self._event(asked, message, kind)
            elif kind in EVENT_OF_OWNER:
                yield self._event(EVENT_OF_OWNER[kind], message, kind)

    def _event(self, event: EventKind, message: MessageFacts, kind: Kind) -> Event:
        found = next((f for f in (message.kind, *message.also) if f.kind is kind), message.kind)
        due = message.due if event in (EventKind.ASKED_OWNER, EventKind.OFFERED) else None
        due_on = _day_named(due) if due else None
        if due_on and not message.sent_at.date() <= due_on <= message.sent_at.date() + FARTHEST_PROMISE:
            due, due_on = None, None
        return Event(
            kind=event,
            at=message.sent_at.astimezone(UTC),
            on=day_of(message.sent_at, self.zone),
            source=message.id,
            by_owner=message.by_owner,
            who=self._who(message),
            said=kind,
            sentence=found.evidence.sentence,
            due_on=due_on,
            due_at=due.at.astimezone(UTC) if due and due.at else None,
            replies_to=frozenset(filter(None, (message.in_reply_to, *message.references))),
        )

    def _who(self, message: MessageFacts) -> str:
        name = message.sender.name if message.sender and message.sender_kind is SenderKind.PERSON else ""
        return first_name(name) or self.employer

    def _promises(self, message: MessageFacts, kind: EventKind) -> Iterator[Event]:
        dated = [(p, found) for found in message.promises if (p := self._promise(message, found))]
        for promise, finding in sorted(dated, key=lambda pair: (pair[0].latest, pair[0].quote)):
            yield Event(
                kind=kind,
                at=message.sent_at.astimezone(UTC),
                on=day_of(message.sent_at, self.zone),
                source=message.id,
                by_owner=message.by_owner,
                who=self._who(message),
                said=message.kind.kind,
                sentence=promise.quote,
                span=finding.timeframe.quote,
                promise=promise,
                waits_until=self._waits_until(message, promise, finding),
            )

    def _promise(self, message: MessageFacts, finding: PromiseFinding) -> Promise | None:
        timeframe = finding.timeframe
        earliest, latest = timeframe.earliest, _day_named(timeframe)
        if timeframe.from_interview:
            interview = self._spoken_of(message)
            if interview is None or timeframe.from_interview.latest > FARTHEST_PROMISE.days:
                return None
            earliest, latest = from_interview(day_of(interview.start, self.zone), timeframe.from_interview, self.calendar)
        written_on = message.sent_at.date()
        if latest is None or latest > written_on + FARTHEST_PROMISE:
            return None
        if latest < written_on and not message.by_owner:
            return None
        return Promise(
            message=message.id,
            quote=finding.evidence.sentence or timeframe.quote,
            rule=timeframe.rule,
            made_at=message.sent_at,
            earliest=earliest,
            latest=latest,
            by=PromisedBy.OWNER if message.by_owner else PromisedBy.EMPLOYER,
            spent=False,
        )

    def _spoken_of(self, message: MessageFacts) -> Interview | None:
        """The interview from which a promise in ``message`` counts."""
        own = [i for i in self.standing if i.message == message.id]
        ahead = [i for i in self.standing if i.start > message.sent_at]
        return next(iter(own or ahead or self.standing[-1:]), None)

    def _waits_until(self, message: MessageFacts, promise: Promise, finding: PromiseFinding) -> datetime | None:
        ahead = [i for i in self.standing if i.start > message.sent_at and day_of(i.start, self.zone) <= promise.latest]
        if not ahead:
            return None
        known = finding.timeframe.from_interview or any(self._arranges(m, message) for m in self.messages)
        return ends_at(ahead[0]) if known else None

    def _arranges(self, earlier: MessageFacts, message: MessageFacts) -> bool:
        """Was a time ahead of ``message`` already spoken of in ``earlier``, or is one being arranged in ``message`` itself?"""
        if _place(earlier) > _place(message):
            return False
        if earlier.id == message.id and message.says(Kind.INVITATION, Kind.PROPOSAL, Kind.BOOKING_LINK):
            return True
        return any(_is_fixed(m) and m.start is not None and m.start > message.sent_at for m in earlier.moments) or any(
            i.message == earlier.id and i.start > message.sent_at for i in self.standing
        )

    def of_correction(self, correction: Correction) -> Iterator[Event]:
        match correction.kind:
            case CorrectionKind.HEARD:
                if correction.value in set(Outcome):
                    yield self._told(EVENT_OF_OUTCOME[Outcome(correction.value)], correction)
            case CorrectionKind.DONE:
                done = EVENTS_OF_DONE[Action(correction.value)] if correction.value in set(Action) else (EventKind.WROTE,)
                for kind in done:
                    yield self._told(kind, correction)
            case CorrectionKind.CLOSE:
                yield self._told(EventKind.WITHDREW, correction)
            case CorrectionKind.INTERVIEW:
                if correction.until and correction.until > correction.made_at:
                    yield self._told(EventKind.FIXED, correction)
                    yield self._told(EventKind.STEP, correction)
            case CorrectionKind.PROMISE:
                if correction.on:
                    yield self._told(EventKind.PROMISED, correction, promised=correction.on)

    def _told(self, kind: EventKind, correction: Correction, promised: date | None = None) -> Event:
        promise = None
        if promised:
            promise = Promise(
                message=_source(correction),
                quote=correction.value,
                rule="correction.promise",
                made_at=correction.made_at,
                earliest=None,
                latest=promised,
                by=PromisedBy.OWNER,
                spent=False,
            )
        return Event(
            kind=kind,
            at=correction.made_at.astimezone(UTC),
            on=day_of(correction.made_at, self.zone),
            source=_source(correction),
            sentence=correction.value,
            promise=promise,
        )


def _is_fixed(moment: Moment) -> bool:
    return moment.is_interview and moment.stance in (Stance.FIXED, Stance.MOVED)


def _day_named(timeframe: Timeframe) -> date | None:
    """A clock time counts as its day, in the zone in which it was named (policy rule 1)."""
    return timeframe.latest or (timeframe.at.date() if timeframe.at else None)


def _calls_off(message: MessageFacts) -> bool:
    return any(m.is_interview and m.stance is Stance.CANCELLED for m in message.moments)


TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "rev", "fr", "sr", "sister", "matron"})


def first_name(name: str) -> str:
    """ "Dana Ortiz" -> "Dana", "Ortiz, Dana" -> "Dana", "Prof. Elspeth Ronan" -> "Elspeth"; "" for what is no person's name."""
    surname, comma, given = name.partition(",")
    words = (given if comma and given.strip() else surname).split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        words = words[1:]
    return words[0].strip("\"'") if words and words[0][0].isalpha() and "@" not in name else ""
