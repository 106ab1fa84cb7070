"""Logging in to an IMAP server with an access token: OAUTHBEARER (RFC 7628), or XOAUTH2 where that is all it offers (Outlook).

Both refuse in two steps: a challenge that holds the reason as JSON, which has to be answered, and only then the NO. A client that
answers it with the token again, or not at all, is dropped by some servers, and a refusal looks like a broken line. XOAUTH2 wants
an empty line for an answer (Google's and Microsoft's pages on it), OAUTHBEARER a single ^A (RFC 7628 section 3.2.3).
"""

from __future__ import annotations

import json
from typing import Any, Protocol

OAUTHBEARER = "OAUTHBEARER"
XOAUTH2 = "XOAUTH2"


class HasCapabilities(Protocol):
    def has_capability(self, name: str, /) -> Any: ...


def mechanism_of(client: HasCapabilities) -> str | None:
    """The way to hand over a token that this server offers, the standard's own first; None if it takes no tokens."""
    return next((mechanism for mechanism in (OAUTHBEARER, XOAUTH2) if client.has_capability(f"AUTH={mechanism}")), None)


class BearerExchange:
    """What a SASL library calls with each challenge. ``refusal`` is what the server's reason says, "" until it gives one."""

    def __init__(self, mechanism: str, *, user: str, token: str, host: str, port: int) -> None:
        self._is_standard = mechanism == OAUTHBEARER
        self._opening: bytes | None = (
            _oauthbearer(user, token, host, port) if self._is_standard else f"user={user}\1auth=Bearer {token}\1\1".encode()
        )
        self.refusal = ""

    def __call__(self, challenge: bytes) -> bytes:
        opening, self._opening = self._opening, None
        if opening is not None:
            return opening
        self.refusal = _reason(challenge)
        return b"\1" if self._is_standard else b""


def _oauthbearer(user: str, token: str, host: str, port: int) -> bytes:
    # RFC 5801 section 4: in the GS2 header "=" and "," are written as =3D and =2C.
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1".encode()


def _reason(challenge: bytes) -> str:
    """RFC 7628 section 3.2.2: "invalid_token", "insufficient_scope"; Google writes "400". Anything else is ""."""
    try:
        status = json.loads(challenge[:4096]).get("status", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    text = str(status)
    return text if len(text) <= 40 and text.replace("_", "").isalnum() and text.isascii() else ""
