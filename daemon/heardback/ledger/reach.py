"""What the ledger knows of reaching people: when a target last answered, what it never got, and whether a notice was stored.

Functions over an open ledger rather than more methods of it: they read, for ``status`` and for whoever tells troubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from heardback.ledger.database import Database
from heardback.ledger.moments import from_text, optional_moment, to_text
from heardback.model import NudgeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How it goes with one target. ``given_up`` counts what never arrived since ``since`` (of the query); ``waiting`` what is
    still being tried. ``detail`` is the latest failure's reason."""

    target: str
    delivered_at: datetime | None
    failed_at: datetime | None
    given_up: int
    waiting: int
    next_try_at: datetime | None
    detail: str


def reach_of_targets(ledger: Database, since: datetime) -> tuple[Reach, ...]:
    """Every target that anything failed to reach since then, the one that failed last first."""
    rows = ledger._rows(
        """SELECT target,
               max(CASE WHEN state = 'delivered' THEN last_try_at END),
               max(CASE WHEN state IN ('retry', 'given_up', 'lost') THEN last_try_at END) AS failed_at,
               sum(state IN ('given_up', 'lost')),
               sum(state = 'retry'),
               min(CASE WHEN state = 'retry' THEN next_try_at END)
           FROM delivery WHERE last_try_at >= ? GROUP BY target HAVING failed_at IS NOT NULL ORDER BY failed_at DESC, target""",
        (to_text(since),),
    )
    return tuple(
        Reach(
            target=target,
            delivered_at=optional_moment(delivered_at),
            failed_at=optional_moment(failed_at),
            given_up=given_up,
            waiting=waiting,
            next_try_at=optional_moment(next_try_at),
            detail=_latest_detail(ledger, target),
        )
        for target, delivered_at, failed_at, given_up, waiting, next_try_at in rows
    )


def _latest_detail(ledger: Database, target: str) -> str:
    row = ledger._row(
        """SELECT detail FROM delivery WHERE target = ? AND state IN ('retry', 'given_up', 'lost') AND detail <> ''
           ORDER BY last_try_at DESC LIMIT 1""",
        (target,),
    )
    return "" if row is None else str(row[0])


def find_notice(ledger: Database, topic: str, rests_on: str) -> tuple[int, NudgeStatus] | None:
    """Id and status of the notice that was stored under this topic for this; None where there is none."""
    row = ledger._row("SELECT id, status FROM outgoing WHERE kind = 'notice' AND action = ? AND rests_on = ?", (topic, rests_on))
    return None if row is None else (int(row[0]), NudgeStatus(row[1]))


def first_seen(ledger: Database) -> Mapping[str, datetime]:
    """Application id -> when this ledger first knew of it."""
    return {id_: from_text(at) for id_, at in ledger._rows("SELECT id, first_seen_at FROM application")}
