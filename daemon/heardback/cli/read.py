"""``heardback read``: one sentence, or JSON lines, without any mailbox. For trying the reader, and for its tests."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from heardback.cli.options import valid_zone
from heardback.errors import UsageError


@click.command("read")
@click.argument("sentence", required=False)
@click.option("--written", metavar="TIME", help="When it was written (ISO 8601); now unless given.")
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="The writer's time zone.")
@click.option("--country", metavar="CC[-REGION]", help="Whose business days; follows from the time zone unless given.")
@click.option("--jsonl", is_flag=True, help="Read one JSON object a line from standard input, answer one a line.")
def read_command(sentence: str | None, written: str | None, timezone: str, country: str | None, jsonl: bool) -> None:
    """Read one sentence: is it a promise, and until when?"""
    from heardback.understanding.sentence_reader import answer

    if jsonl:
        _answer_lines()
        return
    if not sentence:
        raise UsageError(
            "There is no sentence to read.",
            'Example: heardback read "We\'ll be in touch by COB Thursday" --timezone America/New_York',
        )
    line = {"id": "1", "text": sentence, "reference": _reference(written, timezone), "timezone": timezone}
    if country is not None:
        line["country"] = country
    found = answer(line)
    if not found["promise"]:
        click.echo("No promise of a date.")
        return
    earliest = f" (from {found['earliest']})" if found.get("earliest") and found["earliest"] != found["latest"] else ""
    click.echo(
        f'A promise: "{found["quote"]}", by {found["latest"]}{earliest}.'
        if found["latest"]
        else f'A promise: "{found["quote"]}".'
    )


def _reference(written: str | None, timezone: str) -> str:
    """The local ISO time without offset that the reader takes."""
    from zoneinfo import ZoneInfo

    from heardback.clock import SystemClock

    zone = ZoneInfo(valid_zone(timezone))
    if written is None:
        return SystemClock().now().astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise UsageError(f"--written {written!r} is no ISO 8601 time.", "Example: --written 2026-03-11T10:00") from None
    return (moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment).isoformat(timespec="minutes")


def _answer_lines() -> None:
    """A line that is no request gets an answer with ``error`` and does not end the run."""
    from heardback.understanding.sentence_reader import answer

    for number, text in enumerate(sys.stdin, start=1):
        if not text.strip():
            continue
        try:
            found = answer(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found = {
                "id": None,
                "promise": False,
                "latest": None,
                "earliest": None,
                "quote": None,
                "error": f"line {number}: {error}",
            }
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
