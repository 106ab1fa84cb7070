"""The way to a grant: the browser's way back, the address carried over by hand, the code typed in by msal, and the command."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from heardback.cli.auth import consent, has_browser, keep
from heardback.cli.session import open_session
from heardback.errors import CertificateRefused, LoginRefused, Unreachable, UsageError
from heardback.mailbox.consent import DeviceCode, Listener, grant_by_device_code, question_of, redeem, unheard_redirect
from heardback.mailbox.grants import GrantStore
from heardback.mailbox.oauth import Tokens, grant_of
from tests.dovecot import Dovecot, make_certificate, running_dovecot
from tests.end_to_end.test_commands import configure, heardback
from tests.oauth_server import SCOPE, OAuthServer

OUTLOOK = 'name = "home"\nurl = "imaps://alice@localhost:1"\noauth = { provider = "microsoft", client_id = "client-of-rosa" }'


@pytest.fixture
def provider() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


# --------------------------------------------------------------------------------------- by the browser


def test_the_browser_brings_the_answer_back_to_this_machine(provider: OAuthServer) -> None:
    client = provider.client()
    with Listener() as listener:
        question = question_of(client, redirect_uri=listener.redirect_uri, account="rosa@quill.example")
        assert listener.redirect_uri.startswith("http://127.0.0.1:")
        browser = threading.Thread(target=lambda: requests.get(provider.say_yes(question.url), timeout=5))
        browser.start()
        answer = listener.wait(question, 5)
        browser.join(5)
    assert answer is not None
    tokens = redeem(client, question, answer, mailbox="home")
    assert tokens.scopes == (SCOPE,)
    assert tokens.access_token
    assert tokens.refresh_token
    (asked,) = provider.asked("/authorize")
    assert (asked["access_type"], asked["prompt"], asked["login_hint"]) == ("offline", "consent", "rosa@quill.example")


def test_a_page_that_calls_on_the_port_without_the_state_is_passed_over(provider: OAuthServer) -> None:
    client = provider.client()
    with Listener() as listener:
        question = question_of(client, redirect_uri=listener.redirect_uri, account="")
        listener.wait(question, 0.01)
        for path in ("favicon.ico", "?code=stolen", "?code=stolen&state=guessed", "?error=access_denied&state="):
            assert requests.get(listener.redirect_uri + path, timeout=5).status_code == 404
        assert listener.wait(question, 0.05) is None
        answered = requests.get(provider.say_yes(question.url), timeout=5)
        assert answered.status_code == 200
        assert "close this page" in answered.text
        assert listener.wait(question, 5) is not None


def test_a_code_is_worth_nothing_without_the_secret_of_the_process_that_asked(provider: OAuthServer) -> None:
    client = provider.client()
    question = question_of(client, redirect_uri=unheard_redirect(), account="")
    answer = provider.say_yes(question.url)
    with pytest.raises(LoginRefused, match="invalid_grant"):
        redeem(client, replace(question, verifier="x" * 64), answer, mailbox="home")


def test_a_no_is_told_as_one(provider: OAuthServer) -> None:
    provider.says_no = True
    client = provider.client()
    question = question_of(client, redirect_uri=unheard_redirect(), account="")
    with pytest.raises(LoginRefused, match="you did not agree"):
        redeem(client, question, provider.say_yes(question.url), mailbox="home")
    assert provider.asked("/token") == []


@pytest.mark.parametrize(
    "answer", ["", "no address", "http://127.0.0.1:1/?code=x", "http://[", "http://127.0.0.1:1/?code=x&state=y"]
)
def test_an_address_that_answers_another_question_is_refused_before_it_is_used(provider: OAuthServer, answer: str) -> None:
    client = provider.client()
    question = question_of(client, redirect_uri=unheard_redirect(), account="")
    with pytest.raises(UsageError, match="not the address"):
        redeem(client, question, answer, mailbox="home")
    assert provider.asked("/token") == []


# ------------------------------------------------------------------------------------- carried over by hand


def test_without_a_terminal_the_link_waits_for_a_second_call_with_the_answer(
    provider: OAuthServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client, store = provider.client(), GrantStore(tmp_path / "grants", "home")
    with pytest.raises(LoginRefused, match="waits for your answer") as waiting:
        consent(client, store, account="rosa@quill.example", browser=False, port=None, answer=None)
    assert "--answer" in waiting.value.next_step
    (link,) = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  http")]
    asked = tmp_path / "grants" / "home.asked"
    assert asked.stat().st_mode & 0o777 == 0o600
    tokens = consent(client, store, account="", browser=None, port=None, answer=provider.say_yes(link))
    assert tokens.refresh_token
    assert not asked.exists()


def test_an_answer_without_a_question_says_what_comes_first(provider: OAuthServer, tmp_path: Path) -> None:
    store = GrantStore(tmp_path / "grants", "home")
    with pytest.raises(UsageError) as fault:
        consent(provider.client(), store, account="", browser=None, port=None, answer="http://127.0.0.1:1/?code=x")
    assert "--no-browser" in fault.value.next_step


def test_the_command_opens_the_browser_and_waits_for_it(
    provider: OAuthServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browse(link: str) -> bool:
        opened.append(link)
        threading.Thread(target=lambda: requests.get(provider.say_yes(link), timeout=5)).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    store = GrantStore(tmp_path / "grants", "home")
    assert consent(provider.client(), store, account="", browser=True, port=None, answer=None).refresh_token
    assert opened[0] in capsys.readouterr().out


def test_a_port_that_is_taken_is_told_before_anything_is_asked(provider: OAuthServer, tmp_path: Path) -> None:
    store = GrantStore(tmp_path / "grants", "home")
    with Listener() as other, pytest.raises(UsageError, match="is taken"):
        consent(provider.client(), store, account="", browser=False, port=other.port, answer=None)


def test_a_browser_is_only_opened_where_it_would_be_seen() -> None:
    assert has_browser({"DISPLAY": ":0"})
    assert not has_browser({"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"})
    assert not has_browser({})


# ------------------------------------------------------------------------------------- what was granted


@pytest.fixture
def session_file(tmp_path: Path) -> Path:
    client = tmp_path / "client.json"
    client.write_text('{"installed": {"client_id": "client-of-rosa", "client_secret": "no-secret"}}')
    mailbox = (
        'name = "home"\nurl = "imaps://alice@localhost:1"\n'
        f'oauth = {{ provider = "google", client_file = "{client}", testing = true }}'
    )
    return configure(tmp_path, mailbox, ledger=tmp_path / "state" / "ledger.sqlite3")


def test_a_grant_of_a_client_in_testing_knows_its_end(provider: OAuthServer, session_file: Path) -> None:
    tokens = _tokens(provider)
    with open_session(session_file) as session:
        (mailbox,) = session.settings.mailboxes
        store = GrantStore(session.settings.grants_path(), "home")
        grant = keep(session, mailbox, provider.client(), store, tokens)
        assert store.load() == grant
    assert grant.ends_at == grant.granted_at + timedelta(days=7)


def test_the_providers_own_word_about_the_end_counts_before_the_configuration(provider: OAuthServer) -> None:
    provider.ends_in_s = 86400
    tokens = _tokens(provider)
    from heardback.clock import SystemClock

    grant = grant_of(provider.client(), tokens, SystemClock().now(), timedelta(days=7))
    assert grant.ends_at == grant.granted_at + timedelta(days=1)


def test_a_box_left_unticked_or_a_grant_without_renewal_is_not_kept(provider: OAuthServer, session_file: Path) -> None:
    with open_session(session_file) as session:
        (mailbox,) = session.settings.mailboxes
        store = GrantStore(session.settings.grants_path(), "home")
        provider.granted_scope = "openid"
        with pytest.raises(LoginRefused, match="less than reading takes"):
            keep(session, mailbox, provider.client(), store, _tokens(provider))
        provider.granted_scope, provider.gives_refresh_token = SCOPE, False
        with pytest.raises(LoginRefused, match="no way to renew"):
            keep(session, mailbox, provider.client(), store, _tokens(provider))
        assert store.load() is None


def _tokens(provider: OAuthServer) -> Tokens:
    client = provider.client()
    question = question_of(client, redirect_uri=unheard_redirect(), account="")
    return redeem(client, question, provider.say_yes(question.url), mailbox="home")


# ------------------------------------------------------------------------------------- by a code, with msal


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[OAuthServer]:
    make_certificate(tmp_path)
    with OAuthServer(certificate=tmp_path / "certificate.pem") as server:
        yield server


@pytest.fixture
def browser(authority: OAuthServer) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.verify, session.trust_env = str(authority.certificate), False
        yield session


def test_a_code_is_shown_and_tokens_come_once_it_was_typed_in(authority: OAuthServer, browser: requests.Session) -> None:
    authority.device_answers = ["authorization_pending", "authorization_pending"]
    shown: list[DeviceCode] = []
    tokens = grant_by_device_code(authority.client(is_by_code=True), shown.append, mailbox="home", http_client=browser)
    assert shown == [DeviceCode(page="https://provider.test/device", code="WDJB-MJHT", minutes=15)]
    assert tokens.refresh_token
    assert tokens.scopes == (SCOPE,)
    (asked,) = authority.asked("/device")
    assert SCOPE in asked["scope"].split()
    assert "offline_access" in asked["scope"].split()


@pytest.mark.parametrize(
    ("said", "words"),
    [("authorization_declined", "did not agree"), ("expired_token", "run out"), ("invalid_client", "does not know the client")],
)
def test_a_code_that_was_refused_or_ran_out_is_told_apart(
    authority: OAuthServer, browser: requests.Session, said: str, words: str
) -> None:
    authority.device_answers = [said]
    with pytest.raises(LoginRefused, match=words):
        grant_by_device_code(authority.client(is_by_code=True), lambda _: None, mailbox="home", http_client=browser)


def test_an_authority_that_is_away_is_an_outage(authority: OAuthServer, browser: requests.Session) -> None:
    client = authority.client(is_by_code=True)
    authority.outage = 503
    with pytest.raises(Unreachable):
        grant_by_device_code(client, lambda _: None, mailbox="home", http_client=browser)
    with pytest.raises(CertificateRefused):
        grant_by_device_code(client, lambda _: None, mailbox="home", http_client=_stranger())
    authority.close()
    with pytest.raises(Unreachable):
        grant_by_device_code(client, lambda _: None, mailbox="home", http_client=browser)


def _stranger() -> requests.Session:
    """One that does not know the authority's certificate."""
    session = requests.Session()
    session.trust_env = False
    return session


# ------------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("elsewhere",), 2, "There is: home"),
        (("home", "--answer", "http://127.0.0.1:1/?code=x"), 2, "for Google"),
        (("home", "--forget"), 0, "there was no grant"),
    ],
)
def test_what_the_command_cannot_do_it_says_with_the_next_step(
    tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    done = heardback("auth", "--config", str(configure(tmp_path, OUTLOOK)), *arguments)
    assert (done.returncode, words in done.stdout + done.stderr) == (status, True), done


def test_a_mailbox_with_a_password_has_nothing_to_grant(tmp_path: Path) -> None:
    config = configure(tmp_path, f'name = "home"\nurl = "maildir:{tmp_path}"')
    done = heardback("auth", "--config", str(config), "home")
    assert done.returncode == 2
    assert "without a grant" in done.stderr


def test_a_client_file_that_is_none_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "client.json").write_text('{"web": {}}')
    for name, words in (("client.json", "Desktop app"), ("missing.json", "cannot be read")):
        mailbox = (
            'name = "home"\nurl = "imaps://alice@localhost:1"\n'
            f'oauth = {{ provider = "google", client_file = "{tmp_path / name}" }}'
        )
        done = heardback("auth", "--config", str(configure(tmp_path, mailbox)), "home")
        assert done.returncode == 78
        assert "mailbox[1].oauth.client_file" in done.stderr
        assert words in done.stderr


def test_the_link_is_googles_and_asks_for_no_more_than_the_mailbox_takes(session_file: Path, tmp_path: Path) -> None:
    done = heardback("auth", "--config", str(session_file), "home", "--no-browser")
    assert done.returncode == 77
    assert "  https://accounts.google.com/o/oauth2/v2/auth?" in done.stdout
    assert "scope=https%3A%2F%2Fmail.google.com%2F&" in done.stdout
    assert "--answer" in done.stderr
    session_file.write_text(session_file.read_text().replace("imaps://alice@localhost:1", "gmail:rosa@quill.example"))
    done = heardback("auth", "--config", str(session_file), "home", "--no-browser")
    assert "scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.readonly&" in done.stdout


@pytest.mark.dovecot
def test_a_mailbox_by_token_command_is_tried_and_read(provider: OAuthServer, tmp_path: Path) -> None:
    server_folder = tmp_path / "server"
    server_folder.mkdir()
    with running_dovecot(server_folder, introspection_url=provider.introspection_url) as dovecot:
        (tmp_path / "token").write_text(_tokens(provider).access_token + "\n")
        config = configure(tmp_path, _by_command(dovecot, f'["cat", "{tmp_path / "token"}"]'))
        done = heardback("auth", "--config", str(config), "home")
        assert (done.returncode, done.stderr) == (0, "")
        assert "mailbox home: logged in" in done.stdout
        assert 0 == heardback("scan", "--config", str(config)).returncode
        (tmp_path / "token").write_text("stale\n")
        done = heardback("check", "--config", str(config))
        assert done.returncode == 77
        assert "refused the access token" in done.stdout
        config = configure(tmp_path, _by_command(dovecot, '["false"]'))
        done = heardback("check", "--config", str(config))
        assert done.returncode == 78
        assert "mailbox[1].oauth.token_command" in done.stdout


def _by_command(dovecot: Dovecot, command: str) -> str:
    return (
        f'name = "home"\nurl = "{dovecot.url("alice")}"\nca_file = "{dovecot.ca_file}"\noauth = {{ token_command = {command} }}'
    )


def test_check_says_how_a_grant_stands(provider: OAuthServer, session_file: Path) -> None:
    done = heardback("check", "--config", str(session_file))
    assert done.returncode == 77
    assert "was not asked for a grant yet" in done.stdout
    assert "heardback auth home" in done.stdout
