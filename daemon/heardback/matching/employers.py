"""Which units are about one employer. Trust falls from thread to address to domain to name (see the package docstring).

Everything is an edge between things that can be looked up (a domain, a person's address, a calendar UID, a name), so the work
grows with the mail and not with its square. Three edges are refused, each because it would join two employers for good:

- a domain names an employer only where it bears the name, or where no domain does and what is written from it can only come from
  somebody who hires: a friend who asks "how was it at Oakmere?" writes from nobody's domain;
- a short name that is short for two employers joins neither;
- a misspelt name joins only where exactly one name is a slip away and no domain of its own speaks against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from heardback.matching.names import (
    Words,
    domain_bears,
    employer_words,
    extends,
    is_seat,
    misspelt,
    person_words,
    references,
    roles_alike,
    roles_conflict,
    same_employer,
    same_person,
    slips,
)
from heardback.matching.orphans import echoes, orphans, parents
from heardback.matching.threads import Groups
from heardback.matching.units import CLOSING, SURE_NAME, Unit, World
from heardback.model import Kind, MessageFacts, SenderKind, Topic

BOOKED = timedelta(days=10)
"""How long after a link to book by a scheduler may still confirm the hour."""
PRESENTED = timedelta(days=90)
"""How long after an agent's first letter the client may first write himself."""

Node = tuple[str, str]
"""("unit", key), ("domain", ...), ("person", ...), ("uid", ...), ("name", words joined by a space)."""


_ByFirst = dict[str, set[tuple[Words, str]]]
"""First name -> (name in words, address) of those who write from a domain of their house's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """All units of one employer, in order of time."""

    units: tuple[Unit, ...]


def clusters(found: Sequence[Unit], world: World) -> tuple[Cluster, ...]:
    """Put the units of each employer together."""
    groups: Groups[Node] = Groups()
    aliases = _aliases(found)
    best = _best_names(found, aliases)
    domain_names = _domain_names(found, aliases)
    for name, alias in aliases.items():
        groups.join(_name(name), _name(alias))
    for domain, names in domain_names.items():
        for name in names:
            groups.join(("domain", domain), _name(name))
    borne = {groups.find(_name(name)) for names in domain_names.values() for name in names}
    lost = orphans(found)
    for unit in found:
        node: Node = ("unit", unit.key)
        groups.find(node)
        for uid in sorted(unit.uids):
            groups.join(("uid", uid), node)
        for reference in sorted(_files(unit)):
            groups.join(("file", reference), node)
        called = best.get(unit.key)
        if unit.key in lost:
            continue
        if unit.agency:
            if called:
                groups.join(_name(called), node)
            continue
        if called and _is_sent_for_others(unit, domain_names):
            groups.join(_name(called), node)
            continue
        for domain in unit.domains:
            groups.join(("domain", domain), node)
        for address in _lasting(unit, world):
            groups.join(("person", address), node)
        if called and not unit.domains and _may_name(unit, world, groups.find(_name(called)) in borne):
            groups.join(_name(called), node)
    for echo, letter in echoes(found):
        groups.join(("unit", letter.key), ("unit", echo.key))
    _settle_clients(found, groups)
    _settle_agencies(found, groups, world)
    people, home = _correspondents(found, world)
    _settle_private_addresses(found, groups, people, home, world)
    _settle_strangers(found, groups, domain_names, people, home)
    _settle_bookings(found, groups)
    parents_of = parents(found, lost, lambda unit: groups.find(("unit", unit.key)))
    for key, parent in parents_of.items():
        groups.join(("unit", parent.key), ("unit", key))
    _settle_unclaimed(found, groups, lost - parents_of.keys())
    members: dict[Node, list[Unit]] = defaultdict(list)
    for unit in found:
        members[groups.find(("unit", unit.key))].append(unit)
    return tuple(Cluster(units=tuple(group)) for group in members.values())


def _settle_unclaimed(found: Sequence[Unit], groups: Groups[Node], lost: frozenset[str]) -> None:
    """Letters to one address that never answers are one employer's."""
    for unit in found:
        if unit.key in lost:
            for domain in unit.domains:
                groups.join(("domain", domain), ("unit", unit.key))


def _is_sent_for_others(unit: Unit, domain_names: Mapping[str, Sequence[Words]]) -> bool:
    """Whether a machine wrote from a domain that stands for no employer: a vendor's that books interviews for many."""
    return (
        unit.is_founding
        and bool(unit.domains)
        and not any(domain in domain_names for domain in unit.domains)
        and all(message.by_owner or message.sender_kind is SenderKind.ORGANISATION for message in unit.messages)
    )


def _name(name: Words) -> Node:
    return ("name", " ".join(name))


def _files(unit: Unit) -> set[str]:
    """Requisition numbers in subjects, each with the domain that wrote it: another house may number alike. A long one of letters
    and figures is nobody else's, and ties a platform's letters to the house's own."""
    return {
        f"{'' if _is_rare(reference) else message.sender.domain} {reference}"
        for message in unit.messages
        if message.sender is not None and not message.by_owner
        for reference in references(message.subject)
    }


def _is_rare(reference: str) -> bool:
    return len(reference) >= 7 and any(map(str.isalpha, reference)) and sum(map(str.isdigit, reference)) >= 3


def _best_names(found: Sequence[Unit], aliases: Mapping[Words, Words]) -> Mapping[str, Words]:
    """Unit -> the name to tie it by. A name that other letters bear out counts more: one odd reading ("Talent Partner") does
    not make a new employer where the true name stands beside it."""
    named: dict[Words, int] = defaultdict(int)
    for unit in found:
        for family in {aliases.get(name, name) for name in unit.names}:
            named[family] += 1
    result: dict[str, Words] = {}
    for unit in found:
        worth = {
            name: support * (1 + 0.75 * min(2, named[aliases.get(name, name)] - 1))
            for name, support in unit.names.items()
            if support >= SURE_NAME
        }
        if worth:
            result[unit.key] = max(worth, key=lambda name: (round(worth[name], 6), len(name), name))
    return result


def _lasting(unit: Unit, world: World) -> list[str]:
    """The freemail addresses of those the owner talks with: somebody who hires from one is known by it alone."""
    return [address for address in unit.people if world.is_private(address.rpartition("@")[2]) and not world.agency_of(address)]


def _may_name(unit: Unit, world: World, is_known: bool) -> bool:
    """Whether a unit without a domain of its own may be tied by a name alone: a platform's may; a private person's only if it
    is what only somebody who hires writes, and, where the employer is known by a domain, if the writer is known or names the
    role."""
    wrote = [message for message in unit.messages if not message.by_owner and message.sender is not None]
    private = [message for message in wrote if message.sender is not None and not world.is_relay(message.sender.domain)]
    if not wrote:
        return unit.is_founding
    if not private:
        return True
    if not unit.is_founding:
        return False
    return not is_known or unit.role is not None or unit.agency is not None


# -------------------------------------------------------------------------------------------------- names


def _aliases(found: Sequence[Unit]) -> Mapping[Words, Words]:
    """Each name -> the fullest name it is short or misspelt for, itself where there is none or more than one."""
    names = sorted({name for unit in found for name, support in unit.names.items() if support >= SURE_NAME or name == unit.name})
    by_first: dict[str, list[Words]] = defaultdict(list)
    by_join: dict[str, Words] = {}
    by_slip: dict[str, set[Words]] = defaultdict(set)
    for name in names:
        by_first[name[0]].append(name)
        joined = "".join(name)
        if joined not in by_join or len(name) > len(by_join[joined]):
            by_join[joined] = name
        for key in slips(joined):
            by_slip[key].add(name)
    result: dict[Words, Words] = {}
    for name in names:
        longer = [other for other in by_first[name[0]][:200] if other != name and extends(other, name)]
        tops = [other for other in longer if not any(extends(third, other) for third in longer if third != other)]
        if len(tops) == 1 or (tops and _one_family(tops)):
            result[name] = max(tops, key=lambda other: (len(other), other))
        elif not tops and by_join["".join(name)] != name:
            result[name] = by_join["".join(name)]
        elif not tops:
            near = {other for key in slips("".join(name)) for other in by_slip[key] if misspelt(name, other)}
            result[name] = min(near) if len(near) == 1 and min(near) < name else name
        else:
            result[name] = name
    return result


def _one_family(tops: Sequence[Words]) -> bool:
    """ "Hallam Row Hospital" and "Hallam Row Clinic" share two words: they, and "Hallam Row", are taken for one house."""
    return len(tops[0]) > 2 and all(len(top) > 2 and top[:2] == tops[0][:2] for top in tops)


def _domain_names(found: Sequence[Unit], aliases: Mapping[Words, Words]) -> Mapping[str, list[Words]]:
    """The names that each own domain stands for: those that it bears; else the best supported of what hires from there, unless
    that name already has a domain that bears it (a friend's, a vendor's)."""
    support: dict[str, dict[Words, float]] = defaultdict(lambda: defaultdict(float))
    hires: dict[str, bool] = defaultdict(bool)
    for unit in found:
        for domain in unit.domains:
            hires[domain] |= unit.is_founding
            for name, weight in unit.names.items():
                support[domain][name] += weight
    by_first: dict[str, list[Words]] = defaultdict(list)
    for name in sorted(aliases):
        by_first[name[2] if is_seat(name) else name[0]].append(name)
    result: dict[str, list[Words]] = {}
    borne: set[Words] = set()
    for domain in sorted({domain for unit in found for domain in unit.domains}):
        bearing = _bearing(domain, by_first, support[domain])
        if bearing:
            result[domain] = bearing
            borne.update(aliases.get(name, name) for name in bearing)
    for domain in sorted(support):
        if domain in result or not hires[domain]:
            continue
        sure = {name: weight for name, weight in support[domain].items() if weight >= SURE_NAME}
        if not sure:
            continue
        best = max(sure, key=lambda name: (round(sure[name], 6), len(name), name))
        if not any(same_employer(aliases.get(best, best), other) for other in borne):
            result[domain] = [best]
    return result


def _bearing(domain: str, by_first: Mapping[str, list[Words]], said: Mapping[Words, float]) -> list[Words]:
    """The names that the domain is made of: all that were said from it, else the longest of those that others said, if
    they are all one employer's."""
    label = domain.replace("-", "")
    found = [
        name
        for size in range(3, min(len(label), 24) + 1)
        for name in by_first.get(label[:size], ())[:200]
        if domain_bears(domain, name)
    ]
    own = [name for name in found if said.get(name, 0.0) >= SURE_NAME]
    if own or not found:
        return own
    longest = max(found, key=lambda name: (len(name), name))
    return [longest] if all(same_employer(longest, name) for name in found) else []


# ----------------------------------------------------------------------------------------------- agencies


def _settle_clients(found: Sequence[Unit], groups: Groups[Node]) -> None:
    """An agent's letter that names the client in its subject alone, by the first word: "Calder" is Calder Textiles, who writes
    himself and is the only employer called so."""
    called: dict[str, set[Words]] = defaultdict(set)
    for unit in found:
        if unit.domains and not unit.agency and unit.is_founding and unit.name:
            called[unit.name[0]].add(unit.name)
    for unit in found:
        if not unit.agency or unit.name:
            continue
        spoken = {
            word for word in employer_words(unit.messages[0].subject)[:6] if len(word) >= 6 and len(called.get(word, ())) == 1
        }
        if len(spoken) == 1:
            groups.join(_name(min(called[spoken.pop()])), ("unit", unit.key))


def _settle_agencies(found: Sequence[Unit], groups: Groups[Node], world: World) -> None:
    """Give an agency's letter that names no client to the client it is about: by the role it names, else the agent's latest."""
    settled: dict[str, list[Unit]] = defaultdict(list)
    for unit in found:
        if unit.agency and unit.name:
            settled[unit.agency].append(unit)
    for unit in found:
        if not unit.agency or unit.name:
            continue
        known = [other for other in settled[unit.agency][-200:] if _same_matter(unit, other)]
        earlier = [other for other in known if other.start <= unit.start]
        chosen = earlier[-1:] or known[:1]
        if chosen:
            groups.join(("unit", chosen[0].key), ("unit", unit.key))
        settled[unit.agency].append(unit)
    known_clients = {groups.find(("unit", unit.key)) for unit in found if unit.agency and unit.name}
    nameless = frozenset(
        unit.key
        for unit in found
        if unit.agency
        and unit.role
        and unit.role.content
        and not unit.says(*CLOSING)
        and groups.find(("unit", unit.key)) not in known_clients
    )
    for key, client in parents(found, nameless, lambda unit: groups.find(("unit", unit.key)), within=PRESENTED).items():
        if not client.agency and not _is_own_application(client):
            groups.join(("unit", client.key), ("unit", key))


def _is_own_application(unit: Unit) -> bool:
    """Whether the owner applied there, or wrote there first, without an agent."""
    return unit.messages[0].by_owner or unit.says(Kind.RECEIPT, Kind.APPLICATION)


def _same_matter(unit: Unit, other: Unit) -> bool:
    if unit.role is None or other.role is None:
        return any(address in other.people for address in unit.people)
    if roles_alike(unit.role, other.role):
        # a colleague of the agent's who names the same post speaks of the same matter
        return True
    return any(address in other.people for address in unit.people) and not roles_conflict(unit.role, other.role)


def _correspondents(found: Sequence[Unit], world: World) -> tuple[_ByFirst, dict[str, Unit]]:
    """Those who write from an employer's or agency's domain, by first name, and the unit that each address last wrote in."""
    by_first: _ByFirst = defaultdict(set)
    home: dict[str, Unit] = {}
    for unit in found:
        for message in unit.messages:
            sender = message.sender
            if sender is None or message.by_owner or world.is_private(sender.domain) or world.is_relay(sender.domain):
                continue
            words = person_words(sender.name)
            if len(words) > 1:
                by_first[words[0]].add((words, sender.address))
                home[sender.address] = unit
    return by_first, home


def _settle_private_addresses(
    found: Sequence[Unit], groups: Groups[Node], people: _ByFirst, home: Mapping[str, Unit], world: World
) -> None:
    """A recruiter who writes from home: the sender's name is that of exactly one known correspondent, and nothing else ties the
    letter. "Marcus T" at a freemail address is Marcus Thibodeaux of the agency, if he is the only Marcus there is."""
    for unit in found:
        if unit.domains or unit.agency:
            continue
        for message in unit.messages:
            if message.sender is None or message.by_owner or not world.is_private(message.sender.domain):
                continue
            words = person_words(message.sender.name)
            known = {address for name, address in people.get(words[0], ()) if same_person(words, name)} if words else set()
            if len(known) == 1 and not unit.name:
                groups.join(("unit", home[known.pop()].key), ("unit", unit.key))


def _settle_bookings(found: Sequence[Unit], groups: Groups[Node]) -> None:
    """A scheduler's confirmation that names nobody ("Confirmed: 30 min with Ida Holm") belongs to the one employer who had sent a
    link to book by; of several, to the one whose writer it names."""
    links = [
        (message, unit)
        for unit in found
        for message in unit.messages
        if message.says(Kind.BOOKING_LINK) and not message.by_owner and message.sender is not None
    ]
    for unit in found:
        first = unit.messages[0]
        nameless = not (unit.name or unit.role or unit.domains or unit.agency)
        if not nameless or first.sender_kind is not SenderKind.PLATFORM or not first.moments or first.topic is Topic.UNRELATED:
            continue
        near = [
            (link, other) for link, other in links if timedelta() <= unit.start - link.sent_at <= BOOKED and other is not unit
        ]
        spoken = person_words(first.subject)
        called = [(link, other) for link, other in near if link.sender and _stands_in(person_words(link.sender.name), spoken)]
        homes = {groups.find(("unit", other.key)) for _, other in called or near}
        if len(homes) == 1:
            groups.join(homes.pop(), ("unit", unit.key))


def _stands_in(name: Words, spoken: Words) -> bool:
    return len(name) > 1 and any(spoken[start : start + len(name)] == name for start in range(len(spoken)))


_TOLD = (Kind.REJECTION, Kind.ON_HOLD, Kind.OFFER, Kind.UPDATE, Kind.NEXT_STEP, Kind.REOPENED)
"""What a stranger writes only on behalf of the employer."""
_WANTED = (*_TOLD, Kind.REQUEST, Kind.PROPOSAL, Kind.INVITATION)
"""The same of somebody known who writes from a strange address."""


def _settle_strangers(
    found: Sequence[Unit],
    groups: Groups[Node],
    domain_names: Mapping[str, Sequence[Words]],
    people: _ByFirst,
    home: Mapping[str, Unit],
) -> None:
    """A letter that tells how things stand, from a person at a domain that nobody else writes from, whose subject names one
    employer known by a domain of its own, or one known correspondent: the founder's private address, the wife who
    does the books, "from breda fennelly (naas)"."""
    known = {"".join(name): name for names in domain_names.values() for name in names if len("".join(name)) >= 6}
    called = {
        name for unit in found if unit.is_founding and (unit.agency or unit.domains) for name in unit.names if len(name) > 1
    }
    writers: Counter[str] = Counter(domain for unit in found for domain in unit.domains)
    for unit in found:
        first = unit.messages[0]
        moved = _has_moved(unit, people, home)
        if moved is not None:
            groups.join(("unit", moved.key), ("unit", unit.key))
            continue
        if unit.agency or any(_is_home(domain, domain_names) or writers[domain] > 1 for domain in unit.domains):
            continue
        if first.by_owner or first.sender_kind is not SenderKind.PERSON or first.in_reply_to:
            continue
        if any(message.topic is Topic.UNRELATED for message in unit.messages):
            continue
        known_writer = _is_known(first, people)
        if known_writer is not None and first.says(*_WANTED):
            groups.join(("unit", home[known_writer].key), ("unit", unit.key))
            continue
        if not first.says(*_TOLD):
            continue
        named: set[Node] = {groups.find(_name(name)) for name in _spoken(first.subject, known)}
        named = named or {groups.find(_name(name)) for name in _short_for(first, called)}
        named = named or {groups.find(("unit", home[address].key)) for address in _named_in(first.subject, people)}
        if len(named) == 1:
            groups.join(named.pop(), ("unit", unit.key))


def _has_moved(unit: Unit, people: _ByFirst, home: Mapping[str, Unit]) -> Unit | None:
    """The unit in which somebody wrote from another house under the same first and last name, about the same post or telling how
    things stand: the house was sold, and with it the address."""
    first = unit.messages[0]
    if first.by_owner or first.sender is None or unit.agency or not unit.domains or not first.says(*_TOLD):
        return None
    words = person_words(first.sender.name)
    known = {
        address
        for name, address in (people.get(words[0], ()) if len(words) > 1 else ())
        if name == words and len(words[-1]) > 2 and not address.endswith(first.sender.domain)
    }
    before = [home[address] for address in known if home[address].start < unit.start and not home[address].agency]
    if len(known) != 1 or not before:
        return None
    role = before[0].role
    return None if unit.role is not None and role is not None and roles_conflict(unit.role, role) else before[0]


def _is_home(domain: str, domain_names: Mapping[str, Sequence[Words]]) -> bool:
    """Whether a domain is a known house's own: it bears the name."""
    return any(domain_bears(domain, name) for name in domain_names.get(domain, ()))


def _short_for(message: MessageFacts, called: Iterable[Words]) -> set[Words]:
    """The employers that somebody who tells how things stand names by their first word: "your visit at Groenhof" and Groenhof
    Systems. The word must be rare enough to be nobody else's."""
    spoken = {name for finding in message.employers[:3] if (name := employer_words(finding.name)) and len(name[0]) >= 6}
    return {name for name in called for short in spoken if len(short) == 1 and extends(name, short)}


def _is_known(message: MessageFacts, people: _ByFirst) -> str | None:
    """The address of the one correspondent whose name a stranger bears: "struan b" is Struan Bell, where there is no other
    Struan."""
    words = person_words(message.sender.name) if message.sender is not None else ()
    known = {
        address
        for name, address in (people.get(words[0], ()) if words else ())
        if same_person(words, name) and message.sender is not None and address != message.sender.address
    }
    return known.pop() if len(known) == 1 else None


def _spoken(subject: str, known: Mapping[str, Words]) -> list[Words]:
    """The known names that stand in a subject, up to three words long."""
    spoken = employer_words(subject)
    return [
        known[joined]
        for size in (1, 2, 3)
        for start in range(len(spoken) - size + 1)
        if (joined := "".join(spoken[start : start + size])) in known
    ]


def _named_in(subject: str, people: _ByFirst) -> set[str]:
    """The addresses of a correspondent whose full name stands in a subject: "from breda fennelly (naas)"."""
    spoken = person_words(subject)
    return {
        address
        for first, last in pairwise(spoken)
        for name, address in people.get(first, ())
        if len(last) > 2 and name[-1] == last
    }
