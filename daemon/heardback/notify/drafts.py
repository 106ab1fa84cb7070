"""What the person may send: a draft in the thread for each action. Pure; nothing here sends, saves or opens anything.

A draft is short enough to be read on the way (120 words or fewer), names the role and the day, the promised time without
reproach, and asks one question. Nothing is invented: what the mailbox does not say stays as a gap in square brackets, and
``Draft.gaps`` lists them, so that a draft with a gap is never put anywhere unmarked.

To whom: the person of the employer's side who wrote last, since an answer in a thread is read by whoever owns the thread; for a
thank-you one who was met, where their address is known. Never a platform's no-reply address: then the address is a gap.
Only they are addressed: copying a whole panel turns a question into pressure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from heardback.model import Action, Address, Application, Kind, MessageFacts, Owner, PromisedBy, SenderKind, Standing
from heardback.notify.people import (
    address_for_answer,
    first_name,
    known_people,
    listed,
    long_day,
    message_of,
    missed_interview,
    who_wrote,
    words_of_employer,
)
from heardback.notify.wording import one_line, plain_words

if TYPE_CHECKING:
    from jinja2 import Environment

WORD_LIMIT = 120
_LINE_LIMIT = 240
"""For the person's own line: a sentence or two."""

_REFERENCES_KEPT = 20
"""RFC 5322 section 3.6.4 lets References grow without end; RFC 5537 section 3.4.4 shows how to trim: the first and the last."""

_REQUESTS = (Kind.REQUEST, Kind.PROPOSAL, Kind.BOOKING_LINK, Kind.INVITATION)
_NO_REPLY = re.compile(r"^(?:no|do-?not|donot)[-_.]?reply|^(?:notifications?|mailer-daemon|bounces?)\b", re.IGNORECASE)

GAP_ADDRESS = "[who to send it to]"
GAP_NAME = "[first name]"
GAP_REASON = "[one reason from our talk]"
GAP_ANGLE = "[something you learned since, or can offer]"
GAP_ANSWER = "[your answer]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter that is not sent. ``to`` is empty where no address is known (``GAP_ADDRESS`` is then among ``gaps``).

    ``in_reply_to`` and ``references`` are Message-IDs with angle brackets, None and () for a letter of its own. ``body`` has
    "\\n" line ends. ``gaps`` are the marked places that only the person can fill, in the order of the text.
    """

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    body: str
    in_reply_to: str | None
    references: tuple[str, ...]
    gaps: tuple[str, ...]


def draft(standing: Standing, application: Application, owner: Owner, own_line: str | None = None) -> Draft:
    """The draft for the standing's action; without an action the one for a follow-up, which is what `draft ID` is asked for.

    ``own_line`` is what the person wants to say in their own words (the reason, the new angle, the answer); it fills the gap.
    """
    action = standing.action or Action.FOLLOW_UP
    answered = _message_to_answer(action, standing, application, owner)
    missed = missed_interview(standing) is not None
    body = _body("missed" if missed else action.value, _words(action, standing, application, owner, answered, own_line))
    address = None if answered is None else address_for_answer(answered, application)
    can_be_answered = address is not None and not _NO_REPLY.match(address.address)
    return Draft(
        to=(address,) if address is not None and can_be_answered else (),
        cc=(),
        subject=_subject(answered, application),
        body=body,
        in_reply_to=None if answered is None else answered.id,
        references=() if answered is None else _references(answered),
        gaps=(*(() if can_be_answered else (GAP_ADDRESS,)), *_gaps_in(body)),
    )


# ---------------------------------------------------------------------------------------------- the thread


def _message_to_answer(action: Action, standing: Standing, application: Application, owner: Owner) -> MessageFacts | None:
    """The message to answer, the best first: what fits the action, then a person's last, then anybody's last."""
    theirs = tuple(one for one in words_of_employer(application) if one.id not in standing.doubted)
    people = [one for one in theirs if one.sender_kind is SenderKind.PERSON]
    if action is Action.REPLY:
        return _last([one for one in theirs if one.says(*_REQUESTS)]) or _last(people) or _last(theirs)
    if action is Action.ASK_FEEDBACK:
        return _last([one for one in people if one.says(Kind.REJECTION)]) or _last(people) or _last(theirs)
    if action is Action.THANK_YOU and standing.last_interview is not None:
        met = set(known_people(standing.last_interview.people, owner, application.employer))
        return _last([one for one in people if who_wrote(one, application.employer) in met]) or _last(people) or _last(theirs)
    return _last(people) or _last(theirs)


def _last(messages: Sequence[MessageFacts]) -> MessageFacts | None:
    return messages[-1] if messages else None


def _references(answered: MessageFacts) -> tuple[str, ...]:
    """RFC 5322 section 3.6.4: the parent's References and its Message-ID; In-Reply-To where it has no References."""
    before = answered.references or ((answered.in_reply_to,) if answered.in_reply_to else ())
    chain = tuple(dict.fromkeys((*before, answered.id)))
    return chain if len(chain) <= _REFERENCES_KEPT else (chain[0], *chain[-(_REFERENCES_KEPT - 1) :])


def _subject(answered: MessageFacts | None, application: Application) -> str:
    """The thread's own subject, or "Role at Employer" for a letter of its own."""
    if answered is not None and answered.subject.strip():
        subject = one_line(answered.subject, 200)
        return subject if re.match(r"(?:re|aw|sv|antw|r|ref)\s?:", subject, re.IGNORECASE) else f"Re: {subject}"
    role, employer = application.role, application.employer
    return one_line(" at ".join(part for part in (role or "Our conversation", employer) if part), 120)


# ------------------------------------------------------------------------------------------------ the words


def _words(
    action: Action,
    standing: Standing,
    application: Application,
    owner: Owner,
    answered: MessageFacts | None,
    own_line: str | None,
) -> Mapping[str, str]:
    name = who_wrote(answered, application.employer)
    own = one_line(own_line or "", _LINE_LIMIT)
    interview = missed_interview(standing) or standing.last_interview
    met = "" if interview is None else f"on {long_day(interview.start.astimezone(owner.zone).date())}"
    people = () if interview is None else known_people(interview.people, owner, application.employer)
    others = tuple(person for person in people if person != name)
    return {
        "greeting": f"Hi {name}," if name else (f"Hi {GAP_NAME}," if _is_a_persons(answered) else "Hello,"),
        "owner": one_line(first_name(owner.name) or owner.name, 60),
        "about": _about(application),
        "met": met,
        "others": listed(others) if action is Action.THANK_YOU else "",
        "promised": _promised(standing, application, answered),
        "asked": _asked(answered) if action is Action.REPLY else "",
        "point": _clause(own) or GAP_REASON,
        "angle": _clause(own) or GAP_ANGLE,
        "answer": own or GAP_ANSWER,
    }


def _about(application: Application) -> str:
    """ " about the Data Engineer role"; an agency, which has many, is told whose role."""
    if not application.role:
        return ""
    role = plain_words(application.role, 60)
    noun = "" if role.casefold().endswith((" role", " position", " post", " job", "ship")) else " role"
    whose = f" at {plain_words(application.employer, 60)}" if application.agency and application.employer else ""
    return f" about the {role}{noun}{whose}"


def _is_a_persons(answered: MessageFacts | None) -> bool:
    """No message, or a person's whose name cannot be made out: the owner knows it. A role address is greeted without one."""
    return answered is None or answered.sender_kind is SenderKind.PERSON


def _promised(standing: Standing, application: Application, answered: MessageFacts | None) -> str:
    """ "You mentioned that ... by Friday 13 February", said of the one who is addressed only if they wrote it."""
    promise = standing.promise
    if promise is None:
        return ""
    by_day = f"might come by {long_day(promise.latest)}"
    one = message_of(application, promise.message)
    same_writer = one is not None and answered is not None and one.sender == answered.sender
    if promise.by is PromisedBy.EMPLOYER and same_writer:
        return f"You mentioned that news {by_day}."
    return f"I understood that news {by_day}."


def _asked(answered: MessageFacts | None) -> str:
    if answered is None:
        return ""
    sentences = [found.evidence.sentence for found in (answered.kind, *answered.also) if found.kind in _REQUESTS]
    return plain_words(next((sentence for sentence in sentences if sentence), ""), 140)


def _clause(own: str) -> str:
    """The person's line inside a sentence of ours, which brings its own full stop."""
    return own.rstrip(" .")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = resources.files("heardback.notify").joinpath("templates")
    return Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a letter is plain text: escaping would put "&amp;" into an employer's name
        keep_trailing_newline=False,
    )


def _body(template: str, words: Mapping[str, str]) -> str:
    text = _templates().get_template(f"{template}.txt").render(words)
    paragraphs = (" ".join(part.split(" ")).strip() for part in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)).strip() + "\n"


def _gaps_in(body: str) -> tuple[str, ...]:
    found = [gap for gap in (GAP_NAME, GAP_REASON, GAP_ANGLE, GAP_ANSWER) if gap in body]
    return tuple(sorted(found, key=body.index))
