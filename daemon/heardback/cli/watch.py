"""``heardback watch``: the service."""

from __future__ import annotations

import signal
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from heardback.cli.options import config_option


@click.command("watch")
@config_option
def watch_command(config: Path | None) -> None:
    """Stay, watch the mail, and nudge when the time has come (the service)."""
    from heardback.cli.session import configure_logging, make_deliverer, open_mailbox, open_session, tell_warnings, term_of_grant
    from heardback.clock import SystemClock
    from heardback.systemd_notify import Notifier
    from heardback.watch import WatchedMailbox, Watcher

    configure_logging(verbose=True)
    with open_session(config) as session:
        tell_warnings(session)
        session.books.ledger.claim()
        session.books.ledger.recover(session.now())
        poll_s = session.settings.watch.poll_minutes * 60.0
        watcher = Watcher(
            session.books,
            make_deliverer(session),
            [
                WatchedMailbox(
                    name=mailbox.name,
                    open_source=partial(open_mailbox, session, mailbox),
                    poll_s=poll_s,
                    term=partial(term_of_grant, session, mailbox),
                )
                for mailbox in session.settings.mailboxes
            ],
            clock=SystemClock(),
            notifier=Notifier(),
            since=timedelta(days=session.settings.watch.since_days),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.request_stop())
        error = watcher.run()
    if error is not None:
        raise error
