"""A mailbox as one line of text, as in ``imaps://rosa%40quill.example@mail.example``.

A password in the line is refused: the shell's history and the list of processes would keep it.
"""

from __future__ import annotations

import difflib
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

from heardback.errors import UsageError


class Scheme(StrEnum):
    IMAPS = "imaps"
    """TLS from the first byte (RFC 8314)."""
    IMAP_STARTTLS = "imap+starttls"
    IMAP = "imap"
    """No TLS: loopback only."""
    GMAIL = "gmail"
    MAILDIR = "maildir"
    MBOX = "mbox"
    EML = "eml"


DEFAULT_PORTS = {Scheme.IMAPS: 993, Scheme.IMAP_STARTTLS: 143, Scheme.IMAP: 143}
_FORMS = "imaps://user@host, imap+starttls://user@host, maildir:PATH, mbox:FILE, eml:DIRECTORY or gmail:"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAddress:
    """Where a mailbox lies. ``host`` and ``port`` are set for the IMAP schemes, ``path`` for files; ``user`` is decoded and
    may be empty for ``gmail:``."""

    scheme: Scheme
    host: str = ""
    port: int = 0
    user: str = ""
    path: Path | None = None

    @property
    def needs_password(self) -> bool:
        return self.scheme in DEFAULT_PORTS

    def __str__(self) -> str:
        """Name the mailbox for a person: the account at a server, or the path. Holds no secret."""
        if self.path is not None:
            return f"{self.scheme}:{self.path}"
        if not self.host:
            return f"{self.scheme}:{self.user}"
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user} at {host}{port}"


def parse_mailbox_url(text: str) -> MailboxAddress:
    """Read a mailbox URL; raise UsageError with what to type instead.

    ``imaps://rosa@quill.example@mail.example`` is taken too (the last @ divides), as is ``rosa%40quill.example``.
    """
    head, colon, rest = text.strip().partition(":")
    if not colon:
        raise UsageError(f"“{text}” is not the address of a mailbox.", f"Write {_FORMS}.")
    scheme = _scheme(head.lower())
    if scheme in DEFAULT_PORTS:
        return _imap_address(scheme, rest)
    if scheme is Scheme.GMAIL:
        return MailboxAddress(scheme=scheme, user=unquote(rest.removeprefix("//")))
    if not rest or rest == "//":
        raise UsageError(f"“{text}” names no path.", f"Write {scheme}:PATH, for example {scheme}:/home/rosa/mail.")
    # maildir:///home/rosa and maildir:/home/rosa are the same; a relative path stays relative.
    path = Path(rest.removeprefix("//") if rest.startswith("///") else rest)
    try:
        return MailboxAddress(scheme=scheme, path=path.expanduser())
    except RuntimeError as error:  # pathlib's word for "~somebody" whom this machine does not know
        raise UsageError(f"“{text}” names the home of nobody on this machine.", "Write the whole path.") from error


def _scheme(head: str) -> Scheme:
    try:
        return Scheme(head)
    except ValueError:
        near = difflib.get_close_matches(head, [*Scheme], n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}:? " if near else ""
        raise UsageError(f"“{head}:” is no kind of mailbox that heardback knows.", f"{hint}Write {_FORMS}.") from None


def _imap_address(scheme: Scheme, rest: str) -> MailboxAddress:
    example = f"{scheme}://rosa%40quill.example@mail.example"
    if not rest.startswith("//"):
        raise UsageError(f"After “{scheme}:” two slashes are missing.", f"Write {example}.")
    authority, _, path = rest[2:].partition("/")
    if path:
        raise UsageError(
            "A folder cannot be chosen in the address: every folder but Drafts and Trash is read.", f"Write {example}."
        )
    user_info, at, host_port = authority.rpartition("@")
    if ":" in user_info:
        raise UsageError(
            "There is a password in the address; the shell's history and the list of processes would keep it.",
            f"Write {example} and give the password by --password-command, HEARDBACK_PASSWORD or when asked.",
        )
    user = unquote(user_info)
    if not at or not user:
        raise UsageError("The address names no user.", f"Write {example} (%40 stands for the @ of the user's own address).")
    host, port = _host_and_port(scheme, host_port, example)
    if scheme is Scheme.IMAP and not is_loopback(host):
        raise UsageError(
            f"imap:// would send the password to {host} unprotected; it is for a server on this machine only.",
            f"Write imaps://{user_info}@{host}, or imap+starttls:// if the server has no port 993.",
        )
    return MailboxAddress(scheme=scheme, host=host, port=port, user=user)


def _host_and_port(scheme: Scheme, text: str, example: str) -> tuple[str, int]:
    if text.startswith("["):  # RFC 3986 section 3.2.2: an IPv6 address
        host, _, after = text[1:].partition("]")
        port_text = after.removeprefix(":")
    else:
        host, _, port_text = text.partition(":")
    if not host or any(character.isspace() for character in host):
        raise UsageError("The address names no server.", f"Write {example}.")
    if not port_text:
        return host, DEFAULT_PORTS[scheme]
    if not (port_text.isascii() and port_text.isdigit() and 0 < int(port_text) < 65_536):
        raise UsageError(
            f"“{port_text}” is no port.", f"Leave it out for {DEFAULT_PORTS[scheme]}, or write {example}:{DEFAULT_PORTS[scheme]}."
        )
    return host, int(port_text)


def is_loopback(host: str) -> bool:
    """True for this machine itself: ``localhost`` by name (RFC 6761 section 6.3), or a loopback address."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
