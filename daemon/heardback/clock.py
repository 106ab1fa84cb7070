"""The only ``now()`` and the only ``sleep()``. Everything else is given a moment or a Clock, so tests can pass one in."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for durations only."""
        ...

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        """Sleep up to ``timeout_s`` seconds; True as soon as ``stop`` is set."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return stop.wait(max(0.0, timeout_s))
