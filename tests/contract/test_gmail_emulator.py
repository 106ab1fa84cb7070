"""Gmail's own ways, against the emulator: labels of one's own, conversations, what moves between folders."""

from __future__ import annotations

import threading

import pytest

from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice
from heardback.mailbox.gmail import GmailSource
from heardback.mailbox.open import open_source
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import FolderRole
from tests.contract.letters import id_of, letter, message_id
from tests.contract.test_sources import LONG_AGO, expected, ids, read
from tests.gmail_emulator import Account, GmailEmulator

pytestmark = pytest.mark.gmail_emulator


@pytest.fixture
def account(gmail_emulator: GmailEmulator) -> Account:
    return gmail_emulator.account()


def opened(emulator: GmailEmulator, account: Account, folders: FolderChoice = EVERY_FOLDER) -> GmailSource:
    return GmailSource(
        parse_mailbox_url("gmail:"), name="rosa", access_token=account.token, endpoint=emulator.endpoint, folders=folders
    )


def test_folders_bear_the_names_that_gmails_page_shows(gmail_emulator: GmailEmulator, account: Account) -> None:
    jobs = account.label("Jobs/Brightforge")
    for number, labels in enumerate((["INBOX", jobs], ["SENT", "INBOX"], [jobs], [], ["SPAM"]), 1):
        account.insert(letter(number), labels)
    source = opened(gmail_emulator, account)
    headers, _, _ = read(source)
    source.close()
    assert {id_of(header.header): (header.folder, header.role) for header in headers} == {
        message_id(1): ("INBOX", FolderRole.INBOX),
        message_id(2): ("Sent", FolderRole.SENT),
        message_id(3): ("Jobs/Brightforge", FolderRole.ARCHIVE),
        message_id(4): ("All Mail", FolderRole.ARCHIVE),
        message_id(5): ("Spam", FolderRole.JUNK),
    }


def test_a_label_that_was_made_since_the_pass_began_has_its_name(gmail_emulator: GmailEmulator, account: Account) -> None:
    source = opened(gmail_emulator, account)
    account.insert(letter(1), ["INBOX"])
    batches = source.headers_since(None, LONG_AGO)
    (first, *_) = next(batches).headers
    later = account.label("Later")
    account.relabel(account.ids()[message_id(1)], add=[later], remove=["INBOX"])
    (message,) = source.texts([first.key])
    source.close()
    assert message.header.folder in ("Later", later)


def test_chosen_labels_are_read_and_others_are_not(gmail_emulator: GmailEmulator, account: Account) -> None:
    lists, jobs = account.label("Lists"), account.label("Jobs")
    for number, labels in enumerate((["INBOX"], [lists], [jobs], ["INBOX", lists], ["SENT"], []), 1):
        account.insert(letter(number), labels)
    without = opened(gmail_emulator, account, FolderChoice(exclude=("Lists",)))
    alone = opened(gmail_emulator, account, FolderChoice(include=("jobs", "sent")))
    assert ids(read(without)[0]) == expected(1, 3, 4, 5, 6)
    assert ids(read(alone)[0]) == expected(3, 5)
    without.close()
    alone.close()


def test_a_message_that_is_put_into_a_chosen_label_is_read_then(gmail_emulator: GmailEmulator, account: Account) -> None:
    jobs = account.label("Jobs")
    moved = account.insert(letter(1), ["INBOX"])
    source = opened(gmail_emulator, account, FolderChoice(include=("Jobs",)))
    headers, cursor, _ = read(source)
    assert headers == []
    account.relabel(moved, add=[jobs])
    headers, cursor, _ = read(source, cursor)
    assert ids(headers) == expected(1)
    account.relabel(moved, remove=["INBOX"], add=["STARRED"])
    source.close()


def test_a_conversation_is_one_thread(gmail_emulator: GmailEmulator, account: Account) -> None:
    account.insert(letter(1), ["INBOX"])
    account.insert(letter(2, extra=f"In-Reply-To: {message_id(1)}\n"), ["SENT"])
    account.insert(letter(3), ["INBOX"])
    source = opened(gmail_emulator, account)
    headers, _, _ = read(source)
    threads = {id_of(header.header): header.provider_thread for header in headers}
    texts = {message.header.key: message.header.provider_thread for message in source.texts([headers[0].key])}
    source.close()
    assert threads[message_id(1)] == threads[message_id(2)] != threads[message_id(3)]
    assert texts == {headers[0].key: headers[0].provider_thread}


def test_a_letter_that_went_to_the_bin_meanwhile_is_silently_missing(gmail_emulator: GmailEmulator, account: Account) -> None:
    binned = account.insert(letter(1), ["INBOX"])
    source = opened(gmail_emulator, account)
    (header,), cursor, _ = read(source)
    account.relabel(binned, add=["TRASH"], remove=["INBOX"])
    assert list(source.texts([header.key])) == []
    assert read(source, cursor)[0] == []
    account.relabel(binned, add=["INBOX"], remove=["TRASH"])
    assert ids(read(source, cursor)[0]) == expected(1)
    source.close()


def test_reading_a_letter_in_the_browser_wakes_nobody(gmail_emulator: GmailEmulator, account: Account) -> None:
    unread = account.insert(letter(1), ["INBOX", "UNREAD"])
    source = opened(gmail_emulator, account)
    _, cursor, _ = read(source)
    account.relabel(unread, remove=["UNREAD", "INBOX"])
    assert source.wait(threading.Event(), 0.3) is False
    assert read(source, cursor)[0] == []
    source.close()


def test_the_address_opens_it(gmail_emulator: GmailEmulator, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARDBACK_GMAIL_ENDPOINT", gmail_emulator.endpoint)
    account.insert(letter(1), ["INBOX"])
    source = open_source(parse_mailbox_url(f"gmail:{account.address}"), name="rosa", access_token=account.token)
    assert ids(read(source)[0]) == expected(1)
    source.close()
