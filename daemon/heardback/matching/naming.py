"""What to call an application: employer and role as a person would write them, from what all its messages say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from heardback.matching.names import (
    Words,
    domain_bears,
    employer_words,
    extends,
    organisation,
    role_words,
    roles_conflict,
    same_employer,
)
from heardback.matching.units import World
from heardback.matching.words import words
from heardback.model import MessageFacts

UNNAMED = "Unknown employer"
"""Where no message names one and no domain of its own helps."""

_COMMON = 0.3
"""Share of the best form's support that a longer form of the name needs to be taken for the official one, not for a slip."""


def employer_name(messages: Sequence[MessageFacts], agency: str | None, world: World) -> str:
    """The best supported name (support x weight) in its longest common form; else the agency's; else the domain's.

    "Ltd" and the like are left off, and a form in small letters is preferred to CAPITALS.
    """
    firm = employer_words(agency) if agency else ()
    support: dict[Words, float] = defaultdict(float)
    forms: dict[Words, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for message in messages:
        share = 0.5 if message.by_owner else 1.0
        for place, finding in enumerate(message.employers[:5]):
            name = employer_words(finding.name)
            if not name or (firm and same_employer(name, firm)):
                continue
            gain = finding.weight * share * (1.0 if place == 0 else 0.33) * _home_bonus(message, name, world)
            support[name] += gain
            forms[name][finding.name.strip()] += gain
    if not support:
        return agency or _from_domain(messages, world)
    family = {
        name: own + sum(0.6 * other_own for other, other_own in support.items() if other != name and same_employer(name, other))
        for name, own in support.items()
    }
    best = max(family, key=lambda name: (round(family[name], 6), len(name), name))
    longer = [name for name in support if extends(name, best) and support[name] >= _COMMON * support[best]]
    chosen = max(longer or [best], key=lambda name: (len(name), round(support[name], 6), name))
    return _as_written(forms[chosen])


def _home_bonus(message: MessageFacts, name: Words, world: World) -> float:
    """A name that the sender's own domain bears is worth more than one it only mentions."""
    if message.sender is None:
        return 1.0
    domain = world.own_domain(message.sender.address)
    return 1.5 if domain is not None and domain_bears(domain, name) else 1.0


def _as_written(forms: Mapping[str, float]) -> str:
    best = max(forms, key=lambda form: (not form.isupper(), not form.islower(), round(forms[form], 6), -len(form), form))
    parts = best.replace(",", " ").split()
    while len(parts) > 1 and parts[-1].strip(".").casefold() in words("legal"):
        parts.pop()
    return " ".join(parts) if len(parts) < len(best.split()) else best


def _from_domain(messages: Sequence[MessageFacts], world: World) -> str:
    for message in messages:
        people = (message.sender, *message.recipients) if not message.by_owner else message.recipients
        for person in people:
            if person is not None and (domain := world.own_domain(person.address)):
                return organisation(domain).split(".")[0].replace("-", " ").title()
    return UNNAMED


def role_name(messages: Sequence[MessageFacts]) -> str | None:
    """The most specific role that recurs, else the best supported; None where none is named."""
    support: dict[str, float] = defaultdict(float)
    for message in messages:
        share = 0.5 if message.by_owner else 1.0
        for place, finding in enumerate(message.roles[:3]):
            if role_words(finding.name):
                support[finding.name.strip()] += finding.weight * share * (1.0 if place == 0 else 0.2)
    if not support:
        return None
    total = {
        name: own
        + sum(
            0.5 * other_own
            for other, other_own in support.items()
            if other != name and not roles_conflict(role_words(name), role_words(other))
        )
        for name, own in support.items()
    }
    best = max(total, key=lambda name: (round(total[name], 6), len(role_words(name).content), name))
    alike = [
        name
        for name in support
        if not roles_conflict(role_words(name), role_words(best)) and support[name] >= 0.4 * support[best]
    ]
    return max(
        alike,
        key=lambda name: (
            len(role_words(name).content),
            bool(role_words(name).heads),
            not name.isupper(),
            not name.islower(),
            round(support[name], 6),
            -len(name),
            name,
        ),
    )
