"""Several mailboxes in one daemon: what happens to one never holds up another, and a thread may span them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from heardback.errors import HeardbackError, LoginRefused, Unreachable
from heardback.ledger.store import Ledger
from heardback.mailbox.open import open_source
from heardback.mailbox.source import Batch, Source
from heardback.mailbox.url import parse_mailbox_url
from heardback.scan import read_new
from heardback.watch import WatchedMailbox
from tests.contract.letters import letter as plain_letter
from tests.dovecot import running_dovecot
from tests.end_to_end.daemon import (
    ME,
    OWNER,
    THEM,
    Daemon,
    DovecotPost,
    MaildirPost,
    MovableClock,
    Post,
    letter,
    local,
    wait_until,
    with_invite,
)
from tests.receiver import Receiver
from tests.scripted_imap import ScriptedImap

TALK = local("2026-06-04 14:00"), local("2026-06-04 15:00")
START = local("2026-06-04 16:00")
THANKS_AT = local("2026-06-04 17:00")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@dataclass(slots=True)
class OddSource:
    """Hangs in its first question, or fails at each."""

    name: str = "work"
    error: HeardbackError | None = None
    asked: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        self.let_go.wait(60)
        yield Batch(headers=(), cursor="{}")

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return stop.wait(timeout_s)

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def invited(post: Post) -> Post:
    """A mailbox with an interview in it, for which the thank-you is due at THANKS_AT."""
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    post.deliver(with_invite(letter(local("2026-06-01 10:00"), words), *TALK))
    return post


def beside(name: str, source: object) -> WatchedMailbox:
    made: Source = source  # type: ignore[assignment]
    return WatchedMailbox(name=name, open_source=lambda: made, poll_s=900.0)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(lambda: OddSource(), id="hangs"),
        pytest.param(lambda: OddSource(error=Unreachable("work: away.")), id="is away"),
        pytest.param(lambda: OddSource(error=LoginRefused("work: no.")), id="refuses"),
    ],
)
def test_a_mailbox_that_hangs_or_fails_holds_up_no_nudge_of_another(odd: object, tmp_path: Path, phone: Receiver) -> None:
    source = odd()  # type: ignore[operator]
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=invited(MaildirPost(tmp_path / "mail")).source,
        targets=[phone.url()],
        clock=MovableClock(START),
        others=[beside("work", source)],
        patience_s=0.5,
    )
    with daemon:
        daemon.at(THANKS_AT)
        wait_until(lambda: any("thank you" in push.title for push in phone.pushes), "the nudge")
        daemon.at(THANKS_AT + timedelta(minutes=20))
        assert 1 == sum("thank you" in push.title for push in phone.pushes)
        source.let_go.set()


def promised() -> EmailMessage:
    promise = letter(local("2026-06-05 11:00"), "Hi Rosa,\n\nlovely to meet you. You'll hear from us by next Wednesday.\n\nDana")
    promise["In-Reply-To"] = promise["References"] = "<20260601100000@letters.example>"
    return promise


def test_what_lies_in_a_mailbox_that_hangs_is_not_nudged_about(tmp_path: Path, phone: Receiver) -> None:
    """It was read once; then it hangs, and an answer that may have come to it is not seen: no silence is claimed."""
    work = invited(MaildirPost(tmp_path / "work", name="work"))
    work.deliver(promised())
    monday = local("2026-06-08 09:00")
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        for intake in read_new(work.source(), None, since=local("2026-01-01 00:00"), owner=OWNER):
            ledger.record("work", intake.facts, intake.headers_seen, intake.unreadable, intake.cursor)
        ledger.note_completed("work", monday)
        ledger.set_note("first_pass_at", monday.isoformat())
    home = MaildirPost(tmp_path / "mail")
    home.deliver(letter(local("2026-06-01 09:00"), "Lunch?", sender="Bea <bea@castellan.example>", subject="hey"))
    source = OddSource()
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=home.source,
        targets=[phone.url()],
        clock=MovableClock(monday),
        others=[beside("work", source)],
        patience_s=0.3,
    )
    with daemon:
        daemon.at(local("2026-06-12 09:00"))
        daemon.at(local("2026-06-12 10:00"))
        assert [] == [push.title for push in phone.pushes if "Brightforge" in push.title]
        source.let_go.set()
        wait_until(lambda: any("time to follow up" in push.title for push in phone.pushes), "the nudge, once it was read")


def test_a_mailbox_that_hangs_for_a_day_is_told(tmp_path: Path, phone: Receiver) -> None:
    home = MaildirPost(tmp_path / "mail")
    home.deliver(letter(local("2026-06-01 09:00"), "Lunch?", sender="Bea <bea@castellan.example>", subject="hey"))
    source = OddSource()
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=home.source,
        targets=[phone.url()],
        clock=MovableClock(START),
        others=[beside("work", source)],
        patience_s=0.3,
    )
    with daemon:
        daemon.at(START + timedelta(hours=2))
        assert () == tuple(phone.pushes)
        daemon.at(START + timedelta(hours=20))
        daemon.at(START + timedelta(hours=27))
        (push,) = phone.wait_for(1)
        assert "cannot read your mail" in push.title
        source.let_go.set()


def test_a_thread_that_spans_two_mailboxes_is_one_application(tmp_path: Path, phone: Receiver) -> None:
    """Invited at home, promised at work, asked from home: one promise, one nudge, and the answer in either ends it."""
    home, work = MaildirPost(tmp_path / "mail"), MaildirPost(tmp_path / "work", name="work")
    _tell_the_story(home, work, tmp_path, phone)


@pytest.mark.dovecot
def test_a_thread_that_spans_two_servers_is_one_application(tmp_path: Path, phone: Receiver) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    with running_dovecot(tmp_path / "one") as one, running_dovecot(tmp_path / "two") as two:
        _tell_the_story(DovecotPost(one, "rosa"), DovecotPost(two, "quill", name="work"), tmp_path, phone)


def _tell_the_story(home: Post, work: Post, tmp_path: Path, phone: Receiver) -> None:
    invited(home)
    thanks = letter(
        local("2026-06-04 16:00"), "Hi Dana, thank you for your time today.\n\nRosa", sender=ME, to=THEM, subject="Thanks"
    )
    work.deliver(promised())
    home.deliver(thanks, "Sent")
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=home.source,
        targets=[phone.url()],
        clock=MovableClock(local("2026-06-08 09:00")),
        others=[WatchedMailbox(name="work", open_source=work.source, poll_s=900.0)],
    )
    with daemon:
        daemon.at(local("2026-06-08 09:05"))
        daemon.at(local("2026-06-12 09:00"))
        (push,) = phone.wait_for(1)
        assert "You'll hear from us by next Wednesday" in push.body
        daemon.at(local("2026-06-12 12:00"))
    assert len(phone.pushes) == 1
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        facts = ledger.facts(local("2026-01-01 00:00"))
        assert {"home", "work"} == {fact.mailbox for fact in facts}
        assert 1 == len(set(ledger.known_ids().values()))


def test_a_refused_password_is_asked_once_and_told_once(tmp_path: Path, phone: Receiver) -> None:
    """No storm: providers lock accounts that keep trying."""
    server = ScriptedImap({"INBOX": {1: plain_letter(1)}})
    server.on("LOGIN", lambda session, tag, rest: session.send(f"{tag} NO [AUTHENTICATIONFAILED] no"), times=100)
    home = MaildirPost(tmp_path / "mail")
    home.deliver(letter(local("2026-06-01 09:00"), "Lunch?", sender="Bea <bea@castellan.example>", subject="hey"))
    with server.running() as url:
        daemon = Daemon(
            ledger_path=tmp_path / "ledger.sqlite3",
            open_source=home.source,
            targets=[phone.url()],
            clock=MovableClock(START),
            others=[
                WatchedMailbox(
                    name="work",
                    open_source=lambda: open_source(parse_mailbox_url(url), name="work", password=lambda: "old"),
                    poll_s=900.0,
                )
            ],
        )
        with daemon:
            (push,) = phone.wait_for(1)
            assert "cannot read your mail" in push.title
            for hours in (1, 2, 3):
                daemon.at(START + timedelta(hours=hours))
            assert len(server.commands("LOGIN")) == 1
    assert len(phone.pushes) == 1
