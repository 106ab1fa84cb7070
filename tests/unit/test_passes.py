"""A pass over a ledger: what better rules mean for what was read before them."""

from __future__ import annotations

from pathlib import Path

from heardback.ledger.store import Ledger
from heardback.model import Kind
from heardback.passes import Books
from heardback.understanding import RULES_VERSION
from tests.builders import OWNER, at, facts

NOON = at("2026-03-02T12:00:00-06:00")


def books(ledger: Ledger) -> Books:
    return Books(ledger=ledger, owner=OWNER, mailboxes=("home",))


def test_other_rules_read_the_window_again_once_and_keep_what_is_stored(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        books(ledger).read_again_if_rules_changed()
        ledger.record("home", [facts(Kind.UPDATE, sent_at=NOON)], 1, [], "here")
        ledger.note_completed("home", NOON)
        books(ledger).read_again_if_rules_changed()
        assert "here" == ledger.cursor("home")
        ledger.set_rules_version(RULES_VERSION - 1)
        books(ledger).read_again_if_rules_changed()
        assert ledger.cursor("home") is None
        assert 1 == len(ledger.facts(NOON))
        assert RULES_VERSION == ledger.rules_version


def test_until_the_window_is_read_again_the_mailbox_vouches_for_nothing(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        books(ledger).read_again_if_rules_changed()
        ledger.record("home", [], 1, [], "here")
        ledger.note_completed("home", NOON)
        assert books(ledger).overview(NOON).mailboxes[0].problem is None
        ledger.set_rules_version(RULES_VERSION - 1)
        books(ledger).read_again_if_rules_changed()
        assert books(ledger).overview(NOON).mailboxes[0].problem is not None
