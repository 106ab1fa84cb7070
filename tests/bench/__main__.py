"""heardback beside mbsync and notmuch on one large mailbox, in one run on one disk: ``make bench``.

A Dovecot on loopback serves the mailbox of ``letters.py``. Each first reading begins with an index of Dovecot's that knows
nothing but the numbers of the messages, for mbsync and heardback alike, and they take turns (``--rounds``), so that a busy
machine is busy for both; of several rounds the median is told, with the fastest and the slowest behind it. What each costs is
its own: the server's CPU is not in it, though it shares the machine. Not a test: figures are this machine's, ratios travel.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.letters import OWNER, OWNER_NAME, TIMEZONE
from tests.bench.mailboxes import Filled, fetched_bytes, fill, forget_index, mbsync_configuration
from tests.bench.measured import Cost, cost_of, cpu_s, rss_kb
from tests.bench.waiting import push_latencies_s
from tests.dovecot import PASSWORD, Dovecot, dovecot_program, running_dovecot
from tests.receiver import Receiver

_ENVIRONMENT = {"HEARDBACK_PASSWORD": PASSWORD, "PYTHONDONTWRITEBYTECODE": ""}
"""The second lets Python keep what it compiled, as it does wherever heardback is installed: compiling takes half a second."""
_REST_S, _REST_CPU_S, _PATIENCE_S = 3.0, 0.03, 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``costs`` of the rounds; ``fetched_bytes`` of one."""

    name: str
    costs: tuple[Cost, ...]
    fetched_bytes: int | None = None

    def median(self, what: str) -> float:
        return statistics.median(getattr(cost, what) for cost in self.costs)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if dovecot_program() is None:
        _say("Dovecot is missing (apt-get install dovecot-imapd): nothing was measured.")
        return 1
    with _directory(options.directory) as directory, running_dovecot(_made(directory / "server")) as server:
        Bench(server, directory, options).run()
    return 0


class Bench:
    def __init__(self, server: Dovecot, directory: Path, options: argparse.Namespace) -> None:
        self._server = server
        self._directory = directory
        self._options = options
        self._end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def run(self) -> None:
        box = self._fill("mara", self._options.messages)
        cost_of([_program(), "scan", "--help"], environment=_ENVIRONMENT)
        pulls, firsts = self._first_readings(box)
        rows = ([pulls] if pulls else []) + [firsts, self._second(box)]
        if pulls:
            rows.insert(1, self._second_pull())
            rows += self._notmuch()
        rows.append(self._thirty_days(box))
        _print_table(rows, box, pulls)
        _print_claims(rows, box, pulls)
        if self._options.growth:
            self._grow(box, firsts)
        if self._options.wait or self._options.pushes:
            self._wait(box)

    # ---------------------------------------------------------------------------------------------- readings

    def _fill(self, user: str, count: int) -> Filled:
        started = time.monotonic()
        box = fill(self._server, user, count, self._end)
        mean = box.size_bytes / max(1, box.count)
        _say(
            f"{user}: {box.count:,} messages, {box.size_bytes / 1e6:,.0f} MB, {mean:,.0f} B each, "
            f"written in {time.monotonic() - started:.0f} s"
        )
        return box

    def _first_readings(self, box: Filled) -> tuple[Row | None, Row]:
        pulls: list[Cost] = []
        firsts: list[Cost] = []
        pulled = fetched = 0
        has_mbsync = _is_there("mbsync", "isync")
        for _ in range(self._options.rounds):
            if has_mbsync:
                shutil.rmtree(self._directory / "pull", ignore_errors=True)
                configuration = mbsync_configuration(self._server, box.user, self._directory / "pull")
                cost, pulled = self._measured(box.user, ["mbsync", "-q", "-c", str(configuration), "-a"], is_first=True)
                pulls.append(cost)
            cost, fetched = self._measured(box.user, self._first_scan(box.user), is_first=True)
            firsts.append(cost)
        first = Row(name="heardback scan, empty ledger", costs=tuple(firsts), fetched_bytes=fetched)
        if not pulls:
            return None, first
        return Row(name="mbsync, full pull (FSync no)", costs=tuple(pulls), fetched_bytes=pulled), first

    def _first_scan(self, user: str) -> list[str]:
        state = self._directory / f"state-{user}"
        shutil.rmtree(state, ignore_errors=True)
        return ["scan", "--json", "--since", "2000-01-01", "--config", str(self._configuration(user, _made(state)))]

    def _second(self, box: Filled) -> Row:
        command = ["scan", "--json", "--config", str(self._directory / f"state-{box.user}" / "heardback.toml")]
        costs, fetched = self._several(box.user, command)
        return Row(name="heardback scan, nothing new", costs=costs, fetched_bytes=fetched)

    def _second_pull(self) -> Row:
        command = ["mbsync", "-q", "-c", str(self._directory / "pull" / "mbsyncrc"), "-a"]
        costs, fetched = self._several("mara", command)
        return Row(name="mbsync, nothing new", costs=costs, fetched_bytes=fetched)

    def _thirty_days(self, box: Filled) -> Row:
        since = (self._end - timedelta(days=30)).date().isoformat()
        url = f"imap://{box.user}@127.0.0.1:{self._server.imap_port}"
        command = ["scan", "--json", "--mailbox", url, "--me", OWNER, "--timezone", TIMEZONE, "--since", since]
        costs, fetched = self._several(box.user, command)
        return Row(name="heardback scan, 30 days, no ledger", costs=costs, fetched_bytes=fetched)

    def _notmuch(self) -> list[Row]:
        if self._options.without_notmuch or not _is_there("notmuch", "notmuch"):
            return []
        mail = self._directory / "pull" / "mail"
        configuration = self._directory / "notmuch-config"
        configuration.write_text(f"[database]\npath={mail}\n[user]\nname={OWNER_NAME}\nprimary_email={OWNER}\n")
        environment = {"NOTMUCH_CONFIG": str(configuration)}
        command = ["notmuch", "new", "--quiet"]
        first, again = (cost_of(command, environment=environment) for _ in range(2))
        return [Row(name="notmuch new, all", costs=(first,)), Row(name="notmuch new, nothing new", costs=(again,))]

    def _several(self, user: str, command: list[str]) -> tuple[tuple[Cost, ...], int]:
        measured = [self._measured(user, command) for _ in range(max(3, self._options.rounds))]
        return tuple(cost for cost, _ in measured), measured[-1][1]

    def _measured(self, user: str, command: list[str], *, is_first: bool = False) -> tuple[Cost, int]:
        """Cost, and what the server sent meanwhile. ``is_first``: to a server that has no index yet."""
        if is_first:
            forget_index(self._server, user)
        before = fetched_bytes(self._server, user)
        own = command[0] == "scan"
        cost = cost_of([_program(), *command] if own else command, environment=_ENVIRONMENT)
        return cost, fetched_bytes(self._server, user) - before

    def _configuration(self, user: str, state: Path, target: str = "") -> Path:
        path = state / "heardback.toml"
        push = f'[push]\nquiet_hours = ""\n[[push.targets]]\nname = "phone"\nurl = "{target}"\n' if target else ""
        path.write_text(
            f"""[owner]
name = "{OWNER_NAME}"
addresses = ["{OWNER}"]
timezone = "{TIMEZONE}"
[[mailbox]]
name = "home"
url = "imap://{user}@127.0.0.1:{self._server.imap_port}"
password = {{ env = "HEARDBACK_PASSWORD" }}
{push}[ledger]
path = "{state}/ledger.sqlite3"
"""
        )
        path.chmod(0o600)
        return path

    # ------------------------------------------------------------------------------------- growth and waiting

    def _grow(self, box: Filled, full: Row) -> None:
        """CPU of a first scan at half, once and twice as many messages."""
        medians = {}
        for user, count in (("half", box.count // 2), ("twice", box.count * 2)):
            other = self._fill(user, count)
            costs = [self._measured(user, self._first_scan(user), is_first=True)[0] for _ in range(max(3, self._options.rounds))]
            medians[user] = statistics.median(cost.cpu_s for cost in costs)
            shutil.rmtree(self._server.base / "mail" / other.user)
        middle = full.median("cpu_s")
        _say(f"CPU of a first scan of {box.count // 2:,} / {box.count:,} / {box.count * 2:,} messages: ", end="")
        _say(f"{medians['half']:.1f} / {middle:.1f} / {medians['twice']:.1f} s, ", end="")
        _say(f"twice as many take {middle / medians['half']:.2f} and {medians['twice'] / middle:.2f} times as much (at most 2.3)")

    def _wait(self, box: Filled) -> None:
        state = self._directory / f"state-{box.user}"
        with Receiver() as phone:
            configuration = self._configuration(box.user, state, phone.url())
            daemon = subprocess.Popen(
                [_program(), "watch", "--config", str(configuration)],
                env={**os.environ, **_ENVIRONMENT},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                _await_rest(daemon.pid)
                self._watch(daemon.pid)
                if self._options.pushes:
                    latencies = push_latencies_s(self._server, box.user, phone, self._options.pushes)
                    _say(
                        f"from delivery to push: {_spread(latencies, 's')} of {len(latencies)} "
                        "(at most 1.0 s, Dovecot's own half included)"
                    )
                    _say(f"RSS once it has pushed: {rss_kb(daemon.pid) / 1024:.0f} MB (at most 110)")
            finally:
                daemon.terminate()
                daemon.wait(20)

    def _watch(self, pid: int) -> None:
        seconds = 60 * self._options.wait
        before, started = cpu_s(pid), time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - started
        share = 100 * (cpu_s(pid) - before) / passed if passed > 1 else float("nan")
        _say(
            f"waiting: {rss_kb(pid) / 1024:.0f} MB RSS (at most 80), "
            f"{share:.3f} % of a core over {passed / 60:.1f} min (under 0.1)"
        )


def _await_rest(pid: int) -> None:
    """Until the service has read through and judged: seconds go by without work."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up_at:
        before = cpu_s(pid)
        time.sleep(_REST_S)
        if before > 0.2 and cpu_s(pid) - before < _REST_CPU_S:
            return


# ------------------------------------------------------------------------------------------------------- output


def _print_table(rows: Sequence[Row], box: Filled, pulls: Row | None) -> None:
    _say(f"\n{'':36}{'wall':>22}{'CPU':>9}{'peak RSS':>10}{'fetched':>10}{'of mailbox':>11}{'wall/mbsync':>13}")
    for row in rows:
        walls = [cost.wall_s for cost in row.costs]
        spread = f" ({min(walls):.1f}-{max(walls):.1f})" if len(walls) > 1 else ""
        share = fetched = ratio = ""
        if row.fetched_bytes is not None:
            fetched, share = f"{row.fetched_bytes / 1e6:.1f} MB", f"{row.fetched_bytes / max(1, box.size_bytes):.3f}"
        if pulls is not None:
            ratio = f"{row.median('wall_s') / pulls.median('wall_s'):.2f}"
        wall = f"{statistics.median(walls):.2f} s{spread}"
        cost = f"{row.median('cpu_s'):7.2f} s{row.median('peak_mb'):7.0f} MB"
        _say(f"{row.name:36}{wall:>22}{cost}{fetched:>10}{share:>11}{ratio:>13}")


def _print_claims(rows: Sequence[Row], box: Filled, pulls: Row | None) -> None:
    named = {row.name: row for row in rows}
    first = named["heardback scan, empty ledger"]
    claims: list[tuple[str, float, float, str]] = []
    if pulls is not None:
        claims.append(("first scan, wall against mbsync's", first.median("wall_s") / pulls.median("wall_s"), 2.5, ""))
    claims += [
        ("first scan, peak RSS", first.median("peak_mb"), 150, " MB"),
        ("first scan, fetched of the mailbox", (first.fetched_bytes or 0) / max(1, box.size_bytes), 0.5, ""),
        ("scan with nothing new", named["heardback scan, nothing new"].median("wall_s"), 0.6, " s"),
        ("scan of 30 days", named["heardback scan, 30 days, no ledger"].median("wall_s"), 3.0, " s"),
    ]
    _say("\nwhat is claimed (of 100,000 messages on an idle machine):")
    for name, value, most, unit in claims:
        _say(f"  {'holds ' if value <= most else 'FAILS '} {name}: {value:.2f}{unit}, at most {most:g}{unit}")


def _spread(values: Sequence[float], unit: str) -> str:
    return (
        f"{statistics.median(values):.2f} {unit} in the median ({min(values):.2f}-{max(values):.2f})" if values else "none came"
    )


def _say(text: str, *, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


# -------------------------------------------------------------------------------------------------------- set up


def _program() -> str:
    return str(Path(sys.executable).with_name("heardback"))


def _is_there(program: str, package: str) -> bool:
    if shutil.which(program) is None:
        _say(f"{program} is missing (apt-get install {package}): not compared with it.")
        return False
    return True


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory


@contextmanager
def _directory(given: Path | None) -> Iterator[Path]:
    """An empty directory for all of it (1.5 GB for 100,000 messages with notmuch), gone at the end."""
    directory = Path(tempfile.mkdtemp(prefix="heardback-bench-", dir=given))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add: Callable[..., argparse.Action] = parser.add_argument
    add("--messages", type=int, default=100_000, help="how many the mailbox holds")
    add("--rounds", type=int, default=1, help="first readings by each; of several the median is told")
    add("--without-notmuch", action="store_true", help="leave out the index, which takes as long as all the rest")
    add("--growth", action="store_true", help="the CPU time of half and twice as many messages too, three times each")
    add("--wait", type=float, default=0.0, metavar="MINUTES", help="what the service costs while nothing comes")
    add("--pushes", type=int, default=0, metavar="N", help="how soon N letters that call for a nudge reach the phone")
    add("--directory", type=Path, help="where to work (the usual place for temporary files)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
