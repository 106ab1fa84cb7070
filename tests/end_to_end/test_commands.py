"""The commands as a person or systemd runs them: a process of its own, its output, its exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from heardback.ledger.store import Ledger
from heardback.sample.build import load, write_maildir
from tests.dovecot import PASSWORD, Dovecot
from tests.end_to_end.daemon import ZONE, MaildirPost, letter, with_invite
from tests.receiver import Receiver

SAMPLE = load()
AS_OF = SAMPLE.as_of.isoformat()
ME = [option for address in SAMPLE.addresses for option in ("--me", address)]


def heardback(*arguments: str, environment: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heardback", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        input=stdin,
        env=_environment() | (environment or {}),
    )


def _environment() -> dict[str, str]:
    """This machine's, without what would lead to the configuration or the ledger of whoever runs the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HEARDBACK", "XDG_", "NOTIFY", "STATE_"))}
    return kept | {"HOME": "/nonexistent"}


def scan(url: str, *more: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    options = ["--json", "--mailbox", url, *ME, "--timezone", SAMPLE.timezone, "--as-of", AS_OF, *more]
    done = heardback("scan", *options, environment=environment)
    assert done.stderr == ""
    assert done.returncode == 0
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def maildir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "mail"
    write_maildir(SAMPLE, folder)
    return folder


def configure(folder: Path, *mailboxes: str, target: str = "", ledger: Path | None = None) -> Path:
    """A configuration file for the sample's owner; ``mailboxes`` are the TOML lines of each."""
    lines = [
        "[owner]",
        f'name = "{SAMPLE.name}"',
        f"addresses = {json.dumps(list(SAMPLE.addresses))}",
        f'timezone = "{SAMPLE.timezone}"',
        *(line for mailbox in mailboxes for line in ("[[mailbox]]", mailbox)),
        "[push]",
        'quiet_hours = ""',
        f'targets = [{{ url = "{target}" }}]' if target else "targets = []",
        "[ledger]",
        f'path = "{ledger or folder / "ledger.sqlite3"}"',
    ]
    path = folder / "heardback.toml"
    path.write_text("\n".join(lines))
    path.chmod(0o600)
    return path


def on_dovecot(server: Dovecot, user: str, variable: str = "MAIL_PASSWORD") -> str:
    return f'name = "home"\nurl = "{server.url(user)}"\npassword = {{ env = "{variable}" }}\nca_file = "{server.ca_file}"'


def test_the_sample_has_every_state_and_says_what_to_do(maildir: Path) -> None:
    found = {app["employer"]: (app["state"], app["action"]) for app in scan(f"maildir:{maildir}")["applications"]}
    assert found == {
        "Ashgrove Logistics": ("dormant", "move_on"),
        "Saltmarsh Energy": ("overdue", "follow_up_again"),
        "Larkspur Robotics": ("overdue", "follow_up"),
        "Tidewater Analytics": ("waiting", None),
        "Copperline Media": ("your_turn", "reply"),
        "Juniper Falls Hospital": ("scheduled", None),
        "Fernhill Foods": ("offer", None),
        "Quarry Lane Architects": ("rejected", "ask_feedback"),
        "Brindle & Sons": ("on_hold", None),
        "Pemberly Trust": ("withdrawn", None),
        "Windmere Software": ("waiting", "thank_you"),
        "Northgate Library": ("applied", None),
    }


@pytest.mark.dovecot
def test_the_same_mail_on_a_server_and_on_disk_gives_the_same_applications(maildir: Path, dovecot: Dovecot) -> None:
    dovecot.serve_maildir("same", maildir)
    on_disk = scan(f"maildir:{maildir}")
    on_server = scan(
        dovecot.url("same", "imap+starttls"), "--ca-file", str(dovecot.ca_file), environment={"HEARDBACK_PASSWORD": PASSWORD}
    )
    assert on_disk["applications"] == on_server["applications"]
    assert on_disk["mailboxes"][0]["messages_seen"] == on_server["mailboxes"][0]["messages_seen"]


def test_a_table_is_printed_for_people_and_nothing_else_on_a_pipe(maildir: Path) -> None:
    done = heardback("scan", "--mailbox", f"maildir:{maildir}", *ME, "--timezone", SAMPLE.timezone, "--as-of", AS_OF)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "past its date" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_that_has_seen_enough_is_no_bug(maildir: Path, form: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    options = [*form, "--mailbox", f"maildir:{maildir}", *ME, "--timezone", SAMPLE.timezone, "--as-of", AS_OF]
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "heardback", "scan", *options],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
    assert (141, "") == (done.returncode, done.stderr)


def test_no_letter_is_drafted_where_it_would_speak_of_things_that_are_not_so(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    write_maildir(SAMPLE, folder)
    config = configure(tmp_path, f'name = "disk"\nurl = "maildir:{folder}"')
    assert heardback("scan", "--config", str(config), "--since", "2026-03-01").returncode == 0
    for employer, reason in (("fernhill", "with an offer"), ("northgate", "no interview has been held")):
        done = heardback("draft", "--config", str(config), employer)
        assert (2, "") == (done.returncode, done.stdout)
        assert reason in done.stderr


def test_the_demonstration_shows_applications_and_nudges() -> None:
    done = heardback("demo")
    assert done.returncode == 0
    assert "Larkspur Robotics: time to follow up" in done.stdout
    assert "you'll hear from us by the end of next week" in done.stdout
    assert "Copperline Media" in done.stdout.partition("As of")[2]


def test_dry_run_lists_what_would_be_pushed(maildir: Path) -> None:
    options = ["--mailbox", f"maildir:{maildir}", *ME, "--timezone", SAMPLE.timezone, "--as-of", AS_OF, "--dry-run"]
    done = heardback("scan", *options)
    assert done.returncode == 0
    assert "Would be pushed:" in done.stdout
    assert "Larkspur Robotics: time to follow up" in done.stdout


@pytest.mark.dovecot
def test_scan_reads_a_configured_mailbox_once_and_status_remembers(tmp_path: Path, maildir: Path, dovecot: Dovecot) -> None:
    dovecot.serve_maildir("once", maildir)
    before = dovecot.flags("once")
    config = configure(tmp_path, on_dovecot(dovecot, "once"))
    environment = {"MAIL_PASSWORD": PASSWORD}
    first = heardback("scan", "--json", "--config", str(config), environment=environment)
    assert first.returncode == 0
    again = heardback("scan", "--json", "--config", str(config), environment=environment)
    status = heardback("status", "--json", "--config", str(config))
    first_apps, again_apps, status_apps = (json.loads(done.stdout)["applications"] for done in (first, again, status))
    assert [app["id"] for app in first_apps] == [app["id"] for app in again_apps] == [app["id"] for app in status_apps]
    assert len(SAMPLE.messages) == json.loads(again.stdout)["mailboxes"][0]["messages_seen"]
    assert before == dovecot.flags("once")


def test_corrections_change_what_status_says_and_undo_takes_them_back(tmp_path: Path, maildir: Path) -> None:
    config = configure(tmp_path, f'name = "disk"\nurl = "maildir:{maildir}"')

    def run(*arguments: str) -> str:
        done = heardback(arguments[0], "--config", str(config), *arguments[1:])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def state(employer: str) -> str:
        applications = json.loads(run("status", "--json"))["applications"]
        return next((app["state"] for app in applications if app["employer"] == employer), "gone")

    run("scan", "--json")
    run("heard", "tidewater", "offer")
    assert state("Tidewater Analytics") == "offer"
    run("undo")
    assert state("Tidewater Analytics") != "offer"
    assert "promised by" in run("promise", "tidewater", "by the end of next week")
    assert state("Tidewater Analytics") == "waiting"
    run("interview", "northgate", "tomorrow 2pm")
    assert state("Northgate Library") == "scheduled"
    run("close", "windmere")
    assert state("Windmere Software") == "withdrawn"
    run("forget", "brindle")
    assert state("Brindle & Sons") == "gone"
    run("undo")
    assert state("Brindle & Sons") != "gone"
    run("snooze", "larkspur", "3d")
    run("done", "larkspur", "--what", "follow_up")
    assert "Larkspur" in run("why", "larkspur")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["scan", "--mailbox", "maildir:/nowhere", "--me", "a@b.example", "--timezone", "UTC"], 75, "/nowhere"),
        (["scan", "--mailbox", "pigeon:coop", "--me", "a@b.example", "--timezone", "UTC"], 2, "pigeon"),
        (["scan", "--mailbox", "maildir:/nowhere", "--me", "a@b.example", "--timezone", "Mars/North"], 2, "Mars/North"),
        (["scan", "--mailbox", "maildir:/nowhere"], 2, "--me"),
        (["scan", "--mailbox", "maildir:/x", "--me", "a@b.example", "--timezone", "UTC", "--as-of", "someday"], 2, "someday"),
        (["scan", "--config", "/nowhere.toml"], 78, "/nowhere.toml"),
        (["status", "--config", "/nowhere.toml"], 78, "/nowhere.toml"),
        (["scan", "--mailbox", "imaps://a@127.0.0.1:1", "--me", "a@b.example", "--timezone", "UTC"], 75, "127.0.0.1"),
        (["scan", "--mailbox", "imap://a@mail.example", "--me", "a@b.example", "--timezone", "UTC"], 2, "unprotected"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_bad_input_gets_one_clear_sentence_and_its_exit_status(arguments: list[str], status: int, words: str) -> None:
    done = heardback(*arguments, environment={"HEARDBACK_PASSWORD": "x"})
    assert status == done.returncode, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.dovecot
def test_a_wrong_password_is_77_and_a_strange_certificate_76(dovecot: Dovecot) -> None:
    options = ["scan", "--mailbox", dovecot.url("wrong"), *ME, "--timezone", SAMPLE.timezone]
    refused = heardback(*options, "--ca-file", str(dovecot.ca_file), environment={"HEARDBACK_PASSWORD": "not this"})
    assert (refused.returncode, "refused" in refused.stderr) == (77, True)
    stranger = heardback(*options, environment={"HEARDBACK_PASSWORD": PASSWORD})
    assert (stranger.returncode, "certificate" in stranger.stderr) == (76, True)


@pytest.mark.dovecot
def test_check_logs_in_everywhere_and_rings_each_target_only_when_told(tmp_path: Path, dovecot: Dovecot) -> None:
    with Receiver() as phone:
        config = configure(tmp_path, on_dovecot(dovecot, "checked"), target=phone.url())
        quiet = heardback("check", "--config", str(config), environment={"MAIL_PASSWORD": PASSWORD})
        assert (quiet.returncode, len(phone.received)) == (0, 0), quiet.stdout
        rung = heardback("check", "--push", "--config", str(config), environment={"MAIL_PASSWORD": PASSWORD})
        assert (rung.returncode, len(phone.received)) == (0, 1)
        wrong = heardback("check", "--config", str(config), environment={"MAIL_PASSWORD": "not this"})
        assert wrong.returncode == 77
        assert PASSWORD not in quiet.stdout + quiet.stderr + rung.stdout


@pytest.mark.dovecot
def test_watch_tells_systemd_it_is_ready_and_ends_within_two_seconds(tmp_path: Path, dovecot: Dovecot) -> None:
    """A real process under a stand-in for systemd's socket; a second one on the same ledger ends with 73."""
    address = tmp_path / "notify"
    config = configure(tmp_path, on_dovecot(dovecot, "watched"))
    command = [sys.executable, "-m", "heardback", "watch", "--config", str(config)]
    environment = _environment() | {"MAIL_PASSWORD": PASSWORD, "NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "4000000"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(20)
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        try:
            said = _until(systemd, "READY=1") + _until(systemd, "WATCHDOG=1") + _until(systemd, "STATUS=0 applications")
            assert "READY=1" in said
            second = heardback("watch", "--config", str(config), environment={"MAIL_PASSWORD": PASSWORD})
            assert second.returncode == 73, second.stderr
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert time.monotonic() - began < 2.0
            assert "STOPPING=1" in _until(systemd, "STOPPING=1")
        finally:
            process.kill()
            _, errors = process.communicate()
    assert "Traceback" not in errors


@pytest.mark.dovecot
def test_a_real_process_rings_the_phone_for_an_interview_that_ended_two_hours_ago(tmp_path: Path, dovecot: Dovecot) -> None:
    """The one test with the true clock: a daemon as systemd would start it, and mail that waits for it."""
    now = datetime.now(UTC).astimezone(ZONE)
    start, end = now - timedelta(hours=3), now - timedelta(hours=2, minutes=5)
    words = "Hi Rosa,\n\nyour interview for the Data Engineer role is attached.\n\nDana"
    invitation = with_invite(letter(now - timedelta(days=2), words), start, end)
    dovecot.deliver("rings", "INBOX", invitation.as_bytes(), received_at=now - timedelta(days=2))
    with Receiver() as phone:
        config = configure(tmp_path, on_dovecot(dovecot, "rings"), target=phone.url())
        command = [sys.executable, "-m", "heardback", "watch", "--config", str(config)]
        process = subprocess.Popen(command, env=_environment() | {"MAIL_PASSWORD": PASSWORD}, stderr=subprocess.PIPE, text=True)
        try:
            (push,) = phone.wait_for(1, 30.0)
            assert "Brightforge: say thank you today" == push.title
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=10)
    assert 0 == process.returncode
    assert "Traceback" not in errors
    assert "Brightforge" not in errors
    assert "rosa" not in errors


def _until(systemd: socket.socket, word: str) -> str:
    said = ""
    while word not in said:
        said += systemd.recv(4096).decode() + "\n"
    return said


HELP = """
import sys
from heardback.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
print(sorted(sys.modules))
"""


def test_help_is_instant_and_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, timeout=30)
    loaded = done.stdout.rpartition("[")[2]
    assert "'heardback.cli.main'" in loaded
    assert [] == [
        name for name in ("dateparser", "apprise", "googleapiclient", "holidays", "pydantic", "rich") if f"'{name}'" in loaded
    ]


def test_a_scan_that_pushes_does_not_run_beside_the_service_and_one_that_reads_does(tmp_path: Path, maildir: Path) -> None:
    config = configure(tmp_path, f'name = "disk"\nurl = "maildir:{maildir}"')
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        ledger.claim()
        assert 73 == heardback("scan", "--notify", "--config", str(config)).returncode
        assert 0 == heardback("scan", "--config", str(config)).returncode
    assert 0 == heardback("scan", "--notify", "--config", str(config)).returncode


def test_of_two_mailboxes_one_that_is_away_is_75_and_the_other_is_still_told(tmp_path: Path, maildir: Path) -> None:
    config = configure(tmp_path, f'name = "disk"\nurl = "maildir:{maildir}"', 'name = "away"\nurl = "maildir:/nowhere"')
    done = heardback("scan", "--json", "--config", str(config))
    assert 75 == done.returncode
    told = json.loads(done.stdout)
    assert {"disk": False, "away": True} == {one["name"]: one["complete_to"] is None for one in told["mailboxes"]}
    assert "Larkspur Robotics" in {app["employer"] for app in told["applications"]}


def test_done_knows_what_was_to_be_done_though_the_mail_was_last_read_hours_ago(tmp_path: Path) -> None:
    """On a timer, `done` is typed hours after the scan that rang."""
    now = datetime.now(UTC).astimezone(ZONE)
    invitation = letter(now - timedelta(days=22), "Hi Rosa,\n\nyour interview for the Data Engineer role is attached.\n\nDana")
    invitation = with_invite(invitation, now - timedelta(days=20, hours=1), now - timedelta(days=20))
    MaildirPost(tmp_path / "mail").deliver(invitation)
    config = configure(tmp_path, f'name = "disk"\nurl = "maildir:{tmp_path / "mail"}"')
    config.write_text(config.read_text().replace(json.dumps(list(SAMPLE.addresses)), '["rosa@quill.example"]'))
    assert 0 == heardback("scan", "--config", str(config)).returncode
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        ledger.note_completed("disk", now - timedelta(hours=3))
    done = heardback("done", "brightforge", "--config", str(config))
    assert (0, True) == (done.returncode, "follow up" in done.stdout), done.stderr
