"""A ledger of every released shape still opens, keeps what it holds, and was copied before it was changed."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heardback.errors import LedgerError
from heardback.ledger import database as ledger_database
from heardback.ledger import schema
from heardback.ledger.schema import MIGRATIONS, Migration
from heardback.ledger.store import Ledger
from heardback.ledger.values import DeliveryState
from heardback.model import CorrectionKind, NudgeStatus
from tests.ledgers.store import FOLDER, NOW

SHAPES = sorted(FOLDER.glob("shape-*.sql"), key=lambda file: int(file.stem.partition("-")[2]))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NEXT = Migration(number=len(MIGRATIONS) + 1, name="a colour", statements=("ALTER TABLE mailbox ADD COLUMN colour TEXT",))


def build(shape: Path, path: Path) -> Path:
    with sqlite3.connect(path) as database:
        database.executescript(shape.read_text(encoding="utf-8"))
    database.close()
    return path


def test_every_shape_has_a_stored_ledger() -> None:
    assert [file.name for file in SHAPES] == [f"shape-{migration.number}.sql" for migration in MIGRATIONS]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda file: file.stem)
def test_a_ledger_of_every_released_shape_opens_and_keeps_what_it_holds(shape: Path, tmp_path: Path) -> None:
    with Ledger.open(build(shape, tmp_path / "ledger.sqlite3")) as ledger:
        ledger.check()
        assert [one.id for one in ledger.facts(LONG_AGO)] == ["<1@brightforge.example>", "<2@quill.example>"]
        assert set(ledger.known_ids().values()) == {"brightforge-data-engineer"}
        assert [one.kind for one in ledger.corrections()] == [CorrectionKind.PROMISE]
        assert [one.status for one in ledger.nudges()] == [NudgeStatus.SENT]
        assert {one.target: one.state for one in ledger.deliveries(1)} == {
            "phone": DeliveryState.DELIVERED,
            "tablet": DeliveryState.IN_FLIGHT,
        }
        assert [one.topic for one in ledger.due_notices(NOW)] == ["blind"]
        assert [(one.name, one.complete_to, one.last_error) for one in ledger.mailbox_states()] == [
            ("home", NOW.astimezone(UTC), None),
            ("work", None, "The server of work does not answer."),
        ]
        erased = [one for one in ledger.facts(LONG_AGO) if "fernhollow" in one.id]
        assert erased == []


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next heardback, which has one migration more."""
    more = (*MIGRATIONS, NEXT)
    monkeypatch.setattr(ledger_database, "pending", lambda connection: schema.pending(connection, more))
    monkeypatch.setattr(ledger_database, "migrate", lambda connection, now: schema.migrate(connection, now, more))


@pytest.mark.usefixtures("newer")
def test_a_ledger_is_copied_before_its_shape_changes(tmp_path: Path) -> None:
    path = build(SHAPES[-1], tmp_path / "ledger.sqlite3")
    with Ledger.open(path) as ledger:
        (copy,) = ledger.copies()
        assert (copy.name, stat.S_IMODE(copy.stat().st_mode)) == (f"ledger.sqlite3.before-{NEXT.number}", 0o600)
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT count(*) FROM message").fetchone() == (2,)
    assert "colour" not in [row[1] for row in kept.execute("PRAGMA table_info(mailbox)")]
    kept.close()
    before = copy.read_bytes()
    with Ledger.open(path) as ledger:
        assert (ledger.copies(), copy.read_bytes()) == ((copy,), before)


@pytest.mark.usefixtures("newer")
def test_a_ledger_that_cannot_be_copied_keeps_its_shape(tmp_path: Path) -> None:
    path = build(SHAPES[-1], tmp_path / "ledger.sqlite3")
    (tmp_path / f"ledger.sqlite3.before-{NEXT.number}").symlink_to(tmp_path / "nowhere" / "copy")
    with pytest.raises(LedgerError, match="copy"):
        Ledger.open(path)
    database = sqlite3.connect(path)
    assert "colour" not in [row[1] for row in database.execute("PRAGMA table_info(mailbox)")]
    database.close()


@pytest.mark.usefixtures("newer")
def test_what_is_erased_is_gone_from_the_copies_too(tmp_path: Path) -> None:
    with Ledger.open(build(SHAPES[-1], tmp_path / "ledger.sqlite3")) as ledger:
        assert len(ledger.copies()) == 1
        ledger.erase("brightforge-data-engineer")
        assert ledger.copies() == ()


def test_a_new_ledger_has_nothing_to_copy(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.copies() == ()
