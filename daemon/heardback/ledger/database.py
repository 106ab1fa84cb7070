"""The connection to the file: who may read it, how it is opened, and what a transaction is.

Decisions and their reasons:

- The file is 0600 in a folder of 0700 (made so where it is missing): it says who talks to which employer.
- WAL, so that `heardback status` reads while the daemon writes.
- ``synchronous=FULL``: every COMMIT waits for the disk. In WAL mode NORMAL would keep the file whole through a power cut as well,
  but may lose the last transactions, and one of those is "this nudge is in flight": the phone would ring again. A pass writes a
  handful of transactions, so the milliseconds are not felt. A disk that lies about its flushes can still lose them.
- Before a migration the old file is copied beside it (``.before-2``): a migration is one transaction and cannot be half done,
  but it can be wrong, and an older heardback refuses the newer shape.
- ``secure_delete``: what was erased on request is overwritten, not only unlinked.
- Autocommit by default and BEGIN IMMEDIATE for every change: the write lock is taken before anything is read that the change
  rests on, so two programs cannot both decide on the same state.
- One connection belongs to one thread (sqlite3 checks it); another thread or command opens its own.
"""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from heardback.clock import SystemClock
from heardback.errors import LedgerError
from heardback.ledger.faults import damaged, translated
from heardback.ledger.lock import DaemonLock
from heardback.ledger.schema import applied, migrate, pending

BUSY_TIMEOUT_S = 10.0
"""How long to wait for another program's write. The longest of ours, a batch of 500 messages, takes well under a second."""


class Database:
    """An open ledger file. ``open`` is the way in; use it as a context manager, or ``close`` it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = DaemonLock(path.with_name(path.name + ".lock"))

    @classmethod
    def open(cls, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Open the ledger at ``path``, made where it is missing and brought to the present shape.

        LedgerError where that fails; the sentence and ``next_step`` say why and what to do.
        """
        _make_file(path)
        with translated(path):
            # Autocommit (isolation_level None): sqlite3's own idea of when to BEGIN would leave the DDL of a migration outside.
            connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                _copy_before_migration(connection, path)
                migrate(connection, SystemClock().now)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    def close(self) -> None:
        """Give back the claim and close the file. Harmless when done twice."""
        self._lock.release()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._path

    def claim(self) -> None:
        """Become the one that watches and pushes with this ledger; LedgerInUse where another process is.

        Reading, corrections and `scan` without pushing need no claim. The claim ends with ``release``, ``close`` or the process.
        """
        self._lock.claim()

    def release(self) -> None:
        self._lock.release()

    def check(self) -> None:
        """Look at every page and index; LedgerError where anything is wrong. 50 ms for a year of mail: once a start, not once a
        command."""
        problems = [str(row[0]) for row in self._rows("PRAGMA integrity_check(1)") if row[0] != "ok"]
        if problems:
            raise damaged(self._path)

    def written_elsewhere(self) -> int:
        """A number that changes when another connection has written to this ledger, and never by what this one writes."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def backup(self, target: Path) -> None:
        """Write a complete copy to ``target`` (0600), while others may go on reading and writing. LedgerError where it exists."""
        _copy(self._connection, target)

    def copies(self) -> tuple[Path, ...]:
        """The copies that were made before migrations, which hold what the ledger held then."""
        return tuple(sorted(self._path.parent.glob(f"{glob.escape(self._path.name)}{_BEFORE}[0-9]*")))

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return self._connection.execute(statement, values).fetchall()

    def _row(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        rows = self._rows(statement, values)
        return rows[0] if rows else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """BEGIN IMMEDIATE .. COMMIT, or ROLLBACK when anything is raised. Not to be nested."""
        with translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk rolls back by itself; a second ROLLBACK would hide the first error.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _joined(self) -> Iterator[sqlite3.Connection]:
        """The transaction that is going on, or one of its own."""
        if self._connection.in_transaction:
            yield self._connection
        else:
            with self._transaction() as database:
                yield database


_BEFORE = ".before-"


def _copy_before_migration(connection: sqlite3.Connection, path: Path) -> None:
    """Keep the ledger as it is before its shape changes. The copy of an earlier try stays: it is the older and whole one."""
    missing = pending(connection)
    target = path.with_name(f"{path.name}{_BEFORE}{missing[0].number}") if missing else path
    if missing and applied(connection) and not target.exists():
        _copy(connection, target)


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """A whole copy, or none: it gets its name when it is complete and on the disk. ``target`` must not exist. (By a rename and
    not by a link, which the file system of a memory stick does not know.)"""
    unfinished = target.with_name(f"{target.name}.unfinished-{os.getpid()}")
    if os.path.lexists(target):
        raise LedgerError(f"The copy {target} cannot be made: there is such a file.", "Name a file that does not exist.")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        try:
            with translated(target):
                copy = sqlite3.connect(unfinished)
                try:
                    connection.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
                finally:
                    copy.close()
            os.rename(unfinished, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(unfinished)
    except OSError as error:
        raise LedgerError(
            f"The copy {target} cannot be made: {error.strerror}.", "Name a file that does not exist, in a folder that does."
        ) from error


def _make_file(path: Path) -> None:
    """The folder (0700) and an empty file (0600), before SQLite makes one by the umask; its -wal and -shm take over the
    rights of the file. An existing file is narrowed, an existing folder is the person's own business."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LedgerError(
            f"The ledger {path} cannot be opened: {error.strerror}.",
            "Check that its folder exists and that you may write to it, or name another file under [ledger] path.",
        ) from error
