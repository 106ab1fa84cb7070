"""How far each folder of an IMAP mailbox has been read, as JSON: UIDVALIDITY and the highest UID, and what is still owed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far one folder has been read. ``since`` is the bound of a first reading that is not finished; ``missing`` are UIDs
    that the server lists but did not hand out, with the number of passes that tried; ``gone_at`` is when a vanished folder
    was first missed."""

    validity: int
    uid: int = 0
    since: datetime | None = None
    missing: dict[int, int] = field(default_factory=dict)
    gone_at: datetime | None = None


def cursor_text(progress: dict[str, Progress]) -> str:
    folders = {}
    for name, state in progress.items():
        entry: dict[str, Any] = {"validity": state.validity, "uid": state.uid}
        if state.since is not None:
            entry["since"] = state.since.isoformat()
        if state.missing:
            entry["missing"] = {str(uid): tries for uid, tries in state.missing.items()}
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
            since=_moment(entry.get("since")),
            missing={int(uid): tries for uid, tries in entry.get("missing", {}).items()},
            gone_at=_moment(entry.get("gone_at")),
        )
        for name, entry in json.loads(cursor)["folders"].items()
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
