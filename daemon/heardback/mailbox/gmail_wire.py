"""The wire to Gmail: Google's client library, a token at each request, and what goes wrong on it in our own words.

Three things must be told apart, because another one acts on each: the grant is dead (the owner), something is in the way that
may pass (nobody; ask again), Google said something odd.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import google.auth.credentials
import google.auth.exceptions
import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import BatchError, HttpError

from heardback.clock import Clock
from heardback.errors import CertificateRefused, LoginRefused, Unreachable
from heardback.mailbox.gmail_faults import Fault, Meaning, advice, read_fault
from heardback.mailbox.oauth import AccessToken

ENDPOINT = "https://gmail.googleapis.com"
TIMEOUT_S = 30.0

# They log the addresses of requests and, at WARNING, whole answers that they could not read.
for _name in ("googleapiclient", "google_auth_httplib2", "google.auth"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Passing(Exception):
    """Asking again may help. ``retry_after_s``: what Google asked for. ``answer``: what it said, None where the line broke."""

    def __init__(self, why: str, retry_after_s: float | None = None, answer: HttpError | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after_s = retry_after_s
        self.answer = answer


class _TokenCredentials(google.auth.credentials.Credentials):  # type: ignore[no-untyped-call,misc,unused-ignore]
    """Our token under the library's name for one; asked for at each request, so a renewed one is taken up at once."""

    def __init__(self, access_token: AccessToken) -> None:
        super().__init__()  # type: ignore[no-untyped-call,unused-ignore]
        self._access_token = access_token

    @property
    def valid(self) -> bool:
        return True  # how old a token may be is for whoever hands it out to say

    def before_request(self, request: Any, method: str, url: str, headers: Any) -> None:
        self.apply(headers)

    def apply(self, headers: Any, token: str | None = None) -> None:
        headers["authorization"] = f"Bearer {token or self._access_token(False)}"

    def refresh(self, request: Any) -> None:
        """Called after a 401."""
        self._access_token(True)


class GmailWire:
    """One connection at a time, opened when it is needed. After a fault of the line it is dropped and the next exchange opens
    a new one."""

    def __init__(
        self, *, name: str, access_token: AccessToken, ca_file: Path | None, endpoint: str, timeout_s: float, clock: Clock
    ) -> None:
        self._name = name
        self._credentials = _TokenCredentials(access_token)
        self._ca_file = ca_file
        self.endpoint = endpoint.rstrip("/")
        self._timeout_s = timeout_s
        self._clock = clock
        self._http: google_auth_httplib2.AuthorizedHttp | None = None
        self._users: Any = None

    def close(self) -> None:
        line, self._http = self._http, None
        self._users = None
        if line is not None:
            line.close()

    def send(self, use: Callable[[Any, Any], Any]) -> Any:
        """Carry out one exchange. Raises Passing for a line that broke, HttpError for an answer that is no success but neither
        passing, and our own errors where only a person can help."""
        try:
            return use(*self._connected())
        except HttpError as error:
            fault = self.fault(error)
            if fault.meaning is Meaning.PASSING:
                raise Passing(said(fault), fault.retry_after_s, error) from error
            raise
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise CertificateRefused(
                f"{self._name}: the certificate of Gmail's server is not trusted ({error.verify_message}).",
                "Something on this network may be reading along. If it is a proxy of your own, name its authority as ca_file.",
            ) from error
        except (socket.gaierror, httplib2.ServerNotFoundError) as error:
            self.close()
            raise self.unreachable("its name cannot be resolved", "Check the network.") from error
        except TimeoutError as error:
            self.close()
            raise Passing("it does not answer") from error
        except (
            OSError,
            http.client.HTTPException,
            httplib2.HttpLib2Error,
            google.auth.exceptions.TransportError,
        ) as error:
            self.close()
            raise Passing("the connection broke") from error
        # A 200 whose body is cut off or no JSON; a batch answer without its parts.
        except (ValueError, KeyError, IndexError, BatchError) as error:
            raise Passing("it gave an answer that cannot be read") from error

    def _connected(self) -> tuple[Any, Any]:
        if self._http is None:
            try:
                plain = httplib2.Http(timeout=self._timeout_s, ca_certs=str(self._ca_file) if self._ca_file else None)
            except OSError as error:
                raise CertificateRefused(
                    f"{self._name}: the file of certificate authorities {self._ca_file} cannot be read.",
                    "Name a readable PEM file as ca_file.",
                ) from error
            plain.follow_redirects = False  # Gmail sends nobody elsewhere, and the token goes with the request
            self._http = google_auth_httplib2.AuthorizedHttp(self._credentials, http=plain, max_refresh_attempts=1)
            service = build(
                "gmail",
                "v1",
                http=self._http,
                client_options={"api_endpoint": self.endpoint},
                static_discovery=True,  # from the package: nothing is fetched
                cache_discovery=False,
            )
            self._users = service.users()
        return self._http, self._users

    def fault(self, error: HttpError) -> Fault:
        """What an answer means; raises where only the owner can help, or where nothing is to be had for an hour."""
        fault = read_fault(error.resp.status, error.content, error.resp.get("retry-after"), self._clock.now())
        match fault.meaning:
            case Meaning.TOKEN_REFUSED:
                raise LoginRefused(
                    f"{self._name}: Google no longer accepts the grant for this account.",
                    "Renew it: heardback auth, with its name.",
                ) from error
            case Meaning.REFUSED:
                raise LoginRefused(
                    f"{self._name}: Google refuses to hand out the mail ({fault.reason or fault.status}).", advice(fault)
                ) from error
            case Meaning.SPENT:
                raise self.unreachable("the day's quota is used up", retry_after_s=fault.retry_after_s) from error
            case _:
                return fault

    def unreachable(self, why: str, next_step: str = "", retry_after_s: float | None = None) -> Unreachable:
        return Unreachable(
            f"{self._name}: Gmail cannot be read: {why}.",
            next_step or "Nothing to do: it is tried again by itself.",
            retry_after_s=retry_after_s,
        )


def said(fault: Fault) -> str:
    if fault.status in (403, 429):
        return "it asks for fewer requests"
    return f"it is not well ({fault.status})"
