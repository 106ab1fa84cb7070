"""Mailboxes of the bench on a Dovecot: written as files, pulled by mbsync, and how much went over the wire."""

from __future__ import annotations

import imaplib
import os
import pwd
import re
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench.letters import messages
from tests.dovecot import PASSWORD, Dovecot

_TRAFFIC = re.compile(rb"imap\(([^)]{1,80})\).{0,200} out=(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A user's mailbox that has been written. ``size_bytes`` as it goes over the wire, with CRLF."""

    user: str
    count: int
    size_bytes: int


def fill(server: Dovecot, user: str, count: int, end: datetime) -> Filled:
    """Write a mailbox of ``count`` messages as a Maildir++ tree, as Dovecot's own delivery would: sizes in the names."""
    home = server.base / "mail" / user
    folders = {"INBOX": home, "Sent": home / ".Sent"}
    for folder in folders.values():
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    owner = pwd.getpwnam("mail") if os.geteuid() == 0 else None
    size_bytes = 0
    for number, letter in enumerate(messages(count, end=end)):
        seconds = letter.received_at.timestamp()
        stored = letter.content.replace(b"\r\n", b"\n")
        name = f"{int(seconds)}.M{number:06d}P1.bench,S={len(stored)},W={len(letter.content)}:2,S"
        path = folders[letter.folder] / "cur" / name
        path.write_bytes(stored)
        os.utime(path, (seconds, seconds))
        if owner is not None:
            os.chown(path, owner.pw_uid, owner.pw_gid)
        size_bytes += len(letter.content)
    if owner is not None:
        for directory, _, _ in os.walk(home):
            os.chown(directory, owner.pw_uid, owner.pw_gid)
    with imaplib.IMAP4("127.0.0.1", server.imap_port) as client:  # Dovecot gives every message its number
        client.login(user, PASSWORD)
        for name in folders:
            client.select(name, readonly=True)
    return Filled(user=user, count=count, size_bytes=size_bytes)


def forget_index(server: Dovecot, user: str) -> None:
    """Let Dovecot know nothing of the messages but their numbers, as if no program had ever asked it for a header."""
    shutil.rmtree(server.base / "index" / user, ignore_errors=True)


def fetched_bytes(server: Dovecot, user: str) -> int:
    """What the server has sent to this user in all sessions that have ended, by its own log."""
    time.sleep(0.3)  # the log has its own process
    log = (server.base / "log").read_bytes()
    return sum(int(size) for name, size in _TRAFFIC.findall(log) if name.decode() == user)


def mbsync_configuration(server: Dovecot, user: str, into: Path) -> Path:
    """A configuration that pulls everything; the Maildir lies in ``into``/mail."""
    into.mkdir()
    (into / "mail").mkdir()
    path = into / "mbsyncrc"
    path.write_text(
        f"""FSync no

IMAPAccount bench
Host 127.0.0.1
Port {server.imap_port}
User {user}
Pass {PASSWORD}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {into}/mail/
Inbox {into}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX Sent
Create Near
Sync Pull
SyncState *
"""
    )
    return path
