"""What the ledger answers with, beside the values of ``model``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from heardback.model import NudgeStatus, Push


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What is known of one mailbox. ``complete_to``: every watched folder had been read without a gap at this moment.

    ``messages_seen`` counts headers since the reading began, ``messages_read`` messages read in full. ``last_error`` and
    ``failed_since`` are set while the mailbox cannot be read. ``gaps``: what the last pass could not read.
    """

    name: str
    messages_seen: int
    messages_read: int
    unreadable: int
    complete_to: datetime | None
    last_error: str | None
    failed_since: datetime | None
    gaps: tuple[str, ...]


class OutgoingKind(StrEnum):
    NUDGE = "nudge"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A push that is about heardback and no application: ``topic`` is "blind", "alive", "summary"; ``rests_on`` makes it
    unique within its topic (the mailbox and the moment it went blind). Its words are stored: nothing derives them again."""

    id: int
    topic: str
    rests_on: str
    push: Push
    push_at: datetime
    status: NudgeStatus
    created_at: datetime


class DeliveryState(StrEnum):
    IN_FLIGHT = "in_flight"
    """Handed to the target; whether it arrived is not recorded yet."""
    DELIVERED = "delivered"
    RETRY = "retry"
    GIVEN_UP = "given_up"
    """Tried for as long as the outbox allows."""
    LOST = "lost"
    """In flight at one crash after the other: it may have arrived each time, so it is not sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outgoing thing on its way to one target. ``outgoing`` is the id of the nudge or notice, ``target`` a Target's id."""

    outgoing: int
    kind: OutgoingKind
    target: str
    state: DeliveryState
    attempts: int
    first_try_at: datetime
    last_try_at: datetime
    next_try_at: datetime | None
    detail: str
