"""What the program says to whoever runs it: one line a record, to stderr, and nothing private in it.

Under systemd (JOURNAL_STREAM is set) a line carries no time, which the journal knows better, and begins with its priority as
``<3>``, which sd-daemon(3) turns into the journal's own. Anywhere else it begins with the time and the level.

Two guards against leaking, since a journal is read by more people than a mailbox and is pasted into bug reports. The rule for
everybody who logs: counts, ledger ids and mailbox names, never a subject, a body, an address or a URL. And ``redact`` takes
addresses, URLs and long tokens out of every line, tracebacks included, for the day when a library logs one anyway.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping
from typing import TextIO

PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
"""syslog(3) severities, as sd-daemon(3) writes them in front of a line."""

NOISY = (
    "apprise",
    "googleapiclient",
    "google_auth_httplib2",
    "google.auth",
    "httplib2",
    "imapclient",
    "msal",
    "urllib3",
    "requests",
    "tzlocal",
)
"""Libraries whose INFO and DEBUG lines hold URLs, headers or whole messages."""

_URL = re.compile(r"\b([a-z][a-z0-9+.-]{1,20})://[^\s\"'<>]{1,2000}", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.!#$%&*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_NAMED_SECRET = re.compile(
    r"\b(?:(password|passwd|pwd|secret|token|access_token|refresh_token|api[_-]?key|authorization|bearer)"
    r"([\"']?\s{0,3}[:=]\s{0,3}[\"']?|\s{1,3}(?=\S{16}))(?:bearer\s{1,3}|basic\s{1,3})?|(code)(=))[^\s\"',;&}]{1,4000}",
    re.IGNORECASE,
)
_LONG_TOKEN = re.compile(
    r"(?<![\w-])(?:"
    r"(?=[\w-]{0,8000}\d)(?=[\w-]{0,8000}[A-Z])[\w-]{24,8000}"  # a JWT's part, a refresh token, a bot's token
    r"|(?=[\w-]{0,8000}\d{8})[\w-]{24,8000}"  # numbered like xoxb-123456789012-...
    r"|(?=[a-z_]{0,8000}\d)(?=\d{0,8000}[a-z_])[a-z0-9_]{24,8000}"  # hex, base36
    r")(?![\w-])"
)
"""24 or more in a row that are no words. A ledger id is lower case with hyphens between words, and stays readable."""


def redact(text: str) -> str:
    """Take out what identifies or unlocks: "rosa@quill.example" -> "<address>", "tgram://123:abc/9" -> "tgram://<hidden>".

    ``http`` and ``https`` addresses lose everything too: a push server's topic is as good as its password.
    """
    text = _URL.sub(r"\1://<hidden>", text)
    text = _ADDRESS.sub("<address>", text)
    text = _NAMED_SECRET.sub(r"\1\2\3\4<hidden>", text)
    return _LONG_TOKEN.sub("<hidden>", text)


class _Formatter(logging.Formatter):
    """Redacts the finished text, so that arguments, tracebacks and a library's own wording pass through it as well."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _JournalFormatter(_Formatter):
    """The priority stands before every line of a traceback: the journal takes each line for a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        level = next((level for level in PRIORITIES if record.levelno >= level), logging.DEBUG)
        prefix = f"<{PRIORITIES[level]}>"
        return "\n".join(prefix + line for line in super().format(record).splitlines())


def is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether this very stream goes to the journal: JOURNAL_STREAM is "device:inode" of the one that does (systemd.exec(5)), and
    a child whose stderr was turned elsewhere inherits the variable all the same."""
    device, _, inode = environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return (device, inode) == (str(status.st_dev), str(status.st_ino))


def configure(level: int = logging.INFO, stream: TextIO | None = None, environ: Mapping[str, str] | None = None) -> None:
    """Set up the root logger, once, from the command line's entry. Calling it again replaces what it did before."""
    stream = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(stream)
    if is_journal(stream, os.environ if environ is None else environ):
        handler.setFormatter(_JournalFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(_Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _Formatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
