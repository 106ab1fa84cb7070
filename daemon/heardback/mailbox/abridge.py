"""A large message without what nobody will read: attachments emptied, long texts cut, the structure kept.

Reading needs the text and the calendar; a CV of 20 MB beside them would only fill memory. The parts keep their headers, so a
reader still sees that there was an attachment. Works on bytes and boundaries (RFC 2046 section 5.1), decodes nothing.
"""

from __future__ import annotations

import re

from heardback.mailbox.header_block import field_of, header_end

WHOLE_LIMIT_BYTES = 262_144
"""Messages up to this size are taken as they are: cheaper than looking at them."""
PART_LIMIT_BYTES = 65_536
MAX_DEPTH = 10
MAX_PARTS = 100

_BOUNDARY = re.compile(rb'boundary\*?=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_ICS_NAME = re.compile(rb'name\*?\d?\*?=\s*"?[^"\r\n;]{0,200}\.ics', re.IGNORECASE)
_KEPT_TYPE = re.compile(rb"\s*(?:text/|message/delivery-status)", re.IGNORECASE)


def is_kept(content_type: bytes, disposition: bytes) -> bool:
    """Is a part worth its bytes: text, calendar, the reason of a bounce? A part without a type is text (RFC 2045 section 5.2)."""
    if not content_type.strip() or _KEPT_TYPE.match(content_type):
        return True
    return bool(_ICS_NAME.search(content_type) or _ICS_NAME.search(disposition))


def cut(text: bytes) -> bytes:
    """Cut a body to PART_LIMIT_BYTES at the end of a line: no base64 quantum or UTF-8 letter is torn."""
    if len(text) <= PART_LIMIT_BYTES:
        return text
    return text[: text.rfind(b"\n", 0, PART_LIMIT_BYTES) + 1 or PART_LIMIT_BYTES]


def abridged(content: bytes) -> tuple[bytes, bool]:
    """Give the message and whether something was left out."""
    if len(content) <= WHOLE_LIMIT_BYTES:
        return content, False
    shorter = _abridged_part(content, 0)
    return shorter, len(shorter) < len(content)


def _abridged_part(part: bytes, depth: int) -> bytes:
    end = header_end(part)
    if end < 0:
        return cut(part)
    header, body = part[:end], part[end:]
    content_type = field_of(header, b"content-type") or b""
    boundary = _BOUNDARY.search(content_type) if content_type.lower().startswith(b"multipart/") else None
    if boundary and depth < MAX_DEPTH:
        return header + _abridged_parts(body, b"--" + (boundary[1] or boundary[2]), depth)
    if is_kept(content_type, field_of(header, b"content-disposition") or b""):
        return header + cut(body)
    return header


def _abridged_parts(body: bytes, delimiter: bytes, depth: int) -> bytes:
    pieces = re.split(rb"(?:^|(?<=\n))" + re.escape(delimiter) + rb"(?=--|[ \t]*\r?\n)", body)
    kept = [cut(pieces[0])]
    for piece in pieces[1 : MAX_PARTS + 1]:
        if piece.startswith(b"--"):
            kept.append(b"--\r\n")
            return delimiter.join(kept)
        line_end = piece.find(b"\n") + 1
        inner = _abridged_part(piece[line_end:], depth + 1)
        kept.append(piece[:line_end] + inner + (b"" if inner.endswith(b"\n") else b"\r\n"))
    kept.append(b"--\r\n")
    return delimiter.join(kept)
