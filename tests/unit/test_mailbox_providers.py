"""Which server an address belongs to: the table as values, and answers from outside as hostile as they come."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.mailbox import providers
from heardback.mailbox.provider_lookups import PublishedServer, imap_servers
from heardback.mailbox.providers import FoundBy, Lookups, ServiceRecord, WayIn, find_mailbox, hint_about, known_provider
from heardback.mailbox.url import Scheme, parse_mailbox_url


@pytest.mark.parametrize(
    ("address", "url", "way"),
    [
        ("rosa@gmail.com", "imaps://rosa%40gmail.com@imap.gmail.com", WayIn.APP_PASSWORD),
        ("Rosa@GMAIL.com ", "imaps://Rosa%40gmail.com@imap.gmail.com", WayIn.APP_PASSWORD),
        ("rosa@hotmail.co.uk", "imaps://rosa%40hotmail.co.uk@outlook.office365.com", WayIn.OAUTH),
        ("rosa@icloud.com", "imaps://rosa@imap.mail.me.com", WayIn.APP_PASSWORD),
        ("rosa@yahoo.de", "imaps://rosa%40yahoo.de@imap.mail.yahoo.com", WayIn.APP_PASSWORD),
        ("rosa@gmx.net", "imaps://rosa%40gmx.net@imap.gmx.net", WayIn.PASSWORD),
        ("rosa@tim.it", "imap+starttls://rosa%40tim.it@imap.tim.it", WayIn.PASSWORD),
        ("rosa@proton.me", "imap+starttls://rosa%40proton.me@127.0.0.1:1143", WayIn.BRIDGE),
        ("rosa@tuta.com", "", WayIn.NONE),
    ],
)
def test_a_large_provider_is_known_by_the_domain(address: str, url: str, way: WayIn) -> None:
    found = known_provider(address)
    assert found is not None
    assert (found.url, found.way, found.found_by) == (url, way, FoundBy.TABLE)


@pytest.mark.parametrize("address", ["rosa@quill.example", "rosa@notgmail.com", "rosa@gmail.com.quill.example", "rosa", "", "@"])
def test_what_is_not_in_the_table_is_not_guessed(address: str) -> None:
    assert known_provider(address) is None


def test_every_row_of_the_table_can_be_used_and_says_where_it_comes_from() -> None:
    seen: set[str] = set()
    for row in providers._table():
        assert row.source, row.name
        assert row.security in ("tls", "starttls")
        assert row.user in ("address", "local")
        assert (row.way is WayIn.NONE) == (not row.host), row.name
        assert row.note or row.way not in (WayIn.APP_PASSWORD, WayIn.BRIDGE, WayIn.NONE, WayIn.OAUTH), row.name
        assert not seen & set(row.domains), seen & set(row.domains)
        seen |= set(row.domains)
        for domain in row.domains:
            assert domain == domain.lower()
            found = known_provider(f"rosa@{domain}")
            assert found is not None
            if found.url:
                assert parse_mailbox_url(found.url).scheme in (Scheme.IMAPS, Scheme.IMAP_STARTTLS)
                assert parse_mailbox_url(found.url).port == row.port


def test_a_refused_password_is_explained_by_the_servers_own_provider() -> None:
    assert "app-specific password" in hint_about(["imap.mail.me.com"])
    assert "app password" in hint_about(["imap.nowhere.example", "gmail.com"])
    assert "oauth" in hint_about(["outlook.office365.com"])
    assert hint_about(["imap.quill.example", "quill.example", ""]) == ""


class Net:
    """What the internet would say, and what it was asked."""

    def __init__(
        self, mx: Iterable[str] = (), srv: dict[str, list[ServiceRecord]] | None = None, xml: bytes | None = None
    ) -> None:
        self.asked: list[str] = []
        self._mx, self._srv, self._xml = tuple(mx), srv or {}, xml

    def lookups(self) -> Lookups:
        return Lookups(mail_hosts=self._mail_hosts, service_records=self._records, autoconfig=self._autoconfig)

    def _mail_hosts(self, domain: str) -> Iterable[str]:
        self.asked.append(domain)
        return self._mx

    def _records(self, name: str) -> Iterable[ServiceRecord]:
        self.asked.append(name)
        return self._srv.get(name, [])

    def _autoconfig(self, domain: str) -> bytes | None:
        self.asked.append(domain)
        return self._xml


def record(target: str, *, priority: int = 0, weight: int = 0, port: int = 993) -> ServiceRecord:
    return ServiceRecord(priority=priority, weight=weight, port=port, target=target)


def test_nobody_is_asked_unless_the_person_agreed() -> None:
    net = Net(mx=["aspmx.l.google.com"])
    assert find_mailbox("rosa@quill.example", lookups=net.lookups()) is None
    assert net.asked == []


def test_nobody_is_asked_about_a_provider_that_is_known() -> None:
    net = Net()
    assert find_mailbox("rosa@gmail.com", agreed=True, lookups=net.lookups()) is not None
    assert net.asked == []


def test_only_the_domain_is_ever_asked_about() -> None:
    net = Net()
    assert find_mailbox("rosa.quill@quill.example", agreed=True, lookups=net.lookups()) is None
    assert net.asked == ["quill.example", "_imaps._tcp.quill.example", "_imap._tcp.quill.example", "quill.example"]


@pytest.mark.parametrize(
    ("mail_host", "url", "way"),
    [
        ("aspmx.l.google.com", "imaps://rosa%40quill.example@imap.gmail.com", WayIn.APP_PASSWORD),
        ("quill-example.mail.protection.outlook.com.", "imaps://rosa%40quill.example@outlook.office365.com", WayIn.OAUTH),
        ("in1-smtp.messagingengine.com", "imaps://rosa%40quill.example@imap.fastmail.com", WayIn.APP_PASSWORD),
        ("mx01.mail.icloud.com", "imaps://rosa%40quill.example@imap.mail.me.com", WayIn.APP_PASSWORD),
    ],
)
def test_a_domain_of_ones_own_is_known_by_where_its_mail_is_delivered(mail_host: str, url: str, way: WayIn) -> None:
    found = find_mailbox("rosa@quill.example", agreed=True, lookups=Net(mx=["mx.quill.example", mail_host]).lookups())
    assert found is not None
    assert (found.url, found.way, found.found_by) == (url, way, FoundBy.DELIVERY)


def test_a_mail_host_that_only_looks_like_a_large_providers_is_none() -> None:
    net = Net(mx=["mx.notgoogle.com", "google.com.quill.example", ""])
    assert find_mailbox("rosa@quill.example", agreed=True, lookups=net.lookups()) is None


def test_the_best_service_record_is_taken_and_tls_before_starttls() -> None:
    srv = {
        "_imap._tcp.quill.example": [record("old.quill.example", port=143)],
        "_imaps._tcp.quill.example": [
            record("c.quill.example", priority=5, weight=9),
            record("b.quill.example", priority=1, weight=1),
            record("mail.quill.example", priority=1, weight=7, port=1993),
        ],
    }
    found = find_mailbox("rosa@quill.example", agreed=True, lookups=Net(srv=srv).lookups())
    assert found is not None
    assert (found.url, found.found_by) == ("imaps://rosa%40quill.example@mail.quill.example:1993", FoundBy.SERVICE_RECORD)
    assert not found.is_elsewhere


def test_starttls_is_taken_where_a_domain_says_that_it_offers_nothing_else() -> None:
    """A lone dot is the RFC's word for "not here"."""
    srv = {
        "_imaps._tcp.quill.example": [record("", port=0)],
        "_imap._tcp.quill.example": [record("mail.quill.example", port=143)],
    }
    found = find_mailbox("rosa@quill.example", agreed=True, lookups=Net(srv=srv).lookups())
    assert found is not None
    assert found.url == "imap+starttls://rosa%40quill.example@mail.quill.example"


def test_a_server_outside_the_domain_is_named_as_such() -> None:
    net = Net(srv={"_imaps._tcp.quill.example": [record("imap.castellan.example")]})
    found = find_mailbox("rosa@quill.example", agreed=True, lookups=net.lookups())
    assert found is not None
    assert found.is_elsewhere
    assert "imap.castellan.example" in found.note


@pytest.mark.parametrize(
    "target",
    ["127.0.0.1", "localhost", "printer.local", "a b.example", "evil.example/@x", "-x.example", "x" * 300, "router", "::1"],
)
def test_what_is_no_server_in_the_dns_is_no_answer(target: str) -> None:
    net = Net(srv={"_imaps._tcp.quill.example": [record(target)]})
    assert find_mailbox("rosa@quill.example", agreed=True, lookups=net.lookups()) is None


@pytest.mark.parametrize("address", ["rosa@127.0.0.1", "rosa@localhost", "rosa@quill example", "rosa@a/b.example", "rosa"])
def test_a_domain_that_is_none_is_asked_of_nobody(address: str) -> None:
    net = Net()
    find_mailbox(address, agreed=True, lookups=net.lookups())
    assert [one for one in net.asked if "/" in one or " " in one or "localhost" in one] == []


def test_a_domain_in_letters_beyond_ascii_is_asked_as_the_dns_writes_it() -> None:
    net = Net()
    find_mailbox("rosa@gänsekiel.example", agreed=True, lookups=net.lookups())
    assert net.asked[0] == "xn--gnsekiel-0za.example"


CONFIG = """<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="quill.example"><domain>quill.example</domain>
  <incomingServer type="pop3"><hostname>pop.quill.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>%s</hostname><port>%s</port><socketType>%s</socketType>
    <username>%s</username><authentication>password-cleartext</authentication></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.quill.example</hostname></outgoingServer>
</emailProvider></clientConfig>"""


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        (("imap.quill.example", "993", "SSL", "%EMAILADDRESS%"), "imaps://rosa%40quill.example@imap.quill.example"),
        (("mail.%EMAILDOMAIN%", "143", "STARTTLS", "%EMAILLOCALPART%"), "imap+starttls://rosa@mail.quill.example"),
        (("imap.quill.example", "993", "SSL", ""), "imaps://rosa%40quill.example@imap.quill.example"),
        (("imap.quill.example", "143", "plain", "%EMAILADDRESS%"), None),
        (("imap.quill.example", "99999", "SSL", "x"), None),
        (("imap.quill.example", "-1", "SSL", "x"), None),
        (("127.0.0.1", "993", "SSL", "x"), None),
        (("", "993", "SSL", "x"), None),
    ],
)
def test_published_settings_are_taken_where_they_are_safe(fields: tuple[str, ...], url: str | None) -> None:
    found = find_mailbox("rosa@quill.example", agreed=True, lookups=Net(xml=(CONFIG % fields).encode()).lookups())
    assert (found.url if found else None) == url


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Please sign in to this hotel</body></html>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><clientConfig>&b;</clientConfig>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>',
        b"<a>" * 5_000,
        b"<clientConfig>" + b"<x/>" * 5_000 + b"</clientConfig>",
        b"<clientConfig><emailProvider></clientConfig>",
        b"\xff\xfe\x00<",
    ],
)
def test_a_document_that_is_odd_says_nothing(content: bytes) -> None:
    assert imap_servers(content) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_fault(content: bytes) -> None:
    assert isinstance(imap_servers(content), tuple)


def test_servers_come_in_the_documents_order() -> None:
    content = (CONFIG % ("imap.quill.example", "993", "SSL", "%EMAILADDRESS%")).encode()
    assert imap_servers(content) == (PublishedServer(host="imap.quill.example", port=993, security="tls", user="%EMAILADDRESS%"),)
