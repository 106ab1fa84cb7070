"""Moments as text in the ledger: UTC, one fixed width, so that they compare as text in SQL."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """``2026-03-11T10:00-05:00`` -> "2026-03-11T15:00:00.000000Z". ValueError for a naive moment: nobody knows when that was."""
    if moment.tzinfo is None:
        raise ValueError(f"a naive moment cannot be stored: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> datetime:
    """The moment, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def optional_text(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)


def optional_moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
