"""What every source must do, whatever lies behind it: one suite, inherited by each kind of mailbox.

The suite speaks to a ``Box``, the owner's side of the mailbox, and to the ``Source`` opened on it.
"""

from __future__ import annotations

import email
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback.mailbox.source import Batch, Source
from heardback.model import FolderRole, RawHeader
from tests.contract.boxes import Box, EmlBox, GmailBox, ImapBox, MaildirBox, MboxBox, WatchedBox, settle
from tests.contract.letters import DAY_ONE, heavy_letter, id_of, letter, message_id, unix
from tests.dovecot import Dovecot
from tests.gmail_emulator import GmailEmulator

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_users = itertools.count(1)


def read(source: Source, cursor: str | None = None, since: datetime = LONG_AGO) -> tuple[list[RawHeader], str, list[str]]:
    """One whole reading: headers, the last cursor, gaps."""
    batches = list(source.headers_since(cursor, since))
    return (
        [header for batch in batches for header in batch.headers],
        batches[-1].cursor,
        [gap for batch in batches for gap in batch.gaps],
    )


def ids(headers: list[RawHeader]) -> list[str]:
    return sorted(id_of(header.header) for header in headers)


def expected(*numbers: int) -> list[str]:
    return sorted(message_id(number) for number in numbers)


@contextmanager
def waiting(source: Source, stop: threading.Event, timeout_s: float) -> Iterator[Callable[[], tuple[bool, float]]]:
    """Wait in another thread; calling the given function joins it and gives its answer and when it came (monotonic)."""
    answers: list[tuple[bool, float]] = []

    def wait() -> None:
        answer = source.wait(stop, timeout_s)
        answers.append((answer, time.monotonic()))

    def joined() -> tuple[bool, float]:
        thread.join(timeout_s + 5)
        assert answers, "wait did not return"
        return answers[0]

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield joined
    finally:
        stop.set()
        thread.join(5)


class SourceContract:
    knows_messages_through_a_rewrite = True
    """An mbox that was written anew is read again: there, nothing tells its messages from new ones."""

    @pytest.fixture
    def bare_box(self) -> Box:
        raise NotImplementedError

    @pytest.fixture
    def box(self, bare_box: Box) -> Iterator[Box]:
        """Whatever a test does: nothing is marked as read, moved or changed by the source (Dovecot sees to that itself)."""
        if isinstance(bare_box, ImapBox):
            yield bare_box
            return
        box = WatchedBox(bare_box)
        yield box
        box.check()

    @pytest.fixture
    def source(self, box: Box) -> Iterator[Source]:
        source = box.open()
        yield source
        source.close()

    def test_an_empty_mailbox_gives_one_batch_without_headers(self, source: Source) -> None:
        batches = list(source.headers_since(None, LONG_AGO))
        assert [batch.headers for batch in batches] == [()]
        json.loads(batches[0].cursor)

    def test_every_message_comes_once_with_the_role_of_its_folder(self, box: Box, source: Source) -> None:
        for number, folder in enumerate(("INBOX", "INBOX", "Sent", "Archive", "Spam"), 1):
            box.deliver(letter(number), folder)
        headers, _, gaps = read(source)
        roles = {id_of(header.header): header.role for header in headers}
        assert gaps == []
        assert len(headers) == len(roles)
        assert roles == {
            message_id(1): FolderRole.INBOX,
            message_id(2): FolderRole.INBOX,
            message_id(3): FolderRole.SENT,
            message_id(4): FolderRole.ARCHIVE,
            message_id(5): FolderRole.JUNK,
        }

    def test_drafts_and_the_bin_are_never_read(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        box.deliver(letter(2), "Drafts")
        box.deliver(letter(3), "Trash")
        assert ids(read(source)[0]) == expected(1)

    def test_a_header_says_when_how_large_and_where(self, box: Box, source: Source) -> None:
        content = letter(1, sent_at=DAY_ONE)
        box.deliver(content, received_at=DAY_ONE)
        (header,), _, _ = read(source)
        assert header.received_at == DAY_ONE
        assert header.received_at.tzinfo is UTC
        assert header.mailbox == "rosa"
        assert abs(header.size_bytes - len(content)) < 150
        assert b"Subject: Letter 1" in header.header
        assert b"Hello Rosa" not in header.header

    def test_a_cursor_resumes_with_only_what_is_new(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        box.deliver(letter(2), "Sent")
        _, cursor, _ = read(source)
        assert read(source, cursor)[0] == []
        box.deliver(letter(3))
        box.deliver(letter(4), "Sent")
        headers, later, _ = read(source, cursor)
        assert ids(headers) == expected(3, 4)
        assert read(source, later)[0] == []

    def test_a_cursor_outlives_the_source_that_made_it(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        _, cursor, _ = read(source)
        box.deliver(letter(2))
        other = box.open()
        assert ids(read(other, cursor)[0]) == expected(2)
        other.close()

    def test_a_reading_that_is_broken_off_goes_on_from_its_last_batch(self, box: Box, source: Source) -> None:
        """Killed after any batch, the next start neither repeats nor loses a message, and keeps the bound of the first."""
        old = DAY_ONE - timedelta(days=900)
        box.deliver_many([letter(number, sent_at=old if number % 10 == 0 else None) for number in range(1, 1201)])
        got: list[RawHeader] = []
        cursor: str | None = None
        for _ in range(10):
            batches: Iterator[Batch] = iter(source.headers_since(cursor, DAY_ONE - timedelta(days=365)))
            batch = next(batches)
            assert len(batch.headers) <= 500
            got += batch.headers
            cursor = batch.cursor
            if next(batches, None) is None:
                break
        # A server says itself when a message came: only files go by its date.
        wanted = set(range(1, 1201)) if isinstance(box, ImapBox) else {number for number in range(1, 1201) if number % 10}
        assert ids(got) == expected(*wanted)

    def test_texts_may_be_asked_for_between_two_batches(self, box: Box, source: Source) -> None:
        box.deliver(letter(9001), "Sent")
        box.deliver_many([letter(number) for number in range(1, 701)])
        headers: list[RawHeader] = []
        for batch in source.headers_since(None, LONG_AGO):
            headers += batch.headers
            asked = sorted({header.key for header in (*headers[:1], *batch.headers[:3])})
            assert sorted(message.header.key for message in source.texts(asked)) == asked
        assert ids(headers) == expected(9001, *range(1, 701))

    def test_a_first_reading_leaves_out_what_came_before_its_bound(self, box: Box, source: Source) -> None:
        box.deliver(letter(1, sent_at=DAY_ONE - timedelta(days=2)), received_at=DAY_ONE - timedelta(days=2))
        box.deliver(letter(2, sent_at=DAY_ONE - timedelta(seconds=1)), received_at=DAY_ONE - timedelta(seconds=1))
        box.deliver(letter(3, sent_at=DAY_ONE), received_at=DAY_ONE)
        headers, cursor, _ = read(source, since=DAY_ONE)
        assert ids(headers) == expected(3)
        assert read(source, cursor, since=DAY_ONE)[0] == []

    def test_an_old_message_that_comes_later_is_read(self, box: Box, source: Source) -> None:
        """Moved from another account, say: the bound is for the first reading only."""
        box.deliver(letter(1, sent_at=DAY_ONE), received_at=DAY_ONE)
        _, cursor, _ = read(source, since=DAY_ONE)
        old = DAY_ONE - timedelta(days=700)
        box.deliver(letter(2, sent_at=old), received_at=old)
        assert ids(read(source, cursor, since=DAY_ONE)[0]) == expected(2)

    def test_texts_are_the_whole_message(self, box: Box, source: Source) -> None:
        for number in (1, 2, 3):
            box.deliver(letter(number, body="ein Gruß\n\n.\nFrom there on: silence\n"), "Sent" if number == 2 else "INBOX")
        headers, _, _ = read(source)
        messages = list(source.texts([header.key for header in headers]))
        assert ids([message.header for message in messages]) == expected(1, 2, 3)
        for message in messages:
            number = int(id_of(message.content)[2])
            assert (
                unix(message.content)
                .rstrip()
                .endswith(unix(letter(number, body="ein Gruß\n\n.\nFrom there on: silence\n")).rstrip())
            )
            assert not message.is_partial

    def test_a_text_bears_the_same_header_values_as_the_reading(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        (header,), _, _ = read(source)
        (message,) = source.texts([header.key])
        for field in ("key", "mailbox", "folder", "role", "received_at", "size_bytes"):
            assert getattr(message.header, field) == getattr(header, field), field

    def test_keys_are_the_same_on_every_reading(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        box.deliver(letter(2), "Sent")
        other = box.open()
        assert sorted(header.key for header in read(source)[0]) == sorted(header.key for header in read(other)[0])
        other.close()

    def test_a_large_message_comes_without_its_attachment(self, box: Box, source: Source) -> None:
        box.deliver(heavy_letter(1))
        (header,), _, _ = read(source)
        (message,) = source.texts([header.key])
        assert message.is_partial
        assert len(message.content) < 20_000
        parsed = email.message_from_bytes(message.content)
        assert parsed["Subject"] == "Letter 1"
        leaves = [part for part in parsed.walk() if not part.is_multipart()]
        texts = {part.get_content_type(): str(part.get_payload()).strip() for part in leaves}
        assert texts["text/plain"] == "We will call you on Friday."
        assert texts["text/html"] == "<p>We will call you on Friday.</p>"
        assert texts["application/octet-stream"].split() == ["BEGIN:VCALENDAR", "END:VCALENDAR"]
        assert texts.get("application/pdf", "") == ""
        assert [part.get_content_type() for part in parsed.walk()][:2] == ["multipart/mixed", "multipart/alternative"]
        assert all(not part.defects for part in parsed.walk())

    def test_a_message_that_is_gone_is_silently_missing(self, box: Box, source: Source) -> None:
        for number in (1, 2, 3):
            box.deliver(letter(number))
        headers, cursor, _ = read(source)
        box.delete(message_id(2))
        texts = list(source.texts([header.key for header in headers]))
        assert message_id(2) not in [id_of(message.content) for message in texts]
        if self.knows_messages_through_a_rewrite:
            assert ids([message.header for message in texts]) == expected(1, 3)
            assert read(source, cursor)[0] == []
        else:
            assert ids(read(source, cursor)[0]) == expected(1, 3)

    def test_nothing_is_changed_by_reading(self, box: Box, source: Source) -> None:
        for number, folder in enumerate(("INBOX", "Sent", "Spam"), 1):
            box.deliver(letter(number), folder)
        before = box.untouched()
        headers, cursor, _ = read(source)
        list(source.texts([header.key for header in headers]))
        source.wait(threading.Event(), 0.2)
        read(source, cursor)
        assert box.untouched() == before

    def test_waiting_ends_when_new_mail_comes(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        _, cursor, _ = read(source)
        settle()
        with waiting(source, threading.Event(), 10) as answer:
            time.sleep(0.3)
            box.deliver(letter(2))
            came_at = time.monotonic()
            assert answer()[0] is True
        assert answer()[1] - came_at < 3
        assert ids(read(source, cursor)[0]) == expected(2)

    def test_mail_between_reading_and_waiting_is_not_slept_through(self, box: Box, source: Source) -> None:
        read(source)
        settle()
        box.deliver(letter(1))
        started = time.monotonic()
        assert source.wait(threading.Event(), 10) is True
        assert time.monotonic() - started < 2

    def test_waiting_in_vain_takes_its_time_and_says_so(self, box: Box, source: Source) -> None:
        box.deliver(letter(1))
        settle()
        read(source)
        started = time.monotonic()
        assert source.wait(threading.Event(), 1.3) is False
        assert 1.25 < time.monotonic() - started < 2.5

    def test_stop_ends_a_wait_within_half_a_second(self, source: Source) -> None:
        settle()
        read(source)
        stop = threading.Event()
        with waiting(source, stop, 30) as answer:
            time.sleep(0.4)
            stopped_at = time.monotonic()
            stop.set()
            assert answer()[0] is False
        assert answer()[1] - stopped_at < 0.55

    def test_an_interruption_ends_a_wait_within_half_a_second(self, source: Source) -> None:
        settle()
        read(source)
        with waiting(source, threading.Event(), 30) as answer:
            time.sleep(0.4)
            asked_at = time.monotonic()
            source.interrupt()
            assert answer()[0] is True
        assert answer()[1] - asked_at < 0.55
        assert source.wait(threading.Event(), 0.3) is False

    def test_an_interruption_before_the_wait_is_not_lost(self, source: Source) -> None:
        settle()
        read(source)
        source.interrupt()
        started = time.monotonic()
        assert source.wait(threading.Event(), 10) is True
        assert time.monotonic() - started < 1

    def test_closing_twice_and_interrupting_after_it_do_no_harm(self, source: Source) -> None:
        read(source)
        source.close()
        source.close()
        source.interrupt()


class TestMaildir(SourceContract):
    @pytest.fixture
    def bare_box(self, tmp_path: Path) -> Box:
        return MaildirBox(tmp_path / "mail")


class TestEml(SourceContract):
    @pytest.fixture
    def bare_box(self, tmp_path: Path) -> Box:
        return EmlBox(tmp_path / "letters")


class TestMbox(SourceContract):
    knows_messages_through_a_rewrite = False

    @pytest.fixture
    def bare_box(self, tmp_path: Path) -> Box:
        return MboxBox(tmp_path / "All mail Including Spam and Trash.mbox")


@pytest.mark.dovecot
class TestImapOverTls(SourceContract):
    @pytest.fixture
    def bare_box(self, dovecot: Dovecot) -> Box:
        return ImapBox(dovecot, f"tls{next(_users)}", "imaps")


@pytest.mark.dovecot
class TestImapOverStartTls(SourceContract):
    @pytest.fixture
    def bare_box(self, dovecot: Dovecot) -> Box:
        return ImapBox(dovecot, f"starttls{next(_users)}", "imap+starttls")


@pytest.mark.gmail_emulator
class TestGmail(SourceContract):
    @pytest.fixture
    def bare_box(self, gmail_emulator: GmailEmulator) -> Box:
        return GmailBox(gmail_emulator)
