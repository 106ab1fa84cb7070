"""What is kept of a message, and which of two copies wins. No SQL here.

The same message may be met twice: in Junk and, once the person moved it, in INBOX; in Gmail under two labels; by its header
first and in full later; by old rules and by new ones. One row remains:

- what was *found* comes from the better reading: in full beats the header alone, and between equals the later one wins,
  because its rules are newer;
- where it *is* comes from the better place: anywhere beats Junk, because a letter that was moved out of Junk has been looked at.

Mail that has nothing to do with a job keeps its id and no facts: it must be known (not to be fetched again), and what it
says is nobody's business. Unrelated mail between persons that was read in full keeps its facts: a thread that is about
the owner's hiring of somebody else is told from a search by just such a message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from heardback.errors import LedgerError
from heardback.model import FolderRole, MessageFacts, SenderKind, Topic

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """One row: ``facts`` is JSON, or None where only the id is kept."""

    id: str
    mailbox: str
    folder: str
    role: FolderRole
    sent_at: datetime
    topic: Topic
    read_in_full: bool
    facts: str | None


def is_worth_keeping(facts: MessageFacts) -> bool:
    """Whether more than the id of this message is stored."""
    if facts.topic is not Topic.UNRELATED:
        return True
    return facts.read_in_full and facts.sender_kind not in (SenderKind.BULK, SenderKind.MACHINE)


def keep(facts: MessageFacts) -> KeptMessage:
    return KeptMessage(
        id=facts.id,
        mailbox=facts.mailbox,
        folder=facts.folder,
        role=facts.role,
        sent_at=facts.sent_at,
        topic=facts.topic,
        read_in_full=facts.read_in_full,
        facts=to_json(facts) if is_worth_keeping(facts) else None,
    )


def better(old: KeptMessage, new: KeptMessage) -> KeptMessage:
    """The row that remains of two copies of one message; ``old`` itself where nothing changes."""
    found = new if new.read_in_full >= old.read_in_full else old
    place = old if new.role is FolderRole.JUNK and old.role is not FolderRole.JUNK else new
    if found is place:
        return old if found == old else found
    if (found.mailbox, found.folder, found.role) == (place.mailbox, place.folder, place.role):
        return found
    return _moved(found, place)


def _moved(found: KeptMessage, place: KeptMessage) -> KeptMessage:
    where: dict[str, Any] = {"mailbox": place.mailbox, "folder": place.folder, "role": place.role}
    facts = None if found.facts is None else to_json(replace(from_json(found.facts), **where))
    return replace(found, facts=facts, **where)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[MessageFacts]:
    """Built once: it takes 30 ms, and pydantic 60 to import, which `heardback --help` must not pay for."""
    from pydantic import TypeAdapter

    return TypeAdapter(MessageFacts)


def to_json(facts: MessageFacts) -> str:
    return _adapter().dump_json(facts).decode("utf-8")


def from_json(text: str) -> MessageFacts:
    """The facts; offsets of moments are kept, names of zones are not. LedgerError where the text does not fit the model."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        raise LedgerError(
            "The ledger holds facts that this heardback cannot read.",
            "Install the version that wrote them again, or restore the newest `heardback backup`.",
        ) from error
