"""Single ugly mails: ``mails/<name>.eml`` is read, ``mails/<name>.expected.toml`` says what must come out.

A new one is two files and no code. Only what the expectation names is compared. All of them arrive at the same moment.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heardback.model import FolderRole, Invite, Message, RawHeader, RawMessage, UnreadableMessage
from heardback.reading import read

MAILS = Path(__file__).parent / "mails"
RECEIVED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
KEYS = {"unreadable", "subject", "sender", "sender_name", "sent_at", "in_reply_to", "headers"} | {
    *("text", "signature", "quoted_holds", "links", "invites")
}


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_a_mail_reads_as_expected(path: Path) -> None:
    expected = tomllib.loads(path.with_suffix(".expected.toml").read_text("utf-8"))
    assert expected.keys() <= KEYS
    assert expected, "an expectation names something"
    assert {name: _clean(value) for name, value in expected.items()} == _said(path.read_bytes(), expected)


def test_every_expectation_has_its_mail() -> None:
    assert {path.name.removesuffix(".expected.toml") for path in MAILS.glob("*.toml")} == {
        path.stem for path in MAILS.glob("*.eml")
    }


def _clean(value: Any) -> Any:
    return value.lstrip("\n") if isinstance(value, str) else value


def _said(content: bytes, expected: dict[str, Any]) -> dict[str, Any]:
    """What the reader says about the things that are expected."""
    header = RawHeader(
        key="1",
        mailbox="test",
        folder="INBOX",
        role=FolderRole.INBOX,
        received_at=RECEIVED,
        size_bytes=len(content),
        header=content.split(b"\n\n")[0],
    )
    message = read(RawMessage(header=header, content=content))
    if isinstance(message, UnreadableMessage):
        return {"unreadable": message.reason}
    said = {
        "subject": message.subject,
        "sender": message.sender.address if message.sender else "",
        "sender_name": message.sender.name if message.sender else "",
        "sent_at": message.sent_at.isoformat(),
        "in_reply_to": message.in_reply_to,
        "text": message.body.text,
        "signature": message.body.signature,
        "quoted_holds": [words for words in expected.get("quoted_holds", []) if words in message.body.quoted],
        "links": list(message.body.links),
        "headers": dict(message.headers),
        "invites": _invites(message, expected.get("invites", [])),
    }
    return {name: value for name, value in said.items() if name in expected}


def _invites(message: Message, expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said = [_invite(invite) for invite in message.invites]
    asked = expected + [{}] * (len(said) - len(expected))
    return [{name: value for name, value in invite.items() if name in keys} for invite, keys in zip(said, asked, strict=False)]


def _invite(invite: Invite) -> dict[str, Any]:
    moments = {"start": invite.start, "end": invite.end, "day": invite.day}
    return {
        "method": invite.method.value,
        "certainty": invite.certainty.value,
        "summary": invite.summary,
        "sequence": invite.sequence,
        **{name: moment.isoformat() if moment is not None else None for name, moment in moments.items()},
    }
