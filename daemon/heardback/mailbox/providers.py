"""From an address to the server behind it: what a person should not have to look up.

First a table of the large providers (``providers.toml``), which is on this machine and tells nobody. Only if that does not know
the domain, and the person has agreed, others are asked, and never told the address, only its domain: where the domain's mail is
delivered (MX: many domains of people's own lie at a large provider), which IMAP server it names (SRV, RFC 6186), and the
settings that it publishes for mail programs (autoconfig, by https alone).

What such answers say is a suggestion, not a fact: DNS is not protected. So it is shown before it is used, a server that lies
outside the address's own domain is named as such (RFC 6186 section 6), and the login checks the certificate in any case.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

from heardback.mailbox.url import DEFAULT_PORTS, Scheme


class WayIn(StrEnum):
    APP_PASSWORD = "app_password"  # noqa: S105 - a kind, not a password
    """A password made for this program alone, on the provider's ``page``."""
    PASSWORD = "password"  # noqa: S105
    """That of the mailbox itself."""
    OAUTH = "oauth"
    """A grant only: ``heardback auth``."""
    BRIDGE = "bridge"
    """A program of the provider's on this machine."""
    NONE = "none"
    """No IMAP at all."""


class FoundBy(StrEnum):
    TABLE = "table"
    DELIVERY = "mx"
    SERVICE_RECORD = "srv"
    AUTOCONFIG = "autoconfig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """How a mailbox can be reached. ``url`` is what a configuration takes, "" where there is no way (``way`` is NONE).
    ``grant`` is "google" or "microsoft" where ``heardback auth`` can ask for one; ``page`` is where an app password is made;
    ``note`` one or two sentences for the person; ``source`` where this comes from. ``is_elsewhere``: the answer named a server
    outside the address's own domain, which the person should look at before a password goes there."""

    provider: str
    url: str
    way: WayIn
    found_by: FoundBy
    grant: str = ""
    page: str = ""
    note: str = ""
    source: str = ""
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    name: str
    domains: tuple[str, ...]
    mx: tuple[str, ...] = ()
    host: str = ""
    port: int = 0
    security: str = "tls"
    user: str = "address"
    way: WayIn
    grant: str = ""
    page: str = ""
    note: str = ""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """One SRV answer (RFC 2782). ``target`` without the last dot; "" says that the service is not offered."""

    priority: int
    weight: int
    port: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """The questions that leave this machine. Each takes a domain and answers with nothing where nothing could be had."""

    mail_hosts: Callable[[str], Iterable[str]]
    service_records: Callable[[str], Iterable[ServiceRecord]]
    """Of a whole name: ``_imaps._tcp.quill.example``."""
    autoconfig: Callable[[str], bytes | None]


_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){1,20}")


def known_provider(address: str) -> Suggestion | None:
    """Look an address up in the table; None where its domain is not there. Asks nobody.

    >>> known_provider("rosa@gmail.com").url
    'imaps://rosa%40gmail.com@imap.gmail.com'
    """
    local, domain = _parts(address)
    provider = _by_domain().get(domain)
    return _suggested(provider, local, domain, FoundBy.TABLE) if provider else None


def find_mailbox(address: str, *, agreed: bool = False, lookups: Lookups | None = None) -> Suggestion | None:
    """Find the way to a mailbox: by the table, and, where the person ``agreed``, by asking for its domain. None where neither
    helps: then the person is asked for the server's name. Raises nothing for a server that does not answer."""
    found = known_provider(address)
    if found is not None or not agreed:
        return found
    local, domain = _parts(address)
    if not _HOST.fullmatch(domain):
        return None
    if lookups is None:
        from heardback.mailbox.provider_lookups import internet_lookups

        lookups = internet_lookups()
    return (
        _by_delivery(local, domain, lookups)
        or _by_service_record(local, domain, lookups)
        or _by_autoconfig(local, domain, lookups)
    )


def hint_about(domains: Iterable[str]) -> str:
    """What a person should know whose password was refused: of the first provider that one of these domains belongs to."""
    for domain in domains:
        for provider in _table():
            host = "" if provider.way is WayIn.BRIDGE else provider.host  # 127.0.0.1 is anybody's
            if any(_is_within(domain.lower(), known) for known in (*provider.domains, *provider.mx, host) if known):
                return " ".join(part for part in (provider.note, f"({provider.page})" if provider.page else "") if part)
    return ""


@cache
def _table() -> tuple[_Provider, ...]:
    text = resources.files("heardback.mailbox").joinpath("providers.toml").read_text("utf-8")
    return tuple(
        _Provider(
            **{
                **row,
                "domains": tuple(row["domains"]),
                "mx": tuple(row.get("mx", ())),
                "way": WayIn(row["way"]),
            }
        )
        for row in tomllib.loads(text)["provider"]
    )


@cache
def _by_domain() -> dict[str, _Provider]:
    return {domain: provider for provider in _table() for domain in provider.domains}


def _parts(address: str) -> tuple[str, str]:
    """The part before the last @ and the domain, as it stands in the DNS (RFC 5891)."""
    local, _, domain = address.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    try:
        return local, domain.encode("idna").decode("ascii")
    except UnicodeError:
        return local, domain


def _suggested(provider: _Provider, local: str, domain: str, found_by: FoundBy) -> Suggestion:
    user = local if provider.user == "local" and domain in provider.domains else f"{local}@{domain}"
    return Suggestion(
        provider=provider.name,
        url=_url(user, provider.host, provider.port, provider.security) if provider.host else "",
        way=provider.way,
        found_by=found_by,
        grant=provider.grant,
        page=provider.page,
        note=provider.note,
        source=provider.source,
    )


def _url(user: str, host: str, port: int, security: str) -> str:
    scheme = Scheme.IMAPS if security == "tls" else Scheme.IMAP_STARTTLS
    return f"{scheme}://{quote(user, safe='')}@{host}" + ("" if port == DEFAULT_PORTS[scheme] else f":{port}")


def _by_delivery(local: str, domain: str, lookups: Lookups) -> Suggestion | None:
    for host in lookups.mail_hosts(domain):
        for provider in _table():
            if any(_is_within(host.lower().rstrip("."), known) for known in provider.mx):
                return _suggested(provider, local, domain, FoundBy.DELIVERY)
    return None


def _by_service_record(local: str, domain: str, lookups: Lookups) -> Suggestion | None:
    """TLS from the first byte where it is offered (RFC 8314 section 3 prefers it), else STARTTLS. The best priority, then the
    greatest weight: one choice is wanted here, not a share of the load."""
    for service, security in (("_imaps._tcp", "tls"), ("_imap._tcp", "starttls")):
        records = [record for record in lookups.service_records(f"{service}.{domain}") if _is_server(record.target, record.port)]
        if records:
            best = min(records, key=lambda record: (record.priority, -record.weight, record.target))
            return _from_outside(
                local, domain, best.target.lower(), best.port, security, f"{local}@{domain}", FoundBy.SERVICE_RECORD
            )
    return None


def _by_autoconfig(local: str, domain: str, lookups: Lookups) -> Suggestion | None:
    content = lookups.autoconfig(domain)
    if content is None:
        return None
    from heardback.mailbox.provider_lookups import imap_servers

    for server in imap_servers(content):
        values = {"%EMAILADDRESS%": f"{local}@{domain}", "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
        host, user = server.host, server.user or "%EMAILADDRESS%"
        for mark, value in values.items():
            host, user = host.replace(mark, value), user.replace(mark, value)
        host = host.lower().rstrip(".")
        if server.security in ("tls", "starttls") and _is_server(host, server.port) and user.isprintable():
            return _from_outside(local, domain, host, server.port, server.security, user, FoundBy.AUTOCONFIG)
    return None


def _from_outside(local: str, domain: str, host: str, port: int, security: str, user: str, found_by: FoundBy) -> Suggestion:
    for provider in _table():
        if provider.host == host and provider.way is not WayIn.BRIDGE:
            return _suggested(provider, local, domain, found_by)
    is_elsewhere = not _is_within(host, domain)
    return Suggestion(
        provider=domain,
        url=_url(user, host, port, security),
        way=WayIn.PASSWORD,
        found_by=found_by,
        note=f"{domain} names {host}, which lies outside it: is that its provider?" if is_elsewhere else "",
        source=f"{'SRV record' if found_by is FoundBy.SERVICE_RECORD else 'autoconfig'} of {domain}",
        is_elsewhere=is_elsewhere,
    )


def _is_server(host: str, port: Any) -> bool:
    """A name in the DNS and a port: never an address of this machine or its neighbours that somebody slipped in."""
    name = host.lower().rstrip(".")
    if not (0 < port < 65_536) or not _HOST.fullmatch(name) or name.endswith((".localhost", ".local", ".internal")):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def _is_within(host: str, domain: str) -> bool:
    """Whole labels only: notgmx.net is not within gmx.net."""
    return host == domain or host.endswith(f".{domain}")
