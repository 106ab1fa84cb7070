"""Raw bytes -> Message: MIME, headers, dates, body, quotes, calendar parts. Pure: no file, socket, clock or environment.

read(raw: RawMessage) -> Message | UnreadableMessage
read_header(header: RawHeader) -> Message | UnreadableMessage     # has_body False
authentication_of(message: Message) -> Authentication             # what the receiving server says of its sender

Any bytes give one of the two. Unreadable is only what has no header at all: bad MIME, bad charsets and bad dates are read as
well as they can be.
"""

from heardback.reading.authentication import authentication_of
from heardback.reading.message import read, read_header

__all__ = ["authentication_of", "read", "read_header"]
