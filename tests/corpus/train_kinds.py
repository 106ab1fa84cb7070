"""Learn what words go with which kind of letter, from the bank, and write the weights that the program ships.

    pip install scikit-learn
    python -m tests.corpus.train_kinds

Multinomial logistic regression over single words and pairs (tf-idf, sublinear, unit length), fitted on the halves ``dev`` and
``train`` of letters.*.jsonl; ``heldout`` is only measured. Not part of ``make test``: scikit-learn is needed to learn, not to
read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.corpus.bank import lines

TARGET = Path(__file__).parents[2] / "daemon" / "heardback" / "understanding" / "phrases" / "learned_kinds.tsv"
LEARNED_FROM = ("dev", "train")
SMALLEST = 0.12
"""Weights nearer to nought than this change no decision and are left out; it halves the file."""

HEAD = """\
# What words go with which kind of an employer's letter: written by tests/corpus/train_kinds.py, read by understanding/learned.py.
# Row 1: the kinds and their intercepts. Then a row a word or pair of words: its idf, and its weights by kind.
"""


def text_of(line: Any) -> str:
    return f"{line['subject']} . {line['text']}"


def main() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from heardback.understanding.learned import WORD

    letters = [line for half in LEARNED_FROM for line in lines("letters", half) if line["from"] != "owner"]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=3, token_pattern=WORD.pattern)
    model = LogisticRegression(C=8, max_iter=2000, class_weight="balanced")
    model.fit(words.fit_transform([text_of(line) for line in letters]), [line["kind"] for line in letters])
    kinds = list(model.classes_)
    rows = [f"{HEAD}" + "\t".join(f"{kind}:{value:.3f}" for kind, value in zip(kinds, model.intercept_, strict=True))]
    for number, word in enumerate(words.get_feature_names_out()):
        weights = [(kind, model.coef_[at][number]) for at, kind in enumerate(kinds)]
        kept = [f"{kind}:{weight:.2f}" for kind, weight in weights if abs(weight) >= SMALLEST]
        if kept:
            rows.append("\t".join([word, f"{words.idf_[number]:.3f}", *kept]))
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(letters)} letters, {len(rows) - 1} words, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
