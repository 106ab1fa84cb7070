"""Tell systemd how the service is: the datagrams of sd_notify(3), written here so that no C library is needed.

A datagram is newline-separated ``NAME=value`` text sent to the socket in $NOTIFY_SOCKET: a path, or an abstract name written with
a leading "@" (unix(7)). Outside a service the variable is unset and everything here does nothing. Nothing here raises either: a
daemon should not die because it could not say that it is well; systemd notices the silence by itself (WatchdogSec=).

The watchdog must be fed by the thread that judges, after it has done something, never by a timer of its own: a timer would go on
telling systemd that all is well while the judge hangs.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

logger = logging.getLogger(__name__)

STATUS_LENGTH = 200
"""``systemctl status`` shows one line."""


class Notifier:
    """One service's line to systemd. Built once, from the environment of the process."""

    def __init__(self, environ: Mapping[str, str] | None = None, pid: int | None = None) -> None:
        environ = os.environ if environ is None else environ
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self.watchdog_s = _watchdog_s(environ, os.getpid() if pid is None else pid)
        self._is_told_of_failure = False

    @property
    def is_listened_to(self) -> bool:
        """Whether there is somebody to tell."""
        return self._address is not None

    @property
    def feed_every_s(self) -> float | None:
        """How often to feed the watchdog: half its patience (sd_watchdog_enabled(3) recommends it); None where there is none."""
        return None if self.watchdog_s is None else self.watchdog_s / 2

    def ready(self, status: str = "") -> None:
        """Settings, ledger and mailboxes are in place. Sent once, and again after ``reloading``."""
        self._send("READY=1", *_status(status))

    def status(self, text: str) -> None:
        """One line for ``systemctl status``. Everybody on the machine can read it: counts and moments, no names."""
        self._send(*_status(text))

    def watchdog(self) -> None:
        """Feed it; cheap enough for every step."""
        if self.watchdog_s is not None:
            self._send("WATCHDOG=1")

    def reloading(self) -> None:
        """The file is read again; ``ready`` ends it. Type=notify-reload (systemd 253) wants the moment beside it, in
        microseconds of CLOCK_MONOTONIC, to tell this answer from that to an earlier signal; older ones ignore it."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self, status: str = "") -> None:
        self._send("STOPPING=1", *_status(status))

    def extend_timeout(self, seconds: float) -> None:
        """Ask for more time to start or stop (the first reading of a large mailbox)."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}")

    def _send(self, *lines: str) -> None:
        if self._address is None or not lines:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.settimeout(1.0)
                line.connect(self._address)
                line.sendall("\n".join(lines).encode("utf-8"))
        except OSError as error:
            if not self._is_told_of_failure:
                logger.warning("systemd cannot be told how we are: %s", error.strerror)
            self._is_told_of_failure = True


def _address(text: str) -> str | None:
    """ "@name" -> "\\0name"; a path stays; anything else (vsock, a relative path) is nobody we can talk to."""
    if text.startswith("@") and len(text) > 1:
        return "\0" + text[1:]
    return text if text.startswith("/") else None


def _watchdog_s(environ: Mapping[str, str], pid: int) -> float | None:
    """systemd's patience in seconds, where it is meant for this process: $WATCHDOG_PID names another one's for its children."""
    if environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    try:
        patience_us = int(environ.get("WATCHDOG_USEC", ""))
    except ValueError:
        return None
    return patience_us / 1_000_000 if patience_us > 0 else None


def _status(text: str) -> tuple[str, ...]:
    """On one line: a newline would begin another variable."""
    flat = " ".join(text.split())[:STATUS_LENGTH]
    return (f"STATUS={flat}",) if flat else ()
