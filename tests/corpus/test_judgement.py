"""Floors under the judgement of whole mailboxes. A floor is raised when a figure has risen, and lowered by nobody."""

from __future__ import annotations

import pytest

from tests.corpus.judge import Report, judge_all

FLOORS = {
    "nudge precision": 0.97,
    "nudge recall": 0.97,
    "state accuracy": 0.97,
    "promise precision": 0.97,
    "promise recall": 0.95,
    "promise date right": 0.95,
    "interview precision": 0.97,
    "interview recall": 0.97,
    "match precision": 0.98,
    "match recall": 0.95,
    "employer right": 0.97,
    "role right": 0.95,
}
MOST_UNRELATED_TAKEN = 2


@pytest.fixture(scope="module")
def report() -> Report:
    return judge_all()


@pytest.mark.parametrize("figure", FLOORS)
def test_no_figure_falls_below_its_floor(report: Report, figure: str) -> None:
    assert report.figures()[figure] >= FLOORS[figure], "\n".join(report.errors)


def test_hardly_any_unrelated_mail_is_taken_for_an_application(report: Report) -> None:
    assert report.figures()["unrelated taken"] <= MOST_UNRELATED_TAKEN, "\n".join(report.errors)


def test_there_is_something_to_judge(report: Report) -> None:
    """Ratios of nothing are perfect."""
    assert min(report.counts[key] for key in ("states", "promises", "interviews", "messages", "nudges due")) > 0
