"""A bank of letters and sentences with what a careful person reads in them: how far the rules carry beyond their examples.

Each half was written apart from the rules. ``dev`` is there to learn from; ``heldout`` is only ever measured, so the distance
between the two is what the rules owe to having seen the letters. ``python -m tests.corpus.bank [dev|heldout]`` prints the
figures, and for dev every letter that is read wrongly.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heardback import understanding
from heardback.model import Address, Body, FolderRole, Message, MessageFacts, Owner, Stance
from heardback.understanding.promises import find_promises
from heardback.workdays import place_of_zone, work_calendar
from tests.builders import owner_in

FOLDER = Path(__file__).with_name("bank")
ME = Address(name="Rosa Quill", address="rosa@quill.example")
THEM = Address(name="Dana Ortiz", address="dana@brightforge.example")
SENDERS = {
    "employer": THEM,
    "agency": Address(name="Sam Lee", address="sam@leetalent.example"),
    "ats": Address(name="Brightforge Hiring", address="no-reply@us.greenhouse-mail.io"),
    "owner": ME,
}


def lines(what: str, half: str) -> Iterator[Mapping[str, Any]]:
    for line in (FOLDER / f"{what}.{half}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def written(line: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(line["written"]).replace(tzinfo=ZoneInfo(line["timezone"]))


def owner_of(line: Mapping[str, Any]) -> Owner:
    return owner_in(line["timezone"])


def facts_of(number: int, line: Mapping[str, Any]) -> MessageFacts:
    return understanding.understand(message_of(number, line), owner_of(line))


def message_of(number: int, line: Mapping[str, Any]) -> Message:
    is_own = line["from"] == "owner"
    return Message(
        id=f"<{number}@bank.example>",
        mailbox="bank",
        folder="Sent" if is_own else "INBOX",
        role=FolderRole.SENT if is_own else FolderRole.INBOX,
        key=str(number),
        sent_at=written(line),
        received_at=written(line),
        sender=SENDERS[line["from"]],
        to=(THEM if is_own else ME,),
        subject=line["subject"],
        body=Body(text=line["text"]),
        has_body=True,
    )


def letter_counts(half: str, errors: list[str] | None = None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for number, line in enumerate(lines("letters", half)):
        facts = facts_of(number, line)
        kind = (facts.votes[0] if facts.votes else facts.kind).kind.value
        is_right = kind in (line["kind"], *line["accept"])
        counts["letters"] += 1
        counts["kinds right"] += is_right
        zone = ZoneInfo(line["timezone"])
        true = {one["start"][:16] for one in line["moments"] if one["start"]}
        given = {
            one.start.astimezone(zone).isoformat()[:16]
            for one in facts.moments
            if one.start and one.stance is not Stance.CANCELLED
        }
        counts["moments"] += len(true)
        counts["moments given"] += len(given)
        counts["moments right"] += len(true & given)
        if errors is not None and not is_right:
            errors.append(f"{line['kind']} read as {kind}: {line['subject']} / {' '.join(line['text'].split())}")
    return counts


def promise_counts(half: str, errors: list[str] | None = None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines("promises", half):
        calendar = work_calendar(place_of_zone(line["timezone"]))
        found = find_promises(line["text"], written(line), calendar, by_owner=line["by_owner"])
        days = [one.timeframe.latest.isoformat() for one in found if one.timeframe.latest]
        is_right = bool(found) and (line["latest"] is None or any(line["latest"][0] <= day <= line["latest"][1] for day in days))
        if line["promise"]:
            counts["promises"] += 1
            counts["promises found"] += bool(found)
            counts["promises right"] += is_right
        else:
            counts["no promises"] += 1
            counts["false alarms"] += bool(found)
        if errors is not None and (is_right if not line["promise"] and found else line["promise"] and not is_right):
            errors.append(f"promise {line['promise']}, read {days}, truth {line['latest']}: {line['text']}")
    return counts


def figures(half: str) -> dict[str, float]:
    letters, promises = letter_counts(half), promise_counts(half)
    return {
        "kinds right": letters["kinds right"] / letters["letters"],
        "moment recall": letters["moments right"] / letters["moments"],
        "moment precision": letters["moments right"] / max(1, letters["moments given"]),
        "promise recall": promises["promises found"] / promises["promises"],
        "promise date right": promises["promises right"] / max(1, promises["promises found"]),
        "false alarms": promises["false alarms"] / promises["no promises"],
    }


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if chosen == "dev":
        wrong: list[str] = []
        letter_counts("dev", wrong)
        promise_counts("dev", wrong)
        sys.stdout.write("\n".join([*wrong, ""]))
    for figure, value in figures(chosen).items():
        sys.stdout.write(f"{figure:20} {value:.4f}\n")
