"""What the grammar reads: a run of days, and arithmetic on days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, time, timedelta, tzinfo
from enum import StrEnum

from heardback.model import InterviewOffset

ONE_DAY = timedelta(days=1)


class Grain(StrEnum):
    """How much time the words themselves name."""

    DAY = "day"
    RANGE = "range"
    WEEK = "week"
    WEEKEND = "weekend"
    MONTH = "month"
    LONG = "long"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Clock times as named; ``zone`` None where no zone was. ``is_sure`` False: the words alone ("at 4") leave am or pm open."""

    start: time
    end: time | None = None
    zone: tzinfo | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days ``first``..``last``, both included. ``rule`` names what read them; ``offset`` is set instead of days for a time
    counted from an interview. ``is_open``: "after X" without an end, so ``last`` is a guess."""

    first: date
    last: date
    grain: Grain
    rule: str
    offset: InterviewOffset | None = None
    clock: Clock | None = None
    is_open: bool = False


def day(value: date, rule: str) -> Span:
    return Span(first=value, last=value, grain=Grain.DAY, rule=rule)


def days(first: date, last: date, rule: str, grain: Grain = Grain.RANGE) -> Span:
    return Span(first=first, last=max(first, last), grain=grain, rule=rule)


def with_clock(span: Span, clock: Clock | None) -> Span:
    return replace(span, clock=clock) if clock else span


def make(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def add_months(value: date, count: int) -> date:
    """The same day ``count`` months on; the month's last where it has no such day."""
    index = value.year * 12 + value.month - 1 + count
    year, month = divmod(index, 12)
    year = min(max(year, 1), 9998)
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))


def monday_of(value: date) -> date:
    return value - timedelta(days=value.weekday())


def coming(weekday: int, today: date) -> date:
    """The first such weekday after ``today``."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
