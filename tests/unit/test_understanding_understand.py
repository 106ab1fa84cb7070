"""One message in, its facts out; and which headers deserve a text."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import Address, FolderRole, Kind, Message, Owner, SenderKind, Topic
from heardback.understanding import understand, worth_reading
from tests.builders import EMPLOYER, ME, OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")


def header(address: str, **fields: Any) -> Message:
    return message("", sent_at=NOON, sender=Address(name="", address=address), has_body=False, **fields)


def is_worth(one: Message, owner: Owner = OWNER) -> bool:
    return one.id in worth_reading([one], owner).in_full


def is_judged_by_its_header(one: Message) -> bool:
    return one.id in worth_reading([one], OWNER).by_header


def test_a_person_is_read_whatever_the_subject() -> None:
    assert is_worth(header("mads@fernhill.example", subject="Today"))
    assert is_worth(header("mads@fernhill.example", subject=""))


def test_platforms_and_unknown_organisations_are_read() -> None:
    assert is_worth(header("no-reply@ashbyhq.com", headers={"list-unsubscribe": "<https://x.example>"}))
    assert is_worth(header("info@fernhill.example"))


def test_bulk_alerts_and_networks_are_not_read() -> None:
    bulk = {"list-unsubscribe": "<https://x.example>", "precedence": "bulk"}
    assert not is_worth(header("news@shop.example", headers=bulk))
    assert not is_worth(header("jobalerts-noreply@linkedin.com"))
    assert not is_worth(header("noreply12@jobs2web.com"))


def test_automatic_answers_and_bounces_are_judged_by_their_header() -> None:
    """Whatever was read before them: the facts must not hang on the order of folders."""
    absent = header("dana@fernhill.example", in_reply_to="<a@quill.example>", headers={"auto-submitted": "auto-replied"})
    assert is_judged_by_its_header(absent)
    assert not is_worth(absent)
    assert is_judged_by_its_header(header("mailer-daemon@fernhill.example"))
    assert not is_judged_by_its_header(header("dana@fernhill.example"))


def test_the_owners_letters_to_others_are_read_and_notes_to_self_are_not() -> None:
    assert is_worth(message("", sent_at=NOON, sender=ME, to=(EMPLOYER,), role=FolderRole.SENT))
    assert not is_worth(message("", sent_at=NOON, sender=ME, to=(ME,), role=FolderRole.SENT))


def test_junk_is_never_fetched() -> None:
    letter = header("mads@fernhill.example", role=FolderRole.JUNK)
    assert not is_worth(letter)
    assert is_judged_by_its_header(letter)


def test_a_letter_becomes_facts_with_evidence() -> None:
    text = "Thank you for coming in for the Night Porter position at Fernhill. We have decided to appoint another person."
    facts = understand(message(text, sent_at=NOON), OWNER)
    assert (facts.kind.kind, facts.topic, facts.employers[0].name, facts.roles[0].name) == (
        Kind.REJECTION,
        Topic.HIRING,
        "Fernhill",
        "Night Porter",
    )
    assert facts.kind.evidence.sentence == "We have decided to appoint another person."
    assert facts.read_in_full


def test_a_junk_header_is_judged_and_says_that_it_was_only_a_header() -> None:
    facts = understand(
        header("no-reply@us.greenhouse-mail.io", subject="Your application to Fernhill", role=FolderRole.JUNK), OWNER
    )
    assert (facts.topic, facts.read_in_full) == (Topic.HIRING, False)


def test_bulk_is_a_newsletter_and_its_text_is_not_cut() -> None:
    facts = understand(message("Your interview is on Monday at 3.", sent_at=NOON, headers={"list-id": "<x>"}), OWNER)
    assert (facts.sender_kind, facts.kinds, facts.moments) == (SenderKind.BULK, (Kind.NEWSLETTER,), ())


def test_the_recipients_are_all_that_it_was_addressed_to() -> None:
    noor = Address(name="Noor", address="noor@fernhill.example")
    assert understand(message("", sent_at=NOON, cc=(noor,)), OWNER).recipients == (ME, noor)


_WORDS = st.sampled_from(
    [
        "interview",
        "we",
        "not",
        "offer",
        "Tuesday",
        "at 3pm",
        "?",
        ".",
        "\n",
        "your application",
        "unfortunately",
        "would",
        "suit",
        "by",
        "Friday",
        "x" * 300,
        "9/9",
        "’",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(_WORDS, max_size=60).map(" ".join)), st.booleans())
def test_any_text_becomes_facts(text: str, by_owner: bool) -> None:
    """Whatever is written, the answer has one main kind that is not said twice, and evidence within its bounds."""
    facts = understand(message(text, sent_at=NOON, subject=text[:80], sender=ME if by_owner else EMPLOYER), OWNER)
    assert len(facts.kinds) == len(set(facts.kinds))
    assert all(len(finding.evidence.sentence) <= 240 for finding in (facts.kind, *facts.also))
    assert all(moment.start is None or moment.start.tzinfo is not None for moment in facts.moments)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_word_of_the_subject_keeps_a_persons_letter_from_being_read(subject: str) -> None:
    assert is_worth(header("mads@fernhill.example", subject="x" + subject.lower().replace(":", "")))
