"""The Date field -> when the message was sent, in the sender's own offset.

"By Friday" counts from the sender's day, so the offset is kept. A date that cannot be (30 February, 1970, the day after the day
after it arrived) is the moment of arrival instead: a forged or broken future date would hold every silence open.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

from heardback.reading.headers import text_of

_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
_USUAL = re.compile(
    rb"\s*(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+([+-]\d{4})(?:\s+\([^()]*\))?\s*"
)

EARLIEST_YEAR = 1982
"""RFC 822 is of 1982; an earlier date is a clock that was never set."""
FUTURE_TOLERANCE = timedelta(days=2)
"""No zone is more than a day off and no sane clock much more: what says it was sent later than that after it arrived is wrong."""
MAX_OFFSET = timedelta(hours=15)
"""The widest real offset is +14:00."""


def sent_at(value: bytes | None, received_at: datetime) -> datetime:
    """Read a Date field (RFC 5322 sections 3.3 and 4.3); ``received_at`` where there is none, or none that can be.

    "-0000", no zone and unknown zone names are UTC.
    """
    if not value:
        return received_at
    written = _read(value)
    if written is None or written.year < EARLIEST_YEAR:
        return received_at
    try:
        is_future = written - received_at > FUTURE_TOLERANCE
    except OverflowError:
        return received_at
    return received_at if is_future else written


def _read(value: bytes) -> datetime | None:
    usual = _USUAL.fullmatch(value)
    try:
        if usual is not None:
            day, month, year, hour, minute, second, offset = usual.groups()
            number = _MONTHS[month.title()]
            return datetime(
                int(year), number, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=_zone(int(offset))
            )
        return _read_unusual(text_of(value)[:200])
    except (KeyError, ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _zone(clock: int) -> timezone:
    """The zone of an offset as it is written: -430 is "-0430"."""
    hours, minutes = divmod(abs(clock), 100)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > MAX_OFFSET or minutes > 59:
        raise ValueError("no zone is that far away")
    return timezone(-offset if clock < 0 else offset) if offset else UTC


def _read_unusual(text: str) -> datetime | None:
    """Old zone names, two-digit years, missing seconds (``parsedate_tz``), and ISO 8601, which some programs write."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, AttributeError):  # odd dates have made it raise in several Python releases
        return None
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    minutes = abs(parsed[9] or 0) // 60
    clock = minutes // 60 * 100 + minutes % 60
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(-clock if (parsed[9] or 0) < 0 else clock))
