"""Getting to an IMAP server and into the account, and what it means when that fails.

Three failures must be told apart, because another one acts on each: the account refuses (the person; trying again locks
accounts), the certificate is not believed (the person), the server cannot be reached or is not well (nobody; wait).
imapclient makes a refusal of everything that goes wrong during LOGIN, a dropped line too, so the cause beneath is looked at.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from heardback.errors import CertificateRefused, LoginRefused, Unreachable
from heardback.mailbox.imap_bearer import BearerExchange, mechanism_of
from heardback.mailbox.imap_wire import Busy, LinkDead, silence_library_logs
from heardback.mailbox.oauth import AccessToken
from heardback.mailbox.url import MailboxAddress, Scheme

CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 60.0
"""A search through a large folder on a slow disk may be silent for that long; a half-open link is noticed as late."""

# imapclient logs the account at DEBUG and whole commands below it: nothing of that may reach a log of ours.
logging.getLogger("imapclient").setLevel(logging.WARNING)

_SIMPLE_WORD = re.compile(r"[A-Za-z0-9@._+-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# RFC 5530 section 3: codes of a NO that say whether the account or the server is at fault.
_REFUSAL = re.compile(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|PRIVACYREQUIRED|CONTACTADMIN)", re.IGNORECASE)
_PASSING = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)|too many|temporar|try again|try later|bandwidth|throttl|overload|server busy",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a mailbox lies and what opens it: a password or an access token, asked for at each login."""

    address: MailboxAddress
    name: str
    password: Callable[[], str] | None = None
    access_token: AccessToken | None = None
    ca_file: Path | None = None


def connect(way: Way) -> IMAPClient:
    """Connect, protect the line, log in. Raises LoginRefused, CertificateRefused or Unreachable, each with a next step.

    A token that is refused is renewed once and tried on a new connection (some servers end the old one); refused again, the
    refusal stands. Providers take a token back before its time, after a change of password for one.
    """
    if way.access_token is None:
        return _connect(way, way.password() if way.password is not None else "")
    token = way.access_token()
    try:
        return _connect(way, token)
    except LoginRefused:
        renewed = way.access_token(True)
        if renewed == token:
            raise
        return _connect(way, renewed)


def _connect(way: Way, secret: str) -> IMAPClient:
    name, address = way.name, way.address
    with translated(name, address):
        client = IMAPClient(
            address.host,
            port=address.port,
            ssl=address.scheme is Scheme.IMAPS,
            ssl_context=_tls_context(name, way.ca_file) if address.scheme is Scheme.IMAPS else None,
            timeout=SocketTimeout(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
        )
    silence_library_logs(client)
    try:
        with translated(name, address):
            if address.scheme is Scheme.IMAP_STARTTLS:
                _start_tls(client, address, name, way.ca_file)
            if way.access_token is not None:
                _log_in_by_token(client, address, name, secret)
            else:
                _log_in(client, address, name, secret)
            _introduce(client)
    except BaseException:
        drop(client)
        raise
    return client


def _tls_context(name: str, ca_file: Path | None) -> ssl.SSLContext:
    """The system's authorities, or one's own alone. A certificate is always checked, the server's name too."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise CertificateRefused(
            f"{name}: the file of certificate authorities {ca_file} cannot be read.", "Name a readable PEM file as ca_file."
        ) from error


def _start_tls(client: IMAPClient, address: MailboxAddress, name: str, ca_file: Path | None) -> None:
    try:
        client.starttls(_tls_context(name, ca_file))
    except CapabilityError as error:
        # Somebody in between may have taken the offer away; going on without TLS would hand them the password.
        raise CertificateRefused(
            f"{name}: {address.host} does not offer STARTTLS, so the line cannot be protected.", f"Try imaps://…@{address.host}."
        ) from error


def _log_in(client: IMAPClient, address: MailboxAddress, name: str, secret: str) -> None:
    if not secret or _CONTROL.search(secret) or _CONTROL.search(address.user):
        fault = "holds a control character, perhaps a line break" if secret else "is empty"
        raise LoginRefused(f"{name}: the password {fault}.", "Look at where the password comes from.")
    # LOGIN is understood everywhere but carries ASCII only, and imaplib does not quote the user.
    is_simple = secret.isascii() and _SIMPLE_WORD.fullmatch(address.user) is not None
    use_plain = client.has_capability("AUTH=PLAIN") and (not is_simple or client.has_capability("LOGINDISABLED"))
    try:
        if use_plain:
            client.plain_login(address.user, secret)
        elif not secret.isascii() or not address.user.isascii():
            raise LoginRefused(
                f"{name}: {address.host} takes no password with letters beyond ASCII.",
                "Choose a password of plain letters and digits.",
            )
        else:
            client.login(_quoted(address.user), secret)
    except LoginError as error:
        raise _login_failure(error, address, name) from error


def _log_in_by_token(client: IMAPClient, address: MailboxAddress, name: str, token: str) -> None:
    mechanism = mechanism_of(client)
    if mechanism is None:
        raise LoginRefused(f"{name}: {address.host} takes no access tokens.", "Give a password in place of oauth.")
    if _CONTROL.search(address.user):
        raise LoginRefused(f"{name}: the user's name holds a control character.", "Look at the url in the configuration.")
    exchange = BearerExchange(mechanism, user=address.user, token=token, host=address.host, port=address.port)
    try:
        client.sasl_login(mechanism, exchange)
    except LoginError as error:
        failure = _login_failure(error, address, name)
        if isinstance(failure, LoginRefused):
            failure = LoginRefused(
                f"{name}: {address.host} refused the access token{f' ({exchange.refusal})' if exchange.refusal else ''}.",
                f"Was it {address.user} who gave the grant, and is IMAP switched on for that mailbox? "
                f"`heardback auth {name}` asks for a new one.",
            )
        raise failure from error


def _quoted(user: str) -> str:
    if _SIMPLE_WORD.fullmatch(user):
        return user
    return '"' + user.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _login_failure(error: LoginError, address: MailboxAddress, name: str) -> Exception:
    said = str(error)
    if isinstance(error.__context__, IMAPClientAbortError):
        return _unreachable(name, address, "the connection broke during the login")
    if not _REFUSAL.search(said) and _PASSING.search(said):
        return _unreachable(name, address, "the server takes no login at the moment")
    return LoginRefused(f"{name}: {address.host} refused the login.", _password_hint(address))


def _password_hint(address: MailboxAddress) -> str:
    from heardback.mailbox.providers import hint_about

    known = hint_about((address.host, address.user.rpartition("@")[2]))
    return known or "Check user and password; many providers want an app password here, and IMAP switched on in their settings."


def _introduce(client: IMAPClient) -> None:
    """Say who we are where the server can be told (RFC 2971): NetEase refuses to open a folder to a client without a name."""
    if client.has_capability("ID"):
        with contextlib.suppress(IMAPClientError):
            client.id_({"name": "heardback"})


@contextlib.contextmanager
def translated(name: str, address: MailboxAddress) -> Iterator[None]:
    """Turn what the libraries raise into our errors. What is not listed is a bug and passes through."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(
            f"{name}: the certificate of {address.host} is not trusted ({error.verify_message}).",
            "Check the server's name; if it has an authority of its own, name its file as ca_file (--ca-file).",
        ) from error
    except ssl.SSLError as error:
        raise _unreachable(
            name, address, "no TLS could be agreed on", "If the port is one for STARTTLS, write imap+starttls://."
        ) from error
    except socket.gaierror as error:
        raise _unreachable(name, address, "its name cannot be resolved", "Check the server's name and the network.") from error
    except TimeoutError as error:
        raise _unreachable(name, address, "it does not answer") from error
    except Busy as error:
        raise _unreachable(name, address, "it is too busy at the moment") from error
    except LinkDead as error:
        raise _unreachable(name, address, "the connection is dead") from error
    except IMAPClientAbortError as error:
        raise _unreachable(name, address, "the connection broke") from error
    except IMAPClientError as error:
        raise _unreachable(name, address, "it refused a command or spoke what is no IMAP") from error
    except OSError as error:
        raise _unreachable(name, address, error.strerror or "the connection broke") from error


def _unreachable(name: str, address: MailboxAddress, why: str, next_step: str = "") -> Unreachable:
    return Unreachable(
        f"{name}: {address.host} cannot be read: {why}.", next_step or "Nothing to do: it is tried again by itself."
    )


def drop(client: Any) -> None:
    """Close the connection without a word, never raising: it may be dead."""
    with contextlib.suppress(Exception):
        client.socket().settimeout(0.5)
    with contextlib.suppress(Exception):
        client.shutdown()
    with contextlib.suppress(Exception):
        client.socket().close()


def leave(client: Any) -> None:
    """Log out politely, within two seconds, never raising."""
    try:
        client.socket().settimeout(2.0)
        client.logout()
    except Exception:  # whatever it is, we are going
        drop(client)
