"""What commands print: tables for people, JSON for programs, a progress bar on a terminal and nothing on a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from heardback.model import Nudge, Overview, Owner
    from heardback.scan import Progress

PIPE_COLUMNS = 120
"""A pipe has no width; this one keeps a reason on two or three lines."""


def console() -> Console:
    """Standard output: colours and the true width on a terminal, plain text of PIPE_COLUMNS elsewhere."""
    from rich.console import Console

    class OurConsole(Console):
        def on_broken_pipe(self) -> None:
            """Left to ``LazyGroup``: rich would leave with 1, which means a bug."""
            raise BrokenPipeError

    interactive = sys.stdout.isatty()
    return OurConsole(width=None if interactive else PIPE_COLUMNS, highlight=False, markup=False, emoji=False)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar on stderr while headers come in, if a person is looking; otherwise nothing at all."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("read", total=None)
        yield lambda seen, total: bar.update(task, completed=seen, total=total)


def print_overview(overview: Overview, owner: Owner, *, as_json: bool) -> None:
    if as_json:
        from heardback.view.contract import overview_object

        click.echo(json.dumps(overview_object(overview, owner.zone), ensure_ascii=False))
        return
    from heardback.view.table import overview_table

    out = console()
    out.print(overview_table(overview, owner.zone, out.width))


def print_planned(overview: Overview, owner: Owner, told: Iterable[Nudge] = ()) -> None:
    """For ``--dry-run``: each nudge that holds now, its words, and when the phone would ring. ``told`` are those that rang
    already, or were told in a summary."""
    from heardback.notify.compose import compose
    from heardback.view.words import moment_words, plain

    known = {(nudge.application, nudge.action, nudge.rests_on) for nudge in told}
    held = [
        judged
        for judged in overview.judged
        if judged.standing.push_at is not None
        and (judged.application.id, judged.standing.action, judged.standing.rests_on) not in known
    ]
    click.echo("Nothing would be pushed." if not held else "Would be pushed:")
    for judged in held:
        assert judged.standing.push_at is not None
        push = compose(judged.standing, judged.application, owner, max(overview.as_of, judged.standing.push_at))
        click.echo(f"  {moment_words(judged.standing.push_at, owner.zone)}  {plain(push.title)}")
        click.echo(f"    {plain(push.body)}")
