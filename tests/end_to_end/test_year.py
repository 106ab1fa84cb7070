"""A year of mail, the clock passed in: after the first month memory and ledger grow by the rows of new mail and nothing else.

In `make test` seven weeks of it, all of it by `make test-full`.

The passes are the daemon's own (store, judge, plan, deliver) without its threads; each day brings bulk mail, mail of friends, and
now and then a letter about a job. What must not grow: memory that one pass leaves behind, and what the ledger holds beyond one
row for a message and a few for an application.
"""

from __future__ import annotations

import gc
import os
import threading
import tracemalloc
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from heardback import reading, understanding
from heardback.delivering import Deliverer
from heardback.ledger.store import Ledger
from heardback.mailbox.header_block import bounded
from heardback.model import FolderRole, Message, MessageFacts, Push, RawHeader, RawMessage
from heardback.notify.push import PushOutcome, Target, make_target
from heardback.passes import Books
from tests.end_to_end.daemon import ME, OWNER, letter, local, with_invite

FULL = bool(os.environ.get("HEARDBACK_TEST_FULL"))
DAYS = 365 if FULL else 49
START = local("2026-01-05 08:00")
NAMES = ("Alder", "Birch", "Cedar", "Dorn", "Elder", "Fern", "Grove", "Hazel", "Ivy", "Juniper", "Kestrel", "Larch", "Maple")


class Phone:
    def __init__(self) -> None:
        self.count = 0

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]:
        self.count += 1
        return tuple(PushOutcome(target=target.id, ok=True, detail="", elapsed_s=0.0) for target in targets)


def mail_of(day: int) -> list[MessageFacts]:
    """Twelve messages: ten of bulk, one of a friend; on Mondays an invitation and later a promise and a refusal."""
    now = START + timedelta(days=day)
    mails = []
    for number in range(10):
        bulk = letter(
            now + timedelta(minutes=number), f"Garden chairs, day {day}.", sender="News <news@shop.example>", subject="Offers"
        )
        bulk["List-Unsubscribe"] = "<mailto:stop@shop.example>"
        mails.append(bulk)
    mails.append(letter(now + timedelta(hours=1), "Lunch on Sunday?", sender="Bea <bea@castellan.example>", subject="hey"))
    week, weekday = divmod(day, 7)
    name = NAMES[week % len(NAMES)] + ("ford", "wick", "stead", "worth")[week // len(NAMES) % 4]
    who = f"Dana Ortiz <dana@{name.lower()}.example>"
    subject = f"Data Engineer at {name}"
    if weekday == 0:
        invited = letter(
            now + timedelta(hours=2), f"Hi Rosa, your interview at {name} is attached.\n\nDana", sender=who, subject=subject
        )
        start = now + timedelta(days=2, hours=6)
        mails.append(with_invite(invited, start, start + timedelta(hours=1), uid=f"{week}@{name.lower()}.example"))
    if weekday == 3:
        mails.append(
            letter(now + timedelta(hours=2), "Hi Rosa, you'll hear from us by next Friday.\n\nDana", sender=who, subject=subject)
        )
        mails.append(letter(now + timedelta(hours=3), "Thank you.\n\nRosa", sender=ME, to=who, subject=f"Re: {subject}"))
    if weekday == 6:
        mails.append(
            letter(now + timedelta(hours=2), "Unfortunately we chose another candidate.\n\nDana", sender=who, subject=subject)
        )
    found = []
    for mail in mails:
        content = mail.as_bytes()
        header = RawHeader(
            key=mail["Message-ID"],
            mailbox="home",
            folder="INBOX",
            role=FolderRole.INBOX,
            received_at=now,
            size_bytes=len(content),
            header=bounded(content),
        )
        message = reading.read(RawMessage(header=header, content=content))
        assert isinstance(message, Message)
        found.append(understanding.understand(message, OWNER))
    return found


def test_after_the_first_month_memory_and_ledger_grow_by_the_rows_of_new_mail_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    memory, sizes, phone = [], [], Phone()
    tracemalloc.start()
    try:
        with Ledger.open(path) as ledger:
            books = Books(ledger=ledger, owner=OWNER, mailboxes=("home",))
            moment = START
            deliverer = Deliverer(
                books=books,
                pusher=phone,
                targets=(make_target("json://127.0.0.1/phone"),),
                quiet=None,
                is_discreet=False,
                gives_reasons=True,
                now=lambda: moment,
            )
            for day in range(DAYS):
                facts = mail_of(day)
                ledger.record("home", facts, len(facts), (), str(day))
                for hour in (9, 17) if FULL else (12,):
                    moment = START + timedelta(days=day, hours=hour - START.hour + 3)
                    _pass(books, deliverer, moment)
                if day % 7 == 6:
                    gc.collect()
                    (pages,) = ledger._rows("PRAGMA page_count")[0]
                    memory.append(tracemalloc.get_traced_memory()[0])
                    sizes.append(pages * 4096)
            (messages,) = ledger._rows("SELECT count(*) FROM message")[0]
    finally:
        tracemalloc.stop()
    assert phone.count > DAYS // 14, "nothing was pushed, so nothing was shown"
    weeks = len(memory)
    grown = (memory[-1] - memory[4]) / (weeks - 5)
    by_week = f"memory by week, KB: {[size // 1024 for size in memory]}; ledger, KB: {[size // 1024 for size in sizes]}"
    told = f"{by_week}; {messages} messages"
    # A week brings eighty messages, a dozen of them with facts. Measured over a year: 23 KB of memory and 36 KB of ledger a week.
    assert grown < 40_000, told
    assert (sizes[-1] - sizes[4]) / (weeks - 5) < 50_000, told
    if FULL:
        print(told)  # noqa: T201 - figures for whoever asked for the long run


def _pass(books: Books, deliverer: Deliverer, now: datetime) -> None:
    books.ledger.note_completed("home", now)
    overview = books.overview(now)
    books.keep_ids(overview)
    deliverer.plan(overview)
    deliverer.deliver(now, now)
