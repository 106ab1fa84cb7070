"""SQLite's errors -> LedgerError: what failed and what the person can do about it.

Only what a person can mend is translated (the disk, the file, its rights, somebody else's lock). A wrong statement or a
broken constraint is our own mistake and goes through as it is: a bug is not caught (errors.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heardback.errors import DiskFull, LedgerError

_BY_PREFIX: tuple[tuple[str, str, str], ...] = (
    ("SQLITE_FULL", "The disk is full: {path} could not be written.", "Make room on that disk; nothing of the ledger is lost."),
    (
        "SQLITE_READONLY",
        "The ledger {path} cannot be written: the disk or the file is read-only.",
        "Check the owner and the rights of the file and its folder, and whether the disk was mounted read-only after an error.",
    ),
    (
        "SQLITE_CORRUPT",
        "The ledger {path} is damaged.",
        "Move it away together with its -wal and -shm files and restore the newest `heardback backup`, or start anew without it: "
        "the mailbox is then read again, but what you told the program is gone.",
    ),
    (
        "SQLITE_NOTADB",
        "{path} is no ledger, or it is damaged beyond reading.",
        "Check the path under [ledger]; if it is right, move the file away and restore the newest `heardback backup`.",
    ),
    (
        "SQLITE_BUSY",
        "The ledger {path} is locked by another program for longer than we wait.",
        "Another heardback command or a backup program holds it; try again when that has ended.",
    ),
    ("SQLITE_LOCKED", "The ledger {path} is locked.", "Try again when the other heardback command has ended."),
    (
        "SQLITE_CANTOPEN",
        "The ledger {path} cannot be opened.",
        "Check that its folder exists and that you may write to it.",
    ),
    ("SQLITE_PERM", "The ledger {path} may not be opened.", "Check the owner and the rights of the file and its folder."),
    (
        "SQLITE_IOERR",
        "Reading or writing the ledger {path} failed: the disk reports an error.",
        "Look at the system's log for the disk; copy the ledger elsewhere while it can still be read.",
    ),
)


def translate(error: sqlite3.Error, path: Path) -> LedgerError | None:
    """The LedgerError for ``error``, or None where it is no fault of the disk, the file or another program."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for prefix, sentence, step in _BY_PREFIX:
        if name.startswith(prefix):
            kind = DiskFull if prefix == "SQLITE_FULL" else LedgerError
            return kind(sentence.format(path=path), step)
    return None


def damaged(path: Path) -> LedgerError:
    """For a check that found what no statement has stumbled over yet."""
    _, sentence, step = next(row for row in _BY_PREFIX if row[0] == "SQLITE_CORRUPT")
    return LedgerError(sentence.format(path=path), step)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Inside, sqlite3's errors about the disk, the file or a lock become LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        ours = translate(error, path)
        if ours is None:
            raise
        raise ours from error
