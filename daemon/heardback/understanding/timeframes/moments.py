"""Day and clock as a person writes an appointment: "Tuesday 17 March at 3pm GMT", "tomorrow 2pm", "Thurs 3:00-3:30"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenMoment:
    """A day, a clock time, or both, as a piece of text names them; at least one of ``day`` and ``start`` is set.

    ``start`` and ``end`` are naive clock times in ``zone`` where one was named ("3pm GMT", "your time"), else None:
    the caller knows whose clock it was. ``quote`` is the span, ``span`` its place in the text."""

    day: date | None
    start: time | None
    end: time | None
    zone: tzinfo | None
    quote: str
    span: tuple[int, int]

    def instants(self, default: tzinfo) -> tuple[datetime, datetime | None] | None:
        """Start and end as aware instants, where day and clock are both known; ``default`` where no zone was named."""
        if self.day is None or self.start is None:
            return None
        zone = self.zone or default
        start = datetime.combine(self.day, self.start, zone)
        if self.end is None:
            return start, None
        end = datetime.combine(self.day, self.end, zone)
        return start, end if end > start else end + timedelta(days=1)


def read_moments(
    text: str, written: datetime, zone: tzinfo, *, day_first: bool | None = None, country: str | None = None
) -> tuple[SpokenMoment, ...]:
    """All moments of ``text`` in its order. ``written`` is aware, in the writer's offset: "tomorrow" counts from the
    writer's day. ``zone`` is the reader's: what "your time" means. ``country`` reads "IST" and 4/3. Never raises."""
    return ()


def read_moment(
    text: str, written: datetime, zone: tzinfo, *, day_first: bool | None = None, country: str | None = None
) -> SpokenMoment | None:
    """The first moment of ``text`` that names a day and a clock, else the first that names either, else None."""
    found = read_moments(text, written, zone, day_first=day_first, country=country)
    full = [moment for moment in found if moment.day and moment.start]
    return (full or list(found) or [None])[0]
