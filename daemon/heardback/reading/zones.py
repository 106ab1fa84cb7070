"""The TZID of a calendar entry -> an offset, and how sure that is.

An interview an hour off is worse than one whose hour is said to be unknown, so every answer says how it was come by. In this
order: the name is one of the zone database; it is one behind a vendor's prefix ("/mozilla.org/20070129_1/Europe/Berlin"); it
is a Windows name ("W. Europe Standard Time"); the calendar brings the zone's own rules (VTIMEZONE, RFC 5545 section 3.6.5).
All these are certain. A display name of Exchange or Lotus without rules ("(UTC+01:00) Amsterdam, Berlin", "US-Eastern") is a
guess and says so. The zone database goes before the calendar's own rules because senders write old or simplified ones.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from heardback.model import Certainty

MAX_OFFSET = timedelta(hours=18)

_DATABASE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US"
_SUFFIX = re.compile(rf"/((?:{_AREAS})/.{{1,60}})$")
_INSIDE = re.compile(rf"(?:{_AREAS})/[A-Za-z_]{{2,30}}(?:/[A-Za-z_]{{2,30}})?")
_UTC = frozenset(
    {"utc", "z", "gmt", "etc/utc", "zulu", "coordinated universal time", "tzone://microsoft/utc"}
    | {"(utc) coordinated universal time", "utc+00:00"}
)

_SPOKEN = (
    # words in a display name and the zone that people mean by them; the first that occurs wins
    ("pacific time", "America/Los_Angeles"),
    ("mountain time", "America/Denver"),
    ("central time", "America/Chicago"),
    ("eastern time", "America/New_York"),
    ("atlantic time", "America/Halifax"),
    ("us-pacific", "America/Los_Angeles"),
    ("us-mountain", "America/Denver"),
    ("us-central", "America/Chicago"),
    ("us-eastern", "America/New_York"),
    ("newfoundland", "America/St_Johns"),
    ("brasilia", "America/Sao_Paulo"),
    ("edinburgh", "Europe/London"),
    ("greenwich mean time", "Europe/London"),
    ("western/central europe", "Europe/Berlin"),
    ("central europe", "Europe/Berlin"),
    ("w. europe", "Europe/Berlin"),
    ("romance", "Europe/Paris"),
    ("new delhi", "Asia/Kolkata"),
    ("mumbai", "Asia/Kolkata"),
    ("beijing", "Asia/Shanghai"),
    ("osaka", "Asia/Tokyo"),
    ("abu dhabi", "Asia/Dubai"),
    ("pretoria", "Africa/Johannesburg"),
    ("wellington", "Pacific/Auckland"),
    ("germany", "Europe/Berlin"),
    ("france", "Europe/Paris"),
    ("spain", "Europe/Madrid"),
    ("italy", "Europe/Rome"),
    ("netherlands", "Europe/Amsterdam"),
)
_SHORT = {
    # the first word of a Windows or Lotus name, alone
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "atlantic": "America/Halifax",
    "fle": "Europe/Kiev",
    "gtb": "Europe/Bucharest",
    "wet": "Europe/Lisbon",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "eest": "Europe/Helsinki",
    "est": "America/New_York",
    "edt": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "ist": "Asia/Kolkata",
}
_REGIONS = ("Europe", "America", "Asia", "Australia", "Africa", "Pacific", "Atlantic", "Indian")
_OFFSET_PAIR = re.compile(
    r"GMT\s?([+-])(\d{1,2})[.:]?(\d{2})?\s?(?:\(Standard\))?\s?/\s?(?:GMT\s?)?([+-])(\d{1,2})[.:]?(\d{2})?", re.IGNORECASE
)
_OFFSET = re.compile(r"^\W{0,2}(?:GMT|UTC)\s?([+-])(\d{1,2})(?:[.:]?(\d{2}))?\W{0,2}$", re.IGNORECASE)
_CITY = re.compile(r"[^\W\d_][^\W\d_ .'-]*(?:[ .'-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observance:
    """A STANDARD or DAYLIGHT block: from ``onset`` (wall clock before the change) on, the offset is ``offset``.

    ``month``, ``weekday`` (Monday 0) and ``week`` (1..5 from the start, -1.. from the end) repeat it every year until
    ``until``; ``month_days`` narrows the weekday to those days ("the Sunday among the 8th to 14th").
    """

    onset: datetime
    offset: timedelta
    is_daylight: bool = False
    month: int | None = None
    weekday: int | None = None
    week: int = 0
    month_days: tuple[int, ...] = ()
    until: datetime | None = None
    more_onsets: tuple[datetime, ...] = ()

    def last_onset(self, wall: datetime) -> datetime | None:
        """The latest onset at or before a wall clock time, None where it had not begun."""
        if wall < self.onset:
            return None
        found = [self.onset, *(onset for onset in self.more_onsets if onset <= wall)]
        if self.month is not None:
            for year in (wall.year, wall.year - 1, min(wall.year, self.until.year) if self.until else wall.year):
                onset = self._in_year(year)
                if onset is not None and self.onset <= onset <= wall and (self.until is None or onset <= self.until):
                    found.append(onset)
        return max(found)

    def _in_year(self, year: int) -> datetime | None:
        assert self.month is not None
        length = calendar.monthrange(year, self.month)[1]
        days = [day for day in (self.month_days or range(1, length + 1)) if 0 < day <= length]
        if self.weekday is not None:
            days = [day for day in days if date(year, self.month, day).weekday() == self.weekday]
        elif not self.month_days:
            days = [self.onset.day] if self.onset.day <= length else []
        position = self.week - 1 if self.week > 0 else self.week
        try:
            day = days[position]
        except IndexError:
            return None
        return datetime.combine(date(year, self.month, day), self.onset.time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A VTIMEZONE. ``location`` is X-LIC-LOCATION, the name that some programs keep beside their own TZID."""

    observances: tuple[Observance, ...]
    location: str = ""

    def offset_at(self, wall: datetime) -> timedelta | None:
        """The offset at a wall clock time; in the hour that comes twice, the one before the change."""
        best: tuple[datetime, timedelta] | None = None
        for observance in self.observances:
            onset = observance.last_onset(wall)
            if onset is not None and (best is None or onset > best[0]):
                best = (onset, observance.offset)
        if best is not None:
            return best[1]
        # before all of them: standard time, as other readers have it (RFC 5545 does not say)
        ordered = sorted(self.observances, key=lambda observance: (observance.is_daylight, observance.onset))
        return ordered[0].offset if ordered else None


def place(wall: datetime, name: str, rules: Rules | None, fallback: str = "") -> tuple[datetime | None, Certainty]:
    """Give a naive time the zone that a TZID means: the aware time and how sure it is, (None, UNKNOWN) where nobody can tell.

    ``rules`` are the VTIMEZONE of that TZID, ``fallback`` the calendar's own zone (X-WR-TIMEZONE).
    """
    zone = named(name)
    if zone is not None:
        return wall.replace(tzinfo=zone), Certainty.CERTAIN
    if rules is not None:
        offset = rules.offset_at(wall)
        if offset is not None and abs(offset) <= MAX_OFFSET:
            return wall.replace(tzinfo=timezone(offset)), Certainty.CERTAIN
        zone = named(rules.location)
        if zone is not None:
            return wall.replace(tzinfo=zone), Certainty.CERTAIN
    guess = guessed(name, wall) or named(fallback)
    if guess is not None:
        return wall.replace(tzinfo=guess), Certainty.GUESSED
    return None, Certainty.UNKNOWN


@lru_cache(maxsize=256)
def named(name: str) -> tzinfo | None:
    """The zone that a name certainly means: of the zone database, behind a prefix, or of Windows."""
    name = name.strip().strip("\"'")
    if name.lower() in _UTC:
        return UTC
    zone = _database(name)
    if zone is None and name.startswith(("/", "posix/", "right/", "tzone://")):
        suffix = _SUFFIX.search("/" + name)
        zone = _database(suffix[1]) if suffix else None
    return zone or (_windows(name) if " " in name else None)


@lru_cache(maxsize=512)
def _database(name: str) -> tzinfo | None:
    if not _DATABASE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder of the database ("America")
        return None


def _windows(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    known = WINDOWS_TO_OLSON.get(name)
    if known is None and name.endswith((" Daylight Time", " Summer Time")):
        known = WINDOWS_TO_OLSON.get(name.rsplit(" ", 2)[0] + " Standard Time")
    return _database(known) if known else None


def guessed(name: str, wall: datetime) -> tzinfo | None:
    """The zone that a person would take a display name for: by its words, its cities, and at last its bare offset."""
    plain = unicodedata.normalize("NFKD", name[:200]).encode("ascii", "ignore").decode()
    lower = plain.lower()
    for words, zone in _SPOKEN:
        if words in lower:
            return _database(zone)
    if lower.strip() in _SHORT:
        return _database(_SHORT[lower.strip()])
    inner = _INSIDE.search(plain)
    found = _database(inner[0]) if inner else None
    return found or _by_city(plain) or _by_offset(plain, wall)


def _by_city(plain: str) -> tzinfo | None:
    for city in _CITY.findall(plain)[:12]:
        if len(city) < 4:
            continue
        for region in _REGIONS:
            zone = _database(f"{region}/{city.strip().replace(' ', '_')}")
            if zone is not None:
                return zone
    return None


def _by_offset(plain: str, wall: datetime) -> tzinfo | None:
    """ "GMT-05.00/-04.00" is winter and summer; which of the two holds is guessed by the northern months."""
    pair = _OFFSET_PAIR.search(plain)
    if pair is not None:
        is_summer = 4 <= wall.month <= 10
        return _fixed(*pair.groups()[3:6]) if is_summer else _fixed(*pair.groups()[0:3])
    single = _OFFSET.search(plain)
    return _fixed(*single.groups()) if single is not None else None


def _fixed(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset) if offset <= MAX_OFFSET else None
