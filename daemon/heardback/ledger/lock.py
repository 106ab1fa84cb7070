"""The lock that keeps two daemons from watching with one ledger.

``flock`` on a file beside the ledger, never on the ledger itself: SQLite's own locks live there, and closing any descriptor
of a file drops the POSIX locks that a process holds on it. The lock is the kernel's and dies with its owner: there is no
stale lock to clean up after a crash. The process id written inside is for the message only.
"""

from __future__ import annotations

import os
from pathlib import Path

from heardback.errors import LedgerError, LedgerInUse


class DaemonLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def claim(self) -> None:
        """Take the lock or raise LedgerInUse at once. Taking it twice is harmless."""
        import fcntl

        if self._descriptor is not None:
            return
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerError(
                f"The lock {self._path} cannot be made: {error.strerror}.", "Check the rights of its folder."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise LedgerInUse(
                f"Another heardback is watching with this ledger{f' (process {owner})' if owner else ''}.",
                "Stop it first (`systemctl --user stop heardback`), or use commands that need no watch: `heardback status`.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless where it is not held. The file stays: removing it would race with the next owner."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
