"""Why an application stands as it does: sentences for a person, in the voice of the nudges.

What we do not know we do not claim: "no mail since", never "they have not decided". Days are written "Fri 13 Feb" in the owner's
zone, from tables of our own, because ``strftime`` follows the machine's language.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from heardback.model import Interview, Promise, PromisedBy
from heardback.policy.timeline import Event, EventKind

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
QUOTE_LIMIT = 90
"""Characters of a quoted sentence (voice: 90 at most)."""


def day_words(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """ "Thu 5 Mar at 10:00"."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} at {local:%H:%M}"


def number_words(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def shorten(sentence: str, span: str = "", limit: int = QUOTE_LIMIT) -> str:
    """The sentence; one that is longer than ``limit`` is cut between words, so that ``span`` stays in, with "…" for the rest.

    The beginning where that holds the span, else the part that ends with it."""
    text, span = " ".join(sentence.split()), " ".join(span.split())
    if len(text) <= limit:
        return text
    at = text.casefold().find(span.casefold())
    end = at + len(span)
    if end < limit:
        gap = text.rfind(" ", end, limit)
        return f"{text[: gap if gap > 0 else limit - 1]}…"
    end = text.find(" ", end) if " " in text[end:] else len(text)
    start = end - (limit - 2)
    gap = text.find(" ", start, at)
    return f"…{text[gap + 1 if gap >= 0 else start : end]}{'…' if end < len(text) else ''}"


def promised(event: Event) -> str:
    """'Dana wrote "you will hear by Friday" (Fri 13 Feb)'."""
    promise: Promise | None = event.promise
    if promise is None:
        return ""
    quote, day = shorten(promise.quote, event.span), day_words(promise.latest)
    if event.was_told:
        return f'You were told "{quote}" ({day})' if quote else f"You were told to expect word by {day}"
    if promise.by is PromisedBy.OWNER:
        return f'You wrote "{quote}" ({day})'
    return f'{event.who} wrote "{quote}" ({day})'


def counted_from(event: Event) -> str:
    """What silence counts from where nothing was promised."""
    day = day_words(event.on)
    match event.kind:
        case EventKind.INTERVIEWED:
            return f"Your interview was {day}, and no date was named"
        case EventKind.MISSED:
            return f"They did not come to your interview on {day}"
        case EventKind.WROTE | EventKind.THANKED | EventKind.ANSWERED:
            return f"You answered them on {day}, and no date was named"
        case EventKind.CALLED_OFF:
            return f"The interview was called off on {day}, and no new date was named"
        case _:
            heard = f"You heard from them on {day} and no date was named"
            return heard if event.was_told else f"{event.who} wrote on {day} and named no date"


def time_left(since: Event) -> str:
    """Between what silence counts from and the moment until which it is no silence."""
    return "a word from them may be on its way until" if since.kind is EventKind.MISSED else "that time is not up before"


def silent(working_days: int, any_mail: bool) -> str:
    """ "Two working days have passed and no mail since." ``any_mail``: something came that was no answer (a receipt)."""
    return f"{number_words(working_days).capitalize()} working days have passed and no {'answer' if any_mail else 'mail'} since."


def met(interview: Interview, ended_at: datetime, zone: ZoneInfo) -> str:
    """ "You met Ines and three others until 15:30"; without names "Your interview ended at 15:30"."""
    until = f"{ended_at.astimezone(zone):%H:%M}" if interview.end else ""
    if not interview.people:
        return f"Your interview ended at {until}" if until else f"Your interview was at {interview.start.astimezone(zone):%H:%M}"
    first, *others = interview.people
    company = f" and {others[0]}" if len(others) == 1 else f" and {number_words(len(others))} others" if others else ""
    return f"You met {first}{company}" + (f" until {until}" if until else "")


def asked(event: Event) -> str:
    said = f': "{quote}"' if (quote := shorten(event.sentence)) else " for your answer"
    by = f", due {day_words(event.due_on)}" if event.due_on else ""
    return f"{event.who} asked on {day_words(event.on)}{said}{by}."


def decided(event: Event) -> str:
    told = event.was_told
    day = day_words(event.on)
    match event.kind:
        case EventKind.OFFERED:
            return f"You heard of an offer on {day}." if told else f"{event.who} wrote on {day} with an offer."
        case EventKind.REFUSED:
            return f"You heard on {day} that they said no." if told else f"{event.who} wrote on {day} that it is a no."
        case _:
            return f"You heard on {day} that it is on hold." if told else f"{event.who} wrote on {day} that it is on hold."


def left(event: Event) -> str:
    if event.was_told:
        return f"You closed this on {day_words(event.on)}."
    return f"You stepped out on {day_words(event.on)}."


def asked_on(questions: tuple[Event, ...]) -> str:
    """ "You asked on Thu 5 Nov", "You asked on Thu 5 Nov and Mon 16 Nov"."""
    days = [day_words(event.on) for event in questions]
    return "You asked on " + (days[0] if len(days) == 1 else f"{', '.join(days[:-1])} and {days[-1]}")
