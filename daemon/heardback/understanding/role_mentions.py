"""Posts that are merely mentioned: without "position" or "application", in a phrase that letters of other matters use too.

Weaker evidence than a place that only a post stands in (``phrases/name_patterns.toml``), so each gets the weight its place is
worth; what weighs less than 0.3 ties no letters together and is only used where nothing better names the post (``matching``).

- In capitals behind a preposition: "got your note about Forensic Accountant".
- Before its terms: "Associate Planner, 46,500, nine-day fortnight".
- In French and Spanish, where the noun comes first and the rest stands behind: "chargée de mission mobilité".
- A part of the subject that is neither house nor stage nor person: "7th Grade Maths - interview".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heardback.understanding.employer_names import CAPITAL, SMALL, WORD, letters
from heardback.understanding.phrasebook import Sentence, straighten
from heardback.understanding.role_names import clean, is_body, is_occupation, is_role, lists

TIED = 0.45
"""Under what makes a letter of unknown matter one about a post."""
MERE = 0.28
"""Under ``matching``'s threshold for what ties letters together."""
GUESSED = 0.2

_RUN = rf"(?:[{CAPITAL}][\w&'.+#/-]*|\d{{1,2}}(?:st|nd|rd|th)\b)(?: (?:(?:{SMALL} |in )?{WORD}|&)){{0,6}}"
_BEHIND = re.compile(
    r"\b(?P<lead>[Rr]egarding|[Aa]bout|[Rr]e|[Ff]or|[Tt]o|[Oo]n|[Aa]s|[Nn]eeds?|[Oo]ffer you|[Ii]s)"
    r"(?P<article> an?| the| our| your| this| one)?:? "
    rf"(?P<run>{_RUN})"
)
_ARTICLE = re.compile(rf"\b(?:an?|our|your) (?P<run>{_RUN})")
_IN_BRACKETS = re.compile(rf"\((?P<run>{_RUN})[,);]")
_FORM = re.compile(rf"(?:^|, |: )(?P<run>{_RUN}) (?:application|candidacy|interview|posting|opening|contract|req)\b")
_WITH_TERMS = re.compile(
    rf"(?:^|, |: )\W{{0,3}}(?P<run>{_RUN}), (?=[£$€\d]|"
    r"(?:one application|six|twelve|hybrid|remote|full|part|permanent|perm|start|days|nights)\b)"
)
_SURE_LEADS = frozenset(("regarding", "about", "re"))


def in_capitals(sentence: Sentence) -> Iterator[tuple[str, float]]:
    """Posts in the sentence that are written with capitals, each with what its place is worth. The sentence must hold a word of
    occupation (ask first: it is the cheap question)."""
    text = straighten(sentence.original)[:600]
    for match in _BEHIND.finditer(text):
        if found := _post(match["run"]):
            sure = match["lead"].lower() in _SURE_LEADS
            if (match["article"] or "").strip() in ("the", "our", "your", "this"):
                yield found, MERE
            else:
                yield found, TIED if sure or match["article"] or match["lead"].lower() in ("for", "as", "offer you") else MERE
    for match in _ARTICLE.finditer(text):
        if found := _post(match["run"]):
            yield found, MERE
    for pattern in (_WITH_TERMS, _FORM, _IN_BRACKETS):
        if (named := pattern.search(text)) is not None and (found := _post(named["run"])):
            yield found, MERE if pattern is _IN_BRACKETS else TIED


def _post(run: str) -> str | None:
    """The run up to and with its noun of occupation, where at least one word stands before it."""
    words = run.split()
    heads = [
        place
        for place, word in enumerate(words)
        if is_occupation(word.lower().strip(".,:;!?()'")) or is_role(" ".join(words[: place + 1]))
    ]
    if not heads or is_body(run):
        return None
    tail = words[heads[-1] + 1 :]
    kept = words if tail[:1] in (["of"], ["in"], ["for"]) else words[: heads[-1] + 1]
    if len(kept) < 2:
        return None
    return clean(" ".join(kept))


_SMALL_RUN = r"(?P<run>(?:[\w&/'-]+ ){0,3}[\w&/'-]+)"
_AS_POST = re.compile(
    r"\b(?:offer|join|place|start|begin|position|apply|hire|taken on|work)\w*\b[^.;]{0,40}? as (?:an?|our|the|your) "
    rf"{_SMALL_RUN}"
)
_WANTED = re.compile(
    rf"\b(?:wants?|needs?|needing|after|for|supply|short|seeks?|seeking|hiring) (?:an?|one|some|relief|more) {_SMALL_RUN}"
)
_BEFORE = re.compile(r"\b(?:the|your|our) (?P<run>(?:[\w&/'+-]+ ){1,3}?)(?:position|role|post|job|vacancy|gig|work)\b")


def in_small_letters(sentence: Sentence) -> Iterator[tuple[str, float]]:
    """What letters in small letters say in passing: "who wants an e&i tech", "offer you a place as a casual educator"."""
    for pattern, weight in ((_AS_POST, TIED), (_WANTED, MERE)):
        for match in pattern.finditer(sentence.plain):
            if found := _small_post(match["run"].split()):
                yield found, weight


def before_post(sentence: Sentence) -> Iterator[tuple[str, float]]:
    """ "the guide job", though a guide may be a book: a guess, for want of better."""
    for match in _BEFORE.finditer(sentence.plain):
        words = match["run"].split()
        if any(
            word in lists()["no_part_of_role"]
            or word in lists()["plain_words_of_posts"]
            or word in lists()["stage_words"]
            or not word[0].isalpha()
            for word in words
        ):
            continue
        if is_role(" ".join(words)):
            if found := clean(" ".join(words)):
                yield found, TIED
        elif words[-1].isalpha() and len(words[-1]) > 3 and not words[-1].endswith(("ing", "est", "ed", "ly", "'s")):
            yield " ".join(word.capitalize() for word in words), GUESSED


def _small_post(words: list[str]) -> str | None:
    """The run up to and with its first word of occupation."""
    for place, word in enumerate(words):
        if word in lists()["no_part_of_role"]:
            return None
        is_last = place > 0 and word in lists()["last_role_nouns"]
        if (is_occupation(word) and (place > 0 or word not in lists()["vague_role_nouns"])) or is_last:
            follows = words[place + 1] if place + 1 < len(words) else ""
            kept = words[: place + 2] if is_occupation(follows) else words[: place + 1]
            return clean(" ".join(kept))
    return None


# ------------------------------------------------------------------------------------------- French, Spanish

_TOKEN = re.compile(r"[dl]['’]|[^\s,;:!?()\"«».]+|[,;:!?()\"«».]")


def in_romance(sentence: Sentence) -> Iterator[tuple[str, float]]:
    """ "Votre candidature au poste de Chargée de mission mobilité est arrivée" -> "Chargée de mission mobilité"."""
    tokens = _TOKEN.findall(straighten(sentence.original)[:600])
    small = [token.lower() for token in tokens]
    for place, token in enumerate(small):
        if token not in lists()["romance_nouns"]:
            continue
        before = small[max(0, place - 5) : place]
        asked = any(word in lists()["romance_asking"] for word in before)
        if not asked and not tokens[place][:1].isupper() and before[-1:] not in (["una"], ["une"]):
            continue
        run = _romance_run(tokens[place:], small[place:])
        if 0 < len(run) <= 7:
            name = re.sub(r"([dl]') ", r"\1", " ".join(run))
            yield name[:1].upper() + name[1:], 0.75 if asked else MERE


def _romance_run(tokens: list[str], small: list[str]) -> list[str]:
    run = [tokens[0]]
    for place in range(1, min(len(tokens), 8)):
        word = small[place]
        if word in ',;:!?()"«».' or word == "-" or word in lists()["romance_ends"] or (tokens[place].isupper() and len(word) > 4):
            break
        run.append(tokens[place])
    while run and run[-1].lower() in lists()["romance_links"]:
        run.pop()
    return run


# --------------------------------------------------------------------------------------------------- subject

_NOT_A_POST = re.compile(
    r"\b(?:\d{1,2}[/:.]\d{1,2}|\d{1,2}(?:st|nd|rd|th)?\s?(?:am|pm)|(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|mon|tue|wed|thu|fri|"
    r"sat|sun|today|tomorrow|yesterday|week|hello|hi|hey|re|fwd|thanks?|you|your|we|our|my|me|i|us|it|the|an?|please|quick|how|news|"
    r"jobs?|call|new)\b",
    re.I,
)
_EDGE = re.compile(
    r"^(?:(?:interviews?|application|applying|submission|invitation|offer|vacancy|position|role|post|req(?:uisition)?|status|update|"
    r"confirmation|outcome|result|bewerbung|candidature|candidatura|mission)\b[\s:,-]*(?:for|to|of|as|on|re)?\s*)+|"
    r"(?:[\s:,-]+(?:interviews?|application|offer|vacancy|position|role|post|posting|slots?|update|status|outcome|result|pool|"
    r"conversation|meeting|instead|closure|resent|shift)\b)+[\s?!.]*$",
    re.I,
)


def of_subject(segments: list[str], taken: frozenset[str]) -> str | None:
    """A part of the subject that may be a post though no word of it is known to be one: two to five words or one with a number or
    a stroke. ``taken``: letters of names that it must not be (the house, the writer, the owner)."""
    for segment in segments:
        part = _EDGE.sub("", segment.strip(" .,!?")).strip(" .,:;-!?")
        words = part.split()
        if not 1 <= len(words) <= 5 or len(part) > 50 or _NOT_A_POST.search(part):
            continue
        if len(words) == 1 and not re.search(r"[/&]", part):
            continue
        tokens = set(re.findall(r"[a-zà-ÿ]+", part.lower()))
        flat = letters(part)
        if not tokens or tokens & lists()["stage_words"] or tokens & lists()["places"] or is_body(part):
            continue
        if any(flat == name or (len(name) > 3 and (name in flat or flat in name)) for name in taken) or part.isdigit():
            continue
        if sum(word[:1].isupper() or word[:1].isdigit() for word in words) * 2 < len(words):
            continue
        return part
    return None
