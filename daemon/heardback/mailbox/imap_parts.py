"""A large message by its parts: what to ask for, and how to put it together again.

Above 256 KB only texts, calendars and the reason of a bounce are fetched, each up to 64 KB. What comes back is a well-formed
message with the original header and the original nesting (a text and its HTML twin stay alternatives), only without
what was left on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from heardback.mailbox.abridge import MAX_DEPTH, MAX_PARTS, PART_LIMIT_BYTES, cut

_CONTENT_TYPE_FIELD = re.compile(rb"^content-type[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_SUBTYPE = re.compile(rb"[A-Za-z0-9.+-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A node of the message's structure: a multipart with its children, or a leaf that is worth fetching.

    ``section`` is IMAP's number ("1.2"), "" for the whole message. Leaves not worth it are not in the tree.
    """

    section: str
    subtype: bytes = b"mixed"
    children: tuple[Part, ...] | None = None

    @property
    def leaves(self) -> Iterator[Part]:
        if self.children is None:
            yield self
        for child in self.children or ():
            yield from child.leaves


def worth_fetching(structure: Any) -> Part | None:
    """Read imapclient's BodyData; None where nothing in the message is worth fetching but its header."""
    return _part(structure, "", 0)


def _part(structure: Any, section: str, depth: int) -> Part | None:
    if isinstance(structure[0], list):
        if depth > MAX_DEPTH:
            return None
        above = f"{section}." if section else ""
        found = (_part(child, f"{above}{number}", depth + 1) for number, child in enumerate(structure[0][:MAX_PARTS], 1))
        children = tuple(part for part in found if part is not None)
        subtype = structure[1] if len(structure) > 1 and isinstance(structure[1], bytes) else b"mixed"
        return Part(section=section, subtype=subtype if _SUBTYPE.fullmatch(subtype) else b"mixed", children=children)
    kind, subtype = (bytes(word or b"").lower() for word in structure[:2])
    if (
        kind == b"text"
        or (kind, subtype) == (b"message", b"delivery-status")
        or (kind != b"message" and _names_calendar(structure))
    ):
        return Part(section=section)
    return None


def _names_calendar(structure: Any) -> bool:
    if isinstance(structure, bytes):
        return structure.lower().endswith(b".ics")
    return isinstance(structure, tuple | list) and any(_names_calendar(item) for item in structure)


def fetch_items(root: Part | None) -> str:
    """The FETCH items for a tree. One byte more than the limit shows whether a text goes on."""
    items = ["BODY.PEEK[HEADER]"]
    for leaf in root.leaves if root else ():
        if leaf.section:
            items.append(f"BODY.PEEK[{leaf.section}.MIME]")
        items.append(f"BODY.PEEK[{leaf.section or 'TEXT'}]<0.{PART_LIMIT_BYTES + 1}>")
    return f"(UID INTERNALDATE RFC822.SIZE {' '.join(items)})"


def rebuilt(root: Part | None, sections: Mapping[bytes, bytes]) -> bytes:
    """Put a message together from the answer to ``fetch_items``."""
    header = sections.get(b"HEADER", b"")
    if root is None:
        return header
    if root.children is None:
        return header + cut(sections.get(b"TEXT", b""))
    boundary = b"part-" + blake2b(b"\n".join(sections.values()), digest_size=15).hexdigest().encode("ascii")
    fields = _CONTENT_TYPE_FIELD.sub(b"", header.removesuffix(b"\n").removesuffix(b"\r"))
    return fields + _multipart(root, sections, boundary)


def _multipart(part: Part, sections: Mapping[bytes, bytes], boundary: bytes) -> bytes:
    own = boundary + b"-" + part.section.encode("ascii")
    pieces = [b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (part.subtype.lower(), own)]
    for child in part.children or ():
        if child.children is not None:
            inner = _multipart(child, sections, boundary)
        else:
            section = child.section.encode("ascii")
            inner = sections.get(section + b".MIME", b"\r\n") + cut(sections.get(section, b""))
        pieces.append(b"--" + own + b"\r\n" + inner + b"\r\n")
    pieces.append(b"--" + own + b"--\r\n")
    return b"".join(pieces)
