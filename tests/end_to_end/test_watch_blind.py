"""heardback says when it cannot see: each trouble once, its end once, and nothing of an hour's outage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from heardback.errors import HeardbackError, LoginRefused, Unreachable
from heardback.ledger.store import Ledger
from heardback.mailbox.source import Batch, Source
from heardback.model import RawMessage
from heardback.notify.outbox import QuietHours
from heardback.troubles import Troubles
from tests.end_to_end.daemon import OWNER, Daemon, MovableClock, local, wait_until
from tests.receiver import Receiver

MONDAY = local("2026-06-01 10:00")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@dataclass(slots=True)
class Moody:
    """A mailbox of its own mood: raises ``error``, or tells ``gaps``."""

    name: str = "home"
    error: HeardbackError | None = None
    gaps: tuple[str, ...] = ()
    _wake: threading.Event = field(default_factory=threading.Event)

    def source(self) -> Source:
        return self

    def headers_since(self, cursor: str | None, since: datetime) -> Iterator[Batch]:
        if self.error is not None:
            raise self.error
        yield Batch(headers=(), cursor="{}", gaps=self.gaps)

    def texts(self, keys: object) -> Iterator[RawMessage]:
        return iter(())

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        for _ in range(int(timeout_s / 0.05)):
            if stop.is_set() or self._wake.wait(0.05):
                break
        self._wake.clear()
        return not stop.is_set()

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None: ...


def titles(phone: Receiver) -> list[str]:
    return [push.title for push in phone.pushes]


def troubles(ledger: Ledger) -> Troubles:
    return Troubles(ledger=ledger, owner=OWNER, is_discreet=False)


def planned(ledger: Ledger, now: datetime) -> list[str]:
    return [notice.push.title for notice in ledger.due_notices(now)]


def tell(ledger: Ledger, now: datetime) -> list[str]:
    """What a deliverer would: hand every due notice out, and let it arrive."""
    told = []
    for notice in ledger.due_notices(now):
        ledger.hand_out(notice.id, lambda: True, ["phone"], now)
        ledger.record_delivery(notice.id, "phone", True, "", now)
        told.append(notice.push.title)
    return told


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as one:
        yield one


def test_a_refused_login_is_told_at_once_and_its_end_once(ledger: Ledger) -> None:
    ours = troubles(ledger)
    for minutes in (0, 5, 60):
        ours.mailbox_failed("home", LoginRefused("home: the password is wrong."), MONDAY, MONDAY + timedelta(minutes=minutes))
    assert ["I cannot read your mail"] == tell(ledger, MONDAY + timedelta(hours=1))
    later = MONDAY + timedelta(hours=2)
    for _ in range(3):
        ours.mailbox_read("home", (), later)
    (over,) = ledger.due_notices(later)
    assert "I can read your mail again" == over.push.title
    assert "home is read through; the trouble began 10:00. Silence counts again from now on." == over.push.body


def test_a_server_that_is_away_is_told_after_a_day_and_not_before(ledger: Ledger) -> None:
    ours = troubles(ledger)
    away = Unreachable("home: imap.quill.example does not answer.")
    for hours in (0, 1, 12, 23):
        ours.mailbox_failed("home", away, MONDAY, MONDAY + timedelta(hours=hours))
    assert [] == planned(ledger, MONDAY + timedelta(days=2))
    ours.mailbox_failed("home", away, MONDAY, MONDAY + timedelta(hours=24))
    assert ["I cannot read your mail"] == planned(ledger, MONDAY + timedelta(days=2))


def test_an_outage_of_an_hour_is_never_told_nor_its_end(ledger: Ledger) -> None:
    ours = troubles(ledger)
    ours.mailbox_failed("home", Unreachable("home: no answer."), MONDAY, MONDAY)
    ours.mailbox_read("home", (), MONDAY + timedelta(hours=1))
    assert [] == planned(ledger, MONDAY + timedelta(days=2))


def test_what_is_over_before_it_could_be_told_is_withdrawn_and_its_end_not_told(ledger: Ledger) -> None:
    """Quiet hours, or no line to the push server: in the morning all is well, and nobody wants two pushes about the night."""
    ours = troubles(ledger)
    ours.mailbox_failed("home", LoginRefused("home: refused."), MONDAY, MONDAY)
    ours.mailbox_read("home", (), MONDAY + timedelta(hours=1))
    assert [] == planned(ledger, MONDAY + timedelta(days=2))


def test_the_same_trouble_a_second_time_is_told_again(ledger: Ledger) -> None:
    ours = troubles(ledger)
    for day in (0, 7):
        begun = MONDAY + timedelta(days=day)
        ours.mailbox_failed("home", LoginRefused("home: refused."), begun, begun)
        assert ["I cannot read your mail"] == tell(ledger, begun)
        ours.mailbox_read("home", (), begun + timedelta(hours=1))
        assert ["I can read your mail again"] == tell(ledger, begun + timedelta(hours=1))


def test_a_restart_in_between_neither_repeats_nor_forgets(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3") as before:
        troubles(before).mailbox_failed("home", LoginRefused("home: refused."), MONDAY, MONDAY)
        tell(before, MONDAY)
    with Ledger.open(tmp_path / "ledger.sqlite3") as after:
        troubles(after).mailbox_failed("home", LoginRefused("home: refused."), MONDAY, MONDAY + timedelta(hours=1))
        assert [] == planned(after, MONDAY + timedelta(hours=1))
        troubles(after).mailbox_read("home", (), MONDAY + timedelta(hours=2))
        assert ["I can read your mail again"] == planned(after, MONDAY + timedelta(hours=2))


def test_a_vanished_folder_is_told_after_an_hour_and_its_end_without_a_claim_that_it_is_back(ledger: Ledger) -> None:
    ours = troubles(ledger)
    gap = ("home: the folder Jobs is no longer there; what was in it cannot be seen.",)
    for minutes in (0, 30, 59):
        ours.mailbox_read("home", gap, MONDAY + timedelta(minutes=minutes))
    assert [] == planned(ledger, MONDAY + timedelta(hours=3))
    ours.mailbox_read("home", gap, MONDAY + timedelta(minutes=61))
    (notice,) = ledger.due_notices(MONDAY + timedelta(hours=3))
    assert notice.push.title == "I cannot see all of your mail"
    assert notice.push.body.startswith(
        "home: the folder Jobs is no longer there; what was in it cannot be seen. Until that is mended"
    )
    tell(ledger, MONDAY + timedelta(hours=3))
    ours.mailbox_read("home", (), MONDAY + timedelta(days=1))
    (over,) = ledger.due_notices(MONDAY + timedelta(days=1))
    assert over.push.body.startswith("home: everything that is there is read; something was missing since Mon 1 Jun, 10:00.")


def test_a_disk_that_fills_up_is_told_while_there_is_room_to_write_it_down(ledger: Ledger) -> None:
    ours = troubles(ledger)
    ours.disk_has(60_000_000, MONDAY)
    assert [] == planned(ledger, MONDAY)
    for free in (40_000_000, 30_000_000, 60_000_000):  # 60 MB are not enough to call it over
        ours.disk_has(free, MONDAY)
    assert ["The disk is nearly full"] == tell(ledger, MONDAY)
    ours.disk_has(500_000_000, MONDAY)
    assert ["There is room on the disk again"] == tell(ledger, MONDAY)


def test_a_clock_that_is_wrong_is_told_and_so_is_its_end(ledger: Ledger) -> None:
    ours = troubles(ledger)
    ours.clock_is(None, MONDAY)
    ours.clock_is(-7300.0, MONDAY)
    (notice,) = ledger.due_notices(MONDAY)
    assert "about two hours behind your mail server's" in notice.push.body
    assert "nudges would come late" in notice.push.body
    tell(ledger, MONDAY)
    ours.clock_is(-7300.0, MONDAY)
    assert [] == planned(ledger, MONDAY)
    ours.clock_is(None, MONDAY)
    assert ["The clock is right again"] == tell(ledger, MONDAY)


# ---------------------------------------------------------------------------------------------- the daemon


def daemon_on(box: Moody, tmp_path: Path, phone: Receiver, quiet: QuietHours | None = None) -> Daemon:
    return Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=box.source,
        targets=[phone.url()],
        clock=MovableClock(MONDAY),
        quiet=quiet,
    )


def test_a_gap_makes_unconfirmed_and_rings_once_in_a_daemon(tmp_path: Path, phone: Receiver) -> None:
    box = Moody()
    with daemon_on(box, tmp_path, phone) as daemon:
        daemon.at(MONDAY + timedelta(minutes=1))
        box.gaps = ("home: the folder Jobs is no longer there; what was in it cannot be seen.",)
        for minutes in (10, 40, 80, 120):
            daemon.clock.put(MONDAY + timedelta(minutes=minutes))
            passes = daemon.notifier.passes
            daemon._watcher.ask()  # type: ignore[union-attr]
            wait_until(lambda passes=passes: daemon.notifier.passes > passes, "a pass")  # type: ignore[misc]
        assert titles(phone) == ["I cannot see all of your mail"]
        box.gaps = ()
        daemon.at(MONDAY + timedelta(minutes=140))
        phone.wait_for(2)
        daemon.at(MONDAY + timedelta(minutes=150))
    assert titles(phone) == ["I cannot see all of your mail", "I see all of your mail again"]
