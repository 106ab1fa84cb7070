"""The file a person writes -> frozen ``Settings``. Reads files and the environment; opens no mailbox and writes nothing.

Every fault of a file is reported at once, each with the path of its key (``mailbox[2].password``, the second one), because a
person who mends one fault per run gives up at the third. An unknown key is a fault too: a misspelt ``discrete = true`` that is
silently ignored shows an employer's name on a lock screen.

Secrets are named, not written (``secret.py``). The one exception is a push target's URL, which may stand in the file as plain
text: on a machine of one's own, a file that only its owner can read is as good a place as most. It is never shown all the same.

pydantic takes a tenth of a second to import: whoever needs ``Settings`` for a type alone imports it under ``TYPE_CHECKING``.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from heardback.errors import ConfigError, HeardbackError
from heardback.model import PUSH_TAGS, Owner
from heardback.places import default_ledger_path, find_config
from heardback.secret import PasswordSecret, Section, UrlSecret
from heardback.secret import Secret as Secret  # whoever reads settings may name their types
from heardback.workdays import Place, parse_place, place_of_zone

if TYPE_CHECKING:
    from heardback.mailbox.url import MailboxAddress

# --------------------------------------------------------------------------------------------- sections


class OwnerSettings(Section):
    """Whose mail it is."""

    name: str = Field(min_length=1, description="Your name as you sign: drafts end with it.")
    addresses: list[str] = Field(
        min_length=1, description="Every address of yours; mail from any of them is yours, wherever it lies."
    )
    timezone: str = Field(description='Your IANA time zone: "America/Toronto". "By Friday" ends where you are.')
    country: str | None = Field(
        default=None, description='Whose public holidays count: "CA-ON", "GB-ENG", "US". Follows from the time zone unless given.'
    )

    @field_validator("addresses")
    @classmethod
    def _lower_addresses(cls, addresses: list[str]) -> list[str]:
        lower = [address.strip().lower() for address in addresses]
        for number, address in enumerate(lower, start=1):
            if not re.fullmatch(r"[^@\s<>,]{1,64}@[^@\s<>,]{1,253}", address):
                raise ValueError(f"number {number} is no e-mail address; write name@host and nothing else")
        return lower

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        zones = available_timezones()
        if not zones:
            raise ValueError("this machine has no time zone data; install tzdata (pip install tzdata, or your system's package)")
        if zone not in zones:
            raise ValueError(f'"{zone}" is no IANA time zone{_nearest(zone, zones)}')
        return zone

    @field_validator("country")
    @classmethod
    def _known_place(cls, country: str | None) -> str | None:
        if country is not None and parse_place(country) is None:
            raise ValueError(f'no holidays are known for "{country}"; write a country (CA) or country-region (CA-ON)')
        return country

    @property
    def place(self) -> Place | None:
        return parse_place(self.country) if self.country else place_of_zone(self.timezone)


class FolderSettings(Section):
    """Which folders are read. Without a word all are, but Drafts and Trash; Junk by its headers alone."""

    include: list[str] = Field(default=[], description="Only these folders, by the names your mail program shows. Empty: all.")
    exclude: list[str] = Field(default=[], description='Never these folders: ["Lists", "Family"].')


class OAuthSettings(Section):
    """How a mailbox is opened where it takes no password: by a grant of Google or Microsoft (``heardback auth`` asks for it), or
    by access tokens that a command of one's own prints. Names no secret but the file that Google calls its client's."""

    provider: Literal["google", "microsoft"] | None = Field(
        default=None, description='Who grants: "google" or "microsoft". Then run heardback auth with the name of the mailbox.'
    )
    client_file: str | None = Field(
        default=None, min_length=1, description="Google: the JSON file of your own OAuth client (Desktop app), as downloaded."
    )
    client_id: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9._-]+$", description="Microsoft: the application (client) ID of your own registration."
    )
    tenant: str = Field(
        default="common",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$",
        description='Microsoft: "common" for any account, or your organisation\'s domain or tenant ID.',
    )
    testing: bool = Field(
        default=False,
        description="Google: your client's publishing status is Testing, so that a grant ends after seven days. You are told the "
        "day before.",
    )
    keyring: bool = Field(
        default=False, description="Keep the grant in the desktop's keyring instead of a file that only you can read."
    )
    token_command: list[str] | str | None = Field(
        default=None,
        description="Instead of a provider: a program that prints an access token on its first line, like oama. Run at each "
        "login, without a shell, 30 seconds at most.",
    )

    _where: str = PrivateAttr("")

    @field_validator("client_file")
    @classmethod
    def _at_home(cls, path: str | None) -> str | None:
        return None if path is None else os.path.expanduser(path)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.provider is None) == (self.token_command is None):
            raise ValueError("name a provider, or a token_command; one of them")
        if self.token_command is not None:
            self.command()  # an open quote is told now
        for key, owner in (("client_file", "google"), ("client_id", "microsoft")):
            if self.provider == owner and getattr(self, key) is None:
                raise ValueError(f"{owner} needs {key}; config/README.md says how to make one")
        foreign = {None: _CLIENT_KEYS, "google": {"client_id", "tenant"}, "microsoft": {"client_file", "testing"}}
        if wrong := sorted(foreign[self.provider] & self.model_fields_set):
            raise ValueError(f"{wrong[0]} has no meaning for {self.provider or 'a token_command'}")
        return self

    @property
    def where(self) -> str:
        """The path of this section, for a message: "mailbox[2].oauth"."""
        return self._where

    def command(self) -> Secret:
        """``token_command`` as something to ask. Raises ValueError for one with an open quote."""
        secret = Secret(command=self.token_command)
        secret._where = f"{self._where}.token_command" if self._where else ""
        return secret


_CLIENT_KEYS = {"client_file", "client_id", "tenant", "testing", "keyring"}


class MailboxSettings(Section):
    """One mailbox. It is opened read-only."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$",
        description="What messages and logs call it. Keep it: how far it has been read is stored under this name.",
    )
    url: str = Field(
        description="imaps://user@host, imap+starttls://user@host, imap://user@127.0.0.1:143 (without TLS: this machine only), "
        "gmail:, maildir:PATH, mbox:PATH or eml:FOLDER."
    )
    password: PasswordSecret | None = Field(default=None, description="Where its password lies. IMAP only.")
    oauth: OAuthSettings | None = Field(
        default=None, description="Instead of a password: a grant of Google or Microsoft, or a command that prints access tokens."
    )
    ca_file: str | None = Field(
        default=None, description="Certificates (PEM) to trust instead of the system's: a server of your own."
    )
    folders: FolderSettings = Field(default=FolderSettings(), description="Which folders are read.")

    @field_validator("url")
    @classmethod
    def _readable_url(cls, url: str) -> str:
        from heardback.mailbox.url import parse_mailbox_url

        try:
            parse_mailbox_url(url)
        except HeardbackError as error:
            raise ValueError(f"{error} {error.next_step}".strip()) from None
        return url

    @field_validator("ca_file")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return _at_home(path)

    @property
    def address(self) -> MailboxAddress:
        """The URL in its parts, as ``mailbox.open`` takes it."""
        from heardback.mailbox.url import parse_mailbox_url

        return parse_mailbox_url(self.url)


class TargetSettings(Section):
    """One phone, room or address to push to."""

    url: UrlSecret = Field(
        description="An Apprise URL. As plain text it is as secret as what it holds: a bot's token lets others write to you."
    )
    name: str = Field(default="", max_length=40, description="What messages and logs call it. Unless given: its kind and number.")
    tags: list[str] = Field(
        default=[],
        description="Which pushes it gets: " + ", ".join(PUSH_TAGS) + ". Empty: all of them.",
    )

    @field_validator("tags")
    @classmethod
    def _known_tags(cls, tags: list[str]) -> list[str]:
        lower = [tag.strip().lower() for tag in tags]
        for tag in lower:
            if tag not in PUSH_TAGS:
                raise ValueError(f'"{tag}" is no kind of push{_nearest(tag, PUSH_TAGS)}; the kinds are {", ".join(PUSH_TAGS)}')
        return lower


class PushSettings(Section):
    """Where nudges go, when, and how much they say."""

    targets: list[TargetSettings] = Field(default=[], description="Where to push. None: `heardback status` is all there is.")
    quiet_hours: str = Field(
        default="22:00-08:00", description='No push between these times of your zone; what falls into them waits. "" for none.'
    )
    discreet: bool = Field(default=False, description="Name neither employer nor role on the lock screen.")
    reasons: bool = Field(default=True, description="Add one sentence on why silence happens to follow-up nudges.")
    alive: bool = Field(default=True, description="Once a week, on Monday morning, say that heardback still watches.")
    click_url: str = Field(
        default="", description="What a tap on a nudge opens, where the service can: your webmail, say. The same for all of them."
    )

    @field_validator("quiet_hours")
    @classmethod
    def _readable_hours(cls, text: str) -> str:
        _parse_hours(text)
        return text

    @field_validator("click_url")
    @classmethod
    def _openable(cls, url: str) -> str:
        if url and not re.fullmatch(r"[a-z][a-z0-9+.-]{1,20}:[^\s]{1,500}", url):
            raise ValueError('write a whole address, as in "https://mail.example/", or "" for none')
        return url

    @property
    def quiet(self) -> tuple[time, time] | None:
        """(from, until) as local clock times; from > until runs past midnight. None for no quiet hours."""
        return _parse_hours(self.quiet_hours)


class LedgerSettings(Section):
    """The one file that heardback writes."""

    path: Path | None = Field(
        default=None,
        strict=False,
        description="The SQLite file. Unless given: the service's own folder, or the usual place for your programs' state.",
    )

    @field_validator("path")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return _at_home(path)


class WatchSettings(Section):
    """How the daemon waits and how far back it looks."""

    poll_minutes: int = Field(
        default=15, ge=1, le=1440, description="A look at least this often, even where the server announces new mail by itself."
    )
    since_days: int = Field(
        default=365, ge=7, le=3660, description="How far back the first reading goes. Longer is slower once and changes little."
    )


class Settings(Section):
    """All of the file. Field names are for code; the file's keys are ``owner``, ``mailbox``, ``push``, ``ledger``, ``watch``."""

    person: OwnerSettings = Field(alias="owner", description="Whose mail it is.")
    mailboxes: list[MailboxSettings] = Field(alias="mailbox", min_length=1, description="The mailboxes to watch.")
    push: PushSettings = Field(default=PushSettings(), description="Where nudges go, when, and how much they say.")
    ledger: LedgerSettings = Field(default=LedgerSettings(), description="The one file that heardback writes.")
    watch: WatchSettings = Field(default=WatchSettings(), description="How the daemon waits and how far back it looks.")

    _path: Path | None = PrivateAttr(None)
    _warnings: tuple[str, ...] = PrivateAttr(())
    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any) -> None:
        for number, mailbox in enumerate(self.mailboxes, start=1):
            if mailbox.password is not None:
                mailbox.password._where = f"mailbox[{number}].password"
            if mailbox.oauth is not None:
                mailbox.oauth._where = f"mailbox[{number}].oauth"
        for number, target in enumerate(self.push.targets, start=1):
            target.url._where = f"push.targets[{number}].url"

    @property
    def path(self) -> Path | None:
        """The file it came from."""
        return self._path

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed and unwise, a sentence each: file permissions, no push target."""
        return self._warnings

    def owner(self) -> Owner:
        place = self.person.place
        return Owner(
            name=self.person.name,
            addresses=frozenset(self.person.addresses),
            timezone=self.person.timezone,
            country=place.country if place else None,
            region=place.region if place else None,
        )

    def ledger_path(self) -> Path:
        return self.ledger.path or default_ledger_path(self._environ)

    def grants_path(self) -> Path:
        """The folder for grants (``mailbox.grants``): beside the ledger, where the service and the terminal both look."""
        return self.ledger_path().parent / "grants"


# -------------------------------------------------------------------------------------------- reading it


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Find, read and check the file; no secret is resolved. Raises ConfigError with every fault there is."""
    environ = os.environ if environ is None else environ
    found = find_config(path, environ)
    try:
        content = found.read_bytes()
        mode = found.stat()
    except OSError as error:
        sentence = f"{found}: cannot be read: {error.strerror}"
        raise ConfigError(
            [sentence], "Name another with --config, or write it; config/heardback.toml is a complete example."
        ) from error
    settings = parse(content, str(found))
    settings._path, settings._environ = found, environ
    settings._warnings = (*_permission_warnings(found, mode, settings), *_content_warnings(settings))
    return settings


def parse(content: bytes | str, name: str = "heardback.toml") -> Settings:
    """TOML text -> Settings, from the text alone. Raises ConfigError with every fault there is."""
    try:
        raw = tomllib.loads(content if isinstance(content, str) else content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError([f"{name}: is not UTF-8 at byte {error.start}"], "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: is not TOML: {error}"], "Strings need quotes; a mailbox begins with [[mailbox]].") from error
    return from_mapping(raw, name)


def from_mapping(raw: Mapping[str, Any], name: str = "heardback.toml") -> Settings:
    """The same from a table that is read already; ``name`` is what the faults call it."""
    faults = list(_faults_across(raw))
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        faults = [*(_sentence(fault) for fault in error.errors(include_url=False, include_input=False)), *faults]
    else:
        if not faults:
            return settings
    raise ConfigError(faults, f"Edit {name}. config/README.md explains every key.")


def _faults_across(raw: Mapping[str, Any]) -> Iterator[str]:
    """What no single key can be blamed for. From the raw table, so that these are told together with the others."""
    mailboxes = raw.get("mailbox")
    seen: dict[str, int] = {}
    for number, mailbox in enumerate(mailboxes if isinstance(mailboxes, list) else (), start=1):
        if not isinstance(mailbox, dict):
            continue
        name, url = mailbox.get("name"), mailbox.get("url")
        if isinstance(name, str) and seen.setdefault(name, number) != number:
            yield f'mailbox[{number}].name: "{name}" is the name of mailbox[{seen[name]}] already'
        if isinstance(url, str):
            yield from (f"mailbox[{number}].{fault}" for fault in _faults_of_way_in(url.lower(), mailbox))


def _faults_of_way_in(url: str, mailbox: dict[str, Any]) -> Iterator[str]:
    """A password, oauth or neither: what this kind of mailbox asks for."""
    has_password, has_oauth = "password" in mailbox, "oauth" in mailbox
    oauth = mailbox.get("oauth")
    if url.startswith("imap") and not has_password and not has_oauth:
        yield "password: is missing; an IMAP server asks for one (or for oauth)"
    if url.startswith("imap") and has_password and has_oauth:
        yield "oauth: stands beside a password; which of them opens the mailbox?"
    if url.startswith("gmail:") and has_password:
        yield "password: gmail: takes none; for an app password write imaps://you%40gmail.com@imap.gmail.com"
    if url.startswith("gmail:") and not has_oauth:
        yield 'oauth: is missing; gmail: asks for { provider = "google", client_file = "..." }'
    if url.startswith("gmail:") and isinstance(oauth, dict) and oauth.get("provider") == "microsoft":
        yield "oauth.provider: Gmail is Google's"
    if has_oauth and not url.startswith(("imap", "gmail:")):
        yield "oauth: a mailbox that is a file needs none"


def _sentence(fault: Any) -> str:
    """One of pydantic's faults as a sentence with its key's path."""
    place, kind = fault["loc"], fault["type"]
    path = _dotted(place)
    if kind == "extra_forbidden":
        return f"{path}: there is no such key{_nearest(str(place[-1]), _keys_at(place[:-1]))}"
    if kind == "missing":
        return f"{path}: is missing"
    if kind in ("too_short", "string_too_short"):
        return f"{path}: is empty"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}" if kind != "value_error" else f"{path}: {message}"


def _dotted(place: tuple[int | str, ...]) -> str:
    """("mailbox", 1, "url") -> "mailbox[2].url": people count from one."""
    path = ""
    for part in place:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def _keys_at(place: tuple[int | str, ...]) -> list[str]:
    """The valid keys of the section at this place."""
    section: type[Section] = Settings
    for part in place:
        fields = {(field.alias or name): field for name, field in section.model_fields.items()}
        if isinstance(part, str) and part in fields:
            section = _section_of(fields[part].annotation) or section
    return [field.alias or name for name, field in section.model_fields.items()]


def _section_of(annotation: Any) -> type[Section] | None:
    """The section inside ``list[X]`` or ``X | None``."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_of(part))), None)


def _at_home(path: Path | None) -> Path | None:
    """ "~/x" -> "/home/rosa/x"; expanduser() would raise where there is no such user."""
    return None if path is None else Path(os.path.expanduser(path))


def _nearest(word: str, known: Any) -> str:
    """'; did you mean "quiet_hours"?' or ''."""
    lower = {str(name).lower(): str(name) for name in known}
    close = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.5)
    return f'; did you mean "{lower[close[0]]}"?' if close else ""


def _parse_hours(text: str) -> tuple[time, time] | None:
    """ "22:00-08:00" -> (22:00, 08:00); "" -> None. Raises ValueError for anything else, and for two equal times."""
    if not text.strip():
        return None
    match = re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)\s*", text)
    if match is None:
        raise ValueError('write two times of day, as in "22:00-08:00", or "" for none')
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start == end:
        raise ValueError('begins and ends at the same time; write "" for no quiet hours')
    return start, end


# --------------------------------------------------------------------------------------- what is unwise


def _permission_warnings(path: Path, status: os.stat_result, settings: Settings) -> Iterator[str]:
    """The file may name commands to run and may hold push URLs: who can write it runs as us, who can read it can push."""
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid not in (0, os.getuid()):
        yield f"{path} belongs to another user, who can make heardback run commands. Make it yours: chown."
    if mode & 0o022:
        yield f"{path} can be changed by other users, who can make heardback run commands. Run: chmod go-w {path}"
    if mode & 0o044 and any(target.url.is_plain for target in settings.push.targets):
        yield f"{path} holds a push URL and can be read by other users. Run: chmod 600 {path}"


def _content_warnings(settings: Settings) -> Iterator[str]:
    if not settings.push.targets:
        yield "No push target: nudges are shown by heardback status only. Add [[push.targets]] with an Apprise url."


# ---------------------------------------------------------------------------------------- for editors


def json_schema() -> str:
    """The JSON schema of the file, as config/heardback.schema.json holds it (``make schema`` writes it, a test compares)."""
    schema = _without_titles(Settings.model_json_schema(by_alias=True))
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "heardback.toml", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _without_titles(schema: Any) -> Any:
    """pydantic titles each key with its own name, which an editor then shows in place of the description."""
    if isinstance(schema, dict):
        return {key: _without_titles(value) for key, value in schema.items() if key != "title"}
    return [_without_titles(value) for value in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    print(json_schema(), end="")  # noqa: T201 - `make schema` writes what is printed here
