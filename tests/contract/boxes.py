"""The owner's side of each kind of mailbox: what a mail program would do to it, so that the contract can watch the source."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from heardback.mailbox.gmail import GmailSource
from heardback.mailbox.gmail_pace import Pace
from heardback.mailbox.open import open_source
from heardback.mailbox.source import Source
from heardback.mailbox.url import parse_mailbox_url
from tests.contract.letters import id_of, unix
from tests.dovecot import PASSWORD, Dovecot
from tests.gmail_emulator import GmailEmulator

FOLDERS = ("INBOX", "Sent", "Archive", "Spam", "Drafts", "Trash")


class Box(Protocol):
    """``folder`` is one of FOLDERS; each box knows how its kind of mailbox writes it."""

    def open(self) -> Source: ...
    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None: ...
    def deliver_many(self, contents: list[bytes]) -> None: ...
    def delete(self, message_id: str) -> None: ...
    def untouched(self) -> object:
        """Everything a reader must leave as it is."""
        ...


class WatchedBox:
    """A box that sees whether anybody but its owner has touched the mail: before each deed of the owner's, and at the end."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._left = box.untouched()

    def open(self) -> Source:
        return self._box.open()

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self.check()
        self._box.deliver(content, folder, received_at)
        self._left = self._box.untouched()

    def deliver_many(self, contents: list[bytes]) -> None:
        self.check()
        self._box.deliver_many(contents)
        self._left = self._box.untouched()

    def delete(self, message_id: str) -> None:
        self.check()
        self._box.delete(message_id)
        self._left = self._box.untouched()

    def untouched(self) -> object:
        return self._box.untouched()

    def check(self) -> None:
        assert self._left == self._box.untouched(), "a reader has changed something"


class ImapBox:
    def __init__(self, server: Dovecot, user: str, scheme: str) -> None:
        self._server, self._user, self._scheme = server, user, scheme

    def open(self) -> Source:
        address = parse_mailbox_url(self._server.url(self._user, self._scheme))
        return open_source(address, name="rosa", password=lambda: PASSWORD, ca_file=self._server.ca_file)

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self._server.deliver(self._user, folder, content, received_at=received_at)

    def deliver_many(self, contents: list[bytes]) -> None:
        self._server.drop(self._user, contents)

    def delete(self, message_id: str) -> None:
        with self._server.client(self._user) as client:
            client.select("INBOX")
            (found,) = client.search(None, "HEADER", "Message-ID", message_id)[1]
            client.store(found.decode(), "+FLAGS", "\\Deleted")
            client.expunge()

    def untouched(self) -> object:
        return self._server.flags(self._user)


class GmailBox:
    """The folders are labels."""

    _LABELS: ClassVar = {
        "INBOX": ["INBOX", "UNREAD"],
        "Sent": ["SENT"],
        "Archive": [],
        "Spam": ["SPAM"],
        "Drafts": ["DRAFT"],
        "Trash": ["TRASH"],
    }

    def __init__(self, emulator: GmailEmulator) -> None:
        self._emulator, self.account = emulator, emulator.account()

    def open(self) -> Source:
        # Looked at more often than in life, or a test would wait for a minute.
        return GmailSource(
            parse_mailbox_url(f"gmail:{self.account.address}"),
            name="rosa",
            access_token=self.account.token,
            endpoint=self._emulator.endpoint,
            poll_interval_s=0.5,
            pace=Pace(burst_units=100_000.0),
        )

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self.account.insert(content, self._LABELS[folder], received_at=received_at)

    def deliver_many(self, contents: list[bytes]) -> None:
        self.account.insert_many(contents, self._LABELS["INBOX"])

    def delete(self, message_id: str) -> None:
        self.account.delete(self.account.ids()[message_id])

    def untouched(self) -> object:
        return self.account.state(), sorted(self._emulator.methods - {"GET"})


class MaildirBox:
    def __init__(self, path: Path) -> None:
        self.path, self._count = path, 0
        for folder in FOLDERS:
            for part in ("cur", "new", "tmp"):
                (self._directory(folder) / part).mkdir(parents=True)

    def _directory(self, folder: str) -> Path:
        return self.path if folder == "INBOX" else self.path / f".{folder}"

    def open(self) -> Source:
        return open_source(parse_mailbox_url(f"maildir:{self.path}"), name="rosa")

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self._count += 1
        name = f"{1_770_000_000 + self._count}.M{self._count}P1.quill"
        directory = self._directory(folder)
        (directory / "tmp" / name).write_bytes(unix(content))
        (directory / "tmp" / name).rename(directory / "new" / name)

    def deliver_many(self, contents: list[bytes]) -> None:
        for content in contents:
            self.deliver(content)

    def delete(self, message_id: str) -> None:
        _find(self.path.rglob("*.quill*"), message_id).unlink()

    def untouched(self) -> object:
        return _contents(self.path)


class EmlBox:
    def __init__(self, path: Path) -> None:
        self.path, self._count = path, 0
        for folder in FOLDERS[1:]:
            (path / folder).mkdir(parents=True)

    def open(self) -> Source:
        return open_source(parse_mailbox_url(f"eml:{self.path}"), name="rosa")

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self._count += 1
        directory = self.path if folder == "INBOX" else self.path / folder
        (directory / f"{self._count:05}.eml").write_bytes(content)

    def deliver_many(self, contents: list[bytes]) -> None:
        for content in contents:
            self.deliver(content)

    def delete(self, message_id: str) -> None:
        _find(self.path.rglob("*.eml"), message_id).unlink()

    def untouched(self) -> object:
        return _contents(self.path)


class MboxBox:
    """A Takeout: one file, the folders are labels."""

    _LABELS: ClassVar = {
        "INBOX": "Inbox,Unread",
        "Sent": "Sent",
        "Archive": "Archived,Opened",
        "Spam": "Spam",
        "Drafts": "Drafts",
        "Trash": "Trash",
    }

    def __init__(self, path: Path) -> None:
        self.path, self._letters = path, list[bytes]()
        path.touch()

    def open(self) -> Source:
        return open_source(parse_mailbox_url(f"mbox:{self.path}"), name="rosa")

    def deliver(self, content: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        self._append([f"X-Gmail-Labels: {self._LABELS[folder]}\n".encode() + unix(content)])

    def deliver_many(self, contents: list[bytes]) -> None:
        self._append([unix(content) for content in contents])

    def _append(self, contents: list[bytes]) -> None:
        self._letters += contents
        with self.path.open("ab") as file:
            file.write(b"".join(b"From 1789@xxx Tue Mar 03 15:14:00 +0000 2026\n" + content + b"\n" for content in contents))

    def delete(self, message_id: str) -> None:
        kept = [content for content in self._letters if id_of(content) != message_id]
        self._letters = []
        self.path.write_bytes(b"")
        self._append(kept)

    def untouched(self) -> object:
        return _contents(self.path.parent)


def _find(paths: object, message_id: str) -> Path:
    (found,) = [path for path in paths if path.is_file() and id_of(path.read_bytes()) == message_id]  # type: ignore[attr-defined]
    return Path(found)


def _contents(path: Path) -> dict[str, tuple[bytes, int]]:
    """All files by name with their bytes and times: a renamed file (a flag) shows as well."""
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in path.rglob("*") if file.is_file()}


def settle() -> None:
    """Let the file system's clock pass on, so that what follows bears another time."""
    time.sleep(0.06)
