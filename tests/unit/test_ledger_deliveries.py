"""Nudges from planned to delivered, and a crash at every step between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from heardback.ledger.deliveries import MOST_CRASHES, STALE_AFTER
from heardback.ledger.store import Ledger
from heardback.ledger.values import DeliveryState
from heardback.model import Action, Nudge, NudgeStatus, Push
from tests.builders import at

NOW = at("2026-03-17T09:00:00-05:00")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path) as opened:
        yield opened


def nudge(
    application: str = "acme", action: Action = Action.FOLLOW_UP, rests_on: str = "promise 1", push_at: object = NOW
) -> Nudge:
    return Nudge(id=0, application=application, action=action, rests_on=rests_on, push_at=push_at)  # type: ignore[arg-type]


def still_true() -> bool:
    return True


def states(ledger: Ledger, nudge_id: int) -> dict[str, DeliveryState]:
    return {delivery.target: delivery.state for delivery in ledger.deliveries(nudge_id)}


# ------------------------------------------------------------------------------------------------------- plan


def test_the_same_silence_is_one_nudge_however_often_it_is_planned(ledger: Ledger) -> None:
    first, second = ledger.plan(nudge(), NOW), ledger.plan(nudge(), LATER)
    assert (first.id, first.created_at) == (second.id, second.created_at)
    assert ledger.plan(nudge(rests_on="promise 2"), NOW).id != first.id
    assert ledger.plan(nudge(action=Action.MOVE_ON), NOW).id != first.id
    assert len(ledger.nudges("acme")) == 3
    assert ledger.nudges("other") == ()


def test_a_nudge_is_due_at_its_moment_and_not_before(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW - timedelta(days=1))
    assert ledger.due(NOW - timedelta(seconds=1)) == ()
    assert ledger.due(NOW) == (planned,)
    assert ledger.next_push_at() == NOW


def test_a_nudge_that_waits_moves_with_its_deadline(ledger: Ledger) -> None:
    ledger.plan(nudge(), NOW)
    ledger.plan(nudge(push_at=NOW + timedelta(days=2)), NOW)
    assert ledger.due(NOW) == ()


def test_a_withdrawn_nudge_that_becomes_true_again_is_planned_again(ledger: Ledger) -> None:
    """A snooze ends and the silence is the same one: the person has seen nothing yet."""
    planned = ledger.plan(nudge(), NOW)
    ledger.withdraw(planned.id, "snoozed")
    assert (ledger.due(NOW), ledger.reason(planned.id)) == ((), "snoozed")
    assert ledger.plan(nudge(), LATER).status is NudgeStatus.PLANNED
    assert [one.id for one in ledger.due(LATER)] == [planned.id]


def test_a_nudge_that_rang_does_not_ring_again(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone"], NOW)
    assert ledger.due(LATER) == (), "in flight"
    ledger.record_delivery(planned.id, "phone", True, "", NOW)
    ledger.withdraw(planned.id, "they answered")
    assert ledger.plan(nudge(), LATER).status is NudgeStatus.SENT
    assert ledger.due(LATER) == ()
    assert ledger.hand_out(planned.id, still_true, ["phone"], LATER) == ()


def test_what_is_held_back_stays_so(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hold_back([planned.id], "an old mailbox")
    assert ledger.plan(nudge(), LATER).status is NudgeStatus.HELD_BACK
    assert ledger.due(LATER) == ()


# --------------------------------------------------------------------------------------------------- hand out


def test_a_nudge_that_is_no_longer_true_is_withdrawn_instead_of_handed_out(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    assert ledger.hand_out(planned.id, lambda: False, ["phone"], NOW) == ()
    stored = ledger.nudge(planned.id)
    assert stored is not None
    assert stored.status is NudgeStatus.WITHDRAWN


def test_no_other_program_can_write_between_the_last_look_and_the_hand_out(path: Path, ledger: Ledger) -> None:
    from heardback.errors import LedgerError

    planned = ledger.plan(nudge(), NOW)

    def look() -> bool:
        with Ledger.open(path, busy_timeout_s=0.02) as other, pytest.raises(LedgerError, match="locked"):
            other.withdraw(planned.id, "too late")
        return True

    assert len(ledger.hand_out(planned.id, look, ["phone"], NOW)) == 1


def test_a_look_that_fails_leaves_the_nudge_waiting(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    with pytest.raises(ZeroDivisionError):
        ledger.hand_out(planned.id, lambda: 1 / 0 > 0, ["phone"], NOW)
    assert [one.id for one in ledger.due(NOW)] == [planned.id]


def test_without_a_target_nothing_is_handed_out(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    assert ledger.hand_out(planned.id, still_true, [], NOW) == ()
    assert [one.id for one in ledger.due(NOW)] == [planned.id]


def test_one_target_of_two_is_enough_for_sent_and_the_other_is_tried_again(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone", "tablet"], NOW)
    ledger.record_delivery(planned.id, "phone", True, "", NOW)
    ledger.record_delivery(planned.id, "tablet", False, "the server answered 500", NOW, next_try_at=LATER)
    stored = ledger.nudge(planned.id)
    assert stored is not None
    assert stored.status is NudgeStatus.SENT
    assert ledger.retryable(NOW) == ()
    (again,) = ledger.retryable(LATER)
    assert (again.target, again.attempts, again.detail) == ("tablet", 1, "the server answered 500")
    assert ledger.next_push_at() == LATER
    taken = ledger.hand_out_again(planned.id, "tablet", still_true, LATER)
    assert taken is not None
    assert taken.attempts == 2
    assert ledger.hand_out_again(planned.id, "tablet", still_true, LATER) is None, "it is in flight already"
    ledger.record_delivery(planned.id, "tablet", True, "", LATER)
    assert states(ledger, planned.id) == {"phone": DeliveryState.DELIVERED, "tablet": DeliveryState.DELIVERED}


def test_a_nudge_that_reached_nobody_has_failed_and_says_so(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone"], NOW)
    ledger.record_delivery(planned.id, "phone", False, "could not be reached", LATER)
    stored = ledger.nudge(planned.id)
    assert stored is not None
    assert stored.status is NudgeStatus.FAILED
    assert [(one.target, one.state, one.detail) for one in ledger.undelivered()] == [
        ("phone", DeliveryState.GIVEN_UP, "could not be reached")
    ]


def test_a_second_try_is_not_made_when_the_answer_came_in_between(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone"], NOW)
    ledger.record_delivery(planned.id, "phone", False, "", NOW, next_try_at=LATER)
    assert ledger.hand_out_again(planned.id, "phone", lambda: False, LATER) is None
    assert ledger.retryable(LATER) == ()
    stored = ledger.nudge(planned.id)
    assert stored is not None
    assert stored.status is NudgeStatus.WITHDRAWN


def test_a_nudge_of_which_one_target_gave_up_and_the_other_became_untrue_has_failed(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone", "tablet"], NOW)
    ledger.record_delivery(planned.id, "phone", False, "gone", NOW)
    ledger.record_delivery(planned.id, "tablet", False, "", NOW, next_try_at=LATER)
    ledger.withdraw(planned.id, "they answered")
    stored = ledger.nudge(planned.id)
    assert stored is not None
    assert (stored.status, states(ledger, planned.id)) == (NudgeStatus.FAILED, {"phone": DeliveryState.GIVEN_UP})


def test_what_a_dead_process_left_and_is_untrue_by_now_is_looked_at_once(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone"], NOW)
    later = NOW + STALE_AFTER
    assert ledger.hand_out_again(planned.id, "phone", lambda: False, later) is None
    assert (ledger.retryable(later), states(ledger, planned.id)) == ((), {"phone": DeliveryState.LOST})


# ---------------------------------------------------------------------------------------------------- crashes


def test_a_push_that_is_in_flight_at_every_crash_is_repeated_and_after_the_fifth_no_more(path: Path) -> None:
    with Ledger.open(path) as first:
        planned = first.plan(nudge(), NOW)
        first.hand_out(planned.id, still_true, ["phone"], NOW)
    for _ in range(MOST_CRASHES - 1):
        with Ledger.open(path) as later:
            assert later.recover(LATER) == 1
            (left_over,) = later.retryable(LATER)
            assert later.hand_out_again(left_over.outgoing, left_over.target, still_true, LATER) is not None
    with Ledger.open(path) as last:
        assert last.recover(LATER) == 1
        assert last.retryable(LATER + timedelta(days=1)) == ()
        assert states(last, planned.id) == {"phone": DeliveryState.LOST}


def test_crashes_are_counted_in_a_row_and_an_answer_ends_the_row(path: Path) -> None:
    with Ledger.open(path) as ledger:
        planned = ledger.plan(nudge(), NOW)
        ledger.hand_out(planned.id, still_true, ["phone"], NOW)
        for _ in range(2 * MOST_CRASHES):
            assert ledger.recover(LATER) == 1
            assert ledger.hand_out_again(planned.id, "phone", still_true, LATER) is not None
            ledger.record_delivery(planned.id, "phone", False, "503", LATER, next_try_at=LATER)
            assert ledger.hand_out_again(planned.id, "phone", still_true, LATER) is not None
        assert states(ledger, planned.id) == {"phone": DeliveryState.IN_FLIGHT}


def test_a_push_of_a_scan_that_died_is_found_without_a_restart(ledger: Ledger) -> None:
    planned = ledger.plan(nudge(), NOW)
    ledger.hand_out(planned.id, still_true, ["phone"], NOW)
    assert ledger.retryable(NOW + STALE_AFTER - timedelta(seconds=1)) == ()
    assert ledger.hand_out_again(planned.id, "phone", still_true, NOW + timedelta(seconds=1)) is None
    (left_over,) = ledger.retryable(NOW + STALE_AFTER)
    for times in range(1, MOST_CRASHES):
        assert ledger.hand_out_again(left_over.outgoing, "phone", still_true, NOW + times * STALE_AFTER) is not None
    assert ledger.hand_out_again(left_over.outgoing, "phone", still_true, NOW + MOST_CRASHES * STALE_AFTER) is None
    assert states(ledger, planned.id) == {"phone": DeliveryState.LOST}


def test_a_crash_before_the_hand_out_was_stored_loses_nothing(path: Path) -> None:
    with Ledger.open(path) as first:
        planned = first.plan(nudge(), NOW)
        with pytest.raises(KeyboardInterrupt):
            first.hand_out(planned.id, _interrupted, ["phone"], NOW)
    with Ledger.open(path) as second:
        assert (second.recover(NOW), [one.id for one in second.due(NOW)]) == (0, [planned.id])


def _interrupted() -> bool:
    raise KeyboardInterrupt


def test_a_delivery_that_was_recorded_is_not_repeated_after_a_crash(path: Path) -> None:
    with Ledger.open(path) as first:
        planned = first.plan(nudge(), NOW)
        first.hand_out(planned.id, still_true, ["phone"], NOW)
        first.record_delivery(planned.id, "phone", True, "", NOW)
    with Ledger.open(path) as second:
        assert (second.recover(LATER), second.retryable(LATER + timedelta(days=2)), second.due(LATER)) == (0, (), ())


# ---------------------------------------------------------------------------------------------------- notices


def test_a_notice_goes_the_same_way_with_its_own_words(ledger: Ledger) -> None:
    push = Push(title="I cannot read your mail", body="since 14:02", is_urgent=False)
    notice = ledger.announce("blind", "home since 14:02", push, NOW, NOW)
    assert ledger.announce("blind", "home since 14:02", Push(title="other", body="words"), LATER, LATER) == notice
    assert ledger.announce("blind", "home since 18:40", push, LATER, LATER).id != notice.id
    assert ledger.due_notices(NOW) == (notice,)
    assert (ledger.due(NOW), ledger.nudges()) == ((), ())
    ledger.hand_out(notice.id, still_true, ["phone"], NOW)
    ledger.record_delivery(notice.id, "phone", True, "", NOW)
    stored = ledger.notice(notice.id)
    assert stored is not None
    assert (stored.status, stored.push) == (NudgeStatus.SENT, push)
    assert ledger.nudge(notice.id) is None


def test_a_summary_and_the_nudges_it_tells_are_stored_together(ledger: Ledger) -> None:
    planned = [ledger.plan(nudge(rests_on=f"promise {number}"), NOW) for number in range(3)]
    push = Push(title="Two more in your mail", body="heardback status lists them.")
    summary = ledger.tell_together([one.id for one in planned[1:]], "summary", "this pass", push, NOW, NOW)
    assert (ledger.due(NOW), ledger.due_notices(NOW)) == ((planned[0],), (summary,))
    assert ledger.reason(planned[1].id) == "told in a summary"
