"""How fast Gmail is asked: within the owner's share of the quota, and slower after each "too fast".

Google counts units, a different number for each method, 15,000 a minute for one person; other programs of theirs with the same
client draw on the same share. https://developers.google.com/workspace/gmail/api/reference/quota
"""

from __future__ import annotations

from dataclasses import dataclass

LIST_UNITS = 5
GET_UNITS = 5
HISTORY_UNITS = 2
SMALL_UNITS = 1
"""Of getProfile and labels.list."""

UNITS_PER_S = 200.0
BURST_UNITS = 3_000.0
"""A burst and a minute at this rate make the 15,000 of a minute: a daily scan never waits, a first reading gets 40 messages a
second."""

TRIES = 6
"""Rounds in which nothing came, before Gmail counts as unreachable: about half a minute in all."""
_FIRST_S = 1.0
LONGEST_S = 60.0
"""A longer rest that Google asks for is no longer sat out inside a pass: the pass ends, and the next one begins after it."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """A bucket that fills at ``units_per_s`` up to ``burst_units`` and may be overdrawn once."""

    units_per_s: float = UNITS_PER_S
    burst_units: float = BURST_UNITS
    _level: float | None = None
    _at_s: float = 0.0

    def wait_s(self, units: int, now_s: float) -> float:
        """Take ``units``; give the seconds to wait before asking. ``now_s`` is monotonic."""
        if self._level is None:
            self._level = self.burst_units
        else:
            self._level = min(self.burst_units, self._level + (now_s - self._at_s) * self.units_per_s)
        self._at_s = now_s
        self._level -= units
        return max(0.0, -self._level / self.units_per_s)


def backoff_s(fruitless: int, retry_after_s: float | None, chance: float) -> float:
    """Seconds to rest after ``fruitless`` rounds in a row (1 and up): what Google asked for and up to a second more, else a step
    that doubles; ``chance`` in 0..1 spreads it over the upper half."""
    if retry_after_s is not None:
        return retry_after_s + chance
    return float(_FIRST_S * 2.0 ** (fruitless - 1)) * (0.5 + chance / 2)
