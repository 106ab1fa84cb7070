"""What all tests share: one Dovecot a session, and the rule for machines without one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, dovecot_program, running_dovecot


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Dovecot the tests that need it are skipped by name; under CI they run, and fail: nobody may believe they passed."""
    if dovecot_program() is None and not os.environ.get("CI"):
        skip = pytest.mark.skip(reason="no Dovecot on this machine (Debian: apt-get install dovecot-imapd); CI has one")
        for item in items:
            if item.get_closest_marker("dovecot"):
                item.add_marker(skip)


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
