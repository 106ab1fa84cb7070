"""The learned vote: what it sees, what a letter by itself is likely to say, and what its thread makes of it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import Body, Kind, MessageFacts, Topic, Vote
from heardback.understanding import settle, understand
from heardback.understanding.voting import features
from heardback.understanding.voting.settling import SAID, SURE
from heardback.understanding.voting.weights import transitions, weights
from tests.builders import EMPLOYER, ME, OWNER, at, evidence, facts, message

NOON = at("2026-03-02T12:00:00-06:00")


def votes(**probabilities: float) -> tuple[Vote, ...]:
    return tuple(
        Vote(kind=Kind(name), probability=probability, evidence=evidence(f"says {name}", f"vote.{name}"))
        for name, probability in probabilities.items()
    )


def letter(number: int, *, answers: int | None = None, own: bool = False, **fields: object) -> MessageFacts:
    return facts(
        sent_at=NOON + timedelta(hours=number),
        id=f"<{number}@test.example>",
        sender=ME if own else EMPLOYER,
        in_reply_to=None if answers is None else f"<{answers}@test.example>",
        **fields,
    )


def kinds(*letters: MessageFacts) -> list[Kind]:
    return [one.kind.kind for one in settle(letters)]


# --------------------------------------------------------------------------------------------- features


def test_words_are_counted_single_in_pairs_and_by_their_beginnings() -> None:
    assert features.words("Don’t call - 2026!") == ["don't", "call", "####", "!"]
    assert set(features.counted(["we", "interviewed"])) == {"we", "interviewed", "we interviewed", "~inte"}


def test_the_subject_counts_apart_and_without_its_reply_mark() -> None:
    read = message("Come in.", sent_at=NOON, subject="RE: Rota")
    assert {"s:rota", "come in"} <= features.of_text(read).keys()
    assert "s:re" not in features.of_text(read)


def test_a_name_or_an_address_of_a_sender_is_not_seen() -> None:
    read = message("Come in.", sent_at=NOON, subject="Rota")
    seen = features.of_text(read).keys() | features.of_reading(read, understand(read, OWNER))
    assert not [feature for feature in seen if "dana" in feature.lower() or "brightforge" in feature.lower()]


# ----------------------------------------------------------------------------------------------- ballot


@pytest.mark.parametrize("side", ["employer", "owner"])
def test_the_weights_are_whole_and_name_known_kinds(side: str) -> None:
    table = weights(side)
    assert len(table.labels) == len(table.intercepts) == len({Kind(label) for label in table.labels})
    assert Kind.OTHER in table.labels
    for pairs in (*(pairs for _, pairs in table.words.values()), *table.findings.values()):
        assert all(0 <= place < len(table.labels) for place, _ in pairs)


def test_a_refusal_without_any_rule_of_ours_is_likely_a_refusal() -> None:
    text = (
        "Dear Rosa,\n\nThank you for the afternoon you gave us. The seat has been taken by somebody who has run such a yard "
        "before, and she begins in May. We wish you all the best with your search.\n\nDana"
    )
    found = understand(message(text, sent_at=NOON, subject="Yard supervisor"), OWNER)
    assert found.votes[0].kind is Kind.REJECTION
    assert sum(vote.probability for vote in found.votes) <= 1.0001
    assert found.votes[0].evidence.sentence in " ".join(text.split())


def test_a_letter_that_the_header_decides_has_no_vote() -> None:
    assert understand(message(sent_at=NOON, subject="Your interview", has_body=False), OWNER).votes == ()


def test_of_a_letter_of_another_matter_no_sentence_is_kept() -> None:
    read = message("Dinner at ours on Saturday? Bring the kids and the blue tent.", sent_at=NOON, subject="Saturday")
    assert not [vote for vote in understand(read, OWNER).votes if "tent" in vote.evidence.sentence]


# --------------------------------------------------------------------------------------------- promises


def promised(text: str, **fields: object) -> list[tuple[str, str]]:
    found = understand(message(text, sent_at=NOON, subject="Re: Data Engineer", in_reply_to="<a@test.example>", **fields), OWNER)
    return [(one.evidence.rule, str(one.timeframe.latest)) for one in found.promises]


def test_a_promise_that_no_rule_knows_is_found_and_means_the_last_day_in_it() -> None:
    lead = "Hi Rosa, it was a pleasure to have you here today. "
    assert promised(lead + "Mara is back on Thursday and we sit down then, so count on my ringing you Friday.") == [
        ("vote.promise", "2026-03-06")
    ]


def test_a_plain_promise_keeps_the_rule_that_read_it() -> None:
    ((rule, day),) = promised("Hi Rosa, we hope to get back to you by Friday, March 13.")
    assert rule.startswith("promises.")
    assert day == "2026-03-13"


@pytest.mark.parametrize(
    "text",
    [
        "Hi Rosa, thank you for coming in today. Our office is closed on Friday.",
        "Hi Rosa, could you send us your references by Friday?",
        "Hi Rosa, your interview is on Friday at 2pm. See you then.",
    ],
)
def test_a_day_that_promises_no_word_is_none(text: str) -> None:
    assert promised(text) == []


def test_a_letter_that_is_addressed_to_nobody_we_know_is_not_voted_on() -> None:
    """The vote has learned from letters; lists and digests are none."""
    listed = message("The patch was rejected, sorry.", sent_at=NOON, to=(EMPLOYER,), subject="Re: [dev] build")
    assert understand(listed, OWNER).votes == ()


# --------------------------------------------------------------------------------------------- settling


def test_what_a_few_words_mean_hangs_on_what_they_answer() -> None:
    """ "Of course, happy to." answers a request; after an offer the same words take it."""
    words = votes(answer=0.45, accepted_offer=0.45, thanks=0.1)
    asked = letter(1, votes=votes(request=1.0))
    offered = letter(1, votes=votes(offer=1.0))
    assert kinds(asked, letter(2, answers=1, own=True, votes=words)) == [Kind.REQUEST, Kind.ANSWER]
    assert kinds(offered, letter(2, answers=1, own=True, votes=words)) == [Kind.OFFER, Kind.ACCEPTED_OFFER]


def test_the_owners_answer_tells_what_the_letter_was() -> None:
    unclear = letter(1, votes=votes(update=0.5, rejection=0.5))
    reasons = letter(2, answers=1, own=True, votes=votes(feedback_request=1.0))
    assert kinds(unclear, reasons)[0] is Kind.REJECTION


def test_an_ending_that_the_letter_hardly_says_is_not_made_by_its_thread() -> None:
    offered = letter(1, votes=votes(offer=1.0))
    hesitant = letter(2, answers=1, own=True, votes=votes(other=0.9, declined_offer=SAID - 0.01))
    assert kinds(offered, hesitant)[1] is not Kind.DECLINED_OFFER


def test_a_kind_that_was_voted_for_brings_its_sentence() -> None:
    read = settle([letter(1, kind=Kind.UPDATE, votes=votes(rejection=1.0))])[0]
    assert (read.kind.evidence.sentence, read.kind.evidence.rule) == ("says rejection", "vote.rejection")
    assert read.also == (), "an update that nobody votes for is not said beside it"


def test_what_a_rule_read_beside_the_main_kind_stays_where_it_is_likely() -> None:
    read = settle([letter(1, kind=Kind.UPDATE, votes=votes(request=0.8, update=0.2))])[0]
    assert (read.kind.kind, [found.kind for found in read.also]) == (Kind.REQUEST, [Kind.UPDATE])


def test_a_letter_without_a_vote_keeps_its_kind() -> None:
    bounced = letter(1, kind=Kind.BOUNCE)
    assert settle([bounced]) == (bounced,)


def test_the_thread_says_whether_its_letters_are_about_a_job() -> None:
    lost = votes(rejection=0.98, other=0.02)
    first = letter(1, topic=Topic.UNKNOWN, votes=votes(invitation=0.98, other=0.02))
    second = letter(2, answers=1, topic=Topic.UNKNOWN, votes=lost)
    assert [one.topic for one in settle([first, second])] == [Topic.HIRING, Topic.HIRING]
    of_friends = letter(1, topic=Topic.HIRING, votes=votes(other=0.98, invitation=0.02))
    assert settle([of_friends])[0].topic is Topic.UNKNOWN
    in_doubt = letter(1, topic=Topic.UNKNOWN, votes=votes(invitation=0.55, other=0.45))
    assert settle([in_doubt])[0].topic is Topic.UNKNOWN, f"leans less than {SURE}"


def test_a_letter_that_rules_know_to_be_of_another_matter_stays_so() -> None:
    podcast = letter(1, topic=Topic.UNRELATED, votes=votes(invitation=1.0))
    assert settle([podcast])[0].topic is Topic.UNRELATED


def test_letters_that_claim_to_answer_each_other_are_no_circle() -> None:
    one = letter(1, answers=2, votes=votes(update=0.6, rejection=0.4))
    other = letter(2, answers=1, own=True, votes=votes(thanks=0.6, answer=0.4))
    assert len(settle([one, other])) == 2


LIKELY = ("update", "rejection", "invitation", "other", "answer", "thanks")


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.booleans(), st.lists(st.sampled_from(LIKELY), min_size=1, max_size=4, unique=True)),
        min_size=1,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)
def test_any_order_of_the_same_letters_settles_alike(drawn: list[tuple[int, bool, list[str]]], shuffle: random.Random) -> None:
    letters = [
        letter(number, answers=parent, own=own, votes=votes(**{name: 1 / len(names) for name in names}))
        for number, (parent, own, names) in enumerate(drawn)
    ]
    mixed = list(letters)
    shuffle.shuffle(mixed)
    assert {one.id: one for one in settle(mixed)} == {one.id: one for one in settle(letters)}


def test_how_kinds_follow_one_another_is_what_anybody_would_expect() -> None:
    follows = transitions()
    assert follows["rejection", "feedback_request"] > 0.5 > 0 > follows["rejection", "accepted_offer"]
    assert follows["offer", "accepted_offer"] > 0.5
    assert follows["", "receipt"] > 0


def test_text_of_any_sort_is_voted_on() -> None:
    for text in ("", "?", "…", "🙂" * 3000, "a" * 100_000, "\x00\x1b[31m"):
        understand(message(text, sent_at=NOON, body=Body(text=text)), OWNER)
