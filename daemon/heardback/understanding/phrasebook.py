"""Phrase tables: rules as data, found by sentence.

A table is a TOML file in ``phrases/``. Each ``[[rule]]`` has a ``name``, a ``label`` (what it finds), a ``pattern`` over the
sentence as ``plain`` makes it (lower case, straight quotes, single blanks), ``words`` (the rule is tried only on a sentence that
holds one of them; ``["*"]`` is tried on every one, for tables that are read seldom), an ``example`` of our own that it must
find, and optionally ``unless`` (a pattern that silences it), ``near`` (sentences that it must not find) and ``weight``.
``{name}`` in a pattern stands for that entry of the file's ``[classes]``: words that can take each other's place; an entry may
stand on entries above it. A test reads every table and holds each rule to its examples.

Why trigger words: most sentences of most mail hold none, and then no pattern runs at all. That keeps the price of a whole mailbox
near that of splitting it into words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from heardback.model import Evidence

EVIDENCE_CHARACTERS = 240
"""``model.Evidence``: a sentence is kept up to this length."""
LONGEST_SENTENCE = 600
"""Characters of one sentence that patterns look at: bounds what a hostile one can cost."""

ANY_WORD = "*"
"""Trigger of a rule that is tried on every sentence."""

_WORD = re.compile(r"[a-z0-9']+")
_BLANKS = re.compile(r"\s+")
_STRAIGHT = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "\xa0": " ",
        "\u202f": " ",
        "\u200b": None,
    }
)


def straighten(text: str) -> str:
    """Typographic quotes, dashes and blanks to their plain forms, case kept: "We’re on – yes" -> "We're on - yes"."""
    return " ".join((text if text.isascii() else text.translate(_STRAIGHT)).split())


def plain(text: str) -> str:
    """What patterns see: straightened, lower case, at most ``LONGEST_SENTENCE`` characters."""
    return straighten(text[: 2 * LONGEST_SENTENCE]).lower()[:LONGEST_SENTENCE]


def words_of(plain_text: str) -> frozenset[str]:
    """The words of a text that is lower case already; "we'll" is the words "we'll" and "we"."""
    found = _WORD.findall(plain_text)
    if "'" in plain_text:
        found += [word.partition("'")[0] for word in found if "'" in word]
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """``original`` as it stands in the message, ``plain`` as patterns see it."""

    original: str
    plain: str
    words: frozenset[str]

    def evidence(self, rule: str) -> Evidence:
        return Evidence(sentence=_BLANKS.sub(" ", self.original).strip()[:EVIDENCE_CHARACTERS], rule=rule)


def sentence(text: str) -> Sentence:
    flat = plain(text)
    return Sentence(original=text, plain=flat, words=words_of(flat))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a table, compiled when a sentence first asks for it: all of them at the start would take most of a second."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    label: str
    pattern: str
    words: frozenset[str]
    unless: str | None
    weight: float
    example: str
    near: tuple[str, ...]

    def finds(self, sentence: Sentence) -> bool:
        if not compiled(self.pattern).search(sentence.plain):
            return False
        return self.unless is None or not compiled(self.unless).search(sentence.plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One rule that fired on one sentence."""

    rule: Rule
    sentence: Sentence
    evidence: Evidence


class Table:
    """The rules of one file, indexed by trigger word."""

    def __init__(self, name: str, rules: Iterable[Rule]) -> None:
        self.name = name
        self.rules = tuple(rules)
        self._by_word: dict[str, list[int]] = {}
        for place, rule in enumerate(self.rules):
            for word in rule.words:
                self._by_word.setdefault(word, []).append(place)
        self.words = frozenset(self._by_word)
        self._always = self._by_word.get(ANY_WORD, [])

    def find(self, sentences: Iterable[Sentence]) -> Iterator[Found]:
        """Every rule that fires, sentence by sentence, in the order of the text and then of the table."""
        for sentence in sentences:
            triggered = self.words & sentence.words
            if not triggered and not self._always:
                continue
            for place in sorted({place for word in triggered for place in self._by_word[word]}.union(self._always)):
                rule = self.rules[place]
                if rule.finds(sentence):
                    yield Found(rule=rule, sentence=sentence, evidence=sentence.evidence(f"{self.name}.{rule.name}"))


@cache
def data(file: str) -> dict[str, Any]:
    """The contents of ``phrases/<file>.toml``."""
    return tomllib.loads(resources.files(__package__).joinpath("phrases", f"{file}.toml").read_text(encoding="utf-8"))


@cache
def table(file: str, name: str | None = None) -> Table:
    """The rules of ``phrases/<file>.toml``; their evidence is named ``<name>.<rule>``."""
    classes: dict[str, str] = {}
    for entry, pattern in data(file).get("classes", {}).items():
        classes[entry] = _filled(pattern, classes)
    return Table(name or file, (_rule(entry, classes) for entry in data(file)["rule"]))


_CLASS = re.compile(r"\{([a-z_]+)\}")


def _filled(pattern: str, classes: dict[str, str]) -> str:
    return _CLASS.sub(lambda match: classes[match[1]], pattern)


def _rule(entry: dict[str, Any], classes: dict[str, str]) -> Rule:
    unless = _filled(entry.get("unless", ""), classes)
    return Rule(
        name=entry["name"],
        label=entry["label"],
        pattern=_filled(entry["pattern"], classes),
        words=frozenset(entry["words"]),
        unless=unless or None,
        weight=float(entry.get("weight", 1)),
        example=entry["example"],
        near=tuple(entry.get("near", ())),
    )
