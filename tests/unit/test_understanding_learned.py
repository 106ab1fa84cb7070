"""The learned vote: what it says where no rule speaks, and what it may not say alone."""

from __future__ import annotations

import pytest

from heardback.model import Kind
from heardback.understanding import kind, learned, understand
from heardback.understanding.phrasebook import Sentence, sentence
from tests.builders import EMPLOYER, OWNER, at, message, said

NOON = at("2026-03-02T12:00:00-06:00")


def sentences(*texts: str) -> tuple[Sentence, ...]:
    return tuple(sentence(text) for text in texts)


def test_the_weights_are_whole_and_name_known_kinds() -> None:
    table = learned.weights()
    assert len(table.kinds) == len(table.intercepts) == len(set(table.kinds))
    assert {Kind.REJECTION, Kind.INVITATION, Kind.REQUEST, Kind.OTHER} <= set(table.kinds)
    assert all(0 <= number < len(table.kinds) for _, pairs in table.words.values() for number, _ in pairs)


@pytest.mark.parametrize("texts", [(), ("ok",), ("come and see us " * 40,) * 4])
def test_what_is_too_short_or_too_long_gets_no_vote(texts: tuple[str, ...]) -> None:
    assert learned.likely(sentences(*texts), sentence("")) is None


def voted(*texts: str, kinds: kind.Kinds | None = None) -> Kind:
    unread = kind.Kinds(main=said(Kind.OTHER))
    return kind.with_vote(kinds or unread, sentences(*texts), sentence("A note")).main.kind


def test_an_ending_needs_a_word_of_our_own_tables_beside_the_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the model says: an application is ended by no guess."""
    monkeypatch.setattr(learned, "likely", lambda *_: said(Kind.REJECTION))
    assert Kind.OTHER is voted("The hall was cold that evening.")
    assert Kind.REJECTION is voted("Regrettably you were not successful.")


def test_a_vote_is_not_asked_where_a_rule_has_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "likely", lambda *_: said(Kind.REQUEST))
    assert Kind.REQUEST is voted("The hall was cold.")
    assert Kind.UPDATE is voted("The hall was cold.", kinds=kind.Kinds(main=said(Kind.UPDATE)))


def test_a_vote_makes_no_letter_one_about_a_job() -> None:
    """A stranger's letter of unknown topic is left unread: a guess founds nothing."""
    stranger = message("Kindly send the slides and the two forms before the choir meets.", sent_at=NOON, sender=EMPLOYER)
    facts = understand(stranger, OWNER)
    assert not [finding for finding in (facts.kind, *facts.also) if finding.evidence.rule.startswith("learned.")]
