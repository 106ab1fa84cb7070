"""Mailboxes that are opened by a grant: a real Dovecot, a provider on loopback that it asks about tokens, real files."""

from __future__ import annotations

import io
import logging
import stat
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heardback import log
from heardback.errors import LoginRefused, Unreachable
from heardback.mailbox.grants import Grant, GrantStore
from heardback.mailbox.imap import ImapSource
from heardback.mailbox.oauth import AccessToken, CommandToken, GrantedToken, ask_for_tokens, grant_of
from heardback.mailbox.url import parse_mailbox_url
from tests.dovecot import Dovecot, running_dovecot
from tests.end_to_end.daemon import Daemon, MovableClock, wait_until
from tests.oauth_server import OAuthServer
from tests.receiver import Receiver

pytestmark = pytest.mark.dovecot

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
USER = "alice"


@dataclass(frozen=True, slots=True)
class House:
    """A provider, and the server that believes its tokens."""

    provider: OAuthServer
    dovecot: Dovecot


@pytest.fixture(params=["oauthbearer", "xoauth2"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    with (
        OAuthServer(user=USER) as provider,
        tempfile.TemporaryDirectory(prefix="heardback-dovecot-", ignore_cleanup_errors=True) as folder,
        running_dovecot(Path(folder), introspection_url=provider.introspection_url, token_mechanisms=request.param) as dovecot,
    ):
        dovecot.deliver(USER, "INBOX", b"Subject: hello\r\n\r\nhello\r\n", received_at=NOW - timedelta(hours=1))
        yield House(provider, dovecot)


only_one_mechanism = pytest.mark.parametrize("house", ["oauthbearer"], indirect=True)


@dataclass(slots=True)
class HastyClock(MovableClock):
    """Waits between two tries last a tenth of what they say."""

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        return stop.wait(timeout_s / 10)


@dataclass(slots=True)
class CountedToken:
    """What a reader was given, and how often it asked for a fresh one."""

    token: AccessToken
    fresh: int = 0
    plain: int = 0

    def __call__(self, fresh: bool = False, /) -> str:
        self.fresh += fresh
        self.plain += not fresh
        return self.token(fresh)


@dataclass(slots=True)
class Granted:
    """A mailbox whose owner has said yes."""

    house: House
    folder: Path
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    def __post_init__(self) -> None:
        self.grant()

    @property
    def store(self) -> GrantStore:
        return GrantStore(self.folder / "grants", "home")

    @property
    def file(self) -> Path:
        return self.folder / "grants" / "home.json"

    def grant(self) -> None:
        """By the consent page, as `heardback auth` would."""
        from heardback.mailbox.consent import question_of, redeem, unheard_redirect

        client = self.house.provider.client()
        question = question_of(client, redirect_uri=unheard_redirect(), account=USER)
        tokens = redeem(client, question, self.house.provider.say_yes(question.url), mailbox="home")
        self.store.save(grant_of(client, tokens, self.clock.now(), None))

    def token(self) -> CountedToken:
        return CountedToken(GrantedToken(self.house.provider.client(), self.store, self.clock))

    def source(self, token: AccessToken | None = None) -> ImapSource:
        dovecot = self.house.dovecot
        return ImapSource(
            parse_mailbox_url(dovecot.url(USER)), name="home", access_token=token or self.token(), ca_file=dovecot.ca_file
        )


@pytest.fixture
def granted(house: House, tmp_path: Path) -> Granted:
    return Granted(house, tmp_path)


def count(source: ImapSource) -> int:
    return sum(len(batch.headers) for batch in source.headers_since(None, LONG_AGO))


def renewals(house: House) -> int:
    return sum(form["grant_type"] == "refresh_token" for form in house.provider.asked("/token"))


# ------------------------------------------------------------------------------------------------ logging in


def test_a_token_opens_the_mailbox_by_what_the_server_offers(granted: Granted) -> None:
    source = granted.source()
    try:
        assert count(source) == 1
    finally:
        source.close()
    assert renewals(granted.house) == 0


def test_a_refused_token_is_renewed_once_and_the_mailbox_read(granted: Granted) -> None:
    """A provider takes tokens back before their time: after a change of password, for one."""
    granted.house.provider.expire_access_tokens()
    token = granted.token()
    source = granted.source(token)
    try:
        assert count(source) == 1
    finally:
        source.close()
    assert (token.plain, token.fresh, renewals(granted.house)) == (1, 1, 1)


def test_a_token_that_is_refused_fresh_from_the_provider_is_a_refused_login(granted: Granted) -> None:
    """The server's answer came after the challenge was answered: a client that does not is cut off, and would try for ever."""
    granted.house.provider.user = "somebody-else"
    token = granted.token()
    source = granted.source(token)
    with pytest.raises(LoginRefused) as refused:
        count(source)
    assert "refused the access token" in str(refused.value)
    assert "heardback auth home" in refused.value.next_step
    assert (token.plain, token.fresh, renewals(granted.house)) == (1, 1, 1)


def test_a_command_that_prints_the_same_refused_token_again_is_not_tried_twice(house: House) -> None:
    calls = []
    token = CommandToken(lambda: calls.append(1) or "stale-token", "home")  # type: ignore[func-returns-value]
    source = ImapSource(
        parse_mailbox_url(house.dovecot.url(USER)), name="home", access_token=token, ca_file=house.dovecot.ca_file
    )
    with pytest.raises(LoginRefused, match="refused the access token"):
        count(source)
    assert len(calls) == 2
    assert len(house.provider.asked("/introspect")) == 1


@only_one_mechanism
def test_a_server_that_cannot_ask_about_tokens_is_unreachable_and_nothing_is_renewed(granted: Granted) -> None:
    granted.house.provider.introspection_is_away = True
    source = granted.source()
    with pytest.raises(Unreachable):
        count(source)
    assert renewals(granted.house) == 0


@only_one_mechanism
def test_a_server_without_tokens_says_what_to_do_instead(granted: Granted, dovecot: Dovecot) -> None:
    source = ImapSource(parse_mailbox_url(dovecot.url(USER)), name="home", access_token=granted.token(), ca_file=dovecot.ca_file)
    with pytest.raises(LoginRefused, match="takes no access tokens"):
        count(source)


# ---------------------------------------------------------------------------------------------- renewing


def test_a_session_that_ends_with_its_token_goes_on_with_a_new_one(granted: Granted) -> None:
    token = granted.token()
    source = granted.source(token)
    try:
        assert count(source) == 1
        granted.house.provider.expire_access_tokens()
        granted.house.dovecot.kick()
        with pytest.raises(Unreachable):
            count(source)
        assert count(source) == 1
    finally:
        source.close()
    assert renewals(granted.house) == 1


@only_one_mechanism
def test_a_token_is_renewed_before_it_runs_out_and_not_sooner(granted: Granted) -> None:
    token = granted.token()
    first = token()
    granted.clock.put(NOW + timedelta(minutes=54))
    assert token() == first
    granted.clock.put(NOW + timedelta(minutes=56))
    assert token() != first
    assert renewals(granted.house) == 1


@only_one_mechanism
def test_a_refresh_token_that_is_replaced_at_each_use_is_kept(granted: Granted) -> None:
    granted.house.provider.rotates = True
    for hour in range(1, 4):
        granted.clock.put(NOW + timedelta(hours=hour))
        granted.token()()
    assert renewals(granted.house) == 3


@only_one_mechanism
def test_two_who_were_refused_with_one_token_renew_it_once(granted: Granted) -> None:
    service, command = granted.token(), granted.token()
    assert service() == command()
    assert service(True) == command(True)
    assert renewals(granted.house) == 1


@only_one_mechanism
def test_many_at_once_renew_once(granted: Granted) -> None:
    granted.house.provider.rotates = True
    granted.clock.put(NOW + timedelta(hours=2))
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(granted.token()())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(tokens), len(set(tokens)), renewals(granted.house)) == (8, 1, 1)


# --------------------------------------------------------------------------------- dead, or only away


@only_one_mechanism
@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required", "consent_required"])
def test_a_grant_that_the_provider_ends_is_a_refused_login_that_names_the_next_step(granted: Granted, error: str) -> None:
    granted.house.provider.error = error
    granted.clock.put(NOW + timedelta(hours=2))
    with pytest.raises(LoginRefused) as refused:
        granted.token()()
    assert error in str(refused.value)
    assert "heardback auth home" in refused.value.next_step
    assert "rosa@" not in str(refused.value)


@only_one_mechanism
@pytest.mark.parametrize("status", [500, 502, 503, 429, 403, 401, 302, 200])
def test_an_outage_leaves_the_grant_as_it_is_and_passes(granted: Granted, status: int) -> None:
    """Whatever answers without JSON stands between us and the provider: a proxy, a hotel's sign-in page."""
    before = granted.file.read_bytes()
    granted.clock.put(NOW + timedelta(hours=2))
    granted.house.provider.outage = status
    with pytest.raises(Unreachable):
        granted.token()()
    assert granted.file.read_bytes() == before
    granted.house.provider.outage = None
    assert granted.token()()


@only_one_mechanism
def test_an_outage_while_the_token_still_has_minutes_is_not_noticed(granted: Granted) -> None:
    token = granted.token()
    first = token()
    granted.house.provider.outage = 503
    granted.clock.put(NOW + timedelta(minutes=57))
    assert token() == first
    with pytest.raises(Unreachable):
        token(True)


@only_one_mechanism
def test_a_provider_that_nobody_can_reach_is_an_outage(granted: Granted) -> None:
    token = granted.token()
    granted.clock.put(NOW + timedelta(hours=2))
    granted.house.provider.close()
    with pytest.raises(Unreachable, match="does not answer"):
        token()


@only_one_mechanism
def test_a_client_that_was_deleted_is_looked_for_in_the_configuration(granted: Granted) -> None:
    client = replace(granted.house.provider.client(), client_id="another")
    with pytest.raises(LoginRefused, match="does not know the client") as refused:
        ask_for_tokens(client, {"grant_type": "refresh_token", "refresh_token": "x"}, mailbox="home")
    assert "client_id" in refused.value.next_step


# --------------------------------------------------------------------------------------- what is left behind


@only_one_mechanism
def test_the_grant_is_closed_to_others_whatever_the_folder_was_before(granted: Granted, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    grant = granted.store.load()
    assert grant is not None
    store = GrantStore(folder, "home")
    store.save(grant)
    with store.locked():
        assert store.load() == grant
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"open": 0o700, "home.json": 0o600, "home.lock": 0o600}


def test_no_token_is_in_any_log_or_message(granted: Granted) -> None:
    """At the lowest level, with all libraries speaking: consent, login, refusal, renewal, and the end of the grant."""
    stream = io.StringIO()
    raw = io.StringIO()
    spy = logging.StreamHandler(raw)
    root = logging.getLogger()
    level = root.level
    log.configure(logging.DEBUG, stream, {})
    root.addHandler(spy)
    words = []
    try:
        granted.grant()
        granted.house.provider.expire_access_tokens()
        source = granted.source()
        count(source)
        source.close()
        granted.house.provider.end_grants()
        with pytest.raises(LoginRefused) as refused:
            count(granted.source())
        words += [str(refused.value), refused.value.next_step, repr(granted.store.load())]
        logging.getLogger("test").error("parked", exc_info=refused.value)
    finally:
        root.removeHandler(spy)
        root.setLevel(level)
        for handler in [handler for handler in root.handlers if getattr(handler, "stream", None) is stream]:
            root.removeHandler(handler)
    said = "\n".join([stream.getvalue(), raw.getvalue(), *words])
    assert "parked" in said
    assert len(granted.house.provider.issued) > 5
    assert [secret for secret in granted.house.provider.issued if secret in said] == []
    assert granted.house.provider.client().client_secret not in said


# ------------------------------------------------------------------------------------------- the service


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@only_one_mechanism
def test_a_dead_grant_is_told_once_and_asked_no_more_until_it_is_given_anew(
    house: House, tmp_path: Path, phone: Receiver
) -> None:
    granted = Granted(house, tmp_path, HastyClock(NOW))
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=granted.source,
        targets=[phone.url()],
        clock=granted.clock,
        term=granted.store.term,
    )
    with daemon:
        daemon.at(NOW + timedelta(minutes=1))
        house.provider.end_grants()
        house.dovecot.kick()
        (push,) = phone.wait_for(1)
        assert "cannot read your mail" in push.title
        asked = len(house.provider.asked("/token"))
        for number, minutes in enumerate((10, 60, 120), start=1 + daemon.notifier.passes):
            granted.clock.put(NOW + timedelta(minutes=minutes))
            wait_until(lambda number=number: daemon.notifier.passes >= number, "a pass")  # type: ignore[misc]
        assert len(house.provider.asked("/token")) == asked
        granted.grant()
        daemon.at(NOW + timedelta(minutes=130))
        assert [one.title for one in phone.wait_for(2)] == ["I cannot read your mail", "I can read your mail again"]


@only_one_mechanism
def test_an_outage_of_the_provider_is_waited_out_and_nobody_is_told(house: House, tmp_path: Path, phone: Receiver) -> None:
    granted = Granted(house, tmp_path, HastyClock(NOW))
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=granted.source,
        targets=[phone.url()],
        clock=granted.clock,
        term=granted.store.term,
    )
    with daemon:
        daemon.at(NOW + timedelta(minutes=1))
        house.provider.outage = 503
        house.provider.expire_access_tokens()
        house.dovecot.kick()
        wait_until(lambda: len(house.provider.asked("/token")) >= 4, "some tries")
        house.provider.outage = None
        daemon.at(NOW + timedelta(hours=2))
    assert phone.pushes == ()
    assert granted.store.load() is not None


@only_one_mechanism
def test_the_day_before_a_grant_ends_is_told_once(house: House, tmp_path: Path, phone: Receiver) -> None:
    house.provider.ends_in_s = 7 * 86400
    granted = Granted(house, tmp_path)
    grant = granted.store.load()
    assert isinstance(grant, Grant)
    assert grant.ends_at is not None
    assert abs(grant.ends_at - NOW - timedelta(days=7)) < timedelta(minutes=1)
    daemon = Daemon(
        ledger_path=tmp_path / "ledger.sqlite3",
        open_source=granted.source,
        targets=[phone.url()],
        clock=granted.clock,
        term=granted.store.term,
    )
    with daemon:
        daemon.at(NOW + timedelta(days=5, hours=20))
        assert phone.pushes == ()
        daemon.at(NOW + timedelta(days=6, hours=1))
        (push,) = phone.wait_for(1)
        assert "heardback auth home" in push.body
        daemon.at(NOW + timedelta(days=6, hours=5))
    assert len(phone.pushes) == 1
