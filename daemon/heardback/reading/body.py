"""Which words of a message count as its text, and how they are laid out.

Plain text where there is some, HTML where the plain part is missing, a stub ("your program cannot show this message") or
plainly less than what the HTML says. Attached texts are not the letter; a forwarded message in an attachment is quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from heardback.model import Body
from heardback.reading import headers, markup, quotes
from heardback.reading.charsets import decode_text
from heardback.reading.mime import MAX_TEXT_CHARACTERS, Part

SHORT_PLAIN_CHARACTERS = 240
"""A plain part shorter than this is compared with the HTML beside it."""
MUCH_MORE = 3
"""... and gives way to one that says this many times as much."""

_STUB = re.compile(
    r"(?:view|viewed|see|display|read|best)\b[^.\n]{0,60}\b(?:html|browser)|(?:html|rich)[^.\n]{0,40}(?:capable|compatible|enabled|support)|"
    r"support(?:s)?\s(?:\w{1,12}\s){0,3}html|(?:does|do|can)\s?n[o']t\s(?:\w{1,12}\s){0,3}(?:support|display|show|read)[^.\n]{0,60}(?:html|message|format)|"
    r"html[- ](?:e-?mail|version|message|format)|plain text version (?:is )?not available|no plain text|"
    r"kein(?:e)? html|nicht (?:unterstützt|angezeigt)|ne supporte pas|no (?:admite|soporta) html",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:html|body|div|table|p|br|td|span)\b[^<>]{0,300}>", re.IGNORECASE)
_URL = re.compile(r"<?https?://\S+>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that was found: laid out with "> " before quotes; ``quoted`` is all quoted whatever its marks."""

    text: str = ""
    links: tuple[str, ...] = ()
    quoted: str = ""

    def __add__(self, other: _Text) -> _Text:
        joined = "\n\n".join(filter(None, (self.text, other.text)))
        return _Text(joined, self.links + other.links, "\n\n".join(filter(None, (self.quoted, other.quoted))))


def read_body(root: Part) -> Body:
    """Find the letter in a tree of parts and divide it into text, signature and quotes."""
    found = _text(root)
    body = quotes.divide(found.text[:MAX_TEXT_CHARACTERS], tuple(dict.fromkeys(found.links))[: markup.MAX_LINKS])
    if not found.quoted:
        return body
    quoted = "\n\n".join(filter(None, (body.quoted, found.quoted[:MAX_TEXT_CHARACTERS])))
    return Body(text=body.text, signature=body.signature, quoted=quoted, links=body.links)


def _text(part: Part, *, is_root: bool = True) -> _Text:
    content_type = part.content_type
    if part.children:
        return _of_children(part)
    if not content_type.startswith("text/") or (part.is_attachment and not is_root):
        return _Text()
    if content_type == "text/html":
        return _html(part)
    if content_type in ("text/plain", "text/x-amp-html") or (is_root and content_type not in _NO_LETTER):
        return _plain(part)
    if content_type in ("text/enriched", "text/richtext"):
        return _Text(_TAG_ENRICHED.sub("", part.text()))
    return _Text()


_NO_LETTER = frozenset({"text/calendar", "text/x-vcard", "text/vcard", "text/directory", "text/css", "text/csv"})
_TAG_ENRICHED = re.compile(r"<param>[^<]{0,200}</param>|</?[A-Za-z-]{1,40}>")


def _of_children(part: Part) -> _Text:
    if part.content_type == "multipart/alternative":
        return _alternative(part.children)
    if part.content_type in ("message/rfc822", "message/global"):
        return _Text(quoted=_forwarded(part.children[0]))
    if part.content_type in ("multipart/related", "multipart/signed"):
        letter = next((child for child in part.children if child.children or child.content_type.startswith("text/")), None)
        return _text(letter, is_root=False) if letter is not None else _Text()
    found = _Text()
    for child in part.children:
        more = _text(child, is_root=False)
        if not more.text or _squeezed(more.text) not in _squeezed(found.text):
            # some mailers say "mixed" where they mean "alternative": the same letter is read once
            found += more
    if not found.text and not found.quoted:
        # nothing but texts with names: some phones attach the letter itself
        for child in part.children:
            if child.content_type in ("text/plain", "text/html"):
                return _text(child)
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _forwarded(part: Part) -> str:
    """An attached message as quoted text: who, what about, and its own letter."""
    inner = _text(part)
    top = [f"{name.title()}: {headers.text_of(part.fields[name])}" for name in ("from", "date", "subject") if name in part.fields]
    return "\n".join(top) + "\n\n" + "\n\n".join(filter(None, (inner.text, inner.quoted)))


def _alternative(children: tuple[Part, ...]) -> _Text:
    """The same letter in several forms: plain unless it says much less than the HTML."""
    plain, rich = _Text(), None
    others = _Text()
    for child in children:
        if child.content_type == "text/plain" and not plain.text:
            plain = _plain(child)
        elif child.content_type == "text/html" or child.children:
            rich = child
        elif not plain.text:
            others += _text(child, is_root=False)
    if rich is None:
        return plain if plain.text.strip() else others
    if not _is_doubtful(plain.text):
        return plain if "://" in plain.text else _Text(plain.text, _targets(rich), plain.quoted)
    found = _text(rich, is_root=rich.content_type == "text/html")
    if _says_less(plain.text, found.text):
        return found
    return _Text(plain.text, found.links, plain.quoted)


_HREF = re.compile(r"href\s*=\s*[\"'](https?://[^\"'\s<>]{3,1900})[\"']", re.IGNORECASE)


def _targets(part: Part) -> tuple[str, ...]:
    """The link targets of the HTML beside a plain text that gives none, without laying it out."""
    found: dict[str, None] = {}
    for leaf in part.leaves():
        if leaf.content_type == "text/html":
            found |= {unescape(match[1]): None for match in _HREF.finditer(leaf.text())}
    return tuple(found)[: markup.MAX_LINKS]


def _is_doubtful(plain: str) -> bool:
    return (
        len(plain) < SHORT_PLAIN_CHARACTERS * 2 or _TAG.search(plain[:4000]) is not None or _STUB.search(plain[:400]) is not None
    )


def _says_less(plain: str, rich: str) -> bool:
    """Is a plain part no more than a stand-in for the HTML?"""
    words = len(_squeezed(_URL.sub("", plain)))
    rich_words = len(_squeezed(rich))
    if not rich_words:
        return False
    if not words or _TAG.search(plain[:4000]) is not None:
        return True
    if _STUB.search(plain[:400]) is not None and rich_words > words // 2:
        return words < 2 * SHORT_PLAIN_CHARACTERS
    return words < SHORT_PLAIN_CHARACTERS and rich_words > MUCH_MORE * words + 100


def _html(part: Part) -> _Text:
    rendered = markup.render(_html_source(part))
    return _Text(rendered.text, rendered.links)


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)


def _html_source(part: Part) -> str:
    if part.params.get("charset"):
        return part.text()
    data = part.decoded()
    meta = _META_CHARSET.search(data[:4000])
    return decode_text(data, meta[1].decode("ascii") if meta else "")[:MAX_TEXT_CHARACTERS]


def _plain(part: Part) -> _Text:
    text = part.text()
    if part.params.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return _Text(text)


_DEPTH = re.compile(r">{1,30}")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676 section 4.2): a line that ends in a space goes on in the next
    of the same quote depth. "-- " is a signature's mark and never flows (section 4.3)."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        mark = _DEPTH.match(line)
        depth = mark.end() if mark else 0
        line = line[depth:]
        if line.startswith(" "):
            line = line[1:]
        flows = line.endswith(" ") and line != "-- "
        piece = line[:-1] if flows and delete_space else line
        if open_depth == depth and line != "-- ":
            lines[-1] += piece
        else:
            lines.append(">" * depth + " " + piece if depth else piece)
        open_depth = depth if flows else -1
    return "\n".join(lines)
