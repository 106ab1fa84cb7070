"""What post a phrase names, as a person would write it.

A post is a noun of occupation with what stands before it ("Deputy Stage Manager") and a little of what may stand behind
("Head of Pastry", "Lecturer in Marine Ecology", "Backend Engineer, Payments"). All else that letters hang on it goes: numbers of
requisitions, "(m/w/d)", terms of employment, the house, the town, the stage ("next step"). Form letters shout and chefs write in
small letters; both come out in capitals of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import straighten

LONGEST_NAME = 70

POST = r"(?:position|role|post|opening|posting|job|vacancy|opportunity|internship|apprenticeship|application|gig|spot|seat)"

_REFERENCE = re.compile(
    r"[\s,;-]*[(\[]?\b(?:ref(?:erence)?|req(?:uisition)?|job ?id|job ?(?:no|ref)|vacancy(?: (?:no|ref|id))?|id|no|"
    r"competition|comp|posting|kennziffer|kennz|jr|vn)\b"
    r"\.?[:# ]{0,3}(?=[A-Z0-9/_-]{0,20}\d)[A-Z0-9/_-]{2,24}[)\]]?"
    r"|[\s,;-]*[(\[]?(?<![\w/-])(?=[A-Z/_-]{0,8}\d)"
    r"(?:[A-Z]{1,5}[-/_]?\d{2,8}|\d{3,8})(?:[-/_][A-Z0-9]{1,8}){0,3}[A-Z]{0,2}(?![\w/-])[)\]]?"
    r"|\s#\d{2,9}",
    re.I,
)
_GENDER = re.compile(
    r"\s*\((?:[mwfdhxig](?:\s?[/|*,]\s?[mwfdhxig]){1,3}|all genders|any gender|gn|mwd|mfd)\)|"
    r"\s+\b[mwfd](?:/[mwfdx]){1,2}\b",
    re.I,
)
_TERMS = re.compile(
    r"[\s,-]+\(?(?:(?:\d{1,2}[ -]months?(?: ftc| contract)?|[\d.]{1,4} ?fte|0[.,]\d{1,2}|\d{1,2} (?:hours?|hrs)|full[- ]time|"
    r"part[- ]time|fixed[- ]term|permanent|temporary|"
    r"contract|ftc|remote|hybrid|on-?site|live-in|maternity cover|mat cover|casual|seasonal|hew \d{1,2}|"
    r"immediate start|urgent)"
    r"(?: ?[/,-] ?| |$|(?=\)))){1,4}\)?(?=$|[\s,)-])|\s+x\s?\d$",
    re.I,
)
_APART = re.compile(r"\s+(?:[|–—·•@]|-{1,2}|//?|<>)\s+|:\s+|\s*\|\s*|;\s+|\s+(?:at|with)\s+")
_LEAD = re.compile(
    r"^(?:(?i:(?:ihre |deine |meine |eingang ihrer )?bewerbung(?: als| um| für| auf)?(?: die| den| das| eine?n?)?"
    r"(?: stelle| position)?(?: als)?:?|"
    r"(?:votre |ma |ta )?candidature(?: re[çc]ue)?(?: au| pour le)?(?: poste)?(?: de)?\s?:?-?|"
    r"(?:tu |su |mi )?(?:candidatura|solicitud)(?: al| para el)?(?: puesto)?(?: de| para)?:?|proceso|poste de|puesto de)\s+)|"
    r"^(?:about|regarding|re|interested in)\s+(?=[A-Z0-9])|"
    r"^(?i:(?:news|feedback|result|outcome|thoughts|submission|profile|question|note|update)\s+"
    r"(?:about|for|on|of|re|to|regarding)\s+(?:the |your |our )?|"
    r"(?:application|submission|applicant) (?:acknowledged|received|submitted|logged|viewed|complete)\s?:?\s+(?:for )?)"
    r"|"
    r"^(?:(?:[Tt]he|[Oo]ur|an?|An|A(?! Grade| Level| Class)|[Yy]our|[Tt]his|[Nn]ew|[Rr]e)\s+|(?i:(?:job |phone |"
    r"telephone |video |first |final )?"
    r"(?:application|interview|invitation|candidature|candidacy|update|offer|vacancy|position|role|post|job|"
    r"opening|audition|trial|cv|resume)"
    r"(?: call letter| invitation| request)?\s+(?:for|of|on|as|to|re|about)\s+)|(?i:interviews?|vacancy|position|"
    r"role|post|job)(?=,? )[,:]? )+"
)
# Possessive: "opening" is in POST and in the list, and a row of them would be tried in every way there is.
_TAIL = re.compile(
    rf"(?:[\s,(/-]+(?i:{POST}|openings?|trial(?: shift)?|interviews?|application|stage|round|assessment|outcome|"
    rf"scheduling|update|needed|wanted|"
    rf"instead|selection|disposition|exam|examination|rescheduled|"
    rf"req|ref|employer|selection event|telephone|phone screen|next steps?|cv|ward|talk|call|chat|conversation|"
    rf"meeting|intro|visit|day|first|second|third|final|phone|video|on|our|team|at|with|for|in|the|and|of|a|an|to|is|was|as|"
    rf"please|we|you|your|has|have|been)\b)++[\s.,:;!?-]*$"
)


_SHORT_POST = re.compile(r"\b(RN|LPN|CNA|HCA|GP|NP|SRE|QA|PM) [-–] ([A-Z][\w&/]+)")
"""A post of a few letters and its ward: "RN - PACU"."""
_MIDDLE = re.compile(r"\s(?:[Pp]osition|[Rr]ole|[Pp]ost|[Vv]acancy|[Jj]ob)\s(?=(?:in|of|for)\s)")


@lru_cache(maxsize=1)
def lists() -> dict[str, frozenset[str]]:
    """The lists of ``phrases/names.toml``."""
    return {key: frozenset(value) for key, value in phrasebook.data("names").items()}


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    return tuple(sorted(lists()["role_endings"]))


@lru_cache(maxsize=4096)
def is_occupation(word: str) -> bool:
    """One word in lower case that names an occupation: by the list, or by how such words end ("hygienist", "deckhand")."""
    nouns = lists()["role_nouns"]
    return word in nouns or (word.endswith("s") and word[:-1] in nouns) or (len(word) > 6 and word.endswith(_endings()))


def is_role(text: str) -> bool:
    """Does it name an occupation? "Night Porter", not "Night Mill"."""
    tokens = re.findall(r"[a-zà-ÿ]+", text.lower())
    if any(map(is_occupation, tokens)) or _ends_as_role(text) or (tokens and tokens[0] in lists()["romance_nouns"]):
        return True
    joined = f" {' '.join(tokens)} "
    return any(f" {whole} " in joined for whole in lists()["whole_roles"])


_DISTRICTS = frozenset(("school", "water", "fire", "park", "library", "sanitary", "utility", "hospital", "transit", "irrigation"))
"""A district that is a body: a "Historic District" is a part of a town."""
_TITLES = frozenset(
    ("chef", "professor", "doctor", "captain", "nurse", "matron", "counsellor", "councillor", "coach", "pastor", "rabbi", "imam")
)
"""Posts by which people are called: "Chef Marlow" is a person."""
_OFFICES_OF = ("office", "department", "ministry", "bureau", "institute", "college")
_PLACES_TOO = frozenset(
    ("borough", "county", "city", "port", "harbour", "church", "district", "bank", "library", "hotel", "school", "inn")
)
"""Before another word they name a street or a square as often: "Borough Market", "Church Road"."""


def _ends_as_role(text: str) -> bool:
    """ "Project Geo" and "E&I Tech (nights)", whose last word is an occupation only there."""
    nouns = lists()["last_role_nouns"]
    if not any(noun in text.lower() for noun in nouns):
        return False
    pieces = re.split(r"[,(|:]|\s-\s", text.lower())
    return any(len(words := piece.split()) > 1 and words[-1] in nouns for piece in pieces)


def is_body(text: str, *, surely: bool = False) -> bool:
    """Does it name a firm or a public body by its words: "Fernhill Water Authority", "Quarry Lane Architects", "City of Palmero"?
    A single word does not, nor a field of work beside an occupation: "Head of Data"; ``surely``: nor a field of work alone."""
    tokens = re.findall(r"[a-zà-ÿ]+", text.lower())
    if len(tokens) < 2:
        return False
    last, bodies = tokens[-1], lists()["organisation_nouns"]
    if "of" in tokens[1:] and (before := tokens[tokens.index("of", 1) - 1]) not in bodies and is_occupation(before):
        return False
    if tokens[0] in ("city", "university", "department", "ministry", "county", "hmp") and not is_occupation(last):
        return True
    if tokens[0] in lists()["leading_organisation_nouns"] and not is_occupation(last):
        # "Editorial Brisamar" is a house, an "Editorial Assistant" none
        return True
    if last == "district" and tokens[-2] in _DISTRICTS:
        return True
    if "," not in text and any(f" {office} of " in f" {' '.join(tokens)} " for office in _OFFICES_OF):
        return True
    if last.endswith("s") and last[:-1] in lists()["role_nouns"] and text[:1].isupper():
        return True
    found = set(tokens) & bodies
    sure = found - lists()["field_nouns"]
    inside = found - _PLACES_TOO
    return (last in sure) or (not surely and bool(inside) and not any(map(is_occupation, tokens)))


def clean(text: str, *, surely: bool = False) -> str | None:
    """ "the SENIOR RECORDS CLERK (m/f/d) - Ref 118" -> "Senior Records Clerk"; None where no occupation is named.

    ``surely``: it stands where nothing but a post stands ("Job title: ..."), so an unknown noun may pass for one.
    """
    role = straighten(text)[:240].strip(" .,:;-|\"'*[]?!")
    for pattern in (_REFERENCE, _GENDER, _TERMS):
        role = pattern.sub("", role)
    role = _SHORT_POST.sub(r"\1, \2", role.strip(" -"))
    if (
        (inside := re.match(r"^(?P<before>[^()]+)\((?P<inside>[^()]{4,50})\)$", role))
        and not is_role(inside["before"])
        and is_role(inside["inside"])
    ):
        role = inside["inside"]
    role = _MIDDLE.sub(" ", _LEAD.sub("", role.strip(" .,:;-|\"'*[]?!")))
    pieces = [piece for piece in _APART.split(role) if piece and piece.strip()]
    named = [piece for piece in pieces if is_role(piece) and not is_body(piece)]
    role = next((piece for piece in named if not _is_stage(piece)), (named or pieces or [""])[0])
    role = _without_notice(_LEAD.sub("", role.strip()))
    role = _LEAD.sub("", _without_house(role))
    for _ in range(3):
        role = _TAIL.sub("", role).strip(" .,:;-|")
    if role.count("(") != role.count(")"):
        role = role.partition("(")[0].strip(" ,-")
    role = _without_place(_AIM.sub("", role))
    if _SENTENCE & {word.strip(",.()") for word in role.split()}:
        return None
    known = is_role(role)
    if _is_titled(role) or _is_plural(role):
        return None
    if not 2 < len(role) <= LONGEST_NAME or not (known or (surely and _may_be_role(role))) or _is_office(role):
        return None
    return as_written(role)


_SENTENCE = frozenset(
    (
        "a",
        "an",
        "his",
        "her",
        "their",
        "is",
        "was",
        "are",
        "were",
        "that",
        "this",
        "which",
        "who",
        "when",
        "why",
        "what",
        "how",
        "your",
        "my",
        "our",
        "you",
        "we",
        "i",
        "it",
        "not",
        "no",
        "will",
        "would",
        "can",
        "could",
        "has",
        "have",
        "had",
        "be",
        "been",
        "do",
        "does",
        "did",
        "they",
        "he",
        "she",
        "if",
        "but",
        "because",
        "than",
    )
)
"""Words of a sentence; a phrase with one of them in small letters is no name of a post."""

_AIM = re.compile(r"\s(?:[A-Z]{2,4} )?(?:for|with|from) (?:next|the|our|a|an|my|your|this|one)\b.*$")
_IN_PLACE = re.compile(r"^(?P<head>.{3,60}?) (?:based )?in (?P<place>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)$")
_OF_SUBJECTS = frozenset(
    (
        "lecturer",
        "professor",
        "teacher",
        "fellow",
        "researcher",
        "reader",
        "tutor",
        "postdoc",
        "scientist",
        "specialist",
        "instructor",
        "intern",
        "associate",
        "assistant",
        "trainee",
        "apprentice",
    )
)


_NOTICE = re.compile(r"^(?P<post>.{3,60}?)\s(?:ad|advert|advertisement|listing|card)\b.*$", re.I)


def _without_notice(role: str) -> str:
    """ "Head chef ad in the Wharfside paper" -> "Head chef"."""
    match = _NOTICE.match(role)
    return match["post"] if match and is_role(match["post"]) else role


def _without_place(role: str) -> str:
    """ "Accountant in Berlin" -> "Accountant"; a "Lecturer in Marine Ecology" is one of Marine Ecology."""
    match = _IN_PLACE.match(role)
    if match and is_role(match["head"]) and not set(match["head"].lower().split()) & _OF_SUBJECTS:
        return match["head"]
    return role


def _without_house(role: str) -> str:
    """ "Records Clerk, Fernhill Water Authority" -> "Records Clerk"; "Controls Engineer, next step" -> "Controls Engineer";
    "Interview, Process Metallurgist" -> "Process Metallurgist"; "Backend Engineer, Payments" stays."""
    parts = [part.strip() for part in role.split(", ") if part.strip()]
    kept: list[str] = []
    for part in parts:
        tokens = set(re.findall(r"[a-z]+", part.lower()))
        if kept and (
            is_body(part, surely=True)
            or _is_place(part)
            or not part[:1].isupper()
            or tokens & lists()["stage_words"]
            or len(kept) > 1
        ):
            break
        if kept or is_role(part) or part is parts[-1]:
            kept.append(part)
    return ", ".join(kept)


def _is_stage(piece: str) -> bool:
    """ "Recruiter Conversation", "Panel Interview"."""
    tokens = set(re.findall(r"[a-z]+", piece.lower()))
    return "recruiter" in tokens or tokens <= lists()["stage_words"]


def _is_place(part: str) -> bool:
    """ "Galway", "Phoenix AZ", "NW London"."""
    tokens = part.lower().split()
    return tokens[0] in lists()["places"] or tokens[-1] in lists()["places"] or re.search(r"\s[A-Z]{2}$", part) is not None


def _may_be_role(role: str) -> bool:
    """Whether a phrase in the place of a post may be one though its noun is not known: short, in words, no house and no stage."""
    tokens = re.findall(r"[a-zà-ÿ]+", role.lower())
    return (
        1 <= len(tokens) <= 5
        and not is_body(role)
        and not set(tokens) & lists()["stage_words"]
        and not set(tokens) & lists()["no_part_of_role"]
        and any(
            len(token) > 4
            and token.endswith(("er", "or", "ist", "ian", "ant", "ent", "ive", "ing", "man", "son", "ship", "eur", "ess"))
            for token in tokens
        )
    )


def _is_titled(role: str) -> bool:
    """ "Chef Marlow": a person by title and last name."""
    words = role.split()
    return (
        len(words) == 2
        and words[0].lower() in _TITLES
        and words[1].isalpha()
        and words[1].istitle()
        and not is_occupation(words[1].lower())
        and words[1].lower() not in lists()["last_role_nouns"] | lists()["role_complements"]
    )


def _is_plural(role: str) -> bool:
    """ "Drovers", "Porters": a trade as a house or a team is called, no post."""
    word = role.lower()
    return word.isalpha() and word.endswith("s") and not word.endswith("ss") and word[:-1] in lists()["role_nouns"]


def _is_office(role: str) -> bool:
    """ "Hiring Manager" and "HR Business Partner" write about posts and are not what is applied for; nor is "Manager" alone."""
    tokens = re.findall(r"[a-z]+", role.lower())
    stops, vague = lists()["no_part_of_role"], lists()["vague_role_nouns"]
    if not tokens or " ".join(tokens) in lists()["offices"]:
        return True
    return all(token in stops or token in vague for token in tokens) and (len(tokens) == 1 or tokens[0] in stops)


_SMALL = frozenset(("of", "and", "the", "for", "de", "du", "la", "le", "in", "to", "with", "on", "at", "a", "an"))


def as_written(name: str) -> str:
    """Capitals of a name for what stands in CAPITALS, in small letters, or with its first letter alone: "Head of pastry" -> "Head
    of Pastry"; short capitals (IBM, SRE) stay."""
    words = name.split(" ")
    shouted = name.isupper() and len(name) > 3
    rest = [word for word in words[1:] if word not in _SMALL]
    quiet = not shouted and (name.islower() or (bool(rest) and all(word[:1].islower() or not word.isalpha() for word in rest)))
    if not (shouted or quiet):
        return name
    kept = lists()["acronyms"]
    return " ".join(_capital(word, place, kept, shouted=shouted) for place, word in enumerate(words))


def _capital(word: str, place: int, kept: frozenset[str], *, shouted: bool) -> str:
    flat = word.strip("().,")
    if flat.upper() in kept and (shouted or flat.upper() not in ("IT", "US")):
        return word.upper()
    if not flat.replace("-", "").replace("'", "").isalpha():
        return word
    if place and flat.lower() in _SMALL:
        return word.lower()
    if not shouted and not word.islower():
        return word
    return "-".join(
        part[:1].upper() + part[1:].lower() if part[:1].isalpha() else part[:1] + part[1:].capitalize()
        for part in word.split("-")
    )


# ----------------------------------------------------------------------------------- posts in small letters

_RUN = r"(?P<run>(?:[\w&'/+#.-]+ ){0,5}[\w&'/+#-]+)"
_BEFORE_POST = re.compile(
    r"\b(?:the|our|an?|this|your|for|any|my) (?P<run>(?:[\w&'/+#.-]+ ){1,6}?)(?:position|role|post|job|vacancy|opening)\b"
)
_BEHIND = (
    re.compile(
        r"\b(?:appl(?:ied|y|ying|ication)|candidature|candidacy|cv|resume|letter|interview(?:ing|ed)?|shortlisted|"
        r"considered|looking|need|"
        rf"audition(?:ing)?)\b(?: \w+){{0,2}}? (?:for|as) (?:the |our |an? |your )?(?:(?:position|role|post|job|"
        rf"vacancy) (?:of |as )?)?{_RUN}"
    ),
    re.compile(rf"\b(?:position|role|post|job|vacancy|title) (?:of |as |is )(?:an? |the |our )?{_RUN}"),
    re.compile(rf"\bneeds? an? {_RUN}"),
)


def in_small_letters(plain: str) -> Iterator[str]:
    """Posts that a sentence in lower case names: "thanks for applying for pastry sous chef" -> "Pastry Sous Chef"."""
    for match in _BEFORE_POST.finditer(plain):
        tokens = match["run"].split()
        start = max((place + 1 for place, token in enumerate(tokens) if _parts(token) and not _belongs(tokens, place)), default=0)
        heads = any(_is_head(tokens, place) for place in range(start, len(tokens)))
        if heads and (found := clean(" ".join(tokens[start:]))):
            yield found
    for pattern in _BEHIND:
        for match in pattern.finditer(plain):
            if found := _of_run(match["run"].split()):
                yield found


def _parts(token: str) -> bool:
    return token in lists()["no_part_of_role"] or token[-1:] in ".,;:!?"


def _belongs(tokens: list[str], place: int) -> bool:
    """ "of" and "in" between a noun of occupation and its field: "head of pastry", "teacher of english"."""
    return tokens[place] in ("of", "in", "and", "for") and place > 0 and _is_head(tokens, place - 1) and place + 1 < len(tokens)


def _of_run(tokens: list[str]) -> str | None:
    """The post with which a run of words begins: words up to and with the noun of occupation, and "of ..." behind."""
    end = 0
    while end < len(tokens) and not _parts(tokens[end]):
        end += 1
    if end < len(tokens) and tokens[end][-1:] in ".,;:!?" and tokens[end].rstrip(".,;:!?") not in lists()["no_part_of_role"]:
        end += 1
    bare = [token.rstrip(".,;:!?") for token in tokens]
    heads = [place for place in range(end) if _is_head(bare, place)]
    if not heads or heads[0] > 4:
        return None
    last = heads[0]
    while last + 1 < end and _is_head(bare, last + 1):
        last += 1
    if last + 2 < len(tokens) and bare[last] == tokens[last] and tokens[last + 1] == "of" and not _parts(bare[last + 2]):
        last += 2
    return clean(" ".join(bare[: last + 1]))


def _is_head(tokens: list[str], place: int) -> bool:
    word = tokens[place].strip(".,")
    if word in ("head", "director", "teacher") and place + 1 < len(tokens) and tokens[place + 1] == "of":
        return True
    if not is_occupation(word):
        return place > 0 and word in lists()["last_role_nouns"] and tokens[place - 1] not in lists()["no_part_of_role"]
    return word not in lists()["vague_role_nouns"] or (place > 0 and tokens[place - 1] not in lists()["no_part_of_role"])
