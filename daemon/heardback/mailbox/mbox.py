"""Mail in one long file: mbox, as Google Takeout, Thunderbird and mutt write it.

The file is read as a stream, so an export of several gigabytes costs no more memory than a small one. A message begins at a
line ``From ``, but so may a sentence that the writer forgot to quote: the line counts only behind an empty line, with a time
of day and a year in it and before a line that looks like a header field. A key is the file, the offset, the size
and a digest of the header: if the file was written anew, the digest tells that another message lies there now.

The cursor of a file is where reading ended, with a digest of the file's head and of the bytes before that point. Both the
same: only what follows is new. Otherwise the file was compacted or written anew, and is read again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypedDict

from heardback.errors import Unreachable
from heardback.mailbox.abridge import abridged
from heardback.mailbox.files import BATCH_SIZE, PolledSource, reason_of
from heardback.mailbox.folders import role_by_path
from heardback.mailbox.header_block import HEADER_LIMIT_BYTES, bounded, gmail_role, header_end, sent_at
from heardback.mailbox.source import Batch
from heardback.model import FolderRole, RawHeader, RawMessage

_BLOCK_BYTES = 1_048_576
_DIGEST_BYTES = 4_096
_LARGEST_MESSAGE_BYTES = 67_108_864
"""The tail of a longer message is not looked at: providers stop at 25 to 50 MB."""
_OVERLAP_BYTES = 1_024
"""More than a separator and what it is judged by: so much is looked at again with the next block."""

# "From 1789@xxx Tue Feb 03 15:14:00 +0000 2026" (Takeout), "From - Tue Feb 03 15:14:00 2026" and bare "From " (Thunderbird).
_SEPARATOR = re.compile(
    rb"\n\r?\n(From (?:[^\n]{0,200}\d\d:\d\d[^\n]{0,40} \d{4}[^\n]{0,40}|-?[ \t]{0,9}\r?)\n)"
    rb"(?=[!-9;-~]{1,100}[ \t]?:|>?From |\r?\n)"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_NO_MAIL = (".msf", ".dat", ".html", ".json", ".sqlite")
"""Thunderbird's indexes and filters, which lie beside its mail."""


class _Place(TypedDict):
    """How far a file has been read: ``last`` is the last message's first byte, ``end`` the byte behind it. ``since`` is the
    bound of a first reading that is not finished."""

    last: int
    end: int
    head: str
    tail: str
    since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """One message in the file: ``start`` is the first byte of its ``From `` line."""

    start: int
    size_bytes: int
    header: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    role: FolderRole
    path: Path


class MboxSource(PolledSource):
    """One mbox file, or a directory of them as Thunderbird keeps it."""

    def _mbox_files(self) -> list[_File]:
        if self._path.is_file():
            # Whoever names a file wants it read, whatever it is called.
            return [_File(name=self._path.stem, role=_role((self._path.stem,)) or FolderRole.INBOX, path=self._path)]
        if not self._path.exists():
            raise Unreachable(
                f"{self._name}: there is no file {self._path}.", "Name the .mbox file, or the directory that holds such files."
            )
        found = []
        for directory, below, names in os.walk(self._path):
            below.sort()
            for path in (Path(directory, name) for name in sorted(names)):
                parts = tuple(part.removesuffix(".sbd").removesuffix(".mbox") for part in path.relative_to(self._path).parts)
                role = _role(parts)
                if role is not None and _is_mbox(path):
                    found.append(_File(name="/".join(parts), role=role, path=path))
        if not found:
            raise Unreachable(f"{self._name}: there is no mbox file in {self._path}.", "Name the .mbox file itself.")
        return found

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        self._remember_look()
        places: dict[str, _Place] = {} if cursor is None else json.loads(cursor)["files"]
        gaps: list[str] = []
        headers: list[RawHeader] = []
        for file in self._mbox_files():
            try:
                with _opened(file.path) as descriptor:
                    start, bound = _resume(descriptor, places.get(file.name), since)
                    last, end = (places[file.name]["last"] if start else 0), start
                    for found in _messages(descriptor, start):
                        header = self._header(file, found, descriptor)
                        last, end = found.start, found.start + found.size_bytes
                        if header is not None and (bound is None or header.received_at >= bound):
                            headers.append(header)
                        if len(headers) == BATCH_SIZE:
                            places[file.name] = _place(descriptor, last, end, bound)
                            yield Batch(headers=tuple(headers), cursor=_cursor(places), gaps=tuple(gaps))
                            headers, gaps = [], []
                    places[file.name] = _place(descriptor, last, end, None)
            except OSError as error:
                gaps.append(f"{self._name}: {file.name} cannot be read ({reason_of(error)}).")
        yield Batch(headers=tuple(headers), cursor=_cursor(places), gaps=tuple(gaps))

    def _header(self, file: _File, found: _Found, descriptor: int) -> RawHeader | None:
        role = gmail_role(found.header, file.role)
        if role is None:
            return None
        return RawHeader(
            key=f"{file.name}\n{found.start}\n{found.size_bytes}\n{_digest(found.header)}",
            mailbox=self._name,
            folder=file.name,
            role=role,
            received_at=sent_at(found.header) or datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC),
            size_bytes=found.size_bytes,
            header=found.header,
        )

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        places: dict[str, list[tuple[int, int, str]]] = {}
        for key in keys:
            name, place, size, digest = key.rsplit("\n", 3)
            places.setdefault(name, []).append((int(place), int(size), digest))
        for file in self._mbox_files():
            try:
                with _opened(file.path) as descriptor:
                    for start, size_bytes, digest in places.get(file.name, ()):
                        message = self._text(file, descriptor, start, size_bytes, digest)
                        if message is not None:
                            yield message
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Unreachable(f"{self._name}: {file.name} cannot be read ({reason_of(error)}).") from error

    def _text(self, file: _File, descriptor: int, start: int, size_bytes: int, digest: str) -> RawMessage | None:
        raw = os.pread(descriptor, min(size_bytes, _LARGEST_MESSAGE_BYTES), start)
        content = raw[raw.find(b"\n") + 1 :]
        found = _Found(start=start, size_bytes=size_bytes, header=_header_of(content))
        if not raw.startswith(b"From ") or _digest(found.header) != digest:
            return None
        header = self._header(file, found, descriptor)
        if header is None:
            return None
        shorter, is_partial = abridged(_QUOTED_FROM.sub(rb"\1", content))
        return RawMessage(header=header, content=shorter, is_partial=is_partial or size_bytes > _LARGEST_MESSAGE_BYTES)

    def _look(self) -> Iterator[tuple[str, os.stat_result]]:
        for file in self._mbox_files():
            yield file.name, os.stat(file.path)


def _role(parts: tuple[str, ...]) -> FolderRole | None:
    """An export's own name says nothing ("All mail Including Spam and Trash"): then the labels decide, or it is the INBOX."""
    role = role_by_path(parts)
    return FolderRole.INBOX if role is FolderRole.OTHER else role


def _messages(descriptor: int, start: int) -> Iterator[_Found]:
    """Walk through the file from ``start``, which is the beginning of a ``From `` line (or of blank lines before one).

    Holds one block at a time. Each message is yielded when the next one, or the end of the file, has been found.
    """
    begin, header = -1, b""
    # The blank line that stands before every separator, for the one that has nothing before it.
    window, base, position = b"\n\n", start - 2, start
    while True:
        block = os.pread(descriptor, _BLOCK_BYTES, position)
        position += len(block)
        window += block
        limit = len(window) - (_OVERLAP_BYTES if block else 0)
        at = 0
        while (found := _SEPARATOR.search(window, at)) and found.start() < limit:
            line_start = base + found.start(1)
            if begin >= 0:
                yield _Found(start=begin, size_bytes=line_start - begin, header=header)
            begin = line_start
            header = _header_at(descriptor, window, found.end(1), base)
            # One byte back, because an empty message shares its newline with the next separator.
            at = found.end(1) - 1
        if not block:
            break
        keep = max(at, len(window) - _OVERLAP_BYTES - 2, 0)
        base += keep
        window = window[keep:]
    if begin >= 0:
        yield _Found(start=begin, size_bytes=position - begin, header=header)


def _header_at(descriptor: int, window: bytes, at: int, base: int) -> bytes:
    """The header that begins at ``window[at]``, taken from the window where that holds all of it."""
    block = window[at : at + HEADER_LIMIT_BYTES // 4]
    return _header_of(block if header_end(block) >= 0 else os.pread(descriptor, HEADER_LIMIT_BYTES, base + at))


def _header_of(content: bytes) -> bytes:
    end = header_end(content[:HEADER_LIMIT_BYTES])
    return bounded(content[:HEADER_LIMIT_BYTES] if end < 0 else content[:end])


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=9).hexdigest()


def _head(descriptor: int, end: int) -> str:
    return _digest(os.pread(descriptor, min(_DIGEST_BYTES, end), 0))


def _tail(descriptor: int, end: int) -> str:
    start = max(0, end - _DIGEST_BYTES)
    return _digest(os.pread(descriptor, end - start, start))


def _place(descriptor: int, last: int, end: int, since: datetime | None) -> _Place:
    return {
        "last": last,
        "end": end,
        "head": _head(descriptor, end),
        "tail": _tail(descriptor, end),
        "since": since.isoformat() if since else None,
    }


def _resume(descriptor: int, place: _Place | None, since: datetime) -> tuple[int, datetime | None]:
    """Where to go on reading, and with which bound: behind what is known, at the last message if it has grown since, at the
    beginning if all has changed."""
    if place is None:
        return 0, since
    end = place["end"]
    if os.fstat(descriptor).st_size < end or _head(descriptor, end) != place["head"] or _tail(descriptor, end) != place["tail"]:
        return 0, since
    bound = datetime.fromisoformat(place["since"]) if place["since"] else None
    follows = os.pread(descriptor, 7, end).lstrip(b"\r\n")
    return end if not follows or follows.startswith(b"From ") else place["last"], bound


def _cursor(places: dict[str, _Place]) -> str:
    return json.dumps({"kind": "mbox", "files": places}, ensure_ascii=False)


def _is_mbox(path: Path) -> bool:
    if path.name.startswith(".") or path.name.endswith(_NO_MAIL):
        return False
    try:
        with _opened(path) as descriptor:
            return os.pread(descriptor, 5, 0) == b"From "
    except OSError:
        return True  # kept, so that reading it tells the gap


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A file to ``pread`` from: no position to keep, so a generator may be left in the middle of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
