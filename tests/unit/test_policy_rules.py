"""Every rule of the policy, by its number, with its near misses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heardback.model import CorrectionKind, InterviewStatus, Kind, OffsetUnit, PromisedBy, SenderKind, Stance, Timeframe, Topic
from tests.stories import Story, day, promising


def after_interview() -> Story:
    """Met on Tuesday 7 July, 10:00 to 11:00, and thanked: with nothing else, due on Wednesday 15 at nine."""
    return Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)


USUAL = "07-15 09:00"


# ------------------------------------------------------------------------------------------------ rule 1


def test_rule_1_a_business_day_must_be_one_in_both_countries() -> None:
    """Promised by Wed 1 July; Friday 3 is a holiday in the US only."""
    british = Story("Europe/London").interview("06-30 10:00").writes("06-30 12:00", Kind.THANKS, promise="07-01")
    abroad = (
        Story("Europe/London", employer_country="us").interview("06-30 10:00").writes("06-30 12:00", Kind.THANKS, promise="07-01")
    )
    assert british.deadline("06-30 13:00") == "07-03 09:00"
    assert abroad.deadline("06-30 13:00") == "07-06 09:00"


def test_rule_1_the_owners_country_is_the_zones_unless_said() -> None:
    in_london = Story("Europe/London", country="US").interview("06-30 10:00").writes("06-30 12:00", Kind.THANKS, promise="07-01")
    assert in_london.deadline("06-30 13:00") == "07-06 09:00"


def test_rule_1_a_clock_time_counts_as_its_day_in_its_own_zone() -> None:
    at = datetime.fromisoformat("2026-07-10T23:30:00+09:00")
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise=promising(at=at))
    assert story.deadline("07-08 10:00") == "07-14 09:00"


@pytest.mark.parametrize("kind", [Kind.LOGISTICS, Kind.COURTESY, Kind.RECEIPT, Kind.SURVEY, Kind.NEWSLETTER])
def test_rule_1_logistics_and_courtesies_move_nothing(kind: Kind) -> None:
    assert after_interview().hears("07-10 09:00", kind).deadline("07-11 09:00") == USUAL


@pytest.mark.parametrize("stance", [Stance.MOVED, Stance.CANCELLED])
def test_rule_1_an_invitation_that_only_moves_a_time_opens_no_round(stance: Stance) -> None:
    story = after_interview()
    story.hears("07-10 09:00", Kind.REJECTION)
    story.hears("07-11 09:00", Kind.INVITATION, moments=(story.moment("07-20 10:00", stance),))
    assert story.stands("07-12 09:00").startswith("rejected")


def test_rule_1_an_invitation_sent_again_opens_no_round() -> None:
    story = after_interview()
    story.hears("07-08 09:00", Kind.INVITATION, moments=(story.moment("07-20 10:00"),))
    story.hears("07-09 09:00", Kind.REJECTION)
    story.hears("07-10 09:00", Kind.INVITATION, moments=(story.moment("07-20 10:00"),))
    assert story.stands("07-11 09:00").startswith("rejected")
    story.hears("07-12 09:00", Kind.INVITATION, moments=(story.moment("07-21 10:00"),))
    assert story.stands("07-12 10:00") == "waiting"


def test_rule_1_an_invitation_to_a_time_gone_by_opens_no_round() -> None:
    story = after_interview().hears("07-09 09:00", Kind.REJECTION)
    story.hears("07-10 09:00", Kind.INVITATION, moments=(story.moment("07-07 10:00"),))
    assert story.stands("07-10 10:00").startswith("rejected")


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.NEXT_STEP, Kind.REOPENED, Kind.INVITATION])
def test_rule_1_a_word_that_the_matter_is_open_starts_the_usual_time_again(kind: Kind) -> None:
    standing = after_interview().hears("07-10 09:00", kind).judged("07-11 09:00")
    assert (Story().clock(standing.deadline), standing.rules) == ("07-20 09:00", ("policy.waiting", "policy.usual-time"))


def test_rule_1_the_second_part_of_an_answer_counts_too() -> None:
    """ "Will do" on the 9th, the work itself on the 14th."""
    story = after_interview().hears("07-08 10:00", Kind.REQUEST).writes("07-09 10:00", Kind.OTHER)
    assert story.deadline("07-10 10:00") == "07-17 09:00"
    assert story.writes("07-14 10:00", Kind.ANSWER).deadline("07-14 12:00") == "07-22 09:00"


def test_rule_1_an_answer_nobody_asked_for_moves_nothing() -> None:
    assert after_interview().writes("07-10 10:00", Kind.ANSWER).deadline("07-10 12:00") == USUAL


def test_rule_1_a_day_passed_before_a_late_answer_says_nothing_about_what_follows() -> None:
    story = after_interview().hears("07-08 10:00", Kind.REQUEST, promise="07-10")
    assert story.writes("07-10 10:00", Kind.ANSWER).deadline("07-10 12:00") == "07-14 09:00"
    late = after_interview().hears("07-08 10:00", Kind.REQUEST, promise="07-10").writes("07-13 10:00", Kind.ANSWER)
    assert late.deadline("07-13 12:00") == "07-21 09:00"


# ------------------------------------------------------------------------------------------------ rule 2


def test_rule_2_two_notes_on_one_day_are_one_asking() -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION).writes("07-15 10:05", Kind.QUESTION)
    assert story.stands("07-23 09:10") == "overdue follow_up_again"
    assert len(story.judged("07-23 09:10").follow_ups_at) == 1


def test_rule_2_a_question_before_the_deadline_is_the_first_follow_up_and_moves_nothing() -> None:
    story = after_interview().writes("07-13 10:00", Kind.QUESTION)
    assert story.deadline("07-13 11:00") == USUAL
    assert (story.stands("07-15 09:10"), story.rings("07-15 09:10")) == ("overdue", None)
    assert (story.stands("07-21 08:50"), story.stands("07-21 09:10")) == ("overdue", "overdue follow_up_again")


def test_rule_2_the_second_note_waits_for_the_deadline() -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-31").writes("07-09 10:00", Kind.QUESTION)
    assert (story.stands("08-04 08:50"), story.stands("08-04 09:00")) == ("waiting", "overdue follow_up_again")
    assert story.rings("08-04 09:10") == "08-04 09:00"


def test_rule_2_six_weeks_run_from_the_deadline_where_the_question_came_before() -> None:
    story = after_interview().writes("07-13 10:00", Kind.QUESTION)
    assert (story.stands("08-26 08:50"), story.stands("08-26 09:10")) == ("overdue follow_up_again", "dormant move_on")


def test_rule_2_fourteen_days_run_from_the_deadline_where_both_questions_came_before() -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-31")
    story.writes("07-09 10:00", Kind.QUESTION).writes("07-16 10:00", Kind.QUESTION)
    assert (story.stands("08-04 08:50"), story.stands("08-04 09:10")) == ("waiting", "overdue")
    assert (story.stands("08-18 08:50"), story.stands("08-18 09:10")) == ("overdue", "dormant move_on")


def test_rule_2_a_third_note_is_given_its_fourteen_days() -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION).writes("07-23 10:00", Kind.QUESTION)
    story.writes("08-05 10:00", Kind.QUESTION)
    assert (story.stands("08-19 09:50"), story.stands("08-19 10:10")) == ("overdue", "dormant move_on")


# ------------------------------------------------------------------------------------------------ rule 3


def test_rule_3_the_employers_answer_puts_the_count_back_to_none() -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION).writes("07-23 10:00", Kind.QUESTION)
    story.hears("07-24 10:00", Kind.UPDATE)
    assert story.judged("07-24 11:00").follow_ups_at == ()
    assert (story.stands("08-03 08:50"), story.stands("08-03 09:10")) == ("waiting", "overdue follow_up")


def test_rule_3_a_courtesy_is_no_answer() -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION).hears("07-16 10:00", Kind.COURTESY)
    assert story.stands("07-23 09:10") == "overdue follow_up_again"


def test_rule_3_a_persons_unread_reply_to_the_question_is_an_answer() -> None:
    asked = after_interview().writes("07-15 10:00", Kind.QUESTION, id="<q@test>")
    replied = asked.hears("07-16 10:00", Kind.OTHER, in_reply_to="<q@test>")
    assert (replied.stands("07-16 11:00"), replied.deadline("07-16 11:00")) == ("waiting", "07-24 09:00")


@pytest.mark.parametrize("fields", [{"in_reply_to": "<07-07 15:00>"}, {}])
def test_rule_3_a_persons_unread_letter_is_never_silence(fields: dict[str, object]) -> None:
    """Whatever it answers: it may have said everything."""
    asked = after_interview().writes("07-15 10:00", Kind.QUESTION, id="<q@test>")
    assert asked.hears("07-16 10:00", Kind.OTHER, **fields).stands("07-16 11:00") == "waiting"


def test_rule_3_an_offices_unread_letter_is_no_word() -> None:
    asked = after_interview().writes("07-15 10:00", Kind.QUESTION, id="<q@test>")
    told = asked.hears("07-16 10:00", Kind.OTHER, in_reply_to="<q@test>", sender_kind=SenderKind.ORGANISATION)
    assert told.stands("07-16 11:00") == "overdue"


def test_rule_3_still_deciding_answers_a_promise_only_from_its_day_on() -> None:
    before = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10").hears("07-09 09:00", Kind.UPDATE)
    assert before.deadline("07-09 10:00") == "07-14 09:00"
    on_the_day = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10").hears("07-10 09:00", Kind.UPDATE)
    assert on_the_day.deadline("07-10 10:00") == "07-20 09:00"


# ------------------------------------------------------------------------------------------------ rule 4


def test_rule_4_a_question_in_a_thank_you_within_a_day_is_no_follow_up() -> None:
    story = Story().interview("07-07 10:00").writes("07-08 11:00", Kind.THANKS, Kind.QUESTION)
    assert story.judged("07-08 12:00").follow_ups_at == ()


def test_rule_4_a_question_in_a_thank_you_later_than_a_day_is_one() -> None:
    story = Story().interview("07-07 10:00").writes("07-08 11:01", Kind.QUESTION, Kind.THANKS)
    assert story.judged("07-08 12:00").follow_ups_at == (story.utc("07-08 11:01"),)


def test_rule_4_a_plain_question_is_one_whenever_it_is_sent() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 12:00", Kind.QUESTION)
    assert story.judged("07-08 12:00").follow_ups_at == (story.utc("07-07 12:00"),)
    early = Story().interview("07-07 10:00").writes("07-06 12:00", Kind.QUESTION)
    assert early.judged("07-08 12:00").follow_ups_at == ()


def test_rule_4_a_question_in_thanks_before_any_interview_is_none() -> None:
    story = Story().writes("07-06 12:00", Kind.THANKS, Kind.QUESTION).interview("07-07 10:00")
    assert story.judged("07-08 12:00").follow_ups_at == ()


# ------------------------------------------------------------------------------------------------ rule 5


@pytest.mark.parametrize("kind", [Kind.AUTOMATIC, Kind.RECEIPT, Kind.SURVEY, Kind.NEWSLETTER, Kind.BOUNCE])
def test_rule_5_what_no_person_wrote_promises_nothing(kind: Kind) -> None:
    standing = after_interview().hears("07-08 09:00", kind, promise="07-31").judged("07-08 10:00")
    assert standing.promises == ()
    assert Story().clock(standing.deadline) == USUAL


@pytest.mark.parametrize("sender", [SenderKind.MACHINE, SenderKind.BULK])
def test_rule_5_a_machines_update_is_no_sign_of_life_but_its_decision_is(sender: SenderKind) -> None:
    quiet = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-31", sender_kind=sender)
    assert quiet.deadline("07-08 10:00") == USUAL
    refused = after_interview().hears("07-08 09:00", Kind.REJECTION, promise="07-31", sender_kind=sender)
    assert refused.stands("07-08 10:00") == "rejected ask_feedback"
    invited = after_interview().hears("07-08 09:00", Kind.NEXT_STEP, promise="07-31", sender_kind=sender)
    assert invited.deadline("07-08 10:00") == "07-16 09:00"


def test_rule_5_a_receipt_may_ask_for_something_but_says_nothing_of_the_matter() -> None:
    asks = after_interview().hears("07-08 09:00", Kind.RECEIPT, Kind.REQUEST)
    assert asks.stands("07-08 10:00") == "your_turn reply"
    updates = after_interview().hears("07-08 09:00", Kind.RECEIPT, Kind.UPDATE)
    assert updates.deadline("07-08 10:00") == USUAL


def test_rule_5_a_bounced_follow_up_was_not_sent() -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION, id="<q@test>")
    assert story.stands("07-15 10:30") == "overdue"
    story.hears("07-15 11:00", Kind.BOUNCE, in_reply_to="<q@test>")
    assert story.stands("07-15 11:30") == "overdue follow_up"


def test_rule_5_a_bounce_takes_back_what_it_names_else_the_last_message_of_five_days() -> None:
    named = after_interview().writes("07-15 10:00", Kind.QUESTION, id="<q@test>").writes("07-16 10:00", Kind.OTHER)
    assert (
        named.hears("07-16 11:00", Kind.BOUNCE, references=("<x@test>", "<q@test>")).stands("07-16 12:00") == "overdue follow_up"
    )
    unnamed = after_interview().writes("07-15 10:00", Kind.QUESTION).writes("07-16 10:00", Kind.OTHER)
    assert unnamed.hears("07-16 11:00", Kind.BOUNCE).stands("07-16 12:00") == "overdue"
    within = after_interview().writes("07-15 10:00", Kind.QUESTION).hears("07-20 10:00", Kind.BOUNCE)
    assert within.stands("07-20 11:00") == "overdue follow_up"
    too_late = after_interview().writes("07-15 10:00", Kind.QUESTION).hears("07-20 10:01", Kind.BOUNCE)
    assert too_late.stands("07-20 11:00") == "overdue"


def test_rule_5_the_owners_own_automatic_answer_is_not_writing() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 12:00", Kind.AUTOMATIC)
    assert story.stands("07-07 13:00") == "waiting thank_you"


# ------------------------------------------------------------------------------------------------ rule 6


def test_rule_6_only_the_latest_promise_counts() -> None:
    story = (
        after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-24").hears("07-09 09:00", Kind.COURTESY, promise="07-10")
    )
    standing = story.judged("07-09 10:00")
    assert [(p.latest, p.spent) for p in standing.promises] == [(day("07-24"), True), (day("07-10"), False)]
    assert standing.promise == standing.promises[1]
    assert Story().clock(standing.deadline) == "07-14 09:00"


def test_rule_6_of_two_days_in_one_letter_the_later_counts() -> None:
    both = (promising("07-17"), promising("07-10"))
    assert after_interview().hears("07-08 09:00", Kind.UPDATE, promises=both).deadline("07-08 10:00") == "07-21 09:00"


@pytest.mark.parametrize(
    ("kind", "stands"),
    [
        (Kind.NEXT_STEP, "waiting"),
        (Kind.REQUEST, "your_turn reply"),
        (Kind.PROPOSAL, "your_turn reply"),
        (Kind.BOOKING_LINK, "your_turn reply"),
        (Kind.INVITATION, "waiting"),
        (Kind.REJECTION, "rejected ask_feedback"),
        (Kind.OFFER, "offer"),
        (Kind.ON_HOLD, "on_hold"),
    ],
)
def test_rule_6_a_step_a_request_or_a_decision_spends_the_promise(kind: Kind, stands: str) -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-24").hears("07-09 09:00", kind)
    standing = story.judged("07-09 10:00")
    assert [p.spent for p in standing.promises] == [True]
    assert standing.promise is None
    assert story.stands("07-09 10:00") == stands


@pytest.mark.parametrize("kind", [Kind.COURTESY, Kind.LOGISTICS, Kind.AUTOMATIC, Kind.SURVEY, Kind.UPDATE])
def test_rule_6_courtesies_and_logistics_spend_nothing(kind: Kind) -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-24").hears("07-09 09:00", kind)
    assert story.deadline("07-09 10:00") == "07-28 09:00"


def test_rule_6_what_the_owner_repeats_counts_where_nothing_was_written() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS, promise=promising("07-10", by=PromisedBy.OWNER))
    standing = story.judged("07-07 16:00")
    assert [(p.by, p.latest) for p in standing.promises] == [(PromisedBy.OWNER, day("07-10"))]
    assert story.deadline("07-07 16:00") == "07-14 09:00"


def test_rule_6_what_the_owner_repeats_yields_to_what_was_written() -> None:
    story = (
        after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-24").writes("07-09 09:00", Kind.OTHER, promise="07-10")
    )
    assert [p.latest for p in story.judged("07-09 10:00").promises] == [day("07-24")]
    later = (
        after_interview().writes("07-08 09:00", Kind.OTHER, promise="07-10").hears("07-09 09:00", Kind.UPDATE, promise="07-24")
    )
    assert later.deadline("07-09 10:00") == "07-28 09:00"


def test_rule_6_the_owner_may_repeat_a_newer_day_but_not_an_answered_one() -> None:
    newer = (
        after_interview().writes("07-08 09:00", Kind.OTHER, promise="07-10").writes("07-09 09:00", Kind.OTHER, promise="07-24")
    )
    assert newer.deadline("07-09 10:00") == "07-28 09:00"
    spent = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10").hears("07-10 09:00", Kind.NEXT_STEP)
    spent.writes("07-10 12:00", Kind.OTHER, promise="07-10")
    assert spent.deadline("07-10 13:00") == "07-20 09:00"


def test_rule_6_a_promise_from_an_interview_runs_from_the_day_it_was_held() -> None:
    within = promising(within=(3, OffsetUnit.BUSINESS_DAYS))
    story = Story().hears("07-01 09:00", Kind.INVITATION, promise=within).interview("07-09 10:00", message="<07-01 09:00>")
    assert story.judged("07-02 09:00").promises[0].latest == day("07-14")
    assert story.deadline("07-10 12:00") == "07-16 09:00"
    days = Story().hears("07-01 09:00", Kind.INVITATION, promise=promising(within=(3, OffsetUnit.DAYS))).interview("07-09 10:00")
    assert days.deadline("07-10 12:00") == "07-14 09:00"


def test_rule_6_the_day_of_an_interview_is_the_owners() -> None:
    """22:00 on Wed 8 July in New York is Thursday 9 in Kolkata."""
    within = promising(within=(1, OffsetUnit.DAYS))
    story = Story("Asia/Kolkata").hears("07-01 09:00", Kind.INVITATION, promise=within)
    story.interview("07-09 07:30", message="<07-01 09:00>")
    assert story.judged("07-09 12:00").promises[0].latest == day("07-10")


def test_rule_6_a_promise_from_an_interview_that_never_came_has_no_day() -> None:
    within = promising(within=(1, OffsetUnit.WEEKS))
    story = Story().hears("07-01 09:00", Kind.INVITATION, promise=within).interview("07-09 10:00", cancelled=True)
    assert story.judged("07-20 09:00").promises == ()


def test_rule_6_a_promise_from_an_interview_counts_from_its_own_letters_first() -> None:
    within = promising(within=(1, OffsetUnit.DAYS))
    story = Story().hears("07-01 09:00", Kind.INVITATION, promise=within)
    story.interview("07-08 10:00", message="<other>").interview("07-15 10:00", message="<07-01 09:00>")
    assert story.judged("07-02 09:00").promises[0].latest == day("07-16")


def test_rule_6_a_promise_from_an_interview_counts_from_the_next_one_else_the_last() -> None:
    story = Story().interview("07-07 10:00").hears("07-07 15:00", Kind.UPDATE, promise=promising(within=(3, OffsetUnit.DAYS)))
    assert story.judged("07-08 09:00").promises[0].latest == day("07-10")
    story.interview("07-14 10:00")
    assert story.judged("07-08 09:00").promises[0].latest == day("07-17")


def test_rule_6_a_promise_beyond_an_interview_is_not_answered_before_it() -> None:
    """An invitation that says "you will know by Friday 17"; papers are asked for and a time is confirmed before the day."""
    story = Story()
    story.hears("07-01 09:00", Kind.INVITATION, promise="07-17", moments=(story.moment("07-14 10:00"),))
    story.interview("07-14 10:00", message="<07-01 09:00>")
    story.hears("07-08 09:00", Kind.REQUEST).writes("07-08 12:00", Kind.ANSWER).hears("07-09 09:00", Kind.NEXT_STEP)
    assert story.deadline("07-14 12:00") == "07-21 09:00"
    assert story.hears("07-15 09:00", Kind.NEXT_STEP).deadline("07-15 10:00") == "07-23 09:00"


def test_rule_6_a_promise_beyond_a_moved_interview_is_not_answered_before_it() -> None:
    story = Story()
    story.hears("07-01 09:00", Kind.LOGISTICS, moments=(story.moment("07-13 10:00"),))
    story.hears("07-02 09:00", Kind.COURTESY, promise="07-17")
    story.hears("07-03 09:00", Kind.LOGISTICS, moments=(story.moment("07-14 10:00", Stance.MOVED),))
    story.interview("07-14 10:00", message="<07-03 09:00>").hears("07-08 09:00", Kind.NEXT_STEP)
    assert story.deadline("07-14 12:00") == "07-21 09:00"


def test_rule_6_an_invitation_to_a_round_nobody_spoke_of_answers_the_promise() -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-24")
    story.hears("07-09 09:00", Kind.INVITATION, moments=(story.moment("07-14 10:00"),))
    story.interview("07-14 10:00", message="<07-09 09:00>")
    assert story.deadline("07-14 12:00") == "07-22 09:00"


def test_rule_6_a_day_before_the_interview_says_nothing_about_what_follows_it() -> None:
    story = Story().hears("07-01 09:00", Kind.COURTESY, promise="07-06").interview("07-07 10:00")
    assert story.deadline("07-07 12:00") == USUAL
    same_day = Story().hears("07-01 09:00", Kind.COURTESY, promise="07-07").interview("07-07 10:00")
    assert same_day.deadline("07-07 12:00") == "07-09 09:00"


# ------------------------------------------------------------------------------------- rules 7 to 9


def test_rule_7_a_refusal_and_a_hold_promise_nothing() -> None:
    for kind in (Kind.REJECTION, Kind.ON_HOLD):
        assert after_interview().hears("07-08 09:00", kind, promise="07-24").judged("07-08 10:00").promises == ()


def test_rule_8_a_promise_before_any_interview_is_kept_and_not_nudged_about() -> None:
    story = Story().writes("07-01 09:00", Kind.APPLICATION).hears("07-02 09:00", Kind.UPDATE, promise="07-08")
    standing = story.judged("07-30 09:00")
    assert [(p.latest, p.spent) for p in standing.promises] == [(day("07-08"), False)]
    assert (standing.state, standing.action, standing.deadline, standing.push_at) == ("applied", None, None, None)


@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.PROPOSAL])
def test_rule_9_a_request_at_any_stage_is_the_owners_turn(kind: Kind) -> None:
    story = Story().hears("07-10 09:00", kind)
    standing = story.judged("07-10 10:00")
    assert (standing.state, standing.action, standing.rests_on) == ("your_turn", "reply", "request:<07-10 09:00>")
    assert story.rings("07-10 10:00") == "07-11 09:00"  # a Saturday: any day


def test_rule_9_a_booking_link_asks_only_after_an_interview() -> None:
    assert Story().hears("07-10 09:00", Kind.BOOKING_LINK).stands("07-10 10:00") == "applied"
    assert after_interview().hears("07-10 09:00", Kind.BOOKING_LINK).stands("07-10 10:00") == "your_turn reply"


@pytest.mark.parametrize("kind", [Kind.LOGISTICS, Kind.APPROACH, Kind.COURTESY])
def test_rule_9_logistics_ask_for_nothing(kind: Kind) -> None:
    assert Story().hears("07-10 09:00", kind).stands("07-10 10:00") == "applied"


def test_rule_9_an_answer_of_any_kind_ends_the_turn_but_mail_about_something_else_does_not() -> None:
    assert (
        after_interview().hears("07-08 09:00", Kind.REQUEST).writes("07-08 12:00", Kind.OTHER).stands("07-08 13:00") == "waiting"
    )
    other = after_interview().hears("07-08 09:00", Kind.REQUEST).writes("07-08 12:00", Kind.OTHER, topic=Topic.UNRELATED)
    assert other.stands("07-08 13:00") == "your_turn reply"


@pytest.mark.parametrize("kind", [Kind.THANKS, Kind.FEEDBACK_REQUEST])
def test_rule_9_thanks_to_a_panellist_do_not_answer_the_recruiter(kind: Kind) -> None:
    story = after_interview().hears("07-08 09:00", Kind.REQUEST).writes("07-08 12:00", kind)
    assert story.stands("07-08 13:00") == "your_turn reply"
    replied = after_interview().hears("07-08 09:00", Kind.REQUEST).writes("07-08 12:00", kind, in_reply_to="<07-08 09:00>")
    assert (replied.stands("07-08 13:00"), replied.deadline("07-08 13:00")) == ("waiting", "07-16 09:00")


def test_rule_9_a_time_that_is_fixed_after_all_ends_the_turn() -> None:
    story = Story().hears("07-08 09:00", Kind.PROPOSAL)
    story.hears("07-09 09:00", Kind.INVITATION, moments=(story.moment("07-14 10:00"),))
    assert story.interview("07-14 10:00", message="<07-09 09:00>").stands("07-09 10:00") == "scheduled"
    by_courtesy = Story().hears("07-08 09:00", Kind.PROPOSAL).hears("07-09 09:00", Kind.COURTESY)
    assert by_courtesy.interview("07-14 10:00", message="<07-09 09:00>").stands("07-09 10:00") == "scheduled"


@pytest.mark.parametrize("kind", [Kind.PROPOSAL, Kind.BOOKING_LINK])
def test_rule_9_a_letter_that_fixes_the_time_proposes_none(kind: Kind) -> None:
    story = after_interview().hears("07-08 09:00", kind).interview("07-14 10:00", message="<07-08 09:00>")
    assert story.stands("07-08 10:00") == "scheduled"


def test_rule_9_an_invitation_that_also_asks_is_the_owners_turn() -> None:
    story = Story().hears("07-08 09:00", Kind.INVITATION, Kind.REQUEST).interview("07-14 10:00", message="<07-08 09:00>")
    assert story.stands("07-08 10:00") == "your_turn reply"
    step = after_interview().hears("07-08 09:00", Kind.NEXT_STEP, Kind.REQUEST)
    assert step.stands("07-08 10:00") == "your_turn reply"


def test_rule_9_an_invitation_sent_again_does_not_settle_a_request() -> None:
    story = Story()
    story.hears("07-06 09:00", Kind.INVITATION, moments=(story.moment("07-14 10:00"),))
    story.hears("07-08 09:00", Kind.REQUEST).hears("07-09 09:00", Kind.INVITATION, moments=(story.moment("07-14 10:00"),))
    assert story.stands("07-09 10:00") == "your_turn reply"
    story.hears("07-10 09:00", Kind.INVITATION, moments=(story.moment("07-14 10:00", Stance.CANCELLED),))
    assert story.stands("07-10 10:00") == "your_turn reply"


def test_rule_9_a_later_step_or_decision_ends_the_turn() -> None:
    for kind, stands in ((Kind.NEXT_STEP, "waiting"), (Kind.OFFER, "offer"), (Kind.ON_HOLD, "on_hold")):
        assert after_interview().hears("07-08 09:00", Kind.REQUEST).hears("07-09 09:00", kind).stands("07-09 10:00") == stands


def test_rule_9_the_push_waits_until_two_days_before_what_is_due() -> None:
    def due(latest: str) -> Story:
        return Story().hears("07-08 09:00", Kind.REQUEST, due=Timeframe(quote="", rule="test.given", latest=day(latest)))

    assert due("07-17").rings("07-08 10:00") == "07-15 09:00"
    assert due("07-12").rings("07-08 10:00") == "07-10 09:00"
    assert due("07-09").rings("07-08 10:00") == "07-09 09:00"
    assert Story().clock(due("07-17").judged("07-08 10:00").due) == "07-17 23:59"


def test_rule_9_a_due_hour_is_kept_and_an_unbelievable_one_dropped() -> None:
    at = datetime.fromisoformat("2026-07-17T17:00:00-04:00")
    story = Story().hears("07-08 09:00", Kind.REQUEST, due=Timeframe(quote="", rule="test.given", at=at))
    assert (story.judged("07-08 10:00").due, story.rings("07-08 10:00")) == (at.astimezone(UTC), "07-15 09:00")
    past = Story().hears("07-08 09:00", Kind.REQUEST, due=Timeframe(quote="", rule="test.given", latest=day("07-07")))
    assert (past.judged("07-08 10:00").due, past.rings("07-08 10:00")) == (None, "07-09 09:00")
    today = Story().hears("07-08 09:00", Kind.REQUEST, due=Timeframe(quote="", rule="test.given", latest=day("07-08")))
    assert Story().clock(today.judged("07-08 10:00").due) == "07-08 23:59"


def test_rule_9_a_reminder_keeps_the_due_day_and_asks_anew() -> None:
    story = Story().hears("07-08 09:00", Kind.REQUEST, due=Timeframe(quote="", rule="test.given", latest=day("07-17")))
    standing = story.hears("07-13 09:00", Kind.REQUEST).judged("07-13 10:00")
    assert (Story().clock(standing.due), standing.rests_on) == ("07-17 23:59", "request:<07-13 09:00>")


def test_rule_9_thanks_to_anybody_in_the_application_count_as_having_written() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 12:00", Kind.THANKS, recipients=())
    assert story.stands("07-07 13:00") == "waiting"


def test_rule_9_thanks_from_an_interview_that_ended_early_count() -> None:
    story = Story().interview("07-07 10:00", minutes=None).writes("07-07 10:40", Kind.THANKS)
    assert (story.stands("07-07 10:50"), story.stands("07-07 11:10")) == ("scheduled", "waiting")
    before = Story().interview("07-07 10:00", minutes=None).writes("07-07 09:40", Kind.THANKS)
    assert before.stands("07-07 11:10") == "waiting thank_you"


# ------------------------------------------------------------------------------------- rules 10 to 14


def test_rule_10_a_cancelled_interview_was_never_held() -> None:
    story = Story().interview("07-07 10:00", cancelled=True)
    assert [h.status for h in story.judged("07-08 09:00").interviews] == [InterviewStatus.CANCELLED]
    assert story.stands("07-08 09:00") == "applied"


def test_rule_10_with_an_earlier_interview_silence_counts_from_the_calling_off() -> None:
    for who in ("hears", "writes"):
        story = after_interview()
        fields = {"moments": (story.moment("07-16 10:00", Stance.CANCELLED),)}
        (story.hears if who == "hears" else story.writes)("07-14 09:00", Kind.LOGISTICS, **fields)
        assert story.deadline("07-14 10:00") == "07-22 09:00"


def test_rule_10_a_day_gone_by_at_the_calling_off_is_no_promise_any_more() -> None:
    story = after_interview().hears("07-08 09:00", Kind.COURTESY, promise="07-10")
    story.hears("07-13 09:00", Kind.LOGISTICS, moments=(story.moment("07-16 10:00", Stance.CANCELLED),))
    assert story.deadline("07-13 10:00") == "07-21 09:00"


def test_rule_10_what_is_no_interview_calls_nothing_off() -> None:
    from dataclasses import replace

    story = after_interview()
    visit = replace(story.moment("07-16 10:00", Stance.CANCELLED), is_interview=False)
    assert story.hears("07-14 09:00", Kind.LOGISTICS, moments=(visit,)).deadline("07-14 10:00") == USUAL


def test_rule_11_an_interview_without_an_end_lasts_an_hour() -> None:
    story = Story().interview("07-07 10:00", minutes=None)
    assert (story.stands("07-07 10:59"), story.stands("07-07 11:00")) == ("scheduled", "waiting thank_you")


def test_rule_12_an_offer_stays_until_the_owner_declines() -> None:
    story = (
        after_interview().hears("07-08 09:00", Kind.OFFER).hears("07-09 09:00", Kind.REQUEST).hears("07-10 09:00", Kind.NEXT_STEP)
    )
    assert story.stands("07-20 09:00") == "offer"
    assert story.writes("07-20 10:00", Kind.ACCEPTED_OFFER).stands("07-20 11:00") == "offer"
    assert story.writes("07-21 10:00", Kind.DECLINED_OFFER).stands("07-21 11:00") == "withdrawn"


def test_rule_12_the_employer_may_take_an_offer_back() -> None:
    assert (
        after_interview().hears("07-08 09:00", Kind.OFFER).hears("07-09 09:00", Kind.ON_HOLD).stands("07-09 10:00") == "on_hold"
    )


@pytest.mark.parametrize("closing", [Kind.REJECTION, Kind.ON_HOLD])
@pytest.mark.parametrize(
    ("kind", "stands"),
    [
        (Kind.NEXT_STEP, "waiting"),
        (Kind.INVITATION, "waiting"),
        (Kind.REOPENED, "waiting"),
        (Kind.REQUEST, "your_turn reply"),
        (Kind.PROPOSAL, "your_turn reply"),
    ],
)
def test_rule_12_a_closed_matter_opens_when_the_employer_takes_it_up(closing: Kind, kind: Kind, stands: str) -> None:
    story = after_interview().hears("07-08 09:00", closing).writes("07-08 12:00", Kind.OTHER).hears("07-20 09:00", kind)
    assert story.stands("07-20 10:00") == stands


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.COURTESY, Kind.BOOKING_LINK, Kind.SURVEY])
def test_rule_12_a_closed_matter_stays_closed_after_a_kind_word(kind: Kind) -> None:
    story = after_interview().hears("07-08 09:00", Kind.ON_HOLD).hears("07-20 09:00", kind, promise="07-24")
    assert story.stands("07-28 10:00") == "on_hold"


def test_rule_12_the_main_kind_of_a_letter_stands() -> None:
    assert after_interview().hears("07-08 09:00", Kind.INVITATION, Kind.REJECTION).stands("07-08 10:00") == "waiting"
    assert after_interview().hears("07-08 09:00", Kind.REJECTION, Kind.REQUEST).stands("07-08 10:00") == "rejected ask_feedback"


def test_rule_12_feedback_is_asked_for_only_where_an_interview_was_held() -> None:
    assert Story().hears("07-08 09:00", Kind.REJECTION).stands("07-08 10:00") == "rejected"
    ahead = Story().interview("07-14 10:00").hears("07-08 09:00", Kind.REJECTION)
    assert ahead.stands("07-14 12:00") == "rejected"
    assert [h.status for h in ahead.judged("07-14 12:00").interviews] == [InterviewStatus.CANCELLED]
    assert [h.status for h in ahead.judged("07-09 12:00").interviews] == [InterviewStatus.CANCELLED]


def test_rule_13_an_interview_after_the_owner_left_is_not_held() -> None:
    story = Story().interview("07-07 10:00").writes("07-06 10:00", Kind.WITHDRAWAL)
    assert story.stands("07-06 09:00") == "scheduled"
    assert story.stands("07-08 10:00") == "withdrawn"
    assert [h.status for h in story.judged("07-06 11:00").interviews] == [InterviewStatus.CANCELLED]
    assert [h.status for h in story.judged("07-08 10:00").interviews] == [InterviewStatus.CANCELLED]
    held = Story().interview("07-07 10:00").writes("07-08 10:00", Kind.WITHDRAWAL)
    assert [h.status for h in held.judged("07-08 11:00").interviews] == [InterviewStatus.HELD]


@pytest.mark.parametrize("kind", [Kind.APPLICATION, Kind.INTEREST, Kind.ACCEPTED_OFFER])
def test_rule_13_the_owner_who_left_may_come_back(kind: Kind) -> None:
    story = after_interview().writes("07-08 10:00", Kind.WITHDRAWAL).hears("07-09 10:00", Kind.NEXT_STEP)
    assert story.stands("07-09 11:00") == "withdrawn"
    assert story.writes("07-10 10:00", kind).stands("07-10 11:00") == "waiting"


@pytest.mark.parametrize("kind", [Kind.SURVEY, Kind.NEWSLETTER])
def test_rule_13_a_survey_changes_nothing(kind: Kind) -> None:
    assert after_interview().hears("07-10 09:00", kind, Kind.REQUEST).stands("07-15 09:10") == "overdue follow_up"


@pytest.mark.parametrize("latest", ["07-07", "07-06"])
def test_rule_14_a_day_before_the_letter_is_a_misread_one(latest: str) -> None:
    assert after_interview().hears("07-08 09:00", Kind.UPDATE, promise=latest).judged("07-08 10:00").promises == ()


def test_rule_14_the_day_of_the_letter_itself_may_be_promised() -> None:
    assert after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-08").deadline("07-08 10:00") == "07-10 09:00"


def test_rule_14_a_promise_two_years_ahead_is_the_last_believed() -> None:
    from datetime import date

    def by(latest: date) -> int:
        timeframe = Timeframe(quote="", rule="test.given", latest=latest)
        finding = promising("07-10")
        from dataclasses import replace

        story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise=replace(finding, timeframe=timeframe))
        return len(story.judged("07-08 10:00").promises)

    assert (by(date(2028, 7, 7)), by(date(2028, 7, 8)), by(date.max)) == (1, 0, 0)


def test_rule_14_an_offset_beyond_two_years_is_not_believed() -> None:
    def within(days: int) -> int:
        story = (
            Story().interview("07-07 10:00").hears("07-07 12:00", Kind.UPDATE, promise=promising(within=(days, OffsetUnit.DAYS)))
        )
        return len(story.judged("07-07 13:00").promises)

    assert (within(730), within(731), within(10**12)) == (1, 0, 0)


# ------------------------------------------------------------------------------- corrections and blindness


def test_done_stands_for_the_mail_that_was_not_sent() -> None:
    assert after_interview().says("07-15 10:00", CorrectionKind.DONE, "follow_up").stands("07-15 11:00") == "overdue"
    again = after_interview().writes("07-15 10:00", Kind.QUESTION).says("07-23 10:00", CorrectionKind.DONE, "follow_up_again")
    assert (again.stands("07-23 11:00"), again.stands("08-06 10:10")) == ("overdue", "dormant move_on")
    assert (
        Story().interview("07-07 10:00").says("07-07 12:00", CorrectionKind.DONE, "thank_you").stands("07-07 13:00") == "waiting"
    )
    assert after_interview().hears("07-08 09:00", Kind.REQUEST).says("07-09 10:00", CorrectionKind.DONE, "reply").deadline(
        "07-09 11:00"
    ) == ("07-17 09:00")
    feedback = after_interview().hears("07-08 09:00", Kind.REJECTION).says("07-09 10:00", CorrectionKind.DONE, "ask_feedback")
    assert feedback.stands("07-09 11:00") == "rejected"
    thanked = after_interview().hears("07-08 09:00", Kind.REQUEST).says("07-09 10:00", CorrectionKind.DONE, "thank_you")
    assert thanked.stands("07-09 11:00") == "your_turn reply"


def test_done_with_words_nobody_knows_is_having_written() -> None:
    assert after_interview().hears("07-08 09:00", Kind.REQUEST).says("07-09 10:00", CorrectionKind.DONE, "?").stands(
        "07-09 11:00"
    ) == ("waiting")


def test_done_with_moving_on_leaves_it_at_rest_until_a_word_comes() -> None:
    story = after_interview().says("08-26 12:00", CorrectionKind.DONE, "move_on")
    assert (story.stands("08-26 11:00"), story.stands("08-26 13:00")) == ("dormant move_on", "dormant")
    assert story.judged("08-26 13:00").why.endswith("You let it rest on Wed 26 Aug.")
    assert story.hears("08-27 09:00", Kind.UPDATE).stands("10-30 09:00") == "dormant move_on"


@pytest.mark.parametrize(
    ("outcome", "stands"),
    [
        ("next_round", "waiting"),
        ("offer", "offer"),
        ("rejected", "rejected ask_feedback"),
        ("on_hold", "on_hold"),
        ("still_deciding", "waiting"),
        ("?", "overdue"),
    ],
)
def test_heard_is_a_word_from_the_employer(outcome: str, stands: str) -> None:
    story = after_interview().writes("07-15 10:00", Kind.QUESTION).says("07-16 10:00", CorrectionKind.HEARD, outcome)
    assert story.stands("07-16 11:00") == stands


def test_heard_undoes_an_offer_and_a_closing_which_mail_cannot() -> None:
    offered = after_interview().hears("07-08 09:00", Kind.OFFER).says("07-09 09:00", CorrectionKind.HEARD, "next_round")
    assert offered.stands("07-09 10:00") == "waiting"
    closed = after_interview().says("07-08 09:00", CorrectionKind.CLOSE)
    assert closed.stands("07-08 10:00") == "withdrawn"
    assert closed.says("07-09 09:00", CorrectionKind.HEARD, "still_deciding").stands("07-09 10:00") == "waiting"


def test_a_promise_told_in_the_room_ends_the_silence() -> None:
    story = (
        after_interview()
        .writes("07-15 10:00", Kind.QUESTION)
        .says("07-16 10:00", CorrectionKind.PROMISE, "by Friday week", on="07-24")
    )
    standing = story.judged("07-16 11:00")
    assert (standing.promises[0].message, standing.promises[0].by) == ("correction:1", PromisedBy.OWNER)
    assert (story.stands("07-28 08:50"), story.stands("07-28 09:10")) == ("waiting", "overdue follow_up")
    assert after_interview().says("07-08 10:00", CorrectionKind.PROMISE, "soon").judged("07-08 11:00").promises == ()


def test_an_interview_no_mail_knows_counts_once() -> None:
    story = (
        Story()
        .hears("07-08 09:00", Kind.PROPOSAL)
        .says("07-09 09:00", CorrectionKind.INTERVIEW, "tomorrow 2pm", until="07-10 14:00")
    )
    assert (story.stands("07-09 08:50"), story.stands("07-09 09:10")) == ("your_turn reply", "scheduled")
    assert (story.stands("07-10 15:10"), story.rings("07-10 15:10")) == ("waiting thank_you", "07-10 17:00")
    twice = Story().interview("07-10 14:00", minutes=30).says("07-09 09:00", CorrectionKind.INTERVIEW, until="07-10 14:00")
    assert [h.interview.message for h in twice.judged("07-09 10:00").interviews] == ["correction:1"]


def test_an_interview_told_afterwards_was_held() -> None:
    story = Story().hears("07-11 08:00", Kind.PROPOSAL).says("07-11 09:00", CorrectionKind.INTERVIEW, until="07-10 14:00")
    assert story.stands("07-11 10:00") == "your_turn reply"
    assert story.judged("07-11 10:00").last_interview is not None
    assert Story().says("07-11 09:00", CorrectionKind.INTERVIEW).judged("07-11 10:00").interviews == ()


def test_a_snooze_is_quiet_and_then_rings_once_more() -> None:
    story = after_interview().says("07-15 10:00", CorrectionKind.SNOOZE, until="07-17 08:00")
    assert story.stands("07-15 09:30") == "overdue follow_up"
    quiet = story.judged("07-16 09:00")
    assert (quiet.state, quiet.action, quiet.push_at, quiet.rests_on) == ("overdue", None, None, "")
    assert quiet.why.endswith("Quiet until Fri 17 Jul at 08:00, as you asked.")
    assert quiet.next_change_at == story.utc("07-17 08:00")
    rung = story.judged("07-17 08:00")
    assert (rung.action, story.clock(rung.push_at)) == ("follow_up", "07-17 08:00")
    assert rung.rests_on == "interview:2026-07-07T14:00Z:snooze-1"


def test_a_snooze_that_ended_before_the_push_changes_nothing() -> None:
    story = after_interview().says("07-10 10:00", CorrectionKind.SNOOZE, until="07-15 09:00")
    standing = story.judged("07-15 10:00")
    assert (standing.rests_on, story.clock(standing.push_at)) == ("interview:2026-07-07T14:00Z", "07-15 09:00")


def test_the_last_snooze_said_counts() -> None:
    story = after_interview().says("07-15 10:00", CorrectionKind.SNOOZE, until="07-24 08:00")
    story.says("07-15 11:00", CorrectionKind.SNOOZE, until="07-16 08:00")
    assert (story.stands("07-15 12:00"), story.stands("07-16 09:00")) == ("overdue", "overdue follow_up")
    assert after_interview().says("07-15 10:00", CorrectionKind.SNOOZE).stands("07-15 12:00") == "overdue follow_up"


@pytest.mark.parametrize("kind", [CorrectionKind.RENAME, CorrectionKind.MERGE, CorrectionKind.SPLIT, CorrectionKind.FORGET])
def test_corrections_about_names_and_matching_are_not_events(kind: CorrectionKind) -> None:
    assert after_interview().says("07-14 10:00", kind, "x").stands("07-15 09:10") == "overdue follow_up"


@pytest.mark.parametrize("when", ["07-15 09:10", "08-26 09:10"])
def test_blindness_claims_no_silence(when: str) -> None:
    standing = after_interview().judged(when, unconfirmed="the mailbox was last read on Mon 13 Jul.")
    assert (standing.state, standing.action, standing.push_at, standing.rests_on) == ("waiting", None, None, "")
    assert standing.unconfirmed == "the mailbox was last read on Mon 13 Jul."
    assert standing.why == "Whether they have written cannot be said: the mailbox was last read on Mon 13 Jul."
    assert standing.rules[0] == "policy.unconfirmed"


def test_blindness_leaves_what_rests_on_no_silence() -> None:
    standing = after_interview().hears("07-08 09:00", Kind.REQUEST).judged("07-08 10:00", unconfirmed="login refused")
    assert (standing.state, standing.action, standing.unconfirmed) == ("your_turn", "reply", "login refused")
    waiting = after_interview().judged("07-08 10:00", unconfirmed="login refused")
    assert (waiting.state, Story().clock(waiting.deadline), waiting.unconfirmed) == ("waiting", USUAL, "login refused")


# ------------------------------------------------------------------------------------------- nobody came


def missed_on(start: str = "07-07 10:00") -> Story:
    """Tuesday 7 July, 10:00: the owner waited and says so at half past ten."""
    return Story().interview(start).says("07-07 10:30", CorrectionKind.MISSED, until=start)


def test_after_a_call_to_which_nobody_came_one_working_day_is_waited() -> None:
    story = missed_on()
    assert (story.stands("07-07 11:00"), story.stands("07-09 08:50"), story.stands("07-09 09:00")) == (
        "waiting",
        "waiting",
        "overdue follow_up",
    )
    assert story.rings("07-09 09:00") == "07-09 09:00"
    assert story.judged("07-09 09:00").why.startswith("They did not come to your interview on Tue 7 Jul.")


def test_nobody_is_thanked_for_a_call_that_was_none() -> None:
    assert Story().interview("07-07 10:00").stands("07-07 13:00") == "waiting thank_you"
    assert missed_on().stands("07-07 13:00") == "waiting"
    assert [one.status for one in missed_on().judged("07-08 09:00").interviews] == [InterviewStatus.CANCELLED]


def test_a_friday_call_that_was_missed_is_asked_about_on_tuesday() -> None:
    story = Story().interview("07-10 10:00").says("07-10 10:30", CorrectionKind.MISSED, until="07-10 10:00")
    assert story.deadline("07-11 09:00") == "07-14 09:00"


def test_a_word_from_them_ends_it_and_a_new_time_is_an_interview_like_any() -> None:
    assert missed_on().hears("07-07 15:00", Kind.UPDATE).stands("07-20 09:00") == "applied"
    again = missed_on().hears("07-07 15:00", Kind.INVITATION).interview("07-13 10:00", message="<07-07 15:00>")
    assert again.stands("07-09 10:00") == "scheduled"
    assert again.stands("07-13 14:00") == "waiting thank_you"


def test_the_owners_note_about_it_is_a_follow_up() -> None:
    story = missed_on().writes("07-07 11:00", Kind.QUESTION)
    assert (story.stands("07-09 09:10"), story.stands("07-15 09:10")) == ("overdue", "overdue follow_up_again")


def test_an_earlier_interview_is_not_undone_by_a_later_one_to_which_nobody_came() -> None:
    story = (
        Story().interview("07-01 10:00").interview("07-07 10:00").says("07-07 10:30", CorrectionKind.MISSED, until="07-07 10:00")
    )
    assert [one.status for one in story.judged("07-08 09:00").interviews] == [InterviewStatus.HELD, InterviewStatus.CANCELLED]
    assert story.deadline("07-08 09:00") == "07-09 09:00"


# ------------------------------------------------------------------------------------- an offer's due day


def offer_due(latest: str) -> Story:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)
    return story.hears("07-08 09:00", Kind.OFFER, due=Timeframe(quote="", rule="test.given", latest=day(latest)))


def test_an_offers_due_day_is_shown_and_told_two_days_before_without_an_action() -> None:
    standing = offer_due("07-17").judged("07-08 10:00")
    assert (standing.state, standing.action, standing.push_at) == ("offer", None, None)
    assert (Story().clock(standing.due), Story().clock(standing.tell_due_at)) == ("07-17 23:59", "07-15 09:00")
    assert Story().clock(standing.next_change_at) == "07-15 09:00"
    assert standing.why.endswith("They want your answer by Fri 17 Jul.")


def test_an_offer_that_is_due_tomorrow_is_told_in_the_morning() -> None:
    assert Story().clock(offer_due("07-09").judged("07-08 10:00").tell_due_at) == "07-09 09:00"


def test_an_accepted_offer_is_due_no_more() -> None:
    standing = offer_due("07-17").writes("07-09 10:00", Kind.ACCEPTED_OFFER).judged("07-09 11:00")
    assert (standing.state, standing.due, standing.tell_due_at) == ("offer", None, None)
