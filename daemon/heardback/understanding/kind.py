"""What a message says: one main kind and whatever else it says beside it, each with its sentence.

The body decides, never the subject: rejections reuse the subject of the receipt. Rules fire sentence by sentence from
``phrases/employer.toml`` and ``phrases/owner.toml``; here is only how findings weigh against each other:

- A decision (offer, rejection, on hold) beats everything polite around it: nearly every rejection begins like a receipt.
- A rejection is not believed beside an offer or a fixed interview in the same message unless the sentence is the stronger kind:
  see ``_settle``.
- An automatic answer says nothing else: "I will be in touch when I return" is a machine talking.
- A time that is only asked about is a PROPOSAL; one that stands unless the owner objects is an INVITATION. That is the word of
  ``interviews``, which reads the moments; this module takes it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from heardback.model import Evidence, Kind, KindFinding, Message, Moment, PromiseFinding, SenderKind, Stance
from heardback.understanding import cues, own_acts, phrasebook
from heardback.understanding.phrasebook import Found, Sentence
from heardback.understanding.sender import PlatformKind, Sender

EMPLOYER_ORDER = (
    Kind.OFFER,
    Kind.REJECTION,
    Kind.ON_HOLD,
    Kind.SURVEY,
    Kind.INVITATION,
    Kind.PROPOSAL,
    Kind.REQUEST,
    Kind.BOOKING_LINK,
    Kind.NEXT_STEP,
    Kind.APPROACH,
    Kind.RECEIPT,
    Kind.UPDATE,
    Kind.LOGISTICS,
    Kind.COURTESY,
    Kind.NEWSLETTER,
)
"""Which of several is the main kind. A survey that says "tell us how the interview went" is no invitation."""

OWNER_ORDER = (
    Kind.WITHDRAWAL,
    Kind.DECLINED_OFFER,
    Kind.ACCEPTED_OFFER,
    Kind.APPLICATION,
    Kind.ANSWER,
    Kind.QUESTION,
    Kind.FEEDBACK_REQUEST,
    Kind.INTEREST,
    Kind.THANKS,
)

SUBSTANCE = frozenset(
    {
        Kind.OFFER,
        Kind.REJECTION,
        Kind.ON_HOLD,
        Kind.INVITATION,
        Kind.PROPOSAL,
        Kind.REQUEST,
        Kind.BOOKING_LINK,
        Kind.NEXT_STEP,
    }
)

_BOOKING_HOSTS = re.compile(
    r"//(?:[\w-]+\.)*(?:calendly\.com|cal\.com|savvycal\.com|youcanbook\.me|goodtime\.io|modernloop\.io|doodle\.com|cronofy\.com|"
    r"calendar\.app\.google|outlook\.office365\.com/owa/calendar|meetings\.hubspot\.com|zcal\.co|tidycal\.com|koalendar\.com)",
    re.I,
)
PLAIN_HINTS = frozenset({"wish-in-search", "keep-on-file", "unfortunately", "bad-news"})
HINTS = PLAIN_HINTS | {"close-run", "no-reflection", "kept-warm"}
"""Courtesies of a refusal. Two different ones make a refusal without any of its words; in a letter that thanks for an
application, which praises the field and keeps it on file anyway, both must be plain ones."""

_NOT_INTERESTED = "not_interested"
_HINT = "rejection_hint"
_OFFER_HINT = "offer_hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    main: KindFinding
    also: tuple[KindFinding, ...] = ()

    @property
    def all(self) -> tuple[Kind, ...]:
        return (self.main.kind, *(finding.kind for finding in self.also))

    def says(self, *kinds: Kind) -> bool:
        return any(kind in kinds for kind in self.all)


def _only(kind: Kind, sentence: str, rule: str) -> Kinds:
    return Kinds(main=KindFinding(kind=kind, evidence=Evidence(sentence=sentence, rule=rule)))


def nothing_found(message: Message) -> KindFinding:
    evidence = Evidence(sentence=message.subject[: phrasebook.EVIDENCE_CHARACTERS], rule="kind.nothing-found")
    return KindFinding(kind=Kind.OTHER, evidence=evidence)


def from_header(message: Message, sender: Sender) -> Kinds | None:
    """What the header alone settles: bounces, automatic answers, bulk; None where the text decides."""
    subject = message.subject[: phrasebook.EVIDENCE_CHARACTERS]
    if sender.is_bounce:
        return _only(Kind.BOUNCE, subject, sender.rule)
    if sender.is_automatic:
        return _only(Kind.AUTOMATIC, subject, sender.rule)
    if sender.kind is SenderKind.BULK:
        return _only(Kind.NEWSLETTER, subject, sender.rule)
    return None


def employer_kinds(
    message: Message,
    sender: Sender,
    sentences: Sequence[Sentence],
    moments: Sequence[Moment],
    promises: Sequence[PromiseFinding],
) -> Kinds:
    """Judge a message that is not the owner's."""
    settled = from_header(message, sender)
    if settled is not None:
        return settled
    found = _by_kind(phrasebook.table("employer", "kind").find(sentences))
    if Kind.AUTOMATIC in found and not (found.keys() & {Kind.OFFER, Kind.REJECTION, Kind.REQUEST, Kind.INVITATION}):
        return Kinds(main=found[Kind.AUTOMATIC])
    found.pop(Kind.AUTOMATIC, None)
    _take_over_moments(found, moments)
    if Kind.BOOKING_LINK not in found and (link := _booking_link(message)) is not None:
        found[Kind.BOOKING_LINK] = link
    _without_promised(found, promises)
    if promises and not any(kind in found for kind in (Kind.UPDATE, Kind.RECEIPT)):
        found[Kind.UPDATE] = KindFinding(kind=Kind.UPDATE, evidence=promises[0].evidence)
    kinds = _settle(message, sender, found, moments)
    return _or_likely(kinds, "employer", sentences, message)


_ASKS_LOOSELY = ("kind.asks-the-candidate", "kind.tells-to-send")


def _without_promised(found: dict[Kind, KindFinding], promises: Sequence[PromiseFinding]) -> None:
    """ "Give me until Friday", "may I ask for your patience?": what promises asks for nothing; and hints of a refusal beside a
    promise are politeness ("a hard decision, you will have it on Friday")."""
    asked = found.get(Kind.REQUEST)
    promised = {promise.evidence.sentence for promise in promises}
    if asked is not None and asked.evidence.rule in _ASKS_LOOSELY and asked.evidence.sentence in promised:
        found.pop(Kind.REQUEST)
    refused = found.get(Kind.REJECTION)
    if refused is not None and promises and refused.evidence.rule.removeprefix("kind.") in HINTS:
        found.pop(Kind.REJECTION)


def owner_kinds(message: Message, sentences: Sequence[Sentence], moments: Sequence[Moment]) -> Kinds:
    """Judge a message of the owner's own: see ``own_acts``."""
    found = own_acts.acts(message, sentences, moments)
    read = _ordered(found, OWNER_ORDER, message)
    likely = _or_likely(read, "owner", sentences, message)
    return likely if own_acts.may_be_guessed(likely.main.kind, message, sentences) or likely is read else read


_UNANSWERING = frozenset({Kind.APPROACH, Kind.APPLICATION})
"""What no answer to a letter is."""


def _or_likely(kinds: Kinds, side: str, sentences: Sequence[Sentence], message: Message) -> Kinds:
    """Where nothing was found, what the words go with."""
    if kinds.main.kind is not Kind.OTHER:
        return kinds
    likely = cues.likely(side, sentences, phrasebook.sentence(message.subject))
    if likely is not None and likely.kind in _UNANSWERING and message.in_reply_to is not None:
        return kinds
    return Kinds(main=likely) if likely is not None else kinds


def _by_kind(found: Iterable[Found]) -> dict[Kind, KindFinding]:
    """The first finding of each kind. Labels that are no kind of the model are hints and left out here."""
    kinds: dict[Kind, KindFinding] = {}
    hints: list[Found] = []
    for item in found:
        if item.rule.label in (_HINT, _OFFER_HINT, _NOT_INTERESTED):
            hints.append(item)
            continue
        kind = Kind(item.rule.label)
        if kind not in kinds:
            kinds[kind] = KindFinding(kind=kind, evidence=item.evidence)
    names = {item.rule.name for item in hints if item.rule.label == _HINT}
    tidings = {item.rule.name: item for item in hints if item.rule.label == _OFFER_HINT}
    if len(tidings) >= 2 and Kind.REJECTION not in kinds:
        kinds.setdefault(Kind.OFFER, KindFinding(kind=Kind.OFFER, evidence=tidings["terms-of-work"].evidence))
    if Kind.ON_HOLD not in kinds and _hints_at_refusal(names, is_receipt=Kind.RECEIPT in kinds):
        first = next(item for item in hints if item.rule.label == _HINT)
        kinds.setdefault(Kind.REJECTION, KindFinding(kind=Kind.REJECTION, evidence=first.evidence))
    return kinds


def _hints_at_refusal(names: set[str], *, is_receipt: bool) -> bool:
    counted = names & (PLAIN_HINTS if is_receipt else HINTS)
    if {"keep-on-file", "kept-warm"} <= counted:
        counted = counted - {"kept-warm"}
    return len(counted) >= 2


def _take_over_moments(found: dict[Kind, KindFinding], moments: Sequence[Moment]) -> None:
    for moment in moments:
        if not moment.is_interview:
            continue
        if moment.stance is Stance.ACCEPTED:
            agreed = Kind.INVITATION if moment.start or moment.day or moment.clock else Kind.COURTESY
            found.setdefault(agreed, KindFinding(kind=agreed, evidence=moment.evidence))
        elif moment.stance in (Stance.FIXED, Stance.MOVED):
            found[Kind.INVITATION] = KindFinding(kind=Kind.INVITATION, evidence=moment.evidence)
        elif moment.stance is Stance.PROPOSED:
            found.setdefault(Kind.PROPOSAL, KindFinding(kind=Kind.PROPOSAL, evidence=moment.evidence))
        elif moment.stance is Stance.CANCELLED:
            found.setdefault(Kind.UPDATE, KindFinding(kind=Kind.UPDATE, evidence=moment.evidence))


def _booking_link(message: Message) -> KindFinding | None:
    for link in message.body.links:
        if not _BOOKING_HOSTS.search(link) or "cancel" in link or "reschedul" in link:
            continue
        if link in message.body.text or link not in message.body.quoted:
            return KindFinding(kind=Kind.BOOKING_LINK, evidence=Evidence(sentence=link[:240], rule="kind.booking-host"))
    return None


def _settle(message: Message, sender: Sender, found: dict[Kind, KindFinding], moments: Sequence[Moment]) -> Kinds:
    fixed = any(moment.stance in (Stance.FIXED, Stance.MOVED) and moment.is_interview for moment in moments)
    if Kind.REJECTION in found and Kind.OFFER in found:
        # "unable to offer" is silenced in the table; what is left says both, and the refusal is the specific one
        found.pop(Kind.OFFER)
    offered = found.get(Kind.OFFER)
    if offered is not None and fixed and not _OFFERS_A_POST.search(offered.evidence.sentence.lower()):
        # "it is a yes: we await you for the second round on Thursday" says yes to the round
        found.setdefault(Kind.NEXT_STEP, KindFinding(kind=Kind.NEXT_STEP, evidence=found.pop(Kind.OFFER).evidence))
    if Kind.REJECTION in found:
        for kind in (
            Kind.NEXT_STEP,
            Kind.INVITATION,
            Kind.PROPOSAL,
            Kind.REQUEST,
            Kind.BOOKING_LINK,
            Kind.RECEIPT,
            Kind.APPROACH,
            Kind.UPDATE,
        ):
            if not (kind is Kind.INVITATION and fixed):
                found.pop(kind, None)
    if Kind.PROPOSAL in found and Kind.INVITATION in found and found[Kind.INVITATION].evidence.rule == "kind.invite-to-interview":
        # "we would love to meet you, would Tuesday suit?": the invitation is only the wrapping of the question
        found.pop(Kind.INVITATION)
    arranging = found.get(Kind.NEXT_STEP)
    if arranging is not None and arranging.evidence.rule == "kind.somebody-will-arrange" and not fixed:
        invited = found.get(Kind.INVITATION)
        if invited is not None and invited.evidence.rule == "kind.invite-to-interview":
            found.pop(Kind.INVITATION)
    timed = any(moment.stance is Stance.PROPOSED and moment.start is not None for moment in moments)
    if Kind.BOOKING_LINK in found and Kind.PROPOSAL in found and not timed:
        # days without an hour beside a link to book are no proposal: "Mon-Fri, home by four; grab a slot"
        found.pop(Kind.PROPOSAL)
    if Kind.BOOKING_LINK in found and Kind.INVITATION in found and not fixed:
        # "we'd like to set up a call: grab any slot here": nothing stands before a slot is taken
        found.pop(Kind.INVITATION)
    if fixed:
        # a fixed time that the owner is asked to confirm is fixed (policy 9)
        for kind in (Kind.PROPOSAL, Kind.BOOKING_LINK):
            found.pop(kind, None)
    asked = found.get(Kind.REQUEST)
    if asked is not None and asked.evidence.rule in _ASKS_LOOSELY and _is_about_the_time(asked, found, fixed=fixed):
        found.pop(Kind.REQUEST)
    if Kind.BOOKING_LINK in found and Kind.REQUEST in found and "availability" in found[Kind.REQUEST].evidence.rule:
        found.pop(Kind.REQUEST)
    if Kind.APPROACH in found and (
        message.in_reply_to is not None or sender.kind is not SenderKind.PERSON or Kind.RECEIPT in found
    ):
        found.pop(Kind.APPROACH)
    if Kind.APPROACH in found and not (found.keys() & {Kind.OFFER, Kind.REJECTION, Kind.ON_HOLD}):
        return _with_main(found, Kind.APPROACH)
    if found.keys() & SUBSTANCE:
        found.pop(Kind.RECEIPT, None)
    if Kind.RECEIPT in found:
        if Kind.UPDATE in found and found[Kind.UPDATE].evidence.rule == "kind.others-ahead":
            found.pop(Kind.RECEIPT)
        else:
            found.pop(Kind.UPDATE, None)
    if Kind.SURVEY in found and (found.keys() & {Kind.OFFER, Kind.REJECTION} or fixed):
        found.pop(Kind.SURVEY)
    if sender.platform is not None and sender.platform.kind is PlatformKind.ASSESSMENT and not found:
        found[Kind.REQUEST] = KindFinding(
            kind=Kind.REQUEST, evidence=Evidence(sentence=message.subject[:240], rule="kind.assessment-platform")
        )
    if not found and sender.kind is SenderKind.PERSON and _TASK.search(message.subject.lower()):
        # the subject decides nothing but what a text without a word of its own is about: "ur case study" + a link
        found[Kind.REQUEST] = KindFinding(
            kind=Kind.REQUEST, evidence=Evidence(sentence=message.subject[:240], rule="kind.task-in-subject")
        )
    return _ordered(found, EMPLOYER_ORDER, message)


_OFFERS_A_POST = re.compile(
    r"\b(?:offer|contract|job|post|position|role|hir(?:e|ed|ing)|appoint\w*|employ\w*|start(?:ing)? (?:on|date|in)|join|salary|"
    r"terms|welcome|on board|aboard|part|gig|take you on|yours)\b"
)
"""Without one of these words a "yes" beside a fixed time is a yes to that talk."""

_TASK = re.compile(
    r"^(?!re:|aw:|sv:|fwd?:|thank|.{0,40}\b(?:received|result|feedback|marked|outcome)\b)"
    r".{0,60}\b(?:case study|take-?home|assignment|exercise|assessment|challenge|homework|self-?tape|sides)\b"
)
_SHORT_QUESTION = 9
"""Words of a question beside a time that only asks whether it suits."""


def _is_about_the_time(asked: KindFinding, found: dict[Kind, KindFinding], *, fixed: bool) -> bool:
    """ "Could you do Wednesday at 11?" asks what the proposal asks; "does that suit you?" beside a fixed time, less."""
    sentence = asked.evidence.sentence
    proposed = found.get(Kind.PROPOSAL) or found.get(Kind.BOOKING_LINK)
    if proposed is not None and (proposed.evidence.sentence == sentence or len(sentence.split()) <= _SHORT_QUESTION):
        return True
    return fixed and sentence.rstrip().endswith("?") and len(sentence.split()) <= _SHORT_QUESTION


def _with_main(found: dict[Kind, KindFinding], main: Kind) -> Kinds:
    rest = tuple(found[kind] for kind in EMPLOYER_ORDER if kind in found and kind is not main)
    return Kinds(main=found[main], also=rest)


def _ordered(found: dict[Kind, KindFinding], order: Sequence[Kind], message: Message) -> Kinds:
    present = [found[kind] for kind in order if kind in found]
    if not present:
        return Kinds(main=nothing_found(message))
    return Kinds(main=present[0], also=tuple(present[1:]))
