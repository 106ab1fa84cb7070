"""A unit: the messages of one thread that may be about one application, and what they say of it together.

Thread continuity is the surest evidence, so a thread is weighed as a whole: one message that names the employer names it for all,
and the name of an agency's client may come in the tenth. Who may stand in a unit at all is decided here too (``may_belong``):
junk, mail to many, newsletters and alerts join nothing, whatever name they drop.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from heardback.matching.names import (
    Role,
    Words,
    domain_bears,
    employer_words,
    is_freemail,
    is_provider,
    organisation,
    person_words,
    role_words,
    roles_conflict,
    same_employer,
    subject_names,
)
from heardback.matching.threads import bare_subject, by_thread, in_order
from heardback.matching.words import words
from heardback.model import FolderRole, Kind, MessageFacts, NameFinding, Owner, SenderKind, Topic

FOUNDING = frozenset(
    {
        Kind.RECEIPT,
        Kind.INVITATION,
        Kind.BOOKING_LINK,
        Kind.PROPOSAL,
        Kind.REQUEST,
        Kind.NEXT_STEP,
        Kind.OFFER,
        Kind.REJECTION,
        Kind.ON_HOLD,
        Kind.UPDATE,
        Kind.LOGISTICS,
        Kind.REOPENED,
    }
)
"""What an employer writes only where there is an application (FORMAT policy 13)."""

DECISIVE = frozenset({Kind.RECEIPT, Kind.INVITATION, Kind.PROPOSAL, Kind.NEXT_STEP, Kind.OFFER, Kind.REJECTION, Kind.ON_HOLD})
"""Those of them that leave no doubt where the post is named beside them."""

TAKEN_UP = frozenset({Kind.INTEREST, Kind.ANSWER, Kind.APPLICATION, Kind.QUESTION, Kind.THANKS, Kind.ACCEPTED_OFFER})
"""The owner's words by which an unasked approach becomes an application."""

CLOSING = frozenset({Kind.REJECTION, Kind.WITHDRAWAL, Kind.DECLINED_OFFER})

SURE_NAME = 0.3
"""The least weight at which one finding of a name ties a message to others; below it a name only helps to choose how to write
it."""


GUESSED_NAME = "names.domain"
"""The rule of a name that was made from the letters of a domain, because nobody spelt it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the whole mailbox teaches before anything is matched. ``relays``: domains of platforms and bulk senders, by whole
    name and by organisation; ``agencies``: organisation (or one address at a freemail domain) -> the agency's name."""

    owner: Owner
    relays: frozenset[str]
    agencies: Mapping[str, str]
    first_names: frozenset[str] = frozenset()
    """Of the people who write or are written to, with a last name beside it."""
    providers: frozenset[str] = frozenset()
    """Organisations at which private people have addresses, beside the well-known ones."""
    spelt: Mapping[str, str] = field(default_factory=dict)
    """Organisation -> the name that its domain is made of, as somebody wrote it in any letter."""
    no_agencies: frozenset[str] = frozenset()
    """Organisations that only look like an agency: an employer's own house for hiring ("oakmere-talent")."""

    def is_relay(self, domain: str) -> bool:
        return domain in self.relays or organisation(domain) in self.relays

    def is_private(self, domain: str) -> bool:
        """Whether anybody may have an address there, so that only the one address says who writes."""
        return is_freemail(domain) or organisation(domain) in self.providers

    def agency_in(self, messages: Iterable[MessageFacts], people: Iterable[str]) -> str | None:
        """The agency that speaks in a thread."""
        known = next((name for address in people if (name := self.agency_of(address))), None)
        return known or next(
            (
                message.agency
                for message in messages
                if message.agency and not (message.sender and organisation(message.sender.domain) in self.no_agencies)
            ),
            None,
        )

    def agency_of(self, address: str) -> str | None:
        return self.agencies.get(address) or self.agencies.get(organisation(address.rpartition("@")[2]))

    def is_first_name(self, name: Words) -> bool:
        """Whether a name of one word is what a correspondent is called: "debrief from Moira" names no employer."""
        return len(name) == 1 and name[0] in self.first_names

    def is_owner(self, address: str) -> bool:
        return address in self.owner.addresses or _without_tag(address) in self.owner.addresses

    def own_domain(self, address: str) -> str | None:
        """The organisation that an address speaks for, or None: the owner's own, freemail, relays and agencies speak for
        nobody."""
        domain = address.rpartition("@")[2]
        if not domain or self.is_owner(address) or self.is_private(domain) or self.is_relay(domain) or self.agency_of(address):
            return None
        return organisation(domain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """``names``: words of an employer's name -> support; ``people``: addresses on the other side that are one person's or one
    office's, writers first; ``domains``: organisations of those who wrote (of those written to, where only the owner wrote)."""

    messages: tuple[MessageFacts, ...]
    names: Mapping[Words, float]
    role: Role | None
    role_weight: float
    people: tuple[str, ...]
    domains: tuple[str, ...]
    uids: frozenset[str]
    agency: str | None
    is_founding: bool
    is_approach: bool

    @property
    def start(self) -> datetime:
        return self.messages[0].sent_at

    @property
    def key(self) -> str:
        return self.messages[0].id

    @property
    def name(self) -> Words | None:
        """The best supported name, the longer one of two."""
        sure = {name: support for name, support in self.names.items() if support >= SURE_NAME}
        return max(sure, key=lambda name: (sure[name], len(name), name)) if sure else None

    def says(self, *kinds: Kind) -> bool:
        return any(message.says(*kinds) for message in self.messages)


def _without_tag(address: str) -> str:
    """ "rosa+jobs@..." is rosa's (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def learn(facts: Sequence[MessageFacts], owner: Owner) -> World:
    """Which domains relay for many and which are agencies', from all of the mail."""
    relayed: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    agencies: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.sender is None or fact.by_owner:
            continue
        if fact.sender_kind is SenderKind.PLATFORM or _is_mailer(fact):
            relayed[fact.sender.domain] += 1
        elif fact.sender_kind in (SenderKind.PERSON, SenderKind.ORGANISATION):
            spoken[fact.sender.domain] += 1
        if fact.agency and fact.role is not FolderRole.JUNK and fact.sender_kind is not SenderKind.PLATFORM:
            free = is_freemail(fact.sender.domain)
            agencies[fact.sender.address if free else organisation(fact.sender.domain)][fact.agency] += 1
    relays = {domain for domain in relayed if not spoken[domain]}
    own_houses = _own_houses(agencies, {organisation(domain).split(".")[0].replace("-", "") for domain in spoken})
    own_houses |= _hiring_for_themselves(facts, agencies)
    names = {key: _spelt_out(counts) for key, counts in agencies.items() if key not in own_houses}
    return World(
        spelt=_spelt_by_anybody(facts, {organisation(domain) for domain in spoken}),
        no_agencies=own_houses,
        providers=_providers(facts),
        owner=owner,
        relays=frozenset(relays | {organisation(domain) for domain in relays}),
        agencies=names,
        first_names=_first_names(facts),
    )


def _spelt_by_anybody(facts: Iterable[MessageFacts], houses: Iterable[str]) -> Mapping[str, str]:
    """The names that houses' domains are made of, from all letters: a platform's receipt spells "Larkhill Credit Union" for
    larkhillcu.example. Where the names that a domain bears are not one employer's, none is taken."""
    forms: dict[Words, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.role is FolderRole.JUNK or fact.topic is Topic.UNRELATED:
            continue
        for finding in fact.employers[:5]:
            if finding.weight >= SURE_NAME and finding.evidence.rule != GUESSED_NAME and (name := employer_words(finding.name)):
                forms[name][finding.name.strip()] += 1
    by_first: dict[str, list[Words]] = defaultdict(list)
    for name in sorted(forms):
        by_first[name[0][:3]].append(name)
    result: dict[str, str] = {}
    for house in houses:
        bearing = [name for name in by_first.get(house[:3], ())[:200] if domain_bears(house, name)]
        longest = max(bearing, key=lambda name: (len(name), len("".join(name)), name), default=None)
        if longest is not None and all(same_employer(longest, name) for name in bearing):
            result[house] = max(
                forms[longest], key=lambda form: (not form.isupper(), not form.islower(), forms[longest][form], form)
            )
    return result


_NUMBERED = re.compile(r"^[a-z][a-z._-]{2,}\d{2,4}$")


def _providers(facts: Iterable[MessageFacts]) -> frozenset[str]:
    """Organisations that are providers of mail: by their name, or because people there are numbered like "gusorrin58", which no
    employer does, and nobody hires from an office there."""
    found: set[str] = set()
    offices: set[str] = set()
    for fact in facts:
        if fact.sender is None or fact.by_owner or is_freemail(fact.sender.domain):
            continue
        house = organisation(fact.sender.domain)
        if fact.sender_kind is not SenderKind.PERSON:
            offices.add(house)
        elif is_provider(fact.sender.domain) or _NUMBERED.match(fact.sender.address.partition("@")[0]):
            found.add(house)
    return frozenset(found - offices)


def _hiring_for_themselves(facts: Iterable[MessageFacts], agencies: Mapping[str, Counter[str]]) -> frozenset[str]:
    """Of what looks like an agency by a turn of phrase ("put you forward"), those in whose name a platform writes."""
    houses = {
        "".join(employer_words(finding.name))
        for fact in facts
        if fact.sender_kind is SenderKind.PLATFORM
        for finding in fact.employers[:3]
        if finding.weight >= SURE_NAME
    }
    labels = {key: organisation(key.rpartition("@")[2]).split(".")[0].replace("-", "") for key in agencies}
    return frozenset(key for key, label in labels.items() if any(len(house) >= 5 and house.startswith(label) for house in houses))


def _own_houses(agencies: Iterable[str], labels: set[str]) -> frozenset[str]:
    """Of what looks like an agency, the houses for hiring of an employer who also writes from a domain of the plain name."""
    found = set()
    for key in agencies:
        label = key.partition("@")[2] or key
        label = label.split(".")[0].replace("-", "")
        if any(label[:cut] in labels and label[cut:] in words("domain_tails") for cut in range(5, len(label))):
            found.add(key)
    return frozenset(found)


def is_mail_domain(domain: str) -> bool:
    """Whether a domain says of itself that it only carries mail: "postbox-mail.example"."""
    return organisation(domain).partition(".")[0].endswith("-mail")


def _is_mailer(fact: MessageFacts) -> bool:
    """Whether an office writes from a domain for sending other people's letters: "Carrick Recruitment", talentworks-mail."""
    if fact.sender is None or not is_mail_domain(fact.sender.domain):
        return False
    return fact.sender_kind is SenderKind.ORGANISATION or not words("departments").isdisjoint(person_words(fact.sender.name))


_LAST_NAME = re.compile(r"^[A-Z][a-z]+(?: [A-Z][\w'’.-]*)+$")


def _first_names(facts: Iterable[MessageFacts]) -> frozenset[str]:
    """First names of people: who writes as a person, and to whom the owner writes by full name. A name that the domain bears
    ("Struan Foods" at struan.example) may be a house."""
    found = set()
    for fact in facts:
        people = (fact.sender,) if fact.sender_kind is SenderKind.PERSON else fact.recipients[:20] if fact.by_owner else ()
        for person in people:
            if person is None or not _LAST_NAME.match(person.name):
                continue
            first = person_words(person.name)[0]
            if not organisation(person.domain).startswith(first):
                found.add(first)
    return frozenset(found)


def _spelt_out(counts: Mapping[str, int]) -> str:
    """The commonest name, and of its spellings the one with blanks: "Dunmarra Talent" rather than "Dunmarratalent"."""
    joined: Counter[str] = Counter()
    for name, count in counts.items():
        joined["".join(employer_words(name))] += count
    return max(counts, key=lambda name: (joined["".join(employer_words(name))], len(name), counts[name], name))


def may_belong(fact: MessageFacts) -> bool:
    """Whether a message may stand in an application at all."""
    if fact.role is FolderRole.JUNK or fact.sender is None:
        return False
    if fact.sender_kind is SenderKind.BULK:
        return fact.kind.kind is Kind.SURVEY and fact.topic is Topic.HIRING
    return fact.kind.kind is not Kind.NEWSLETTER


def units(facts: Sequence[MessageFacts], threads: Mapping[str, str], world: World) -> tuple[Unit, ...]:
    """The threads worth weighing, in order of their first message. A thread in which more is unrelated than about a job is
    none."""
    found = []
    for messages in by_thread([fact for fact in facts if may_belong(fact)], threads).values():
        hiring = sum(message.topic is Topic.HIRING for message in messages)
        unrelated = sum(message.topic is Topic.UNRELATED for message in messages)
        if unrelated <= hiring and (hiring or _worth_asking(messages)):
            found.append(unit(messages, world))
    return tuple(sorted(found, key=lambda item: (item.start, item.key)))


def _worth_asking(messages: Sequence[MessageFacts]) -> bool:
    """A thread without a word about a job may still belong to one: a badge, a car park, thanks sent to somebody known."""
    return any(
        message.kind.kind is not Kind.OTHER or message.sender_kind in (SenderKind.OWNER, SenderKind.PERSON) or message.moments
        for message in messages
    )


def unit(messages: Sequence[MessageFacts], world: World) -> Unit:
    """Weigh messages as one. They need not share a thread (the person may have said that they belong together)."""
    messages = in_order(messages)
    role, role_weight = _role(messages)
    people, domains = _people(messages, world)
    agency = world.agency_in(messages, people)
    return Unit(
        messages=tuple(messages),
        names=_names(messages, world, agency),
        role=role,
        role_weight=role_weight,
        people=people,
        domains=domains,
        uids=frozenset(moment.uid for message in messages for moment in message.moments if moment.uid),
        agency=agency,
        is_founding=_is_founding(messages),
        is_approach=any(message.says(Kind.APPROACH) for message in messages if not message.by_owner),
    )


def _names(messages: Sequence[MessageFacts], world: World, agency: str | None) -> Mapping[Words, float]:
    """Support of each name (see ``findings``). An agency is not its client."""
    support: dict[Words, float] = defaultdict(float)
    of_posts = words_of_posts(messages)
    for message, finding, gain in findings(messages, "employers"):
        name = employer_words(finding.name)
        if names_an_employer(message, name, of_posts, agency, world):
            support[name] += gain * by_agent(message, finding, world)
    return dict(support)


def by_agent(message: MessageFacts, finding: NameFinding, world: World) -> float:
    """How much more a name is worth that somebody dropped who is known, from other letters, to hire for others."""
    if finding.weight >= SURE_NAME or message.sender is None or message.by_owner or "agency" not in finding.evidence.rule:
        return 1.0
    return 2.5 if world.agency_of(message.sender.address) else 1.0


def names_an_employer(message: MessageFacts, name: Words, of_posts: frozenset[str], agency: str | None, world: World) -> bool:
    """Whether a name found in ``message`` may be an employer's: no agency, no correspondent's first name, no post."""
    if not names_somebody(name) or is_firm(name, agency) or world.is_first_name(name):
        return False
    if _is_borne(message, name):
        return not is_mail_domain(message.sender.domain) if message.sender else True
    return not of_posts.issuperset(name)


_LEAST_OF_POSTS = 0.25
"""The least weight of a post whose words are kept from naming an employer."""


def words_of_posts(messages: Sequence[MessageFacts]) -> frozenset[str]:
    """The words of the posts that are named: the "Payments" of "Counsel, Payments" is no employer. A guess proves nothing."""
    return frozenset(
        word
        for message in messages
        for role in message.roles[:5]
        if role.weight >= _LEAST_OF_POSTS
        for word in employer_words(role.name)
    )


def _is_borne(message: MessageFacts, name: Words) -> bool:
    return message.sender is not None and not message.by_owner and domain_bears(message.sender.domain, name)


def names_somebody(name: Words) -> bool:
    """Whether there is a word in it that is no department, no profession and no number: "Talent Partner" and "11am" name
    nobody."""
    return any(
        word not in words("departments")
        and word not in words("role_heads")
        and word not in words("role_grades")
        and word not in words("fields")
        and not word[0].isdigit()
        for word in name
    )


def is_firm(name: Words, agency: str | None) -> bool:
    """Whether a name is the agency's own, in full, short or as its domain writes it."""
    firm = employer_words(agency) if agency else ()
    return bool(firm) and (
        same_employer(name, firm)
        or (len(name[0]) > 5 and "".join(firm).startswith(("".join(name), "".join(name).replace("and", "", 1))))
    )


def findings(messages: Sequence[MessageFacts], what: str) -> Iterator[tuple[MessageFacts, NameFinding, float]]:
    """Every "employers" or "roles" finding once per sentence, with what it is worth: the first of a message in full, what it
    names besides for less; the owner's own words for a half. A subject that comes back with "Re:" says nothing new. Where the
    subject of a first letter names one role and its body another ("your other application is not affected"), the subject is
    right.
    """
    seen: set[tuple[str, str]] = set()
    for message in messages:
        share = 0.5 if message.by_owner else 1.0
        for place, finding in enumerate(ranked_roles(message) if what == "roles" else message.employers[:5]):
            spoken = bare_subject(finding.evidence.sentence)
            mark = (finding.name, spoken if spoken == bare_subject(message.subject) else message.id)
            if mark not in seen:
                seen.add(mark)
                yield message, finding, finding.weight * share * (1.0 if place == 0 else 0.6 if what == "employers" else 0.33)


def ranked_roles(message: MessageFacts) -> tuple[NameFinding, ...]:
    """A message's roles, the one it is about first."""
    roles = message.roles[:5]
    if len(roles) < 2 or bare_subject(message.subject) != " ".join(re.findall(r"\w+", message.subject.casefold())):
        return roles
    return tuple(sorted(roles, key=lambda finding: not subject_names(message.subject, role_words(finding.name))))


def _role(messages: Sequence[MessageFacts]) -> tuple[Role | None, float]:
    """The role that the unit is about: the best supported one, made as specific as those that agree with it."""
    support: dict[Role, float] = defaultdict(float)
    for _, finding, gain in findings(messages, "roles"):
        role = role_words(finding.name)
        if role and finding.weight >= SURE_NAME:
            support[role] += gain
    if not support:
        return None, 0.0
    total = {
        role: own
        + sum(other_own for other, other_own in support.items() if other != role and not roles_conflict(role, other)) * 0.5
        for role, own in support.items()
    }
    best = max(total, key=lambda role: (round(total[role], 6), len(role.content), role.order))
    agreeing = [role for role in support if not roles_conflict(best, role) and support[role] >= 0.4 * support[best]]
    chosen = max(agreeing, key=lambda role: (len(role.content), round(support[role], 6), role.order))
    return chosen, support[chosen]


def _people(messages: Sequence[MessageFacts], world: World) -> tuple[tuple[str, ...], tuple[str, ...]]:
    writers: dict[str, None] = {}
    others: dict[str, None] = {}
    for message in messages:
        if message.sender is not None and not message.by_owner and message.kind.kind is not Kind.BOUNCE:
            writers[message.sender.address] = None
            writers.update((person.address, None) for person in message.reply_to)
        others.update((person.address, None) for person in message.recipients[:20])

    def kept(addresses: Iterable[str]) -> list[str]:
        return [
            address for address in addresses if not world.is_owner(address) and not world.is_relay(address.rpartition("@")[2])
        ]

    wrote = kept(writers)
    people = tuple(dict.fromkeys([*wrote, *kept(others)]))
    speakers = wrote if any(not message.by_owner for message in messages) else kept(others)
    domains = dict.fromkeys(domain for address in speakers if (domain := world.own_domain(address)))
    return people, tuple(domains)


def _is_founding(messages: Sequence[MessageFacts]) -> bool:
    """Whether this thread alone makes an application. An approach does so only once the owner has answered it with interest."""
    for place, message in enumerate(messages):
        if message.topic is not Topic.HIRING and not (message.topic is Topic.UNKNOWN and _invites_to_a_post(message)):
            continue
        if message.by_owner:
            if message.says(Kind.APPLICATION):
                return True
            continue
        if message.sender_kind is SenderKind.MACHINE or not message.says(*FOUNDING):
            continue
        if not message.says(Kind.APPROACH) or message.kind.kind is Kind.RECEIPT:
            return True
        answers = [later for later in messages[place + 1 :] if later.by_owner]
        if answers and _takes_up(answers[0]):
            return True
    return _answered(messages)


def _answered(messages: Sequence[MessageFacts]) -> bool:
    for place, message in enumerate(messages):
        if (
            message.topic is not Topic.UNRELATED
            and not message.by_owner
            and (message.says(Kind.APPROACH) or _names_a_post(message))
        ):
            answers = [later for later in messages[place + 1 :] if later.by_owner]
            if answers and _takes_up(answers[0]):
                return True
    return False


def _invites_to_a_post(message: MessageFacts) -> bool:
    """A letter of which it is not known whether it is about a job, but which invites, refuses or decides, and names the post."""
    return message.says(*DECISIVE) and any(finding.weight >= 0.5 for finding in message.roles[:1]) and not message.by_owner


def _names_a_post(message: MessageFacts) -> bool:
    """A letter about a job that names the post, from somebody who may hire: with the owner's answer it is a talk about that
    post."""
    return (
        message.topic is Topic.HIRING
        and message.sender_kind in (SenderKind.PERSON, SenderKind.ORGANISATION)
        and any(finding.weight >= 0.5 for finding in message.roles[:1])
    )


def _takes_up(answer: MessageFacts) -> bool:
    return not answer.says(Kind.WITHDRAWAL, Kind.DECLINED_OFFER) and (answer.says(*TAKEN_UP) or bool(answer.moments))
