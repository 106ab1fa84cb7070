"""What its owner has granted for a mailbox, and where that is kept: a file of 0600 in a folder of 0700, or the desktop's keyring.

A grant is as good as a password for what it opens, so it is closed to others from its first byte on, replaced as a whole (a
machine that loses power in between keeps the old one: some providers take back the old refresh token as soon as a new one is
given), and never part of a ``repr``. The service and the commands of the terminal use the same one: whoever renews it holds a
lock meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from heardback.errors import ConfigError, HeardbackError, LedgerError, LoginRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One consent. Times are aware. ``scopes`` are those that were granted, ``client_id`` says to which client.

    ``ends_at`` is when the provider takes it back by itself, whatever is renewed until then; None where it does not.
    """

    client_id: str
    scopes: tuple[str, ...]
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: datetime
    granted_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when to when a grant is good, for those who have no business with what it holds."""

    granted_at: datetime
    ends_at: datetime | None


class GrantPlace(Protocol):
    """Where one text is kept. ``str()`` names the place for a person."""

    def read(self) -> str | None: ...

    def write(self, text: str) -> None: ...

    def remove(self) -> None: ...


class FilePlace:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read(self) -> str | None:
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(self._path, error) from error

    def write(self, text: str) -> None:
        try:
            _make_private_folder(self._path.parent)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=".new-")  # 0600 from the start
            try:
                with open(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self._path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(name)
                raise
            _sync_folder(self._path.parent)
        except OSError as error:
            raise _unusable(self._path, error) from error

    def remove(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self._path, error) from error


class KeyringPlace:
    """The desktop's keyring, under the service "heardback". A service that runs while nobody is logged in has none."""

    def __init__(self, entry: str) -> None:
        self._entry = entry

    def __str__(self) -> str:
        return f"keyring entry {self._entry}"

    def read(self) -> str | None:
        text = self._ask("get_password")
        return None if text is None else str(text)

    def write(self, text: str) -> None:
        self._ask("set_password", text)

    def remove(self) -> None:
        if self.read() is not None:
            self._ask("delete_password")

    def _ask(self, verb: str, *arguments: str) -> object:
        try:
            import keyring
        except ImportError:
            raise ConfigError(
                ["The package keyring is not installed."], "pip install 'heardback[keyring]', or keep the grant in a file."
            ) from None
        try:
            return getattr(keyring, verb)("heardback", self._entry, *arguments)
        except Exception as error:  # its backends raise what they like: D-Bus errors, a locked collection
            raise ConfigError(
                [f"The keyring gave no answer ({type(error).__name__})."], "Unlock it, or keep the grant in a file."
            ) from error


class GrantStore:
    """The grant of one mailbox. ``folder`` holds the file, and the lock in either case."""

    def __init__(self, folder: Path, mailbox: str, *, in_keyring: bool = False) -> None:
        self.mailbox = mailbox
        self._folder = folder
        self._place: GrantPlace = (
            KeyringPlace(f"grant {mailbox}") if in_keyring else FilePlace(folder / f"{mailbox}.json")  # its name is a safe one
        )

    def __str__(self) -> str:
        return str(self._place)

    def load(self) -> Grant | None:
        """The grant, None where none was given. Raises LoginRefused where what is kept is no grant (any more)."""
        text = self._place.read()
        if text is None:
            return None
        try:
            return _from_text(text)
        except (KeyError, TypeError, ValueError) as error:
            raise LoginRefused(
                f"{self.mailbox}: the grant in {self} cannot be understood.", f"Give it anew: heardback auth {self.mailbox}"
            ) from error

    def save(self, grant: Grant) -> None:
        self._place.write(_to_text(grant))

    def term(self) -> Term | None:
        """None too where the grant cannot be read: whoever logs in with it will tell that."""
        try:
            grant = self.load()
        except HeardbackError:
            return None
        return Term(granted_at=grant.granted_at, ends_at=grant.ends_at) if grant is not None else None

    def question_place(self) -> FilePlace:
        """Where a consent that was begun waits for its answer, if that comes by another command. Useless once it came."""
        return FilePlace(self._folder / f"{self.mailbox}.asked")

    def remove(self) -> None:
        self._place.remove()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other heardback from renewing this grant; waits for one that is at it (an exchange with a server)."""
        import fcntl

        path = self._folder / f"{self.mailbox}.lock"
        try:
            _make_private_folder(self._folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _make_private_folder(folder: Path) -> None:
    """0700, also where it exists already with other rights: an access token is readable in it, and so is a name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _sync_folder(folder: Path) -> None:
    """A file that was renamed is only as lasting as its folder's entry."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError | UnicodeDecodeError) -> LedgerError:
    why = (error.strerror if isinstance(error, OSError) else None) or "it is no text"
    return LedgerError(f"The grant {path} cannot be read or written: {why}.", "Check the disk and the rights of its folder.")


def _to_text(grant: Grant) -> str:
    return json.dumps(asdict(grant), default=datetime.isoformat, indent=1)


def _from_text(text: str) -> Grant:
    """Raises KeyError, TypeError or ValueError for what is no grant."""
    raw: dict[str, Any] = json.loads(text)
    return Grant(
        client_id=str(raw["client_id"]),
        scopes=tuple(str(scope) for scope in raw["scopes"]),
        refresh_token=str(raw["refresh_token"]),
        access_token=str(raw["access_token"]),
        expires_at=_aware(raw["expires_at"]),
        granted_at=_aware(raw["granted_at"]),
        ends_at=_aware(raw["ends_at"]) if raw["ends_at"] is not None else None,
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
