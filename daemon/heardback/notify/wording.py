"""Text that came from a letter, made fit for a lock screen: one line, no control characters, a known length. Pure."""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = 45
BODY_LENGTH = 240
QUOTE_LENGTH = 90

_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,10}://|\bwww\.)\S{0,2000}", re.IGNORECASE)
_MARKUP = str.maketrans(dict.fromkeys("<>[]`*_|{}\\~" + "!¡！"))
"""Markup, and exclamation marks: we do not shout, and do not pass on the shouting of others."""
_DOUBLE_QUOTES = str.maketrans({"“": "'", "”": "'", '"': "'", "„": "'", "«": "'", "»": "'"})


def one_line(text: str, limit: int) -> str:
    """``text`` on one line of at most ``limit`` characters, cut at a word with "…" where it was longer.

    Control and format characters go (Unicode Cc, Cf, Cs, Co, Cn): a right-to-left override turns a name around on a phone, an
    escape sequence means something to a terminal. Runs of any white space become one space.
    """
    # A sentence is cut long before the categories of a megabyte would have to be looked up.
    visible = "".join(" " if character.isspace() else character for character in text[: limit * 8] if _is_visible(character))
    line = " ".join(visible.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:.-–—") + "…"


def _is_visible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def plain_words(text: str, limit: int) -> str:
    """``one_line`` for words of somebody else's: links and markup characters go, so that a quotation can neither be tapped nor
    turn into formatting, and double quotation marks become single ones inside ours."""
    return one_line(_LINK.sub("", text[: limit * 8]).translate(_MARKUP).translate(_DOUBLE_QUOTES), limit)


def around(sentence: str, span: str, limit: int) -> str:
    """``sentence`` cut to ``limit`` so that ``span``, the words that matter in it, is left whole where it fits at all.

    ``around("We have two more people to see, so expect an answer by Friday.", "by Friday", 40)``
    -> "…to see, so expect an answer by Friday."
    """
    begin = sentence.find(span) if span else -1
    end = begin + len(span)
    if len(sentence) <= limit or begin < 0 or end < limit or len(span) + 2 > limit:
        return one_line(sentence, limit)
    rest = sentence[end:].strip()
    tail = sentence[end:] if len(rest) <= 1 else "…"
    start = end - (limit - len(tail) - 1)
    space = sentence.find(" ", start, begin)
    if sentence[start - 1] != " " and space >= 0:
        start = space + 1
    return f"…{sentence[start:end]}{tail}"
