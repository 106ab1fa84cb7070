"""A password or token by the place it lies in: named in the configuration, fetched where it is used, never kept.

So neither a traceback nor a dump of the settings holds one, and a password that is renewed is taken up at the next login.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, PrivateAttr, model_validator

from heardback.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

COMMAND_TIMEOUT_S = 30
"""A password command that asks a person for something never answers in a service; half a minute covers a slow smart card."""


class Section(BaseModel):
    """Frozen, and no unknown keys. Input is taken as written: "15" is no number, or a typing error would pass as a setting."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=False, hide_input_in_errors=True)


class Secret(Section):
    """Where a secret lies: exactly one of the four keys. Its text is never kept, shown or compared.

    In the file: ``password = { command = ["pass", "show", "mail/home"] }``.
    """

    env: str | None = Field(default=None, min_length=1, description="The name of an environment variable.")
    command: list[str] | str | None = Field(
        default=None, description="A program that prints the secret on its first line. Run without a shell, 30 seconds at most."
    )
    credential: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_.@-]+$", description="The name of a systemd credential (LoadCredential=)."
    )
    keyring: str | None = Field(
        default=None, min_length=1, description='An entry of the desktop\'s keyring under the service "heardback".'
    )

    _where: str = PrivateAttr("")
    _plain: str | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        given = [key for key in ("env", "command", "credential", "keyring") if getattr(self, key)]
        if len(given) != 1 and self._plain is None:
            raise ValueError("name one place: env, command, credential or keyring")
        self._argv()  # an open quote is told now (ValueError), not at the first login
        return self

    @classmethod
    def plain(cls, text: str, where: str = "") -> Secret:
        """A secret that is already known: typed at a prompt, or a push URL that stands in the file."""
        secret = cls.model_construct()
        secret._plain, secret._where = text, where
        return secret

    @property
    def is_plain(self) -> bool:
        return self._plain is not None

    def __repr__(self) -> str:
        return f"Secret({self.place})"

    __str__ = __repr__

    @property
    def place(self) -> str:
        """Where it lies, for a message: "environment variable X"; nothing of the secret, and no arguments of a command."""
        if self.env:
            return f"environment variable {self.env}"
        if self.command:
            return f"command {self._argv()[0]}"
        if self.credential:
            return f"credential {self.credential}"
        if self.keyring:
            return f"keyring entry {self.keyring}"
        return "plain text"

    def resolve(self, environ: Mapping[str, str] | None = None) -> str:
        """Fetch the secret now; slow where a command has to run. Raises ConfigError with the key's path where there is none,
        and an empty one counts as none."""
        environ = os.environ if environ is None else environ
        if self._plain is not None:
            return self._plain
        if self.env:
            text = environ.get(self.env, "")
            hint = f"Set {self.env} for the process that runs heardback."
        elif self.command:
            text, hint = self._from_command(environ), "The program ran well and its first line was empty."
        elif self.credential:
            text, hint = self._from_credential(environ), "The credential is there and empty."
        else:
            text, hint = self._from_keyring(), "Store it: keyring set heardback NAME"
        if not text:
            raise self._fault(f"there is no secret in {self.place}", hint)
        return text

    def _argv(self) -> list[str]:
        command = self.command or []
        words = shlex.split(command) if isinstance(command, str) else list(command)
        return [os.path.expanduser(words[0]), *words[1:]] if words else [""]

    def _from_command(self, environ: Mapping[str, str]) -> str:
        """The first line of what the program prints. What it says on stderr is passed on (its last line): a password store
        explains itself there."""
        argv = self._argv()
        try:
            done = subprocess.run(
                argv,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            sentence = f"the command {argv[0]} did not answer within {COMMAND_TIMEOUT_S} seconds"
            raise self._fault(sentence, "It must not ask anything: a service has no terminal.") from None
        except OSError as error:
            raise self._fault(f"the command {argv[0]} cannot be run: {error.strerror}", "Give its whole path.") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            because = f": {said[-1][:120]}" if said else ""
            sentence = f"the command {argv[0]} ended with status {done.returncode}{because}"
            raise self._fault(sentence, "Run it yourself, as the user the service runs as.")
        return (done.stdout.decode("utf-8", "replace").splitlines() or [""])[0].strip()

    def _from_credential(self, environ: Mapping[str, str]) -> str:
        folder = environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            sentence = f"the credential {self.credential} exists only inside a systemd service"
            raise self._fault(sentence, "Ask the service instead (systemctl status), or name a command that you can run too.")
        try:
            return Path(folder, str(self.credential)).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            sentence = f"systemd handed over no credential {self.credential}"
            raise self._fault(sentence, f"Add LoadCredential={self.credential}:/path/to/file to the unit.") from error

    def _from_keyring(self) -> str:
        try:
            import keyring
        except ImportError:
            raise self._fault("the package keyring is not installed", "pip install keyring, or name a command.") from None
        try:
            return keyring.get_password("heardback", str(self.keyring)) or ""
        except Exception as error:  # its backends raise what they like: D-Bus errors, a locked collection
            raise self._fault(f"the keyring gave no answer ({type(error).__name__})", "Unlock it, or name a command.") from error

    def _fault(self, sentence: str, next_step: str) -> ConfigError:
        return ConfigError([f"{self._where}: {sentence}" if self._where else sentence], next_step)


def _secret_or_text(value: object) -> object:
    return Secret.plain(value) if isinstance(value, str) else value


def _no_text(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(
            'a password does not stand in this file; name where it lies, as in { command = ["pass", "show", "mail"] }'
        )
    return value


PasswordSecret = Annotated[Secret, BeforeValidator(_no_text)]


class _TextIsAllowed:
    """For the schema: plain text is as good as a table. (A hand-written ``$ref`` would not survive pydantic's own naming.)"""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(core)]}


UrlSecret = Annotated[Secret, BeforeValidator(_secret_or_text), _TextIsAllowed()]
