"""The daemon as a service: reload, watchdog, a full disk, two mailboxes, the weekly word. Real ledgers and threads; the clock is
passed in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from heardback.delivering import Deliverer, Sender
from heardback.errors import ConfigError, DiskFull, HeardbackError, LoginRefused
from heardback.ledger.store import Ledger
from heardback.mailbox.source import Source
from heardback.model import Push
from heardback.notify.outbox import QuietHours
from heardback.notify.push import PushOutcome, Target, make_target
from heardback.passes import Books
from heardback.systemd_notify import Notifier
from heardback.watch import Reload, Setup, WatchedMailbox, Watcher
from tests.end_to_end.daemon import OWNER, QUIET, MaildirPost, MovableClock, letter, local, wait_until, with_invite
from tests.end_to_end.test_watch_blind import Moody

MONDAY = local("2026-06-01 10:00")


@dataclass(slots=True)
class Phone:
    """Takes pushes as Apprise would; ``takes_s`` is how long each one lasts."""

    takes_s: float = 0.0
    ok: bool = True
    pushes: list[Push] = field(default_factory=list)
    hangs: threading.Event | None = None

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]:
        if self.hangs is not None:
            self.hangs.wait(20)
        time.sleep(self.takes_s)
        self.pushes.extend([push] * self.ok)
        return tuple(PushOutcome(target=one.id, ok=self.ok, detail="" if self.ok else "no", elapsed_s=0.0) for one in targets)

    @property
    def titles(self) -> list[str]:
        return [push.title for push in self.pushes]


class Told(Notifier):
    """systemd's ear: every word, with the moment it came at."""

    def __init__(self) -> None:
        super().__init__({"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "4000000"})
        self.words: list[tuple[float, str]] = []

    def _send(self, *lines: str) -> None:
        self.words.extend((time.monotonic(), line) for line in lines)

    def said(self, beginning: str) -> list[str]:
        return [line for _, line in self.words if line.startswith(beginning)]

    @property
    def feedings(self) -> list[float]:
        return [at for at, line in self.words if line == "WATCHDOG=1"]


@dataclass(slots=True)
class Service:
    ledger: Ledger
    phone: Sender
    clock: MovableClock
    told: Told = field(default_factory=Told)
    quiet: QuietHours | None = None
    says_alive: bool = False
    reload: Reload | None = None
    free_bytes: Callable[[], int | None] = lambda: None
    watcher: Watcher | None = None
    result: list[HeardbackError | None] = field(default_factory=list)

    def setup(self, mailboxes: dict[str, Callable[[], Source]], ledger: Ledger | None = None) -> Setup:
        books = Books(ledger=ledger or self.ledger, owner=OWNER, mailboxes=tuple(mailboxes))
        deliverer = Deliverer(
            books=books,
            pusher=self.phone,
            targets=(make_target("json://127.0.0.1/phone"),),
            quiet=self.quiet,
            is_discreet=False,
            gives_reasons=True,
            now=self.clock.now,
            says_alive=self.says_alive,
        )
        watched = tuple(WatchedMailbox(name=name, open_source=source, poll_s=900.0) for name, source in mailboxes.items())
        return Setup(books=books, deliverer=deliverer, mailboxes=watched, since=timedelta(days=365))

    def again(self) -> None:
        """Read everything once more, and come back when that was judged."""
        assert self.watcher is not None
        for cause in (self.watcher.ask, self.watcher.wake):
            before = len(self.told.said("STATUS="))
            cause()
            wait_until(lambda before=before: len(self.told.said("STATUS=")) > before, "a pass")  # type: ignore[misc]


@contextmanager
def running(
    path: Path, service: Callable[[Ledger], Service], mailboxes: dict[str, Callable[[], Source]], kind: type[Ledger] = Ledger
) -> Iterator[Service]:
    """The loop in a thread of its own, which owns its ledger."""
    ready = threading.Event()
    ours: list[Service] = []

    def live() -> None:
        with kind.open(path) as ledger:
            one = service(ledger)
            setup = one.setup(mailboxes)
            one.watcher = Watcher(
                setup.books,
                setup.deliverer,
                setup.mailboxes,
                clock=one.clock,
                notifier=one.told,
                since=setup.since,
                reload=one.reload,
                free_bytes=one.free_bytes,
            )
            ours.append(one)
            ready.set()
            one.result.append(one.watcher.run())

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    assert ready.wait(10)
    (one,) = ours
    try:
        wait_until(lambda: len(one.told.said("STATUS=")) >= 2, "the first passes")
        yield one
    finally:
        assert one.watcher is not None
        one.watcher.request_stop()
        thread.join(20)
        assert not thread.is_alive()


def interviewed(folder: Path, when: datetime, employer: str = "brightforge") -> MaildirPost:
    """A mailbox with an interview two hours ago in it: a thank-you is due."""
    box = MaildirPost(folder)
    words = f"Hi Rosa, your interview for the Data Engineer role at {employer.title()} is attached.\n\nDana"
    sender = f"Dana Ortiz <dana.ortiz@{employer}.example>"
    mail = letter(when - timedelta(days=3), words, sender=sender, subject=f"Data Engineer at {employer.title()}")
    mail.replace_header("Message-ID", f"<{employer}@letters.example>")
    box.deliver(with_invite(mail, when, when + timedelta(hours=1), uid=f"{employer}@letters.example"))
    return box


# ------------------------------------------------------------------------------------------------- reload


def test_a_reload_takes_over_what_the_file_says_now(tmp_path: Path) -> None:
    old, new = Moody(), Moody(name="second")

    def build(ledger: Ledger) -> Service:
        one = Service(ledger=ledger, phone=Phone(), clock=MovableClock(MONDAY))
        one.reload = lambda alive: one.setup({"home": old.source, "second": new.source}, ledger)
        return one

    with running(tmp_path / "l.sqlite3", build, {"home": old.source}) as service:
        assert service.watcher is not None
        service.watcher.request_reload()
        wait_until(lambda: len(service.told.said("READY=1")) == 2, "the end of the reload")
        with Ledger.open(tmp_path / "l.sqlite3") as ledger:
            wait_until(lambda: {state.name for state in ledger.mailbox_states()} == {"home", "second"}, "the second mailbox")
        order = [
            line.partition("=")[0]
            for line in (line for _, line in service.told.words)
            if line.startswith(("REL", "MONO", "READY"))
        ]
        assert order == ["READY", "RELOADING", "MONOTONIC_USEC", "READY"]
    assert service.result == [None]


def test_a_faulty_file_changes_nothing_and_says_so_until_it_is_mended(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    box = Moody()
    faulty = ["owner.timezon: there is no such key", "push.quiet_hours: write two times of day"]

    def build(ledger: Ledger) -> Service:
        one = Service(ledger=ledger, phone=Phone(), clock=MovableClock(MONDAY))

        def reload(alive: Callable[[], None]) -> Setup:
            if faulty:
                raise ConfigError(faulty)
            return one.setup({"home": box.source}, ledger)

        one.reload = reload
        return one

    with running(tmp_path / "l.sqlite3", build, {"home": box.source}) as service:
        assert service.watcher is not None
        service.watcher.request_reload()
        wait_until(lambda: len(service.told.said("READY=1")) == 2, "the end of the reload")
        service.again()
        assert "configuration not reloaded (2 faults, see the log)" in service.told.said("STATUS=")[-1]
        assert [fault for fault in faulty if f"not reloaded: {fault}" not in caplog.text] == []
        faulty.clear()
        service.watcher.request_reload()
        wait_until(lambda: len(service.told.said("READY=1")) == 3, "the second reload")
        service.again()
        assert "not reloaded" not in service.told.said("STATUS=")[-1]


def test_a_login_that_is_refused_after_a_reload_ends_nothing(tmp_path: Path) -> None:
    good, bad = Moody(), Moody(error=LoginRefused("home: refused."))

    def build(ledger: Ledger) -> Service:
        one = Service(ledger=ledger, phone=Phone(), clock=MovableClock(MONDAY))
        one.reload = lambda alive: one.setup({"home": bad.source}, ledger)
        return one

    with running(tmp_path / "l.sqlite3", build, {"home": good.source}) as service:
        assert service.watcher is not None
        service.watcher.request_reload()
        wait_until(lambda: "cannot read 1 of 1" in service.told.said("STATUS=")[-1], "blindness")
        service.watcher.wake()
        time.sleep(1.2)
        assert service.result == []
        assert service.phone.titles == ["I cannot read your mail"]  # type: ignore[attr-defined]


# ----------------------------------------------------------------------------------------------- watchdog


def test_many_slow_pushes_in_a_row_are_no_hang(tmp_path: Path) -> None:
    """Three nudges of one and a half seconds each: the watchdog, which looks every four, is fed between them."""
    clock = MovableClock(MONDAY)
    boxes = {
        name: interviewed(tmp_path / name, MONDAY - timedelta(hours=4), name) for name in ("alderbrook", "brightforge", "calder")
    }
    phone = Phone(takes_s=1.5)
    with running(
        tmp_path / "l.sqlite3",
        lambda ledger: Service(ledger=ledger, phone=phone, clock=clock),
        {name: box.source for name, box in boxes.items()},
    ) as service:
        wait_until(lambda: len(phone.pushes) >= 3, "three pushes")
        feedings = service.told.feedings
    gaps = [later - earlier for earlier, later in pairwise(feedings)]
    assert max(gaps) < 3.0


def test_a_hang_of_the_loop_starves_the_watchdog_though_the_mailbox_is_read_on(tmp_path: Path) -> None:
    box = interviewed(tmp_path / "mail", MONDAY - timedelta(hours=4))
    hanging = threading.Event()
    phone = Phone(hangs=hanging)
    with running(
        tmp_path / "l.sqlite3",
        lambda ledger: Service(ledger=ledger, phone=phone, clock=MovableClock(MONDAY)),
        {"home": box.source},
    ) as service:
        time.sleep(1.5)
        fed = len(service.told.feedings)
        assert service.watcher is not None
        service.watcher.ask()
        time.sleep(3)
        assert len(service.told.feedings) == fed
        hanging.set()


# --------------------------------------------------------------------------------------------------- disk


class FullDisk(Ledger):
    """A ledger on a disk that can be filled."""

    is_full = False

    def _transaction(self):  # type: ignore[no-untyped-def]
        if type(self).is_full:
            raise DiskFull("The disk is full: the ledger could not be written.", "Make room on that disk.")
        return super()._transaction()


def test_a_full_disk_is_waited_out_told_once_and_over_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heardback.watch.ROOM_EVERY_S", 0.5)
    box, phone = Moody(), Phone()
    FullDisk.is_full = False
    path = tmp_path / "l.sqlite3"

    def build(ledger: Ledger) -> Service:
        return Service(ledger=ledger, phone=phone, clock=MovableClock(MONDAY))

    with running(path, build, {"home": box.source}, FullDisk) as service:
        assert phone.titles == []
        FullDisk.is_full = True
        assert service.watcher is not None
        service.watcher.ask()
        wait_until(lambda: phone.titles == ["The disk is full"], "the push without a ledger")
        assert service.told.said("STATUS=")[-1] == "STATUS=the disk is full: waiting for room"
        time.sleep(1.5)
        assert phone.titles == ["The disk is full"]
        assert service.result == []
        assert len(service.told.feedings) > 1
        FullDisk.is_full = False
        wait_until(lambda: len(phone.pushes) == 2, "the word that it is over")
        service.again()
    assert phone.titles == ["The disk is full", "There is room on the disk again"]
    assert service.result == [None]


def test_a_disk_that_is_nearly_full_is_told_in_time(tmp_path: Path) -> None:
    free = [10_000_000]
    phone = Phone()

    def build(ledger: Ledger) -> Service:
        return Service(ledger=ledger, phone=phone, clock=MovableClock(MONDAY), free_bytes=lambda: free[0])

    with running(tmp_path / "l.sqlite3", build, {"home": Moody().source}) as service:
        wait_until(lambda: phone.titles == ["The disk is nearly full"], "the notice")
        free[0] = 5_000_000_000
        service.again()
        wait_until(lambda: len(phone.pushes) == 2, "its end")
    assert phone.titles[1] == "There is room on the disk again"


# -------------------------------------------------------------------------------- first run, two mailboxes


def test_two_old_mailboxes_make_one_summary(tmp_path: Path) -> None:
    """The second is slower by some seconds; what the first has is not told before."""
    late = MONDAY + timedelta(days=40)
    slow, quick = interviewed(tmp_path / "a", MONDAY, "alderbrook"), interviewed(tmp_path / "b", MONDAY, "brightforge")
    phone = Phone()

    def slowly() -> Source:
        time.sleep(2)
        return slow.source()

    with running(
        tmp_path / "l.sqlite3",
        lambda ledger: Service(ledger=ledger, phone=phone, clock=MovableClock(late)),
        {"quick": quick.source, "slow": slowly},
    ) as service:
        wait_until(
            lambda: len(phone.pushes) >= 1,
            "the summary",
        )
        service.again()
    (summary,) = phone.pushes
    assert "Two more in your mail" == summary.title
    assert "Alderbrook" in summary.body
    assert "Brightforge" in summary.body


def test_an_old_mailbox_that_joins_later_is_told_in_one_summary_too(tmp_path: Path) -> None:
    late = MONDAY + timedelta(days=40)
    old, phone = interviewed(tmp_path / "old", MONDAY), Phone()
    path = tmp_path / "l.sqlite3"
    with running(path, lambda ledger: Service(ledger=ledger, phone=phone, clock=MovableClock(MONDAY)), {"home": Moody().source}):
        pass
    with running(
        path,
        lambda ledger: Service(ledger=ledger, phone=phone, clock=MovableClock(late)),
        {"home": Moody().source, "old": old.source},
    ) as service:
        wait_until(lambda: len(phone.pushes) >= 1, "the summary")
        service.again()
    assert ["One more in your mail"] == phone.titles


# -------------------------------------------------------------------------------------------- weekly word


def alive_on(tmp_path: Path, moments: Sequence[datetime], box: Moody | None = None, quiet: QuietHours | None = None) -> list[str]:
    """What rings when a daemon that began on 1 June is awake at these moments, one after the other."""
    phone, box = Phone(), box or Moody()
    for moment in (MONDAY, *moments):
        with running(
            tmp_path / "l.sqlite3",
            lambda ledger, moment=moment: Service(  # type: ignore[misc]
                ledger=ledger, phone=phone, clock=MovableClock(moment), says_alive=True, quiet=quiet
            ),
            {"home": box.source},
        ) as service:
            service.again()
            service.again()
    return phone.titles


def test_once_a_week_it_says_that_it_is_alive(tmp_path: Path) -> None:
    moments = [
        local(f"2026-06-{day} {hour}") for day, hour in (("07", "12:00"), ("08", "08:59"), ("08", "09:01"), ("09", "12:00"))
    ]
    assert [] == alive_on(tmp_path, moments[:2])
    assert ["Still watching"] == alive_on(tmp_path, moments[2:])


def test_a_machine_that_was_off_on_monday_says_it_when_it_is_awake(tmp_path: Path) -> None:
    assert ["Still watching"] == alive_on(tmp_path, [local("2026-06-10 14:00"), local("2026-06-11 09:00")])


def test_it_does_not_say_that_it_watches_while_it_is_blind(tmp_path: Path) -> None:
    gaps = ("home: the folder Jobs is no longer there.",)
    assert "Still watching" not in alive_on(tmp_path, [local("2026-06-08 10:00")], Moody(gaps=gaps))


def test_quiet_hours_hold_the_weekly_word_too(tmp_path: Path) -> None:
    late_riser = replace(QUIET, end=local("2026-06-08 11:00").time())
    assert [] == alive_on(tmp_path, [local("2026-06-08 10:00")], quiet=late_riser)
    assert ["Still watching"] == alive_on(tmp_path, [local("2026-06-08 11:01")], quiet=late_riser)
