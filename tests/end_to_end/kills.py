"""The kill test: a real daemon process is killed (SIGKILL) at random moments and started again; at the end everything is counted.

    python -m tests.end_to_end.kills [KILLS] [SEED]        # `make soak`: 500 kills, about a quarter of an hour

Real are the process (`heardback watch`), the clock, the mail server (Dovecot; a Maildir where there is none), the ledger and the
phone, an HTTP server that takes its time to answer. Before each start a letter of another employer is delivered, about an
interview that has just ended, so that each has one thank-you due. After each kill the files of the ledger are copied and the copy
is looked at: it must be whole, and what is in flight in it is what may ring once more.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from heardback.sample.build import load
from tests.dovecot import PASSWORD, Dovecot, dovecot_program, running_dovecot
from tests.end_to_end.daemon import ZONE, DovecotPost, MaildirPost, letter, with_invite
from tests.receiver import Receiver

SAMPLE = load()
ME = f"{SAMPLE.name} <{next(iter(SAMPLE.addresses))}>"
AT_THE_PHONE = 0.6
"""How many of the kills wait until the phone has been rung, and come while it answers or just after. The others come at any
moment from the start of the process to a little after it has usually pushed."""
MOST_RINGS = 4
"""They wait for the first ring, or for one of the next: what is left from earlier lives is repeated after what is new."""
FINISH_S = 90.0
"""How long the last life may go without getting any further."""

_FIRST = re.findall(r"\w+", "Birch Cedar Elder Fern Grove Hazel Ivy Juniper Kestrel Larch Maple Nettle Osier Rowan Umber Willow")
_SECOND = re.findall(r"\w+", "wick ford stead worth combe gate holm bury cross field brook ridge shaw croft leigh")
_THIRD = ["", "lo", "nami"]
"""Names that differ in more than a letter: two that do not are one employer, misspelt."""


SLOWEST_ANSWER_S = 0.3


class SlowPhone(Receiver):
    """Rings at once and says so only after a moment: what a kill in between leaves open."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        super().__init__()

    def take(self, path: str, headers: dict[str, str], content: bytes) -> int | None:
        answer = super().take(path, headers, content)
        time.sleep(self._chance.uniform(0.0, SLOWEST_ANSWER_S))
        return answer

    def await_request(self, known: int, timeout_s: float) -> None:
        """Return when more than ``known`` requests have come, or when time is up."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._received) > known, timeout_s)


@dataclass(slots=True)
class Tally:
    """What was counted. ``lost`` and ``twice`` name employers; ``repeats`` were in flight at a kill, ``unexplained`` were not."""

    seed: int
    kills: int = 0
    letters: int = 0
    in_flight: int = 0
    rung: int = 0
    told_together: int = 0
    repeats: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.twice or self.unexplained or self.broken)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.in_flight} of them with a push in flight; {self.letters} nudges, "
            f"{self.rung} rang by themselves, {self.told_together} were told in summaries; {len(self.lost)} lost, "
            f"{len(self.twice)} stored twice, {self.repeats} repeated in flight, {len(self.unexplained)} repeated otherwise"
            + "".join(f"\n  {word}" for word in (*self.lost, *self.twice, *self.unexplained, *self.broken))
        )


@dataclass(slots=True)
class KillTest:
    folder: Path
    post: DovecotPost | MaildirPost
    seed: int
    chance: random.Random = field(init=False)
    tally: Tally = field(init=False)
    employers: list[str] = field(default_factory=list)
    may_repeat: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.tally = Tally(seed=self.seed)
        names = [f"{one}{three}{two}" for three in _THIRD for one in _FIRST for two in _SECOND]
        self.chance.shuffle(names)
        self.employers = names

    @property
    def ledger(self) -> Path:
        return self.folder / "state" / "ledger.sqlite3"

    def run(self, kills: int) -> Tally:
        with SlowPhone(random.Random(self.seed)) as phone:
            config = self._configure(phone)
            usual_s = self._usual_time(config, phone)
            for number in range(kills):
                self._deliver(self.employers[self.tally.letters])
                with self._daemon(config) as daemon:
                    if self.chance.random() < AT_THE_PHONE:
                        phone.await_request(len(phone.received) + self.chance.randrange(MOST_RINGS), 3 * usual_s)
                        time.sleep(self.chance.uniform(0.0, 1.5 * SLOWEST_ANSWER_S))
                    else:
                        time.sleep(self.chance.uniform(0.0, 1.3 * usual_s))
                    if daemon.poll() is not None:
                        self.tally.broken.append(f"kill {number}: the daemon had ended by itself with {daemon.returncode}")
                self.tally.kills += 1
                self._look_at_what_is_left(number)
            self._let_it_finish(config)
            self._count(phone)
        return self.tally

    def _usual_time(self, config: Path, phone: SlowPhone) -> float:
        """Seconds from the start of a daemon to its first push, on this machine and today."""
        self._deliver(self.employers[0])
        began = time.monotonic()
        with self._daemon(config):
            phone.await_request(0, 60)
            usual_s = time.monotonic() - began
        self._look_at_what_is_left(0)  # its end is a kill like any other
        return usual_s

    def _configure(self, phone: Receiver) -> Path:
        path = self.folder / "heardback.toml"
        if isinstance(self.post, DovecotPost):
            server = self.post.server
            where = f'url = "{server.url(self.post.user)}"\npassword = {{ env = "MAIL_PASSWORD" }}\nca_file = "{server.ca_file}"'
        else:
            where = f'url = "maildir:{self.post.folder}"'
        path.write_text(
            f'[owner]\nname = "{SAMPLE.name}"\naddresses = ["{next(iter(SAMPLE.addresses))}"]\ntimezone = "{ZONE.key}"\n'
            f'[[mailbox]]\nname = "home"\n{where}\n'
            f'[push]\nquiet_hours = ""\ntargets = [{{ url = "{phone.url()}" }}]\n[ledger]\npath = "{self.ledger}"\n'
        )
        path.chmod(0o600)
        return path

    def _deliver(self, employer: str) -> None:
        now = datetime.now(ZONE).replace(microsecond=0)
        mail: EmailMessage = letter(
            now - timedelta(days=1),
            f"Hi {SAMPLE.name.split()[0]}, your interview for the Data Engineer role at {employer} is attached.\n\nDana",
            sender=f"Dana Ortiz <dana.ortiz@{employer.lower()}.example>",
            to=ME,
            subject=f"Data Engineer at {employer}",
        )
        mail.replace_header("Message-ID", f"<{employer.lower()}@letters.example>")
        ended = now - timedelta(hours=2, minutes=5)
        self.post.deliver(with_invite(mail, ended - timedelta(hours=1), ended, uid=f"{employer.lower()}@letters.example"))
        self.tally.letters += 1

    @contextlib.contextmanager
    def _daemon(self, config: Path) -> Iterator[subprocess.Popen[bytes]]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("HEARDBACK", "XDG_", "NOTIFY", "STATE_"))
        }
        with (self.folder / "log").open("ab") as log:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "heardback", "watch", "--config", str(config)],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=kept | {"HOME": "/nonexistent", "MAIL_PASSWORD": PASSWORD},
            )
        try:
            yield daemon
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()

    @contextlib.contextmanager
    def _copy(self) -> Iterator[sqlite3.Connection]:
        """The ledger as a power cut would leave it, opened elsewhere: the next daemon must mend its own."""
        with tempfile.TemporaryDirectory() as elsewhere:
            for file in self.ledger.parent.glob(f"{self.ledger.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, elsewhere)
            database = sqlite3.connect(Path(elsewhere) / self.ledger.name)
            try:
                yield database
            finally:
                database.close()

    @contextlib.contextmanager
    def _beside(self) -> Iterator[sqlite3.Connection]:
        """The ledger itself, as any other command reads it while the daemon writes."""
        database = sqlite3.connect(self.ledger, timeout=10)
        try:
            yield database
        finally:
            database.close()

    def _look_at_what_is_left(self, number: int) -> None:
        if not self.ledger.exists():
            return  # killed before there was one
        with self._copy() as database:
            found = database.execute("PRAGMA integrity_check").fetchone()
            if found != ("ok",):
                self.tally.broken.append(f"kill {number}: {found}")
            if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outgoing'").fetchone():
                return
            flying = database.execute(
                """SELECT coalesce(alias, title) FROM delivery JOIN outgoing ON outgoing.id = delivery.outgoing
                   LEFT JOIN application ON application.id = outgoing.application WHERE state = 'in_flight'"""
            ).fetchall()
        self.tally.in_flight += bool(flying)
        self.may_repeat.update(_employer(alias) for (alias,) in flying)

    def _let_it_finish(self, config: Path) -> None:
        before = self._read_at()
        with self._daemon(config) as daemon:
            until = time.monotonic() + FINISH_S
            while self._read_at() == before and time.monotonic() < until:
                time.sleep(0.2)  # before it has read it may not even listen to SIGTERM
            left, end = self._open_count(), time.monotonic() + FINISH_S
            while left and time.monotonic() < end:
                time.sleep(0.5)
                now_left = self._open_count()
                if now_left < left:
                    left, end = now_left, time.monotonic() + FINISH_S
            daemon.send_signal(signal.SIGTERM)
            if daemon.wait(10) != 0:
                self.tally.broken.append(f"after SIGTERM the daemon ended with {daemon.returncode}")

    def _read_at(self) -> str | None:
        """When the mailbox was last read through, as the ledger has it."""
        with self._beside() as database:
            if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'mailbox'").fetchone():
                return None
            row = database.execute("SELECT complete_to FROM mailbox").fetchone()
        return None if row is None else row[0]

    def _open_count(self) -> int:
        """Letters that are not in the ledger yet, and nudges and notices whose end is not known."""
        with self._beside() as database:
            if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outgoing'").fetchone():
                return self.tally.letters
            (nudges,) = database.execute("SELECT count(*) FROM outgoing WHERE kind = 'nudge'").fetchone()
            (waiting,) = database.execute("SELECT count(*) FROM outgoing WHERE status = 'planned'").fetchone()
            (flying,) = database.execute("SELECT count(*) FROM delivery WHERE state IN ('in_flight', 'retry')").fetchone()
        return self.tally.letters - int(nudges) + int(waiting) + int(flying)

    def _count(self, phone: Receiver) -> None:
        rung = Counter(_employer(push.title) for push in phone.pushes)
        with self._beside() as database:
            nudges = database.execute(
                "SELECT alias, status, reason FROM outgoing JOIN application ON application.id = application WHERE kind = 'nudge'"
            ).fetchall()
            notices = database.execute("SELECT title, status FROM outgoing WHERE kind = 'notice'").fetchall()
            (seen,) = database.execute("SELECT messages_seen FROM mailbox").fetchone()
            (stored,) = database.execute("SELECT count(*) FROM message").fetchone()
        delivered = self.employers[: self.tally.letters]
        stored_nudges = Counter(_employer(alias) for alias, _, _ in nudges)
        together = {_employer(alias) for alias, status, reason in nudges if status == "held_back" and "told in a" in reason}
        self.tally.rung = sum(employer in rung for employer in delivered)
        self.tally.told_together = len(together)
        untold = [title for title, _ in notices if not rung[_employer(title)]]
        self.tally.lost = [name for name in delivered if name not in rung and (name not in together or untold)]
        self.tally.twice = [name for name in delivered if stored_nudges[name] != 1]
        for name, times in rung.items():
            expected = sum(_employer(title) == name for title, _ in notices) or 1
            self.tally.repeats += max(0, times - expected)
            if times - expected > self.may_repeat[name]:
                self.tally.unexplained.append(f"{name}: {times} times, {self.may_repeat[name]} in flight at a kill")
        if (seen, stored) != (len(delivered), len(delivered)):
            self.tally.broken.append(f"{len(delivered)} letters delivered, {seen} counted, {stored} stored")


def _employer(words: str) -> str:
    """ "Pineford / Data Engineer", "Pineford: say thank you today" -> "Pineford"; a notice is its title."""
    return words.partition(" / ")[0].partition(":")[0]


@contextlib.contextmanager
def running_post(folder: Path, server: Dovecot | None, user: str) -> Iterator[DovecotPost | MaildirPost]:
    yield DovecotPost(server=server, user=user) if server is not None else MaildirPost(folder / "mail")


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    sys.stderr.write(f"seed {seed}, {kills} kills\n")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="heardback-kills-")))
        server = None
        if dovecot_program() is not None:
            below = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="heardback-dovecot-", ignore_cleanup_errors=True))
            )
            server = stack.enter_context(running_dovecot(below))
        post = stack.enter_context(running_post(folder, server, "kills"))
        tally = KillTest(folder=folder, post=post, seed=seed).run(kills)
        if not tally.is_clean:
            shutil.copy(folder / "log", f"kills-{seed}.log")
    sys.stdout.write(f"{tally}\n")
    sys.exit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
