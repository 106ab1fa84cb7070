"""A provider of grants on loopback: its consent page, its tokens, its device codes, and the introspection that Dovecot asks.

    with OAuthServer() as provider:
        client = provider.client()
        provider.say_yes(question.url)     # what a browser does: gives the address it ends at
        provider.expire_access_tokens()    # from now on Dovecot refuses them
        provider.end_grants()              # invalid_grant from now on
        provider.outage = 503              # the token endpoint is not well
        provider.asked("/token")           # the forms it was sent

Real HTTP, and TLS with ``certificate`` (msal speaks nothing else). Every secret it ever gave is in ``issued``, so that a test can
look for them in a log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from heardback.mailbox.oauth import Client, Provider

CLIENT_ID = "client-of-rosa"
CLIENT_SECRET = "GOCSPX-no-secret-at-all-17"
SCOPE = "https://mail.test/all"
EXPIRES_IN_S = 3600


@dataclass(slots=True)
class _Code:
    redirect_uri: str
    challenge: str


@dataclass(slots=True)
class OAuthServer:
    """``user`` is whose mailbox is granted. Safe to ask from any thread: tests change it while a daemon runs."""

    user: str = "alice"
    certificate: Path | None = None
    granted_scope: str = SCOPE
    rotates: bool = False
    says_no: bool = False
    gives_refresh_token: bool = True
    outage: int | None = None
    error: str | None = None
    ends_in_s: int | None = None
    device_answers: list[str] = field(default_factory=list)
    """What the device endpoint says before it gives tokens: "authorization_pending", "authorization_declined"."""
    introspection_is_away: bool = False
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _numbers: int = 0
    _codes: dict[str, _Code] = field(default_factory=dict)
    _access: set[str] = field(default_factory=set)
    _refresh: set[str] = field(default_factory=set)
    issued: list[str] = field(default_factory=list)
    """Every secret that was ever handed out."""
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        owner = self

        class Handler(_Handler):
            provider = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.certificate.with_name("key.pem"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Be away: connections are refused from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    # ------------------------------------------------------------------------------------ for tests

    @property
    def url(self) -> str:
        assert self._server is not None
        port = self._server.server_address[1]
        return f"https://localhost:{port}" if self.certificate else f"http://127.0.0.1:{port}"

    @property
    def introspection_url(self) -> str:
        return f"{self.url}/introspect"

    def client(self, *, is_by_code: bool = False) -> Client:
        provider = Provider(
            name="Testbed",
            consent_url=f"{self.url}/tenant" if is_by_code else f"{self.url}/authorize",
            token_url=f"{self.url}/token",
            revoke_page="https://provider.test/grants",
            is_by_code=is_by_code,
        )
        secret = "" if is_by_code else CLIENT_SECRET
        return Client(provider=provider, client_id=CLIENT_ID, client_secret=secret, scopes=(SCOPE,))

    def say_yes(self, link: str) -> str:
        """Follow the link as a browser would; the address that it ends at, without going there."""
        with requests.get(link, allow_redirects=False, timeout=5) as answer:
            assert answer.status_code == 302, answer.text
            return str(answer.headers["Location"])

    def expire_access_tokens(self) -> None:
        self._access.clear()

    def end_grants(self) -> None:
        self._access.clear()
        self._refresh.clear()

    def asked(self, path: str) -> list[dict[str, str]]:
        return [form for at, form in self.requests if at == path]

    # ---------------------------------------------------------------------------------- its endpoints

    def authorize(self, query: dict[str, str]) -> str:
        """The address to send the browser to."""
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        if self.says_no:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = self._issue("code")
        self._codes[code] = _Code(query["redirect_uri"], query["code_challenge"])
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'scope': self.granted_scope})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.outage is not None:
            return self.outage, {}
        if self.error is not None:
            return 400, {"error": self.error, "error_description": "a sentence with rosa@quill.example in it"}
        if form.get("client_id") != CLIENT_ID:
            return 401, {"error": "invalid_client"}
        match form["grant_type"]:
            case "authorization_code":
                code = self._codes.pop(form["code"], None)
                verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
                if code is None or code.redirect_uri != form["redirect_uri"] or code.challenge != _base64(verifier):
                    return 400, {"error": "invalid_grant"}
                return 200, self._tokens(is_new=True)
            case "refresh_token":
                if form["refresh_token"] not in self._refresh:
                    return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
                if self.rotates:
                    self._refresh.discard(form["refresh_token"])
                return 200, self._tokens(is_new=self.rotates)
            case "urn:ietf:params:oauth:grant-type:device_code" | "device_code":
                said = self.device_answers.pop(0) if self.device_answers else None
                return (400, {"error": said}) if said else (200, self._tokens(is_new=True))
        return 400, {"error": "unsupported_grant_type"}

    def device(self) -> dict[str, Any]:
        page = "https://provider.test/device"
        code = self._issue("device")
        return {"device_code": code, "user_code": "WDJB-MJHT", "verification_uri": page, "expires_in": 900, "interval": 0.01}

    def introspect(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.introspection_is_away:
            return 500, {}
        active = form.get("token", "") in self._access
        return 200, {"active": active, "email": self.user} if active else {"active": False}

    def openid_configuration(self) -> dict[str, Any]:
        return {
            "issuer": f"{self.url}/tenant/v2.0",
            "authorization_endpoint": f"{self.url}/tenant/authorize",
            "token_endpoint": f"{self.url}/tenant/token",
            "device_authorization_endpoint": f"{self.url}/tenant/device",
        }

    def _tokens(self, *, is_new: bool) -> dict[str, Any]:
        access = self._issue("access")
        self._access.add(access)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": EXPIRES_IN_S, "scope": self.granted_scope}
        if is_new and self.gives_refresh_token:
            refresh = self._issue("refresh")
            self._refresh.add(refresh)
            answer["refresh_token"] = refresh
        if self.ends_in_s is not None:
            answer["refresh_token_expires_in"] = self.ends_in_s
        return answer

    def _issue(self, kind: str) -> str:
        self._numbers += 1
        secret = f"{kind}-{self._numbers}-Zq7Lk2Vx9Tn4Bw8Rm3Jd"
        self.issued.append(secret)
        return secret


class _Handler(BaseHTTPRequestHandler):
    provider: OAuthServer
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: value[0] for key, value in parse_qs(parts.query).items()}
        self.provider.requests.append((parts.path, query))
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif parts.path.endswith("/openid-configuration"):
            self._answer(200, self.provider.openid_configuration())
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {key: value[0] for key, value in parse_qs(content).items()}
        path = self.path.removeprefix("/tenant")
        self.provider.requests.append((path, form))
        match path:
            case "/token":
                self._answer(*self.provider.token(form))
            case "/device":
                self._answer(200, self.provider.device())
            case "/introspect":
                self._answer(*self.provider.introspect(form))
            case _:
                self._answer(404, {})

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode() if document else b"<html>Service unavailable</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if document else "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
