"""A whole mailbox with a known truth, as YAML, and the messages it stands for as they would come over the wire.

The form is described in tests/README.md. Each message is built as a real program of its ``style`` would send it: plain text,
plain and HTML, HTML alone, with or without a quote of its parent, with a calendar part in one of five spellings of its zone.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from heardback.model import FolderRole, Owner, RawHeader, RawMessage
from tests.builders import owner_in

FOLDER = Path(__file__).with_name("mailboxes")
HELD_OUT = Path(__file__).with_name("heldout")
"""Mailboxes that no rule is ever written for: they are measured, and their errors are never printed."""
ROLES = {"INBOX": FolderRole.INBOX, "Sent": FolderRole.SENT, "Archive": FolderRole.ARCHIVE, "Spam": FolderRole.JUNK}
OUTLOOK_ZONES = {
    "America/New_York": "Eastern Standard Time",
    "America/Toronto": "Eastern Standard Time",
    "America/Chicago": "Central Standard Time",
    "America/Denver": "Mountain Standard Time",
    "America/Los_Angeles": "Pacific Standard Time",
    "Europe/London": "GMT Standard Time",
    "Europe/Dublin": "GMT Standard Time",
    "Europe/Berlin": "W. Europe Standard Time",
    "Europe/Amsterdam": "W. Europe Standard Time",
    "Europe/Paris": "Romance Standard Time",
    "Asia/Kolkata": "India Standard Time",
    "Asia/Singapore": "Singapore Standard Time",
    "Australia/Sydney": "AUS Eastern Standard Time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """``truth`` is the YAML as it stands; ``mail`` what a server would hand out, in order of date."""

    name: str
    owner: Owner
    truth: Mapping[str, Any]
    mail: tuple[RawMessage, ...]

    def id_of(self, key: str) -> str:
        return f"<{key}@{self.name}.example>"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def held_out() -> list[str]:
    return sorted(path.stem for path in HELD_OUT.glob("*.yaml"))


def load(name: str) -> Box:
    folder = HELD_OUT if name in held_out() else FOLDER
    truth = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    person = truth["owner"]
    owner = owner_in(person["timezone"], *person["addresses"], name=person["name"])
    specs = {spec["id"]: spec for spec in truth["messages"]}
    mail = tuple(_raw(name, number, spec, specs, person) for number, spec in enumerate(truth["messages"]))
    return Box(name=name, owner=owner, truth=truth, mail=mail)


def moment(value: Any) -> datetime:
    """YAML gives some times as datetimes and some as text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _raw(box: str, number: int, spec: Mapping[str, Any], specs: Mapping[str, Any], person: Mapping[str, Any]) -> RawMessage:
    content = _letter(box, spec, specs, person).as_bytes()
    folder = spec.get("folder", "INBOX")
    header = RawHeader(
        key=str(number),
        mailbox=box,
        folder=folder,
        role=ROLES[folder],
        received_at=moment(spec["date"]).astimezone(UTC) + timedelta(seconds=2),
        size_bytes=len(content),
        header=content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
    )
    return RawMessage(header=header, content=content)


def _letter(box: str, spec: Mapping[str, Any], specs: Mapping[str, Any], person: Mapping[str, Any]) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    headers = {
        "From": spec["from"],
        "To": ", ".join(spec["to"]),
        "Cc": ", ".join(spec.get("cc") or []),
        "Reply-To": spec.get("reply_to"),
        "Subject": spec["subject"],
        "Date": format_datetime(moment(spec["date"])),
        "Message-ID": f"<{spec['id']}@{box}.example>",
        **(spec.get("headers") or {}),
    }
    for name, value in headers.items():
        if value:
            letter[name] = str(value)
    if spec.get("parent"):
        ancestors = _ancestors(box, spec, specs)
        letter["In-Reply-To"] = ancestors[-1]
        letter["References"] = " ".join(ancestors)
    _fill(letter, spec, specs)
    if spec.get("ics"):
        _attach(letter, spec["ics"], person)
    return letter


def _ancestors(box: str, spec: Mapping[str, Any], specs: Mapping[str, Any]) -> list[str]:
    ids: list[str] = []
    while spec.get("parent"):
        spec = specs[spec["parent"]]
        ids.insert(0, f"<{spec['id']}@{box}.example>")
    return ids


def _fill(letter: EmailMessage, spec: Mapping[str, Any], specs: Mapping[str, Any]) -> None:
    style = spec.get("style", "plain")
    text = spec["body"].rstrip() + ("\n\nSent from my iPhone" if style == "mobile" else "")
    parent = specs[spec["parent"]] if spec.get("quote") and spec.get("parent") else None
    page = spec.get("html") or _page(text, parent, style)
    if style == "html_only":
        letter.set_content(page, subtype="html", cte="quoted-printable")
        return
    letter.set_content(text + (_plain_quote(parent, style) if parent else "") + "\n", cte="base64")
    if style not in ("plain", "mobile") or spec.get("html"):
        letter.add_alternative(page, subtype="html", cte="quoted-printable")


def _plain_quote(parent: Mapping[str, Any], style: str) -> str:
    when, body = moment(parent["date"]), parent["body"].rstrip()
    if style == "outlook":
        sent = f"{when:%A, %B %d, %Y %I:%M %p}"
        head = f"From: {parent['from']}\nSent: {sent}\nTo: {', '.join(parent['to'])}\nSubject: {parent['subject']}"
        return f"\n\n________________________________\n{head}\n\n{body}"
    at = f"{when:%d %b %Y, at %H:%M}" if style == "apple" else f"{when:%a, %b %d, %Y at %I:%M %p}"
    lines = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    return f"\n\nOn {at}, {parent['from']} wrote:\n\n{lines}"


def _page(text: str, parent: Mapping[str, Any] | None, style: str) -> str:
    body = _paragraphs(text)
    if style == "ats":
        foot = "This message was sent by a machine; replies are not read. <a href='https://click.example/p'>Preferences</a>"
        rows = f"<tr><td>{body}</td></tr><tr><td><small>{foot}</small></td></tr>"
        return f"<html><body><table width='600'>{rows}</table></body></html>"
    quote = ""
    if parent is not None:
        head = html.escape(f"{parent['from']} wrote on {moment(parent['date']):%d %B %Y}:")
        quote = f"<div class='gmail_quote'>{head}<blockquote>{_paragraphs(parent['body'])}</blockquote></div>"
    return f"<html><body><div>{body}</div>{quote}</body></html>"


def _paragraphs(text: str) -> str:
    blocks = [html.escape(block).replace("\n", "<br>\n") for block in text.strip().split("\n\n")]
    return "".join(f"<p>{block}</p>\n" for block in blocks)


def _attach(letter: EmailMessage, spec: Mapping[str, Any], person: Mapping[str, Any]) -> None:
    text = _calendar(spec, person)
    letter.make_mixed()
    part = EmailMessage(policy=SMTP)
    part.set_content(text, subtype="calendar", cte="base64")
    part.set_param("method", spec["method"])
    letter.attach(part)
    letter.add_attachment(text.encode(), maintype="application", subtype="ics", filename="invite.ics")


def _calendar(spec: Mapping[str, Any], person: Mapping[str, Any]) -> str:
    from icalendar import Calendar, Event

    calendar, event = Calendar(), Event()
    for name, value in (("prodid", "-//tests//EN"), ("version", "2.0"), ("method", spec["method"])):
        calendar.add(name, value)
    form = spec.get("form", "tzid")
    zone = ZoneInfo(spec["tz"]) if spec.get("tz") else UTC
    event.add("uid", spec["uid"])
    event.add("sequence", spec.get("sequence", 0))
    event.add("summary", spec["summary"])
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    for name in ("description", "location"):
        if spec.get(name):
            event.add(name, spec[name])
    if spec["method"] == "CANCEL":
        event.add("status", "CANCELLED")
    for name in ("start", "end"):
        if spec.get(name):
            event.add(f"dt{name}", _spelled(moment(spec[name]), zone, form))
    event.add("organizer", f"MAILTO:{spec['organizer']}")
    event.add("attendee", f"MAILTO:{person['addresses'][0]}")
    calendar.add_component(event)
    if form in ("tzid", "windows"):
        calendar.add_missing_timezones(first_date=date(2025, 1, 1), last_date=date(2028, 1, 1))
    text: str = calendar.to_ical().decode()
    return text.replace(spec["tz"], OUTLOOK_ZONES[spec["tz"]]) if form == "windows" else text


def _spelled(value: datetime, zone: Any, form: str) -> datetime | date:
    local = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    match form:
        case "utc":
            return local.astimezone(UTC)
        case "floating":
            return local.replace(tzinfo=None)
        case "allday":
            return local.date()
        case _:
            return local
