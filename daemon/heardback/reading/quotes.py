"""What the sender typed, apart from what they quoted, forwarded, and sign every letter with.

A promise in a quote is an old promise; a promise lost with a signature is a missed callback. So quotes are cut by marks that mail
programs make ("> ", "On ... wrote:", "From: / Sent: / To: / Subject:", "-----Original Message-----"), and where a mark is in doubt the
words stay in the text. What is typed below or between quotes belongs to the text. The words are in ``marks.toml``.

Lines are compared with sets of words, not with patterns: a letter has thirty lines, a mailbox millions, and a search for all closings
in all languages at every character took longer than everything else in ``reading`` together.
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
_DIVIDERS = tuple(_MARKS["dividers"])
_FORWARDS = frozenset(_MARKS["forwards"])
_FROM_NAMES = frozenset(_MARKS["from_names"])
_SENT_NAMES = frozenset(_MARKS["sent_names"])
_OTHER_NAMES = frozenset(_MARKS["to_names"] + _MARKS["subject_names"])
_DEVICE_LINES = tuple(_MARKS["device_lines"])
_CLOSINGS = frozenset(_MARKS["closings"])
_DISCLAIMERS = tuple(_MARKS["disclaimers"])
_DISCLAIMER_BEGINNINGS = tuple(_MARKS["disclaimer_beginnings"])
_DISCLAIMER_ENDS = tuple(_MARKS["disclaimer_ends"])
_LIST_FOOTERS = ("mailing list", "unsubscribe", "/listinfo", "groups.google")

_QUOTED = re.compile(r"[ \t]{0,3}((?:>[ \t]?){1,30})")
_FIELD = re.compile(r"[ \t*_>]{0,4}[^\W\d_][\w-]{0,20}(?:[ \t][\w-]{1,12})?[ \t]?\*?[:：]")
_ATTRIBUTION_DATE = re.compile(r"\d[^\n]*(?:[@,:]|\d{4})|@")
_DASHES = frozenset({"--", "—", "––", "– –"})
_POSTSCRIPT = re.compile(r"[ \t]{0,4}p\.?[ \t]?(?:p\.?[ \t]?)?s\b\.?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CONTACT_MARKS = ("|", "•", "·", "@", "://", "www.", "+1", "Tel", "tel:")

_BLANKS = re.compile(r"\n{3,}")
_URL = re.compile(r"https?://[^\s<>\"'\])]{3,1900}", re.IGNORECASE)


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
    for start, end, is_quoted in _runs(_mark_quotes(text, lines)):
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
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


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
    ends = (
        {index for index, line in enumerate(lines) if line[-1:] in _COLONS and _ends_attribution(line)}
        if ":" in text or "：" in text
        else set()
    )
    candidates = [index for index, line in enumerate(lines) if line and _may_be_head(line)]
    if ends:
        candidates = sorted({*candidates, *(number for end in ends for number in range(max(end - 2, 0), end + 1))})
    for index in candidates:
        if marks[index] or not lines[index]:
            continue
        end = _end_of_head(lines, index)
        if end is None and ends:
            end = _end_of_attribution(lines, marks, index, ends)
        if end is None:
            continue
        marks[index:end] = [True] * (end - index)
        following = _next_text(lines, end)
        if following is None or not marks[following]:
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
    return line[-60:].lower().rstrip(":： ").endswith(_ATTRIBUTION_ENDS)


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
        return stripped.strip("- ").lower().startswith(_DIVIDERS)
    return stripped.rstrip(":： ").lower() in _FORWARDS


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


def _end_of_attribution(lines: list[str], marks: list[bool], index: int, ends: set[int]) -> int | None:
    """The index after "On 3 March, Dana Ortiz <dana@brightforge.example> wrote:", which programs wrap over up to three lines.

    With quoted lines below it is one whatever it looks like; without, it needs the colon, a digit and a date's or an address's marks.
    """
    last = next((number for number in range(index, index + 3) if number in ends), None)
    if last is None or any(marks[index : last + 1]) or not all(lines[index : last + 1]):
        return None
    joined = " ".join(line.strip() for line in lines[index : last + 1])
    if len(joined) > MAX_ATTRIBUTION_CHARACTERS or (
        index > 0 and lines[index - 1] and not marks[index - 1] and not _may_begin(joined)
    ):
        return None
    following = _next_text(lines, last + 1)
    if (
        following is not None
        and marks[following]
        and following <= last + 3
        and (_may_begin(joined) or _ATTRIBUTION_DATE.search(joined))
    ):
        return last + 1
    is_clear = joined.endswith((":", "：")) and _ATTRIBUTION_DATE.search(joined) is not None and _may_begin(joined)
    return last + 1 if is_clear else None


_BEGINNING = re.compile(
    r"(?:on|am|le|el|em|il|op|den|på|dnia|w dniu|dne|il giorno|a|в|at)\b[^\n]{0,6}|\W{0,3}\d|[\w\"'<][^:\n]{0,100}[@<(]|[^\W\d_]{2,12}[.,]?\s\d|"
    r"[\w\"'][^:\n]{1,60}$",
    re.IGNORECASE,
)


def _may_begin(line: str) -> bool:
    return _BEGINNING.match(line) is not None


# -------------------------------------------------------------------------------------------- signatures


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut the signature off a run of typed lines. A postscript below it is text again."""
    starts = {
        index
        for index, line in enumerate(lines)
        if line and _may_sign(line, is_first=index == 0 or not lines[index - 1].strip(" *_-=~"))
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
            index = end
    return kept, signature


def _may_sign(line: str, *, is_first: bool) -> bool:
    """Cheap: may a piece of signature begin here? ``is_first``: the line begins a paragraph."""
    if len(line) > 120 and not is_first:
        return False
    if line[0] in "-—–_" and (line.strip() in _DASHES or _is_underscores(line)):
        return True
    plain = line.strip(" \t,.!–—-*_").lower()
    return (
        plain in _CLOSINGS
        or plain.startswith(_DEVICE_LINES)
        or (is_first and plain.startswith(_DISCLAIMERS + _DISCLAIMER_BEGINNINGS))
    )


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
