"""What people mean by the words for time zones."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from heardback.understanding.zones import zone_of, zone_of_phrase, zone_of_writer


@pytest.mark.parametrize(
    ("word", "country", "moment", "hours"),
    [
        ("ET", None, "2026-03-20T17:00", -4),
        ("EST", None, "2026-03-20T17:00", -4),
        ("EST", None, "2026-01-20T17:00", -5),
        ("Pacific", None, "2026-07-01T12:00", -7),
        ("Central time", None, "2026-07-01T12:00", -5),
        ("GMT", None, "2026-01-15T12:00", 0),
        ("GMT", None, "2026-07-15T12:00", 1),
        ("CET", None, "2026-07-15T12:00", 2),
        ("UK time", None, "2026-07-15T12:00", 1),
        ("IST", None, "2026-07-15T12:00", 5.5),
        ("IST", "IE", "2026-07-15T12:00", 1),
        ("IST", "IL", "2026-01-15T12:00", 2),
        ("UTC+8", None, "2026-07-15T12:00", 8),
        ("America/Denver", None, "2026-07-15T12:00", -6),
    ],
)
def test_a_zone_word_gives_the_clock_on_the_wall_there(word: str, country: str | None, moment: str, hours: float) -> None:
    zone = zone_of(word, country)
    assert zone is not None
    assert datetime.fromisoformat(moment).replace(tzinfo=zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("word", ["", "soon", "UTC+99", "Nowhere/Land", "room"])
def test_a_word_that_names_no_zone_gives_none(word: str) -> None:
    assert zone_of(word) is None


@pytest.mark.parametrize(
    ("words", "moment", "hours"),
    [
        (("central", "european"), "2026-07-15T12:00", 2),
        (("brisbane",), "2026-01-15T12:00", 10),
        (("new", "zealand"), "2026-01-15T12:00", 13),
        (("us", "eastern"), "2026-07-15T12:00", -4),
        (("irish", "standard"), "2026-07-15T12:00", 1),
        (("cape", "town"), "2026-07-15T12:00", 2),
    ],
)
def test_a_nation_or_a_city_before_time_names_its_zone(words: tuple[str, ...], moment: str, hours: float) -> None:
    zone = zone_of_phrase(words)
    assert zone is not None
    assert datetime.fromisoformat(moment).replace(tzinfo=zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("words", [(), ("the",), ("some", "other"), ("office",)])
def test_other_words_before_time_name_no_zone(words: tuple[str, ...]) -> None:
    assert zone_of_phrase(words) is None


def test_the_writers_zone_follows_the_clock_change_after_the_letter() -> None:
    zone = zone_of_writer(datetime.fromisoformat("2026-03-20T09:00:00+01:00"), None)
    assert datetime(2026, 4, 2, 10, tzinfo=zone).utcoffset() == timedelta(hours=2)


def test_an_offset_that_the_readers_clock_showed_is_the_readers_zone() -> None:
    dublin = ZoneInfo("Europe/Dublin")
    assert zone_of_writer(datetime.fromisoformat("2026-03-20T09:00:00+00:00"), dublin) is dublin
