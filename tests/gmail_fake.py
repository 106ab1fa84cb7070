"""A small Gmail on a loopback port for what the emulator cannot show: an expired history, quotas, outages, dead grants.

with running_fake() as gmail:
    gmail.insert(letter(1), "INBOX")
    gmail.trouble("/history", 404)                     # once; times=3: three times
    GmailSource(..., access_token=gmail.token, endpoint=gmail.endpoint)
"""

from __future__ import annotations

import base64
import contextlib
import email
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from heardback.errors import LoginRefused
from tests.gmail_emulator import Inner, read_batch, write_batch

ADDRESS = "rosa@quill.example"


def google_error(status: int, reason: str, message: str = "Said by Google.") -> bytes:
    error = {"code": status, "message": message, "errors": [{"reason": reason, "domain": "global", "message": message}]}
    return json.dumps({"error": error}).encode()


@dataclass(slots=True, kw_only=True)
class Trouble:
    """An answer in place of the true one: to the next ``times`` requests whose path matches, or until it is taken away (None)."""

    path: re.Pattern[str]
    status: int
    body: bytes
    headers: dict[str, str]
    times: int | None


@dataclass(slots=True, kw_only=True)
class FakeGmail:
    endpoint: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    history_id: int = 1000
    forgotten_to: int = 0
    """History ids up to this one are answered with 404."""
    troubles: list[Trouble] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """Ids whose part is missing from every answer to a batch."""
    hangs: bool = False
    """Takes every request and answers none."""
    good_tokens: set[str] = field(default_factory=lambda: {"token-1"})
    bearer: str = "token-1"
    renewed: str | None = None
    """What a forced refresh gives; None: the grant is dead."""
    address: str = ADDRESS
    asked: list[str] = field(default_factory=list)
    """Method and path of everything asked, those in a batch too."""
    _number: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    # ------------------------------------------------------------------------------------------ its owner's side

    def token(self, fresh: bool = False, /) -> str:
        if fresh:
            if self.renewed is None:
                raise LoginRefused("rosa: the grant has ended.", "heardback auth rosa")
            self.bearer = self.renewed
        return self.bearer

    def insert(self, content: bytes, *labels: str, received_at: datetime | None = None, message_id: str | None = None) -> str:
        self._number += 1
        message_id = message_id or f"{0x18E0000000000000 + self._number:016x}"
        parsed = email.message_from_bytes(content)
        moment = received_at or email.utils.parsedate_to_datetime(parsed["Date"])
        self.messages[message_id] = {
            "id": message_id,
            "threadId": message_id,
            "labelIds": list(labels),
            "internalDate": str(int(moment.timestamp() * 1000)),
            "sizeEstimate": len(content),
            "content": content,
        }
        self._record(message_id, "messagesAdded", {})
        return message_id

    def relabel(self, message_id: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        labels = self.messages[message_id]["labelIds"]
        self.messages[message_id]["labelIds"] = [label for label in labels if label not in remove] + list(add)
        for kind, changed in (("labelsAdded", add), ("labelsRemoved", remove)):
            if changed:
                self._record(message_id, kind, {"labelIds": list(changed)})

    def _record(self, message_id: str, kind: str, more: dict[str, Any]) -> None:
        self.history_id += 7  # "not contiguous with random gaps in between"
        message = self.messages[message_id]
        message["historyId"] = str(self.history_id)
        entry = {"message": {"id": message_id, "labelIds": list(message["labelIds"])}, **more}
        self.history.append({"id": str(self.history_id), kind: [entry]})

    def forget_history(self) -> None:
        """As after a week: nobody can go on from where they were."""
        self.forgotten_to = self.history_id
        self.history_id += 7

    def trouble(
        self, path: str, status: int, body: bytes = b"", *, times: int | None = 1, headers: dict[str, str] | None = None
    ) -> Trouble:
        made = Trouble(path=re.compile(path), status=status, body=body, headers=headers or {}, times=times)
        self.troubles.append(made)
        return made

    def count(self, path: str) -> int:
        return sum(1 for asked in self.asked if re.search(path, asked))

    # ------------------------------------------------------------------------------------------- what it answers

    def answer(self, method: str, path: str, bearer: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(f"{method} {path}")
        for trouble in self.troubles:
            if trouble.path.search(path) and trouble.times != 0:
                if trouble.times is not None:
                    trouble.times -= 1
                return trouble.status, trouble.body, trouble.headers
        if bearer not in self.good_tokens:
            return 401, google_error(401, "authError", "Invalid Credentials"), {}
        parts = urlsplit(path)
        status, value = self._value(parts.path.removeprefix("/gmail/v1/users/me/"), parse_qs(parts.query))
        return status, value if isinstance(value, bytes) else json.dumps(value).encode(), {}

    def _value(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        match path.split("/"):
            case ["profile"]:
                return 200, {"emailAddress": self.address, "historyId": str(self.history_id)}
            case ["labels"]:
                return 200, {"labels": [{"id": "INBOX", "name": "INBOX", "type": "system"}]}
            case ["history"]:
                return self._history(query)
            case ["messages"]:
                return 200, self._list(query)
            case ["messages", message_id]:
                return self._get(message_id, query["format"][0])
            case ["messages", message_id, "attachments", number]:
                leaves = [part for part in _parsed(self.messages[message_id]).walk() if not part.is_multipart()]
                return 200, {"data": _base64(leaves[int(number)].get_payload(decode=True))}
        return 404, google_error(404, "notFound")

    def _history(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        start = int(query["startHistoryId"][0])
        if start <= self.forgotten_to:
            return 404, google_error(404, "notFound", "Requested entity was not found.")
        return 200, _page([one for one in self.history if int(one["id"]) > start], "history", query) | {
            "historyId": str(self.history_id)
        }

    def _list(self, query: dict[str, list[str]]) -> Any:
        after_ms = int(query["q"][0].removeprefix("after:")) * 1000
        wanted = set(query.get("labelIds", ()))
        hidden = set() if "includeSpamTrash" in query else {"SPAM", "TRASH"}
        found = [
            {"id": one["id"]}
            for one in sorted(self.messages.values(), key=lambda one: -int(one["internalDate"]))
            if int(one["internalDate"]) > after_ms and wanted <= set(one["labelIds"]) and not hidden & set(one["labelIds"])
        ]
        return _page(found, "messages", query)

    def _get(self, message_id: str, shape: str) -> tuple[int, Any]:
        message = self.messages.get(message_id)
        if message is None:
            return 404, google_error(404, "notFound")
        value = {key: item for key, item in message.items() if key != "content"}
        if shape == "raw":
            return 200, value | {"raw": _base64(message["content"])}
        numbers = iter(range(100))
        return 200, value | {"payload": _payload(_parsed(message), numbers, with_bodies=shape == "full")}


def _parsed(message: dict[str, Any]) -> Message:
    return email.message_from_bytes(message["content"])


def _payload(part: Message, numbers: Iterator[int], *, with_bodies: bool) -> dict[str, Any]:
    """As Gmail does it: texts decoded and in UTF-8, what bears a file name by reference."""
    value: dict[str, Any] = {
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": [{"name": name, "value": text} for name, text in part.items()],
    }
    if not with_bodies:
        return value
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        return value | {"parts": [_payload(child, numbers, with_bodies=True) for child in children]}
    number, content = next(numbers), part.get_payload(decode=True)
    assert isinstance(content, bytes)
    if value["filename"]:
        return value | {"body": {"attachmentId": str(number), "size": len(content)}}
    text = content.decode(str(part.get_content_charset() or "utf-8"), "replace").encode()
    return value | {"body": {"size": len(text), "data": _base64(text)}}


def _page(items: list[Any], key: str, query: dict[str, list[str]]) -> dict[str, Any]:
    start, size = int(query.get("pageToken", ["0"])[0]), int(query["maxResults"][0])
    value: dict[str, Any] = {key: items[start : start + size]} if items else {}
    return value | ({"nextPageToken": str(start + size)} if start + size < len(items) else {})


def _base64(content: Any) -> str:
    return base64.urlsafe_b64encode(content).decode()


@contextlib.contextmanager
def running_fake() -> Iterator[FakeGmail]:
    gmail = FakeGmail()
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if gmail.hangs:
                gmail._ended.wait(20)
            with one_at_a_time:
                status, body, headers = gmail.answer("GET", self.path, self.bearer())
            self.say(status, body, {"Content-Type": "application/json", **headers})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with one_at_a_time:
                status, text, headers = gmail.answer("POST", self.path, self.bearer())
                if (status, text) == (404, google_error(404, "notFound")) and self.path == "/batch/gmail/v1":
                    status, headers = 200, {}
                    headers["Content-Type"], text = write_batch(self.inner(body))
            self.say(status, text, headers)

        def inner(self, body: bytes) -> list[tuple[Inner, int, bytes, dict[str, str]]]:
            return [
                (one, *gmail.answer(one.method, one.path, self.bearer()))
                for one in read_batch(self.headers["Content-Type"], body)
                if not any(message_id in one.path for message_id in gmail.left_out)
            ]

        def bearer(self) -> str:
            return self.headers["Authorization"].removeprefix("Bearer ")

        def say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gmail.endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield gmail
    finally:
        gmail._ended.set()
        server.shutdown()
        server.server_close()


class PatientClock:
    """Sits out every rest at once and remembers how long it would have been."""

    def __init__(self) -> None:
        self.rests: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 3, 20, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return sum(self.rests)

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        self.rests.append(timeout_s)
        return stop.is_set()
