"""Any bytes a stranger may send, bounded: hypothesis here, atheris by `make fuzz`. What either found stands here as a test."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import targets

BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type")
VALUES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "Dana Ortiz <dana@brightforge.example>",
            '"\u202egro.evil\u202c" <dana@brightforge.example>, (((((',
            "=?utf-8?b?4oCu?= =?utf-16?q?=D8?=",
            "Wed, 11 Mar 2026 10:02:03 -0500",
            "Tue, 31 Feb 0000 99:99:99 +9999",
            "multipart/mixed; boundary=b",
            "message/rfc822",
            "text/html; charset=utf-7",
            "text/calendar; method=REQUEST",
            "<a@b> " * 40,
        ]
    ),
)
WORDS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "You will hear from us by Friday",
                "Interview on 12 March at 3pm ET",
                "unfortunately",
                "we would like to offer you",
                "\x1b[2J",
                "\u202e",
                "<b>",
                "</div>",
                "--b",
                "--b--",
                "BEGIN:VCALENDAR",
                "BEGIN:VEVENT",
                "DTSTART:99999999T999999Z",
                "> ",
                "On Monday Dana wrote:",
                "31/12/9999",
                "0000",
            ]
        ),
    ),
    max_size=25,
).map("\r\n".join)


@BOUNDED
@given(st.lists(st.tuples(st.sampled_from(HEADERS), VALUES), max_size=12), WORDS)
def test_whatever_a_stranger_sends_becomes_values_and_clean_words(fields: list[tuple[str, str]], body: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    targets.message(f"{head}\r\n{body}".encode("utf-8", "surrogatepass"))


@BOUNDED
@given(WORDS)
def test_whatever_an_employer_writes_reaches_phone_draft_and_screen_clean(body: str) -> None:
    targets.letter(body.encode("utf-8", "surrogatepass"))
    targets.markup(body.encode("utf-8", "surrogatepass"))
    targets.invite(body.encode("utf-8", "surrogatepass"))


@BOUNDED
@given(st.binary(max_size=400))
def test_bytes_that_are_no_mail_at_all_hurt_nobody(content: bytes) -> None:
    for target in targets.TARGETS.values():
        target(content)


@BOUNDED
@given(
    st.lists(
        st.sampled_from(
            [
                "by",
                "Friday",
                "12",
                "march",
                "99",
                "31.12.",
                "3pm",
                "ET",
                "-",
                "5",
                "to",
                "next",
                "week",
                "of",
                "the",
                "end",
                "0",
                "99999999999",
                "noon",
            ]
        ),
        max_size=40,
    )
)
def test_any_row_of_words_about_time_is_read_in_bounded_time(words: list[str]) -> None:
    targets.sentence(" ".join(words).encode())


@pytest.mark.parametrize("year", ["0001", "1013", "9998", "9999"])
def test_an_invitation_to_another_millennium_costs_nothing(year: str) -> None:
    """Found by atheris: the working days since then were counted one by one, with their holidays."""
    began = time.process_time()
    targets.invite(f"UID:1@x.example\r\nDTSTART:{year}0302T140000\r\nDURATION:PT1H\r\nSUMMARY:Interview\r\nEND:VEVENT".encode())
    assert time.process_time() - began < 2.0
