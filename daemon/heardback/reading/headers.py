"""The header block: which fields count, and how their bytes become values.

Only the fields named here are decoded; a mailbox has a hundred thousand headers and most fields are nobody's business. Fields
are read by RFC 5322 section 2.2 and forgiving of what real senders do: bytes above 127, encoded words within quotes, a line
that is no field in between, an mbox "From " line on top.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from heardback.model import Address
from heardback.reading.charsets import CONTROL_BYTES, clean, decode

KEPT: frozenset[str] = frozenset(
    {
        "authentication-results",
        "auto-submitted",
        "content-type",
        "delivered-to",
        "errors-to",
        "feedback-id",
        "list-id",
        "list-post",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "precedence",
        "resent-from",
        "return-path",
        "sender",
        "user-agent",
        "x-auto-response-suppress",
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoresponse",
        "x-campaign",
        "x-campaign-id",
        "x-campaignid",
        "x-csa-complaints",
        "x-failed-recipients",
        "x-forwarded-for",
        "x-forwarded-to",
        "x-loop",
        "x-mailer",
        "x-mailgun-sid",
        "x-mc-user",
        "x-ms-exchange-calendar-originator-id",
        "x-ms-exchange-inbox-rules-loop",
        "x-original-to",
        "x-report-abuse",
        "x-sg-eid",
        "x-ses-outgoing",
        "x-spam-flag",
    }
)
"""Fields handed on in ``Message.headers``: what tells a person from a machine, and one machine from another."""

_OWN_FIELD = frozenset({"from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"})
_PART_FIELD = frozenset({"content-transfer-encoding", "content-disposition", "content-id"})
WANTED: frozenset[str] = KEPT | _OWN_FIELD | _PART_FIELD
_REPEATABLE = frozenset({"to", "cc", "reply-to", "references", "delivered-to"})
"""Fields whose further lines are added to the first instead of being ignored: broken mailers write one To line a person."""

_WANTED_BYTES = {name.encode(): name for name in WANTED}

MAX_HEADER_BYTES = 256 * 1024
"""More header than this is an attack or a bug; the rest is ignored."""
MAX_VALUE_BYTES = 32 * 1024
MAX_KEPT_CHARACTERS = 2000
MAX_ADDRESSES = 500
MAX_REMEMBERED_BYTES = 160
"""Values up to this length are read once and remembered: a mailbox says the same To, Precedence and List-Id all day."""
MAX_REFERENCES = 200

_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_NO_FIELD = re.compile(rb"^(?![!-9;-~]{1,100}[ \t]*:|[ \t]|>?From ).+$", re.MULTILINE)
_FIELD_START = re.compile(rb"[A-Za-z][A-Za-z0-9_.-]{0,99}[ \t]*:")

Fields = Mapping[str, bytes]
"""Lower-case names to raw values, folded as they came; only ``WANTED`` names."""


def split(content: bytes) -> tuple[Fields, bytes]:
    """Divide a message or a part into its fields and its body.

    The body begins after the first empty line. Where a mailer forgot that line, it begins at the first line that is no field
    and has no field after it.
    """
    head, body = _divide(content)
    found = _FIELD.findall(head)
    if len(found) + head.count(b"\n ") + head.count(b"\n\t") <= head.count(b"\n"):
        start = _body_start(head)
        if start is not None:
            head, body = head[:start], head[start:] + b"\n\n" + body
            found = _FIELD.findall(head)
    fields: dict[str, bytes] = {}
    for written, value in found:
        name = _WANTED_BYTES.get(written.lower())
        if name is None:
            continue
        if name not in fields:
            fields[name] = value[:MAX_VALUE_BYTES]
        elif name in _REPEATABLE and len(fields[name]) < MAX_VALUE_BYTES:
            fields[name] += (b" " if name == "references" else b", ") + value[:MAX_VALUE_BYTES]
    return fields, body


def _divide(content: bytes) -> tuple[bytes, bytes]:
    if content[:1] in (b"\n", b"\r"):
        return b"", content.lstrip(b"\r\n")
    newline = content.find(b"\n\n")
    carriage = content.find(b"\n\r\n", 0, newline if newline >= 0 else len(content))
    if carriage >= 0:
        head, body = content[:carriage], content[carriage + 3 :]
    elif newline >= 0:
        head, body = content[:newline], content[newline + 2 :]
    elif b"\n" not in content and b"\r" in content:
        head, _, body = content.replace(b"\r", b"\n").partition(b"\n\n")
    else:
        head, body = content.rstrip(b"\r\n"), b""
    if len(head) > MAX_HEADER_BYTES:
        head = head[:MAX_HEADER_BYTES]
    if b"\r" in head:
        head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if head.startswith((b"From ", b">From ")):
        head = head.partition(b"\n")[2]
    return head, body


def _body_start(head: bytes) -> int | None:
    """Where the body begins in a block with lines that are no fields; None where fields follow the first of them."""
    broken = _NO_FIELD.search(head)
    if broken is None or _FIELD_START.match(head, broken.end() + 1):
        return None
    return broken.start()


# ------------------------------------------------------------------------------------------------ values

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")


def text_of(value: bytes) -> str:
    """Unfold and decode one value: encoded words (RFC 2047), bare UTF-8 or Latin-1. Whitespace is one space."""
    text = _decoded(value)
    if "=?" in text:
        text = clean(decode_words(text))
    return " ".join(text.split()) if "\n" in text or "\t" in text else text.strip()


def _decoded(value: bytes) -> str:
    """Bytes as clean text, encoded words left as they are."""
    value = value.translate(None, CONTROL_BYTES)
    if value.isascii():
        return value.decode("ascii")
    return clean(decode(value))


def decode_words(text: str) -> str:
    """Decode the encoded words in a text. Neighbours of one charset are joined before decoding:
    some mailers cut a character in two."""
    text = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for match in _ENCODED_WORD.finditer(text):
        charset = match[1].split("*", 1)[0].lower()
        if pending and (match.start() != end or charset != pending_charset):
            pieces.append(decode(pending, pending_charset))
            pending = b""
        if match.start() != end:
            pieces.append(text[end : match.start()])
        pending, pending_charset, end = pending + _word_bytes(match[2], match[3]), charset, match.end()
    if pending:
        pieces.append(decode(pending, pending_charset))
    pieces.append(text[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if encoding in "bB":
        return lenient_base64(raw)
    return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def lenient_base64(data: bytes) -> bytes:
    """Decode base64 that may be cut off, badly padded or full of stray characters."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        data = _NOT_BASE64.sub(b"", data)
        data = data[: len(data) - 1] if len(data) % 4 == 1 else data
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


# --------------------------------------------------------------------------------------------- addresses

_SIMPLE = re.compile(r'"?([^"<>@,;:\\()\[\]=]{0,200})"?\s*<([^<>@\s",;:\\()]{1,200}@[^<>@\s",;:\\()]{1,255})>')
_BARE = re.compile(r"[^<>@\s\",;:\\()\[\]]{1,200}@[^<>@\s\",;:\\()\[\]]{1,255}")
_IN_BRACKETS = re.compile(r"<([^<>]{0,500})>")
_COMMENT = re.compile(r"\(([^()]{0,500})\)")
_GROUP = re.compile(r'^\s*[^"<>@,;:]{0,200}:(?!//)')


def addresses_of(value: bytes | None) -> tuple[Address, ...]:
    """Read a list of addresses (RFC 5322 section 3.4), in order, the unreadable ones left out.

    Names keep their case, addresses are lower case. A group counts as its members.
    """
    if not value:
        return ()
    return _remembered_addresses(value) if len(value) <= MAX_REMEMBERED_BYTES else _addresses(value)


def _addresses(value: bytes) -> tuple[Address, ...]:
    text = " ".join(_decoded(value).split())
    simple = _SIMPLE.fullmatch(text)
    if simple is not None:
        return (Address(name=_name(simple[1]), address=simple[2].lower()),)
    if _BARE.fullmatch(text):
        return (Address(name="", address=text.lower()),)
    found = [address for entry in _entries(text) if (address := _address(entry)) is not None]
    if not found and "=?" in text:
        # a mailer that encoded the whole field, brackets included
        found = [address for entry in _entries(clean(decode_words(text))) if (address := _address(entry)) is not None]
    return tuple(found[:MAX_ADDRESSES])


_remembered_addresses = lru_cache(maxsize=1024)(_addresses)


def _entries(text: str) -> list[str]:
    """Cut a list at the commas and semicolons outside quotes, brackets and comments."""
    if '"' not in text and "(" not in text and ";" not in text:
        return text.split(",") if ":" not in text else [_GROUP.sub("", entry) for entry in text.split(",")]
    entries, start, quoted, depth, bracket, skip = [], 0, False, 0, False, False
    for index, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif quoted:
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif character in "<>":
            bracket = character == "<"
        elif character in ",;" and not bracket:
            entries.append(text[start:index])
            start = index + 1
    entries.append(text[start:])
    if quoted and len(entries) == 1 and text.count(",") and text.count('"') % 2:
        entries = text.replace('"', "").split(",")
    return [_GROUP.sub("", entry) for entry in entries]


def _address(entry: str) -> Address | None:
    entry = entry.strip()
    if not entry:
        return None
    simple = _SIMPLE.fullmatch(entry)
    if simple is not None:
        return Address(name=_name(simple[1]), address=simple[2].lower())
    if _BARE.fullmatch(entry):
        return Address(name="", address=entry.lower())
    bracket = None
    for bracket in _IN_BRACKETS.finditer(entry):
        if "@" in bracket[1]:
            break
    if bracket is not None:
        address, name = bracket[1], entry[: bracket.start()] or entry[bracket.end() :]
    else:
        comment = _COMMENT.search(entry)
        name = comment[1] if comment else ""
        rest = _COMMENT.sub("", entry).strip()
        bare = _BARE.search(rest)
        if bare is None and (len(rest) > 60 or "=?" in rest or " " in rest):
            return None
        address = bare[0] if bare else rest
        if bare is not None and not name:
            name = rest.replace(bare[0], "").strip(" <>")
    address = "".join(address.replace("mailto:", "").split()).strip("\"'<>").lower()
    return Address(name=_name(name), address=address[:320]) if address else None


def _name(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == '"' and name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if "=?" in name:
        name = clean(decode_words(name))
    name = " ".join(name.split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name[:200]


# ------------------------------------------------------------------------------------------- message ids

_ID = re.compile(r"<[^<>\s]{1,990}>")
_BROKEN_ID = re.compile(r"<([^<>]{1,990})>")


def ids_of(value: bytes | None) -> tuple[str, ...]:
    """All ids of a References or In-Reply-To field (RFC 5322 section 3.6.4), in order, each once, brackets included."""
    if not value:
        return ()
    text = _decoded(value)
    found = _ID.findall(text)
    if not found:
        found = ["<" + "".join(match.split()) + ">" for match in _BROKEN_ID.findall(text) if match.strip()]
    if not found and "@" in text and "<" not in text:
        found = [f"<{word}>" for word in text.split() if "@" in word and len(word) < 990]
    if len(found) > MAX_REFERENCES:
        # the first names the thread, the last ones the nearest parents
        found = found[:1] + found[-(MAX_REFERENCES - 1) :]
    return tuple(dict.fromkeys(found))


def message_id(fields: Fields, received_at: datetime) -> str:
    """The Message-ID with its brackets, exactly as written; one made from the header where the sender gave none.

    The made one rests on fields that every copy of the message has, so that the same mail in two folders stays one mail.
    """
    ids = ids_of(fields.get("message-id"))
    if ids:
        return ids[0]
    written = fields.get("message-id", b"").strip()
    if written and b" " not in written and len(written) < 200 and b"<" not in written:
        return f"<{_decoded(written)}>"
    digest = hashlib.sha256()
    for name in ("from", "to", "cc", "subject", "date"):
        digest.update(name.encode() + b":" + b" ".join(fields.get(name, b"").split()) + b"\n")
    if not fields.get("date", b"").strip():
        digest.update(received_at.isoformat().encode())
    return f"<{digest.hexdigest()}@missing.invalid>"


def kept_of(fields: Fields) -> dict[str, str]:
    """The values of ``KEPT`` fields as text, 2,000 characters each at most."""
    return {
        name: _remembered_text(value) if len(value) <= MAX_REMEMBERED_BYTES else text_of(value)[:MAX_KEPT_CHARACTERS]
        for name, value in fields.items()
        if name in KEPT
    }


_remembered_text = lru_cache(maxsize=1024)(text_of)
