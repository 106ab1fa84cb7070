"""When a mailbox's thread tries again: never at once, never all together, never later than it should."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.errors import LoginRefused, Unreachable
from heardback.fetching import MAX_BACKOFF_S, Blind, Event, Fetcher, MailboxThread, retry_delay_s
from heardback.mailbox.source import Batch, Source
from heardback.model import Owner

OWNER = Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone="Europe/Berlin", country="DE")
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
AWAY = Unreachable("home: away.")


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_a_server_that_is_away_is_tried_after_seconds_at_first_and_five_minutes_at_most(failures: int, chance: float) -> None:
    delay_s = retry_delay_s(AWAY, failures, chance)
    assert 2.5 <= delay_s <= MAX_BACKOFF_S == 300
    assert retry_delay_s(AWAY, failures + 1, chance) >= delay_s


def test_retries_are_spread() -> None:
    assert retry_delay_s(AWAY, 20, 0.0) == 150
    assert retry_delay_s(AWAY, 20, 1.0) == 300


@dataclass(slots=True)
class PassingClock:
    """Time passes only when somebody waits. ``on_wait`` may move the wall clock, as a suspended machine's moves."""

    wall: datetime = START
    seconds: float = 0.0
    on_wait: Callable[[PassingClock], None] = lambda clock: None

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        self.seconds += timeout_s
        self.wall += timedelta(seconds=timeout_s)
        self.on_wait(self)
        return stop.is_set()


@dataclass(slots=True)
class FailingSource:
    """Fails while it is read, or lets itself be read and fails in the wait ``holds_s`` later; ends the thread after ``times``."""

    clock: PassingClock
    stop: threading.Event
    in_wait: bool
    holds_s: float = 0.0
    error: Exception = AWAY
    times: int = 6
    tried_at: list[float] = field(default_factory=list)
    name: str = "home"

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        self.tried_at.append(self.clock.seconds)
        if len(self.tried_at) >= self.times:
            self.stop.set()
        if not self.in_wait:
            raise self.error
        yield Batch(headers=(), cursor="{}")

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        self.clock.seconds += self.holds_s
        raise self.error

    def close(self) -> None: ...

    def interrupt(self) -> None: ...


def run(source: FailingSource) -> tuple[list[float], list[Blind]]:
    """Let the thread run to its end, here; give the seconds between its tries, and what it told."""
    events: queue.Queue[Event | None] = queue.Queue()
    made: Source = source
    fetcher = Fetcher(name="home", open_source=lambda: made, cursor=None, poll_s=900.0)
    MailboxThread(
        fetcher, events=events, owner=OWNER, since=lambda: START - timedelta(days=365), clock=source.clock, stop=source.stop
    ).run()
    told = [event for event in events.queue if isinstance(event, Blind)]
    return [later - earlier for earlier, later in zip(source.tried_at, source.tried_at[1:], strict=False)], told


@pytest.mark.parametrize("in_wait", [False, True], ids=["away", "hangs up on every wait"])
def test_a_server_that_goes_on_failing_is_asked_ever_more_rarely(in_wait: bool) -> None:
    clock = PassingClock()
    pauses, _ = run(FailingSource(clock, threading.Event(), in_wait, times=9))
    for pause, step in zip(pauses, (5, 10, 20, 40, 80, 160, 300, 300), strict=True):
        assert step / 2 <= pause <= step + 0.5


def test_a_line_that_held_for_an_hour_and_broke_is_opened_again_within_seconds() -> None:
    clock = PassingClock()
    pauses, _ = run(FailingSource(clock, threading.Event(), True, holds_s=3600.0))
    assert all(pause - 3600 <= 5.5 for pause in pauses)


def test_a_machine_that_wakes_tries_at_once() -> None:
    """Suspended in the middle of a pause: the wall clock says nine hours, this program has waited for a second."""

    def sleeps(clock: PassingClock) -> None:
        clock.wall += timedelta(hours=9)

    pauses, _ = run(FailingSource(PassingClock(on_wait=sleeps), threading.Event(), False))
    assert all(pause <= 0.5 for pause in pauses)


def test_a_refused_login_waits_for_hours_even_if_the_machine_wakes() -> None:
    def sleeps(clock: PassingClock) -> None:
        clock.wall += timedelta(hours=9)

    clock = PassingClock(on_wait=sleeps)
    pauses, told = run(FailingSource(clock, threading.Event(), False, error=LoginRefused("home: no."), times=2))
    assert pauses == [6 * 3600.0]
    assert isinstance(told[0].error, LoginRefused)
