"""Keep a ledger of the present shape, as a later version will meet it: `python -m tests.ledgers.store`.

To be run once for each released shape, before the next migration is written; what it wrote then is never written again. The
file is SQL text, so that a change in it can be read. ``test_ledger_shapes.py`` opens every one of them.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from heardback.ledger.schema import APPLICATION_ID, MIGRATIONS
from heardback.ledger.store import Ledger
from heardback.model import Action, Correction, CorrectionKind, Kind, Nudge, Push
from tests.builders import ME, at, facts

FOLDER = Path(__file__).parent
NOW = at("2026-03-17T09:00:00-05:00")


def fill(ledger: Ledger) -> None:
    """Something in every table."""
    asked = facts(Kind.UPDATE, id="<1@brightforge.example>", sent_at=NOW - timedelta(days=9), mailbox="home")
    mine = facts(Kind.THANKS, id="<2@quill.example>", sent_at=NOW - timedelta(days=8), sender=ME, mailbox="home")
    gone = facts(Kind.UPDATE, id="<3@fernhollow.example>", sent_at=NOW - timedelta(days=7), mailbox="home")
    ledger.record("home", (asked, mine, gone), 12, (), '{"cursor": 1}')
    ledger.note_completed("home", NOW)
    ledger.note_failed("work", "The server of work does not answer.", NOW)
    ledger.assign("brightforge-data-engineer", [asked.id, mine.id], "Brightforge / Data Engineer", NOW)
    ledger.erase("fernhollow", [gone.id])
    ledger.add_correction(
        Correction(id=0, application="brightforge-data-engineer", kind=CorrectionKind.PROMISE, made_at=NOW, value="by Friday")
    )
    nudge = Nudge(
        id=0, application="brightforge-data-engineer", action=Action.FOLLOW_UP, rests_on="promise:<1>:2026-03-13", push_at=NOW
    )
    ledger.hand_out(ledger.plan(nudge, NOW).id, lambda: True, ["phone", "tablet"], NOW)
    ledger.record_delivery(1, "phone", True, "", NOW)
    ledger.announce("blind", f"work {NOW.isoformat()}", Push(title="I cannot read your mail", body="work: no answer."), NOW, NOW)
    ledger.set_rules_version(1)


def main() -> None:
    target = FOLDER / f"shape-{MIGRATIONS[-1].number}.sql"
    if target.exists():
        sys.exit(f"{target.name} is there: a released shape does not change")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        with Ledger.open(path) as ledger:
            fill(ledger)
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode = DELETE")
        lines = "\n".join(database.iterdump())
        database.close()
    target.write_text(f"PRAGMA application_id = {APPLICATION_ID};\n{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
