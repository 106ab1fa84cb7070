"""What a whole run at DEBUG says to its log: nothing that a letter, an address book or a push URL holds."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from heardback.log import configure
from tests.dovecot import PASSWORD, Dovecot
from tests.end_to_end.daemon import OWNER, Daemon, DovecotPost, MovableClock, letter, local, with_invite
from tests.receiver import Receiver

SUBJECT = "Zephyrine post at Quarterstaff"
BODY = "Hi Rosa, your interview for the Zephyrine role is attached; my cat Brunhilde says hello.\n\nDana"
SENDER = "Dana Wolkenstein <dana.wolkenstein@quarterstaff.example>"
TOPIC = "topic-9f8e7d6c5b4a"


@pytest.mark.dovecot
def test_a_whole_run_at_debug_logs_no_subject_body_name_address_token_or_push_url(
    tmp_path: Path, dovecot: Dovecot, capfd: pytest.CaptureFixture[str]
) -> None:
    """Read, judge, push, fail to push, go blind, a bad letter, a bug: everything that is logged, libraries' lines included."""
    post = DovecotPost(server=dovecot, user=f"private{time.time_ns()}")
    post.deliver(with_invite(letter(local("2026-06-01 10:00"), BODY, sender=SENDER, subject=SUBJECT), *_talk()))
    post.deliver(
        letter(local("2026-06-02 10:00"), "\x1b[2JBrunhilde \u202e", sender="<<<Wolkenstein>>>", subject=f"\x07{SUBJECT}")
    )
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure(logging.DEBUG)
    try:
        with Receiver() as phone:
            targets = [phone.url(TOPIC), phone.url(f"fail/{TOPIC}"), f"json://127.0.0.1:1/{TOPIC}", f"tgram://123456:{TOPIC}/42"]
            clock = MovableClock(local("2026-06-04 16:00"))
            ledger = tmp_path / "ledger.sqlite3"
            with Daemon(ledger_path=ledger, open_source=post.source, targets=targets[:3], clock=clock) as daemon:
                daemon.at(local("2026-06-04 17:00"))
                phone.wait_for(1)
                dovecot.kick()
                daemon.at(local("2026-06-04 18:30"))
            logging.getLogger("heardback.test").warning(
                "a line with %s and %s", targets[3], "dana.wolkenstein@quarterstaff.example"
            )
        threading.Event().wait(0.2)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    said = "".join(capfd.readouterr())
    assert "heardback" in said, "nothing was logged, so nothing was shown"
    secrets = ["Zephyrine", "Quarterstaff", "quarterstaff", "Brunhilde", "Wolkenstein", "wolkenstein", TOPIC, f":{phone.port}"]
    assert [secret for secret in (*secrets, next(iter(OWNER.addresses)), PASSWORD) if secret in said] == []
    assert "\x1b" not in said
    assert "\u202e" not in said


def _talk() -> tuple[datetime, datetime]:
    start = local("2026-06-04 14:00")
    return start, start + timedelta(hours=1)
