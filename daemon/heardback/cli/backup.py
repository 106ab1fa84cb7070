"""``heardback backup``: a whole copy of the ledger, and back again: the one file that holds what mail does not say."""

from __future__ import annotations

from pathlib import Path

import click

from heardback.cli.options import config_option


@click.command("backup")
@config_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--restore", is_flag=True, help="The other way: put FILE in the ledger's place; what was there is kept beside it.")
def backup_command(config: Path | None, file: Path, restore: bool) -> None:
    """Copy the ledger to FILE, while the service runs; --restore puts a copy back.

    The configuration, passwords and grants are not in it.
    """
    if restore:
        _restore(config, file)
        return
    from heardback.cli.session import open_session

    with open_session(config) as session:
        session.books.ledger.check()
        session.books.ledger.backup(file)
    click.echo(f"The ledger is copied to {file}. It says who talks to which employer: keep it where only you can read it.")


def _restore(config: Path | None, file: Path) -> None:
    from heardback.clock import SystemClock
    from heardback.config import load
    from heardback.ledger.restore import restore_ledger

    settings = load(config)
    kept = restore_ledger(file, settings.ledger_path(), SystemClock().now())
    click.echo(f"{settings.ledger_path()} is the copy again. The next scan, or the service, reads the mail that came since.")
    if kept is not None:
        click.echo(f"What was there before is kept in {kept}.")
