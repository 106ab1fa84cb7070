"""What understanding costs: CPU milliseconds a message over the sample mailbox, many times over. Not a test: machines differ.

`make bench-understanding`; the first pass is told apart, because it compiles the phrases it meets.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from heardback.model import FolderRole, Message, Owner, RawHeader, RawMessage
from heardback.reading import read
from heardback.sample.build import load
from heardback.understanding import understand

PASSES = 20


def main() -> None:
    sample = load()
    owner = Owner(name=sample.name, addresses=frozenset(sample.addresses), timezone=sample.timezone, country=sample.country)
    messages = [
        message
        for number, item in enumerate(sample.messages)
        if isinstance(message := read(_raw(item.content, item.folder, number)), Message)
    ]
    costs = sorted((_cost(messages, owner) for _ in range(PASSES + 1)), reverse=True)
    sys.stdout.write(f"{len(messages)} messages; first pass {costs[0]:.2f} ms a message, then {sum(costs[1:]) / PASSES:.2f} ms\n")
    slowest = max(messages, key=lambda message: _cost([message], owner))
    sys.stdout.write(f"slowest: {_cost([slowest], owner):.1f} ms, {slowest.subject!r}\n")


def _cost(messages: list[Message], owner: Owner) -> float:
    start = time.process_time()
    for message in messages:
        understand(message, owner)
    return 1000 * (time.process_time() - start) / len(messages)


def _raw(content: bytes, folder: str, number: int) -> RawMessage:
    header = RawHeader(
        key=str(number),
        mailbox="sample",
        folder=folder,
        role=FolderRole.SENT if folder == "Sent" else FolderRole.INBOX,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        size_bytes=len(content),
        header=content.replace(b"\r\n", b"\n").partition(b"\n\n")[0],
    )
    return RawMessage(header=header, content=content)


if __name__ == "__main__":
    main()
