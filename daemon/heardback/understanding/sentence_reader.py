"""``heardback read --jsonl``: one line in, one line out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from heardback.understanding.promises import read_sentence
from heardback.understanding.timeframes import find_timeframes
from heardback.workdays import place_of_zone, work_calendar


def answer(line: dict[str, Any]) -> dict[str, Any]:
    """``{"id", "text", "reference", "timezone"}`` -> ``{"id", "promise", "latest", "earliest", "quote"}``.

    ``reference`` is the local ISO time of writing (an offset of its own wins over ``timezone``); country and calendar follow
    from the time zone. Where the text promises nothing, ``latest`` is still what its last-named time says, and ``promise``
    false. Raises ValueError or KeyError for a line that lacks a text or a readable time."""
    text = str(line["text"])
    zone = ZoneInfo(str(line.get("timezone") or "UTC"))
    written = datetime.fromisoformat(str(line["reference"]))
    written = written if written.tzinfo else written.replace(tzinfo=zone)
    calendar = work_calendar(place_of_zone(zone.key))
    promise = read_sentence(text, written, calendar)
    frames = (promise.timeframe,) if promise else find_timeframes(text, written, calendar)
    frame = max(frames, key=lambda frame: len(frame.quote), default=None)
    latest = earliest = None
    if frame is not None:
        latest = frame.at or frame.latest
        earliest = frame.earliest
    return {
        "id": line.get("id"),
        "promise": promise is not None,
        "latest": latest.isoformat() if latest else None,
        "earliest": earliest.isoformat() if earliest else None,
        "quote": promise.evidence.sentence if promise else None,
    }
