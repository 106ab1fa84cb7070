"""The units in systemd/: valid, as closed as they say, and in agreement with the program.

What needs ``systemd-analyze`` is skipped by name where it is missing; the rest reads the files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from heardback import errors
from heardback.shipped import UNIT_FILES, shipped_text

FOLDER = Path(__file__).parents[2] / "systemd"

SYSTEM = ("heardback@.service",)
USER = ("heardback.service", "heardback-scan.service", "heardback-scan.timer")

EXPOSURE_TENTHS = 15

needs_systemd_analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def settings(name: str) -> dict[str, list[str]]:
    """Key -> its values, in order; the sections are not told apart, for no key of ours is in two of them."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def runnable(name: str, folder: Path) -> Path:
    """A copy whose programs exist, for ``verify`` refuses an ExecStart that does not; templates get an instance."""
    program = folder / "program"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for unit in UNIT_FILES:
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={program}", (FOLDER / unit).read_text(encoding="utf-8"), flags=re.MULTILINE)
        (folder / unit).write_text(text, encoding="utf-8")
    (folder / "heardback@root.service").write_text((folder / "heardback@.service").read_text(encoding="utf-8"), encoding="utf-8")
    return folder / name.replace("@.", "@root.")


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "SYSTEMD_COLORS": "0", "LC_ALL": "C"}
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False, env=environ)


@needs_systemd_analyze
@pytest.mark.parametrize("name", [*SYSTEM, *USER])
def test_systemd_finds_no_fault_in_the_unit(name: str, tmp_path: Path) -> None:
    mode = [] if name in SYSTEM else ["--user"]
    done = analyze(tmp_path, *mode, "verify", str(runnable(name, tmp_path)))
    # It complains of other units of the machine, too; only those lines are ours that name our file.
    assert [line for line in done.stderr.splitlines() if "heardback" in line] == []
    assert done.returncode == 0


@needs_systemd_analyze
def test_systemd_does_find_a_fault_where_there_is_one(tmp_path: Path) -> None:
    path = runnable("heardback.service", tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("WatchdogSec=", "WatchDogSec="), encoding="utf-8")
    assert "WatchDogSec" in analyze(tmp_path, "--user", "verify", str(path)).stderr


@needs_systemd_analyze
def test_the_system_unit_is_exposed_to_1_5_or_less(tmp_path: Path) -> None:
    done = analyze(tmp_path, "security", "--offline=true", f"--threshold={EXPOSURE_TENTHS}", str(runnable(SYSTEM[0], tmp_path)))
    assert done.returncode == 0, done.stdout[-2000:]
    overall = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert overall is not None
    assert float(overall[1]) <= EXPOSURE_TENTHS / 10


@needs_systemd_analyze
def test_the_timer_has_a_next_time() -> None:
    done = subprocess.run(
        ["systemd-analyze", "calendar", settings("heardback-scan.timer")["OnCalendar"][0]],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert "Next elapse" in done.stdout


def test_every_unit_is_tested_and_shipped() -> None:
    there = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".service", ".timer"})
    assert there == sorted(UNIT_FILES) == sorted([*SYSTEM, *USER])
    assert [name for name in UNIT_FILES if not shipped_text(name).startswith("# ")] == []


@pytest.mark.parametrize("name", ["heardback@.service", "heardback.service"])
def test_the_daemon_is_not_restarted_where_that_helps_nobody(name: str) -> None:
    waits_for_a_person = {
        errors.LedgerInUse.exit_status,
        errors.CertificateRefused.exit_status,
        errors.LoginRefused.exit_status,
        errors.ConfigError.exit_status,
    }
    assert {int(status) for status in settings(name)["RestartPreventExitStatus"][0].split()} == waits_for_a_person


@pytest.mark.parametrize("name", ["heardback@.service", "heardback.service"])
def test_the_daemon_is_watched(name: str) -> None:
    unit = settings(name)
    assert (unit["Type"], unit["NotifyAccess"], unit["WatchdogSec"], unit["Restart"]) == (
        ["notify"],
        ["main"],
        ["5min"],
        ["on-failure"],
    )


def test_a_server_that_is_away_does_not_fail_the_look_of_the_timer() -> None:
    assert settings("heardback-scan.service")["SuccessExitStatus"] == [str(errors.Unreachable.exit_status)]


def test_the_service_keeps_its_ledger_where_the_person_at_the_terminal_looks() -> None:
    from heardback.places import SYSTEM_CONFIG, SYSTEM_STATE

    unit = settings("heardback@.service")
    assert unit["StateDirectory"] == [f"{SYSTEM_STATE.name}/%i"]
    assert Path("/var/lib") == SYSTEM_STATE.parent
    assert unit["User"] == ["%i"]
    assert unit["Environment"] == [f"HEARDBACK_CONFIG={SYSTEM_CONFIG}/%i.toml"]


def test_the_commands_in_the_units_exist() -> None:
    from heardback.cli.main import COMMANDS

    words = {name: settings(name)["ExecStart"][0].split()[1:] for name in UNIT_FILES if name.endswith(".service")}
    assert words == {
        "heardback.service": ["watch"],
        "heardback@.service": ["watch"],
        "heardback-scan.service": ["scan", "--notify"],
    }
    assert {line[0] for line in words.values()} <= set(COMMANDS)


@pytest.mark.parametrize(
    "key", ["CapabilityBoundingSet", "ProtectClock", "ProtectKernelModules", "ProtectKernelLogs", "ProtectSystem"]
)
def test_a_user_unit_asks_for_nothing_that_keeps_it_from_starting(key: str) -> None:
    """Without privileges a capability cannot be dropped (218/CAPABILITIES), nor a file system be laid anew."""
    assert [name for name in USER if key in settings(name)] == []


def test_every_hardening_line_of_the_system_unit_says_what_it_may_break() -> None:
    """A comment above each line or group of lines of the sandbox."""
    sandbox = (FOLDER / "heardback@.service").read_text(encoding="utf-8").partition("# --- Sandbox")[2].partition("[Install]")[0]
    groups = re.split(r"\n(?=# )", sandbox)
    unexplained = [group for group in groups if re.search(r"^\w+=", group, re.MULTILINE) and not group.startswith("# ")]
    assert unexplained == []
    assert sandbox.count("May break") >= 10


def test_the_readme_speaks_of_every_unit_and_exit_status() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in UNIT_FILES if f"`{name}`" not in text] == []
    statuses = {kind.exit_status for kind in errors.HeardbackError.__subclasses__() if kind.exit_status >= 73}
    assert [status for status in sorted(statuses) if f"| {status} |" not in text] == []
