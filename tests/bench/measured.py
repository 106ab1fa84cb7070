"""What a command costs: wall time, CPU and peak memory of it and of all it starts; and what a waiting process costs.

Linux only: memory is looked up in /proc while the command runs, fifty times a second, and summed over the processes. Pages that
they share count once for each, so the sum is too small only by what comes and goes between two looks.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY_S = 0.02
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``cpu_s`` is user and system time together; ``peak_mb`` is 2^20 bytes."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def cost_of(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and tell what it cost. Raises CalledProcessError with what it said where it fails."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    said = process.stderr.read() if process.stderr is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.monotonic() - started
    if process.stderr is not None:
        process.stderr.close()
    peak_kb = max(peak.stop(), usage.ru_maxrss)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    return Cost(wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mb=peak_kb / 1024)


class _Peak(threading.Thread):
    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._over = threading.Event()
        self._peak_kb = 0
        self.start()

    def run(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            self._peak_kb = max(self._peak_kb, sum(rss_kb(pid) for pid in _family(self._root)))

    def stop(self) -> int:
        self._over.set()
        self.join()
        return self._peak_kb


def _family(pid: int) -> list[int]:
    """A process and all below it that are still there."""
    found = [pid]
    for one in found:
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                found += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
        except OSError:
            continue
    return found


def rss_kb(pid: int) -> int:
    """Resident memory now; 0 once the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, IndexError):
        return 0


def cpu_s(pid: int) -> float:
    """User and system time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
