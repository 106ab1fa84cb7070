"""The tree of parts: the same leaves as the standard parser's, and bounds that it has not."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.reading import mime


def leaf_types(content: bytes) -> list[str]:
    return [leaf.content_type for leaf in mime.parse(content).leaves()]


def test_the_parts_of_a_nested_message_are_found_in_order() -> None:
    message = EmailMessage()
    message["Subject"] = "Interview"
    message.set_content("See you on Friday.")
    message.add_alternative("<p>See you on Friday.</p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="invite.ics")
    root = mime.parse(message.as_bytes())
    assert [leaf.content_type for leaf in root.leaves()] == ["text/plain", "text/html", "application/ics"]
    assert [leaf.filename for leaf in root.leaves()] == ["", "", "invite.ics"]
    assert [leaf.is_attachment for leaf in root.leaves()] == [False, False, True]


@given(
    st.lists(st.sampled_from(["text/plain", "text/html", "image/png", "text/calendar"]), min_size=1, max_size=6), st.booleans()
)
def test_the_leaves_are_those_of_the_standard_parser(types: list[str], crlf: bool) -> None:
    parts = "".join(f"--b\nContent-Type: {kind}\n\nline {number}\n\n--no boundary\n" for number, kind in enumerate(types))
    content = f"Content-Type: multipart/mixed; boundary=b\n\npreamble\n{parts}--b--\nepilogue\n".encode()
    content = content.replace(b"\n", b"\r\n") if crlf else content
    standard = [part for part in message_from_bytes(content).walk() if not part.is_multipart()]
    mine = list(mime.parse(content).leaves())
    assert [leaf.content_type for leaf in mine] == [part.get_content_type() for part in standard]
    assert [leaf.decoded() for leaf in mine] == [part.get_payload(decode=True) for part in standard]


def test_a_missing_end_boundary_and_a_missing_boundary_parameter_lose_no_part() -> None:
    without_end = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\none\n--b\n\ntwo"
    without_name = (
        b"Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--"
    )
    assert leaf_types(without_end) == ["text/plain", "text/plain"]
    assert leaf_types(without_name) == ["text/plain", "text/html"]


def test_a_multipart_that_has_no_parts_is_text() -> None:
    root = mime.parse(b"Content-Type: multipart/mixed; boundary=b\n\nJust words.")
    assert (root.content_type, root.text()) == ("text/plain", "Just words.")


def test_nesting_stops_at_its_bound() -> None:
    content = (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(500))
        + b"\ndeep"
    )
    depth, node = 0, mime.parse(content)
    while node.children:
        depth, node = depth + 1, node.children[0]
    assert depth == mime.MAX_DEPTH


def test_the_number_of_parts_is_bounded() -> None:
    content = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000
    assert len(leaf_types(content)) <= mime.MAX_PARTS


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        (b"base64", b"RnJpZGF5", b"Friday"),
        (b"BASE64", b"RnJp\r\nZGF5\r\n", b"Friday"),
        (b"base64", b"RnJpZGF", b"Frida"),
        (b"base64", b"RnJpZGF5Rnk=??", b"FridayFy"),
        (b"base64", b"R!nJ*pZG#F5A", b"Friday"),
        (b"quoted-printable", b"Fri=\r\nday=20=E4", b"Friday \xe4"),
        (b"quoted-printable", b"100 % = all", b"100 % = all"),
        (b"8bit", b"Fr\xefday", b"Fr\xefday"),
        (b"nonsense", b"Friday", b"Friday"),
        (
            b"base64",
            b"This was never base64 at all, it is a plain sentence.",
            b"This was never base64 at all, it is a plain sentence.",
        ),
        (b"x-uuencode", b"begin 644 a\n&1G)I9&%Y\n`\nend\n", b"Friday"),
    ],
)
def test_a_transfer_encoding_is_undone_as_far_as_it_goes(encoding: bytes, body: bytes, expected: bytes) -> None:
    assert mime.decode_transfer(body, encoding) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" text/plain; charset=utf-8", ("text/plain", {"charset": "utf-8"})),
        (b' TEXT/HTML; Charset="ISO-8859-1"; format=flowed', ("text/html", {"charset": "ISO-8859-1", "format": "flowed"})),
        (b" text", ("text/plain", {})),
        (b" nonsense words", ("text/plain", {})),
        (b"", ("text/plain", {})),
    ],
)
def test_a_content_type_is_read_or_is_text(value: bytes, expected: tuple[str, dict[str, str]]) -> None:
    assert mime.parse_content_type(value) == expected


@pytest.mark.parametrize(
    "disposition",
    [
        b"attachment; filename=\"=?utf-8?q?Einladung=5FGespr=C3=A4ch=2Eics?=\"",
        b"attachment; filename*=UTF-8''Einladung_Gespr%C3%A4ch.ics",
        b"attachment; filename*0*=UTF-8''Einladung_; filename*1*=Gespr%C3%A4ch.ics",
    ],
)  # fmt: skip
def test_a_file_name_is_decoded_however_it_is_encoded(disposition: bytes) -> None:
    part = mime.parse(b"Content-Type: application/octet-stream\nContent-Disposition: " + disposition + b"\n\nx")
    assert part.filename == "Einladung_Gespräch.ics"


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("us-ascii", b"Gr\xfc\xdfe \x96 bald", "Grüße – bald"),
        ("iso-8859-1", b"It\x92s on", "It’s on"),
        ("x-unknown", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Grüße"),
        ("gb2312", "星期五".encode("gb18030"), "星期五"),
        ("iso-2022-jp", "金曜日".encode("iso-2022-jp"), "金曜日"),
        ("utf-16", "Friday".encode("utf-16"), "Friday"),
        ("punycode", b"Friday", "Friday"),
        ("base64", b"Friday", "Friday"),
        ("utf-8", b"a\x00b\r\nc\x07\td", "ab\nc\td"),
        ("utf-8", "non breaking​ space".encode(), "non breaking space"),
    ],
)
def test_a_text_is_decoded_whatever_its_label(charset: str, data: bytes, expected: str) -> None:
    content = b"Content-Type: text/plain; charset=" + charset.encode() + b"\nContent-Transfer-Encoding: 8bit\n\n" + data
    assert mime.parse(content).text() == expected


def test_a_long_text_is_cut() -> None:
    assert len(mime.parse(b"Subject: a\n\n" + b"word " * 200_000).text()) == mime.MAX_TEXT_CHARACTERS


@given(st.binary(max_size=400))
def test_any_bytes_give_a_tree_and_texts(content: bytes) -> None:
    for leaf in mime.parse(content).leaves():
        assert isinstance(leaf.text(), str)
        assert isinstance(leaf.filename, str)
