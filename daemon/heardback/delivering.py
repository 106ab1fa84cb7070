"""From planned nudges to the phone: what is due, whether it is still true, whom to tell, and what became of it.

The order matters and is the ledger's (``ledger.deliveries``): derived again and handed out in one transaction, then pushed,
then recorded. Killed in between, the next start repeats at most what was in flight.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from heardback.errors import HeardbackError
from heardback.ledger.values import Delivery
from heardback.mailbox.grants import Term
from heardback.model import Action, Judged, Nudge, Overview, Push, State
from heardback.notify import compose, outbox
from heardback.notify.push import PushOutcome, Target, targets_for
from heardback.passes import Books, still_holds

log = logging.getLogger(__name__)

GRANT_NOTICE_BEFORE = timedelta(days=1)
"""Long enough that quiet hours pass and somebody who reads it at work can see to it at home."""


class Sender(Protocol):
    """``notify.push.Pusher``, or in a demonstration the terminal."""

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many pushes were tried and how many arrived, over all targets."""

    tried: int = 0
    arrived: int = 0

    def plus(self, other: Outcome) -> Outcome:
        return Outcome(tried=self.tried + other.tried, arrived=self.arrived + other.arrived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """``quiet``: None for no quiet hours. ``now`` stamps what happened while pushes took their time."""

    books: Books
    pusher: Sender
    targets: tuple[Target, ...]
    quiet: outbox.QuietHours | None
    is_discreet: bool
    gives_reasons: bool
    now: Callable[[], datetime]

    def next_delivery_at(self, now: datetime) -> datetime | None:
        """When something may next go out, quiet hours respected; None if nothing waits, or nobody is there to take it."""
        moment = self.books.ledger.next_push_at() if self.targets else None
        return (
            None
            if moment is None
            else outbox.delivery_at(moment, now, self.quiet, self.books.owner.zone)
            if moment <= now
            else moment
        )

    def has_something_due(self, now: datetime) -> bool:
        moment = self.next_delivery_at(now)
        return moment is not None and moment <= now

    def has_notice(self, now: datetime) -> bool:
        """Whether a notice waits to be told, be it for the end of quiet hours, and there is somebody to tell it to."""
        return bool(self.targets and self.books.ledger.due_notices(now))

    def deliver(self, now: datetime, fresh_since: datetime, stop: threading.Event | None = None) -> Outcome:
        """Push all that is due and still true. Mailboxes not read through since ``fresh_since`` claim nothing.

        Once ``stop`` is set nothing more is begun and no answer is waited for. What is on its way then stays "in flight" in the
        ledger, and the next start tries it again.
        """
        if outbox.delivery_at(now, now, self.quiet, self.books.owner.zone) > now:
            return Outcome()
        outcome = Outcome()
        bundle = outbox.bundle(self._still_due(now, fresh_since))
        for nudge in bundle.singly:
            if not _is_set(stop):
                outcome = outcome.plus(self._deliver_nudge(nudge, now, fresh_since, stop))
        self._tell_together(bundle.together, now.isoformat(), now)
        for notice in self.books.ledger.due_notices(now):
            if not _is_set(stop):
                outcome = outcome.plus(self._hand_out(notice.id, notice.push, lambda: True, now, stop))
        for delivery in self.books.ledger.retryable(now):
            if not _is_set(stop):
                outcome = outcome.plus(self._deliver_again(delivery, now, fresh_since, stop))
        return outcome

    def plan(self, overview: Overview) -> None:
        """Plan what holds; what a first scan finds too old for a push of its own is told in one summary, once.

        What was held back is asked of the ledger and not of this pass alone: a command without a phone may have made the first
        pass, or the daemon may have been killed before it had written the summary.
        """
        self.books.plan(overview)
        self._tell_together(self.books.held_back(overview), f"first scan {overview.as_of.isoformat()}", overview.as_of)

    def announce_blind(self, mailbox: str, error: HeardbackError, since: datetime, now: datetime) -> None:
        """One notice for each time a mailbox goes blind, however often it is tried."""
        push = compose.blind_notice(mailbox, str(error), since, self.books.owner, discreet=self.is_discreet)
        self.books.ledger.announce("blind", f"{mailbox} {since.isoformat()}", push, now, now)

    def announce_end_of_grant(self, mailbox: str, term: Term | None, now: datetime) -> None:
        """One notice for each grant that ends, in its last day: later the mailbox is blind, and that is told apart."""
        if term is not None and term.ends_at is not None and term.ends_at - GRANT_NOTICE_BEFORE <= now < term.ends_at:
            push = compose.grant_notice(mailbox, term.ends_at, self.books.owner, now, discreet=self.is_discreet)
            self.books.ledger.announce("grant", f"{mailbox} {term.granted_at.isoformat()}", push, now, now)

    # --------------------------------------------------------------------------------------------- one by one

    def _deliver_nudge(self, nudge: Nudge, now: datetime, fresh_since: datetime, stop: threading.Event | None) -> Outcome:
        judged = self._holding(nudge, now, fresh_since)
        if judged is None:
            return Outcome()
        push = self._words(nudge, judged, now)
        return self._hand_out(nudge.id, push, lambda: self._holding(nudge, now, fresh_since) == judged, now, stop)

    def _hand_out(
        self, outgoing: int, push: Push, derive_again: Callable[[], bool], now: datetime, stop: threading.Event | None
    ) -> Outcome:
        targets = targets_for(push, self.targets)
        if not targets:  # all of them are for what is urgent: it is in `status`, and waiting would not change that
            self.books.ledger.hold_back([outgoing], "no push target takes it")
        handed_out = self.books.ledger.hand_out(outgoing, derive_again, [target.id for target in targets], now)
        return self._push(push, handed_out, stop)

    def _deliver_again(self, delivery: Delivery, now: datetime, fresh_since: datetime, stop: threading.Event | None) -> Outcome:
        words: list[Push] = []

        def derive_again() -> bool:
            """In the ledger's transaction, words and all: a correction made a moment ago counts."""
            push = self._words_again(delivery, now, fresh_since)
            words.extend([push] if push is not None else [])
            return push is not None

        again = self.books.ledger.hand_out_again(delivery.outgoing, delivery.target, derive_again, now)
        return self._push(words[0], (again,), stop) if again is not None else Outcome()

    def _words_again(self, delivery: Delivery, now: datetime, fresh_since: datetime) -> Push | None:
        """The words of what is tried again; None where a nudge has become untrue since."""
        notice = self.books.ledger.notice(delivery.outgoing)
        if notice is not None:
            return notice.push
        nudge = self.books.ledger.nudge(delivery.outgoing)
        if nudge is None:
            return None
        judged = self._holding(nudge, now, fresh_since)
        return self._words(nudge, judged, now) if judged is not None else None

    def _holding(self, nudge: Nudge, now: datetime, fresh_since: datetime) -> Judged | None:
        return still_holds(nudge, self.books.overview(now, fresh_since=fresh_since))

    def _push(self, push: Push, deliveries: Sequence[Delivery], stop: threading.Event | None) -> Outcome:
        """Push to the targets of these deliveries, all at once, and record how each ended."""
        by_target = {delivery.target: delivery for delivery in deliveries}
        targets = [target for target in self.targets if target.id in by_target]
        outcomes = self.pusher.send(push, targets, stop)
        at = self.now()
        for outcome in outcomes:
            self._record(by_target[outcome.target], outcome.ok, outcome.detail, at)
        for gone in by_target.keys() - {target.id for target in targets}:
            self.books.ledger.record_delivery(by_target[gone].outgoing, gone, False, "the target is no longer configured", at)
        return Outcome(tried=len(outcomes), arrived=sum(outcome.ok for outcome in outcomes))

    def _record(self, delivery: Delivery, ok: bool, detail: str, at: datetime) -> None:
        retry_at = None
        if not ok:
            zone = self.books.owner.zone
            retry_at = outbox.next_try_at(delivery.attempts, delivery.first_try_at, at, quiet=self.quiet, zone=zone)
        self.books.ledger.record_delivery(delivery.outgoing, delivery.target, ok, detail, at, next_try_at=retry_at)

    def _words(self, nudge: Nudge, judged: Judged, now: datetime) -> Push:
        return compose.compose(
            judged.standing,
            judged.application,
            self.books.owner,
            now,
            discreet=self.is_discreet,
            with_reason=self.gives_reasons,
            reason_key=nudge.id,
            others_open=self._others_open(judged, now),
        )

    def _others_open(self, judged: Judged, now: datetime) -> int | None:
        """For the moment to let go: how many other applications are still going on."""
        if judged.standing.action is not Action.MOVE_ON:
            return None
        ended = {State.WITHDRAWN, State.REJECTED, State.DORMANT}
        others = [one for one in self.books.overview(now).judged if one.application.id != judged.application.id]
        return sum(one.standing.state not in ended for one in others)

    def _still_due(self, now: datetime, fresh_since: datetime) -> tuple[Nudge, ...]:
        """What is due and true, so that a summary counts nothing else; what is no longer true is withdrawn."""
        due = self.books.ledger.due(now)
        overview = self.books.overview(now, fresh_since=fresh_since) if due else None
        held = []
        for nudge in due:
            if overview is not None and still_holds(nudge, overview) is not None:
                held.append(nudge)
            else:
                self.books.ledger.withdraw(nudge.id, "no longer true")
        return tuple(held)

    def _tell_together(self, nudges: Sequence[Nudge], rests_on: str, now: datetime) -> None:
        if nudges:
            aliases = self.books.ledger.aliases()
            names = [aliases.get(nudge.application, nudge.application).partition(" / ")[0] for nudge in nudges]
            push = compose.summary_notice(len(nudges), self.books.owner, employers=names, discreet=self.is_discreet)
            self.books.ledger.tell_together([nudge.id for nudge in nudges], "summary", rests_on, push, now, now)


def _is_set(stop: threading.Event | None) -> bool:
    return stop is not None and stop.is_set()
