"""Posts that are only mentioned."""

from __future__ import annotations

import pytest

from heardback.understanding import role_mentions
from heardback.understanding.phrasebook import sentence


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Got your note about Forensic Accountant, cheers.", "Forensic Accountant"),
        ("Harbour Pilot, £52,000, four on and four off.", "Harbour Pilot"),
        ("They want me to find a Senior Bridge Inspector.", "Senior Bridge Inspector"),
        ("Your file for Quarry Blaster's Assistant (Grade 4) is complete.", "Quarry Blaster's Assistant"),
        ("Hi Rosa, Seed Bank Curator application: safe and sound.", "Seed Bank Curator"),
    ],
)
def test_a_post_in_capitals_is_found_behind_a_preposition_or_before_its_terms(said: str, name: str) -> None:
    assert name in [found for found, _ in role_mentions.in_capitals(sentence(said))]


@pytest.mark.parametrize(
    "said", ["See you at Quarry Lane Architects on Monday.", "Curator, Saltmarsh Museum", "We went to Night Mill for Rosa."]
)
def test_houses_and_titles_in_a_signature_are_no_mentioned_posts(said: str) -> None:
    assert list(role_mentions.in_capitals(sentence(said))) == []


def test_what_colleagues_are_called_weighs_too_little_to_tie_letters() -> None:
    assert [weight for _, weight in role_mentions.in_capitals(sentence("You will be met by our Deputy Matron."))] == [
        role_mentions.MERE
    ]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I know a yard that wants a marine electrician by June.", "Marine Electrician"),
        ("We can offer you a place on the relief list as a casual lifeguard.", "Casual Lifeguard"),
        ("The mill needs a lab tech for nights.", "Lab Tech"),
    ],
)
def test_a_post_in_small_letters_is_found_where_somebody_wants_one(said: str, name: str) -> None:
    assert name in [found for found, _ in role_mentions.in_small_letters(sentence(said))]


def test_a_want_of_other_things_is_no_post() -> None:
    assert list(role_mentions.in_small_letters(sentence("She wants a new kettle and needs a lift."))) == []


def test_an_unknown_noun_before_the_word_job_is_a_guess() -> None:
    assert list(role_mentions.before_post(sentence("Thanks for asking about the falcon walker job."))) == [
        ("Falcon Walker", role_mentions.GUESSED)
    ]


@pytest.mark.parametrize(
    "said", ["It is the dream job.", "How is the day job?", "Not the right role for now.", "your second post"]
)
def test_words_that_tell_no_post_from_another_are_no_guess(said: str) -> None:
    assert list(role_mentions.before_post(sentence(said))) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Votre candidature au poste de Chargée de mission forêts est enregistrée.", "Chargée de mission forêts"),
        ("Hemos recibido tu solicitud para el puesto de gestora de nóminas.", "Gestora de nóminas"),
        ("Il nous faut une conductrice de travaux, dès lundi.", "Conductrice de travaux"),
        ("Le poste d'Assistante de gestion est ouvert.", "Assistante de gestion"),
    ],
)
def test_french_and_spanish_posts_run_to_the_end_of_what_goes_with_the_noun(said: str, name: str) -> None:
    assert [found for found, _ in role_mentions.in_romance(sentence(said))] == [name]


def test_a_part_of_the_subject_may_be_a_post_that_no_list_knows() -> None:
    assert role_mentions.of_subject(["Interview", "7th Grade Maths"], frozenset({"oakmere"})) == "7th Grade Maths"


@pytest.mark.parametrize(
    ("segments", "taken"),
    [
        (["Oakmere Foods"], frozenset({"oakmerefoods"})),
        (["next steps"], frozenset()),
        (["See you on Tuesday"], frozenset()),
        (["Sparrowhawk"], frozenset()),
        (["Panel Interview"], frozenset()),
    ],
)
def test_houses_stages_days_and_single_words_of_a_subject_are_no_posts(segments: list[str], taken: frozenset[str]) -> None:
    assert role_mentions.of_subject(segments, taken) is None
