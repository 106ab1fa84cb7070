"""Whose name a phrase, a signature, a display name or a domain holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.understanding import employer_names
from heardback.understanding.employer_names import clean, display_name, in_signature, spelt_out
from tests.builders import OWNER


@pytest.mark.parametrize(
    ("domain", "line", "name", "full"),
    [
        ("quarrylane.example", "Project Coordinator, Quarry Lane Architects", "Quarry Lane", "Quarry Lane Architects"),
        ("fennelandrye.example", "the job at Fennel & Rye.", "Fennel & Rye", None),
        ("unistrand.example", "University of Strand - Lecturer", "University of Strand", None),
        ("meridianphil.example", "with the Meridian Philharmonic.", "Meridian Philharmonic", None),
        ("marram-howth.example", "Interview at Marram", "Marram", None),
        ("dbpilots.example", "Dublin Bay Pilots", "Dublin Bay Pilots", None),
        ("palmero.example", "with the City of Palmero", "Palmero", "City of Palmero"),
        ("oakmere.example", "The Oakmere Careers Team", "Oakmere", None),
        ("atelier-boreal.example", "Atelier Boréal", "Atelier Boréal", None),
    ],
)
def test_a_domain_finds_the_name_where_it_is_written(domain: str, line: str, name: str, full: str | None) -> None:
    found = spelt_out(domain, [line])
    assert found is not None
    assert (found.name, found.full) == (name, full)


def test_a_domain_that_nobody_writes_out_finds_nothing() -> None:
    assert spelt_out("oakmere.example", ["Come on Monday", "oak trees are mere plants"]) is None


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("the Oakmere Talent Acquisition Team", "Oakmere"),
        ("Nordstern Logistik SE & Co. KG", "Nordstern Logistik"),
        ("BRIARWOOD SUPPLY CO.", "Briarwood Supply"),
        ("Marburg Polar Institute (MPI)", "Marburg Polar Institute"),
        ("Copper Kettle Diner for the Line Cook", "Copper Kettle Diner"),
        ("Oakmere's", "Oakmere"),
    ],
)
def test_a_name_is_given_as_a_person_would_write_it(phrase: str, name: str) -> None:
    assert clean(phrase, OWNER) == name


@pytest.mark.parametrize(
    "phrase",
    ["Human Capital Division", "Monday", "Rosa Quill", "Night Porter", "Office of", "Recruitment 26-3140", "HR", "", "Our"],
)
def test_departments_days_people_and_posts_are_no_employers(phrase: str) -> None:
    assert clean(phrase, OWNER) is None


def test_a_sentence_is_no_signature() -> None:
    assert list(in_signature("Your interview for the role at Tidewater Analytics is confirmed:", OWNER)) == []


def test_the_field_of_a_post_is_worth_less_than_a_house() -> None:
    assert list(in_signature("UX Researcher II, Maps & Transit", OWNER)) == [("Maps & Transit", 0.4)]
    assert list(in_signature("Curator, Saltmarsh Museum", OWNER)) == [("Saltmarsh Museum", 0.7)]
    assert list(in_signature("Saltmarsh Museum", OWNER)) == [("Saltmarsh Museum", 0.75)]


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("Fernhill Rail via Lever", "Fernhill Rail"),
        ("Recruitment Team, Larch Street Theatre", "Larch Street Theatre"),
        ("Careers at Fenwick & Lowe", "Fenwick & Lowe"),
        ("Michelle Tran on behalf of Wattlebark University", "Wattlebark University"),
        ("Lena Fox (Oakmere Hotels)", "Oakmere Hotels"),
        ("Recruiting", None),
    ],
)
def test_a_display_name_without_vendor_person_and_department(given_name: str, name: str | None) -> None:
    assert display_name(given_name, ("lever",), OWNER) == name


@given(st.text(max_size=200), st.text(alphabet="abcdefgh-.", min_size=1, max_size=30))
def test_any_text_is_searched_without_a_fault(text: str, domain: str) -> None:
    found = spelt_out(domain, text.splitlines())
    assert found is None or found.name in text


# -------------------------------------------------------------- small letters, split labels, private signatures


def test_a_name_in_small_letters_is_found_by_the_domain() -> None:
    assert employer_names.small_spelt("quarrylane.example", ["hey, ida here, cofounder at quarry lane."]) == "Quarry Lane"


def test_small_letters_that_make_only_part_of_the_domain_are_no_name() -> None:
    assert employer_names.small_spelt("quarrylanefoods.example", ["down quarry lane and left"]) is None


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("lorsbachtimber.example", "Lorsbach Timber"),
        ("tarn-robotics.example", "Tarn Robotics"),
        ("oakmere.example", "Oakmere"),
        ("fieldmouse.example", "Fieldmouse"),
    ],
)
def test_a_domain_comes_in_words_as_far_as_they_can_be_told(domain: str, name: str) -> None:
    assert employer_names.in_words(domain) == name


@pytest.mark.parametrize(
    ("domain", "provides"), [("valleymail.example", True), ("oakmere-mail.example", False), ("oakmere.example", False)]
)
def test_a_provider_of_mail_is_known_by_its_name(domain: str, provides: bool) -> None:
    assert employer_names.is_provider(domain) is provides


def test_words_in_full_and_then_first_letters_make_a_domain() -> None:
    found = employer_names.spelt_out("tarnowusd.example", ["From Tarnow Unified School District, Room 4"])
    assert found == employer_names.Spelt("Tarnow Unified School District", None)


def test_the_line_below_the_own_name_is_the_house_of_who_writes_from_a_private_address() -> None:
    lines = ["See you then.", "Gus", "Orrin & Daughter, thatching and reed"]
    assert employer_names.of_private_signature(lines, "Gus Orrin", OWNER) == "Orrin & Daughter"


@pytest.mark.parametrize(
    "lines",
    [["See you then.", "Gus"], ["Best,", "Gus Orrin", "Head Thatcher"], ["Gus", "14 Mill Road"], ["Shall we?", "Marrow Lane?"]],
)
def test_titles_roads_and_questions_are_no_house_of_a_private_signature(lines: list[str]) -> None:
    assert employer_names.of_private_signature(lines, "Gus Orrin", OWNER) is None
