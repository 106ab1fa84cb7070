"""Small builders of values for tests: everything has a default, a test names only what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from heardback.model import (
    Address,
    Body,
    Evidence,
    FolderRole,
    Kind,
    KindFinding,
    Message,
    MessageFacts,
    Owner,
    SenderKind,
    Topic,
)
from heardback.workdays import place_of_zone

OWNER = Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone="America/Chicago", country="US")
EMPLOYER = Address(name="Dana Ortiz", address="dana@brightforge.example")
ME = Address(name="Rosa Quill", address="rosa@quill.example")


def owner_in(timezone: str, *addresses: str, name: str = "Rosa Quill") -> Owner:
    """An owner at home in the country of this time zone."""
    place = place_of_zone(timezone)
    return Owner(
        name=name,
        addresses=frozenset(address.lower() for address in addresses or ("rosa@quill.example",)),
        timezone=timezone,
        country=place.country if place else None,
        region=place.region if place else None,
    )


def at(text: str) -> datetime:
    """An aware datetime from ISO text with an offset."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None, text
    return moment


def evidence(sentence: str = "", rule: str = "test.given") -> Evidence:
    return Evidence(sentence=sentence, rule=rule)


def said(kind: Kind, sentence: str = "", rule: str = "test.given") -> KindFinding:
    return KindFinding(kind=kind, evidence=evidence(sentence, rule))


def message(text: str = "", *, sent_at: datetime, sender: Address | None = EMPLOYER, **fields: Any) -> Message:
    """A read message from the employer to the owner, unless told otherwise."""
    number = fields.pop("id", f"<{sent_at:%Y%m%d%H%M}@test.example>")
    values: dict[str, Any] = {
        "id": number,
        "mailbox": "test",
        "folder": "INBOX",
        "role": FolderRole.INBOX,
        "key": str(number),
        "sent_at": sent_at,
        "received_at": sent_at,
        "sender": sender,
        "to": (ME,),
        "body": Body(text=text),
        "has_body": True,
    }
    return Message(**(values | fields))


def facts(kind: Kind = Kind.OTHER, *, sent_at: datetime, sender: Address | None = EMPLOYER, **fields: Any) -> MessageFacts:
    """The facts of one message from the employer; ``sender=ME`` makes it the owner's own."""
    own = sender is not None and sender.address in OWNER.addresses
    values: dict[str, Any] = {
        "id": f"<{sent_at:%Y%m%d%H%M}@test.example>",
        "mailbox": "test",
        "folder": "Sent" if own else "INBOX",
        "role": FolderRole.SENT if own else FolderRole.INBOX,
        "sent_at": sent_at,
        "sender": sender,
        "sender_kind": SenderKind.OWNER if own else SenderKind.PERSON,
        "recipients": (EMPLOYER,) if own else (ME,),
        "kind": said(kind),
        "topic": Topic.HIRING,
    }
    return MessageFacts(**(values | fields))
