"""Migrations: each with its record in one transaction, none twice, and none by an older program on a newer ledger."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heardback.errors import LedgerError
from heardback.ledger.schema import MIGRATIONS, Migration, applied, migrate, pending
from heardback.ledger.store import Ledger

AT = datetime(2026, 3, 11, 15, tzinfo=UTC)
NEXT = Migration(
    number=len(MIGRATIONS) + 1,
    name="a colour for mailboxes",
    statements=("ALTER TABLE mailbox ADD COLUMN colour TEXT NOT NULL DEFAULT ''", "CREATE TABLE colour (name TEXT) STRICT"),
)


def connect(path: str = ":memory:") -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_the_numbers_of_the_migrations_run_from_one_without_a_gap() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_a_new_ledger_gets_every_migration_and_the_next_time_none() -> None:
    database = connect()
    assert migrate(database, lambda: AT) == tuple(migration.number for migration in MIGRATIONS)
    assert migrate(database, lambda: AT) == ()
    assert pending(database) == ()


def test_every_table_is_strict() -> None:
    database = connect()
    migrate(database, lambda: AT)
    loose = [
        name
        for _, name, kind, _, _, is_strict in database.execute("PRAGMA table_list")
        if kind == "table" and not is_strict and not name.startswith("sqlite_")
    ]
    assert loose == []


def test_an_older_ledger_is_brought_up_and_keeps_what_it_holds() -> None:
    database = connect()
    migrate(database, lambda: AT)
    database.execute("INSERT INTO mailbox (name, messages_seen) VALUES ('home', 12)")
    assert migrate(database, lambda: AT, (*MIGRATIONS, NEXT)) == (NEXT.number,)
    assert database.execute("SELECT name, messages_seen, colour FROM mailbox").fetchall() == [("home", 12, "")]


def test_a_migration_that_fails_half_way_leaves_neither_its_tables_nor_its_record() -> None:
    database = connect()
    migrate(database, lambda: AT)
    broken = Migration(number=NEXT.number, name="broken", statements=(*NEXT.statements, "CREATE TABLE mailbox (again TEXT)"))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(database, lambda: AT, (*MIGRATIONS, broken))
    assert not database.in_transaction
    assert applied(database) == {migration.number for migration in MIGRATIONS}
    assert database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'colour'").fetchone() == (0,)
    assert migrate(database, lambda: AT, (*MIGRATIONS, NEXT)) == (NEXT.number,)


def test_two_programs_that_bring_up_one_ledger_do_the_work_once(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger")
    first, second = connect(path), connect(path)
    # The second has looked, and found the migration pending, before the first applies it.
    looked = pending(second)
    migrate(first, lambda: AT)
    assert looked == MIGRATIONS
    assert migrate(second, lambda: AT) == ()
    first.close()
    second.close()


def test_a_ledger_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    database = connect(str(path))
    migrate(database, lambda: AT, (*MIGRATIONS, NEXT))
    database.close()
    with pytest.raises(LedgerError, match=f"shape number {NEXT.number}") as caught:
        Ledger.open(path)
    assert "newer heardback" in caught.value.next_step


def test_looking_writes_nothing() -> None:
    database = connect()
    assert pending(database) == MIGRATIONS
    assert database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
