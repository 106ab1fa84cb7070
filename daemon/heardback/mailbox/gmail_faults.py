"""What an answer of Google's that is no success means: who must act on it, and when to ask again. Pure: values in, values out.

Google says "slow down" by 429 or by 403, and "you may not" by 403 too: the reason in the body tells them apart. An outage must
never look like a dead grant, or the owner is sent to a browser for nothing; so only Google's own JSON counts as a refusal, and
a 403 from whatever stands in between (a proxy's page, Google's own "unusual traffic" page) is an outage.
https://developers.google.com/workspace/gmail/api/guides/handle-errors
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any


class Meaning(Enum):
    PASSING = auto()
    """Too fast, or not well: the same request may succeed soon."""
    SPENT = auto()
    """The day's quota is used up: nothing to try for an hour."""
    TOKEN_REFUSED = auto()
    """401, also with a renewed token: the grant is dead."""
    REFUSED = auto()
    """403 by Google's own word, or an account without mail: only the owner can mend it."""
    GONE = auto()
    """404: no such message, or a history that has expired."""
    ODD = auto()
    """Anything else: not what the documentation promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``reason`` is Google's word for it ("userRateLimitExceeded"), "" where there is none; ``retry_after_s`` what it asked
    for."""

    meaning: Meaning
    status: int
    reason: str = ""
    retry_after_s: float | None = None


SPENT_S = 3600.0
"""After a day's quota is used up, which comes back at midnight in California: an hour's rest burdens nobody."""

_TOO_FAST = frozenset(
    {"ratelimitexceeded", "userratelimitexceeded", "rate_limit_exceeded", "servinglimitexceeded", "concurrentlimitexceeded"}
)
_SPENT = frozenset({"dailylimitexceeded", "quotaexceeded"})
# "User-rate limit exceeded.  Retry after 2026-03-03T15:04:05.123Z": in words, beside or in place of the header.
_IN_WORDS = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)Z")


def read_fault(status: int, content: bytes, retry_after: str | None, now: datetime) -> Fault:
    """Judge one answer. ``retry_after`` is the header as it stands: seconds, or a date (RFC 9110 section 10.2.3)."""
    error = _error(content)
    reasons = tuple(_reasons(error))
    words = {reason.lower() for reason in reasons}
    meaning = _meaning(status, words, is_google=bool(error))
    wait_s = _seconds(retry_after, now)
    if wait_s is None:
        wait_s = _in_words(error, now)
    if meaning is Meaning.SPENT:
        wait_s = max(wait_s or 0.0, SPENT_S)
    return Fault(meaning=meaning, status=status, reason=next(iter(reasons), ""), retry_after_s=wait_s)


def _meaning(status: int, words: set[str], *, is_google: bool) -> Meaning:
    if status in (403, 429) and words & _SPENT:
        return Meaning.SPENT
    if status == 429 or status >= 500 or (status == 403 and (not is_google or words & _TOO_FAST)):
        return Meaning.PASSING
    if status == 401:
        return Meaning.TOKEN_REFUSED if is_google else Meaning.PASSING
    # An account without Gmail (a Workspace seat, a closed one) answers 400 failedPrecondition, "Mail service not enabled".
    if status == 403 or (status == 400 and "failedprecondition" in words):
        return Meaning.REFUSED
    return Meaning.GONE if status in (404, 410) else Meaning.ODD


def _error(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, dict) else {}


def _reasons(error: dict[str, Any]) -> list[str]:
    """All reasons named, the most telling first: in ``errors`` (the older form), in ``details`` (the newer one)."""
    found = []
    for key in ("errors", "details"):
        entries = error.get(key)
        for entry in entries[:10] if isinstance(entries, list) else ():
            reason = entry.get("reason") if isinstance(entry, dict) else None
            if isinstance(reason, str):
                found.append(reason)
    return found


def _seconds(text: str | None, now: datetime) -> float | None:
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


def _in_words(error: dict[str, Any], now: datetime) -> float | None:
    message = error.get("message")
    found = _IN_WORDS.search(message[:500]) if isinstance(message, str) else None
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds())


def advice(fault: Fault) -> str:
    """What the owner can do about a refusal."""
    reason = fault.reason.lower()
    if "insufficient" in reason:
        return "Give the grant again and tick the box for reading Gmail (heardback auth, with its name)."
    if reason in ("accessnotconfigured", "service_disabled"):
        return "Switch on the Gmail API for your project at console.cloud.google.com/apis/library/gmail.googleapis.com."
    if reason in ("failedprecondition", "mailservicenotenabled"):
        return "This Google account has no Gmail: grant access to the one that has."
    if "policy" in reason or "admin" in reason:
        return "Whoever administers the account has to permit it; until then nothing can be read."
    return "Give the grant again (heardback auth, with its name)."
