"""A letter that may be anybody's decides nothing; a mailbox whose server marks nothing is believed like any other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heardback.model import Address, Authentication, CorrectionKind, FolderRole, Kind, MessageFacts, Outcome, SenderKind, Verdict
from heardback.notify.drafts import draft
from heardback.policy import doubted, judge
from heardback.scan import derive
from tests.builders import EMPLOYER, ME, OWNER, at, facts
from tests.stories import Story

NOW = at("2026-03-11T10:00:00-05:00")
PASSED = Authentication(server="mx.quill.example", verdict=Verdict.PASS)
FAILED = Authentication(server="mx.quill.example", verdict=Verdict.FAIL)
FORGED = Authentication(server="mx.brightforge.example", verdict=Verdict.PASS)
UNMARKED = Authentication(server="", verdict=Verdict.ABSENT)


def letters(*marks: Authentication | None, **fields: object) -> list[MessageFacts]:
    return [
        facts(Kind.UPDATE, id=f"<{number}@test.example>", sent_at=NOW + timedelta(days=number), authentication=mark, **fields)
        for number, mark in enumerate(marks)
    ]


def numbers(found: object) -> list[int]:
    return sorted(int(id_[1:].partition("@")[0]) for id_ in found)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([PASSED, PASSED, PASSED, PASSED, FAILED], [4]),
        ([FAILED], [0]),
        ([PASSED, PASSED, PASSED, PASSED, UNMARKED], [4]),
        ([PASSED, PASSED, PASSED, PASSED, FORGED], [4]),
        ([UNMARKED] * 9, []),
        ([None] * 9, []),
        ([*[UNMARKED] * 5, FORGED], []),  # nobody marks here: one that brings a mark along is like the others
        ([UNMARKED, UNMARKED, *[PASSED] * 8], []),  # the server began to mark one day
        ([PASSED, UNMARKED] * 5, []),  # no habit
        ([PASSED, FAILED] * 5, []),  # all is forwarded to here: the check says nothing
    ],
)
def test_which_letters_are_doubted(marks: list[Authentication | None], expected: list[int]) -> None:
    assert numbers(doubted(letters(*marks))) == expected


def test_habits_are_a_mailboxs_own() -> None:
    here, there = letters(*[PASSED] * 5), letters(*[UNMARKED] * 5, mailbox="other")
    renamed = [
        facts(Kind.UPDATE, id=f"<{9 + n}@x>", sent_at=one.sent_at, mailbox="other", authentication=UNMARKED)
        for n, one in enumerate(there)
    ]
    assert dict(doubted([*here, *renamed])) == {}


def test_what_lies_in_sent_is_the_owners_and_needs_no_mark() -> None:
    mine = facts(Kind.WITHDRAWAL, id="<77@x>", sent_at=NOW + timedelta(days=7), sender=ME, authentication=UNMARKED)
    assert mine.role is FolderRole.SENT
    assert dict(doubted([*letters(*[PASSED] * 5), mine])) == {}


def closing(mark: Authentication, kind: Kind = Kind.REJECTION) -> Story:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)
    return story.hears("07-08 09:00", kind, authentication=mark, id="<closing>")


def judged(story: Story, when: str, *doubts: str) -> tuple[str, str | None]:
    standing = judge(
        story.application, story.corrections, story.local(when), story.owner, None, dict.fromkeys(doubts, "nobody knows of {day}")
    )
    return f"{standing.state} {standing.action or ''}".strip(), standing.unconfirmed


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.OFFER, Kind.ON_HOLD])
def test_a_doubted_letter_ends_nothing_and_its_application_is_unconfirmed(kind: Kind) -> None:
    state, why = judged(closing(FAILED, kind), "07-09 09:00", "<closing>")
    assert state == "waiting"
    assert why is not None
    assert why.startswith("nobody knows of Wed 8 Jul")
    assert judged(closing(FAILED, kind), "07-20 09:00", "<closing>")[0] == "waiting"
    assert judged(closing(PASSED, kind), "07-09 09:00")[0] == {"rejection": "rejected ask_feedback"}.get(kind.value, kind.value)


def test_what_the_owner_says_of_it_counts() -> None:
    story = closing(FAILED).says("07-09 10:00", CorrectionKind.HEARD, Outcome.REJECTED)
    assert judged(story, "07-09 11:00", "<closing>") == ("rejected ask_feedback", None)


def test_a_later_letter_that_may_be_believed_ends_the_doubt() -> None:
    story = closing(FAILED).hears("07-10 09:00", Kind.UPDATE)
    assert judged(story, "07-10 10:00", "<closing>") == ("waiting", None)


def test_a_doubted_request_is_still_shown_because_it_closes_nothing() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)
    story.hears("07-08 09:00", Kind.REQUEST, id="<asks>")
    assert judged(story, "07-08 10:00", "<asks>") == ("your_turn reply", None)


def test_a_withdrawal_in_the_owners_name_that_failed_the_check_withdraws_nothing() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)
    story.writes("07-08 09:00", Kind.WITHDRAWAL, id="<not mine>", folder="INBOX", role=FolderRole.INBOX)
    assert judged(story, "07-09 09:00", "<not mine>")[0] == "waiting"
    assert judged(story, "07-09 09:00")[0] == "withdrawn"


def test_a_pass_over_all_mail_finds_the_forged_refusal() -> None:
    """What is derived from facts as the ledger holds them, the habit of the server included."""
    talk = letters(*[PASSED] * 4, subject="Data Engineer at Brightforge")
    forged = facts(
        Kind.REJECTION,
        id="<forged@x>",
        sent_at=NOW + timedelta(days=6),
        in_reply_to=talk[0].id,
        references=(talk[0].id,),
        subject="Data Engineer at Brightforge",
        authentication=FAILED,
    )
    mine = facts(
        Kind.APPLICATION, id="<mine@x>", sent_at=NOW - timedelta(days=1), sender=ME, subject="Data Engineer at Brightforge"
    )
    chained = [
        facts(Kind.UPDATE, id=one.id, sent_at=one.sent_at, in_reply_to=mine.id, references=(mine.id,), authentication=PASSED)
        for one in talk
    ]
    found = derive([mine, *chained, forged], owner=OWNER, now=NOW + timedelta(days=7))
    (judged_one,) = [one for one in found if "<forged@x>" in [message.id for message in one.application.messages]]
    assert judged_one.standing.state != "rejected"
    assert judged_one.standing.doubted == ("<forged@x>",)
    assert "Tue 17 Mar" in (judged_one.standing.unconfirmed or "")


# ------------------------------------------------------------------------------------------------- drafts


def follow_up_to(**letter: object) -> tuple[Address, ...]:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)
    story.hears("07-08 09:00", Kind.UPDATE, **letter)
    standing = story.judged("07-20 10:00")
    return draft(standing, story.application, story.owner).to


ELSEWHERE = Address(name="Dana Ortiz", address="dana@evil.example")
SAME_HOUSE = Address(name="Dana Ortiz", address="dana+jobs@mail.brightforge.example")


def test_a_persons_reply_to_at_another_house_is_passed_over() -> None:
    assert follow_up_to(reply_to=(ELSEWHERE,)) == (EMPLOYER,)


def test_a_persons_reply_to_at_the_same_house_is_heeded() -> None:
    assert follow_up_to(reply_to=(SAME_HOUSE,)) == (SAME_HOUSE,)


def test_a_platforms_reply_to_is_heeded_wherever_it_leads() -> None:
    platform = Address(name="Brightforge", address="no-reply@us.greenhouse-mail.io")
    answer = Address(name="", address="reply-123@in.greenhouse.example")
    assert follow_up_to(sender=platform, sender_kind=SenderKind.PLATFORM, reply_to=(answer,)) == (answer,)


def test_an_address_that_the_owner_has_written_to_is_heeded() -> None:
    story = Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS, recipients=(ELSEWHERE,))
    story.hears("07-08 09:00", Kind.UPDATE, reply_to=(ELSEWHERE,))
    assert draft(story.judged("07-20 10:00"), story.application, story.owner).to == (ELSEWHERE,)


def test_no_draft_answers_a_doubted_letter() -> None:
    story = Story().interview("07-07 10:00").hears("07-06 09:00", Kind.INVITATION, id="<real>")
    story.hears("07-08 09:00", Kind.UPDATE, sender=ELSEWHERE, id="<forged>")
    standing = judge(story.application, (), story.local("07-20 10:00"), story.owner, None, {"<forged>": "who knows"})
    letter = draft(standing, story.application, story.owner)
    assert (letter.to, letter.in_reply_to) == ((EMPLOYER,), "<real>")
