"""``heardback demo``: the whole job on the sample mailbox. Real mail on disk, a real ledger, the real pass; only the clock
is passed in, and the phone is the terminal. Nothing leaves the machine, and the folder it works in is gone afterwards."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import json_option

if TYPE_CHECKING:
    from heardback.delivering import Deliverer
    from heardback.model import Overview, Owner, Push
    from heardback.notify.push import PushOutcome, Target
    from heardback.passes import Books
    from heardback.sample.build import Sample

PUSH_COLUMNS = 100
"""How wide a nudge is printed at most: a line that is read at once."""


@click.command("demo")
@json_option
def demo_command(as_json: bool) -> None:
    """Run the whole job on a sample mailbox, with nothing to configure."""
    from heardback.cli.output import print_overview
    from heardback.sample.build import load

    sample = load()
    owner = _owner(sample)
    with tempfile.TemporaryDirectory(prefix="heardback-demo-") as folder:
        overview, pushes = live_through(sample, owner, Path(folder))
    if not as_json:
        click.echo(f"{sample.name}'s spring, invented: {len(sample.messages)} messages.\n")
        click.echo("What her phone received:\n")
        for moment, push in pushes:
            _print_push(moment, push, owner)
    print_overview(overview, owner, as_json=as_json)
    if not as_json:
        click.echo("\nThis was a sample. For your own mail: config/README.md, then heardback check.")


def live_through(sample: Sample, owner: Owner, folder: Path) -> tuple[Overview, tuple[tuple[datetime, Push], ...]]:
    """Go from the first message to ``sample.as_of``, stopping wherever mail comes or time changes something.
    Answers how everything stands at the end, and every push with its moment."""
    from heardback.ledger.store import Ledger
    from heardback.passes import Books

    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        books = Books(ledger=ledger, owner=owner, mailboxes=("sample",), stale_after=timedelta(days=365))
        life = _Life(sample=sample, books=books, maildir=folder / "mail")
        return life.run(), tuple(life.phone.received)


@dataclass(slots=True)
class _Phone:
    """The terminal in the place of Apprise: every push arrives, and is kept with the moment at which it came."""

    received: list[tuple[datetime, Push]] = field(default_factory=list)
    now: datetime | None = None

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]:
        from heardback.notify.push import PushOutcome

        assert self.now is not None
        self.received.append((self.now, push))
        return tuple(PushOutcome(target=target.id, ok=True, detail="", elapsed_s=0.0) for target in targets)


@dataclass(slots=True)
class _Life:
    sample: Sample
    books: Books
    maildir: Path
    phone: _Phone = field(default_factory=_Phone)

    def run(self) -> Overview:
        deliverer = self._deliverer()
        arrivals = [message.sent_at for message in self.sample.messages]
        now, end = arrivals[0], self.sample.as_of
        while True:
            overview = self._pass(deliverer, now)
            if now >= end:
                return overview
            now = min(self._next(arrivals, deliverer, overview, now), end)

    def _pass(self, deliverer: Deliverer, now: datetime) -> Overview:
        self.phone.now = now
        self._read(now)
        overview = self.books.overview(now)
        self.books.keep_ids(overview)
        deliverer.plan(overview)
        deliverer.deliver(now, now)
        return overview

    def _next(self, arrivals: list[datetime], deliverer: Deliverer, overview: Overview, now: datetime) -> datetime:
        from heardback.passes import next_change_at

        moments = [*arrivals, next_change_at(overview), deliverer.next_delivery_at(now), self.sample.as_of]
        return min(moment for moment in moments if moment is not None and moment > now)

    def _read(self, now: datetime) -> None:
        from heardback.mailbox.files import MaildirSource
        from heardback.sample.build import write_maildir
        from heardback.scan import default_since, read_new

        write_maildir(self.sample, self.maildir, until=now)
        source = MaildirSource(self.maildir, name="sample")
        cursor = self.books.ledger.cursor("sample")
        for intake in read_new(source, cursor, since=default_since(now), owner=self.books.owner):
            self.books.store("sample", intake)
        self.books.ledger.note_completed("sample", now)

    def _deliverer(self) -> Deliverer:
        from heardback.delivering import Deliverer
        from heardback.notify.outbox import QuietHours
        from heardback.notify.push import make_target

        return Deliverer(
            books=self.books,
            pusher=self.phone,
            targets=(make_target("json://127.0.0.1/phone"),),
            quiet=QuietHours(time(22), time(8)),
            is_discreet=False,
            gives_reasons=True,
            now=lambda: self.phone.now or self.sample.as_of,
        )


def _owner(sample: Sample) -> Owner:
    from heardback.model import Owner

    return Owner(name=sample.name, addresses=frozenset(sample.addresses), timezone=sample.timezone, country=sample.country)


def _print_push(moment: datetime, push: Push, owner: Owner) -> None:
    from heardback.view.words import moment_words, plain

    click.echo(f"  {moment_words(moment, owner.zone)}  {click.style(plain(push.title), bold=True)}")
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else PUSH_COLUMNS
    click.echo(
        click.wrap_text(plain(push.body), width=min(columns, PUSH_COLUMNS), initial_indent="    ", subsequent_indent="    ")
    )
    click.echo()
