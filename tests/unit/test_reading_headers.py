"""The header block: fields, encoded words, addresses, ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heardback.model import Address
from heardback.reading import headers

RECEIVED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def test_the_body_begins_after_the_first_empty_line() -> None:
    fields, body = headers.split(b"Subject: Friday\r\nFrom: dana@brightforge.example\r\n\r\nHi\r\n\r\nDana\r\n")
    assert fields == {"subject": b" Friday", "from": b" dana@brightforge.example"}
    assert body == b"Hi\r\n\r\nDana\r\n"


def test_a_line_that_is_no_field_between_fields_is_stepped_over() -> None:
    fields, _ = headers.split(b"Subject: a\nthis is no field\nFrom: dana@brightforge.example\n\nHi")
    assert set(fields) == {"subject", "from"}


def test_without_the_empty_line_the_body_begins_at_the_first_line_that_is_no_field() -> None:
    fields, body = headers.split(b"Subject: a\nFrom: dana@brightforge.example\nYou will hear from us.\nBy Friday.")
    assert set(fields) == {"subject", "from"}
    assert body.strip() == b"You will hear from us.\nBy Friday."


def test_an_mbox_line_on_top_is_no_field() -> None:
    fields, _ = headers.split(b"From dana@brightforge.example Mon Mar  2 10:00:00 2026\nSubject: a\n\nHi")
    assert fields == {"subject": b" a"}


def test_of_two_subjects_the_first_counts_and_two_to_lines_are_one_list() -> None:
    fields, _ = headers.split(b"Subject: one\nSubject: two\nTo: a@x.example\nTo: b@x.example\n\n")
    assert fields["subject"] == b" one"
    assert [address.address for address in headers.addresses_of(fields["to"])] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" Interview at Brightforge", "Interview at Brightforge"),
        (b" Interview\r\n at\r\n\tBrightforge", "Interview at Brightforge"),
        (b" =?utf-8?q?Gespr=C3=A4ch_am_Freitag?=", "Gespräch am Freitag"),
        (b" =?UTF-8?B?R2VzcHLDpGNo?= am Freitag", "Gespräch am Freitag"),
        (b" =?utf-8?b?R2VzcHI=?=\n =?utf-8?b?w6Rj?= =?utf-8?b?aA==?=", "Gespräch"),
        # a character that the mailer cut in two
        (b" =?utf-8?q?Gespr=C3?= =?utf-8?q?=A4ch?=", "Gespräch"),
        (b" =?iso-8859-1*de?q?Gespr=E4ch?=", "Gespräch"),
        (b" Gespr\xc3\xa4ch", "Gespräch"),
        (b" Gespr\xe4ch", "Gespräch"),
        (b" =?x-nothing?q?Gespr=E4ch?=", "Gespräch"),
        (b" =?utf-8?q?no end", "=?utf-8?q?no end"),
        (b" a\x00b\x1b[31mc", "ab[31mc"),
        ("‮Friday".encode(), "Friday"),
        (b"", ""),
    ],
)
def test_a_value_is_unfolded_decoded_and_cleaned(value: bytes, expected: str) -> None:
    assert headers.text_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"dana@brightforge.example", [("", "dana@brightforge.example")]),
        (b"Dana Ortiz <Dana.Ortiz@Brightforge.example>", [("Dana Ortiz", "dana.ortiz@brightforge.example")]),
        (b'"Ortiz, Dana" <dana@x.example>, sam@x.example', [("Ortiz, Dana", "dana@x.example"), ("", "sam@x.example")]),
        (b"dana@x.example (Dana Ortiz)", [("Dana Ortiz", "dana@x.example")]),
        (b"=?utf-8?q?Ortiz=2C_D=C3=A1na?= <dana@x.example>", [("Ortiz, Dána", "dana@x.example")]),
        (b'"=?utf-8?q?D=C3=A1na?=" <dana@x.example>', [("Dána", "dana@x.example")]),
        (b"=?utf-8?q?Dana_=3Cdana=40x=2Eexample=3E?=", [("Dana", "dana@x.example")]),
        (b"undisclosed-recipients:;", []),
        (b"Panel: dana@x.example, Sam <sam@x.example>;", [("", "dana@x.example"), ("Sam", "sam@x.example")]),
        (b"<dana@x.example>", [("", "dana@x.example")]),
        (b"Dana <mailto:dana@x.example>", [("Dana", "dana@x.example")]),
        (b'"Dana" Ortiz <dana@x.example', [('"Dana" Ortiz', "dana@x.example")]),
        (b"MAILER-DAEMON (Mail Delivery System)", [("Mail Delivery System", "mailer-daemon")]),
        (b"'Dana Ortiz' <dana@x.example>", [("Dana Ortiz", "dana@x.example")]),
        (b"dana@x.example; sam@x.example", [("", "dana@x.example"), ("", "sam@x.example")]),
        (b", ,", []),
        (b"", []),
    ],
)
def test_addresses_are_read_as_senders_write_them(value: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(address.name, address.address) for address in headers.addresses_of(value)] == expected


def test_the_first_message_id_counts_exactly_as_written() -> None:
    assert headers.message_id({"message-id": b" <A1@X.example> <b@x.example>"}, RECEIVED) == "<A1@X.example>"


def test_a_message_id_without_brackets_gets_them() -> None:
    assert headers.message_id({"message-id": b" a1@x.example"}, RECEIVED) == "<a1@x.example>"


def test_a_made_id_is_the_same_on_every_reading_and_in_every_folder() -> None:
    fields = {"from": b" dana@x.example", "subject": b" Friday", "date": b" Mon, 2 Mar 2026 10:00:00 +0000"}
    refolded = fields | {"subject": b"\n Friday"}
    made = headers.message_id(fields, RECEIVED)
    assert made == headers.message_id(refolded, RECEIVED.replace(hour=11))
    assert made.endswith("@missing.invalid>")
    assert made != headers.message_id(fields | {"subject": b" Monday"}, RECEIVED)


def test_references_are_the_ids_in_order_each_once() -> None:
    assert headers.ids_of(b" <a@x.example>\n\t<b@x.example> <a@x.example>") == ("<a@x.example>", "<b@x.example>")
    assert headers.ids_of(b" Your message of Monday <c@x.example>") == ("<c@x.example>",)
    assert headers.ids_of(None) == ()


def test_a_thousand_references_keep_the_first_and_the_nearest() -> None:
    value = b" ".join(b"<%d@x.example>" % number for number in range(1000))
    ids = headers.ids_of(value)
    assert (len(ids), ids[0], ids[-1]) == (headers.MAX_REFERENCES, "<0@x.example>", "<999@x.example>")


def test_only_kept_fields_are_handed_on() -> None:
    fields, _ = headers.split(b"Auto-Submitted: auto-replied\nX-Secret: 1\nList-Id: <jobs.x.example>\n\n")
    assert headers.kept_of(fields) == {"auto-submitted": "auto-replied", "list-id": "<jobs.x.example>"}


def test_the_same_list_read_twice_is_the_same_value() -> None:
    value = b"Dana Ortiz <dana@brightforge.example>"
    assert headers.addresses_of(value) == (Address(name="Dana Ortiz", address="dana@brightforge.example"),)
    assert headers.addresses_of(value) == headers.addresses_of(value)
