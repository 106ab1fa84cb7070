"""What reaches the journal: one line a record, its priority, and nothing private."""

from __future__ import annotations

import io
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heardback.log import NOISY, configure, is_journal, redact


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in NOISY}
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login of rosa@quill.example refused", "login of <address> refused"),
        ("To: Rosa Quill <Rosa.Quill+jobs@mail.quill.example>, x", "To: Rosa Quill <<address>>, x"),
        ("user rosa@localhost", "user <address>"),
        ("no answer from tgram://123456:AAbbcc/99?x=1 yet", "no answer from tgram://<hidden> yet"),
        ("GET https://ntfy.example/topic-4f1c failed", "GET https://<hidden> failed"),
        ("url='json://user:pw@host/x' done", "url='json://<hidden>' done"),
        ("imaps://rosa%40quill.example@imap.quill.example", "imaps://<hidden>"),
        ("password=hunter2 next", "password=<hidden> next"),
        ('{"access_token": "ya29.abc", "n": 1}', '{"access_token": "<hidden>", "n": 1}'),
        ("Authorization: Bearer abc.def.ghi next", "Authorization: <hidden> next"),
        ("callback?code=4/0Ab_5q and more", "callback?code=<hidden> and more"),
        ("key eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 end", "key <hidden> end"),
        ("hash da39a3ee5e6b4b0d3255bfef95601890afd80709", "hash <hidden>"),
        ("grant 1//0gAb_" + "c9D-eF" * 200 + " ended", "grant 1//<hidden> ended"),
        ("token " + "aB3" * 900 + ".x", "token <hidden>"),
        ("refused " + "aB3" * 900, "refused <hidden>"),
        ("bot xoxb-123456789012-abcdefghijkl", "bot <hidden>"),
    ],
)
def test_what_identifies_or_unlocks_is_taken_out(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "heardback.scan: home: 1200 seen, 210 read in 3.2 s",
        "brightforge-data-engineer-2-senior-platform-engineer is past its date",
        "nudge 17 withdrawn at 2026-03-11T10:00:00+00:00",
        "server answered status code: 429",
        'File "/opt/heardback/lib/python3.11/site-packages/heardback/watch.py", line 93, in _pass',
        "google.auth.exceptions.RefreshErrorOfALongLibraryName",
        "the token was refused",
        "a password command did not answer",
    ],
)
def test_what_a_person_needs_to_understand_a_fault_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("piece", ["a", "a@", "1", "x.", "a-", "token ", "password=", "http://", "Bearer "])
def test_redaction_of_hostile_text_takes_time_in_proportion_to_it(piece: str) -> None:
    began = time.perf_counter()
    redact(piece * (100_000 // len(piece)))
    assert time.perf_counter() - began < 2.0


def logged(*, environ: dict[str, str], level: int = logging.INFO, stream: io.TextIOBase | None = None) -> io.StringIO:
    out = io.StringIO() if stream is None else stream
    configure(level, out, environ)  # type: ignore[arg-type]
    return out  # type: ignore[return-value]


def test_at_a_terminal_a_line_has_time_and_level() -> None:
    out = logged(environ={})
    logging.getLogger("heardback.scan").info("%d read", 3)
    assert out.getvalue().endswith(" INFO    heardback.scan: 3 read\n")
    assert out.getvalue()[:2] == "20"


def test_arguments_and_tracebacks_are_redacted_too() -> None:
    out = logged(environ={})
    try:
        raise ValueError("rosa@quill.example")
    except ValueError:
        logging.getLogger("heardback.scan").exception("at %s", "tgram://123:abc/9")
    assert "ValueError: <address>" in out.getvalue()
    assert "at tgram://<hidden>" in out.getvalue()
    assert "quill" not in out.getvalue()


def test_in_the_journal_every_line_begins_with_its_priority_and_has_no_time(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w+", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        configure(logging.DEBUG, stream, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        logger = logging.getLogger("heardback.scan")
        logger.debug("d")
        logger.info("i")
        logger.warning("w")
        logger.error("e\nsecond line")
        logger.critical("c")
        stream.seek(0)
        assert stream.read().splitlines() == [
            "<7>heardback.scan: d",
            "<6>heardback.scan: i",
            "<4>heardback.scan: w",
            "<3>heardback.scan: e",
            "<3>second line",
            "<2>heardback.scan: c",
        ]


def test_a_stream_that_was_turned_away_from_the_journal_is_not_it(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w", encoding="utf-8") as stream:
        assert is_journal(stream, {"JOURNAL_STREAM": "8:12345"}) is False
        assert is_journal(stream, {}) is False


def test_a_stream_without_a_descriptor_is_no_journal() -> None:
    assert is_journal(io.StringIO(), {"JOURNAL_STREAM": "8:12345"}) is False


def test_configuring_twice_says_everything_once() -> None:
    out = io.StringIO()
    configure(logging.INFO, out, {})
    configure(logging.INFO, out, {})
    logging.getLogger("heardback.scan").info("once")
    assert out.getvalue().count("once") == 1


@pytest.mark.parametrize("name", NOISY)
def test_libraries_that_log_urls_or_letters_are_heard_from_warning_on(name: str) -> None:
    out = logged(environ={}, level=logging.DEBUG)
    logging.getLogger(name).debug("whole message")
    logging.getLogger(name).info("whole message")
    assert out.getvalue() == ""
