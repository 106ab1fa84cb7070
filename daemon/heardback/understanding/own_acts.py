"""What the owner's own mail does, from what its sentences say: rules of ``phrases/owner.toml`` settled by the rest of the mail.

A sentence alone is often two acts: "I'll pass" turns down an offer or an approach, "I'm in" takes an offer or a Tuesday, "any
feedback on my interview?" asks for news, or after a refusal for reasons. The mail around it, and the subject above it, tell them
apart. The table gives such sentences a label of their own, and this module makes a kind of it or drops it. A way out of an
application is believed only where a rule says so by itself: it closes the matter, and that is the dearest error here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from heardback.model import Kind, KindFinding, Message, Moment, Stance
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Found, Sentence

_REPLY = re.compile(r"^(?:re|aw|sv|antw|rv|r)(?:\[\d+\])?: ?")
_FORWARD = re.compile(r"^(?:fwd?|wg|tr): ?")
_OFFER_MADE = re.compile(
    r"\b(?:your|the|this|such a|kind|generous|job|formal|conditional) (?:\w+ ){0,2}?offer\b(?! (?:of|from) an)"
    r"|\boffer(?:ed|ing) me\b|\boffer (?:letter|of (?:employment|appointment))\b|\bhonou?red by\b"
)
_OFFER_IN_SUBJECT = re.compile(
    r"\b(?:offer|contract|appointment|employment|welcome (?:aboard|to)|zusage|letter of intent|congrat\w*|they want you|"
    r"good news|the job|terms|remuneration)\b"
)
_MONEY_OR_PAPERS = re.compile(
    r"\b(?:offer|number|package|salary|pay|money|rent|wages|contract|hono(?:u)?red|have me|stoked|confidence|faith|hours|"
    r"terms|join)\b"
)
_REFUSED = re.compile(
    r"\b(?:sorry|sad|gutted|disappoint\w*|pity|shame|understood|fair enough|ah well|oh well|all good|no worries|"
    r"unfortunate\w*|congratulat\w* to|next time|letting me know|telling me|for telling|regret|rejection|unsuccessful|"
    r"not selected|improve|outcome)\b"
)
_REFUSED_SUBJECT = re.compile(r"\b(?:regret|absage|unsuccessful|rejection|sorry|outcome|result)\b")
_JOB = re.compile(
    r"\b(?:jobs?|role|post|position|vacancy|opening|opportunity|wanted|hiring|advert|ad|ref|application|"
    r"looking for (?:any|some)\w+|you seek|services|openings|experience|"
    r"apply\w*|bewerbung|"
    r"casting|career)\b"
)
_WEAK_ANSWERS = ("kind.says-yes", "kind.gives-times", "kind.answers-with-facts")
_EXPLICIT = ("kind.withdraws", "kind.takes-the-name-off")

_OTHER_MATTER = re.compile(
    r"\b(?:dinner|lunch|drinks|birthday|party|wedding|boiler|leak|inspection|viewing|dentist|doctor|vet|plumber|roof|leaking|repair|bins|parcel|order|gym|leave|rent|"
    r"holiday|school run|football|gym|quote|invoice|delivery|insurance|pension|bank|tax|podcast)\b(?!.{0,20}\b(?:job|role|post|"
    r"vacancy|nurse|assistant|manager|clerk|adviser|advisor|technician|receptionist|teller|driver))"
)
"""A heading of another matter: a time or a yes below it answers nobody who hires."""

_FROM_SUBJECT = (Kind.WITHDRAWAL, Kind.QUESTION, Kind.APPLICATION, Kind.FEEDBACK_REQUEST)
"""What the owner's own heading may say where the text says nothing that a rule knows: "Withdrawal", "any word?"."""


def acts(message: Message, sentences: Sequence[Sentence], moments: Sequence[Moment]) -> dict[Kind, KindFinding]:
    """The kinds that an own mail says, each with its first evidence."""
    heading = phrasebook.plain(message.subject)
    is_fresh = message.in_reply_to is None and not _REPLY.match(heading)
    subject = _FORWARD.sub("", _REPLY.sub("", heading))
    text = " ".join(sentence.plain for sentence in sentences)
    said = _by_label(sentences)
    found = {kind: _finding(kind, said[kind]) for kind in Kind if kind in said}
    _settle_offer(found, said, subject, text)
    _settle_feedback(found, said, subject, text)
    _settle_application(found, said, message, subject, text, is_fresh=is_fresh)
    _take_over_times(found, message, moments)
    _weigh(found)
    if _OTHER_MATTER.search(subject) and not _JOB.search(text):
        for kind in (Kind.ANSWER, Kind.QUESTION):
            found.pop(kind, None)
    if not found and is_fresh:
        headed = _by_label([phrasebook.sentence(message.subject)])
        found = {kind: _finding(kind, headed[kind]) for kind in _FROM_SUBJECT if kind in headed}
    return found


_CONDITIONAL = re.compile(r"\b(?:if|before|until|unless|whether|should i|would i|not withdraw\w*|think (?:it )?over)\b")
_NEGATED = re.compile(r"\bnot\b|n't\b|\bcannot\b|\bunable\b|\binvit")
_NO_HURRY = re.compile(r"\b(?:look(?:ing)? forward|(?:let|tell) you know|when you|no need|take your time)\b")


def may_be_guessed(kind: Kind, message: Message, sentences: Sequence[Sentence]) -> bool:
    """Is ``kind``, found by the company of words alone, to be believed of an own mail? Such a guess knows no "if" and no
    "not", and what it would close is not opened again by itself."""
    text = " ".join(sentence.plain for sentence in sentences)
    match kind:
        case Kind.WITHDRAWAL:
            return not _CONDITIONAL.search(text)
        case Kind.DECLINED_OFFER:
            offered = _OFFER_MADE.search(text) or _OFFER_IN_SUBJECT.search(phrasebook.plain(message.subject))
            return offered is not None and not _CONDITIONAL.search(text)
        case Kind.ACCEPTED_OFFER:
            offered = _OFFER_MADE.search(text) or _OFFER_IN_SUBJECT.search(phrasebook.plain(message.subject))
            return offered is not None and not _CONDITIONAL.search(text) and not _NEGATED.search(text)
        case Kind.QUESTION:
            return not _NO_HURRY.search(text)
        case Kind.ANSWER:
            return not _OTHER_MATTER.search(phrasebook.plain(message.subject))
        case _:
            return True


def _by_label(sentences: Sequence[Sentence]) -> dict[str, Found]:
    first: dict[str, Found] = {}
    for item in phrasebook.table("owner", "kind").find(sentences):
        first.setdefault(item.rule.label, item)
    return first


def _finding(kind: Kind, found: Found) -> KindFinding:
    return KindFinding(kind=kind, evidence=found.evidence)


def _settle_offer(found: dict[Kind, KindFinding], said: dict[str, Found], subject: str, text: str) -> None:
    """ "I'll pass" and "I'm in" are about an offer where the mail or its subject speaks of one; having gone elsewhere turns an
    offer down where one was made, and else steps out."""
    headed = _OFFER_IN_SUBJECT.search(subject) is not None
    if "turns_down" in said and (headed or _MONEY_OR_PAPERS.search(text)):
        found.setdefault(Kind.DECLINED_OFFER, _finding(Kind.DECLINED_OFFER, said["turns_down"]))
    left = found.get(Kind.WITHDRAWAL)
    if left is not None and left.evidence.rule not in _EXPLICIT and (headed or _OFFER_MADE.search(text)):
        found.setdefault(Kind.DECLINED_OFFER, KindFinding(kind=Kind.DECLINED_OFFER, evidence=left.evidence))
    if left is not None and Kind.DECLINED_OFFER in found:
        found.pop(Kind.DECLINED_OFFER if left.evidence.rule in _EXPLICIT and not _OFFER_MADE.search(text) else Kind.WITHDRAWAL)
    if found.keys() & {Kind.WITHDRAWAL, Kind.DECLINED_OFFER}:
        found.pop(Kind.ACCEPTED_OFFER, None)
    elif "says_yes" in said and headed and Kind.QUESTION not in found:
        found.setdefault(Kind.ACCEPTED_OFFER, _finding(Kind.ACCEPTED_OFFER, said["says_yes"]))


def _settle_feedback(found: dict[Kind, KindFinding], said: dict[str, Found], subject: str, text: str) -> None:
    """Feedback on an interview is news of it, and after a refusal the reasons for it. A sentence that asks for reasons asks for
    no news beside them."""
    if "news_or_feedback" in said:
        refused = _REFUSED.search(text) or _REFUSED_SUBJECT.search(subject)
        kind = Kind.FEEDBACK_REQUEST if refused else Kind.QUESTION
        found.setdefault(kind, _finding(kind, said["news_or_feedback"]))
    wanted, asked = found.get(Kind.FEEDBACK_REQUEST), found.get(Kind.QUESTION)
    if wanted is not None and asked is not None and wanted.evidence.sentence == asked.evidence.sentence:
        found.pop(Kind.QUESTION)


def _settle_application(
    found: dict[Kind, KindFinding], said: dict[str, Found], message: Message, subject: str, text: str, *, is_fresh: bool
) -> None:
    """Papers that open a conversation about a job apply for it; in an answer they were asked for."""
    if is_fresh and "encloses" in said and (_JOB.search(subject) or _JOB.search(text)):
        found.setdefault(Kind.APPLICATION, _finding(Kind.APPLICATION, said["encloses"]))
    if message.in_reply_to is not None:
        found.pop(Kind.APPLICATION, None)
    if Kind.APPLICATION in found:
        for kind in (Kind.INTEREST, Kind.QUESTION):
            found.pop(kind, None)


def _take_over_times(found: dict[Kind, KindFinding], message: Message, moments: Sequence[Moment]) -> None:
    """A time that the owner names ahead answers; one that is over is only spoken of."""
    for moment in moments:
        is_over = moment.start is not None and moment.start < message.sent_at
        if moment.stance in (Stance.ACCEPTED, Stance.PROPOSED, Stance.FIXED, Stance.MOVED) and not is_over:
            found.setdefault(Kind.ANSWER, KindFinding(kind=Kind.ANSWER, evidence=moment.evidence))


def _weigh(found: dict[Kind, KindFinding]) -> None:
    if found.keys() & {Kind.WITHDRAWAL, Kind.DECLINED_OFFER}:
        for kind in (Kind.ANSWER, Kind.QUESTION, Kind.INTEREST, Kind.APPLICATION, Kind.FEEDBACK_REQUEST):
            found.pop(kind, None)
    if found.keys() & {Kind.THANKS, Kind.FEEDBACK_REQUEST, Kind.ACCEPTED_OFFER}:
        # "I am very interested" in a thank-you is politeness, not the answer to an approach
        found.pop(Kind.INTEREST, None)
    answer = found.get(Kind.ANSWER)
    wants = [found[kind].evidence.sentence for kind in (Kind.QUESTION, Kind.FEEDBACK_REQUEST) if kind in found]
    if answer is not None and answer.evidence.rule in _WEAK_ANSWERS and answer.evidence.sentence in wants:
        found.pop(Kind.ANSWER)
    elif answer is not None and answer.evidence.rule in _WEAK_ANSWERS and found.keys() & {Kind.INTEREST, Kind.ACCEPTED_OFFER}:
        # "Yes, I'd like to hear more": the yes is the wrapping
        found.pop(Kind.ANSWER)
