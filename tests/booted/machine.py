"""A small Debian in a container with systemd as its first process, and heardback in it where the system unit expects it.

    with booted(folder) as machine:
        machine.run("systemctl", "start", "heardback@rosa")

Made once (mmdebstrap, two or three minutes) and kept in ``folder``; heardback itself is put in anew each time. Needs root: a
container that boots makes mounts and cgroups. It has no network but its own loopback.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = "bookworm"
PACKAGES = "systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,python3,procps"
PROGRAMS = ("mmdebstrap", "systemd-nspawn", "nsenter", "chroot")
LOGIN = "rosa"

_PROGRAM = """#!/opt/heardback/bin/python3
import sys
from heardback.cli.main import main
sys.exit(main())
"""


def missing() -> list[str]:
    """What keeps the tests from running here, in words; empty where they can."""
    return [
        *([] if os.geteuid() == 0 else ["root"]),
        *(name for name in PROGRAMS if shutil.which(name) is None),
    ]


@dataclass(frozen=True, slots=True)
class Machine:
    """A running container. ``leader`` is its first process, seen from outside."""

    rootfs: Path
    leader: int

    def run(self, *command: str, login: str | None = None, check: bool = True, timeout_s: float = 60) -> str:
        """Run a command inside, as root or as ``login`` (in its user manager); standard output, and error output with it."""
        inside = ["nsenter", "-t", str(self.leader), "-m", "-p", "-u", "-i", "-n", "--"]
        if login is not None:
            uid = self.uid(login)
            inside += ["runuser", "-u", login, "--", "env", f"XDG_RUNTIME_DIR=/run/user/{uid}", f"HOME=/home/{login}"]
        inside += [
            "env",
            "LC_ALL=C.UTF-8",
            "SYSTEMD_COLORS=0",
            "SYSTEMD_PAGER=",
            "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ]
        done = subprocess.run(
            [*inside, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout_s, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout.strip()

    def status_of(self, *command: str, login: str | None = None) -> int:
        """The exit status of a command inside."""
        script = self.run("sh", "-c", '"$@" >/dev/null 2>&1; echo $?', "sh", *command, login=login)
        return int(script.splitlines()[-1])

    def show(self, unit: str, *names: str, login: str | None = None) -> dict[str, str]:
        """Properties of a unit, by name."""
        scope = ["--user"] if login else []
        text = self.run("systemctl", *scope, "show", "--property", ",".join(names), unit, login=login)
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def journal(self, unit: str) -> str:
        return self.run("journalctl", "--no-pager", "--output=cat", "--unit", unit, check=False)

    def write(self, path: str, text: str, mode: int = 0o644, owner: str | None = None) -> None:
        file = self.rootfs / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        if owner is not None:
            os.chown(file, self.uid(owner), self.uid(owner))

    def uid(self, login: str) -> int:
        for line in (self.rootfs / "etc" / "passwd").read_text(encoding="utf-8").splitlines():
            name, _, uid, *_ = line.split(":")
            if name == login:
                return int(uid)
        raise AssertionError(f"{login} has no login in the container")


def wait_until(is_true: Callable[[], bool], what: str, timeout_s: float = 30.0) -> float:
    """Answers how many seconds it took."""
    begun = time.monotonic()
    while not is_true():
        assert time.monotonic() - begun < timeout_s, f"waited {timeout_s} s for {what}"
        time.sleep(0.1)
    return time.monotonic() - begun


@contextlib.contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    rootfs = _made(folder / "rootfs")
    _clean(rootfs)
    _install(rootfs)
    log = folder / "boot.log"
    # --register=no, --keep-unit: no machined and no slice of the host's own is needed.
    options = ["--machine=heardback-test", "--register=no", "--keep-unit", "--private-network", "--boot", "--console=pipe"]
    with log.open("wb") as output:
        nspawn = subprocess.Popen(
            ["systemd-nspawn", "-D", str(rootfs), *options], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: _leader(nspawn.pid) is not None or nspawn.poll() is not None, "the container")
        leader = _leader(nspawn.pid)
        assert leader is not None, log.read_text(encoding="utf-8", errors="replace")
        machine = Machine(rootfs, leader)
        wait_until(lambda: _is_up(machine), "systemd to be up")
        yield machine
        machine.run("systemctl", "poweroff", check=False)
        nspawn.wait(30)
    finally:
        if nspawn.poll() is None:
            nspawn.kill()
            nspawn.wait(10)


def _is_up(machine: Machine) -> bool:
    return machine.run("systemctl", "is-system-running", check=False) in ("running", "degraded")


def _leader(pid: int) -> int | None:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(children[0]) if children else None


# --------------------------------------------------------------------------------------------------- making it


def _made(rootfs: Path) -> Path:
    if (rootfs / "etc" / "made").exists():
        return rootfs
    shutil.rmtree(rootfs, ignore_errors=True)
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    _do("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", "--format=directory", SUITE, str(rootfs))
    _do("chroot", str(rootfs), "useradd", "--create-home", "--shell", "/bin/sh", LOGIN)
    (rootfs / "etc" / "made").write_text("", encoding="utf-8")
    return rootfs


def _clean(rootfs: Path) -> None:
    """What an earlier run has left."""
    for name in ("etc/heardback", "etc/credstore", "var/lib/heardback", "var/lib/systemd/linger", "var/log/journal", "srv/mail"):
        shutil.rmtree(rootfs / name, ignore_errors=True)
    for pattern in ("heardback*", "*/heardback*", "phone.service"):
        for path in (rootfs / "etc" / "systemd" / "system").glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in (rootfs / "home" / LOGIN).iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _install(rootfs: Path) -> None:
    """The pinned requirements once for each state of them, and this checkout's heardback each time, as a wheel would be."""
    home = rootfs / "opt" / "heardback"
    requirements = (ROOT / "requirements.txt").read_bytes()
    stamp = home / hashlib.sha256(requirements).hexdigest()[:16]
    version = _do("chroot", str(rootfs), "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    packages = home / "lib" / f"python{version}" / "site-packages"
    if not stamp.exists():
        shutil.rmtree(home, ignore_errors=True)
        _do("chroot", str(rootfs), "python3", "-m", "venv", "--without-pip", "/opt/heardback")
        _pip(
            "--target",
            str(packages),
            "--python-version",
            version,
            "--only-binary=:all:",
            "--require-hashes",
            "-r",
            "requirements.txt",
        )
        stamp.touch()
    shutil.rmtree(packages / "heardback", ignore_errors=True)
    _pip("--target", str(packages), "--upgrade", "--no-deps", "--no-build-isolation", ".")
    program = home / "bin" / "heardback"
    program.write_text(_PROGRAM, encoding="utf-8")
    program.chmod(0o755)


def _pip(*arguments: str) -> None:
    _do(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *arguments)


def _do(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ... failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
