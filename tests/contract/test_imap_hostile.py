"""Servers that fail, lie or fall silent, by script: what the source makes of it, and that it goes on afterwards."""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from heardback.clock import SystemClock
from heardback.errors import LoginRefused, Unreachable
from heardback.mailbox.imap import ImapSource
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import FolderRole
from tests.contract.letters import id_of, letter, message_id
from tests.contract.test_sources import expected, ids, read, waiting
from tests.scripted_imap import ScriptedImap, Session

SECRET = "correct horse battery"


@contextmanager
def source_on(server: ScriptedImap, **options: object) -> Iterator[ImapSource]:
    with server.running() as url:
        source = ImapSource(parse_mailbox_url(url), name="rosa's mail", password=lambda: SECRET, **options)  # type: ignore[arg-type]
        yield source
        source.close()


def inbox(*numbers: int) -> ScriptedImap:
    return ScriptedImap({"INBOX": {number: letter(number) for number in numbers}})


def says(answer: str) -> Callable[[Session, str, str], None]:
    return lambda session, tag, rest: session.send(answer.replace("TAG", tag))


def hangs_up(session: Session, tag: str, rest: str) -> None:
    session.hang_up()


def stays_silent(session: Session, tag: str, rest: str) -> None:
    """The line is open, nobody answers."""


# ------------------------------------------------------------------------------------------------- login


@pytest.mark.parametrize(
    "answer",
    [
        "TAG NO [AUTHENTICATIONFAILED] Invalid credentials",
        "TAG NO login failed",
        "TAG NO [ALERT] Application-specific password required",
    ],
)
def test_a_refused_login_is_the_persons_to_mend(answer: str) -> None:
    server = inbox()
    server.on("LOGIN", says(answer))
    with source_on(server) as source, pytest.raises(LoginRefused) as refused:
        read(source)
    assert "rosa's mail" in str(refused.value)
    assert "app password" in refused.value.next_step
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        "TAG NO [UNAVAILABLE] Temporary authentication failure",
        "TAG NO [ALERT] Too many simultaneous connections. (Failure)",
        "TAG NO [LIMIT] Account exceeded bandwidth limits",
    ],
)
def test_a_server_that_takes_no_login_just_now_is_only_unreachable(answer: str) -> None:
    """To park the account over an outage would leave its owner blind."""
    server = inbox(1)
    server.on("LOGIN", says(answer))
    with source_on(server) as source:
        with pytest.raises(Unreachable):
            read(source)
        assert ids(read(source)[0]) == expected(1)


def test_a_line_that_breaks_during_the_login_is_no_refusal() -> None:
    server = inbox(1)
    server.on("LOGIN", hangs_up)
    with source_on(server) as source:
        with pytest.raises(Unreachable):
            read(source)
        assert ids(read(source)[0]) == expected(1)


def test_a_greeting_of_goodbye_is_unreachable() -> None:
    server = inbox(1)
    server.on("CAPABILITY", says("* BYE too busy"))
    with source_on(server) as source, pytest.raises(Unreachable):
        read(source)


def test_a_password_beyond_ascii_goes_by_authenticate_plain() -> None:
    server = inbox(1)
    server.capabilities += " AUTH=PLAIN"

    def asks(session: Session, tag: str, rest: str) -> None:
        session.next_line = lambda line: session.send(f"{tag} OK logged in")
        session.send("+ ")

    server.on("AUTHENTICATE", asks)
    with server.running() as url:
        source = ImapSource(parse_mailbox_url(url), name="rosa", password=lambda: "Größe")
        assert ids(read(source)[0]) == expected(1)
        source.close()
    assert base64.b64encode("\0rosa\0Größe".encode()).decode() in server.said


def test_no_starttls_offered_is_refused_and_no_password_sent() -> None:
    from heardback.errors import CertificateRefused

    server = inbox(1)
    with server.running() as url:
        source = ImapSource(parse_mailbox_url(url.replace("imap:", "imap+starttls:")), name="rosa", password=lambda: SECRET)
        with pytest.raises(CertificateRefused):
            read(source)
    assert server.commands("LOGIN") == []


def test_nothing_private_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with source_on(inbox(1)) as source:
        headers, _, _ = read(source)
        list(source.texts([header.key for header in headers]))
    for private in (SECRET, "rosa@", "Letter 1", "dana@"):
        assert private not in caplog.text


# ----------------------------------------------------------------------------------------------- reading


def test_only_commands_that_change_nothing_are_sent() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "\\Sent Sent": {5: letter(5)}})
    with source_on(server) as source:
        headers, _, _ = read(source)
        list(source.texts([header.key for header in headers]))
        source.wait(threading.Event(), 0.1)
    used = {line.removeprefix("UID ").split(" ")[0] for line in (said.partition(" ")[2] for said in server.said) if line}
    assert used <= {"CAPABILITY", "LOGIN", "NAMESPACE", "LIST", "EXAMINE", "SEARCH", "FETCH", "IDLE", "LOGOUT"}
    assert all("PEEK" in line for line in server.commands("FETCH"))


def test_the_last_message_below_the_asked_range_is_not_new() -> None:
    """``UID 3:*`` answers with UID 2 where that is the last, and without UIDNEXT there is no way not to ask."""
    server = inbox(1, 2)
    server.uid_next_is_told = False
    with source_on(server) as source:
        headers, cursor, _ = read(source)
        assert ids(headers) == expected(1, 2)
        assert read(source, cursor)[0] == []
    assert "3:*" in server.commands("SEARCH")[-1]


def test_a_line_that_breaks_in_the_middle_of_a_letter_loses_nothing() -> None:
    server = inbox(1, 2, 3)

    def breaks(session: Session, tag: str, rest: str) -> None:
        whole = session.message(1, 1, rest.split(" ", 1)[1]) + session.message(2, 2, rest.split(" ", 1)[1])
        session.send_bytes(whole[:-40])
        session.hang_up()

    server.on("FETCH", breaks)
    with source_on(server) as source:
        with pytest.raises(Unreachable) as unreachable:
            read(source)
        assert "rosa's mail" in str(unreachable.value)
        assert ids(read(source)[0]) == expected(1, 2, 3)


def test_a_message_missing_from_an_answer_is_asked_for_once_more() -> None:
    server = inbox(1, 2, 3)
    server.on("FETCH", lambda session, tag, rest: (session.send_messages(rest, without=(2,)), session.send(f"{tag} OK done")))
    with source_on(server) as source:
        headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(1, 2, 3), [])
    assert [line.split()[3] for line in server.commands("FETCH")] == ["1:3", "2"]


def _never_gives_two(session: Session, tag: str, rest: str) -> None:
    session.send_messages(rest, without=(2,))
    session.send(f"{tag} NO [SERVERBUG] some messages could not be fetched")


def test_a_message_that_is_listed_but_never_given_is_told_and_tried_again() -> None:
    server = inbox(1, 2, 3)
    server.on("FETCH", _never_gives_two, times=4)
    with source_on(server) as source:
        headers, cursor, gaps = read(source)
        assert ids(headers) == expected(1, 3)
        assert gaps == ["rosa's mail: the server did not hand out one message in INBOX."]
        headers, cursor, gaps = read(source, cursor)
        assert (headers, len(gaps)) == ([], 1)
        headers, cursor, gaps = read(source, cursor)
        assert (ids(headers), gaps) == (expected(2), [])
        assert read(source, cursor)[0] == []


def test_a_message_that_can_never_be_read_does_not_blind_us_for_ever() -> None:
    server = inbox(1, 2)
    server.on("FETCH", _never_gives_two, times=100)
    with source_on(server) as source:
        cursor, told = None, 0
        for _ in range(12):
            _, cursor, gaps = read(source, cursor)
            told += len(gaps)
    assert told == 10


def test_a_letter_whose_body_is_never_given_is_known_by_its_header() -> None:
    server = inbox(1, 2)

    def gives_headers_only(session: Session, tag: str, rest: str) -> None:
        if "BODY.PEEK[HEADER" in rest:
            session.send_messages(rest)
        session.send(f"{tag} OK done")

    server.on("FETCH", gives_headers_only, times=20)
    with source_on(server) as source:
        headers, _, _ = read(source)
        texts = list(source.texts([header.key for header in headers]))
    assert [(id_of(text.content), text.is_partial) for text in texts] == [(message_id(1), True), (message_id(2), True)]


def test_a_message_deleted_during_the_reading_is_no_gap() -> None:
    server = inbox(1, 2, 3)

    def deletes(session: Session, tag: str, rest: str) -> None:
        del server.folders["INBOX"][2]
        session.usual(tag, "FETCH", rest)

    server.on("FETCH", deletes)
    with source_on(server) as source:
        headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(1, 3), [])


def test_a_folder_that_is_refused_is_a_gap_and_the_others_are_read() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Jobs": {2: letter(2)}})
    with source_on(server) as source:
        server.on("EXAMINE", lambda session, tag, rest: session.usual(tag, "EXAMINE", rest))
        server.on("EXAMINE", says("TAG NO [NOPERM] not now"))
        headers, cursor, gaps = read(source)
        assert ids(headers) == expected(1)
        assert gaps == ["rosa's mail: the server refused to open the folder Jobs."]
        assert ids(read(source, cursor)[0]) == expected(2)


def test_a_vanished_folder_is_told_for_a_day_and_read_on_when_it_returns() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Jobs": {2: letter(2)}})
    clock = ShiftedClock()
    with source_on(server, clock=clock) as source:
        _, cursor, _ = read(source)
        jobs = server.folders.pop("Jobs")
        _, cursor, gaps = read(source, cursor)
        assert gaps == ["rosa's mail: the folder Jobs is no longer there; what was in it cannot be seen."]
        clock.shift = timedelta(hours=25)
        _, cursor, gaps = read(source, cursor)
        assert gaps == []
        server.folders["Jobs"] = jobs | {3: letter(3)}
        assert ids(read(source, cursor)[0]) == expected(3)


def test_other_peoples_folders_are_left_alone() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Others/boss/Mail": {2: letter(2)}})
    with source_on(server) as source:
        assert ids(read(source)[0]) == expected(1)


def test_at_gmail_all_mail_is_read_once_and_its_labels_tell_the_roles() -> None:
    server = ScriptedImap(
        {
            "INBOX": {1: letter(1)},
            "\\All [Gmail]/All Mail": {11: letter(1), 12: letter(2), 13: letter(3), 14: letter(4), 15: letter(5)},
            "\\Sent [Gmail]/Sent Mail": {2: letter(2)},
            "\\Junk [Gmail]/Spam": {9: letter(9)},
            "Jobs": {3: letter(3)},
        },
        capabilities="IMAP4rev1 IDLE NAMESPACE X-GM-EXT-1",
        labels={
            11: '"\\\\Inbox" "\\\\Important"',
            12: '"\\\\Sent"',
            13: 'Jobs "two words (x)"',
            14: '"\\\\Draft"',
            15: "",
            9: "",
        },
    )
    with source_on(server) as source:
        headers, _, _ = read(source)
        texts = list(source.texts([header.key for header in headers]))
    assert {(id_of(header.header), header.role, header.provider_thread) for header in headers} == {
        (message_id(1), FolderRole.INBOX, "1011"),
        (message_id(2), FolderRole.SENT, "1012"),
        (message_id(3), FolderRole.ARCHIVE, "1013"),
        (message_id(5), FolderRole.ARCHIVE, "1015"),
        (message_id(9), FolderRole.JUNK, "1009"),
    }
    assert {text.header.key: text.header.role for text in texts} == {header.key: header.role for header in headers}


def test_the_servers_own_zone_is_turned_to_utc() -> None:
    with source_on(inbox(1)) as source:
        ((header,), _, _) = read(source)
    assert header.received_at == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


# ----------------------------------------------------------------------------------------------- waiting


def _after(delay_s: float, deed: Callable[[Session], None]) -> Callable[[Session, str, str], None]:
    def reaction(session: Session, tag: str, rest: str) -> None:
        session.usual(tag, "IDLE", rest)
        time.sleep(delay_s)
        deed(session)

    return reaction


def _comes_in_two_pieces(session: Session) -> None:
    session.send_bytes(b"* 2 EX")
    time.sleep(0.2)
    session.send_bytes(b"ISTS\r\n")


@pytest.mark.parametrize(
    "news",
    [
        lambda session: session.send("* 2 EXISTS"),
        lambda session: session.send("* OK Still here", "* 1 FETCH (FLAGS (\\Seen))", "* 2 EXISTS", "* 1 RECENT"),
        _comes_in_two_pieces,
    ],
)
def test_new_mail_ends_the_wait(news: Callable[[Session], None]) -> None:
    server = inbox(1)
    server.on("IDLE", _after(0.1, news))
    with source_on(server) as source:
        started = time.monotonic()
        assert source.wait(threading.Event(), 10) is True
        assert time.monotonic() - started < 1.5
        assert ids(read(source)[0]) == expected(1)


def test_news_in_the_same_breath_as_the_go_ahead_are_heard() -> None:
    server = inbox(1)
    server.on("IDLE", lambda session, tag, rest: session.send("+ idling", "* 2 EXISTS"))
    with source_on(server) as source:
        assert source.wait(threading.Event(), 5) is True


def test_changes_of_flags_and_deletions_wake_nobody() -> None:
    server = inbox(1)
    server.on("IDLE", _after(0.1, lambda session: session.send("* 1 FETCH (FLAGS (\\Seen))", "* 1 EXPUNGE", "* OK Still here")))
    with source_on(server) as source:
        assert source.wait(threading.Event(), 0.7) is False


@pytest.mark.parametrize(
    "end",
    [lambda session: session.send("* BYE shutting down"), lambda session: session.hang_up()],
    ids=["goodbye", "hung up"],
)
def test_a_connection_that_ends_during_idle_is_noticed_at_once(end: Callable[[Session], None]) -> None:
    server = inbox(1)
    server.on("IDLE", _after(0.2, end))
    with source_on(server) as source:
        started = time.monotonic()
        with pytest.raises(Unreachable):
            source.wait(threading.Event(), 30)
        assert time.monotonic() - started < 1.5
        assert source.wait(threading.Event(), 0.3) is False, "the next call opens a new connection"


def test_a_link_that_has_died_in_silence_is_found_by_the_probe() -> None:
    server = inbox(1)
    server.on("DONE", stays_silent)
    with source_on(server, probe_interval_s=0.3, probe_timeout_s=0.5) as source:
        started = time.monotonic()
        with pytest.raises(Unreachable):
            source.wait(threading.Event(), 30)
        assert 0.7 < time.monotonic() - started < 2


def test_a_quiet_link_that_lives_passes_the_probe_again_and_again() -> None:
    server = inbox(1)
    with source_on(server, probe_interval_s=0.2, probe_timeout_s=0.5) as source:
        assert source.wait(threading.Event(), 1.1) is False
    assert len(server.commands("IDLE")) >= 4


def test_stop_does_not_wait_for_a_dead_link() -> None:
    server = inbox(1)
    server.on("DONE", stays_silent)
    with source_on(server) as source:
        stop = threading.Event()
        with waiting(source, stop, 30) as answer:
            time.sleep(0.3)
            stopped_at = time.monotonic()
            stop.set()
            assert answer()[0] is False
        assert answer()[1] - stopped_at < 1.0


def test_an_interruption_on_a_dead_link_opens_a_new_one() -> None:
    """A laptop that wakes: the line is half open, and the reading that follows must not hang on it."""
    server = inbox(1)
    server.on("DONE", stays_silent)
    with source_on(server) as source:
        with waiting(source, threading.Event(), 30) as answer:
            time.sleep(0.3)
            source.interrupt()
            assert answer()[0] is True
        assert ids(read(source)[0]) == expected(1)
    assert len(server.commands("LOGIN")) == 2


def test_a_machine_that_slept_probes_the_link_at_once() -> None:
    server = inbox(1)
    server.on("DONE", stays_silent)
    clock = ShiftedClock()
    with source_on(server, clock=clock, probe_timeout_s=0.3) as source:
        failures: list[Unreachable] = []

        def wait() -> None:
            try:
                source.wait(threading.Event(), 30)
            except Unreachable as unreachable:
                failures.append(unreachable)

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.5)
        clock.shift = timedelta(hours=9)
        thread.join(2)
        assert len(failures) == 1


def test_a_server_that_refuses_idle_is_looked_at_now_and_then() -> None:
    server = inbox(1)
    server.on("IDLE", says("TAG NO not today"), times=50)
    with source_on(server, poll_interval_s=0.3) as source:
        assert source.wait(threading.Event(), 1.0) is False
    assert 2 <= len(server.commands("IDLE")) <= 5


@pytest.mark.parametrize("uid_next_is_told", [True, False])
def test_a_server_without_idle_is_polled(uid_next_is_told: bool) -> None:
    server = inbox(1)
    server.capabilities = "IMAP4rev1"
    server.uid_next_is_told = uid_next_is_told
    with source_on(server, poll_interval_s=0.2) as source:
        _, cursor, _ = read(source)
        assert source.wait(threading.Event(), 0.5) is False
        with waiting(source, threading.Event(), 10) as answer:
            server.folders["INBOX"][2] = letter(2)
            assert answer()[0] is True
        assert ids(read(source, cursor)[0]) == expected(2)
    assert server.commands("IDLE") == []


def test_waiting_costs_next_to_nothing() -> None:
    with source_on(inbox(1)) as source:
        source.wait(threading.Event(), 0.1)
        before = time.thread_time()
        source.wait(threading.Event(), 2.0)
        assert time.thread_time() - before < 0.02


class ShiftedClock(SystemClock):
    """The real clock, whose wall time can be set forward."""

    shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self.shift
