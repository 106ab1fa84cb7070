"""Where the configuration and the ledger lie when nobody says so. Light: neither reads a file nor needs pydantic.

The service and the person at the terminal must find the same two files, whatever kind of service it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from heardback.errors import ConfigError

SYSTEM_STATE = Path("/var/lib/heardback")
"""Where ``heardback@NAME.service`` keeps one folder per person (StateDirectory=heardback/NAME)."""

SYSTEM_CONFIG = Path("/etc/heardback")

LEDGER_FILE = "ledger.sqlite3"


def config_candidates() -> tuple[Path, ...]:
    """Where a file is looked for when none was named, first come first served: the person's own, then the two of the machine."""
    import platformdirs

    return (
        platformdirs.user_config_path("heardback") / "heardback.toml",
        SYSTEM_CONFIG / f"{_login()}.toml",
        SYSTEM_CONFIG / "heardback.toml",
    )


def find_config(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """``--config``, else $HEARDBACK_CONFIG, else the first candidate that exists. Raises ConfigError where there is none."""
    environ = os.environ if environ is None else environ
    named = path or (Path(environ["HEARDBACK_CONFIG"]) if environ.get("HEARDBACK_CONFIG") else None)
    if named is not None:
        return Path(os.path.expanduser(named))
    candidates = config_candidates()
    for candidate in candidates:
        if os.path.exists(candidate):  # False, not an error, where a folder above may not be entered
            return candidate
    places = ", ".join(str(candidate) for candidate in candidates)
    raise ConfigError(
        [f"there is no configuration; looked for {places}"],
        f"Write {candidates[0]}; config/heardback.toml is a complete example.",
    )


def default_ledger_path(environ: Mapping[str, str] | None = None) -> Path:
    """The service and the person at the terminal must mean the same file, without being told.

    Inside a service $STATE_DIRECTORY says where. Outside, the folder that ``heardback@NAME.service`` made for this user comes
    first if it is there (``status`` and ``done`` then speak of what the service watches), else the person's own state folder.
    """
    environ = os.environ if environ is None else environ
    if environ.get("STATE_DIRECTORY"):
        return Path(environ["STATE_DIRECTORY"].split(":")[0], LEDGER_FILE)
    shared = SYSTEM_STATE / _login()
    if os.path.isdir(shared):
        return shared / LEDGER_FILE
    import platformdirs

    return platformdirs.user_state_path("heardback") / LEDGER_FILE


def open_to_others(paths: Iterable[Path]) -> Iterator[str]:
    """A sentence for each of these files and folders that others on this machine may read, enter or change. One that does not
    exist is passed over. (The ledger's own files are made 0600 whenever they are opened.)"""
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        is_folder = stat.S_ISDIR(status.st_mode)
        if status.st_uid != os.getuid():
            yield f"{path} belongs to another user, who can read what is in it. Make it yours: chown."
        elif status.st_mode & 0o077:
            may = "changed" if status.st_mode & 0o022 else "entered" if is_folder else "read"
            yield f"{path} can be {may} by other users. Run: chmod {'700' if is_folder else '600'} {path}"


def _login() -> str:
    """The user's name by the system's own table: $USER can be anything, and a path is made from it."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
