"""What the receiving server found out about who sent a message: the topmost Authentication-Results field (RFC 8601).

The field can be written by anybody. A server puts its own on top of what was there (RFC 8601 section 4.1), so the topmost is the
receiving server's where that writes any; whether it does is told from the mailbox as a whole (``policy.trust``), by the name that
stands in front (section 2.5, authserv-id). Microsoft leaves that name out.

DMARC (RFC 7489) answers the one question there is, whether the address in From may be believed. Without its word a signature
(DKIM) or a route (SPF) counts only for the domain of From or one above or below it: a pass for somebody else's domain says that
somebody else sent it.
"""

from __future__ import annotations

import re

from heardback.model import Authentication, Message, Verdict

_COMMENT = re.compile(r"\([^()]{0,400}\)")
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]{0,30})(?:\s*/\s*\d{1,3})?\s*=\s*([a-z]{1,20})(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b([a-z]{1,10}\.[a-z-]{1,20})\s*=\s*\"?([^\s;\"]{1,300})", re.IGNORECASE)
_NAME = re.compile(r"\s*\"?([A-Za-z0-9._-]{1,200})")

_MOST_RESULTS = 30


def authentication_of(message: Message) -> Authentication:
    """ "mx.quill.example; dmarc=pass header.from=brightforge.example" -> (that server, PASS). ABSENT where there is no field."""
    field = message.headers.get("authentication-results", "")
    if not field.strip():
        return Authentication(server="", verdict=Verdict.ABSENT)
    parts = _COMMENT.sub(" ", _COMMENT.sub(" ", field)).split(";")[:_MOST_RESULTS]
    name = None if "=" in parts[0] else _NAME.match(parts[0])
    found = [result for part in (parts if name is None else parts[1:]) if (result := _RESULT.match(part)) is not None]
    domain = message.sender.domain if message.sender is not None else ""
    return Authentication(server=name[1].lower() if name else "", verdict=_verdict(found, domain))


def _verdict(found: list[re.Match[str]], domain: str) -> Verdict:
    results = [(one[1].lower(), one[2].lower(), _properties(one[3])) for one in found]
    said = {(method, result) for method, result, _ in results}
    for method, result, properties in results:
        if method == "dmarc" and result in ("pass", "fail") and _is_of(properties.get("header.from", domain), domain):
            if result == "pass":
                return Verdict.PASS
            # A list or a forwarder that vouches for how it came to it (RFC 8617).
            return Verdict.UNKNOWN if ("arc", "pass") in said else Verdict.FAIL
    if any(_vouches(method, result, properties, domain) for method, result, properties in results):
        return Verdict.PASS
    signed = any(method == "dkim" and result == "pass" for method, result, _ in results)
    if ("compauth", "fail") in said or (("spf", "fail") in said and not signed):
        return Verdict.FAIL
    return Verdict.UNKNOWN


def _properties(text: str) -> dict[str, str]:
    return {name.lower(): value.lower() for name, value in _PROPERTY.findall(text[:1000])}


def _vouches(method: str, result: str, properties: dict[str, str], domain: str) -> bool:
    if result != "pass" or method not in ("dkim", "spf"):
        return False
    names = ("header.d", "header.i") if method == "dkim" else ("smtp.mailfrom",)
    signer = next((properties[name] for name in names if name in properties), "")
    return _is_of(signer.rpartition("@")[2], domain)


def _is_of(one: str, other: str) -> bool:
    """Of one house: the same domain, or one below the other."""
    one, other = one.strip(".").lower(), other.strip(".").lower()
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
