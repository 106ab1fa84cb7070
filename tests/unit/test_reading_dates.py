"""The Date field: the sender's own offset, and what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heardback.reading.dates import sent_at
from tests.builders import at

RECEIVED = at("2026-03-11T15:00:00+00:00")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" Wed, 11 Mar 2026 10:02:03 -0400", "2026-03-11T10:02:03-04:00"),
        (b" 11 Mar 2026 10:02 -0400", "2026-03-11T10:02:00-04:00"),
        (b" Wed, 11 Mar 2026 19:32:00 +0530 (IST)", "2026-03-11T19:32:00+05:30"),
        (b" Wed, 11 Mar 2026 10:02:03 EST", "2026-03-11T10:02:03-05:00"),
        (b" Wed, 11 Mar 2026 10:02:03 PDT", "2026-03-11T10:02:03-07:00"),
        (b" Wed, 11 Mar 26 10:02:03 GMT", "2026-03-11T10:02:03+00:00"),
        (b" Wed, 11 Mar 2026 10:02:03 -0000", "2026-03-11T10:02:03+00:00"),
        (b" Wed, 11 Mar 2026 10:02:03", "2026-03-11T10:02:03+00:00"),
        (b" Wed, 11 Mar 2026 10:02:03 XYZ", "2026-03-11T10:02:03+00:00"),
        (b" Wed Mar 11 10:02:03 2026", "2026-03-11T10:02:03+00:00"),
        (b" 2026-03-11T10:02:03+01:00", "2026-03-11T10:02:03+01:00"),
        (b" Wed, 11 Mar 2026 10:02:60 +0000", "2026-03-11T10:02:59+00:00"),
        (b" Wed, 11 Mar 2026 10:02:03 -0330", "2026-03-11T10:02:03-03:30"),
    ],
)
def test_a_date_keeps_the_offset_that_its_sender_wrote(value: bytes, expected: str) -> None:
    assert sent_at(value, RECEIVED).isoformat() == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b" yesterday",
        b" Mon, 30 Feb 2026 10:00:00 +0000",
        b" Wed, 11 Mar 2026 25:00:00 +0000",
        b" Wed, 11 Mar 2026 10:00:00 +9900",
        b" Thu, 1 Jan 1970 00:00:00 +0000",
        b" Mon, 11 Mar 2126 10:00:00 +0000",
        b" Sat, 14 Mar 2026 10:00:00 +0000",
        b" Wed, 11 Foo 2026 10:00:00 +0000",
        b" Fri, 31 Dec 9999 23:59:59 -1200",
        b" \xff\xfe",
    ],
)
def test_a_date_that_cannot_be_is_the_moment_of_arrival(value: bytes | None) -> None:
    assert sent_at(value, RECEIVED) == RECEIVED


def test_a_clock_that_is_a_day_fast_is_believed() -> None:
    assert sent_at(b" Thu, 12 Mar 2026 15:00:00 +0000", RECEIVED) == datetime(2026, 3, 12, 15, tzinfo=UTC)
