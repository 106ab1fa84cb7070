"""``heardback draft``: the letter that a nudge speaks of, to be copied. Nothing is sent, saved or opened."""

from __future__ import annotations

from pathlib import Path

import click

from heardback.cli.options import config_option
from heardback.errors import UsageError
from heardback.model import State

_MAY_ASK = frozenset({State.WAITING, State.OVERDUE, State.DORMANT})
"""Where nothing is to be done yet, a note that asks is still the person's to send. After an offer, or before any interview, it
would speak of things that are not so."""


@click.command("draft")
@config_option
@click.argument("application", metavar="ID")
@click.option("--line", metavar="TEXT", help="One sentence of your own: a reason, something new, your answer.")
def draft_command(config: Path | None, application: str, line: str | None) -> None:
    """Print the letter that a nudge speaks of; places in [brackets] are yours to fill."""
    from heardback.cli.session import open_session
    from heardback.notify.drafts import draft
    from heardback.view.words import plain

    with open_session(config) as session:
        judged = session.find(application, session.overview())
        if judged.standing.action is None and judged.standing.state not in _MAY_ASK:
            raise UsageError(
                f"No letter is called for there now. {plain(judged.standing.why)}",
                f"heardback why {judged.application.id} shows what that rests on.",
            )
        letter = draft(judged.standing, judged.application, session.books.owner, line)
    to = ", ".join(f"{address.name} <{address.address}>" if address.name else address.address for address in letter.to)
    click.echo(f"To: {plain(to) or '[who to send it to]'}")
    click.echo(f"Subject: {plain(letter.subject)}\n")
    for words in letter.body.splitlines():
        click.echo(plain(words))
    if letter.gaps:
        click.echo(f"\nStill to fill: {', '.join(plain(gap) for gap in letter.gaps)}", err=True)
