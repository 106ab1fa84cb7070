"""Who hires and for what, in letters from many trades and countries (``letters.toml``)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from heardback.model import Address, Body, MessageFacts, Topic
from heardback.understanding import understand
from tests.builders import OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")
TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("letters.toml").read_text(encoding="utf-8"))
LETTERS = TABLE["letter"]


def read(row: dict[str, Any]) -> MessageFacts:
    name, _, address = row["from"].rpartition("<")
    text, _, signature = row["text"].partition("\n--\n")
    sender = Address(name=name.strip(), address=address.strip("<> "))
    return understand(
        message(text, sent_at=NOON, sender=sender, subject=row["subject"], body=Body(text=text, signature=signature)), OWNER
    )


def subject(row: dict[str, Any]) -> str:
    return str(row["subject"])


@pytest.mark.parametrize("row", [row for row in LETTERS if "employer" in row], ids=subject)
def test_a_letter_names_the_employer(row: dict[str, Any]) -> None:
    assert read(row).employers[0].name in row["employer"]


@pytest.mark.parametrize("row", [row for row in LETTERS if "role" in row], ids=subject)
def test_a_letter_names_the_post(row: dict[str, Any]) -> None:
    assert read(row).roles[0].name in row["role"]


@pytest.mark.parametrize("row", LETTERS, ids=subject)
def test_a_letter_of_an_employer_is_about_a_job(row: dict[str, Any]) -> None:
    assert read(row).topic is Topic.HIRING


@pytest.mark.parametrize("row", TABLE["other"], ids=subject)
def test_a_letter_about_another_matter_is_not(row: dict[str, Any]) -> None:
    assert read(row).topic is not Topic.HIRING
