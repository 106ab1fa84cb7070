"""One pass over a ledger: store what came in, derive how everything stands, plan nudges. Used by ``scan`` and by the daemon.

The ledger holds facts and corrections; how an application stands is derived anew each time and never stored. What *is* stored
of a pass is which message belongs to which application id (so that ids last) and which nudges were planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heardback.ledger.reach import first_seen
from heardback.ledger.store import Ledger
from heardback.ledger.values import MailboxState
from heardback.model import Judged, MailboxReport, Nudge, NudgeStatus, Overview, Owner
from heardback.notify import outbox
from heardback.scan import Intake, derive
from heardback.understanding import RULES_VERSION
from heardback.workdays import Place, work_calendar

WINDOW = timedelta(days=400)
"""How far back facts are matched: the year of the first reading and a month for what straddles its beginning."""

_LONG_PAST = "long past when first seen"
"""Why a nudge is held back, until the summary that tells it gives it another reason."""

STALE_AFTER = timedelta(hours=1)
"""Four times the usual polling interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A ledger and whose it is. ``mailboxes`` are the names in the configuration: one that was taken out is not blind but gone,
    and cannot vouch for silence where the last letter lies in it. (One that was renamed is read again under its new name.)
    ``stale_after``: a mailbox that was not read through for this long cannot vouch for silence."""

    ledger: Ledger
    owner: Owner
    mailboxes: tuple[str, ...]
    stale_after: timedelta = STALE_AFTER

    def read_again_if_rules_changed(self) -> None:
        """Where the stored facts come from other rules than these, let the next pass read the window again. To be called
        before the first reading; what has left the mailboxes meanwhile keeps the facts it has."""
        stored = self.ledger.rules_version
        if stored == RULES_VERSION:
            return
        if stored is not None:
            for mailbox in self.mailboxes:
                self.ledger.restart_reading(mailbox)
        self.ledger.set_rules_version(RULES_VERSION)

    def store(self, mailbox: str, intake: Intake) -> None:
        """Facts, unreadable messages and cursor of one batch, in one transaction."""
        self.ledger.record(mailbox, intake.facts, intake.headers_seen, intake.unreadable, intake.cursor)

    def overview(self, now: datetime, *, fresh_since: datetime | None = None) -> Overview:
        """How everything stands at ``now``. Reads the ledger, writes nothing.

        ``fresh_since``: a mailbox that was last read through before this moment counts as blind; ``stale_after`` ago
        unless given.
        """
        states = {state.name: state for state in self.ledger.mailbox_states()}
        reports = tuple(_report(name, states.get(name), fresh_since or now - self.stale_after) for name in self.mailboxes)
        judged = derive(
            self.ledger.facts(now - WINDOW),
            owner=self.owner,
            now=now,
            corrections=self.ledger.corrections(),
            known_ids=self.ledger.known_ids(),
            blind={report.name: report.problem for report in reports if report.problem},
            gone={name: f"the mailbox {name} is no longer in the configuration" for name in states.keys() - set(self.mailboxes)},
        )
        return Overview(as_of=now, mailboxes=reports, judged=judged)

    def keep_ids(self, overview: Overview) -> None:
        """Fix the id of every application for as long as the ledger lives: later mail may rename it, never renumber it."""
        for judged in overview.judged:
            application = judged.application
            name = f"{application.employer} / {application.role}" if application.role else application.employer
            self.ledger.assign(application.id, [message.id for message in application.messages], name, overview.as_of)

    def plan(self, overview: Overview) -> Planned:
        """Store a nudge for every action that holds, and withdraw the waiting ones that no longer do.

        What should have been said long before this ledger first knew of it is held back (DESIGN section 7): nobody wants thirty
        pushes about last autumn, be it at the first pass, when a second mailbox joins or after a month without the machine.
        Whoever delivers tells them in one summary.
        """
        now = overview.as_of
        first = self._first_pass_at(now)
        known_since = first_seen(self.ledger)
        wanted = {_key(nudge_of(judged)): judged for judged in overview.judged if _asks_for_a_nudge(judged)}
        for nudge in self.ledger.planned():
            if _key(nudge) not in wanted:
                self.ledger.withdraw(nudge.id, "no longer true")
        waiting: list[Nudge] = []
        held_back: list[Nudge] = []
        for judged in wanted.values():
            messages = [message.id for message in judged.application.messages]
            planned = self.ledger.plan_unless_erased(nudge_of(judged), now, messages)
            if planned is not None and planned.status is NudgeStatus.PLANNED:
                began = max(first, known_since.get(judged.application.id, first))
                (held_back if self._is_old_news(judged, began) else waiting).append(planned)
        self.ledger.hold_back([nudge.id for nudge in held_back], _LONG_PAST)
        return Planned(waiting=tuple(waiting), held_back=tuple(held_back))

    def held_back(self, overview: Overview) -> tuple[Nudge, ...]:
        """What a first scan held back, no summary has told, and still holds."""
        return tuple(nudge for nudge in self.ledger.held_back(_LONG_PAST) if still_holds(nudge, overview) is not None)

    def _is_old_news(self, judged: Judged, began: datetime) -> bool:
        push_at = judged.standing.push_at
        if push_at is None or push_at > began:
            return False
        calendar = work_calendar(Place(self.owner.country, self.owner.region) if self.owner.country else None)
        return outbox.is_too_old(judged.standing, began, calendar, self.owner.zone)

    def _first_pass_at(self, now: datetime) -> datetime:
        stored = self.ledger.note("first_pass_at")
        if stored is None:
            self.ledger.set_note("first_pass_at", now.isoformat())
            return now
        return datetime.fromisoformat(stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """``waiting`` go out when their moment has come; ``held_back`` were found too old on this pass."""

    waiting: tuple[Nudge, ...]
    held_back: tuple[Nudge, ...]


def _key(nudge: Nudge) -> tuple[str, str, str]:
    return (nudge.application, nudge.action, nudge.rests_on)


def _asks_for_a_nudge(judged: Judged) -> bool:
    return judged.standing.action is not None and judged.standing.push_at is not None


def nudge_of(judged: Judged) -> Nudge:
    """The nudge for the action that holds. Raises ValueError where none does: a programmer's mistake."""
    standing = judged.standing
    if standing.action is None or standing.push_at is None:
        raise ValueError(f"{judged.application.id} has no action to nudge about")
    return Nudge(
        id=0, application=judged.application.id, action=standing.action, rests_on=standing.rests_on, push_at=standing.push_at
    )


def still_holds(nudge: Nudge, overview: Overview) -> Judged | None:
    """The application whose standing still asks for exactly this nudge at the overview's moment; None once it is untrue."""
    for judged in overview.judged:
        standing = judged.standing
        same = (judged.application.id, standing.action, standing.rests_on) == (nudge.application, nudge.action, nudge.rests_on)
        if same and standing.push_at is not None and standing.push_at <= overview.as_of:
            return judged
    return None


def next_change_at(overview: Overview) -> datetime | None:
    """The earliest moment at which passing time alone changes anything in the overview."""
    moments = [judged.standing.next_change_at for judged in overview.judged if judged.standing.next_change_at is not None]
    return min(moments, default=None)


def _report(name: str, state: MailboxState | None, fresh_since: datetime) -> MailboxReport:
    if state is None:
        return MailboxReport(name=name, problem="it was never read")
    if state.last_error:
        problem: str | None = state.last_error
    elif state.gaps:
        problem = state.gaps[0]
    elif state.complete_to is None:
        problem = "it was never read through"
    elif state.complete_to < fresh_since:
        problem = f"last read through at {state.complete_to:%Y-%m-%d %H:%M} UTC"
    else:
        problem = None
    return MailboxReport(
        name=name,
        messages_seen=state.messages_seen,
        messages_read=state.messages_read,
        unreadable=state.unreadable,
        complete_to=state.complete_to,
        problem=problem,
    )
