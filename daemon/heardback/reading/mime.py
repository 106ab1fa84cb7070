"""The parts of a message: boundaries, nesting, transfer encodings.

Our own reader of RFC 2046, and not ``email.parser``, for three reasons. Hostile nesting and part counts are bounded while
reading (the standard parser recurses as deep as the sender nests, and tests every line against every open boundary). An
attachment is stepped over by one search for its boundary instead of line by line. And there is no exception to escape:
whatever the bytes, the answer is a tree. A test compares its leaves with the standard parser's.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message as HeaderBox
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from heardback.reading import headers
from heardback.reading.charsets import clean, decode, decode_text
from heardback.reading.headers import Fields

MAX_DEPTH = 20
MAX_PARTS = 100
MAX_TEXT_CHARACTERS = 256 * 1024
"""Nobody promises anything after 256 KB of letter."""
_MAX_TEXT_BYTES = 4 * MAX_TEXT_CHARACTERS
"""What is decoded of one text at most: room for base64 or quoted-printable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One node of the tree. ``content_type`` is lower case ("text/plain" where none or nonsense was said); a leaf has a
    ``body``, still in its transfer encoding, and no ``children``. ``fields`` are those of ``headers.WANTED``."""

    content_type: str
    params: Mapping[str, str] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    body: bytes = b""
    children: tuple[Part, ...] = ()

    @property
    def is_attachment(self) -> bool:
        """Said to be one; a text with a file name is one too, though shown inline."""
        disposition = self.fields.get("content-disposition", b"").strip().lower()
        return disposition.startswith(b"attachment") or bool(self.filename)

    @property
    def filename(self) -> str:
        disposition = self.fields.get("content-disposition")
        if disposition:
            name = _parse(headers.text_of(disposition)[:2000])[1].get("filename", "")
            if name:
                return name
        return self.params.get("name", "")

    def decoded(self) -> bytes:
        """The body without its transfer encoding, as far as it can be read; at most about 1 MB."""
        return decode_transfer(self.body[:_MAX_TEXT_BYTES], self.fields.get("content-transfer-encoding", b""))

    def text(self) -> str:
        """The body as text, cut at 256 K characters."""
        return decode_text(self.decoded(), self.params.get("charset", ""))[:MAX_TEXT_CHARACTERS]

    def leaves(self) -> Iterator[Part]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def parse(content: bytes) -> Part:
    """Read a message: any bytes give a tree of at most 100 parts, 20 deep."""
    return _part(content, MAX_DEPTH, _Budget(), "text/plain")


class _Budget:
    """How many parts may still be made."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_PARTS


def _part(content: bytes, depth: int, budget: _Budget, default_type: str) -> Part:
    budget.left -= 1
    fields, body = headers.split(content)
    written = fields.get("content-type")
    content_type, params = parse_content_type(written, default_type) if written else (default_type, {})
    if depth <= 0:
        return Part(content_type="application/octet-stream", fields=fields)
    if content_type.startswith("multipart/"):
        child_type = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        pieces = _pieces(body, params.get("boundary", ""))
        if not pieces:
            # said to have parts and has none: what is there is text
            return Part(content_type="text/plain", fields=fields, body=body)
        children = []
        for piece in pieces:
            if budget.left <= 0:
                break
            children.append(_part(piece, depth - 1, budget, child_type))
        return Part(content_type=content_type, params=params, fields=fields, children=tuple(children))
    if content_type in ("message/rfc822", "message/global") and budget.left > 0:
        inner = decode_transfer(body, fields.get("content-transfer-encoding", b""))
        child = _part(inner.lstrip(b"\r\n"), depth - 1, budget, "text/plain")
        return Part(content_type=content_type, params=params, fields=fields, children=(child,))
    return Part(content_type=content_type, params=params, fields=fields, body=body)


_GUESSED_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\nContent-", re.MULTILINE | re.IGNORECASE)


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """Cut a multipart body at its boundary; at a line that looks like one where the boundary is missing or wrong."""
    pieces = _cut(body, boundary.encode("latin-1", "replace")) if boundary else []
    if not pieces:
        guess = _GUESSED_BOUNDARY.search(body, 0, 1 << 20)
        if guess is not None:
            pieces = _cut(body, guess[1])
    return pieces


def _cut(body: bytes, boundary: bytes) -> list[bytes]:
    marker = b"--" + boundary.rstrip()
    pieces: list[bytes] = []
    start, position = -1, body.find(marker)
    while position != -1:
        end = body.find(b"\n", position)
        end = len(body) if end == -1 else end
        if position == 0 or body[position - 1] in b"\r\n":
            rest = body[position + len(marker) : end].strip()
            if rest in (b"", b"--"):
                if start >= 0:
                    pieces.append(_without_last_newline(body[start:position]))
                if rest == b"--" or len(pieces) >= MAX_PARTS:
                    return pieces
                start = end + 1
        position = body.find(marker, position + len(marker))
    if start >= 0:
        pieces.append(body[start:])
    return pieces


def _without_last_newline(piece: bytes) -> bytes:
    """The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith((b"\n", b"\r")) else piece


# ------------------------------------------------------------------------------------ content type, encoding

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_SIMPLE_TYPE = re.compile(r"([A-Za-z0-9/.+-]{1,100})(?:\s*;\s*charset=\"?([A-Za-z0-9_.:-]{1,40})\"?)?\s*;?")


def parse_content_type(value: bytes, default: str = "text/plain") -> tuple[str, dict[str, str]]:
    """Read a Content-Type field: the type in lower case and its parameters, names in lower case, RFC 2231 decoded."""
    content_type, params = _parse(headers.text_of(value)[:4000])
    if _TYPE.fullmatch(content_type):
        return content_type, params
    if content_type == "text":
        return "text/plain", params
    return ("multipart/mixed" if "boundary" in params else default), params


@lru_cache(maxsize=512)
def _parse(value: str) -> tuple[str, dict[str, str]]:
    """A value and its parameters (RFC 2045 section 5.1, RFC 2231)."""
    simple = _SIMPLE_TYPE.fullmatch(value)
    if simple is not None:
        return simple[1].lower(), {"charset": simple[2]} if simple[2] else {}
    box = HeaderBox()
    box["Content-Type"] = value
    try:
        pairs = box.get_params(failobj=[], unquote=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        pairs = []
    params: dict[str, str] = {}
    for name, raw in pairs[1:]:
        params.setdefault(name.lower(), _param_text(raw))
    return value.split(";", 1)[0].strip().lower(), params


def _param_text(raw: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(raw, tuple):
        charset, _, encoded = raw
        return clean(decode(unquote_to_bytes(encoded) if "%" in encoded else encoded.encode("latin-1", "replace"), charset or ""))
    return headers.decode_words(raw) if "=?" in raw else raw


def decode_transfer(body: bytes, encoding: bytes) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 section 6); an unknown or broken one is left as it stands."""
    name = encoding.strip().strip(b"\"'").lower()
    if name == b"quoted-printable":
        return binascii.a2b_qp(body)
    if name == b"base64":
        return _base64_body(body)
    if name in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _uuencoded(body)
    return body


def _base64_body(body: bytes) -> bytes:
    """Base64; text that is not base64 at all is left alone."""
    if len(body) > 40 and body.count(b" ") * 8 > len(body):
        return body
    return headers.lenient_base64(body)


def _uuencoded(body: bytes) -> bytes:
    decoded: list[bytes] = []
    lines = body.splitlines()
    for line in lines:
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`"):
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            return body
    return b"".join(decoded)
