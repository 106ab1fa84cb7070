"""Nudges, notices and their deliveries: what is to reach the phone, and what is known to have reached it.

    planned --hand_out--> in_flight (one row per target) --record_delivery--> delivered
       |                       |                                |
       |                       |                                +--> retry ... --> delivered, or given_up after the last try
       |                       +-- crash --recover--> retry, lost after the fifth in a row
       +-- withdraw / hold_back

The row that says "in flight" is committed before the push leaves the machine, in the same transaction that derived the action
again. So a crash can repeat a push, and never forgets one. Exactly once is not to be had: the phone's server and this file
share no transaction. What is in flight at five crashes running is not tried a sixth time: then it is the push that crashes the
program, and the phone has rung enough.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from heardback.ledger.database import Database
from heardback.ledger.moments import from_text, optional_moment, optional_text, to_text
from heardback.ledger.values import Delivery, DeliveryState, Notice, OutgoingKind
from heardback.model import Action, Nudge, NudgeStatus, Push

STALE_AFTER = timedelta(minutes=10)
"""A push is bounded to seconds per target; what is in flight for longer than this was left by a process that died."""

MOST_CRASHES = 5
"""How often running one delivery may be found in flight at a start before it counts as lost. A machine that is switched off at a
bad moment twice running must not swallow a nudge; a push that kills the program each time must not ring for ever."""

_OFTEN_IN_FLIGHT = f"in flight at {MOST_CRASHES} crashes running: it may have arrived"

_NUDGE = "SELECT id, application, action, rests_on, push_at, status, created_at"
_NOTICE = "SELECT id, action, rests_on, title, body, push_at, status, created_at"
_DELIVERY = """SELECT outgoing, kind, target, state, attempts, first_try_at, last_try_at, next_try_at, detail
    FROM delivery JOIN outgoing ON outgoing.id = delivery.outgoing"""


class Deliveries(Database):
    """The part of the ledger that speaks of pushes. Nudges and notices share one series of ids."""

    # ------------------------------------------------------------------------------------------------ plan

    def plan(self, nudge: Nudge, at: datetime) -> Nudge:
        """Store a nudge unless the same one (application, action, what it rests on) is there; answers the stored one.

        One that still waits takes over the new ``push_at``. One that was withdrawn or held back before it reached any phone
        is planned again if it was withdrawn (the snooze is over, the correction was taken back) and stays held back otherwise.
        """
        with self._joined() as database:
            database.execute(
                """INSERT INTO outgoing (kind, application, action, rests_on, push_at, status, created_at)
                   VALUES ('nudge', ?, ?, ?, ?, 'planned', ?)
                   ON CONFLICT (kind, application, action, rests_on) DO UPDATE
                       SET push_at = excluded.push_at, status = 'planned', reason = ''
                       WHERE handed_out_at IS NULL AND status IN ('planned', 'withdrawn')""",
                (nudge.application, nudge.action, nudge.rests_on, to_text(nudge.push_at), to_text(at)),
            )
            row = database.execute(
                f"{_NUDGE} FROM outgoing WHERE kind = 'nudge' AND application = ? AND action = ? AND rests_on = ?",
                (nudge.application, nudge.action, nudge.rests_on),
            ).fetchone()
        return _nudge(row)

    def announce(self, topic: str, rests_on: str, push: Push, push_at: datetime, at: datetime) -> Notice:
        """Store a notice unless this topic has one that rests on the same; answers the stored one."""
        with self._transaction() as database:
            return _announce(database, topic, rests_on, push, push_at, at)

    def due(self, now: datetime) -> tuple[Nudge, ...]:
        """Planned nudges whose moment has come, the longest due first."""
        rows = self._rows(f"{_NUDGE} FROM waiting WHERE kind = 'nudge' AND push_at <= ? ORDER BY push_at, id", (to_text(now),))
        return tuple(_nudge(row) for row in rows)

    def due_notices(self, now: datetime) -> tuple[Notice, ...]:
        rows = self._rows(f"{_NOTICE} FROM waiting WHERE kind = 'notice' AND push_at <= ? ORDER BY push_at, id", (to_text(now),))
        return tuple(_notice(row) for row in rows)

    def planned(self) -> tuple[Nudge, ...]:
        """Every nudge that waits for its moment or its turn, so that what is no longer true can be withdrawn."""
        return tuple(_nudge(row) for row in self._rows(f"{_NUDGE} FROM waiting WHERE kind = 'nudge' ORDER BY push_at, id"))

    def held_back(self, reason: str) -> tuple[Nudge, ...]:
        """The nudges that are held back for exactly this reason."""
        rows = self._rows(
            f"{_NUDGE} FROM outgoing WHERE kind = 'nudge' AND status = 'held_back' AND reason = ? ORDER BY push_at, id", (reason,)
        )
        return tuple(_nudge(row) for row in rows)

    def nudges(self, application: str | None = None) -> tuple[Nudge, ...]:
        """All nudges ever, or one application's, oldest first."""
        rows = self._rows(
            f"{_NUDGE} FROM outgoing WHERE kind = 'nudge' AND (?1 IS NULL OR application = ?1) ORDER BY created_at, id",
            (application,),
        )
        return tuple(_nudge(row) for row in rows)

    def nudge(self, nudge_id: int) -> Nudge | None:
        row = self._row(f"{_NUDGE} FROM outgoing WHERE kind = 'nudge' AND id = ?", (nudge_id,))
        return None if row is None else _nudge(row)

    def notice(self, notice_id: int) -> Notice | None:
        row = self._row(f"{_NOTICE} FROM outgoing WHERE kind = 'notice' AND id = ?", (notice_id,))
        return None if row is None else _notice(row)

    def reason(self, outgoing_id: int) -> str:
        """Why it was withdrawn or held back; "" for others."""
        row = self._row("SELECT reason FROM outgoing WHERE id = ?", (outgoing_id,))
        return "" if row is None else str(row[0])

    def next_push_at(self) -> datetime | None:
        """The earliest moment at which something waits to go out or be tried again; None for never."""
        row = self._row(
            """SELECT min(moment) FROM (SELECT push_at AS moment FROM waiting
                UNION ALL SELECT next_try_at FROM delivery WHERE state = 'retry')"""
        )
        return None if row is None else optional_moment(row[0])

    # ------------------------------------------------------------------------------- withdraw and hold back

    def withdraw(self, outgoing_id: int, reason: str) -> None:
        """It is no longer true: it does not go out, and what failed is not tried again. What has arrived stays as it is."""
        with self._transaction() as database:
            _withdraw(database, outgoing_id, reason)

    def hold_back(self, nudge_ids: Iterable[int], reason: str) -> None:
        """Never push these (an old mailbox's first scan): they are told in the summary."""
        with self._transaction() as database:
            _hold_back(database, nudge_ids, reason)

    def tell_together(
        self, nudge_ids: Iterable[int], topic: str, rests_on: str, push: Push, push_at: datetime, at: datetime
    ) -> Notice:
        """Hold these nudges back (those that were held back already take the new reason) and plan the one notice that tells them
        instead, both or neither."""
        with self._transaction() as database:
            _hold_back(database, nudge_ids, f"told in a {topic}")
            return _announce(database, topic, rests_on, push, push_at, at)

    # -------------------------------------------------------------------------------- hand out and deliver

    def hand_out(
        self, outgoing_id: int, derive_again: Callable[[], bool], targets: Sequence[str], at: datetime
    ) -> tuple[Delivery, ...]:
        """Take a waiting nudge or notice for delivery: one row in flight per target, which the caller must now push and record.

        All in one transaction that no other program can write beside: it is taken only if it still waits, and only if
        ``derive_again()`` says that it is still true; otherwise it is withdrawn. Answers () where there is nothing to push.
        ``derive_again`` may read this ledger and must not write to it.
        """
        with self._transaction() as database:
            row = database.execute("SELECT 1 FROM waiting WHERE id = ?", (outgoing_id,)).fetchone()
            if row is None or not targets:
                return ()
            if not derive_again():
                _withdraw(database, outgoing_id, "no longer true when its moment came")
                return ()
            moment = to_text(at)
            database.execute("UPDATE outgoing SET handed_out_at = ? WHERE id = ?", (moment, outgoing_id))
            database.executemany(
                """INSERT INTO delivery (outgoing, target, state, attempts, first_try_at, last_try_at)
                   VALUES (?, ?, 'in_flight', 1, ?, ?)""",
                [(outgoing_id, target, moment, moment) for target in dict.fromkeys(targets)],
            )
        return self.deliveries(outgoing_id)

    def hand_out_again(self, outgoing_id: int, target: str, derive_again: Callable[[], bool], at: datetime) -> Delivery | None:
        """Take one delivery of ``retryable`` for another try; None where it is not to be tried again (or no longer true)."""
        with self._transaction() as database:
            row = database.execute(
                "SELECT state, last_try_at, is_repeated FROM delivery WHERE outgoing = ? AND target = ?", (outgoing_id, target)
            ).fetchone()
            if row is None:
                return None
            state, last_try_at, is_repeated = row
            is_left_over = state == DeliveryState.IN_FLIGHT and from_text(last_try_at) <= at - STALE_AFTER
            if state != DeliveryState.RETRY and not is_left_over:
                return None
            if is_left_over and is_repeated + 1 >= MOST_CRASHES:
                _finish(database, outgoing_id, target, DeliveryState.LOST, _OFTEN_IN_FLIGHT)
                return None
            if not derive_again():
                if is_left_over:
                    _finish(database, outgoing_id, target, DeliveryState.LOST, "left in flight, and no longer true")
                _withdraw(database, outgoing_id, "no longer true when it was tried again")
                return None
            database.execute(
                """UPDATE delivery SET state = 'in_flight', attempts = attempts + 1, last_try_at = ?, next_try_at = NULL,
                   is_repeated = ? WHERE outgoing = ? AND target = ?""",
                (to_text(at), is_repeated + is_left_over, outgoing_id, target),
            )
        return next(one for one in self.deliveries(outgoing_id) if one.target == target)

    def record_delivery(
        self, outgoing_id: int, target: str, ok: bool, detail: str, at: datetime, *, next_try_at: datetime | None = None
    ) -> None:
        """Store how a push ended. A failed one is tried again at ``next_try_at``; None means that it is given up.

        ``detail`` is for the person and the log: it must not hold the target's URL.
        """
        state = DeliveryState.DELIVERED if ok else DeliveryState.GIVEN_UP if next_try_at is None else DeliveryState.RETRY
        with self._transaction() as database:
            database.execute(
                """UPDATE delivery SET state = ?, last_try_at = ?, next_try_at = ?, detail = ?, is_repeated = 0
                   WHERE outgoing = ? AND target = ?""",
                (state, to_text(at), None if ok else optional_text(next_try_at), detail, outgoing_id, target),
            )
            _settle(database, outgoing_id)

    def retryable(self, now: datetime) -> tuple[Delivery, ...]:
        """Deliveries to be tried (again) now: failed ones whose time has come, and those that a dead process left in flight."""
        rows = self._rows(
            f"""{_DELIVERY} WHERE (state = 'retry' AND next_try_at <= ?)
                OR (state = 'in_flight' AND last_try_at <= ?) ORDER BY last_try_at, outgoing, target""",
            (to_text(now), to_text(now - STALE_AFTER)),
        )
        return tuple(_delivery(row) for row in rows)

    def recover(self, at: datetime) -> int:
        """To be called once after ``claim``, when nobody else can be pushing: what is in flight was left by a crash.

        It may or may not have arrived, and is tried again; what is found so for the fifth time running is given up as lost.
        Answers how many were found.
        """
        with self._transaction() as database:
            rows = database.execute("SELECT outgoing, target, is_repeated FROM delivery WHERE state = 'in_flight'").fetchall()
            for outgoing, target, is_repeated in rows:
                if is_repeated + 1 >= MOST_CRASHES:
                    _finish(database, outgoing, target, DeliveryState.LOST, _OFTEN_IN_FLIGHT)
                else:
                    database.execute(
                        """UPDATE delivery SET state = 'retry', next_try_at = ?, is_repeated = is_repeated + 1
                           WHERE outgoing = ? AND target = ?""",
                        (to_text(at), outgoing, target),
                    )
        return len(rows)

    def deliveries(self, outgoing_id: int) -> tuple[Delivery, ...]:
        return tuple(_delivery(row) for row in self._rows(f"{_DELIVERY} WHERE outgoing = ? ORDER BY target", (outgoing_id,)))

    def undelivered(self) -> tuple[Delivery, ...]:
        """Deliveries that were given up or lost, newest first: for `status`."""
        rows = self._rows(f"{_DELIVERY} WHERE state IN ('given_up', 'lost') ORDER BY last_try_at DESC, outgoing, target")
        return tuple(_delivery(row) for row in rows)


def _announce(database: sqlite3.Connection, topic: str, rests_on: str, push: Push, push_at: datetime, at: datetime) -> Notice:
    database.execute(
        """INSERT OR IGNORE INTO outgoing (kind, application, action, rests_on, push_at, status, created_at, title, body)
           VALUES ('notice', '', ?, ?, ?, 'planned', ?, ?, ?)""",
        (topic, rests_on, to_text(push_at), to_text(at), push.title, push.body),
    )
    row = database.execute(f"{_NOTICE} FROM outgoing WHERE kind = 'notice' AND action = ? AND rests_on = ?", (topic, rests_on))
    return _notice(row.fetchone())


def _hold_back(database: sqlite3.Connection, nudge_ids: Iterable[int], reason: str) -> None:
    database.executemany(
        """UPDATE outgoing SET status = 'held_back', reason = ?
           WHERE id = ? AND status IN ('planned', 'held_back') AND handed_out_at IS NULL""",
        [(reason, nudge_id) for nudge_id in nudge_ids],
    )


def _withdraw(database: sqlite3.Connection, outgoing_id: int, reason: str) -> None:
    """What waits is withdrawn; what was tried and reached nobody too, and may then be planned again. A push that arrived,
    or may have, keeps its record: the status then follows from its deliveries."""
    database.execute("DELETE FROM delivery WHERE outgoing = ? AND state = 'retry'", (outgoing_id,))
    changed = database.execute(
        """UPDATE outgoing SET status = 'withdrawn', reason = ?, handed_out_at = NULL
           WHERE id = ? AND status IN ('planned', 'held_back')
           AND NOT EXISTS (SELECT 1 FROM delivery WHERE outgoing = outgoing.id)""",
        (reason, outgoing_id),
    ).rowcount
    if not changed:
        _settle(database, outgoing_id)


def _finish(database: sqlite3.Connection, outgoing_id: int, target: str, state: DeliveryState, detail: str) -> None:
    database.execute(
        "UPDATE delivery SET state = ?, next_try_at = NULL, detail = ? WHERE outgoing = ? AND target = ?",
        (state, detail, outgoing_id, target),
    )
    _settle(database, outgoing_id)


def _settle(database: sqlite3.Connection, outgoing_id: int) -> None:
    """A nudge that reached one target is sent; one that reached none, with nothing left to try, has failed."""
    states = {state for (state,) in database.execute("SELECT state FROM delivery WHERE outgoing = ?", (outgoing_id,))}
    if not states:
        return
    if DeliveryState.DELIVERED in states:
        status = NudgeStatus.SENT
    elif states & {DeliveryState.IN_FLIGHT, DeliveryState.RETRY}:
        return
    else:
        status = NudgeStatus.FAILED
    database.execute("UPDATE outgoing SET status = ? WHERE id = ? AND status <> 'withdrawn'", (status, outgoing_id))


def _nudge(row: tuple[Any, ...]) -> Nudge:
    id_, application, action, rests_on, push_at, status, created_at = row
    return Nudge(
        id=id_,
        application=application,
        action=Action(action),
        rests_on=rests_on,
        push_at=from_text(push_at),
        status=NudgeStatus(status),
        created_at=from_text(created_at),
    )


def _notice(row: tuple[Any, ...]) -> Notice:
    id_, topic, rests_on, title, body, push_at, status, created_at = row
    return Notice(
        id=id_,
        topic=topic,
        rests_on=rests_on,
        push=Push(title=title, body=body),
        push_at=from_text(push_at),
        status=NudgeStatus(status),
        created_at=from_text(created_at),
    )


def _delivery(row: tuple[Any, ...]) -> Delivery:
    outgoing, kind, target, state, attempts, first_try_at, last_try_at, next_try_at, detail = row
    return Delivery(
        outgoing=outgoing,
        kind=OutgoingKind(kind),
        target=target,
        state=DeliveryState(state),
        attempts=attempts,
        first_try_at=from_text(first_try_at),
        last_try_at=from_text(last_try_at),
        next_try_at=optional_moment(next_try_at),
        detail=detail,
    )
