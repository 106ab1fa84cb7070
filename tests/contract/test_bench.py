"""The bench's own parts: a mailbox that stays the same, and figures that are what they say."""

from __future__ import annotations

import imaplib
import sys
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.bench.letters import OWNER, messages
from tests.bench.mailboxes import fetched_bytes, fill
from tests.bench.measured import cost_of
from tests.dovecot import PASSWORD, running_dovecot

END = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
SOME = tuple(messages(1500, end=END))


def test_the_same_numbers_make_the_same_mailbox() -> None:
    assert tuple(letter for _, letter in zip(range(200), messages(1500, end=END), strict=False)) == SOME[:200]


def test_the_mailbox_has_as_many_messages_as_were_asked_for_oldest_first_and_none_of_later() -> None:
    moments = [letter.received_at for letter in SOME]
    assert len(SOME) == 1500
    assert moments == sorted(moments)
    assert moments[-1] <= END


def test_messages_are_small_and_mostly_nobodys_letter() -> None:
    bulk = sum(1 for letter in SOME if b"\r\nList-" in letter.content)
    assert 2500 < sum(len(letter.content) for letter in SOME) / len(SOME) < 4000
    assert 0.6 < bulk / len(SOME) < 0.9
    assert 0.01 < Counter(letter.folder for letter in SOME)["Sent"] / len(SOME) < 0.1


def test_every_message_says_who_it_is_from_and_to_and_has_an_id_of_its_own() -> None:
    found = [message_from_bytes(letter.content) for letter in SOME[:300]]
    assert len({message["Message-ID"] for message in found}) == 300
    assert all(OWNER in f"{message['From']} {message['To']}" for message in found)
    assert [message.defects for message in found if message.defects] == []


def test_a_thread_about_a_job_holds_its_letters_together() -> None:
    found = [message_from_bytes(letter.content) for letter in SOME]
    receipts = [message for message in found if "greenhouse-mail.io" in message["From"]]
    invited = [message for message in found if message.get_content_type() == "multipart/mixed"]
    assert receipts
    assert {part.get_content_type() for message in invited for part in message.walk()} >= {"text/calendar"}


def test_the_cost_of_a_command_counts_its_children_and_its_memory() -> None:
    child = "x = bytearray(40 << 20); sum(range(3_000_000)); import time; time.sleep(0.2)"
    cost = cost_of(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"]
    )
    assert cost.peak_mb > 50
    assert cost.cpu_s > 0.05
    assert cost.wall_s >= 0.2


@pytest.mark.dovecot
def test_a_filled_mailbox_is_served_whole_and_the_server_tells_what_it_sent(tmp_path: Path) -> None:
    with running_dovecot(tmp_path) as server:
        box = fill(server, "mara", 60, END)
        before = fetched_bytes(server, "mara")
        with imaplib.IMAP4("127.0.0.1", server.imap_port) as client:
            client.login("mara", PASSWORD)
            sizes = 0
            for folder in ("INBOX", "Sent"):
                client.select(folder, readonly=True)
                answer = client.fetch("1:*", "(BODY.PEEK[])")[1]
                sizes += sum(len(part[1]) for part in answer if isinstance(part, tuple))
        sent = fetched_bytes(server, "mara") - before
    assert sizes == box.size_bytes
    assert box.size_bytes < sent < box.size_bytes + 20_000
