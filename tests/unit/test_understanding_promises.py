"""Sentences -> promises, and the near misses that promise nothing. Written on Wednesday 11 March 2026 in Chicago."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import InterviewOffset, OffsetUnit, PromisedBy
from heardback.understanding import phrasebook
from heardback.understanding.promises import Phrase, find_due, find_promises, phrases, read_sentence, triggers
from heardback.understanding.sentence_reader import answer
from heardback.workdays import Place, WorkCalendar
from tests.builders import at

WRITTEN = at("2026-03-11T10:00:00-05:00")
US = WorkCalendar((Place("US"),))

PROMISES = [
    ("We'll be in touch by Friday.", "2026-03-13"),
    ("You'll hear from us by Friday week.", "2026-03-20"),
    ("I'll let you know by close of play tomorrow.", "2026-03-12"),
    ("Expect word from me next Tuesday.", "2026-03-17"),
    ("We expect to make a decision by the end of the month.", "2026-03-31"),
    ("I'll get back to you early next week.", "2026-03-18"),
    ("We will revert by the 20th.", "2026-03-20"),
    ("I'll update you once the panel has met on Thursday.", "2026-03-12"),
    ("Aiming to wrap up by the 17th.", "2026-03-17"),
    ("They'll decide by EOD Friday and I'll call.", "2026-03-13"),
    ("Give us ten days or so.", "2026-03-25"),
    ("Please allow up to two weeks for a decision.", "2026-03-25"),
    ("May I ask for your patience until the middle of next week?", "2026-03-19"),
    ("If you haven't heard by Tuesday, chase me.", "2026-03-17"),
    ("Apologies, we're running late; expect word by next Wednesday.", "2026-03-18"),
    ("By the end of next week you should know where you stand.", "2026-03-20"),
    ("The hiring committee meets on the 26th and you'll hear a day or two after that.", "2026-03-30"),
    ("Our committee meets on the 26th. A day or two after that you'll hear from me.", "2026-03-30"),
    ("We're hoping to have feedback for you in the next couple of days.", "2026-03-13"),
    ("Someone from our team will reach out within 48 hours.", "2026-03-13"),
    ("Priya will call you on Monday with the outcome.", "2026-03-16"),
    ("Final decisions will be communicated by April 3rd.", "2026-04-03"),
    ("Let's regroup: I owe you an answer, and you'll get it by Monday.", "2026-03-16"),
    ("We'll circle back sometime next week.", "2026-03-20"),
    ("I should have news for you after the long weekend.", "2026-03-20"),
    ("Bear with us till Thursday.", "2026-03-12"),
    ("It'll probably be the week after next before we can tell you anything.", "2026-03-27"),
    ("We won't be able to tell you more before Thursday.", "2026-03-12"),
    ("You'll receive an email from us on Monday 16 March.", "2026-03-16"),
    ("A decision is expected by mid-April.", "2026-04-16"),
    ("I'm hoping to get you an answer by tomorrow.", "2026-03-12"),
    ("Talk soon - more from me on Thursday.", "2026-03-12"),
    ("The team plans to finalize next steps by Wednesday.", "2026-03-18"),
    ("If all goes well we'd hope to be in touch before Easter.", "2026-04-04"),
    ("We'll let you know. Probably by Friday.", "2026-03-13"),
    ("Should be able to tell you more by Thursday.", "2026-03-12"),
    ("I will know more on Monday and will let you know then.", "2026-03-16"),
    ("You can expect to hear back within two weeks.", "2026-03-25"),
    ("We need until the end of the week to decide.", "2026-03-13"),
    ("The results will be posted on Friday.", "2026-03-13"),
    ("Our target is to make an offer by 1 April.", "2026-04-01"),
    ("Looking to close this out by Friday and will be in touch right after.", "2026-03-13"),
    ("You mentioned I should hear by Wednesday the 18th.", "2026-03-18"),
    ("Looking forward to hearing from you by Friday as discussed.", "2026-03-13"),
    ("We have two more candidates to meet this week, so it will be early next week before I come back to you.", "2026-03-18"),
    ("You should be hearing from Dana by Tuesday.", "2026-03-17"),
    ("I promise you an answer by Friday.", "2026-03-13"),
    ("Our HR partner, Liz Bauer, will contact you next week.", "2026-03-20"),
    ("Feedback usually takes about a week; you'll have it by the 20th at the latest.", "2026-03-20"),
    ("Just a quick note to say we are still deliberating and will get back to you on Monday.", "2026-03-16"),
    ("I'll ring you tomorrow afternoon to let you know how you got on.", "2026-03-12"),
    ("You should receive feedback from the panel within seven working days.", "2026-03-20"),
    ("HR will reach out in the next week with next steps.", "2026-03-20"),
    ("Let me check with the team and come back to you on Monday.", "2026-03-16"),
    ("We'll share the outcome at the beginning of April.", "2026-04-07"),
    ("I'm out Thursday and Friday but will get back to you Monday.", "2026-03-16"),
    ("You will be notified of the result no later than 5pm on 27 March.", "2026-03-27"),
    ("It might be the end of next week before you hear from us.", "2026-03-20"),
    ("Our process takes about two weeks, so you can expect an answer by the 25th.", "2026-03-25"),
    ("The panel needs a few more days; I'd expect to have news on Tuesday.", "2026-03-17"),
    ("Unfortunately the decision has slipped; we now expect to let candidates know in the week of 23 March.", "2026-03-27"),
    ("I'd expect us to be in a position to make a decision by the end of next week.", "2026-03-20"),
    ("Sorry for the delay! New plan: decision by Thursday.", "2026-03-12"),
    ("If you don't hear from me by Monday please feel free to nudge me.", "2026-03-16"),
    ("Should you not have heard from us by 20 March, do get in touch.", "2026-03-20"),
    ("You'll be hearing from our recruiting coordinator within the next 2-3 business days.", "2026-03-16"),
    ("We will be making our decision next Wednesday.", "2026-03-18"),
    ("Dana is going to call you on Friday morning with the result.", "2026-03-13"),
    ("I will have an update for you one way or another by Friday.", "2026-03-13"),
    ("We'll follow up by email within a week.", "2026-03-18"),
    ("We would like to get back to you with feedback by the end of this week.", "2026-03-13"),
    ("Offers go out on Monday.", "2026-03-16"),
    ("Watch this space, I'll shout by Tuesday.", "2026-03-17"),
    ("Will keep you posted, most likely by the end of the week.", "2026-03-13"),
    ("I'm chasing the hiring manager and will update you by Friday.", "2026-03-13"),
    ("We are wrapping up interviews this week and plan to make a decision early next week.", "2026-03-18"),
    ("Interviews run until the 20th and we'll be in contact the following week.", "2026-03-27"),
    ("We are meeting on Friday to decide and I'll be in touch straight after.", "2026-03-13"),
]

NOTHING = [
    "The closing date is 20 March 2026 and we will be in touch after shortlisting.",
    "The interview will take place on Friday and will last an hour.",
    "We'll call you at 3pm on Friday for the phone screen.",
    "We're excited to have you join us on April 1!",
    "You can reach me until Friday.",
    "The team is away until Monday.",
    "We will review your application and contact you if there is a match.",
    "Your access to the portal ends on Friday.",
    "I have attached the agenda for Tuesday.",
    "Please find the calendar invite for Thursday at 10.",
    "We look forward to receiving your answer by Monday.",
    "Applications close on 20 March.",
    "You will have until Friday to accept the offer.",
    "We would need your decision by 20 March.",
    "The results of the 2025 survey were released on 3 March.",
    "We'll be closed from 24 December to 2 January.",
    "We've enjoyed following your work since March 2024.",
    "You'll present to the panel on Tuesday 17 March.",
    "Dana will meet you in the lobby on Friday at 9.",
    "We will hold your interview slot until Friday.",
    "I'll be in London next week.",
    "You should expect to spend about two hours with us on Friday.",
    "You'll get a take-home exercise on Monday.",
    "Can you let me know by Friday if that works?",
    "Thank you for your patience over the last two weeks.",
    "Let me know if Tuesday works and I'll send an invite.",
    "We'd like you to start on 4 May.",
    "If you don't hear from us by Friday, consider yourself not selected.",
    "Please let us know by Thursday whether you accept.",
    "I'll send it by Friday.",
    "I will send my references by Friday.",
    "Our office is open Monday to Friday.",
    "This offer expires on Friday.",
    "Your interview is on Tuesday at 3pm.",
    "The role starts on 1 June.",
    "We'll be in touch.",
    "We will be in touch if your profile matches within two weeks.",
    "I am out of the office until Monday and will respond when I return.",
    "Our support team will respond within 24 hours.",
    "Could you get back to me by Friday?",
    "We will be in touch about your interview on Tuesday 17 March.",
    "I'll call you Tuesday at 2pm for your interview.",
    "We received your application two weeks ago.",
    "Shortlisted candidates will be contacted within two weeks.",
    "Can you meet next week?",
    "Thanks for coming in on Tuesday.",
    "I'll be on vacation next week.",
    "We look forward to meeting you on Thursday.",
    "Please complete the exercise within a week.",
    "I'll let you know by Friday whether I accept the offer.",
    "The panel will meet you on Thursday.",
    "We'll see you Monday!",
    "You will meet Jo and Sam on Wednesday.",
    "Our reply to your question of 3 March: yes.",
    "We have decided to keep in touch, and wish you well this spring.",
    "Will I hear by Friday?",
    "When will you decide? I have another offer that expires Friday.",
    "You'll need photo ID on Tuesday.",
    "You will receive a calendar invite for Tuesday's interview shortly.",
    "We'd like to invite you to an interview next week.",
    "I got your update last Friday.",
    "You'll get a tour of the office on Tuesday.",
    "I'll be in touch to arrange an interview for next week.",
    "The survey closes next Friday.",
    "We will meet with the team on Tuesday.",
    "Please note the test link is valid for 5 days.",
    "You'll have 90 minutes on Tuesday to complete the test.",
    "I hope to hear from you by Friday.",
    "We sent you an update on Monday.",
    "We'd love to hear from you by the 15th.",
]


@pytest.mark.parametrize(("sentence", "latest"), PROMISES)
def test_a_promise_is_read_with_its_day(sentence: str, latest: str) -> None:
    finding = read_sentence(sentence, WRITTEN, US)
    assert finding is not None
    assert str(finding.timeframe.latest) == latest


@pytest.mark.parametrize("sentence", NOTHING)
def test_a_near_miss_promises_nothing(sentence: str) -> None:
    assert read_sentence(sentence, WRITTEN, US) is None


@pytest.mark.parametrize("phrase", phrases("promise"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_phrase_is_a_promise(phrase: Phrase) -> None:
    assert read_sentence(phrase.example, WRITTEN, US) is not None


@pytest.mark.parametrize(
    "phrase",
    [phrase for table in ("promise", "event", "restated", "heard") for phrase in phrases(table)],
    ids=lambda phrase: phrase.name,
)
def test_what_a_phrase_reads_holds_a_trigger(phrase: Phrase) -> None:
    assert triggers() & phrasebook.sentence(phrase.example).words


@pytest.mark.parametrize("phrase", phrases("denial"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_denial_is_denied(phrase: Phrase) -> None:
    assert phrase.search(phrase.example.lower()) is not None
    assert read_sentence(phrase.example, WRITTEN, US) is None


@pytest.mark.parametrize("phrase", phrases("restated"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_restatement_is_the_owners(phrase: Phrase) -> None:
    found = find_promises(phrase.example, WRITTEN, US, by_owner=True)
    assert [finding.by for finding in found] == [PromisedBy.OWNER]


@pytest.mark.parametrize("phrase", phrases("due"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_due_phrase_has_a_day(phrase: Phrase) -> None:
    assert find_due(phrase.example, WRITTEN, US) is not None


def test_a_promise_from_the_interview_waits_for_its_day() -> None:
    finding = read_sentence("You will have our decision within a week of your onsite.", WRITTEN, US)
    assert finding is not None
    assert finding.timeframe.from_interview == InterviewOffset(earliest=0, latest=1, unit=OffsetUnit.WEEKS)


def test_the_outside_of_two_times_counts() -> None:
    finding = read_sentence("Please bear with us until the middle of next week, at the outside Thursday.", WRITTEN, US)
    assert finding is not None
    assert finding.timeframe.latest == date(2026, 3, 19)


def test_a_promise_may_lean_on_the_sentence_before() -> None:
    text = "Our committee meets on the 26th. A day or two after that you'll hear from me."
    found = find_promises(text, WRITTEN, US, by_owner=False)
    assert [finding.timeframe.latest for finding in found] == [date(2026, 3, 30)]


def test_the_owners_own_promise_is_none() -> None:
    assert find_promises("I'll send you my references by Friday.", WRITTEN, US, by_owner=True) == ()


def test_what_the_owner_was_told_is_a_promise_of_the_employer() -> None:
    found = find_promises("You mentioned I should hear by Wednesday the 18th.", WRITTEN, US, by_owner=True)
    assert [(finding.by, finding.timeframe.latest) for finding in found] == [(PromisedBy.OWNER, date(2026, 3, 18))]


def test_a_promise_that_the_owner_asks_after_has_run_out() -> None:
    assert find_promises("You said I'd hear by Friday. Is there any news?", WRITTEN, US, by_owner=True) == ()


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("Please let us know by Thursday whether you accept.", "2026-03-12"),
        ("The deadline is 20 March.", "2026-03-20"),
        ("Our offer stands until Friday.", "2026-03-13"),
        ("Could you send me three times by tomorrow?", "2026-03-12"),
    ],
)
def test_what_the_candidate_must_answer_has_a_day(text: str, latest: str) -> None:
    due = find_due(text, WRITTEN, US)
    assert due is not None
    assert str(due.latest) == latest


@pytest.mark.parametrize("text", ["We'll be in touch by Friday.", "See you on Tuesday.", "Please reply."])
def test_what_asks_for_nothing_is_not_due(text: str) -> None:
    assert find_due(text, WRITTEN, US) is None


def test_a_line_of_json_is_answered() -> None:
    line = {
        "id": "x",
        "text": "We'll be in touch by COB Thursday",
        "reference": "2026-03-11T10:00",
        "timezone": "America/New_York",
    }
    assert answer(line) == {
        "id": "x",
        "promise": True,
        "latest": "2026-03-12",
        "earliest": "2026-03-12",
        "quote": "We'll be in touch by COB Thursday",
    }


@pytest.mark.parametrize(
    "piece", ["we will ", "by friday ", "1/2/", ". ", "12 to 15 and ", "you will hear if you don't hear ", "a\tb\n"]
)
def test_a_hostile_line_is_read_in_seconds(piece: str) -> None:
    started = time.perf_counter()
    find_promises(piece * (262_144 // len(piece)), WRITTEN, US, by_owner=False)
    assert time.perf_counter() - started < 10


_WORDS = "we you will hear by friday if don't be in touch let know expect decision within a week not please until . ? , 15th"


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=16), st.booleans())
def test_every_promise_has_exactly_one_kind_of_time(words: list[str], by_owner: bool) -> None:
    for finding in find_promises(" ".join(words), WRITTEN, US, by_owner=by_owner):
        assert (finding.timeframe.latest is None) == (finding.timeframe.from_interview is not None)
