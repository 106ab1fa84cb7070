"""Real push servers on loopback: mosquitto (MQTT) and Matrix's synapse, started for a test session and gone after it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

SYNAPSE = Path(__file__).parents[2] / ".venv" / "synapse" / "bin"
"""`make test-receivers` installs it there, apart: it brings fifty packages that heardback must not come to rest on."""

PASSWORD = "correct horse 12"


def mosquitto_program() -> str | None:
    return shutil.which("mosquitto") or (found if Path(found := "/usr/sbin/mosquitto").exists() else None)


def synapse_program() -> Path | None:
    program = SYNAPSE / "synapse_homeserver"
    return program if program.exists() else None


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int, patience_s: float) -> Iterator[None]:
    """The command in a process group of its own, until the block ends; ready when it takes a connection."""
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        end = time.monotonic() + patience_s
        while not _listens(port):
            told = (folder / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            assert server.poll() is None, f"{command[0]} ended: {told}"
            assert time.monotonic() < end, f"{command[0]} does not listen: {told}"
            time.sleep(0.05)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running_mosquitto(folder: Path) -> Iterator[int]:
    """Answers its port. Open to everybody on loopback."""
    program = mosquitto_program()
    assert program is not None
    port = free_port()
    file = folder / "mosquitto.conf"
    file.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n", encoding="utf-8")
    with running([program, "-c", str(file)], folder, port, 10):
        yield port


@dataclass(frozen=True, slots=True)
class Synapse:
    """One home server with two people on it: heardback's account and the person who reads."""

    port: int
    bot: str
    reader: str
    room: str
    """Its id, "!abc:heardback.test": the bot is in it and has invited the reader, who has joined."""

    @property
    def url(self) -> str:
        """For Apprise, which talks to it without end-to-end encryption."""
        room = self.room.replace("!", "%21")
        return f"matrix://heardback:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{room}?e2ee=no"

    def messages(self) -> list[dict[str, Any]]:
        """What the reader sees in the room, oldest first: the contents of its messages."""
        answer = self.ask("GET", f"rooms/{self.room}/messages?dir=b&limit=50", self.reader)
        return [event["content"] for event in reversed(answer["chunk"]) if event["type"] == "m.room.message"]

    def ask(self, method: str, path: str, token: str | None, content: dict[str, Any] | None = None) -> dict[str, Any]:
        return _ask(self.port, method, path, token, content)


def _ask(port: int, method: str, path: str, token: str | None, content: dict[str, Any] | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://127.0.0.1:{port}/_matrix/client/v3/{path}"
    response = requests.request(method, url, json=content, headers=headers, timeout=20)
    assert response.ok, response.text
    answer: dict[str, Any] = response.json()
    return answer


@contextlib.contextmanager
def running_synapse(folder: Path) -> Iterator[Synapse]:
    program = synapse_program()
    assert program is not None
    port, config = free_port(), folder / "homeserver.yaml"
    make = [SYNAPSE / "python", "-m", "synapse.app.homeserver", "--server-name", "heardback.test", "--config-path", config]
    _do([*make, "--generate-config", "--report-stats=no"], folder)
    text = config.read_text(encoding="utf-8")
    # generate-config writes port 8008 and both loopback addresses; a machine without IPv6 has but one.
    text = re.sub(r"port: 8008", f"port: {port}", text)
    text = re.sub(r"bind_addresses: .*", "bind_addresses: ['127.0.0.1']", text)
    config.write_text(
        text + '\ndefault_room_version: "10"\ntrusted_key_servers: []\nsuppress_key_server_warning: true\n', "utf-8"
    )
    with running([str(program), "--config-path", str(config)], folder, port, 60):
        for name in ("heardback", "rosa"):
            register = [SYNAPSE / "register_new_matrix_user", "-c", config, "-u", name, "-p", PASSWORD, "--no-admin"]
            _do([*register, f"http://127.0.0.1:{port}"], folder)
        bot, reader = (_log_in(port, name) for name in ("heardback", "rosa"))
        made = _ask(port, "POST", "createRoom", bot, {"preset": "private_chat", "invite": ["@rosa:heardback.test"]})
        _ask(port, "POST", f"join/{made['room_id']}", reader, {})
        yield Synapse(port, bot, reader, made["room_id"])


def _log_in(port: int, name: str) -> str:
    who = {"type": "m.id.user", "user": name}
    answer = _ask(port, "POST", "login", None, {"type": "m.login.password", "identifier": who, "password": PASSWORD})
    return str(answer["access_token"])


def _do(command: list[Any], folder: Path) -> None:
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
