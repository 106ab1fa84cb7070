"""Letters in Junk that look like an employer's. They join nothing; but while one lies unread there, silence cannot be claimed.

Junk is judged by headers alone, so only what a header can prove counts: it answers a message of the application, or it comes
from an address or an own domain that has already written in it. A spammer who merely names the employer proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from heardback.matching.units import learn
from heardback.model import Application, FolderRole, MessageFacts, Owner, SenderKind


def in_junk(applications: Sequence[Application], facts: Sequence[MessageFacts]) -> Mapping[str, str]:
    """Application id -> one sentence about the latest letter in Junk that may be its employer's. A letter that also lies in
    another folder, one of mail to many, and one older than what the application last heard from its employer are passed over."""
    if not applications:
        return {}
    everyone = [message for application in applications for message in application.messages]
    own = frozenset(message.sender.address for message in everyone if message.by_owner and message.sender)
    world = learn(everyone, Owner(name="", addresses=own, timezone="UTC"))
    by_message: dict[str, str] = {}
    by_sender: dict[str, set[str]] = defaultdict(set)
    for application in applications:
        for message in application.messages:
            by_message[message.id] = application.id
            if message.sender is None or message.by_owner:
                continue
            for person in (message.sender, *message.reply_to):
                if not world.is_relay(person.domain):
                    by_sender[person.address].add(application.id)
                if domain := world.own_domain(person.address):
                    by_sender["@" + domain].add(application.id)
    elsewhere = {fact.id for fact in facts if fact.role is not FolderRole.JUNK}
    heard = {application.id: _last_heard(application) for application in applications}
    found: dict[str, MessageFacts] = {}
    for fact in facts:
        if fact.role is not FolderRole.JUNK or fact.id in elsewhere or fact.sender is None or fact.sender_kind is SenderKind.BULK:
            continue
        parents = {by_message[parent] for parent in (*fact.references, fact.in_reply_to or "") if parent in by_message}
        domain = world.own_domain(fact.sender.address)
        for id in parents or by_sender.get(fact.sender.address) or (by_sender.get("@" + domain, set()) if domain else set()):
            newer = id not in found or (found[id].sent_at, found[id].id) < (fact.sent_at, fact.id)
            if newer and fact.sent_at > heard[id]:
                found[id] = fact
    return {id: _sentence(fact) for id, fact in sorted(found.items())}


def _last_heard(application: Application) -> datetime:
    theirs = [message.sent_at for message in application.messages if not message.by_owner]
    return max(theirs, default=application.messages[0].sent_at)


def _sentence(fact: MessageFacts) -> str:
    sender = fact.sender.address if fact.sender else "somebody"
    return f"a message from {sender} of {fact.sent_at:%d %B} lies in {fact.folder}"
