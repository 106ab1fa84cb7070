"""``heardback status`` and ``heardback why``: what the ledger knows, without reading mail."""

from __future__ import annotations

from pathlib import Path

import click

from heardback.cli.options import config_option, json_option


@click.command("status")
@config_option
@json_option
def status_command(config: Path | None, as_json: bool) -> None:
    """Show how everything stands, from the ledger, without reading mail."""
    from heardback.cli.output import print_overview
    from heardback.cli.session import open_session
    from heardback.view.words import counted

    with open_session(config) as session:
        print_overview(session.overview(), session.books.owner, as_json=as_json)
        undelivered = session.books.ledger.undelivered()
    if undelivered and not as_json:
        click.echo(f"{counted(len(undelivered), 'push', 'pushes')} never arrived; heardback check --push tries each target.")


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
