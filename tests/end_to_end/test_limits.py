"""One service a ledger, scan beside it, and the day on which the machine fails: a clear sentence, the status, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback.errors import LedgerError
from heardback.ledger.store import Ledger
from heardback.model import Kind
from tests.builders import at, facts
from tests.end_to_end.daemon import OWNER, MaildirPost, letter, with_invite
from tests.end_to_end.test_commands import configure, heardback

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = at("2026-03-11T10:00:00-05:00")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    post = MaildirPost(tmp_path / "mail")
    start = datetime.now(OWNER.zone).replace(microsecond=0) - timedelta(days=3)
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    post.deliver(with_invite(letter(start - timedelta(days=2), words), start, start + timedelta(hours=1)))
    path = configure(tmp_path, f'name = "home"\nurl = "maildir:{post.folder}"', ledger=tmp_path / "state" / "ledger.sqlite3")
    path.write_text(path.read_text().replace('addresses = ["', 'addresses = ["rosa@quill.example", "'))
    return path


def test_a_second_service_is_refused_and_a_scan_beside_the_first_is_not(config: Path, tmp_path: Path) -> None:
    service = subprocess.Popen([sys.executable, "-m", "heardback", "watch", "--config", str(config)], stderr=subprocess.PIPE)
    try:
        ledger = tmp_path / "state" / "ledger.sqlite3"
        end = time.monotonic() + 30
        while not (ledger.exists() and json.loads(_status(config)).get("applications")):
            assert time.monotonic() < end
            time.sleep(0.1)
        second = heardback("watch", "--config", str(config))
        assert (second.returncode, str(service.pid) in second.stderr) == (73, True)
        for _ in range(3):
            scan = heardback("scan", "--json", "--config", str(config))
            assert (scan.returncode, len(json.loads(scan.stdout)["applications"])) == (0, 1)
        assert heardback("scan", "--notify", "--config", str(config)).returncode == 73
        with Ledger.open(ledger) as beside:
            beside.check()
            assert (len(beside.facts(LONG_AGO)), len(beside.aliases())) == (1, 1)
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=20)
    assert service.returncode == 0


def _status(config: Path) -> str:
    return heardback("status", "--json", "--config", str(config)).stdout or "{}"


def test_a_full_disk_is_status_74_with_a_sentence_and_the_next_scan_goes_on(config: Path, tmp_path: Path) -> None:
    """A file that may not grow is what a full disk is to SQLite."""
    assert heardback("scan", "--config", str(config)).returncode == 0
    ledger = tmp_path / "state" / "ledger.sqlite3"
    post = MaildirPost(tmp_path / "mail", count=100)
    for number in range(200):
        when = datetime.now(OWNER.zone) - timedelta(days=2, minutes=number)
        post.deliver(letter(when, f"Hi Rosa, you will hear about the Data Engineer role by Friday. {number}\n\nDana"))
    done = subprocess.run(
        [sys.executable, "-m", "heardback", "scan", "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: _no_file_beyond(ledger.stat().st_size + 16_384),
    )
    assert done.returncode == 74, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2, "a sentence, and the next step"
    assert heardback("scan", "--config", str(config)).returncode == 0
    with Ledger.open(ledger) as whole:
        whole.check()
        assert len(whole.facts(LONG_AGO)) == 201


def _no_file_beyond(size_bytes: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def test_a_batch_that_does_not_fit_is_stored_not_at_all(tmp_path: Path) -> None:
    """Facts and cursor are one transaction: what was not stored is read again."""
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        ledger.record("home", [facts(Kind.UPDATE, sent_at=NOW)], 1, (), "first")
        (pages,) = ledger._rows("PRAGMA page_count")[0]
        ledger._rows(f"PRAGMA max_page_count = {pages + 2}")
        many = [facts(Kind.UPDATE, sent_at=NOW + timedelta(minutes=n), subject="x" * 2000) for n in range(1, 200)]
        with pytest.raises(LedgerError, match="full"):
            ledger.record("home", many, 199, (), "second")
        assert (ledger.cursor("home"), len(ledger.facts(LONG_AGO))) == ("first", 1)
        ledger._rows("PRAGMA max_page_count = 1000000")
        ledger.record("home", many, 199, (), "second")
        assert (ledger.cursor("home"), len(ledger.facts(LONG_AGO))) == ("second", 200)


def test_a_disk_that_became_read_only_is_status_74(config: Path, tmp_path: Path) -> None:
    assert heardback("scan", "--config", str(config)).returncode == 0
    state = tmp_path / "state"
    code = (
        "import os, sys\n"
        "real = os.open\n"
        "def refuse(path, flags, *rest, **more):\n"
        f"    if str(path).startswith({str(state)!r}) and flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT):\n"
        "        raise OSError(30, 'Read-only file system', str(path))\n"
        "    return real(path, flags, *rest, **more)\n"
        "os.open = refuse\n"
        f"from heardback.cli.main import main\nmain(['scan', '--config', {str(config)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Read-only file system" in done.stderr, "Traceback" in done.stderr) == (74, True, False)


def test_a_damaged_ledger_stops_the_service_with_74_and_the_way_back(config: Path, tmp_path: Path) -> None:
    assert heardback("scan", "--config", str(config)).returncode == 0
    ledger = tmp_path / "state" / "ledger.sqlite3"
    content = ledger.read_bytes()
    ledger.write_bytes(content[: 4096 * 2] + b"\xff" * (len(content) - 4096 * 2))
    done = heardback("watch", "--config", str(config))
    assert (done.returncode, "damaged" in done.stderr, "backup" in done.stderr) == (74, True, True)


def test_a_machine_without_time_zone_data_is_told_what_to_install(config: Path) -> None:
    code = (
        "import sys\n"
        "class Nothing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'tzdata' or name.startswith('tzdata.'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Nothing())\n"
        f"from heardback.cli.main import main\nmain(['status', '--config', {str(config)!r}])"
    )
    environment = dict(os.environ) | {"PYTHONTZPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, "tzdata" in done.stderr, "Traceback" in done.stderr) == (78, True, False)


def test_who_else_may_read_the_ledgers_folder_is_told_at_the_start(config: Path, tmp_path: Path) -> None:
    assert heardback("check", "--config", str(config)).stderr.count("other users") == 0
    (tmp_path / "state").chmod(0o755)
    done = heardback("check", "--config", str(config))
    assert f"Run: chmod 700 {tmp_path / 'state'}" in done.stderr
