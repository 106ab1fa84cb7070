"""What the sender typed, apart from what they quoted, forwarded, and sign every letter with.

A promise in a quote is an old promise; a promise lost with a signature is a missed callback. So quotes are cut by marks
that mail programs make ("> ", "On ... wrote:", "From: / Sent: / To: / Subject:", "-----Original Message-----"), and where a mark is
in doubt the words stay in the text. What is typed below or between quotes belongs to the text.
"""

from __future__ import annotations

import re

from heardback.model import Body
from heardback.reading.markup import MAX_LINKS

# -------------------------------------------------------------------------------------------- line marks

_QUOTED = re.compile(r"[ \t]{0,3}((?:>[ \t]?){1,30})")
_ATTRIBUTION_VERB = re.compile(
    r"(?:wrote|writes|schrieb|a écrit|écrit|escribió|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał(?:\(a\))?|napsal(?:\(a\))?|"
    r"написал(?:а|\(а\))?|пишет|yazdı|写道|schrieb folgendes|ha escrit)\s?[:：]?\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(
    r"^\s*(?:On\s|Am\s|Le\s|El\s|Em\s|Il\s|Op\s|Den\s|På\s|Dnia\s|W dniu\s|Dne\s|\d|\w{2,9}[,.]?\s\d|<?[^\s<>@]{1,80}@|[\"'\w][^:]{1,80}<[^<>\s]{3,200}>)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_DIVIDER = re.compile(
    r"^\s*-{2,}\s{0,2}(?:Original Message|Original Appointment|Forwarded message|Forwarded by|Reply message|Ursprüngliche Nachricht|"
    r"Original-Nachricht|Weitergeleitete Nachricht|Message d'origine|Message original|Message transféré|Mensaje original|"
    r"Mensaje reenviado|Mensagem original|Mensagem encaminhada|Messaggio originale|Messaggio inoltrato|Oorspronkelijk bericht|"
    r"Doorgestuurd bericht|Ursprungligt meddelande|Oprindelig meddelelse|Opprinnelig melding|Vidarebefordrat meddelande|"
    r"Wiadomość oryginalna|Původní zpráva)[^\n]{0,80}$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\s*(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:transféré|réexpédié)|"
    r"Inicio del mensaje reenviado|Inizio messaggio inoltrato|Begin doorgestuurd bericht|Start of forwarded message)\s?:?\s*$",
    re.IGNORECASE,
)
_UNDERSCORES = re.compile(r"^\s*_{20,}\s*$")
_FROM_LINE = re.compile(r"^[\s*_]{0,4}(?:From|Von|De|Da|Van|Från|Fra|Od|Expéditeur|Remitente)\s?\*?\s?:\*?\s?\S", re.IGNORECASE)
_SENT_LINE = re.compile(
    r"^[\s*_]{0,4}(?:Sent|Date|Gesendet|Datum|Envoyé(?: le)?|Enviado(?: el| em)?|Fecha|Data|Inviato|Verzonden|Skickat|Sendt|Dato|Wysłano|Odesláno)"
    r"\s?\*?\s?:\*?\s?\S",
    re.IGNORECASE,
)
_TO_LINE = re.compile(r"^[\s*_]{0,4}(?:To|An|À|A|Para|Aan|Till|Til|Do|Komu|Cc|Kopie)\s?\*?\s?:\*?", re.IGNORECASE)
_SUBJECT_LINE = re.compile(
    r"^[\s*_]{0,4}(?:Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Temat|Předmět|Re)\s?\*?\s?:\*?",
    re.IGNORECASE,
)

# -------------------------------------------------------------------------------------------- signatures

_DASHES = re.compile(r"^-- ?$|^--\xa0$|^—\s?$")
_MOBILE = re.compile(
    r"^\s*(?:(?:Sent|Gesendet|Envoyé|Enviado|Inviato|Verzonden|Verstuurd|Skickat|Sendt|Von meinem)\s(?:from|via|von|mit|depuis|de|da|desde|vanaf|från|fra|using|iPhone|iPad)"
    r"[^.!?\n]{0,60}\.?|Get\sOutlook\sfor\s\w+|Outlook\s(?:für|pour|para|per|voor)\s\w+\s\w{0,12}|Von meinem \w+ gesendet|Diese Nachricht wurde von meinem \w+[^.\n]{0,60}gesendet\.?|"
    r"Sent\swith\s[^.!?\n]{0,40}(?:mail|email)[^.!?\n]{0,20}\.?|Télécharger Outlook pour \w+|Obtener Outlook para \w+)\s*(?:<https?://[^\s<>]{1,200}>)?\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(?:(?:with|mit|avec)?\s?(?:my |our |all |very |many |kind(?:est)? |best |warm(?:est)? |sincere |freundlichen |besten |herzlichen |lieben |viele |liebe |beste |schöne )*"
    r"(?:regards|wishes|thanks|thank you|thx|cheers|best|all the best|sincerely|sincerely yours|yours|yours sincerely|yours faithfully|yours truly|"
    r"respectfully|respectfully yours|cordially|warmly|take care|talk soon|speak soon|thanks so much|thanks a lot|thanks again|thank you again|thanks and regards|thanks & regards|"
    r"thank you so much|thank you very much|many thanks in advance|thanks in advance|with thanks|br|kr|rgds|"
    r"grüßen|grüße|grüßle|gruß|gruss|grüssen|grüsse|mfg|lg|vg|cordialement|bien cordialement|bien à vous|salutations|meilleures salutations|saludos|un saludo|saludos cordiales|atentamente|"
    r"cordiali saluti|distinti saluti|saluti|groeten|vriendelijke groet|met vriendelijke groet|met vriendelijke groeten|mvh|hälsningar|atenciosamente|abraços|hilsen|med vennlig hilsen|med venlig hilsen)"
    r")\s?[,.!–—-]{0,3}\s*$",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^\s*p\.?\s?p?\.?\s?s\b[.:]?", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"^\W{0,5}(?:(?:important |legal |privacy |email )?(?:confidentiality|confidential|privileged)[^.\n]{0,40}(?:notice|note|statement|:)|confidentiality\b|disclaimer\b|"
    r"(?:this|the (?:information|contents?)[^.\n]{0,30}(?:in|of) this)\s(?:e-?mail|message|communication|transmission)\b[^.\n]{0,160}(?:confidential|intended|privileged|solely)|"
    r"if you (?:are not|have received this)\b[^.\n]{0,80}(?:intended recipient|in error|by mistake)|"
    r"(?:please )?(?:consider|think of|think about) the environment before|"
    r"diese e-?mail\b[^.\n]{0,100}vertraulich|ce (?:message|courriel|mail)\b[^.\n]{0,100}confidentiel|este (?:mensaje|correo)\b[^.\n]{0,100}confidencial|dit bericht\b[^.\n]{0,100}vertrouwelijk)",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(r"mailing list|unsubscribe|https?://\S{1,200}/listinfo|groups\.google", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")

MAX_SIGNATURE_LINES = 15
_PROSE_CHARACTERS = 80
_PROSE_WORDS = 9

_URL = re.compile(r"https?://[^\s<>\"'\])]{3,1900}", re.IGNORECASE)


def divide(text: str, links: tuple[str, ...] = ()) -> Body:
    """Divide a message's whole text into what was typed, the signature and the quotes.

    ``links`` are those that HTML had; bare URLs are added. In: "Friday it is.\\n\\nDana\\n\\n> When?" Out: text "Friday it is.\\n\\nDana",
    quoted "When?".
    """
    lines = text.split("\n")
    kinds = _mark_quotes(lines)
    typed: list[str] = []
    signature: list[str] = []
    quoted: list[str] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and kinds[end] == kinds[start]:
            end += 1
        if kinds[start]:
            quoted.extend(_unquoted(line) for line in lines[start:end])
            quoted.append("")
        else:
            kept, signed = _split_signature(lines[start:end])
            typed.extend(kept)
            typed.append("")
            signature.extend(signed)
        start = end
    return Body(text=_joined(typed), signature=_joined(signature), quoted=_joined(quoted), links=_links(text, links))


def _links(text: str, links: tuple[str, ...]) -> tuple[str, ...]:
    if "://" not in text:
        return links
    found = dict.fromkeys(links)
    for match in _URL.finditer(text):
        if len(found) >= MAX_LINKS:
            break
        found[match[0].rstrip(".,;:!?*_")] = None
    return tuple(found)


def _unquoted(line: str) -> str:
    mark = _QUOTED.match(line)
    return line[mark.end() :] if mark else line


def _joined(lines: list[str]) -> str:
    """Lines as text: no trailing spaces, one blank line between paragraphs at most."""
    kept: list[str] = []
    for line in lines:
        line = line.rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


# ------------------------------------------------------------------------------------------------ quotes


def _mark_quotes(lines: list[str]) -> list[bool]:
    """Tell for each line whether it is quoted. Blank lines between two quoted lines are quoted too."""
    marks = [">" in line and _QUOTED.match(line) is not None for line in lines]
    index = 0
    while index < len(lines):
        if marks[index] or not lines[index].strip():
            index += 1
            continue
        head_end = _head_of_quote(lines, marks, index)
        if head_end is None:
            index += 1
            continue
        marks[index:head_end] = [True] * (head_end - index)
        following = _next_text(lines, head_end)
        if following is None or not marks[following]:
            # the quote is not marked line by line: it is the rest
            marks[index:] = [True] * (len(lines) - index)
            break
        index = head_end
    return _filled(lines, marks)


def _next_text(lines: list[str], index: int) -> int | None:
    while index < len(lines):
        if lines[index].strip():
            return index
        index += 1
    return None


def _filled(lines: list[str], marks: list[bool]) -> list[bool]:
    """A blank line goes with the line before it."""
    for index in range(1, len(lines)):
        if not lines[index].strip():
            marks[index] = marks[index - 1]
    return marks


def _head_of_quote(lines: list[str], marks: list[bool], index: int) -> int | None:
    """The index after the lines that introduce a quote at ``index``; None where none begins there."""
    line = lines[index]
    if "-" in line and _DIVIDER.match(line):
        return _after_header_block(lines, index + 1)
    if _FORWARD.match(line):
        return _after_header_block(lines, index + 1)
    if "_" in line and _UNDERSCORES.match(line):
        following = _next_text(lines, index + 1)
        if following is not None and following <= index + 2 and _is_header_block(lines, following):
            return _after_header_block(lines, following)
        return None
    if ":" in line and _FROM_LINE.match(line) and _is_header_block(lines, index):
        return _after_header_block(lines, index)
    return _after_attribution(lines, marks, index)


def _is_header_block(lines: list[str], index: int) -> bool:
    """From, then a date and a subject or recipients within a few lines: what Outlook puts above a quote."""
    if not _FROM_LINE.match(lines[index]):
        return False
    near = lines[index + 1 : index + 9]
    if not any(_SENT_LINE.match(line) for line in near):
        return False
    return any(_SUBJECT_LINE.match(line) or _TO_LINE.match(line) for line in near)


def _after_header_block(lines: list[str], index: int) -> int:
    """Step over the header lines of a quoted or forwarded message, blank lines before them included."""
    start = _next_text(lines, index)
    if start is None or not re.match(r"[\s*_>]{0,4}[^\W\d_][\w-]{1,20}(?: [\w-]{1,12})?\s?\*?:", lines[start]):
        return index
    index = start
    while index < len(lines) and index - start < 12 and lines[index].strip():
        index += 1
    return index


def _after_attribution(lines: list[str], marks: list[bool], index: int) -> int | None:
    """ "On Tuesday, 3 March 2026 at 10:02, Dana Ortiz <dana@x.example> wrote:", on up to three lines."""
    line = lines[index]
    if len(line) > 300 or not _ATTRIBUTION_START.match(line):
        return None
    joined = ""
    for count in range(3):
        if index + count >= len(lines) or marks[index + count] or (count and not lines[index + count].strip()):
            return None
        joined = f"{joined} {lines[index + count].strip()}".strip()
        if len(joined) > 400:
            return None
        if _ATTRIBUTION_VERB.search(joined):
            break
    else:
        return None
    end = index + count + 1
    following = _next_text(lines, end)
    if following is None:
        return end if _DIGIT.search(joined) and joined.endswith(":") else None
    is_marked = marks[following] and following <= end + 2
    is_clear = (
        joined.endswith((":", "："))
        and (_DIGIT.search(joined) is not None)
        and ("@" in joined or "," in joined or ":" in joined[:-1])
    )
    return end if is_marked or is_clear else None


# -------------------------------------------------------------------------------------------- signatures


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut the signature off a run of typed lines. A postscript below it is text again."""
    kept: list[str] = []
    signature: list[str] = []
    index = 0
    while index < len(lines):
        end = _signature_end(lines, index)
        if end is None:
            kept.append(lines[index])
            index += 1
        else:
            signature.extend([*lines[index:end], ""])
            index = end
    return kept, signature


def _signature_end(lines: list[str], index: int) -> int | None:
    """The index after a piece of signature that begins at ``index``; None where none does."""
    line = lines[index]
    if not line.strip():
        return None
    if _DASHES.match(line):
        return _until_prose(lines, index + 1, len(lines), every_line=True)
    if _MOBILE.match(line):
        return index + 1
    if len(line) <= 60 and _CLOSING.match(line):
        following = _next_text(lines, index + 1)
        if following is None or following > index + 4 or not _is_name_like(lines[following]):
            return None
        return _until_prose(lines, following, following + MAX_SIGNATURE_LINES)
    if _UNDERSCORES.match(line) and index + 1 < len(lines) and _LIST_FOOTER.search(lines[index + 1]):
        return _until_prose(lines, index + 1, len(lines), every_line=True)
    if (index == 0 or not lines[index - 1].strip()) and _DISCLAIMER.match(" ".join(lines[index : index + 3])):
        while index < len(lines) and lines[index].strip():
            index += 1
        return index
    return None


def _until_prose(lines: list[str], index: int, limit: int, *, every_line: bool = False) -> int:
    """Go on while the lines look like a signature's; ``every_line``: all but a postscript do, once "-- " has said so."""
    while index < min(len(lines), limit):
        line = lines[index]
        if _POSTSCRIPT.match(line):
            break
        starts_paragraph = not lines[index - 1].strip()
        if (
            not every_line
            and line.strip()
            and (_is_prose(line) or (starts_paragraph and _is_prose(" ".join(_paragraph(lines, index)))))
        ):
            break
        index += 1
    return index


def _paragraph(lines: list[str], index: int) -> list[str]:
    end = index
    while end < len(lines) and lines[end].strip() and end - index < 6:
        end += 1
    return lines[index:end] if end - index > 1 and len(lines[index]) > 50 else lines[index : index + 1]


def _is_name_like(line: str) -> bool:
    words = _WORD.findall(line)
    return (
        bool(words)
        and len(line) <= 80
        and len(words) <= 8
        and not line.rstrip().endswith(("?", "!", ":", ";"))
        and not _is_prose(line)
    )


def _is_prose(line: str) -> bool:
    """A sentence: ends like one, or is as long as one and has no marks of a signature in it."""
    stripped = line.strip()
    words = stripped.split()
    if "|" in stripped or "•" in stripped or "·" in stripped or "@" in stripped or "://" in stripped or "www." in stripped:
        return len(words) > 20
    if len(words) >= 4 and stripped.endswith((".", "!", "?", "…")):
        return True
    return len(words) >= _PROSE_WORDS or len(stripped) > _PROSE_CHARACTERS
