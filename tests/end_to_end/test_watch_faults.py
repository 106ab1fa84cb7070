"""What goes wrong beside and inside the daemon, and must not lose a nudge, send it twice, or make the daemon hang."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback.clock import SystemClock
from heardback.errors import CertificateRefused, ConfigError, HeardbackError, LoginRefused
from heardback.fetching import Blind, Event, Fetcher, MailboxThread
from heardback.ledger.store import Ledger
from heardback.mailbox.source import Source
from heardback.model import NudgeStatus
from heardback.passes import Books
from heardback.scan import read_new
from tests.end_to_end.daemon import OWNER, Daemon, MaildirPost, MovableClock, letter, local, wait_until, with_invite
from tests.receiver import Receiver

TALK = local("2026-06-04 14:00"), local("2026-06-04 15:00")
START = local("2026-06-04 16:00")
THANKS_AT = local("2026-06-04 17:00")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def post(tmp_path: Path) -> MaildirPost:
    """A mailbox with an interview in it, for which the thank-you is due at THANKS_AT."""
    box = MaildirPost(tmp_path / "mail")
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    box.deliver(with_invite(letter(local("2026-06-01 10:00"), words), *TALK))
    return box


def daemon_on(post: MaildirPost, tmp_path: Path, *targets: str, start: datetime = START) -> Daemon:
    return Daemon(ledger_path=tmp_path / "ledger.sqlite3", open_source=post.source, targets=targets, clock=MovableClock(start))


def test_a_phone_that_hangs_does_not_hold_up_the_end_and_is_tried_again_at_the_next_start(
    post: MaildirPost, tmp_path: Path, phone: Receiver
) -> None:
    phone.is_hanging = True
    with daemon_on(post, tmp_path, phone.url(), start=THANKS_AT):
        wait_until(lambda: len(phone.received) == 1, "the push to be on its way")
    phone.is_hanging = False
    with daemon_on(post, tmp_path, phone.url(), start=THANKS_AT + timedelta(minutes=5)) as daemon:
        phone.wait_for(1)
        daemon.at(THANKS_AT + timedelta(hours=2))
    assert 1 == len(phone.pushes)


def test_a_due_nudge_that_no_target_takes_does_not_keep_the_daemon_busy(post: MaildirPost, tmp_path: Path) -> None:
    with daemon_on(post, tmp_path) as daemon:
        daemon.at(THANKS_AT)
        passes = daemon.notifier.passes
        time.sleep(2.5)
        assert daemon.notifier.passes - passes <= 2


class BrokenSource:
    """A source with a fault of our own in it."""

    name = "home"

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[object]:
        raise TypeError("a bug")

    def close(self) -> None: ...

    def interrupt(self) -> None: ...


class RefusingSource(BrokenSource):
    def __init__(self, error: HeardbackError) -> None:
        self.error = error

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[object]:
        raise self.error


def test_a_fault_of_our_own_in_a_mailboxs_thread_makes_it_blind_and_not_silent() -> None:
    events: queue.Queue[Event | None] = queue.Queue()
    stop = threading.Event()
    source: Source = BrokenSource()  # type: ignore[assignment]
    thread = MailboxThread(
        Fetcher(name="home", open_source=lambda: source, cursor=None, poll_s=1.0),
        events=events,
        owner=OWNER,
        since=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        clock=SystemClock(),
        stop=stop,
    )
    thread.start()
    try:
        event = events.get(timeout=5)
        assert isinstance(event, Blind)
        assert "TypeError" in str(event.error)
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(5)


@pytest.mark.parametrize("error", [LoginRefused("no."), CertificateRefused("no."), ConfigError(["no."])])
@pytest.mark.parametrize("has_target", [True, False])
def test_a_daemon_that_no_mailbox_ever_let_in_ends_with_the_reason(
    error: HeardbackError, has_target: bool, tmp_path: Path, phone: Receiver
) -> None:
    source: Source = RefusingSource(error)  # type: ignore[assignment]
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=lambda: source,
        targets=[phone.url()] if has_target else [],
        clock=MovableClock(START),
    )
    with daemon:
        wait_until(lambda: daemon.result == [error], "the daemon to give up")


def test_the_summary_of_a_first_scan_is_told_though_another_command_made_the_first_pass(
    post: MaildirPost, tmp_path: Path, phone: Receiver
) -> None:
    """heardback scan, weeks after the interview; then the service is started."""
    late = local("2026-07-20 10:00")
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        books = Books(ledger=ledger, owner=OWNER, mailboxes=("home",))
        for intake in read_new(post.source(), None, since=local("2026-01-01 00:00"), owner=OWNER):
            books.store("home", intake)
        ledger.note_completed("home", late)
        overview = books.overview(late)
        books.keep_ids(overview)
        books.plan(overview)
        assert [NudgeStatus.HELD_BACK] == [nudge.status for nudge in ledger.nudges()]
    with daemon_on(post, tmp_path, phone.url(), start=late + timedelta(minutes=10)) as daemon:
        (push,) = phone.wait_for(1)
        assert "more in your mail" in push.title
        daemon.at(late + timedelta(hours=3))
    with daemon_on(post, tmp_path, phone.url(), start=late + timedelta(hours=4)) as daemon:
        daemon.at(late + timedelta(hours=5))
    assert 1 == len(phone.pushes)


def test_a_mailbox_that_left_the_configuration_can_no_longer_vouch_for_silence(post: MaildirPost, tmp_path: Path) -> None:
    """Its letters are still known, but an answer that comes there is not seen: nothing is claimed of them."""
    late = local("2026-06-25 10:00")
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        for intake in read_new(post.source(), None, since=local("2026-01-01 00:00"), owner=OWNER):
            ledger.record("home", intake.facts, intake.headers_seen, intake.unreadable, intake.cursor)
        ledger.note_completed("home", late)
        ledger.note_completed("other", late)
        (before,) = Books(ledger=ledger, owner=OWNER, mailboxes=("home", "other")).overview(late).judged
        (after,) = Books(ledger=ledger, owner=OWNER, mailboxes=("other",)).overview(late).judged
    assert before.standing.unconfirmed is None
    assert before.standing.action is not None
    assert "home" in (after.standing.unconfirmed or "")
    assert after.standing.action is None


def test_what_another_command_wrote_is_judged_at_once(post: MaildirPost, tmp_path: Path) -> None:
    """A correction may move the next deadline to before the next look at the mail."""
    with daemon_on(post, tmp_path) as daemon:
        daemon.at(START)
        time.sleep(1.2)
        passes = daemon.notifier.passes
        with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
            ledger.set_note("told", "by another command")
        wait_until(lambda: daemon.notifier.passes > passes, "a pass")
        time.sleep(1.5)
        assert daemon.notifier.passes == passes + 1
