"""``heardback service`` as a person types it, with a systemctl that writes down what it is asked (the real one: tests/booted)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from heardback.cli import service
from heardback.shipped import shipped_text

FILE = """
[owner]
name = "Rosa Quill"
addresses = ["rosa@quill.example"]
timezone = "America/Toronto"

[[mailbox]]
name = "home"
url = "maildir:~/Mail"
"""

NO_MANAGER = "Failed to connect to bus: No such file or directory"


@dataclass(slots=True)
class Home:
    """A home with a configuration, and a systemctl of the test's own on the path."""

    path: Path

    @property
    def units(self) -> Path:
        return self.path / ".config" / "systemd" / "user"

    def configure(self, text: str = FILE) -> None:
        file = self.path / ".config" / "heardback" / "heardback.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)

    def answer(self, says: str = "", status: int = 0) -> None:
        """What systemctl prints and answers from now on; what it was asked is in ``asked``."""
        script = self.path / "bin" / "systemctl"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\necho "$*" >> {self.path}/asked\ncat <<EOF\n{says}\nEOF\nexit {status}\n', encoding="utf-8")
        script.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        file = self.path / "asked"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def service(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {
            "HOME": str(self.path),
            "PATH": f"{self.path}/bin:/usr/bin:/bin",
            "XDG_STATE_HOME": str(self.path / "state"),
            "LC_ALL": "C.UTF-8",
        }
        return subprocess.run(
            [sys.executable, "-m", "heardback", "service", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environ,
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    one = Home(path=tmp_path)
    one.configure()
    one.answer()
    return one


def exec_start(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    return line


def test_install_writes_the_shipped_unit_with_this_program_and_starts_it(home: Home) -> None:
    done = home.service("install")
    assert 0 == done.returncode, done.stderr
    written = (home.units / "heardback.service").read_text(encoding="utf-8")
    assert exec_start(written) == f"ExecStart={Path(sys.executable).with_name('heardback')} watch"
    without = [line for line in written.splitlines() if not line.startswith("ExecStart=")]
    assert without == [line for line in shipped_text("heardback.service").splitlines() if not line.startswith("ExecStart=")]
    assert home.asked == ["--user daemon-reload", "--user enable heardback.service", "--user restart heardback.service"]
    assert "loginctl enable-linger" in done.stdout


def test_the_timer_is_the_other_way_and_not_beside_the_service(home: Home) -> None:
    assert 0 == home.service("install", "--timer").returncode
    assert sorted(path.name for path in home.units.iterdir()) == ["heardback-scan.service", "heardback-scan.timer"]
    assert "--user enable heardback-scan.timer" in home.asked
    done = home.service("install")
    assert 2 == done.returncode
    assert "heardback-scan.timer is installed already" in done.stderr
    assert not (home.units / "heardback.service").exists()


def test_without_a_user_manager_it_is_enabled_for_the_next_login_and_says_so(home: Home) -> None:
    home.answer(NO_MANAGER, 1)
    done = home.service("install")
    assert 75 == done.returncode
    assert "no user manager of systemd answers here, so it was not started" in done.stderr
    assert "at your next login" in done.stderr
    link = home.units / "default.target.wants" / "heardback.service"
    assert link.resolve() == home.units / "heardback.service"
    done = home.service("status")
    assert 3 == done.returncode
    assert "enabled; no user manager" in done.stdout
    done = home.service("uninstall")
    assert 0 == done.returncode
    assert "nothing was stopped" in done.stdout
    assert not link.is_symlink()
    assert not (home.units / "heardback.service").exists()


def test_without_systemd_at_all_it_is_the_same_sentence(home: Home) -> None:
    (home.path / "bin" / "systemctl").unlink()
    for name in ("env", "sh"):
        (home.path / "bin" / name).symlink_to(shutil.which(name) or "")
    done = subprocess.run(
        [sys.executable, "-m", "heardback", "service", "install"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HOME": str(home.path), "PATH": str(home.path / "bin")},
    )
    assert 75 == done.returncode
    assert "no user manager" in done.stderr


def test_a_faulty_configuration_installs_nothing(home: Home) -> None:
    home.configure(FILE.replace("timezone", "timezon"))
    assert 78 == home.service("install").returncode
    assert not home.units.exists()
    assert home.asked == []


def test_a_unit_that_somebody_else_wrote_is_not_replaced_unless_asked(home: Home) -> None:
    home.units.mkdir(parents=True)
    (home.units / "heardback.service").write_text("[Service]\nExecStart=/usr/bin/mine\n", encoding="utf-8")
    done = home.service("install")
    assert 2 == done.returncode
    assert "was not written by heardback" in done.stderr
    assert "/usr/bin/mine" in (home.units / "heardback.service").read_text(encoding="utf-8")
    assert 0 == home.service("install", "--force").returncode
    assert 0 == home.service("install").returncode


def test_secrets_that_a_service_cannot_have_are_warned_of(home: Home) -> None:
    home.configure(FILE + '[[push.targets]]\nurl = { env = "PUSH_URL" }\n')
    assert "PUSH_URL" in home.service("install").stderr


def test_status_shows_what_systemd_knows(home: Home) -> None:
    assert 3 == home.service("status").returncode
    home.service("install")
    home.answer("ActiveState=active\nSubState=running\nStatusText=4 applications, 1 to do\nUnitFileState=enabled\nNRestarts=0")
    done = home.service("status")
    assert 0 == done.returncode
    assert "enabled, active (running)" in done.stdout
    assert "4 applications, 1 to do" in done.stdout
    home.answer("ActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=77\nUnitFileState=enabled\nNRestarts=2")
    done = home.service("status")
    assert 3 == done.returncode
    assert "it ended with 77 (exit-code)" in done.stdout
    assert "restarted 2 times" in done.stdout


def test_uninstall_leaves_configuration_and_drop_ins(home: Home) -> None:
    home.service("install")
    drop_in = home.units / "heardback.service.d" / "override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\n", encoding="utf-8")
    done = home.service("uninstall")
    assert 0 == done.returncode
    assert "--user disable --now heardback.service" in home.asked
    assert drop_in.exists()
    assert (home.path / ".config" / "heardback" / "heardback.toml").exists()
    assert "No service of yours is installed." in home.service("uninstall").stdout


def test_a_configuration_that_was_named_is_named_in_the_unit(home: Home) -> None:
    elsewhere = home.path / "a folder" / "50%.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(FILE, encoding="utf-8")
    done = home.service("install", "--config", str(elsewhere))
    assert 0 == done.returncode, done.stderr
    written = exec_start((home.units / "heardback.service").read_text(encoding="utf-8"))
    assert written.endswith(f'watch --config "{home.path}/a folder/50%%.toml"')


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/usr/bin/heardback", "/usr/bin/heardback"),
        ("/home/ro sa/x", '"/home/ro sa/x"'),
        ("/a%b$c", "/a%%b$$c"),
        ('/a"b', '"/a\\"b"'),
    ],
)
def test_words_are_quoted_as_systemd_reads_them(word: str, written: str) -> None:
    assert service.quoted(word) == written


def test_what_is_started_is_what_the_units_say() -> None:
    found = {
        name: line.partition("=")[2]
        for name in (*service.DAEMON, *service.TIMER)
        for line in shipped_text(name).splitlines()
        if line.startswith("WantedBy=")
    }
    assert found == service.WANTED_BY


def test_the_folder_of_units_follows_the_configuration_home() -> None:
    assert service.unit_folder({"XDG_CONFIG_HOME": "/elsewhere"}) == Path("/elsewhere/systemd/user")
    assert service.unit_folder({"XDG_CONFIG_HOME": "not/absolute"}) == Path(os.path.expanduser("~/.config/systemd/user"))
