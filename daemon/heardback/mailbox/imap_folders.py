"""Which folders an IMAP account has, and how one of them stands: LIST and EXAMINE, read with patience.

imapclient's own LIST stops at the first name that is not good modified UTF-7 (``R&D`` as an old server stores it), and reads the
extended answer of RFC 5258 by threes. Here a name is kept twice: as the server wrote it, to open the folder by, and as a person
would read it. Opening is always EXAMINE: nothing is changed by it, not even what counts as recent.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from imapclient.imap_utf7 import decode

INBOX = "INBOX"

# RFC 3501 section 9, mailbox-list; behind the name there may be extended data (RFC 5258 section 6), which says nothing to us.
_LISTED = re.compile(rb'\(([^)]*)\) (NIL|"(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*"|\{\d+\}$|[^ ]+(?= \(")|.*)', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFolder:
    """``name`` for people and cursors, ``wire`` as the server writes it; ``marks`` are its attributes, in small letters."""

    name: str
    wire: bytes
    delimiter: str | None
    marks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an open folder stands. ``uid_next`` and ``modseq`` (HIGHESTMODSEQ) are None and 0 where the server does not say."""

    validity: int
    uid_next: int | None
    count: int
    modseq: int

    @property
    def stamp(self) -> tuple[int, int]:
        """Other than before: something may have come."""
        return self.validity, self.count if self.uid_next is None else self.uid_next


def list_folders(client: IMAPClient) -> list[ListedFolder]:
    """Every folder of the account, INBOX first: there always is one (RFC 9051 section 5.1), whatever the answer leaves out.

    Cyrus tells special uses only to who asks for them (its ``specialusealways``; RFC 6154 section 2 leaves it to the server).
    """
    imap = client._imap
    kind, data = "NO", [None]
    if client.has_capability("SPECIAL-USE") and client.has_capability("LIST-EXTENDED"):
        with _refusals_passed_over():
            kind, data = imap._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")
    if kind != "OK":
        kind, data = imap._simple_command("LIST", '""', '"*"')
        if kind != "OK":
            raise IMAPClientError("LIST was refused")
    _, data = imap._untagged_response(kind, data, "LIST")
    folders = {folder.name: folder for folder in _listed(data)}
    inbox = folders.pop(INBOX, ListedFolder(name=INBOX, wire=b"INBOX", delimiter=None, marks=frozenset()))
    return [inbox, *folders.values()]


def _listed(data: Iterable[Any]) -> Iterator[ListedFolder]:
    """Read imaplib's pieces: a line each, or a line and a name that needed a literal."""
    for piece in data:
        line, literal = piece if isinstance(piece, tuple) else (piece, None)
        found = _LISTED.match(line or b"")
        if found is None:
            continue
        wire = literal if literal is not None else _unquoted(found[3])
        if not wire or _CONTROL.search(wire):
            continue  # nothing that could be opened: RFC 9051 section 5.1 allows no such name
        name = _readable(wire)
        if name.casefold() == "inbox":
            name = INBOX
        yield ListedFolder(
            name=name,
            wire=wire,
            delimiter=None if found[2] == b"NIL" else _readable(_unquoted(found[2])),
            marks=frozenset(mark.decode("ascii", "replace").casefold() for mark in found[1].split()),
        )


def _unquoted(text: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", text[1:-1]) if text[:1] == b'"' else text


def _readable(wire: bytes) -> str:
    """Modified UTF-7 (RFC 3501 section 5.1.3), or what servers write in its place: UTF-8, or an ampersand that is just one."""
    with contextlib.suppress(UnicodeError, ValueError):
        if wire.isascii():
            return str(decode(wire))
    return wire.decode("utf-8", "replace")


def examine(client: IMAPClient, wire: bytes) -> Look:
    """Open a folder read-only. Raises IMAPClientError where the server refuses."""
    quoted = b'"' + re.sub(rb'([\\"])', rb"\\\1", wire) + b'"'
    client._command_and_check("select", quoted, True)
    answer = client._process_select_response(client._imap.untagged_responses)
    return Look(
        validity=int(answer.get(b"UIDVALIDITY", 0)),
        uid_next=int(answer[b"UIDNEXT"]) or None if b"UIDNEXT" in answer else None,
        count=int(answer.get(b"EXISTS", 0)),
        modseq=int(answer.get(b"HIGHESTMODSEQ", 0)),
    )


def foreign_prefixes(client: IMAPClient) -> tuple[str, ...]:
    """Where other people's and shared folders begin (RFC 2342): they are not the owner's own mail."""
    with _refusals_passed_over(), contextlib.suppress(UnicodeError):
        if client.has_capability("NAMESPACE"):
            spaces = client.namespace()
            return tuple(prefix for space in (spaces.other, spaces.shared) for prefix, _ in space or () if prefix)
    return ()


@contextlib.contextmanager
def _refusals_passed_over() -> Iterator[None]:
    """A server that offers a command and refuses it is asked in another way; a line that breaks is no refusal."""
    try:
        yield
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return
