"""Names as one says them: first names out of mail headers, days, counts. Pure; what is not known is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from heardback.model import Address, Application, FolderRole, Interview, Kind, MessageFacts, Owner, SenderKind, Standing
from heardback.notify.wording import plain_words
from heardback.workdays import Place, WorkCalendar, home_place, work_calendar

_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "miss", "prof", "professor", "sir", "dame", "rev", "herr", "frau", "dipl"})
_NO_PERSON = frozenset(
    {"team", "talent", "careers", "career", "jobs", "job", "recruiting", "recruitment", "recruiter", "hiring", "people", "hr"}
    | {"human", "resources", "office", "admin", "info", "support", "hello", "noreply", "no-reply", "notifications", "scheduling"}
    | {"the", "via", "department", "desk"}
)
"""A name with one of these is a mailbox's: "Brightforge Talent Team", "Dana via Hireline"."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_WITHOUT_SUBSTANCE = frozenset({Kind.AUTOMATIC, Kind.BOUNCE, Kind.NEWSLETTER, Kind.SURVEY, Kind.RECEIPT})


def first_name(name: str, employer: str = "") -> str | None:
    """ "Dr. Dana Ortiz (she/her)" -> "Dana"; "Ortiz, Dana" -> "Dana"; "Brightforge Careers" or an address -> None.

    ``employer``: a name whose every word is the employer's is no person's.
    """
    text = plain_words(re.sub(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]", " ", name[:200]), 80)
    if "@" in text or any(character.isdigit() for character in text):
        return None
    family, comma, given = text.partition(",")
    words = [word.strip(".'\"!?:;") for word in (given if comma and given.strip() else family).split()]
    words = [word for word in words if word and word.casefold() not in _TITLES]
    if not words or any(word.casefold() in _NO_PERSON for word in words):
        return None
    employer_words = {word.casefold() for word in employer.split()}
    if all(word.casefold() in employer_words for word in words):
        return None
    first = words[0]
    if not 2 <= len(first) <= 20 or not all(part.isalpha() for part in re.split(r"[-'’]", first)):
        return None
    return first.title() if first.isupper() or first.islower() else first


def message_of(application: Application, message_id: str) -> MessageFacts | None:
    return next((one for one in application.messages if one.id == message_id), None)


def who_wrote(one: MessageFacts | None, employer: str) -> str | None:
    """The first name of the person who wrote the message; None for a platform, a role address, the owner or nobody known."""
    if one is None or one.sender is None or one.sender_kind is not SenderKind.PERSON:
        return None
    return first_name(one.sender.name, employer)


def words_of_employer(application: Application) -> tuple[MessageFacts, ...]:
    """Messages of the employer's side that are not automatic and not in Junk, oldest first."""
    return tuple(
        one
        for one in application.messages
        if not one.by_owner and one.kind.kind not in _WITHOUT_SUBSTANCE and one.role is not FolderRole.JUNK
    )


def known_people(names: Iterable[str], owner: Owner, employer: str) -> tuple[str, ...]:
    """First names of those who were met, without the owner, in order, each once."""
    owners_words = {word.casefold() for word in owner.name.split()}
    found = (first_name(name, employer) for name in names if {word.casefold() for word in name.split()} != owners_words)
    return tuple(dict.fromkeys(name for name in found if name))


def address_for_answer(one: MessageFacts, application: Application) -> Address | None:
    """Where an answer to this message goes: Reply-To before From (RFC 5322 section 3.6.2).

    A person's Reply-To at another house is passed over unless this application has met that address elsewhere: no check of a
    server covers the field, and a letter that looks like Dana's must not send the answer to somebody else. Platforms and role
    addresses answer from where they like.
    """
    if not one.reply_to or one.sender is None:
        return one.reply_to[0] if one.reply_to else one.sender
    wanted = one.reply_to[0]
    known = {one.sender.domain}
    if one.sender_kind is not SenderKind.PERSON or _house(wanted.domain) in {_house(domain) for domain in known}:
        return wanted
    others = [other for other in application.messages if other.id != one.id]
    written_to = {address.address for other in others if other.by_owner for address in other.recipients}
    wrote = {other.sender.address for other in others if other.sender is not None and not other.by_owner}
    return wanted if wanted.address in written_to | wrote else one.sender


def missed_interview(standing: Standing) -> Interview | None:
    """The interview to which nobody came, where the action rests on that."""
    starts = {f"missed:{one.interview.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}": one.interview for one in standing.interviews}
    return starts.get(standing.rests_on)


def _house(domain: str) -> str:
    """The last two labels, or three where these are as short as "co.uk": mail.acme.example and acme.example are one house."""
    labels = domain.lower().strip(".").split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else labels[-2:])


# ------------------------------------------------------------------------------------------- days and counts


def short_day(day: date, today: date) -> str:
    """ "Fri 13 Feb", with its year where it is not the near one: nobody writes "13 Feb" of a day eleven months off."""
    text = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return text if abs((today - day).days) < 300 else f"{text} {day.year}"


def bare_day(day: date, today: date) -> str:
    """ "13 Feb"."""
    return short_day(day, today).split(" ", 1)[1]


def long_day(day: date) -> str:
    """ "Friday 13 February": for a letter, in which an abbreviation looks hurried."""
    return f"{_LONG_WEEKDAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]}"


def day_as_said(day: date, today: date) -> str:
    """ "today", "yesterday", "on Monday" within the week before, else "on Fri 13 Feb"."""
    distance = (today - day).days
    if distance == 0:
        return "today"
    if distance == 1:
        return "yesterday"
    if 1 < distance < 7:
        return f"on {_LONG_WEEKDAYS[day.weekday()]}"
    return f"on {short_day(day, today)}"


def clock_words(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def count_words(count: int) -> str:
    """2 -> "two", 13 -> "13"."""
    return _COUNTS[count] if 0 <= count < len(_COUNTS) else str(count)


def listed(names: Sequence[str], shown: int = 2) -> str:
    """ "Ines", "Ines and Tom", "Ines, Tom and two others"; "" for nobody. ``shown`` counts those named when others follow."""
    if len(names) <= shown + 1 and len(names) <= 3:
        return " and ".join(", ".join(names).rsplit(", ", 1)) if len(names) > 1 else "".join(names)
    left = len(names) - shown
    return f"{', '.join(names[:shown])} and {count_words(left)} {'others' if left > 1 else 'other'}"


def calendar_of(owner: Owner, application: Application) -> WorkCalendar:
    """The owner's business days, and the employer's where its country is known to be another."""
    own = home_place(owner.country, owner.region, owner.timezone)
    theirs = Place(application.country) if application.country and (own is None or application.country != own.country) else None
    return work_calendar(own, theirs)
