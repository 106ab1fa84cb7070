"""A wrong clock is told by what servers stamp, and by nothing less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heardback.clock_witness import ClockWitness, Reading

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def readings(offset: timedelta, count: int, *, newest_after: timedelta = timedelta(minutes=7)) -> list[Reading | None]:
    """What a witness says over ``count`` readings a quarter of an hour apart, each with one new message in the inbox, where our
    clock shows the true time plus ``offset``."""
    witness = ClockWitness()
    found = []
    for number in range(count):
        true = NOON + number * QUARTER
        ours = true + offset
        found.append(witness.saw(true - QUARTER + newest_after, ours, ours))
    return found


def test_a_right_clock_is_in_order_from_the_second_reading_on() -> None:
    assert readings(timedelta(0), 3) == [None, Reading(seconds_ahead=None), Reading(seconds_ahead=None)]


@pytest.mark.parametrize("hours", [-48, -2, -1])
def test_a_clock_that_is_behind_is_told_after_three_readings_by_about_how_much(hours: int) -> None:
    found = readings(timedelta(hours=hours), 5)
    assert [one is None for one in found] == [True, True, True, False, False]
    assert found[3] is not None
    assert found[3].seconds_ahead == pytest.approx(hours * 3600, abs=900)


@pytest.mark.parametrize("hours", [2, 48])
def test_a_clock_that_is_ahead_is_told_too(hours: int) -> None:
    found = readings(timedelta(hours=hours), 4)
    assert found[3] is not None
    assert found[3].seconds_ahead == pytest.approx(hours * 3600, abs=900)


@pytest.mark.parametrize("minutes", [-9, 9])
def test_some_minutes_are_nothing(minutes: int) -> None:
    assert all(one is None or one.seconds_ahead is None for one in readings(timedelta(minutes=minutes), 6))


def test_an_old_letter_that_is_moved_into_the_inbox_proves_nothing() -> None:
    witness = ClockWitness()
    witness.saw(None, NOON, NOON)
    moved = NOON - timedelta(days=30)
    assert [witness.saw(moved, NOON + number * QUARTER, NOON + number * QUARTER) for number in (1, 2)] == [None, None]
    later = NOON + 3 * QUARTER
    assert witness.saw(later - timedelta(minutes=1), later, later) == Reading(seconds_ahead=None)
    assert witness.saw(moved, later + QUARTER, later + QUARTER) is None


def test_readings_that_disagree_in_direction_begin_anew() -> None:
    witness = ClockWitness()
    witness.saw(None, NOON, NOON)
    day = timedelta(days=1)
    for number, stamp in enumerate((NOON + day, NOON + day, NOON - day, NOON + day, NOON + day), start=1):
        assert witness.saw(stamp, NOON + number * QUARTER, NOON + number * QUARTER) is None


def test_a_first_reading_and_one_without_new_mail_say_nothing() -> None:
    witness = ClockWitness()
    assert witness.saw(NOON - timedelta(days=300), NOON, NOON) is None
    assert witness.saw(None, NOON + QUARTER, NOON + QUARTER) is None
