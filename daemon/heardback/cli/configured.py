"""``heardback scan`` with a configuration: read what is new into the ledger, show how everything stands, push what is due."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from heardback.cli.main import exit_with, tell
from heardback.cli.options import parse_moment
from heardback.cli.output import print_overview, print_planned, progress_bar
from heardback.cli.session import Session, configure_logging, make_deliverer, open_mailbox, open_session, term_of_grant
from heardback.config import MailboxSettings
from heardback.delivering import Outcome
from heardback.errors import HeardbackError, LedgerError, PushFailed, UsageError
from heardback.model import NudgeStatus, Overview
from heardback.scan import default_since, read_new


def scan_configured(
    config: Path | None, *, as_json: bool, as_of: str | None, dry_run: bool, notify: bool, since: str | None
) -> None:
    configure_logging()
    if notify and (dry_run or as_of):
        raise UsageError("--notify pushes, --dry-run and --as-of only look.", "Choose one.")
    with open_session(config) as session:
        if notify:  # whoever pushes is alone: two would both tell what they found due
            session.books.ledger.claim()
            session.books.ledger.recover(session.now())
        owner = session.books.owner
        began_at = session.now()
        now = parse_moment(as_of, owner, "--as-of") if as_of else began_at
        start = parse_moment(since, owner, "--since") if since else default_since(began_at)
        errors = [] if dry_run else _read_all(session, start, as_json)
        overview = session.overview(now)
        outcome = Outcome()
        if not dry_run and not as_of:
            session.books.keep_ids(overview)
            outcome = _push_due(session, overview, began_at) if notify else _plan_only(session, overview)
        print_overview(overview, owner, as_json=as_json)
        if dry_run and not as_json:
            told = [nudge for nudge in session.books.ledger.nudges() if nudge.status in (NudgeStatus.SENT, NudgeStatus.HELD_BACK)]
            print_planned(overview, owner, told)
            click.echo("From the ledger: new mail was not looked at.")
    _leave(errors, outcome)


def _read_all(session: Session, since: datetime, quiet: bool) -> list[HeardbackError]:
    """Read every mailbox in turn; one that cannot be read is noted and does not keep the others from being read."""
    session.books.read_again_if_rules_changed()
    errors: list[HeardbackError] = []
    for mailbox in session.settings.mailboxes:
        try:
            _read_one(session, mailbox, since, quiet)
        except LedgerError:
            raise  # no mailbox's fault, and nothing could be noted down
        except HeardbackError as error:
            session.books.ledger.note_failed(mailbox.name, str(error), session.now())
            errors.append(error)
    return errors


def _read_one(session: Session, mailbox: MailboxSettings, since: datetime, quiet: bool) -> None:
    ledger = session.books.ledger
    source = open_mailbox(session, mailbox)
    began_at = session.now()
    gaps: list[str] = []
    try:
        with progress_bar(quiet=quiet) as progress:
            for intake in read_new(
                source, ledger.cursor(mailbox.name), since=since, owner=session.books.owner, progress=progress
            ):
                session.books.store(mailbox.name, intake)
                gaps.extend(intake.gaps)
    finally:
        source.close()
    ledger.note_completed(mailbox.name, began_at, gaps)


def _push_due(session: Session, overview: Overview, began_at: datetime) -> Outcome:
    deliverer = make_deliverer(session)
    deliverer.plan(overview)
    deliverer.announce_alive(overview)
    for mailbox in session.settings.mailboxes:
        deliverer.announce_end_of_grant(mailbox.name, term_of_grant(session, mailbox), overview.as_of)
    return deliverer.deliver(session.now(), began_at)


def _plan_only(session: Session, overview: Overview) -> Outcome:
    """Nudges wait in the ledger for whoever pushes: the service, or a scan with --notify."""
    session.books.plan(overview)
    return Outcome()


def _leave(errors: list[HeardbackError], outcome: Outcome) -> None:
    """Exit status of DESIGN section 5: what a person must mend before what mends itself."""
    for error in errors:
        tell(error)
    if errors:
        exit_with(max(error.exit_status for error in errors))
    if outcome.tried and not outcome.arrived:
        raise PushFailed("Nothing could be pushed: no target answered.", "heardback check --push tries each of them.")
    click.get_current_context().exit(0)
