"""Which targets get which pushes."""

from __future__ import annotations

import pytest

from heardback.model import PUSH_TAGS, Action, Push
from heardback.notify.push import Target, make_target, tag_of, targets_for


def target(name: str, *tags: str) -> Target:
    return make_target(f"json://127.0.0.1/{name}", tags, name)


ALL = target("all")


def names(push: Push, *targets: Target) -> list[str]:
    return [one.name for one in targets_for(push, targets)]


def push(kind: str, *, is_urgent: bool = False) -> Push:
    return Push(title="t", body="b", kind=kind, is_urgent=is_urgent)


@pytest.mark.parametrize("action", list(Action))
def test_a_tag_brings_its_kind_of_nudge_and_no_other(action: Action) -> None:
    tagged = [target(one.value, one.value) for one in Action]
    assert names(push(action.value), ALL, *tagged) == ["all", action.value]


def test_a_push_that_fits_two_tags_comes_once() -> None:
    assert names(push("reply", is_urgent=True), target("both", "reply", "urgent")) == ["both"]


def test_urgent_brings_what_cannot_wait_of_any_kind() -> None:
    pager = target("pager", "urgent")
    assert names(push("reply", is_urgent=True), ALL, pager) == ["all", "pager"]
    assert names(push("reply"), ALL, pager) == ["all"]


@pytest.mark.parametrize("kind", ["blind", "blind over", "gap", "clock", "disk", "grant"])
def test_trouble_goes_to_whoever_asks_for_it_and_to_all_where_nobody_does(kind: str) -> None:
    asks, other = target("asks", "trouble"), target("other", "follow_up")
    assert names(push(kind), asks, other) == ["asks"]
    assert names(push(kind), other, target("third", "reply")) == ["other", "third"]
    assert names(push(kind), ALL, other) == ["all"]


@pytest.mark.parametrize("kind", ["summary", "alive", "follow_up"])
def test_all_else_that_nobody_asks_for_goes_nowhere(kind: str) -> None:
    assert names(push(kind), target("other", "reply")) == []


def test_every_tag_brings_something() -> None:
    kinds = [*(action.value for action in Action), "summary", "alive", "blind"]
    assert {tag_of(push(kind)) for kind in kinds} | {"urgent"} == set(PUSH_TAGS)
    assert tag_of(push("")) == ""
