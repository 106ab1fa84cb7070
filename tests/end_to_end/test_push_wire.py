"""What leaves the machine for ntfy, Gotify, Pushover and Telegram: title, words, click, priority, actions, as they are received.

ntfy and Gotify are asked for at a host of one's own; Pushover's and Telegram's addresses are fixed in Apprise, and turned here to
the same server on loopback.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from heardback.model import Push
from heardback.notify.push import Pusher, make_target

NUDGE = Push(
    title="Brightforge: time to follow up",
    body='Dana wrote "you\'ll hear by Friday" (Fri 13 Feb). Ünïcode & <b>markup</b> stay words.',
    kind="follow_up",
    click_url="https://mail.example/inbox?a=1&b=2",
)


@dataclass(slots=True)
class Wire:
    """Every request: path, headers in lower case, body."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def only(self) -> tuple[str, dict[str, str], bytes]:
        (one,) = self.requests
        return one

    def json(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.only[2])
        return answer

    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.only[2].decode(), keep_blank_values=True).items()}


@pytest.fixture
def wire() -> Iterator[Wire]:
    seen = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            seen.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            answer = b'{"ok": true, "status": 1, "id": 1}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield seen
    server.shutdown()
    server.server_close()
    thread.join(5)


def send(push: Push, url: str) -> None:
    (outcome,) = Pusher().send(push, [make_target(url)])
    assert (outcome.ok, outcome.detail) == (True, "")


def test_ntfy_gets_title_words_and_the_address_that_a_tap_opens(wire: Wire) -> None:
    send(NUDGE, f"ntfy://127.0.0.1:{wire.port}/quill-jobs")
    _, headers, _ = wire.only
    said = wire.json()
    assert (said["topic"], said["title"], said["message"]) == ("quill-jobs", NUDGE.title, NUDGE.body)
    assert headers.get("x-click", said.get("click")) == NUDGE.click_url
    assert "x-priority" not in headers
    assert headers.get("x-icon") is None


@pytest.mark.parametrize(
    ("push", "priority"),
    [
        (Push(title="t", body="b", kind="reply", is_urgent=True), "high"),
        (Push(title="t", body="b", kind="blind"), "high"),
        (Push(title="t", body="b", kind="blind over"), "low"),
        (Push(title="t", body="b", kind="alive"), "low"),
        (Push(title="t", body="b", kind="follow_up"), None),
    ],
)
def test_ntfy_is_told_what_cannot_wait_and_what_can(wire: Wire, push: Push, priority: str | None) -> None:
    send(push, f"ntfy://127.0.0.1:{wire.port}/quill-jobs")
    assert wire.only[1].get("x-priority") == priority


def test_what_the_owner_wrote_into_the_address_is_left_alone(wire: Wire) -> None:
    """Actions, a priority and a click of one's own."""
    actions = "view%2C%20Open%20mail%2C%20https%3A%2F%2Fmail.example%2F"
    urgent = Push(title="t", body="b", kind="reply", is_urgent=True, click_url="https://other.example/")
    send(urgent, f"ntfy://127.0.0.1:{wire.port}/quill-jobs?actions={actions}&priority=min&click=https%3A%2F%2Fmine.example%2F")
    _, headers, _ = wire.only
    assert headers["x-actions"] == "view, Open mail, https://mail.example/"
    assert headers["x-priority"] == "min"
    assert headers["x-click"] == "https://mine.example/"


@pytest.mark.parametrize(("kind", "priority"), [("follow_up", 5), ("blind", 8), ("alive", 3)])
def test_gotify_gets_title_words_and_a_priority(wire: Wire, kind: str, priority: int) -> None:
    push = Push(title=NUDGE.title, body=NUDGE.body, kind=kind)
    send(push, f"gotify://127.0.0.1:{wire.port}/AbCdEf123456789")
    path, headers, _ = wire.only
    said = wire.json()
    assert path.startswith("/message")
    assert (said["title"], said["message"], said["priority"]) == (NUDGE.title, NUDGE.body, priority)
    assert headers["x-gotify-key"] == "AbCdEf123456789"


@pytest.mark.parametrize(("kind", "priority"), [("follow_up", "0"), ("blind", "1"), ("alive", "-1")])
def test_pushover_gets_title_words_click_and_priority(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, kind: str, priority: str
) -> None:
    from heardback.notify.push import _load

    _load()
    from apprise.plugins.pushover import NotifyPushover

    monkeypatch.setattr(NotifyPushover, "notify_url", f"http://127.0.0.1:{wire.port}/1/messages.json")
    push = Push(title=NUDGE.title, body=NUDGE.body, kind=kind, click_url=NUDGE.click_url)
    send(push, f"pover://{'u' * 30}@{'a' * 30}")
    said = wire.form()
    assert (said["title"], said["message"]) == (NUDGE.title, NUDGE.body)
    assert said["priority"] == priority
    assert said["url"] == NUDGE.click_url
    assert (said["user"], said["token"]) == ("u" * 30, "a" * 30)


@pytest.mark.parametrize(("kind", "is_silent"), [("follow_up", False), ("blind", False), ("alive", True)])
def test_telegram_gets_words_with_markup_made_harmless_and_a_silent_weekly_word(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, kind: str, is_silent: bool
) -> None:
    from heardback.notify.push import _load

    _load()
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{wire.port}/bot")
    send(Push(title=NUDGE.title, body=NUDGE.body, kind=kind), "tgram://123456789:abcdefg_hijklmnop/12315544/")
    path, _, _ = wire.only
    said = wire.json()
    assert path == "/bot123456789:abcdefg_hijklmnop/sendMessage"
    assert str(said["chat_id"]) == "12315544"
    assert NUDGE.title in said["text"]
    assert "&lt;b&gt;markup&lt;/b&gt;" in said["text"]
    assert "<b>markup" not in said["text"]
    assert said["disable_notification"] is is_silent
