"""What `heardback status` says of targets that never got a push, or not yet."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback.config import parse
from heardback.delivering import name_key
from heardback.errors import ConfigError
from heardback.ledger.reach import reach_of_targets
from heardback.ledger.store import Ledger
from heardback.model import Push

NOW = datetime.now(UTC)

FILE = """
[owner]
name = "Rosa Quill"
addresses = ["rosa@quill.example"]
timezone = "America/Toronto"

[[mailbox]]
name = "home"
url = "maildir:~/Mail"
"""


def fail(ledger: Ledger, number: int, at: datetime, next_try_at: datetime | None) -> None:
    notice = ledger.announce("summary", str(number), Push(title="t", body="b"), at, at)
    ledger.hand_out(notice.id, lambda: True, ["3f9a1c"], at)
    ledger.record_delivery(notice.id, "3f9a1c", False, "the server answered 403", at, next_try_at=next_try_at)


def status(folder: Path) -> str:
    config = folder / "heardback.toml"
    config.write_text(f'{FILE}\n[ledger]\npath = "{folder}/ledger.sqlite3"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "heardback", "status", "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return " ".join(done.stdout.split())


def test_a_push_that_was_given_up_is_told_with_its_target_and_reason(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        ledger.set_note(name_key("3f9a1c"), "phone")
        fail(ledger, 1, NOW - timedelta(days=4), None)
        fail(ledger, 2, NOW - timedelta(days=3), None)
    told = status(tmp_path)
    assert "push phone: 2 pushes given up, the last" in told
    assert "(the server answered 403)." in told
    assert "heardback check --push tries each target." in told


def test_a_push_that_is_still_tried_is_told_with_its_next_try(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        fail(ledger, 1, NOW - timedelta(minutes=1), NOW + timedelta(hours=1))
    assert "push target 3f9a1c: 1 push did not arrive yet (the server answered 403); the next try is" in status(tmp_path)


def test_a_target_that_answers_again_is_said_to(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        fail(ledger, 1, NOW - timedelta(days=4), None)
        later = ledger.announce("summary", "later", Push(title="t", body="b"), NOW, NOW)
        ledger.hand_out(later.id, lambda: True, ["3f9a1c"], NOW)
        ledger.record_delivery(later.id, "3f9a1c", True, "", NOW)
    assert "; it answers again." in status(tmp_path)


def test_a_target_that_always_answered_and_what_is_long_past_are_not_told(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        fail(ledger, 1, NOW - timedelta(days=60), None)
        assert reach_of_targets(ledger, NOW - timedelta(days=30)) == ()
    assert "push" not in status(tmp_path)


def test_a_tag_that_is_no_kind_of_push_is_refused_with_the_nearest() -> None:
    target = '[[push.targets]]\nurl = "json://127.0.0.1/a"\ntags = ["Reply", "folow_up"]\n'
    with pytest.raises(ConfigError, match='"folow_up" is no kind of push; did you mean "follow_up"'):
        parse(FILE + target)
    assert parse(FILE + target.replace("folow", "follow")).push.targets[0].tags == ["reply", "follow_up"]


def test_an_address_for_taps_must_be_whole() -> None:
    assert parse(FILE + '[push]\nclick_url = "https://mail.example/"\n').push.click_url == "https://mail.example/"
    with pytest.raises(ConfigError, match="write a whole address"):
        parse(FILE + '[push]\nclick_url = "mail.example"\n')
