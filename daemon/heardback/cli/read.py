"""``heardback read``: one sentence, or JSON lines, without any mailbox. For trying the reader, and for its tests."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from heardback.cli.options import valid_zone
from heardback.errors import UsageError

if TYPE_CHECKING:
    from heardback.model import MessageFacts

PUBLIC_KINDS = {
    "approach": "other",
    "booking_link": "request",
    "proposal": "invitation",
    "courtesy": "other",
    "bounce": "automatic",
    "reopened": "next_step",
}
"""The finer kinds that matching and policy need, under the names that ``--jsonl`` promises."""


@click.command("read")
@click.argument("sentence", required=False)
@click.option("--written", metavar="TIME", help="When it was written (ISO 8601); now unless given.")
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="The writer's time zone.")
@click.option("--jsonl", is_flag=True, help="Read one JSON object a line from standard input, answer one a line.")
def read_command(sentence: str | None, written: str | None, timezone: str, jsonl: bool) -> None:
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
    found = answer({"id": "1", "text": sentence, "reference": _reference(written, timezone), "timezone": timezone})
    if not found["promise"]:
        click.echo("No promise of a date.")
        return
    until = f", by {found['latest']}" if found["latest"] else ""
    earliest = f" (from {found['earliest']})" if found["earliest"] and found["earliest"] != found["latest"] else ""
    click.echo(f'A promise: "{found["quote"]}"{until}{earliest}.')


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
            line = json.loads(text)
            found = answer_message(line) if line.get("mode") == "message" else answer(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found = {"id": None, "promise": False, "latest": None, "error": f"line {number}: {error}"}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def answer_message(line: dict[str, Any]) -> dict[str, Any]:
    """``{"id", "mode": "message", "subject", "from", "text"}`` -> ``{"id", "kind", "promise", "latest"}``: a whole letter,
    read as a scan would read it. ``reference`` (local ISO time), ``timezone`` and ``me`` may say when and to whom.

    A receipt, an automatic answer and bulk mail promise nothing, whatever their sentences say. Raises ValueError or KeyError.
    """
    facts = _facts_of(line)
    kind = facts.kind.kind.value
    promise = facts.promises[0].timeframe if facts.promises else None
    latest = (promise.at or promise.latest) if promise is not None else None
    return {
        "id": line.get("id"),
        "kind": PUBLIC_KINDS.get(kind, kind),
        "promise": promise is not None,
        "latest": latest.isoformat() if latest else None,
    }


def _facts_of(line: dict[str, Any]) -> MessageFacts:
    """The letter as bytes, through reading and understanding: the quotes and signatures of real mail are in these texts too."""
    from email.message import EmailMessage
    from email.utils import format_datetime
    from zoneinfo import ZoneInfo

    from heardback import reading, understanding
    from heardback.model import FolderRole, Owner, RawHeader, RawMessage, UnreadableMessage
    from heardback.workdays import place_of_zone

    zone = ZoneInfo(str(line.get("timezone") or "UTC"))
    written = datetime.fromisoformat(str(line.get("reference") or "2026-01-01T12:00"))
    written = written if written.tzinfo else written.replace(tzinfo=zone)
    me = str(line.get("me") or "me@owner.invalid").strip().lower()
    place = place_of_zone(zone.key)
    owner = Owner(
        name="",
        addresses=frozenset({me}),
        timezone=zone.key,
        country=place.country if place else None,
        region=place.region if place else None,
    )
    letter = EmailMessage()
    letter["From"] = _sender(_header_text(line.get("from") or ""))
    letter["To"] = me
    letter["Subject"] = _header_text(line.get("subject") or "")
    letter["Date"] = format_datetime(written)
    letter.set_content(str(line["text"]))
    content = letter.as_bytes()
    header = RawHeader(
        key="1",
        mailbox="read",
        folder="INBOX",
        role=FolderRole.INBOX,
        received_at=written.astimezone(UTC),
        size_bytes=len(content),
        header=content.partition(b"\n\n")[0],
    )
    message = reading.read(RawMessage(header=header, content=content))
    if isinstance(message, UnreadableMessage):
        raise ValueError(message.reason)
    return understanding.understand(message, owner)


def _sender(text: str) -> str:
    """Where only a name is known, a name with an address that is nobody's."""
    if "@" in text:
        return text
    name = text.replace('"', "").replace("<", "").replace(">", "")
    return f'"{name}" <somebody@sender.invalid>'


def _header_text(value: object) -> str:
    return " ".join(str(value).split())
