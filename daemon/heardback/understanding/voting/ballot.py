"""How likely each kind is for one letter by itself: multinomial logistic regression over ``features``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from heardback.model import Evidence, Kind, Message, MessageFacts, Vote
from heardback.understanding.phrasebook import EVIDENCE_CHARACTERS, Sentence
from heardback.understanding.voting import features
from heardback.understanding.voting.weights import Weights, weights

LEAST = 0.02
"""Probability below which a kind is not kept: its letter's thread will not raise it to the first place."""
MOST = 6


def vote(message: Message, facts: MessageFacts, sentences: Sequence[Sentence], table: Weights | None = None) -> tuple[Vote, ...]:
    """The likeliest kinds with their probability, best first, and the sentence that speaks most for the first.
    ``table``: other weights than the shipped ones, for the trainer. Never raises."""
    table = table or weights("owner" if facts.by_owner else "employer")
    scores = table.scores(features.of_text(message), features.of_reading(message, facts))
    peak = max(scores)
    likely = [math.exp(score - peak) for score in scores]
    total = sum(likely)
    best = sorted(range(len(scores)), key=lambda place: -likely[place])[:MOST]
    chosen = [place for place in best if likely[place] / total >= LEAST]
    # where a rule has read something its sentence serves: no other sentence of the letter is kept
    said = facts.kind.evidence.sentence if facts.kind.kind is not Kind.OTHER else None
    spoken = _sentence_for(best[0], sentences, table) if said is None else None
    return tuple(
        Vote(
            kind=Kind(table.labels[place]),
            probability=round(likely[place] / total, 4),
            evidence=spoken.evidence(f"vote.{table.labels[place]}")
            if spoken
            else Evidence(sentence=said or message.subject[:EVIDENCE_CHARACTERS], rule=f"vote.{table.labels[place]}"),
        )
        for place in chosen
    )


def _sentence_for(place: int, sentences: Sequence[Sentence], table: Weights) -> Sentence | None:
    """The sentence whose words speak most for the likeliest kind; None where that is of another matter, of which nothing is kept.
    One for all kinds of the letter: no more of it than a finding needs is stored."""
    if table.labels[place] == Kind.OTHER or not sentences:
        return None
    return max(sentences, key=lambda sentence: _speaks_for(place, sentence, table))


def _speaks_for(place: int, sentence: Sentence, table: Weights) -> float:
    """By the sum of its words: a long sentence may say more."""
    total = 0.0
    for word, count in features.counted(features.words(sentence.plain)).items():
        idf, pairs = table.words.get(word, (0.0, ()))
        total += sum(count * idf * weight for at, weight in pairs if at == place)
    return total
