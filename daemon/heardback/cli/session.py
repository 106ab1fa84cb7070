"""What every configured command starts with: settings, the owner, the open ledger, and the application that an ID means."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.clock import SystemClock
from heardback.errors import UsageError

if TYPE_CHECKING:
    from heardback.config import MailboxSettings, Settings
    from heardback.delivering import Deliverer
    from heardback.ledger.store import Ledger
    from heardback.mailbox.grants import Term
    from heardback.mailbox.source import Source
    from heardback.model import Judged, Overview
    from heardback.passes import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    settings: Settings
    books: Books

    def now(self) -> datetime:
        return SystemClock().now()

    def overview(self, now: datetime | None = None) -> Overview:
        return self.books.overview(now or self.now())

    def find(self, text: str, overview: Overview) -> Judged:
        """The application that ``text`` means: its id, or an unambiguous beginning of the id or of the employer's name."""
        from heardback import matching

        found = matching.find([judged.application for judged in overview.judged], text)
        if isinstance(found, tuple):
            if found:
                names = ", ".join(application.id for application in found)
                raise UsageError(f"{text!r} could be several: {names}.", "Write more of the id.")
            raise UsageError(f"There is no application {text!r}.", "heardback status lists them.")
        return next(judged for judged in overview.judged if judged.application.id == found.id)


@contextmanager
def open_session(config: Path | None) -> Iterator[Session]:
    from heardback.config import load
    from heardback.ledger.store import Ledger

    settings = load(config)
    with Ledger.open(settings.ledger_path()) as ledger:
        yield session_of(settings, ledger)


def session_of(settings: Settings, ledger: Ledger) -> Session:
    from heardback.passes import STALE_AFTER, Books

    books = Books(
        ledger=ledger,
        owner=settings.owner(),
        mailboxes=tuple(mailbox.name for mailbox in settings.mailboxes),
        stale_after=max(STALE_AFTER, 2 * timedelta(minutes=settings.watch.poll_minutes)),
    )
    return Session(settings=settings, books=books)


def tell_warnings(session: Session) -> None:
    """What is allowed and unwise, told where somebody looks after the configuration: check, and the service's log."""
    from heardback.places import open_to_others

    private = (session.settings.ledger_path().parent, session.settings.grants_path(), *session.settings.grants_path().glob("*"))
    for warning in (*session.settings.warnings, *open_to_others(private)):
        click.echo(f"heardback: {warning}", err=True)


def open_mailbox(session: Session, mailbox: MailboxSettings) -> Source:
    """A new source for one configured mailbox; its password or token is fetched when it logs in, and each time anew."""
    from heardback.cli.granting import access_token_for
    from heardback.mailbox.folders import FolderChoice
    from heardback.mailbox.open import open_source

    chosen = mailbox.folders
    secret = mailbox.password
    return open_source(
        mailbox.address,
        name=mailbox.name,
        password=secret.resolve if secret is not None else None,
        access_token=access_token_for(mailbox, session.settings.grants_path()),
        ca_file=Path(mailbox.ca_file) if mailbox.ca_file else None,
        folders=FolderChoice(include=tuple(chosen.include), exclude=tuple(chosen.exclude)),
    )


def term_of_grant(session: Session, mailbox: MailboxSettings) -> Term | None:
    """From when to when the mailbox is granted; None where it is opened by anything else, or was not granted yet."""
    from heardback.cli.granting import grant_store_for

    store = grant_store_for(mailbox, session.settings.grants_path())
    return store.term() if store is not None else None


def make_deliverer(session: Session, alive: Callable[[], None] = lambda: None) -> Deliverer:
    """``alive`` is called before each push URL is fetched: a command that hands one out may take half a minute."""
    from heardback.delivering import Deliverer
    from heardback.notify.outbox import QuietHours
    from heardback.notify.push import Pusher, make_target

    push = session.settings.push
    quiet = push.quiet
    targets = []
    for target in push.targets:
        alive()
        targets.append(make_target(target.url.resolve(), target.tags, target.name))
    return Deliverer(
        books=session.books,
        pusher=Pusher(),
        targets=tuple(targets),
        quiet=QuietHours(*quiet) if quiet else None,
        is_discreet=push.discreet,
        gives_reasons=push.reasons,
        now=session.now,
        says_alive=push.alive,
        click_url=push.click_url or None,
    )


def configure_logging(verbose: bool = False) -> None:
    from heardback.log import configure

    configure(logging.INFO if verbose else logging.WARNING)
