"""Who hires, and for what: candidates for the employer's and the role's name, each with the place it stood in.

Nothing here decides: a name gets a weight by how good its place was, and ``matching`` compares. What the field learned the
hard way:

- A platform never names the employer by its domain, and by its display name only weakly: "Lever" and "Workable" are no
  employers. A display name that the text repeats is a name.
- Names are given as a person would write them (``employer_names``, ``role_names``): no article, no "role", capitals restored
  where a form letter shouts.
- A short name and the full one are both given where the letter has both: which of them is used is for all letters together
  to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from heardback.model import Evidence, Message, NameFinding, Owner, SenderKind
from heardback.understanding import employer_names, phrasebook, role_mentions, role_names
from heardback.understanding.employer_names import CORPORATE, NAME, SMALL, domain_labels, is_provider, letters, spelt_out
from heardback.understanding.phrasebook import Sentence, straighten
from heardback.understanding.role_names import POST, is_body, is_occupation, is_role, lists
from heardback.understanding.sender import PlatformKind, Sender, is_freemail, platform_of, shapes

__all__ = ["Names", "domain_labels", "find_names", "is_role", "letters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    employers: tuple[NameFinding, ...] = ()
    roles: tuple[NameFinding, ...] = ()
    agency: str | None = None


_GRADE = r"(?:Level|Grade|Band|Year|Class|Step|Tier) (?:\d{1,2}|[A-Z])\b"
_FIRST = rf"(?:[{employer_names.CAPITAL}][\w&'.+#/-]*|\d{{1,2}}(?:st|nd|rd|th)\b)"
_ROLE = rf"{_FIRST}(?:,? (?:{_GRADE}|(?:{SMALL} |in )?(?:\([^()]{{1,30}}\)|{employer_names.WORD}))){{0,8}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One entry of ``phrases/name_patterns.toml``. ``surely``: nothing but a post stands there; ``as_body``: the name must be a
    house's by its own words; ``by_agency``: only in the words of somebody who hires for others."""

    rule: str
    finds: str
    weight: float
    pattern: re.Pattern[str]
    surely: bool
    as_body: bool
    by_agency: bool


@lru_cache(maxsize=1)
def _places() -> tuple[_Place, ...]:
    parts = {"{NAME}": NAME, "{ROLE}": _ROLE, "{POST}": POST}
    found = []
    for row in phrasebook.data("name_patterns")["pattern"]:
        pattern = row["pattern"]
        for key, value in parts.items():
            pattern = pattern.replace(key, value)
        found.append(
            _Place(
                rule=row["rule"],
                finds=row["finds"],
                weight=row["weight"],
                pattern=re.compile(pattern),
                surely=bool(row.get("surely")),
                as_body=bool(row.get("as_body")),
                by_agency=bool(row.get("by_agency")),
            )
        )
    return tuple(found)


_SEGMENTS = re.compile(r"\s+(?:[|–—·•@-]|//?|<>|-{2})\s+|:\s+|\s*\|\s*|;\s+|[\[\]]+")
_REPLY = re.compile(
    r"^(?:\s*(?:re|fwd?|aw|wg|sv|updated|update|cancell?ed|invitation|updated invitation|accepted|declined|tentative|reminder|"
    r"confirmed|confirmation|rescheduled|automatic reply)\s*:\s*)+",
    re.I,
)
_LABELLED = re.compile(r"^\s{0,8}(?:Job|Position|Role|Vacancy|Post|Employer|Company|Organi[sz]ation|Hiring)(?: \w+)?\s?:", re.I)
_ASIDE = re.compile(r"\b(?:not affected|separately|separate|your other|also applied|different topic)\b")
_POSTS = frozenset(("position", "role", "post", "job", "vacancy", "gig", "work"))
_SURE_CLIENT = 0.7
_UNSURE_CLIENT = 0.22
"""What an agent's way of naming the client is worth in a letter that does not show an agent: it ties nothing by itself, and
``matching``, which knows agents by their other letters, makes more of it."""
_ASIDE_WEIGHT = 0.4
"""How much of its weight a name keeps in a sentence about another application than the letter's own."""


# ------------------------------------------------------------------------------------------------------ places


def _from_sentences(
    sentences: Iterable[Sentence], owner: Owner, *, by_agency: bool, is_hiring: bool
) -> Iterator[tuple[str, NameFinding]]:
    triggers = lists()["triggers"]
    for sentence in sentences:
        if not by_agency and not sentence.words & triggers:
            continue
        text = straighten(sentence.original)[: phrasebook.LONGEST_SENTENCE]
        share = _ASIDE_WEIGHT if _ASIDE.search(sentence.plain) else 1.0
        for place in _places():
            if place.by_agency and not by_agency and not (is_hiring and place.weight >= _SURE_CLIENT):
                continue
            worth = place.weight if by_agency or not place.by_agency else _UNSURE_CLIENT
            for match in place.pattern.finditer(text):
                found = _cleaned(place, match, owner)
                if found:
                    evidence = sentence.evidence(f"names.{place.rule}")
                    yield place.finds, NameFinding(name=found, weight=round(worth * share, 3), evidence=evidence)
                    break
        if any(map(is_occupation, sentence.words)) or not sentence.words.isdisjoint(lists()["last_role_nouns"]):
            evidence = sentence.evidence("names.role-in-small-letters")
            for found in role_names.in_small_letters(sentence.plain):
                yield "role", NameFinding(name=found, weight=round(0.65 * share, 3), evidence=evidence)
            yield from _mentioned(sentence, owner, share, is_hiring=is_hiring)
        if is_hiring and not sentence.words.isdisjoint(_POSTS):
            evidence = sentence.evidence("names.role-before-post")
            for found, weight in role_mentions.before_post(sentence):
                yield "role", NameFinding(name=found, weight=round(weight * share, 3), evidence=evidence)
        if not sentence.words.isdisjoint(lists()["romance_words"]):
            evidence = sentence.evidence("names.role-in-romance")
            for found, weight in role_mentions.in_romance(sentence):
                yield "role", NameFinding(name=found, weight=weight, evidence=evidence)


def _mentioned(sentence: Sentence, owner: Owner, share: float, *, is_hiring: bool) -> Iterator[tuple[str, NameFinding]]:
    """In a letter that may be of another matter, only what is written as a post's name is and can be nothing else."""
    evidence = sentence.evidence("names.role-mentioned")
    small = role_mentions.in_small_letters(sentence) if is_hiring else ()
    for found, weight in (*role_mentions.in_capitals(sentence), *small):
        is_vague = found.lower().split()[-1] in lists()["vague_role_nouns"]
        if not _names_owner(found, owner) and (is_hiring or not is_vague or len(found.split()) > 2):
            yield "role", NameFinding(name=found, weight=round(weight * share, 3), evidence=evidence)


def _merely_mentioned(sentences: Iterable[Sentence], owner: Owner) -> Iterator[NameFinding]:
    """What a letter of unknown matter mentions: it ties nothing and tells nobody that the letter is about a job, but a letter
    that turns out to be about one (by its thread, by the vote) may name the post nowhere else."""
    for sentence in sentences:
        if any(map(is_occupation, sentence.words)):
            for _, finding in _mentioned(sentence, owner, 1.0, is_hiring=True):
                yield replace(finding, weight=min(finding.weight, role_mentions.MERE))


def _cleaned(place: _Place, match: re.Match[str], owner: Owner) -> str | None:
    if place.finds == "role":
        return role_names.clean(match["role"], surely=place.surely)
    name = employer_names.clean(match["employer"], owner)
    return name if name and (not place.as_body or is_body(name)) else None


_AT_WITH_ROLE = re.compile(rf"\b(?:to|at|with) (?P<employer>{NAME})[^(]{{0,10}}\((?P<role>[^)]{{3,60}})\)")


def _from_subject(message: Message, owner: Owner) -> Iterator[tuple[str, NameFinding]]:
    subject = straighten(_REPLY.sub("", message.subject))[:200]
    evidence = Evidence(sentence=message.subject[:240], rule="names.subject")
    if match := _AT_WITH_ROLE.search(subject):
        if employer := employer_names.clean(match["employer"], owner):
            yield "employer", NameFinding(name=employer, weight=0.85, evidence=evidence)
        if role := role_names.clean(match["role"]):
            yield "role", NameFinding(name=role, weight=0.7, evidence=evidence)
    segments = [segment for segment in _SEGMENTS.split(subject) if segment and segment.strip()]
    for segment in segments:
        if (role := _role_of_segment(segment)) and not _names_owner(role, owner):
            yield "role", NameFinding(name=role, weight=0.7, evidence=evidence)
            tail = segment.rpartition(", ")[2]
            if tail != segment and tail[:1].isupper() and is_body(tail) and (name := employer_names.clean(tail, owner)):
                yield "employer", NameFinding(name=name, weight=0.5, evidence=evidence)
        elif (name := _house_of_segment(segment, message, owner)) and len(segments) > 1:
            yield "employer", NameFinding(name=name, weight=0.5 if _may_be_house(name, message) else 0.45, evidence=evidence)
        elif ", " in segment:
            tail = segment.rpartition(", ")[2]
            if tail[:1].isupper() and is_body(tail) and (name := employer_names.clean(tail, owner)):
                yield "employer", NameFinding(name=name, weight=0.5, evidence=evidence)


def _guessed_role(message: Message, owner: Owner, employers: Iterable[NameFinding]) -> Iterator[NameFinding]:
    """Last of all, a part of the subject that is nothing else."""
    subject = straighten(_REPLY.sub("", message.subject))[:200]
    people = (message.sender.name if message.sender else "", owner.name, *owner.name.split())
    taken = frozenset(letters(name) for name in (*people, *(item.name for item in employers)) if name)
    segments = [segment for segment in _SEGMENTS.split(subject) if segment and segment.strip()]
    segments += [
        piece for segment in segments for piece in re.split(r",\s|\s(?:at|is|bei|chez)\s", segment)[:1] if piece != segment
    ]
    if found := role_mentions.of_subject(segments, taken):
        evidence = Evidence(sentence=message.subject[:240], rule="names.role-by-subject")
        yield NameFinding(name=found, weight=role_mentions.GUESSED, evidence=evidence)


_CLOSING = re.compile(
    r"^\W*(?:kind |best |warm |many )?(?:regards|wishes|sincerely|yours|thanks|cheers|best|mit freundlichen|cordialement)\b", re.I
)


def _from_headings(message: Message, owner: Owner) -> Iterator[NameFinding]:
    """A line above the letter's first words that is a post and nothing else: "Senior Data Analyst, Grade 7 - Ref. 0018"."""
    lines = [straighten(line) for line in message.body.text.splitlines()[:60] if line.strip()]
    spoken = [place for place, line in enumerate(lines) if len(line) > 70 or (line.endswith((".", "?")) and len(line) > 30)]
    writer = letters(message.sender.name) if message.sender else ""
    for place, line in enumerate(lines[:14]):
        if (
            (len(line) < 40 and _CLOSING.match(line))
            or not spoken
            or place >= spoken[-1]
            or (place and writer and letters(line).startswith(writer))
        ):
            return
        if len(line) > 90 or line.endswith((".", "?", "!", ",")) or not line[:1].isupper() or place in spoken:
            continue
        bare = re.sub(r"^(?:re|subject|position|role|post|vacancy)\s?:\s*", "", line, flags=re.I)
        role = _role_of_segment(bare)
        if role and not _names_owner(role, owner) and len(role.split()) >= 0.33 * len(bare.split()):
            yield NameFinding(name=role, weight=0.7, evidence=Evidence(sentence=line[:240], rule="names.heading"))


def _names_owner(role: str, owner: Owner) -> bool:
    return any(len(word) > 2 and word.lower() in role.lower().split() for word in owner.name.split())


_TALK = re.compile(r"[!?]| x |\b(?:to|you|how|my|is|are|was|not|your|we|new event|please|minute|min)\b", re.I)


def _role_of_segment(segment: str) -> str | None:
    """A part of the subject that is a post and nothing else: "Interview for Night Porter", "sous chef trial"."""
    if len(segment.split()) > 12:
        return None
    role = role_names.clean(segment)
    if role is None or len(role.split()) > 9 or _TALK.search(role) or "recruiter" in role.lower():
        return None
    if not re.match(rf"\s*\d?[{employer_names.CAPITAL}]", segment):
        tokens = [token.strip("(),.") for token in segment.lower().split()]
        if len(tokens) > 5 or (
            not any(is_occupation(token) and token not in lists()["vague_role_nouns"] for token in tokens)
            and not segment.lower().startswith("head of")
            and segment.lower().strip(" .") not in lists()["whole_roles"]
        ):
            return None
    return role


def _house_of_segment(segment: str, message: Message, owner: Owner) -> str | None:
    """A part of the subject that the text or the sender repeats, or that is a house's name by its words."""
    piece = segment.strip(" .,[]()")
    if not 1 <= len(piece.split()) <= 6 or not re.fullmatch(NAME, piece) or _TALK.search(piece):
        return None
    tokens = set(re.findall(r"[a-z]+", piece.lower()))
    if tokens & lists()["stage_words"] or tokens & lists()["places"]:
        return None
    name = employer_names.clean(piece, owner)
    if name is None:
        return None
    writer = message.sender.name if message.sender else ""
    if is_body(name) or (message.sender and letters(name) in letters(message.sender.domain)):
        return name
    if letters(name) in letters(writer) and not re.search(
        r"\b(?:team|careers|jobs|recruit\w*|hiring|talent|via)\b", writer, re.I
    ):
        return None
    return (
        name
        if len(letters(name)) > 4 and f" {name}" in straighten(message.body.text[:2000] + message.body.signature[:300])
        else None
    )


def _may_be_house(name: str, message: Message) -> bool:
    """Whether nothing speaks against a name of the subject: the words of a house, or a writer whose domain names nobody."""
    domain = message.sender.domain if message.sender else ""
    bears = any(letters(name)[:4] in label for label in domain_labels(domain))
    return is_body(name) or bears or platform_of(f"x@{domain}") is not None or is_freemail(domain) or is_provider(domain)


def _lines(message: Message) -> list[str]:
    """The signature, and the last lines of the text: many people's signatures are not marked as such."""
    tail = [line for line in message.body.text.splitlines() if line.strip()][-6:]
    signature = [line for line in message.body.signature.splitlines() if line.strip()][:8]
    return [straighten(line) for line in (*tail, *signature) if len(line) < 120]


def _from_signature(message: Message, owner: Owner) -> Iterator[NameFinding]:
    for line in _lines(message):
        for name, weight in employer_names.in_signature(line, owner):
            yield NameFinding(name=name, weight=weight, evidence=Evidence(sentence=line[:240], rule="names.signature"))


def _written(message: Message) -> list[str]:
    """All lines in which a name may be spelt out: the letter, its signature, the display name, the subject."""
    sender = message.sender.name if message.sender else ""
    texts = (message.body.text[:4000], message.body.signature[:600], sender, _REPLY.sub("", message.subject))
    return [straighten(line) for text in texts for line in text.splitlines() if line.strip()]


def _from_domain(message: Message, owner: Owner, lines: list[str]) -> Iterator[NameFinding]:
    assert message.sender is not None
    labels = domain_labels(message.sender.domain)
    if not labels:
        return
    evidence = Evidence(sentence=message.sender.address[:240], rule="names.domain-in-text")
    spelt = spelt_out(message.sender.domain, lines)
    name = employer_names.clean(spelt.name, owner) if spelt else None
    # a person who bears the name of the own domain may have no firm: "Rob Tarn" of tarn-books
    own = [letters(word) for word in message.sender.name.split()]
    is_own_name = (
        spelt is not None and spelt.full is None and len(own) in (2, 3) and letters(spelt.name) in own[-1:] != [labels[0]]
    )
    if spelt and spelt.full and (full := employer_names.clean(spelt.full, owner)) and full != name:
        yield NameFinding(name=full, weight=0.8, evidence=evidence)
    if name:
        yield NameFinding(name=name, weight=0.28 if is_own_name else 0.7, evidence=evidence)
    elif small := employer_names.small_spelt(message.sender.domain, lines):
        yield NameFinding(name=small, weight=0.5, evidence=evidence)
    elif not _is_owners(message.sender.domain, owner):
        yield NameFinding(
            name=employer_names.in_words(message.sender.domain),
            weight=0.25,
            evidence=Evidence(sentence=message.sender.address[:240], rule="names.domain"),
        )


def _of_recipients(message: Message, owner: Owner) -> Iterator[NameFinding]:
    """Whom the owner writes to, where the letter spells what the address is made of: "Dear Quarry Lane team" to quarrylane."""
    lines = [straighten(line) for line in message.body.text[:4000].splitlines() if line.strip()]
    for person in (*message.to, *message.cc)[:4]:
        domain = person.domain
        if is_freemail(domain) or is_provider(domain) or platform_of(person.address) or _is_owners(domain, owner):
            continue
        spelt = spelt_out(domain, lines)
        if spelt and (name := employer_names.clean(spelt.full or spelt.name, owner)) and _is_of_words(name, person.name):
            evidence = Evidence(sentence=person.address[:240], rule="names.addressee-in-text")
            yield NameFinding(name=name, weight=0.6, evidence=evidence)


def _is_of_words(name: str, person: str) -> bool:
    """Not a word of the person's own name: "Dear Mr Tarn" of tarn-books."""
    return not set(name.lower().split()) <= set(person.lower().split())


def _from_private(message: Message, owner: Owner) -> Iterator[NameFinding]:
    """A small house that writes from a provider's address names itself in its signature, if anywhere."""
    assert message.sender is not None
    lines = [line for line in message.body.text.splitlines() if line.strip()][-6:]
    lines += [line for line in message.body.signature.splitlines() if line.strip()][:6]
    if name := employer_names.of_private_signature(map(straighten, lines), message.sender.name, owner):
        yield NameFinding(name=name, weight=0.45, evidence=Evidence(sentence=name, rule="names.private-signature"))


def _is_owners(domain: str, owner: Owner) -> bool:
    """Where the owner has an address too: a provider, the family, the present employer."""
    return any(address.rpartition("@")[2] == domain for address in owner.addresses)


def _has_subdomain(domain: str, sender: Sender) -> bool:
    """Whether something stands before the platform's own name: "quarry.teamtailor-mail.com"."""
    assert sender.platform is not None
    return sender.platform.kind is PlatformKind.ATS and any(domain.endswith(f".{own}") for own in sender.platform.domains)


def _tenant(message: Message, sender: Sender) -> str | None:
    assert message.sender is not None
    slot = sender.platform.tenant if sender.platform else None
    local = message.sender.address.partition("@")[0]
    found = None
    if slot == "local" or (slot == "local+" and "+" in local):
        found = local.partition("+")[0]
    elif slot == "local-jobs" and local.endswith("-jobs"):
        found = local.removesuffix("-jobs")
    elif _has_subdomain(message.sender.domain, sender):
        found = message.sender.domain.split(".")[0]
        if found in lists()["shared_hosts"] and "." in local:
            # who writes through a platform's common host puts the house behind the own name: "pia.r.brightforge@inbound..."
            found = local.rpartition(".")[2]
    elif letters(local) and letters(local) in letters(message.sender.name + message.body.text[:2000]):
        found = local.partition("+")[0]
    if not found or found in lists()["shared_hosts"] or found in shapes("no_reply_locals") or len(found) < 3:
        return None
    return found.replace("-", " ").replace("_", " ").title()


# ------------------------------------------------------------------------------------------------------ agency

_AGENCY_NAME = re.compile(
    r"\b(?:talent|recruit\w*|staffing|search|agency|headhunt\w*|resourcing|personnel|executive search)\b", re.I
)
_AGENCY_LABEL = re.compile(
    r"talent|recruit|staffing|agency|headhunt|personnel|resourcing|executivesearch|manpower|hays|adecco|randstad"
)
_AGENCY_SAYS = re.compile(
    r"\b(?:(?:my|our) client|client name|put you (?:across|forward)|"
    r"(?:happy|like|want) me to (?:put|submit|send) you|"
    r"submit you|(?:fire|send|put|get|push|shoot|pass) your (?:cv|name|details|profile|papers) "
    r"(?:across|over|in|forward|to them)|"
    r"i (?:hold|have) (?:an|two|three|several) instructions?|i've said yes on your behalf|"
    r"(?:mein|unser)(?:e|em|en)? (?:kunde|mandant)\w*|(?:kunden?|mandant(?:en|in)?) von (?:uns|mir)|"
    r"(?:notre|mon) client|mandatés? par|(?:nuestro|mi) cliente)\b"
)


def _agency(message: Message, sender: Sender, sentences: Iterable[Sentence], owner: Owner) -> str | None:
    """The sender's own firm, where it hires for others; needs both a firm of that trade and, unless the domain says
    so, words of one ("my client")."""
    if sender.kind not in (SenderKind.PERSON, SenderKind.ORGANISATION) or message.sender is None:
        return None
    domain = message.sender.domain
    labels = domain_labels(domain)
    if is_freemail(domain) or not labels:
        return None
    by_label = _AGENCY_LABEL.search(labels[0]) is not None and not sender.is_hiring_address and not _is_mailer(domain)
    says = any(_AGENCY_SAYS.search(sentence.plain) for sentence in sentences)
    named = None
    for line in _lines(message):
        for piece in re.split(r"\s[|·•@]\s|,\s", line):
            if _AGENCY_NAME.search(piece) and letters(piece)[:5] in (label[:5] for label in labels):
                named = piece.strip(" .,")
    if not (by_label or says or named):
        return None
    if named is None and not by_label and not says:
        return None
    return named or _agency_spelt(message) or employer_names.in_words(domain)


def _is_of_agent(finding: NameFinding, agency: str) -> bool:
    """What stands in the agent's signature beside the agency is its trade: "Tern Search, Legal Practice"."""
    return finding.evidence.rule == "names.signature" and letters(agency)[:8] in letters(finding.evidence.sentence)


def _is_mailer(domain: str) -> bool:
    """A machine's domain from which a house's letters are sent: "talentworks-mail.example"."""
    return any(label.endswith(("-mail", "-mailer", "-notifications", "-apply")) for label in domain.lower().split("."))


def _agency_spelt(message: Message) -> str | None:
    assert message.sender is not None
    text = "\n".join((message.body.text[-400:], message.body.signature[:400], message.body.quoted[:1500]))
    found = spelt_out(message.sender.domain, [straighten(line) for line in text.splitlines() if line.strip()])
    return (found.full or found.name) if found else None


# ------------------------------------------------------------------------------------------------------- all


_POWERED = re.compile(rf"\b(?:[Pp]owered by|[Pp]rovided by|[Ss]ent (?:via|through)|[Hh]osted by) (?P<vendor>{NAME})")
"""Whose machine wrote the letter: no employer."""


def find_names(message: Message, sender: Sender, sentences: tuple[Sentence, ...], owner: Owner, *, is_hiring: bool) -> Names:
    """Candidates from every place, best first, each name once at its best weight. ``is_hiring``: the letter is known to be about
    a job, so that a line alone may name it."""
    employers: list[NameFinding] = []
    roles: list[NameFinding] = []
    subject = phrasebook.sentence(_REPLY.sub("", message.subject))
    labelled = [phrasebook.sentence(line) for line in message.body.text.splitlines()[:60] if _LABELLED.match(line)]
    agency = _agency(message, sender, sentences, owner)
    said = _from_sentences((subject, *labelled, *sentences), owner, by_agency=agency is not None, is_hiring=is_hiring)
    for what, finding in (*said, *_from_subject(message, owner)):
        (employers if what == "employer" else roles).append(finding)
    if is_hiring:
        roles += _from_headings(message, owner)
    elif agency is None:
        roles += _merely_mentioned((subject, *labelled, *sentences), owner)
    if sender.kind is SenderKind.OWNER:
        employers += _of_recipients(message, owner)
    elif message.sender is not None:
        lines = _written(message)
        employers += _from_signature(message, owner)
        if sender.platform is not None:
            employers += _of_platform(message, sender, owner, lines)
        elif is_freemail(message.sender.domain) or is_provider(message.sender.domain):
            employers += _from_private(message, owner)
        else:
            employers += _from_domain(message, owner, lines)
            name = employer_names.display_name(message.sender.name, (), owner)
            if name and (sender.kind is SenderKind.ORGANISATION or is_body(name)):
                evidence = Evidence(sentence=message.sender.name[:240], rule="names.display-name")
                employers.append(NameFinding(name=name, weight=0.6, evidence=evidence))
    vendors = {letters(match["vendor"]) for match in _POWERED.finditer(message.body.text[-2000:])}
    employers = [item for item in employers if not any(vendor.startswith(letters(item.name) or "-") for vendor in vendors)]
    if agency is not None:
        employers = [item for item in employers if not _same(item.name, agency) and not _is_of_agent(item, agency)]
        employers = [item for item in employers if not (item.evidence.rule.startswith("names.domain"))]
    found = _best(employers)
    named = _best(_without_employer(roles, found))
    may_guess = is_hiring or (agency is None and sender.kind is not SenderKind.OWNER and not message.subject.isupper())
    if may_guess and not named:
        named = tuple(_guessed_role(message, owner, found))
    return Names(employers=found, roles=named, agency=agency)


def _without_employer(roles: Iterable[NameFinding], employers: tuple[NameFinding, ...]) -> Iterator[NameFinding]:
    """Leave out an employer that was taken for a post, and cut it off behind one: "Grid Analyst, Saltmarsh Energy"."""
    houses = {letters(CORPORATE.sub("", item.name)) for item in employers if item.weight >= 0.5}
    for finding in roles:
        head, comma, tail = finding.name.rpartition(", ")
        if letters(finding.name) in houses:
            continue
        if comma and any(
            house.startswith(letters(tail)) or letters(tail).startswith(house) for house in houses if house and letters(tail)
        ):
            yield NameFinding(name=head, weight=finding.weight, evidence=finding.evidence)
        else:
            yield finding


def _of_platform(message: Message, sender: Sender, owner: Owner, lines: list[str]) -> Iterator[NameFinding]:
    assert message.sender is not None
    given = message.sender.name
    evidence = Evidence(sentence=f"{given} <{message.sender.address}>"[:240], rule="names.platform-display-name")
    said = letters(message.body.text[:4000] + message.body.signature[:600] + message.subject)
    name = employer_names.display_name(given, sender.platform.brand if sender.platform else (), owner)
    tenant = _tenant(message, sender)
    if name:
        of_tenant = tenant is not None and letters(tenant)[:5] == letters(name)[:5]
        is_person = tenant is not None and not of_tenant and len(given.split()) in (2, 3) and not is_body(name)
        weight = 0.2 if is_person else 0.8 if letters(name) in said else 0.7 if of_tenant else 0.35
        yield NameFinding(name=name, weight=weight, evidence=evidence)
    if tenant:
        spelt = spelt_out(letters(tenant), lines)
        rule = Evidence(sentence=evidence.sentence, rule="names.tenant")
        if spelt and spelt.full and (full := employer_names.clean(spelt.full, owner)):
            yield NameFinding(name=full, weight=0.7, evidence=rule)
        yield NameFinding(name=spelt.name if spelt else tenant, weight=0.6 if spelt else 0.4, evidence=rule)


def _same(one: str, other: str) -> bool:
    a, b = letters(CORPORATE.sub("", one)), letters(CORPORATE.sub("", other))
    return a == b or (min(len(a), len(b)) >= 5 and (a.startswith(b) or b.startswith(a)))


def _best(findings: Iterable[NameFinding]) -> tuple[NameFinding, ...]:
    best: dict[str, NameFinding] = {}
    for finding in findings:
        key = letters(finding.name)
        if key not in best or finding.weight > best[key].weight:
            best[key] = finding
    return tuple(sorted(best.values(), key=lambda item: -item.weight))[:6]
