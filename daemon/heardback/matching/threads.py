"""One copy of each message, and which messages hang together.

References and In-Reply-To (RFC 5322 section 3.6.4) are the surest evidence there is: somebody pressed "reply". A provider's own
thread id and a repeated subject are not: Gmail puts two receipts with one subject into one thread though they are for two
jobs. They are therefore handed out as *hints*, which a contradiction overrules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from heardback.matching.words import words
from heardback.model import FolderRole, MessageFacts, SenderKind

Item = TypeVar("Item", bound=Hashable)

SUBJECT_HINT = timedelta(days=45)
"""Letters further apart under one subject are taken for two matters: a subject comes back with the next vacancy."""

_REPLY = re.compile(r"^(?:\s*(?:re|aw|sv|antw|fw|fwd|wg|tr|rv)\s*(?:\[\d{1,3}\])?\s*:)+", re.I)
_CALENDAR = re.compile(
    r"^\s*(?:updated invitation|invitation|accepted|declined|tentative|cancell?ed(?: event)?|updated|confirmed"
    r"|automatic reply)\s*:",
    re.I,
)
_NOT_WORDS = re.compile(r"[^\w]+")
_FOLDER_ORDER = {FolderRole.SENT: 0, FolderRole.INBOX: 1, FolderRole.ARCHIVE: 2, FolderRole.OTHER: 3, FolderRole.JUNK: 4}


class Groups(Generic[Item]):
    """Disjoint sets (union-find). The sets do not depend on the order of ``join``; which member leads one does, so leaders
    are for asking "the same?" only."""

    def __init__(self) -> None:
        self._parent: dict[Item, Item] = {}

    def find(self, item: Item) -> Item:
        parent = self._parent.setdefault(item, item)
        while parent != item:
            grandparent = self._parent[parent]
            self._parent[item] = grandparent
            item, parent = parent, grandparent
        return item

    def join(self, one: Item, other: Item) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self._parent[second] = first

    def together(self, one: Item, other: Item) -> bool:
        return self.find(one) == self.find(other)


def in_order(facts: Iterable[MessageFacts]) -> tuple[MessageFacts, ...]:
    """By the time of writing; messages of one second by their id, so that there is only one order."""
    return tuple(sorted(facts, key=lambda fact: (fact.sent_at, fact.id)))


def one_copy_each(facts: Iterable[MessageFacts]) -> tuple[MessageFacts, ...]:
    """Each Message-ID once, in order of time. The copy read in full is kept, then the owner's Sent, the inbox, the archive; Junk
    last: a letter that also lies in the inbox has been looked at."""
    best: dict[str, MessageFacts] = {}
    for fact in facts:
        held = best.get(fact.id)
        if held is None or _preference(fact) < _preference(held):
            best[fact.id] = fact
    return in_order(best.values())


def _preference(fact: MessageFacts) -> tuple[bool, bool, int, str, str, str]:
    is_junk = fact.role is FolderRole.JUNK
    return (is_junk, not fact.read_in_full, _FOLDER_ORDER[fact.role], fact.mailbox, fact.folder, fact.sent_at.isoformat())


def reply_threads(facts: Sequence[MessageFacts]) -> Mapping[str, str]:
    """Message-ID -> the leader of its thread, by References and In-Reply-To alone. A parent that is not in the mailbox ties its
    children all the same."""
    groups: Groups[str] = Groups()
    for fact in facts:
        groups.find(fact.id)
        for parent in (*fact.references, *((fact.in_reply_to,) if fact.in_reply_to else ())):
            groups.join(parent, fact.id)
    leaders: dict[str, str] = {}
    for fact in facts:
        leaders.setdefault(groups.find(fact.id), fact.id)
    return {fact.id: leaders[groups.find(fact.id)] for fact in facts}


def bare_subject(subject: str) -> str:
    """The subject without "Re:", without what calendars put in front, in lower case words: "RE: Invitation: Data Analyst" ->
    "data analyst"."""
    text = subject[:300]
    for pattern in (_REPLY, _CALENDAR, _REPLY):
        text = pattern.sub("", text)
    return " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())


def is_specific(subject: str) -> bool:
    """Whether a bare subject is worth anything: three words or more, twelve letters, and none that half of all letters bear."""
    return subject.count(" ") >= 2 and len(subject) >= 12 and subject not in words("plain_subjects")


def hints(facts: Sequence[MessageFacts]) -> tuple[tuple[str, str], ...]:
    """Pairs of Message-IDs that probably belong together: one provider thread; or one specific subject between the same two sides
    within ``SUBJECT_HINT``. A platform's mail is never tied by its subject: it writes the same one for every job."""
    found: list[tuple[str, str]] = []
    last_in_thread: dict[tuple[str, str], MessageFacts] = {}
    last_on_subject: dict[tuple[str, str], MessageFacts] = {}
    for fact in facts:
        if fact.provider_thread:
            key = (fact.mailbox, fact.provider_thread)
            if (before := last_in_thread.get(key)) is not None:
                found.append((before.id, fact.id))
            last_in_thread[key] = fact
        subject = bare_subject(fact.subject)
        if fact.sender_kind is SenderKind.PLATFORM or not is_specific(subject):
            continue
        for domain in sorted(_other_side(fact)):
            earlier = last_on_subject.get((subject, domain))
            if earlier is not None and fact.sent_at - earlier.sent_at <= SUBJECT_HINT:
                found.append((earlier.id, fact.id))
            last_on_subject[subject, domain] = fact
    return tuple(found)


def _other_side(fact: MessageFacts) -> set[str]:
    if not fact.by_owner:
        return {fact.sender.domain} if fact.sender else set()
    return {person.domain for person in fact.recipients[:20]}


def by_thread(facts: Sequence[MessageFacts], threads: Mapping[str, str]) -> Mapping[str, tuple[MessageFacts, ...]]:
    """Leader -> the thread's messages in order of time."""
    members: dict[str, list[MessageFacts]] = defaultdict(list)
    for fact in facts:
        members[threads[fact.id]].append(fact)
    return {leader: tuple(group) for leader, group in members.items()}
