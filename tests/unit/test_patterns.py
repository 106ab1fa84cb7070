"""No pattern can be made to run long, alone or in a whole letter."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from heardback import reading, understanding
from heardback.model import Message
from tests import patterns
from tests.fuzz.targets import OWNER, raw

LENGTH = 10_000
LETTER_S = 3.0
"""Processor seconds for one hostile letter. A letter of a person takes a few milliseconds."""


def test_no_pattern_runs_long_on_what_it_nearly_matches() -> None:
    """In a process of its own: patterns are caught as they are compiled, so nothing of ours may be imported before."""
    done = subprocess.run([sys.executable, "-m", "tests.patterns"], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split(" ")[0]) > 300, "patterns are no longer found"


@pytest.mark.parametrize("seed", patterns.SEEDS)
def test_no_letter_runs_long(seed: str) -> None:
    """Found so: ten seconds for a letter of twenty thousand full stops."""
    words = (seed * (LENGTH // len(seed) + 1))[:LENGTH]
    line = words.replace("\n", " ").replace("\r", " ")
    content = (
        f'From: "{line[:2000]}" <dana@brightforge.example>\r\nTo: rosa@quill.example\r\nSubject: Interview {line}\r\n'
        f"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nMessage-ID: <m@x.example>\r\n\r\nThank you for applying for the {words}"
    )
    began = time.process_time()
    message = reading.read(raw(content.encode()))
    assert isinstance(message, Message)
    understanding.understand(message, OWNER)
    assert time.process_time() - began < LETTER_S
