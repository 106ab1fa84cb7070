"""When a time is up: business days, nine o'clock, weeks. Calendar arithmetic and nothing else.

Every hour here is wall time in the owner's zone: "09:00 of the sixth business day" is nine on the owner's clock, also
where clocks change in between, and "six weeks after" keeps the hour of the day. What is returned is UTC, because
two aware times of one ZoneInfo compare by their wall clocks (PEP 495), which is wrong around a change of clocks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from heardback.model import InterviewOffset, OffsetUnit, Owner
from heardback.workdays import Place, WorkCalendar, home_place, work_calendar

MORNING = time(9)
"""The hour at which deadlines fall and most pushes ring (policy rule 1 and the table of actions)."""
DAYS_AFTER_PROMISE = 2
"""Business days after the promised day (policy rule 1)."""
DAYS_IN_SILENCE = 6
"""Business days after the interview, the word or the answer where nothing was promised (policy rule 1), and after the
first follow-up (rule 2): five go by, the sixth is the day."""
DORMANT_UNASKED = timedelta(weeks=6)
"""From the deadline or the only follow-up to ``dormant`` (policy rule 2)."""
DORMANT_ASKED_TWICE = timedelta(days=14)
"""From the second follow-up to ``dormant`` (policy rule 2)."""
THANKS_WITHIN = timedelta(days=1)
"""How long after an interview thanks are due, and how long a question in them is no follow-up (policy rule 4)."""
THANKS_AFTER = timedelta(hours=2)
"""From the end of an interview to the push (table of actions)."""
FEEDBACK_WITHIN = timedelta(weeks=1)
"""How long after a refusal feedback may be asked for (table of actions)."""
REPLY_LEAD = timedelta(days=2)
"""How long before its due day an answer is asked for (table of actions)."""
INTERVIEW_LENGTH = timedelta(minutes=60)
"""An interview whose end is unknown (states, ``scheduled``)."""


def owner_place(owner: Owner) -> Place | None:
    """The owner's country and region; where unknown, those of the time zone."""
    return home_place(owner.country, owner.region, owner.timezone)


def calendar_for(owner: Owner, country: str | None) -> WorkCalendar:
    """The owner's business days; where ``country`` (the employer's) is another, those that are one in both."""
    place = owner_place(owner)
    if not country or (place and country.upper() == place.country):
        return work_calendar(place)
    return work_calendar(place, Place(country.upper()))


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """09:00 on the owner's clock, in UTC."""
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of the day, in UTC: by when an answer is due that is due "on Friday"."""
    return datetime.combine(day, time(23, 59), tzinfo=zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def later(moment: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """The same hour on the owner's clock ``span`` days later, in UTC."""
    return (moment.astimezone(zone) + span).astimezone(UTC)


def after_promise(latest: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Promised by Fri 13 Feb: Tue 17 Feb 09:00, or Wed 18 where Monday is a holiday."""
    return morning_of(calendar.add(latest, DAYS_AFTER_PROMISE), zone)


def after_silence(since: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Nothing promised, the interview on Thu 5 Mar: Fri 13 Mar 09:00."""
    return morning_of(calendar.add(since, DAYS_IN_SILENCE), zone)


def next_business_morning(moment: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    return morning_of(calendar.add(day_of(moment, zone), 1), zone)


def reply_push(asked_at: datetime, due: date | None, zone: ZoneInfo) -> datetime:
    """09:00 of the day after the request, or of the day two days before what is due, if that is later."""
    day = day_of(asked_at, zone) + timedelta(days=1)
    return morning_of(day if due is None else max(day, due - REPLY_LEAD), zone)


def counted_from(held_on: date, count: int, unit: OffsetUnit, calendar: WorkCalendar) -> date:
    match unit:
        case OffsetUnit.DAYS:
            return held_on + timedelta(days=count)
        case OffsetUnit.WEEKS:
            return held_on + timedelta(weeks=count)
        case OffsetUnit.BUSINESS_DAYS:
            return calendar.add(held_on, count)


def from_interview(held_on: date, offset: InterviewOffset, calendar: WorkCalendar) -> tuple[date, date]:
    """ "Within a week of your onsite", held on Thu 5 Mar: (earliest, latest) = what the offset says, latest Thu 12 Mar."""
    return (
        counted_from(held_on, offset.earliest, offset.unit, calendar),
        counted_from(held_on, offset.latest, offset.unit, calendar),
    )
