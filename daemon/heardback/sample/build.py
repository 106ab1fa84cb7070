"""Turn ``mailbox.toml`` into messages as they would have come over the wire: MIME, HTML alternatives, calendar parts, quotes.

Used by ``heardback demo`` and by tests. Knows nobody: what it writes must be found out again from bytes alone.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib import resources
from pathlib import Path
from typing import Any

DOMAIN = "sample.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMessage:
    folder: str
    sent_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``messages`` are in order of time; ``as_of`` is the moment at which every state has its application."""

    as_of: datetime
    name: str
    addresses: tuple[str, ...]
    timezone: str
    country: str
    messages: tuple[SampleMessage, ...]


def load() -> Sample:
    text = resources.files("heardback.sample").joinpath("mailbox.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    owner = table["owner"]
    return Sample(
        as_of=datetime.fromisoformat(table["as_of"]),
        name=owner["name"],
        addresses=tuple(owner["addresses"]),
        timezone=owner["timezone"],
        country=owner["country"],
        messages=tuple(sorted(_build_all(table["message"], owner), key=lambda message: message.sent_at)),
    )


def write_maildir(sample: Sample, folder: Path, until: datetime | None = None) -> None:
    """Write a Maildir++ tree into ``folder``: INBOX at its top, ``.Sent`` beside it. Messages after ``until`` are left out;
    what is there already stays, so that later calls deliver only what is new."""
    for number, message in enumerate(sample.messages):
        if until is not None and message.sent_at > until:
            continue
        root = folder if message.folder == "INBOX" else folder / f".{message.folder}"
        for part in ("cur", "new", "tmp"):
            (root / part).mkdir(parents=True, exist_ok=True)
        path = root / "cur" / f"{int(message.sent_at.timestamp())}.{number}.sample:2,S"
        if not path.exists():
            path.write_bytes(message.content)


def _build_all(specs: list[dict[str, Any]], owner: Mapping[str, Any]) -> Iterator[SampleMessage]:
    by_id = {spec["id"]: spec for spec in specs}
    for spec in specs:
        yield SampleMessage(
            folder=spec.get("folder", "INBOX"),
            sent_at=datetime.fromisoformat(spec["date"]),
            content=_build(spec, by_id, owner).as_bytes(),
        )


def _build(spec: Mapping[str, Any], by_id: Mapping[str, Any], owner: Mapping[str, Any]) -> EmailMessage:
    me = f"{owner['name']} <{owner['addresses'][0]}>"
    message = EmailMessage(policy=SMTP)
    message["From"] = spec.get("from", me)
    message["To"] = spec.get("to", me)
    message["Subject"] = spec["subject"]
    message["Date"] = format_datetime(datetime.fromisoformat(spec["date"]))
    message["Message-ID"] = f"<{spec['id']}@{DOMAIN}>"
    if "reply_to" in spec:
        message["Reply-To"] = spec["reply_to"]
    if "reply" in spec:
        chain = _chain(spec["reply"], by_id)
        message["In-Reply-To"] = chain[-1]
        message["References"] = " ".join(chain)
    for name, value in spec.get("headers", {}).items():
        message[name] = value
    if "html" in spec:
        message.set_content(spec["html"].strip(), subtype="html")
    else:
        text = spec["text"].strip() + (_quote(by_id[spec["reply"]], me) if spec.get("quote") else "") + "\n"
        message.set_content(text)
        message.add_alternative(
            f'<html><body><div dir="ltr">{html.escape(text).replace(chr(10), "<br>")}</div></body></html>', subtype="html"
        )
    if "invite" in spec:
        _attach_invite(message, spec["invite"], owner)
    return message


def _chain(parent: str, by_id: Mapping[str, Any]) -> list[str]:
    ids: list[str] = []
    key: str | None = parent
    while key is not None:
        ids.insert(0, f"<{key}@{DOMAIN}>")
        key = by_id[key].get("reply")
    return ids


def _quote(parent: Mapping[str, Any], me: str) -> str:
    when = datetime.fromisoformat(parent["date"])
    quoted = "\n".join(f"> {line}".rstrip() for line in parent["text"].strip().splitlines())
    return f"\n\nOn {when:%a, %b %d, %Y at %I:%M %p} {parent.get('from', me)} wrote:\n{quoted}"


def _attach_invite(message: EmailMessage, invite: Mapping[str, Any], owner: Mapping[str, Any]) -> None:
    text = _calendar(invite, owner)
    part = EmailMessage(policy=SMTP)
    part.set_content(text, subtype="calendar", cte="base64")
    part.set_param("method", "REQUEST")
    message.make_mixed()
    message.attach(part)


def _calendar(invite: Mapping[str, Any], owner: Mapping[str, Any]) -> str:
    """An invitation as Outlook or Google would send it; ``windows_zone`` names the zone as Outlook does."""
    from zoneinfo import ZoneInfo

    from icalendar import Calendar, Event

    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//heardback//sample//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    event.add("uid", invite["uid"])
    event.add("sequence", invite.get("sequence", 0))
    event.add("summary", invite["summary"])
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    for name in ("start", "end"):
        event.add(f"dt{name}", datetime.fromisoformat(invite[name]).replace(tzinfo=ZoneInfo(invite["zone"])))
    event.add("organizer", f"MAILTO:{invite['organizer']}")
    event.add("attendee", f"MAILTO:{owner['addresses'][0]}")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text.replace(invite["zone"], invite["windows_zone"]) if "windows_zone" in invite else text
