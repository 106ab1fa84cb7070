"""A process that is killed (SIGKILL, no clean-up of any kind) between taking a nudge and recording its push."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from heardback.errors import LedgerInUse
from heardback.ledger.deliveries import MOST_CRASHES
from heardback.ledger.store import Ledger
from heardback.ledger.values import DeliveryState
from heardback.model import NudgeStatus
from tests.builders import at

NOW = at("2026-03-17T09:00:00-05:00")

TAKES_A_NUDGE_AND_DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from heardback.ledger.store import Ledger
from heardback.model import Action, Nudge

path, now, step = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]
ledger = Ledger.open(path)
ledger.claim()
nudge = ledger.plan(Nudge(id=0, application="acme", action=Action.FOLLOW_UP, rests_on="p", push_at=now), now)
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
if step == "planned":
    die()
ledger.hand_out(nudge.id, lambda: die() if step == "deriving" else True, ["phone"], now)
if step == "in flight":
    die()
ledger.record_delivery(nudge.id, "phone", True, "", now)
die()
"""


def run_and_die(path: Path, step: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", TAKES_A_NUDGE_AND_DIES, str(path), NOW.isoformat(), step]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("step", "waiting", "left_over", "status"),
    [
        ("planned", 1, 0, NudgeStatus.PLANNED),
        ("deriving", 1, 0, NudgeStatus.PLANNED),
        ("in flight", 0, 1, NudgeStatus.PLANNED),
        ("recorded", 0, 0, NudgeStatus.SENT),
    ],
)
def test_the_next_start_finds_what_the_killed_one_left(
    tmp_path: Path, step: str, waiting: int, left_over: int, status: NudgeStatus
) -> None:
    path = tmp_path / "ledger.sqlite3"
    died = subprocess.run(
        [sys.executable, "-c", TAKES_A_NUDGE_AND_DIES, str(path), NOW.isoformat(), step],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (died.returncode, died.stderr) == (-signal.SIGKILL, b"")
    with Ledger.open(path) as ledger:
        ledger.claim()  # the lock died with its owner
        assert (len(ledger.due(NOW)), ledger.recover(NOW), [one.status for one in ledger.nudges()]) == (
            waiting,
            left_over,
            [status],
        )


def test_a_push_that_kills_the_program_each_time_is_tried_five_times_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    run_and_die(path, "in flight")
    tries = 1
    for _ in range(MOST_CRASHES + 3):
        with Ledger.open(path) as ledger:
            ledger.recover(NOW)
            for delivery in ledger.retryable(NOW):
                tries += ledger.hand_out_again(delivery.outgoing, delivery.target, lambda: True, NOW) is not None
    with Ledger.open(path) as ledger:
        (delivery,) = ledger.undelivered()
        assert (tries, delivery.state, delivery.attempts) == (MOST_CRASHES, DeliveryState.LOST, MOST_CRASHES)
        assert ledger.retryable(NOW + timedelta(days=9)) == ()


def test_the_claim_of_a_living_process_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from heardback.ledger.store import Ledger\n"
            "ledger = Ledger.open(Path(sys.argv[1])); ledger.claim(); print('held', flush=True); sys.stdin.read()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with Ledger.open(path) as ledger:
        with pytest.raises(LedgerInUse, match=str(holder.pid)):
            ledger.claim()
        holder.communicate(timeout=30)
        ledger.claim()
