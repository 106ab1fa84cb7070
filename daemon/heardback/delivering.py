"""From planned nudges to the phone: what is due, whether it is still true, whom to tell, and what became of it.

The order matters and is the ledger's (``ledger.deliveries``): derived again and handed out in one transaction, then pushed,
then recorded. Killed in between, the next start repeats at most what was in flight.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from heardback.ledger.reach import find_notice
from heardback.ledger.values import Delivery, Notice
from heardback.mailbox.grants import Term
from heardback.model import Action, Judged, Nudge, Overview, Push, State
from heardback.notify import compose, outbox
from heardback.notify.push import PushOutcome, Target, targets_for
from heardback.passes import Books, still_holds

log = logging.getLogger(__name__)

OFFER = "offer"
"""The topic of the notice that tells by when an offer wants its answer."""

GRANT_NOTICE_BEFORE = timedelta(days=1)
"""Long enough that quiet hours pass and somebody who reads it at work can see to it at home."""


ALIVE_AT = time(9)
_ENDED = frozenset({State.WITHDRAWN, State.REJECTED, State.DORMANT})


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
    says_alive: bool = False
    click_url: str | None = None
    """What a tap on a nudge opens, where the service can."""

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

    def is_quiet(self, now: datetime) -> bool:
        return outbox.delivery_at(now, now, self.quiet, self.books.owner.zone) > now

    def deliver(
        self,
        now: datetime,
        fresh_since: datetime,
        stop: threading.Event | None = None,
        alive: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Push all that is due and still true. Mailboxes not read through since ``fresh_since`` claim nothing.

        Once ``stop`` is set nothing more is begun and no answer is waited for. What is on its way then stays "in flight" in the
        ledger, and the next start tries it again. ``alive`` is called before each push: many slow ones in a row are no hang.
        """
        if self.is_quiet(now):
            return Outcome()
        outcome = Outcome()
        bundle = outbox.bundle(self._still_due(now, fresh_since))
        for nudge in bundle.singly:
            alive()
            if not _is_set(stop):
                outcome = outcome.plus(self._deliver_nudge(nudge, now, fresh_since, stop))
        self._tell_together(bundle.together, now.isoformat(), now)
        for notice in self.books.ledger.due_notices(now):
            alive()
            if not _is_set(stop):
                outcome = outcome.plus(self._hand_out(notice.id, _as_push(notice), lambda: True, now, stop))
        for delivery in self.books.ledger.retryable(now):
            alive()
            if not _is_set(stop):
                outcome = outcome.plus(self._deliver_again(delivery, now, fresh_since, stop))
        return outcome

    def plan(self, overview: Overview, *, tells_old: bool = True) -> None:
        """Plan what holds; what a first scan finds too old for a push of its own is told in one summary, once.

        What was held back is asked of the ledger and not of this pass alone: a command without a phone may have made the first
        pass, or the daemon may have been killed before it had written the summary. ``tells_old`` is False while a mailbox is
        still being read for the first time: two mailboxes make one summary.
        """
        self.books.plan(overview)
        self.announce_offers(overview)
        if tells_old:
            self._tell_together(self.books.held_back(overview), f"first scan {overview.as_of.isoformat()}", overview.as_of)

    def announce_alive(self, overview: Overview) -> None:
        """On Monday from nine on, or when it is first awake in the week: that it still watches. Not in its first days, and not
        while a mailbox cannot be read, which is told apart and would make this a false word."""
        now, zone = overview.as_of, self.books.owner.zone
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday())
        moment = datetime.combine(monday, ALIVE_AT, zone)
        began = self.books.ledger.note("first_pass_at")
        is_new = began is None or datetime.fromisoformat(began) > moment
        if not self.says_alive or is_new or now < moment or self.is_quiet(now) or any(one.problem for one in overview.mailboxes):
            return
        week = f"week of {monday.isoformat()}"
        if find_notice(self.books.ledger, "alive", week) is None:
            self.books.ledger.announce("alive", week, self._alive_words(overview), now, now)

    def _alive_words(self, overview: Overview) -> Push:
        now, zone = overview.as_of, self.books.owner.zone
        open_ones = [one.standing for one in overview.judged if one.standing.state not in _ENDED]
        moments = [standing.push_at or standing.deadline for standing in open_ones]
        due_on = [moment.astimezone(zone).date() for moment in moments if moment is not None and moment >= now]
        read_at = min((one.complete_to for one in overview.mailboxes if one.complete_to is not None), default=None)
        return compose.alive_notice(len(open_ones), due_on, read_at, self.books.owner, now, discreet=self.is_discreet)

    def tell_without_ledger(self, push: Push, already: frozenset[str]) -> frozenset[str]:
        """For the day on which the ledger cannot be written: push to every target that wants trouble and is not in ``already``;
        answers whom it has reached by now. Nothing is recorded, so the caller remembers."""
        targets = [target for target in targets_for(replace(push, kind="disk"), self.targets) if target.id not in already]
        outcomes = self.pusher.send(replace(push, kind="disk"), targets)
        return already | {outcome.target for outcome in outcomes if outcome.ok}

    def announce_offers(self, overview: Overview) -> None:
        """The day by which an offer wants its answer, once, two days before; taken back where it waits and is no longer so."""
        now, ledger = overview.as_of, self.books.ledger
        wanted = {}
        for judged in overview.judged:
            tell_at, due = judged.standing.tell_due_at, judged.standing.due
            if tell_at is not None and due is not None and tell_at <= now < due:
                key = f"{judged.application.id} {due.isoformat()}"
                push = compose.offer_due_notice(
                    judged.application.employer, due, self.books.owner, now, discreet=self.is_discreet
                )
                wanted[key] = push
        for notice in ledger.due_notices(now):
            if notice.topic == OFFER and notice.rests_on not in wanted:
                ledger.withdraw(notice.id, "no longer true")
        for key, push in wanted.items():
            if find_notice(ledger, OFFER, key) is None:
                ledger.announce(OFFER, key, push, now, now)

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
            return _as_push(notice)
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
            name = next((target.name for target in self.targets if target.id == delivery.target), "")
            if name != self.books.ledger.note(name_key(delivery.target)):
                self.books.ledger.set_note(
                    name_key(delivery.target), name
                )  # for `status`, which cannot know it from the URL's hash
            if retry_at is None:
                log.warning("push to %s: given up after %d tries", name, delivery.attempts)
        self.books.ledger.record_delivery(delivery.outgoing, delivery.target, ok, detail, at, next_try_at=retry_at)

    def _words(self, nudge: Nudge, judged: Judged, now: datetime) -> Push:
        push = compose.compose(
            judged.standing,
            judged.application,
            self.books.owner,
            now,
            discreet=self.is_discreet,
            with_reason=self.gives_reasons,
            reason_key=nudge.id,
            others_open=self._others_open(judged, now),
        )
        return replace(push, click_url=self.click_url)

    def _others_open(self, judged: Judged, now: datetime) -> int | None:
        """For the moment to let go: how many other applications are still going on."""
        if judged.standing.action is not Action.MOVE_ON:
            return None
        others = [one for one in self.books.overview(now).judged if one.application.id != judged.application.id]
        return sum(one.standing.state not in _ENDED for one in others)

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


def name_key(target: str) -> str:
    """Under which note the ledger keeps what a target that failed is called."""
    return f"target {target}"


def _as_push(notice: Notice) -> Push:
    """An offer's due day goes where requests for an answer go, and like those it cannot wait."""
    if notice.topic == OFFER:
        return replace(notice.push, kind=Action.REPLY.value, is_urgent=True)
    return replace(notice.push, kind=notice.topic)


def _is_set(stop: threading.Event | None) -> bool:
    return stop is not None and stop.is_set()
