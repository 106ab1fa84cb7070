"""The one-time consent: a question at the provider's page, a yes of the mailbox's owner, and tokens for it.

Two ways, as the providers have them. Google: the browser is sent to its page and comes back to an address on this very machine
(RFC 8252 section 7.3) with a code, which is worth nothing without the secret that this process keeps (PKCE, RFC 7636). Where
there is no browser, the owner opens the link on another machine and carries the address it ends at back here. Microsoft: a short
code, typed at its page on any machine, while this one asks whether that was done (RFC 8628, by Microsoft's own library).

Written out here for Google rather than left to google-auth-oauthlib (well kept, last released this autumn): that one knows no way
without a browser any more, and what remains is a link and the same form that renewing posts.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import queue
import secrets
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from heardback.errors import HeardbackError, LoginRefused, UsageError
from heardback.mailbox.oauth import Client, Tokens, ask_for_tokens, away, refusal, tokens_of, translated_http

# ------------------------------------------------------------------------------- by a browser and a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A link that was handed out, and what the answer to it is checked and redeemed with."""

    url: str
    redirect_uri: str
    state: str
    verifier: str = field(repr=False)


def question_of(client: Client, *, redirect_uri: str, account: str) -> Question:
    """Make the link. ``account`` is the address to suggest: its owner may be logged in to several."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(client.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",  # Google: without these two a second consent brings no refresh token
        "prompt": "consent",
    }
    if account:
        query["login_hint"] = account
    return Question(
        url=f"{client.provider.consent_url}?{urlencode(query)}", redirect_uri=redirect_uri, state=state, verifier=verifier
    )


def question_to_text(question: Question) -> str:
    return json.dumps(asdict(question))


def question_from_text(text: str) -> Question:
    """Raises ValueError or TypeError for what is none."""
    return Question(**json.loads(text))


def redeem(client: Client, question: Question, answer: str, *, mailbox: str) -> Tokens:
    """Tokens for the address that the browser ended at. Raises UsageError for one that answers another question, LoginRefused
    where the owner said no, and what ``ask_for_tokens`` raises."""
    form = {
        "grant_type": "authorization_code",
        "code": _code_in(answer, question, client, mailbox),
        "redirect_uri": question.redirect_uri,
        "code_verifier": question.verifier,
    }
    return ask_for_tokens(client, form, mailbox=mailbox)


def _code_in(answer: str, question: Question, client: Client, mailbox: str) -> str:
    try:
        values = {key: value[0] for key, value in parse_qs(urlsplit(answer.strip()).query).items()}
    except ValueError:
        values = {}
    if not secrets.compare_digest(values.get("state", "").encode(), question.state.encode()):
        raise UsageError(
            "That is not the address that this consent ended at.",
            f"Copy all of it from the browser's address bar, or begin anew: heardback auth {mailbox}",
        )
    if "code" not in values:
        said = "you did not agree" if values.get("error") == "access_denied" else "it gave no code"
        raise LoginRefused(f"{mailbox}: {client.provider.name} granted nothing: {said}.", f"Begin anew: heardback auth {mailbox}")
    return values["code"]


def unheard_redirect() -> str:
    """An address on this machine that nobody listens at, for an answer that is carried over by hand."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}/"


class Listener:
    """Waits on 127.0.0.1 for the browser to come back. Used by ``with``; ``port`` 0 takes any that is free."""

    def __init__(self, port: int = 0) -> None:
        self._answers: queue.Queue[str] = queue.Queue()
        self._state = ""
        try:
            self._server = _Server(self, port)
        except OSError as error:
            raise UsageError(f"Port {port} on this machine is taken.", "Name another: --port 8765") from error
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def redirect_uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, question: Question, timeout_s: float) -> str | None:
        """The address that the browser ended at; None if it did not come in time. What answers another question is passed over:
        any web page can make a browser call on a port of this machine."""
        self._state = question.state
        try:
            return self._answers.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def take(self, path: str) -> bool:
        state = parse_qs(urlsplit(path).query).get("state", [""])[0]
        if not self._state or not secrets.compare_digest(state.encode(), self._state.encode()):
            return False
        self._answers.put(self.redirect_uri.rstrip("/") + path)
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: Listener, port: int) -> None:
        self.listener = listener
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        is_ours = self.server.listener.take(self.path)
        words = "heardback has your answer. You can close this page." if is_ours else "This page answers nothing."
        page = f"<!doctype html><meta charset=utf-8><title>heardback</title><p>{html.escape(words)}".encode()
        self.send_response(200 if is_ours else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:
        """Not logged: the line would hold the code."""


# ---------------------------------------------------------------------------------- by a code to type in


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What its owner does on any machine: open ``page`` and type ``code``, within ``minutes``."""

    page: str
    code: str
    minutes: int


def grant_by_device_code(client: Client, show: Callable[[DeviceCode], None], *, mailbox: str, http_client: Any = None) -> Tokens:
    """Show the code once, then ask until it was typed in, was refused or has run out.

    ``http_client``: a ``requests.Session`` for an authority that is not Microsoft's, which is then not looked up at Microsoft.
    Raises LoginRefused, Unreachable and, where Microsoft knows no such tenant, LoginRefused as well.
    """
    import msal

    provider = client.provider
    own = {"validate_authority": False, "http_client": http_client} if http_client is not None else {"timeout": 20}
    with translated_http(mailbox, provider):
        try:
            app = msal.PublicClientApplication(client.client_id, authority=provider.consent_url, **own)
        except ValueError as error:  # how msal says that the authority's own description is not to be had
            raise LoginRefused(
                f"{mailbox}: Microsoft knows no such tenant.", "Look at oauth.tenant in the configuration."
            ) from error
        try:
            flow = app.initiate_device_flow(scopes=list(client.scopes))
            if "user_code" not in flow:
                raise _device_refusal(client, flow, mailbox)
            show(
                DeviceCode(page=str(flow["verification_uri"]), code=str(flow["user_code"]), minutes=int(flow["expires_in"]) // 60)
            )
            answer = app.acquire_token_by_device_flow(flow)
        except (msal.exceptions.MsalServiceError, ValueError) as error:  # a status of 5xx, or a page where JSON should be
            raise away(mailbox, provider, "is not well") from error
    if "access_token" not in answer:
        raise _device_refusal(client, answer, mailbox)
    return tokens_of(answer, mailbox, provider)


def _device_refusal(client: Client, answer: dict[str, Any], mailbox: str) -> HeardbackError:
    code = answer.get("error")
    if code in ("authorization_declined", "access_denied"):
        return LoginRefused(f"{mailbox}: Microsoft granted nothing: you did not agree.", f"Begin anew: heardback auth {mailbox}")
    if code in ("expired_token", "code_expired", "authorization_pending"):
        return LoginRefused(f"{mailbox}: the code has run out before it was typed in.", f"Begin anew: heardback auth {mailbox}")
    return refusal(mailbox, client.provider, 400, code, is_ours=True)
