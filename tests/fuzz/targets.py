"""What is fuzzed: bytes that a stranger may send, carried as far as they get. Each target raises AssertionError for a promise
broken, and whatever the program raises where it should not.

Used twice: by hypothesis in ``test_fuzz.py`` (in `make test`, bounded) and by atheris in ``run.py`` (`make fuzz`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from heardback import reading, scan, understanding
from heardback.log import redact
from heardback.mailbox import abridge, imap_wire
from heardback.mailbox.header_block import bounded, gmail_role, sent_at
from heardback.model import FolderRole, Message, Owner, RawHeader, RawMessage, UnreadableMessage
from heardback.notify.compose import compose
from heardback.notify.drafts import draft
from heardback.notify.wording import BODY_LENGTH, TITLE_LENGTH
from heardback.understanding.timeframes import find_timeframes, read_moment
from heardback.view.words import plain
from heardback.workdays import Place, work_calendar

OWNER = Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone="America/New_York", country="US")
RECEIVED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
SLOW_S = 5.0
"""No message of the sizes tried here may take this long, instrumented and on a busy machine."""

HOSTILE = {chr(number) for number in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def raw(content: bytes) -> RawMessage:
    header = RawHeader(
        key="1",
        mailbox="home",
        folder="INBOX",
        role=FolderRole.INBOX,
        received_at=RECEIVED,
        size_bytes=len(content),
        header=bounded(content),
    )
    return RawMessage(header=header, content=content)


def message(content: bytes) -> None:
    """Raw bytes -> values -> findings -> applications -> words on a phone, in a draft and on a screen."""
    begun = time.monotonic()
    read = reading.read(raw(content))
    envelope = reading.read_header(raw(content).header)
    assert isinstance(read, Message | UnreadableMessage)
    assert isinstance(envelope, Message | UnreadableMessage)
    if isinstance(read, Message):
        understanding.worth_reading([read], OWNER)
        facts = understanding.understand(read, OWNER)
        for now in (read.received_at, read.received_at + timedelta(days=30)):
            for judged in scan.derive((facts,), owner=OWNER, now=now):
                if judged.standing.action is not None:
                    push = compose(judged.standing, judged.application, OWNER, now)
                    assert len(push.title) <= TITLE_LENGTH, push
                    assert len(push.body) <= BODY_LENGTH, push
                    assert not HOSTILE & set(push.title + push.body), push
                letter = draft(judged.standing, judged.application, OWNER)
                assert not HOSTILE & set(letter.subject + letter.body.replace("\n", "")), letter
                assert all(not HOSTILE & set(one.address) for one in letter.to), letter
                assert not HOSTILE & set(plain(judged.standing.why + judged.application.employer))
    assert time.monotonic() - begun < SLOW_S


def letter(content: bytes) -> None:
    """Text as the body of an employer's letter: everything behind the header sees it."""
    message(
        b"From: Dana Ortiz <dana@brightforge.example>\r\nTo: rosa@quill.example\r\nSubject: Your interview\r\n"
        b"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nMessage-ID: <m1@brightforge.example>\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nHi Rosa,\r\n\r\nthank you for the interview. " + content
    )


def markup(content: bytes) -> None:
    message(
        b"From: Dana Ortiz <dana@brightforge.example>\r\nTo: rosa@quill.example\r\nSubject: Your interview\r\n"
        b"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nMessage-ID: <m1@brightforge.example>\r\nContent-Type: text/html; charset=utf-8"
        b"\r\n\r\n" + content
    )


def invite(content: bytes) -> None:
    message(
        b"From: Dana Ortiz <dana@brightforge.example>\r\nTo: rosa@quill.example\r\nSubject: Interview\r\n"
        b"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nMessage-ID: <m1@brightforge.example>\r\n"
        b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + content
    )


def sentence(content: bytes) -> None:
    """A sentence as `heardback read`, `promise` and `interview` take it."""
    begun = time.monotonic()
    text = content.decode("utf-8", "replace")
    for frame in find_timeframes(text, datetime(2026, 3, 11, 10, tzinfo=OWNER.zone), work_calendar(Place("US", None))):
        assert frame.earliest is None or frame.latest is None or frame.earliest <= frame.latest, frame
    read_moment(text, datetime(2026, 3, 11, 10, tzinfo=OWNER.zone), OWNER.zone, country="US")
    redact(text)
    assert time.monotonic() - begun < SLOW_S


def answer(content: bytes) -> None:
    """What an IMAP server says of messages, in the pieces in which IMAPClient hands it on; and what stays of a long message."""
    lines = content.split(b"\n")
    list(imap_wire.parse_fetch([(line, content) if number % 3 == 0 else line for number, line in enumerate(lines[:50])]))
    kept, _ = abridge.abridged(content)
    assert len(kept) <= len(content) + 4096
    sent_at(content)
    gmail_role(content, FolderRole.OTHER)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (message, letter, markup, invite, sentence, answer)
}
