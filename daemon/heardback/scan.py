"""One pass, top to bottom: the only module that knows every stage.

    mailbox --headers--> understanding.worth_reading --texts--> reading --> understanding --> [ledger]
    facts + corrections --> matching --> policy --> Overview --> [nudges in the ledger] --> [pushes]

The bracketed steps happen only with a ledger. Everything between them is a function of values, so a pass that only looks
(``scan --json``, ``--dry-run``, ``--as-of``) is the same pass with the effects left out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from heardback import matching, policy, reading, understanding
from heardback.mailbox.source import Batch, Source
from heardback.model import (
    Correction,
    CorrectionKind,
    FolderRole,
    Judged,
    MailboxReport,
    Message,
    MessageFacts,
    Overview,
    Owner,
    UnreadableMessage,
)

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
"""Called with (headers seen so far, the source's estimate of all or None)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What one batch of headers became. Storing it whole, cursor included, in one transaction loses nothing."""

    facts: tuple[MessageFacts, ...]
    unreadable: tuple[UnreadableMessage, ...]
    headers_seen: int
    texts_read: int
    cursor: str
    gaps: tuple[str, ...] = ()


def read_new(
    source: Source,
    cursor: str | None,
    *,
    since: datetime,
    owner: Owner,
    progress: Progress | None = None,
) -> Iterator[Intake]:
    """Read everything above ``cursor``, batch by batch. Raises what the source raises; writes nothing.

    An iteration that ends without an exception, and without gaps, has read the mailbox through to the moment at which it began.
    """
    seen = 0
    for batch in source.headers_since(cursor, since):
        intake = _take_in(source, batch, owner)
        seen += len(batch.headers)
        if progress is not None:
            progress(seen, batch.total)
        yield intake


def _take_in(source: Source, batch: Batch, owner: Owner) -> Intake:
    envelopes: list[Message] = []
    unreadable: list[UnreadableMessage] = []
    for header in batch.headers:
        read = reading.read_header(header)
        if isinstance(read, UnreadableMessage):
            unreadable.append(read)
        else:
            envelopes.append(read)
    worth = understanding.worth_reading(envelopes, owner)
    wanted = [message.key for message in envelopes if message.id in worth.in_full]
    facts: list[MessageFacts] = []
    texts_read = 0
    for message in envelopes:
        if message.id in worth.by_header:
            _understand_into(facts, unreadable, message, owner)
    came: set[str] = set()
    for raw in source.texts(wanted) if wanted else ():
        texts_read += 1
        came.add(raw.header.key)
        full = reading.read(raw)
        if isinstance(full, UnreadableMessage):
            unreadable.append(full)
        else:
            _understand_into(facts, unreadable, full, owner)
    # A text that did not come (moved meanwhile, or a server that gives none): that there was a letter is known all the same.
    for message in envelopes:
        if message.id in worth.in_full and message.key not in came:
            _understand_into(facts, unreadable, message, owner)
    return Intake(
        facts=tuple(facts),
        unreadable=tuple(unreadable),
        headers_seen=len(batch.headers),
        texts_read=texts_read,
        cursor=batch.cursor,
        gaps=batch.gaps,
    )


def _understand_into(facts: list[MessageFacts], unreadable: list[UnreadableMessage], message: Message, owner: Owner) -> None:
    """A fault in the rules must not stand in the way of the next message: the one place that catches everything."""
    try:
        facts.append(replace(understanding.understand(message, owner), authentication=reading.authentication_of(message)))
    except Exception:
        log.exception("a message of mailbox %s could not be understood", message.mailbox)
        unreadable.append(
            UnreadableMessage(
                key=message.key,
                mailbox=message.mailbox,
                folder=message.folder,
                received_at=message.received_at,
                reason="the rules failed on it; the log has the traceback",
            )
        )


def derive(
    facts: Sequence[MessageFacts],
    *,
    owner: Owner,
    now: datetime,
    corrections: Sequence[Correction] = (),
    known_ids: Mapping[str, str] | None = None,
    blind: Mapping[str, str] | None = None,
    gone: Mapping[str, str] | None = None,
) -> tuple[Judged, ...]:
    """From all facts to how every application stands at ``now``. Pure: messages dated later do not exist.

    ``known_ids``: Message-ID -> the ledger's application id. ``blind``: mailbox name -> why it could not be read through;
    the applications with mail in it are ``unconfirmed``. ``gone``: the same of mailboxes that nobody watches any more; they cast
    doubt only on the applications whose newest message lies there, since the others have moved on to a mailbox that is read.
    """
    past = understanding.settle([fact for fact in facts if fact.sent_at <= now])
    said_by_then = tuple(correction for correction in corrections if correction.made_at <= now)
    found = matching.identify(matching.match(past, owner, said_by_then, known_ids or {}), known_ids or {})
    junk = matching.in_junk(found, past)
    now_called = _merged_ids(said_by_then)
    doubted = policy.doubted(past)
    judged = []
    for application in found:
        mine = tuple(one for one in said_by_then if now_called.get(one.application, one.application) == application.id)
        newest = max(application.messages, key=lambda message: message.sent_at, default=None)
        left = (gone or {}).get(newest.mailbox) if newest is not None else None
        doubt = _doubt(application.messages, blind or {}) or left or junk.get(application.id)
        judged.append(
            Judged(application=application, standing=policy.judge(application, mine, now, owner, doubt, doubted)),
        )
    return tuple(sorted(judged, key=_urgency))


def _merged_ids(corrections: Sequence[Correction]) -> Mapping[str, str]:
    """Absorbed id -> the id it goes by since: what was said of an application before a merge is said of the whole."""
    absorbed: dict[str, str] = {}
    for correction in corrections:
        if correction.kind is CorrectionKind.MERGE:
            absorbed = {old: correction.application if new == correction.value else new for old, new in absorbed.items()}
            absorbed[correction.value] = correction.application
    return absorbed


def _doubt(messages: Sequence[MessageFacts], blind: Mapping[str, str]) -> str | None:
    return next((blind[message.mailbox] for message in messages if message.mailbox in blind), None)


ORDER = ("your_turn", "overdue", "scheduled", "waiting", "offer", "applied", "on_hold", "rejected", "dormant", "withdrawn")


def _urgency(judged: Judged) -> tuple[bool, int, str, str]:
    """What needs doing first, then by state, then by name."""
    standing = judged.standing
    return (
        standing.action is None,
        ORDER.index(standing.state.value),
        judged.application.employer.casefold(),
        judged.application.id,
    )


def default_since(now: datetime) -> datetime:
    """How far back a first reading goes: a year (DESIGN: ``--since``)."""
    return now - timedelta(days=365)


def scan_source(source: Source, *, owner: Owner, now: datetime, since: datetime, progress: Progress | None = None) -> Overview:
    """Read one mailbox from its beginning and judge what is in it; writes nothing. Raises what the source raises."""
    facts: dict[str, MessageFacts] = {}
    seen = read = unreadable = 0
    gaps: list[str] = []
    for intake in read_new(source, None, since=since, owner=owner, progress=progress):
        seen += intake.headers_seen
        read += intake.texts_read
        unreadable += len(intake.unreadable)
        gaps.extend(intake.gaps)
        for fact in intake.facts:
            facts[fact.id] = better_copy(facts.get(fact.id), fact)
    problem = gaps[0] if gaps else None
    blind = {source.name: problem} if problem else {}
    report = MailboxReport(
        name=source.name,
        messages_seen=seen,
        messages_read=read,
        unreadable=unreadable,
        complete_to=None if problem else now,
        problem=problem,
    )
    judged = derive(tuple(facts.values()), owner=owner, now=now, blind=blind)
    return Overview(as_of=now, mailboxes=(report,), judged=judged)


def better_copy(one: MessageFacts | None, other: MessageFacts) -> MessageFacts:
    """Of two copies of one message (INBOX and Archive, two mailboxes) the one that says more: read in full, not in Junk;
    else the first by folder name, so that the order of reading does not matter."""
    if one is None:
        return other

    def rank(fact: MessageFacts) -> tuple[bool, bool, str, str]:
        return (not fact.read_in_full, fact.role is FolderRole.JUNK, fact.folder, fact.mailbox)

    return min(one, other, key=rank)
