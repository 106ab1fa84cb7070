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
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heardback import reading, understanding
from heardback.model import Message, Owner
from heardback.understanding import Ruled
from heardback.understanding.voting import features, vote
from heardback.understanding.voting.promised import candidates
from heardback.understanding.voting.weights import weights_of
from heardback.workdays import WorkCalendar, home_place, work_calendar
from tests.corpus import bank, boxes, threads
from tests.corpus.judge import same_sentence

TARGET = Path(__file__).parents[2] / "daemon" / "heardback" / "understanding" / "phrases"
RAREST = 3
"""Letters in which a word must stand."""
SMALLEST = 0.3
"""Weights nearer to nought than this change no decision and are left out."""
FINDINGS = 0.15
"""How large a finding counts beside a whole letter's words of unit length, before learning."""
STRENGTH = 60.0
"""Inverse of the regularisation: 8, 20, 40 and 60 named 75, 77, 78 and 79 of 100 letters rightly whose author was left out."""
STRENGTH_PROMISES, FINDINGS_PROMISES = 40.0, 0.3
SMOOTHING = 5.0
"""Pairs of letters that are believed to have been seen beside those that were."""

FOLDS = 4
"""Groups of authors: what the vote says of a group's letters, for the promises to learn from, is learned from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``promises``: the sentences that truly promise; None where nobody marked them, or it is about no job."""

    group: int
    label: str
    message: Message
    read: Ruled
    calendar: WorkCalendar
    promises: tuple[str, ...] | None = None

    @property
    def by_owner(self) -> bool:
        return self.read.facts.by_owner


def main(arguments: Sequence[str]) -> None:
    left_out = set(arguments[1:]) if arguments[:1] == ["--without"] else set()
    authors = [name for name in threads.names() if name not in left_out and "heldout" not in name]
    rows = [row for number, name in enumerate(authors) for row in _of_threads(name, number % FOLDS)]
    rows += [row for half in ("dev", "train") for row in _of_letters(half)]
    rows += [row for number, name in enumerate(boxes.names()) for row in _of_mailbox(name, number % FOLDS)]
    for side in ("employer", "owner"):
        mine = [row for row in rows if row.by_owner is (side == "owner")]
        _write(f"vote_{side}.tsv", _learn_kinds(mine))
        sys.stdout.write(f"{side}: {len(mine)} letters\n")
    _write("vote_threads.tsv", _transitions(authors))
    _write("vote_promises.tsv", _learn_promises([row for row in rows if not row.by_owner]))


def _write(name: str, text: str) -> None:
    (TARGET / name).write_text(text, encoding="utf-8")


# ----------------------------------------------------------------------------------------------- what is learned from


def _of_threads(name: str, group: int) -> Iterable[Row]:
    for letter, message, read in threads.ruled(name):
        yield Row(
            group=group,
            label=_label(letter.kind),
            message=message,
            read=read,
            calendar=_calendar(letter.owner),
            promises=None if letter.is_unrelated else tuple(one.sentence for one in letter.promises),
        )


def _of_letters(half: str) -> Iterable[Row]:
    for number, line in enumerate(bank.lines("letters", half)):
        message, owner = bank.message_of(number, line), bank.owner_of(line)
        read = understanding.by_rules(message, owner)
        if read.may_vote:
            yield Row(group=number % FOLDS, label=line["kind"], message=message, read=read, calendar=_calendar(owner))


def _of_mailbox(name: str, group: int) -> Iterable[Row]:
    box = boxes.load(name)
    ours = {box.id_of(spec["id"]) for spec in box.truth["messages"] if spec.get("app")}
    quotes: dict[str, list[str]] = {}
    for application in box.truth["applications"]:
        for promise in application.get("promises") or ():
            quotes.setdefault(box.id_of(promise["from"]), []).append(promise["quote"])
    for message in map(reading.read, box.mail):
        if not isinstance(message, Message):
            continue
        read = understanding.by_rules(message, box.owner)
        label = read.facts.kind.kind.value if message.id in ours else "other"
        if read.may_vote and (message.id not in ours or label != "other"):
            yield Row(
                group=group,
                label=label,
                message=message,
                read=read,
                calendar=_calendar(box.owner),
                promises=tuple(quotes.get(message.id, ())) if message.id in ours else None,
            )


def _calendar(owner: Owner) -> WorkCalendar:
    return work_calendar(home_place(owner.country, owner.region, owner.timezone))


def _label(kind: str) -> str:
    return "other" if kind == threads.UNRELATED else kind


# ------------------------------------------------------------------------------------------------------------ learning


def _learn_kinds(rows: Sequence[Row]) -> str:
    return _table(
        [features.of_text(row.message) for row in rows],
        [features.of_reading(row.message, row.read.facts) for row in rows],
        [row.label for row in rows],
        strength=STRENGTH,
        findings_weight=FINDINGS,
    )


def _learn_promises(rows: Sequence[Row]) -> str:
    """A vote on a letter that it was learned from would be surer than it is on any other: each group's comes from the rest."""
    words, findings, labels = [], [], []
    for group in range(FOLDS):
        others = weights_of(_learn_kinds([row for row in rows if row.group != group]))
        for row in rows:
            if row.group != group or row.promises is None:
                continue
            votes = vote(row.message, row.read.facts, (), others)
            for one in candidates(row.read.spoken, row.read.facts.promises, row.message.sent_at, row.calendar):
                words.append(one.words())
                findings.append(one.findings(votes))
                labels.append(any(same_sentence(one.sentence, true) for true in row.promises))
    sys.stdout.write(f"promises: {len(labels)} sentences, {sum(labels)} of them promise\n")
    return _table(words, findings, labels, strength=STRENGTH_PROMISES, findings_weight=FINDINGS_PROMISES)


def _table(
    words: Sequence[Mapping[str, float]],
    findings: Sequence[Collection[str]],
    labels: Sequence[Any],
    *,
    strength: float,
    findings_weight: float,
) -> str:
    from scipy.sparse import hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    counts = Counter(word for one in words for word in one)
    common = [{word: value for word, value in one.items() if counts[word] >= RAREST} for one in words]
    by_word, by_finding, tfidf = DictVectorizer(), DictVectorizer(), TfidfTransformer()
    seen = hstack(
        [
            tfidf.fit_transform(by_word.fit_transform(common)),
            findings_weight * by_finding.fit_transform([dict.fromkeys(one, 1.0) for one in findings]),
        ]
    ).tocsr()
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(seen, labels)
    names = ["promise"] if len(model.classes_) == 2 else model.classes_
    lines = [HEAD + "\t".join(f"{name}:{value:.3f}" for name, value in zip(names, model.intercept_, strict=True))]
    known = by_word.get_feature_names_out()
    for place, word in enumerate(known):
        lines += _line(word, f"{tfidf.idf_[place]:.2f}", model.coef_[:, place])
    for place, finding in enumerate(by_finding.get_feature_names_out()):
        lines += _line(finding, "", findings_weight * model.coef_[:, len(known) + place])
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
