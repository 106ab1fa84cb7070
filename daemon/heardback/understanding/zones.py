"""Zone words -> zoneinfo: what a person means by "ET", "Pacific", "UK time" or "IST".

"EST" in July is what people write who mean the clock on the wall in New York, so a letter pair never means a fixed
offset here: "5pm EST" on 20 March is 5pm EDT. "IST" is Irish, Indian or Israeli time, whichever the country says;
"CST" and "BST" likewise. Offsets written as numbers ("UTC+8") stay as written.
"""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
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
    "toronto": "America/Toronto", "york": "America/New_York", "chicago": "America/Chicago", "denver": "America/Denver",
}  # fmt: skip
_BY_COUNTRY = {
    ("ist", "IE"): "Europe/Dublin", ("ist", "IL"): "Asia/Jerusalem", ("cst", "CN"): "Asia/Shanghai",
    ("ast", "SA"): "Asia/Riyadh", ("bst", "BD"): "Asia/Dhaka", ("est", "AU"): "Australia/Sydney",
    ("et", "CA"): "America/Toronto", ("est", "CA"): "America/Toronto", ("edt", "CA"): "America/Toronto",
    ("eastern", "CA"): "America/Toronto", ("gmt", "IE"): "Europe/Dublin", ("mst", "MY"): "Asia/Kuala_Lumpur",
}  # fmt: skip

_PLACES = """
uk british london german berlin paris amsterdam irish ireland dublin indian india singapore sydney toronto york chicago denver
alaska west eat
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
