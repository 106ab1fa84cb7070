"""Three weeks go by in a few seconds, and the phone rings exactly when it should."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from heardback.notify.outbox import QuietHours
from tests.end_to_end.daemon import (
    ME,
    QUIET,
    THEM,
    Daemon,
    DovecotPost,
    MaildirPost,
    MovableClock,
    Post,
    letter,
    local,
    with_invite,
)
from tests.receiver import Receiver

INVITED = local("2026-06-01 10:00")
START, END = local("2026-06-04 14:00"), local("2026-06-04 15:00")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(params=["maildir", pytest.param("dovecot", marks=pytest.mark.dovecot)])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Post:
    """A mailbox with one old letter from a friend in it: on disk, and on a real IMAP server."""
    box: Post
    if request.param == "dovecot":
        user = f"watch{zlib.crc32(request.node.name.encode())}"
        box = DovecotPost(server=request.getfixturevalue("dovecot"), user=user)
    else:
        box = MaildirPost(tmp_path / "mail")
    box.deliver(letter(local("2026-05-30 09:00"), "Lunch on Sunday?", sender="Bea <bea@castellan.example>", subject="hey"))
    return box


def daemon_on(post: Post, tmp_path: Path, phone: Receiver, start: datetime = INVITED, quiet: QuietHours | None = None) -> Daemon:
    return Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=post.source,
        targets=[phone.url()],
        clock=MovableClock(start),
        quiet=quiet,
    )


def invite_and_thanks(post: Post, daemon: Daemon) -> None:
    """An invite, the interview on Thursday, the owner's thanks in the evening."""
    invitation = letter(
        INVITED, "Hi Rosa,\n\nwe would like to interview you for the Data Engineer role; the entry is attached.\n\nDana"
    )
    post.deliver(with_invite(invitation, START, END))
    daemon.at(local("2026-06-01 10:05"))
    thanks = letter(
        local("2026-06-04 16:00"), "Hi Dana, thank you for your time today.\n\nRosa", sender=ME, to=THEM, subject="Thank you"
    )
    post.deliver(thanks, "Sent")
    daemon.at(local("2026-06-04 16:05"))


def promise(post: Post) -> None:
    post.deliver(
        letter(local("2026-06-05 11:00"), "Hi Rosa,\n\nlovely to meet you. You'll hear from us by next Wednesday.\n\nDana")
    )


def test_three_weeks_go_by_and_the_phone_rings_once(post: Post, tmp_path: Path, phone: Receiver) -> None:
    """Invite and promise are delivered, the deadline passes, one push comes and names employer, words and day; the owner's
    follow-up appears in Sent: no second push."""
    daemon = daemon_on(post, tmp_path, phone)
    with daemon:
        invite_and_thanks(post, daemon)
        promise(post)
        daemon.at(local("2026-06-05 11:05"))
        daemon.at(local("2026-06-12 08:50"))
        assert list(phone.pushes) == []
        daemon.at(local("2026-06-12 09:00"))
        (push,) = phone.wait_for(1)
        assert "Brightforge" in push.title
        assert "You'll hear from us by next Wednesday" in push.body
        assert "Wed 10 Jun" in push.body
        daemon.at(local("2026-06-12 12:00"))
        follow_up = letter(
            local("2026-06-12 10:00"), "Hi Dana, is there any news?\n\nRosa", sender=ME, to=THEM, subject="Data Engineer"
        )
        post.deliver(follow_up, "Sent")
        daemon.at(local("2026-06-12 13:00"))
        daemon.at(local("2026-06-17 12:00"))
        assert len(phone.pushes) == 1


def test_a_forgotten_thank_you_rings_two_hours_after_the_interview(post: Post, tmp_path: Path, phone: Receiver) -> None:
    daemon = daemon_on(post, tmp_path, phone)
    with daemon:
        post.deliver(
            with_invite(letter(INVITED, "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"), START, END)
        )
        daemon.at(local("2026-06-04 16:50"))
        assert list(phone.pushes) == []
        daemon.at(local("2026-06-04 17:00"))
        (push,) = phone.wait_for(1)
        assert "thank you" in push.title


def test_an_answer_that_comes_before_the_deadline_keeps_the_phone_quiet(post: Post, tmp_path: Path, phone: Receiver) -> None:
    daemon = daemon_on(post, tmp_path, phone)
    with daemon:
        invite_and_thanks(post, daemon)
        promise(post)
        daemon.at(local("2026-06-05 11:05"))
        late = "Hi Rosa, we are running late, please expect word by Friday, June 19.\n\nDana"
        post.deliver(letter(local("2026-06-12 08:40"), late))
        daemon.at(local("2026-06-12 09:30"))
        assert list(phone.pushes) == []


def test_quiet_hours_hold_a_nudge_until_morning_and_it_is_withdrawn_if_untrue_by_then(
    post: Post, tmp_path: Path, phone: Receiver
) -> None:
    """The interview ended at 21:00: the thank-you is due at 23:00, in quiet hours; the owner writes at 23:30."""
    daemon = daemon_on(post, tmp_path, phone, quiet=QUIET)
    with daemon:
        evening = with_invite(
            letter(INVITED, "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"),
            local("2026-06-04 20:00"),
            local("2026-06-04 21:00"),
        )
        post.deliver(evening)
        daemon.at(local("2026-06-04 23:10"))
        assert list(phone.pushes) == []
        post.deliver(
            letter(local("2026-06-04 23:30"), "Dear Dana, thank you for tonight.\n\nRosa", sender=ME, to=THEM, subject="Thanks"),
            "Sent",
        )
        daemon.at(local("2026-06-05 08:01"))
        assert list(phone.pushes) == []


def test_a_daemon_that_was_off_reads_first_and_then_speaks(post: Post, tmp_path: Path, phone: Receiver) -> None:
    """The answer came while it was off: what the ledger says alone would be a wrong nudge."""
    daemon = daemon_on(post, tmp_path, phone)
    with daemon:
        invite_and_thanks(post, daemon)
        promise(post)
        daemon.at(local("2026-06-05 11:05"))
    post.deliver(letter(local("2026-06-10 17:00"), "Hi Rosa, sorry, we decided to go with another candidate.\n\nDana"))
    again = daemon_on(post, tmp_path, phone, start=local("2026-06-12 09:10"))
    with again:
        again.at(local("2026-06-12 09:20"))
        titles = [push.title for push in phone.pushes]
        assert [title for title in titles if "follow up" in title] == []


def test_a_failing_target_is_tried_again_and_the_nudge_arrives_once(post: Post, tmp_path: Path, phone: Receiver) -> None:
    daemon = daemon_on(post, tmp_path, phone)
    with daemon:
        invite_and_thanks(post, daemon)
        promise(post)
        phone.answer = 503
        daemon.at(local("2026-06-12 09:00"))
        daemon.at(local("2026-06-12 09:00:30"))
        assert list(phone.pushes) == []
        phone.answer = 200
        daemon.at(local("2026-06-12 09:10"))
        daemon.at(local("2026-06-12 11:00"))
        assert len(phone.pushes) == 1
