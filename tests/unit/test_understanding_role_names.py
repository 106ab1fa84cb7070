"""What post a phrase names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.understanding.role_names import clean, in_small_letters, is_body, is_role


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("the SENIOR RECORDS CLERK (m/f/d) - Ref 118", "Senior Records Clerk"),
        ("Grid Analyst, Saltmarsh Energy Ltd", "Grid Analyst"),
        ("Controls Engineer, next step", "Controls Engineer"),
        ("Interview, Process Metallurgist", "Process Metallurgist"),
        ("Backend Engineer, Payments", "Backend Engineer, Payments"),
        ("Lecturer in Marine Ecology", "Lecturer in Marine Ecology"),
        ("Accountant in Berlin", "Accountant"),
        ("Head of pastry", "Head of Pastry"),
        ("Turbine Engineer (12 month FTC)", "Turbine Engineer"),
        ("Solar Installer (Lead), Phoenix AZ", "Solar Installer (Lead)"),
        ("Occupational Therapist (0.8 FTE)", "Occupational Therapist"),
        ("Pelican Bay Resorts // Events Coordinator // Interview", "Events Coordinator"),
        ("network planner?", "Network Planner"),
        ("Cobaltine (Sr Backend)", "Sr Backend"),
        ("Thanks for applying: R-40117 RN - Burns", "RN, Burns"),
        ("Hello Rosa, about 2D Rigger (Shorts)", "2D Rigger (Shorts)"),
        ("Registry Clerk II, Disposition", "Registry Clerk II"),
        ("payroll officer instead?", "Payroll Officer"),
        ("Nurse Educator", "Nurse Educator"),
        ("Chef de Partie", "Chef de Partie"),
        ("Editorial Assistant", "Editorial Assistant"),
    ],
)
def test_a_post_is_given_as_a_person_would_write_it(phrase: str, name: str) -> None:
    assert clean(phrase) == name


@pytest.mark.parametrize(
    "phrase",
    [
        "Chef Marlow",
        "Nurse Hallam",
        "Porters",
        "The Weavers",
        "Hiring Manager",
        "your manager",
        "Manager",
        "Night Mill",
        "When an engineer flaps his wings",
        "",
    ],
)
def test_offices_sentences_and_other_words_are_no_posts(phrase: str) -> None:
    assert clean(phrase) is None


def test_an_unknown_noun_passes_where_only_a_post_stands() -> None:
    assert clean("Creative Wrangler", surely=True) == "Creative Wrangler"
    assert clean("Creative Wrangler") is None


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("thanks for applying for pastry sous chef.", ["Pastry Sous Chef"]),
        ("got your cv for the welder job, come monday", ["Welder"]),
        ("saw the post about the head of pastry job", ["Head of Pastry"]),
        ("your application for ux research lead made me laugh", ["UX Research Lead"]),
        ("you need a laptop with an editor of your choice", []),
        ("we need the position of the sofa", []),
    ],
)
def test_posts_in_small_letters(sentence: str, names: list[str]) -> None:
    assert list(dict.fromkeys(in_small_letters(sentence))) == names


@pytest.mark.parametrize(
    "name",
    [
        "Quarry Lane Architects",
        "Fernhill Water Authority",
        "City of Palmero",
        "Department for Inland Waters",
        "Grey Heron School District",
    ],
)
def test_houses_are_known_by_their_words(name: str) -> None:
    assert is_body(name)


@pytest.mark.parametrize(
    "name",
    ["Head of Data", "Security Engineer", "Orchestra", "Night Porter", "Rosa Quill", "Editorial Assistant", "Historic District"],
)
def test_posts_and_people_are_no_houses(name: str) -> None:
    assert not is_body(name)


@given(st.text(max_size=200))
def test_any_text_gives_a_short_post_or_none(text: str) -> None:
    name = clean(text)
    assert name is None or (len(name) <= 70 and is_role(name))
