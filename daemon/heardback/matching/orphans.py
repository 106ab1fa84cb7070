"""Letters that open an application and name nobody: a job board's receipt, the owner's own letter to an address that never
answers under that name. They belong to the employer who soon after writes about the same post, if there is exactly one.

A post is the same where its words agree and at least one tells it from others: "Night Porter" finds "Porter (nights)", and
"Manager" finds nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from heardback.matching.names import Role, roles_conflict
from heardback.matching.threads import bare_subject
from heardback.matching.units import Unit
from heardback.model import Kind

SOON = timedelta(days=45)
"""How long after such a letter the employer may first write. An application that got no word for longer is a new matter."""
ECHOED = timedelta(days=3)
"""How long a machine takes to send a letter back."""
MOST = 200
"""Letters about one word of a post that are looked at: bounds what a mailbox full of one word costs."""


def orphans(found: Sequence[Unit]) -> frozenset[str]:
    """Keys of the units that name nobody and whose other side never writes."""
    writing = {domain for unit in found for domain in unit.domains if _is_answered(unit)}
    addresses = {message.sender.address for unit in found for message in unit.messages if message.sender and not message.by_owner}
    return frozenset(unit.key for unit in found if _is_orphan(unit, writing, addresses))


def _is_answered(unit: Unit) -> bool:
    return any(not message.by_owner for message in unit.messages)


def _is_orphan(unit: Unit, writing: set[str], addresses: set[str]) -> bool:
    if unit.role is None or not unit.role.content or unit.agency or not unit.is_founding:
        return False
    if unit.name is not None or (_is_answered(unit) and unit.domains):
        return False
    return not writing.intersection(unit.domains) and not addresses.intersection(unit.people)


def parents(
    found: Sequence[Unit], lost: frozenset[str], home: Callable[[Unit], object], within: timedelta = SOON
) -> Mapping[str, Unit]:
    """Key of an orphan -> the unit it belongs to. ``home``: what units of one employer have in common."""
    by_word: dict[str, list[Unit]] = defaultdict(list)
    for unit in found:
        if unit.key not in lost and unit.role is not None and (unit.domains or unit.name or unit.agency or _is_answered(unit)):
            for word in unit.role.content:
                by_word[word].append(unit)
    result: dict[str, Unit] = {}
    for unit in found:
        if unit.key not in lost or unit.role is None:
            continue
        near = [other for word in unit.role.content for other in _after(unit, by_word[word], within)]
        alike = [other for other in near if other.role is not None and _may_be_one(unit.role, other.role)]
        alike = [other for other in alike if other.role is not None and other.role.order == unit.role.order] or alike
        if alike and len({home(other) for other in alike}) == 1:
            result[unit.key] = alike[0]
    return result


def _may_be_one(one: Role, other: Role) -> bool:
    """Between strangers what the post is called must agree too: a Programme Manager is no Programme Coordinator."""
    return not roles_conflict(one, other) and (not one.heads or not other.heads or bool(one.heads & other.heads))


def echoes(found: Sequence[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """(what a machine sent back, the owner's letter that it answers): "Undeliverable: Night porter ad" comes within days and
    holds the subject, but not always a reference to the letter."""
    asked: list[tuple[Unit, str]] = []
    for unit in found:
        first = unit.messages[0]
        subject = bare_subject(first.subject)
        if first.by_owner and len(subject) >= 10 and " " in subject:
            asked.append((unit, subject))
        elif all(message.by_owner or message.kind.kind in (Kind.BOUNCE, Kind.AUTOMATIC) for message in unit.messages):
            near = [letter for letter, own in asked if own in subject and unit.start - letter.start <= ECHOED]
            if near:
                yield unit, near[-1]


def _after(unit: Unit, others: Sequence[Unit], within: timedelta) -> Sequence[Unit]:
    """Those of ``others``, which are in order of time, that begin within that time."""
    first = bisect_left(others, unit.start, key=lambda other: other.start)
    return [other for other in others[first : first + MOST] if other.start <= unit.start + within]
