"""Every entry of the phrase tables is held to its own examples, and to its near misses."""

from __future__ import annotations

import pytest

from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Rule, sentence, table

TABLES = ("employer", "owner", "topic", "moments")
RULES = [pytest.param(name, rule, id=f"{name}.{rule.name}") for name in TABLES for rule in table(name).rules]
NEAR = [
    pytest.param(rule, text, id=f"{name}.{rule.name}: {text[:40]}")
    for name in TABLES
    for rule in table(name).rules
    for text in rule.near
]


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_a_rule_finds_its_example(name: str, rule: Rule) -> None:
    """Through the whole table: a rule whose trigger words are not in its example would never be tried."""
    found = {item.rule.name for part in rule.example.split("! ") for item in table(name).find([sentence(part)])}
    found |= {item.rule.name for item in table(name).find([sentence(rule.example)])}
    assert rule.name in found


@pytest.mark.parametrize(("rule", "text"), NEAR)
def test_a_rule_lets_its_near_misses_pass(rule: Rule, text: str) -> None:
    assert not rule.finds(sentence(text))


@pytest.mark.parametrize("name", TABLES)
def test_the_names_of_a_tables_rules_are_unique(name: str) -> None:
    names = [rule.name for rule in table(name).rules]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_a_rule_is_quick_on_hostile_text(name: str, rule: Rule) -> None:
    """Patterns see at most LONGEST_SENTENCE characters; the worst of them must still be far below a human's notice."""
    import time

    hostile = sentence(" ".join([*sorted(rule.words)[:3], "not if you the for "] * 80))
    begun = time.perf_counter()
    rule.finds(hostile)
    assert time.perf_counter() - begun < 0.2


def test_a_sentence_is_straightened_before_patterns_see_it() -> None:
    assert phrasebook.plain("We’re  on – “yes”\xa0then") == 'we\'re on - "yes" then'


def test_evidence_keeps_the_sentence_as_it_stands_up_to_its_limit() -> None:
    long = "We’re sorry. " * 60
    assert sentence(long).evidence("x").sentence == long.strip()[: phrasebook.EVIDENCE_CHARACTERS]
