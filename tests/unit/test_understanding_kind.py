"""What a message says: decisions beat courtesies, conditions are no decisions, machines say nothing."""

from __future__ import annotations

from typing import Any

import pytest

from heardback.model import Address, Body, Kind, MessageFacts
from heardback.understanding import understand
from tests.builders import ME, OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")


def read(text: str, **fields: Any) -> MessageFacts:
    return understand(message(text, sent_at=NOON, **fields), OWNER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Thank you for your interest in the clerk role. We have decided to go with another applicant.", Kind.REJECTION),
        ("Both cooks were good. The other one had run a kitchen before, which tipped it.", Kind.REJECTION),
        ("In the end the trust is giving it to a colleague who is already on the team.", Kind.REJECTION),
        ("The porter's job has been filled internally.", Kind.REJECTION),
        ("The search for a second clerk is paused until the summer. It is not a no.", Kind.ON_HOLD),
        ("We'd like you to join Fernhill as Head Gardener. The letter follows.", Kind.OFFER),
        ("Further to your recent interview we are delighted to offer you the position of clerk.", Kind.OFFER),
        ("Could you let me have two references?", Kind.REQUEST),
        ("Which mornings next week would you be free?", Kind.REQUEST),
        ("Please pick a slot here: https://calendly.com/fernhill/chat", Kind.BOOKING_LINK),
        ("Would Tuesday 17 March at 3pm suit for a chat?", Kind.PROPOSAL),
        ("Would you come and be interviewed one afternoon?", Kind.PROPOSAL),
        ("I have put you down for Tuesday 17 March at 3pm.", Kind.INVITATION),
        ("Good news: you are through to the second round.", Kind.NEXT_STEP),
        ("We are still weighing it up, there are two more people to see.", Kind.UPDATE),
        ("It was lovely to meet you.", Kind.COURTESY),
        ("Visitor parking is behind the mill; please bring photo ID.", Kind.LOGISTICS),
        ("On a scale of 0 to 10, how was your interview experience?", Kind.SURVEY),
        ("We have received your application for the clerk's post.", Kind.RECEIPT),
        ("I came across your profile. Are you open to a new role?", Kind.APPROACH),
        ("The weather is fine.", Kind.OTHER),
    ],
)
def test_what_an_employer_says(text: str, kind: Kind) -> None:
    assert read(text).kind.kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for applying. If you are not selected we will not write again.",
        "We received your application. If you do not hear from us by June, assume that you were unsuccessful.",
        "The post stays open until it is filled.",
        "Should we decide not to proceed, an e-mail will tell you so.",
        "Unfortunately I can't make Thursday, could we find another day?",
    ],
)
def test_a_condition_or_an_excuse_is_no_rejection(text: str) -> None:
    assert not read(text).says(Kind.REJECTION)


@pytest.mark.parametrize(
    "text",
    [
        "Any offer is subject to references.",
        "We would like to offer you an interview.",
        "We would like you to join us for a call on Monday.",
        "We are unable to offer you the position.",
    ],
)
def test_the_word_offer_is_no_offer(text: str) -> None:
    assert not read(text).says(Kind.OFFER)


def test_a_rejection_drops_the_receipt_it_begins_with() -> None:
    facts = read("Thank you for your application. We regret that we cannot offer you the job.")
    assert facts.kinds == (Kind.REJECTION,)


def test_a_fixed_time_that_is_to_be_confirmed_asks_for_nothing() -> None:
    facts = read("Your interview is scheduled for Tuesday 17 March at 3pm. Please confirm.")
    assert facts.kind.kind is Kind.INVITATION
    assert not facts.says(Kind.PROPOSAL, Kind.REQUEST)


def test_a_booking_link_that_is_only_quoted_is_no_link() -> None:
    link = "https://calendly.com/fernhill/chat"
    body = Body(text="So nice talking today.", quoted=f"Pick a time: {link}", links=(link,))
    assert not read("", body=body).says(Kind.BOOKING_LINK)


def test_an_automatic_answer_says_nothing_else() -> None:
    facts = read(
        "I am out of the office until Monday and will answer your application then.", headers={"auto-submitted": "auto-replied"}
    )
    assert facts.kinds == (Kind.AUTOMATIC,)


def test_the_body_decides_and_not_the_subject() -> None:
    facts = read("We will not be taking your candidature any further.", subject="Thank you for applying!")
    assert facts.kind.kind is Kind.REJECTION


def test_an_answer_to_the_owner_is_no_unasked_approach() -> None:
    facts = read("I came across your profile again. Are you open to a chat?", in_reply_to="<a@quill.example>")
    assert not facts.says(Kind.APPROACH)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Is there any news about the clerk's job?", Kind.QUESTION),
        ("Following up once more in case my note got lost.", Kind.QUESTION),
        ("How does it go on from here?", Kind.QUESTION),
        ("Thank you both for the warm welcome yesterday.", Kind.THANKS),
        ("I would like to step out of the process.", Kind.WITHDRAWAL),
        ("Thank you for the offer, which I have decided to decline.", Kind.DECLINED_OFFER),
        ("I am delighted to accept the offer.", Kind.ACCEPTED_OFFER),
        ("My references are attached.", Kind.ANSWER),
        ("If the panel had any comments for me I would be glad to have them.", Kind.FEEDBACK_REQUEST),
        ("I would like to apply for the stage manager post.", Kind.APPLICATION),
        ("That sounds interesting, I would love to hear more about it.", Kind.INTEREST),
    ],
)
def test_what_the_owner_says(text: str, kind: Kind) -> None:
    assert read(text, sender=ME, to=(Address(name="", address="dana@brightforge.example"),)).kind.kind is kind


def test_a_thank_you_may_ask_too() -> None:
    facts = read("Thank you for your time today. What are the next steps?", sender=ME)
    assert {Kind.THANKS, Kind.QUESTION} == set(facts.kinds)


def test_looking_forward_to_news_does_not_ask_for_it() -> None:
    assert not read("Thank you for today. I look forward to hearing the decision.", sender=ME).says(Kind.QUESTION)


def test_every_finding_carries_its_sentence_and_rule() -> None:
    evidence = read("Hello Rosa. The porter's job has been filled. Best wishes").kind.evidence
    assert (evidence.sentence, evidence.rule) == ("The porter's job has been filled.", "kind.filled")
