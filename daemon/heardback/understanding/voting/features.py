"""What the vote looks at in one letter. The trainer and the program both come here, so that they see the same.

Words are counted in the first ``LONGEST`` of the text, single, in pairs and by their beginnings ("~inte": interview,
interviewing), and in the subject apart from the text; numbers count by their length only. What the rules found comes beside
them under short prefixes: ``k:`` the main kind, ``a:`` a further one, ``R:`` the rule, ``m:`` a moment's stance, ``t:`` topic,
``f:`` whoever writes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from heardback.model import Kind, Message, MessageFacts, NameFinding, Timeframe, Vote
from heardback.understanding.phrasebook import straighten

LONGEST = 400
"""Words of a text that are counted; who has not said what it is about by then is not writing a letter."""

BEGINNING = 4

_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d+|\?|!")
_REPLY = re.compile(r"^(?:[a-z]{1,4}(?:\[\d+\])?: ?)+")
_LENGTHS = (15, 40, 90, 180)


def words(text: str) -> list[str]:
    """Lower case; "don't" is one word, "2026" is "####", and a question mark is a word."""
    found = _WORD.findall(straighten(text).lower())
    return [word if not word[0].isdigit() else "####"[: len(word)] for word in found]


def counted(tokens: Iterable[str]) -> dict[str, float]:
    """Single words, pairs and beginnings, each 1 + ln(count)."""
    tokens = list(tokens)
    counts = Counter(tokens)
    counts.update(f"{one} {other}" for one, other in pairwise(tokens))
    counts.update(f"~{token[:BEGINNING]}" for token in tokens if len(token) > BEGINNING)
    return {word: 1.0 + math.log(count) for word, count in counts.items()}


def of_text(message: Message) -> dict[str, float]:
    found = counted(words(message.body.text)[:LONGEST])
    found.update((f"s:{word}", 1.0) for word in words(_REPLY.sub("", message.subject.lower()))[:40])
    return found


def of_reading(message: Message, facts: MessageFacts) -> frozenset[str]:
    """What the rules and the header say of the letter."""
    text = message.body.text
    length = sum(len(text.split(None, _LENGTHS[-1])) >= bound for bound in _LENGTHS)
    found = {
        f"k:{facts.kind.kind}",
        f"R:{facts.kind.evidence.rule}",
        f"t:{facts.topic}",
        f"f:{facts.sender_kind}",
        f"len:{length}",
    }
    found.update(f"a:{finding.kind}" for finding in facts.also)
    found.update(f"m:{one.stance}{'+' if one.start else '-'}{'i' if one.is_interview else 'n'}" for one in facts.moments)
    flags: Mapping[str, object] = {
        "promises": facts.promises,
        "roles": _surely(facts.roles),
        "employers": _surely(facts.employers),
        "due": facts.due,
        "?": "?" in text,
    }
    found.update(name for name, flag in flags.items() if flag)
    return frozenset(found)


_MENTIONED = 0.3
"""Weight below which a name is a mere mention."""


def _surely(names: Iterable[NameFinding]) -> bool:
    return any(name.weight >= _MENTIONED for name in names)


# ------------------------------------------------------------------------------------- one sentence with a time

_TOKEN = re.compile(r"@\d|[^\W\d_]+(?:'[a-z]+)?|\?|!|;|:|,")
_SENTENCE = 80
"""Words of a sentence that are counted."""
_REACH = 6
"""Words before and after a time that count as its own."""


def of_sentence(text: str, before: str) -> dict[str, float]:
    """``text`` with "@0", "@1" ... where its times stand (``marked.Marked``); ``before`` is the sentence before it."""
    tokens = ["@" if token[0] == "@" else token for token in _TOKEN.findall(text)][:_SENTENCE]
    counts = Counter(tokens)
    counts.update(f"{one} {two}" for one, two in pairwise(tokens))
    counts.update(f"{one} {two} {three}" for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False))
    found = {word: 1.0 + math.log(count) for word, count in counts.items()}
    for place, word in enumerate(tokens):
        if word == "@":
            found.update((f"<{near}", 1.0) for near in tokens[max(0, place - _REACH) : place])
            found.update((f">{near}", 1.0) for near in tokens[place + 1 : place + 1 + _REACH])
    found.update((f"p:{word}", 1.0) for word in _TOKEN.findall(before)[-8:])
    return found


def of_times(frames: Sequence[Timeframe], rule: str | None, votes: Sequence[Vote]) -> set[str]:
    """What the rules made of the sentence, and how the letter around it was voted on, were it about a job: whether it is, is for
    its thread to say."""
    share = sum(vote.probability for vote in votes if vote.kind is not Kind.OTHER) or 1.0
    found = {f"times:{min(3, len(frames))}", f"R:{rule}", f"found:{rule is not None}"}
    found.update(f"tf:{frame.rule}" for frame in frames[:3])
    likely = {vote.kind: vote.probability / share for vote in votes if vote.kind is not Kind.OTHER}
    found.update(f"v:{kind}:{probability > 0.5:d}{probability > 0.2:d}" for kind, probability in likely.items())
    if any(frame.at for frame in frames):
        found.add("clock")
    return found
