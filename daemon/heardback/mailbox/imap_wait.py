"""Sleeping until an IMAP server has news: IDLE where there is, a look now and then where there is not.

An IDLE ends after a while even if nothing comes: leaving it is the only proof that the other side still lives. A machine that
slept proves it at once, since its routers have long forgotten the connection.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from imapclient import IMAPClient

from heardback.clock import Clock
from heardback.mailbox.imap_wire import Idle, LinkDead, drain, says_new_mail

_SLICE_S = 0.4
"""How long ``stop`` may go unnoticed: an Event cannot wake a ``poll``."""
_SUSPENDED_S = 30.0
"""So much more on the wall clock than on the monotonic one means that the machine slept, and the link is suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsWait:
    """``wake_descriptor`` becomes readable to end a wait; ``abandon`` drops a connection that did not confirm in time."""

    clock: Clock
    wake_descriptor: int
    abandon: Callable[[], None]
    probe_interval_s: float
    probe_timeout_s: float
    poll_interval_s: float

    def once(self, client: IMAPClient, stop: threading.Event, until: float) -> bool | None:
        """Wait on the selected folder until ``until`` at most (monotonic). True: news, or woken. None: nothing so far, the
        caller looks at the clock and at ``stop``. Raises LinkDead or OSError."""
        now = self.clock.monotonic()
        if client.has_capability("IDLE"):
            return self._idle(client, stop, min(until, now + self.probe_interval_s))
        return self._sleep(stop, min(until, now + self.poll_interval_s))

    def _idle(self, client: IMAPClient, stop: threading.Event, until: float) -> bool | None:
        """One IDLE until ``until``; None if nothing came: the caller looks at the clock and begins anew."""
        idle = Idle(client, self.wake_descriptor)
        idle.begin()
        said: list[bytes] = []
        while not (stop.is_set() or idle.was_woken or says_new_mail(said) or idle.is_over):
            left_s = until - self.clock.monotonic()
            if left_s <= 0:
                break
            before = self.clock.now(), self.clock.monotonic()
            said += idle.wait(min(_SLICE_S, left_s))
            if self._was_suspended(*before):
                break
        ended_by_server = idle.is_over
        said += self._end_idle(idle, stop)
        if idle.was_woken or says_new_mail(said):
            return True
        if ended_by_server:  # or refused: asking again at once would make a storm
            return self._sleep(stop, min(until, self.clock.monotonic() + self.poll_interval_s))
        return None

    def _end_idle(self, idle: Idle, stop: threading.Event) -> list[bytes]:
        """Leave IDLE: the liveness probe. A server that does not confirm is dead; in a hurry it is left without a word."""
        began = self.clock.monotonic()
        idle.ask_to_end()
        said: list[bytes] = []
        while not idle.is_over:
            in_a_hurry = stop.is_set() or idle.was_woken
            left_s = began + (_SLICE_S if in_a_hurry else self.probe_timeout_s) - self.clock.monotonic()
            if left_s <= 0:
                if not in_a_hurry:
                    raise LinkDead
                self.abandon()
                return said
            said += idle.wait(min(_SLICE_S / 2, left_s))
        idle.hand_back()
        return said

    def _was_suspended(self, wall_before: datetime, monotonic_before: float) -> bool:
        wall_s = (self.clock.now() - wall_before).total_seconds()
        return wall_s - (self.clock.monotonic() - monotonic_before) > _SUSPENDED_S

    def _sleep(self, stop: threading.Event, until: float) -> bool | None:
        """Wait for a server without IDLE; True if woken, None when it is time to look again."""
        poller = select.poll()
        poller.register(self.wake_descriptor, select.POLLIN)
        while not stop.is_set() and (left_s := until - self.clock.monotonic()) > 0:
            if poller.poll(min(_SLICE_S, left_s) * 1000):
                drain(self.wake_descriptor)
                return True
        return None
