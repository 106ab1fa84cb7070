"""What is said to a server with an access token, byte for byte."""

from __future__ import annotations

import pytest

from heardback.mailbox.imap_bearer import BearerExchange, mechanism_of


class Offer:
    def __init__(self, *capabilities: str) -> None:
        self._capabilities = capabilities

    def has_capability(self, name: str) -> bool:
        return name in self._capabilities


def exchange(mechanism: str, user: str = "rosa@quill.example") -> BearerExchange:
    return BearerExchange(mechanism, user=user, token="tok.en~1", host="mail.example", port=993)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "AUTH=PLAIN"), "OAUTHBEARER"),
        (("AUTH=XOAUTH2", "AUTH=PLAIN"), "XOAUTH2"),
        (("AUTH=PLAIN", "XOAUTH2"), None),
        ((), None),
    ],
)
def test_the_mechanism_is_one_that_the_server_offers(offered: tuple[str, ...], chosen: str | None) -> None:
    assert mechanism_of(Offer(*offered)) == chosen


def test_oauthbearer_says_who_where_and_the_token() -> None:
    """The form of RFC 7628 section 4.1."""
    said = exchange("OAUTHBEARER")(b"")
    assert said == b"n,a=rosa@quill.example,\1host=mail.example\1port=993\1auth=Bearer tok.en~1\1\1"


def test_a_name_with_a_comma_cannot_end_the_header_of_oauthbearer() -> None:
    assert exchange("OAUTHBEARER", "ro=sa,x")(b"").startswith(b"n,a=ro=3Dsa=2Cx,\1")


def test_xoauth2_says_who_and_the_token() -> None:
    assert exchange("XOAUTH2")(b"") == b"user=rosa@quill.example\1auth=Bearer tok.en~1\1\1"


@pytest.mark.parametrize(("mechanism", "answer"), [("XOAUTH2", b""), ("OAUTHBEARER", b"\1")])
def test_the_challenge_of_a_refusal_is_answered_without_the_token_and_understood(mechanism: str, answer: bytes) -> None:
    talk = exchange(mechanism)
    talk(b"")
    assert talk(b'{"status":"invalid_token","schemes":"bearer","scope":"https://mail.google.com/"}') == answer
    assert talk.refusal == "invalid_token"
    assert talk(b"again") == answer


@pytest.mark.parametrize(
    "challenge",
    [
        b"",
        b"no json",
        b"[]",
        b"[" * 5000,
        b'{"status": "<script>"}',
        b'{"status": "' + b"a" * 50 + b'"}',
        b"\xff",
        b'{"scope": 1}',
    ],
)
def test_a_challenge_that_says_nothing_usable_is_no_reason(challenge: bytes) -> None:
    talk = exchange("XOAUTH2")
    talk(b"")
    talk(challenge)
    assert talk.refusal == ""
