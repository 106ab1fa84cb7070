"""Facts -> applications: the whole of matching, top to bottom.

    one copy each -> threads -> units -> employers -> roles -> corrections -> names and interviews

Derived again from all facts on each pass, in one order of their own, so that mail which comes late, twice or in another order
gives the same applications. An application is made only from hiring evidence (FORMAT policy 13): a receipt, a word from
somebody who hires, the owner's own application, an approach that the owner took up. What has none of these is dropped,
whatever names it drops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from heardback.matching.corrections import STRUCTURAL, Draft, correct
from heardback.matching.employers import Cluster, clusters
from heardback.matching.identity import identify
from heardback.matching.interviews import interviews_of
from heardback.matching.names import country_of
from heardback.matching.naming import employer_name, role_name
from heardback.matching.roles import Group, split_by_role
from heardback.matching.threads import hints, in_order, one_copy_each, reply_threads
from heardback.matching.units import FOUNDING, Unit, World, learn, units
from heardback.model import Application, Correction, Kind, MessageFacts, Owner, SenderKind, Topic

NEAR = timedelta(days=30)
"""How long before an application's first word about a job, or after its last, a letter that says nothing of jobs may still be
its: a badge for tomorrow is, last year's invoice from the same house is not."""


ABOUT_A_VISIT = FOUNDING | {Kind.SURVEY, Kind.THANKS, Kind.QUESTION, Kind.AUTOMATIC, Kind.BOUNCE}
"""What an office of the employer's writes to somebody who applies, though the letter itself does not speak of a job."""


def match(
    facts: Sequence[MessageFacts],
    owner: Owner,
    corrections: Sequence[Correction] = (),
    known: Mapping[str, str] | None = None,
) -> tuple[Application, ...]:
    """All applications that ``facts`` tell of, oldest first; the same for any order of ``facts`` and any number of copies.

    ``known``: Message-ID -> the ledger's application id; FORGET, MERGE, SPLIT and RENAME are said of these ids (of the
    readable ones made from the names where ``known`` is None). Ids are filled in where ``known`` is given or a correction
    needed them, else "" and for ``identify`` to give. Facts of later than the moment of judging must not be in ``facts``. Pure.
    """
    copies = one_copy_each(facts)
    world = learn(copies, owner)
    tied = _tied(copies)
    drafts = [
        Draft(
            messages=in_order(message for item in group.units for message in item.messages), ambiguities=tuple(group.ambiguities)
        )
        for cluster in clusters(units(copies, reply_threads(copies), world), world)
        for group in _groups(cluster, tied, world)
    ]
    found = tuple(_application(draft, owner, world) for draft in drafts)
    found = tuple(sorted(found, key=lambda item: (item.messages[0].sent_at, item.messages[0].id)))
    if known is None and not any(correction.kind in STRUCTURAL for correction in corrections):
        return found
    corrected = correct(identify(found, known or {}), corrections, known or {})
    return tuple(item if isinstance(item, Application) else _application(item, owner, world) for item in corrected)


def _tied(copies: Sequence[MessageFacts]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in hints(copies):
        found[one].add(other)
        found[other].add(one)
    return {key: frozenset(others) for key, others in found.items()}


def _groups(cluster: Cluster, tied: Mapping[str, frozenset[str]], world: World) -> list[Group]:
    """The cluster's applications, without what only looked like part of them."""
    serious = _with_evidence(cluster.units)
    if not any(item.is_founding for item in serious):
        return []
    return [group for group in split_by_role(serious, tied, world) if any(item.is_founding for item in group.units)]


def _with_evidence(found: Sequence[Unit]) -> list[Unit]:
    """Leave out approaches that nobody took up, and letters of the same house about something else."""
    founders = [item for item in found if item.is_founding]
    if not founders:
        return []
    people = {address for item in founders for address in item.people}
    first, last = founders[0].start - NEAR, max(item.messages[-1].sent_at for item in founders) + NEAR
    kept = []
    for item in found:
        if item.is_founding:
            kept.append(item)
        elif item.is_approach:
            if people & set(item.people):
                kept.append(item)
        elif (
            any(message.topic is Topic.HIRING for message in item.messages)
            or _is_talk(item)
            or (first <= item.start <= last and (item.says(*ABOUT_A_VISIT) or any(message.moments for message in item.messages)))
        ):
            kept.append(item)
    return kept


def _is_talk(item: Unit) -> bool:
    """A person writes, or the owner does; offices may be selling something."""
    return any(message.by_owner or message.sender_kind is SenderKind.PERSON for message in item.messages)


def _application(draft: Draft, owner: Owner, world: World) -> Application:
    """Name it and find its interviews."""
    messages = draft.messages
    writers = [message.sender.address for message in messages if message.sender and not message.by_owner]
    agency = world.agency_in(messages, writers)
    employer = draft.employer or employer_name(messages, agency, world)
    return Application(
        id=draft.id,
        employer=employer,
        role=draft.role or role_name(messages, employer),
        messages=messages,
        interviews=interviews_of(messages, owner),
        agency=agency,
        country=_country(messages, owner, world),
        ambiguities=draft.ambiguities,
    )


def _country(messages: Sequence[MessageFacts], owner: Owner, world: World) -> str | None:
    """By the employer's own domain, where it lies under one country and that is not the owner's."""
    for message in messages:
        if message.sender is not None and not message.by_owner and (domain := world.own_domain(message.sender.address)):
            country = country_of(domain)
            if country is not None:
                return country if country != owner.country else None
    return None
