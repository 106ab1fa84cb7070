"""Sentences -> promises: when the employer will next be in touch."""

from __future__ import annotations

from datetime import datetime

from heardback.model import PromiseFinding, Timeframe
from heardback.workdays import WorkCalendar


def find_promises(
    text: str, written: datetime, calendar: WorkCalendar, *, by_owner: bool, day_first: bool | None = None
) -> tuple[PromiseFinding, ...]:
    """The promises of one message's text, in its order. Never raises."""
    return ()


def read_sentence(
    sentence: str, written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None
) -> PromiseFinding | None:
    """Any statement of when the employer will next be in touch, whoever sent the sentence. Never raises."""
    return None


def find_due(text: str, written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None) -> Timeframe | None:
    """By when the candidate must answer, if the text says so. Never raises."""
    return None
