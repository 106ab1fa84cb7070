"""Is a message about the owner's own search for a job? HIRING, UNRELATED, or UNKNOWN, with the sentence that says so.

Words of hiring are everywhere: dentists "get back to you", podcasts "interview", friends ask how the interview went,
and the owner may hire for the present employer. So HIRING needs positive signs (weights in ``phrases/topic.toml``),
and a sign of another matter outweighs a hint. UNKNOWN is the honest answer for "Perfect." - its thread knows, and
``matching`` has the thread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from heardback.model import Evidence, Kind, Message, NameFinding, Owner, SenderKind, Topic
from heardback.understanding import phrasebook
from heardback.understanding.kind import Kinds
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import PlatformKind, Sender

ENOUGH = 2.0
"""Weight from which a topic is said: one rule that says it, or two hints."""

FIRST, LAST = 40, 8
"""How many sentences at the beginning and the end are asked. A letter about a job says so early; in a digest of two hundred some
sentence always speaks of jobs, and how to leave the list stands at its end."""

HINTED = 1.0
"""Weight from which a decision in the text settles what the words only hint at."""

_AS_EMPLOYER = "unrelated_if_owner"
"""Words of an employer, written by the owner: the owner hires for somebody."""

_DECISIONS = frozenset({Kind.OFFER, Kind.REJECTION, Kind.WITHDRAWAL, Kind.DECLINED_OFFER, Kind.ACCEPTED_OFFER, Kind.APPLICATION})


_FORWARDED = re.compile(r"^(?:-{2,}\s*forwarded message\s*-{2,}|begin forwarded message:)", re.I | re.M)


def is_anothers(message: Message, owner: Owner) -> bool:
    """Whether somebody passes on a letter in which the owner is not named at all: a friend's good news is the friend's."""
    text = f"{message.body.text[:6000]}\n{message.body.quoted[:6000]}"
    forwarded = _FORWARDED.search(text)
    if forwarded is None:
        return False
    passed_on = text[forwarded.end() :].lower()
    first_name = owner.name.lower().partition(" ")[0]
    return bool(first_name) and first_name not in passed_on and not any(address in passed_on for address in owner.addresses)


def find_topic(
    message: Message, sender: Sender, sentences: Sequence[Sentence], subject: Sentence
) -> tuple[Topic, Evidence | None]:
    """Weigh the signs. ``subject`` is evidence beside the text here: that it misleads about *what* is said does not
    make it wrong about what it is said *of*."""
    if sender.kind is SenderKind.BULK:
        return Topic.UNRELATED, Evidence(sentence=subject.original[:240], rule=sender.rule)
    table = phrasebook.table("topic")
    if len(sentences) > FIRST + LAST:
        sentences = (*sentences[:FIRST], *sentences[-LAST:])
    weights = {"hiring": 0.0, "unrelated": 0.0}
    best: dict[str, tuple[float, Evidence]] = {}
    seen: set[str] = set()
    for found in table.find((subject, *sentences)):
        if found.rule.name in seen:
            continue
        seen.add(found.rule.name)
        label = found.rule.label
        if label == _AS_EMPLOYER:
            if sender.kind is not SenderKind.OWNER:
                continue
            label = "unrelated"
        weights[label] += found.rule.weight
        if label not in best or found.rule.weight > best[label][0]:
            best[label] = (found.rule.weight, found.evidence)
    weights["hiring"] += _from_sender(sender)
    if sender.platform is not None and weights["hiring"] >= ENOUGH:
        best.setdefault("hiring", (2, Evidence(sentence=subject.original[:240], rule=sender.rule)))
    if weights["unrelated"] >= ENOUGH and weights["unrelated"] >= weights["hiring"]:
        return Topic.UNRELATED, best["unrelated"][1]
    if weights["hiring"] >= ENOUGH and weights["hiring"] > weights["unrelated"]:
        return Topic.HIRING, best["hiring"][1]
    hinted = weights["hiring"] >= HINTED and weights["unrelated"] < ENOUGH
    return Topic.UNKNOWN, best["hiring"][1] if hinted and "hiring" in best else None


def _from_sender(sender: Sender) -> float:
    if sender.platform is not None:
        return {PlatformKind.ATS: 3.0, PlatformKind.ASSESSMENT: 2.0, PlatformKind.BOARD: 1.0, PlatformKind.SCHEDULING: 1.0}.get(
            sender.platform.kind, 0.0
        )
    return 1.0 if sender.is_hiring_address else 0.0


_SAYS_SO = frozenset(
    {
        Kind.RECEIPT,
        Kind.INVITATION,
        Kind.PROPOSAL,
        Kind.BOOKING_LINK,
        Kind.NEXT_STEP,
        Kind.REJECTION,
        Kind.ON_HOLD,
        Kind.APPROACH,
        Kind.OFFER,
    }
)
"""What, said beside the name of a post, is said about that post."""

SURELY_NAMED = 0.65
"""Weight of a post's name from which it may say what a letter is about: it fills a part of the subject, or stands
before "job"."""


def with_names(
    topic: Topic, evidence: Evidence | None, kinds: Kinds, roles: Sequence[NameFinding], sender: Sender, *, by_agency: bool
) -> tuple[Topic, Evidence | None]:
    """A letter that names a post, and says what an employer says or what hints at hiring, is about that post; so is what
    an agency says, where it names one or says the like."""
    if topic is not Topic.UNKNOWN or sender.kind not in (SenderKind.PERSON, SenderKind.ORGANISATION):
        return topic, evidence
    if by_agency and (roles or kinds.main.kind in _SAYS_SO):
        return Topic.HIRING, kinds.main.evidence if not roles else roles[0].evidence
    named = next((finding for finding in roles if finding.weight >= SURELY_NAMED), None)
    if named is not None and (evidence is not None or kinds.main.kind in _SAYS_SO):
        return Topic.HIRING, Evidence(sentence=named.evidence.sentence, rule="topic.names-a-post")
    return topic, evidence


def with_kinds(topic: Topic, evidence: Evidence | None, kinds: Kinds) -> tuple[Topic, Evidence | None]:
    """A letter without a word of hiring that withdraws, applies or answers an offer is about a job all the same."""
    if topic is not Topic.UNKNOWN:
        return topic, evidence
    decides = kinds.main.kind in _DECISIONS
    if decides and (evidence is not None or kinds.main.kind not in (Kind.OFFER, Kind.REJECTION)):
        return Topic.HIRING, kinds.main.evidence
    return topic, None
