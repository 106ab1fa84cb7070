"""Where grants are kept. Files are the subject here."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from heardback.errors import ConfigError, LedgerError, LoginRefused
from heardback.mailbox.grants import Grant, GrantStore, Term

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
GRANT = Grant(
    client_id="client",
    scopes=("mail", "more"),
    refresh_token="1//refresh",
    access_token="ya29.access",
    expires_at=NOW + timedelta(hours=1),
    granted_at=NOW,
    ends_at=NOW + timedelta(days=7),
)


def test_what_is_kept_is_what_was_granted(tmp_path: Path) -> None:
    store = GrantStore(tmp_path / "grants", "home")
    assert store.load() is None
    assert store.term() is None
    for grant in (GRANT, replace(GRANT, ends_at=None)):
        store.save(grant)
        assert store.load() == grant
        assert store.term() == Term(granted_at=NOW, ends_at=grant.ends_at)
    store.remove()
    store.remove()
    assert store.load() is None


def test_a_grant_shows_no_token() -> None:
    assert "1//refresh" not in repr(GRANT)
    assert "ya29" not in repr(GRANT)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '"text"', '{"client_id": "x"}'])
def test_a_file_that_is_no_grant_is_mended_by_a_new_consent(tmp_path: Path, text: str) -> None:
    store = GrantStore(tmp_path, "home")
    (tmp_path / "home.json").write_text(text)
    with pytest.raises(LoginRefused) as refused:
        store.load()
    assert "heardback auth home" in refused.value.next_step
    assert store.term() is None


def test_a_time_without_a_zone_is_no_time(tmp_path: Path) -> None:
    store = GrantStore(tmp_path, "home")
    store.save(replace(GRANT, granted_at=NOW.replace(tzinfo=None)))
    with pytest.raises(LoginRefused):
        store.load()


def test_a_write_that_fails_leaves_the_old_grant_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = GrantStore(tmp_path / "grants", "home")
    store.save(GRANT)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LedgerError, match="No space left"):
        store.save(replace(GRANT, refresh_token="new"))
    assert store.load() == GRANT
    assert [path.name for path in (tmp_path / "grants").iterdir()] == ["home.json"]


def test_two_mailboxes_have_two_grants(tmp_path: Path) -> None:
    GrantStore(tmp_path, "home").save(GRANT)
    assert GrantStore(tmp_path, "work").load() is None


class FakeKeyring(SimpleNamespace):
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, entry: str) -> str | None:
        return self.kept.get((service, entry))

    def set_password(self, service: str, entry: str, text: str) -> None:
        self.kept[service, entry] = text

    def delete_password(self, service: str, entry: str) -> None:
        del self.kept[service, entry]


def test_the_keyring_keeps_a_grant_and_no_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    store = GrantStore(tmp_path / "grants", "home", in_keyring=True)
    store.save(GRANT)
    assert store.load() == GRANT
    assert list(keyring.kept) == [("heardback", "grant home")]
    assert not (tmp_path / "grants").exists()
    store.remove()
    store.remove()
    assert keyring.kept == {}


def test_a_keyring_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="not installed") as fault:
        GrantStore(tmp_path, "home", in_keyring=True).load()
    assert "heardback[keyring]" in fault.value.next_step
