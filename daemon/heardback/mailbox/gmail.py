"""A Gmail account by Google's own interface, read and never touched (``gmail.readonly``, GET alone).

Against IMAP it has two merits: it works where app passwords are not allowed, and it says what belongs to one conversation. What
is new is told by ``history.list``, cheaply; what that needs to be kept is in ``gmail_cursor``. What is read: the inbox, what
was sent, what was archived, every label of one's own, and Spam by its headers; never the bin, drafts and chats.

A pass that lists everything lists first and asks the history second: what comes in between is then in both, and is read once.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from heardback.clock import Clock, SystemClock
from heardback.errors import HeardbackError, LoginRefused, Unreachable
from heardback.mailbox.abridge import WHOLE_LIMIT_BYTES, abridged
from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice
from heardback.mailbox.gmail_cursor import EVERY_ID, Listing, Progress, cursor_text, load_cursor
from heardback.mailbox.gmail_line import GmailLine, HistoryExpired
from heardback.mailbox.gmail_message import decoded, header_block, moves, raw_header, rebuilt
from heardback.mailbox.gmail_pace import Pace
from heardback.mailbox.gmail_wire import ENDPOINT, TIMEOUT_S
from heardback.mailbox.header_block import header_end
from heardback.mailbox.oauth import AccessToken
from heardback.mailbox.source import Batch
from heardback.mailbox.url import MailboxAddress
from heardback.model import RawHeader, RawMessage

log = logging.getLogger(__name__)

BATCH_SIZE = 500
POLL_INTERVAL_S = 60.0
"""Between two looks at the history while waiting: 2 units of the 15,000 that a person has each minute."""

_SLICE_S = 0.4
"""How long ``stop`` or an interruption may go unnoticed in a wait."""
_TEXT_BATCH_BYTES = 4_194_304
_TEXT_BATCH = 25
_MISSING_TRIES = 10
_MISSING_LIMIT = 50
_COMES_BACK = frozenset({"TRASH", "SPAM", "DRAFT"})
"""Taken off, these make a message readable that was not, or not in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A message that may have to be read, and the history record that says so."""

    message_id: str
    record: str


class GmailSource:
    """See ``Source``. ``access_token`` is asked at each request. ``endpoint`` and the figures are other ones only in tests."""

    def __init__(
        self,
        address: MailboxAddress,
        *,
        name: str,
        access_token: AccessToken,
        ca_file: Path | None = None,
        folders: FolderChoice = EVERY_FOLDER,
        clock: Clock | None = None,
        endpoint: str | None = None,
        timeout_s: float = TIMEOUT_S,
        poll_interval_s: float = POLL_INTERVAL_S,
        pace: Pace | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._address = address
        self._name = name
        self._choice = folders
        self._clock = clock or SystemClock()
        self._poll_interval_s = poll_interval_s
        self._closed = threading.Event()
        self._woken = threading.Event()
        self._line = GmailLine(
            name=name,
            access_token=access_token,
            ca_file=ca_file,
            endpoint=endpoint or ENDPOINT,
            clock=self._clock,
            closed=self._closed,
            pace=pace or Pace(),
            timeout_s=timeout_s,
            chance=chance,
        )
        self._names: dict[str, str] | None = None
        self._read_to: str | None = None

    @property
    def name(self) -> str:
        return self._name

    @contextlib.contextmanager
    def _open(self) -> Iterator[GmailLine]:
        """The line; dropped after any error, so that the next call begins anew."""
        try:
            yield self._line
        except HeardbackError:
            self._line.close()
            raise

    def close(self) -> None:
        self._closed.set()
        with contextlib.suppress(Exception):
            self._line.close()

    # --------------------------------------------------------------------------------------------- headers

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        with self._open() as line:
            progress, changes, listed, end = self._plan(line, load_cursor(cursor), since)
        total = len(progress.missing) + len(changes) + len(listed)
        owed = list(progress.missing)
        gaps: list[str] = []
        for part in _parts(owed):
            headers = self._headers(part, progress, gaps)
            yield Batch(headers=tuple(headers), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)
            gaps = []
        for start in range(0, len(changes), BATCH_SIZE):
            piece = changes[start : start + BATCH_SIZE]
            headers = self._headers([change.message_id for change in piece], progress, gaps)
            progress.history = _reached(changes, start + len(piece), progress.history)
            if headers:
                yield Batch(headers=tuple(headers), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)
                gaps = []
        progress.history = end
        for part in _parts(listed):
            headers = self._headers(part, progress, gaps, progress.listing)
            assert progress.listing is not None
            progress.listing.mark = part[-1]
            if headers:
                yield Batch(headers=tuple(headers), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)
                gaps = []
        progress.listing = None
        self._read_to = progress.history
        yield Batch(headers=(), cursor=cursor_text(progress), gaps=tuple(gaps), total=total)

    def _plan(
        self, line: GmailLine, progress: Progress | None, since: datetime
    ) -> tuple[Progress, list[_Change], list[str], str]:
        """What this pass has to read: changes in the order in which they came, then ids that were listed, in their own order; and
        the history id that will have been reached."""
        profile = line.profile()
        account, now = self._account(profile), _needed(self._name, profile, "historyId")
        self._names = line.labels()
        if progress is None or progress.account != account:
            # Another account's history ids mean nothing here: as with IMAP's UIDVALIDITY, all is read again.
            progress = Progress(account=account, history=now, listing=Listing(since=since))
        ids = self._listed(line, progress.listing) if progress.listing else set()
        try:
            changes, end = self._changes(line, progress.history)
        except HistoryExpired:
            log.info("mailbox %s: Gmail's history has expired; everything since %s is listed again", self._name, since.date())
            progress.list_again(now, since)
            assert progress.listing is not None
            ids = self._listed(line, progress.listing)
            try:
                changes, end = self._changes(line, progress.history)
            except HistoryExpired as error:
                raise Unreachable(
                    f"{self._name}: Gmail does not know its own history.", "It is tried again by itself."
                ) from error
        mark = progress.listing.mark if progress.listing else EVERY_ID
        # Changes above the mark that were listed are read in their turn; those that were not (old ones) never will be.
        first = [change for change in changes if change.message_id <= mark or change.message_id not in ids]
        return progress, first, sorted(message_id for message_id in ids if message_id > mark), end

    def _account(self, profile: Mapping[str, Any]) -> str:
        """Eight bytes that tell this account from another. Raises LoginRefused where the grant is for another one than wanted."""
        address = str(_needed(self._name, profile, "emailAddress")).strip().casefold()
        wanted = self._address.user.strip().casefold()
        if wanted and _plain(wanted) != _plain(address):
            raise LoginRefused(
                f"{self._name}: the grant is for another Google account than the one in the address of the mailbox.",
                "Give the grant again and choose that account (heardback auth, with its name), or write gmail: alone.",
            )
        return blake2b(address.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def _listed(self, line: GmailLine, listing: Listing) -> set[str]:
        # A second earlier, since Gmail means "later than": what lies before the bound is sorted out by its date.
        after_s = max(0, int(listing.since.timestamp()) - 1)
        return {message_id for spam in (False, True) for message_id in line.message_ids(after_s=after_s, spam=spam)}

    def _changes(self, line: GmailLine, start: str) -> tuple[list[_Change], str]:
        """What has to be read since a history id, each message once; and the history id behind it all."""
        found: dict[str, _Change] = {}
        end = start
        for page in line.history(start):
            end = str(page.get("historyId", end))
            for record in page.get("history", ()):
                for message_id in _touched(record, any_label=self._choice != EVERY_FOLDER):
                    found.setdefault(message_id, _Change(message_id=message_id, record=str(record["id"])))
        return list(found.values()), end

    def _headers(
        self, ids: Sequence[str], progress: Progress, gaps: list[str], listing: Listing | None = None
    ) -> list[RawHeader]:
        with self._open() as line:
            found = line.messages(ids, "metadata")
        self._tell_lost(ids, found.lost, progress, gaps)
        headers = []
        for message_id in ids:
            resource = found.resources.get(message_id)
            if resource is None or (listing is not None and listing.is_known(message_id, int(resource.get("historyId", 0)))):
                continue
            header = self._raw_header(resource, header_block(resource.get("payload", {})))
            if header is not None and (listing is None or header.received_at >= listing.since):
                headers.append(header)
        return headers

    def _tell_lost(self, ids: Iterable[str], lost: Sequence[str], progress: Progress, gaps: list[str]) -> None:
        """Tell what Gmail lists but does not hand out, and remember it for the next passes. A message that fails ten times is
        broken for good and must not make us blind."""
        failed = 0
        tries = {message_id: progress.missing.pop(message_id, 0) + 1 for message_id in ids}
        for message_id in lost:
            if tries[message_id] <= _MISSING_TRIES:
                failed += 1
                if len(progress.missing) < _MISSING_LIMIT:
                    progress.missing[message_id] = tries[message_id]
        if failed:
            what = "one message" if failed == 1 else f"{failed} messages"
            gaps.append(f"{self._name}: Gmail did not hand out {what}.")

    def _raw_header(self, resource: Mapping[str, Any], header: bytes) -> RawHeader | None:
        names = self._names or {}
        labels = [label for label in resource.get("labelIds", ()) if label.startswith("Label_")]
        if any(label not in names for label in labels):  # one that was made meanwhile
            with self._open() as line:
                names = self._names = {label: label for label in labels} | line.labels()
        return raw_header(resource, mailbox=self._name, names=names, choice=self._choice, header=header)

    # ----------------------------------------------------------------------------------------------- texts

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        for ids, is_whole in _text_batches(keys):
            with self._open() as line:
                if self._names is None:
                    self._names = line.labels()
                found = line.messages(ids, "raw" if is_whole else "full")
            for message_id in ids:
                resource = found.resources.get(message_id)
                message = None if resource is None else self._whole(resource) if is_whole else self._in_parts(resource)
                if message is not None:
                    yield message

    def _whole(self, resource: Mapping[str, Any]) -> RawMessage | None:
        content, is_partial = abridged(decoded(resource.get("raw", "")))
        end = header_end(content)
        header = self._raw_header(resource, content if end < 0 else content[:end])
        return RawMessage(header=header, content=content, is_partial=is_partial) if header else None

    def _in_parts(self, resource: Mapping[str, Any]) -> RawMessage | None:
        """One message without its attachments; calendars among them are fetched."""
        payload = resource.get("payload", {})

        def attachment(attachment_id: str) -> bytes:
            with self._open() as line:
                return decoded(line.attachment(resource["id"], attachment_id))

        header = self._raw_header(resource, header_block(payload))
        return RawMessage(header=header, content=rebuilt(payload, attachment), is_partial=True) if header else None

    # ------------------------------------------------------------------------------------------------ wait

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        until = self._clock.monotonic() + timeout_s
        while not stop.is_set():
            if self._woken.is_set() or self._has_news():
                self._woken.clear()
                return True
            look_at = min(until, self._clock.monotonic() + self._poll_interval_s)
            while not stop.is_set() and not self._woken.is_set() and (left_s := look_at - self._clock.monotonic()) > 0:
                self._clock.wait(stop, min(_SLICE_S, left_s))
            if self._clock.monotonic() >= until and not self._woken.is_set():
                return False
        return False

    def _has_news(self) -> bool:
        with self._open() as line:
            if self._read_to is None:
                self._read_to = str(_needed(self._name, line.profile(), "historyId"))
            try:
                changes, self._read_to = self._changes(line, self._read_to)
            except HistoryExpired:
                return True
        return bool(changes)

    def interrupt(self) -> None:
        """Remembered until the next ``wait`` if none is going on: no question of the caller is lost."""
        self._woken.set()


def _touched(record: Mapping[str, Any], *, any_label: bool) -> Iterator[str]:
    """The messages that a history record makes worth reading: new ones, and those that left the bin, Spam or Drafts, or went to
    Spam. A draft is a new message at each keystroke, and of no interest. ``any_label``: each other label matters too, because
    only some folders are read."""
    for added in record.get("messagesAdded", ()):
        if "DRAFT" not in added["message"].get("labelIds", ()):
            yield added["message"]["id"]
    for key, telling in (("labelsRemoved", _COMES_BACK), ("labelsAdded", frozenset({"SPAM"}))):
        for change in record.get(key, ()):
            labels = change.get("labelIds", ())
            if telling.intersection(labels) or (any_label and moves(labels)):
                yield change["message"]["id"]


def _reached(changes: Sequence[_Change], count: int, before: str) -> str:
    """The history id up to which everything is read once ``count`` changes are: records are read whole or not at all."""
    if count < len(changes):
        for index in range(count - 1, -1, -1):
            if changes[index].record != changes[index + 1].record:
                return changes[index].record
        return before
    return changes[-1].record


def _parts(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]


def _text_batches(keys: Sequence[str]) -> Iterator[tuple[list[str], bool]]:
    """Divide keys into batches to fetch whole, by size, and large messages few at a time."""
    small: list[str] = []
    large: list[str] = []
    total = 0
    for key in keys:
        message_id, _, size = key.partition(" ")
        if int(size) > WHOLE_LIMIT_BYTES:
            large.append(message_id)
            continue
        if small and (total + int(size) > _TEXT_BATCH_BYTES or len(small) >= _TEXT_BATCH):
            yield small, True
            small, total = [], 0
        small.append(message_id)
        total += int(size)
    if small:
        yield small, True
    for start in range(0, len(large), 5):
        yield large[start : start + 5], False


def _needed(name: str, answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    if value is None:
        raise Unreachable(f"{name}: what answers is not Gmail.", "It is tried again by itself.")
    return str(value)


def _plain(address: str) -> str:
    """Gmail's own addresses with and without dots are one account, and so are its two domains."""
    local, _, domain = address.partition("@")
    if domain in ("gmail.com", "googlemail.com"):
        return local.replace(".", "").partition("+")[0] + "@gmail.com"
    return address
