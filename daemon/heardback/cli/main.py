"""The entry point: which commands there are, and what becomes of an error.

Commands are imported when they are called, so that ``heardback --help`` stays instant and needs none of the heavy libraries.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from heardback import __version__
from heardback.errors import HeardbackError

COMMANDS = {
    "scan": ("scan", "Read the mail once and show how every application stands."),
    "watch": ("watch", "Stay, watch the mail, and nudge when the time has come (the service)."),
    "status": ("status", "Show how everything stands, from the ledger, without reading mail."),
    "why": ("status", "Show one application's timeline and the reasons for its state."),
    "draft": ("draft", "Print the letter that a nudge speaks of; places in [brackets] are yours to fill."),
    "check": ("check", "Try every login; with --push, every push target too."),
    "auth": ("auth", "Grant heardback a mailbox at Google or Microsoft, in a browser."),
    "done": ("corrections", "You asked, thanked or answered by other means."),
    "heard": ("corrections", "They called: next round, offer, rejected, on hold."),
    "promise": ("corrections", "They told you a date: heardback promise acme 'by Friday'."),
    "interview": ("corrections", "An interview no mail knows: heardback interview acme 'tomorrow 2pm'."),
    "snooze": ("corrections", "Say nothing about it for a while."),
    "close": ("corrections", "Hired elsewhere, or withdrawn."),
    "forget": ("corrections", "Not a job: take it off the list."),
    "undo": ("corrections", "Take the last correction back."),
    "backup": ("backup", "Copy the ledger to FILE, while the service runs; --restore puts a copy back."),
    "service": ("service", "Run heardback as a service of your login: install, status, uninstall."),
    "read": ("read", "Read one sentence: is it a promise, and until when?"),
    "demo": ("demo", "Run the whole job on a sample mailbox, with nothing to configure."),
}
"""Name -> (module in this package, help line). A test holds the line equal to the command's own."""

PIPE_CLOSED = 141
"""What a shell says of a program whose reader left (128 + SIGPIPE): `heardback scan --json | head -1` has seen enough."""


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"heardback.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Caught here because click would leave with 1, which means a bug. Python flushes once more at its end: into nothing.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PIPE_CLOSED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="heardback")
def cli() -> None:
    """Knows when an employer said they would be in touch, and tells you when that time has passed in silence.

    Start with `heardback demo`, then write a configuration and try `heardback check`.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run, and leave with the exit status of DESIGN section 5: one clear sentence and the next step on stderr."""
    try:
        # Without standalone mode click answers the status of ctx.exit() and Exit instead of leaving.
        status = cli.main(args=arguments, prog_name="heardback", standalone_mode=False)
    except HeardbackError as error:
        tell(error)
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


def tell(error: HeardbackError) -> None:
    click.echo(f"heardback: {error}", err=True)
    if error.next_step:
        click.echo(error.next_step, err=True)


def exit_with(status: int) -> Any:
    """Leave a command with an exit status that is no error (some mailbox was unreachable, nothing could be pushed)."""
    raise click.exceptions.Exit(status)


if __name__ == "__main__":
    main()
