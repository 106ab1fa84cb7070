"""Pushes over real HTTP on loopback: Apprise's json:// to a local server, beside targets that fail, hang and are not there."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from heardback.model import Push
from heardback.notify.push import Pusher, make_target, targets_for
from tests.receiver import Receiver

PUSH = Push(title="Brightforge: time to follow up", body="Two working days have passed and no mail since. A draft is ready.")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append((record.name, record.getMessage()))


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_the_words_reach_the_phone_as_they_were_composed(phone: Receiver) -> None:
    target = make_target(phone.url())
    (outcome,) = Pusher().send(PUSH, [target])
    assert (outcome.target, outcome.ok, outcome.detail) == (target.id, True, "")
    assert [(one.title, one.body) for one in phone.pushes] == [(PUSH.title, PUSH.body)]


def test_a_hanging_and_a_failing_target_do_not_keep_the_push_from_the_one_that_works(phone: Receiver) -> None:
    targets = [make_target(phone.url(path)) for path in ("hang", "fail", "phone")] + [make_target("json://127.0.0.1:9/gone")]
    started = time.monotonic()
    outcomes = Pusher(connect_s=1, answer_s=1.5, limit_s=8).send(PUSH, targets)
    assert [(outcome.ok, outcome.detail) for outcome in outcomes] == [
        (False, "no answer in time"),
        (False, "the server answered 500"),
        (True, ""),
        (False, "could not be reached"),
    ]
    assert [outcome.target for outcome in outcomes] == [target.id for target in targets]
    assert outcomes[2].elapsed_s < 1.4, "the working target waited for the hanging one"
    assert time.monotonic() - started < 6
    assert [one.path.strip("/") for one in phone.pushes] == ["phone"]


def test_a_plugin_that_heeds_no_time_limit_is_not_waited_for(phone: Receiver) -> None:
    """The URL's own limit of a minute is longer than ours for the whole target."""
    slow = make_target(phone.url("hang", "cto=60&rto=60"))
    (outcome,) = Pusher(limit_s=0.7).send(PUSH, [slow])
    assert (outcome.ok, outcome.detail) == (False, "no answer in time")
    assert outcome.elapsed_s < 2


def test_hostile_text_arrives_without_control_characters_and_within_its_length(phone: Receiver) -> None:
    hostile = Push(title="Bright\x1b[31mforge\u202egro.live\n" + "x" * 100, body="\x00a\r\nb\x07 " + "word " * 200)
    Pusher().send(hostile, [make_target(phone.url())])
    (arrived,) = phone.pushes
    assert arrived.title.startswith("Bright[31mforgegro.live")
    assert arrived.body.startswith("a b word word")
    assert all(character.isprintable() for character in arrived.title + arrived.body)
    assert len(arrived.title) <= 45
    assert len(arrived.body) <= 240


def test_a_target_whose_url_makes_no_sense_is_a_failed_target_and_a_sentence_for_check(phone: Receiver) -> None:
    for url in ("nosuchservice://somewhere/secret-topic", "no url at all", "json://", ""):
        target = make_target(url)
        (outcome,) = Pusher().send(PUSH, [target])
        assert (outcome.ok, outcome.detail) == (False, "its URL is not understood")
        problem = Pusher().check(target)
        assert problem is not None
        assert "secret-topic" not in problem
    assert Pusher().check(make_target(phone.url())) is None
    assert phone.received == (), "check must send nothing"


def test_neither_log_nor_outcome_nor_repr_shows_the_address_of_a_target(phone: Receiver) -> None:
    """Seen from the root logger, where a program's own handler sits: Apprise's lines name the URL and must not get there."""
    lines = _Lines()
    root = logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        target = make_target(phone.url("fail/my-secret-topic"))
        outcomes = Pusher().send(PUSH, [target])
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
    # urllib3's own DEBUG lines are silenced by heardback.log, which is not set up here.
    assert [line for name, line in lines.seen if not name.startswith("urllib3")] == [
        f"push to {target.name} failed: the server answered 500"
    ]
    shown = repr(target) + repr(outcomes) + target.name + target.id
    assert "my-secret-topic" not in shown
    assert str(phone.port) not in shown


def test_only_urgent_pushes_reach_a_target_for_urgent_ones() -> None:
    everyday, urgent = make_target("json://127.0.0.1/a"), make_target("json://127.0.0.1/b", ["Urgent"])
    assert targets_for(PUSH, [everyday, urgent]) == (everyday,)
    assert targets_for(Push(title="t", body="b", is_urgent=True), [everyday, urgent]) == (everyday, urgent)


def test_a_target_that_stands_in_the_file_twice_rings_once(phone: Receiver) -> None:
    outcomes = Pusher().send(PUSH, [make_target(phone.url()), make_target(phone.url())])
    assert [outcome.ok for outcome in outcomes] == [True]
    assert len(phone.received) == 1


def test_no_target_is_no_push() -> None:
    assert Pusher().send(PUSH, []) == ()
