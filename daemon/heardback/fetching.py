"""One mailbox's own thread in the daemon: it owns the connection, waits, fetches, and puts what it read into a bounded queue.

A server that hangs holds up its own mailbox only. The thread takes no decision about applications and never touches the ledger:
whoever reads the queue stores each event, cursor included, before the next pass. The queue is bounded, so a first reading of
a large mailbox cannot outrun the disk; a full queue simply makes this thread wait.

    Arrived     some messages and the cursor behind them
    ReadThrough every folder was read, as it was at ``began_at``
    Blind       the mailbox could not be read; the thread will try again by itself at ``retry_at``
"""

from __future__ import annotations

import logging
import queue
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from heardback.clock import Clock
from heardback.clock_witness import ClockWitness, Reading, Stamped
from heardback.errors import HeardbackError, LoginRefused, Unreachable
from heardback.mailbox.grants import Term
from heardback.mailbox.source import Source
from heardback.model import Owner
from heardback.scan import Intake, read_new

log = logging.getLogger(__name__)

FIRST_BACKOFF_S = 5.0
MAX_BACKOFF_S = 300.0
"""Five minutes: long enough not to burden a server that is down, short enough that a returning line is noticed soon."""

PARKED_S = 6 * 3600.0
"""After a refused login: providers lock accounts that keep trying, and some refuse for an hour by mistake. Nobody is locked out
for asking again after a certificate that was not trusted (a hotel's sign-in page) or a password command that failed (a keyring
not yet unlocked), so these are tried like a server that is away."""


HELD_S = 60.0
"""A wait that ends in an error after so long was a connection that worked; sooner, it counts as another failure in a row."""

AWOKEN_S = 30.0
"""So much more on the wall clock than was waited: the machine slept, and what failed before may well work now."""

SLICE_S = 0.5
NEW_GRANT_EVERY_S = 5.0
"""How often a parked mailbox looks for a new grant: `heardback auth` is run by somebody who waits for its effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    mailbox: str
    intake: Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThrough:
    mailbox: str
    began_at: datetime
    gaps: tuple[str, ...]
    clock: Reading | None = None
    """What the server's stamps say of our clock, where they say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    mailbox: str
    error: HeardbackError
    since: datetime
    retry_at: datetime


Event = Arrived | ReadThrough | Blind


def no_term() -> Term | None:
    """Of a mailbox that no grant opens."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """What a thread needs to know of its mailbox. ``cursor`` is where the ledger says reading stopped. ``term`` shows a
    new grant. ``has_server``: the moments of its mail are a server's, not the senders' own."""

    name: str
    open_source: Callable[[], Source]
    cursor: str | None
    poll_s: float
    term: Callable[[], Term | None] = no_term
    has_server: bool = True


class MailboxThread(threading.Thread):
    def __init__(
        self,
        fetcher: Fetcher,
        *,
        events: queue.Queue[Event | None],
        owner: Owner,
        since: Callable[[], datetime],
        clock: Clock,
        stop: threading.Event,
    ) -> None:
        super().__init__(name=f"mailbox {fetcher.name}", daemon=True)
        self._fetcher = fetcher
        self._events = events
        self._owner = owner
        self._since = since
        self._clock = clock
        self._halt = stop
        self._cursor = fetcher.cursor
        self._source: Source | None = None
        self._witness = ClockWitness()
        self._asked = threading.Event()
        self._jitter = random.Random(fetcher.name)  # noqa: S311 - spreads reconnects, guards nothing

    def ask(self) -> None:
        """Read again soon, whatever the thread is waiting for. Called from the judging thread."""
        self._asked.set()
        source = self._source
        if source is not None:
            source.interrupt()

    def run(self) -> None:
        failures = 0
        while not self._halt.is_set():
            waiting_since: float | None = None
            try:
                self._read_through()
                waiting_since = self._clock.monotonic()
                self._wait_for_news()
                failures = 0
            except Exception as error:
                # A server that lets us read and then hangs up on the wait, each time, is not well: a line that held is.
                has_held = waiting_since is not None and self._clock.monotonic() - waiting_since >= HELD_S
                failures = 1 if has_held else failures + 1
                self._drop()
                self._rest(self._as_ours(error), failures)
        self._drop()

    def _as_ours(self, error: Exception) -> HeardbackError:
        """A bug here would end this thread alone: the daemon would live on without this mailbox, and tell nobody. So it is
        logged, the mailbox counts as blind, and is tried again."""
        if isinstance(error, HeardbackError):
            return error
        log.error("mailbox %s: a fault in heardback", self._fetcher.name, exc_info=error)
        return HeardbackError(f"{self._fetcher.name}: reading failed by a fault in heardback ({type(error).__name__}).")

    def _read_through(self) -> None:
        """One complete reading. ``began_at`` is taken before the first question: mail that comes later is not covered."""
        self._asked.clear()
        if self._source is None:
            self._source = self._fetcher.open_source()
        began_at = self._clock.now()
        gaps: list[str] = []
        stamped = Stamped(self._source)
        for intake in read_new(stamped, self._cursor, since=self._since(), owner=self._owner):
            gaps.extend(intake.gaps)
            if not self._put(Arrived(mailbox=self._fetcher.name, intake=intake)):
                return
            self._cursor = intake.cursor
        reading = self._witness.saw(stamped.newest, began_at, self._clock.now()) if self._fetcher.has_server else None
        self._put(ReadThrough(mailbox=self._fetcher.name, began_at=began_at, gaps=tuple(gaps), clock=reading))

    def _wait_for_news(self) -> None:
        assert self._source is not None
        if not self._asked.is_set() and not self._halt.is_set():
            self._source.wait(self._halt, self._fetcher.poll_s)

    def _put(self, event: Event) -> bool:
        """False once the daemon is stopping: what was not stored will be read again from the ledger's cursor."""
        while not self._halt.is_set():
            try:
                self._events.put(event, timeout=0.25)
            except queue.Full:
                continue
            return True
        return False

    def _rest(self, error: HeardbackError, failures: int) -> None:
        delay_s = retry_delay_s(error, failures, self._jitter.random())
        now = self._clock.now()
        self._put(Blind(mailbox=self._fetcher.name, error=error, since=now, retry_at=now + timedelta(seconds=delay_s)))
        parked = isinstance(error, LoginRefused)
        refused_term = self._fetcher.term()
        waited_s = 0.0
        # Slices, because the wall clock may jump (suspend, resume) and a question may come in; a parked mailbox answers none.
        while waited_s < delay_s and not self._halt.is_set() and (parked or not self._asked.is_set()):
            before = self._clock.now(), self._clock.monotonic()
            self._clock.wait(self._halt, min(SLICE_S, delay_s - waited_s))
            waited_s += SLICE_S
            slept_s = (self._clock.now() - before[0]).total_seconds() - (self._clock.monotonic() - before[1])
            if not parked and slept_s > AWOKEN_S:
                return
            if parked and waited_s % NEW_GRANT_EVERY_S == 0 and self._fetcher.term() != refused_term:
                return  # its owner has granted it anew

    def _drop(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.close()


def retry_delay_s(error: HeardbackError, failures: int, chance: float) -> float:
    """Seconds until the next try after ``failures`` in a row; ``chance`` in 0..1 spreads it over the upper half of the step. A
    server that said when to come back is not asked before, and for no reason later than after six hours."""
    if isinstance(error, LoginRefused):
        return PARKED_S
    step = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 10)) * (0.5 + chance / 2)
    asked_s = error.retry_after_s if isinstance(error, Unreachable) else None
    return max(step, min(asked_s + step, PARKED_S)) if asked_s is not None else step
