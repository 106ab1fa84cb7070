"""Text of strangers on a lock screen, and names as one says them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import SenderKind
from heardback.notify.people import day_as_said, first_name, known_people, listed, long_day, short_day, who_wrote
from heardback.notify.wording import around, one_line, plain_words
from tests.builders import EMPLOYER, OWNER, at, facts

ANY_TEXT = st.text(st.characters(), max_size=400)


@given(ANY_TEXT, st.integers(5, 240))
def test_any_text_becomes_one_printable_line_within_its_length(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert all(character.isprintable() for character in line)


def test_a_line_is_cut_at_a_word_and_shows_that_it_was() -> None:
    assert one_line("you will hear from us, surely, by Friday", 24) == "you will hear from us…"
    assert one_line("you will hear", 13) == "you will hear"
    assert one_line("a" * 30, 10) == "a" * 9 + "…"


def test_what_turns_text_around_or_speaks_to_a_terminal_is_gone() -> None:
    assert one_line("moc.\u202egro\x1b]0;title\x07 \u200bok\x00", 50) == "moc.gro]0;title ok"


def test_a_quotation_can_neither_be_tapped_nor_turn_into_formatting() -> None:
    assert plain_words('hear "soon" [here](https://evil.example/x) by <b>*Friday*</b>', 90) == "hear 'soon' here( by bFriday/b"
    for trap in ("https://evil.example", "www.evil.example", "<", "[", "`", "*", '"'):
        assert trap not in plain_words(f"by {trap} Friday", 90)


def test_a_long_promise_keeps_the_words_that_name_the_time() -> None:
    sentence = "We have two more people to see, so expect an answer by Friday."
    assert around(sentence, "by Friday", 40) == "…to see, so expect an answer by Friday."
    assert around(sentence, "by Friday", 90) == sentence
    assert around(sentence, "", 30) == "We have two more people to…"
    early = "You will hear by Friday, which is when all of us have compared what we wrote down."
    assert around(early, "by Friday", 40) == "You will hear by Friday, which is when…"
    middle = "Once two more people were seen you will hear by Friday, or else a day or two after that."
    assert around(middle, "by Friday", 40) == "…were seen you will hear by Friday…"


@given(ANY_TEXT, st.integers(0, 300), st.integers(0, 100), st.integers(20, 120))
def test_any_cut_is_within_its_length_and_keeps_what_matters_if_it_fits(text: str, begin: int, length: int, limit: int) -> None:
    sentence = one_line(text, 400)
    span = sentence[begin : begin + length].strip()
    cut = around(sentence, span, limit)
    assert len(cut) <= limit
    if 0 < len(span) <= limit - 2 and sentence.find(span) == begin:
        assert span in cut


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dana Ortiz", "Dana"),
        ("Ortiz, Dana", "Dana"),
        ("Dr. Dana Ortiz (she/her)", "Dana"),
        ("DANA ORTIZ", "Dana"),
        ("dana", "Dana"),
        ("Jean-Luc Roy", "Jean-Luc"),
        ("O'Neil Brown", "O'Neil"),
        ("Åsa Öberg", "Åsa"),
        ("美咲 田中", "美咲"),
        ("Dana Ortiz | Brightforge", "Dana"),
        ("Brightforge", None),
        ("Brightforge Careers", None),
        ("Talent Team", None),
        ("Dana via Hireline", None),
        ("dana@brightforge.example", None),
        ("D. Ortiz", None),
        ("", None),
        ("!!!", None),
        ("Recruiter 7", None),
    ],
)
def test_a_first_name_is_a_persons_or_nothing(name: str, expected: str | None) -> None:
    assert first_name(name, "Brightforge") == expected


def test_only_a_person_is_named_as_the_writer() -> None:
    sent_at = at("2026-03-17T09:00:00-05:00")
    assert who_wrote(facts(sent_at=sent_at), "Brightforge") == "Dana"
    assert who_wrote(facts(sent_at=sent_at, sender_kind=SenderKind.PLATFORM), "Brightforge") is None
    assert who_wrote(facts(sent_at=sent_at, sender=None), "Brightforge") is None
    assert who_wrote(None, "Brightforge") is None
    assert EMPLOYER.name == "Dana Ortiz"


def test_the_owner_did_not_meet_themselves() -> None:
    assert known_people(("Ines Fields", "Rosa Quill", "Ines Fields", "Brightforge"), OWNER, "Brightforge") == ("Ines",)


@pytest.mark.parametrize(
    ("names", "shown", "expected"),
    [
        ((), 2, ""),
        (("Ines",), 1, "Ines"),
        (("Ines", "Tom"), 1, "Ines and Tom"),
        (("Ines", "Tom", "Bo"), 2, "Ines, Tom and Bo"),
        (("Ines", "Tom", "Bo"), 1, "Ines and two others"),
        (("Ines", "Tom", "Bo", "Li"), 1, "Ines and three others"),
        (("Ines", "Tom", "Bo", "Li"), 2, "Ines, Tom and two others"),
    ],
)
def test_people_are_listed_as_one_lists_them(names: tuple[str, ...], shown: int, expected: str) -> None:
    assert listed(names, shown) == expected


def test_days_are_written_as_a_person_writes_them() -> None:
    today = date(2026, 2, 17)
    assert short_day(date(2026, 2, 13), today) == "Fri 13 Feb"
    assert short_day(date(2026, 3, 5), today) == "Thu 5 Mar"
    assert short_day(date(2025, 2, 13), today) == "Thu 13 Feb 2025"
    assert long_day(date(2026, 2, 13)) == "Friday 13 February"
    said = [day_as_said(date(2026, 2, day), today) for day in (17, 16, 15, 11, 10, 18)]
    assert said == ["today", "yesterday", "on Sunday", "on Wednesday", "on Tue 10 Feb", "on Wed 18 Feb"]
