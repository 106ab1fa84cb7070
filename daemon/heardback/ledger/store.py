"""The ledger: facts, cursors, applications, corrections; nudges and deliveries are in ``deliveries``. All SQL is in this package.

What arrives is stored as facts, what follows from it is derived anew on each pass and never stored (STYLE A). The facts of a
batch, its cursor and its counters are one transaction: killed anywhere, the next start reads again what was not stored and
stores nothing twice, because a message is one row under its Message-ID whatever folder it is met in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from heardback.ledger.deliveries import Deliveries
from heardback.ledger.kept import KeptMessage, better, from_json, keep
from heardback.ledger.moments import from_text, optional_moment, optional_text, to_text
from heardback.ledger.values import MailboxState
from heardback.model import Correction, CorrectionKind, FolderRole, MessageFacts, Nudge, Topic, UnreadableMessage

_UPSERT_MESSAGE = """
    INSERT INTO message (id, mailbox, folder, role, sent_at, topic, read_in_full, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET mailbox = excluded.mailbox, folder = excluded.folder, role = excluded.role,
        sent_at = excluded.sent_at, topic = excluded.topic, read_in_full = excluded.read_in_full, facts = excluded.facts,
        revision = revision + 1"""


class Ledger(Deliveries):
    """An open ledger. ``Ledger.open(path)``; a context manager; to be used by the thread that opened it.

    Every method raises LedgerError where the disk, the file or another program's lock stands in the way.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._parsed: dict[str, tuple[int, MessageFacts]] = {}
        """Message-ID -> (revision, facts) of the last window that was asked for."""

    # ------------------------------------------------------------------------------------------- mailboxes

    def cursor(self, mailbox: str) -> str | None:
        """Where the last stored batch ended, as the source wrote it; None for a mailbox that was never read."""
        row = self._row("SELECT cursor FROM mailbox WHERE name = ?", (mailbox,))
        return None if row is None else row[0]

    def restart_reading(self, mailbox: str) -> None:
        """Drop the cursor and the count of headers: the next pass reads the window again. Facts stay until they are bettered."""
        with self._transaction() as database:
            database.execute("UPDATE mailbox SET cursor = NULL, messages_seen = 0, complete_to = NULL WHERE name = ?", (mailbox,))

    def record(
        self,
        mailbox: str,
        facts: Sequence[MessageFacts],
        headers_seen: int,
        unreadable: Sequence[UnreadableMessage],
        cursor: str | None,
    ) -> None:
        """Store one batch: facts, what could not be read, the count of headers and the cursor behind them, all or nothing.

        Messages of an erased application, and answers to them, are passed over. ``cursor`` None leaves the cursor as it is
        (texts that were read later than their headers).
        """
        with self._transaction() as database:
            wanted = self._without_erased(database, facts)
            self._store_messages(database, wanted)
            database.executemany(
                "INSERT OR IGNORE INTO sighting (message, mailbox, folder) VALUES (?, ?, ?)",
                [(one.id, one.mailbox, one.folder) for one in wanted],
            )
            database.executemany(
                "INSERT OR REPLACE INTO unreadable (mailbox, key, folder, received_at, reason) VALUES (?, ?, ?, ?, ?)",
                [(one.mailbox, one.key, one.folder, to_text(one.received_at), one.reason) for one in unreadable],
            )
            database.execute(
                """INSERT INTO mailbox (name, cursor, messages_seen) VALUES (?, ?, ?)
                   ON CONFLICT (name) DO UPDATE SET cursor = coalesce(excluded.cursor, cursor),
                       messages_seen = messages_seen + excluded.messages_seen""",
                (mailbox, cursor, headers_seen),
            )

    def _store_messages(self, database: sqlite3.Connection, facts: Sequence[MessageFacts]) -> None:
        known = self._kept_messages(database, [one.id for one in facts])
        changed: dict[str, KeptMessage] = {}
        for one in facts:
            new = keep(one)
            old = known.get(new.id)
            remaining = new if old is None else better(old, new)
            if remaining is not old:
                known[new.id] = changed[new.id] = remaining
        database.executemany(
            _UPSERT_MESSAGE,
            [
                (one.id, one.mailbox, one.folder, one.role, to_text(one.sent_at), one.topic, one.read_in_full, one.facts)
                for one in changed.values()
            ],
        )

    def _kept_messages(self, database: sqlite3.Connection, ids: Sequence[str]) -> dict[str, KeptMessage]:
        rows = database.execute(
            """SELECT id, mailbox, folder, role, sent_at, topic, read_in_full, facts FROM message
               WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(ids),),
        )
        return {
            id_: KeptMessage(
                id=id_,
                mailbox=mailbox,
                folder=folder,
                role=FolderRole(role),
                sent_at=from_text(sent_at),
                topic=Topic(topic),
                read_in_full=bool(read_in_full),
                facts=facts,
            )
            for id_, mailbox, folder, role, sent_at, topic, read_in_full, facts in rows
        }

    def note_completed(self, mailbox: str, complete_to: datetime, gaps: Sequence[str] = ()) -> None:
        """A pass has gone through every watched folder. With gaps it read what it could: ``complete_to`` stays as it was,
        because silence can be claimed only up to a moment at which nothing was missing. Either way the error is over."""
        reached = None if gaps else to_text(complete_to)
        with self._transaction() as database:
            database.execute(
                """INSERT INTO mailbox (name, complete_to, gaps) VALUES (?, ?, ?)
                   ON CONFLICT (name) DO UPDATE SET complete_to = coalesce(excluded.complete_to, complete_to),
                       gaps = excluded.gaps, last_error = NULL, failed_since = NULL""",
                (mailbox, reached, json.dumps(list(gaps))),
            )

    def note_failed(self, mailbox: str, error: str, at: datetime) -> None:
        """The mailbox could not be read. ``failed_since`` stays at the first failure until a pass completes."""
        with self._transaction() as database:
            database.execute(
                """INSERT INTO mailbox (name, last_error, failed_since) VALUES (?, ?, ?)
                   ON CONFLICT (name) DO UPDATE SET last_error = excluded.last_error,
                       failed_since = coalesce(failed_since, excluded.failed_since)""",
                (mailbox, error, to_text(at)),
            )

    def mailbox_states(self) -> tuple[MailboxState, ...]:
        """Every mailbox that was ever read or tried, by name."""
        rows = self._rows(
            """SELECT name, messages_seen,
                   (SELECT count(*) FROM message WHERE message.mailbox = mailbox.name AND read_in_full = 1),
                   (SELECT count(*) FROM unreadable WHERE unreadable.mailbox = mailbox.name),
                   complete_to, last_error, failed_since, gaps
               FROM mailbox ORDER BY name"""
        )
        return tuple(
            MailboxState(
                name=name,
                messages_seen=seen,
                messages_read=read,
                unreadable=unreadable,
                complete_to=optional_moment(complete_to),
                last_error=last_error,
                failed_since=optional_moment(failed_since),
                gaps=tuple(json.loads(gaps)),
            )
            for name, seen, read, unreadable, complete_to, last_error, failed_since, gaps in rows
        )

    # -------------------------------------------------------------------------------------------- messages

    def facts(self, since: datetime) -> tuple[MessageFacts, ...]:
        """The facts of every kept message sent at or after ``since``, oldest first.

        Parsed once per connection: a pass that finds ten new messages parses ten, not the year (see ``revision``).
        """
        rows = self._rows(
            "SELECT id, revision FROM message WHERE facts IS NOT NULL AND sent_at >= ? ORDER BY sent_at, id", (to_text(since),)
        )
        missing = [id_ for id_, revision in rows if self._parsed.get(id_, (0, None))[0] != revision]
        for id_, revision, text in self._rows(
            "SELECT id, revision, facts FROM message WHERE facts IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(missing),),
        ):
            self._parsed[id_] = (revision, from_json(text))
        self._parsed = {id_: self._parsed[id_] for id_, _ in rows if id_ in self._parsed}
        return tuple(facts for _, facts in self._parsed.values())

    def seen_ids(self, ids: Iterable[str], *, in_full: bool = False) -> frozenset[str]:
        """Which of these messages have a row already (``in_full``: and were read in full), whatever they were about."""
        rows = self._rows(
            "SELECT id FROM message WHERE read_in_full >= ? AND id IN (SELECT value FROM json_each(?))",
            (int(in_full), json.dumps(list(ids))),
        )
        return frozenset(id_ for (id_,) in rows)

    def folders(self, message: str) -> frozenset[tuple[str, str]]:
        """Every (mailbox, folder) in which the message was met."""
        return frozenset(self._rows("SELECT mailbox, folder FROM sighting WHERE message = ?", (message,)))

    # ---------------------------------------------------------------------------------------- applications

    def known_ids(self) -> Mapping[str, str]:
        """Message-ID -> id of the application it was first assigned to: what keeps an id the same for life."""
        return dict(self._rows("SELECT message, application FROM assignment"))

    def assign(self, application: str, messages: Sequence[str], alias: str, at: datetime) -> None:
        """Store that these messages belong to ``application``, whose readable name is ``alias`` for now.

        A message that belonged to another moves over. An unchanged assignment writes nothing. Messages that another command
        has erased since they were read are passed over, and with all of them gone the name is not written back.
        """
        with self._transaction() as database:
            left = self._not_erased(database, messages)
            if messages and not left:
                return
            database.execute(
                """INSERT INTO application (id, alias, first_seen_at) VALUES (?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET alias = excluded.alias WHERE alias <> excluded.alias""",
                (application, alias, to_text(at)),
            )
            database.executemany(
                """INSERT INTO assignment (message, application) VALUES (?, ?)
                   ON CONFLICT (message) DO UPDATE SET application = excluded.application
                       WHERE application <> excluded.application""",
                [(message, application) for message in left],
            )

    def aliases(self) -> Mapping[str, str]:
        """Id -> readable name of every application ever seen, also of those that no mail in the window belongs to."""
        return dict(self._rows("SELECT id, alias FROM application ORDER BY id"))

    def erase(self, application: str, messages: Iterable[str] = ()) -> int:
        """Forget an application for good, and answer how many messages went with it. Not undoable.

        Facts, assignments, corrections, nudges and deliveries are deleted and overwritten; of each message (those assigned,
        and ``messages``) only a keyed hash of its id stays, so that neither it nor an answer to it comes back. Summaries that
        were told lose their words, which may name the employer. The copies made before migrations go too.
        """
        with self._transaction() as database:
            assigned = database.execute("SELECT message FROM assignment WHERE application = ?", (application,)).fetchall()
            ids = sorted({id_ for (id_,) in assigned} | set(messages))
            database.executemany("INSERT OR IGNORE INTO erased (digest) VALUES (?)", [(self._digest(id_),) for id_ in ids])
            database.executemany("DELETE FROM message WHERE id = ?", [(id_,) for id_ in ids])
            database.executemany("DELETE FROM assignment WHERE message = ?", [(id_,) for id_ in ids])
            database.execute("DELETE FROM correction WHERE application = ? OR value = ?", (application, application))
            database.executemany("DELETE FROM correction WHERE kind = 'split' AND value = ?", [(id_,) for id_ in ids])
            database.execute("DELETE FROM outgoing WHERE application = ?", (application,))
            database.execute("DELETE FROM application WHERE id = ?", (application,))
            database.execute(
                "DELETE FROM outgoing WHERE kind = 'notice' AND action = 'offer' AND substr(rests_on, 1, length(?1)) = ?1",
                (f"{application} ",),
            )
            database.execute("UPDATE outgoing SET title = '', body = '' WHERE kind = 'notice' AND status <> 'planned'")
            database.execute(
                "UPDATE outgoing SET body = ? WHERE kind = 'notice' AND action = 'summary' AND status = 'planned'", (_NO_NAMES,)
            )
        # Without this the deleted pages would stay readable in the -wal file until somebody checkpoints it.
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        for copy in self.copies():
            copy.unlink(missing_ok=True)
        for id_ in ids:
            self._parsed.pop(id_, None)
        return len(ids)

    def plan_unless_erased(self, nudge: Nudge, at: datetime, messages: Sequence[str]) -> Nudge | None:
        """``plan``, unless another command has erased the application's ``messages`` since this pass read its facts: then None,
        and nothing is stored."""
        with self._transaction() as database:
            if messages and not self._not_erased(database, messages):
                return None
            return self.plan(nudge, at)

    def _not_erased(self, database: sqlite3.Connection, messages: Sequence[str]) -> list[str]:
        digests = {digest for (digest,) in database.execute("SELECT digest FROM erased")}
        return [id_ for id_ in messages if self._digest(id_) not in digests] if digests else list(messages)

    def _without_erased(self, database: sqlite3.Connection, facts: Sequence[MessageFacts]) -> Sequence[MessageFacts]:
        digests = {digest for (digest,) in database.execute("SELECT digest FROM erased")}
        if not digests:
            return facts
        wanted = []
        for one in facts:
            relatives = (one.id, *((one.in_reply_to,) if one.in_reply_to else ()), *one.references)
            if digests.isdisjoint(self._digest(id_) for id_ in relatives):
                wanted.append(one)
                continue
            # An answer to an erased message is erased too: the answer to *that* may refer to nothing else.
            digests.add(self._digest(one.id))
            database.execute("INSERT OR IGNORE INTO erased (digest) VALUES (?)", (self._digest(one.id),))
        return wanted

    def _digest(self, message_id: str) -> str:
        return hmac.new(self._hash_key(), message_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _hash_key(self) -> bytes:
        """A key of this ledger's own, so that its hashes cannot be compared with anybody else's."""
        row = self._row("SELECT value FROM note WHERE key = 'hash_key'")
        if row is None:
            fresh = secrets.token_hex(32)
            with self._joined() as database:
                database.execute("INSERT INTO note (key, value) VALUES ('hash_key', ?)", (fresh,))
            return bytes.fromhex(fresh)
        return bytes.fromhex(row[0])

    # ----------------------------------------------------------------------------------------- corrections

    def add_correction(self, correction: Correction) -> Correction:
        """Store what the person told; answers it with its id (the given one is ignored)."""
        with self._transaction() as database:
            number = database.execute(
                "INSERT INTO correction (application, kind, made_at, value, on_day, until) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    correction.application,
                    correction.kind,
                    to_text(correction.made_at),
                    correction.value,
                    None if correction.on is None else correction.on.isoformat(),
                    optional_text(correction.until),
                ),
            ).lastrowid
        return replace(correction, id=number or 0)

    def corrections(self) -> tuple[Correction, ...]:
        """All that hold, in the order in which they were made."""
        return tuple(_correction(row) for row in self._rows(f"{_SELECT_CORRECTION} WHERE undone_at IS NULL ORDER BY made_at, id"))

    def undo_last_correction(self, at: datetime) -> Correction | None:
        """Take back the correction that was entered last; answers it, or None where none is left."""
        with self._transaction() as database:
            row = database.execute(f"{_SELECT_CORRECTION} WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1").fetchone()
            if row is None:
                return None
            database.execute("UPDATE correction SET undone_at = ? WHERE id = ?", (to_text(at), row[0]))
        return _correction(row)

    # ----------------------------------------------------------------------------------------------- notes

    @property
    def rules_version(self) -> int | None:
        """The version of the reading rules that the stored facts come from; None for a new ledger."""
        row = self._row("SELECT value FROM note WHERE key = 'rules_version'")
        return None if row is None else int(row[0])

    def set_rules_version(self, version: int) -> None:
        self.set_note("rules_version", str(version))

    def note(self, key: str) -> str | None:
        """A small thing to remember between passes (paused until when, the last sign of life), or None."""
        row = self._row("SELECT value FROM note WHERE key = ?", (key,))
        return None if row is None else row[0]

    def set_note(self, key: str, value: str | None) -> None:
        """Store it, or forget it with None."""
        with self._transaction() as database:
            if value is None:
                database.execute("DELETE FROM note WHERE key = ?", (key,))
            else:
                database.execute("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", (key, value))


_NO_NAMES = "heardback status lists what each one needs."

_SELECT_CORRECTION = "SELECT id, application, kind, made_at, value, on_day, until FROM correction"


def _correction(row: tuple[int, str, str, str, str, str | None, str | None]) -> Correction:
    id_, application, kind, made_at, value, on_day, until = row
    return Correction(
        id=id_,
        application=application,
        kind=CorrectionKind(kind),
        made_at=from_text(made_at),
        value=value,
        on=None if on_day is None else date.fromisoformat(on_day),
        until=optional_moment(until),
    )
