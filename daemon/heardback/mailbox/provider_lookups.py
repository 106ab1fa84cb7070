"""What is asked of others about a domain, once the person agreed: three questions of DNS, two addresses by https.

Nothing but the domain leaves the machine: no address, no user's name, no cookie. Answers are hostile until shown otherwise, so
each is bounded in size, depth and time, and whatever is odd about one makes it no answer. DNS is spoken here in its simplest form
(RFC 1035; one question, one packet): a library for it would be larger than all that it would be used for.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heardback.mailbox.providers import Lookups, ServiceRecord

DNS_TIMEOUT_S = 3.0
HTTP_TIMEOUT_S = 5.0
AUTOCONFIG_LIMIT_BYTES = 65_536
"""Thunderbird's longest entry has 9 KB."""
AUTOCONFIG_URLS = (
    "https://autoconfig.{domain}/mail/config-v1.1.xml",
    "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
)
_RESOLVERS_FILE = Path("/etc/resolv.conf")
_MX, _SRV, _INTERNET = 15, 33, 1
_ANSWERS_LIMIT = 32
_ELEMENTS_LIMIT = 1_000
_DEPTH_LIMIT = 12


def internet_lookups(
    *,
    resolvers: Sequence[tuple[str, int]] | None = None,
    autoconfig_urls: Sequence[str] = AUTOCONFIG_URLS,
    timeout_s: float | None = None,
) -> Lookups:
    """The real ones. ``resolvers`` are (address, port), the system's unless given."""
    asked = tuple(resolvers if resolvers is not None else _system_resolvers())
    dns_s, http_s = timeout_s or DNS_TIMEOUT_S, timeout_s or HTTP_TIMEOUT_S
    return Lookups(
        mail_hosts=lambda domain: [
            host for _, host in sorted(_mail_host(data, at) for data, at, _ in ask_dns(domain, _MX, asked, dns_s))
        ],
        service_records=lambda name: [_service(data, at) for data, at, _ in ask_dns(name, _SRV, asked, dns_s)],
        autoconfig=lambda domain: _autoconfig(domain, autoconfig_urls, http_s),
    )


# --------------------------------------------------------------------------------------------------- DNS


class _Odd(ValueError):
    """An answer that no well-meaning server gives."""


def ask_dns(name: str, kind: int, resolvers: Sequence[tuple[str, int]], timeout_s: float) -> list[tuple[bytes, int, int]]:
    """Ask one question; give (packet, where the record's data begins, its length) for each answer of that kind. Empty where
    nobody answers, the answer is odd, or there is none."""
    number = secrets.randbelow(65_536)
    try:
        question = _name_to_wire(name) + struct.pack("!HH", kind, _INTERNET)
    except _Odd:
        return []
    packet = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question
    for address in resolvers[:3]:
        with contextlib.suppress(OSError, _Odd, struct.error, IndexError):
            answer = _over_udp(packet, address, timeout_s)
            if answer[2] & 0x02:  # cut short: the rest comes by TCP (RFC 7766)
                answer = _over_tcp(packet, address, timeout_s)
            return list(_records(answer, kind, packet[12:]))
    return []


def _over_udp(packet: bytes, address: tuple[str, int], timeout_s: float) -> bytes:
    """Only an answer from where the question went, with its number and its question, is one (RFC 5452 section 9)."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.connect(address)
        line.send(packet)
        give_up_at = time.monotonic() + timeout_s
        while (left_s := give_up_at - time.monotonic()) > 0:
            line.settimeout(left_s)
            answer = line.recv(65_535)
            if len(answer) >= 12 and answer[:2] == packet[:2] and answer[2] & 0x80:
                return answer
    raise TimeoutError


def _over_tcp(packet: bytes, address: tuple[str, int], timeout_s: float) -> bytes:
    with socket.create_connection(address, timeout=timeout_s) as line, line.makefile("rb") as lines:
        line.sendall(struct.pack("!H", len(packet)) + packet)
        (length,) = struct.unpack("!H", lines.read(2))
        return lines.read(length)


def _records(answer: bytes, kind: int, question: bytes) -> Iterator[tuple[bytes, int, int]]:
    _, flags, questions, answers, _, _ = struct.unpack_from("!HHHHHH", answer)
    if flags & 0x0F or questions != 1 or answer[12 : 12 + len(question)].lower() != question.lower():
        return
    at = 12 + len(question)
    for _ in range(min(answers, _ANSWERS_LIMIT)):
        _, at = _name_from_wire(answer, at)
        found, kin, _, length = struct.unpack_from("!HHIH", answer, at)
        at += 10
        if at + length > len(answer):
            raise _Odd
        if (found, kin) == (kind, _INTERNET) and length >= 3:
            yield answer, at, length
        at += length


def _mail_host(data: bytes, at: int) -> tuple[int, str]:
    (preference,) = struct.unpack_from("!H", data, at)
    return preference, _name_or_nothing(data, at + 2)


def _service(data: bytes, at: int) -> ServiceRecord:
    with contextlib.suppress(struct.error):
        priority, weight, port = struct.unpack_from("!HHH", data, at)
        return ServiceRecord(priority=priority, weight=weight, port=port, target=_name_or_nothing(data, at + 6))
    return ServiceRecord(priority=0, weight=0, port=0, target="")


def _name_or_nothing(data: bytes, at: int) -> str:
    try:
        return _name_from_wire(data, at)[0]
    except (_Odd, IndexError):
        return ""


def _name_to_wire(name: str) -> bytes:
    labels = [label.encode("ascii", "strict") if label.isascii() else b"" for label in name.split(".")]
    if not all(0 < len(label) < 64 for label in labels) or sum(map(len, labels)) + len(labels) > 254:
        raise _Odd
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _name_from_wire(data: bytes, at: int) -> tuple[str, int]:
    """A name and the place behind it. Pointers (RFC 1035 section 4.1.4) may only point back, and not for ever."""
    labels: list[str] = []
    behind: int | None = None
    for _ in range(128):
        length = data[at]
        if length == 0:
            return ".".join(labels), behind if behind is not None else at + 1
        if length & 0xC0 == 0xC0:
            target = (length & 0x3F) << 8 | data[at + 1]
            behind = behind if behind is not None else at + 2
            if target >= at:
                raise _Odd
            at = target
        elif length & 0xC0:
            raise _Odd
        else:
            labels.append(data[at + 1 : at + 1 + length].decode("ascii", "replace"))
            at += 1 + length
    raise _Odd


def _system_resolvers() -> Iterator[tuple[str, int]]:
    with contextlib.suppress(OSError):
        for line in _RESOLVERS_FILE.read_text("ascii", "replace").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] == "nameserver":
                yield words[1], 53


# -------------------------------------------------------------------------------------------- autoconfig


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedServer:
    """One ``incomingServer`` of type imap, as published; ``host`` and ``user`` may hold %EMAIL...% marks. ``security`` is "tls",
    "starttls" or "" (none: never used)."""

    host: str
    port: int
    security: str
    user: str


def _autoconfig(domain: str, urls: Sequence[str], timeout_s: float) -> bytes | None:
    """The first of these documents that there is. No redirect is followed: it could lead anywhere, without TLS too."""
    import requests

    for url in urls:
        deadline = time.monotonic() + timeout_s
        with (
            contextlib.suppress(requests.RequestException, OSError, ValueError),
            requests.Session() as session,
        ):
            session.trust_env = False  # no .netrc: a password of the person's is nobody's business here
            with session.get(
                url.format(domain=domain),
                timeout=timeout_s,
                allow_redirects=False,
                stream=True,
                headers={"User-Agent": "heardback"},
            ) as answer:
                if answer.status_code != 200:
                    continue
                content = bytearray()
                for chunk in answer.iter_content(4_096):
                    content += chunk
                    if len(content) > AUTOCONFIG_LIMIT_BYTES or time.monotonic() > deadline:
                        break
                else:
                    return bytes(content)
    return None


def imap_servers(content: bytes) -> tuple[PublishedServer, ...]:
    """The IMAP servers of a clientConfig document (Thunderbird's format, version 1.1), in its order. Empty for anything odd: a
    document type (entities can be made to grow without end), too many or too deep elements, no XML at all."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    reader = _ConfigReader()
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content[:AUTOCONFIG_LIMIT_BYTES], True)
    except (expat.ExpatError, _Odd, LookupError, ValueError):
        return ()
    return tuple(reader.servers)


class _ConfigReader:
    def __init__(self) -> None:
        self.servers: list[PublishedServer] = []
        self._path: list[str] = []
        self._count = 0
        self._fields: dict[str, str] | None = None

    def refuse(self, *_: Any) -> None:
        raise _Odd

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._count += 1
        if len(self._path) > _DEPTH_LIMIT or self._count > _ELEMENTS_LIMIT:
            raise _Odd
        if self._path == ["clientConfig", "emailProvider", "incomingServer"] and attributes.get("type") == "imap":
            self._fields = {}

    def text(self, data: str) -> None:
        if self._fields is not None and len(self._path) == 4:
            name = self._path[3]
            self._fields[name] = (self._fields.get(name, "") + data)[:300]

    def end(self, name: str) -> None:
        if len(self._path) == 3 and self._fields is not None:
            fields, self._fields = {key: value.strip() for key, value in self._fields.items()}, None
            port = fields.get("port", "")
            self.servers.append(
                PublishedServer(
                    host=fields.get("hostname", ""),
                    port=int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0,
                    security={"SSL": "tls", "STARTTLS": "starttls"}.get(fields.get("socketType", "").upper(), ""),
                    user=fields.get("username", ""),
                )
            )
        self._path.pop()
