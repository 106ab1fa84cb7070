"""Business days: whose calendar, which holidays, how many between. Pure; ``holidays`` is imported on first use.

A business day is Monday to Friday and no public holiday of the place (for a few countries the weekend is another one:
``holidays`` knows it). Where an application spans two countries, a day must be one in both (policy rule 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

REGION_OF_ZONE = {
    "America/Toronto": "ON",
    "America/Montreal": "QC",
    "America/Vancouver": "BC",
    "America/Edmonton": "AB",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Halifax": "NS",
    "America/St_Johns": "NL",
    "Europe/London": "ENG",
    "Australia/Sydney": "NSW",
    "Australia/Melbourne": "VIC",
    "Australia/Brisbane": "QLD",
    "Australia/Perth": "WA",
    "Australia/Adelaide": "SA",
    "Australia/Hobart": "TAS",
    "Australia/Darwin": "NT",
}
"""Where one zone names one region whose holidays differ from the country's. A default: the person may say another."""


@dataclass(frozen=True, slots=True)
class Place:
    """``country`` is ISO 3166-1 alpha-2; ``region`` the part after the hyphen in ISO 3166-2, or None."""

    country: str
    region: str | None = None


@lru_cache(maxsize=1)
def _countries_by_zone() -> dict[str, str]:
    """tzdata's zone.tab: each zone belongs to one country there (zone1970.tab merges some)."""
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def place_of_zone(timezone: str) -> Place | None:
    """The country (and region) that an IANA zone lies in: "America/Toronto" -> CA-ON; None for "UTC" and the like."""
    country = _countries_by_zone().get(timezone)
    return Place(country, REGION_OF_ZONE.get(timezone)) if country else None


def home_place(country: str | None, region: str | None, timezone: str) -> Place | None:
    """Where somebody is at home: the country and region they name, else those of their time zone."""
    return Place(country, region) if country else place_of_zone(timezone)


def parse_place(text: str) -> Place | None:
    """ "CA-ON" or "CA" -> Place; None where ``holidays`` knows no such country or region."""
    country, _, region = text.strip().upper().partition("-")
    known = _supported().get(country)
    if known is None or (region and region not in known):
        return None
    return Place(country, region or None)


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    import holidays

    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=32)
def _holidays(place: Place) -> Any:
    """A lazy mapping date -> name that fills itself by year, or None where the country is not known.
    English names, so that "by Thanksgiving" can be looked up; an unknown region falls back to the country."""
    import holidays

    known = _supported()
    if place.country not in known:
        return None
    region = place.region if place.region in known[place.country] else None
    return holidays.country_holidays(place.country, subdiv=region, language=None)


LONGEST_COUNTED = 1000
"""Days. Nobody reads "five hundred working days" closely."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The business days that hold in all of ``places``; none at all means Monday to Friday without holidays."""

    places: tuple[Place, ...] = ()

    def is_business_day(self, day: date) -> bool:
        calendars = [calendar for place in self.places if (calendar := _holidays(place)) is not None]
        if not calendars:
            return day.weekday() < 5
        return all(calendar.is_working_day(day) for calendar in calendars)

    def holiday_name(self, day: date) -> str | None:
        """The first place's name for a holiday on ``day``."""
        for place in self.places:
            calendar = _holidays(place)
            if calendar is not None and day in calendar:
                return str(calendar[day])
        return None

    def add(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day`` (before it where negative); ``day`` itself for 0."""
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_business_day(day)
        return day

    def on_or_after(self, day: date) -> date:
        return day if self.is_business_day(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        return day if self.is_business_day(day) else self.add(day, -1)

    def count_between(self, start: date, end: date) -> int:
        """Business days after ``start`` up to and with ``end``; 0 where ``end`` is not later.

        Of a span beyond LONGEST_COUNTED days the older part is counted in weeks, without holidays: a calendar entry of the year
        1013 must not work out a millennium of holidays.
        """
        days = (end - start).days
        older = max(0, days - LONGEST_COUNTED)
        weeks, rest = divmod(older, 7)
        unsure = sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
        return weeks * 5 + unsure + sum(self.is_business_day(start + timedelta(days=n)) for n in range(older + 1, days + 1))


def work_calendar(*places: Place | None) -> WorkCalendar:
    return WorkCalendar(
        tuple(sorted({place for place in places if place}, key=lambda place: (place.country, place.region or "")))
    )
