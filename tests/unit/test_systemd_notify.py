"""sd_notify(3), against real datagram sockets: what systemd would receive."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heardback.systemd_notify import Notifier


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(2.0)
        yield line


def told(line: socket.socket) -> list[str]:
    return line.recv(4096).decode("utf-8").split("\n")


def notifier(line: socket.socket, **environ: str) -> Notifier:
    return Notifier({"NOTIFY_SOCKET": line.getsockname(), **environ}, pid=4711)


def test_ready_comes_with_its_status_in_one_datagram(systemd: socket.socket) -> None:
    notifier(systemd).ready("3 applications, 1 to do")
    assert told(systemd) == ["READY=1", "STATUS=3 applications, 1 to do"]


def test_a_status_is_one_line_and_cannot_begin_another_variable(systemd: socket.socket) -> None:
    notifier(systemd).status("reading\nMAINPID=1\n")
    assert told(systemd) == ["STATUS=reading MAINPID=1"]


def test_a_status_is_cut_where_systemctl_would_wrap_it(systemd: socket.socket) -> None:
    notifier(systemd).status("é" * 500)
    assert told(systemd) == ["STATUS=" + "é" * 200]


def test_stopping_and_more_time_are_told(systemd: socket.socket) -> None:
    line = notifier(systemd)
    line.extend_timeout(1.5)
    line.stopping()
    assert told(systemd) == ["EXTEND_TIMEOUT_USEC=1500000"]
    assert told(systemd) == ["STOPPING=1"]


def test_reloading_carries_the_moment_in_microseconds(systemd: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    notifier(systemd).reloading()
    first, second = told(systemd)
    name, _, moment = second.partition("=")
    assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
    assert before <= int(moment) <= time.monotonic_ns() // 1000


def test_the_watchdog_is_fed_where_there_is_one(systemd: socket.socket) -> None:
    line = notifier(systemd, WATCHDOG_USEC="300000000", WATCHDOG_PID="4711")
    line.watchdog()
    assert told(systemd) == ["WATCHDOG=1"]
    assert (line.watchdog_s, line.feed_every_s) == (300.0, 150.0)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "300000000", "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
    ],
    ids=["none", "another process's", "switched off", "no number"],
)
def test_a_watchdog_that_is_not_ours_is_not_fed(systemd: socket.socket, environ: dict[str, str]) -> None:
    line = notifier(systemd, **environ)
    line.watchdog()
    line.status("after")
    assert told(systemd) == ["STATUS=after"]
    assert line.feed_every_s is None


def test_an_abstract_socket_is_reached() -> None:
    name = f"heardback-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + name)
        line.settimeout(2.0)
        Notifier({"NOTIFY_SOCKET": "@" + name}).ready()
        assert told(line) == ["READY=1"]


@pytest.mark.parametrize("address", [None, "", "@", "relative", "vsock:2:1234"])
def test_without_somebody_to_tell_nothing_happens(address: str | None) -> None:
    line = Notifier({} if address is None else {"NOTIFY_SOCKET": address})
    line.ready("x")
    line.watchdog()
    line.stopping()
    assert line.is_listened_to is False


def test_a_socket_that_is_gone_is_said_once_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    line = Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with caplog.at_level(logging.WARNING):
        line.ready()
        line.status("still here")
    assert [record.getMessage() for record in caplog.records] == ["systemd cannot be told how we are: No such file or directory"]
