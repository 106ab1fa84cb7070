"""Whether this machine's clock is wrong, judged by what mail servers stamp on the mail that comes in.

IMAP tells no time, but every message bears the moment at which the server took it (INTERNALDATE, Gmail's internalDate). Of a
message that was not there at the last reading and is there at this one, that moment lies between the two, if both clocks are
right:

    stamped later than now                    our clock is behind, by that much
    stamped before the last reading began     our clock is ahead, by at least that much

One message proves nothing: an old one that is moved into the inbox keeps its stamp, and a program may put in what it likes. So
only the newest of a reading counts, in the inbox alone, and only three readings in a row that agree in direction. One that is in
order ends it. Ten minutes are what no clock is off that is set by the network.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from heardback.mailbox.source import Batch, Source
from heardback.model import FolderRole, RawMessage

TOLERANCE = timedelta(minutes=10)
AGREEING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``seconds_ahead``: by how much our clock is ahead of the server's (negative: behind); None where it is in order."""

    seconds_ahead: float | None


@dataclass(slots=True)
class ClockWitness:
    """One mailbox's. ``saw`` after each reading; answers None where nothing is known of the clock."""

    _read_at: datetime | None = None
    _samples: list[float] = field(default_factory=list)

    def saw(self, newest: datetime | None, began_at: datetime, now: datetime) -> Reading | None:
        """``newest``: the latest stamp in the inbox of what this reading, begun at ``began_at``, found new; None for nothing."""
        before, self._read_at = self._read_at, began_at
        if newest is None or before is None:  # a first reading meets old mail
            return None
        if newest > now + TOLERANCE:
            sample = (now - newest).total_seconds()
        elif newest < before - TOLERANCE:
            sample = (before - newest).total_seconds()
        else:
            self._samples.clear()
            return Reading(seconds_ahead=None)
        if self._samples and (self._samples[-1] > 0) != (sample > 0):
            self._samples.clear()
        self._samples.append(sample)
        del self._samples[:-AGREEING]
        return Reading(seconds_ahead=min(self._samples, key=abs)) if len(self._samples) == AGREEING else None


class Stamped:
    """A source that remembers the newest stamp of the inbox that went through it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.newest: datetime | None = None

    @property
    def name(self) -> str:
        return self._source.name

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        for batch in self._source.headers_since(cursor, since):
            for header in batch.headers:
                if header.role is FolderRole.INBOX and (self.newest is None or header.received_at > self.newest):
                    self.newest = header.received_at
            yield batch

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        return self._source.texts(keys)

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return self._source.wait(stop, timeout_s)

    def interrupt(self) -> None:
        self._source.interrupt()

    def close(self) -> None:
        self._source.close()
