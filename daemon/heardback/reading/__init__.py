"""Raw bytes -> Message: MIME, headers, dates, body, quotes, calendar parts. Pure: no file, socket, clock or environment.

read(raw: RawMessage) -> Message | UnreadableMessage
read_header(header: RawHeader) -> Message | UnreadableMessage     # has_body False

Any bytes give one of the two. Unreadable is only what has no header at all: bad MIME, bad charsets and bad dates are read as
well as they can be.
"""

from heardback.reading.message import read, read_header

__all__ = ["read", "read_header"]
