"""What can be set or typed is written down, and what is written down exists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from heardback.cli.main import COMMANDS, LazyGroup, cli
from heardback.config import json_schema

ROOT = Path(__file__).parents[2]

GUIDES = [
    *("README.md", "CHANGELOG.md", "SECURITY.md", "config/README.md", "systemd/README.md"),
    *("daemon/ARCHITECTURE.md", "tests/README.md"),
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section_of(key: str) -> str:
    """The part of config/README.md between a heading that names this section and the next heading."""
    parts = re.split(r"^## ", text("config/README.md"), flags=re.MULTILINE)
    (found,) = [part for part in parts if part.startswith(f"`{key}`")]
    return found


SECTIONS = {
    "OwnerSettings": "[owner]",
    "MailboxSettings": "[[mailbox]]",
    "FolderSettings": "[[mailbox]]",
    "OAuthSettings": "[[mailbox]]",
    "PushSettings": "[push]",
    "TargetSettings": "[push]",
    "LedgerSettings": "[ledger]",
    "WatchSettings": "[watch]",
}


def keys() -> list[tuple[str, str]]:
    """Every (section, key) that the configuration knows, from its schema."""
    inside = {"FolderSettings": "folders.", "OAuthSettings": "oauth."}
    return [
        (name, f"{inside.get(name, '')}{key}")
        for name, section in json.loads(json_schema())["$defs"].items()
        if name in SECTIONS
        for key in section["properties"]
        if (name, key) not in {("MailboxSettings", "folders"), ("MailboxSettings", "oauth")}
    ]


@pytest.mark.parametrize(("section", "key"), keys())
def test_every_setting_has_a_row_in_its_section_of_the_guide(section: str, key: str) -> None:
    assert f"| `{key}` |" in section_of(SECTIONS[section])


def test_every_section_of_the_schema_is_looked_at() -> None:
    assert set(json.loads(json_schema())["$defs"]) == {*SECTIONS, "Secret"}
    assert len(keys()) > 15


@pytest.mark.parametrize("key", ["env", "command", "credential", "keyring"])
def test_every_place_for_a_secret_is_in_the_guide(key: str) -> None:
    secrets = text("config/README.md").partition("## Secrets")[2].partition("\n## ")[0]
    assert f"| `{key}` |" in secrets


def test_every_row_of_the_guide_is_a_setting() -> None:
    known = {key for _, key in keys()} | {"env", "command", "credential", "keyring"}
    rows = re.findall(r"^\| `([a-z_.]+)` \|", text("config/README.md"), re.MULTILINE)
    assert [row for row in rows if row not in known] == []


def test_the_defaults_in_the_guide_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| `([^`]+)` \|", text("config/README.md"), re.MULTILINE))
    definitions = json.loads(json_schema())["$defs"]
    code = {
        key: json.dumps(field["default"])
        for name in ("PushSettings", "WatchSettings")
        for key, field in definitions[name]["properties"].items()
        if field.get("default") not in (None, [])
    }
    assert rows == code


def test_every_command_is_in_the_readme() -> None:
    shown = set(re.findall(r"(?:`|^\s*\$?\s*)heardback ([a-z]+)|`([a-z]+)(?: [A-Z]|`)", text("README.md"), re.MULTILINE))
    words = {word for pair in shown for word in pair}
    assert [name for name in COMMANDS if name not in words] == []


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_line_in_the_list_of_commands_is_the_commands_own(name: str) -> None:
    assert isinstance(cli, LazyGroup)
    command = cli.get_command(cli.make_context("heardback", ["--help"], resilient_parsing=True), name)
    assert command is not None
    assert " ".join((command.help or "").partition("\n\n")[0].split()) == COMMANDS[name][1]


@pytest.mark.parametrize("guide", GUIDES)
def test_commands_that_the_guides_show_exist(guide: str) -> None:
    shown = set(re.findall(r"(?:`|^)heardback ([a-z]+)", text(guide), re.MULTILINE))
    assert sorted(shown - set(COMMANDS)) == []


@pytest.mark.parametrize("guide", GUIDES)
def test_links_between_the_guides_lead_somewhere(guide: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text(guide))
    assert [link for link in links if not ((ROOT / guide).parent / link).exists()] == []


def test_targets_that_the_guides_name_are_made_by_make() -> None:
    made = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = {word for guide in GUIDES for word in re.findall(r"`make ([a-z-]+)", text(guide))}
    assert sorted(named - made) == []


def test_pinned_requirements_name_no_index_or_host_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = text(name).splitlines()
        assert [line for line in lines if "://" in line or line.startswith("-")] == []
        pins = [index for index, line in enumerate(lines) if line and not line.startswith((" ", "#"))]
        assert [lines[index] for index in pins if "==" not in lines[index] or "--hash=sha256:" not in lines[index + 1]] == []
        assert len(pins) > 40


def test_what_runs_is_pinned_alike_for_tests() -> None:
    def pins(name: str) -> set[str]:
        return {line.split(" ")[0] for line in text(name).splitlines() if "==" in line}

    assert sorted(pins("requirements.txt") - pins("requirements-dev.txt")) == []
