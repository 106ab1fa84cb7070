"""``heardback check``: log in everywhere, say how grants stand, and with ``--push`` ring every target once; in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option
from heardback.errors import HeardbackError

if TYPE_CHECKING:
    from heardback.cli.session import Session
    from heardback.config import MailboxSettings


@click.command("check")
@config_option
@click.option("--push", is_flag=True, help="Send one test push to every target.")
def check_command(config: Path | None, push: bool) -> None:
    """Try every login; with --push, every push target too."""
    from heardback.cli.main import exit_with
    from heardback.cli.session import configure_logging, open_session, tell_warnings

    configure_logging()
    statuses = []
    with open_session(config) as session:
        tell_warnings(session)
        click.echo(f"configuration: {session.settings.path} is fine")
        session.books.ledger.check()
        click.echo(f"ledger: {session.settings.ledger_path()} opens and is whole")
        for mailbox in session.settings.mailboxes:
            statuses.append(check_mailbox(session, mailbox))
        statuses.extend(_check_targets(session, push))
    if max(statuses, default=0):
        exit_with(max(statuses))


def check_mailbox(session: Session, mailbox: MailboxSettings) -> int:
    """Log in and read the headers of the last day; the exit status of what went wrong, else 0."""
    from heardback.cli.session import open_mailbox
    from heardback.view.words import counted

    try:
        source = open_mailbox(session, mailbox)
        try:
            headers = [
                header for batch in source.headers_since(None, session.now() - timedelta(days=1)) for header in batch.headers
            ]
        finally:
            source.close()
    except HeardbackError as error:
        click.echo(f"mailbox {mailbox.name}: {str(error).removeprefix(f'{mailbox.name}: ')}")
        if error.next_step:
            click.echo(f"  {error.next_step}")
        return error.exit_status
    folders = sorted({header.folder for header in headers})
    where = f" ({', '.join(folders)})" if folders else ""
    did = "logged in" if mailbox.address.needs_password else "opens"
    click.echo(f"mailbox {mailbox.name}: {did}; {counted(len(headers), 'message')} since yesterday{where}")
    _tell_grant(session, mailbox)
    return 0


def _tell_grant(session: Session, mailbox: MailboxSettings) -> None:
    from heardback.cli.session import term_of_grant
    from heardback.view.words import moment_words

    term = term_of_grant(session, mailbox)
    if term is not None:
        zone = session.books.owner.zone
        ends = f"ends {moment_words(term.ends_at, zone)}" if term.ends_at else "has no end of its own"
        click.echo(f"  granted {moment_words(term.granted_at, zone)}; the grant {ends}")


def _check_targets(session: Session, push: bool) -> Iterator[int]:
    from heardback.cli.session import make_deliverer
    from heardback.errors import PushFailed
    from heardback.model import Push
    from heardback.notify.push import Pusher

    pusher = Pusher()
    deliverer = make_deliverer(session)
    if not deliverer.targets:
        click.echo("push: no target is configured; nudges show up in heardback status only")
    test = Push(title="heardback: a test", body="If you can read this, nudges will reach you here.")
    for target in deliverer.targets:
        fault = pusher.check(target)
        if fault is None and push:
            (outcome,) = pusher.send(test, [target])
            fault = None if outcome.ok else f"did not arrive: {outcome.detail}. Check the URL and whether its server is up."
        arrived = "the test push arrived" if push else "understood; --push sends a test"
        click.echo(f"push {target.name}: {fault or arrived}")
        yield PushFailed.exit_status if fault else 0
