"""The judgement: how one application stands at one moment, what to do about it, and when to say so.

A function of values: the line of events (``timeline``), followed to where it has got (``course``), held against the calendar
(``deadlines``), worded (``reasons``). States are tried in the order of precedence; the first that holds is the state, and
each has a function here that is the whole of what can be said in it. Nothing is remembered between two judgements: a
better rule applies to old mail at once.

``next_change_at`` is drawn from every moment that any of these functions compares with ``now``; taking one too many only
wakes the daemon for nothing, taking one too few would make a phone ring late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from heardback.model import (
    Action,
    Application,
    Correction,
    CorrectionKind,
    HeldInterview,
    Interview,
    InterviewStatus,
    Owner,
    Promise,
    Standing,
    State,
)
from heardback.policy import deadlines, reasons
from heardback.policy.course import ANSWERS, Course, follow
from heardback.policy.timeline import Event, EventKind, Line, ends_at, timeline
from heardback.workdays import WorkCalendar

NOTHING_DOUBTED: Mapping[str, str] = MappingProxyType({})

DECISIONS = {EventKind.OFFERED: State.OFFER, EventKind.REFUSED: State.REJECTED, EventKind.HELD_UP: State.ON_HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """One state's answer. ``turns`` are the moments at which time alone may change it."""

    state: State
    why: str
    rules: tuple[str, ...]
    action: Action | None = None
    push_at: datetime | None = None
    rests_on: str = ""
    deadline: datetime | None = None
    due: datetime | None = None
    tell_due_at: datetime | None = None
    turns: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What every state's function looks at."""

    course: Course
    upcoming: tuple[Interview, ...]
    mail_at: datetime | None
    now: datetime
    zone: ZoneInfo
    calendar: WorkCalendar


def judge(
    application: Application,
    corrections: Sequence[Correction],
    now: datetime,
    owner: Owner,
    unconfirmed: str | None = None,
    doubted: Mapping[str, str] = NOTHING_DOUBTED,
) -> Standing:
    """Say how ``application`` stands at ``now``.

    ``corrections`` are those of this application; what is dated after ``now``, letter or correction, does not exist yet.
    ``unconfirmed`` is the reason why silence cannot be claimed (a mailbox could not be read): ``overdue`` and ``dormant``
    then stay ``waiting`` without an action. ``doubted`` are letters that may not be believed (``trust.doubted``): they decide
    nothing, and a decision in one makes the application unconfirmed until its owner says what it is worth. All moments in the
    answer are UTC. Raises ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    now, zone = now.astimezone(UTC), owner.zone
    calendar = deadlines.calendar_for(owner, application.country)
    line = timeline(application, corrections, now, zone, calendar, frozenset(doubted))
    unconfirmed = unconfirmed or _unbelieved(line, doubted)
    course = follow(line.events)
    held = tuple(HeldInterview(interview=i, status=_status(i, course, now)) for i in line.interviews)
    upcoming = tuple(h.interview for h in held if h.status is InterviewStatus.UPCOMING)
    verdict = _verdict(_Case(course=course, upcoming=upcoming, mail_at=line.mail_at, now=now, zone=zone, calendar=calendar))
    if unconfirmed is not None:
        verdict = _without_silence(verdict, unconfirmed)
    verdict = _snoozed(verdict, corrections, now, zone)
    return Standing(
        application=application.id,
        state=verdict.state,
        action=verdict.action,
        why=" ".join((verdict.why, *application.ambiguities)),
        rules=verdict.rules,
        deadline=verdict.deadline,
        push_at=verdict.push_at,
        rests_on=verdict.rests_on,
        due=verdict.due,
        tell_due_at=verdict.tell_due_at,
        unconfirmed=unconfirmed,
        next_change_at=_next_change(application, corrections, verdict, line, now),
        interviews=held,
        promises=tuple(_spent(event, course) for event in course.promises),
        promise=course.promise.promise if course.promise else None,
        last_interview=course.last_held.interview if course.last_held else None,
        follow_ups_at=tuple(event.at for event in course.questions),
        last_word_at=course.word.at if course.word else None,
        doubted=tuple(sorted({message.id for message in application.messages} & doubted.keys())),
    )


def _unbelieved(line: Line, doubted: Mapping[str, str]) -> str | None:
    """Why a decision that was said is not one; None once anything that may be believed came after it."""
    if not line.doubted:
        return None
    last = line.doubted[-1]
    if any(event.at > last.at and (not event.by_owner or event.was_told) for event in line.events):
        return None
    why = doubted[last.source].format(day=reasons.day_words(last.on))
    return f"{why}, which would end it; look at it, and say what it is worth (heardback heard)"


def _status(interview: Interview, course: Course, now: datetime) -> InterviewStatus:
    if any(event.interview == interview for event in course.held):
        return InterviewStatus.HELD
    refused = course.decision is not None and course.decision.kind is EventKind.REFUSED
    if interview.is_cancelled or ends_at(interview) <= now or course.left or refused:
        return InterviewStatus.CANCELLED
    return InterviewStatus.UPCOMING


def _spent(event: Event, course: Course) -> Promise:
    assert event.promise is not None
    return replace(event.promise, spent=course.promise is not event)


def _verdict(case: _Case) -> _Verdict:
    """The first state that holds (FORMAT: states in order of precedence)."""
    course = case.course
    if course.left:
        return _Verdict(state=State.WITHDRAWN, why=reasons.left(course.left), rules=("policy.withdrawn",))
    if course.decision:
        return _decided(case, course.decision)
    if course.asks:
        return _your_turn(case, course.asks)
    if case.upcoming:
        return _scheduled(case, case.upcoming[0])
    if course.since and (course.held or course.was_missed):
        return _silence(case, course.since)
    return _applied(case)


def _decided(case: _Case, decision: Event) -> _Verdict:
    state = DECISIONS[decision.kind]
    why = reasons.decided(decision)
    if case.course.accepted and state is State.OFFER:
        why += f" You accepted on {reasons.day_words(case.course.accepted.on)}."
    verdict = _with_due(case, _Verdict(state=state, why=why, rules=(f"policy.{state}",)), decision)
    until = deadlines.later(decision.at, deadlines.FEEDBACK_WITHIN, case.zone)
    written = case.course.written is not None and case.course.written.at >= decision.at
    if state is not State.REJECTED or not case.course.held or written or case.now >= until:
        return verdict
    return replace(
        verdict,
        rules=(*verdict.rules, "policy.ask-feedback"),
        action=Action.ASK_FEEDBACK,
        push_at=deadlines.next_business_morning(decision.at, case.calendar, case.zone),
        rests_on=f"decision:{decision.source}",
        turns=(until,),
    )


def _with_due(case: _Case, verdict: _Verdict, decision: Event) -> _Verdict:
    """The day by which an offer wants its answer, until the owner has said yes."""
    if verdict.state is not State.OFFER or not decision.due_on or case.course.accepted:
        return verdict
    tell_at = deadlines.reply_push(decision.at, decision.due_on, case.zone)
    due = decision.due_at or deadlines.end_of(decision.due_on, case.zone)
    why = f"{verdict.why} They want your answer by {reasons.day_words(decision.due_on)}."
    return replace(verdict, why=why, due=due, tell_due_at=tell_at if tell_at < due else None, turns=(tell_at, due))


def _your_turn(case: _Case, asks: tuple[Event, ...]) -> _Verdict:
    """The latest request leads; what is due may stand in an earlier one that it reminds of."""
    ask = asks[-1]
    dated = next((event for event in reversed(asks) if event.due_on), None)
    due_on = dated.due_on if dated else None
    due = None
    if dated and dated.due_on:
        due = dated.due_at or deadlines.end_of(dated.due_on, case.zone)
    return _Verdict(
        state=State.YOUR_TURN,
        why=reasons.asked(replace(ask, due_on=due_on)),
        rules=("policy.your-turn", "policy.reply"),
        action=Action.REPLY,
        push_at=deadlines.reply_push(ask.at, due_on, case.zone),
        rests_on=f"request:{ask.source}",
        due=due,
    )


def _scheduled(case: _Case, ahead: Interview) -> _Verdict:
    verdict = _Verdict(
        state=State.SCHEDULED,
        why=f"Your interview is on {reasons.moment_words(ahead.start, case.zone)}.",
        rules=("policy.scheduled",),
    )
    return _thanks(case, verdict)


def _thanks(case: _Case, verdict: _Verdict) -> _Verdict:
    """``thank_you``, where an interview ended under a day ago and the owner has not written since (table of actions)."""
    held, course = case.course.last_held, case.course
    if held is None or held.interview is None:
        return verdict
    until = held.at + deadlines.THANKS_WITHIN
    written = course.written is not None and course.written.at >= held.at
    early = course.thanked is not None and course.thanked.at >= held.interview.start.astimezone(UTC)
    if case.now >= until or written or early:
        return verdict
    return replace(
        verdict,
        why=f"{reasons.met(held.interview, held.at, case.zone)}; you have not written since.",
        rules=(*verdict.rules, "policy.thank-you"),
        action=Action.THANK_YOU,
        push_at=held.at + deadlines.THANKS_AFTER,
        rests_on=held.source,
        turns=(*verdict.turns, until),
    )


def _applied(case: _Case) -> _Verdict:
    word = case.course.promise
    why = "You are in contact; no interview has been held and none is ahead."
    if word:
        why = f"{reasons.promised(word)}; no interview has been held yet."
    return _Verdict(state=State.APPLIED, why=why, rules=("policy.applied",))


# --------------------------------------------------------------------------------------------------- silence


def _silence(case: _Case, since: Event) -> _Verdict:
    """An interview was held, or should have been, and the employer is to move: waiting, then overdue, then dormant (policy rules
    1 and 2). Whoever did not come owes a word within a working day, as if it had been promised for the day of the interview."""
    zone, today = case.zone, deadlines.day_of(case.now, case.zone)
    promised = case.course.promise
    if promised and promised.promise:
        promise = promised.promise
        deadline = deadlines.after_promise(promise.latest, case.calendar, zone)
        key, rule, basis = (
            f"promise:{promise.message}:{promise.latest.isoformat()}",
            "policy.promised",
            reasons.promised(promised),
        )
        passed = case.calendar.count_between(promise.latest, today)
        any_mail = case.mail_at is not None and deadlines.day_of(case.mail_at, zone) > promise.latest
    elif case.course.was_missed:
        deadline = deadlines.after_promise(since.on, case.calendar, zone)
        key, rule, basis = since.source, "policy.missed", reasons.counted_from(since)
        passed = case.calendar.count_between(since.on, today)
        any_mail = case.mail_at is not None and case.mail_at > since.at
    else:
        deadline = deadlines.after_silence(since.on, case.calendar, zone)
        key, rule, basis = _key(since), "policy.usual-time", reasons.counted_from(since)
        passed = case.calendar.count_between(since.on, today - timedelta(days=1))
        any_mail = case.mail_at is not None and case.mail_at > since.at
    if case.now < deadline:
        verdict = _Verdict(
            state=State.WAITING,
            why=f"{basis}; {reasons.time_left(since)} {reasons.moment_words(deadline, zone)}.",
            rules=("policy.waiting", rule),
            deadline=deadline,
            turns=(deadline,),
        )
        return _thanks(case, verdict)
    why = f"{basis}. {reasons.silent(passed, any_mail)}"
    overdue = _Verdict(state=State.OVERDUE, why=why, rules=("policy.overdue", rule), deadline=deadline)
    return _overdue(case, overdue, deadline, key)


def _key(since: Event) -> str:
    """What silence counts from, the same on every pass: "interview:<start>", "answer:<id>", "word:<id>"."""
    if since.kind is EventKind.INTERVIEWED:
        return since.source
    return f"{'answer' if since.kind in ANSWERS else 'word'}:{since.source}"


def _overdue(case: _Case, overdue: _Verdict, deadline: datetime, key: str) -> _Verdict:
    questions, zone = case.course.questions, case.zone
    last = max(deadline, questions[-1].at) if questions else deadline
    patience = deadlines.DORMANT_ASKED_TWICE if len(questions) > 1 else deadlines.DORMANT_UNASKED
    dormant_at = deadlines.later(last, patience, zone)
    if case.now >= dormant_at:
        return _dormant(case, overdue, dormant_at, key)
    verdict = replace(overdue, turns=(dormant_at,))
    if not questions:
        return replace(
            verdict,
            rules=(*verdict.rules, "policy.follow-up"),
            action=Action.FOLLOW_UP,
            push_at=deadline,
            rests_on=key,
        )
    why = f"{overdue.why} {reasons.asked_on(questions)}."
    if len(questions) > 1:
        return replace(verdict, why=why, rules=(*verdict.rules, "policy.asked-twice"))
    again_at = max(deadline, deadlines.after_silence(questions[0].on, case.calendar, zone))
    if case.now < again_at:
        return replace(verdict, why=why, rules=(*verdict.rules, "policy.asked"), turns=(dormant_at, again_at))
    return replace(
        verdict,
        why=f"{overdue.why} {reasons.asked_on(questions)} and nothing came back.",
        rules=(*verdict.rules, "policy.follow-up-again"),
        action=Action.FOLLOW_UP_AGAIN,
        push_at=again_at,
        rests_on=f"follow_up:{questions[0].source}",
    )


def _dormant(case: _Case, overdue: _Verdict, dormant_at: datetime, key: str) -> _Verdict:
    questions, rested = case.course.questions, case.course.rested
    why = f"{overdue.why} {reasons.asked_on(questions)}." if questions else overdue.why
    verdict = replace(overdue, state=State.DORMANT, why=why, rules=("policy.dormant", *overdue.rules[1:]), deadline=None)
    if rested:
        return replace(verdict, why=f"{why} You let it rest on {reasons.day_words(rested.on)}.")
    return replace(
        verdict,
        rules=(*verdict.rules, "policy.move-on"),
        action=Action.MOVE_ON,
        push_at=deadlines.next_business_morning(dormant_at, case.calendar, case.zone),
        rests_on=f"silence:{key}",
    )


# ------------------------------------------------------------------------------ what holds a judgement back


def _without_silence(verdict: _Verdict, reason: str) -> _Verdict:
    """A mailbox that could not be read proves no silence: neither ``overdue`` nor ``dormant`` is said."""
    if verdict.state not in (State.OVERDUE, State.DORMANT):
        return verdict
    return replace(
        verdict,
        state=State.WAITING,
        action=None,
        push_at=None,
        rests_on="",
        why=f"Whether they have written cannot be said: {reason}",
        rules=("policy.unconfirmed", *verdict.rules[1:]),
    )


def _snooze(corrections: Sequence[Correction], now: datetime) -> Correction | None:
    """The last one said, which may be shorter than an earlier one."""
    said = [c for c in corrections if c.kind is CorrectionKind.SNOOZE and c.until and c.made_at <= now]
    return max(said, key=lambda c: (c.made_at, c.id), default=None)


def _snoozed(verdict: _Verdict, corrections: Sequence[Correction], now: datetime, zone: ZoneInfo) -> _Verdict:
    """Quiet until the hour named; then what would have rung in the meantime rings once, under a key of its own."""
    snooze = _snooze(corrections, now)
    if snooze is None or snooze.until is None:
        return verdict
    until = snooze.until.astimezone(UTC)
    if now < until:
        why = f"{verdict.why} Quiet until {reasons.moment_words(until, zone)}, as you asked."
        rules = (*verdict.rules, "policy.snoozed")
        return replace(verdict, action=None, push_at=None, rests_on="", why=why, rules=rules, turns=(*verdict.turns, until))
    if verdict.push_at is None or verdict.push_at >= until:
        return verdict
    return replace(verdict, push_at=until, rests_on=f"{verdict.rests_on}:snooze-{snooze.id}")


def _next_change(
    application: Application, corrections: Sequence[Correction], verdict: _Verdict, line: Line, now: datetime
) -> datetime | None:
    """The next turn of the clock: the verdict's own, the interviews', and whatever was handed in although it lies ahead."""
    turns = [*verdict.turns]
    if verdict.push_at:
        turns.append(verdict.push_at)
    turns += [moment for i in line.interviews for moment in (i.start.astimezone(UTC), ends_at(i))]
    turns += [m.sent_at.astimezone(UTC) for m in application.messages]
    turns += [c.made_at.astimezone(UTC) for c in corrections]
    return min((turn for turn in turns if turn > now), default=None)
