"""What Gmail does to a reader on a bad day: each fault is survived, with no message missed, and told to whoever can mend it."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from heardback.errors import LoginRefused, Unreachable
from heardback.mailbox import gmail as gmail_module
from heardback.mailbox.gmail import GmailSource
from heardback.mailbox.gmail_pace import Pace
from heardback.mailbox.url import parse_mailbox_url
from heardback.model import FolderRole
from tests.contract.letters import DAY_ONE, heavy_letter, id_of, letter, message_id, unix
from tests.contract.test_sources import LONG_AGO, expected, ids, read
from tests.gmail_fake import FakeGmail, PatientClock, google_error, running_fake

TOO_FAST = google_error(429, "rateLimitExceeded", "Too many concurrent requests for user")


@pytest.fixture
def gmail() -> Iterator[FakeGmail]:
    with running_fake() as gmail:
        yield gmail


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


def opened(gmail: FakeGmail, clock: PatientClock, *, user: str = "", timeout_s: float = 20.0) -> GmailSource:
    return GmailSource(
        parse_mailbox_url(f"gmail:{user}"),
        name="rosa",
        access_token=gmail.token,
        endpoint=gmail.endpoint,
        clock=clock,
        timeout_s=timeout_s,
        pace=Pace(burst_units=100_000.0),
        chance=lambda: 0.5,
    )


@pytest.fixture
def source(gmail: FakeGmail, clock: PatientClock) -> Iterator[GmailSource]:
    source = opened(gmail, clock)
    yield source
    source.close()


# ------------------------------------------------------------------------------------------- an expired history


def test_an_expired_history_misses_nothing_and_reads_nothing_twice(gmail: FakeGmail, source: GmailSource) -> None:
    for number in range(1, 6):
        gmail.insert(letter(number), "INBOX")
    _, cursor, _ = read(source)
    gmail.insert(letter(6), "INBOX")
    gmail.insert(letter(7, sent_at=DAY_ONE - timedelta(days=30)), "INBOX")
    gmail.forget_history()
    gmail.insert(letter(8), "SENT")
    headers, cursor, gaps = read(source, cursor)
    assert (ids(headers), gaps) == (expected(6, 7, 8), [])
    assert read(source, cursor)[0] == []


def test_a_listing_after_an_expired_history_keeps_the_bound(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    _, cursor, _ = read(source, since=DAY_ONE)
    gmail.insert(letter(2, sent_at=DAY_ONE - timedelta(days=30)), "INBOX")
    gmail.insert(letter(3), "INBOX")
    gmail.forget_history()
    assert ids(read(source, cursor, since=DAY_ONE)[0]) == expected(3)


def test_a_history_that_expires_in_the_middle_of_a_first_reading_costs_nothing(
    gmail: FakeGmail, source: GmailSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_module, "BATCH_SIZE", 2)
    for number in range(1, 7):
        gmail.insert(letter(number), "INBOX")
    first = next(iter(source.headers_since(None, LONG_AGO)))
    gmail.insert(letter(7), "INBOX")
    gmail.forget_history()
    headers, _, _ = read(source, first.cursor)
    assert (ids(list(first.headers)), ids(headers)) == (expected(1, 2), expected(3, 4, 5, 6, 7))


def test_an_invalid_history_id_is_an_expired_one(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    _, cursor, _ = read(source)
    gmail.insert(letter(2), "INBOX")
    gmail.trouble("/history", 400, google_error(400, "invalidArgument", "Invalid startHistoryId"))
    assert ids(read(source, cursor)[0]) == expected(2)


def test_a_history_that_is_never_known_is_an_outage(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.trouble("/history", 404, google_error(404, "notFound"), times=None)
    with pytest.raises(Unreachable):
        read(source)


def test_an_expired_history_ends_a_wait(gmail: FakeGmail, source: GmailSource) -> None:
    read(source)
    gmail.forget_history()
    assert source.wait(threading.Event(), 1.0) is True


def test_news_that_are_broken_off_go_on_where_they_were(
    gmail: FakeGmail, source: GmailSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_module, "BATCH_SIZE", 2)
    _, cursor, _ = read(source)
    for number in range(1, 6):
        gmail.insert(letter(number), "INBOX")
    first = next(source.headers_since(cursor, LONG_AGO))
    assert (ids(list(first.headers)), ids(read(source, first.cursor)[0])) == (expected(1, 2), expected(3, 4, 5))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_in_between_every_message_is_read_once(
    gmail: FakeGmail, clock: PatientClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Mail comes, new and old, passes are broken off, histories expire, in any order. Ids in no order either."""
    monkeypatch.setattr(gmail_module, "BATCH_SIZE", 3)
    dice = random.Random(seed)
    number, cursor, got = 0, None, list[str]()
    expires = seed % 2 == 1
    for _ in range(12):
        for _ in range(dice.randrange(4)):
            number += 1
            is_old = number > 1 and not expires and dice.random() < 0.2 and cursor is not None
            sent_at = DAY_ONE - timedelta(days=500) if is_old else None
            gmail.insert(letter(number, sent_at=sent_at), "INBOX", message_id=f"{dice.getrandbits(64):016x}")
        if expires and dice.random() < 0.3:
            gmail.forget_history()
        source = opened(gmail, clock)
        kept = dice.randrange(1, 4)
        for index, batch in enumerate(source.headers_since(cursor, DAY_ONE - timedelta(days=100))):
            got += [id_of(header.header) for header in batch.headers]
            cursor = batch.cursor
            if index + 1 == kept:
                break
        source.close()
    source = opened(gmail, clock)
    got += [id_of(header.header) for header in read(source, cursor, DAY_ONE - timedelta(days=100))[0]]
    source.close()
    assert sorted(got) == expected(*range(1, number + 1))


# ------------------------------------------------------------------------------------------ too fast, or not well


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, TOO_FAST),
        (403, google_error(403, "userRateLimitExceeded")),
        (403, google_error(403, "rateLimitExceeded")),
        (500, google_error(500, "backendError")),
        (503, b"<html>Service Unavailable</html>"),
        (403, b"<html>unusual traffic</html>"),
    ],
)
@pytest.mark.parametrize("path", ["/profile", "/labels", r"/messages\?", "/history", "/batch"])
def test_what_passes_is_sat_out(
    gmail: FakeGmail, source: GmailSource, clock: PatientClock, status: int, body: bytes, path: str
) -> None:
    gmail.insert(letter(1), "INBOX")
    gmail.trouble(path, status, body, times=2)
    headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(1), [])
    assert clock.rests == [0.75, 1.5]


def test_rests_double_and_come_to_an_end(gmail: FakeGmail, source: GmailSource, clock: PatientClock) -> None:
    gmail.trouble("/profile", 503, times=None)
    with pytest.raises(Unreachable) as failed:
        read(source)
    assert clock.rests == [0.75, 1.5, 3.0, 6.0, 12.0]
    assert failed.value.retry_after_s is None


def test_what_google_asks_for_is_kept_to(gmail: FakeGmail, source: GmailSource, clock: PatientClock) -> None:
    gmail.trouble("/profile", 429, TOO_FAST, headers={"Retry-After": "17"})
    read(source)
    assert clock.rests == [17.5]


def test_a_long_rest_ends_the_pass_and_says_how_long(gmail: FakeGmail, source: GmailSource, clock: PatientClock) -> None:
    gmail.trouble("/profile", 429, TOO_FAST, headers={"Retry-After": "900"})
    with pytest.raises(Unreachable) as failed:
        read(source)
    assert (clock.rests, failed.value.retry_after_s) == ([], 900.0)


def test_a_quota_that_is_used_up_is_left_alone_for_an_hour(gmail: FakeGmail, source: GmailSource, clock: PatientClock) -> None:
    gmail.trouble("/batch", 403, google_error(403, "dailyLimitExceeded"))
    gmail.insert(letter(1), "INBOX")
    with pytest.raises(Unreachable) as failed:
        read(source)
    assert (clock.rests, failed.value.retry_after_s) == ([], 3600.0)


def test_an_outage_in_the_middle_keeps_what_was_read(
    gmail: FakeGmail, source: GmailSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_module, "BATCH_SIZE", 25)
    for number in range(1, 61):
        gmail.insert(letter(number), "INBOX")
    got, cursor = [], None
    batches = source.headers_since(None, LONG_AGO)
    first = next(batches)
    got, cursor = ids(list(first.headers)), first.cursor
    away = gmail.trouble("", 503, times=None)
    with pytest.raises(Unreachable):
        list(batches)
    gmail.troubles.remove(away)
    assert sorted(got + ids(read(source, cursor)[0])) == expected(*range(1, 61))


# ------------------------------------------------------------------------------------------------ half a batch


def test_only_the_items_of_a_batch_that_failed_are_asked_for_again(
    gmail: FakeGmail, source: GmailSource, clock: PatientClock
) -> None:
    for number in range(1, 11):
        gmail.insert(letter(number), "INBOX")
    gmail.trouble(r"/messages/\w+[37]\?", 429, TOO_FAST, times=3)
    headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(*range(1, 11)), [])
    assert gmail.count(r"GET .*/messages/") == 10 + 3
    assert all(rest > 0 for rest in clock.rests)


def test_a_message_that_is_gone_between_list_and_batch_is_no_gap(gmail: FakeGmail, source: GmailSource) -> None:
    gone = gmail.insert(letter(1), "INBOX")
    gmail.insert(letter(2), "INBOX")
    gmail.trouble(f"/messages/{gone}", 404, google_error(404, "notFound"), times=None)
    headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(2), [])


def test_a_message_that_gmail_cannot_give_is_a_gap_and_asked_for_again(gmail: FakeGmail, source: GmailSource) -> None:
    broken = gmail.insert(letter(1), "INBOX")
    gmail.insert(letter(2), "INBOX")
    trouble = gmail.trouble(f"/messages/{broken}", 500, google_error(500, "backendError"), times=None)
    headers, cursor, gaps = read(source)
    assert (ids(headers), gaps) == (expected(2), ["rosa: Gmail did not hand out one message."])
    gmail.troubles.remove(trouble)
    headers, cursor, gaps = read(source, cursor)
    assert (ids(headers), gaps) == (expected(1), [])
    assert "missing" not in json.loads(cursor)


def test_a_message_that_is_broken_for_good_does_not_make_us_blind_for_ever(gmail: FakeGmail, source: GmailSource) -> None:
    broken = gmail.insert(letter(1), "INBOX")
    gmail.insert(letter(2), "INBOX")
    gmail.trouble(f"/messages/{broken}", 500, google_error(500, "backendError"), times=None)
    cursor, told = None, []
    for _ in range(12):
        _, cursor, gaps = read(source, cursor)
        told.append(bool(gaps))
    assert told == [True] * 10 + [False] * 2


def test_an_item_that_is_left_out_of_the_answer_is_fetched_by_itself(gmail: FakeGmail, source: GmailSource) -> None:
    for number in range(1, 4):
        gmail.insert(letter(number), "INBOX")
    gmail.left_out = {gmail.insert(letter(4), "INBOX")}
    headers, _, gaps = read(source)
    assert (ids(headers), gaps) == (expected(1, 2, 3, 4), [])


def test_an_answer_that_is_cut_off_is_asked_for_again(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    gmail.trouble(r"/messages\?", 200, b'{"messages": [{"id": "18')
    gmail.trouble("/batch", 200, b"--half a bat", headers={"Content-Type": "multipart/mixed; boundary=half"})
    assert ids(read(source)[0]) == expected(1)


# ------------------------------------------------------------------------------------------------ dead grants


def test_a_token_that_has_run_out_is_renewed_once(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    gmail.good_tokens, gmail.renewed = {"token-2"}, "token-2"
    assert ids(read(source)[0]) == expected(1)


def test_a_token_that_runs_out_in_the_middle_is_renewed(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    (header,), cursor, _ = read(source)
    gmail.good_tokens, gmail.renewed = {"token-2"}, "token-2"
    assert [message.header.key for message in source.texts([header.key])] == [header.key]
    assert read(source, cursor)[0] == []


def test_a_renewed_token_that_is_refused_as_well_is_a_dead_grant(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.good_tokens, gmail.renewed = set(), "token-2"
    with pytest.raises(LoginRefused) as refused:
        read(source)
    assert "heardback auth" in refused.value.next_step
    assert gmail.count("/profile") == 2


def test_a_grant_that_cannot_be_renewed_is_told_as_it_came(gmail: FakeGmail, source: GmailSource) -> None:
    """``invalid_grant`` is for whoever renews to see."""
    gmail.good_tokens = set()
    with pytest.raises(LoginRefused, match="the grant has ended"):
        read(source)


def test_a_renewal_that_fails_by_an_outage_is_an_outage(gmail: FakeGmail, clock: PatientClock) -> None:
    def token(fresh: bool = False, /) -> str:
        raise Unreachable("rosa: Google's token server is away.")

    source = GmailSource(parse_mailbox_url("gmail:"), name="rosa", access_token=token, endpoint=gmail.endpoint, clock=clock)
    with pytest.raises(Unreachable, match="token server"):
        read(source)


@pytest.mark.parametrize(
    ("status", "reason", "advice"),
    [
        (403, "insufficientPermissions", "tick the box"),
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "tick the box"),
        (403, "accessNotConfigured", "Switch on the Gmail API"),
        (403, "domainPolicy", "administers"),
        (400, "failedPrecondition", "has no Gmail"),
        (403, "forbidden", "heardback auth"),
    ],
)
@pytest.mark.parametrize("path", ["/profile", "/messages/", "/batch"])
def test_a_refusal_is_told_with_its_remedy(
    gmail: FakeGmail, source: GmailSource, clock: PatientClock, status: int, reason: str, advice: str, path: str
) -> None:
    gmail.insert(letter(1), "INBOX")
    gmail.trouble(path, status, google_error(status, reason))
    with pytest.raises(LoginRefused) as refused:
        read(source)
    assert advice in refused.value.next_step
    assert clock.rests == []


def test_a_grant_for_another_account_is_refused(gmail: FakeGmail, clock: PatientClock) -> None:
    with pytest.raises(LoginRefused, match="another Google account"):
        read(opened(gmail, clock, user="somebody@quill.example"))
    source = opened(gmail, clock, user="Rosa@Quill.example")
    assert read(source)[0] == []
    source.close()


def test_another_account_behind_the_same_name_is_read_from_the_start(gmail: FakeGmail, source: GmailSource) -> None:
    """Its history ids and message ids mean nothing there."""
    gmail.insert(letter(1), "INBOX")
    _, cursor, _ = read(source)
    gmail.address = "rosa.quill@quill.example"
    assert ids(read(source, cursor)[0]) == expected(1)


# ---------------------------------------------------------------------------------------------------- the line


def test_a_gmail_that_hangs_is_away(gmail: FakeGmail, clock: PatientClock) -> None:
    gmail.hangs = True
    source = opened(gmail, clock, timeout_s=0.1)
    with pytest.raises(Unreachable, match="does not answer"):
        read(source)
    gmail.hangs = False
    source.close()


def test_a_gmail_that_is_not_there_is_away(gmail: FakeGmail, clock: PatientClock) -> None:
    source = GmailSource(
        parse_mailbox_url("gmail:"), name="rosa", access_token=gmail.token, endpoint="http://127.0.0.1:9", clock=clock
    )
    with pytest.raises(Unreachable, match="connection broke"):
        read(source)


def test_no_redirect_is_followed(gmail: FakeGmail, source: GmailSource) -> None:
    """The token would go with it."""
    gmail.trouble("/profile", 302, headers={"Location": f"{gmail.endpoint}/elsewhere"})
    with pytest.raises(Unreachable):
        read(source)
    assert gmail.count("/elsewhere") == 0


def test_what_answers_without_being_gmail_is_an_outage(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.trouble("/profile", 200, b"{}")
    with pytest.raises(Unreachable, match="not Gmail"):
        read(source)
    gmail.trouble("/profile", 200, b"<html>Welcome to our hotel</html>", times=None)
    with pytest.raises(Unreachable, match="cannot be read"):
        read(source)


# ------------------------------------------------------------------------------------------------ what is read


def test_nothing_but_questions_is_asked(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    gmail.insert(heavy_letter(2), "INBOX")
    headers, cursor, _ = read(source)
    list(source.texts([header.key for header in headers]))
    read(source, cursor)
    assert {asked.partition("?")[0] for asked in gmail.asked if not asked.startswith("GET ")} == {"POST /batch/gmail/v1"}
    assert all("snippet" not in asked for asked in gmail.asked)


def test_a_draft_that_is_being_written_costs_no_request(gmail: FakeGmail, source: GmailSource) -> None:
    _, cursor, _ = read(source)
    for number in range(1, 20):
        gmail.insert(letter(number), "DRAFT")
    before = gmail.count("/messages/")
    assert read(source, cursor)[0] == []
    assert gmail.count("/messages/") == before


def test_a_pass_with_nothing_new_asks_three_questions(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1), "INBOX")
    _, cursor, _ = read(source)
    gmail.asked.clear()
    read(source, cursor)
    assert [asked.partition("?")[0].rpartition("/")[2] for asked in gmail.asked] == ["profile", "labels", "history"]


def test_a_header_of_another_capitalisation_is_kept(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(letter(1).replace(b"To: rosa", b"TO: rosa").replace(b"Message-ID", b"MESSAGE-ID"), "INBOX")
    (header,), _, _ = read(source)
    assert (id_of(header.header), b"TO: rosa@quill.example" in header.header) == (message_id(1), True)
    assert b"X-Private" not in header.header


def test_a_large_letter_keeps_its_nesting_and_its_calendar(gmail: FakeGmail, source: GmailSource) -> None:
    gmail.insert(heavy_letter(1), "INBOX")
    (header,), _, _ = read(source)
    (message,) = source.texts([header.key])
    assert (message.is_partial, len(message.content) < 3_000) == (True, True)
    assert b"We will call you on Friday." in message.content
    assert b"BEGIN:VCALENDAR" in unix(message.content)
    assert gmail.count("/attachments/") == 1


def test_a_letter_that_leaves_spam_is_read_again_and_one_that_goes_there_too(gmail: FakeGmail, source: GmailSource) -> None:
    lost, found = gmail.insert(letter(1), "INBOX"), gmail.insert(letter(2), "SPAM")
    headers, cursor, _ = read(source)
    assert {header.role for header in headers} == {FolderRole.INBOX, FolderRole.JUNK}
    gmail.relabel(lost, add=("SPAM",), remove=("INBOX",))
    gmail.relabel(found, add=("INBOX",), remove=("SPAM",))
    headers, cursor, _ = read(source, cursor)
    assert {id_of(header.header): header.role for header in headers} == {
        message_id(1): FolderRole.JUNK,
        message_id(2): FolderRole.INBOX,
    }
    gmail.relabel(found, remove=("INBOX", "UNREAD"))
    assert read(source, cursor)[0] == [], "read and archived: nothing new"


def test_a_letter_out_of_the_bin_is_read(gmail: FakeGmail, source: GmailSource) -> None:
    binned = gmail.insert(letter(1), "TRASH")
    headers, cursor, _ = read(source)
    assert headers == []
    gmail.relabel(binned, add=("INBOX",), remove=("TRASH",))
    assert ids(read(source, cursor)[0]) == expected(1)
