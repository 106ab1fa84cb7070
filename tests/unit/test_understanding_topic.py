"""Is it about the owner's own search for a job?"""

from __future__ import annotations

from typing import Any

import pytest

from heardback.model import Address, MessageFacts, Topic
from heardback.understanding import understand
from tests.builders import ME, OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")


def read(text: str, **fields: Any) -> MessageFacts:
    return understand(message(text, sent_at=NOON, **fields), OWNER)


@pytest.mark.parametrize(
    "text",
    [
        "We have received your application for the clerk's post.",
        "Your telephone interview for the porter's job is on Monday.",
        "The client wants to see you, shall I put you forward?",
        "You have been found qualified for the position of Records Clerk.",
    ],
)
def test_words_of_hiring_make_it_hiring(text: str) -> None:
    assert read(text).topic is Topic.HIRING


@pytest.mark.parametrize(
    "text",
    [
        "We would love to interview you for our podcast, half an hour.",
        "We'd like to interview you about how you cook. You get a gift card.",
        "A technician will contact you by Tuesday about your repair.",
        "You're on the panel for two trainees. Please submit your scorecard by noon.",
        "Thank you so much for interviewing me yesterday for the kitchen job!",
        "How did the interview go? Tell me everything!",
        "Please complete the self assessment before your performance review.",
        "Your visa interview is at the consulate on Tuesday.",
        "We received your loan application and your mortgage interview is next.",
        "As a volunteer role it is unpaid: your volunteer application was received.",
        "Your order has shipped. Tracking number 1.",
    ],
)
def test_other_matters_are_unrelated(text: str) -> None:
    assert read(text).topic is Topic.UNRELATED


def test_a_bare_word_is_unknown_because_only_its_thread_knows() -> None:
    facts = read("Perfect.", in_reply_to="<a@quill.example>")
    assert (facts.topic, facts.topic_evidence) == (Topic.UNKNOWN, None)


def test_a_tracking_system_speaks_of_hiring_whatever_it_says() -> None:
    facts = read("Log in to read your message.", sender=Address(name="Oakmere", address="no-reply@us.greenhouse-mail.io"))
    assert facts.topic is Topic.HIRING
    assert facts.topic_evidence is not None


def test_a_job_alert_is_unrelated() -> None:
    facts = read("12 new jobs", sender=Address(name="", address="jobalerts-noreply@linkedin.com"))
    assert facts.topic is Topic.UNRELATED


def test_the_owner_who_speaks_as_an_employer_is_hiring_for_somebody_else() -> None:
    facts = read("You did well in the interview for our clerk's post, you'll hear from us by Monday.", sender=ME)
    assert facts.topic is Topic.UNRELATED


def test_the_same_words_from_an_employer_are_hiring() -> None:
    facts = read("You did well in the interview for our clerk's post, you'll hear from us by Monday.")
    assert facts.topic is Topic.HIRING


def test_a_withdrawal_needs_no_other_word_of_hiring() -> None:
    assert read("I would like to step out of the process.", sender=ME).topic is Topic.HIRING


def test_an_unrelated_matter_keeps_no_promises_and_no_names() -> None:
    facts = read("A technician will ring you by Friday about your repair at Oakmere.")
    assert (facts.promises, facts.employers, facts.roles) == ((), (), ())
