"""What Gmail says of a message, as JSON, turned into what a source hands out: folder, role, header block, and the text without
its attachments. Pure: the resources come from ``gmail_line``.

Gmail has no folders but labels, and their ids are the same in every language. Drafts, the bin and chats are never read; of Spam
headers alone are asked for (by whoever asks for texts).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from heardback.mailbox.abridge import MAX_DEPTH, MAX_PARTS, PART_LIMIT_BYTES, cut, is_kept
from heardback.mailbox.folders import FolderChoice
from heardback.mailbox.header_block import bounded, sent_at
from heardback.model import FolderRole, RawHeader

HEADER_FIELDS = frozenset(
    (
        *("from", "to", "cc", "reply-to", "sender", "date", "subject", "message-id", "in-reply-to", "references"),
        *("auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress", "x-autoreply"),
        *("return-path", "content-type", "content-language", "x-failed-recipients", "authentication-results"),
    )
)
"""What is kept of a header. Gmail is asked for all of it: its own filter takes "Cc" and leaves "CC" out."""

_NEVER = frozenset({"TRASH", "DRAFT", "CHAT"})
_NAMES = {"INBOX": "INBOX", "SENT": "Sent", "SPAM": "Spam"}
_ARCHIVE = "All Mail"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKS = frozenset({"UNREAD", "STARRED", "IMPORTANT"})
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+\s*")
_FIELD_NAME = re.compile(r"[!-9;-~]{1,100}")
_SUBTYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_CHARSET = re.compile(r';\s*charset\*?\s*=\s*("[^"]{0,100}"|[^\s;]{0,100})', re.IGNORECASE)

Attachment = Callable[[str], bytes]
"""Gives the bytes of an attachment by its id."""


# ------------------------------------------------------------------------------------------------ labels


def role_of_labels(labels: Iterable[str]) -> FolderRole | None:
    """Judge by label ids; None: never read. One's own letter to oneself is in both; that it was sent says more."""
    found = set(labels)
    if found & _NEVER:
        return None
    for label, role in (("SPAM", FolderRole.JUNK), ("SENT", FolderRole.SENT), ("INBOX", FolderRole.INBOX)):
        if label in found:
            return role
    return FolderRole.ARCHIVE


def folders_of(labels: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """The folders that a message lies in, by the names that Gmail's page shows; the most telling one first. ``names``: the
    owner's own labels by id."""
    found = set(labels)
    folders = [_NAMES[label] for label in ("SPAM", "SENT", "INBOX") if label in found]
    folders += sorted(names[label] for label in found if label in names)
    return folders or [_ARCHIVE]


def is_chosen(folders: Iterable[str], choice: FolderChoice) -> bool:
    """A message that lies in several folders is read if one of them is."""
    return any(choice.takes(folder.split("/")) for folder in folders)


def moves(labels: Iterable[str]) -> bool:
    """Does it matter to a choice of folders that these labels came or went? Read, starred and the categories do not."""
    return any(label not in _MARKS and not label.startswith("CATEGORY_") for label in labels)


# ------------------------------------------------------------------------------------------------ headers


def raw_header(
    resource: Mapping[str, Any], *, mailbox: str, names: Mapping[str, str], choice: FolderChoice, header: bytes
) -> RawHeader | None:
    """None for what is not read: the bin, a draft, a folder that was not chosen."""
    labels = resource.get("labelIds", ())
    role = role_of_labels(labels)
    folders = folders_of(labels, names)
    if role is None or not is_chosen(folders, choice):
        return None
    size_bytes = int(resource.get("sizeEstimate", 0))
    received = resource.get("internalDate")
    return RawHeader(
        key=f"{resource['id']} {size_bytes}",
        mailbox=mailbox,
        folder=folders[0],
        role=role,
        received_at=_EPOCH + timedelta(milliseconds=int(received)) if received else sent_at(header) or _EPOCH,
        size_bytes=size_bytes,
        header=header,
        provider_thread=resource.get("threadId"),
    )


def header_block(payload: Mapping[str, Any]) -> bytes:
    """The fields worth having, as a header block with a blank line behind it."""
    return bounded(_fields(payload, lambda name: name in HEADER_FIELDS) + b"\r\n")


def _fields(payload: Mapping[str, Any], wanted: Callable[[str], bool]) -> bytes:
    """Gmail's names and values as a header block, UTF-8 (RFC 6532). A line break in a value begins no field of its own."""
    lines = []
    for field in payload.get("headers", ()):
        name, value = field.get("name", ""), field.get("value", "")
        if _FIELD_NAME.fullmatch(name) and wanted(name.lower()):
            lines.append(f"{name}: {_CONTROL.sub(' ', value)}\r\n")
    return "".join(lines).encode("utf-8", "replace")


# -------------------------------------------------------------------------------------------------- texts


def decoded(data: str) -> bytes:
    """base64url with or without its padding (RFC 4648 section 5)."""
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""


def rebuilt(payload: Mapping[str, Any], attachment: Attachment) -> bytes:
    """Put a large message together from format=full: the original header and nesting, the texts and calendars, each up to 64 KB.

    Gmail hands out a text decoded and in UTF-8, whatever its header says of it; so the header is made to fit.
    """
    top = _fields(payload, lambda name: not name.startswith("content-") and name != "mime-version")
    seed = blake2b(str(payload.get("headers", "")).encode("utf-8", "replace"), digest_size=15).hexdigest()
    part = _part(payload, attachment, f"part-{seed}", 0)
    fields = bounded(b"MIME-Version: 1.0\r\n" + top).rstrip(b"\r\n")
    return fields + b"\r\n" + (part or b"\r\n")


def _part(part: Mapping[str, Any], attachment: Attachment, boundary: str, depth: int) -> bytes | None:
    """One node with its own header; None for a leaf that nobody will read."""
    kind = str(part.get("mimeType") or "text/plain").lower()
    if kind.startswith("multipart/") and depth < MAX_DEPTH:
        return _multipart(part, kind, attachment, boundary, depth)
    content_type, disposition = _field(part, "content-type"), _field(part, "content-disposition")
    named = f'{content_type or kind}; name="{_quotable(part.get("filename", ""))}"'
    if not is_kept(named.encode("utf-8", "replace"), disposition.encode("utf-8", "replace")):
        return None
    declared = content_type if content_type.lower().startswith(kind) else ""
    return _leaf(declared or (named if part.get("filename") else kind), disposition, _body(part, attachment))


def _multipart(part: Mapping[str, Any], kind: str, attachment: Attachment, boundary: str, depth: int) -> bytes:
    found = (
        _part(child, attachment, f"{boundary}-{number}", depth + 1)
        for number, child in enumerate(part.get("parts", ())[:MAX_PARTS])
    )
    pieces = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), one) for one in found if one is not None)
    subtype = kind if _SUBTYPE.fullmatch(kind) else "multipart/mixed"
    return b'Content-Type: %s; boundary="%s"\r\n\r\n%s--%s--\r\n' % (
        subtype.encode(),
        boundary.encode(),
        pieces,
        boundary.encode(),
    )


def _leaf(content_type: str, disposition: str, body: bytes) -> bytes:
    is_unicode = True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        is_unicode = False
    if is_unicode:
        content_type = _CHARSET.sub("", content_type) + "; charset=utf-8"
    lines = [f"Content-Type: {_CONTROL.sub(' ', content_type)}", "Content-Transfer-Encoding: 8bit"]
    if disposition:
        lines.append(f"Content-Disposition: {_CONTROL.sub(' ', disposition)}")
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + cut(body)


def _body(part: Mapping[str, Any], attachment: Attachment) -> bytes:
    """The text at hand, or a calendar that has to be fetched apart, unless it is larger than what is read of it."""
    body = part.get("body", {})
    if "data" in body:
        return decoded(body["data"])
    if "attachmentId" in body and 0 < int(body.get("size", 0)) <= PART_LIMIT_BYTES:
        return attachment(body["attachmentId"])
    return b""


def _field(part: Mapping[str, Any], name: str) -> str:
    return next((str(field.get("value", "")) for field in part.get("headers", ()) if field.get("name", "").lower() == name), "")


def _quotable(text: str) -> str:
    return text.replace("\\", "_").replace('"', "_")
