"""What the words of a letter go with, where no rule reads it."""

from __future__ import annotations

import pytest

from heardback.understanding import cues, phrasebook
from heardback.understanding.cues import Cues

ALL = [pytest.param(side, entry, id=f"{side}.{entry.kind}") for side in ("employer", "owner") for entry in cues.table(side)]


@pytest.mark.parametrize(("side", "entry"), ALL)
def test_an_example_is_likely_of_its_kind(side: str, entry: Cues) -> None:
    found = cues.likely(side, [phrasebook.sentence(entry.example)])
    assert found is not None
    assert (found.kind, found.evidence.rule) == (entry.kind, f"cues.{entry.kind.value}")


@pytest.mark.parametrize(
    "text",
    [
        "Perfect.",
        "The gulls were at the bins again and the skip is late.",
        "Sorry, the lift is out, so take the stairs to us.",
        "See you on the quay.",
    ],
)
def test_words_that_go_with_nothing_are_no_kind(text: str) -> None:
    assert cues.likely("employer", [phrasebook.sentence(text)]) is None


def test_words_that_go_with_two_kinds_are_neither() -> None:
    both = phrasebook.sentence("Unfortunately it was close, sorry; the contract, congratulations, wish you luck.")
    assert cues.likely("employer", [both]) is None


def test_a_long_letter_is_not_counted() -> None:
    long = phrasebook.sentence("congratulations on the contract and salary " * 3)
    assert cues.likely("employer", [long] * 40) is None


def test_the_subject_of_an_answer_says_nothing() -> None:
    body = [phrasebook.sentence("It goes before the others on the team now.")]
    assert cues.likely("employer", body, phrasebook.sentence("Re: next stage, good news")) is None
