"""Message -> findings, one message at a time. Pure; what needs a second message is ``matching``'s.

understand(message: Message, owner: Owner) -> MessageFacts
settle(facts: Sequence[MessageFacts]) -> tuple[MessageFacts, ...]                          # the letters of each thread together
worth_reading(messages: Sequence[Message], owner: Owner) -> Worth                          # from headers alone
RULES_VERSION: int      # raised with every change of rules; the ledger reads the window again when it differs

The order inside ``understand``: who writes (``sender``), the text cut into sentences (``sentences``), the times it names
(``interviews``), what it promises (``promises``), what it says (``kind``), whether that is about a job (``topic``), and whose
(``names``); on all of that a learned vote is taken (``voting``), and the letters of a thread then ``settle`` together. Bulk mail
is judged by its header and its text never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from heardback.model import (
    Address,
    Evidence,
    FolderRole,
    Kind,
    Message,
    MessageFacts,
    Owner,
    SenderKind,
    Timeframe,
    Topic,
)
from heardback.understanding import interviews, kind, names, phrasebook, promises, sentences, topic, voting
from heardback.understanding.kind import Kinds
from heardback.understanding.names import Names
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import Platform, PlatformKind, Sender, is_owner, read_sender
from heardback.understanding.voting import settle
from heardback.workdays import WorkCalendar, home_place, work_calendar

__all__ = [
    "RULES_VERSION",
    "Platform",
    "PlatformKind",
    "Ruled",
    "Sender",
    "Worth",
    "by_rules",
    "settle",
    "understand",
    "worth_reading",
]

RULES_VERSION = 2
"""Raised with every change of rules that changes a finding: the ledger then reads its window again."""

LONGEST_TEXT = 20_000
"""Characters of a text that are judged. A letter says what it has to say in the first few; the rest is lists and archives."""


LONGEST_UNKNOWN_SENTENCES = 40
"""How much is read of a text without a word of hiring: "Perfect." and "Tuesday at 3 then" are short, digests are not."""
LONGEST_WORDLESS = 12
"""Sentences that somebody writes about an application without one word of hiring. A longer text that says nothing else is of
another matter, most probably: then neither times nor names are looked for, which are the dearest things to find."""
_SAYS_NOTHING = (Kind.OTHER, Kind.COURTESY, Kind.NEWSLETTER, Kind.LOGISTICS, Kind.SURVEY, Kind.UPDATE, Kind.QUESTION, Kind.THANKS)

_ASKING = (Kind.REQUEST, Kind.PROPOSAL, Kind.BOOKING_LINK, Kind.INVITATION, Kind.OFFER)
"""What may want an answer by a day."""


# ------------------------------------------------------------------------------------------------ worth reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Ids: ``in_full`` deserve a text; of ``by_header`` the header says all there is to know. The rest is left alone."""

    in_full: frozenset[str]
    by_header: frozenset[str]


def worth_reading(messages: Sequence[Message], owner: Owner) -> Worth:
    """Which messages deserve a text, from headers alone. Fetches nothing, raises nothing.

    The question is who writes, never what the subject says: letters are called "Today" or "From Mads". Nor is it who is
    known by now: the answer would hang on the order in which folders are read, and a letter passed over is not fetched again.
    The default is yes: a text too many costs a fetch, a text too few costs the callback. Automatic answers and bounces are
    judged by their header, and what they answer is in References; bulk mail, and all of Junk, is read by nobody.
    """
    in_full, by_header = set(), set()
    for message in messages:
        sender = SenderKind.MACHINE if message.role is FolderRole.JUNK else read_sender(message, owner).kind
        if sender is SenderKind.MACHINE:
            by_header.add(message.id)
        elif sender is SenderKind.OWNER and all(is_owner(person, owner) for person in (*message.to, *message.cc)):
            continue
        elif sender is not SenderKind.BULK:
            in_full.add(message.id)
    return Worth(in_full=frozenset(in_full), by_header=frozenset(by_header))


# --------------------------------------------------------------------------------------------------- understand


def understand(message: Message, owner: Owner) -> MessageFacts:
    """Read one message for what it says about the owner's search for a job. Pure, never raises on any text.

    A message without a body (a Junk folder, bulk) is judged by its header alone, and says so in ``read_in_full``."""
    ruled = by_rules(message, owner)
    if not ruled.may_vote:
        return ruled.facts
    votes = voting.vote(message, ruled.facts, ruled.sentences)
    if ruled.facts.by_owner:
        return replace(ruled.facts, votes=votes)
    calendar = _calendar(owner)
    promised = voting.promised(ruled.spoken, ruled.facts.promises, votes, message.sent_at, calendar)
    return replace(ruled.facts, votes=votes, promises=promised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What the rules read. ``sentences`` of the text, ``spoken`` with those of calendar entries. ``may_vote``: somebody wrote it,
    and it may be about a job."""

    facts: MessageFacts
    sentences: tuple[Sentence, ...] = ()
    spoken: tuple[Sentence, ...] = ()
    may_vote: bool = False


def by_rules(message: Message, owner: Owner) -> Ruled:
    """What the rules alone read: the vote looks at it beside the words, and is learned from it."""
    sender = read_sender(message, owner)
    subject = phrasebook.sentence(message.subject)
    if sender.kind in (SenderKind.BULK, SenderKind.MACHINE) or not message.has_body:
        return Ruled(facts=_by_header(message, sender, subject, owner))
    text = message.body.text[:LONGEST_TEXT]
    cut = tuple(phrasebook.sentence(piece) for piece in sentences.split(text))
    by_owner = sender.kind is SenderKind.OWNER
    about, evidence = topic.find_topic(message, sender, cut, subject)
    if not by_owner and topic.is_anothers(message, owner):
        about, evidence = Topic.UNRELATED, subject.evidence("topic.written-to-another")
    if about is Topic.UNRELATED:
        return Ruled(facts=_of_unrelated(message, sender, cut, evidence, owner))
    if about is Topic.UNKNOWN and evidence is None and not message.invites and not _is_between(message, owner):
        return Ruled(facts=_facts(message, sender, Kinds(main=kind.nothing_found(message))))
    if about is Topic.UNKNOWN:
        wordless = evidence is None and len(cut) > LONGEST_WORDLESS and not message.invites
        cut = cut[:LONGEST_UNKNOWN_SENTENCES]
        if wordless and (kinds := _plain_kinds(message, sender, cut)).main.kind in _SAYS_NOTHING:
            return Ruled(facts=replace(_facts(message, sender, kinds), topic=about))
    return _in_full(message, owner, sender, cut, (about, evidence))


def _in_full(
    message: Message, owner: Owner, sender: Sender, cut: tuple[Sentence, ...], topical: tuple[Topic, Evidence | None]
) -> Ruled:
    about, evidence = topical
    by_owner = sender.kind is SenderKind.OWNER
    moments = interviews.find_moments(message, sender, cut, owner)
    calendar = _calendar(owner)
    spoken = _with_descriptions(cut, message)
    promised = promises.find_promises(spoken, message.sent_at, calendar, by_owner=by_owner)
    kinds = kind.owner_kinds(message, cut, moments) if by_owner else kind.employer_kinds(message, sender, cut, moments, promised)
    found = names.find_names(message, sender, cut, owner, is_hiring=about is Topic.HIRING)
    about, evidence = topic.with_names(about, evidence, kinds, found.roles, sender, by_agency=found.agency is not None)
    about, evidence = topic.with_kinds(about, evidence, kinds)
    due: Timeframe | None = None
    if not by_owner and kinds.says(*_ASKING):
        due = promises.find_due(spoken, message.sent_at, calendar)
    facts = replace(
        _facts(message, sender, kinds),
        topic=about,
        topic_evidence=evidence,
        promises=promised,
        moments=moments,
        employers=found.employers,
        roles=found.roles,
        agency=found.agency,
        due=due,
    )
    return Ruled(facts=facts, sentences=cut, spoken=spoken, may_vote=_is_between(message, owner))


def _is_between(message: Message, owner: Owner) -> bool:
    """Whether the owner wrote it or it is addressed to the owner. What comes by a list, or to nobody by name, is hardly ever a
    letter about the owner's application; the vote has learned from letters, and must not be asked of everything else."""
    people = (*message.to, *message.cc, *((message.sender,) if message.sender else ()))
    return any(is_owner(person, owner) for person in people)


def _of_unrelated(
    message: Message, sender: Sender, cut: tuple[Sentence, ...], evidence: Evidence | None, owner: Owner
) -> MessageFacts:
    """Of another matter: what others say in it is nobody's business, and its times are no interviews. What the owner says is told
    all the same: the rules are wrong more often where few words stand."""
    invited = tuple(
        replace(moment, is_interview=False)
        for invite in message.invites
        if (moment := interviews.of_invite(invite, owner)) is not None
    )
    by_owner = sender.kind is SenderKind.OWNER
    kinds = _plain_kinds(message, sender, cut) if by_owner else Kinds(main=kind.nothing_found(message))
    return replace(_facts(message, sender, kinds), topic=Topic.UNRELATED, topic_evidence=evidence, moments=invited)


def _plain_kinds(message: Message, sender: Sender, cut: tuple[Sentence, ...]) -> Kinds:
    """What the words alone say, without times and promises."""
    if sender.kind is SenderKind.OWNER:
        return kind.owner_kinds(message, cut, ())
    return kind.employer_kinds(message, sender, cut, (), ())


def _by_header(message: Message, sender: Sender, subject: Sentence, owner: Owner) -> MessageFacts:
    kinds = kind.from_header(message, sender)
    if kinds is None:
        kinds = (
            kind.employer_kinds(message, sender, (subject,), (), ())
            if sender.kind is not SenderKind.OWNER
            else kind.owner_kinds(message, (), ())
        )
    about, evidence = topic.find_topic(message, sender, (), subject)
    if sender.kind is SenderKind.MACHINE:
        about, evidence = Topic.UNKNOWN, None
    found = names.find_names(message, sender, (), owner, is_hiring=True) if about is Topic.HIRING else Names()
    return replace(
        _facts(message, sender, kinds),
        topic=about,
        topic_evidence=evidence,
        employers=found.employers,
        roles=found.roles,
        agency=found.agency,
        read_in_full=message.has_body,
    )


def _with_descriptions(cut: tuple[Sentence, ...], message: Message) -> tuple[Sentence, ...]:
    """Promises stand in the description of a calendar entry too, and sometimes only there."""
    described = (sentences.split(invite.description[:LONGEST_TEXT]) for invite in message.invites if invite.description)
    return (*cut, *(phrasebook.sentence(piece) for pieces in described for piece in pieces))


def _facts(message: Message, sender: Sender, kinds: Kinds) -> MessageFacts:
    recipients: tuple[Address, ...] = (*message.to, *message.cc)
    return MessageFacts(
        id=message.id,
        mailbox=message.mailbox,
        folder=message.folder,
        role=message.role,
        sent_at=message.sent_at,
        sender=message.sender,
        sender_kind=sender.kind,
        recipients=recipients,
        reply_to=message.reply_to,
        subject=message.subject,
        in_reply_to=message.in_reply_to,
        references=message.references,
        provider_thread=message.provider_thread,
        kind=kinds.main,
        also=kinds.also,
    )


@lru_cache(maxsize=8)
def _calendar(owner: Owner) -> WorkCalendar:
    return work_calendar(home_place(owner.country, owner.region, owner.timezone))
