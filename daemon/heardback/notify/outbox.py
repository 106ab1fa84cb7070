"""When a push goes out, when a failed one is tried again, and what is told together. Pure: the ledger stores the answers.

Decisions and their reasons:

- Quiet hours move the delivery and nothing else. What is true is derived at any hour, and once more when the push goes out, so a
  nudge that waited for the morning and became untrue in the night is never seen.
- A failed target is tried again soon at first (a router restarts), then hourly, for three days. Then the advice is old, and
  `status` says that the target has not answered.
- The first scan of an old mailbox finds years of silence. Nothing whose deadline lies over ten business days back rings the
  phone; one summary says what was found.
- A laptop that wakes after a fortnight has much to say at once. Over four nudges in one pass, the three most pressing ring
  and the rest is one summary: ten pushes in a minute are read as a fault, and then switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from heardback.model import Action, Nudge, Standing
from heardback.workdays import WorkCalendar

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
"""How long to wait after the first, second, ... failed try; the last one repeats."""

GIVE_UP_AFTER = timedelta(days=3)
"""A nudge is advice for a day. After three it would arrive beside the next one."""

TOO_OLD_BUSINESS_DAYS = 10
"""DESIGN section 7."""

FLOOD_LIMIT = 4
SINGLY_IN_A_FLOOD = 3

_PRESSING = (Action.REPLY, Action.THANK_YOU, Action.FOLLOW_UP, Action.ASK_FEEDBACK, Action.FOLLOW_UP_AGAIN, Action.MOVE_ON)
"""What perishes first: an employer waits, a thank-you is good for a day, the rest can bear another."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` up to and without ``end``, wall clock in the owner's zone; over midnight where ``end`` is earlier.

    ``QuietHours(time(22), time(7))`` covers 22:00 to 06:59. Equal times cover nothing.
    """

    start: time
    end: time

    def covers(self, clock: time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def over_at(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """``moment`` itself outside the quiet hours, else their end. An end that a clock change skips is the one after it."""
        local = moment.astimezone(zone)
        if not self.covers(local.time()):
            return moment
        day = local.date()
        if self.end <= local.time():
            day += timedelta(days=1)
        return max(moment, datetime.combine(day, self.end, zone).astimezone(UTC))


def delivery_at(push_at: datetime, now: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """The first moment at or after both ``push_at`` and ``now`` at which the phone may ring.

    It is time to deliver exactly when the answer is not later than ``now``.
    """
    moment = max(push_at, now)
    return moment if quiet is None else quiet.over_at(moment, zone)


def next_try_at(
    attempts: int, first_try_at: datetime, now: datetime, *, quiet: QuietHours | None = None, zone: ZoneInfo | None = None
) -> datetime | None:
    """When to try again after ``attempts`` failed tries (1 or more), the last one just now; None: give up.

    Quiet hours hold for a second try as for the first. Giving up is counted from the first try, so that a night in between
    takes no try away.
    """
    moment = now + BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    if moment > first_try_at + GIVE_UP_AFTER:
        return None
    return moment if quiet is None or zone is None else quiet.over_at(moment, zone)


def is_too_old(standing: Standing, now: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> bool:
    """Whether a first scan holds this nudge back: its deadline (its push, where it has none) is over ten business days ago."""
    since = standing.deadline or standing.push_at
    return since is not None and _business_days_over(since, now, calendar, zone) > TOO_OLD_BUSINESS_DAYS


def _business_days_over(since: datetime, now: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> int:
    start, end = since.astimezone(zone).date(), now.astimezone(zone).date()
    # Counting day by day through an old mailbox's decade is needless: a month has more than ten business days anywhere.
    return calendar.count_between(max(start, end - timedelta(days=60)), end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """``singly`` ring one by one, ``together`` are told in one summary (and held back in the ledger)."""

    singly: tuple[Nudge, ...]
    together: tuple[Nudge, ...]


def bundle(nudges: Sequence[Nudge], too_old: Iterable[str] = ()) -> Bundle:
    """Part what is due in one pass. ``too_old`` are applications that a first scan holds back.

    Order: the most pressing action first, then the earliest ``push_at``.
    """
    held = frozenset(too_old)
    ordered = sorted(nudges, key=lambda nudge: (_PRESSING.index(nudge.action), nudge.push_at, nudge.application))
    old = tuple(nudge for nudge in ordered if nudge.application in held)
    fresh = tuple(nudge for nudge in ordered if nudge.application not in held)
    if len(fresh) <= FLOOD_LIMIT:
        return Bundle(singly=fresh, together=old)
    return Bundle(singly=fresh[:SINGLY_IN_A_FLOOD], together=(*fresh[SINGLY_IN_A_FLOOD:], *old))
