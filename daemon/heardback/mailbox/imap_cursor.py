"""How far each folder of an IMAP mailbox has been read, as JSON: UIDVALIDITY, the highest UID and HIGHESTMODSEQ, and what is
still owed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from heardback.mailbox.imap_wire import sequence_set


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A message that the server lists but did not hand out: how many passes asked for it, and when the first one did."""

    tries: int
    first_at: datetime


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far one folder has been read. ``modseq`` is its HIGHESTMODSEQ then (RFC 7162), 0 where the server tells none;
    ``since`` is the bound of a first reading that is not finished; ``missing`` is owed still, by UID; ``gone_at`` is when a
    vanished folder was first missed."""

    validity: int
    uid: int = 0
    modseq: int = 0
    since: datetime | None = None
    missing: dict[int, Missed] = field(default_factory=dict)
    gone_at: datetime | None = None


def cursor_text(progress: dict[str, Progress]) -> str:
    folders = {}
    for name, state in progress.items():
        entry: dict[str, Any] = {"validity": state.validity, "uid": state.uid}
        if state.modseq:
            entry["modseq"] = state.modseq
        if state.since is not None:
            entry["since"] = state.since.isoformat()
        if state.missing:
            entry["missing"] = _missing_text(state.missing)
        if state.gone_at is not None:
            entry["gone_at"] = state.gone_at.isoformat()
        folders[name] = entry
    return json.dumps({"kind": "imap", "folders": folders}, ensure_ascii=False)


def load_cursor(cursor: str | None) -> dict[str, Progress]:
    if cursor is None:
        return {}
    return {
        name: Progress(
            validity=entry["validity"],
            uid=entry["uid"],
            modseq=entry.get("modseq", 0),
            since=_moment(entry.get("since")),
            missing=_missing(entry.get("missing", [])),
            gone_at=_moment(entry.get("gone_at")),
        )
        for name, entry in json.loads(cursor)["folders"].items()
    }


def _missing_text(missing: dict[int, Missed]) -> list[dict[str, Any]]:
    """By what happened to them, runs as ranges: a whole batch that did not come costs a line."""
    alike: dict[Missed, list[int]] = {}
    for uid, missed in sorted(missing.items()):
        alike.setdefault(missed, []).append(uid)
    return [
        {"uids": sequence_set(uids), "tries": missed.tries, "first": missed.first_at.isoformat()}
        for missed, uids in alike.items()
    ]


def _missing(entries: list[dict[str, Any]]) -> dict[int, Missed]:
    return {
        uid: Missed(tries=entry["tries"], first_at=datetime.fromisoformat(entry["first"]).astimezone(UTC))
        for entry in entries
        for uid in uids_of(entry["uids"])
    }


def uids_of(text: str) -> Iterator[int]:
    """The UIDs of a ``sequence_set``."""
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
