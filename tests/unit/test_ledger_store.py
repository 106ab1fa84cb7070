"""The ledger's own promises, each on a real file in a temporary folder: a ledger without a disk would test nothing."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from heardback.errors import LedgerError, LedgerInUse
from heardback.ledger.kept import from_json, to_json
from heardback.ledger.store import Ledger
from heardback.model import (
    Action,
    Body,
    Correction,
    CorrectionKind,
    FolderRole,
    Kind,
    MessageFacts,
    Nudge,
    Push,
    SenderKind,
    Topic,
    UnreadableMessage,
)
from heardback.understanding import understand
from tests.builders import OWNER, at, facts, message

LONG_AGO = at("2020-01-01T00:00:00+00:00")
NOW = at("2026-03-11T10:00:00-05:00")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path) as opened:
        yield opened


def letter(number: int = 1, **fields: Any) -> MessageFacts:
    values = {"id": f"<{number}@test.example>", "mailbox": "home", "sent_at": NOW + timedelta(minutes=number)}
    return facts(Kind.UPDATE, **(values | fields))


def store(ledger: Ledger, *found: MessageFacts, cursor: str = "cursor") -> None:
    ledger.record("home", found, len(found), (), cursor)


def contents_of_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.name.startswith(path.name))


# ------------------------------------------------------------------------------------------- file and folder


def test_the_file_is_the_owners_alone_in_a_folder_that_is_too(path: Path, ledger: Ledger) -> None:
    store(ledger, letter())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (file.name, 0o600)


def test_a_ledger_with_wide_rights_is_narrowed_when_it_is_opened(path: Path) -> None:
    Ledger.open(path).close()
    path.chmod(0o644)
    Ledger.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_written_ahead_and_flushed_at_every_commit(ledger: Ledger) -> None:
    pragmas = {name: ledger._row(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")}
    assert pragmas == {"journal_mode": ("wal",), "synchronous": (2,), "foreign_keys": (1,), "secure_delete": (1,)}


# ---------------------------------------------------------------------------------------------------- claims


def test_a_second_watch_is_refused_and_told_who_is_there(path: Path) -> None:
    with Ledger.open(path) as first, Ledger.open(path) as second:
        first.claim()
        first.claim()
        with pytest.raises(LedgerInUse, match=r"process \d+"):
            second.claim()
        store(second, letter())
        assert len(first.facts(LONG_AGO)) == 1
        first.release()
        second.claim()


def test_a_closed_ledger_has_given_its_claim_back(path: Path) -> None:
    with Ledger.open(path) as first:
        first.claim()
    with Ledger.open(path) as second:
        second.claim()


# ------------------------------------------------------------------------------------------- facts and cursor


def test_facts_cursor_and_counts_are_stored_together(ledger: Ledger) -> None:
    found = letter()
    unreadable = UnreadableMessage(key="k", mailbox="home", folder="INBOX", received_at=NOW, reason="no header ends")
    ledger.record("home", [found], 7, [unreadable], "after 7")
    assert ledger.cursor("home") == "after 7"
    assert ledger.facts(LONG_AGO) == (found,)
    (state,) = ledger.mailbox_states()
    assert (state.messages_seen, state.messages_read, state.unreadable) == (7, 1, 1)


def test_nothing_of_a_batch_is_stored_when_it_is_cut_short(ledger: Ledger) -> None:
    store(ledger, letter(1), cursor="one")
    # The connection refuses the last statement of the batch, as a machine that dies before COMMIT would.
    ledger._connection.execute("CREATE TEMP TRIGGER dies BEFORE UPDATE ON mailbox BEGIN SELECT raise(ABORT, 'power cut'); END")
    with pytest.raises(sqlite3.IntegrityError, match="power cut"):
        store(ledger, letter(2), cursor="two")
    assert ledger.cursor("home") == "one"
    assert ledger.facts(LONG_AGO) == (letter(1),)


def test_a_batch_that_comes_twice_changes_no_facts(ledger: Ledger) -> None:
    store(ledger, letter(1), letter(2))
    store(ledger, letter(1), letter(2))
    assert ledger.facts(LONG_AGO) == (letter(1), letter(2))


def test_a_mailbox_never_read_has_no_cursor(ledger: Ledger) -> None:
    assert ledger.cursor("elsewhere") is None


def test_facts_come_in_order_of_time_from_the_moment_that_is_asked_for(ledger: Ledger) -> None:
    store(ledger, letter(30), letter(10), letter(20))
    assert [one.id for one in ledger.facts(NOW + timedelta(minutes=20))] == ["<20@test.example>", "<30@test.example>"]
    assert [one.id for one in ledger.facts(LONG_AGO)] == ["<10@test.example>", "<20@test.example>", "<30@test.example>"]


def test_a_moment_is_found_by_its_instant_whatever_offset_it_was_written_with(ledger: Ledger) -> None:
    """23:00 in Chicago on the 10th is the 11th in UTC."""
    store(ledger, facts(Kind.UPDATE, sent_at=at("2026-03-10T23:00:00-05:00"), id="<late@test.example>"))
    assert ledger.facts(at("2026-03-11T04:00:01+00:00")) == ()
    assert len(ledger.facts(at("2026-03-11T04:00:00+00:00"))) == 1


def test_the_senders_own_offset_comes_back_because_by_friday_is_the_senders_friday(ledger: Ledger) -> None:
    store(ledger, letter())
    (found,) = ledger.facts(LONG_AGO)
    assert found.sent_at.utcoffset() == timedelta(hours=-5)


# ------------------------------------------------------------------------------------------- the better copy


def test_a_letter_read_in_full_beats_its_header_whichever_comes_first(ledger: Ledger) -> None:
    header, full = letter(read_in_full=False, subject="header"), letter(subject="full")
    store(ledger, header)
    store(ledger, full)
    store(ledger, header)
    assert [one.subject for one in ledger.facts(LONG_AGO)] == ["full"]


def test_a_letter_taken_out_of_junk_is_in_junk_no_more(ledger: Ledger) -> None:
    junk = letter(folder="Spam", role=FolderRole.JUNK)
    store(ledger, junk)
    store(ledger, letter(folder="INBOX"))
    store(ledger, junk)
    assert [(one.folder, one.role) for one in ledger.facts(LONG_AGO)] == [("INBOX", FolderRole.INBOX)]
    assert ledger.folders(junk.id) == {("home", "Spam"), ("home", "INBOX")}


def test_what_junk_said_in_full_is_kept_at_the_place_where_the_header_lies(ledger: Ledger) -> None:
    store(ledger, letter(folder="Spam", role=FolderRole.JUNK, subject="read in junk"))
    store(ledger, letter(folder="INBOX", read_in_full=False, subject="header"))
    assert [(one.subject, one.role) for one in ledger.facts(LONG_AGO)] == [("read in junk", FolderRole.INBOX)]


def test_newer_rules_replace_what_older_rules_found(ledger: Ledger) -> None:
    store(ledger, letter(subject="old"))
    assert ledger.facts(LONG_AGO)[0].subject == "old"
    store(ledger, letter(subject="new"))
    assert ledger.facts(LONG_AGO)[0].subject == "new"


def test_two_copies_within_one_batch_are_one_message(ledger: Ledger) -> None:
    store(ledger, letter(read_in_full=False), letter(folder="Archive", role=FolderRole.ARCHIVE))
    assert [(one.folder, one.read_in_full) for one in ledger.facts(LONG_AGO)] == [("Archive", True)]


# ---------------------------------------------------------------------------------------------------- privacy


def test_of_mail_about_no_job_the_id_is_kept_and_nothing_that_it_says(path: Path, ledger: Ledger) -> None:
    newsletter = letter(1, topic=Topic.UNRELATED, sender_kind=SenderKind.BULK, subject="Forty percent off garden chairs")
    private = letter(2, topic=Topic.UNRELATED, read_in_full=False, subject="Results of your scan")
    store(ledger, newsletter, private)
    assert ledger.facts(LONG_AGO) == ()
    assert ledger.seen_ids([newsletter.id, private.id, "<other@test.example>"]) == {newsletter.id, private.id}
    assert ledger.seen_ids([newsletter.id, private.id], in_full=True) == {newsletter.id}
    assert b"garden chairs" not in contents_of_disk(path)
    assert b"Results of" not in contents_of_disk(path)


def test_a_hiring_message_that_turns_out_unrelated_loses_its_facts(path: Path, ledger: Ledger) -> None:
    store(ledger, letter(topic=Topic.HIRING, subject="Cello lessons", read_in_full=False))
    store(ledger, letter(topic=Topic.UNRELATED, sender_kind=SenderKind.BULK))
    assert ledger.facts(LONG_AGO) == ()


def test_a_sentence_that_no_finding_quotes_is_nowhere_on_disk(path: Path, ledger: Ledger) -> None:
    """The project's promise: no letter is stored, only the sentences that findings rest on."""
    secret = "My daughter starts chemotherapy on Monday, so I may be slow."
    text = f"Hi Rosa,\n\n{secret}\n\nYou will hear from us about the role by Friday.\n"
    body = Body(text=text, signature=secret, quoted=secret)
    found = understand(message(sent_at=NOW, subject="Data Engineer interview", body=body, id="<kept@test.example>"), OWNER)
    store(ledger, found)
    assert b"<kept@test.example>" in contents_of_disk(path)
    assert b"by Friday" in contents_of_disk(path), "the promise itself is kept, or the test would prove nothing"
    assert b"chemotherapy" not in contents_of_disk(path)


def test_an_erased_application_leaves_only_hashes_and_does_not_come_back(path: Path, ledger: Ledger) -> None:
    mine, answer = letter(1, subject="Violin maker at Fernhollow"), letter(2, in_reply_to="<1@test.example>")
    answer_to_answer = letter(3, in_reply_to="<2@test.example>")
    other = letter(4)
    store(ledger, mine, other)
    ledger.assign("fernhollow", [mine.id], "Fernhollow", NOW)
    ledger.assign("other", [other.id], "Other", NOW)
    ledger.add_correction(correction(application="fernhollow", value="violin by phone"))
    assert ledger.erase("fernhollow") == 1
    store(ledger, mine)
    store(ledger, answer)
    store(ledger, answer_to_answer)
    assert [one.id for one in ledger.facts(LONG_AGO)] == [other.id]
    assert ledger.known_ids() == {other.id: "other"}
    assert ledger.corrections() == ()
    for trace in (b"iolin", b"ernhollow", b"<1@test", b"<2@test", b"<3@test"):
        assert trace not in contents_of_disk(path)


def test_a_pass_that_was_under_way_writes_nothing_of_an_erased_application_back(path: Path, ledger: Ledger) -> None:
    """The daemon has read the facts, another command erases them, the daemon goes on with what it has in hand."""
    mine = letter(1, subject="Violin maker at Fernhollow")
    store(ledger, mine)
    ledger.assign("fernhollow", [mine.id], "Fernhollow", NOW)
    with Ledger.open(path) as command:
        command.erase("fernhollow")
    ledger.assign("fernhollow", [mine.id], "Fernhollow", NOW)
    nudge = Nudge(id=0, application="fernhollow", action=Action.FOLLOW_UP, rests_on=mine.id, push_at=NOW)
    assert ledger.plan_unless_erased(nudge, NOW, [mine.id]) is None
    assert (ledger.aliases(), ledger.known_ids(), ledger.nudges()) == ({}, {}, ())
    ledger.close()
    for trace in (b"iolin", b"ernhollow", b"<1@test"):
        assert trace not in contents_of_disk(path)


def test_what_is_left_of_an_application_keeps_its_name_when_one_letter_was_erased(ledger: Ledger) -> None:
    store(ledger, letter(1), letter(2))
    ledger.erase("none", [letter(1).id])
    ledger.assign("brightforge", [letter(1).id, letter(2).id], "Brightforge", NOW)
    assert (dict(ledger.aliases()), dict(ledger.known_ids())) == ({"brightforge": "Brightforge"}, {letter(2).id: "brightforge"})


def test_a_summary_that_named_the_erased_employer_loses_its_words(path: Path, ledger: Ledger) -> None:
    push = Push(title="Two more in your mail", body="Fernhollow and Brightforge.")
    told = ledger.announce("summary", "then", push, NOW, NOW)
    ledger.hand_out(told.id, lambda: True, ["phone"], NOW)
    ledger.record_delivery(told.id, "phone", True, "", NOW)
    waiting = ledger.announce("summary", "now", push, NOW, NOW)
    ledger.erase("fernhollow")
    left = ledger.notice(waiting.id)
    assert left is not None
    assert (left.push.title, left.push.body) == (push.title, "heardback status lists what each one needs.")
    assert b"ernhollow" not in contents_of_disk(path)


def test_corrections_that_speak_of_an_erased_application_go_with_it(ledger: Ledger) -> None:
    store(ledger, letter(1))
    ledger.add_correction(correction(application="kept", kind=CorrectionKind.MERGE, value="fernhollow"))
    ledger.add_correction(correction(application="kept", kind=CorrectionKind.SPLIT, value=letter(1).id))
    ledger.add_correction(correction(application="kept", kind=CorrectionKind.RENAME, value="Kept"))
    ledger.erase("fernhollow", [letter(1).id])
    assert [one.value for one in ledger.corrections()] == ["Kept"]


def test_two_ledgers_hash_the_same_id_differently(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        with Ledger.open(tmp_path / name) as one:
            store(one, letter())
            one.erase("x", [letter().id])
            digests |= {row[0] for row in one._rows("SELECT digest FROM erased")}
    assert len(digests) == 2


# ------------------------------------------------------------------------------------------------- mailboxes


def test_a_pass_with_a_gap_does_not_move_the_moment_up_to_which_silence_can_be_claimed(ledger: Ledger) -> None:
    ledger.note_completed("home", NOW)
    ledger.note_completed("home", NOW + timedelta(hours=1), ["Archive refused"])
    (state,) = ledger.mailbox_states()
    assert (state.complete_to, state.gaps) == (NOW, ("Archive refused",))
    ledger.note_completed("home", NOW + timedelta(hours=2))
    (state,) = ledger.mailbox_states()
    assert (state.complete_to, state.gaps) == (NOW + timedelta(hours=2), ())


def test_a_failure_is_dated_from_its_first_try_and_ends_with_a_pass(ledger: Ledger) -> None:
    ledger.note_failed("home", "refused", NOW)
    ledger.note_failed("home", "refused again", NOW + timedelta(hours=1))
    (state,) = ledger.mailbox_states()
    assert (state.last_error, state.failed_since) == ("refused again", NOW)
    ledger.note_completed("home", NOW + timedelta(hours=2))
    (state,) = ledger.mailbox_states()
    assert (state.last_error, state.failed_since) == (None, None)


def test_reading_anew_drops_the_cursor_and_keeps_the_facts(ledger: Ledger) -> None:
    store(ledger, letter())
    ledger.restart_reading("home")
    (state,) = ledger.mailbox_states()
    assert (ledger.cursor("home"), state.messages_seen, len(ledger.facts(LONG_AGO))) == (None, 0, 1)


# ------------------------------------------------------------------------------- applications and corrections


def test_an_assignment_can_move_and_a_name_can_change(ledger: Ledger) -> None:
    ledger.assign("acme", ["<1@x>", "<2@x>"], "Agency", NOW)
    ledger.assign("acme", ["<1@x>"], "Client", NOW)
    ledger.assign("beta", ["<2@x>"], "Beta", NOW)
    assert ledger.known_ids() == {"<1@x>": "acme", "<2@x>": "beta"}
    assert ledger.aliases() == {"acme": "Client", "beta": "Beta"}


def correction(**fields: Any) -> Correction:
    values: dict[str, Any] = {"id": 0, "application": "acme", "kind": CorrectionKind.SNOOZE, "made_at": NOW}
    return Correction(**(values | fields))


def test_a_correction_comes_back_as_it_was_told(ledger: Ledger) -> None:
    told = ledger.add_correction(
        correction(kind=CorrectionKind.PROMISE, value="by Friday week", on=date(2026, 3, 20), until=NOW + timedelta(days=3))
    )
    assert told.id > 0
    assert ledger.corrections() == (told,)


def test_undo_takes_back_what_was_entered_last_one_at_a_time(ledger: Ledger) -> None:
    first = ledger.add_correction(correction(value="first", made_at=NOW + timedelta(days=1)))
    second = ledger.add_correction(correction(value="second"))
    assert ledger.corrections() == (second, first), "in the order of the moments they speak of"
    assert ledger.undo_last_correction(NOW) == second
    assert ledger.corrections() == (first,)
    assert ledger.undo_last_correction(NOW) == first
    assert ledger.undo_last_correction(NOW) is None


def test_notes_and_the_version_of_the_rules_are_remembered(path: Path) -> None:
    with Ledger.open(path) as first:
        assert (first.rules_version, first.note("paused_until")) == (None, None)
        first.set_rules_version(7)
        first.set_note("paused_until", "tomorrow")
    with Ledger.open(path) as second:
        assert (second.rules_version, second.note("paused_until")) == (7, "tomorrow")
        second.set_note("paused_until", None)
        assert second.note("paused_until") is None


# ---------------------------------------------------------------------------------------------------- trouble


def test_a_full_disk_is_a_sentence_and_loses_nothing(ledger: Ledger) -> None:
    store(ledger, letter(1))
    (pages,) = ledger._row("PRAGMA page_count") or (0,)
    ledger._rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="disk is full") as caught:
        store(ledger, *(letter(number, subject="x" * 500) for number in range(2, 200)))
    assert caught.value.next_step != ""
    assert ledger.facts(LONG_AGO) == (letter(1),)


def test_a_read_only_disk_is_a_sentence(ledger: Ledger) -> None:
    ledger._rows("PRAGMA query_only = 1")
    with pytest.raises(LedgerError, match="read-only") as caught:
        store(ledger, letter())
    assert "rights" in caught.value.next_step


def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_was(path: Path) -> None:
    content = b"this is no database at all, but long enough to be looked at" * 20
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger.open(path)
    assert path.read_bytes() == content


def test_a_damaged_ledger_is_a_sentence_with_the_way_out(path: Path) -> None:
    with Ledger.open(path) as opened:
        store(opened, *(letter(number) for number in range(300)))
        opened._rows("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="damaged") as caught:
        _use(path)
    assert "backup" in caught.value.next_step


def _use(path: Path) -> None:
    with Ledger.open(path) as opened:
        opened.facts(LONG_AGO)
        store(opened, letter(5))


def test_damage_that_no_statement_has_met_yet_is_found_by_the_check_at_the_start(path: Path) -> None:
    with Ledger.open(path) as opened:
        store(opened, *(letter(number) for number in range(300)))
        opened.check()
        opened._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = opened._rows("PRAGMA page_count")[0]
    with path.open("r+b") as file:
        file.seek(4096 * (pages - 2))
        file.write(b"\xff" * 4096)
    with Ledger.open(path) as opened, pytest.raises(LedgerError, match="damaged") as caught:
        opened.check()
    assert caught.value.exit_status == 74


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photos (name TEXT)")
    other.close()
    with pytest.raises(LedgerError, match="another program"):
        Ledger.open(path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger.open(tmp_path / "file" / "ledger.sqlite3")


def test_a_lock_that_is_never_let_go_ends_in_a_sentence_after_the_time_limit(path: Path) -> None:
    with Ledger.open(path) as holder, Ledger.open(path, busy_timeout_s=0.05) as waiting:
        with holder._transaction(), pytest.raises(LedgerError, match="locked"):
            store(waiting, letter())
        store(waiting, letter())


def test_a_mistake_of_ours_is_not_dressed_up_as_the_disks(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        ledger._rows("SELECT * FROM nowhere")


def test_a_backup_is_a_whole_ledger_of_its_own(tmp_path: Path, ledger: Ledger) -> None:
    store(ledger, letter())
    copy = tmp_path / "backup.sqlite3"
    ledger.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(LedgerError, match="cannot be made"):
        ledger.backup(copy)
    with Ledger.open(copy) as restored:
        assert restored.facts(LONG_AGO) == (letter(),)


# ------------------------------------------------------------------------------------------------------ speed


def test_facts_are_parsed_once_and_again_only_when_they_changed(ledger: Ledger) -> None:
    store(ledger, letter(1), letter(2))
    first = ledger.facts(LONG_AGO)
    store(ledger, letter(2, subject="changed"))
    second = ledger.facts(LONG_AGO)
    assert first[0] is second[0]
    assert second[1].subject == "changed"


def test_thousands_of_messages_are_stored_within_seconds(ledger: Ledger) -> None:
    """The bound is ten times what a slow laptop needs: it is for the day when somebody commits per message."""
    started = time.monotonic()
    for start in range(0, 3_000, 500):
        batch = [
            letter(number, topic=Topic.UNRELATED, sender_kind=SenderKind.BULK) if number % 10 else letter(number)
            for number in range(start, start + 500)
        ]
        store(ledger, *batch)
    assert len(ledger.facts(LONG_AGO)) == 300
    assert time.monotonic() - started < 10


def test_facts_survive_json(ledger: Ledger) -> None:
    one = letter()
    assert from_json(to_json(one)) == one
    assert replace(from_json(to_json(one)), subject="x") == replace(one, subject="x")


def test_json_of_another_shape_is_a_sentence() -> None:
    with pytest.raises(LedgerError, match="cannot read"):
        from_json('{"id": "<1@x>"}')
