"""A learned vote on what each letter says, and its settling among the letters it answers and is answered by.

    features(...)                     what the vote looks at: words, and everything the rules have read
    vote(...)  -> tuple[Vote, ...]    the likeliest kinds of one letter, by itself
    promised(...) -> promises         which sentences with a time promise a word from the employer
    settle(facts) -> facts            the likeliest kinds of all letters of a thread, together

Rules read what a sentence says and are right where they speak; letters by people whom nobody had in mind say it otherwise, and
what two words mean ("Fair enough.") hangs on what they answer. So the rules' findings are features among words, the weights are
learned from labelled letters by many authors (``tests/corpus/train.py``, shipped as tables), and the thread decides. The vote
never sees a sender's name or a person's.
"""

from heardback.understanding.voting.ballot import vote
from heardback.understanding.voting.promised import promised
from heardback.understanding.voting.settling import settle

__all__ = ["promised", "settle", "vote"]
