"""Threads of invented mail with a label on every message: what the vote learns from, and what it is measured on.

A file in ``bank/threads`` is one author's: several owners, and for each of them threads of letters. The form is described in
tests/README.md. ``python -m tests.corpus.threads [NAME ...]`` prints how the program reads them, letter by letter and put
together; ``--errors`` prints what it reads wrongly.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from heardback import understanding
from heardback.model import Address, Body, FolderRole, Judged, Message, MessageFacts, Owner, Stance, Topic
from heardback.scan import derive
from heardback.understanding.voting import settle
from tests.builders import owner_in
from tests.corpus.judge import count_matching, same_name, same_sentence

FOLDER = Path(__file__).with_name("bank") / "threads"
UNRELATED = "unrelated"
_HEAD = re.compile(r"(?P<kind>\w+)(?: also (?P<also>[\w, ]+?))?(?: or (?P<accept>[\w, ]+))?")
_STANCES = {
    "fixed": Stance.FIXED,
    "asked": Stance.PROPOSED,
    "agreed": Stance.ACCEPTED,
    "moved": Stance.MOVED,
    "cancelled": Stance.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """``key``: the application, None where it is of another matter."""

    key: str | None
    employers: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    sentence: str
    earliest_right: date
    latest_right: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """``moments``: (stance, start or None). ``key``: the sentence that decides the kind. ``before``: the letter it answers."""

    id: str
    author: str
    owner: Owner
    thread: Thread
    sent_at: datetime
    sender: Address
    by_owner: bool
    subject: str
    text: str
    kind: str
    also: tuple[str, ...]
    accept: tuple[str, ...]
    promises: tuple[Promised, ...]
    moments: tuple[tuple[Stance, datetime | None], ...]
    due: date | None
    key: str | None
    before: str | None
    others: tuple[Address, ...]
    """To whom the owner writes; before anybody has written, an address that is this thread's alone."""

    @property
    def is_unrelated(self) -> bool:
        return self.kind == UNRELATED

    def message(self) -> Message:
        me = Address(name=self.owner.name, address=min(self.owner.addresses))
        return Message(
            id=self.id,
            mailbox=self.author,
            folder="Sent" if self.by_owner else "INBOX",
            role=FolderRole.SENT if self.by_owner else FolderRole.INBOX,
            key=self.id,
            sent_at=self.sent_at,
            received_at=self.sent_at,
            sender=me if self.by_owner else self.sender,
            to=self.others if self.by_owner else (me,),
            subject=self.subject,
            in_reply_to=self.before,
            references=(self.before,) if self.before else (),
            body=Body(text=self.text),
            has_body=True,
        )


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def letters(name: str) -> tuple[Letter, ...]:
    """All letters of one author, in the order of the file. Raises ValueError on a line that has no place."""
    return tuple(_Reader(name).read((FOLDER / f"{name}.txt").read_text(encoding="utf-8")))


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.owner: Owner | None = None
        self.zone = ZoneInfo("UTC")
        self.thread: Thread | None = None
        self.threads = 0
        self.previous: tuple[str, str, Address] | None = None
        self.count = 0

    def read(self, text: str) -> Iterator[Letter]:
        for block in re.split(r"^(?=# owner: |=== |--- )", text, flags=re.M):
            head, _, rest = block.partition("\n")
            if head.startswith("# owner: "):
                self._meet(head)
            elif head.startswith("=== "):
                cells = [cell.strip() for cell in head[4:].split("|")]
                is_ours = cells[0] != "-"
                self.thread = Thread(
                    key=cells[0] if is_ours else None,
                    employers=_list(cells[1]) if is_ours else (),
                    roles=_list(cells[2]) if is_ours and len(cells) > 2 else (),
                )
                self.previous = None
                self.threads += 1
            elif head.startswith("--- "):
                yield self._letter(head, rest)
            elif head.strip():
                raise ValueError(f"{self.name}: {head!r} has no place")

    def _meet(self, head: str) -> None:
        who, _, zone = head.removeprefix("# owner: ").rpartition(" | ")
        name, address = parseaddr(who)
        self.zone = ZoneInfo(zone)
        self.owner = owner_in(zone, address, name=name)

    def _letter(self, head: str, rest: str) -> Letter:
        when, sender, subject, kinds = (cell.strip() for cell in head[4:].split(" | "))
        marked = _HEAD.fullmatch(kinds)
        if marked is None or self.owner is None or self.thread is None:
            raise ValueError(f"{self.name}: {head!r} cannot be read")
        text = "\n".join(line for line in rest.splitlines() if not line.startswith(">> ")).strip()
        marks = [line[3:].partition(" ") for line in rest.splitlines() if line.startswith(">> ")]
        self.count += 1
        id_ = f"<{self.count}@{self.name}.example>"
        by_owner = sender == "me"
        name, address = parseaddr(sender)
        them = Address(name=name, address=address.lower())
        before, others = self._before(subject, them, by_owner=by_owner)
        self.previous = (id_, subject, others[0] if by_owner and others else them)
        return Letter(
            id=id_,
            author=self.name,
            owner=self.owner,
            thread=self.thread,
            sent_at=datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=self.zone),
            sender=them,
            by_owner=by_owner,
            subject=subject,
            text=text,
            kind=marked["kind"],
            also=_list(marked["also"]),
            accept=_list(marked["accept"]),
            promises=tuple(_promised(rest) for what, _, rest in marks if what == "promise"),
            moments=tuple(self._moment(rest) for what, _, rest in marks if what == "moment"),
            due=next((date.fromisoformat(rest.rpartition(" | ")[2].strip()) for what, _, rest in marks if what == "due"), None),
            key=next((rest for what, _, rest in marks if what == "key"), None),
            before=before,
            others=others,
        )

    def _before(self, subject: str, them: Address, *, by_owner: bool) -> tuple[str | None, tuple[Address, ...]]:
        if self.previous is None:
            nobody = Address(name="", address=f"jobs@house{self.threads}.example")
            return None, ((nobody,) if by_owner else ())
        id_, above, other = self.previous
        is_answer = _bare(subject) == _bare(above) or subject.lower().startswith(("re:", "aw:", "sv:", "rv:", "antw:"))
        return (id_ if is_answer else None), ((other,) if by_owner else ())

    def _moment(self, rest: str) -> tuple[Stance, datetime | None]:
        day, clock, stance = rest.split()
        start = None if clock == "-" else datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=self.zone)
        return _STANCES[stance], start


def _list(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(",") if part.strip())


def _bare(subject: str) -> str:
    return re.sub(r"^(?:\w{1,4}: ?)+", "", subject.lower()).strip()


def _promised(rest: str) -> Promised:
    sentence, _, days = rest.rpartition(" | ")
    low, _, high = days.strip().partition("..")
    return Promised(sentence=sentence.strip(), earliest_right=date.fromisoformat(low), latest_right=date.fromisoformat(high))


# ------------------------------------------------------------------------------------------------ measuring


def ruled(name: str) -> Iterator[tuple[Letter, Message, understanding.Ruled]]:
    """What the rules alone read, of the letters that are voted on."""
    for letter in letters(name):
        read = understanding.by_rules(letter.message(), letter.owner)
        if read.may_vote:
            yield letter, letter.message(), read


@cache
def facts_of(name: str) -> tuple[MessageFacts, ...]:
    """As each letter reads by itself."""
    return tuple(understanding.understand(letter.message(), letter.owner) for letter in letters(name))


def counts_of(name: str, errors: list[str] | None = None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for letter, facts in zip(letters(name), settle(facts_of(name)), strict=True):
        wrong = list(_misread(letter, facts, counts))
        if wrong and errors is not None:
            errors.append(f"{name}{letter.id} {'; '.join(wrong)}\n    {letter.subject} / {' '.join(letter.text.split())[:900]}")
    _count_applications(name, counts, errors)
    return counts


def _misread(letter: Letter, facts: MessageFacts, counts: Counter[str]) -> Iterator[str]:
    if letter.is_unrelated:
        counts["unrelated"] += 1
        counts["unrelated taken for hiring"] += facts.topic is Topic.HIRING
        if facts.topic is Topic.HIRING:
            yield f"taken for hiring by {facts.topic_evidence and facts.topic_evidence.rule}"
        return
    side = "own" if letter.by_owner else "their"
    counts[f"{side} letters"] += 1
    is_right = facts.kind.kind.value in (letter.kind, *letter.accept)
    counts[f"{side} kinds right"] += is_right
    if not is_right:
        yield f"{letter.kind} read as {facts.kind.kind.value} by {facts.kind.evidence.rule}"
    if facts.topic is Topic.UNRELATED:
        counts["hiring taken for unrelated"] += 1
        yield f"unrelated by {facts.topic_evidence and facts.topic_evidence.rule}"
    for true in letter.promises:
        counts["promises"] += 1
        given = [one for one in facts.promises if same_sentence(one.evidence.sentence, true.sentence)]
        counts["promises found"] += bool(given)
        days = [one.timeframe.latest for one in given if one.timeframe.latest]
        dated = any(true.earliest_right <= day <= true.latest_right for day in days)
        counts["promises right"] += dated
        if not given:
            yield f"promise missed: {true.sentence}"
        elif not dated and days:
            yield f"promise read as {days}, truth {true.earliest_right}..{true.latest_right}: {true.sentence}"
    counts["promises given"] += len(facts.promises)
    for one in facts.promises:
        if not any(same_sentence(one.evidence.sentence, true.sentence) for true in letter.promises):
            counts["promises wrong"] += 1
            yield f"no promise: {one.evidence.sentence}"
    yield from _mistimed(letter, facts, counts)


def _mistimed(letter: Letter, facts: MessageFacts, counts: Counter[str]) -> Iterator[str]:
    true = {start for stance, start in letter.moments if start and stance is not Stance.CANCELLED}
    given = {one.start for one in facts.moments if one.start and one.stance is not Stance.CANCELLED and one.is_interview}
    counts["moments"] += len(true)
    counts["moments given"] += len(given)
    counts["moments right"] += len(true & given)
    if true - given:
        yield f"moments missed: {sorted(f'{start:%m-%d %H:%M}' for start in true - given)}"
    if given - true:
        yield f"moments wrong: {sorted(f'{start:%m-%d %H:%M}' for start in given - true)}"


def _count_applications(name: str, counts: Counter[str], errors: list[str] | None) -> None:
    """Each owner's letters put together: B-cubed of the applications, and their names."""
    for owner, mine in _by_owner(name):
        read = tuple(facts for _, facts in mine)
        truth = {letter.id: letter.thread.key for letter, _ in mine if letter.thread.key and not letter.is_unrelated}
        last = max(letter.sent_at for letter, _ in mine) + timedelta(minutes=5)
        found = derive(read, owner=owner, now=last)
        said = {message.id: number for number, one in enumerate(found) for message in one.application.messages}
        count_matching(counts, said, truth)
        counts["unrelated messages taken"] += len(said.keys() - truth.keys())
        _count_names(mine, found, truth, counts, errors)


def _count_names(
    mine: Iterable[tuple[Letter, MessageFacts]],
    found: Iterable[Judged],
    truth: Mapping[str, str],
    counts: Counter[str],
    errors: list[str] | None,
) -> None:
    threads = {letter.thread.key: letter.thread for letter, _ in mine if letter.thread.key}
    for key, thread in threads.items():
        ids = {id_ for id_, its in truth.items() if its == key}
        best = max(found, key=lambda one: len(ids & {message.id for message in one.application.messages}), default=None)
        if best is None or not ids & {message.id for message in best.application.messages}:
            continue
        counts["applications"] += 1
        named = same_name(best.application.employer, thread.employers)
        counts["employers right"] += named
        if errors is not None and not named:
            errors.append(f"{key}: employer {best.application.employer!r}, truth {thread.employers}")
        if thread.roles:
            counts["roles"] += 1
            called = same_name(best.application.role, thread.roles)
            counts["roles right"] += called
            if errors is not None and not called:
                errors.append(f"{key}: role {best.application.role!r}, truth {thread.roles}")


def _by_owner(name: str) -> Iterable[tuple[Owner, list[tuple[Letter, MessageFacts]]]]:
    groups: dict[str, tuple[Owner, list[tuple[Letter, MessageFacts]]]] = {}
    for letter, facts in zip(letters(name), facts_of(name), strict=True):
        groups.setdefault(letter.owner.name, (letter.owner, []))[1].append((letter, facts))
    return groups.values()


RATIOS = {
    "their kinds": ("their kinds right", "their letters"),
    "own kinds": ("own kinds right", "own letters"),
    "unrelated taken for hiring": ("unrelated taken for hiring", "unrelated"),
    "hiring taken for unrelated": ("hiring taken for unrelated", "their letters"),
    "promise recall": ("promises found", "promises"),
    "promise date right": ("promises right", "promises found"),
    "promise wrong": ("promises wrong", "promises given"),
    "moment recall": ("moments right", "moments"),
    "moment precision": ("moments right", "moments given"),
    "match precision": ("match precision", "messages found"),
    "match recall": ("match recall", "messages"),
    "employer right": ("employers right", "applications"),
    "role right": ("roles right", "roles"),
}


def figures(counts: Counter[str]) -> dict[str, float]:
    return {name: counts[part] / max(1, counts[whole]) for name, (part, whole) in RATIOS.items()}


def main(arguments: list[str]) -> None:
    chosen = [one for one in arguments if not one.startswith("-")] or names()
    errors: list[str] | None = [] if "--errors" in arguments else None
    counts = {name: counts_of(name, errors) for name in chosen}
    sys.stdout.write("\n".join([*(errors or ()), ""]))
    total: Counter[str] = Counter()
    for one in counts.values():
        total.update(one)
    columns = [*counts.values(), total]
    sys.stdout.write(f"{'':28}" + "".join(f"{name[:9]:>10}" for name in (*chosen, "all")) + "\n")
    for ratio in RATIOS:
        sys.stdout.write(f"{ratio:28}" + "".join(f"{figures(one)[ratio]:10.3f}" for one in columns) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
