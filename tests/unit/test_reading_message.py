"""Whole messages: any bytes give a Message or an UnreadableMessage."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import Address, FolderRole, Message, RawHeader, RawMessage, UnreadableMessage
from heardback.reading import read, read_header

RECEIVED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
LETTER = (
    b"From: Dana Ortiz <Dana@Brightforge.example>\r\nTo: rosa@quill.example\r\nSubject: =?utf-8?q?Your_interview?=\r\n"
    b"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nMessage-ID: <m1@brightforge.example>\r\nIn-Reply-To: <q1@quill.example>\r\n"
    b"References: <q0@quill.example> <q1@quill.example>\r\nList-Id: x\r\n\r\nYou will hear by Friday.\r\n"
)


def raw(content: bytes) -> RawMessage:
    header = RawHeader(
        key="1",
        mailbox="test",
        folder="INBOX",
        role=FolderRole.INBOX,
        received_at=RECEIVED,
        size_bytes=len(content),
        header=content.partition(b"\r\n\r\n")[0],
        provider_thread="t1",
    )
    return RawMessage(header=header, content=content)


def test_a_letter_becomes_values() -> None:
    message = read(raw(LETTER))
    assert isinstance(message, Message)
    assert message.id == "<m1@brightforge.example>"
    assert message.sender == Address(name="Dana Ortiz", address="dana@brightforge.example")
    assert message.subject == "Your interview"
    assert message.sent_at.isoformat() == "2026-03-11T10:02:03-05:00"
    assert (message.in_reply_to, message.references) == ("<q1@quill.example>", ("<q0@quill.example>", "<q1@quill.example>"))
    assert message.headers == {"list-id": "x"}
    assert (message.body.text, message.has_body, message.provider_thread) == ("You will hear by Friday.", True, "t1")


def test_the_header_alone_gives_the_same_values_without_a_body() -> None:
    whole, alone = read(raw(LETTER)), read_header(raw(LETTER).header)
    assert isinstance(whole, Message)
    assert isinstance(alone, Message)
    assert (alone.id, alone.sender, alone.sent_at, alone.headers) == (whole.id, whole.sender, whole.sent_at, whole.headers)
    assert (alone.has_body, alone.body.text, alone.invites) == (False, "", ())


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\x00\xff\xfe" * 50, b"just some words", b"\n\nbody only"])
def test_what_has_no_header_is_unreadable_and_says_so(content: bytes) -> None:
    message = read(raw(content))
    assert isinstance(message, UnreadableMessage)
    assert message.reason == "It has no header: no sender, date or subject."


def test_a_returned_message_is_what_a_report_answers() -> None:
    content = (
        b"From: Mail Delivery System <mailer-daemon@quill.example>\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nIt came back.\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <q1@quill.example>\r\nSubject: Any news?\r\n\r\n--b--\r\n"
    )
    message = read(raw(content))
    assert isinstance(message, Message)
    assert (message.in_reply_to, message.body.text) == ("<q1@quill.example>", "It came back.")


def test_a_broken_attachment_does_not_lose_the_letter() -> None:
    content = (
        b"From: dana@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBy Friday.\r\n"
        b"--b\r\nContent-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! not base64\r\n"
    )
    message = read(raw(content))
    assert isinstance(message, Message)
    assert (message.body.text, message.invites) == ("By Friday.", ())


HEADS = st.sampled_from(
    [
        b"From: a@x.example\r\n",
        b"Subject: =?utf-8?b?",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: text/html\r\n",
        b"Content-Type: text/calendar; method=REQUEST\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Date: Wed, 11 Mar 2026",
        b"\r\n\r\n",
        b"--b\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=",
        b"<table><tr><td>",
        b"> ",
    ]
)


@given(st.lists(st.one_of(HEADS, st.binary(max_size=30)), max_size=12).map(b"".join))
def test_any_bytes_give_a_message_or_an_unreadable_one_and_twice_the_same(content: bytes) -> None:
    first = read(raw(content))
    assert isinstance(first, Message | UnreadableMessage)
    assert read(raw(content)) == first
    assert isinstance(read_header(raw(content).header), Message | UnreadableMessage)


@given(st.text(max_size=60))
def test_no_text_value_holds_a_control_character(text: str) -> None:
    content = (
        b"From: a@x.example\r\nSubject: "
        + text.encode("utf-8", "replace").replace(b"\n", b" ")
        + b"\r\n\r\n"
        + text.encode("utf-8", "replace")
    )
    message = read(raw(content))
    assert isinstance(message, Message)
    assert not any(ord(character) < 32 and character not in "\n\t" for character in message.subject + message.body.text)
