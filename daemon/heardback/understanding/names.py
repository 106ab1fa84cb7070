"""Who hires, and for what: candidates for the employer's and the role's name, each with the place it stood in.

Nothing here decides: a name gets a weight by how good its place was, and ``matching`` compares. What the field learned the
hard way:

- A platform never names the employer by its domain, and by its display name only weakly: "Lever" and "Workable" are no
  employers. A display name that the text repeats is a name.
- A domain's label is the same letters as the name, without blanks and capitals. So the label is best used to *find* the name
  in the text and signature ("marrowlane" finds "Marrow & Lane"); on its own it is a last resort.
- Names are given as a person would write them: no article, no "role", capitals restored where a form letter shouts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from heardback.model import Evidence, Message, NameFinding, Owner, SenderKind
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence, straighten
from heardback.understanding.sender import Sender, is_freemail, shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    employers: tuple[NameFinding, ...] = ()
    roles: tuple[NameFinding, ...] = ()
    agency: str | None = None


_LONGEST_NAME = 70
_SMALL = r"(?:of|and|the|for|de|du|la|le|von|van|&|\+)"
_WORD = r"[A-Z][\w&'.+#/-]*"
_NEXT = r"[A-Z0-9&][\w&'.+#/-]*"
_NAME = rf"{_WORD}(?: (?:{_SMALL} )?{_NEXT}){{0,6}}"
_ROLE = rf"{_WORD}(?:,? (?:{_SMALL} )?(?:\({_NEXT}(?: {_NEXT}){{0,3}}\)|{_WORD})){{0,8}}"
_POST = r"(?:position|role|post|opening|job|vacancy|opportunity|internship|apprenticeship|application)"


@dataclass(frozen=True, slots=True)
class _Place:
    """One entry of ``phrases/name_patterns.toml``."""

    rule: str
    finds: str
    weight: float
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _places() -> tuple[_Place, ...]:
    parts = {"{NAME}": _NAME, "{ROLE}": _ROLE, "{POST}": _POST}
    found = []
    for row in phrasebook.data("name_patterns")["pattern"]:
        pattern = row["pattern"]
        for key, value in parts.items():
            pattern = pattern.replace(key, value)
        found.append(_Place(row["rule"], row["finds"], row["weight"], re.compile(pattern)))
    return tuple(found)


_SEGMENTS = re.compile(r"\s+[|–—·•-]\s+|:\s+|\s*\|\s*|;\s+")
_REPLY = re.compile(
    r"^(?:\s*(?:re|fwd?|aw|wg|sv|updated|update|cancell?ed|invitation|updated invitation|accepted|declined|tentative|reminder|"
    r"confirmed|confirmation|automatic reply)\s*:\s*)+",
    re.I,
)
_LETTERS = re.compile(r"[^a-z0-9]+")
_TAIL_OF_ROLE = re.compile(
    rf"(?:[\s,(/-]+(?:{_POST}|opening|on|our|team|at|with|for|in|the|and|of|a|an|to|is|I|We|Your|Req|Ref|Job)\b)+\s*$",
    re.I,
)
_LABELLED = re.compile(r"^\s{0,8}(?:Job|Position|Role|Vacancy|Post|Employer|Company|Organi[sz]ation|Hiring)(?: \w+)?\s?:", re.I)
_ASIDE = re.compile(r"\b(?:not affected|separately|separate|your other|also applied|different topic)\b")
_ASIDE_WEIGHT = 0.4
"""How much of its weight a name keeps in a sentence about another application than the letter's own."""
_REFERENCE_BEHIND = re.compile(
    r"(?:[\s,]+(?:\(?(?:ref|req|job|id|no)\b\.?:? ?[\w/.-]*\d[\w/.-]*\)?|\(?[A-Z]{1,4}-?\d{3,}[\w-]*\)?|"
    r"interviews?|employer|role|selection event|telephone|phone screen))+$",
    re.I,
)
_PLACES_AFTER = re.compile(r"\s(?:at|with|in|on|to|and|of|the|for|is|has|was|a|an|your|our|we|you|please|as)$", re.I)
_CORPORATE = re.compile(r"[\s,]+(?:inc|llc|ltd|limited|plc|gmbh|corp|corporation|co|pvt|llp|ag|s\.?a|b\.?v)\.?$", re.I)


@lru_cache(maxsize=1)
def _words(name: str = "") -> dict[str, frozenset[str]]:
    data = phrasebook.data("names")
    return {key: frozenset(value) for key, value in data.items()}


def letters(name: str) -> str:
    """ "Marrow & Lane" -> "marrowlane": what a domain keeps of a name."""
    return _LETTERS.sub("", name.lower())


def is_role(text: str) -> bool:
    """Does it name an occupation? By the nouns of ``phrases/names.toml``: "Night Porter", not "Night Mill"."""
    tokens = re.findall(r"[a-z]+", text.lower())
    nouns = _words()["role_nouns"]
    return any(token in nouns or (token.endswith("s") and token[:-1] in nouns) for token in tokens)


def _restore_case(name: str) -> str:
    """ "SENIOR RECORDS CLERK" -> "Senior Records Clerk"; short capitals (IBM, SRE) stay."""
    words = name.split(" ")
    if not (name.isupper() and len(name) > 8 and len(words) > 1):
        return name
    kept = _words()["acronyms"]
    return " ".join(word if word in kept or not word.isalpha() else word.capitalize() for word in words)


def _clean_role(text: str) -> str | None:
    role = straighten(text).strip(" .,:;-|\"'*")
    role = re.sub(r"^(?:the|our|an?|your|this)\s+", "", role, flags=re.I)
    role = re.sub(r"^(?:R-?\d+|Req\.? ?[\w-]+|#?\d{3,})\s+", "", role)
    role = _REFERENCE_BEHIND.sub("", role)
    role = _before_organisation(role)
    for _ in range(3):
        role = _TAIL_OF_ROLE.sub("", role).strip(" .,:;-|")
    if role.count("(") != role.count(")"):
        role = role.partition("(")[0].strip(" ,-")
    if not 3 <= len(role) <= _LONGEST_NAME or not is_role(role):
        return None
    return _restore_case(role)


def _before_organisation(role: str) -> str:
    """ "Records Clerk, Fernhill Water Authority" -> "Records Clerk"."""
    head, comma, tail = role.partition(", ")
    names_organisation = set(re.findall(r"[a-z]+", tail.lower())) & _words()["organisation_nouns"]
    return head if comma and names_organisation and is_role(head) and not is_role(tail) else role


def _clean_employer(text: str, owner: Owner) -> str | None:
    name = straighten(text).strip(" .,:;-|\"'*!")
    name = re.sub(r"^(?:the|our|an?|your)\s+", "", name, flags=re.I)
    for _ in range(3):
        name = _PLACES_AFTER.sub("", name).strip(" .,:;-|!")
    lowered = name.lower()
    tokens = lowered.split()
    words = _words()
    if not tokens or not 2 <= len(name) <= _LONGEST_NAME:
        return None
    if all(token.strip(".,()") in words["no_employer"] or token.isdigit() for token in tokens):
        return None
    if (
        tokens[0].strip(",.") in words["no_employer_first"]
        or letters(name) == letters(owner.name)
        or lowered in owner.name.lower().split()
    ):
        return None
    if is_role(name) and not (set(tokens) & words["organisation_nouns"]):
        return None
    if tokens[-1] in words["departments"] or ":" in name or "(" in name:
        return None
    return _restore_case(name)


# ------------------------------------------------------------------------------------------------------ places


def _from_sentences(sentences: Iterable[Sentence], owner: Owner) -> Iterator[tuple[str, NameFinding]]:
    words = _words()
    for sentence in sentences:
        if not sentence.words & words["triggers"]:
            continue
        text = straighten(sentence.original)[: phrasebook.LONGEST_SENTENCE]
        share = _ASIDE_WEIGHT if _ASIDE.search(sentence.plain) else 1.0
        for place in _places():
            for match in place.pattern.finditer(text):
                found = _clean_role(match["role"]) if place.finds == "role" else _clean_employer(match["employer"], owner)
                if found:
                    evidence = sentence.evidence(f"names.{place.rule}")
                    yield place.finds, NameFinding(name=found, weight=round(place.weight * share, 3), evidence=evidence)
                    break


def _from_subject(message: Message, owner: Owner) -> Iterator[tuple[str, NameFinding]]:
    subject = straighten(_REPLY.sub("", message.subject))[:200]
    evidence = Evidence(sentence=message.subject[:240], rule="names.subject")
    match = re.search(rf"\b(?:to|at|with) (?P<employer>{_NAME})[^(]{{0,10}}\((?P<role>[^)]{{3,60}})\)", subject)
    if match:
        employer = _clean_employer(match["employer"], owner)
        if employer:
            yield "employer", NameFinding(name=employer, weight=0.85, evidence=evidence)
        if _clean_role(match["role"]):
            yield "role", NameFinding(name=_clean_role(match["role"]) or "", weight=0.7, evidence=evidence)
    for segment in _SEGMENTS.split(subject):
        if len(segment.split()) > 9:
            continue
        bare = re.sub(r"\s*\((?:Req|Ref|ID|Job)\b[^)]*\)", "", segment).strip()
        role = _clean_role(
            re.sub(r"^(?:your|application for|interview for|offer of employment|update on|re)\s+", "", bare, flags=re.I)
        )
        if (
            role
            and role[:1].isupper()
            and not re.search(r"[!?]| x | / ", role)
            and not re.search(r"\b(?:at|with|to|you|your|interview|application)\b", role, re.I)
        ):
            yield "role", NameFinding(name=role, weight=0.7, evidence=evidence)


def _lines(message: Message) -> list[str]:
    """The signature, and the last lines of the text: many people's signatures are not marked as such."""
    tail = [line for line in message.body.text.splitlines() if line.strip()][-6:]
    signature = [line for line in message.body.signature.splitlines() if line.strip()][:8]
    return [straighten(line) for line in (*tail, *signature) if len(line) < 120]


def _from_signature(message: Message, owner: Owner) -> Iterator[NameFinding]:
    """ "Lena Fox | Talent Partner | Fernhill Ltd", "Curator, Saltmarsh Museum", "Talent @ Oakmere"."""
    nouns = _words()["organisation_nouns"]
    for line in _lines(message):
        pieces = [piece.strip() for piece in re.split(r"\s[|·•@-]\s|,\s|\s@\s| at ", line) if piece.strip()]
        if len(line) > 90:
            continue
        for piece in pieces:
            tokens = {token.strip(".,()").lower() for token in piece.split()}
            if (
                len(piece.split()) > 7
                or not piece[:1].isupper()
                or (piece.endswith((".", "!", "?")) and not _CORPORATE.search(piece))
            ):
                continue
            marked = bool(tokens & nouns) or _CORPORATE.search(piece) is not None
            if marked and (name := _clean_employer(piece, owner)):
                yield NameFinding(name=name, weight=0.75, evidence=Evidence(sentence=line[:240], rule="names.signature"))


def domain_labels(domain: str) -> tuple[str, ...]:
    """The label that a firm chose, and its parts: "fernvalley-uk.example" -> ("fernvalleyuk", "fernvalley")."""
    labels = domain.lower().split(".")
    while len(labels) > 1 and (labels[-1] in _words()["suffixes"] or len(labels[-1]) == 2):
        labels.pop()
    label = labels[-1] if labels else ""
    parts = [part for part in label.split("-") if part not in _words()["label_fillers"]]
    found = [letters(label), letters("".join(parts))]
    return tuple(dict.fromkeys(item for item in found if len(item) >= 3))


def _find_by_label(labels: tuple[str, ...], text: str) -> str | None:
    """The run of words in ``text`` that has the letters of a label, grown to the right over capitalised words."""
    tokens = text.split()
    flat = [letters(token) for token in tokens]
    for label in labels:
        for start in range(len(tokens)):
            if not flat[start] or not label.startswith(flat[start]) or not tokens[start][:1].isupper():
                continue
            joined, end = "", start
            while end < len(tokens) and len(joined) < len(label) and label.startswith(joined + flat[end]):
                joined += flat[end]
                end += 1
            if joined == label or (len(joined) >= 6 and len(joined) >= 0.7 * len(label) and end - start >= 1):
                return " ".join(tokens[start:end]).strip(" .,:;!?()'\"|")
    return None


def _from_domain(message: Message, sender: Sender, owner: Owner, text: str) -> Iterator[NameFinding]:
    assert message.sender is not None
    labels = domain_labels(message.sender.domain)
    if not labels:
        return
    evidence = Evidence(sentence=message.sender.address[:240], rule="names.domain-in-text")
    found = _find_by_label(labels, text)
    if found and (name := _clean_employer(found.removesuffix("'s"), owner)):
        yield NameFinding(name=name, weight=0.7, evidence=evidence)
    else:
        yield NameFinding(
            name=labels[-1].capitalize(),
            weight=0.25,
            evidence=Evidence(sentence=message.sender.address[:240], rule="names.domain"),
        )


def _display_name(message: Message, sender: Sender, owner: Owner) -> str | None:
    """The display name without vendor and department: "Fernhill Rail via Lever" -> "Fernhill Rail"."""
    assert message.sender is not None
    name = straighten(message.sender.name)
    name = re.split(r"\s(?:via|through|on behalf of|from|at|@|-|\|)\s", name)[
        0 if re.search(r"\s(?:via|through)\s", name) else -1
    ]
    brand = sender.platform.brand if sender.platform else ()
    words = name.split()
    departments = _words()["departments"]
    while words and words[-1].strip("()").lower() in departments:
        words.pop()
    if not words or " ".join(words).lower() in brand:
        return None
    return _clean_employer(" ".join(words), owner)


def _tenant(message: Message, sender: Sender) -> str | None:
    assert message.sender is not None
    slot = sender.platform.tenant if sender.platform else None
    local = message.sender.address.partition("@")[0]
    found = None
    if slot == "local" or (slot == "local+" and "+" in local):
        found = local.partition("+")[0]
    elif slot == "local-jobs" and local.endswith("-jobs"):
        found = local.removesuffix("-jobs")
    elif slot == "subdomain":
        found = message.sender.domain.split(".")[0]
    if not found or found in _words()["shared_hosts"] or found in shapes("no_reply_locals") or len(found) < 3:
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
    r"\b(?:(?:my|our) client|client is|client name|the client|put you (?:across|forward)|"
    r"(?:happy|like|want) me to (?:put|submit|send) you|"
    r"submit you)\b"
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
    by_label = _AGENCY_LABEL.search(labels[0]) is not None and not sender.is_hiring_address
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
    return (
        named
        or _find_by_label(
            labels, straighten(" ".join((message.body.text[-400:], message.body.signature[:400], message.body.quoted[:1500])))
        )
        or labels[-1].capitalize()
    )


# ------------------------------------------------------------------------------------------------------- all


def find_names(message: Message, sender: Sender, sentences: tuple[Sentence, ...], owner: Owner) -> Names:
    """Candidates from every place, best first, each name once at its best weight."""
    employers: list[NameFinding] = []
    roles: list[NameFinding] = []
    subject = phrasebook.sentence(_REPLY.sub("", message.subject))
    labelled = [phrasebook.sentence(line) for line in message.body.text.splitlines()[:60] if _LABELLED.match(line)]
    for what, finding in (*_from_sentences((subject, *labelled, *sentences), owner), *_from_subject(message, owner)):
        (employers if what == "employer" else roles).append(finding)
    agency = None
    if sender.kind is not SenderKind.OWNER and message.sender is not None:
        text = straighten(
            " ".join((message.body.text[:4000], message.body.signature[:600], message.sender.name, subject.original))
        )
        employers += _from_signature(message, owner)
        if sender.platform is not None:
            employers += _of_platform(message, sender, owner, text)
        elif not is_freemail(message.sender.domain):
            employers += _from_domain(message, sender, owner, text)
            if sender.kind is SenderKind.ORGANISATION and (name := _display_name(message, sender, owner)):
                employers.append(
                    NameFinding(
                        name=name, weight=0.6, evidence=Evidence(sentence=message.sender.name[:240], rule="names.display-name")
                    )
                )
        agency = _agency(message, sender, sentences, owner)
    if agency is not None:
        employers = [item for item in employers if not _same(item.name, agency)]
        employers = [item for item in employers if not (item.evidence.rule.startswith("names.domain"))]
    return Names(employers=_best(employers), roles=_best(roles), agency=agency)


def _of_platform(message: Message, sender: Sender, owner: Owner, text: str) -> Iterator[NameFinding]:
    assert message.sender is not None
    evidence = Evidence(sentence=f"{message.sender.name} <{message.sender.address}>"[:240], rule="names.platform-display-name")
    said = letters(text[: -len(message.sender.name) - len(message.subject)] if message.sender.name else text)
    name = _display_name(message, sender, owner)
    if name:
        yield NameFinding(name=name, weight=0.8 if letters(name) in said else 0.35, evidence=evidence)
    tenant = _tenant(message, sender)
    if tenant:
        found = _find_by_label((letters(tenant),), text)
        rule = Evidence(sentence=evidence.sentence, rule="names.tenant")
        yield NameFinding(name=found or tenant, weight=0.6 if found else 0.4, evidence=rule)


def _same(one: str, other: str) -> bool:
    a, b = letters(_CORPORATE.sub("", one)), letters(_CORPORATE.sub("", other))
    return a == b or (min(len(a), len(b)) >= 5 and (a.startswith(b) or b.startswith(a)))


def _best(findings: Iterable[NameFinding]) -> tuple[NameFinding, ...]:
    best: dict[str, NameFinding] = {}
    for finding in findings:
        key = letters(finding.name)
        if key not in best or finding.weight > best[key].weight:
            best[key] = finding
    return tuple(sorted(best.values(), key=lambda item: -item.weight))[:6]
