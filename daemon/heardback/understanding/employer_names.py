"""Whose name a phrase, a signature, a display name or a domain holds.

A domain's label is the same letters as the name, without blanks and capitals, often cut short. So the label is best used to
*find* the name where a person wrote it ("marrowlane" finds "Marrow & Lane Foods"); on its own it is a last resort. A name is a
run of capitalised words and never a sentence, a department, a person, a post or a platform.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from heardback.model import Owner
from heardback.understanding.phrasebook import straighten
from heardback.understanding.role_names import LONGEST_NAME, as_written, is_body, is_occupation, is_role, lists

SMALL = r"(?:of|and|the|for|de|du|la|le|von|van|y|e|und|et|&|\+)"
CAPITAL = "A-ZÀ-ÖØ-Þ"
WORD = rf"[{CAPITAL}][\w&'.+#/-]*"
NAME = rf"{WORD}(?: (?:{SMALL} ){{0,2}}[{CAPITAL}0-9&][\w&'.+#/-]*){{0,6}}"

CORPORATE = re.compile(
    r"[\s,]+(?:inc|llc|ltd|limited|plc|gmbh|corp|corporation|co|pvt|pty|llp|ag|se|kg|dac|npc|w\.?l\.?l|s\.?a|b\.?v|pte|oy|ab|aps|sarl|srl)\.?$",
    re.I,
)
_LETTERS = re.compile(r"[^a-z0-9]+")
_LOOSE_END = re.compile(r"\s(?:at|with|in|on|to|and|of|the|for|is|has|was|a|an|your|our|we|you|please|as|by|&|-)$", re.I)
_SHAPE = re.compile(rf"^{NAME}$")
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=8192)
def letters(name: str) -> str:
    """ "Marrow & Lane" -> "marrowlane", "Atelier Boréal" -> "atelierboreal": what a domain keeps of a name."""
    folded = name if name.isascii() else unicodedata.normalize("NFKD", name.translate(_FOLDED))
    return _LETTERS.sub("", folded.lower())


def clean(text: str, owner: Owner) -> str | None:
    """The name without its article and with calm capitals; None for what is no employer's: days, offices, posts, the owner."""
    name = re.sub(r"\s?\([^)]{0,40}\)", "", straighten(text)).strip(" .,:;-|\"'*!<>[]")
    name = re.sub(r"['’]s?$", "", name)
    name = re.sub(r"^(?:the|our|an?|for|your)\s+(?=\S)", "", name, flags=re.I)
    for _ in range(3):
        name = _LOOSE_END.sub("", name).strip(" .,:;-|!")
    name = _bare(_before_post(name), lists()["departments"])
    tokens = [token.strip(".,()").lower() for token in name.split()]
    if re.search(r"\d{3}", name) or (tokens and all(token in _CONNECTING or token in lists()["departments"] for token in tokens)):
        return None
    if not tokens or not 2 <= len(name) <= LONGEST_NAME or ":" in name or "@" in name or "//" in name:
        return None
    words = lists()
    if all(token in words["no_employer"] or token in words["departments"] or token.isdigit() for token in tokens):
        return None
    is_person = tokens[0] in words["no_employer_first"] and not (tokens[0] in ("dr", "mr", "mrs", "st") and is_body(name))
    if is_person or name.lower() in words["offices"] or _is_of(owner, name):
        return None
    if is_role(name) and not is_body(name) and not _is_surname(name):
        return None
    return as_written(without_legal_form(name))


def _is_surname(name: str) -> bool:
    """ "Arkwright", "Fernmaker": an old trade that is a name, for want of any word beside it."""
    flat = name.lower()
    return name.isalpha() and name.istitle() and flat not in lists()["role_nouns"] and flat.endswith(("wright", "smith", "maker"))


def _before_post(name: str) -> str:
    """ "Copper Kettle Diner for the Line Cook" -> "Copper Kettle Diner"."""
    head, found, tail = name.partition(" for ")
    return head if found and is_role(tail) and not is_role(head) and not is_body(name, surely=True) else name


def without_legal_form(name: str) -> str:
    """ "Nordstern Logistik SE & Co. KG" -> "Nordstern Logistik": nobody says it."""
    for _ in range(4):
        shorter = CORPORATE.sub("", name).rstrip(" ,.&")
        if not shorter or shorter == name:
            break
        name = shorter
    return name


_OFFICES_OF_BODIES = frozenset(
    (
        "estates",
        "admissions",
        "facilities",
        "parking",
        "library",
        "kitchen",
        "events",
        "finance",
        "security",
        "housing",
        "catering",
    )
)


def _bare(name: str, departments: frozenset[str]) -> str:
    """Without the office that follows: "Oakmere Talent Acquisition" -> "Oakmere"; "Human Capital Division" goes as a whole."""
    words = name.split()
    if all(word.strip(".,()").lower() in departments | {"and", "&", "the", "capital"} for word in words):
        return ""
    while len(words) > 1 and words[0].lower() in lists()["leading_departments"]:
        words = words[1:]
    while (
        len(words) > 1
        and words[-1].strip("().,").lower() in departments
        and not (len(words) == 2 and words[-1].lower() == "services")
    ):
        words.pop()
    if (
        len(words) > 2
        and words[-1].lower() in _OFFICES_OF_BODIES
        and words[-2].lower() in ("university", "hospital", "council", "college", "school", "trust")
    ):
        words.pop()
    if words and words[-1].lower() in ("human", "&", "and") and len(words) < len(name.split()):
        words.pop()
    return " ".join(words)


def _is_of(owner: Owner, name: str) -> bool:
    own = owner.name.lower().split()
    return (
        letters(name) == letters(owner.name)
        or name.lower() in own
        or (bool(own) and name.lower().split()[-1] in own and len(name.split()) > 1)
    )


# -------------------------------------------------------------------------------------------------- domains


def domain_labels(domain: str) -> tuple[str, ...]:
    """The label that a firm chose, and its parts: "fernvalley-uk.example" -> ("fernvalleyuk", "fernvalley")."""
    label, parts = _label(domain)
    found = [letters(label), letters("".join(parts))]
    return tuple(dict.fromkeys(item for item in found if len(item) >= 3))


def _label(domain: str) -> tuple[str, tuple[str, ...]]:
    labels = domain.lower().split(".")
    while len(labels) > 1 and (labels[-1] in lists()["suffixes"] or len(labels[-1]) == 2):
        labels.pop()
    label = labels[-1] if labels else ""
    return label, tuple(part for part in label.split("-") if part and part not in lists()["label_fillers"])


@dataclass(frozen=True, slots=True)
class Spelt:
    """A name as it stands in the text. ``full``: with the capitalised words behind it, where they end as a house's name does."""

    name: str
    full: str | None


def spelt_out(domain_or_slug: str, lines: Iterable[str]) -> Spelt | None:
    """Find the name of which a domain's label is made: the same letters; else each word's beginning ("unistrand", "University of
    Strand"); else the first part before a hyphen ("marram-howth", "Marram")."""
    label, parts = _label(domain_or_slug)
    joined = letters("".join(parts))
    plain = re.sub(r"([aou])e", r"\1", joined)
    """As "Bächle" keeps it, who is baechle in domains."""
    whole = dict.fromkeys(item for item in (letters(label), joined, joined.removeprefix("the"), plain) if len(item) >= 3)
    texts = [line.split() for line in lines]
    for wanted in whole:
        for how in (_same_letters, _beginnings):
            for tokens in texts:
                if (found := _first(wanted, tokens, how)) is not None:
                    return found
    if len(parts) > 1 and len(parts[0]) >= 4:
        for tokens in texts:
            for wanted in dict.fromkeys((letters(parts[0]), re.sub(r"([aou])e", r"\1", letters(parts[0])))):
                if (found := _first(wanted, tokens, _same_letters)) is not None:
                    return found
    return None


def small_spelt(domain_or_slug: str, lines: Iterable[str]) -> str | None:
    """The name as somebody wrote it who writes without capitals: "hi from marrow lane" spells marrowlane as "Marrow Lane"."""
    label, parts = _label(domain_or_slug)
    wanted = {item for item in (letters(label), letters("".join(parts))) if len(item) >= 6}
    for line in lines:
        tokens = line.split()[:400]
        for start, token in enumerate(tokens):
            flat = letters(token)
            if not flat or not any(item.startswith(flat) for item in wanted):
                continue
            joined, end = flat, start + 1
            while joined not in wanted and end < min(len(tokens), start + 4) and not _ends_run(tokens[end - 1]):
                joined, end = joined + letters(tokens[end]), end + 1
            if joined in wanted:
                spelt = (word.strip(" .,:;!?()'\"|[]<>*") for word in tokens[start:end])
                return " ".join(word[:1].upper() + word[1:] for word in spelt)
    return None


def in_words(domain: str) -> str:
    """The label that a firm chose, in words as far as they can be told: "lorsbach-uk.example" -> "Lorsbach"."""
    label, parts = _label(domain)
    return " ".join(split_label(part) for part in parts or (label,))


def split_label(label: str) -> str:
    """A label in words, where it ends with what houses are called: "lorsbachtimber" -> "Lorsbach Timber"; else as one word."""
    endings = lists()["organisation_nouns"] | lists()["label_words"]
    rest = label
    tail: list[str] = []
    while len(tail) < 3:
        size = next((size for size in range(min(16, len(rest) - 3), 3, -1) if rest[-size:] in endings), 0)
        if not size or (size < 5 and len(rest) - size < 4):
            break
        rest, tail = rest[:-size], [rest[-size:], *tail]
    return " ".join(word.capitalize() for word in (rest, *tail))


def is_provider(domain: str) -> bool:
    """Whether a domain calls itself a provider of mail: "quickmail.example"; whoever writes from there writes for nobody."""
    label, _ = _label(domain)
    if "-" in label or label in lists()["no_providers"]:
        return False
    return label.endswith(tuple(lists()["provider_endings"])) or label.startswith(tuple(lists()["provider_beginnings"]))


_CONNECTING = frozenset(
    ("of", "and", "the", "for", "de", "du", "des", "del", "da", "di", "dos", "la", "le", "les", "und", "et", "&", "+", "y")
)
_CAPITALISED = re.compile(rf"^[\"'(\[]?[{CAPITAL}0-9]")


def _first(wanted: str, tokens: list[str], how: object) -> Spelt | None:
    for start, token in enumerate(tokens):
        if not _CAPITALISED.match(token):
            continue
        flat = letters(token)
        if not flat or flat[0] != wanted[0]:
            continue
        end = how(wanted, tokens, start)  # type: ignore[operator]
        if end:
            name = " ".join(tokens[start:end]).strip(" .,:;!?()'\"|[]<>*")
            return Spelt(re.sub(r"'s$", "", name), _full(tokens, start, end) or _grown_left(tokens, start, end))
    return None


def _ends_run(token: str) -> bool:
    return token[-1:] in '.,:;!?)|"' and token.lower().rstrip(",") not in ("st.", "co.")


def _same_letters(wanted: str, tokens: list[str], start: int) -> int:
    """The end of the run that has the letters of ``wanted``, all or most of them, 0 for none."""
    joined, end = "", start
    while end < len(tokens) and len(joined) < len(wanted):
        token = tokens[end]
        flat = "and" if token in ("&", "+") else letters(re.sub(r"['’]s\b", "", token))
        if flat and wanted.startswith(joined + flat):
            joined += flat
        elif not (joined and (token.lower() in _CONNECTING)):
            break
        end += 1
        if _ends_run(token):
            break
    while end > start and tokens[end - 1].lower() in _CONNECTING:
        end -= 1
    if joined == wanted or (len(joined) >= 6 and len(joined) >= 0.7 * len(wanted)):
        return end
    return 0


def _beginnings(wanted: str, tokens: list[str], start: int) -> int:
    """The end of the run of capitalised words of whose beginnings ``wanted`` is made: three letters or more of each, or one of
    each of three or more, or one of each and the last in full."""
    rest, end = wanted, start
    taken: list[tuple[int, int]] = []
    while rest and end < len(tokens) and len(taken) < 6:
        token = tokens[end]
        flat = letters(token)
        if token.lower() in _CONNECTING and taken:
            if flat and rest.startswith(flat) and len(flat) < len(rest):
                rest = rest[len(flat) :]
            end += 1
            continue
        if not _CAPITALISED.match(token):
            return 0
        size = _common(flat, rest)
        if not size:
            return 0
        if size < 3 and size < len(flat):
            size = 1
        taken.append((size, len(flat)))
        rest = rest[size:]
        end += 1
        if _ends_run(token) and rest:
            return 0
    if rest or len(taken) < 2:
        return 0
    initials = all(size == 1 for size, _ in taken) and len(taken) >= 3
    begun = all(size >= 3 for size, _ in taken)
    last_in_full = all(size == 1 for size, _ in taken[:-1]) and taken[-1][0] == taken[-1][1] >= (3 if len(taken) > 2 else 4)
    in_full = [size for size, length in taken if size == length]
    # "Mill Lane School District" is milllanesd: words in full, then first letters
    then_initials = sum(in_full) >= 6 and all(size == 1 for size, length in taken[len(in_full) :]) and taken[0][0] == taken[0][1]
    return end if initials or begun or last_in_full or then_initials else 0


def _common(one: str, other: str) -> int:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    return size


def _grown_left(tokens: list[str], start: int, end: int) -> str | None:
    """ "Palmero" in "City of Palmero": the public body before "of"."""
    if start < 2 or tokens[start - 1].lower() not in ("of", "for") or not _CAPITALISED.match(tokens[start - 2]):
        return None
    head = letters(tokens[start - 2])
    if head not in lists()["organisation_nouns"] and head not in (
        "university",
        "office",
        "bank",
        "bureau",
        "city",
        "department",
        "ministry",
        "state",
    ):
        return None
    return " ".join(tokens[start - 2 : end]).strip(" .,:;!?()'\"|[]<>*")


def _full(tokens: list[str], start: int, end: int) -> str | None:
    """The run grown to the right over capitalised words, if it then ends as names of houses do: "Quarry Lane" + "Architects"."""
    if _ends_run(tokens[end - 1]):
        return None
    words = lists()
    last = end
    while last < len(tokens) and last - end < 6:
        token = tokens[last]
        flat = token.strip(".,:;!?()'\"|[]").lower()
        follows = last + 1 < len(tokens) and bool(_CAPITALISED.match(tokens[last + 1]))
        if token.lower() in _CONNECTING and follows and last > start:
            last += 1
            continue
        if (
            not _CAPITALISED.match(token)
            or not flat
            or flat in words["departments"]
            or flat in words["stage_words"]
            or flat in words["no_employer"] - {"services"}
        ):
            break
        last += 1
        if _ends_run(token):
            break
    while last > end and tokens[last - 1].lower() in _CONNECTING:
        last -= 1
    if last == end:
        return None
    grown = " ".join(tokens[start:last]).strip(" .,:;!?()'\"|[]<>*")
    bare = CORPORATE.sub("", grown)
    final = letters(bare.split()[-1])
    ends_as_house = final in words["organisation_nouns"] or is_body(bare)
    is_line = start == 0 and last == len(tokens) and not is_occupation(final)
    return grown if (ends_as_house or is_line) and not (is_role(bare) and not is_body(bare)) else None


# ----------------------------------------------------------------------------------- signatures, display names


def in_signature(line: str, owner: Owner) -> Iterator[tuple[str, float]]:
    """ "Lena Fox | Talent Partner | Fernhill Ltd", "Curator, Saltmarsh Museum", "Talent @ Oakmere" -> each house's name with what
    it is worth: more where it has the line to itself, less where it may be the field of the post before it
    ("Analyst, Maps & Transit")."""
    if len(line) > 90:
        return
    pieces = [piece.strip(" *_-") for piece in re.split(r"\s[|·•@/-]{1,2}\s|\s?\|\s?|,\s|\s@\s| at |:\s", line) if piece.strip()]
    for place, piece in enumerate(pieces):
        bare = re.sub(r"\s?\([^)]{0,40}\)", "", piece).strip(" .,!")
        legal = CORPORATE.search(bare) is not None
        if len(bare.split()) > 8 or (piece.endswith((".", "!", "?")) and not legal) or not _SHAPE.match(bare):
            continue
        if (legal or is_body(bare) or _ends_as_house(bare)) and (name := clean(bare, owner)):
            if not legal and not is_body(name) and not _ends_as_house(name):
                continue
            may_be_field = place > 0 and not legal and is_role(pieces[place - 1]) and not is_body(bare, surely=True)
            before = place > 0 and is_body(pieces[0]) and len(pieces) == 2
            yield name, 0.75 if len(pieces) == 1 else 0.4 if may_be_field or before else 0.7


def _ends_as_house(piece: str) -> bool:
    words = piece.split()
    return len(words) > 1 and letters(words[-1]) in lists()["organisation_nouns"] and not is_role(piece)


_ADDRESS = re.compile(r"\d|\b(?:road|street|rd|avenue|floor|tel|phone|mobile|sent from|www|http|m:|t:)\b", re.I)


def of_private_signature(lines: Iterable[str], writer: str, owner: Owner) -> str | None:
    """The house in the signature of somebody who writes from a private address: the line below the own name, up to its first
    comma: "Gus Orrin / Orrin & Daughter, thatching"."""
    signed = letters(writer)
    first = letters(writer.split()[0]) if writer.split() else ""
    rows = [line.strip(" *_-") for line in lines if line.strip(" *_-")]
    for place, row in enumerate(rows):
        head = re.split(r",\s|\s[|/·•-]\s", row)[0].strip(" .")
        if (
            place == 0
            or not 2 <= len(head.split()) <= 6
            or not _SHAPE.match(head)
            or _ADDRESS.search(head)
            or row.endswith(("?", "!"))
        ):
            continue
        above = letters(rows[place - 1])
        signs = len(rows[place - 1].split()) <= 4 and bool(above) and (above in signed or above.startswith((signed, first)))
        surname = letters(writer.split()[-1]) if writer.split() else ""
        is_family = len(surname) > 3 and surname in letters(head) and letters(head) != signed and place >= len(rows) - 2
        if (signs or is_family) and not is_role(head) and (name := clean(head, owner)) and letters(name) != signed:
            return name
    return None


_TWO_SIDES = re.compile(r"\s(?:via|through|on behalf of|from|at|@|-|\|)\s|,\s|\s?/\s")


def display_name(given: str, brand: Iterable[str], owner: Owner) -> str | None:
    """The display name without vendor, person and department: "Fernhill Rail via Lever" -> "Fernhill Rail", "Recruitment Team,
    Larch Street Theatre" -> "Larch Street Theatre", "Lena Fox (Oakmere)" -> "Oakmere"."""
    name = straighten(given)
    inside = re.search(r"\(([^)]{2,60})\)", name)
    if inside and not re.match(r"(?:via|through|no[- ]?reply|do not reply)\b", inside[1], re.I):
        name = inside[1]
    name = re.sub(r"\s?\([^)]{0,60}\)", "", name)
    name = re.split(r"\s(?:via|through)\s", name)[0]
    pieces = [piece for piece in _TWO_SIDES.split(name) if piece.strip()]
    vendors = set(brand)
    for piece in reversed(pieces):
        if piece.lower().strip() in vendors:
            continue
        found = clean(piece, owner)
        if found and found.lower() not in vendors:
            return found
    return None
