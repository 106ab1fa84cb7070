"""A mailbox that is opened without a password: what its table means, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from heardback.cli.granting import access_token_for, client_of, grant_store_for
from heardback.config import MailboxSettings, parse
from heardback.errors import ConfigError, LoginRefused

OWNER = '[owner]\nname = "Rosa Quill"\naddresses = ["rosa@quill.example"]\ntimezone = "America/Toronto"\n'
IMAP = "imaps://rosa%40quill.example@imap.quill.example"


def mailbox_text(*lines: str, url: str = IMAP) -> str:
    return "\n".join((OWNER, "[[mailbox]]", 'name = "home"', f'url = "{url}"', *lines))


def mailbox(*lines: str, url: str = IMAP) -> MailboxSettings:
    (only,) = parse(mailbox_text(*lines, url=url)).mailboxes
    return only


@pytest.mark.parametrize(
    ("line", "url", "fault"),
    [
        ("oauth = {}", IMAP, "mailbox[1].oauth: name a provider, or a token_command; one of them"),
        (
            'oauth = { provider = "google", client_file = "x", token_command = "y" }',
            IMAP,
            "mailbox[1].oauth: name a provider, or a token_command; one of them",
        ),
        (
            'oauth = { provider = "google" }',
            IMAP,
            "mailbox[1].oauth: google needs client_file; config/README.md says how to make one",
        ),
        (
            'oauth = { provider = "microsoft" }',
            IMAP,
            "mailbox[1].oauth: microsoft needs client_id; config/README.md says how to make one",
        ),
        (
            'oauth = { provider = "microsoft", client_id = "x", testing = true }',
            IMAP,
            "mailbox[1].oauth: testing has no meaning for microsoft",
        ),
        ('oauth = { token_command = "x", keyring = true }', IMAP, "mailbox[1].oauth: keyring has no meaning for a token_command"),
        ('oauth = { token_command = "x \'y" }', IMAP, "mailbox[1].oauth: No closing quotation"),
        ('oauth = { provder = "google" }', IMAP, 'mailbox[1].oauth.provder: there is no such key; did you mean "provider"?'),
        ('oauth = { token_command = "x" }', "maildir:/mail", "mailbox[1].oauth: a mailbox that is a file needs none"),
        (
            'password = { env = "X" }\noauth = { token_command = "x" }',
            IMAP,
            "mailbox[1].oauth: stands beside a password; which of them opens the mailbox?",
        ),
        (
            "",
            "gmail:rosa@quill.example",
            'mailbox[1].oauth: is missing; gmail: asks for { provider = "google", client_file = "..." }',
        ),
        ('oauth = { provider = "microsoft", client_id = "x" }', "gmail:", "mailbox[1].oauth.provider: Gmail is Google's"),
    ],
)
def test_one_fault_is_told_in_one_sentence(line: str, url: str, fault: str) -> None:
    with pytest.raises(ConfigError) as told:
        parse(mailbox_text(line, url=url))
    assert told.value.faults == (fault,)


def test_microsoft_is_asked_for_imap_alone_at_the_tenant_that_was_named(tmp_path: Path) -> None:
    client = client_of(mailbox('oauth = { provider = "microsoft", client_id = "abc", tenant = "quill.example" }'))
    assert client.scopes == ("https://outlook.office.com/IMAP.AccessAsUser.All",)
    assert client.provider.token_url == "https://login.microsoftonline.com/quill.example/oauth2/v2.0/token"
    assert client.provider.is_by_code


def test_google_is_asked_for_all_of_the_mail_only_where_it_is_read_by_imap(tmp_path: Path) -> None:
    """And its client's file cannot lead elsewhere: the addresses in it are not believed."""
    file = tmp_path / "client.json"
    file.write_text(
        '{"installed": {"client_id": "abc", "client_secret": "def", "token_uri": "https://evil.test/token", "auth_uri": "x"}}'
    )
    line = f'oauth = {{ provider = "google", client_file = "{file}" }}'
    by_imap, by_interface = client_of(mailbox(line)), client_of(mailbox(line, url="gmail:rosa@quill.example"))
    assert by_imap.scopes == ("https://mail.google.com/",)
    assert by_interface.scopes == ("https://www.googleapis.com/auth/gmail.readonly",)
    assert by_imap.provider.token_url == "https://oauth2.googleapis.com/token"
    assert "def" not in repr(by_imap)


def test_a_command_has_no_grant_and_is_not_run_before_it_is_asked(tmp_path: Path) -> None:
    settings = mailbox('oauth = { token_command = ["/nonexistent/oama", "access"] }')
    assert grant_store_for(settings, tmp_path) is None
    token = access_token_for(settings, tmp_path)
    assert token is not None
    with pytest.raises(ConfigError, match=r"mailbox\[1\].oauth.token_command: the command /nonexistent/oama cannot be run"):
        token()


def test_a_mailbox_that_was_never_granted_says_which_command_asks(tmp_path: Path) -> None:
    token = access_token_for(mailbox('oauth = { provider = "microsoft", client_id = "abc" }'), tmp_path / "grants")
    assert token is not None
    with pytest.raises(LoginRefused, match="Microsoft was not asked") as refused:
        token()
    assert "heardback auth home" in refused.value.next_step


def test_grants_lie_beside_the_ledger() -> None:
    settings = parse(mailbox_text('oauth = { token_command = "x" }', "[ledger]", 'path = "/var/lib/x/ledger.sqlite3"'))
    assert settings.grants_path() == Path("/var/lib/x/grants")
