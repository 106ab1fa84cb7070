"""Taking in a batch: which letters become facts when a source gives less than was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from heardback.mailbox.source import Batch
from heardback.model import FolderRole, RawHeader, RawMessage
from heardback.scan import read_new
from tests.builders import OWNER, at

NOON = at("2026-03-02T12:00:00-06:00")


def header(number: int) -> RawHeader:
    lines = (
        "From: Dana Ortiz <dana@brightforge.example>",
        "To: rosa@quill.example",
        f"Message-ID: <{number}@brightforge.example>",
        "Date: Mon, 2 Mar 2026 12:00:00 -0600",
        "Subject: Data Engineer",
    )
    return RawHeader(
        key=str(number),
        mailbox="home",
        folder="INBOX",
        role=FolderRole.INBOX,
        received_at=NOON,
        size_bytes=400,
        header="\r\n".join((*lines, "", "")).encode(),
    )


@dataclass(frozen=True, slots=True)
class Miserly:
    """Lists two letters and hands out the text of the first alone."""

    name: str = "home"

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        yield Batch(headers=(header(1), header(2)), cursor="{}")

    def texts(self, keys: Sequence[str]) -> Iterator[RawMessage]:
        yield RawMessage(header=header(1), content=header(1).header + b"You will hear from us by Friday.\r\n")

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return False

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def test_a_letter_whose_text_does_not_come_is_known_by_its_header() -> None:
    (intake,) = read_new(Miserly(), None, since=NOON, owner=OWNER)
    assert {"<1@brightforge.example>": True, "<2@brightforge.example>": False} == {
        facts.id: facts.read_in_full for facts in intake.facts
    }
    assert (2, 1) == (intake.headers_seen, intake.texts_read)
