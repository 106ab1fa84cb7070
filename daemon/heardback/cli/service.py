"""``heardback service``: put the user unit where systemd looks for it, say how it does, take it away again.

It writes below ``~/.config/systemd/user`` and nothing else: configuration and ledger are left alone, whatever is asked. What a
person changed by ``systemctl --user edit`` lies in drop-ins beside the unit and is never touched.

Where no user manager runs (a container, an SSH line without a login session, another init) the unit is put in place all the same,
enabled for the next login by the link that ``systemctl enable`` would make; then it says so and leaves with 75: try later.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from heardback.cli.options import config_option
from heardback.errors import Unreachable, UsageError

DAEMON = ("heardback.service",)
TIMER = ("heardback-scan.service", "heardback-scan.timer")
WANTED_BY = {"heardback.service": "default.target", "heardback-scan.timer": "timers.target"}
"""What is started, and by which target at a login: the unit's [Install], which a test holds equal."""

SYSTEMCTL_S = 60.0
NOT_RUNNING = 3
"""What `systemctl status` answers for a unit that does not run; ours too."""

_NO_MANAGER = re.compile(
    r"Failed to connect to (?:user )?(?:scope )?bus|not been booted with systemd|No medium found", re.IGNORECASE
)

LINGER = (
    "It runs while you are logged in. To be told at any hour, also after a reboot, let your services linger:\n"
    "  loginctl enable-linger"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What systemctl said. ``has_manager`` is False where there was nobody to ask."""

    status: int
    text: str
    has_manager: bool


@click.group("service")
def service_command() -> None:
    """Run heardback as a service of your login: install, status, uninstall."""


@service_command.command("install")
@config_option
@click.option("--timer", is_flag=True, help="One look every hour in place of a service that stays.")
@click.option("--force", is_flag=True, help="Replace a unit of this name that is not heardback's own.")
def install_command(config: Path | None, timer: bool, force: bool) -> None:
    """Write the unit, enable it and start it."""
    from heardback.config import load
    from heardback.shipped import shipped_text

    settings = load(config)  # a service with a faulty file would only fail where nobody looks
    folder = unit_folder(os.environ)
    wanted, other = (TIMER, DAEMON) if timer else (DAEMON, TIMER)
    started = wanted[-1]
    if (folder / other[-1]).exists():
        raise UsageError(
            f"{other[-1]} is installed already, and both would read the same mail.", "First: heardback service uninstall"
        )
    named = settings.path if config is not None or os.environ.get("HEARDBACK_CONFIG") else None
    texts = {name: with_program(shipped_text(name), program(), named) for name in wanted}
    for name, text in texts.items():
        _refuse_foreign(folder / name, text, force)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
            click.echo(f"written: {folder / name}")
        for warning in _unfit_for_services(settings):
            click.echo(f"heardback: {warning}", err=True)
        _start(folder, started)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.", "Check the rights of that folder.") from error
    click.echo(f"{started} is enabled and started. heardback service status says how it does.")
    if not lingers():
        click.echo(LINGER)


@service_command.command("status")
def status_command() -> None:
    """Say whether it is installed, whether it runs, and what it last said."""
    from heardback.cli.main import exit_with

    folder = unit_folder(os.environ)
    installed = [name for name in (DAEMON[-1], TIMER[-1]) if (folder / name).exists()]
    if not installed:
        click.echo("No service of yours is installed. heardback service install does it.")
        exit_with(NOT_RUNNING)
    runs = [_tell_unit(folder, name) for name in installed]
    click.echo("linger: yes, it runs without a login" if lingers() else "linger: no, it runs while you are logged in")
    if not all(runs):
        exit_with(NOT_RUNNING)


@service_command.command("uninstall")
def uninstall_command() -> None:
    """Stop it, and take its units away; your configuration and the ledger stay."""
    folder = unit_folder(os.environ)
    present = [name for name in (*DAEMON, *TIMER) if (folder / name).exists()]
    if not present:
        click.echo("No service of yours is installed.")
        return
    started = [name for name in present if name in WANTED_BY]
    has_manager = systemctl("disable", "--now", *started).has_manager
    for name in started:
        _link(folder, name).unlink(missing_ok=True)
    for name in present:
        (folder / name).unlink()
        click.echo(f"removed: {folder / name}")
    systemctl("daemon-reload")
    if not has_manager:
        click.echo("No user manager of systemd answers here, so nothing was stopped; if one runs elsewhere, stop it there.")
    click.echo("Your configuration and the ledger are where they were.")


# ------------------------------------------------------------------------------------------------ the unit


def unit_folder(environ: Mapping[str, str]) -> Path:
    """Where the user's own units lie (systemd.unit(5), "User Unit Search Path")."""
    base = environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "systemd" / "user"


def program() -> str:
    """How to call this very heardback, as an ExecStart= begins: the whole path, quoted for systemd."""
    called = Path(sys.argv[0])
    found = called if called.name == "heardback" and called.is_file() else None
    if found is None and (beside := Path(sys.executable).with_name("heardback")).is_file():
        found = beside
    return quoted(str(found.absolute())) if found is not None else f"{quoted(sys.executable)} -m heardback"


def with_program(text: str, how: str, config: Path | None) -> str:
    """The shipped unit with this program in its ExecStart=, and the configuration that was named, if one was."""
    option = f" --config {quoted(str(config.absolute()))}" if config is not None else ""
    return re.sub(r"^ExecStart=\S+ (.*)$", lambda match: f"ExecStart={how} {match[1]}{option}", text, count=1, flags=re.MULTILINE)


def quoted(word: str) -> str:
    """As systemd.service(5) reads a command line: % and $ are doubled, anything unusual stands in quotes."""
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%$+=:,./-]+", word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _refuse_foreign(path: Path, text: str, force: bool) -> None:
    """One of ours begins as the shipped one does; what somebody wrote under this name is theirs."""
    if force or not path.exists():
        return
    there = path.read_text(encoding="utf-8", errors="replace")
    if there.partition("\n")[0] != text.partition("\n")[0]:
        raise UsageError(
            f"{path} was not written by heardback.", "Move it away, or replace it: heardback service install --force"
        )


def _unfit_for_services(settings: object) -> list[str]:
    """Secrets that are there at the terminal and not in a service."""
    from heardback.config import Settings

    assert isinstance(settings, Settings)
    secrets = [mailbox.password for mailbox in settings.mailboxes] + [target.url for target in settings.push.targets]
    found = []
    for secret in secrets:
        if secret is not None and secret.env is not None:
            found.append(f"The secret in {secret.place}: a service of your login does not have your terminal's variables.")
        if secret is not None and secret.credential is not None:
            found.append(
                f"The secret in {secret.place}: name its file by LoadCredential=, systemctl --user edit heardback.service."
            )
    return found


# ----------------------------------------------------------------------------------------------- systemd


def systemctl(*arguments: str) -> Answer:
    """Ask the user manager. Never raises for what it answers."""
    where = shutil.which("systemctl")
    if where is None:
        return Answer(status=127, text="systemctl is not there", has_manager=False)
    environ = {**os.environ, "LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    if "XDG_RUNTIME_DIR" not in environ and Path(f"/run/user/{os.getuid()}").is_dir():
        environ["XDG_RUNTIME_DIR"] = f"/run/user/{os.getuid()}"  # an SSH command or su: the manager runs, and is not named
    try:
        done = subprocess.run(
            [where, "--user", *arguments], capture_output=True, text=True, timeout=SYSTEMCTL_S, check=False, env=environ
        )
    except subprocess.TimeoutExpired:
        return Answer(status=124, text=f"systemctl did not answer within {SYSTEMCTL_S:.0f} seconds", has_manager=True)
    text = (done.stderr or done.stdout).strip()
    return Answer(status=done.returncode, text=text, has_manager=not (done.returncode and _NO_MANAGER.search(text)))


def _start(folder: Path, unit: str) -> None:
    """Enable and start; where nobody can be asked, enable for the next login and say so."""
    reloaded = systemctl("daemon-reload")
    if not reloaded.has_manager:
        link = _link(folder, unit)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(folder / unit)
        raise Unreachable(
            f"{unit} is in place and enabled, but no user manager of systemd answers here, so it was not started.",
            "It starts at your next login. To start it now, in a login session of your own (not by su or sudo): "
            f"systemctl --user daemon-reload && systemctl --user start {unit}",
        )
    # restart: an older one that runs already takes up the new unit.
    for step in (("enable", unit), ("restart", unit)):
        done = systemctl(*step)
        if done.status:
            raise Unreachable(
                f"systemctl --user {step[0]} {unit} failed: {done.text.splitlines()[0] if done.text else done.status}",
                f"journalctl --user -u {unit} says why.",
            )


def _link(folder: Path, unit: str) -> Path:
    return folder / f"{WANTED_BY[unit]}.wants" / unit


def _tell_unit(folder: Path, name: str) -> bool:
    """Print how it stands; whether it runs (a timer: whether it waits for its hour)."""
    click.echo(f"{name}: installed in {folder}")
    asked = "ActiveState,SubState,StatusText,Result,ExecMainStatus,NRestarts,UnitFileState,ActiveEnterTimestamp"
    done = systemctl("show", "--property", asked, name)
    if not done.has_manager:
        enabled = "enabled" if _link(folder, name).is_symlink() else "not enabled"
        click.echo(f"  {enabled}; no user manager of systemd answers here, so it is not known whether it runs")
        return False
    said = dict(line.split("=", 1) for line in done.text.splitlines() if "=" in line)
    runs = said.get("ActiveState") in ("active", "reloading")
    since = f" since {said['ActiveEnterTimestamp']}" if runs and said.get("ActiveEnterTimestamp") else ""
    click.echo(f"  {said.get('UnitFileState') or 'not enabled'}, {said.get('ActiveState')} ({said.get('SubState')}){since}")
    if said.get("StatusText"):
        click.echo(f"  {said['StatusText']}")
    if not runs and said.get("Result", "success") != "success":
        click.echo(f"  it ended with {said.get('ExecMainStatus')} ({said['Result']}); journalctl --user -u {name} says why")
    if said.get("NRestarts", "0") != "0":
        click.echo(f"  restarted {said['NRestarts']} times")
    return runs


def lingers() -> bool:
    """Whether this login's services run without a session. logind keeps it as a file named after the login."""
    import pwd

    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return False
    return Path("/var/lib/systemd/linger", login).exists()
