"""``heardback status`` and ``heardback why``: what the ledger knows, without reading mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option, json_option

if TYPE_CHECKING:
    from heardback.cli.session import Session

UNREACHED_FOR = timedelta(days=30)
"""For how long a push that was given up is told."""


@click.command("status")
@config_option
@json_option
def status_command(config: Path | None, as_json: bool) -> None:
    """Show how everything stands, from the ledger, without reading mail."""
    from heardback.cli.output import print_overview
    from heardback.cli.session import open_session

    with open_session(config) as session:
        print_overview(session.overview(), session.books.owner, as_json=as_json)
        lines = () if as_json else tuple(_unreached(session))
    for line in lines:
        click.echo(line)
    if lines:
        click.echo("heardback check --push tries each target.")


def _unreached(session: Session) -> Iterator[str]:
    """A line for each target that did not get something in the last month: what it missed, why, and what becomes of it."""
    from heardback.delivering import name_key
    from heardback.ledger.reach import reach_of_targets
    from heardback.view.words import counted, moment_words, plain

    ledger, zone = session.books.ledger, session.books.owner.zone
    for reach in reach_of_targets(ledger, session.now() - UNREACHED_FOR):
        answered_since = reach.failed_at is not None and reach.delivered_at is not None and reach.delivered_at > reach.failed_at
        name = plain(ledger.note(name_key(reach.target)) or f"target {reach.target[:6]}")
        why = f" ({plain(reach.detail)})" if reach.detail else ""
        if reach.given_up and reach.failed_at is not None:
            since = "; it answers again" if answered_since else ""
            pushes = counted(reach.given_up, "push", "pushes")
            yield f"push {name}: {pushes} given up, the last {moment_words(reach.failed_at, zone)}{why}{since}."
        if reach.waiting and reach.next_try_at is not None:
            pushes = counted(reach.waiting, "push", "pushes")
            yield f"push {name}: {pushes} did not arrive yet{why}; the next try is {moment_words(reach.next_try_at, zone)}."


@click.command("why")
@config_option
@click.argument("application", metavar="ID")
def why_command(config: Path | None, application: str) -> None:
    """Show one application's timeline and the reasons for its state."""
    from heardback.cli.output import console
    from heardback.cli.session import open_session
    from heardback.view.timeline import timeline

    with open_session(config) as session:
        overview = session.overview()
        judged = session.find(application, overview)
        mine = [c for c in session.books.ledger.corrections() if c.application == judged.application.id]
        console().print(timeline(judged, mine, session.books.owner.zone))
