"""What keeps heardback from seeing: told once when it begins, and once when it is over.

A trouble has a key ("read home", "clock"), a moment at which it began, and a notice. That it is going on is a note in the ledger,
so a restart neither tells it again nor forgets to say that it is over. "Over" is said only where the beginning was: a notice that
still waits (quiet hours, no line to the push server) is withdrawn instead.

    refused login                 at once
    a mailbox that is away        after a day: shorter outages mend themselves
    a part that cannot be read    after an hour: a server that hides a folder for a minute is no news
    the clock                     when the servers have disagreed with it three times running
    the disk                      when little is left; when nothing is, the notice goes out without the ledger
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heardback.errors import HeardbackError, LoginRefused
from heardback.ledger.reach import find_notice
from heardback.ledger.store import Ledger
from heardback.model import NudgeStatus, Owner, Push
from heardback.notify import notices
from heardback.notify.compose import blind_notice

TELL_UNREACHABLE_AFTER = timedelta(days=1)
TELL_GAP_AFTER = timedelta(hours=1)

NEARLY_FULL_BYTES = 50_000_000
"""A year of mail is a ledger of some ten megabytes, and SQLite wants as much again for its log."""
ROOM_AGAIN_BYTES = 2 * NEARLY_FULL_BYTES
"""Twice the limit, so that a disk on the edge is not told by the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    ledger: Ledger
    owner: Owner
    is_discreet: bool

    # ------------------------------------------------------------------------------------------ mailboxes

    def mailbox_failed(self, mailbox: str, error: HeardbackError, since: datetime, now: datetime) -> None:
        """``since``: the first failure in a row."""
        wait = timedelta(0) if isinstance(error, LoginRefused) else TELL_UNREACHABLE_AFTER
        push = blind_notice(mailbox, str(error), since, self.owner, discreet=self.is_discreet)
        self._going_on("blind", f"read {mailbox}", since, now, wait, push)

    def mailbox_read(self, mailbox: str, gaps: Sequence[str], now: datetime) -> None:
        """It was read through at ``now``, with or without gaps."""
        self._over(
            "blind",
            f"read {mailbox}",
            now,
            lambda since: notices.seeing_notice(mailbox, since, self.owner, now, discreet=self.is_discreet),
        )
        if gaps:
            push = notices.gap_notice(mailbox, gaps[0], discreet=self.is_discreet)
            self._going_on("gap", f"parts of {mailbox}", now, now, TELL_GAP_AFTER, push)
        else:
            self._over(
                "gap",
                f"parts of {mailbox}",
                now,
                lambda since: notices.whole_notice(mailbox, since, self.owner, now, discreet=self.is_discreet),
            )

    # -------------------------------------------------------------------------------------- this machine

    def clock_is(self, seconds_ahead: float | None, now: datetime) -> None:
        """By how much our clock is ahead of the servers' (negative: behind); None where it agrees."""
        if seconds_ahead is None:
            self._over("clock", "clock", now, lambda since: notices.clock_is_right_notice(discreet=self.is_discreet))
        else:
            push = notices.clock_notice(seconds_ahead, discreet=self.is_discreet)
            self._going_on("clock", "clock", now, now, timedelta(0), push)

    def disk_has(self, free_bytes: int, now: datetime) -> None:
        if free_bytes < NEARLY_FULL_BYTES:
            push = notices.disk_nearly_full_notice(free_bytes, discreet=self.is_discreet)
            self._going_on("disk", "disk", now, now, timedelta(0), push)
        elif free_bytes >= ROOM_AGAIN_BYTES:
            self._over("disk", "disk", now, lambda since: notices.room_again_notice(discreet=self.is_discreet))

    def disk_was_full(self, since: datetime, now: datetime) -> None:
        """It was told without the ledger, which could not be written; now it can."""
        self._over("disk", "disk", now, lambda _: Push(title="", body=""), is_silent=True)
        push = notices.room_again_notice(discreet=self.is_discreet)
        self.ledger.announce("disk over", f"disk {since.isoformat()}", push, now, now)

    # ------------------------------------------------------------------------------------- begin and end

    def _going_on(self, topic: str, key: str, since: datetime, now: datetime, wait: timedelta, push: Push) -> None:
        began = self._began(key)
        if began is None:
            began = since
            self.ledger.set_note(_note(key), began.isoformat())
        rests_on = f"{key} {began.isoformat()}"
        if now - began >= wait and find_notice(self.ledger, topic, rests_on) is None:
            self.ledger.announce(topic, rests_on, push, now, now)

    def _over(self, topic: str, key: str, now: datetime, words: Callable[[datetime], Push], *, is_silent: bool = False) -> None:
        began = self._began(key)
        if began is None:
            return
        rests_on = f"{key} {began.isoformat()}"
        found = find_notice(self.ledger, topic, rests_on)
        if found is not None and found[1] is NudgeStatus.PLANNED:
            self.ledger.withdraw(found[0], "it was over before it could be told")
            found = find_notice(self.ledger, topic, rests_on)
        if found is not None and found[1] is NudgeStatus.SENT and not is_silent:
            self.ledger.announce(f"{topic} over", rests_on, words(began), now, now)
        self.ledger.set_note(_note(key), None)

    def _began(self, key: str) -> datetime | None:
        text = self.ledger.note(_note(key))
        return None if text is None else datetime.fromisoformat(text)


def _note(key: str) -> str:
    return f"trouble: {key}"
