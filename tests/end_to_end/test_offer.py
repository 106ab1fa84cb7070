"""By when an offer wants its answer: told once, two days before, and not where it is no longer so."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest

from heardback.delivering import Deliverer
from heardback.ledger.store import Ledger
from heardback.model import Kind, MessageFacts, Push, Timeframe
from heardback.notify.outbox import QuietHours
from heardback.notify.push import PushOutcome, Target, make_target
from heardback.passes import Books
from tests.builders import ME, OWNER, at, facts
from tests.end_to_end.daemon import QUIET

SUBJECT = "Data Engineer at Brightforge"
MINE = facts(Kind.APPLICATION, id="<1@quill.example>", sent_at=at("2026-06-01T10:00:00-05:00"), sender=ME, subject=SUBJECT)


def reply(kind: Kind, number: int, sent_at: str, **fields: object) -> MessageFacts:
    thread = {"in_reply_to": MINE.id, "references": (MINE.id,), "subject": SUBJECT}
    return facts(kind, id=f"<{number}@brightforge.example>", sent_at=at(sent_at), **(thread | fields))


OFFER = reply(
    Kind.OFFER, 2, "2026-06-09T11:00:00-05:00", due=Timeframe(quote="by Friday", rule="test.given", latest=date(2026, 6, 19))
)
YES = reply(Kind.ACCEPTED_OFFER, 3, "2026-06-16T11:00:00-05:00", sender=ME)


@dataclass(slots=True)
class Phone:
    rung: list[Push] = field(default_factory=list)

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]:
        self.rung.append(push)
        return tuple(PushOutcome(target=target.id, ok=True, detail="", elapsed_s=0.0) for target in targets)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        opened.record("test", (MINE, OFFER), 2, (), "1")
        yield opened


def at_moments(ledger: Ledger, *moments: str, quiet: QuietHours | None = None) -> list[tuple[str, str]]:
    """A pass at each; what rang, with the moment."""
    phone, told = Phone(), []
    for moment in map(at, moments):
        ledger.note_completed("test", moment)
        books = Books(ledger=ledger, owner=OWNER, mailboxes=("test",))
        deliverer = Deliverer(
            books=books,
            pusher=phone,
            targets=(make_target("json://127.0.0.1/phone"),),
            quiet=quiet,
            is_discreet=False,
            gives_reasons=True,
            now=_clock(moment),
        )
        overview = books.overview(moment)
        books.keep_ids(overview)
        deliverer.plan(overview)
        deliverer.deliver(moment, moment)
        told += [(f"{moment:%m-%d %H:%M}", push.title) for push in phone.rung]
        phone.rung.clear()
    return told


def _clock(moment: datetime) -> object:
    return lambda: moment


def test_the_due_day_of_an_offer_rings_once_two_days_before(ledger: Ledger) -> None:
    days = ("2026-06-09T12:00-05:00", "2026-06-17T08:50-05:00", "2026-06-17T09:00-05:00", "2026-06-18T09:00-05:00")
    told = at_moments(ledger, *days, "2026-06-20T09:00-05:00")
    assert [(when, title.partition(":")[2]) for when, title in told] == [("06-17 09:00", " their offer waits")]


def test_an_offer_that_was_accepted_before_does_not_ring(ledger: Ledger) -> None:
    ledger.record("test", (YES,), 1, (), "2")
    assert at_moments(ledger, "2026-06-17T09:00-05:00", "2026-06-18T09:00-05:00") == []


def test_one_that_waits_for_the_morning_is_taken_back_if_the_answer_went_out_at_night(ledger: Ledger) -> None:
    assert at_moments(ledger, "2026-06-17T23:00-05:00", quiet=QUIET) == []
    ledger.record("test", (reply(Kind.ACCEPTED_OFFER, 3, "2026-06-17T23:30:00-05:00", sender=ME),), 1, (), "2")
    assert at_moments(ledger, "2026-06-18T09:00-05:00", quiet=QUIET) == []


def test_what_was_told_of_an_erased_offer_is_gone_from_the_ledger(ledger: Ledger) -> None:
    at_moments(ledger, "2026-06-17T09:00-05:00")
    (application,) = ledger.aliases()
    ledger.erase(application)
    assert ledger._rows("SELECT * FROM outgoing") == []
