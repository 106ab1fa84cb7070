"""The words of a nudge: what they say, what they never say, and that they fit whatever the mailbox holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import (
    Action,
    Address,
    Application,
    HeldInterview,
    Interview,
    InterviewStatus,
    Kind,
    MessageFacts,
    Promise,
    PromisedBy,
    PromiseFinding,
    Push,
    SenderKind,
    Standing,
    State,
    Timeframe,
)
from heardback.notify import compose as words
from heardback.notify.compose import (
    alive_notice,
    blind_notice,
    compose,
    grant_notice,
    junk_notice,
    reason_for,
    stopped_notice,
    summary_notice,
    trial_notice,
)
from tests.builders import OWNER, at, evidence, facts, said

NOW = at("2026-03-17T09:00:00-05:00")
FORBIDDEN = re.compile(
    r"ghost|rejected|failed|overdue|unfortunately|don'?t worry|just checking in|gentle reminder|!"
    r"|[\U0001F000-\U0001FAFF\u2600-\u27BF]",
    re.IGNORECASE,
)

WROTE = facts(Kind.UPDATE, sent_at=at("2026-03-06T16:00:00-06:00"), id="<p@brightforge.example>")
PROMISE = Promise(
    message=WROTE.id,
    quote="you'll hear from us by the end of next week",
    rule="r",
    made_at=WROTE.sent_at,
    earliest=None,
    latest=date(2026, 3, 13),
    by=PromisedBy.EMPLOYER,
    spent=False,
)
INTERVIEW = Interview(
    start=at("2026-03-17T13:00:00-05:00"),
    end=at("2026-03-17T15:30:00-05:00"),
    message=WROTE.id,
    evidence=evidence(),
    people=("Ines Fields", "Tom Brandt", "Rosa Quill", "Li Wen", "Bo Lund"),
)


def asked(sentence: str, **fields: Any) -> MessageFacts:
    return replace(
        facts(Kind.REQUEST, **({"sent_at": at("2026-03-16T11:00:00-05:00")} | fields)), kind=said(Kind.REQUEST, sentence)
    )


def application(*messages: MessageFacts, employer: str = "Brightforge", country: str | None = None) -> Application:
    return Application(id="b", employer=employer, role="Data Engineer", messages=messages or (WROTE,), country=country)


def standing(action: Action, **fields: Any) -> Standing:
    values: dict[str, Any] = {"application": "b", "state": State.OVERDUE, "action": action, "why": "", "rules": ()}
    return Standing(**(values | fields))


def say(action: Action, *, of: Application | None = None, now: datetime = NOW, **fields: Any) -> Push:
    return compose(standing(action, **fields), of or application(), OWNER, now, with_reason=False)


# ------------------------------------------------------------------------------------------------ what is said


def test_a_follow_up_says_who_promised_what_for_when_and_how_long_it_is_past() -> None:
    push = say(Action.FOLLOW_UP, promise=PROMISE)
    assert push.title == "Brightforge: time to follow up"
    assert push.body == (
        'Dana wrote "you\'ll hear from us by the end of next week" (Fri 13 Mar). Two working days have passed and no mail since. '
        "A short note today is normal; a draft is ready."
    )


def test_working_days_are_those_of_both_countries() -> None:
    """Monday 16 February 2026 is a holiday in the US and none in Germany; Rosenmontag is none in either calendar."""
    promise = words_promise(latest=date(2026, 2, 13))
    here = say(Action.FOLLOW_UP, promise=promise, now=at("2026-02-18T09:00:00-06:00"))
    assert "Two working days have passed" in here.body
    easter = words_promise(latest=date(2026, 4, 2))
    there = say(Action.FOLLOW_UP, of=application(country="DE"), promise=easter, now=at("2026-04-08T09:00:00-05:00"))
    assert "Two working days have passed" in there.body, "Easter Monday is a German holiday, and Good Friday is one too"


def words_promise(**fields: Any) -> Promise:
    return replace(PROMISE, **fields)


@pytest.mark.parametrize(
    ("fields", "message", "head"),
    [
        ({}, WROTE, 'Dana wrote "you'),
        ({}, facts(Kind.UPDATE, sent_at=WROTE.sent_at, id=WROTE.id, sender_kind=SenderKind.PLATFORM), 'They wrote "you'),
        ({"message": ""}, WROTE, 'You were told "you'),
        ({"by": PromisedBy.OWNER}, WROTE, 'In your own words: "you'),
        ({"by": PromisedBy.OWNER, "message": ""}, WROTE, 'You were told "you'),
    ],
)
def test_a_promise_is_put_into_the_mouth_of_whoever_made_it(fields: dict[str, object], message: MessageFacts, head: str) -> None:
    push = say(Action.FOLLOW_UP, of=application(message), promise=words_promise(**fields))
    assert push.body.startswith(head)


def test_a_courtesy_after_the_date_is_mail_but_no_news() -> None:
    courtesy = facts(Kind.COURTESY, sent_at=at("2026-03-16T10:00:00-05:00"))
    automatic = facts(Kind.AUTOMATIC, sent_at=at("2026-03-16T10:00:00-05:00"))
    assert "and no news since" in say(Action.FOLLOW_UP, of=application(WROTE, courtesy), promise=PROMISE).body
    assert "and no mail since" in say(Action.FOLLOW_UP, of=application(WROTE, automatic), promise=PROMISE).body


def test_without_a_promise_the_interview_is_what_is_counted_from() -> None:
    push = say(Action.FOLLOW_UP, last_interview=INTERVIEW, now=at("2026-03-25T09:00:00-05:00"))
    assert (push.title, push.body) == (
        "Brightforge: time to ask",
        "Your interview was Tue 17 Mar; no mail since, and no date was named. "
        "Five working days is when people ask. A draft is ready.",
    )


def test_a_word_after_the_interview_is_what_is_counted_from_and_an_old_promise_is_not_denied() -> None:
    push = say(
        Action.FOLLOW_UP,
        last_interview=INTERVIEW,
        last_word_at=at("2026-03-20T10:00:00-05:00"),
        promises=(PROMISE,),
        now=at("2026-03-30T09:00:00-05:00"),
    )
    assert push.body.startswith("Their last word came Fri 20 Mar; nothing since, and no new date was named.")


def test_a_thank_you_names_one_person_and_counts_the_others() -> None:
    push = say(Action.THANK_YOU, last_interview=INTERVIEW, now=at("2026-03-17T17:30:00-05:00"))
    assert (push.title, push.body) == (
        "Brightforge: say thank you today",
        "You met Ines and three others until 15:30. A few lines while it is fresh are enough; a draft is ready.",
    )


def test_a_thank_you_the_next_morning_says_yesterday_and_an_unknown_end_is_left_out() -> None:
    next_morning = say(Action.THANK_YOU, last_interview=INTERVIEW, now=at("2026-03-18T08:00:00-05:00"))
    assert next_morning.body.startswith("You met Ines and three others until 15:30 yesterday.")
    nobody_known = say(
        Action.THANK_YOU, last_interview=replace(INTERVIEW, end=None, people=()), now=at("2026-03-17T17:30:00-05:00")
    )
    assert nobody_known.body.startswith("Your interview was at 13:00.")


def test_times_are_the_owners_whatever_zone_the_invitation_came_in() -> None:
    berlin = replace(INTERVIEW, start=at("2026-03-17T19:00:00+01:00"), end=at("2026-03-17T20:00:00+01:00"))
    assert "until 14:00." in say(Action.THANK_YOU, last_interview=berlin, now=at("2026-03-17T17:30:00-05:00")).body


def test_a_second_note_says_when_the_first_went() -> None:
    push = say(Action.FOLLOW_UP_AGAIN, follow_ups_at=(at("2026-03-05T10:00:00-06:00"),))
    assert (push.title, push.body) == (
        "Brightforge: one more note",
        "You asked on 5 Mar and nothing came back. "
        "A second, shorter note is fine, and the last one that is. A draft takes a new angle.",
    )


def test_a_reply_quotes_the_request_and_says_by_when() -> None:
    britt = Address(name="Britt Holm", address="britt@cobaltine.example")
    request = asked("Could you send me two times that suit you?", sender=britt)
    push = say(Action.REPLY, of=application(request, employer="Cobaltine"), due=at("2026-03-20T17:00:00-05:00"))
    assert (push.title, push.is_urgent) == ("Cobaltine waits for you", False)
    assert push.body == (
        'Britt wrote yesterday: "Could you send me two times that suit you?" They would like it by Fri 20 Mar. A draft is ready.'
    )
    soon = say(Action.REPLY, of=application(request, employer="Cobaltine"), due=at("2026-03-18T17:00:00-05:00"))
    assert soon.is_urgent is True


def test_a_no_by_mail_is_dated_and_a_no_by_phone_is_not() -> None:
    no = facts(Kind.REJECTION, sent_at=at("2026-03-16T11:00:00-05:00"))
    assert say(Action.ASK_FEEDBACK, of=application(WROTE, no)).body.startswith("Dana wrote yesterday. You met them")
    assert say(Action.ASK_FEEDBACK).body.startswith("You met them")


def test_letting_it_rest_counts_the_notes_and_what_else_is_open() -> None:
    notes = (at("2026-02-05T10:00:00-06:00"), at("2026-02-15T10:00:00-06:00"))
    push = compose(
        standing(Action.MOVE_ON, follow_ups_at=notes, last_word_at=at("2026-01-20T10:00:00-06:00")),
        application(),
        OWNER,
        NOW,
        with_reason=False,
        others_open=3,
    )
    assert push.body == "Silent since 20 Jan, through two notes of yours. If they write, I will tell you. Three others are open."


def test_silence_is_counted_from_the_talk_where_nothing_came_after_it() -> None:
    push = say(
        Action.MOVE_ON,
        last_interview=INTERVIEW,
        last_word_at=at("2026-03-10T10:00:00-05:00"),
        now=at("2026-05-05T09:00:00-05:00"),
    )
    assert push.body.startswith("Silent since 17 Mar.")


def test_a_long_promise_is_cut_so_that_its_day_is_still_in_it() -> None:
    sentence = "We have two more people to see in the week after, so I expect to have an answer for you by Friday the 13th."
    finding = PromiseFinding(
        timeframe=Timeframe(quote="by Friday the 13th", rule="r", latest=date(2026, 3, 13)),
        by=PromisedBy.EMPLOYER,
        evidence=evidence(sentence),
    )
    push = say(Action.FOLLOW_UP, of=application(replace(WROTE, promises=(finding,))), promise=words_promise(quote=sentence))
    assert push.body.startswith('Dana wrote "…')
    assert 'an answer for you by Friday the 13th" (Fri 13 Mar).' in push.body


def test_a_discreet_nudge_names_nobody() -> None:
    for action in Action:
        push = compose(standing(action, promise=PROMISE, last_interview=INTERVIEW), application(), OWNER, NOW, discreet=True)
        assert (push.title, push.body) == ("heardback", "something is due today")


def test_without_an_action_there_is_nothing_to_say() -> None:
    with pytest.raises(ValueError, match="no action"):
        compose(Standing(application="b", state=State.WAITING, action=None, why="", rules=()), application(), OWNER, NOW)


# ---------------------------------------------------------------------------------------------------- reasons


def test_no_reason_comes_twice_within_a_month_of_days() -> None:
    days = [NOW + timedelta(days=number) for number in range(31)]
    bodies = [compose(standing(Action.MOVE_ON), application(), OWNER, day).body for day in days]
    assert len(set(bodies)) == 31


def test_reasons_belong_to_silence_only_and_can_be_turned_off() -> None:
    for action in Action:
        push = compose(standing(action, last_interview=INTERVIEW), application(), OWNER, NOW, reason_key=5)
        expected = action in (Action.FOLLOW_UP, Action.FOLLOW_UP_AGAIN, Action.MOVE_ON)
        assert push.body.endswith(reason_for(5)) is expected
        plain = compose(standing(action, last_interview=INTERVIEW), application(), OWNER, NOW, reason_key=5, with_reason=False)
        assert reason_for(5) not in plain.body


def test_every_reason_is_short_different_and_in_our_voice() -> None:
    reasons = words._reasons()
    assert len(reasons) == len(set(reasons)) > 31
    assert [reason for reason in reasons if len(reason) > 80 or not reason.endswith(".") or FORBIDDEN.search(reason)] == []


def test_a_reason_that_does_not_fit_is_left_out_and_the_fact_stays() -> None:
    promise = words_promise(quote="you will hear from one of us " + "very " * 20 + "soon")
    push = compose(standing(Action.FOLLOW_UP, promise=promise), application(), OWNER, NOW)
    assert push.body.endswith("a draft is ready.")
    assert "(Fri 13 Mar). Two working days have passed and no mail since." in push.body


# ---------------------------------------------------------------------------------------------------- notices


def test_blindness_says_since_when_and_what_to_do() -> None:
    push = blind_notice("home", "The login at imap.home.example was refused.", at("2026-03-17T14:02:00-05:00"), OWNER)
    assert (push.title, push.body) == (
        "I cannot read your mail",
        "home: The login at imap.home.example was refused (since 14:02). "
        "Until that is mended I cannot tell silence from a missed letter. heardback check says what to do.",
    )


def test_a_sign_of_life_tells_what_is_open_due_and_how_fresh_that_is() -> None:
    push = alive_notice(4, [date(2026, 3, 19), date(2026, 3, 30)], NOW - timedelta(minutes=2), OWNER, NOW)
    assert (push.title, push.body) == ("Still watching", "4 open, 1 due on Thursday. Last read two minutes ago.")
    assert alive_notice(0, [], None, OWNER, NOW).body == "0 open, none due. Your mail has not been read through yet."
    stale = alive_notice(1, [], NOW - timedelta(days=2), OWNER, NOW)
    assert stale.body == "1 open, none due. Last read on Sunday at 09:00."


def test_a_summary_names_some_and_counts_the_rest() -> None:
    push = summary_notice(7, OWNER, employers=["Brightforge", "Liffeyside", "Peachtree", "Lumenfold"])
    assert push.title == "Seven more in your mail"
    assert "Brightforge, Liffeyside, Peachtree and four more." in push.body
    assert "One thing has been waiting" in summary_notice(1, OWNER).body


# ------------------------------------------------------------------------------------------- limits and voice

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
optional_moments = st.none() | st.integers(0, 800).map(lambda days: NOW - timedelta(days=days))


@given(
    action=st.sampled_from(Action),
    employer=names,
    sender=names,
    quote=names,
    people=st.lists(names, max_size=5),
    has_promise=st.booleans(),
    by=st.sampled_from(PromisedBy),
    latest=st.dates(date(2024, 1, 1), date(2026, 3, 17)),
    last_word_at=optional_moments,
    due=optional_moments,
    notes=st.integers(0, 3),
    key=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=60)
def test_whatever_the_mailbox_holds_the_words_fit_and_keep_their_voice(
    action: Action,
    employer: str,
    sender: str,
    quote: str,
    people: list[str],
    has_promise: bool,
    by: PromisedBy,
    latest: date,
    last_word_at: datetime | None,
    due: datetime | None,
    notes: int,
    key: int,
) -> None:
    writer = Address(name=sender, address="someone@brightforge.example")
    message = asked(quote, sent_at=WROTE.sent_at, id=WROTE.id, sender=writer)
    one = standing(
        action,
        promise=words_promise(quote=quote, latest=latest, by=by) if has_promise else None,
        last_interview=replace(INTERVIEW, people=tuple(people)),
        last_word_at=last_word_at,
        due=due,
        follow_ups_at=(WROTE.sent_at,) * notes,
    )
    push = compose(one, application(message, employer=employer), OWNER, NOW, reason_key=key, others_open=notes)
    assert 0 < len(push.title) <= 45
    assert 0 < len(push.body) <= 240
    assert all(character.isprintable() for character in push.title + push.body)
    theirs = FORBIDDEN.findall(employer + sender + quote + " ".join(people))
    if not theirs:
        assert FORBIDDEN.findall(push.title + push.body) == []
    assert "!" not in push.title + push.body


@given(text=names, count=st.integers(1, 500))
@settings(deadline=None, max_examples=40)
def test_notices_fit_too(text: str, count: int) -> None:
    for push in (
        blind_notice(text, text * 3, NOW, OWNER),
        alive_notice(count, [NOW.date()] * count, NOW, OWNER, NOW),
        summary_notice(count, OWNER, employers=[text, text + "2", "third", "fourth"]),
        junk_notice(text, text),
        grant_notice(text, NOW, OWNER, NOW),
        stopped_notice(text),
        trial_notice(),
    ):
        assert 0 < len(push.title) <= 45
        assert 0 < len(push.body) <= 240
        assert "!" not in push.title + push.body


# ------------------------------------------------------------------------------------- nobody came; an offer


def test_a_call_to_which_nobody_came_is_told_without_blame() -> None:
    missed = HeldInterview(interview=INTERVIEW, status=InterviewStatus.CANCELLED)
    push = say(
        Action.FOLLOW_UP,
        rests_on="missed:2026-03-17T18:00Z",
        interviews=(missed,),
        now=at("2026-03-19T09:00:00-05:00"),
    )
    assert push.title == "Brightforge: time to ask"
    assert push.body == (
        "Nobody came to your interview on Tue 17 Mar; no mail since. Asking for another time today is normal; a draft is ready."
    )


def test_an_offers_due_day_is_told_with_its_hour_where_one_was_named() -> None:
    whole_day = words.offer_due_notice("Brightforge", at("2026-03-19T23:59:00-05:00"), OWNER, NOW)
    assert (whole_day.title, whole_day.is_urgent) == ("Brightforge: their offer waits", True)
    assert whole_day.body.startswith("They want your answer by Thu 19 Mar. ")
    assert " at 17:00" in words.offer_due_notice("B", at("2026-03-19T17:00:00-05:00"), OWNER, NOW).body
    assert words.offer_due_notice("B", NOW, OWNER, NOW, discreet=True) == words.DISCREET
