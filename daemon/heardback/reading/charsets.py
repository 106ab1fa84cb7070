"""Bytes -> text, whatever the sender said about them.

The label is believed where it can be: a wrong or unknown one falls back to UTF-8, then to Windows-1252 (which is what mail
that says "us-ascii" or "iso-8859-1" and holds other bytes nearly always is; the WHATWG Encoding Standard reads Latin-1 so
too). Decoding never fails. Characters that are no text (NUL, controls, bidirectional overrides, lone surrogates, invisible
fillers) are dropped here, once, so that no later stage meets them: a terminal, SQLite and a phrase rule each stumble over
another.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
"""C0 controls without tab, newline and carriage return."""

_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")

_ALIASES = {
    # what senders write: a codec that reads at least as much
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
}

_NOT_FOR_MAIL = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "unicode-escape"}
"""Python's own codecs that are no charsets; punycode takes quadratic time on hostile input."""

_NOT_ASCII_BASED = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1140", "cp273", "cp424", "cp875", "cp1026")


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """The name of a codec for a charset label, None where the label is unknown."""
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if len(name) > 40 or "\0" in name:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if info.name in _NOT_FOR_MAIL or not info._is_text_encoding:
        return None
    return _ALIASES.get(info.name, info.name)


def decode(data: bytes, charset: str = "") -> str:
    """Turn bytes into text; whatever cannot be read becomes U+FFFD. Controls stay in: see ``clean``."""
    codec = _codec(charset) if charset else None
    if codec is None or codec == "utf-8":
        return _decode_unlabelled(data) if not charset or codec is None else _decode_utf8(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        pass
    if codec.startswith("cp125"):
        return _decode_unlabelled(data)
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return _decode_unlabelled(data)


def _decode_utf8(data: bytes) -> str:
    """Labelled UTF-8 (or ASCII): a few bad bytes are replaced, text that is mostly something else is read as that."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        good = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
        return text if good > text.count("\ufffd") else _decode_unlabelled(data)


def _decode_unlabelled(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def decode_text(data: bytes, charset: str = "") -> str:
    """``decode`` and ``clean`` in one; the fast way for the many texts that are plain ASCII."""
    codec = _codec(charset) if charset else None
    if codec is None or not codec.startswith(_NOT_ASCII_BASED):
        data = data.translate(None, CONTROL_BYTES)
        if data.isascii():
            text = data.decode("ascii")
            return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return clean(decode(data, charset))


def clean(text: str) -> str:
    """Drop what is no text, make every line end a newline and every odd space a space."""
    if "\r" in text or not text.isascii():
        text = _LINE_ENDS.sub("\n", text)
        text = _SPACES.sub(" ", text)
    return _DROPPED.sub("", text)
