"""The few looks at a header that a source needs itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.mailbox.header_block import HEADER_LIMIT_BYTES, bounded, field_of, gmail_role, header_end, parse_moment, sent_at
from heardback.model import FolderRole


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (b"A: b\r\n\r\nbody", b"A: b\r\n\r\n"),
        (b"A: b\n\nbody\n\nmore", b"A: b\n\n"),
        (b"\nbody", b"\n"),
        (b"\r\nbody", b"\r\n"),
        (b"A: b\n\r\nbody", b"A: b\n\r\n"),
    ],
)
def test_a_header_ends_at_its_first_blank_line(content: bytes, header: bytes) -> None:
    assert content[: header_end(content)] == header


def test_a_message_without_a_blank_line_is_all_header() -> None:
    assert header_end(b"A: b\nC: d\n") == -1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (b"Tue, 3 Feb 2026 09:14:00 -0600", datetime(2026, 2, 3, 15, 14, tzinfo=UTC)),
        (b"03-Feb-2026 09:14:00 +0530", datetime(2026, 2, 3, 3, 44, tzinfo=UTC)),
        (b" 3-Feb-2026 09:14:00 +0000", datetime(2026, 2, 3, 9, 14, tzinfo=UTC)),
        (b"Tue, 03 Feb 2026 09:14 -0000", datetime(2026, 2, 3, 9, 14, tzinfo=UTC)),
        (b"3 FEB 2026 23:59:60 +0000 (a leap second)", datetime(2026, 2, 3, 23, 59, 59, tzinfo=UTC)),
        (b"Tue, 3 Feb 26 09:14:00 GMT", datetime(2026, 2, 3, 9, 14, tzinfo=UTC)),
        (b"Tue, 3 Feb 2026 09:14:00 EST", datetime(2026, 2, 3, 14, 14, tzinfo=UTC)),
        (b"Tue, 30 Feb 2026 09:14:00 +0000", None),
        (b"Tue, 3 Feb 2026 09:14:00 +9999", None),
        (b"soon", None),
        (b"", None),
    ],
)
def test_a_mail_date_is_read_to_utc_or_not_at_all(text: bytes, moment: datetime | None) -> None:
    assert parse_moment(text) == moment


@given(st.binary(max_size=80))
def test_any_bytes_are_a_utc_moment_or_none(text: bytes) -> None:
    moment = parse_moment(text)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (b"Date: now\r\nTo: x\r\n\r\n", b"now"),
        (b"X: y\nDATE:now\n", b"now"),
        (b"X: y\ndate: a\r\n b\r\n\tc\r\nZ: z\r\n", b"a\r\n b\r\n\tc"),
        (b"Date: first\nDate: second\n", b"first"),
        (b"X-Date: no\nResent-Date: no\n", None),
        (b"X: y\n date: folded, no field\n", None),
        (b"Date: at the very end", b"at the very end"),
    ],
)
def test_a_field_is_found_by_its_whole_name(header: bytes, value: bytes | None) -> None:
    assert field_of(header, b"date") == value


def test_the_date_field_gives_the_moment() -> None:
    assert sent_at(b"Date: Tue,\r\n 3 Feb 2026 09:14:00 +0000\r\n\r\n") == datetime(2026, 2, 3, 9, 14, tzinfo=UTC)
    assert sent_at(b"Subject: none\r\n\r\n") is None


def test_a_header_beyond_the_limit_is_cut_at_a_line() -> None:
    header = b"X: 123456789\r\n" * 10_000
    cut = bounded(header)
    assert len(cut) <= HEADER_LIMIT_BYTES + 2
    assert cut.endswith(b"123456789\r\n\r\n")
    assert bounded(b"A: b\r\n\r\n") == b"A: b\r\n\r\n"
    assert len(bounded(b"x" * 200_000)) == HEADER_LIMIT_BYTES + 2


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (b"X-Gmail-Labels: Inbox,Unread\r\n", FolderRole.INBOX),
        (b"X-Gmail-Labels: =?UTF-8?Q?Gesendet,Ge=C3=B6ffnet?=\r\n", FolderRole.SENT),
        (b"X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BC?=\r\n =?UTF-8?Q?rfe?=\r\n", None),
        (b"X-Gmail-Labels: =?nonsense?Q?Sent?=\r\n", FolderRole.ARCHIVE),
        (b'X-Gmail-Labels: "Sent"\r\n', FolderRole.SENT),
        (b"Subject: none\r\n", FolderRole.OTHER),
    ],
)
def test_an_exports_labels_give_the_role(labels: bytes, role: FolderRole | None) -> None:
    assert gmail_role(labels + b"\r\n", FolderRole.OTHER) is role
