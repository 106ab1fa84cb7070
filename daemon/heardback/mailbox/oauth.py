"""Access tokens: what a mailbox is opened with where it takes no password.

An access token lives for about an hour and is asked for at each login, as a password is. What it comes from (a grant that its
owner gave in a browser, or a command of theirs) is not the reader's business: it calls an ``AccessToken``.

Renewing is one form posted to one address (RFC 6749 section 6), alike at Google and Microsoft, so it is written out here: both
answers are judged by the same rule, and the service loads neither provider's library. The rule, since a mistake either way costs
days: a grant is dead only if the provider says so in its own words (``invalid_grant`` and its kin, 401, 403). Whatever else goes
wrong, and anything that is not JSON (a hotel's sign-in page, a proxy's error), is an outage, and waiting mends it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from heardback.clock import Clock
from heardback.errors import CertificateRefused, HeardbackError, LoginRefused, Unreachable
from heardback.mailbox.grants import Grant, GrantStore

RENEW_BEFORE = timedelta(minutes=5)
"""A token with less left is renewed before it is used: a first reading takes minutes, and clocks differ."""

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 20.0

_DEAD = frozenset(
    {
        "invalid_grant",  # RFC 6749 section 5.2: taken back, run out, or of another client
        "interaction_required",  # Microsoft: a new password, a second factor, a new policy
        "consent_required",
        "login_required",
        "invalid_client",  # the client itself was deleted, or its secret renewed
        "unauthorized_client",
        "access_denied",
    }
)
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded", "quota_exceeded"})
_CODE = re.compile(r"[a-z_]{1,40}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
"""What goes into a header or a SASL message: no blanks and no control characters (RFC 6750 section 2.1, a little wider)."""


class AccessToken(Protocol):
    """Where a reader gets its token. May be called from any thread; may take as long as one exchange with a server.

    ``fresh=False`` gives the token at hand while it is good for some minutes more, else a renewed one. ``fresh=True`` is for a
    token that was just refused (AUTHENTICATIONFAILED, 401): renewed whatever its age. Ask so once; if the new one is refused
    as well, raise LoginRefused: renewing again and again mends nothing.

    Raises LoginRefused where the grant is missing or dead (only its owner can mend that), Unreachable where the server that
    renews is away or not well, ConfigError where the owner's command fails. Tokens are never in a message of these.
    """

    def __call__(self, fresh: bool = False, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who grants. ``consent_url`` is the page where the owner says yes, or the authority that names one (``is_by_code``:
    a code is typed in there, RFC 8628)."""

    name: str
    consent_url: str
    is_by_code: bool = False
    token_url: str
    revoke_page: str


GOOGLE = Provider(
    name="Google",
    consent_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    revoke_page="https://myaccount.google.com/connections",
)


def microsoft(tenant: str) -> Provider:
    """``tenant``: "common" for any account, "consumers" for outlook.com, or an organisation's own domain or number."""
    authority = f"https://login.microsoftonline.com/{tenant}"
    return Provider(
        name="Microsoft",
        consent_url=authority,
        is_by_code=True,
        token_url=f"{authority}/oauth2/v2.0/token",
        revoke_page="https://account.live.com/consent/Manage (an organisation's: https://myapps.microsoft.com)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The program as the provider knows it: registered by the mailbox's owner, so no stranger stands between."""

    provider: Provider
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The answer of a token endpoint (RFC 6749 section 5.1). ``refresh_token`` is "" where the old one stays good.

    ``ends_in`` is how long any renewing will work: Google says so (``refresh_token_expires_in``) where there is an end.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: timedelta
    scopes: tuple[str, ...]
    ends_in: timedelta | None


class GrantedToken:
    """An ``AccessToken`` out of a stored grant: renewed before it runs out, and once on refusal.

    Under the store's lock, and from what is stored at that moment: if another heardback has renewed the refused token meanwhile,
    that one is handed out and nobody renews twice.
    """

    def __init__(self, client: Client, store: GrantStore, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._handed_out = ""

    def __call__(self, fresh: bool = False, /) -> str:
        with self._store.locked():
            grant = self._usable_grant()
            is_refused = fresh and grant.access_token == self._handed_out
            left = grant.expires_at - self._clock.now()
            if is_refused or left < RENEW_BEFORE:
                try:
                    grant = self._renewed(grant)
                except Unreachable:
                    if is_refused or left <= timedelta(0):
                        raise  # else the old one serves while the provider is away
        self._handed_out = grant.access_token
        return grant.access_token

    def _usable_grant(self) -> Grant:
        name = self._store.mailbox
        grant = self._store.load()
        if grant is None:
            raise LoginRefused(f"{name}: {self._client.provider.name} was not asked for a grant yet.", _auth(name))
        if grant.client_id != self._client.client_id:
            raise LoginRefused(f"{name}: the grant was given to another client than the one in the configuration.", _auth(name))
        if missing_scopes(self._client.scopes, grant.scopes):
            raise LoginRefused(f"{name}: the grant does not cover reading this mailbox.", _auth(name))
        return grant

    def _renewed(self, grant: Grant) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        asked_at = self._clock.now()
        tokens = ask_for_tokens(self._client, form, mailbox=self._store.mailbox)
        renewed = Grant(
            client_id=grant.client_id,
            scopes=grant.scopes,
            refresh_token=tokens.refresh_token or grant.refresh_token,
            access_token=tokens.access_token,
            expires_at=asked_at + tokens.expires_in,
            granted_at=grant.granted_at,
            ends_at=grant.ends_at,
        )
        self._store.save(renewed)
        return renewed


class CommandToken:
    """An ``AccessToken`` that a command of the owner's prints (oama, mutt_oauth2.py, pizauth): it renews by its own rules, so the
    command is run at each login and once more on refusal."""

    def __init__(self, run: Callable[[], str], mailbox: str) -> None:
        self._run = run
        self._mailbox = mailbox

    def __call__(self, fresh: bool = False, /) -> str:
        return checked_token(self._run(), self._mailbox)


def checked_token(token: str, mailbox: str) -> str:
    """Raise LoginRefused for what could never be sent: an error page that a command took for a token, a line break."""
    if not _TOKEN.fullmatch(token):
        raise LoginRefused(f"{mailbox}: what was given as an access token is none.", "Look at where the token comes from.")
    return token


def missing_scopes(wanted: tuple[str, ...], granted: tuple[str, ...]) -> tuple[str, ...]:
    """The wanted ones that were not granted. Microsoft answers in other letter case than it was asked in."""
    have = {scope.casefold() for scope in granted}
    return tuple(scope for scope in wanted if scope.casefold() not in have)


def ask_for_tokens(client: Client, form: Mapping[str, str], *, mailbox: str) -> Tokens:
    """Post one form to the token endpoint. Raises LoginRefused, Unreachable or CertificateRefused, with no token in any."""
    import requests

    provider = client.provider
    secret = {"client_secret": client.client_secret} if client.client_secret else {}
    with translated_http(mailbox, provider):
        answer = requests.post(
            provider.token_url,
            data={"client_id": client.client_id, **secret, **form},
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            allow_redirects=False,  # nobody but the provider gets this form
        )
    document = _object_of(answer)
    if answer.status_code == 200 and document:
        return tokens_of(document, mailbox, provider)
    code = document.get("error") if document else None
    raise refusal(mailbox, provider, answer.status_code, code if document else None, is_ours=bool(document))


@contextlib.contextmanager
def translated_http(mailbox: str, provider: Provider) -> Iterator[None]:
    """Turn what requests raises while it talks to a provider into our errors."""
    import requests

    try:
        yield
    except requests.exceptions.SSLError as error:
        raise CertificateRefused(
            f"{mailbox}: the certificate of {provider.name}'s server is not trusted.",
            "Check the clock of this machine, and whether something between it and the network opens its connections.",
        ) from error
    except requests.exceptions.RequestException as error:
        raise away(mailbox, provider, "does not answer") from error


def refusal(mailbox: str, provider: Provider, status: int, code: object, *, is_ours: bool) -> HeardbackError:
    """What an unsuccessful answer means. ``is_ours``: it was JSON, so the provider itself has spoken and nothing in between."""
    said = code if isinstance(code, str) and _CODE.fullmatch(code) else ""
    if is_ours and said not in _PASSING and status < 500 and (said in _DEAD or status in (401, 403)):
        if said in ("invalid_client", "unauthorized_client"):
            return LoginRefused(
                f"{mailbox}: {provider.name} does not know the client ({said}).",
                "Look at client_id or client_file in the configuration; config/README.md says how to make one.",
            )
        return LoginRefused(f"{mailbox}: {provider.name} honours the grant no longer ({said or status}).", _auth(mailbox))
    return away(mailbox, provider, f"gives no token at the moment ({said or status})")


def away(mailbox: str, provider: Provider, what: str) -> Unreachable:
    return Unreachable(f"{mailbox}: {provider.name}'s server {what}.", "Nothing to do: it is tried again by itself.")


def _auth(mailbox: str) -> str:
    return f"Give it anew, which takes a minute: heardback auth {mailbox}"


def _object_of(answer: Any) -> dict[str, Any]:
    """The JSON object of an answer, {} where it is none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def tokens_of(document: dict[str, Any], mailbox: str, provider: Provider) -> Tokens:
    """A successful answer in its parts. Raises Unreachable where it holds no token after all."""
    access_token, refresh_token = document.get("access_token"), document.get("refresh_token", "")
    if not isinstance(access_token, str) or not isinstance(refresh_token, str):
        raise away(mailbox, provider, "answers without a token")
    return Tokens(
        access_token=checked_token(access_token, mailbox),
        refresh_token=refresh_token,
        expires_in=_seconds(document.get("expires_in")) or timedelta(minutes=30),
        scopes=tuple(str(document.get("scope", "")).split()),
        ends_in=_seconds(document.get("refresh_token_expires_in")),
    )


def _seconds(value: object) -> timedelta | None:
    """Microsoft once wrote its numbers as text."""
    try:
        seconds = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return None
    return timedelta(seconds=seconds) if 0 < seconds < 10**9 else None


def grant_of(client: Client, tokens: Tokens, granted_at: datetime, ends_after: timedelta | None) -> Grant:
    """The grant that a consent has just brought. ``ends_after``: what is known of its end where the provider does not say."""
    ends_in = tokens.ends_in or ends_after
    return Grant(
        client_id=client.client_id,
        scopes=tokens.scopes or client.scopes,
        refresh_token=tokens.refresh_token,
        access_token=tokens.access_token,
        expires_at=granted_at + tokens.expires_in,
        granted_at=granted_at,
        ends_at=granted_at + ends_in if ends_in else None,
    )
