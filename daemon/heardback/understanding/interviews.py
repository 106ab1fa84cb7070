"""Moments: the times at which the owner and an employer would talk, as one message speaks of them.

First version: calendar parts only; prose follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from heardback.model import Evidence, Invite, InviteMethod, Message, Moment, Owner, Stance
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import Sender, is_owner


def _of_invite(invite: Invite, owner: Owner) -> Moment | None:
    stance = {
        InviteMethod.REQUEST: Stance.FIXED,
        InviteMethod.PUBLISH: Stance.FIXED,
        InviteMethod.COUNTER: Stance.PROPOSED,
        InviteMethod.CANCEL: Stance.CANCELLED,
    }.get(invite.method)
    if stance is None:
        return None
    start, end = invite.start, invite.end
    if start is not None and start.tzinfo is None:
        start = start.replace(tzinfo=owner.zone)
    if end is not None and end.tzinfo is None:
        end = end.replace(tzinfo=owner.zone)
    return Moment(
        stance=stance,
        start=start,
        end=end,
        day=invite.day,
        uid=invite.uid or None,
        sequence=invite.sequence,
        label=invite.summary,
        people=tuple(person.name or person.address for person in invite.attendees if not is_owner(person, owner)),
        evidence=Evidence(sentence=invite.summary[:240], rule=f"interviews.invite-{invite.method.lower()}"),
        is_interview=not is_owner(invite.organizer, owner),
    )


def find_moments(message: Message, sender: Sender, sentences: Sequence[Sentence], owner: Owner) -> tuple[Moment, ...]:
    return tuple(moment for invite in message.invites if (moment := _of_invite(invite, owner)) is not None)
