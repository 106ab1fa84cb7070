"""FETCH answers as imaplib hands them out, and sets of UIDs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.mailbox.imap_wire import Fetched, parse_fetch, says_new_mail, sequence_set

HEADER = b"From: dana@brightforge.example\r\n\r\n"


@pytest.mark.parametrize(
    ("uids", "text"), [([1], "1"), ([1, 2, 3], "1:3"), ([1, 3, 4, 9], "1,3:4,9"), ([4_294_967_295], "4294967295"), ([], "")]
)
def test_runs_of_uids_are_written_as_ranges(uids: list[int], text: str) -> None:
    assert sequence_set(uids) == text


@given(st.sets(st.integers(1, 500), min_size=1))
def test_a_set_of_uids_names_exactly_those(uids: set[int]) -> None:
    named: list[int] = []
    for part in sequence_set(sorted(uids)).split(","):
        low, _, high = part.partition(":")
        named += range(int(low), int(high or low) + 1)
    assert named == sorted(uids)


def test_an_answer_is_read_whatever_the_order_of_its_items() -> None:
    message = Fetched(
        uid=9, internal_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC), size_bytes=1234, sections={b"HEADER.FIELDS (FROM)": HEADER}
    )
    before = b'3 (UID 9 INTERNALDATE "03-Mar-2026 09:00:00 +0100" RFC822.SIZE 1234 BODY[HEADER.FIELDS (FROM)] {36}'
    turned = b"3 (RFC822.SIZE 1234 BODY[header.fields (From)] {36}"
    assert list(parse_fetch([(before, HEADER), b")"])) == [message]
    assert list(parse_fetch([(turned, HEADER), b' INTERNALDATE "03-Mar-2026 09:00:00 +0100" UID 9)'])) == [message]
    assert message.content == HEADER


def test_a_changed_flag_in_between_is_no_message() -> None:
    data = [b"7 (FLAGS (\\Seen))", (b"3 (UID 9 BODY[] {36}", HEADER), b" FLAGS (\\Seen))", b"8 (UID 12 FLAGS ())", None]
    assert [message.uid for message in parse_fetch(data)] == [9]


def test_several_sections_are_kept_apart() -> None:
    data = [
        (b"3 (UID 9 BODY[HEADER] {36}", HEADER),
        (b" BODY[1.MIME] {4}", b"A\r\n\r"),
        (b" BODY[1]<0> {2}", b"hi"),
        b' BODY[2] "a \\"q\\"")',
    ]
    (message,) = parse_fetch(data)
    assert message.sections == {b"HEADER": HEADER, b"1.MIME": b"A\r\n\r", b"1": b"hi"}


def test_a_short_section_may_come_as_a_string_and_nil_is_none() -> None:
    (message,) = parse_fetch([b'3 (UID 9 BODY[] "say \\"hi\\"")'])
    assert message.sections == {b"": b'say "hi"'}
    assert list(parse_fetch([b"3 (UID 9 RFC822.SIZE 0 BODY[] NIL)"])) == []


@pytest.mark.parametrize(
    ("pieces", "labels"),
    [
        ([b'3 (X-GM-LABELS ("\\\\Inbox" Jobs "two (words)") UID 9 BODY[] {36}'], ("\\Inbox", "Jobs", "two (words)")),
        ([b"3 (X-GM-LABELS () UID 9 BODY[] {36}"], ()),
        ([b'3 (X-GM-LABELS ("UID 5") UID 9 BODY[] {36}'], ("UID 5",)),
        ([(b"3 (X-GM-LABELS ({5}", b'a"b c'), b") UID 9 BODY[] {36}"], ('a"b c',)),
        ([b"3 (UID 9 BODY[] {36}"], None),
    ],
)
def test_gmails_labels_are_read_in_every_spelling(pieces: list[object], labels: tuple[str, ...] | None) -> None:
    *first, last = pieces
    (message,) = parse_fetch([*first, (last, HEADER), b")"])
    assert (message.uid, message.labels, message.content) == (9, labels, HEADER)


def test_gmails_thread_is_kept_as_it_stands() -> None:
    (message,) = parse_fetch([(b"3 (X-GM-THRID 1278455344230334865 UID 9 BODY[] {36}", HEADER), b")"])
    assert message.thread == "1278455344230334865"


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ([b"* 5 EXISTS"], True),
        ([b"* 5 exists"], True),
        ([b"* OK Still here", b"* 1 RECENT"], False),
        ([b"* 4 EXPUNGE", b"* 1 FETCH (FLAGS (EXISTS))"], False),
        ([], False),
    ],
)
def test_only_exists_is_news(lines: list[bytes], answer: bool) -> None:
    assert says_new_mail(lines) is answer
