"""HTML -> plain text as a person sees it: tables by the row, paragraphs apart, hidden filler gone, quotes marked with "> ".

Quoted containers (blockquote, Gmail's, Yahoo's, Mozilla's ...) come out as lines that begin with "> ", so that ``quotes``
divides every message by one set of rules, and an answer typed between two quotes in HTML stays an answer. Nothing is ever
loaded. The walk keeps its own stack: nesting is the sender's choice and must not become our recursion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_LINKS = 50
MAX_NODES = 40_000
"""A letter has hundreds, a big newsletter three thousand; more is an attack, and the rest is left out."""
MAX_LABEL_CHARACTERS = 40
"""A first cell no longer than this, alone with a second one, is its label: "When: Thursday"."""
MAX_CELL_CHARACTERS = 200
"""A longer cell is a column of a layout, not a value in a row."""
_MAX_TABLES = 60

MAX_NESTING = 1500
"""Open elements at once; the deepest of 3,000 newsletters has under a hundred. Deeper HTML is read without its layout."""
_NEVER_NESTED = frozenset(
    {
        "p",
        "li",
        "tr",
        "td",
        "th",
        "option",
        "dt",
        "dd",
        "tbody",
        "br",
        "img",
        "hr",
        "meta",
        "link",
        "input",
        "col",
        "area",
        "base",
    }
)

_SKIPPED = frozenset(
    {"head", "style", "script", "title", "meta", "link", "noscript", "template", "object", "embed", "iframe", "svg", "math"}
    | {"select", "textarea", "map", "audio", "video", "canvas"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "form"})
_BLOCKS = frozenset(
    {
        "div",
        "li",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
        "center",
        "dt",
        "dd",
        "tbody",
        "thead",
    }
    | {"tfoot", "body", "html", "figure", "figcaption", "caption", "fieldset", "tr", "td", "th"}
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[\s;])(?:font-size|max-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_BORDER_LEFT = re.compile(r"border-left\s*:\s*(?!0|none|medium none)\S", re.IGNORECASE)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_attr|gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|OutlookMessageHeader|"
    r"ms-outlook-mobile-reference-message|front-blockquote|zmail_extra|replyquote|quoted-text|missive_quote|gmx_quote)(?:$|\s|_)"
)
_QUOTE_ID = re.compile(r"(?:x_)*(?:mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|reply-intro|yahoo_quoted_\d+)")
_REST_ID = re.compile(r"(?:x_)*(?:divRplyFwdMsg)")
_ATTRIBUTION_END = re.compile(r"[\w>)\]]\s?[:：]\s*$")

_SPACE = re.compile(r"[ \t\r\n\f]+")
_FILLER = re.compile("[\u200b-\u200d\u034f\u00ad\u2007\ufeff\u2800\u3164\u115f\u1160]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """``text`` with "> " before quoted lines; ``links`` in order, each once."""

    text: str
    links: tuple[str, ...] = ()


class _Lines:
    """Finished lines as (quote depth, text), the one that is being written, and the finished cells of a row."""

    __slots__ = ("_open", "_open_quote", "cells", "lines")

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.cells: list[_Lines] = []
        self._open: list[str] = []
        self._open_quote = 0

    def write(self, text: str, quote: int) -> None:
        if not self._open:
            self._open_quote = quote
        elif self._open_quote != quote:
            self.end_line(quote)
            self._open_quote = quote
        self._open.append(text)

    @property
    def ends_with_space(self) -> bool:
        return not self._open or self._open[-1].endswith(" ")

    def end_line(self, quote: int, *, even_empty: bool = False) -> None:
        """Finish the open line; ``even_empty``: a <br> on an empty line makes a blank line."""
        text = "".join(self._open).strip(" ")
        if text or even_empty:
            self.lines.append((self._open_quote if self._open else quote, text))
        self._open = []

    def end_paragraph(self, quote: int) -> None:
        self.end_line(quote)
        if self.lines and self.lines[-1][1]:
            self.lines.append((quote, ""))

    @property
    def last_text(self) -> str:
        """The last line that is not empty."""
        for _, text in reversed(self.lines[-4:]):
            if text:
                return text
        return ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """An open element. ``own`` is where a row's or a cell's text goes; other elements write where they stand."""

    node: LexborNode
    tag: str
    quote: int
    pre: bool
    own: _Lines | None


def render(html: str) -> Rendered:
    """Turn an HTML text into plain text; HTML that the parser refuses gives no text."""
    from selectolax.lexbor import LexborHTMLParser

    if _is_too_deep(html):
        return Rendered(text=unescape(_ANY_TAG.sub("\n", html)))
    try:
        root = LexborHTMLParser(html).root
    except (ValueError, RuntimeError):  # SelectolaxError is a RuntimeError or an Exception, depending on the release
        root = None
    return _Walk().run(root) if root is not None else Rendered(text="")


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


def _is_too_deep(html: str) -> bool:
    """Count open elements: the parser's time grows with the square of the nesting (10,000 levels: 0.5 s, 50,000: 30 s)."""
    if html.count("<") <= MAX_NESTING:
        return False
    depth = 0
    opened: dict[str, int] = {}
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _NEVER_NESTED:
            continue
        if not match[1]:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif opened.get(name, 0) > 0:
            opened[name] -= 1
            depth -= 1
    return False


class _Walk:
    """One pass over a document, in order."""

    def __init__(self) -> None:
        self.links: dict[str, None] = {}
        self.images: list[str] = []
        self.target = _Lines()
        self.outer: list[_Lines] = []
        self.quoted_from_here = 0

    def run(self, root: LexborNode) -> Rendered:
        page = self.target
        stack: list[_Frame] = []
        node: LexborNode | None = root
        for _ in range(MAX_NODES):
            child = self._enter(node, stack) if node is not None else None
            node = child if child is not None else self._after(node, stack)
            if node is None:
                break
        while stack:
            self._leave(stack.pop())
        page.end_line(0)
        lines = [("> " * min(quote, 9) + text).rstrip() if quote else text for quote, text in page.lines]
        if not any(character.isalnum() for line in lines for character in line):
            lines = self.images
        return Rendered(text="\n".join(lines), links=tuple(self.links))

    def _after(self, node: LexborNode | None, stack: list[_Frame]) -> LexborNode | None:
        """The next node in document order after a finished one, leaving what ends with it."""
        while node is not None:
            if stack and stack[-1].node is node:
                self._leave(stack.pop())
            following = node.next
            if following is not None:
                return following
            node = stack[-1].node if stack else None
        return None

    def _enter(self, node: LexborNode, stack: list[_Frame]) -> LexborNode | None:
        """Write what the node says itself; answer its first child where it is to be walked."""
        tag = node.tag or ""
        parent = stack[-1] if stack else None
        quote = max(parent.quote if parent is not None else 0, self.quoted_from_here)
        pre = parent is not None and parent.pre
        if tag == "-text":
            self._text(node.text_content or "", quote, pre)
            return None
        if tag in _SKIPPED or not tag[:1].isalpha():
            return None
        if tag == "br":
            self.target.end_line(quote, even_empty=True)
            return None
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and _HIDDEN_STYLE.search(style)):
            return None
        if tag == "img":
            self._image(attributes)
            return None
        if tag == "a":
            self._link(attributes.get("href") or "")
        quote = self._quote(node, tag, attributes, style, quote)
        self._open(tag, quote)
        own = None
        if tag in ("tr", "td", "th") and len(self.outer) < _MAX_TABLES:
            own = _Lines()
            self.outer.append(self.target)
            self.target = own
        stack.append(_Frame(node, tag, quote, pre or tag == "pre" or bool(style and _PRE_STYLE.search(style)), own))
        return node.child

    def _text(self, text: str, quote: int, pre: bool) -> None:
        if not text.isascii():
            text = _FILLER.sub("", text).replace("\u00a0", " ")
        if pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._write(first, quote)
            for line in rest:
                self.target.end_line(quote, even_empty=True)
                self._write(line, quote)
            return
        text = _SPACE.sub(" ", text)
        if self.target.ends_with_space:
            text = text.lstrip(" ")
        self._write(text, quote)

    def _write(self, text: str, quote: int) -> None:
        if text:
            self.target.write(text, quote)

    def _image(self, attributes: Mapping[str, str | None]) -> None:
        alternative = " ".join((attributes.get("alt") or "").split())
        if len(alternative) > 3 and len(self.images) < MAX_LINKS:
            self.images.append(alternative)

    def _link(self, target: str) -> None:
        target = target.strip()
        if target[:4].lower() == "http" and len(target) < 2000 and len(self.links) < MAX_LINKS:
            self.links[target] = None

    def _quote(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None], style: str, quote: int) -> int:
        """How deep in quotes an element stands."""
        if tag == "blockquote":
            self.target.end_line(quote)
            is_quote = (
                attributes.get("type") == "cite"
                or bool(attributes.get("cite"))
                or "quote" in (attributes.get("class") or "")
                or bool(style and _BORDER_LEFT.search(style))
                or bool(_ATTRIBUTION_END.search(self.target.last_text))
            )
            return quote + is_quote
        name, identity = attributes.get("class"), attributes.get("id")
        if name and _QUOTE_CLASS.search(name) and not _holds_blockquote(node):
            return quote + 1
        if identity:
            if _REST_ID.fullmatch(identity):
                self.target.end_line(quote)
                self.quoted_from_here = 1
                return max(quote, 1)
            if _QUOTE_ID.fullmatch(identity):
                return quote + 1
        return quote

    def _open(self, tag: str, quote: int) -> None:
        if tag in _PARAGRAPHS:
            self.target.end_paragraph(quote)
            if tag == "hr":
                self.target.write("________________________________", quote)
        elif tag in _BLOCKS:
            self.target.end_line(quote)
            if tag == "li":
                self.target.write("- ", quote)

    def _leave(self, frame: _Frame) -> None:
        if frame.own is not None:
            frame.own.end_line(frame.quote)
            self.target = self.outer.pop()
            if frame.tag == "tr":
                self.target.lines.extend(_row(frame.own))
            else:
                self.target.cells.append(frame.own)
        elif frame.tag in _PARAGRAPHS:
            self.target.end_paragraph(frame.quote)
        elif frame.tag in _BLOCKS:
            self.target.end_line(frame.quote)


def _holds_blockquote(node: LexborNode) -> bool:
    """Gmail's container holds the attribution, the quote and whatever was typed below it: only the first two are quoted."""
    child = node.child
    for _ in range(50):
        if child is None:
            return False
        if child.tag == "blockquote":
            return True
        child = child.next
    return False


def _row(row: _Lines) -> list[tuple[int, str]]:
    """One line for a row of short cells ("When: Thursday", "10:00 | Panel | Dana"); otherwise its cells one after the other."""
    cells = [kept for cell in row.cells if (kept := _trimmed(cell.lines))]
    if len(cells) < 2 or any(len(cell) > 1 or len(cell[0][1]) > MAX_CELL_CHARACTERS for cell in cells):
        return [*row.lines, *(line for cell in cells for line in (*cell, (cell[-1][0], ""))[: len(cell) + (len(cell) > 1)])]
    quote, first = cells[0][0]
    texts = [cell[0][1] for cell in cells]
    if len(texts) == 2 and len(first) <= MAX_LABEL_CHARACTERS:
        return [*row.lines, (quote, f"{first.rstrip(' :')}: {texts[1]}")]
    return [*row.lines, (quote, " | ".join(texts))]


def _trimmed(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    start, end = 0, len(lines)
    while start < end and not lines[start][1]:
        start += 1
    while end > start and not lines[end - 1][1]:
        end -= 1
    return lines[start:end]
