"""A real daemon in a thread: real sources, a real ledger, real pushes; only the clock is passed in."""

from __future__ import annotations

import threading
import time as real_time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from heardback import watch
from heardback.delivering import Deliverer
from heardback.errors import HeardbackError
from heardback.fetching import no_term
from heardback.ledger.store import Ledger
from heardback.mailbox.files import MaildirSource
from heardback.mailbox.grants import Term
from heardback.mailbox.open import open_source
from heardback.mailbox.source import Source
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import Owner
from heardback.notify.outbox import QuietHours
from heardback.notify.push import Pusher, make_target
from heardback.passes import Books
from heardback.systemd_notify import Notifier
from heardback.watch import WatchedMailbox, Watcher
from tests.dovecot import PASSWORD, Dovecot

ZONE = ZoneInfo("America/New_York")
OWNER = Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone=ZONE.key, country="US")
ME = "Rosa Quill <rosa@quill.example>"
THEM = "Dana Ortiz <dana.ortiz@brightforge.example>"
PATIENCE_S = 15.0


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass(slots=True)
class MovableClock:
    """Runs like any clock, from wherever it is put."""

    base: datetime
    started: float = field(default_factory=real_time.monotonic)

    def now(self) -> datetime:
        return self.base + timedelta(seconds=real_time.monotonic() - self.started)

    def monotonic(self) -> float:
        return real_time.monotonic()

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return stop.wait(timeout_s)

    def put(self, moment: datetime) -> None:
        self.base, self.started = moment, real_time.monotonic()


class CountingNotifier(Notifier):
    """systemd is not there; the number of finished passes is kept, so that a test can wait for the next one."""

    def __init__(self) -> None:
        super().__init__({})
        self.passes = 0

    def status(self, text: str) -> None:
        self.passes += 1


@dataclass(slots=True)
class Daemon:
    """Started by ``with``; ``at`` moves its clock and returns once it has read through and judged at that moment."""

    ledger_path: Path
    open_source: Callable[[], Source]
    targets: Sequence[str]
    clock: MovableClock
    quiet: QuietHours | None = None
    term: Callable[[], Term | None] = no_term
    others: Sequence[WatchedMailbox] = ()
    """Mailboxes beside "home"."""
    patience_s: float = watch.PATIENCE_S
    notifier: CountingNotifier = field(default_factory=CountingNotifier)
    result: list[HeardbackError | None] = field(default_factory=list)
    _watcher: Watcher | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Daemon:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._watcher is not None and self.notifier.passes > 0, "the daemon to start")
        return self

    def __exit__(self, *exception: object) -> None:
        assert self.stop() < 2.0

    def stop(self) -> float:
        """Ask it to stop; how many seconds that took."""
        assert self._watcher is not None
        assert self._thread is not None
        begun = real_time.monotonic()
        self._watcher.request_stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        return real_time.monotonic() - begun

    def at(self, moment: datetime) -> None:
        assert self._watcher is not None
        self.clock.put(moment)
        self._watcher.wake()
        with Ledger.open(self.ledger_path) as ledger:
            wait_until(lambda: self._is_read(ledger, moment) or not self._is_alive(), f"a reading at {moment}")
        passes = self.notifier.passes
        self._watcher.wake()
        wait_until(lambda: self.notifier.passes > passes or not self._is_alive(), f"a pass at {moment}")

    def _is_read(self, ledger: Ledger, moment: datetime) -> bool:
        assert self._watcher is not None
        self._watcher.ask()
        states = [state for state in ledger.mailbox_states() if state.name == "home"]
        return any(state.complete_to is not None and state.complete_to >= moment for state in states)

    def _is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        with Ledger.open(self.ledger_path) as ledger:
            ledger.claim()
            ledger.recover(self.clock.now())
            books = Books(ledger=ledger, owner=OWNER, mailboxes=("home", *(other.name for other in self.others)))
            deliverer = Deliverer(
                books=books,
                pusher=Pusher(),
                targets=tuple(make_target(url) for url in self.targets),
                quiet=self.quiet,
                is_discreet=False,
                gives_reasons=True,
                now=self.clock.now,
            )
            mailbox = WatchedMailbox(name="home", open_source=self.open_source, poll_s=900.0, term=self.term)
            self._watcher = Watcher(
                books,
                deliverer,
                [mailbox, *self.others],
                clock=self.clock,
                notifier=self.notifier,
                since=timedelta(days=365),
                patience_s=self.patience_s,
            )
            self.result.append(self._watcher.run())


def wait_until(is_true: Callable[[], bool], what: str) -> None:
    end = real_time.monotonic() + PATIENCE_S
    while not is_true():
        assert real_time.monotonic() < end, f"waited {PATIENCE_S} s for {what}"
        real_time.sleep(0.02)


def letter(
    when: datetime, text: str, *, sender: str = THEM, to: str = ME, subject: str = "Data Engineer at Brightforge"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(when)
    mail["Message-ID"] = f"<{when:%Y%m%d%H%M%S}@letters.example>"
    mail.set_content(text)
    return mail


def with_invite(mail: EmailMessage, start: datetime, end: datetime, uid: str = "talk-1@brightforge.example") -> EmailMessage:
    calendar = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//tests//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "SEQUENCE:0",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART;TZID=America/New_York:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=America/New_York:{end:%Y%m%dT%H%M%S}",
            "SUMMARY:Interview: Data Engineer\\, Brightforge",
            "ORGANIZER:MAILTO:dana.ortiz@brightforge.example",
            "ATTENDEE:MAILTO:rosa@quill.example",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )
    mail.add_attachment(calendar.encode(), maintype="text", subtype="calendar", params={"method": "REQUEST", "charset": "utf-8"})
    return mail


class Post(Protocol):
    def deliver(self, mail: EmailMessage, folder: str = "INBOX") -> None: ...

    def source(self) -> Source: ...


@dataclass(slots=True)
class MaildirPost:
    """Delivers into a Maildir++ tree, as a mail server on the same machine would."""

    folder: Path
    count: int = 0
    name: str = "home"

    def deliver(self, mail: EmailMessage, folder: str = "INBOX") -> None:
        root = self.folder if folder == "INBOX" else self.folder / f".{folder}"
        for part in ("cur", "new", "tmp"):
            (root / part).mkdir(parents=True, exist_ok=True)
        self.count += 1
        name = f"{int(real_time.time())}.{self.count}.test"
        (root / "tmp" / name).write_bytes(mail.as_bytes())
        (root / "tmp" / name).rename(root / "new" / name)

    def source(self) -> Source:
        return MaildirSource(self.folder, name=self.name)


@dataclass(slots=True)
class DovecotPost:
    """Delivers to one user of a real server; ``source`` logs in by TLS."""

    server: Dovecot
    user: str
    name: str = "home"

    def deliver(self, mail: EmailMessage, folder: str = "INBOX") -> None:
        received_at = datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z")
        self.server.deliver(self.user, folder, mail.as_bytes(), received_at=received_at)

    def source(self) -> Source:
        address = parse_mailbox_url(self.server.url(self.user))
        return open_source(address, name=self.name, password=lambda: PASSWORD, ca_file=self.server.ca_file)


QUIET = QuietHours(time(22), time(8))
