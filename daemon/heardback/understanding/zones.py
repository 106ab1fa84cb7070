"""Zone words -> zoneinfo: what a person means by "ET", "Pacific", "UK time" or "IST".

"EST" in July is what people write who mean the clock on the wall in New York, so a letter pair never means a fixed
offset here: "5pm EST" on 20 March is 5pm EDT. "IST" is Irish, Indian or Israeli time, whichever the country says;
"CST" and "BST" likewise. Offsets written as numbers ("UTC+8") stay as written.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_BY_WORD = {
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "eastern": "America/New_York",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago", "central": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver", "mountain": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pacific": "America/Los_Angeles",
    "akst": "America/Anchorage", "akdt": "America/Anchorage", "alaska": "America/Anchorage", "hst": "Pacific/Honolulu",
    "ast": "America/Halifax", "adt": "America/Halifax", "atlantic": "America/Halifax", "nst": "America/St_Johns",
    "gmt": "Europe/London", "bst": "Europe/London", "uk": "Europe/London", "british": "Europe/London", "london": "Europe/London",
    "utc": "UTC", "z": "UTC", "wet": "Europe/Lisbon", "west": "Europe/Lisbon",
    "cet": "Europe/Paris", "cest": "Europe/Paris", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "german": "Europe/Berlin", "berlin": "Europe/Berlin", "paris": "Europe/Paris", "amsterdam": "Europe/Amsterdam",
    "irish": "Europe/Dublin", "ireland": "Europe/Dublin", "dublin": "Europe/Dublin", "ist": "Asia/Kolkata",
    "indian": "Asia/Kolkata", "india": "Asia/Kolkata",
    "eet": "Europe/Helsinki", "eest": "Europe/Helsinki", "msk": "Europe/Moscow",
    "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "sgt": "Asia/Singapore", "singapore": "Asia/Singapore", "hkt": "Asia/Hong_Kong",
    "gst": "Asia/Dubai", "pkt": "Asia/Karachi", "sast": "Africa/Johannesburg", "wat": "Africa/Lagos", "eat": "Africa/Nairobi",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "sydney": "Australia/Sydney", "awst": "Australia/Perth",
    "acst": "Australia/Adelaide", "acdt": "Australia/Adelaide", "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland",
    "nzt": "Pacific/Auckland", "aet": "Australia/Sydney", "nz": "Pacific/Auckland",
    "toronto": "America/Toronto", "york": "America/New_York", "chicago": "America/Chicago", "denver": "America/Denver",
}  # fmt: skip
_BY_COUNTRY = {
    ("ist", "IE"): "Europe/Dublin", ("ist", "IL"): "Asia/Jerusalem", ("cst", "CN"): "Asia/Shanghai",
    ("ast", "SA"): "Asia/Riyadh", ("bst", "BD"): "Asia/Dhaka", ("est", "AU"): "Australia/Sydney",
    ("et", "CA"): "America/Toronto", ("est", "CA"): "America/Toronto", ("edt", "CA"): "America/Toronto",
    ("eastern", "CA"): "America/Toronto", ("gmt", "IE"): "Europe/Dublin", ("mst", "MY"): "Asia/Kuala_Lumpur",
}  # fmt: skip

_BY_PHRASE = {
    "new zealand": "Pacific/Auckland", "central european": "Europe/Paris", "eastern european": "Europe/Helsinki",
    "western european": "Europe/Lisbon", "middle european": "Europe/Berlin", "greenwich mean": "Europe/London",
    "united kingdom": "Europe/London", "south african": "Africa/Johannesburg", "south africa": "Africa/Johannesburg",
    "us eastern": "America/New_York", "us central": "America/Chicago", "us mountain": "America/Denver",
    "us pacific": "America/Los_Angeles", "east coast": "America/New_York", "west coast": "America/Los_Angeles",
    "australian eastern": "Australia/Sydney", "australian western": "Australia/Perth", "western australia": "Australia/Perth",
    "queensland": "Australia/Brisbane", "victoria": "Australia/Melbourne", "nsw": "Australia/Sydney",
    "israel": "Asia/Jerusalem", "israeli": "Asia/Jerusalem", "gulf": "Asia/Dubai", "uae": "Asia/Dubai", "japan": "Asia/Tokyo",
    "china": "Asia/Shanghai", "arabian": "Asia/Riyadh", "west africa": "Africa/Lagos", "east africa": "Africa/Nairobi",
    "nigerian": "Africa/Lagos", "kenyan": "Africa/Nairobi", "swiss": "Europe/Zurich", "french": "Europe/Paris",
    "spanish": "Europe/Madrid", "dutch": "Europe/Amsterdam", "italian": "Europe/Rome", "polish": "Europe/Warsaw",
    "greek": "Europe/Athens", "turkish": "Europe/Istanbul", "scottish": "Europe/London", "la": "America/Los_Angeles",
    "boston": "America/New_York", "washington": "America/New_York", "miami": "America/New_York", "atlanta": "America/New_York",
    "philadelphia": "America/New_York", "houston": "America/Chicago", "dallas": "America/Chicago", "austin": "America/Chicago",
    "minneapolis": "America/Chicago", "seattle": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "portland": "America/Los_Angeles", "san diego": "America/Los_Angeles", "montreal": "America/Toronto",
    "ottawa": "America/Toronto", "calgary": "America/Edmonton", "manchester": "Europe/London", "edinburgh": "Europe/London",
    "glasgow": "Europe/London", "cork": "Europe/Dublin", "galway": "Europe/Dublin", "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "frankfurt": "Europe/Berlin", "geneva": "Europe/Zurich", "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome", "rotterdam": "Europe/Amsterdam", "bangalore": "Asia/Kolkata", "bengaluru": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "chennai": "Asia/Kolkata", "hyderabad": "Asia/Kolkata",
    "pune": "Asia/Kolkata", "cape town": "Africa/Johannesburg", "pretoria": "Africa/Johannesburg",
    "durban": "Africa/Johannesburg", "canberra": "Australia/Sydney", "wellington": "Pacific/Auckland",
    "christchurch": "Pacific/Auckland", "abu dhabi": "Asia/Dubai", "beijing": "Asia/Shanghai", "tel aviv": "Asia/Jerusalem",
}  # fmt: skip
"""What may stand before "time" and is in no list of zones: nations, coasts, and the cities whose clock another city names."""

_FILLERS = frozenset(("standard", "daylight", "summer", "winter", "the", "local", "in", "clock"))

_USUAL = """Europe/London Europe/Berlin Europe/Helsinki America/New_York America/Chicago America/Denver America/Los_Angeles
Asia/Kolkata Australia/Sydney Australia/Adelaide Australia/Brisbane Australia/Perth Asia/Singapore Asia/Tokyo Asia/Dubai
Pacific/Auckland Europe/Istanbul America/Halifax America/Sao_Paulo"""
"""Whose clock an offset is, the likeliest first: +01:00 is London in July and Berlin in January."""

_PLACES = """
uk british london german berlin paris amsterdam irish ireland dublin indian india singapore sydney toronto york chicago denver
alaska west eat nz
"""
NEEDS_TIME = frozenset(_PLACES.split())
"""Words that name a zone only before "time" ("UK time"); alone they are places or English."""

_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-−])\s?(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)


@lru_cache(maxsize=256)
def zone_of(word: str, country: str | None = None) -> tzinfo | None:
    """ "ET", "Pacific", "CET", "IST", "UTC+8" -> a zone; None for a word that names none.

    ``country`` (ISO 3166-1 alpha-2, of the writer or else the owner) decides between the meanings of one abbreviation.
    "GMT" is London's clock: an Englishman writes it all year round. Never raises."""
    key = word.strip().lower().removesuffix(" time").removesuffix(" standard").removesuffix(" daylight").strip()
    name = _BY_COUNTRY.get((key, country or "")) or _BY_WORD.get(key)
    if name:
        return ZoneInfo(name)
    if "/" in key:
        return _iana(word.strip())
    match = _OFFSET.match(key)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_of_phrase(words: tuple[str, ...], country: str | None = None) -> tzinfo | None:
    """What stands before "time" or in brackets behind a clock: ("central", "european", "standard"), ("brisbane",), ("et",).
    Words in lower case; None for what names no zone."""
    name = " ".join(word for word in words if word not in _FILLERS)
    known = _BY_PHRASE.get(name) or _cities().get(name)
    if known:
        return ZoneInfo(known)
    return zone_of(name, country) if name else None


@cache
def _cities() -> dict[str, str]:
    """The city in each name of the tz database: "buenos aires" -> America/Argentina/Buenos_Aires."""
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {
        name.rpartition("/")[2].replace("_", " ").lower(): name
        for name in names
        if name.startswith(("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/", "Atlantic/", "Indian/"))
    }


def zone_of_writer(written: datetime, reader_zone: tzinfo | None) -> tzinfo | None:
    """The zone behind the offset of a message's Date: "our time" in March for a day in April must follow the clock change.
    The reader's own zone if its clock showed the same, else the likeliest that did, else the offset as it stands."""
    offset = written.utcoffset()
    if offset is None:
        return None
    candidates = [*([reader_zone] if reader_zone else []), *(ZoneInfo(name) for name in _USUAL.split())]
    return next((zone for zone in candidates if written.astimezone(zone).utcoffset() == offset), timezone(offset))
