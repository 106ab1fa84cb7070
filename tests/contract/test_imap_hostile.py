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
from heardback.mailbox import imap, imap_connection
from heardback.mailbox.folders import FolderChoice
from heardback.mailbox.imap import ImapSource
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import FolderRole, Owner
from heardback.scan import read_new
from tests.contract.letters import id_of, letter, message_id
from tests.contract.test_sources import LONG_AGO, expected, ids, read, waiting
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
    clock = ShiftedClock()
    with source_on(server, clock=clock) as source:
        cursor, told = None, 0
        for _ in range(12):
            _, cursor, gaps = read(source, cursor)
            told += len(gaps)
            clock.shift += timedelta(hours=3)
    assert told == 10


def test_many_passes_in_an_hour_do_not_make_a_message_hopeless() -> None:
    server = inbox(1, 2)
    server.on("FETCH", _never_gives_two, times=30)
    with source_on(server) as source:
        cursor = None
        for _ in range(15):
            _, cursor, gaps = read(source, cursor)
            assert len(gaps) == 1
        assert ids(read(source, cursor)[0]) == expected(2)


def test_a_whole_batch_that_does_not_come_is_remembered_to_the_last_message() -> None:
    """A disk of the server's is away: 120 messages are listed and none is given, in two passes."""
    server = inbox(*range(1, 121))
    server.on("FETCH", says("TAG OK done"), times=4)
    with source_on(server) as source:
        headers, cursor, gaps = read(source)
        assert (headers, gaps) == ([], ["rosa's mail: the server did not hand out 120 messages in INBOX."])
        headers, cursor, gaps = read(source, cursor)
        assert (headers, len(gaps)) == ([], 1)
        headers, cursor, gaps = read(source, cursor)
        assert (ids(headers), gaps) == (expected(*range(1, 121)), [])
        assert read(source, cursor)[0] == []


@pytest.mark.parametrize(
    "answer",
    [
        "TAG NO [UNAVAILABLE] try later",
        "TAG NO [THROTTLED] wait",
        "TAG NO Account exceeded bandwidth limits",
        "TAG BAD User is throttled",
    ],
)
def test_a_server_that_is_too_busy_to_hand_out_mail_is_asked_later_and_nothing_is_given_up(answer: str) -> None:
    server = inbox(1, 2)
    server.on("FETCH", says(answer))
    with source_on(server) as source:
        with pytest.raises(Unreachable):
            read(source)
        assert ids(read(source)[0]) == expected(1, 2)


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


def test_a_renamed_folder_is_read_on_under_its_new_name() -> None:
    """No gap, and nothing read twice: its UIDVALIDITY is its own, so it is known again."""
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Jobs": {2: letter(2)}}, validities={"INBOX": 11, "Jobs": 12, "Work": 12})
    with source_on(server) as source:
        _, cursor, _ = read(source)
        server.folders["Work"] = server.folders.pop("Jobs") | {3: letter(3)}
        headers, cursor, gaps = read(source, cursor)
        assert (ids(headers), gaps) == (expected(3), [])
        assert read(source, cursor)[0] == []


def test_a_new_folder_is_not_taken_for_a_renamed_one_where_all_share_a_uidvalidity() -> None:
    server = ScriptedImap({"INBOX": {}, "Jobs": {2: letter(2)}, "Old": {1: letter(1)}})
    with source_on(server, folders=FolderChoice(exclude=("INBOX",))) as source:
        _, cursor, _ = read(source)
        del server.folders["Jobs"]
        server.folders["Offers"] = {1: letter(3), 2: letter(4), 3: letter(5)}
        headers, cursor, gaps = read(source, cursor)
        assert (ids(headers), len(gaps)) == (expected(3, 4, 5), 1)


def test_an_inbox_that_the_list_leaves_out_is_read_all_the_same() -> None:
    """There always is one; a list that comes back empty must not look like a mailbox without mail."""
    server = inbox(1)
    server.on("LIST", says("TAG OK done"))
    with source_on(server) as source:
        assert ids(read(source)[0]) == expected(1)


def test_folder_names_that_no_standard_allows_are_opened_as_the_server_writes_them() -> None:
    server = ScriptedImap(
        {"INBOX": {1: letter(1)}, "R&D": {2: letter(2)}, "Bewerbungen für später": {3: letter(3)}, "Entwürfe": {4: letter(4)}}
    )
    with source_on(server) as source:
        headers, cursor, gaps = read(source)
        assert (ids(headers), gaps) == (expected(1, 2, 3), [])
        assert {header.folder for header in headers} == {"INBOX", "R&D", "Bewerbungen für später"}
        assert len(list(source.texts([header.key for header in headers]))) == 3
        assert read(source, cursor)[0] == []


def _tells_uses_when_asked(session: Session, tag: str, rest: str) -> None:
    mark = "\\Junk" if "RETURN (SPECIAL-USE)" in rest else ""
    session.send('* LIST () "/" INBOX', f'* LIST ({mark}) "/" "Rejets" ("CHILDINFO" ("SUBSCRIBED"))', f"{tag} OK done")


def test_special_uses_are_asked_for_where_a_server_tells_them_only_then() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Rejets": {2: letter(2)}})
    server.capabilities += " SPECIAL-USE LIST-EXTENDED"
    server.on("LIST", _tells_uses_when_asked)
    with source_on(server) as source:
        headers, _, _ = read(source)
    assert {id_of(header.header): header.role for header in headers} == {
        message_id(1): FolderRole.INBOX,
        message_id(2): FolderRole.JUNK,
    }


@pytest.mark.parametrize("answer", ["TAG BAD what is RETURN?", "TAG NO not today"])
def test_a_server_that_refuses_to_tell_special_uses_is_asked_the_old_way(answer: str) -> None:
    server = inbox(1)
    server.capabilities += " SPECIAL-USE LIST-EXTENDED"
    server.on("LIST", says(answer))
    with source_on(server) as source:
        assert ids(read(source)[0]) == expected(1)


def test_letters_in_junk_are_known_by_their_headers_alone() -> None:
    server = ScriptedImap({"INBOX": {1: letter(1)}, "\\Junk Spam": {2: letter(2)}})
    owner = Owner(name="Rosa Quill", addresses=frozenset({"rosa@quill.example"}), timezone="Europe/Berlin", country="DE")
    with source_on(server) as source:
        facts = [fact for intake in read_new(source, None, since=LONG_AGO, owner=owner) for fact in intake.facts]
    assert {fact.folder for fact in facts} >= {"Spam"}
    examined = ""
    whole: list[str] = []
    for line in server.said:
        if " EXAMINE " in line:
            examined = line.rpartition(" ")[2].strip('"')
        elif "BODY.PEEK[]" in line:
            whole.append(examined)
    assert whole == ["INBOX"]


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


# ------------------------------------------------------------------------------ numbers that lie or go back


@pytest.mark.parametrize("modseqs", [(None, None), (40, 30)], ids=["by UIDNEXT", "by HIGHESTMODSEQ"])
def test_a_server_put_back_from_a_backup_hides_no_new_mail(modseqs: tuple[int | None, int | None]) -> None:
    """Its UIDs began to be given out again from 3: what has 4 now is another letter than the one that was read."""
    server = inbox(1, 2, 3, 4, 5)
    server.modseq = modseqs[0]
    clock = ShiftedClock()
    with source_on(server, clock=clock) as source:
        _, cursor, _ = read(source)
        server.folders["INBOX"] = {1: letter(1), 2: letter(2), 3: letter(13), 4: letter(14)}
        server.modseq = modseqs[1]
        clock.shift = datetime(2026, 3, 10, tzinfo=UTC) - datetime.now(UTC)
        headers, cursor, _ = read(source, cursor)
        assert {*expected(13, 14)} <= {*ids(headers)}
        assert read(source, cursor)[0] == []


def test_a_put_back_server_that_has_given_out_more_uids_than_before_is_found_by_its_mod_sequence() -> None:
    server = inbox(1, 2, 3, 4, 5)
    server.modseq = 40
    clock = ShiftedClock()
    clock.shift = datetime(2026, 3, 10, tzinfo=UTC) - datetime.now(UTC)
    with source_on(server, clock=clock) as source:
        _, cursor, _ = read(source)
        server.folders["INBOX"] = {number: letter(number if number < 3 else number + 10) for number in range(1, 8)}
        server.modseq = 39
        headers, cursor, _ = read(source, cursor)
        assert {*expected(*range(13, 18))} <= {*ids(headers)}
        assert read(source, cursor)[0] == []


def test_a_uidnext_that_follows_the_last_message_is_no_sign_of_a_backup_where_the_mod_sequence_rises() -> None:
    server = inbox(1, 2, 3)
    server.modseq = 40
    with source_on(server) as source:
        _, cursor, _ = read(source)
        del server.folders["INBOX"][3]
        server.modseq = 41
        assert read(source, cursor)[0] == []


def test_a_message_that_a_search_leaves_out_is_found_by_the_next() -> None:
    """An index that lags behind: UIDNEXT announces a message that SEARCH does not know yet."""
    server = inbox(1)
    with source_on(server) as source:
        _, cursor, _ = read(source)
        server.folders["INBOX"] |= {2: letter(2), 3: letter(3)}
        server.on("SEARCH", says("* SEARCH 2\r\nTAG OK done"))
        headers, cursor, _ = read(source, cursor)
        assert ids(headers) == expected(2)
        headers, cursor, _ = read(source, cursor)
        assert ids(headers) == expected(3)
        assert read(source, cursor)[0] == []


def test_a_message_that_is_listed_twice_comes_once() -> None:
    server = inbox(1, 2)
    server.on("SEARCH", says("* SEARCH 2 1 2\r\nTAG OK done"))
    with source_on(server) as source:
        headers, _, _ = read(source)
    assert [id_of(header.header) for header in headers] == [message_id(1), message_id(2)]


def test_a_server_without_uidnext_is_not_searched_while_its_mod_sequence_stands_still() -> None:
    server = inbox(1)
    server.uid_next_is_told, server.modseq = False, 5
    with source_on(server) as source:
        _, cursor, _ = read(source)
        asked = len(server.commands("SEARCH"))
        assert read(source, cursor)[0] == []
        assert len(server.commands("SEARCH")) == asked
        server.folders["INBOX"][2], server.modseq = letter(2), 6
        assert ids(read(source, cursor)[0]) == expected(2)


# ------------------------------------------------------------------------------------------- the line itself


@pytest.mark.parametrize("command", ["EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("fault", [says("* BYE shutting down"), hangs_up], ids=["goodbye", "hung up"])
def test_a_line_that_ends_in_the_middle_of_a_reading_loses_nothing(
    command: str, fault: Callable[[Session, str, str], None]
) -> None:
    server = inbox(1, 2)

    def ends(session: Session, tag: str, rest: str) -> None:
        fault(session, tag, rest)
        session.hang_up()

    server.on(command, ends if fault is not hangs_up else fault)
    with source_on(server) as source:
        with pytest.raises(Unreachable):
            read(source)
        assert ids(read(source)[0]) == expected(1, 2)


@pytest.mark.parametrize("command", ["LOGIN", "LIST", "EXAMINE", "SEARCH", "FETCH"])
def test_a_server_that_falls_silent_in_the_middle_of_a_reading_is_left(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half open: the other side is gone and nobody says so."""
    monkeypatch.setattr(imap_connection, "READ_TIMEOUT_S", 0.3)
    server = inbox(1, 2)
    server.on(command, stays_silent)
    with source_on(server) as source:
        with pytest.raises(Unreachable, match="does not answer"):
            read(source)
        assert ids(read(source)[0]) == expected(1, 2)


@pytest.mark.parametrize("segment_bytes", [1, 7, 61])
def test_lines_and_letters_may_come_in_pieces_of_any_size(segment_bytes: int) -> None:
    server = inbox(1, 2, 3)
    server.segment_bytes = segment_bytes
    with source_on(server) as source:
        headers, _, gaps = read(source)
        assert (ids(headers), gaps) == (expected(1, 2, 3), [])
        assert len(list(source.texts([header.key for header in headers]))) == 3
        assert source.wait(threading.Event(), 0.2) is False


def test_wherever_the_line_breaks_every_message_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as the daemon does, from the last batch's cursor: cut at each place in turn, nothing is missed or comes twice."""
    monkeypatch.setattr(imap, "BATCH_SIZE", 2)
    server = ScriptedImap({"INBOX": {number: letter(number) for number in (1, 2, 3)}, "Jobs": {4: letter(4), 5: letter(5)}})
    breaks = 0
    with server.running() as url:
        for cut_after_bytes in range(1, 10_000, 83):
            server.cut_after_bytes = cut_after_bytes
            source = ImapSource(parse_mailbox_url(url), name="rosa", password=lambda: SECRET)
            came: list[str] = []
            cursor: str | None = None
            for _ in range(3):
                try:
                    for batch in source.headers_since(cursor, LONG_AGO):
                        came += [id_of(header.header) for header in batch.headers]
                        cursor = batch.cursor
                        assert batch.gaps == ()
                    break
                except Unreachable:
                    breaks += 1
            assert sorted(came) == expected(1, 2, 3, 4, 5), cut_after_bytes
            if server.cut_after_bytes is not None:
                break
            source.close()
        source.close()
    assert breaks > 20


# ----------------------------------------------------------------------------------------------- waiting


def test_mail_that_comes_between_two_looks_at_the_inbox_is_not_slept_through() -> None:
    """The reading looks at every folder first and opens the INBOX again to fetch: what came between is news for the wait."""
    server = ScriptedImap({"INBOX": {1: letter(1)}, "Jobs": {2: letter(2)}})

    def mail_comes(session: Session, tag: str, rest: str) -> None:
        server.folders["INBOX"][3] = letter(3)
        session.usual(tag, "EXAMINE", rest)

    for reaction in (lambda s, tag, rest: s.usual(tag, "EXAMINE", rest), mail_comes):
        server.on("EXAMINE", reaction)
    with source_on(server) as source:
        headers, cursor, _ = read(source)
        assert ids(headers) == expected(1, 2)
        started = time.monotonic()
        assert source.wait(threading.Event(), 10) is True
        assert time.monotonic() - started < 1
        assert ids(read(source, cursor)[0]) == expected(3)


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
