"""Drafts: in the thread, short, with nothing invented and every gap marked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import (
    Action,
    Address,
    Application,
    Interview,
    Kind,
    MessageFacts,
    Promise,
    PromisedBy,
    SenderKind,
    Standing,
    State,
)
from heardback.notify.drafts import GAP_ADDRESS, GAP_ANGLE, GAP_ANSWER, GAP_NAME, GAP_REASON, WORD_LIMIT, Draft, draft
from tests.builders import EMPLOYER, ME, OWNER, at, evidence, facts, said

INES = Address(name="Ines Fields", address="ines@brightforge.example")
INVITED = facts(
    Kind.INVITATION,
    sent_at=at("2026-03-02T09:00:00-06:00"),
    id="<invited@brightforge.example>",
    subject="Data Engineer at Brightforge",
    sender=INES,
)
PROMISED = facts(
    Kind.UPDATE,
    sent_at=at("2026-03-06T16:00:00-06:00"),
    id="<promised@brightforge.example>",
    subject="Re: Data Engineer at Brightforge",
    references=("<first@quill.example>", "<invited@brightforge.example>"),
)
PROMISE = Promise(
    message=PROMISED.id,
    quote="you'll hear by Friday",
    rule="r",
    made_at=PROMISED.sent_at,
    earliest=None,
    latest=date(2026, 3, 13),
    by=PromisedBy.EMPLOYER,
    spent=False,
)
INTERVIEW = Interview(
    start=at("2026-03-05T14:00:00-06:00"),
    end=None,
    message=INVITED.id,
    evidence=evidence(),
    people=("Ines Fields", "Tom Brandt"),
)
FORBIDDEN = re.compile(r"!|just checking in|gentle reminder|unfortunately|reproach|you promised|ghost", re.IGNORECASE)


def application(*messages: MessageFacts, **fields: Any) -> Application:
    values: dict[str, Any] = {
        "id": "b",
        "employer": "Brightforge",
        "role": "Data Engineer",
        "messages": messages or (INVITED, PROMISED),
    }
    return Application(**(values | fields))


def write(action: Action | None, of: Application | None = None, own_line: str | None = None, **fields: Any) -> Draft:
    values: dict[str, Any] = {"promise": PROMISE, "last_interview": INTERVIEW} | fields
    standing = Standing(application="b", state=State.OVERDUE, action=action, why="", rules=(), **values)
    return draft(standing, of or application(), OWNER, own_line)


def test_a_follow_up_is_an_answer_in_the_thread_to_the_person_who_promised() -> None:
    one = write(Action.FOLLOW_UP)
    assert (one.to, one.cc) == ((EMPLOYER,), ())
    assert one.subject == "Re: Data Engineer at Brightforge"
    assert one.in_reply_to == PROMISED.id
    assert one.references == ("<first@quill.example>", "<invited@brightforge.example>", PROMISED.id)


def test_a_follow_up_says_what_it_is_about_and_asks_one_question() -> None:
    one = write(Action.FOLLOW_UP, own_line="the move off nightly batches is what I did last year.")
    assert one.body == (
        "Hi Dana,\n\n"
        "Thank you again for our conversation on Thursday 5 March about the Data Engineer role. "
        "You mentioned that news might come by Friday 13 March. I know that calendars move, and I am still very interested: "
        "the move off nightly batches is what I did last year.\n\n"
        "Could you tell me what the next step is, and roughly when I may expect it?\n\n"
        "Thank you,\nRosa\n"
    )
    assert one.gaps == ()


def test_what_only_the_person_knows_is_a_marked_gap() -> None:
    expected = {
        Action.THANK_YOU: (GAP_REASON,),
        Action.FOLLOW_UP: (GAP_REASON,),
        Action.FOLLOW_UP_AGAIN: (GAP_ANGLE,),
        Action.REPLY: (GAP_ANSWER,),
        Action.ASK_FEEDBACK: (),
        Action.MOVE_ON: (),
    }
    for action in Action:
        one = write(action)
        assert (action, one.gaps) == (action, expected[action])
        assert all(gap in one.body for gap in one.gaps)
        assert write(action, own_line="my own words").gaps == ()


def test_a_promise_is_ascribed_only_to_whoever_made_it() -> None:
    later = facts(Kind.COURTESY, sent_at=at("2026-03-07T09:00:00-06:00"), id="<later@brightforge.example>", sender=INES)
    by_another = write(Action.FOLLOW_UP, application(INVITED, PROMISED, later))
    assert by_another.body.startswith("Hi Ines,")
    assert "I understood that news might come by Friday 13 March." in by_another.body
    told = write(Action.FOLLOW_UP, promise=replace(PROMISE, by=PromisedBy.OWNER, message=""))
    assert "I understood that news" in told.body
    none = write(Action.FOLLOW_UP, promise=None)
    assert "news might come" not in none.body


def test_thanks_go_to_somebody_who_was_met_and_through_them_to_the_others() -> None:
    one = write(Action.THANK_YOU)
    assert one.to == (INES,)
    assert one.body.startswith("Hi Ines,\n\nThank you for talking with me on Thursday 5 March about the Data Engineer role.")
    assert "Please pass my thanks on to Tom." in one.body
    alone = write(Action.THANK_YOU, last_interview=replace(INTERVIEW, people=("Ines Fields",)))
    assert "pass my thanks" not in alone.body


def test_a_reply_answers_the_request_even_if_a_courtesy_came_after_it() -> None:
    asked = replace(
        facts(Kind.REQUEST, sent_at=at("2026-03-09T09:00:00-05:00"), id="<asked@brightforge.example>", subject="Two times?"),
        kind=said(Kind.REQUEST, "Could you send me two times that suit you?"),
    )
    courtesy = facts(Kind.COURTESY, sent_at=at("2026-03-10T09:00:00-05:00"), id="<lovely@brightforge.example>", sender=INES)
    one = write(Action.REPLY, application(INVITED, asked, courtesy), own_line="Monday at 10 or Tuesday at 4 would suit me.")
    assert (one.in_reply_to, one.subject) == (asked.id, "Re: Two times?")
    assert 'You asked: "Could you send me two times that suit you?"\n\nMonday at 10' in one.body


def test_feedback_is_asked_of_the_person_who_said_no() -> None:
    no = facts(Kind.REJECTION, sent_at=at("2026-03-12T09:00:00-05:00"), id="<no@brightforge.example>", sender=INES)
    survey = facts(Kind.SURVEY, sent_at=at("2026-03-13T09:00:00-05:00"), id="<survey@brightforge.example>")
    one = write(Action.ASK_FEEDBACK, application(PROMISED, no, survey))
    assert (one.to, one.in_reply_to) == ((INES,), no.id)
    assert one.body.count("?") == 2, "one request and its one question"


@pytest.mark.parametrize(
    "address", ["no-reply@hireline.example", "donotreply@hireline.example", "notifications@hireline.example", "noreply@x.test"]
)
def test_a_platform_that_reads_no_mail_is_not_written_to(address: str) -> None:
    platform = replace(PROMISED, sender=Address(name="Brightforge", address=address), sender_kind=SenderKind.PLATFORM)
    one = write(Action.FOLLOW_UP, application(platform))
    assert (one.to, one.gaps[0]) == ((), GAP_ADDRESS)
    assert one.body.startswith("Hello,")


def test_an_answer_goes_where_the_sender_wants_it() -> None:
    careers = Address(name="", address="careers@brightforge.example")
    assert write(Action.FOLLOW_UP, application(replace(PROMISED, reply_to=(careers,)))).to == (careers,)


def test_the_owners_own_mail_and_junk_are_not_answered() -> None:
    from heardback.model import FolderRole

    mine = facts(Kind.QUESTION, sent_at=at("2026-03-10T09:00:00-05:00"), id="<mine@quill.example>", sender=ME)
    junk = facts(Kind.UPDATE, sent_at=at("2026-03-11T09:00:00-05:00"), id="<junk@x.example>", role=FolderRole.JUNK)
    assert write(Action.FOLLOW_UP_AGAIN, application(PROMISED, mine, junk)).in_reply_to == PROMISED.id


def test_with_no_message_to_answer_the_letter_stands_alone() -> None:
    mine = facts(Kind.APPLICATION, sent_at=at("2026-03-01T09:00:00-06:00"), sender=ME)
    one = write(Action.FOLLOW_UP, application(mine))
    assert (one.to, one.in_reply_to, one.references) == ((), None, ())
    assert one.subject == "Data Engineer at Brightforge"
    assert one.gaps == (GAP_ADDRESS, GAP_NAME, GAP_REASON)


def test_an_agency_is_told_whose_role_it_is_and_no_role_is_called_a_role_twice() -> None:
    assert "the Data Engineer role at Brightforge" in write(Action.FOLLOW_UP, application(agency="Hireline")).body
    assert "about the Teaching post." in write(Action.FOLLOW_UP, application(role="Teaching post")).body
    assert " about " not in write(Action.FOLLOW_UP, application(role=None)).body


def test_asking_for_a_draft_without_an_action_gives_a_follow_up() -> None:
    assert write(None) == write(Action.FOLLOW_UP)


def test_a_long_thread_keeps_its_first_and_its_last_references() -> None:
    chain = tuple(f"<{number}@brightforge.example>" for number in range(60))
    one = write(Action.FOLLOW_UP, application(replace(PROMISED, references=chain)))
    assert len(one.references) == 20
    assert (one.references[0], one.references[-2:]) == (chain[0], (chain[-1], PROMISED.id))


def test_the_second_note_is_shorter_than_the_first() -> None:
    assert len(write(Action.FOLLOW_UP_AGAIN).body.split()) < len(write(Action.FOLLOW_UP).body.split())


texts = st.text(max_size=150)


@given(action=st.sampled_from(Action), employer=texts, role=st.none() | texts, sender=texts, subject=texts, own=st.none() | texts)
@settings(deadline=None, max_examples=60)
def test_whatever_the_mailbox_holds_a_draft_is_short_plain_and_in_our_voice(
    action: Action, employer: str, role: str | None, sender: str, subject: str, own: str | None
) -> None:
    writer = Address(name=sender, address="someone@brightforge.example")
    one = write(action, application(replace(PROMISED, sender=writer, subject=subject), employer=employer, role=role), own)
    ours = one.body if not own else one.body.replace(" ".join(own.split()), "")
    assert len(one.body.split()) <= WORD_LIMIT + len((own or "").split())
    assert "\n\n\n" not in one.body
    assert all(character.isprintable() or character == "\n" for character in one.body)
    assert "\n" not in one.subject
    if not any(FORBIDDEN.search(text or "") for text in (employer, role, sender, own)):
        assert FORBIDDEN.search(ours) is None
