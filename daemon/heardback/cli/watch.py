"""``heardback watch``: the service."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option

if TYPE_CHECKING:
    from heardback.cli.session import Session
    from heardback.watch import Setup


@click.command("watch")
@config_option
def watch_command(config: Path | None) -> None:
    """Stay, watch the mail, and nudge when the time has come (the service)."""
    from heardback.cli.session import configure_logging, open_session, tell_warnings
    from heardback.clock import SystemClock
    from heardback.systemd_notify import Notifier
    from heardback.watch import Watcher

    configure_logging(verbose=True)
    with open_session(config) as session:
        tell_warnings(session)
        session.books.ledger.claim()
        session.books.ledger.check()
        session.books.ledger.recover(session.now())
        setup = setup_of(session)
        watcher = Watcher(
            setup.books,
            setup.deliverer,
            setup.mailboxes,
            clock=SystemClock(),
            notifier=Notifier(),
            since=setup.since,
            reload=partial(read_again, session),
            free_bytes=partial(_free_bytes, session.books.ledger.path.parent),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.request_stop())
        signal.signal(signal.SIGHUP, lambda *_: watcher.request_reload())
        error = watcher.run()
    if error is not None:
        raise error


def setup_of(session: Session, alive: Callable[[], None] = lambda: None) -> Setup:
    """What the settings make of mailboxes and targets. Push URLs are fetched, passwords are not."""
    from heardback.cli.session import make_deliverer, open_mailbox, term_of_grant
    from heardback.watch import Setup, WatchedMailbox

    return Setup(
        books=session.books,
        deliverer=make_deliverer(session, alive),
        mailboxes=tuple(
            WatchedMailbox(
                name=mailbox.name,
                open_source=partial(open_mailbox, session, mailbox),
                poll_s=session.settings.watch.poll_minutes * 60.0,
                term=partial(term_of_grant, session, mailbox),
                has_server=mailbox.address.path is None,
            )
            for mailbox in session.settings.mailboxes
        ),
        since=timedelta(days=session.settings.watch.since_days),
    )


def read_again(session: Session, alive: Callable[[], None]) -> Setup:
    """For a reload: the same file, read and checked as a whole, over the same ledger. Raises ConfigError with every fault."""
    from heardback.cli.granting import access_token_for
    from heardback.cli.session import session_of
    from heardback.config import load
    from heardback.errors import ConfigError
    from heardback.notify.push import Pusher

    settings = load(session.settings.path)
    faults = []
    if settings.ledger_path() != session.settings.ledger_path():
        faults.append("ledger.path: a reload cannot change it; restart instead")
    again = session_of(settings, session.books.ledger)
    for mailbox in settings.mailboxes:
        try:
            access_token_for(mailbox, settings.grants_path())
        except ConfigError as error:
            faults.extend(error.faults)
    try:
        setup = setup_of(again, alive)
    except ConfigError as error:
        raise ConfigError([*faults, *error.faults], error.next_step) from error
    faults.extend(fault for target in setup.deliverer.targets if (fault := Pusher().check(target)) is not None)
    if faults:
        raise ConfigError(faults, "heardback check names every fault.")
    return setup


def _free_bytes(folder: Path) -> int | None:
    """Room on the ledger's disk for whoever runs this; None where nobody can say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
