"""Ids: short, readable, and once given never changed by a better reading of the names.

The ledger's word comes first: an application keeps the id that most of its messages had. Only what is new is named, from
employer and role; the readable name may later be wrong ("northpier-platform-engineer" whose client is Tessera) and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC

from heardback.matching.names import employer_words, plain
from heardback.matching.words import words
from heardback.model import Application

LONGEST = 40
"""Letters of a made id. Long enough for two words of employer and a role, short enough to type."""

_EMPLOYER_PART = 22
_WORD = re.compile(r"[a-z0-9]+")


def identify(applications: Sequence[Application], known: Mapping[str, str]) -> tuple[Application, ...]:
    """Give every application an id. ``known``: Message-ID -> the id that the ledger has for it.

    The id that most of an application's messages have is kept, of equally many the one of its oldest message; where two
    applications claim one id, the one with more of its messages has it. The rest are named anew, never by an id that the
    ledger knows. An application that has an id already keeps it. The order of ``applications`` is kept.
    """
    claims: list[tuple[int, str, int]] = []
    for place, application in enumerate(applications):
        if application.id:
            continue
        for claimed, count in _claims(application, known):
            claims.append((count, claimed, place))
    given: dict[int, str] = {place: application.id for place, application in enumerate(applications) if application.id}
    taken = set(given.values())
    for _, claimed, place in sorted(claims, key=lambda claim: (-claim[0], claim[2])):
        if place not in given and claimed not in taken:
            given[place] = claimed
            taken.add(claimed)
    used = taken | set(known.values())
    for place in sorted(range(len(applications)), key=lambda place: _age(applications[place])):
        if place not in given:
            given[place] = _unused(slug(applications[place]), used)
            used.add(given[place])
    return tuple(replace(application, id=given[place]) for place, application in enumerate(applications))


def _age(application: Application) -> tuple[str, str]:
    first = application.messages[0] if application.messages else None
    return (first.sent_at.astimezone(UTC).isoformat(), first.id) if first else ("", application.employer)


def _claims(application: Application, known: Mapping[str, str]) -> list[tuple[str, int]]:
    """Ids of its messages with their counts, the best first: most messages, then oldest message (``Counter`` keeps the order
    in which it first saw them, and messages are in order of time)."""
    return Counter(known[message.id] for message in application.messages if message.id in known).most_common()


def slug(application: Application) -> str:
    """ "Brightforge", "Data Engineer" -> "brightforge-data-engineer": ASCII, 40 letters at most, cut between words."""
    employer = _cut(employer_words(application.employer), _EMPLOYER_PART if application.role else LONGEST)
    role = [word for word in _WORD.findall(plain(application.role or "")) if word not in words("role_noise")]
    return "-".join(_cut([*employer, *role], LONGEST)) or "application"


def _cut(parts: Sequence[str], longest: int) -> list[str]:
    kept: list[str] = []
    for part in parts:
        part = part if kept else part[:longest]
        if len("-".join([*kept, part])) > longest:
            break
        kept.append(part)
    return kept


def _unused(wanted: str, used: set[str]) -> str:
    if wanted not in used:
        return wanted
    number = 2
    while (candidate := f"{wanted[: LONGEST - len(str(number)) - 1].rstrip('-')}-{number}") in used:
        number += 1
    return candidate


def find(applications: Sequence[Application], text: str) -> Application | tuple[Application, ...]:
    """The one application that a person means by ``text``, or all candidates (none: an empty tuple).

    In order: the id itself; the beginning of an id; the employer's name or its beginning; a word of the employer's or the
    role's name; last, the employer's name with its blanks left out ("brightforge" for Bright Forge). The first of these
    that fits anything decides: "bright" is ambiguous where two employers begin so.
    """
    asked = plain(text).strip()
    if not asked:
        return ()
    dashed = "-".join(_WORD.findall(asked))
    spaced = " ".join(_WORD.findall(asked))
    joined = spaced.replace(" ", "")
    for fits in (
        lambda item: item.id == asked,
        lambda item: bool(dashed) and item.id.startswith(dashed),
        lambda item: bool(spaced) and " ".join(_WORD.findall(plain(item.employer))) == spaced,
        lambda item: bool(spaced) and " ".join(_WORD.findall(plain(item.employer))).startswith(spaced),
        lambda item: bool(spaced) and f" {spaced}" in " " + " ".join(_WORD.findall(plain(f"{item.employer} {item.role or ''}"))),
        lambda item: bool(joined) and "".join(_WORD.findall(plain(item.employer))).startswith(joined),
    ):
        found = tuple(item for item in applications if fits(item))
        if found:
            return found[0] if len(found) == 1 else found
    return ()
