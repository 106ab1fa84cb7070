"""What is particular to mail in files: names that change, files that grow, exports, disks that are not there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from heardback.errors import Unreachable
from heardback.mailbox.files import EmlSource, MaildirSource
from heardback.mailbox.mbox import MboxSource
from heardback.model import FolderRole
from tests.contract.boxes import MaildirBox
from tests.contract.letters import DAY_ONE, id_of, letter, message_id, unix
from tests.contract.test_sources import expected, ids, read

SEPARATOR = b"From 1789@xxx Tue Mar 03 15:14:00 +0000 2026\n"


def mbox_of(path: Path, *contents: bytes) -> MboxSource:
    path.write_bytes(b"".join(SEPARATOR + unix(content) + b"\n" for content in contents))
    return MboxSource(path, name="rosa")


# ----------------------------------------------------------------------------------------------- Maildir


def test_a_message_that_is_read_or_flagged_elsewhere_is_not_new(tmp_path: Path) -> None:
    box = MaildirBox(tmp_path / "mail")
    box.deliver(letter(1))
    source = MaildirSource(box.path, name="rosa")
    (header,), cursor, _ = read(source)
    (file,) = (box.path / "new").iterdir()
    for name in (f"{file.name}:2,S", f"{file.name}:2,FRS", f"{file.name}:2,ST", f"{file.name}:2,abc"):
        file = file.rename(box.path / "cur" / name)
        assert read(source, cursor)[0] == []
        assert [text.header.key for text in source.texts([header.key])] == [header.key]


def test_folder_names_in_modified_utf7_are_decoded_and_judged(tmp_path: Path) -> None:
    for number, folder in enumerate((".Entw&APw-rfe", ".&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", ".Jobs.B&-B", ".Junk"), 1):
        (tmp_path / folder / "cur").mkdir(parents=True)
        (tmp_path / folder / "cur" / f"177000000{number}.M1P1.quill:2,").write_bytes(letter(number))
    headers, _, _ = read(MaildirSource(tmp_path, name="rosa"))
    assert {id_of(header.header): (header.folder, header.role) for header in headers} == {
        message_id(2): ("Отправленные", FolderRole.SENT),
        message_id(3): ("Jobs/B&B", FolderRole.OTHER),
        message_id(4): ("Junk", FolderRole.JUNK),
    }


def test_folders_as_plain_directories_are_read_too(tmp_path: Path) -> None:
    """As mbsync lays them out: one directory per folder, none at the top."""
    for number, folder in enumerate(("INBOX", "Sent Items", "Archive/2026", "Trash"), 1):
        (tmp_path / folder / "cur").mkdir(parents=True)
        (tmp_path / folder / "cur" / f"177000000{number}.M1P1.quill:2,").write_bytes(letter(number))
    headers, _, _ = read(MaildirSource(tmp_path, name="rosa"))
    assert {id_of(header.header): header.role for header in headers} == {
        message_id(1): FolderRole.INBOX,
        message_id(2): FolderRole.SENT,
        message_id(3): FolderRole.ARCHIVE,
    }


def test_a_new_folder_is_bounded_like_a_first_reading(tmp_path: Path) -> None:
    box = MaildirBox(tmp_path / "mail")
    source = MaildirSource(box.path, name="rosa")
    _, cursor, _ = read(source, since=DAY_ONE)
    (box.path / ".Jobs" / "cur").mkdir(parents=True)
    for number, moment in ((1, DAY_ONE - timedelta(days=400)), (2, DAY_ONE)):
        (box.path / ".Jobs" / "cur" / f"177000000{number}.M1P1.quill:2,").write_bytes(letter(number, sent_at=moment))
    assert ids(read(source, cursor, since=DAY_ONE)[0]) == expected(2)


def test_a_message_that_cannot_be_read_is_a_gap_until_it_can(tmp_path: Path) -> None:
    box = MaildirBox(tmp_path / "mail")
    box.deliver(letter(1))
    obstacle = box.path / "cur" / "1770000009.M9P1.quill:2,S"
    obstacle.mkdir()
    source = MaildirSource(box.path, name="rosa")
    headers, cursor, gaps = read(source)
    assert ids(headers) == expected(1)
    assert gaps == ["rosa: one message in INBOX cannot be read (Is a directory)."]
    assert len(read(source, cursor)[2]) == 1
    obstacle.rmdir()
    obstacle.write_bytes(letter(2))
    headers, _, gaps = read(source, cursor)
    assert (ids(headers), gaps) == (expected(2), [])


def test_a_letter_without_a_usable_date_takes_the_files_own(tmp_path: Path) -> None:
    box = MaildirBox(tmp_path / "mail")
    box.deliver(letter(1).replace(b"Date: ", b"Date: some day "[:6] + b"never, "))
    box.deliver(letter(2).replace(b"\r\nDate: ", b"\r\nX-Date: "))
    headers, _, _ = read(MaildirSource(box.path, name="rosa"))
    (file,) = (path for path in (box.path / "new").iterdir() if id_of(path.read_bytes()) == message_id(2))
    (undated,) = (header for header in headers if id_of(header.header) == message_id(2))
    assert undated.received_at.timestamp() == pytest.approx(file.stat().st_mtime)


def test_a_long_header_is_found_whole_and_an_endless_one_is_cut(tmp_path: Path) -> None:
    box = MaildirBox(tmp_path / "mail")
    received = "".join(f"Received: from relay{number}.example by mx.quill.example; Mon, 02 Mar 2026\n" for number in range(300))
    endless = "".join(f"X-Loop: {number:06} {'x' * 60}\n" for number in range(2_000))
    box.deliver(letter(1, extra=received))
    box.deliver(letter(2, extra=endless))
    headers, _, _ = read(MaildirSource(box.path, name="rosa"))
    sizes = {id_of(header.header): len(header.header) for header in headers}
    assert sizes[message_id(1)] > 20_000
    assert sizes[message_id(2)] <= 65_600
    assert all(header.header.endswith(b"\n") for header in headers)


@pytest.mark.parametrize(
    ("kind", "path"),
    [(MaildirSource, "nowhere"), (EmlSource, "nowhere"), (MboxSource, "nowhere"), (MaildirSource, ""), (MboxSource, "")],
)
def test_a_path_without_mail_is_unreachable_with_a_next_step(tmp_path: Path, kind: type[MaildirSource], path: str) -> None:
    source = kind(tmp_path / path, name="rosa's mail")
    with pytest.raises(Unreachable) as unreachable:
        read(source)
    assert "rosa's mail" in str(unreachable.value)
    assert str(tmp_path) in str(unreachable.value)
    assert unreachable.value.next_step


def test_a_key_cannot_lead_out_of_the_mailbox(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "private").write_bytes(letter(1))
    for source in (MaildirSource(tmp_path, name="rosa"), EmlSource(tmp_path, name="rosa")):
        assert list(source.texts(["INBOX\n../private", "\n../private", "INBOX\n"])) == []


# -------------------------------------------------------------------------------------------------- .eml


def test_an_eml_file_written_anew_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter(1))
    (tmp_path / "notes.txt").write_bytes(letter(5))
    source = EmlSource(tmp_path, name="rosa")
    _, cursor, _ = read(source)
    (tmp_path / "a.eml").write_bytes(letter(22))
    assert ids(read(source, cursor)[0]) == expected(22)


# -------------------------------------------------------------------------------------------------- mbox


def test_a_sentence_that_begins_with_from_divides_nothing(tmp_path: Path) -> None:
    body = "One.\n\nFrom what I hear, Friday.\n\nFrom 10:30 on we talk.\nFriday: fine\n\nFrom here\n>From there\nFrom: nobody\n"
    headers, _, _ = read(source := mbox_of(tmp_path / "in.mbox", letter(1, body=body), letter(2)))
    assert ids(headers) == expected(1, 2)
    (text,) = source.texts([header.key for header in headers if id_of(header.header) == message_id(1)])
    assert b"\nFrom there\n" in text.content
    assert b"\n>From" not in text.content
    assert text.content.rstrip().endswith(b"From: nobody")


@pytest.mark.parametrize(
    "line",
    [b"From - Tue Feb 03 15:14:00 2026\n", b"From \n", b"From dana@brightforge.example Tue Feb  3 15:14:00 2026\n"],
)
def test_separators_of_other_programs_are_known(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "in.mbox"
    path.write_bytes(b"".join(line + unix(letter(number)) + b"\n" for number in (1, 2, 3)))
    assert ids(read(MboxSource(path, name="rosa"))[0]) == expected(1, 2, 3)


def test_an_mbox_with_the_line_ends_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_bytes(b"".join(SEPARATOR.replace(b"\n", b"\r\n") + letter(number) + b"\r\n" for number in (1, 2, 3)))
    headers, _, _ = read(source := MboxSource(path, name="rosa"))
    assert ids(headers) == expected(1, 2, 3)
    assert [text.content.rstrip() for text in source.texts([headers[1].key])] == [letter(2).rstrip()]


def test_a_message_without_a_body_swallows_none(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    bare = b"Message-ID: <m7@brightforge.example>\n\n"
    path.write_bytes(SEPARATOR + bare + SEPARATOR + unix(letter(1)) + b"\n" + SEPARATOR + bare)
    assert ids(read(MboxSource(path, name="rosa"))[0]) == expected(1, 7, 7)


def test_messages_larger_than_a_block_are_divided_rightly(tmp_path: Path) -> None:
    """Separators at every distance from the end of a block of 1 MB."""
    contents = [letter(number, body=("x" * 70 + "\n") * (14_000 + number * 17)) for number in range(1, 9)]
    headers, _, _ = read(source := mbox_of(tmp_path / "in.mbox", *contents))
    assert ids(headers) == expected(*range(1, 9))
    assert [header.size_bytes for header in headers] == [len(unix(content)) + len(SEPARATOR) + 1 for content in contents]
    (text,) = source.texts([headers[4].key])
    assert text.is_partial
    assert len(text.content) < 70_000


@pytest.mark.parametrize("shift", range(0, 60, 7))
def test_a_separator_across_two_blocks_is_seen(tmp_path: Path, shift: int) -> None:
    first = unix(letter(1))
    filler = 1_048_576 - len(SEPARATOR) - len(first) - shift
    padded = first + b"x" * (filler - 1) + b"\n"
    assert ids(read(mbox_of(tmp_path / "in.mbox", padded, letter(2), letter(3)))[0]) == expected(1, 2, 3)


def test_a_message_still_being_written_is_read_again_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    whole = unix(letter(2, body="We decide by Friday."))
    source = mbox_of(path, letter(1))
    with path.open("ab") as file:
        file.write(SEPARATOR + whole[:-12])
    _, cursor, _ = read(source)
    with path.open("ab") as file:
        file.write(whole[-12:] + b"\n" + SEPARATOR + unix(letter(3)) + b"\n")
    headers, cursor, _ = read(source, cursor)
    assert ids(headers) == expected(2, 3)
    assert all(text.content.rstrip().endswith(b".") for text in source.texts([header.key for header in headers]))
    assert read(source, cursor)[0] == []


def test_an_export_tells_roles_by_labels_in_the_accounts_language(tmp_path: Path) -> None:
    labels = {
        1: "Posteingang,Wichtig",
        2: "=?UTF-8?Q?Gesendet,Ge=C3=B6ffnet?=",
        3: "=?UTF-8?Q?Entw=C3=BCrfe?=",
        4: "Papierkorb",
        5: "Spam,\n Ungelesen",
        6: "Archiviert",
        7: "Bewerbungen",
    }
    headers, _, _ = read(
        mbox_of(
            tmp_path / "Alle Nachrichten.mbox",
            *(letter(number, extra=f"X-Gmail-Labels: {text}\n") for number, text in labels.items()),
        )
    )
    assert {id_of(header.header): header.role for header in headers} == {
        message_id(1): FolderRole.INBOX,
        message_id(2): FolderRole.SENT,
        message_id(5): FolderRole.JUNK,
        message_id(6): FolderRole.ARCHIVE,
        message_id(7): FolderRole.ARCHIVE,
    }


def test_thunderbirds_directory_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "Archives.sbd").mkdir()
    for number, name in enumerate(("INBOX", "Sent", "Drafts", "Archives.sbd/2026", "Jobs"), 1):
        mbox_of(tmp_path / name, letter(number))
    (tmp_path / "INBOX.msf").write_text("// <!-- index -->")
    (tmp_path / "notes.txt").write_text("no mail")
    headers, _, gaps = read(MboxSource(tmp_path, name="rosa"))
    assert {id_of(header.header): (header.folder, header.role) for header in headers} == {
        message_id(1): ("INBOX", FolderRole.INBOX),
        message_id(2): ("Sent", FolderRole.SENT),
        message_id(4): ("Archives/2026", FolderRole.ARCHIVE),
        message_id(5): ("Jobs", FolderRole.INBOX),
    }
    assert gaps == []
