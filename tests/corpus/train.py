"""Learn the vote from the labelled letters, and write the tables that the program ships.

    pip install scikit-learn
    python -m tests.corpus.train [--without NAME ...]

Multinomial logistic regression, one model for letters of employers and one for the owner's, over what
``understanding.voting.features`` sees: words (tf-idf, unit length) and the findings of the rules. Learned from
``bank/threads/*.txt``, ``bank/letters.{dev,train}.jsonl`` and the mailboxes whose letters the rules were written on: their truth
says what is of another matter, and for the rest the rules' reading is the label. What is held out is never learned from, and
``--without`` leaves an author out, for measuring on one that was not seen. Not part of ``make test``: scikit-learn is needed to
learn, not to read.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from heardback import reading
from heardback.model import Kind, Message, MessageFacts
from heardback.understanding.voting import features
from tests.corpus import bank, boxes, judge, threads

TARGET = Path(__file__).parents[2] / "daemon" / "heardback" / "understanding" / "phrases"
RAREST = 3
"""Letters in which a word must stand."""
SMALLEST = 0.3
"""Weights nearer to nought than this change no decision and are left out."""
FINDINGS = 0.15
"""How large a finding counts beside a whole letter's words of unit length, before learning."""
STRENGTH = 60.0
"""Inverse of the regularisation: 8, 20, 40 and 60 named 75, 77, 78 and 79 of 100 letters rightly whose author was left out."""
SMOOTHING = 5.0
"""Pairs of letters that are believed to have been seen beside those that were."""

Row = tuple[str, Message, MessageFacts]


def main(arguments: Sequence[str]) -> None:
    left_out = set(arguments[1:]) if arguments[:1] == ["--without"] else set()
    authors = [name for name in threads.names() if name not in left_out and "heldout" not in name]
    rows = [row for name in authors for row in _of_threads(name)]
    rows += [row for half in ("dev", "train") for row in _of_letters(half)]
    rows += [row for name in boxes.names() for row in _of_mailbox(name)]
    for side in ("employer", "owner"):
        mine = [row for row in rows if row[2].by_owner is (side == "owner")]
        text = _learn(mine)
        (TARGET / f"vote_{side}.tsv").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{side}: {len(mine)} letters, {text.count(chr(10))} rows, {len(text)} characters\n")
    (TARGET / "vote_threads.tsv").write_text(_transitions(authors), encoding="utf-8")


def _of_threads(name: str) -> Iterable[Row]:
    for letter, facts in zip(threads.letters(name), threads.facts_of(name), strict=True):
        if facts.votes:
            yield _label(letter.kind), letter.message(), facts


def _of_letters(half: str) -> Iterable[Row]:
    for number, line in enumerate(bank.lines("letters", half)):
        facts = bank.facts_of(number, line)
        if facts.votes:
            yield line["kind"], bank.message_of(number, line), facts


def _of_mailbox(name: str) -> Iterable[Row]:
    box = boxes.load(name)
    ours = {box.id_of(spec["id"]) for spec in box.truth["messages"] if spec.get("app")}
    messages = {read.id: read for read in map(reading.read, box.mail) if isinstance(read, Message)}
    for facts in judge.facts_of(box):
        if facts.votes and facts.id not in ours:
            yield "other", messages[facts.id], facts
        elif facts.votes and facts.kind.kind is not Kind.OTHER:
            yield facts.kind.kind.value, messages[facts.id], facts


def _label(kind: str) -> str:
    return "other" if kind == threads.UNRELATED else kind


def _learn(rows: Sequence[Row]) -> str:
    from scipy.sparse import hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    texts = [features.of_text(message) for _, message, _ in rows]
    counts = Counter(word for text in texts for word in text)
    texts = [{word: value for word, value in text.items() if counts[word] >= RAREST} for text in texts]
    readings = [dict.fromkeys(features.of_reading(message, facts), 1.0) for _, message, facts in rows]
    by_word, by_finding, tfidf = DictVectorizer(), DictVectorizer(), TfidfTransformer()
    seen = hstack([tfidf.fit_transform(by_word.fit_transform(texts)), FINDINGS * by_finding.fit_transform(readings)]).tocsr()
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(seen, [label for label, _, _ in rows])
    lines = [HEAD + "\t".join(f"{kind}:{value:.3f}" for kind, value in zip(model.classes_, model.intercept_, strict=True))]
    words = by_word.get_feature_names_out()
    for place, word in enumerate(words):
        lines += _line(word, f"{tfidf.idf_[place]:.2f}", model.coef_[:, place])
    for place, finding in enumerate(by_finding.get_feature_names_out()):
        lines += _line(finding, "", FINDINGS * model.coef_[:, len(words) + place])
    return "\n".join(lines) + "\n"


HEAD = """\
# Written by tests/corpus/train.py, read by understanding/voting. Row 1: kinds and their intercepts. Then a row a word or pair,
# with its idf, or a finding, without one; and its weight for each kind, the kinds lettered in the order of row 1.
"""


def _line(name: str, idf: str, weights: Any) -> list[str]:
    smallest = SMALLEST if idf else 0.05
    kept = [f"{chr(ord('a') + at)}{weight:.2f}" for at, weight in enumerate(weights) if abs(weight) >= smallest]
    return ["\t".join([name, idf, *kept])] if kept else []


def _transitions(authors: Iterable[str]) -> str:
    """Pointwise mutual information of a letter's kind and its answer's, smoothed."""
    pairs: Counter[tuple[str, str, bool]] = Counter()
    above: Counter[tuple[str, bool]] = Counter()
    alone: Counter[tuple[str, bool]] = Counter()
    for name in authors:
        kinds = {letter.id: _label(letter.kind) for letter in threads.letters(name)}
        for letter in threads.letters(name):
            before = kinds[letter.before] if letter.before else ""
            kind, side = _label(letter.kind), letter.by_owner
            pairs[before, kind, side] += 1
            above[before, side] += 1
            alone[kind, side] += 1
    lines = [
        "# Kind of a letter, kind of its answer, and by how much likelier that is after it. Written by tests/corpus/train.py."
    ]
    for side in (False, True):
        every = sum(count for (_, own), count in alone.items() if own is side)
        befores = sorted(before for before, own in above if own is side)
        for kind in sorted(kind for kind, own in alone if own is side and kind != "other"):
            share = alone[kind, side] / every
            for before in befores:
                said = (pairs[before, kind, side] + SMOOTHING * share) / (above[before, side] + SMOOTHING)
                lines.append(f"{before}\t{kind}\t{math.log(said / share):.2f}")
    lines += _other(pairs, above, alone)
    return "\n".join(lines) + "\n"


def _other(
    pairs: Counter[tuple[str, str, bool]], above: Counter[tuple[str, bool]], alone: Counter[tuple[str, bool]]
) -> list[str]:
    """ "other" is a kind of both sides."""
    share = sum(count for (kind, _), count in alone.items() if kind == "other") / sum(alone.values())
    lines = []
    for before in sorted({before for before, _ in above}):
        count = sum(pairs[before, "other", own] for own in (False, True))
        whole = sum(above[before, own] for own in (False, True))
        lines.append(f"{before}\tother\t{math.log((count + SMOOTHING * share) / (whole + SMOOTHING) / share):.2f}")
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
