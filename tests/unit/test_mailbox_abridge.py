"""A large message without what nobody will read."""

from __future__ import annotations

import email

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.mailbox.abridge import PART_LIMIT_BYTES, WHOLE_LIMIT_BYTES, _abridged_part, abridged, cut
from tests.contract.letters import heavy_letter, letter, unix


def test_a_message_of_ordinary_size_is_left_alone() -> None:
    content = letter(1, body="x\n" * 100_000)
    assert len(content) > WHOLE_LIMIT_BYTES
    small = letter(1)
    assert abridged(small) == (small, False)


@pytest.mark.parametrize("turned", [bytes, unix])
def test_an_attachment_is_emptied_and_the_rest_kept(turned: type[bytes]) -> None:
    content, is_partial = abridged(turned(heavy_letter(1)))
    assert is_partial
    assert len(content) < 2_000
    parsed = email.message_from_bytes(content)
    leaves = {part.get_content_type(): str(part.get_payload()).strip() for part in parsed.walk() if not part.is_multipart()}
    assert leaves["text/plain"] == "We will call you on Friday."
    assert leaves["application/octet-stream"].startswith("BEGIN:VCALENDAR")
    assert leaves["application/pdf"] == ""
    assert all(not part.defects for part in parsed.walk())


def test_a_long_text_is_cut_at_the_end_of_a_line() -> None:
    text = b"0123456789abcde\n" * 5_000
    assert cut(text) == text[:PART_LIMIT_BYTES]
    assert cut(text[:-1] + b"x" * 9).endswith(b"e\n")
    assert len(cut(b"x" * 100_000)) == PART_LIMIT_BYTES
    assert cut(b"short") == b"short"


def test_a_boundary_that_begins_like_another_divides_nothing() -> None:
    content = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n\n--ab\nstill the text\n--a\n"
        b"Content-Type: image/png\n\nPNG\n--a--\nafter\n"
    )
    parsed = email.message_from_bytes(_abridged_part(content, 0))
    assert [part.get_payload() for part in parsed.walk() if not part.is_multipart()] == ["--ab\nstill the text", ""]


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_comes_in_what_goes_out_is_bytes_with_the_same_header(header: bytes, body: bytes) -> None:
    content = b"Content-Type: multipart/mixed; boundary=a\n" + header.replace(b"\n", b"") + b"\n\n" + body
    assert _abridged_part(content, 0).startswith(content[: content.index(b"\n\n")].split(b"\r")[0])
