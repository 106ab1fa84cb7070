"""The daemon: wait, read, judge, push, stop. A thread for each mailbox reads; this one owns ledger, judgement and pushes.

The loop waits for an event from a mailbox, for the moment at which time alone changes something, and for a push that is due.
New mail and passing time lead to the same pass.

Before anything is pushed every mailbox is read through once more: silence is claimed of a moment that has been looked at, not
of one that a sleeping laptop has missed. A mailbox that cannot be read takes no part; its applications are unconfirmed.

A reload (SIGHUP) puts another ``Setup`` in the place of the present one, whole or not at all: threads are ended and begun again
where the ledger's cursors stand. A full disk ends them too, until there is room; the push that tells it needs no ledger.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heardback.clock import Clock
from heardback.delivering import Deliverer
from heardback.errors import CertificateRefused, ConfigError, DiskFull, HeardbackError, LoginRefused, Unreachable
from heardback.fetching import Arrived, Blind, Event, Fetcher, MailboxThread, ReadThrough, no_term
from heardback.mailbox.grants import Term
from heardback.mailbox.source import Source
from heardback.model import Overview
from heardback.notify import notices
from heardback.passes import Books, next_change_at
from heardback.systemd_notify import Notifier
from heardback.troubles import Troubles

log = logging.getLogger(__name__)

QUEUE_LENGTH = 8
"""Batches of 500 messages' facts; enough that reading and storing overlap, little enough that memory stays flat."""

STOP_SLICE_S = 0.5
"""How long the loop may sleep before it looks at ``stop`` and the wall clock, which may jump (suspend and resume). A signal
handler cannot wake a queue safely, and two looks a second cost nothing that can be measured."""

FRESH_FOR = timedelta(seconds=90)
"""How long ago a mailbox may have been read through for a push that goes out now."""

ROOM_EVERY_S = 30.0
"""How often a ledger that could not be written is tried again."""
FULL_TOLD_EVERY_S = 900.0
"""How often a push that says so is tried again where it did not arrive."""

ROOM_BYTES = 1_000_000
"""What the ledger must be able to take for it to count as room: more than a batch of facts."""

JUMP_S = 30.0
"""Ordinary corrections of a clock are far smaller, a night's sleep far larger."""

PATIENCE_S = 180.0
"""How long a mailbox that was asked may keep the others' pushes waiting: longer than a dead line takes to be noticed."""

JOIN_S = 1.5
"""SIGTERM ends the daemon within two seconds: threads that hang in a dead connection are left to the process's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedMailbox:
    """``open_source`` makes a new source each time it is called: a dropped connection is not mended, it is replaced. ``term``
    says from when to when the mailbox is granted to us, None where it is opened by anything but a grant."""

    name: str
    open_source: Callable[[], Source]
    poll_s: float
    term: Callable[[], Term | None] = no_term
    has_server: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a reload can change: everything but the ledger itself, the clock and systemd."""

    books: Books
    deliverer: Deliverer
    mailboxes: tuple[WatchedMailbox, ...]
    since: timedelta


Reload = Callable[[Callable[[], None]], Setup]
"""Reads the configuration again and answers what it says, with nothing of it in force yet; raises HeardbackError where it says
nothing usable. Is given what feeds the watchdog, for the commands that it may run take their time."""


class Watcher:
    """``run`` returns when ``stop`` is set (None), or with the error when no mailbox let it in from the start."""

    def __init__(
        self,
        books: Books,
        deliverer: Deliverer,
        mailboxes: Sequence[WatchedMailbox],
        *,
        clock: Clock,
        notifier: Notifier,
        since: timedelta,
        reload: Reload | None = None,
        free_bytes: Callable[[], int | None] = lambda: None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._patience_s = patience_s
        self._clock = clock
        self._notifier = notifier
        self._reload_setup = reload
        self._free_bytes = free_bytes
        self._reload_asked = threading.Event()
        self._not_reloaded = ""
        self._adopt(Setup(books=books, deliverer=deliverer, mailboxes=tuple(mailboxes), since=since))
        self._has_worked = any(state.complete_to for state in books.ledger.mailbox_states())
        self._fed_at = 0.0
        self._looked_at = (clock.now(), clock.monotonic())
        self.stop = threading.Event()

    def _adopt(self, setup: Setup) -> None:
        """Take over this setup and forget what was known of the mailboxes of the one before."""
        self._books = setup.books
        self._deliverer = setup.deliverer
        self._mailboxes = setup.mailboxes
        self._since = setup.since
        self._troubles = Troubles(ledger=setup.books.ledger, owner=setup.books.owner, is_discreet=setup.deliverer.is_discreet)
        self._halt = threading.Event()
        self._events: queue.Queue[Event | None] = queue.Queue(QUEUE_LENGTH)
        self._threads: dict[str, MailboxThread] = {}
        self._read_at: dict[str, datetime] = {}
        self._blind: dict[str, HeardbackError] = {}
        self._asked_at: datetime | None = None
        self._unanswered: dict[str, tuple[float, datetime]] = {}
        self._ever_read = False
        self._overview: Overview | None = None
        self._judged_version = -1

    def request_reload(self) -> None:
        """Read the configuration again soon. Safe to call from a signal handler, like ``request_stop``."""
        self._reload_asked.set()

    def request_stop(self) -> None:
        """Safe to call from a signal handler or another thread: takes no lock that the loop may hold (but the event's own,
        which the loop only reads)."""
        self.stop.set()

    def wake(self) -> None:
        """Look at the clock now. From any thread."""
        try:
            self._events.put_nowait(None)
        except queue.Full:
            return

    def ask(self) -> None:
        """Read every mailbox again soon, whatever it waits for. From any thread."""
        for thread in list(self._threads.values()):
            thread.ask()

    def run(self) -> HeardbackError | None:
        try:
            self._start_threads()
            self._notifier.ready("reading")
            is_first = True
            while not self.stop.is_set():
                try:
                    self._step(is_first)
                except DiskFull as error:
                    self._wait_for_room(error)
                    is_first = True
                    continue
                is_first = False
                if self._is_refused_everywhere():
                    return next(iter(self._blind.values()))
            return None
        finally:
            self._notifier.stopping()
            self._end_threads()

    def _step(self, is_first: bool) -> None:
        self._feed()
        if self._reload_asked.is_set():
            self._reload_asked.clear()
            self._reload()
        moved = is_first or self._take()
        if moved or self._is_time():
            self._pass()

    # --------------------------------------------------------------------------------------------- begin anew

    def _reload(self) -> None:
        """All or nothing: what is faulty changes nothing, and says so in the log and in ``systemctl status``."""
        if self._reload_setup is None:
            return
        self._notifier.reloading()
        try:
            setup = self._reload_setup(self._feed)
        except HeardbackError as error:
            faults = str(error).splitlines()
            for fault in faults:
                log.error("not reloaded: %s", fault)
            count = f"{len(faults)} faults" if len(faults) > 1 else "a fault"
            self._not_reloaded = f"configuration not reloaded ({count}, see the log): the one before is in force"
            self._notifier.ready(self._not_reloaded)
            return
        self._begin_anew(setup)
        self._has_worked, self._ever_read = True, True  # a login refused from now on parks its mailbox; nobody ends over a reload
        self._not_reloaded = ""
        log.info("configuration reloaded: %d mailboxes, %d push targets", len(setup.mailboxes), len(setup.deliverer.targets))
        self._notifier.ready("reading")

    def _begin_anew(self, setup: Setup) -> None:
        self._end_threads()
        self._adopt(setup)
        self._start_threads()

    def _wait_for_room(self, error: DiskFull) -> None:
        """The disk is full. Nothing can be noted down, so nothing is read; who is told is remembered here. Ends when the ledger
        can be written again, or the daemon is to stop."""
        self._end_threads()
        since = self._clock.now()
        log.error("%s %s", error, error.next_step)
        self._notifier.status("the disk is full: waiting for room")
        push = notices.disk_full_notice(discreet=self._deliverer.is_discreet)
        told: frozenset[str] = frozenset()
        waited_s = 0.0
        while not self.stop.is_set():
            self._feed()
            if waited_s % FULL_TOLD_EVERY_S == 0 and not self._deliverer.is_quiet(self._clock.now()):
                told = self._deliverer.tell_without_ledger(push, told)
            if self._clock.wait(self.stop, STOP_SLICE_S):
                return
            waited_s += STOP_SLICE_S
            if waited_s % ROOM_EVERY_S == 0 and self._has_room():
                break
        if self.stop.is_set():
            return
        log.info("there is room on the disk again")
        if told:
            self._troubles.disk_was_full(since, self._clock.now())
        self._begin_anew(Setup(books=self._books, deliverer=self._deliverer, mailboxes=self._mailboxes, since=self._since))

    def _has_room(self) -> bool:
        try:
            self._books.ledger.set_note("room", "x" * ROOM_BYTES)
            self._books.ledger.set_note("room", None)
        except DiskFull:
            return False
        return True

    # ----------------------------------------------------------------------------------------------- waiting

    def _start_threads(self) -> None:
        self._books.read_again_if_rules_changed()
        for mailbox in self._mailboxes:
            thread = MailboxThread(
                Fetcher(
                    name=mailbox.name,
                    open_source=mailbox.open_source,
                    cursor=self._books.ledger.cursor(mailbox.name),
                    poll_s=mailbox.poll_s,
                    term=mailbox.term,
                    has_server=mailbox.has_server,
                ),
                events=self._events,
                owner=self._books.owner,
                since=lambda: self._clock.now() - self._since,
                clock=self._clock,
                stop=self._halt,
            )
            self._threads[mailbox.name] = thread
            thread.start()

    def _next_moment(self) -> datetime | None:
        """When time alone brings the next pass. A push that waits for a mailbox to be read waits for its ReadThrough instead."""
        now = self._clock.now()
        change_at = next_change_at(self._overview) if self._overview else None
        push_at = None if self._is_awaiting(now) else self._deliverer.next_delivery_at(now)
        return min((moment for moment in (change_at, push_at) if moment is not None), default=None)

    def _is_awaiting(self, now: datetime) -> bool:
        return self._asked_at is not None and abs(now - self._asked_at) <= FRESH_FOR

    def _is_time(self) -> bool:
        moment = self._next_moment()
        return (moment is not None and moment <= self._clock.now()) or self._has_slept() or self._is_corrected()

    def _is_corrected(self) -> bool:
        """Another command has written since the last pass: a correction may have brought the next deadline nearer."""
        return self._books.ledger.written_elsewhere() != self._judged_version

    def _has_slept(self) -> bool:
        """The wall clock has moved far more than this thread has waited: suspended and resumed, or set anew."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        last_now, last_monotonic = self._looked_at
        self._looked_at = (now, monotonic)
        return abs((now - last_now).total_seconds() - (monotonic - last_monotonic)) > JUMP_S

    def _take(self) -> bool:
        """Wait for an event and store it and all that wait behind it; True if any may change how things stand."""
        event: Event | None
        try:
            event = self._events.get(timeout=STOP_SLICE_S)
        except queue.Empty:
            return False
        moved = False
        while True:
            moved = self._handle(event) or moved
            self._feed()
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                return moved

    def _feed(self) -> None:
        """Feed the watchdog, at most once a second: it watches this thread, the one that judges."""
        if self._clock.monotonic() - self._fed_at >= 1.0:
            self._fed_at = self._clock.monotonic()
            self._notifier.watchdog()

    # ---------------------------------------------------------------------------------------------- handling

    def _handle(self, event: Event | None) -> bool:
        match event:
            case None:
                return True
            case Arrived():
                self._books.store(event.mailbox, event.intake)
                if (asked := self._unanswered.get(event.mailbox)) is not None:
                    self._unanswered[event.mailbox] = asked[0], self._clock.now()  # a sign of life, if not yet an answer
                return False  # the ReadThrough behind it brings the pass
            case ReadThrough():
                self._see_again(event)
                return True
            case Blind():
                self._go_blind(event)
                return True

    def _see_again(self, event: ReadThrough) -> None:
        self._unanswered.pop(event.mailbox, None)
        self._ever_read = True
        if self._blind.pop(event.mailbox, None) is not None:
            log.info("mailbox %s: reading again", event.mailbox)
        self._read_at[event.mailbox] = event.began_at
        self._books.ledger.note_completed(event.mailbox, event.began_at, event.gaps)
        self._troubles.mailbox_read(event.mailbox, event.gaps, self._clock.now())
        if event.clock is not None:
            self._troubles.clock_is(event.clock.seconds_ahead, self._clock.now())

    def _go_blind(self, event: Blind) -> None:
        self._unanswered.pop(event.mailbox, None)
        if event.mailbox not in self._blind:
            log.warning("mailbox %s: cannot be read (%s)", event.mailbox, type(event.error).__name__)
        self._blind[event.mailbox] = event.error
        self._books.ledger.note_failed(event.mailbox, str(event.error), event.since)
        state = next(state for state in self._books.ledger.mailbox_states() if state.name == event.mailbox)
        failed_since = state.failed_since or event.since
        self._troubles.mailbox_failed(event.mailbox, event.error, failed_since, event.since)

    def _is_refused_everywhere(self) -> bool:
        """At the start only: a service whose every password is wrong should fail loudly, once the notice is out.
        Later a refusal may be the provider's mood.

        Certificates and password commands count only where nothing was ever read: that is somebody setting it up. A service
        that has worked meets them at every boot in a hotel, or before the keyring is unlocked, and must be there afterwards;
        and its notice waits for the morning, because nobody is looking.
        """
        hopeless = LoginRefused if self._has_worked else (LoginRefused, CertificateRefused, ConfigError)
        refused = [error for error in self._blind.values() if isinstance(error, hopeless)]
        if self._ever_read or len(refused) < len(self._mailboxes):
            return False
        now = self._clock.now()
        return not (self._deliverer.has_notice(now) if self._has_worked else self._deliverer.has_something_due(now))

    # ------------------------------------------------------------------------------------------------ a pass

    def _pass(self) -> None:
        now = self._clock.now()
        self._judged_version = self._books.ledger.written_elsewhere()
        overview = self._overview = self._books.overview(now)
        self._books.keep_ids(overview)
        self._deliverer.plan(overview, tells_old=self._is_all_looked_at())
        self._deliverer.announce_alive(overview)
        if (free := self._free_bytes()) is not None:
            self._troubles.disk_has(free, now)
        for mailbox in self._mailboxes:
            self._deliverer.announce_end_of_grant(mailbox.name, mailbox.term(), now)
        if self._deliverer.has_something_due(now) and self._are_read(now, FRESH_FOR):
            self._deliverer.deliver(now, now - FRESH_FOR, self.stop, self._feed)
        else:
            self._are_read(now, self._books.stale_after)
        words = _status(overview, self._blind)
        self._notifier.status(f"{words}; {self._not_reloaded}" if self._not_reloaded else words)

    def _is_all_looked_at(self) -> bool:
        """Whether every mailbox was read through, or could not be, since the start: what is old is then told at once."""
        return all(name in self._read_at or name in self._blind for name in self._threads)

    def _are_read(self, now: datetime, within: timedelta) -> bool:
        """Whether every readable mailbox was read through that recently. The others are asked: the answer brings a pass.

        One that does not answer for ``patience_s`` is no longer waited for: it holds up its own applications (the pass that
        delivers counts it as blind) and nobody else's.
        """
        stale = [name for name in self._threads if name not in self._blind and not self._was_read(name, now - within, now)]
        awaited = [name for name in stale if not self._is_hanging(name, now)]
        if not stale:
            self._asked_at = None
        elif not self._is_awaiting(now):
            self._asked_at = now
            for name in stale:
                self._unanswered.setdefault(name, (self._clock.monotonic(), now))
                self._threads[name].ask()
        return not awaited

    def _is_hanging(self, name: str, now: datetime) -> bool:
        """Asked long ago (in time that this machine was awake) and neither read through nor failed: a server that hands out a
        byte a minute, a command for the password that never returns, or a first reading that takes its time."""
        asked = self._unanswered.get(name)
        if asked is None or self._clock.monotonic() - asked[0] < self._patience_s:
            return False
        error = Unreachable(f"{name}: it neither answers nor fails.", "Restart heardback; `heardback check` says more.")
        self._troubles.mailbox_failed(name, error, asked[1], now)
        return True

    def _was_read(self, name: str, since: datetime, now: datetime) -> bool:
        """A reading that lies in the future was stamped before the clock was set back: nobody knows how long ago it was."""
        return name in self._read_at and since <= self._read_at[name] <= now

    def _end_threads(self) -> None:
        """Those that hang in a dead connection are not waited for; what they still bring goes into a queue that nobody reads."""
        self._halt.set()
        deadline = self._clock.monotonic() + JOIN_S
        self.ask()
        for thread in self._threads.values():
            thread.join(timeout=max(0.0, deadline - self._clock.monotonic()))


def _status(overview: Overview, blind: dict[str, HeardbackError]) -> str:
    """The line that ``systemctl status`` shows: counts only, no names."""
    todo = sum(judged.standing.action is not None for judged in overview.judged)
    count = len(overview.judged)
    words = f"{count} application{'' if count == 1 else 's'}, {todo} to do"
    return f"{words}; cannot read {len(blind)} of {len(overview.mailboxes)} mailboxes" if blind else words
