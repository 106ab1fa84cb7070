"""The questions that leave the machine, asked of a DNS server and a web server on loopback: good, silent and hostile ones."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from heardback.mailbox.provider_lookups import AUTOCONFIG_LIMIT_BYTES, internet_lookups
from heardback.mailbox.providers import FoundBy, ServiceRecord, find_mailbox

MX, SRV = 15, 33
Answer = Callable[[bytes], bytes | None]


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def asked(query: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels), struct.unpack_from("!H", query, at + 1)[0]


def reply(query: bytes, kind: int, *data: bytes, flags: int = 0x8180) -> bytes:
    records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(one)) + one for one in data)
    return query[:2] + struct.pack("!HHHHH", flags, 1, len(data), 0, 0) + query[12:] + records


def srv(priority: int, weight: int, port: int, target: str) -> bytes:
    return struct.pack("!HHH", priority, weight, port) + name(target)


@contextlib.contextmanager
def dns(answer: Answer) -> Iterator[tuple[str, int]]:
    """By UDP, and by TCP what ``answer`` gives when asked again."""
    packets, stream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
    packets.bind(("127.0.0.1", 0))
    stream.bind(packets.getsockname())
    stream.listen()
    packets.settimeout(0.1)
    stream.settimeout(0.1)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                query, peer = packets.recvfrom(4_096)
                if (said := answer(query)) is not None:
                    packets.sendto(said, peer)

    def serve_stream() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                line, _ = stream.accept()
                with line:
                    query = line.recv(4_096)[2:]
                    said = answer(query) or b""
                    line.sendall(struct.pack("!H", len(said)) + said)

    threads = [threading.Thread(target=serve), threading.Thread(target=serve_stream)]
    for thread in threads:
        thread.start()
    try:
        yield packets.getsockname()
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)
        packets.close()
        stream.close()


class Web:
    """``content`` for every address; what was asked is kept whole."""

    def __init__(self, content: bytes = b"", status: int = 200, location: str = "", pause_s: float = 0.0) -> None:
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(f"{self.path}\n{self.headers}")
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                with contextlib.suppress(OSError):
                    for start in range(0, len(content), 4_096):
                        self.wfile.write(content[start : start + 4_096])
                        time.sleep(pause_s)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/{{domain}}/config-v1.1.xml"

    def __enter__(self) -> Web:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


def test_mail_hosts_come_by_preference() -> None:
    data = [struct.pack("!H", 20) + name("b.quill.example"), struct.pack("!H", 10) + name("aspmx.l.google.com")]
    with dns(lambda query: reply(query, MX, *data)) as server:
        lookups = internet_lookups(resolvers=[server])
        assert list(lookups.mail_hosts("quill.example")) == ["aspmx.l.google.com", "b.quill.example"]


def test_a_mailbox_is_found_by_its_service_record_over_a_real_line() -> None:
    questions: list[tuple[str, int]] = []

    def answer(query: bytes) -> bytes:
        questions.append(asked(query))
        wanted = asked(query) == ("_imaps._tcp.quill.example", SRV)
        return reply(query, SRV, *([srv(0, 1, 993, "mail.quill.example")] if wanted else []))

    with dns(answer) as server:
        found = find_mailbox("rosa@quill.example", agreed=True, lookups=internet_lookups(resolvers=[server], autoconfig_urls=()))
    assert found is not None
    assert (found.url, found.found_by) == ("imaps://rosa%40quill.example@mail.quill.example", FoundBy.SERVICE_RECORD)
    assert questions == [("quill.example", MX), ("_imaps._tcp.quill.example", SRV)]


def test_an_answer_that_was_cut_short_is_asked_for_by_tcp() -> None:
    count = 0

    def answer(query: bytes) -> bytes:
        nonlocal count
        count += 1
        return reply(query, SRV, flags=0x8380) if count == 1 else reply(query, SRV, srv(1, 2, 993, "mail.quill.example"))

    with dns(answer) as server:
        records = list(internet_lookups(resolvers=[server]).service_records("_imaps._tcp.quill.example"))
    assert records == [ServiceRecord(priority=1, weight=2, port=993, target="mail.quill.example")]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda query: query[:2] + b"\x81\x83" + query[4:], id="no such name"),
        pytest.param(lambda query: b"\0\0" + reply(query, SRV, srv(0, 0, 993, "evil.example"))[2:], id="another number"),
        pytest.param(lambda query: reply(query[:-1] + b"\x02", SRV, srv(0, 0, 993, "evil.example")), id="another question"),
        pytest.param(lambda query: reply(query, SRV, srv(0, 0, 993, "evil.example"))[:-9], id="cut off"),
        pytest.param(lambda query: reply(query, SRV, struct.pack("!HHH", 0, 0, 993) + b"\xc0\xff"), id="a pointer forward"),
        pytest.param(
            lambda query: reply(query, SRV, struct.pack("!HHH", 0, 0, 993) + b"\xc0" + bytes([len(query) + 18])),
            id="a pointer to itself",
        ),
        pytest.param(lambda query: reply(query, SRV, b"\0\0\0"), id="too short a record"),
        pytest.param(lambda query: b"\xff" * 400, id="noise"),
        pytest.param(lambda query: b"", id="nothing"),
        pytest.param(lambda query: None, id="silence"),
    ],
)
def test_an_odd_answer_is_none_and_costs_little_time(answer: Answer) -> None:
    begun = time.monotonic()
    with dns(answer) as server:
        records = list(internet_lookups(resolvers=[server], timeout_s=0.4).service_records("_imaps._tcp.quill.example"))
    assert [record for record in records if record.target] == []
    assert time.monotonic() - begun < 2


def test_nobody_there_to_ask_is_no_answer() -> None:
    lookups = internet_lookups(resolvers=[("127.0.0.1", 1)], autoconfig_urls=("http://127.0.0.1:1/{domain}",), timeout_s=0.4)
    assert find_mailbox("rosa@quill.example", agreed=True, lookups=lookups) is None


GOOD = b"""<clientConfig><emailProvider><incomingServer type="imap"><hostname>imap.quill.example</hostname><port>993</port>
<socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer></emailProvider></clientConfig>"""


def test_published_settings_are_fetched_and_the_address_is_never_sent() -> None:
    with Web(status=404) as empty, Web(GOOD) as web:
        lookups = internet_lookups(resolvers=[], autoconfig_urls=(empty.url, web.url))
        found = find_mailbox("rosa.secret@quill.example", agreed=True, lookups=lookups)
    assert found is not None
    assert (found.url, found.found_by) == ("imaps://rosa.secret%40quill.example@imap.quill.example", FoundBy.AUTOCONFIG)
    everything = "".join(empty.asked + web.asked)
    assert "/quill.example/config-v1.1.xml" in everything
    assert "rosa" not in everything
    assert "Cookie" not in everything


def test_a_redirect_is_not_followed() -> None:
    with Web(GOOD) as elsewhere, Web(status=302, location=elsewhere.url.format(domain="x")) as web:
        assert internet_lookups(resolvers=[], autoconfig_urls=(web.url,)).autoconfig("quill.example") is None
    assert elsewhere.asked == []


def test_a_document_without_end_is_left() -> None:
    with Web(b"<a/>" * AUTOCONFIG_LIMIT_BYTES) as web:
        assert internet_lookups(resolvers=[], autoconfig_urls=(web.url,)).autoconfig("quill.example") is None


def test_a_server_that_drips_is_left_in_time() -> None:
    begun = time.monotonic()
    with Web(b"<a/>" * 10_000, pause_s=0.2) as web:
        assert internet_lookups(resolvers=[], autoconfig_urls=(web.url,), timeout_s=0.5).autoconfig("quill.example") is None
    assert time.monotonic() - begun < 3
