"""A push target that is really there: an HTTP server on loopback that records what Apprise's json:// sends to it.

    with Receiver() as phone:
        make_target(phone.url())          # takes it
        make_target(phone.url("fail"))    # answers 500
        make_target(phone.url("hang"))    # takes the request and says nothing until the receiver closes
        phone.pushes                      # what arrived, in order
        phone.answer = 503                # from now on, whatever the path

Every request is recorded whatever is answered, with its body: a failing target has seen the words too.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPush:
    """One request. ``title`` and ``body`` are Apprise's "title" and "message"; ``document`` is all of the JSON."""

    path: str
    title: str
    body: str
    headers: dict[str, str]
    document: dict[str, Any]
    answered: int | None

    @property
    def has_rung(self) -> bool:
        return self.answered is not None and self.answered < 300


class Receiver:
    """Listens from construction to ``close`` on 127.0.0.1 and a free port; safe to ask from any thread."""

    def __init__(self) -> None:
        self.answer: int = 200
        self.is_hanging = False
        self._received: list[ReceivedPush] = []
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "phone", options: str = "") -> str:
        """An Apprise URL. The path "fail" is answered with 500, "hang" not at all, any other with ``answer``."""
        return f"json://127.0.0.1:{self.port}/{path}{'?' + options if options else ''}"

    @property
    def received(self) -> tuple[ReceivedPush, ...]:
        """Every request so far."""
        with self._changed:
            return tuple(self._received)

    @property
    def pushes(self) -> tuple[ReceivedPush, ...]:
        """Those that were answered with success: what the phone rang for."""
        return tuple(one for one in self.received if one.has_rung)

    def wait_for(self, count: int, timeout_s: float = 10.0) -> tuple[ReceivedPush, ...]:
        """Wait until ``count`` pushes have rung; AssertionError where they do not in time."""
        end = time.monotonic() + timeout_s
        with self._changed:
            while (rung := sum(one.has_rung for one in self._received)) < count:
                left = end - time.monotonic()
                assert left > 0, f"{rung} pushes after {timeout_s} s, {count} expected"
                self._changed.wait(left)
        return self.pushes

    def forget(self) -> None:
        with self._changed:
            self._received.clear()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def take(self, path: str, headers: dict[str, str], content: bytes) -> int | None:
        """Record one request; answers the status to send, or None to send nothing."""
        hangs = self.is_hanging or path.startswith("/hang")
        answer = None if hangs else 500 if path.startswith("/fail") else self.answer
        document = json.loads(content) if content else {}
        one = ReceivedPush(
            path=path,
            title=document.get("title", ""),
            body=document.get("message", ""),
            headers=headers,
            document=document,
            answered=answer,
        )
        with self._changed:
            self._received.append(one)
            self._changed.notify_all()
        if answer is None:
            self._closing.wait(60)
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting closes its end; that is what the hanging path is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status = self.server.receiver.take(self.path, dict(self.headers.items()), content)
        self.close_connection = True
        if status is None:
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass
