"""The shape of the ledger, as numbered migrations. Append only: a migration that was released is never edited.

Each migration and its record are one transaction, so a machine that loses power in between finds either both or none.
The number is looked up again inside that transaction: two programs that open an old ledger at once do the work once.
A ledger that a newer heardback wrote is refused, because writing it with an older idea of its columns could lose what
the newer one stored.

Conventions: moments are UTC text of one fixed width (``2026-03-11T15:00:00.000000Z``), so that they sort as text; what is
a set of words goes into one column as JSON; what a person said or wrote is in ``message.facts`` and nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from heardback.errors import LedgerError
from heardback.ledger.moments import to_text

APPLICATION_ID = 0x48424B31
"""SQLite's own mark of whose file it is (``PRAGMA application_id``): "HBK1". We do not write into another program's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        number=1,
        name="messages, applications, corrections, what goes out",
        statements=(
            "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
            """CREATE TABLE mailbox (
                name TEXT PRIMARY KEY,
                cursor TEXT,
                messages_seen INTEGER NOT NULL DEFAULT 0,
                complete_to TEXT,
                last_error TEXT,
                failed_since TEXT,
                gaps TEXT NOT NULL DEFAULT '[]'
            ) STRICT""",
            # facts is NULL for mail that has nothing to do with a job: its id is kept so that it is known, nothing else is.
            """CREATE TABLE message (
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                mailbox TEXT NOT NULL,
                folder TEXT NOT NULL,
                role TEXT NOT NULL,
                sent_at TEXT NOT NULL,
                topic TEXT NOT NULL,
                read_in_full INTEGER NOT NULL,
                revision INTEGER NOT NULL DEFAULT 1,
                facts TEXT
            ) STRICT""",
            "CREATE INDEX message_kept ON message (sent_at) WHERE facts IS NOT NULL",
            "CREATE INDEX message_read ON message (mailbox) WHERE read_in_full = 1",
            """CREATE TABLE sighting (
                message TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
                mailbox TEXT NOT NULL,
                folder TEXT NOT NULL,
                PRIMARY KEY (message, mailbox, folder)
            ) STRICT, WITHOUT ROWID""",
            """CREATE TABLE unreadable (
                mailbox TEXT NOT NULL,
                key TEXT NOT NULL,
                folder TEXT NOT NULL,
                received_at TEXT NOT NULL,
                reason TEXT NOT NULL,
                PRIMARY KEY (mailbox, key)
            ) STRICT, WITHOUT ROWID""",
            """CREATE TABLE application (
                id TEXT PRIMARY KEY,
                alias TEXT NOT NULL,
                first_seen_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID""",
            """CREATE TABLE assignment (
                message TEXT PRIMARY KEY,
                application TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID""",
            "CREATE INDEX assignment_application ON assignment (application)",
            "CREATE TABLE erased (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
            """CREATE TABLE correction (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                application TEXT NOT NULL,
                kind TEXT NOT NULL,
                made_at TEXT NOT NULL,
                value TEXT NOT NULL,
                on_day TEXT,
                until TEXT,
                undone_at TEXT
            ) STRICT""",
            # A nudge has an application and no words (they are made when it goes out); a notice has words and no application.
            """CREATE TABLE outgoing (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL CHECK (kind IN ('nudge', 'notice')),
                application TEXT NOT NULL,
                action TEXT NOT NULL,
                rests_on TEXT NOT NULL,
                push_at TEXT NOT NULL,
                status TEXT NOT NULL,
                created_at TEXT NOT NULL,
                handed_out_at TEXT,
                reason TEXT NOT NULL DEFAULT '',
                title TEXT NOT NULL DEFAULT '',
                body TEXT NOT NULL DEFAULT '',
                UNIQUE (kind, application, action, rests_on)
            ) STRICT""",
            "CREATE INDEX outgoing_due ON outgoing (push_at) WHERE status = 'planned'",
            "CREATE VIEW waiting AS SELECT * FROM outgoing WHERE status = 'planned' AND handed_out_at IS NULL",
            """CREATE TABLE delivery (
                outgoing INTEGER NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
                target TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('in_flight', 'delivered', 'retry', 'given_up', 'lost')),
                attempts INTEGER NOT NULL,
                is_repeated INTEGER NOT NULL DEFAULT 0,
                first_try_at TEXT NOT NULL,
                last_try_at TEXT NOT NULL,
                next_try_at TEXT,
                detail TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (outgoing, target)
            ) STRICT, WITHOUT ROWID""",
            "CREATE INDEX delivery_open ON delivery (state) WHERE state IN ('in_flight', 'retry')",
        ),
    ),
)


def applied(database: sqlite3.Connection) -> frozenset[int]:
    """The numbers of the migrations that this ledger has had. Writes nothing; empty for a new file."""
    table = database.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'").fetchone()
    if table is None:
        return frozenset()
    return frozenset(number for (number,) in database.execute("SELECT number FROM migration"))


def pending(database: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[Migration, ...]:
    """What this ledger still lacks, in order. Writes nothing.

    LedgerError where the file belongs to another program, or to a newer heardback.
    """
    _refuse_foreign_file(database)
    done = applied(database)
    newest = max((migration.number for migration in migrations), default=0)
    if done and max(done) > newest:
        raise LedgerError(
            f"The ledger has the shape number {max(done)}, and this heardback knows shapes up to {newest}.",
            "It was written by a newer heardback: install that version again, or restore a backup made before the change.",
        )
    return tuple(migration for migration in sorted(migrations, key=lambda one: one.number) if migration.number not in done)


def migrate(
    database: sqlite3.Connection, now: Callable[[], datetime], migrations: Sequence[Migration] = MIGRATIONS
) -> tuple[int, ...]:
    """Bring the ledger up to date; answers the numbers that were applied. The connection must be in autocommit mode."""
    numbers = []
    for migration in pending(database, migrations):
        database.execute("BEGIN IMMEDIATE")
        try:
            if migration.number not in applied(database):
                _apply(database, migration, now())
                numbers.append(migration.number)
            database.execute("COMMIT")
        except BaseException:
            # A full disk has rolled back by itself already, and then a second ROLLBACK would hide the first error.
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
    return tuple(numbers)


def _apply(database: sqlite3.Connection, migration: Migration, at: datetime) -> None:
    database.execute(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT"
    )
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in migration.statements:
        database.execute(statement)
    database.execute(
        "INSERT INTO migration (number, name, applied_at) VALUES (?, ?, ?)", (migration.number, migration.name, to_text(at))
    )


def _refuse_foreign_file(database: sqlite3.Connection) -> None:
    (mark,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and mark != APPLICATION_ID:
        raise LedgerError(
            "The file given for the ledger is another program's database.",
            "Name another file under [ledger] path, or move this one away.",
        )
