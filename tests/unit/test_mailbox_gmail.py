"""What Gmail's answers mean, how fast it is asked, how far it was read, and a letter put together from its parts: values only."""

from __future__ import annotations

import base64
import email
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback import reading
from heardback.errors import LoginRefused, Unreachable
from heardback.fetching import PARKED_S, retry_delay_s
from heardback.mailbox.folders import EVERY_FOLDER
from heardback.mailbox.gmail_cursor import EVERY_ID, Listing, Progress, cursor_text, load_cursor
from heardback.mailbox.gmail_faults import Fault, Meaning, read_fault
from heardback.mailbox.gmail_message import decoded, folders_of, header_block, moves, raw_header, rebuilt, role_of_labels
from heardback.mailbox.gmail_pace import Pace, backoff_s
from heardback.model import FolderRole, Message

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def said(reason: str = "", message: str = "", **more: Any) -> bytes:
    return json.dumps({"error": {"message": message, "errors": [{"reason": reason}], **more}}).encode()


# -------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("status", "content", "meaning"),
    [
        (429, said("rateLimitExceeded"), Meaning.PASSING),
        (403, said("userRateLimitExceeded"), Meaning.PASSING),
        (403, json.dumps({"error": {"details": [{"reason": "RATE_LIMIT_EXCEEDED"}]}}).encode(), Meaning.PASSING),
        (500, b"", Meaning.PASSING),
        (503, b"<html>", Meaning.PASSING),
        (403, b"<html>our proxy says no</html>", Meaning.PASSING),
        (401, b"<html>log in to this network</html>", Meaning.PASSING),
        (403, said("dailyLimitExceeded"), Meaning.SPENT),
        (429, said("quotaExceeded"), Meaning.SPENT),
        (401, said("authError"), Meaning.TOKEN_REFUSED),
        (403, said("insufficientPermissions"), Meaning.REFUSED),
        (403, said("somethingNew"), Meaning.REFUSED),
        (400, said("failedPrecondition"), Meaning.REFUSED),
        (404, said("notFound"), Meaning.GONE),
        (400, said("invalidArgument"), Meaning.ODD),
        (302, b"", Meaning.ODD),
    ],
)
def test_an_answer_means_one_thing(status: int, content: bytes, meaning: Meaning) -> None:
    assert read_fault(status, content, None, NOW).meaning is meaning


@pytest.mark.parametrize(
    ("header", "message", "seconds"),
    [
        ("30", "", 30.0),
        ("Fri, 20 Mar 2026 12:02:00 GMT", "", 120.0),
        ("Fri, 20 Mar 2026 11:00:00 GMT", "", 0.0),
        ("soon", "", None),
        (None, "User-rate limit exceeded.  Retry after 2026-03-20T12:05:00.500Z", 300.5),
        (None, "Retry after 2026-99-20T12:05:00Z", None),
        ("7", "Retry after 2026-03-20T12:05:00Z", 7.0),
        (None, "", None),
    ],
)
def test_how_long_to_wait_is_said_in_three_ways(header: str | None, message: str, seconds: float | None) -> None:
    assert read_fault(429, said("rateLimitExceeded", message), header, NOW).retry_after_s == seconds


def test_a_days_quota_is_an_hours_rest() -> None:
    assert read_fault(403, said("dailyLimitExceeded"), None, NOW) == Fault(
        meaning=Meaning.SPENT, status=403, reason="dailyLimitExceeded", retry_after_s=3600.0
    )


@given(st.integers(300, 599), st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_any_answer_means_something(status: int, content: bytes, header: str | None) -> None:
    fault = read_fault(status, content, header, NOW)
    assert fault.retry_after_s is None or fault.retry_after_s >= 0


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["error", "errors", "details", "reason", "message"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_json_means_something(value: Any) -> None:
    assert read_fault(403, json.dumps(value).encode(), None, NOW).status == 403


# ---------------------------------------------------------------------------------------------------- pace


def test_a_burst_costs_no_time_and_then_the_rate_holds() -> None:
    pace = Pace(units_per_s=100.0, burst_units=1000.0)
    assert [pace.wait_s(500, 0.0), pace.wait_s(500, 0.0), pace.wait_s(500, 0.0)] == [0.0, 0.0, 5.0]
    assert pace.wait_s(100, 5.0) == 1.0
    assert pace.wait_s(1000, 500.0) == 0.0


@given(st.lists(st.tuples(st.integers(1, 125), st.floats(0.0, 3.0)), max_size=200))
def test_no_minute_holds_more_than_googles_share(steps: list[tuple[int, float]]) -> None:
    """15,000 units a minute, however the requests lie."""
    pace, now, sent = Pace(), 0.0, list[tuple[float, int]]()
    for units, later in steps * 20:
        now += later / 100
        now += pace.wait_s(units, now)
        sent.append((now, units))
    for start, _ in sent[::97]:
        assert sum(units for at, units in sent if start <= at < start + 60) <= 15_000 + 125


def test_rests_double_and_are_spread() -> None:
    assert [backoff_s(number, None, 0.0) for number in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert [backoff_s(number, None, 1.0) for number in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert backoff_s(1, 20.0, 0.5) == 20.5, "never before the time that was asked for"


def test_a_mailbox_is_not_read_before_the_time_that_its_server_named() -> None:
    assert retry_delay_s(Unreachable("x", retry_after_s=900.0), 1, 1.0) == 905.0
    assert retry_delay_s(Unreachable("x", retry_after_s=10**9), 1, 1.0) == PARKED_S
    assert retry_delay_s(Unreachable("x"), 1, 1.0) == 5.0
    assert retry_delay_s(LoginRefused("x"), 1, 1.0) == PARKED_S


# -------------------------------------------------------------------------------------------------- cursor


def test_a_cursor_comes_back_as_it_was() -> None:
    listing = Listing(since=NOW, mark="18e0", known=(("18d0", 30), (EVERY_ID, 12)))
    progress = Progress(account="a1", history="77", listing=listing, missing={"18e1": 3})
    assert load_cursor(cursor_text(progress)) == progress
    assert load_cursor(cursor_text(Progress(account="a1", history="77"))) == Progress(account="a1", history="77")
    assert load_cursor(None) is None


def test_a_cursor_of_another_kind_of_mailbox_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="imap"):
        load_cursor('{"kind": "imap", "folders": {}}')


def test_after_an_expired_history_the_unchanged_is_known() -> None:
    progress = Progress(account="a1", history="100")
    progress.list_again("200", NOW)
    assert progress.history == "200"
    assert progress.listing is not None
    assert progress.listing.is_known("18e0", 100)
    assert not progress.listing.is_known("18e0", 101)
    assert not progress.listing.is_known("18e0", 0), "no id of a change: rather twice than never"


def test_a_listing_that_expires_as_well_adds_what_it_read_to_what_it_knew() -> None:
    earlier = NOW - timedelta(days=9)
    progress = Progress(account="a1", history="100")
    progress.list_again("200", earlier)
    assert progress.listing is not None
    progress.listing.mark = "18e5"
    progress.list_again("300", NOW)
    assert progress.listing.since == earlier
    assert progress.listing.is_known("18e5", 200)
    assert progress.listing.is_known("18e6", 100)
    assert not progress.listing.is_known("18e6", 101)
    progress.listing.mark = "18e3"
    progress.list_again("400", NOW)
    assert progress.listing.known == (("18e3", 300), ("18e5", 200), (EVERY_ID, 100))


def test_what_is_known_twice_is_kept_once() -> None:
    progress = Progress(account="a1", history="100")
    for history in ("200", "300", "400"):
        progress.list_again(history, NOW)
    assert progress.listing is not None
    assert progress.listing.known == (("", 300), (EVERY_ID, 100))


# -------------------------------------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (["INBOX", "UNREAD", "CATEGORY_PERSONAL"], FolderRole.INBOX),
        (["SENT", "INBOX"], FolderRole.SENT),
        (["SPAM"], FolderRole.JUNK),
        (["Label_4"], FolderRole.ARCHIVE),
        ([], FolderRole.ARCHIVE),
        (["TRASH", "INBOX"], None),
        (["DRAFT"], None),
        (["CHAT"], None),
    ],
)
def test_labels_are_roles(labels: list[str], role: FolderRole | None) -> None:
    assert role_of_labels(labels) is role


def test_folders_are_named_as_on_gmails_page() -> None:
    names = {"Label_2": "Jobs/Brightforge", "Label_1": "Answered"}
    assert folders_of(["Label_2", "INBOX", "Label_1", "UNREAD"], names) == ["INBOX", "Answered", "Jobs/Brightforge"]
    assert folders_of(["STARRED", "CATEGORY_UPDATES"], names) == ["All Mail"]


def test_stars_and_categories_move_nothing() -> None:
    assert not moves(["UNREAD", "STARRED", "IMPORTANT", "CATEGORY_SOCIAL"])
    assert moves(["UNREAD", "Label_3"])


# ------------------------------------------------------------------------------------------------- messages


def test_a_line_break_in_a_value_begins_no_field() -> None:
    headers = [{"name": "Subject", "value": "Offer\r\nFrom: boss@brightforge.example"}, {"name": "X Bad", "value": "1"}]
    assert header_block({"headers": headers}) == b"Subject: Offer From: boss@brightforge.example\r\n\r\n"


def test_a_header_in_unicode_is_read() -> None:
    headers = [
        {"name": "From", "value": "Zoë Ortíz <zoe@brightforge.example>"},
        {"name": "SUBJECT", "value": "Entretien – jeudi"},
        {"name": "Received", "value": "from somewhere"},
        {"name": "Message-Id", "value": "<a@brightforge.example>"},
    ]
    resource = {"id": "18e0", "threadId": "18d0", "labelIds": ["INBOX"], "internalDate": "1774008000000", "sizeEstimate": 900}
    header = raw_header(resource, mailbox="rosa", names={}, choice=EVERY_FOLDER, header=header_block({"headers": headers}))
    assert header is not None
    assert (header.key, header.received_at, header.provider_thread) == ("18e0 900", NOW, "18d0")
    message = reading.read_header(header)
    assert isinstance(message, Message)
    assert message.sender is not None
    assert (message.sender.name, message.subject, message.id) == ("Zoë Ortíz", "Entretien – jeudi", "<a@brightforge.example>")


def part(kind: str, text: bytes = b"", *, headers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in (headers or {}).items()]
    body = {"data": base64.urlsafe_b64encode(text).decode(), "size": len(text)}
    return {"mimeType": kind, "filename": "", "headers": listed, "body": body, **more}


def test_a_large_letter_is_put_together_without_its_attachments() -> None:
    fetched: list[str] = []

    def attachment(attachment_id: str) -> bytes:
        fetched.append(attachment_id)
        return b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    text = part("text/plain", "Grüße".encode(), headers={"Content-Type": "text/plain; charset=iso-8859-1; format=flowed"})
    invite = part("text/calendar", b"BEGIN:VCALENDAR", headers={"Content-Type": 'text/calendar; method=REQUEST; charset="utf-8"'})
    payload = {
        "mimeType": "multipart/mixed",
        "headers": [
            {"name": "Subject", "value": "Your panel"},
            {"name": "Content-Type", "value": "multipart/mixed; boundary=old"},
        ],
        "parts": [
            {"mimeType": "multipart/alternative", "headers": [], "parts": [text, part("text/html", b"<p>x</p>"), invite]},
            {"mimeType": "application/pdf", "filename": "cv.pdf", "body": {"attachmentId": "A1", "size": 900_000}},
            {"mimeType": "application/octet-stream", "filename": "panel.ics", "body": {"attachmentId": "A2", "size": 40}},
            {"mimeType": "text/plain", "filename": "log.txt", "body": {"attachmentId": "A3", "size": 900_000}},
        ],
    }
    parsed = email.message_from_bytes(rebuilt(payload, attachment))
    assert [one.get_content_type() for one in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/octet-stream",
        "text/plain",
    ]
    assert fetched == ["A2"]
    plain, _, calendar, _, log = [one for one in parsed.walk() if not one.is_multipart()]
    assert (plain.get_payload(decode=True), plain.get_content_charset()) == ("Grüße".encode(), "utf-8")
    assert (calendar.get_param("method"), calendar.get_content_charset()) == ("REQUEST", "utf-8")
    assert log.get_payload() == ""
    assert parsed["Subject"] == "Your panel"
    assert all(not one.defects for one in parsed.walk())


def test_a_large_letter_of_one_part_keeps_its_first_64_kilobytes() -> None:
    payload = part("text/plain", b"a line of words\n" * 30_000, headers={"Subject": "Long", "Content-Type": "text/plain"})
    parsed = email.message_from_bytes(rebuilt(payload, lambda _: b""))
    assert parsed["Subject"] == "Long"
    assert 60_000 < len(str(parsed.get_payload())) <= 65_536


def test_a_text_that_is_not_unicode_keeps_its_own_charset() -> None:
    payload = part("text/plain", "Grüße".encode("latin-1"), headers={"Content-Type": "text/plain; charset=iso-8859-1"})
    parsed = email.message_from_bytes(rebuilt(payload, lambda _: b""))
    assert parsed.get_content_charset() == "iso-8859-1"


@given(st.binary(max_size=300))
def test_base64url_is_read_with_and_without_its_padding(content: bytes) -> None:
    text = base64.urlsafe_b64encode(content).decode()
    assert decoded(text) == decoded(text.rstrip("=")) == content


def test_what_is_no_base64_is_empty() -> None:
    assert decoded("a") == b""


_names = st.sampled_from(
    ["text/plain", "multipart/mixed", "image/png", "", "message/rfc822", "text/calendar", "multipart/\r\nX: y"]
)
_parts = st.recursive(
    st.fixed_dictionaries(
        {
            "mimeType": _names,
            "filename": st.text(max_size=8),
            "body": st.fixed_dictionaries({"data": st.text("aZ_-09", max_size=40)}),
        }
    ),
    lambda inner: st.fixed_dictionaries({"mimeType": _names, "parts": st.lists(inner, max_size=4)}),
    max_leaves=10,
)


@given(_parts, st.lists(st.fixed_dictionaries({"name": st.text(max_size=9), "value": st.text(max_size=20)}), max_size=4))
def test_any_letter_can_be_put_together_and_read(payload: dict[str, Any], headers: list[dict[str, str]]) -> None:
    content = rebuilt(payload | {"headers": headers}, lambda _: b"")
    assert content.startswith(b"MIME-Version: 1.0\r\n")
    email.message_from_bytes(content)
