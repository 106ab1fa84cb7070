"""How well the judgement reads whole mailboxes: precision and recall for each kind of finding, and every error by name.

``python -m tests.corpus.judge [NAME ...]`` prints the report; test_judgement.py holds its figures above their floors. Of a
held-out mailbox only the figures are printed.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from heardback import reading, understanding
from heardback.model import Body, InterviewStatus, Judged, Message, MessageFacts
from heardback.scan import derive
from tests.corpus.boxes import Box, held_out, load, moment, names

LEGAL_FORMS = {"inc", "ltd", "llc", "gmbh", "plc", "pty", "the", "co", "corp", "limited", "company", "ag", "bv", "sa"}


@dataclass(slots=True)
class Report:
    """Counts by name, and the errors as sentences. ``ratio("a", "b")`` is a / b, 1.0 where there is nothing to count."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def ratio(self, part: str, whole: str) -> float:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 1.0

    def figures(self) -> dict[str, float]:
        return {
            "nudge precision": self.ratio("nudges right", "nudges given"),
            "nudge recall": self.ratio("nudges right", "nudges due"),
            "state accuracy": self.ratio("states right", "states"),
            "promise precision": self.ratio("promises found", "promises given"),
            "promise recall": self.ratio("promises found", "promises"),
            "promise date right": self.ratio("promises right", "promises found"),
            "interview precision": self.ratio("interviews right", "interviews given"),
            "interview recall": self.ratio("interviews right", "interviews"),
            "match precision": self.ratio("match precision", "messages found"),
            "match recall": self.ratio("match recall", "messages"),
            "employer right": self.ratio("employers right", "applications"),
            "role right": self.ratio("roles right", "roles"),
            "unrelated taken": float(self.counts["unrelated taken"]),
        }

    def add(self, other: Report) -> None:
        self.counts.update(other.counts)
        self.errors.extend(other.errors)


def facts_of(box: Box) -> tuple[MessageFacts, ...]:
    """All messages read and understood, by the same steps as a scan: what is not worth a text is left out."""
    messages = [read for read in (reading.read(raw) for raw in box.mail) if isinstance(read, Message)]
    worth = understanding.worth_reading(messages, box.owner)
    headers = [replace(message, has_body=False, body=Body(), invites=()) for message in messages if message.id in worth.by_header]
    wanted = [message for message in messages if message.id in worth.in_full]
    return tuple(understanding.understand(message, box.owner) for message in (*wanted, *headers))


def judge(box: Box) -> Report:
    report, facts = Report(), facts_of(box)
    for checkpoint in box.truth["checkpoints"]:
        now = moment(checkpoint["as_of"])
        _score_states(box, report, checkpoint, now, derive(facts, owner=box.owner, now=now))
    end = max(moment(spec["date"]) for spec in box.truth["messages"]) + timedelta(minutes=5)
    found = derive(facts, owner=box.owner, now=end)
    pairs, extra = _pair(found, _groups(box, end))
    _score_matching(box, report, found, _groups(box, end))
    for truth in box.truth["applications"]:
        _score_application(box, report, truth, pairs.get(truth["key"]))
    for one in extra:
        report.counts["promises given"] += len(one.standing.promises)
        report.counts["interviews given"] += sum(held.status is not InterviewStatus.CANCELLED for held in one.standing.interviews)
    return report


def _groups(box: Box, when: datetime) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for spec in box.truth["messages"]:
        if spec.get("app") and moment(spec["date"]) <= when:
            groups.setdefault(spec["app"], set()).add(box.id_of(spec["id"]))
    return groups


def _ids(judged: Judged) -> set[str]:
    return {message.id for message in judged.application.messages}


def _pair(found: Iterable[Judged], truth: Mapping[str, set[str]]) -> tuple[dict[str, Judged], list[Judged]]:
    """Found and true applications one to one, the largest overlap of messages first; and what is left over."""
    found = list(found)
    overlaps = sorted(
        ((len(_ids(one) & ids), -number, key) for number, one in enumerate(found) for key, ids in truth.items()), reverse=True
    )
    pairs: dict[str, Judged] = {}
    used: set[int] = set()
    for size, minus, key in overlaps:
        if size and -minus not in used and key not in pairs:
            pairs[key] = found[-minus]
            used.add(-minus)
    return pairs, [one for number, one in enumerate(found) if number not in used]


def _score_states(box: Box, report: Report, checkpoint: Mapping[str, Any], now: datetime, found: Iterable[Judged]) -> None:
    pairs, extra = _pair(found, _groups(box, now))
    where = f"{box.name} {now:%m-%d %H:%M}"
    for key, cell in checkpoint.items():
        if key == "as_of":
            continue
        state, _, action = str(cell).partition(" ")
        standing = pairs[key].standing if key in pairs else None
        got = (standing.state.value, (standing.action or "") if standing else "") if standing else ("nothing", "")
        report.counts["states"] += 1
        report.counts["states right"] += got[0] == state
        report.counts["nudges due"] += bool(action)
        report.counts["nudges given"] += bool(got[1])
        report.counts["nudges right"] += bool(action) and got[1] == action
        if got != (state, action):
            report.errors.append(f"{where} {key}: {' '.join(got).strip()}, truth {cell}")
    for one in extra:
        report.counts["nudges given"] += one.standing.action is not None
        report.errors.append(f"{where}: invented {one.application.employer!r} {one.standing.state} {sorted(_ids(one))[:2]}")


def _score_matching(box: Box, report: Report, found: Iterable[Judged], truth: Mapping[str, set[str]]) -> None:
    said = {id_: number for number, one in enumerate(found) for id_ in _ids(one)}
    labels = {id_: key for key, ids in truth.items() for id_ in ids}
    count_matching(report.counts, said, labels)
    report.errors.extend(f"{box.name}: {id_} of {key} not matched" for id_, key in labels.items() if id_ not in said)
    for id_ in said.keys() - labels.keys():
        report.counts["unrelated taken"] += 1
        report.errors.append(f"{box.name}: unrelated {id_} taken")


def count_matching(counts: Counter[str], said: Mapping[str, int], labels: Mapping[str, str]) -> None:
    """B-cubed over the messages that belong to an application (Bagga and Baldwin, 1998). ``said``: message -> the number of the
    application that was found; ``labels``: message -> the true one."""
    for id_, key in labels.items():
        counts["messages"] += 1
        if id_ in said:
            mine = {other for other, number in said.items() if number == said[id_]}
            true = {other for other, its in labels.items() if its == key}
            counts["messages found"] += 1
            counts["match precision"] += len(mine & true) / len(mine)  # type: ignore[assignment]
            counts["match recall"] += len(mine & true) / len(true)  # type: ignore[assignment]


def _score_application(box: Box, report: Report, truth: Mapping[str, Any], got: Judged | None) -> None:
    where = f"{box.name} {truth['key']}"
    report.counts["applications"] += 1
    report.counts["roles"] += bool(truth.get("role"))
    if got is None:
        report.errors.append(f"{where}: not found")
    else:
        _score_names(report, where, truth, got)
    _score_interviews(box, report, where, truth, got)
    _score_promises(box, report, where, truth, got)


def _score_names(report: Report, where: str, truth: Mapping[str, Any], got: Judged) -> None:
    employer, role = got.application.employer, got.application.role
    is_employer = same_name(employer, truth["employer"])
    report.counts["employers right"] += is_employer
    if not is_employer:
        report.errors.append(f"{where}: employer {employer!r}, truth {truth['employer']}")
    if truth.get("role"):
        is_role = same_name(role, truth["role"])
        report.counts["roles right"] += is_role
        if not is_role:
            report.errors.append(f"{where}: role {role!r}, truth {truth['role']}")


def _score_interviews(box: Box, report: Report, where: str, truth: Mapping[str, Any], got: Judged | None) -> None:
    wanted = {moment(one["start"]).timestamp() for one in truth.get("interviews", []) if one["status"] != "cancelled"}
    held = got.standing.interviews if got else ()
    given = {one.interview.start.timestamp() for one in held if one.status is not InterviewStatus.CANCELLED}
    report.counts["interviews"] += len(wanted)
    report.counts["interviews given"] += len(given)
    report.counts["interviews right"] += len(wanted & given)
    for start in sorted(wanted ^ given):
        local = datetime.fromtimestamp(start, box.owner.zone)
        report.errors.append(f"{where}: interview {local:%m-%d %H:%M} {'missed' if start in wanted else 'wrong'}")


def _score_promises(box: Box, report: Report, where: str, truth: Mapping[str, Any], got: Judged | None) -> None:
    wanted = {box.id_of(one["from"]): one for one in truth.get("promises", [])}
    promises = got.standing.promises if got else ()
    report.counts["promises"] += len(wanted)
    report.counts["promises given"] += len(promises)
    for id_, one in wanted.items():
        said = [promise for promise in promises if promise.message == id_ and same_sentence(promise.quote, one["quote"])]
        low, high = one["latest"]
        report.counts["promises found"] += bool(said)
        if any(low <= promise.latest <= high for promise in said):
            report.counts["promises right"] += 1
        else:
            read = [str(promise.latest) for promise in said]
            report.errors.append(f"{where}: promise {one['quote']!r} read as {read}, truth {low}..{high}")
    for promise in promises:
        if promise.message not in wanted:
            report.errors.append(f"{where}: no promise in {promise.message}: {promise.quote!r}")


def same_name(said: str | None, accepted: Iterable[str]) -> bool:
    """The same words but for legal forms; or one within the other, at most two words more or half of them missing."""
    words = _name_words(said or "")
    for name in accepted:
        true = _name_words(name)
        if not words or not true:
            continue
        is_inside = f" {' '.join(true)} " in f" {' '.join(words)} " and len(words) <= len(true) + 2
        is_part = f" {' '.join(words)} " in f" {' '.join(true)} " and 2 * len(words) >= len(true)
        if words == true or is_inside or is_part:
            return True
    return False


def _name_words(name: str) -> list[str]:
    return [word for word in re.sub(r"[^\w ]+", " ", name.casefold()).split() if word not in LEGAL_FORMS]


def same_sentence(said: str, true: str) -> bool:
    """At least half of the true quote's words stand in what was quoted."""
    words, wanted = re.findall(r"\w+", said.casefold()), re.findall(r"\w+", true.casefold())
    return 2 * sum(word in words for word in wanted) >= len(wanted)


def judge_all(chosen: Iterable[str] = ()) -> Report:
    total = Report()
    for name in list(chosen) or names():
        report = judge(load(name))
        if name in held_out():
            report.errors.clear()
        total.add(report)
    return total


if __name__ == "__main__":
    result = judge_all(sys.argv[1:])
    sys.stdout.write("\n".join([*result.errors, ""]))
    for figure, value in result.figures().items():
        sys.stdout.write(f"{figure:20} {value:.4f}\n")
