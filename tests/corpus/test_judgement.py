"""Floors under the judgement of whole mailboxes. A floor is raised when a figure has risen, and lowered by nobody.

A new mailbox comes in with floors just below what was measured before anybody looked at its errors: that figure is the honest
one, and says how the rules read mail that they were not written for.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.corpus.boxes import held_out, names
from tests.corpus.judge import Report, judge_all

FLOORS: dict[str, dict[str, float]] = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
CASES = [(name, figure) for name, floors in FLOORS.items() for figure in floors]


@cache
def report_on(name: str) -> Report:
    return judge_all([name])


@pytest.mark.parametrize(("name", "figure"), CASES)
def test_no_figure_falls_below_its_floor(name: str, figure: str) -> None:
    """Most figures are better when higher; of unrelated messages taken the floor is a ceiling."""
    report, floor = report_on(name), FLOORS[name][figure]
    value = report.figures()[figure]
    is_good = value <= floor if figure == "unrelated taken" else value >= floor
    assert is_good, f"{figure} {value:.4f}, floor {floor}\n" + "\n".join(report.errors)


def test_every_mailbox_has_floors() -> None:
    assert sorted([*names(), *held_out()]) == sorted(FLOORS)


@pytest.mark.parametrize("name", [*names(), *held_out()])
def test_there_is_something_to_judge(name: str) -> None:
    """Ratios of nothing are perfect."""
    counts = report_on(name).counts
    assert min(counts[key] for key in ("states", "promises", "interviews", "messages", "nudges due")) > 0
