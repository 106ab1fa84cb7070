"""A mailbox on an IMAP server, read and never touched: EXAMINE and BODY.PEEK only (RFC 9051 sections 6.3.3 and 6.4.5).

What has been read is known by UIDVALIDITY and the highest UID of each folder. UIDs only rise, so one number is enough; that
``UID n:*`` answers with the last message even below n is filtered here. If UIDVALIDITY has changed, the numbers mean
other messages, and the folder is read again. A server put back from a backup breaks that rule without a word; a UIDNEXT or a
HIGHESTMODSEQ that went back gives it away. The number moves to what was seen, never to what was merely announced.

A pass has two halves. First each folder is opened and asked what is new: that fixes what "every folder as it was when the pass
began" means, and how much there is to do. Then the headers are fetched, 500 at a time. Between two batches the caller may
ask for texts of other folders, so the folder is opened again where it has to be.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from heardback.clock import Clock, SystemClock
from heardback.errors import HeardbackError, Unreachable
from heardback.mailbox import imap_wire
from heardback.mailbox.abridge import WHOLE_LIMIT_BYTES
from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice, role_by_gmail_labels, role_of_folder
from heardback.mailbox.header_block import bounded, header_end, sent_at
from heardback.mailbox.imap_connection import Way, connect, drop, leave, translated
from heardback.mailbox.imap_cursor import Missed, Progress, cursor_text, load_cursor
from heardback.mailbox.imap_folders import INBOX, Look, examine, foreign_prefixes, list_folders
from heardback.mailbox.imap_parts import fetch_items, rebuilt, worth_fetching
from heardback.mailbox.imap_wait import NewsWait
from heardback.mailbox.imap_wire import Fetched
from heardback.mailbox.oauth import AccessToken
from heardback.mailbox.source import Batch
from heardback.mailbox.url import MailboxAddress
from heardback.model import FolderRole, RawHeader, RawMessage

BATCH_SIZE = 500
PROBE_INTERVAL_S = 300.0
"""How long IDLE runs before it is left and begun anew: the only way to notice a half-open link, and far below the 29 minutes
of RFC 2177 and the 10 to 15 after which home routers forget a connection."""
PROBE_TIMEOUT_S = 20.0
"""How long a server may take to confirm the end of IDLE before the link counts as dead."""
POLL_INTERVAL_S = 60.0
"""Between two looks at a server without IDLE."""

_SEARCH_WINDOW = 20_000
"""UIDs asked about at once: imaplib refuses an answer of more than a megabyte, and imapclient takes one apart in memory."""
_TEXT_BATCH_BYTES = 4_194_304
_MISSING_TRIES = 10
_MISSING_FOR = timedelta(days=1)
"""A message that fails for so long, and in so many passes, is broken for good and must not make us blind. Tries alone say
little: on a busy day there are ten in an hour, and a server's disk may be away for longer."""
_PUT_BACK = timedelta(days=30)
"""How far back a folder is read again that a server has put back from a backup: new mail takes numbers that meant other
messages. What came since lies in that time; more would burden a server that miscounts."""
_GONE_FOLDER = timedelta(days=1)
"""How long a vanished folder is told as a gap: a server that hides it for an hour must not look like silence, but a folder
the owner deleted must not make us blind for ever."""

_FIELDS = (
    "FROM TO CC REPLY-TO SENDER DATE SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES AUTO-SUBMITTED PRECEDENCE LIST-ID "
    "LIST-UNSUBSCRIBE X-AUTO-RESPONSE-SUPPRESS X-AUTOREPLY RETURN-PATH CONTENT-TYPE CONTENT-LANGUAGE X-FAILED-RECIPIENTS "
    "AUTHENTICATION-RESULTS X-GMAIL-LABELS"
)
_BASIC = "UID INTERNALDATE RFC822.SIZE"
_GMAIL = "X-GM-THRID X-GM-LABELS"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """``wire`` is the name as the server writes it."""

    name: str
    wire: bytes
    role: FolderRole


_INBOX = _Folder(name=INBOX, wire=INBOX.encode(), role=FolderRole.INBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What one pass has to fetch from one folder. ``up_to`` is the UID that will have been reached, ``modseq`` how the folder
    stood when it was looked at."""

    folder: _Folder
    validity: int
    uids: array[int]
    up_to: int
    modseq: int


class ImapSource:
    """See ``Source``. ``password`` or ``access_token`` is asked at each login."""

    def __init__(
        self,
        address: MailboxAddress,
        *,
        name: str,
        password: Callable[[], str] | None = None,
        access_token: AccessToken | None = None,
        ca_file: Path | None = None,
        folders: FolderChoice = EVERY_FOLDER,
        clock: Clock | None = None,
        probe_interval_s: float = PROBE_INTERVAL_S,
        probe_timeout_s: float = PROBE_TIMEOUT_S,
        poll_interval_s: float = POLL_INTERVAL_S,
    ) -> None:
        self._address = address
        self._name = name
        self._way = Way(address=address, name=name, password=password, access_token=access_token, ca_file=ca_file)
        self._choice = folders
        self._clock = clock or SystemClock()
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None
        self._folders: dict[str, _Folder] = {}
        self._labels_tell_roles = False
        self._inbox_seen: tuple[int, int] | None = None
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_out, False)
        os.set_blocking(self._wake_in, False)
        weakref.finalize(self, _close_pipe, self._wake_out, self._wake_in)
        self._news = NewsWait(
            clock=self._clock,
            wake_descriptor=self._wake_out,
            abandon=self._drop,
            probe_interval_s=probe_interval_s,
            probe_timeout_s=probe_timeout_s,
            poll_interval_s=poll_interval_s,
        )

    @property
    def name(self) -> str:
        return self._name

    # ------------------------------------------------------------------------------------------ connection

    @contextlib.contextmanager
    def _connected(self) -> Iterator[IMAPClient]:
        """The connection, a new one if need be. After any error it is dropped: a line that timed out cannot be used again."""
        try:
            if self._client is None:
                self._client = connect(self._way)
                self._selected = None
            with translated(self._name, self._address):
                yield self._client
        except HeardbackError:
            self._drop()
            raise

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            drop(client)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            leave(client)

    def _examine(self, client: IMAPClient, folder: _Folder) -> Look:
        self._selected = None
        look = examine(client, folder.wire)
        self._selected = (folder.name, look.validity)
        return look

    def _is_open(self, client: IMAPClient, folder: _Folder, validity: int) -> bool:
        """Open a folder unless it is; False if it is gone or lives another life by now."""
        if self._selected != (folder.name, validity):
            try:
                self._examine(client, folder)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                return False
        return self._selected == (folder.name, validity)

    def _list_folders(self, client: IMAPClient) -> dict[str, _Folder]:
        others = foreign_prefixes(client)
        folders: dict[str, _Folder] = {}
        everything: str | None = None
        for listed in list_folders(client):
            role = role_of_folder(listed.name, listed.delimiter, listed.marks)
            if role is None or (others and listed.name.startswith(others)):
                continue
            if not self._choice.takes(listed.name.split(listed.delimiter) if listed.delimiter else [listed.name]):
                continue
            folders[listed.name] = _Folder(name=listed.name, wire=listed.wire, role=role)
            if "\\all" in listed.marks:
                everything = listed.name
        # At Gmail a message lies in All Mail once and in a folder per label again: one reading with the labels is enough.
        self._labels_tell_roles = everything is not None and client.has_capability("X-GM-EXT-1")
        if self._labels_tell_roles:
            folders = {name: folder for name, folder in folders.items() if name == everything or folder.role is FolderRole.JUNK}
        return folders

    # --------------------------------------------------------------------------------------------- headers

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        progress = load_cursor(cursor)
        gaps: list[str] = []
        with self._connected() as client:
            plans = self._plan(client, progress, since, gaps)
        total = sum(len(plan.uids) for plan in plans)
        for plan in plans:
            state = progress[plan.folder.name]
            for start in range(0, len(plan.uids), BATCH_SIZE):
                uids = plan.uids[start : start + BATCH_SIZE].tolist()
                with self._connected() as client:
                    headers = self._headers(client, plan, uids, state, gaps)
                state.uid = max(state.uid, uids[-1])
                if headers:
                    yield Batch(headers=tuple(headers), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)
                    gaps = []
            state.uid = max(state.uid, plan.up_to)
            state.since, state.modseq = None, plan.modseq
        yield Batch(headers=(), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)

    def _plan(self, client: IMAPClient, progress: dict[str, Progress], since: datetime, gaps: list[str]) -> list[_Plan]:
        """Ask every folder what is new. Brings ``progress`` in line with the folders there are; tells gaps."""
        self._folders = self._list_folders(client)
        plans = []
        if _INBOX.name not in self._folders:
            # Read by another folder's name (Gmail), or not at all, but still the one that wakes us.
            self._inbox_seen = self._examine(client, _INBOX).stamp
        for folder in self._folders.values():
            try:
                look = self._examine(client, folder)
                if folder.name == _INBOX.name:
                    self._inbox_seen = look.stamp
                state = progress[folder.name] = self._progress(progress, folder, look, since)
                plans.append(self._plan_folder(client, folder, look, state))
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                gaps.append(f"{self._name}: the server refused to open the folder {folder.name}.")
        self._tell_vanished(progress, gaps)
        return plans

    def _progress(self, progress: dict[str, Progress], folder: _Folder, look: Look, since: datetime) -> Progress:
        """How far this folder has been read, in numbers that still mean what they meant."""
        state = progress.get(folder.name) or self._under_old_name(progress, look)
        if state is None or state.validity != look.validity:
            return Progress(validity=look.validity, since=since)
        state.gone_at = None
        if _was_put_back(state, look):
            state.uid, state.modseq = 0, 0
            state.since = state.since or max(since, self._clock.now() - _PUT_BACK)
        elif look.uid_next is not None:
            state.uid = min(state.uid, look.uid_next - 1)
        return state

    def _under_old_name(self, progress: dict[str, Progress], look: Look) -> Progress | None:
        """A folder that was renamed keeps its UIDVALIDITY and its UIDs (RFC 9051 section 6.3.6). Believed only of a server that
        gives every folder a UIDVALIDITY of its own: others have one for all, and the wrong number would hide mail."""
        validities = [state.validity for state in progress.values()]
        if len(validities) < 2 or look.validity == 0 or validities.count(look.validity) != 1:
            return None
        name = next(name for name, state in progress.items() if state.validity == look.validity)
        if name in self._folders or look.uid_next is None or look.uid_next <= progress[name].uid:
            return None
        return progress.pop(name)

    def _plan_folder(self, client: IMAPClient, folder: _Folder, look: Look, state: Progress) -> _Plan:
        found: list[int] = []
        # Without UIDNEXT only the mod-sequence can say, without a search, that nothing has come.
        may_have_more = (
            look.uid_next > state.uid + 1 if look.uid_next is not None else look.modseq == 0 or look.modseq != state.modseq
        )
        if look.count and may_have_more:
            for low, high in _windows(state.uid + 1, look.uid_next):
                criteria: list[Any] = ["UID", f"{low}:{high}"]
                if state.since is not None:
                    # SINCE compares dates in the server's zone: one day more, the rest is sorted out by INTERNALDATE.
                    criteria += ["SINCE", (state.since - timedelta(days=1)).date()]
                found += sorted({uid for uid in client.search(criteria) if uid > state.uid})
        up_to = max(found, default=state.uid)
        if state.since is not None and look.uid_next is not None:
            up_to = look.uid_next - 1  # what the search left out is older than anybody wants to know
        uids = array("Q", sorted({*state.missing, *found}) if state.missing else found)
        return _Plan(folder=folder, validity=look.validity, uids=uids, up_to=up_to, modseq=look.modseq)

    def _tell_vanished(self, progress: dict[str, Progress], gaps: list[str]) -> None:
        now = self._clock.now()
        for name, state in progress.items():
            if name not in self._folders:
                state.gone_at = state.gone_at or now
                if now - state.gone_at < _GONE_FOLDER:
                    gaps.append(f"{self._name}: the folder {name} is no longer there; what was in it cannot be seen.")

    def _headers(self, client: IMAPClient, plan: _Plan, uids: list[int], state: Progress, gaps: list[str]) -> list[RawHeader]:
        if not self._is_open(client, plan.folder, plan.validity):
            raise Unreachable(
                f"{self._name}: the folder {plan.folder.name} changed while it was read.", "It is read again by itself."
            )
        gmail = f" {_GMAIL}" if self._labels_tell_roles else ""
        items = f"({_BASIC}{gmail} BODY.PEEK[HEADER.FIELDS ({_FIELDS})])"
        found = imap_wire.fetch(client, uids, items)
        left_out = [uid for uid in uids if uid not in found]
        if left_out:
            found |= imap_wire.fetch(client, left_out, items)
            self._tell_missing(client, plan, [uid for uid in left_out if uid not in found], state, gaps)
        headers = []
        for uid in uids:
            if (message := found.get(uid)) is None:
                continue
            state.missing.pop(uid, None)
            header = self._raw_header(plan.folder, plan.validity, message, message.content or b"")
            if header is not None and (state.since is None or header.received_at >= state.since):
                headers.append(header)
        return headers

    def _tell_missing(self, client: IMAPClient, plan: _Plan, uids: list[int], state: Progress, gaps: list[str]) -> None:
        """Tell what the server lists but does not hand out, and remember it for the next passes. What it no longer lists was
        deleted meanwhile."""
        now = self._clock.now()
        listed = set(client.search(["UID", imap_wire.sequence_set(uids)])) if uids else set()
        lost = 0
        for uid in uids:
            before = state.missing.pop(uid, Missed(tries=0, first_at=now))
            is_hopeless = before.tries >= _MISSING_TRIES and now - before.first_at >= _MISSING_FOR
            if uid in listed and not is_hopeless:
                lost += 1
                state.missing[uid] = Missed(tries=before.tries + 1, first_at=before.first_at)
        if lost:
            what = "one message" if lost == 1 else f"{lost} messages"
            gaps.append(f"{self._name}: the server did not hand out {what} in {plan.folder.name}.")

    def _raw_header(self, folder: _Folder, validity: int, message: Fetched, header: bytes) -> RawHeader | None:
        """None for a draft or a message in the bin, as Gmail's labels tell."""
        role: FolderRole | None = folder.role
        if message.labels is not None and folder.role is not FolderRole.JUNK:
            role = role_by_gmail_labels(message.labels)
        if role is None:
            return None
        header = bounded(header)
        return RawHeader(
            key=f"{validity} {message.uid} {message.size_bytes} {folder.name}",
            mailbox=self._name,
            folder=folder.name,
            role=role,
            received_at=message.internal_at or sent_at(header) or self._clock.now(),
            size_bytes=message.size_bytes,
            header=header,
            provider_thread=message.thread,
        )

    # ----------------------------------------------------------------------------------------------- texts

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        by_folder: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for key in keys:
            *numbers, folder_name = key.split(" ", 3)
            validity, uid, size_bytes = map(int, numbers)
            by_folder.setdefault((folder_name, validity), []).append((uid, size_bytes))
        for (folder_name, validity), wanted in by_folder.items():
            for uids, is_whole in _text_batches(sorted(wanted)):
                with self._connected() as client:
                    folder = self._known_folder(client, folder_name)
                    if folder is None or not self._is_open(client, folder, validity):
                        break
                    if is_whole:
                        messages = self._whole(client, folder, validity, uids)
                    else:
                        messages = self._in_parts(client, folder, validity, uids[0])
                yield from messages

    def _known_folder(self, client: IMAPClient, name: str) -> _Folder | None:
        if not self._folders:
            self._folders = self._list_folders(client)
        return self._folders.get(name)

    def _whole(self, client: IMAPClient, folder: _Folder, validity: int, uids: list[int]) -> list[RawMessage]:
        gmail = f" {_GMAIL}" if self._labels_tell_roles else ""
        items = f"({_BASIC}{gmail} BODY.PEEK[])"
        found = imap_wire.fetch(client, uids, items)
        left_out = [uid for uid in uids if uid not in found]
        if left_out:
            found |= imap_wire.fetch(client, left_out, items)
        listed = set(client.search(["UID", imap_wire.sequence_set(left_out)])) if set(left_out) - found.keys() else set()
        messages = []
        for uid in uids:
            if (message := found.get(uid)) is not None:
                content = message.content or b""
                end = header_end(content)
                header = self._raw_header(folder, validity, message, content if end < 0 else content[:end])
                if header is not None:
                    messages.append(RawMessage(header=header, content=content))
            elif uid in listed:
                messages += self._in_parts(client, folder, validity, uid)
        return messages

    def _in_parts(self, client: IMAPClient, folder: _Folder, validity: int, uid: int) -> list[RawMessage]:
        """One message without its attachments. A server that cannot give the parts of a message it lists gives the header at
        least: a letter known by its header alone is better than one that never came."""
        structure = client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {}).get(b"BODYSTRUCTURE")
        root = worth_fetching(structure) if structure is not None else None
        for part in (root, None):
            message = imap_wire.fetch(client, [uid], fetch_items(part)).get(uid)
            if message is not None:
                header = self._raw_header(folder, validity, message, message.sections.get(b"HEADER", b""))
                return [RawMessage(header=header, content=rebuilt(part, message.sections), is_partial=True)] if header else []
        return []

    # ------------------------------------------------------------------------------------------------ wait

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        until = self._clock.monotonic() + timeout_s
        while not stop.is_set():
            with self._connected() as client:
                # Compared with what the last reading saw, not with what it opened since: between the two mail may have come.
                seen, self._inbox_seen = self._inbox_seen, self._examine(client, _INBOX).stamp
                if seen not in (None, self._inbox_seen):
                    return True
                answer = self._news.once(client, stop, until)
            if answer is not None:
                return answer
            if self._clock.monotonic() >= until:
                return False
        return False

    def interrupt(self) -> None:
        """Remembered until the next ``wait`` if none is going on: no question of the caller is lost."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_in, b"!")


def _close_pipe(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _was_put_back(state: Progress, look: Look) -> bool:
    """The mod-sequence goes back by nothing else (RFC 7162 section 3.1.1). UIDNEXT does where a server makes it up from the last
    message there is, so it only counts where nothing better is told."""
    if look.modseq and state.modseq:
        return look.modseq < state.modseq
    return look.uid_next is not None and look.uid_next <= state.uid


def _windows(low: int, uid_next: int | None) -> Iterator[tuple[int, int | str]]:
    """Divide a range of UIDs so that no answer grows too long; at most 200 parts, since UIDs may lie far apart."""
    if uid_next is None:
        yield low, "*"
        return
    step = max(_SEARCH_WINDOW, (uid_next - low) // 200 + 1)
    for start in range(low, uid_next, step):
        yield start, min(start + step, uid_next) - 1


def _text_batches(wanted: list[tuple[int, int]]) -> Iterator[tuple[list[int], bool]]:
    """Divide (uid, size) into batches to fetch whole, by size, and large messages one by one."""
    uids: list[int] = []
    total = 0
    for uid, size_bytes in wanted:
        if size_bytes > WHOLE_LIMIT_BYTES:
            yield [uid], False
            continue
        if uids and (total + size_bytes > _TEXT_BATCH_BYTES or len(uids) >= BATCH_SIZE):
            yield uids, True
            uids, total = [], 0
        uids.append(uid)
        total += size_bytes
    if uids:
        yield uids, True
