"""Pushes at servers that are really there: an MQTT broker and a Matrix home server. ``make test-receivers`` installs them.

What a person would see is asked for by another client than ours: mosquitto_sub, and the reader's own session in the room.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heardback.model import Push
from heardback.notify.push import Pusher, make_target
from tests.receivers.servers import Synapse, running_mosquitto, running_synapse

NUDGE = Push(
    title="Brightforge: time to follow up",
    body="Dana wrote 'you'll hear by Friday' (Fri 13 Feb). Two working days have passed and no mail since. Ünïcode stays.",
    kind="follow_up",
)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with running_mosquitto(tmp_path) as port:
        yield port


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running_synapse(tmp_path_factory.mktemp("synapse")) as one:
        yield one


@pytest.mark.mosquitto
def test_a_nudge_reaches_who_listens_at_an_mqtt_broker(broker: int) -> None:
    listening = subprocess.Popen(
        [
            shutil.which("mosquitto_sub") or "mosquitto_sub",
            "-h",
            "127.0.0.1",
            "-p",
            str(broker),
            "-t",
            "rosa/jobs",
            "-C",
            "1",
            "-W",
            "20",
        ],
        stdout=subprocess.PIPE,
    )
    time.sleep(1)  # its subscription; MQTT keeps nothing for who comes later
    (outcome,) = Pusher().send(NUDGE, [make_target(f"mqtt://127.0.0.1:{broker}/rosa/jobs?qos=1")])
    heard, _ = listening.communicate(timeout=25)
    assert (outcome.ok, outcome.detail) == (True, "")
    assert NUDGE.title in heard.decode()
    assert NUDGE.body in heard.decode()


@pytest.mark.mosquitto
def test_a_broker_that_is_gone_is_a_failed_target_and_nothing_worse(broker: int) -> None:
    (good, gone) = Pusher(limit_s=15).send(
        NUDGE, [make_target(f"mqtt://127.0.0.1:{broker}/rosa/jobs"), make_target("mqtt://127.0.0.1:9/rosa/jobs")]
    )
    assert (good.ok, gone.ok) == (True, False)


@pytest.mark.synapse
def test_a_nudge_is_read_in_a_matrix_room(matrix: Synapse) -> None:
    (outcome,) = Pusher().send(NUDGE, [make_target(matrix.url)])
    assert (outcome.ok, outcome.detail) == (True, "")
    (message,) = matrix.messages()
    assert message["msgtype"] in ("m.text", "m.notice")
    assert NUDGE.title in message["body"]
    assert NUDGE.body in message["body"]


@pytest.mark.synapse
def test_a_wrong_password_at_matrix_is_a_failed_target_and_shows_no_secret(matrix: Synapse) -> None:
    (outcome,) = Pusher().send(NUDGE, [make_target(matrix.url.replace("correct", "wrong"))])
    assert not outcome.ok
    assert "horse" not in outcome.detail
