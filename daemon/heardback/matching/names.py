"""When two names mean one employer, when two roles are one, and whose a domain is. Pure comparison of words.

Near misses decide here: "Hallam Row" is "Hallam Row Private Hospital", but Brightwater Labs is not Brightwell Health, and
"Summit" is neither Summit Health nor Summit Bank while both write. So a name is compared word by word, never by how alike it
looks as a whole; a slip of the pen is allowed in one word of a name whose other words agree.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from heardback.matching.words import pairs, words

Words = tuple[str, ...]

_WORD = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"['’`]s\b")
_SHARE = re.compile(r"\([^()%]{0,40}%[^()]{0,20}\)")
"""Where and how much: "(Zurich, 80-100%)" behind a role is no part of it."""
_INITIALS = re.compile(r"(?<!\w)([a-z]) ?(?:&|\+|and) ?([a-z])(?!\w)")
"""Initials with a sign between: "M&E" is "me", of which "Monitoring and Evaluation" has the first letters."""
_MISSPELT_FROM = 6
"""Letters that a word needs before one wrong letter in it is a slip and not another word."""


def plain(text: str) -> str:
    """ASCII lower case: "Müller & Söhne" -> "muller & sohne"."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=8192)
def employer_words(name: str) -> Words:
    """The words that count: "The Harrow & Pike Recruiting Team, LLC" -> ("harrow", "pike"); "Office of Essential Supplies" ->
    ("essential", "supplies")."""
    found = _WORD.findall(_POSSESSIVE.sub("", plain(name[:200])))
    kept = [word for word in found if word not in words("legal") and word not in {"the", "and"}]
    while len(kept) > 1 and kept[-1] in words("departments"):
        kept.pop()
    if len(kept) > 3 and kept[0] in words("offices_of") and kept[1] in ("of", "for"):
        kept = kept[2:]
    return tuple(kept or found)


def extends(longer: Words, shorter: Words) -> bool:
    """Whether ``shorter`` is short for ``longer``: the same first word, and the rest in order somewhere in it."""
    if not shorter or len(shorter) > len(longer) or shorter[0] != longer[0]:
        return False
    if len(shorter) == 1 and (len(shorter[0]) < 3 or shorter[0] in words("no_first_name")):
        return shorter == longer
    rest = iter(longer)
    return all(word in rest for word in shorter)


def same_employer(one: Words, other: Words) -> bool:
    """Whether two names may mean one employer, slips of the pen left aside."""
    if not one or not other:
        return False
    return (
        "".join(one) == "".join(other) or extends(one, other) or extends(other, one) or _joins(one, other) or _joins(other, one)
    )


def _joins(one: Words, other: Words) -> bool:
    """Whether one word is the beginning of the other name without its blanks: "Palewillow" and "Pale Willow College"."""
    return len(one) == 1 and len(one[0]) >= 8 and any(one[0] == "".join(other[:size]) for size in range(2, len(other)))


def misspelt(one: Words, other: Words) -> bool:
    """Whether the names differ by one slip in one word: "Brigthforge" and "Brightforge"; not "Tallis & Roe" and
    "Talliss Bank"."""
    if len(one) != len(other):
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) == 1 and min(map(len, differing[0])) >= _MISSPELT_FROM and one_slip(*differing[0])


def one_slip(one: str, other: str) -> bool:
    """One letter too many, too few, another, or two neighbours swapped (Damerau distance 1)."""
    if one == other:
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else b[1:] == a


def slips(word: str) -> frozenset[str]:
    """The word with each letter left out once: two words within one slip share one of these or the word itself, so that
    misspellings are found by look-up and not by comparing all with all."""
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


# ------------------------------------------------------------------------------------------------ domains


@lru_cache(maxsize=8192)
def organisation(domain: str) -> str:
    """The part of a domain that is one organisation's: "mail.oakmere.co.uk" -> "oakmere.co.uk"."""
    labels = domain.strip(".").split(".")
    keep = 3 if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in words("second_levels") else 2
    return ".".join(labels[-keep:])


def is_freemail(domain: str) -> bool:
    return domain in words("freemail")


def is_provider(domain: str) -> bool:
    """Whether a domain calls itself a provider of mail: "quickmail.example"; "oakmere-mail.example" sends for Oakmere."""
    label = organisation(domain).split(".")[0]
    if "-" in label or label in words("no_providers"):
        return False
    return label.endswith(tuple(words("provider_endings"))) or label.startswith(tuple(words("provider_beginnings")))


def is_seat(name: Words) -> bool:
    """Whether a seat of learning is called by its place: ("university", "of", "carrick")."""
    return len(name) > 2 and name[0] in words("seats_of") and name[1] == "of"


@lru_cache(maxsize=8192)
def domain_bears(domain: str, name: Words) -> bool:
    """Whether a domain is made of a name's words: "oakmere-group.example" and ("oakmere",); "lakeshoretransit.example" and
    ("lakeshore", "regional", "transit", "authority"); never "brightwaterlabs.example" and ("bright",)."""
    label = organisation(domain).split(".")[0]
    joined = label.replace("-", "")
    if not name or not joined:
        return False
    short = tuple(pairs("name_short").get(word, word) for word in name)
    if short != name and domain_bears(domain, short):
        return True
    if joined == "".join(name) or (len(name) >= 3 and joined == "".join(word[0] for word in name)):
        return True
    if is_seat(name):
        # "University of Carrick" writes from carrick-univ.example
        return domain_bears(domain, name[2:])
    if not joined.startswith(name[0]) or (len(name[0]) < 4 and not (len(name) > 1 and joined.startswith("".join(name[:2])))):
        return False
    rest, taken = joined[len(name[0]) :], 1
    untaken = []
    for word in name[1:]:
        if rest.startswith("and" + word):
            rest = rest[3:]
        if rest.startswith(word):
            rest, taken = rest[len(word) :], taken + 1
        else:
            untaken.append(word)
    if taken == 1 and len(name) > 1 and label == f"{name[0]}-{rest}" and rest in words("trades"):
        # "ardle-energy" is another house than the Ardle Trust, though energy may follow a name
        return False
    if not rest or rest in words("domain_tails"):
        return True
    if len(untaken) > 1 and rest == "".join(word[0] for word in untaken):
        # "larkhillcu" is the Larkhill Credit Union's
        return True
    if len(rest) > 2 and any(word.startswith(rest) for word in untaken):
        # "corran-inst" is the Corran Institute's
        return True
    return len(rest) <= 3 and (taken > 1 or label.startswith(name[0] + "-"))


def country_of(domain: str) -> str | None:
    """ISO 3166-1 alpha-2 by the last label, where that label belongs to one country's."""
    return pairs("countries").get(domain.rpartition(".")[2])


# -------------------------------------------------------------------------------------------------- roles


@dataclass(frozen=True, slots=True)
class Role:
    """A role's words by what they are worth. ``order`` keeps them as they stood, for initials."""

    order: Words
    content: frozenset[str]
    grades: frozenset[str]
    heads: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.content or self.heads or self.grades)


@lru_cache(maxsize=8192)
def role_words(name: str) -> Role:
    """ "Sr. Backend Engineer (Payments), Req. 26-0418" -> content backend, payment; grade senior; head engineer."""
    order = []
    for word in _WORD.findall(_INITIALS.sub(r"\1\2", _POSSESSIVE.sub("", _SHARE.sub(" ", plain(name[:200]))))):
        word = pairs("role_short").get(word, word)
        if word in words("role_noise") or (len(word) > 1 and any(letter.isdigit() for letter in word)):
            continue
        order.append(word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word)
    found = frozenset(order)
    heads = found & words("role_heads")
    grades = (found & words("role_grades")) - heads
    return Role(tuple(order), found - heads - grades, grades, heads)


def _spelt_out(role: Role, other: Role) -> frozenset[str]:
    """``role``'s content, with initials of the other's words replaced by them: "SRE" against "Site Reliability Engineer"."""
    content = set(role.content)
    for word in role.content:
        size = len(word)
        if not 2 <= size <= 4:
            continue
        for start in range(len(other.order) - size + 1):
            span = other.order[start : start + size]
            if "".join(item[0] for item in span) == word:
                content.discard(word)
                content.update(other.content & set(span))
                break
    return frozenset(content)


@lru_cache(maxsize=16384)
def roles_conflict(one: Role, other: Role) -> bool:
    """Whether two roles cannot be one. "Backend Engineer" may be "Backend Engineer, Payments"; "Site Reliability Engineer" may
    not."""
    if not one or not other:
        return False
    if one.grades and other.grades and not (one.grades <= other.grades or other.grades <= one.grades):
        return True
    a, b = _spelt_out(one, other), _spelt_out(other, one)
    if a and b:
        return not (a <= b or b <= a)
    if one.heads and other.heads:
        return not one.heads & other.heads
    return False


@lru_cache(maxsize=16384)
def roles_alike(one: Role, other: Role) -> bool:
    """Whether two roles share what tells them apart, and nothing contradicts it."""
    if roles_conflict(one, other):
        return False
    a, b = _spelt_out(one, other), _spelt_out(other, one)
    return bool(a & b) or (not a and not b and bool(one.heads & other.heads)) or one.order == other.order


def subject_names(subject: str, role: Role) -> int:
    """How many of the words that tell a role from others stand in a subject, initials counted."""
    spoken = role_words(subject)
    return len(_spelt_out(spoken, role) & role.content)


_REFERENCE = re.compile(
    r"(?<![\w/-])(?=[A-Za-z0-9/-]{0,20}\d)[A-Z]{0,4}\d{0,6}[-/]?(?:[A-Z0-9]{1,8}[-/]){0,4}[A-Z0-9]{3,10}(?![\w/-])"
)
_DATE = re.compile(r"^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}$|^(?:19|20)\d\d$")


def references(subject: str) -> frozenset[str]:
    """Requisition numbers in a subject: "Application received (Req. 26-0418)" -> {"26-0418"}; dates are none."""
    return frozenset(
        text
        for match in _REFERENCE.finditer(subject[:200])
        if len(text := match[0]) >= 5 and not _DATE.match(text) and any(map(str.isdigit, text))
    )


# ------------------------------------------------------------------------------------------------- people


@lru_cache(maxsize=8192)
def person_words(name: str) -> Words:
    return tuple(_WORD.findall(plain(re.sub(r"\(.{0,60}?\)", " ", name[:120]))))


def same_person(one: Words, other: Words) -> bool:
    """The same first name, and a last name that agrees as far as it is written: "Marcus T" and "Marcus Thibodeaux"."""
    if len(one) < 2 or len(other) < 2 or one[0] != other[0]:
        return False
    a, b = one[-1], other[-1]
    return a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b))
