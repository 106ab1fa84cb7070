"""The configuration: what a file means, and what is said about a wrong one. Files only in tmp_path."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from datetime import time
from pathlib import Path
from types import ModuleType

import pytest

from heardback import places
from heardback.config import json_schema, load, parse
from heardback.errors import ConfigError
from heardback.mailbox.url import Scheme
from heardback.model import Owner
from heardback.places import LEDGER_FILE, default_ledger_path, find_config
from heardback.secret import Secret

ROOT = Path(__file__).parents[2]

GOOD = """
[owner]
name = "Rosa Quill"
addresses = ["Rosa@Quill.example"]
timezone = "America/Toronto"

[[mailbox]]
name = "home"
url = "imaps://rosa@mail.quill.example"
password = { env = "MAIL_PASSWORD" }
"""


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        parse(text)
    return told.value.faults


# ------------------------------------------------------------------------------------------ a good file


def test_the_example_file_is_a_valid_configuration_and_resolves_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> str:
        raise AssertionError("a secret was resolved")

    monkeypatch.setattr(Secret, "resolve", never)
    settings = load(ROOT / "config" / "heardback.toml")
    assert [mailbox.name for mailbox in settings.mailboxes] == ["home", "old"]
    assert settings.path == ROOT / "config" / "heardback.toml"


def test_the_schema_in_the_repository_is_the_one_the_code_makes() -> None:
    assert (ROOT / "config" / "heardback.schema.json").read_text(encoding="utf-8") == json_schema()


def test_little_is_needed_and_the_rest_has_defaults() -> None:
    settings = parse(GOOD)
    assert settings.push.targets == []
    assert settings.push.quiet == (time(22), time(8))
    assert (settings.push.discreet, settings.push.reasons) == (False, True)
    assert (settings.watch.poll_minutes, settings.watch.since_days) == (15, 365)
    assert settings.mailboxes[0].folders.include == []


def test_the_owner_takes_country_and_region_from_the_zone() -> None:
    assert parse(GOOD).owner() == Owner(
        name="Rosa Quill",
        addresses=frozenset({"rosa@quill.example"}),
        timezone="America/Toronto",
        country="CA",
        region="ON",
    )


def test_a_country_that_is_named_outdoes_the_zone() -> None:
    owner = parse(GOOD.replace('timezone = "America/Toronto"', 'timezone = "America/Toronto"\ncountry = "CA-QC"')).owner()
    assert (owner.country, owner.region) == ("CA", "QC")


def test_a_zone_that_lies_nowhere_has_no_country() -> None:
    owner = parse(GOOD.replace("America/Toronto", "UTC")).owner()
    assert (owner.country, owner.region) == (None, None)


def test_the_url_of_a_mailbox_is_read_into_its_parts() -> None:
    address = parse(GOOD).mailboxes[0].address
    assert (address.scheme, address.host, address.user) == (Scheme.IMAPS, "mail.quill.example", "rosa")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-08:00", (time(22), time(8))),
        ("9:30 - 17:05", (time(9, 30), time(17, 5))),
        ("22:00–07:00", (time(22), time(7))),
        ("", None),
    ],
)
def test_quiet_hours_are_two_times_of_day_or_none(text: str, hours: tuple[time, time] | None) -> None:
    assert parse(GOOD + f'[push]\nquiet_hours = "{text}"\n').push.quiet == hours


def test_settings_cannot_be_changed() -> None:
    settings = parse(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        settings.push = settings.push  # type: ignore[misc]


# ----------------------------------------------------------------------------------------- a wrong file


def test_all_faults_of_a_file_are_told_together_with_the_paths_of_their_keys() -> None:
    text = """
    pusch = 1
    [owner]
    name = ""
    addresses = []
    timezone = "America/Tronto"
    [[mailbox]]
    name = "home"
    url = "imaps://rosa@mail.quill.example"
    pasword = { env = "X" }
    [[mailbox]]
    name = "home"
    url = "imapz://rosa@mail.quill.example"
    password = { env = "X", command = "pass" }
    [watch]
    poll_minutes = "15"
    """
    paths = [fault.split(":")[0] for fault in faults(text)]
    assert paths == [
        "owner.name",
        "owner.addresses",
        "owner.timezone",
        "mailbox[1].pasword",
        "mailbox[2].url",
        "mailbox[2].password",
        "watch.poll_minutes",
        "pusch",
        "mailbox[1].password",
        "mailbox[2].name",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD + "[pusch]\n", 'pusch: there is no such key; did you mean "push"?'),
        (GOOD + "[push]\nquiethours = ''\n", 'push.quiethours: there is no such key; did you mean "quiet_hours"?'),
        (GOOD + "[watch]\nzzz = 1\n", "watch.zzz: there is no such key"),
        (
            GOOD + "[[push.targets]]\nurl = 'json://x'\nnam = 'x'\n",
            'push.targets[1].nam: there is no such key; did you mean "name"?',
        ),
        (
            GOOD.replace("America/Toronto", "America/Tronto"),
            'owner.timezone: "America/Tronto" is no IANA time zone; did you mean "America/Toronto"?',
        ),
        (
            GOOD.replace("Rosa@Quill.example", "Rosa"),
            "owner.addresses: number 1 is no e-mail address; write name@host and nothing else",
        ),
        (
            GOOD.replace('password = { env = "MAIL_PASSWORD" }', ""),
            "mailbox[1].password: is missing; an IMAP server asks for one (or for oauth)",
        ),
        (
            GOOD + "[push]\nquiet_hours = '22-8'\n",
            'push.quiet_hours: write two times of day, as in "22:00-08:00", or "" for none',
        ),
        (
            GOOD + "[push]\nquiet_hours = '24:00-08:00'\n",
            'push.quiet_hours: write two times of day, as in "22:00-08:00", or "" for none',
        ),
        (
            GOOD + "[push]\nquiet_hours = '08:00-08:00'\n",
            'push.quiet_hours: begins and ends at the same time; write "" for no quiet hours',
        ),
        (GOOD + "[push]\ndiscreet = 'yes'\n", "push.discreet: input should be a valid boolean"),
        (GOOD.split("[[mailbox]]")[0], "mailbox: is missing"),
        (
            GOOD.replace('{ env = "MAIL_PASSWORD" }', "{}"),
            "mailbox[1].password: name one place: env, command, credential or keyring",
        ),
        (GOOD.replace('env = "MAIL_PASSWORD"', 'command = "pass \'x"'), "mailbox[1].password: No closing quotation"),
    ],
)
def test_one_fault_is_told_in_one_sentence(text: str, fault: str) -> None:
    assert faults(text) == (fault,)


def test_an_unknown_country_is_refused_and_shown_how_it_is_written() -> None:
    told = faults(GOOD.replace('timezone = "America/Toronto"', 'timezone = "America/Toronto"\ncountry = "Canada"'))
    assert told == ('owner.country: no holidays are known for "Canada"; write a country (CA) or country-region (CA-ON)',)


def test_a_password_in_the_file_is_refused_without_being_repeated() -> None:
    told = faults(GOOD.replace('{ env = "MAIL_PASSWORD" }', '"hunter2hunter2"'))
    assert len(told) == 1
    assert told[0].startswith("mailbox[1].password: a password does not stand in this file")
    assert "hunter2" not in told[0]


def test_a_password_inside_a_url_is_refused_without_being_repeated() -> None:
    told = faults(GOOD.replace("rosa@mail", "rosa:hunter2@mail"))
    assert [fault.split(":")[0] for fault in told] == ["mailbox[1].url"]
    assert "hunter2" not in told[0]


def test_gmail_takes_no_password() -> None:
    told = faults(GOOD.replace("imaps://rosa@mail.quill.example", "gmail:"))
    assert told[0].startswith("mailbox[1].password: gmail: takes none")


@pytest.mark.parametrize("text", ["[owner\n", "name = 'x", "= 1"])
def test_what_is_no_toml_is_told_with_file_and_line(text: str) -> None:
    told = faults(text)
    assert len(told) == 1
    assert told[0].startswith("heardback.toml: is not TOML:")
    assert "line 1" in told[0] or "end of document" in told[0]


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(ConfigError, match="is not UTF-8 at byte 7"):
        parse(b"name = \xff")


# -------------------------------------------------------------------------------------------- the file


def written(folder: Path, text: str = GOOD, mode: int = 0o600) -> Path:
    path = folder / "heardback.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


TARGET = "[[push.targets]]\nurl = 'json://push.example/topic'\n"


def test_a_private_file_with_a_target_warns_of_nothing(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD + TARGET), {}).warnings == ()


def test_a_push_url_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    (warning,) = load(written(tmp_path, GOOD + TARGET, 0o644), {}).warnings
    assert "holds a push URL and can be read by other users" in warning


def test_a_file_without_secrets_may_be_read_by_others(tmp_path: Path) -> None:
    text = GOOD + "[[push.targets]]\nurl = { env = 'PUSH_URL' }\n"
    assert load(written(tmp_path, text, 0o644), {}).warnings == ()


def test_a_file_that_others_can_change_is_warned_of(tmp_path: Path) -> None:
    warnings = load(written(tmp_path, GOOD + TARGET, 0o660), {}).warnings
    assert any("can be changed by other users" in warning for warning in warnings)


def test_no_push_target_is_allowed_and_said(tmp_path: Path) -> None:
    (warning,) = load(written(tmp_path), {}).warnings
    assert warning.startswith("No push target")


def test_a_file_that_is_not_there_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml", {})


def test_the_argument_outdoes_the_environment_and_that_the_usual_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "config_candidates", lambda: (tmp_path / "usual.toml",))
    (tmp_path / "usual.toml").touch()
    assert find_config(Path("/a.toml"), {"HEARDBACK_CONFIG": "/b.toml"}) == Path("/a.toml")
    assert find_config(None, {"HEARDBACK_CONFIG": "/b.toml"}) == Path("/b.toml")
    assert find_config(None, {}) == tmp_path / "usual.toml"


def test_no_configuration_anywhere_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "config_candidates", lambda: (tmp_path / "one.toml", tmp_path / "two.toml"))
    with pytest.raises(ConfigError) as told:
        find_config(None, {})
    assert str(tmp_path / "one.toml") in told.value.faults[0]
    assert str(tmp_path / "two.toml") in told.value.faults[0]
    assert str(tmp_path / "one.toml") in told.value.next_step


# ------------------------------------------------------------------------------------------ the ledger


def test_the_ledger_lies_where_the_file_says(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD + f"[ledger]\npath = '{tmp_path}/mine.sqlite3'\n"), {"STATE_DIRECTORY": "/var/lib/x"})
    assert settings.ledger_path() == tmp_path / "mine.sqlite3"


def test_inside_a_service_the_ledger_lies_in_its_folder(tmp_path: Path) -> None:
    settings = load(written(tmp_path), {"STATE_DIRECTORY": "/var/lib/heardback/rosa:/var/lib/other"})
    assert settings.ledger_path() == Path("/var/lib/heardback/rosa", LEDGER_FILE)


def test_at_the_terminal_the_folder_of_ones_system_service_comes_before_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SYSTEM_STATE", tmp_path)
    monkeypatch.setattr(places, "_login", lambda: "rosa")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    assert default_ledger_path({}) == tmp_path / "home" / "heardback" / LEDGER_FILE
    (tmp_path / "rosa").mkdir()
    assert default_ledger_path({}) == tmp_path / "rosa" / LEDGER_FILE


# ------------------------------------------------------------------------------------------- secrets


def secret(text: str) -> Secret:
    """The password of a configuration in which it is written like this."""
    found = parse(GOOD.replace('{ env = "MAIL_PASSWORD" }', text)).mailboxes[0].password
    assert found is not None
    return found


def refusal(found: Secret, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as told:
        found.resolve(dict(os.environ) if environ is None else environ)
    return told.value.faults[0]


def test_a_secret_from_the_environment() -> None:
    assert secret('{ env = "MAIL_PASSWORD" }').resolve({"MAIL_PASSWORD": "s p a c e"}) == "s p a c e"


def test_a_secret_that_is_not_in_the_environment_is_told_with_its_key() -> None:
    assert refusal(secret('{ env = "NO_SUCH" }'), {}) == "mailbox[1].password: there is no secret in environment variable NO_SUCH"


@pytest.mark.parametrize("command", ["[\"printf\", '%s\\n%s', 's3cret word', 'more']", "\"printf '%s\\\\n' 's3cret word'\""])
def test_a_secret_from_a_command_is_its_first_line(command: str) -> None:
    assert secret(f"{{ command = {command} }}").resolve() == "s3cret word"


def test_a_command_is_not_given_to_a_shell() -> None:
    assert secret('{ command = "echo a;echo $HOME" }').resolve() == "a;echo $HOME"


def test_a_command_that_fails_is_told_with_its_own_last_words() -> None:
    told = refusal(secret('{ command = ["sh", "-c", "echo first >&2; echo locked >&2; echo hidden; exit 3"] }'))
    assert told == "mailbox[1].password: the command sh ended with status 3: locked"


def test_a_command_that_is_not_there_is_told() -> None:
    told = refusal(secret('{ command = ["/no/such/program"] }'))
    assert told == "mailbox[1].password: the command /no/such/program cannot be run: No such file or directory"


def test_a_command_that_never_answers_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heardback.secret.COMMAND_TIMEOUT_S", 0.05)
    assert "did not answer within 0.05 seconds" in refusal(secret('{ command = ["sleep", "5"] }'))


def test_a_secret_from_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "mailbox-password").write_text("s3cret\n", encoding="utf-8")
    found = secret('{ credential = "mailbox-password" }')
    assert found.resolve({"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "s3cret"
    (tmp_path / "mailbox-password").unlink()
    assert "systemd handed over no credential mailbox-password" in refusal(found, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert "exists only inside a systemd service" in refusal(found, {})


def test_a_credentials_name_cannot_leave_its_folder() -> None:
    assert faults(GOOD.replace('env = "MAIL_PASSWORD"', 'credential = "../../etc/shadow"'))[0].startswith(
        "mailbox[1].password.credential:"
    )


def test_a_secret_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = ModuleType("keyring")
    keyring.get_password = lambda service, name: f"{service}/{name}" if name == "quill" else None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert secret('{ keyring = "quill" }').resolve() == "heardback/quill"
    assert "there is no secret in keyring entry other" in refusal(secret('{ keyring = "other" }'))


def test_no_secret_shows_in_the_settings() -> None:
    settings = parse(GOOD + "[[push.targets]]\nurl = 'tgram://123456:hunter2/99'\n")
    assert settings.push.targets[0].url.resolve() == "tgram://123456:hunter2/99"
    shown = [
        repr(settings),
        str(settings),
        str(settings.push.targets[0].url),
        str(settings.model_dump()),
        settings.model_dump_json(),
    ]
    assert [text for text in shown if "hunter2" in text] == []


def test_the_example_holds_every_key_as_a_line_or_a_commented_one() -> None:
    """What the schema knows, the example shows: a person should not need a second page to find a key."""
    text = (ROOT / "config" / "heardback.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)

    keys = {key for section in json.loads(json_schema())["$defs"].values() for key in section["properties"]}
    missing = [key for key in sorted(keys) if f"{key} = " not in text and f"[[push.{key}]]" not in text]
    assert missing == []
