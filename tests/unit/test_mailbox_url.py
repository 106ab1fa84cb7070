"""The address of a mailbox in one line."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.errors import ConfigError, LoginRefused, UsageError
from heardback.mailbox.open import open_source
from heardback.mailbox.url import MailboxAddress, Scheme, is_loopback, parse_mailbox_url


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("imaps://rosa@mail.example", MailboxAddress(scheme=Scheme.IMAPS, host="mail.example", port=993, user="rosa")),
        ("imaps://r%40q.example@m.test:99", MailboxAddress(scheme=Scheme.IMAPS, host="m.test", port=99, user="r@q.example")),
        ("imaps://r@q.example@m.example/", MailboxAddress(scheme=Scheme.IMAPS, host="m.example", port=993, user="r@q.example")),
        ("IMAP+STARTTLS://r@mail.example", MailboxAddress(scheme=Scheme.IMAP_STARTTLS, host="mail.example", port=143, user="r")),
        ("imap://r@localhost:1143", MailboxAddress(scheme=Scheme.IMAP, host="localhost", port=1143, user="r")),
        ("imap://r@[::1]", MailboxAddress(scheme=Scheme.IMAP, host="::1", port=143, user="r")),
        ("imaps://r@[2001:db8::7]:9993", MailboxAddress(scheme=Scheme.IMAPS, host="2001:db8::7", port=9993, user="r")),
        ("gmail:", MailboxAddress(scheme=Scheme.GMAIL)),
        ("gmail:rosa@quill.example", MailboxAddress(scheme=Scheme.GMAIL, user="rosa@quill.example")),
        ("maildir:/home/rosa/mail", MailboxAddress(scheme=Scheme.MAILDIR, path=Path("/home/rosa/mail"))),
        ("maildir:///home/rosa/mail", MailboxAddress(scheme=Scheme.MAILDIR, path=Path("/home/rosa/mail"))),
        ("mbox:All mail: 2026.mbox", MailboxAddress(scheme=Scheme.MBOX, path=Path("All mail: 2026.mbox"))),
        ("eml:100%40", MailboxAddress(scheme=Scheme.EML, path=Path("100%40"))),
    ],
)  # fmt: skip
def test_an_address_is_read(text: str, address: MailboxAddress) -> None:
    assert parse_mailbox_url(text) == address


@pytest.mark.parametrize(
    ("text", "help_word"),
    [
        ("mail.example", "imaps://user@host"),
        ("imapss://rosa@mail.example", "Did you mean imaps:?"),
        ("mdir:/x", "Did you mean maildir:?"),
        ("pop3://rosa@mail.example", "imaps://user@host"),
        ("imaps:rosa@mail.example", "two slashes"),
        ("imaps://mail.example", "user"),
        ("imaps://@mail.example", "user"),
        ("imaps://rosa@", "server"),
        ("imaps://rosa@mail.example:many", "port"),
        ("imaps://rosa@mail.example:0", "port"),
        ("imaps://rosa@mail.example:70000", "port"),
        ("imaps://rosa@mail.example/Sent", "folder"),
        ("imap://rosa@mail.example", "imaps://rosa@mail.example"),
        ("maildir:", "path"),
        ("", "imaps://user@host"),
    ],
)
def test_a_wrong_address_is_refused_with_what_to_type_instead(text: str, help_word: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_mailbox_url(text)
    assert help_word in f"{refused.value} {refused.value.next_step}"


@pytest.mark.parametrize("text", ["imaps://rosa:hunter2@mail.example", "imaps://rosa%40q.example:hunter2@mail.example:993"])
def test_a_password_in_the_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_mailbox_url(text)
    said = f"{refused.value} {refused.value.next_step}"
    assert "password" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
        ("localhost.example", False), ("127.0.0.1.example", False), ("10.0.0.1", False), ("mail.example", False),
    ],
)  # fmt: skip
def test_loopback_is_this_machine_and_nothing_that_looks_like_it(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


@pytest.mark.parametrize("text", ["imaps://rosa%40quill.example@mail.example:9993", "maildir:/home/rosa/mail", "gmail:rosa"])
def test_an_address_names_itself_to_a_person(text: str) -> None:
    assert (
        str(parse_mailbox_url(text))
        == {
            "imaps": "rosa@quill.example at mail.example:9993",
            "maildir": "maildir:/home/rosa/mail",
            "gmail": "gmail:rosa",
        }[text.partition(":")[0]]
    )


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    for candidate in (text, f"imaps://{text}", f"imap://{text}@localhost", f"maildir:{text}"):
        with contextlib.suppress(UsageError):
            address = parse_mailbox_url(candidate)
            assert address.path is not None or address.scheme is Scheme.GMAIL or (address.host and address.user)


def test_gmail_without_a_grant_says_how_to_give_one_and_what_else_works() -> None:
    with pytest.raises(LoginRefused) as refused:
        open_source(parse_mailbox_url("gmail:"), name="rosa")
    assert "heardback auth" in refused.value.next_step
    assert "imaps://" in refused.value.next_step


def test_gmail_is_nowhere_but_at_google_or_in_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token would go there."""
    monkeypatch.setenv("HEARDBACK_GMAIL_ENDPOINT", "https://gmail.brightforge.example")
    with pytest.raises(ConfigError, match="another machine"):
        open_source(parse_mailbox_url("gmail:"), name="rosa", access_token=lambda fresh=False, /: "token")


def test_the_home_of_nobody_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="home of nobody"):
        parse_mailbox_url("maildir:~nobody-of-this-name/mail")
