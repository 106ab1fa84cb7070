"""Which answers end a grant. A mistake either way costs days: a good one is asked for again, a dead one is waited for."""

from __future__ import annotations

import pytest

from heardback.errors import HeardbackError, LoginRefused, Unreachable
from heardback.mailbox.oauth import GOOGLE, CommandToken, missing_scopes, refusal, tokens_of


@pytest.mark.parametrize(
    ("status", "code", "is_ours", "expected"),
    [
        (400, "invalid_grant", True, LoginRefused),
        (400, "interaction_required", True, LoginRefused),
        (401, "anything_else", True, LoginRefused),
        (403, None, True, LoginRefused),
        (400, "invalid_grant", False, Unreachable),
        (401, None, False, Unreachable),
        (403, None, False, Unreachable),
        (403, "rate_limit_exceeded", True, Unreachable),
        (400, "invalid_request", True, Unreachable),
        (400, "temporarily_unavailable", True, Unreachable),
        (429, None, True, Unreachable),
        (500, "invalid_grant", True, Unreachable),
        (503, None, True, Unreachable),
        (200, None, False, Unreachable),
    ],
)
def test_only_the_providers_own_word_ends_a_grant(
    status: int, code: str | None, is_ours: bool, expected: type[HeardbackError]
) -> None:
    assert type(refusal("home", GOOGLE, status, code, is_ours=is_ours)) is expected


def test_a_code_that_is_no_word_is_not_passed_on() -> None:
    error = refusal("home", GOOGLE, 401, "<b>rosa@quill.example</b>", is_ours=True)
    assert str(error) == "home: Google honours the grant no longer (401)."


@pytest.mark.parametrize("answer", [{}, {"access_token": 5}, {"access_token": "x", "refresh_token": ["y"]}])
def test_an_answer_without_a_token_is_an_outage(answer: dict[str, object]) -> None:
    with pytest.raises(Unreachable):
        tokens_of(answer, "home", GOOGLE)


@pytest.mark.parametrize(
    ("given", "seconds"), [(3599, 3599), ("3599", 3599), (None, 1800), (-1, 1800), ("soon", 1800), (10**12, 1800)]
)
def test_a_life_that_cannot_be_is_taken_for_half_an_hour(given: object, seconds: int) -> None:
    tokens = tokens_of({"access_token": "x", "expires_in": given}, "home", GOOGLE)
    assert tokens.expires_in.total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "control\1", "ümlaut", "x" * 20_000])
def test_what_a_command_prints_is_a_token_or_a_refused_login(text: str) -> None:
    with pytest.raises(LoginRefused) as refused:
        CommandToken(lambda: text, "home")()
    assert text.strip() == "" or text not in str(refused.value)


def test_scopes_are_compared_as_microsoft_writes_them() -> None:
    assert missing_scopes(("https://a/IMAP.All",), ("https://a/imap.all", "offline_access")) == ()
    assert missing_scopes(("mail", "more"), ("mail",)) == ("more",)
