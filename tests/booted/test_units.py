"""The units as they are shipped, in a systemd that has booted: started, reloaded, hung, crashed, refused and stopped.

Opt-in: ``make test-systemd``. Only patience is shortened, by drop-ins: the watchdog's five minutes, the minute before a restart.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from heardback.shipped import shipped_text
from tests.booted.machine import LOGIN, Machine, booted, missing, wait_until
from tests.end_to_end.daemon import ZONE, letter, with_invite

pytestmark = [
    pytest.mark.booted,
    pytest.mark.skipif(os.environ.get("HEARDBACK_TEST_SYSTEMD") != "1", reason="boots a container: make test-systemd"),
]

SYSTEM = f"heardback@{LOGIN}.service"
USER = "heardback.service"
CONFIG = f"/etc/heardback/{LOGIN}.toml"
PORT = 8099

SETTINGS = """
[owner]
name = "Rosa Quill"
addresses = ["rosa@quill.example"]
timezone = "America/New_York"

[[mailbox]]
name = "home"
url = "maildir:/srv/mail/rosa"

[push]
quiet_hours = ""

[[push.targets]]
name = "phone"
url = { credential = "push-url" }
"""

PHONE = """
import http.server, json, sys
class Phone(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        push = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open("/srv/pushes", "a") as file:
            file.write(json.dumps([push["title"], push["message"]]) + "\\n")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Phone).serve_forever()
"""

HANG = """
import signal, time
signal.signal(signal.SIGUSR1, lambda *_: [time.sleep(1) for _ in range(10**6)])
"""
"""Put beside the program as sitecustomize: on SIGUSR1 its main thread, the one that judges, hangs for good; others live on."""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    lacking = missing()
    assert not lacking, f"the container cannot be booted here without: {', '.join(lacking)}"
    with booted(Path(os.environ.get("HEARDBACK_BOOTED_FOLDER", ".venv/booted"))) as one:
        _furnish(one)
        yield one


@pytest.fixture(scope="module")
def say() -> Iterator[Callable[[str], None]]:
    """Lines of what was seen, printed together at the end."""
    lines: list[str] = []
    yield lines.append
    print("\n\nIn a real systemd:\n" + "\n".join(f"  {line}" for line in lines))  # noqa: T201 - the result that was asked for


def _furnish(machine: Machine) -> None:
    """Units, a mailbox with an old promise in it, a phone, a credential."""
    machine.write(f"/etc/systemd/system/{SYSTEM.replace(LOGIN, '')}", shipped_text("heardback@.service"))
    machine.write(
        "/etc/systemd/system/heardback@.service.d/patience.conf",
        "[Service]\nWatchdogSec=4s\nRestartSec=1s\nEnvironment=PYTHONPATH=/opt/hang\n",
    )
    machine.write("/opt/hang/sitecustomize.py", HANG)
    machine.write("/opt/phone.py", PHONE)
    machine.write("/etc/systemd/system/phone.service", f"[Service]\nExecStart=/usr/bin/python3 /opt/phone.py {PORT}\n")
    machine.write(f"/etc/credstore/heardback-{LOGIN}-push-url", f"json://127.0.0.1:{PORT}/rosa", mode=0o600)
    machine.write(CONFIG, SETTINGS, mode=0o600, owner=LOGIN)
    met = datetime.now(UTC).replace(microsecond=0) - timedelta(days=60)
    invited = letter(met - timedelta(days=3), "Hi Rosa,\n\nwe would like to interview you for the Data Engineer role.\n\nDana")
    _deliver(machine, with_invite(invited, met.astimezone(ZONE), met.astimezone(ZONE) + timedelta(hours=1)))
    promise = "Hi Rosa,\n\nlovely to meet you. You'll hear from us by next Wednesday.\n\nDana"
    _deliver(machine, letter(met + timedelta(days=1), promise))
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", "phone.service")


def _deliver(machine: Machine, mail: EmailMessage) -> None:
    for part in ("cur", "new", "tmp"):
        (machine.rootfs / "srv" / "mail" / "rosa" / part).mkdir(parents=True, exist_ok=True)
    name = mail["Message-ID"].strip("<>").partition("@")[0]
    machine.write(f"/srv/mail/rosa/new/{name}.1.test", mail.as_string())


def _pushes(machine: Machine) -> list[list[str]]:
    file = machine.rootfs / "srv" / "pushes"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def _pid(machine: Machine) -> str:
    return machine.show(SYSTEM, "MainPID")["MainPID"]


def _is_active(machine: Machine) -> bool:
    return machine.show(SYSTEM, "ActiveState")["ActiveState"] == "active"


def _start(machine: Machine) -> None:
    machine.write(CONFIG, SETTINGS, mode=0o600, owner=LOGIN)
    machine.run("systemctl", "reset-failed", SYSTEM, check=False)
    machine.run("systemctl", "restart", SYSTEM)
    wait_until(lambda: "to do" in machine.show(SYSTEM, "StatusText")["StatusText"], "a status line")


def test_it_starts_reads_and_pushes_with_a_credential(machine: Machine, say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    machine.run("systemctl", "start", SYSTEM)  # Type=notify: comes back once READY=1 was said
    say(f"start: READY=1 after {time.monotonic() - begun:.1f} s")
    wait_until(lambda: len(_pushes(machine)) > 0, "the push")
    said = machine.show(SYSTEM, "StatusText", "ActiveState", "SubState")
    assert (said["ActiveState"], said["SubState"]) == ("active", "running")
    say(f"status line: {said['StatusText']}")
    (title, body) = _pushes(machine)[0]
    assert "Brightforge" in title + body
    say(f"push, by the URL in its credential: {title}")


def test_the_sandbox_is_what_the_unit_says(machine: Machine, say: Callable[[str], None]) -> None:
    pid = _pid(machine)
    status = machine.run("cat", f"/proc/{pid}/status")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert facts["Uid"].split()[0] == str(machine.uid(LOGIN))
    assert int(facts["CapEff"], 16) == 0
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    ledger = machine.run("stat", "--format=%a %U", f"/var/lib/heardback/{LOGIN}", f"/var/lib/heardback/{LOGIN}/ledger.sqlite3")
    assert ledger.splitlines() == [f"700 {LOGIN}", f"600 {LOGIN}"]
    exposure = machine.run("systemd-analyze", "security", "--no-pager", SYSTEM, check=False).splitlines()[-1]
    say(f"runs as {LOGIN}, no capability, seccomp on, ledger 0600 in 0700; {exposure.lstrip('→ ').strip()}")


def test_the_person_at_the_terminal_sees_the_services_ledger(machine: Machine) -> None:
    told = machine.run("/opt/heardback/bin/heardback", "status", login=LOGIN)
    assert "Brightforge" in told


def test_a_reload_takes_up_a_good_file_without_a_restart(machine: Machine, say: Callable[[str], None]) -> None:
    pid = _pid(machine)
    machine.write(CONFIG, SETTINGS + '\n[[mailbox]]\nname = "old"\nurl = "maildir:/srv/mail/rosa"\n', mode=0o600, owner=LOGIN)
    machine.run("systemctl", "reload", SYSTEM)
    wait_until(lambda: "configuration reloaded: 2 mailboxes" in machine.journal(SYSTEM), "the reload")
    wait_until(lambda: _is_active(machine), "the end of reloading")
    assert _pid(machine) == pid
    say("reload: two mailboxes where one was, the same process")


def test_a_reload_with_a_faulty_file_changes_nothing_and_says_so(machine: Machine, say: Callable[[str], None]) -> None:
    pid = _pid(machine)
    machine.write(CONFIG, SETTINGS.replace("timezone", "timezon"), mode=0o600, owner=LOGIN)
    machine.run("systemctl", "reload", SYSTEM)
    wait_until(lambda: "not reloaded" in machine.show(SYSTEM, "StatusText")["StatusText"], "the status line")
    assert _is_active(machine)
    assert _pid(machine) == pid
    assert 'owner.timezon: there is no such key; did you mean "timezone"?' in machine.journal(SYSTEM)
    say(f"faulty reload: {machine.show(SYSTEM, 'StatusText')['StatusText']}")
    machine.write(CONFIG, SETTINGS, mode=0o600, owner=LOGIN)
    machine.run("systemctl", "reload", SYSTEM)
    wait_until(lambda: "not reloaded" not in machine.show(SYSTEM, "StatusText")["StatusText"], "the mended file")


def test_a_main_loop_that_hangs_is_ended_by_the_watchdog_and_started_again(machine: Machine, say: Callable[[str], None]) -> None:
    pid = _pid(machine)
    machine.run("systemctl", "kill", "--signal=USR1", "--kill-whom=main", SYSTEM)
    took = wait_until(lambda: _is_active(machine) and _pid(machine) not in (pid, "0"), "the restart by the watchdog", 60)
    assert "Watchdog timeout" in machine.journal(SYSTEM)
    say(f"hung main loop: watchdog (4 s here) fired, running again after {took:.1f} s")


def test_slow_mail_and_idle_hours_do_not_trip_the_watchdog(machine: Machine, say: Callable[[str], None]) -> None:
    pid = _pid(machine)
    time.sleep(9)
    assert _pid(machine) == pid
    say("idle for two watchdog terms: still the same process")


@pytest.mark.parametrize("signal", ["KILL", "SEGV"])
def test_a_crash_is_started_again_and_repeats_no_push(machine: Machine, say: Callable[[str], None], signal: str) -> None:
    pid, pushes = _pid(machine), len(_pushes(machine))
    machine.run("systemctl", "kill", f"--signal={signal}", "--kill-whom=main", SYSTEM)
    took = wait_until(lambda: _is_active(machine) and _pid(machine) not in (pid, "0"), "the restart", 60)
    wait_until(lambda: "to do" in machine.show(SYSTEM, "StatusText")["StatusText"], "a status line")
    assert len(_pushes(machine)) == pushes
    say(f"crash (SIG{signal}): running again after {took:.1f} s, no push repeated")


def test_a_restart_and_a_stop_are_clean_and_quick(machine: Machine, say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    machine.run("systemctl", "restart", SYSTEM)
    restarted_s = time.monotonic() - begun
    begun = time.monotonic()
    machine.run("systemctl", "stop", SYSTEM)
    stopped_s = time.monotonic() - begun
    said = machine.show(SYSTEM, "Result", "ExecMainStatus", "ExecMainCode")
    assert (said["Result"], said["ExecMainStatus"]) == ("success", "0")
    assert stopped_s < 5
    say(f"restart {restarted_s:.1f} s, stop {stopped_s:.1f} s with exit status 0")


def test_a_wrong_configuration_ends_with_78_and_is_not_started_again(machine: Machine, say: Callable[[str], None]) -> None:
    machine.write(CONFIG, SETTINGS.replace("timezone", "timezon"), mode=0o600, owner=LOGIN)
    assert machine.status_of("systemctl", "start", SYSTEM) != 0
    time.sleep(3)  # RestartSec is one second here
    said = machine.show(SYSTEM, "ActiveState", "Result", "ExecMainStatus", "NRestarts")
    assert said == {"ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "78", "NRestarts": "0"}
    say("wrong configuration: 78, not started again")
    _start(machine)
    assert _is_active(machine)


def test_a_second_one_on_the_same_ledger_ends_with_73(machine: Machine, say: Callable[[str], None]) -> None:
    status = machine.run(
        "sh",
        "-c",
        f"HEARDBACK_CONFIG={CONFIG} CREDENTIALS_DIRECTORY=/tmp/none /opt/heardback/bin/heardback watch; echo status $?",
        login=LOGIN,
    )
    assert "status 73" in status
    say("a second daemon on the same ledger: 73")


def test_the_unit_of_a_login_under_its_own_user_manager(machine: Machine, say: Callable[[str], None]) -> None:
    """heardback service install, status, uninstall, as rosa types them, once without her user manager and once with it."""
    machine.run("systemctl", "stop", SYSTEM)
    settings = SETTINGS.replace('{ credential = "push-url" }', f'"json://127.0.0.1:{PORT}/rosa"')
    machine.write("/etc/heardback/rosa.toml", settings, mode=0o600, owner=LOGIN)
    heardback = "/opt/heardback/bin/heardback"
    assert machine.status_of(heardback, "service", "install", login=LOGIN) == 75
    assert "no user manager" in machine.run(heardback, "service", "status", login=LOGIN, check=False)
    say("service install without a user manager: 75, enabled for the next login")
    machine.run("loginctl", "enable-linger", LOGIN)
    uid = machine.uid(LOGIN)
    asked = ("systemctl", "--user", "is-system-running")
    wait_until(lambda: machine.run(*asked, login=LOGIN, check=False) in ("running", "degraded"), "a user manager")
    wait_until(
        lambda: machine.show(USER, "ActiveState", login=LOGIN)["ActiveState"] == "active",
        f"the unit that was enabled to start with the manager of {uid}",
    )
    say("linger: the enabled unit has started with the user manager, without a login")
    assert machine.status_of(heardback, "service", "install", login=LOGIN) == 0
    told = machine.run(heardback, "service", "status", login=LOGIN)
    assert "enabled, active (running)" in told
    assert "linger: yes" in told
    say(f"service status: {' / '.join(line.strip() for line in told.splitlines()[1:3])}")
    machine.run("systemctl", "--user", "reload", USER, login=LOGIN)
    assert machine.status_of(heardback, "service", "uninstall", login=LOGIN) == 0
    assert machine.status_of(heardback, "service", "status", login=LOGIN) == 3
    assert machine.show(USER, "LoadState", login=LOGIN)["LoadState"] == "not-found"
    say("service uninstall: stopped and gone")


def test_the_timer_looks_once(machine: Machine, say: Callable[[str], None]) -> None:
    heardback = "/opt/heardback/bin/heardback"
    assert machine.status_of(heardback, "service", "install", "--timer", login=LOGIN) == 0
    machine.run("systemctl", "--user", "start", "heardback-scan.service", login=LOGIN)
    said = machine.show("heardback-scan.service", "Result", "ExecMainStatus", login=LOGIN)
    assert said == {"Result": "success", "ExecMainStatus": "0"}
    timer = machine.show("heardback-scan.timer", "ActiveState", "NextElapseUSecRealtime", login=LOGIN)
    assert timer["ActiveState"] == "active"
    say(f"timer: one look ended with 0, the next is at {timer['NextElapseUSecRealtime']}")
    assert machine.status_of(heardback, "service", "uninstall", login=LOGIN) == 0
