"""The few looks at a header that a source needs itself: where it ends, when it was written, which labels it bears.

Reading a header is ``reading``'s task, and done there with care for what is broken. A source only needs a moment to sort by
and a folder's role, so it looks for one field at a time and takes "cannot tell" for an answer.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime

from heardback.mailbox.folders import role_by_gmail_labels
from heardback.model import FolderRole

HEADER_LIMIT_BYTES = 65_536
"""A longer header is cut at the last whole line: what is longer is an attack or a loop."""

_MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
# RFC 5322 section 3.3 and RFC 3501 date-time: "3 Feb 2026 09:14:00 -0600", " 3-Feb-2026 09:14:00 -0600".
_DATE = re.compile(rb"(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d)(?::(\d\d))? ([+-])(\d\d)(\d\d)")
_FOLD = re.compile(r"\r?\n[ \t]")


def header_end(content: bytes) -> int:
    """Where the body begins: the offset behind the first blank line, -1 if there is none."""
    if content[:1] == b"\n" or content[:2] == b"\r\n":
        return content.index(b"\n") + 1
    # Two searches for fixed bytes: a third of the time of one for a pattern.
    unix, dos = content.find(b"\n\n"), content.find(b"\n\r\n")
    if unix >= 0 and (dos < 0 or unix < dos):
        return unix + 2
    return dos + 3 if dos >= 0 else -1


def bounded(header: bytes) -> bytes:
    """Cut a header to HEADER_LIMIT_BYTES at the end of a line, a blank line behind it."""
    if len(header) <= HEADER_LIMIT_BYTES:
        return header
    return (
        header[: header.rindex(b"\n", 0, HEADER_LIMIT_BYTES) + 1 if b"\n" in header[:HEADER_LIMIT_BYTES] else HEADER_LIMIT_BYTES]
        + b"\r\n"
    )


def field_of(header: bytes, name: bytes) -> bytes | None:
    """Give the first value of a field, folded as it stands; None if there is no such field. ``name`` is lower case."""
    lowered = header.lower()
    start = 0 if lowered.startswith(name + b":") else lowered.find(b"\n" + name + b":") + 1
    if start == 0 and not lowered.startswith(name + b":"):
        return None
    start += len(name) + 1
    end = start
    while True:
        end = header.find(b"\n", end)
        if end < 0:
            return header[start:].strip()
        if header[end + 1 : end + 2] not in (b" ", b"\t"):
            return header[start:end].strip()
        end += 1


def parse_moment(text: bytes) -> datetime | None:
    """Read a mail date to UTC; None where no instant can be had. Takes IMAP's INTERNALDATE as well."""
    found = _DATE.search(text)
    try:
        if found and (month := _MONTHS.get(found[2].lower())):
            offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
            zone = timezone(offset if found[7] == b"+" else -offset) if offset else UTC
            # 60 is a leap second (RFC 5322 section 3.3), which datetime does not know.
            second = min(int(found[6] or 0), 59)
            moment = datetime(int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), second, tzinfo=zone)
            return moment.astimezone(UTC)
        loose = parsedate_to_datetime(text.decode("ascii", "replace"))
        return (loose if loose.tzinfo else loose.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def sent_at(header: bytes) -> datetime | None:
    """The instant of the Date field, in UTC."""
    value = field_of(header, b"date")
    return parse_moment(value) if value else None


def gmail_role(header: bytes, default: FolderRole) -> FolderRole | None:
    """What a Takeout's X-Gmail-Labels make of a message; ``default`` where it has none, None for a draft or the bin."""
    value = field_of(header, b"x-gmail-labels")
    if value is None:
        return default
    text = _FOLD.sub(" ", value.decode("utf-8", "replace"))
    try:
        pieces = decode_header(text)
        text = "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace") for piece, charset in pieces
        )
    except (HeaderParseError, ValueError, LookupError):
        pass
    return role_by_gmail_labels(label.strip().strip('"') for label in text.split(","))
