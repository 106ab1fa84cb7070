"""A copy and back again, another machine, another time zone, a proxy."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback.errors import LedgerInUse
from heardback.ledger.store import Ledger
from heardback.model import Owner
from heardback.passes import Books
from heardback.scan import read_new
from tests.end_to_end.daemon import OWNER, MaildirPost, letter, local, with_invite
from tests.end_to_end.test_commands import configure, heardback
from tests.receiver import Receiver

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A mailbox with one interview that was ten days ago, read once; its owner has heard by telephone."""
    post = MaildirPost(tmp_path / "mail")
    now = datetime.now(OWNER.zone).replace(hour=9, minute=0, second=0, microsecond=0)
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    start = now - timedelta(days=10)
    post.deliver(with_invite(letter(now - timedelta(days=12), words), start, start + timedelta(hours=1)))
    (tmp_path / "etc").mkdir()
    path = configure(
        tmp_path / "etc", f'name = "home"\nurl = "maildir:{post.folder}"', ledger=tmp_path / "state" / "ledger.sqlite3"
    )
    text = path.read_text().replace('addresses = ["', 'addresses = ["rosa@quill.example", "')
    path.write_text(text)
    assert heardback("scan", "--config", str(path)).returncode == 0
    assert heardback("heard", "brightforge", "next-round", "--config", str(path)).returncode == 0
    return path


def status(config: Path) -> list[dict[str, object]]:
    done = heardback("status", "--json", "--config", str(config))
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)["applications"]  # type: ignore[no-any-return]


def test_a_copy_put_back_on_another_machine_knows_what_the_first_one_was_told(config: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    done = heardback("backup", str(copy), "--config", str(config))
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    there = tmp_path / "elsewhere"
    there.mkdir()
    moved = there / "heardback.toml"
    moved.write_text(config.read_text().replace(str(tmp_path / "state"), str(there / "state")))
    moved.chmod(0o600)
    done = heardback("backup", "--restore", str(copy), "--config", str(moved))
    assert (done.returncode, done.stderr) == (0, "")
    assert status(moved) == status(config)
    assert stat.S_IMODE((there / "state").stat().st_mode) == 0o700
    done = heardback("scan", "--config", str(moved))
    assert (done.returncode, done.stderr) == (0, "")
    assert [one["id"] for one in status(moved)] == [one["id"] for one in status(config)]


def test_what_was_in_the_ledgers_place_is_kept_and_a_damaged_copy_replaces_nothing(config: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", status(config)
    assert heardback("backup", str(copy), "--config", str(config)).returncode == 0
    assert heardback("undo", "--config", str(config)).returncode == 0
    assert status(config) != before
    assert heardback("backup", "--restore", str(copy), "--config", str(config)).returncode == 0
    assert status(config) == before
    (kept,) = (tmp_path / "state").glob("ledger.sqlite3.replaced-????????-??????")
    with Ledger.open(kept) as former:
        assert former.corrections() == ()
    content = bytearray(copy.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    copy.write_bytes(content)
    done = heardback("backup", "--restore", str(copy), "--config", str(config))
    assert done.returncode == 74
    assert "damaged" in done.stderr
    assert status(config) == before


@pytest.mark.parametrize("content", [None, b"", b"no ledger at all", "foreign"])
def test_what_is_no_copy_is_refused_and_not_made(config: Path, tmp_path: Path, content: bytes | str | None) -> None:
    copy, before = tmp_path / "copy", status(config)
    if content == "foreign":
        sqlite3.connect(copy).executescript("CREATE TABLE photos (name TEXT)")
    elif isinstance(content, bytes):
        copy.write_bytes(content)
    done = heardback("backup", "--restore", str(copy), "--config", str(config))
    assert (done.returncode, "no copy of a ledger" in done.stderr) == (2, True)
    assert (copy.exists(), status(config)) == (content is not None, before)


def test_nothing_is_put_back_under_a_running_service(config: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert heardback("backup", str(copy), "--config", str(config)).returncode == 0
    with Ledger.open(tmp_path / "state" / "ledger.sqlite3") as service:
        service.claim()
        assert heardback("backup", "--restore", str(copy), "--config", str(config)).returncode == LedgerInUse.exit_status
        assert len(service.facts(LONG_AGO)) == 1


def test_by_friday_ends_on_the_friday_of_the_zone_that_the_owner_has_moved_to(tmp_path: Path) -> None:
    """The facts were read in New York; the same ledger is judged for somebody in Tokyo."""
    post = MaildirPost(tmp_path / "mail")
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    talk = local("2026-06-04 14:00"), local("2026-06-04 15:00")
    post.deliver(with_invite(letter(local("2026-06-01 10:00"), words), *talk))
    post.deliver(letter(local("2026-06-05 11:00"), "Hi Rosa,\n\nYou'll hear from us by next Wednesday.\n\nDana"))
    moved = Owner(name=OWNER.name, addresses=OWNER.addresses, timezone="Asia/Tokyo", country="JP")
    now = local("2026-06-09 10:00")
    deadlines = {}
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        for intake in read_new(post.source(), None, since=LONG_AGO, owner=OWNER):
            ledger.record("home", intake.facts, intake.headers_seen, intake.unreadable, intake.cursor)
        ledger.note_completed("home", now)
        for owner in (OWNER, moved):
            (judged,) = Books(ledger=ledger, owner=owner, mailboxes=("home",)).overview(now).judged
            assert judged.standing.deadline is not None
            deadlines[owner.timezone] = judged.standing.deadline.astimezone(owner.zone).strftime("%Y-%m-%d %H:%M")
    assert deadlines == {"America/New_York": "2026-06-12 09:00", "Asia/Tokyo": "2026-06-12 09:00"}


def test_a_push_goes_through_the_proxy_that_the_environment_names() -> None:
    """The name of the push server is nowhere to be resolved: only the proxy can have taken it."""
    code = (
        "from heardback.notify.push import Pusher, make_target\n"
        "from heardback.model import Push\n"
        "(outcome,) = Pusher().send(Push(title='a', body='b'), [make_target('json://push.test/phone')])\n"
        "print(outcome.ok, outcome.detail)"
    )
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with Receiver() as proxy:
        environment = kept | {"http_proxy": f"http://127.0.0.1:{proxy.port}"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
        assert (done.stdout.strip(), done.returncode) == ("True", 0)
        assert [one.path for one in proxy.pushes] == ["http://push.test/phone"]
