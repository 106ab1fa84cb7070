"""Times in single letters and over several: the rows of appointments.txt and arrangements.txt, each against its truth.

They are read without their topic: whether a letter is about a job at all is another question, asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from heardback.matching.interviews import interviews_of
from heardback.model import Address, MessageFacts, Moment, Owner
from heardback.understanding import interviews, phrasebook, sentences, understand
from heardback.understanding.sender import read_sender
from tests.builders import EMPLOYER, ME, message

HERE = Path(__file__).parent
OWNERS = {
    "US": ("America/New_York", "US"),
    "UK": ("Europe/London", "GB"),
    "IE": ("Europe/Dublin", "IE"),
    "IN": ("Asia/Kolkata", "IN"),
    "AU": ("Australia/Sydney", "AU"),
    "ZA": ("Africa/Johannesburg", "ZA"),
    "DE": ("Europe/Berlin", "DE"),
}
TIME = re.compile(r"(?:(\d\d)-(\d\d))? ?@?(?:(\d\d):(\d\d))?([+-][\d:]+)?")
TURN = re.compile(r"(\d\d) (\d\d):(\d\d)([+-]\d+)? ([EO]): (.*)")


def rows(file: str) -> list[list[str]]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.split(" | ", 3 if file == "appointments.txt" else 2) for line in lines if line and not line.startswith("#")]


def owner_in(country: str) -> Owner:
    zone, code = OWNERS[country]
    return Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone=zone, country=code)


def offset(text: str) -> tzinfo:
    hours, _, minutes = text[1:].partition(":")
    length = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(length if text[0] == "+" else -length)


def expected(text: str, owner: Owner) -> set[tuple[str, str]]:
    """ "fixed 03-05 14:00+01, cancelled 03-06" -> stance and time, whole times in UTC."""
    if text == "nothing":
        return set()
    found = set()
    for part in text.split(", "):
        stance, _, rest = part.partition(" ")
        match = TIME.fullmatch(rest)
        assert match is not None, rest
        month, day, hour, minute, zone = match.groups()
        if day and hour:
            at = datetime(
                2026, int(month), int(day), int(hour), int(minute), tzinfo=offset(zone) if zone else ZoneInfo(owner.timezone)
            )
            found.add((stance, f"{at.astimezone(UTC):%m-%d %H:%MZ}"))
        else:
            found.add((stance, f"{month}-{day}" if day else f"@{hour}:{minute}" if hour else ""))
    return found


def given(moments: tuple[Moment, ...]) -> set[tuple[str, str]]:
    found = set()
    for moment in moments:
        if moment.is_interview:
            part = f"{moment.day:%m-%d}" if moment.day else f"@{moment.clock}" if moment.clock else ""
            found.add((moment.stance.value, f"{moment.start.astimezone(UTC):%m-%d %H:%MZ}" if moment.start else part))
    return found


def read(text: str, owner: Owner, sent_at: datetime, sender: Address, **fields: object) -> MessageFacts:
    """The facts of a letter with the moments that its words alone give."""
    letter = message(text.replace("\\n", "\n"), sent_at=sent_at, sender=sender, **fields)
    cut = tuple(phrasebook.sentence(piece) for piece in sentences.split(letter.body.text))
    moments = interviews.find_moments(letter, read_sender(letter, owner), cut, owner)
    return replace(understand(letter, owner), moments=moments)


@pytest.mark.parametrize(("country", "who", "truth", "text"), rows("appointments.txt"))
def test_a_letter_speaks_of_its_times_as_a_careful_reader_takes_it(country: str, who: str, truth: str, text: str) -> None:
    owner = owner_in(country)
    name, zone = re.fullmatch(r"([a-z]+)([+-]\d+)?", who).groups()  # type: ignore[union-attr]
    sent_at = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo(owner.timezone))
    sent_at = sent_at.astimezone(offset(zone)) if zone else sent_at
    answers = {} if name == "employer" else {"in_reply_to": "<a@brightforge.example>"}
    facts = read(text, owner, sent_at, ME if name == "owner" else EMPLOYER, **answers)
    assert given(facts.moments) == expected(truth, owner)


def letters(turns: str, owner: Owner) -> Iterator[MessageFacts]:
    before: list[str] = []
    for number, turn in enumerate(turns.split(" || ")):
        day, hour, minute, zone, who, text = TURN.fullmatch(turn).groups()  # type: ignore[union-attr]
        sent_at = datetime(2026, 3, int(day), int(hour), int(minute), tzinfo=offset(zone) if zone else ZoneInfo(owner.timezone))
        yield read(
            text,
            owner,
            sent_at,
            ME if who == "O" else EMPLOYER,
            id=f"<m{number}@quill.example>",
            in_reply_to=before[-1] if before else None,
            references=tuple(before),
            subject="the job",
        )
        before.append(f"<m{number}@quill.example>")


@pytest.mark.parametrize(("country", "truth", "turns"), rows("arrangements.txt"))
def test_what_two_people_arrange_over_several_letters_stands(country: str, truth: str, turns: str) -> None:
    owner = owner_in(country)
    standing = [one for one in interviews_of(tuple(letters(turns, owner)), owner) if not one.is_cancelled]
    times = ", ".join(f"{one.start.astimezone(ZoneInfo(owner.timezone)):%m-%d %H:%M}" for one in standing)
    assert (times or "none") == truth
