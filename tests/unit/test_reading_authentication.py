"""The receiving server's word on who sent a message, as servers really write it (domains are examples)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import Address, Authentication, Verdict
from heardback.reading import authentication_of
from tests.builders import at, message

DANA = Address(name="Dana Ortiz", address="dana@brightforge.example")
NOW = at("2026-03-11T10:00:00-05:00")


def read(field: str, sender: Address | None = DANA) -> Authentication:
    return authentication_of(message(sent_at=NOW, sender=sender, headers={"authentication-results": field} if field else {}))


@pytest.mark.parametrize(
    ("field", "server", "verdict"),
    [
        ("", "", Verdict.ABSENT),
        ("mx.quill.example; none", "mx.quill.example", Verdict.UNKNOWN),
        (
            "mx.quill.example; dkim=pass header.i=@brightforge.example header.s=s1 header.b=Ab12; "
            "spf=pass (quill: domain of dana@brightforge.example designates 192.0.2.1 as permitted sender) "
            "smtp.mailfrom=dana@brightforge.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=brightforge.example",
            "mx.quill.example",
            Verdict.PASS,
        ),
        ("mx.quill.example 1; dmarc=fail (p=NONE) header.from=brightforge.example", "mx.quill.example", Verdict.FAIL),
        # Microsoft writes no name in front, and a verdict of its own.
        (
            "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=mail.brightforge.example; dkim=pass (signature was verified) "
            "header.d=brightforge.example;dmarc=pass action=none header.from=brightforge.example;compauth=pass reason=100",
            "",
            Verdict.PASS,
        ),
        ("spf=softfail (x) smtp.mailfrom=x.example; dkim=none; dmarc=none; compauth=fail reason=001", "", Verdict.FAIL),
        # Without DMARC a signature counts for its own house, and a route too.
        ("mx.quill.example; dkim=pass header.d=mail.brightforge.example", "mx.quill.example", Verdict.PASS),
        ("mx.quill.example; dkim=pass header.d=bulkmail.example", "mx.quill.example", Verdict.UNKNOWN),
        ("mx.quill.example; spf=pass smtp.mailfrom=bounce@brightforge.example", "mx.quill.example", Verdict.PASS),
        ("mx.quill.example; spf=fail smtp.mailfrom=dana@brightforge.example; dkim=none", "mx.quill.example", Verdict.FAIL),
        ("mx.quill.example; spf=softfail smtp.mailfrom=dana@brightforge.example; dkim=none", "mx.quill.example", Verdict.UNKNOWN),
        # A list that broke the signature and vouches for what it got.
        ("mx.quill.example; arc=pass (i=1); dmarc=fail header.from=brightforge.example", "mx.quill.example", Verdict.UNKNOWN),
        # DMARC of another address than the one in From.
        ("mx.quill.example; dmarc=pass header.from=evil.example", "mx.quill.example", Verdict.UNKNOWN),
        ("mx.quill.example; dkim=pass header.d=notbrightforge.example", "mx.quill.example", Verdict.UNKNOWN),
    ],
)
def test_what_a_server_says(field: str, server: str, verdict: Verdict) -> None:
    assert read(field) == Authentication(server=server, verdict=verdict)


def test_without_a_sender_nothing_can_be_vouched_for() -> None:
    assert read("mx.quill.example; spf=pass smtp.mailfrom=dana@brightforge.example", None).verdict is Verdict.UNKNOWN


@given(st.text(max_size=300))
def test_any_text_is_some_verdict(field: str) -> None:
    assert isinstance(read(field), Authentication)
