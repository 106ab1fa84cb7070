"""What every kind of mailbox can do, whatever lies behind it: IMAP, Gmail, files.

A source reads and never writes: nothing is marked as read, moved or changed. It hands out bytes and takes no
decisions: which message is worth a text is asked of ``understanding`` by ``scan``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heardback.model import RawHeader, RawMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some headers and the cursor that stands behind them: storing both in one transaction loses nothing.

    ``gaps`` are sentences about what could not be read on the way (a UID missing from an answer, a folder refused):
    while there are any, silence cannot be claimed. ``total`` is the source's estimate of all headers of this call, for a
    progress bar; None where it does not know.
    """

    headers: tuple[RawHeader, ...]
    cursor: str
    gaps: tuple[str, ...] = ()
    total: int | None = None


class Source(Protocol):
    """One mailbox. Not safe for use from two threads at once.

    All methods raise ``Unreachable``, ``LoginRefused`` or ``CertificateRefused``, translated from the library's own.
    After ``Unreachable`` the source has dropped its connection and the next call opens a new one.
    """

    @property
    def name(self) -> str: ...

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        """Yield all messages above ``cursor``, in batches of at most 500, in any order of folders.

        ``cursor`` is JSON text made by this source, None for a first reading, in which messages received before ``since``
        (UTC) are left out. An iteration that ends without an exception has seen every folder as it was when it
        began. There is always at least one batch, even with no headers. A cursor of an earlier life of the folder
        (UIDVALIDITY) reads that folder again from ``since``.
        """
        ...

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        """Yield the text and calendar parts of these messages; one that is gone by now is silently missing."""
        ...

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        """Sleep until new mail may have come (True), ``timeout_s`` passed or ``stop`` was set (False).

        Returns within half a second of ``stop`` being set.
        """
        ...

    def interrupt(self) -> None:
        """End a ``wait`` that is going on in another thread soon; it returns True. The only call allowed from one."""
        ...

    def close(self) -> None:
        """Log out, never raising."""
        ...
