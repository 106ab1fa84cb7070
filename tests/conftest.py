"""What all tests share: one Dovecot and one Gmail emulator a session, and the rule for machines without them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dovecot import RUNNING, Dovecot, dovecot_program, running_dovecot
from tests.gmail_emulator import GmailEmulator, emulator_command, running_emulator
from tests.receivers.servers import mosquitto_program, synapse_program


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a peer the tests that need it are skipped by name; under CI they run, and fail: nobody may believe they passed.

    The real push servers are asked for apart: `make test-receivers` sets HEARDBACK_TEST_RECEIVERS, and skips nothing either.
    """
    if not os.environ.get("HEARDBACK_TEST_RECEIVERS"):
        if mosquitto_program() is None:
            _skip(items, "mosquitto", "no mosquitto on this machine: make test-receivers")
        if synapse_program() is None:
            _skip(items, "synapse", "no synapse in .venv: make test-receivers")
    if os.environ.get("CI"):
        return
    if dovecot_program() is None:
        _skip(items, "dovecot", "no Dovecot on this machine (Debian: apt-get install dovecot-imapd); CI has one")
    if emulator_command() is None:
        _skip(items, "gmail_emulator", "no Gmail emulator on this machine (make gmail-emulator, needs npm); CI has one")


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def mail_on_a_server_is_left_as_it_was() -> Iterator[None]:
    """Flags, mod-sequences and places, after every test that had a Dovecot: heardback reads and changes nothing."""
    yield
    for server in RUNNING:
        server.check_untouched()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One server for all tests: each takes a user of its own, so none sees another's mail.

    Not in pytest's own folder, which a fourth run of pytest on the same machine would clear away under the server's feet.
    """
    with (
        tempfile.TemporaryDirectory(prefix="heardback-dovecot-", ignore_cleanup_errors=True) as folder,
        running_dovecot(Path(folder)) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def gmail_emulator() -> Iterator[GmailEmulator]:
    """One for all tests: each takes an account of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="heardback-gmail-", ignore_cleanup_errors=True) as folder,
        running_emulator(Path(folder)) as emulator,
    ):
        yield emulator
