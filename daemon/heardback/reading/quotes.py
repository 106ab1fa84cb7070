"""What the sender typed, apart from what they quoted, forwarded, and sign every letter with.

A promise in a quote is an old promise; a promise lost with a signature is a missed callback. So quotes are cut by marks that
mail programs make ("> ", "On ... wrote:", "From: / Sent: / To: / Subject:", "-----Original Message-----"), and where a mark
is in doubt the words stay in the text. What is typed below or between quotes belongs to the text. The words are in
``marks.toml``.

Lines are compared with sets of words, not with patterns: a letter has thirty lines, a mailbox millions, and searching for all
closings of all languages at every character took longer than everything else in ``reading`` together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from heardback.model import Body
from heardback.reading.markup import MAX_LINKS

MAX_SIGNATURE_LINES = 15
"""A name, a title, a firm, an address, three numbers and a slogan; more is a letter."""
MAX_ATTRIBUTION_CHARACTERS = 400
_PROSE_CHARACTERS = 80
_PROSE_WORDS = 9

_MARKS: dict[str, list[str]] = tomllib.loads(files("heardback.reading").joinpath("marks.toml").read_text("utf-8"))


_ATTRIBUTION_ENDS = tuple(_MARKS["attribution_ends"])
_ATTRIBUTION_VERBS = tuple(f" {verb} " for verb in _MARKS["attribution_verbs"])
_DIVIDERS = frozenset(_MARKS["dividers"])
_FORWARDS = frozenset(_MARKS["forwards"])
_FROM_NAMES = frozenset(_MARKS["from_names"])
_SENT_NAMES = frozenset(_MARKS["sent_names"])
_OTHER_NAMES = frozenset(_MARKS["to_names"] + _MARKS["subject_names"])
_DEVICE_LINES = tuple(_MARKS["device_lines"])
_CLOSINGS = frozenset(_MARKS["closings"])
_DISCLAIMERS = tuple(_MARKS["disclaimers"])
_DISCLAIMER_BEGINNINGS = tuple(_MARKS["disclaimer_beginnings"])
_ALL_DISCLAIMERS = _DISCLAIMERS + _DISCLAIMER_BEGINNINGS
_DISCLAIMER_ENDS = tuple(_MARKS["disclaimer_ends"])
_LIST_FOOTERS = ("mailing list", "unsubscribe", "/listinfo", "groups.google")

_QUOTED = re.compile(r"[ \t]{0,3}[A-Z]{0,4}((?:>[ \t]?){1,30})")
"""Some programs put the writer's initials before the mark: "DO> "."""
_FIELD = re.compile(r"[ \t*_>]{0,4}[^\W\d_][\w-]{0,20}(?:[ \t][\w-]{1,12})?[ \t]?\*?[:：]")
_DASHES = frozenset({"--", "—", "––", "– –"})
_POSTSCRIPT = re.compile(r"[ \t]{0,4}p\.?[ \t]?(?:p\.?[ \t]?)?s\b\.?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CONTACT_MARKS = ("|", "•", "·", "@", "://", "www.", "+1", "Tel", "tel:")

_BLANKS = re.compile(r"\n{3,}")
_URL = re.compile(r"https?://[^\s<>\"'\])]{3,1900}")


def divide(text: str, links: tuple[str, ...] = ()) -> Body:
    """Divide a message's whole text into what was typed, the signature and the quotes.

    ``links`` are those that HTML had; bare URLs are added. In: "Friday it is.\\n\\nDana\\n\\n> When?". Out: text
    "Friday it is.\\n\\nDana", quoted "When?".
    """
    text = text.strip()
    # "-- " loses its space here: two dashes alone are a signature's mark either way
    lines = [line.rstrip() for line in text.split("\n")] if " \n" in text or "\t\n" in text else text.split("\n")
    typed: list[str] = []
    signature: list[str] = []
    quoted: list[str] = []
    marks = _mark_quotes(text, lines)
    for start, end, is_quoted in _runs(marks) if True in marks else [(0, len(lines), False)]:
        if is_quoted:
            quoted += [*(_unquoted(line) for line in lines[start:end]), ""]
        else:
            kept, signed = _split_signature(lines[start:end])
            typed += [*kept, ""]
            signature += signed
    return Body(text=_joined(typed), signature=_joined(signature), quoted=_joined(quoted), links=_links(text, links))


def _runs(marks: list[bool]) -> Iterable[tuple[int, int, bool]]:
    """Neighbouring lines of one kind as (start, end, is quoted)."""
    start = 0
    for index in range(1, len(marks) + 1):
        if index == len(marks) or marks[index] is not marks[start]:
            yield start, index, marks[start]
            start = index


def _unquoted(line: str) -> str:
    mark = _QUOTED.match(line) if ">" in line else None
    return line[mark.end() :] if mark else line


def _joined(lines: list[str]) -> str:
    """Lines as text, one blank line between paragraphs at most."""
    text = "\n".join(lines)
    return (_BLANKS.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")


def _links(text: str, links: tuple[str, ...]) -> tuple[str, ...]:
    if "://" not in text or len(links) >= MAX_LINKS:
        return links
    found = dict.fromkeys(links)
    for match in _URL.finditer(text):
        found[match[0].rstrip(".,;:!?*_")] = None
        if len(found) >= MAX_LINKS:
            break
    return tuple(found)


# ------------------------------------------------------------------------------------------------ quotes


def _mark_quotes(text: str, lines: list[str]) -> list[bool]:
    """Tell for each line whether it is quoted. A blank line goes with the line before it."""
    marks = [">" in line and _QUOTED.match(line) is not None for line in lines] if ">" in text else [False] * len(lines)
    # the test within the line comes first: thirty calls a letter were a quarter of the time
    candidates = [
        index
        for index, line in enumerate(lines)
        if line and (line[0] in "-_* \t" or ":" in line[:20] or line[-1] in _COLONS or "：" in line[:20]) and _may_be_head(line)
    ]
    attributions = _attributions(lines, marks) if ":" in text or "：" in text else {}
    for index in sorted({*candidates, *attributions}):
        if marks[index]:
            continue
        end = _end_of_head(lines, index) or attributions.get(index)
        if end is None:
            continue
        marks[index:end] = [True] * (end - index)
        following = _next_text(lines, end)
        if following is None or not marks[following]:
            if index in attributions and not _has_typed(lines, marks, index):
                # nothing stands above it, so what the sender typed is somewhere below: when in doubt, it is text
                continue
            # the quote is not marked line by line: it is the rest
            marks[index:] = [True] * (len(lines) - index)
            break
    if True in marks:
        for index in range(1, len(lines)):
            if not lines[index]:
                marks[index] = marks[index - 1]
    return marks


_COLONS = frozenset({":", "："})


def _ends_attribution(line: str) -> bool:
    """ "... wrote:", "... schrieb Dana Ortiz:", "... <dana@brightforge.example>:"."""
    lower = line.lower().rstrip(":： ")
    return lower.endswith((*_ATTRIBUTION_ENDS, ">")) or any(verb in lower for verb in _ATTRIBUTION_VERBS)


def _may_be_head(line: str) -> bool:
    """Cheap: a divider, underscores, "Begin forwarded message:" or a From line."""
    if line[0] in "-_* \t":
        return "--" in line[:10] or "____" in line[:10] or (":" in line[:30] and _field_name(line) in _FROM_NAMES)
    if ":" in line[:20] or "：" in line[:20]:
        return _field_name(line) in _FROM_NAMES
    return line[-1] in _COLONS and line.rstrip(":： ").lower() in _FORWARDS


def _field_name(line: str) -> str:
    """What stands before the colon of "From: ..." or "*From:* ..."; "" where there is nothing behind it."""
    name, _, value = line[:80].replace("：", ":").partition(":")
    return name.strip(" \t*_").lower() if value.strip(" \t*_") else ""


def _is_underscores(line: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= 20 and stripped.count("_") == len(stripped)


def _is_divider(line: str) -> bool:
    stripped = line.strip()
    if stripped.startswith("--"):
        words = stripped.strip("- ").lower()
        return words in _DIVIDERS or (words.startswith("forwarded by ") and len(words) < 100)
    return stripped.rstrip(":： ").lower() in _FORWARDS


def _has_typed(lines: list[str], marks: list[bool], end: int) -> bool:
    return any(lines[index] and not marks[index] for index in range(end))


def _next_text(lines: list[str], index: int) -> int | None:
    """The first line from ``index`` on that is not blank."""
    while index < len(lines):
        if lines[index].strip():
            return index
        index += 1
    return None


def _end_of_head(lines: list[str], index: int) -> int | None:
    """The index after a divider or header block at ``index``; None where it is none after all."""
    line = lines[index]
    if _is_divider(line):
        return _after_fields(lines, index + 1)
    if _is_underscores(line):
        following = _next_text(lines, index + 1)
        is_head = following is not None and following <= index + 2 and _is_header_block(lines, following)
        return _after_fields(lines, following) if following is not None and is_head else None
    return _after_fields(lines, index) if _is_header_block(lines, index) else None


def _is_header_block(lines: list[str], index: int) -> bool:
    """From, and a date and a subject or recipients within the lines below: what Outlook puts above a quote."""
    if _field_name(lines[index]) not in _FROM_NAMES:
        return False
    near = {_field_name(line) for line in lines[index + 1 : index + 9]}
    return not _SENT_NAMES.isdisjoint(near) and not _OTHER_NAMES.isdisjoint(near)


def _after_fields(lines: list[str], index: int) -> int:
    """Step over the header lines of a quoted or forwarded message and the blank lines before them."""
    start = _next_text(lines, index)
    if start is None or not _FIELD.match(lines[start]):
        return index
    index = start
    while index < len(lines) and index - start < 12 and lines[index].strip(" >\t"):
        index += 1
    return index


def _attributions(lines: list[str], marks: list[bool]) -> dict[int, int]:
    """Where "On 3 March 2026, Dana Ortiz <dana@brightforge.example> wrote:" begins and the index after it.

    Programs wrap it over up to three lines; the nearest line above that begins like one is its first, so that a last sentence
    typed right on top of it stays text. With a quoted line below, "Dana Ortiz wrote:" is enough; without, it needs a date or
    an address.
    """
    found: dict[int, int] = {}
    for last, line in enumerate(lines):
        if line[-1:] not in _COLONS or marks[last] or not _ends_attribution(line):
            continue
        following = _next_text(lines, last + 1)
        is_marked = following is not None and marks[following] and following <= last + 3
        first = _first_line(lines, marks, last)
        if first is not None:
            joined = " ".join(lines[first : last + 1])
            if is_marked or (len(joined) <= MAX_ATTRIBUTION_CHARACTERS and _DATED.search(joined)):
                found[first] = last + 1
        elif is_marked and len(line) <= MAX_ATTRIBUTION_CHARACTERS // 2:
            found[last] = last + 1
    return found


def _first_line(lines: list[str], marks: list[bool], last: int) -> int | None:
    for first in range(last, max(last - 3, -1), -1):
        if marks[first] or not lines[first]:
            return None
        if _BEGINNING.match(lines[first]):
            return first
    return None


_BEGINNING = re.compile(
    r"\s{0,4}(?:(?:on|am|le|el|em|il|il giorno|op|den|på|dnia|w dniu|dne)\s[^\n]{0,24}\d|"
    r"\d{1,4}[^\w\s]|\d{4}年|\d{1,2}\s[^\W\d]{3}|"
    r"(?:[^\W\d]{2,12}[.,]{0,2}\s){1,3}\d{1,2}[^\n]{0,30}\d{2})",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|@")


# -------------------------------------------------------------------------------------------- signatures


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut the signature off a run of typed lines. A postscript below it is text again."""
    starts = {
        index
        for index, line in enumerate(lines)
        if line and (len(line) <= _LONGEST_MARK or index == 0 or not lines[index - 1].strip(" *_-=~")) and _may_sign(lines, index)
    }
    if not starts:
        return lines, []
    kept: list[str] = []
    signature: list[str] = []
    index = 0
    while index < len(lines):
        end = _end_of_signature(lines, index) if index in starts else None
        if end is None:
            kept.append(lines[index])
            index += 1
        else:
            signature += [*lines[index:end], ""]
            kept.append("")
            index = end
    return kept, signature


_LONGEST_MARK = 60
"""A closing or "Sent from ..." is no longer than this; a disclaimer is, and begins a paragraph."""


def _may_sign(lines: list[str], index: int) -> bool:
    """Cheap: may a piece of signature begin at ``index``?"""
    line = lines[index]
    if line[0] in "-—–_" and (line.strip() in _DASHES or _is_underscores(line)):
        return True
    plain = line[:120].strip(" \t,.!–—-*_").lower()
    if plain in _CLOSINGS or plain.startswith(_DEVICE_LINES):
        return True
    is_first = index == 0 or not lines[index - 1].strip(" *_-=~")
    return is_first and plain.startswith(_ALL_DISCLAIMERS)


def _end_of_signature(lines: list[str], index: int) -> int | None:
    """The index after a piece of signature that begins at ``index``; None where none does."""
    line = lines[index]
    if line.strip() in _DASHES:
        return _until_postscript(lines, index + 1)
    if _is_underscores(line):
        is_footer = index + 1 < len(lines) and any(mark in lines[index + 1].lower() for mark in _LIST_FOOTERS)
        return _until_postscript(lines, index + 1) if is_footer else None
    plain = line.strip(" \t,.!–—-*_").lower()
    if plain in _CLOSINGS:
        following = _next_text(lines, index + 1)
        if line.rstrip().endswith("?") or following is None or following > index + 4 or not _is_name_like(lines[following]):
            return None
        return _until_prose(lines, following)
    if plain.startswith(_DEVICE_LINES):
        return index + 1 if _is_device_line(plain) else None
    return _end_of_disclaimer(lines, index, plain)


_LINK = re.compile(r"\s?<?https?://\S{1,300}$")


def _is_device_line(plain: str) -> bool:
    """ "Sent from my iPhone", and no sentence that begins so ("Sent from my desk with best wishes, and see you on Monday.")."""
    plain = _LINK.sub("", plain)
    return len(plain) <= 70 and not any(mark in plain for mark in ".!?;:")


def _end_of_disclaimer(lines: list[str], index: int, plain: str) -> int | None:
    """The end of a paragraph that is legal boilerplate from its first line on."""
    end = index
    while end < len(lines) and lines[end]:
        end += 1
    if plain.startswith(_DISCLAIMERS):
        return end
    paragraph = " ".join(lines[index:end]).lower()
    return end if any(mark in paragraph for mark in _DISCLAIMER_ENDS) else None


def _until_postscript(lines: list[str], index: int) -> int:
    while index < len(lines) and not _POSTSCRIPT.match(lines[index]):
        index += 1
    return index


def _until_prose(lines: list[str], index: int) -> int:
    """Go on while the lines look like a signature's: a letter that goes on below its closing is text again."""
    limit = min(len(lines), index + MAX_SIGNATURE_LINES)
    while index < limit:
        line = lines[index]
        if line and (_POSTSCRIPT.match(line) or _is_prose(line) or (not lines[index - 1] and _is_prose(_wrapped(lines, index)))):
            break
        index += 1
    return index


def _wrapped(lines: list[str], index: int) -> str:
    """A line with the one below where it was wrapped there."""
    is_wrapped = len(lines[index]) > 50 and index + 1 < len(lines) and lines[index + 1][:1].islower()
    return f"{lines[index]} {lines[index + 1]}" if is_wrapped else lines[index]


def _is_name_like(line: str) -> bool:
    words = _WORD.findall(line)
    return (
        0 < len(words) <= 8
        and len(line) <= _PROSE_CHARACTERS
        and not line.rstrip().endswith(("?", "!", ":", ";"))
        and not _is_prose(line)
    )


def _is_prose(line: str) -> bool:
    """A sentence: ends like one, or is as long as one and has no marks of a signature in it."""
    stripped = line.strip()
    words = len(stripped.split())
    if any(mark in stripped for mark in _CONTACT_MARKS):
        return words > 20
    return (words >= 4 and stripped.endswith((".", "!", "?", "…"))) or words >= _PROSE_WORDS or len(stripped) > _PROSE_CHARACTERS
