"""What a folder is for."""

from __future__ import annotations

import pytest

from heardback.mailbox.folders import FolderChoice, role_by_gmail_labels, role_by_name, role_by_path, role_of_folder
from heardback.model import FolderRole

INBOX, SENT, ARCHIVE, JUNK, OTHER = FolderRole.INBOX, FolderRole.SENT, FolderRole.ARCHIVE, FolderRole.JUNK, FolderRole.OTHER


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Inbox", INBOX), ("Posteingang", INBOX), ("Sent Items", SENT), ("GESENDET", SENT),
        ("E\u0301le\u0301ments envoyés", SENT),
        ("送信済み", SENT), ("Odeslané", SENT), ("Archiv", ARCHIVE),
        ("[Gmail]", OTHER), ("Junk E-Mail", JUNK), ("Spamverdacht", JUNK),
        ("Drafts", None), ("Entwürfe", None), ("Deleted Items", None), ("Корзина", None), ("Outbox", None),
        ("Sent to recruiters", OTHER), ("Draft contracts", OTHER), ("Not spam", OTHER), ("Jobs", OTHER), ("", OTHER),
    ],
)  # fmt: skip
def test_a_name_is_judged_whole(name: str, role: FolderRole | None) -> None:
    assert role_by_name(name) is role


@pytest.mark.parametrize(
    ("parts", "role"),
    [
        (("INBOX", "Sent"), SENT), (("INBOX", "Jobs"), OTHER), (("INBOX",), INBOX),
        (("Archive", "2026"), ARCHIVE), (("Trash", "Jobs"), None),
        (("Jobs", "Drafts"), None), (("Spam", "Archive"), JUNK), (("Jobs", "Acme", "Sent"), SENT), ((), OTHER),
    ],
)  # fmt: skip
def test_what_lies_above_a_folder_counts(parts: tuple[str, ...], role: FolderRole | None) -> None:
    assert role_by_path(parts) is role


@pytest.mark.parametrize(
    ("name", "marks", "role"),
    [
        ("INBOX", (), INBOX),
        ("inbox", ("\\HasNoChildren",), INBOX),
        ("Abgelegt", ("\\Archive",), ARCHIVE),
        ("[Gmail]/All Mail", ("\\HasNoChildren", "\\All"), ARCHIVE),
        ("[Gmail]/Starred", ("\\Flagged",), None),
        ("[Gmail]", ("\\Noselect",), None),
        ("Sent", ("\\Drafts",), None),
        ("Papierkorb", ("\\Junk",), JUNK),
        ("INBOX/Trash/old", (), None),
        ("Jobs", ("\\Subscribed",), OTHER),
    ],
)
def test_the_servers_mark_goes_before_the_name(name: str, marks: tuple[str, ...], role: FolderRole | None) -> None:
    assert role_of_folder(name, "/", marks) is role


def test_a_flat_server_has_no_path_to_judge() -> None:
    assert role_of_folder("Trash/Jobs", None, ()) is OTHER


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (("\\Inbox", "\\Important"), INBOX), (("\\Sent",), SENT), (("Inbox", "Sent"), SENT),
        (("\\Draft",), None), (("Jobs", "Papierkorb"), None),
        (("Inbox", "Spam"), JUNK), (("Archived", "Opened"), ARCHIVE), ((), ARCHIVE), (("Jobs/Sent by me",), ARCHIVE),
    ],
)  # fmt: skip
def test_labels_tell_the_role(labels: tuple[str, ...], role: FolderRole | None) -> None:
    assert role_by_gmail_labels(labels) is role


@pytest.mark.parametrize(
    ("include", "exclude", "folder", "is_taken"),
    [
        ((), (), "Lists/Python", True),
        ((), ("Lists",), "Lists/Python", False),
        ((), ("Lists",), "Listserv", True),
        ((), ("lists/python",), "Lists/Python", False),
        (("INBOX", "Sent"), (), "Sent", True),
        (("INBOX", "Sent"), (), "Archive", False),
        (("Archive",), ("Archive/2019",), "Archive/2026", True),
        (("Archive",), ("Archive/2019",), "Archive/2019", False),
    ],
)
def test_a_folder_is_read_if_it_is_chosen_and_not_left_out(
    include: tuple[str, ...], exclude: tuple[str, ...], folder: str, is_taken: bool
) -> None:
    assert is_taken == FolderChoice(include=include, exclude=exclude).takes(folder.split("/"))
