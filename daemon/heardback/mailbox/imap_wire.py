"""What imapclient does not do well, done on its connection: fast FETCH, and an IDLE that notices a dead link.

FETCH: imapclient's reader takes answers apart token by token, which costs six times the rest of a first reading. We
ask for fixed things only, so a few patterns on imaplib's pieces do.

IDLE: imapclient's ``idle_check`` swallows the end of the connection, loses a line that comes in two TCP segments, and
cannot be woken. Here the bytes are read straight from the socket beside a pipe that wakes us.

Both lean on imaplib's ``IMAP4`` behind the private ``IMAPClient._imap``; nobody else here touches it, and the tests against
Dovecot and the scripted servers hold it still.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imapclient import IMAPClient

from heardback.mailbox.header_block import parse_moment

# ------------------------------------------------------------------------------------------------- FETCH

_UID = re.compile(rb"[ (]UID (\d+)")
_SIZE = re.compile(rb"[ (]RFC822\.SIZE (\d+)")
_INTERNALDATE = re.compile(rb'[ (]INTERNALDATE "([^"]{0,40})"')
_THREAD = re.compile(rb"[ (]X-GM-THRID (\d+)")
_LABELS = re.compile(rb'X-GM-LABELS \(((?:[^()"]|"(?:[^"\\]|\\.)*")*)\)')
_LABEL = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^ "]+)')
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_SECTION_LITERAL = re.compile(rb"BODY\[([^\]]*)\](?:<\d+>)? \{\d+\}$")
_ANY_LITERAL = re.compile(rb"\{\d+\}$")
# A short section may come as a string instead of a literal (RFC 3501 section 9, nstring). NIL is none at all: what Dovecot
# says of a message that another session has just expunged.
_SECTION_STRING = re.compile(rb'BODY\[([^\]]*)\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One message of a FETCH answer. ``sections``: what was asked with BODY.PEEK, by the words in the brackets, upper case."""

    uid: int
    internal_at: datetime | None
    size_bytes: int
    sections: dict[bytes, bytes] = field(default_factory=dict)
    thread: str | None = None
    labels: tuple[str, ...] | None = None

    @property
    def content(self) -> bytes | None:
        """The one section, where only one was asked for."""
        return next(iter(self.sections.values()), None)


def sequence_set(uids: Sequence[int]) -> str:
    """Write UIDs as IMAP does, runs as ranges; ``uids`` in rising order.

    >>> sequence_set([1, 2, 3, 7])
    '1:3,7'
    """
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def fetch(client: IMAPClient, uids: Sequence[int], items: str) -> dict[int, Fetched]:
    """Fetch ``items`` of these UIDs from the selected folder; what the server leaves out is missing.

    A NO is no error here: servers say it when one of many messages cannot be read (RFC 9051 section 6.4.5), after they
    have sent the others. Unless they sent none and say that they have no time: raises Busy.
    """
    imap = client._imap
    kind, data = imap.uid("FETCH", sequence_set(uids), items)
    if kind != "OK":
        said, data = data, imap.untagged_responses.pop("FETCH", [])
        if not data and any(BUSY.search(line) for line in said if isinstance(line, bytes)):
            raise Busy
    wanted = set(uids)
    return {message.uid: message for message in parse_fetch(data) if message.uid in wanted}


def parse_fetch(data: Iterable[Any]) -> Iterator[Fetched]:
    """Read imaplib's pieces: for each message some (text, literal) pairs and a closing text. Answers without any section
    (a flag that changed meanwhile) are left out."""
    text = b""
    sections: dict[bytes, bytes] = {}
    for piece in data:
        if isinstance(piece, tuple):
            before, literal = piece
            if section := _SECTION_LITERAL.search(before):
                sections[section[1].upper()] = literal
                text += before
            else:  # a label with letters that need a literal
                text += _ANY_LITERAL.sub(b"", before) + b'"' + re.sub(rb'([\\"])', rb"\\\1", literal) + b'"'
            continue
        if piece is not None:
            text += piece
            message = _message(text, sections)
            if message is not None:
                yield message
        text, sections = b"", {}


def _message(text: bytes, sections: dict[bytes, bytes]) -> Fetched | None:
    labels: tuple[str, ...] | None = None
    if found := _LABELS.search(text):
        labels = tuple(
            _ESCAPED.sub(rb"\1", quoted or bare).decode("utf-8", "replace") for quoted, bare in _LABEL.findall(found[1])
        )
        text = text[: found.start()] + text[found.end() :]
    if not sections:
        sections = {name.upper(): _ESCAPED.sub(rb"\1", value) for name, value in _SECTION_STRING.findall(text)}
    uid = _UID.search(text)
    if uid is None or not sections:
        return None
    size, date, thread = _SIZE.search(text), _INTERNALDATE.search(text), _THREAD.search(text)
    return Fetched(
        uid=int(uid[1]),
        internal_at=parse_moment(date[1]) if date else None,
        size_bytes=int(size[1]) if size else 0,
        sections=sections,
        thread=thread[1].decode("ascii") if thread else None,
        labels=labels,
    )


def silence_library_logs(client: IMAPClient) -> None:
    """imaplib keeps its last ten commands, the login among them, and imapclient makes it format every line for a log."""
    client._imap.debug = 0
    client._imap._log = _discard


def _discard(line: str) -> None:
    """In place of imaplib's memory of commands."""


# -------------------------------------------------------------------------------------------------- IDLE


_SEND_TIMEOUT_S = 0.3
"""For the six bytes of DONE: they only block where the link has been dead for long."""


# RFC 5530 section 3, and what Gmail, Microsoft and Yahoo say in words.
BUSY = re.compile(
    rb"\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED)|too many|temporar|try again|try later|bandwidth|throttl|overload|server busy",
    re.IGNORECASE,
)


class Busy(Exception):
    """The server has put us off: nothing is known of the messages, and they are asked for again later."""


class LinkDead(Exception):
    """The other side has closed, or said goodbye, or no longer answers."""


class Idle:
    """One IDLE command (RFC 2177) on the selected folder: ``begin``, ``wait`` as often as one likes, ``ask_to_end``, ``wait``
    until it ``is_over``, ``hand_back``.

    While it runs the socket does not block and is read here alone; imaplib gets it back with nothing left unread.
    """

    def __init__(self, client: IMAPClient, wake_descriptor: int) -> None:
        self._imap = client._imap
        self._socket = client.socket()
        self._timeout_s = self._socket.gettimeout()
        self._wake_descriptor = wake_descriptor
        self._poller = select.poll()
        self._poller.register(self._socket.fileno(), select.POLLIN)
        self._poller.register(wake_descriptor, select.POLLIN)
        self._unread = b""
        self._tag = b""
        self.was_woken = False

    def begin(self) -> None:
        self._tag = self._imap._new_tag()
        self._imap.send(self._tag + b" IDLE\r\n")
        self._socket.setblocking(False)
        self._unread = self._left_in_buffer()

    def _left_in_buffer(self) -> bytes:
        """What imaplib read ahead of the last answer. Its buffer is called differently from Python 3.14 on."""
        if (chunks := getattr(self._imap, "_readbuf", None)) is not None:
            left = b"".join(chunks)
            chunks.clear()
            return left
        try:
            return bytes(self._imap.file.read1(65_536))
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""

    def wait(self, timeout_s: float) -> list[bytes]:
        """Sleep until the server says something, somebody wakes us (``was_woken``), or the time has passed; give the server's
        lines. Raises LinkDead or OSError."""
        lines = self._lines()
        if lines:
            return lines
        for descriptor, _ in self._poller.poll(max(0.0, timeout_s) * 1000):
            if descriptor == self._wake_descriptor:
                self.was_woken = True
                drain(descriptor)
            else:
                self._read()
        return self._lines()

    def _read(self) -> None:
        while True:
            try:
                data = self._socket.recv(65_536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not data:
                raise LinkDead
            self._unread += data

    def _lines(self) -> list[bytes]:
        *lines, self._unread = self._unread.split(b"\r\n")
        if any(line.upper().startswith(b"* BYE") for line in lines):
            raise LinkDead
        if any(line.startswith(self._tag + b" ") for line in lines) and self._tag:
            # Before DONE was sent: the server has ended IDLE, or refused it.
            self._imap.tagged_commands.pop(self._tag, None)
            self._tag = b""
        return lines

    def ask_to_end(self) -> None:
        """Send DONE; the server's confirmation comes as a line (see ``is_over``)."""
        if self._tag:
            self._socket.settimeout(_SEND_TIMEOUT_S)
            self._imap.send(b"DONE\r\n")
            self._socket.setblocking(False)

    @property
    def is_over(self) -> bool:
        """The server has confirmed the end, or ended it (or refused to begin) by itself, and no half line is left."""
        return not self._tag and not self._unread

    def hand_back(self) -> None:
        """Let imaplib read the socket again."""
        self._socket.settimeout(self._timeout_s)


def says_new_mail(lines: Iterable[bytes]) -> bool:
    """EXISTS alone: RECENT is not sent to every client, and says nothing under EXAMINE (RFC 9051 has dropped it)."""
    return any(line.startswith(b"* ") and line.upper().endswith(b" EXISTS") for line in lines)


def drain(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(descriptor, 4_096):
            pass
