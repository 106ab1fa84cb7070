"""A large message by its parts: what is asked for, and what comes together again. Structures are as imapclient reads them."""

from __future__ import annotations

import email
from typing import Any

import pytest
from imapclient.response_parser import parse_fetch_response

from heardback.mailbox.abridge import PART_LIMIT_BYTES
from heardback.mailbox.imap_parts import fetch_items, rebuilt, worth_fetching

TEXT = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 30 1 NIL NIL NIL NIL)'
HTML = b'("TEXT" "HTML" NIL NIL NIL "QUOTED-PRINTABLE" 90 3 NIL NIL NIL NIL)'
PDF = b'("APPLICATION" "PDF" ("NAME" "role.pdf") NIL NIL "BASE64" 600000 NIL ("ATTACHMENT" ("FILENAME" "role.pdf")) NIL NIL)'
ICS = b'("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 900 NIL ("ATTACHMENT" ("FILENAME" "Invite.ICS")) NIL NIL)'
LETTER = b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 900 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ' + TEXT + b" 9 NIL NIL NIL NIL)"
REPORT = b'("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 300 NIL NIL NIL NIL)'


def structure(text: bytes) -> Any:
    return parse_fetch_response([b"1 (UID 9 BODYSTRUCTURE " + text + b")"])[9][b"BODYSTRUCTURE"]


def multipart(subtype: bytes, *parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b' "' + subtype + b'" ("BOUNDARY" "outer") NIL NIL NIL)'


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        (TEXT, [""]),
        (PDF, []),
        (multipart(b"MIXED", multipart(b"ALTERNATIVE", TEXT, HTML), PDF, ICS), ["1.1", "1.2", "3"]),
        (multipart(b"MIXED", PDF), []),
        (multipart(b"MIXED", TEXT, LETTER), ["1"]),
        (multipart(b"REPORT", TEXT, REPORT, LETTER), ["1", "2"]),
    ],
)
def test_only_texts_calendars_and_the_reason_of_a_bounce_are_asked_for(text: bytes, sections: list[str]) -> None:
    root = worth_fetching(structure(text))
    assert [leaf.section for leaf in (root.leaves if root else ())] == sections
    items = fetch_items(root)
    assert [section for section in sections if f"BODY.PEEK[{section or 'TEXT'}]<0.{PART_LIMIT_BYTES + 1}>" in items] == sections
    assert items.count("BODY.PEEK[") == items.count("BODY")


def test_a_rebuilt_message_keeps_its_header_and_its_nesting() -> None:
    root = worth_fetching(structure(multipart(b"MIXED", multipart(b"ALTERNATIVE", TEXT, HTML), PDF, ICS)))
    content = rebuilt(
        root,
        {
            b"HEADER": b'Subject: Friday\r\nContent-Type: multipart/mixed;\r\n\tboundary="outer"\r\nX-Last: yes\r\n\r\n',
            b"1.1.MIME": b"Content-Type: text/plain; charset=utf-8\r\n\r\n",
            b"1.1": b"by Friday",
            b"1.2.MIME": b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
            b"1.2": b"<p>by Friday=3D</p>",
            b"3.MIME": b'Content-Type: application/octet-stream; name="Invite.ICS"\r\n\r\n',
            b"3": b"BEGIN:VCALENDAR",
        },
    )
    parsed = email.message_from_bytes(content)
    assert (parsed["Subject"], parsed["X-Last"], len(parsed.get_all("Content-Type"))) == ("Friday", "yes", 1)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/octet-stream",
    ]  # fmt: skip
    assert [part.get_payload(decode=True) for part in parsed.walk() if not part.is_multipart()] == [
        b"by Friday", b"<p>by Friday=</p>", b"BEGIN:VCALENDAR",
    ]  # fmt: skip
    assert all(not part.defects for part in parsed.walk())


def test_a_long_text_is_cut_at_the_end_of_a_line() -> None:
    root = worth_fetching(structure(TEXT))
    lines = b"0123456789abcde\r\n" * 5_000
    content = rebuilt(root, {b"HEADER": b"Subject: long\r\n\r\n", b"TEXT": lines[: PART_LIMIT_BYTES + 1]})
    assert len(content) <= PART_LIMIT_BYTES + 20
    assert content.endswith(b"abcde\r\n")


def test_a_message_of_an_attachment_alone_is_its_header() -> None:
    assert rebuilt(worth_fetching(structure(PDF)), {b"HEADER": b"Subject: CV\r\n\r\n"}) == b"Subject: CV\r\n\r\n"


def test_parts_that_the_server_leaves_out_leave_a_well_formed_message() -> None:
    root = worth_fetching(structure(multipart(b"MIXED", TEXT, HTML)))
    parsed = email.message_from_bytes(rebuilt(root, {b"HEADER": b"Subject: x\r\n\r\n", b"1": b"here"}))
    assert [part.get_payload() for part in parsed.walk() if not part.is_multipart()] == ["here", ""]
    assert all(not part.defects for part in parsed.walk())
