"""``heardback read``: sentences and letters without a mailbox."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from heardback.cli.read import read_command


def answers(*lines: Any) -> list[dict[str, Any]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    result = CliRunner().invoke(read_command, ["--jsonl"], input=text)
    assert 0 == result.exit_code
    return [json.loads(line) for line in result.stdout.splitlines()]


def letter(text: str, **more: str) -> dict[str, str]:
    line = {
        "id": "a",
        "mode": "message",
        "subject": "Your application",
        "from": "Dana Ortiz <dana@brightforge.example>",
        "text": text,
    }
    return line | {"reference": "2026-03-11T10:00", "timezone": "America/New_York"} | more


def test_a_sentence_is_answered_with_its_day_and_its_words() -> None:
    (found,) = answers(
        {"id": 7, "text": "We'll be in touch by COB Thursday", "reference": "2026-03-11T10:00", "timezone": "America/New_York"}
    )
    assert (7, True, "2026-03-12") == (found["id"], found["promise"], found["latest"][:10])
    assert "We'll be in touch by COB Thursday" == found["quote"]


@pytest.mark.parametrize(
    ("text", "kind", "promise"),
    [
        ("Hi Rosa,\n\nyou'll hear from us by Friday.\n\nDana", "update", True),
        ("Hi Rosa,\n\nwe decided to go with another candidate. Thank you for your time.\n\nDana", "rejection", False),
        ("Dear Rosa,\n\nthank you for applying. We have received your application.\n\nThe team", "receipt", False),
        ("Hi Rosa,\n\nwould Tuesday at 3pm suit you for an interview?\n\nDana", "invitation", False),
        ("Hi Rosa,\n\ncould you send us two references?\n\nDana", "request", False),
    ],
)
def test_a_whole_letter_is_answered_with_its_kind(text: str, kind: str, promise: bool) -> None:
    (found,) = answers(letter(text))
    assert {"id": "a", "kind": kind, "promise": promise, "latest": "2026-03-13" if promise else None} == found


def test_a_sender_without_an_address_is_no_obstacle() -> None:
    (found,) = answers(letter("We are sorry to say that we have chosen another candidate.", **{"from": "Brightforge"}))
    assert "rejection" == found["kind"]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "x"}', '{"id": "x", "text": "hi", "reference": "soon"}', '{"mode": "message"}']
)
def test_a_line_that_is_no_request_is_told_and_the_next_is_answered(line: str) -> None:
    wrong, right = answers(line, {"id": 2, "text": "by Friday", "reference": "2026-03-11T10:00", "timezone": "UTC"})
    assert "line 1" in wrong["error"]
    assert 2 == right["id"]


def test_one_sentence_is_answered_in_words() -> None:
    options = ["you'll hear from us by Friday", "--written", "2026-03-11T10:00", "--timezone", "America/New_York"]
    assert 'A promise: "you\'ll hear from us by Friday", by 2026-03-13.\n' == CliRunner().invoke(read_command, options).stdout
    assert "No promise of a date.\n" == CliRunner().invoke(read_command, ["The weather is fine."]).stdout
