"""Where the conversation has got to: the events of ``timeline``, followed one by one.

Theory. At any moment a few things are known: whether the owner left; the employer's standing decision; what the employer
asked and the owner has not answered; the promise in force; what silence counts from; the owner's questions since; the
interviews held; who wrote last. Each event changes some of them by the table at the end of this module, and by nothing else.

Rules (the numbers are those of the policy)
- Silence counts from the last of: an interview; a word that the matter is open; the owner's answer to a request (1).
- The employer's word of substance puts the owner's questions back to none (3); so does an interview.
- A question counts once a day: a note to the recruiter and one to the manager on the same day are one asking (2).
- A promise falls to the next promise, a step, a request or a decision (6). "Still deciding" answers it only from its day
  on; before that it says nothing about the day. A promise that looks beyond an interview ahead is not answered before
  that interview is over.
- A promise whose day lies before the interview, or before the owner's late answer to a request, says nothing about what
  follows (1).
- What the owner restates counts only while no promise in writing is in force (6).
- An offer stands until the owner declines (12) or the employer takes it back; a refusal or a hold until the employer
  takes the matter up.
- An interview that lay ahead when the owner left or the employer refused is not held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from heardback.model import Kind
from heardback.policy.deadlines import THANKS_WITHIN
from heardback.policy.timeline import Event, EventKind

ANSWERS = frozenset({EventKind.WROTE, EventKind.THANKED, EventKind.ANSWERED})
"""What silence may count from on the owner's side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    left: Event | None = None
    decision: Event | None = None
    accepted: Event | None = None
    asks: tuple[Event, ...] = ()
    """Unanswered, oldest first."""
    promise: Event | None = None
    """The one in force."""
    promises: tuple[Event, ...] = ()
    """All that ever counted."""
    since: Event | None = None
    """What silence counts from."""
    questions: tuple[Event, ...] = ()
    """The owner's follow-ups in the present silence."""
    held: tuple[Event, ...] = ()
    written: Event | None = None
    """The owner's last message or deed."""
    thanked: Event | None = None
    """The owner's last thanks; may lie before the assumed end of an interview that ended early."""
    word: Event | None = None
    """The employer's last word of substance."""
    rested: Event | None = None

    @property
    def was_missed(self) -> bool:
        """The last that happened is an interview to which nobody came."""
        return self.since is not None and self.since.kind is EventKind.MISSED

    @property
    def last_held(self) -> Event | None:
        return self.held[-1] if self.held else None


def follow(events: Iterable[Event]) -> Course:
    course = Course()
    for event in events:
        course = TRANSITIONS[event.kind](course, event)
    return course


def _word(course: Course, event: Event) -> Course:
    """A word of substance: whatever its sense, it ends a silence and begins another."""
    back = course.left if not event.was_told else None
    return replace(course, word=event, since=event, questions=(), rested=None, left=back)


def _answers(course: Course, event: Event) -> bool:
    """Does a step or a request at this moment answer the promise in force?"""
    waits_until = course.promise.waits_until if course.promise else None
    return waits_until is None or event.at >= waits_until


def _taken_up(course: Course, event: Event) -> Event | None:
    """The decision that still stands after the employer moves on. A person's "they called, next round" undoes an offer too."""
    if course.decision and course.decision.kind is EventKind.OFFERED and not event.was_told:
        return course.decision
    return None


def _step(course: Course, event: Event) -> Course:
    kept = None if _answers(course, event) else course.promise
    asks = tuple(ask for ask in course.asks if ask.source == event.source)
    return replace(_word(course, event), promise=kept, decision=_taken_up(course, event), asks=asks)


def _asked_owner(course: Course, event: Event) -> Course:
    if event.said is Kind.BOOKING_LINK and not course.held:
        return course
    kept = None if _answers(course, event) else course.promise
    decision = course.decision if event.said is Kind.BOOKING_LINK else _taken_up(course, event)
    return replace(_word(course, event), promise=kept, decision=decision, asks=(*course.asks, event))


def _fixed(course: Course, event: Event) -> Course:
    """A time stands: what was asked before it is taken as settled, by telephone or on the employer's pages."""
    return replace(course, asks=())


def _called_off(course: Course, event: Event) -> Course:
    """Silence begins when the interview that was awaited falls away."""
    course = _without_stale_promise(course, event)
    return replace(course, since=event, questions=(), word=course.word if event.by_owner else event)


def _update(course: Course, event: Event) -> Course:
    pending = course.promise is not None and course.promise.promise is not None and event.on < course.promise.promise.latest
    return replace(_word(course, event), promise=course.promise if pending else None)


def _decided(course: Course, event: Event) -> Course:
    return replace(_word(course, event), decision=event, promise=None, asks=())


def _promised(course: Course, event: Event) -> Course:
    return replace(_word(course, event), promise=event, promises=(*course.promises, event))


def _restated(course: Course, event: Event) -> Course:
    assert event.promise is not None
    if course.promise and course.promise.kind is not EventKind.RESTATED:
        return course
    if any(known.promise and known.promise.latest == event.promise.latest for known in course.promises):
        return course
    return replace(course, promise=event, promises=(*course.promises, event))


def _interviewed(course: Course, event: Event) -> Course:
    if course.left or (course.decision and course.decision.kind is EventKind.REFUSED):
        return course
    return replace(_without_stale_promise(course, event), held=(*course.held, event), since=event, questions=(), rested=None)


def _missed(course: Course, event: Event) -> Course:
    """Nobody came: what was promised for after the talk is void, and from now on a word is owed."""
    return replace(course, promise=None, since=event, questions=(), rested=None)


def _without_stale_promise(course: Course, event: Event) -> Course:
    """A promise whose day had passed by then says nothing about what follows the interview or the late answer."""
    promise = course.promise.promise if course.promise else None
    return replace(course, promise=None) if promise and promise.latest < event.on else course


def _wrote(course: Course, event: Event) -> Course:
    course = replace(course, written=event)
    return _answered_all(course, event) if course.asks else course


def _answered_all(course: Course, event: Event) -> Course:
    return replace(_without_stale_promise(course, event), asks=(), since=event)


def _thanked(course: Course, event: Event) -> Course:
    """Thanks to a panellist do not answer what the recruiter asked; thanks in reply to the request do."""
    course = replace(course, written=event, thanked=event)
    return _answered_all(course, event) if any(ask.source in event.replies_to for ask in course.asks) else course


def _answered(course: Course, event: Event) -> Course:
    """What was asked for, sent after a first reply ("will do"): silence counts from the last of them."""
    since = course.since
    if since and since.kind in ANSWERS:
        return replace(_without_stale_promise(course, event), since=event)
    return course


def _questioned(course: Course, event: Event) -> Course:
    if not (course.held or course.was_missed) or any(asked.on == event.on for asked in course.questions):
        return course
    return replace(course, questions=(*course.questions, event))


def _questioned_in_thanks(course: Course, event: Event) -> Course:
    held = course.last_held
    if held and event.at <= held.at + THANKS_WITHIN:
        return course
    return _questioned(course, event)


def _left(course: Course, event: Event) -> Course:
    return replace(course, left=event)


def _engaged(course: Course, event: Event) -> Course:
    return replace(course, left=None)


def _accepted(course: Course, event: Event) -> Course:
    return replace(course, accepted=event, left=None)


def _rested(course: Course, event: Event) -> Course:
    return replace(course, rested=event)


TRANSITIONS: dict[EventKind, Callable[[Course, Event], Course]] = {
    EventKind.INTERVIEWED: _interviewed,
    EventKind.MISSED: _missed,
    EventKind.ASKED_OWNER: _asked_owner,
    EventKind.STEP: _step,
    EventKind.FIXED: _fixed,
    EventKind.CALLED_OFF: _called_off,
    EventKind.UPDATE: _update,
    EventKind.OFFERED: _decided,
    EventKind.REFUSED: _decided,
    EventKind.HELD_UP: _decided,
    EventKind.PROMISED: _promised,
    EventKind.WROTE: _wrote,
    EventKind.THANKED: _thanked,
    EventKind.ANSWERED: _answered,
    EventKind.QUESTIONED: _questioned,
    EventKind.QUESTIONED_IN_THANKS: _questioned_in_thanks,
    EventKind.RESTATED: _restated,
    EventKind.WITHDREW: _left,
    EventKind.ACCEPTED: _accepted,
    EventKind.ENGAGED: _engaged,
    EventKind.RESTED: _rested,
}
