"""What to call an application: employer and role as a person would write them, from what all its messages say together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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
from heardback.matching.units import GUESSED_NAME, SURE_NAME, World, by_agent, findings, names_an_employer, words_of_posts
from heardback.matching.words import words
from heardback.model import MessageFacts

UNNAMED = "Unknown employer"
"""Where no message names one and no domain of its own helps."""

_NUMBER = re.compile(
    r"[\s,;(–-]{0,4}\b(?:req(?:uisition)?|ref(?:erence)?|job id|vacancy)\b[.:#\s]{0,4}[\w/-]{0,24}\d[\w/-]{0,24}\)?"
    r"|\s\(?[A-Z]{1,4}-\d{3,9}\)?",
    re.I,
)
"""Numbers of requisitions behind a role: "Recovery Nurse R-20418", "Tutor, ref. HLS/0318"."""

_COMMON = 0.3
"""Share of the best form's support that a longer form of the name needs to be taken for the official one, not for a slip."""


def employer_name(messages: Sequence[MessageFacts], agency: str | None, world: World) -> str:
    """The best supported name (support x weight) in its longest common form; else the agency's; else the domain's.

    "Ltd" and the like are left off, and a form in small letters is preferred to CAPITALS.
    """
    support: dict[Words, float] = defaultdict(float)
    forms: dict[Words, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    of_posts = words_of_posts(messages)
    sure: set[Words] = set()
    guessed: dict[Words, str] = {}
    for message, finding, gain in findings(messages, "employers"):
        name = employer_words(finding.name)
        if names_an_employer(message, name, of_posts, agency, world):
            if finding.evidence.rule == GUESSED_NAME and message.sender is not None:
                guessed[name] = message.sender.domain
            gain *= _home_bonus(message, name, world) * by_agent(message, finding, world)
            if finding.weight >= SURE_NAME:
                sure.add(name)
            # a name made from a domain stands in every letter and is the same evidence each time
            support[name] = support[name] + gain if finding.weight >= SURE_NAME else max(support[name], gain)
            forms[name][finding.name.strip()] += gain
    written = {"".join(name) for name in sure}
    # "Badger Field", guessed from a domain, gives way to "Badgerfield", which somebody wrote
    support = {name: gain for name, gain in support.items() if name in sure or "".join(name) not in written}
    support = _without_guesses(support, guessed)
    if support and guessed.keys() >= support.keys():
        # nobody spelt the name here; somebody may have in a letter about another post
        for domain in guessed.values():
            if spelt := world.spelt.get(organisation(domain)):
                return _as_written({spelt: 1.0})
    if not support:
        return agency or _from_domain(messages, world)
    family = {
        name: own + sum(0.6 * other_own for other, other_own in support.items() if other != name and same_employer(name, other))
        for name, own in support.items()
    }
    best = max(family, key=lambda name: (round(family[name], 6), len(name), name))
    longer = [
        name
        for name in support
        if (extends(name, best) and support[name] >= _COMMON * support[best]) or "".join(name) == "".join(best)
    ]
    chosen = max(longer or [best], key=lambda name: (len(name), round(support[name], 6), name))
    return _as_written(forms[chosen])


def _without_guesses(support: Mapping[Words, float], guessed: Mapping[Words, str]) -> dict[Words, float]:
    """A name made from a domain gives way to one that somebody spelt and that the domain is made of."""
    spelt = [name for name in support if name not in guessed]
    return {
        name: gain
        for name, gain in support.items()
        if name not in guessed or not any(domain_bears(guessed[name], other) for other in spelt)
    }


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


def role_name(messages: Sequence[MessageFacts], employer: str = "") -> str | None:
    """The most specific role that recurs, else the best supported; None where none is named. Reference numbers and the employer's
    name behind it are cut off: "Data Analyst, Oakmere (Req. 26-0418)" is a Data Analyst."""
    support: dict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    named = list(findings(messages, "roles"))
    # a mere mention names the post only where nothing better does
    least = SURE_NAME if any(finding.weight >= SURE_NAME for _, finding, _ in named) else 0.0
    for _, finding, gain in named:
        name = _bare_role(finding.name, employer)
        if finding.weight >= least and role_words(name):
            support[name] += gain
            times[name] += 1
    if not support:
        return None
    total = {
        name: own + 0.5 * sum(gain for other, gain in support.items() if other != name and _one_role(name, other))
        for name, own in support.items()
    }
    best = max(total, key=lambda name: (round(total[name], 6), len(role_words(name).content), _looks(name), name))
    specific = [name for name in support if times[name] > 1 and _one_role(name, best) and support[name] >= 0.5 * support[best]]
    return max(
        specific or [best],
        key=lambda name: (
            len(role_words(name).content),
            bool(role_words(name).heads),
            round(support[name], 6),
            _looks(name),
            -len(name),
            name,
        ),
    )


def _one_role(name: str, other: str) -> bool:
    return not roles_conflict(role_words(name), role_words(other))


def _looks(name: str) -> bool:
    """Neither all in CAPITALS nor all in small letters."""
    return not name.isupper() and not name.islower()


def _bare_role(name: str, employer: str) -> str:
    name = _NUMBER.sub("", name).strip(" ,;:-–|(")
    if employer:
        for mark in (",", " - ", " – ", " | ", " at ", " @ "):
            head, found, tail = name.rpartition(mark)
            if found and head.strip() and same_employer(employer_words(tail), employer_words(employer)):
                return head.strip()
    return name
