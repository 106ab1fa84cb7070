"""Mail in files: Maildir (with Maildir++ folders) and directories of .eml.

Nothing is written or renamed, not even ``new`` to ``cur``. What has been seen is known by name, not by time: a Maildir
file keeps its unique name for life but changes its flags, its directory and (on a copy by rsync, mbsync or Dovecot)
carries times that say nothing about its arrival. So the cursor holds one code of 8 letters for each message seen, which also
makes it independent of the order of reading. 100,000 messages make 800 KB of cursor; the collision of two codes, which
would hide a message, has a chance of 4 in 10 billion for a new one.

Waiting is looking at directory times once a second: inotify would miss network file systems, where many Maildirs live.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from heardback.clock import Clock, SystemClock
from heardback.errors import Unreachable
from heardback.mailbox.abridge import abridged
from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice, role_by_path
from heardback.mailbox.header_block import HEADER_LIMIT_BYTES, bounded, gmail_role, header_end, sent_at
from heardback.mailbox.source import Batch
from heardback.model import FolderRole, RawHeader, RawMessage

BATCH_SIZE = 500
POLL_INTERVAL_S = 1.0
_SLICE_S = 0.25
"""How long ``stop`` may go unnoticed: a thread that sleeps on an Event cannot be woken by a second one."""
_CODE_LENGTH = 8
_FIRST_READ_BYTES = 8_192
"""One page cache read; nine headers of ten fit, the others cost a second one."""
_RACE_S = 0.05
"""File systems stamp times in ticks (ext4: 4 ms): a change within one tick of the last look may not show."""

Signature = tuple[tuple[str, int, int], ...]


class PolledSource(ABC):
    """What all file sources share: waiting by looking, and being interrupted."""

    def __init__(self, path: Path, *, name: str, clock: Clock | None = None) -> None:
        self._path = path
        self._name = name
        self._clock = clock or SystemClock()
        self._interrupted = threading.Event()
        self._seen: Signature | None = None
        self._seen_in_a_race = False

    @property
    def name(self) -> str:
        return self._name

    @abstractmethod
    def _look(self) -> Iterable[tuple[str, os.stat_result]]:
        """Everything whose times change when mail comes."""

    def _signature(self) -> Signature:
        return tuple((path, status.st_mtime_ns, status.st_size) for path, status in self._look())

    def _remember_look(self) -> None:
        self._seen = self._signature()
        newest = max((time for _, time, _ in self._seen), default=0)
        self._seen_in_a_race = self._clock.now().timestamp() - newest / 1e9 < _RACE_S

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        started = looked = self._clock.monotonic()
        if self._seen is None:
            self._remember_look()
        while not stop.is_set():
            if self._interrupted.is_set():
                self._interrupted.clear()
                return True
            now = self._clock.monotonic()
            if looked == started or now - looked >= POLL_INTERVAL_S:
                if self._signature() != self._seen or (self._seen_in_a_race and looked != started):
                    self._seen_in_a_race = False
                    return True
                looked = now
            if now - started >= timeout_s:
                return False
            self._clock.wait(stop, min(_SLICE_S, timeout_s - (now - started)))
        return False

    def interrupt(self) -> None:
        self._interrupted.set()

    def close(self) -> None:  # noqa: B027
        """Nothing is held open between calls."""


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far one folder has been read: the codes of all messages handed out, as a string that only grows during a pass.

    ``since`` is the bound of a first reading that is not finished; one that was broken off goes on with it.
    """

    text: str = ""
    since: datetime | None = None

    def codes(self) -> set[str]:
        return {self.text[start : start + _CODE_LENGTH] for start in range(0, len(self.text), _CODE_LENGTH)}


def _code(identity: str) -> str:
    return base64.b64encode(blake2b(identity.encode("utf-8", "surrogateescape"), digest_size=6).digest()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    name: str
    role: FolderRole
    path: str


class _OneFileAMessage(PolledSource):
    """Maildir and .eml: reading is the same, finding is not."""

    _KIND = ""

    @abstractmethod
    def _folders(self) -> list[_Folder]:
        """All folders to read; raise Unreachable where the whole is missing."""

    @abstractmethod
    def _files(self, folder: _Folder) -> Iterator[tuple[str, str]]:
        """All messages of a folder: the path below it, and what makes it the same message the next time. Raises OSError."""

    @abstractmethod
    def _name_in_key(self, below: str) -> str:
        """The part of a key that names the message within its folder."""

    @abstractmethod
    def _find(self, folder: str, rest: str) -> Iterable[str]:
        """Paths at which the message of a key may lie now, likeliest first."""

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        self._remember_look()
        progress = {} if cursor is None else _load_cursor(cursor, self._KIND)
        gaps: list[str] = []
        plan: list[tuple[_Folder, list[tuple[str, str]]]] = []
        for folder in self._folders():
            try:
                plan.append((folder, self._unseen(folder, progress, since)))
            except OSError as error:
                gaps.append(f"{self._name}: the folder {folder.name} cannot be read ({reason_of(error)}).")
        total = sum(len(fresh) for _, fresh in plan)
        headers: list[RawHeader] = []
        for folder, fresh in plan:
            state = progress[folder.name]
            codes: list[str] = []
            for below, code in fresh:
                try:
                    header = self._header(folder, f"{folder.path}/{below}", self._name_in_key(below), state.since)
                except FileNotFoundError:
                    continue  # renamed or deleted since the listing; if renamed, the next pass finds it
                except OSError as error:
                    gaps.append(f"{self._name}: one message in {folder.name} cannot be read ({reason_of(error)}).")
                    continue
                codes.append(code)
                if header is not None:
                    headers.append(header)
                if len(headers) == BATCH_SIZE:
                    state.text += "".join(codes)
                    codes = []
                    yield Batch(headers=tuple(headers), cursor=_cursor(self._KIND, progress), gaps=tuple(gaps), total=total)
                    headers, gaps = [], []
            state.text += "".join(codes)
            state.since = None
        yield Batch(headers=tuple(headers), cursor=_cursor(self._KIND, progress), gaps=tuple(gaps), total=total)

    def _unseen(self, folder: _Folder, progress: dict[str, _Progress], since: datetime) -> list[tuple[str, str]]:
        """List what is new in a folder, paths and codes, and forget the codes of what is gone. A folder never read before is
        bounded by ``since``."""
        state = progress.get(folder.name, _Progress(since=since))
        seen, present, fresh = state.codes(), set(), []
        for below, identity in self._files(folder):
            code = _code(identity)
            if code in present:
                continue  # it moved from new to cur between the two listings
            present.add(code)
            if code not in seen:
                fresh.append((below, code))
        state.text = "".join(sorted(seen & present))
        progress[folder.name] = state
        return fresh

    def _header(self, folder: _Folder, path: str, name: str, since: datetime | None) -> RawHeader | None:
        """Read one header; None for a message before ``since``, a draft or one in the bin."""
        descriptor = os.open(path, os.O_RDONLY)  # half the cost of a file object, a hundred thousand times
        try:
            status = os.fstat(descriptor)
            start = os.read(descriptor, _FIRST_READ_BYTES)
            end = header_end(start)
            if end < 0 and len(start) == _FIRST_READ_BYTES:
                start += os.read(descriptor, HEADER_LIMIT_BYTES)
                end = header_end(start)
        finally:
            os.close(descriptor)
        header = bounded(start if end < 0 else start[:end])
        received_at = sent_at(header) or datetime.fromtimestamp(status.st_mtime, UTC)
        role = gmail_role(header, folder.role)
        if role is None or (since is not None and received_at < since):
            return None
        return RawHeader(
            key=f"{folder.name}\n{name}",
            mailbox=self._name,
            folder=folder.name,
            role=role,
            received_at=received_at,
            size_bytes=status.st_size,
            header=header,
        )

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        folders = {folder.name: folder for folder in self._folders()}
        for key in keys:
            name, _, rest = key.partition("\n")
            folder = folders.get(name)
            if folder is None:
                continue
            for path in self._find(folder.path, rest):
                try:
                    header = self._header(folder, path, rest, None)
                    content, is_partial = abridged(_read(path))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise Unreachable(f"{self._name}: a message in {name} cannot be read ({reason_of(error)}).") from error
                if header is not None:
                    yield RawMessage(header=header, content=content, is_partial=is_partial)
                break


class MaildirSource(_OneFileAMessage):
    """A Maildir: ``cur`` and ``new`` at the top are the INBOX, ``.Name`` (Maildir++) or ``Name`` (mbsync, Dovecot's
    LAYOUT=fs) directories that have a ``cur`` are its folders. A key is the folder and the unique name without flags."""

    _KIND = "maildir"
    _MAX_DEPTH = 6
    # The flags most messages bear, so that most texts are found without listing a directory of a hundred thousand.
    _LIKELY = ("cur/{}:2,S", "cur/{}:2,", "new/{}", "cur/{}", "cur/{}:2,RS", "cur/{}:2,FS", "cur/{}:2,FRS")

    def __init__(self, path: Path, *, name: str, folders: FolderChoice = EVERY_FOLDER, clock: Clock | None = None) -> None:
        super().__init__(path, name=name, clock=clock)
        self._choice = folders
        self._index: tuple[str, tuple[int, ...], dict[str, str]] = ("", (), {})

    def _folders(self) -> list[_Folder]:
        found: list[_Folder] = []
        try:
            has_inbox = (self._path / "cur").is_dir() or (self._path / "new").is_dir()
            if has_inbox and self._choice.takes(("INBOX",)):
                found.append(_Folder(name="INBOX", role=FolderRole.INBOX, path=str(self._path)))
            self._add_folders(str(self._path), (), found)
        except OSError as error:
            raise Unreachable(
                f"{self._name}: {self._path} cannot be read ({reason_of(error)}).", "Is the disk mounted?"
            ) from error
        if not found and self._choice == EVERY_FOLDER:
            raise Unreachable(
                f"{self._name}: {self._path} is no Maildir: neither it nor a directory in it holds cur and new.",
                "Name the directory that holds cur, new and tmp, or the one above such directories.",
            )
        return found

    def _add_folders(self, directory: str, above: tuple[str, ...], found: list[_Folder]) -> None:
        with os.scandir(directory) as listing:
            entries = sorted(
                (entry for entry in listing if entry.is_dir() and entry.name not in ("cur", "new", "tmp")), key=lambda e: e.name
            )
        for entry in entries:
            dotted = entry.name.startswith(".")
            parts = above + (tuple(_decoded(part) for part in entry.name[1:].split(".")) if dotted else (_decoded(entry.name),))
            is_folder = os.path.isdir(os.path.join(entry.path, "cur"))
            if is_folder and (role := role_by_path(parts)) is not None and self._choice.takes(parts):
                found.append(_Folder(name="/".join(parts), role=role, path=entry.path))
            if not dotted and len(parts) < self._MAX_DEPTH:
                self._add_folders(entry.path, parts, found)

    def _files(self, folder: _Folder) -> Iterator[tuple[str, str]]:
        # new first: a message that moves while we look is then seen in cur as well, instead of in neither.
        for part in ("new", "cur"):
            directory = os.path.join(folder.path, part)
            try:
                names = sorted(os.listdir(directory))
            except FileNotFoundError:
                continue  # mail programs make them when they need them
            for name in names:
                if not name.startswith("."):
                    yield f"{part}/{name}", name.partition(":2,")[0]

    def _name_in_key(self, below: str) -> str:
        return below[4:].partition(":2,")[0]

    def _find(self, folder: str, rest: str) -> Iterator[str]:
        if "/" in rest or not rest:
            return
        for likely in self._LIKELY:
            path = f"{folder}/{likely.format(rest)}"
            if os.path.exists(path):
                yield path
        path = self._indexed(folder).get(rest, "")
        if path:
            yield path

    def _indexed(self, folder: str) -> dict[str, str]:
        """The present paths of one folder by unique name, listed again only when the folder has changed."""
        times = tuple(os.stat(f"{folder}/{part}").st_mtime_ns for part in ("new", "cur") if os.path.isdir(f"{folder}/{part}"))
        if self._index[:2] != (folder, times):
            files = self._files(_Folder(name="", role=FolderRole.OTHER, path=folder))
            paths = {unique: f"{folder}/{below}" for below, unique in files}
            self._index = (folder, times, paths)
        return self._index[2]

    def _look(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder in self._folders():
            for path in (folder.path, f"{folder.path}/new", f"{folder.path}/cur"):
                try:
                    yield path, os.stat(path)
                except OSError:
                    continue


class EmlSource(_OneFileAMessage):
    """A directory of .eml files, with all below it. The directory's name gives the role; a file that was written anew
    (other size or time) is read again. A key is the path below the top."""

    _KIND = "eml"
    _MAX_DEPTH = 20

    def _folders(self) -> list[_Folder]:
        if not self._path.is_dir():
            raise Unreachable(
                f"{self._name}: there is no directory {self._path}.", "Name the directory that holds the .eml files."
            )
        found = [_Folder(name="", role=FolderRole.INBOX, path=str(self._path))]
        for directory, below, _ in os.walk(self._path):
            below.sort()
            parts = Path(directory).relative_to(self._path).parts
            if len(parts) >= self._MAX_DEPTH:
                below.clear()
            if parts and (role := role_by_path(parts)) is not None:
                found.append(_Folder(name="/".join(parts), role=role, path=directory))
        return found

    def _files(self, folder: _Folder) -> Iterator[tuple[str, str]]:
        with os.scandir(folder.path) as listing:
            entries = sorted((entry for entry in listing if entry.name.lower().endswith(".eml")), key=lambda entry: entry.name)
        for entry in entries:
            status = entry.stat()
            yield entry.name, f"{entry.name}\n{status.st_size}\n{status.st_mtime_ns}"

    def _name_in_key(self, below: str) -> str:
        return below

    def _find(self, folder: str, rest: str) -> Iterator[str]:
        if rest and "/" not in rest:
            yield f"{folder}/{rest}"

    def _look(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder in self._folders():
            yield folder.path, os.stat(folder.path)


def _decoded(name: str) -> str:
    """Maildir++ writes folder names as IMAP does, in modified UTF-7 (RFC 3501 section 5.1.3): ``Entw&APw-rfe``."""
    start = name.find("&")
    if start < 0 or "-" not in name[start:]:
        return name
    decoded, rest = "", name
    while "&" in rest:
        plain, _, rest = rest.partition("&")
        coded, dash, after = rest.partition("-")
        if not dash:
            return decoded + plain + "&" + rest
        try:
            padded = coded.replace(",", "/") + "=" * (-len(coded) % 4)
            decoded += plain + (base64.b64decode(padded, validate=True).decode("utf-16-be") if coded else "&")
        except ValueError:
            return name
        rest = after
    return decoded + rest


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def reason_of(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _cursor(kind: str, progress: dict[str, _Progress]) -> str:
    folders = {name: [state.text, state.since.isoformat() if state.since else None] for name, state in progress.items()}
    return json.dumps({"kind": kind, "folders": folders}, ensure_ascii=False)


def _load_cursor(cursor: str, kind: str) -> dict[str, _Progress]:
    value = json.loads(cursor)
    if value["kind"] != kind:
        raise ValueError(f"a cursor of {value['kind']} was given to a {kind} source")
    return {
        name: _Progress(text=text, since=datetime.fromisoformat(bound) if bound else None)
        for name, (text, bound) in value["folders"].items()
    }
