"""A copy of a ledger put back in its place, on this machine or another.

Refused while a service watches with the ledger that is there: it would go on writing into a file without a name. The copy is
looked at first, all of it: a damaged one replaces nothing. What was in the place is kept beside it, under a name with its date.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from heardback.errors import LedgerError, UsageError
from heardback.ledger.lock import DaemonLock
from heardback.ledger.schema import APPLICATION_ID
from heardback.ledger.store import Ledger


def restore_ledger(copy: Path, path: Path, now: datetime) -> Path | None:
    """Put ``copy`` where the ledger lies; answers where the former one is kept, None where there was none.

    Raises UsageError for what is no ledger, LedgerError for a damaged one, LedgerInUse while a service runs with ``path``.
    """
    _refuse_what_is_no_ledger(copy)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = DaemonLock(path.with_name(path.name + ".lock"))
    lock.claim()
    try:
        fresh = path.with_name(f"{path.name}.restored-{os.getpid()}")
        with Ledger.open(copy) as source:
            source.check()
            source.backup(fresh)
        kept = _put_aside(path, now)
        os.rename(fresh, path)
    finally:
        lock.release()
    Ledger.open(path).close()
    return kept


def _refuse_what_is_no_ledger(copy: Path) -> None:
    """Before anything is opened for writing: opening would make an empty ledger of a name that does not exist."""
    try:
        size = copy.stat().st_size
        database = sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)
        try:
            (mark,) = database.execute("PRAGMA application_id").fetchone()
        finally:
            database.close()
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"{copy} is no copy of a ledger that can be read.", "Name a file that heardback backup made.") from error
    if not size or mark != APPLICATION_ID:
        raise UsageError(f"{copy} is no copy of a ledger.", "Name a file that heardback backup made.")


def _put_aside(path: Path, now: datetime) -> Path | None:
    """Keep the ledger that is there, with its log: without that its last transactions would be gone."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.replaced-{now:%Y%m%d-%H%M%S}")
    if kept.exists():
        raise LedgerError(f"{kept} is there already.", "Try again in a second.")
    for tail in ("-wal", "-shm"):
        beside = path.with_name(path.name + tail)
        if beside.exists():
            os.rename(beside, kept.with_name(kept.name + tail))
    os.rename(path, kept)
    return kept
