"""What only a real server shows: lives of a folder, certificates, folder names of other languages."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heardback.errors import CertificateRefused, LoginRefused, Unreachable
from heardback.mailbox import imap
from heardback.mailbox.folders import FolderChoice
from heardback.mailbox.imap import ImapSource
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import FolderRole
from tests.contract.letters import id_of, letter, message_id
from tests.contract.test_sources import LONG_AGO, expected, ids, read
from tests.dovecot import PASSWORD, Dovecot, running_dovecot

pytestmark = pytest.mark.dovecot
_users = itertools.count(1)


@pytest.fixture
def user() -> str:
    return f"life{next(_users)}"


@pytest.fixture
def source(dovecot: Dovecot, user: str) -> Iterator[ImapSource]:
    source = ImapSource(
        parse_mailbox_url(dovecot.url(user)), name="rosa's mail", password=lambda: PASSWORD, ca_file=dovecot.ca_file
    )
    yield source
    source.close()


def test_a_folder_in_another_life_is_read_again(dovecot: Dovecot, user: str, source: ImapSource) -> None:
    """Deleted and made anew, its UIDs begin at 1 and mean other messages (UIDVALIDITY, RFC 9051 section 2.3.1.1)."""
    dovecot.create(user, "Jobs")
    dovecot.deliver(user, "Jobs", letter(1))
    dovecot.deliver(user, "Jobs", letter(2))
    headers, cursor, _ = read(source)
    dovecot.delete(user, "Jobs")
    dovecot.create(user, "Jobs")
    dovecot.deliver(user, "Jobs", letter(3))
    later, cursor, gaps = read(source, cursor)
    assert (ids(later), gaps) == (expected(3), [])
    assert list(source.texts([header.key for header in headers])) == [], "the old keys do not mean the new messages"
    assert read(source, cursor)[0] == []


def test_a_renamed_folder_is_read_on_and_is_no_gap(dovecot: Dovecot, user: str, source: ImapSource) -> None:
    dovecot.create(user, "Jobs")
    dovecot.deliver(user, "Jobs", letter(1))
    dovecot.deliver(user, "INBOX", letter(2))
    _, cursor, _ = read(source)
    dovecot.rename(user, "Jobs", "Work")
    dovecot.deliver(user, "Work", letter(3))
    headers, cursor, gaps = read(source, cursor)
    assert ([(id_of(header.header), header.folder) for header in headers], gaps) == ([(message_id(3), "Work")], [])
    assert read(source, cursor)[0] == []


def test_a_deleted_folder_is_told_and_the_others_are_read(dovecot: Dovecot, user: str, source: ImapSource) -> None:
    dovecot.create(user, "Jobs")
    dovecot.deliver(user, "Jobs", letter(1))
    _, cursor, _ = read(source)
    dovecot.delete(user, "Jobs")
    dovecot.deliver(user, "INBOX", letter(2))
    headers, cursor, gaps = read(source, cursor)
    assert (ids(headers), len(gaps)) == (expected(2), 1)


def test_flags_that_the_owner_changes_and_mail_that_is_moved_bring_nothing_twice(
    dovecot: Dovecot, user: str, source: ImapSource
) -> None:
    """The mod-sequence moves with every flag; only a new UID is a new message."""
    for number in (1, 2):
        dovecot.deliver(user, "INBOX", letter(number))
    _, cursor, _ = read(source)
    with dovecot.client(user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", "\\Seen \\Flagged")
    headers, cursor, gaps = read(source, cursor)
    assert (headers, gaps) == ([], [])
    dovecot.expunge(user, "INBOX", 2)
    assert read(source, cursor)[0] == []


def test_a_server_whose_mail_was_put_back_from_a_backup_hides_no_new_letter(
    dovecot: Dovecot, user: str, source: ImapSource, tmp_path: Path
) -> None:
    """The same UIDVALIDITY, older numbers: the next letters get UIDs that were given to others before."""
    now = datetime.now(UTC)
    for number in (1, 2):
        dovecot.deliver(user, "INBOX", letter(number), received_at=now)
    dovecot.back_up(user, tmp_path / "backup")
    for number in (3, 4, 5):
        dovecot.deliver(user, "INBOX", letter(number), received_at=now)
    headers, cursor, _ = read(source)
    assert ids(headers) == expected(1, 2, 3, 4, 5)
    source.close()
    dovecot.put_back(user, tmp_path / "backup")
    for number in (13, 14):
        dovecot.deliver(user, "INBOX", letter(number), received_at=now)
    headers, cursor, _ = read(source, cursor)
    assert {*expected(13, 14)} <= {*ids(headers)}
    assert read(source, cursor)[0] == []


def test_a_folder_of_another_life_between_two_batches_is_not_mixed_up(
    dovecot: Dovecot, user: str, source: ImapSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BATCH_SIZE", 1)
    dovecot.create(user, "Jobs")
    for number in (1, 2):
        dovecot.deliver(user, "Jobs", letter(number))
    dovecot.deliver(user, "INBOX", letter(9))
    batches = source.headers_since(None, LONG_AGO)
    first = next(batch for batch in batches if any(header.folder == "Jobs" for header in batch.headers))
    source.close()
    dovecot.delete(user, "Jobs")
    dovecot.create(user, "Jobs")
    dovecot.deliver(user, "Jobs", letter(3))
    with pytest.raises(Unreachable):
        list(batches)
    headers, _, _ = read(source, first.cursor)
    assert message_id(3) in ids(headers)
    assert message_id(2) not in ids(headers)


def test_an_authority_of_ones_own_has_to_be_named(dovecot: Dovecot, user: str) -> None:
    source = ImapSource(parse_mailbox_url(dovecot.url(user)), name="rosa's mail", password=lambda: PASSWORD)
    with pytest.raises(CertificateRefused) as refused:
        read(source)
    assert "localhost" in str(refused.value)
    assert "--ca-file" in refused.value.next_step


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot, user: str, scheme: str) -> None:
    url = dovecot.url(user, scheme).replace("localhost", "127.0.0.1")
    source = ImapSource(parse_mailbox_url(url), name="rosa", password=lambda: PASSWORD, ca_file=dovecot.ca_file)
    with pytest.raises(CertificateRefused):
        read(source)


def test_a_missing_file_of_authorities_is_named(dovecot: Dovecot, user: str) -> None:
    source = ImapSource(
        parse_mailbox_url(dovecot.url(user)), name="rosa", password=lambda: PASSWORD, ca_file=Path("/nowhere/ca.pem")
    )
    with pytest.raises(CertificateRefused, match=r"/nowhere/ca\.pem"):
        read(source)


def test_a_wrong_password_is_refused_and_a_renewed_one_taken_up(dovecot: Dovecot, user: str) -> None:
    answers = iter(["wrong", PASSWORD])
    source = ImapSource(
        parse_mailbox_url(dovecot.url(user)), name="rosa's mail", password=lambda: next(answers), ca_file=dovecot.ca_file
    )
    with pytest.raises(LoginRefused) as refused:
        read(source)
    assert "rosa's mail" in str(refused.value)
    assert "wrong" not in str(refused.value)
    assert read(source)[0] == []
    source.close()


def test_tls_spoken_to_a_plain_port_says_what_to_try(dovecot: Dovecot, user: str) -> None:
    url = dovecot.url(user).replace(str(dovecot.imaps_port), str(dovecot.imap_port))
    source = ImapSource(parse_mailbox_url(url), name="rosa", password=lambda: PASSWORD, ca_file=dovecot.ca_file)
    with pytest.raises(Unreachable) as unreachable:
        read(source)
    assert "imap+starttls://" in unreachable.value.next_step


def test_nobody_listening_is_unreachable(user: str) -> None:
    source = ImapSource(parse_mailbox_url(f"imap://{user}@127.0.0.1:1"), name="rosa's mail", password=lambda: PASSWORD)
    with pytest.raises(Unreachable, match="rosa's mail"):
        read(source)


def test_folders_of_other_languages_are_known_by_name(dovecot: Dovecot, user: str, source: ImapSource) -> None:
    for number, folder in enumerate(("Entw&APw-rfe", "Gesendete Elemente", "&kAFP4W4IMH8-", "Bewerbungen", "Papierkorb/alt"), 1):
        dovecot.create(user, folder)
        dovecot.deliver(user, folder, letter(number))
    headers, _, gaps = read(source)
    assert {id_of(header.header): (header.folder, header.role) for header in headers} == {
        message_id(2): ("Gesendete Elemente", FolderRole.SENT),
        message_id(3): ("送信済み", FolderRole.SENT),
        message_id(4): ("Bewerbungen", FolderRole.OTHER),
    }
    assert gaps == []
    assert len(list(source.texts([header.key for header in headers]))) == 3


def test_a_range_of_uids_is_asked_about_in_windows(
    dovecot: Dovecot, user: str, source: ImapSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SEARCH_WINDOW", 3)
    for number in range(1, 9):
        dovecot.deliver(user, "INBOX", letter(number))
    headers, cursor, _ = read(source)
    assert ids(headers) == expected(*range(1, 9))
    dovecot.deliver(user, "INBOX", letter(9))
    assert ids(read(source, cursor)[0]) == expected(9)


def test_a_tree_of_files_is_served_as_it_stands(dovecot: Dovecot, user: str, source: ImapSource, tmp_path: Path) -> None:
    for folder in ("", ".Sent"):
        for part in ("cur", "new", "tmp"):
            (tmp_path / "tree" / folder / part).mkdir(parents=True)
    (tmp_path / "tree" / "cur" / "1770000000.M1P1.quill:2,S").write_bytes(letter(1))
    (tmp_path / "tree" / ".Sent" / "cur" / "1770000001.M1P1.quill:2,S").write_bytes(letter(2))
    dovecot.serve_maildir(user, tmp_path / "tree")
    headers, _, _ = read(source)
    assert {id_of(header.header): header.role for header in headers} == {
        message_id(1): FolderRole.INBOX,
        message_id(2): FolderRole.SENT,
    }


def test_a_server_that_is_killed_during_the_wait_is_noticed(tmp_path: Path) -> None:
    with running_dovecot(tmp_path) as server:
        source = ImapSource(parse_mailbox_url(server.url("rosa")), name="rosa", password=lambda: PASSWORD, ca_file=server.ca_file)
        failures: list[Unreachable] = []

        def wait() -> None:
            try:
                source.wait(threading.Event(), 20)
            except Unreachable as unreachable:
                failures.append(unreachable)

        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.8)
        server.kill()
        thread.join(3)
        assert len(failures) == 1
        with pytest.raises(Unreachable):
            read(source)
        source.close()


def test_only_chosen_folders_are_opened(dovecot: Dovecot, user: str) -> None:
    dovecot.create(user, "Lists")
    dovecot.create(user, "Lists/Python")
    for number, folder in enumerate(("INBOX", "Lists", "Lists/Python", "Sent"), start=1):
        dovecot.deliver(user, folder, letter(number))
    source = ImapSource(
        parse_mailbox_url(dovecot.url(user)),
        name="chosen",
        password=lambda: PASSWORD,
        ca_file=dovecot.ca_file,
        folders=FolderChoice(exclude=("Lists",)),
    )
    try:
        headers, _, gaps = read(source)
    finally:
        source.close()
    assert (expected(1, 4), []) == (ids(headers), gaps)
