"""The units of one employer -> one group per role. Two roles are kept apart only where letters name two that cannot be one.

A letter that names no role goes, in this order, to: the thread's or appointment's; the role whose words stand in its subject;
for a survey and for thanks, the interview just held; the same correspondent's latest; the only application still open. What is
still a tie is left out and said (``ambiguities``): a guess would stop one clock and leave the other running.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from heardback.matching.names import Role, references, role_words, roles_alike, roles_conflict, subject_names
from heardback.matching.units import CLOSING, Unit, World, ranked_roles, unit
from heardback.model import Kind, MessageFacts

MOST_SAID = 20
"""Sentences about what was left out; more than these nobody reads."""

THANKS_WITHIN = timedelta(days=3)
"""Thanks written this soon after an interview are for that interview."""


@dataclass(slots=True, kw_only=True)
class Group:
    """An application while it is being put together. What ``_place`` asks of it is kept sorted, so that an answer costs a
    look-up and not a walk through all of its mail."""

    role: Role | None
    units: list[Unit] = field(default_factory=list)
    ambiguities: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    turns: list[tuple[datetime, bool]] = field(default_factory=list)
    """(when, whether it closed the matter or opened it again)"""
    talks: list[datetime] = field(default_factory=list)
    met: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """Address -> (first, last) message of the threads it took part in."""

    def add(self, item: Unit) -> None:
        self.units.append(item)
        self.uids |= item.uids
        for address in item.people:
            insort(self.met.setdefault(address, []), (item.start, item.messages[-1].sent_at))
        for message in item.messages:
            self.ids.add(message.id)
            self.files |= references(message.subject)
            if message.says(*CLOSING):
                insort(self.turns, (message.sent_at, True))
            elif _reopens(message):
                insort(self.turns, (message.sent_at, False))
            for spoken in message.moments:
                if spoken.is_interview and spoken.start is not None:
                    insort(self.talks, spoken.start)

    def has_begun(self, moment: datetime) -> bool:
        return any(item.start < moment for item in self.units)

    def is_open(self, moment: datetime) -> bool:
        """Whether nobody had closed it by then."""
        place = bisect_left(self.turns, (moment, False))
        return place == 0 or not self.turns[place - 1][1]

    def last_talk(self, moment: datetime) -> datetime | None:
        place = bisect_right(self.talks, moment)
        return self.talks[place - 1] if place else None

    def last_met(self, people: Iterable[str], moment: datetime) -> datetime | None:
        """When one of these people last wrote or was written to, in what had begun by then."""
        found = []
        for address in people:
            threads = self.met.get(address, [])
            place = bisect_right(threads, moment, key=lambda thread: thread[0])
            if place:
                found.append(threads[place - 1][1])
        return max(found, default=None)


def _reopens(message: MessageFacts) -> bool:
    return not message.by_owner and message.says(Kind.INVITATION, Kind.NEXT_STEP, Kind.OFFER, Kind.PROPOSAL, Kind.REOPENED)


def split_by_role(found: Sequence[Unit], hints: Mapping[str, frozenset[str]], world: World) -> tuple[Group, ...]:
    """``found``: all units of one employer, in order of time; ``hints``: Message-ID -> ids it is probably tied to."""
    roles = _distinct_roles(found)
    if len(roles) < 2:
        return (Group(role=roles[0] if roles else None, units=list(found)),)
    found = _part_threads(found, roles, world)
    groups = [Group(role=role) for role in roles]
    loose = []
    for item in found:
        mine = [
            group for group in groups if item.role is not None and group.role is not None and roles_alike(item.role, group.role)
        ]
        if len(mine) == 1 and item.role_weight > 0:
            mine[0].add(item)
        else:
            loose.append(item)
    for item in loose:
        _place(item, groups, hints)
    for group in groups:
        group.units.sort(key=lambda item: (item.start, item.key))
    return tuple(group for group in groups if group.units)


def _distinct_roles(found: Sequence[Unit]) -> list[Role]:
    """The roles for which there is an application: each named by a unit that founds one, the most specific form of each, and
    all of them in conflict with one another."""
    founding = [item for item in found if item.role is not None and item.is_founding]
    ordered = sorted(founding, key=lambda item: (-len(item.role.content if item.role else ()), item.start, item.key))
    roles: list[Role] = []
    for item in ordered:
        if item.role is not None and all(roles_conflict(item.role, role) for role in roles):
            roles.append(item.role)
    return roles


def _part_threads(found: Sequence[Unit], roles: Sequence[Role], world: World) -> list[Unit]:
    """Cut a thread in which the talk turns to another of the employer's roles; answers follow the message they answer."""
    parts: list[Unit] = []
    for item in found:
        own = _role_of(item.role, roles)
        turned: dict[str, int] = {}
        for message in item.messages:
            named = [
                place
                for finding in ranked_roles(message)[:1]
                for place in [_role_at(finding.name, roles)]
                if place is not None and finding.weight >= 0.5
            ]
            followed = turned.get(message.in_reply_to or "")
            turned[message.id] = named[0] if named else followed if followed is not None else (own if own is not None else -1)
        labels = sorted(set(turned.values()))
        if len(labels) < 2 or own is None:
            parts.append(item)
            continue
        parts.extend(unit([message for message in item.messages if turned[message.id] == label], world) for label in labels)
    return sorted(parts, key=lambda item: (item.start, item.key))


def _role_of(role: Role | None, roles: Sequence[Role]) -> int | None:
    alike = [place for place, other in enumerate(roles) if role is not None and roles_alike(role, other)]
    return alike[0] if len(alike) == 1 else None


def _role_at(name: str, roles: Sequence[Role]) -> int | None:
    return _role_of(role_words(name), roles)


# ------------------------------------------------------------------------------- letters that name no role


def _place(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> None:
    """Put a unit into the one group it belongs to, or say in each candidate that it was left out."""
    candidates = [group for group in groups if not (item.role and group.role and roles_conflict(item.role, group.role))] or list(
        groups
    )
    for rule in (_by_appointment, _by_reference, _by_hint, _by_subject, _by_interview, _by_correspondent, _by_being_open):
        chosen = rule(item, candidates, hints)
        if len(chosen) == 1:
            chosen[0].add(item)
            return
    first = item.messages[0]
    subject = f'A message of {first.sent_at:%d %B %Y} ("{first.subject[:60]}")'
    sentence = f"{subject} may belong here or to another role at this employer; it was left out."
    for group in candidates:
        if len(group.ambiguities) < MOST_SAID:
            group.ambiguities.append(sentence)


def _by_appointment(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    return [group for group in groups if item.uids & group.uids]


def _by_reference(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    mine = {text for message in item.messages for text in references(message.subject)}
    return [group for group in groups if mine & group.files]


def _by_hint(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    tied = {other for message in item.messages for other in hints.get(message.id, ())}
    return [group for group in groups if tied & group.ids]


def _by_subject(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    spoken = " ".join([item.messages[0].subject, *(moment.label for moment in item.messages[0].moments)])
    scored = [(subject_names(spoken, group.role), group) for group in groups if group.role is not None]
    best = max((score for score, _ in scored), default=0)
    return [group for score, group in scored if best and score == best]


def _by_interview(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    """A survey asks about the last interview; thanks follow one within days."""
    if item.says(Kind.SURVEY):
        reach = timedelta(days=365)
    elif item.says(Kind.THANKS, Kind.COURTESY):
        reach = THANKS_WITHIN
    else:
        return []
    held = [
        (start, place)
        for place, group in enumerate(groups)
        if (start := group.last_talk(item.start)) and item.start - start <= reach
    ]
    latest = max((start for start, _ in held), default=None)
    return [groups[place] for start, place in held if start == latest]


def _by_correspondent(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    """The group in which one of these people last wrote or was written to. Somebody never heard of helps nobody."""
    latest = []
    for group in groups:
        if (item.says(*CLOSING) or group.is_open(item.start)) and (met := group.last_met(item.people, item.start)) is not None:
            latest.append((met, group))
    if not latest:
        return []
    best = max(time for time, _ in latest)
    return [group for time, group in latest if time == best]


def _by_being_open(item: Unit, groups: Sequence[Group], hints: Mapping[str, frozenset[str]]) -> list[Group]:
    begun = [group for group in groups if group.has_begun(item.start)]
    return [group for group in begun if group.is_open(item.start)]
