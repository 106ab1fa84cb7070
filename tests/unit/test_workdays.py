"""Business days counted; that promises fall on the right ones is in the tests of policy and of timeframes."""

from __future__ import annotations

import time
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from heardback.workdays import LONGEST_COUNTED, Place, WorkCalendar

US = WorkCalendar((Place("US", None),))
PLAIN = WorkCalendar()


def test_a_holiday_is_no_business_day_and_the_first_day_is_not_counted() -> None:
    assert US.count_between(date(2026, 7, 1), date(2026, 7, 7)) == 3  # Thursday, Monday, Tuesday: 3 July is kept for the 4th
    assert US.count_between(date(2026, 7, 7), date(2026, 7, 7)) == 0
    assert US.count_between(date(2026, 7, 8), date(2026, 7, 7)) == 0


def test_a_span_of_a_thousand_years_costs_nothing() -> None:
    began = time.process_time()
    assert 250_000 < US.count_between(date(1013, 3, 2), date(2026, 3, 20)) < 270_000
    assert time.process_time() - began < 1.0


@given(st.integers(0, 3 * LONGEST_COUNTED), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_without_holidays_any_span_is_counted_to_the_day(days: int, start: date) -> None:
    each = sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))
    assert PLAIN.count_between(start, start + timedelta(days=days)) == each
