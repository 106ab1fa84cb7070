"""Splitting letters into sentences: what is joined, what stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.understanding import sentences

CASES = [
    ("a hard-wrapped sentence is joined",
     "We will let you know how it went by\nFriday.",
     ["We will let you know how it went by Friday."]),
    ("two sentences on a line are cut", "It went well. We will be in touch!", ["It went well.", "We will be in touch!"]),
    ("a title ends nothing", "You will meet Dr. Hale on Friday.", ["You will meet Dr. Hale on Friday."]),
    ("a clock's full stop ends nothing", "We start at 9 a.m. on Tuesday.", ["We start at 9 a.m. on Tuesday."]),
    ("a clock may end a sentence", "Ends at 3 p.m. We will call.", ["Ends at 3 p.m.", "We will call."]),
    ("a day's full stop ends nothing", "Bis zum 3. April we are away.", ["Bis zum 3. April we are away."]),
    ("an initial ends nothing", "Ask for J. Okafor at the desk.", ["Ask for J. Okafor at the desk."]),
    ("a list keeps its items apart", "Times:\n- Monday 3pm\n- Tuesday 4pm", ["Times:", "- Monday 3pm", "- Tuesday 4pm"]),
    ("numbered items stay apart", "1. Send the form\n2. Wait until Friday", ["1. Send the form", "2. Wait until Friday"]),
    ("rows of a table stay apart", "Date | Friday\nPlace | Hall 3", ["Date | Friday", "Place | Hall 3"]),
    ("a greeting stands alone", "Hi Rosa,\nThanks for coming in.", ["Hi Rosa,", "Thanks for coming in."]),
    ("blank lines part paragraphs", "First\n\nSecond", ["First", "Second"]),
    ("a question ends", "Does that suit? We hope so.", ["Does that suit?", "We hope so."]),
    ("nothing gives nothing", " \n\t\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_letter_is_cut_where_its_sentences_end(claim: str, text: str, expected: list[str]) -> None:
    assert list(sentences.split(text)) == expected


def test_a_line_without_end_is_bounded() -> None:
    pieces = sentences.split("word " * 60_000)
    assert max(len(piece) for piece in pieces) <= sentences.MAX_SENTENCE
    assert len(pieces) <= sentences.MAX_SENTENCES


@given(st.text(alphabet="ab.?! \n\t-|1A", max_size=400))
def test_no_text_makes_an_empty_or_untrimmed_sentence(text: str) -> None:
    pieces = sentences.split(text)
    assert [piece for piece in pieces if piece != piece.strip() or not piece] == []
