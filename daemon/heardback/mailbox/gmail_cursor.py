"""How far a Gmail account has been read, as JSON: a history id, and while all is being listed, how far that listing has come.

The history id is a moment of the mailbox: what has been read, has been read as it was then. A first reading lists everything in
the order of the ids (not of the dates, which nobody promises to be unique or kept in order) and remembers one id, the mark.
Below the mark, history tells what is new; above it, everything is still to be read. So a reading that is broken off goes on
without a message lost or repeated, whatever came meanwhile.

Once the history has expired (a week after the last look, at times sooner), all is listed again. Each message bears the id of
its last change, so the ones that were read and are unchanged since are known by it and not handed out again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EVERY_ID = "~"
"""Greater than any message id: those are letters, digits, - and _."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """A listing of all that is going on. Ids up to ``mark`` are read. ``known``: ids up to the first were read before, as they
    were at the second (a history id). ``since`` is the bound of the reading that began it."""

    since: datetime
    mark: str = ""
    known: tuple[tuple[str, int], ...] = ()

    def is_known(self, message_id: str, changed_at: int) -> bool:
        """Was this message read before, and has it not changed since?"""
        return changed_at > 0 and any(message_id <= known_to and changed_at <= known_at for known_to, known_at in self.known)


@dataclass(slots=True, kw_only=True)
class Progress:
    """``account`` tells one account from another without naming it. ``missing``: messages that Gmail lists and does not hand out,
    with the number of passes that tried."""

    account: str
    history: str
    listing: Listing | None = None
    missing: dict[str, int] = field(default_factory=dict)

    def list_again(self, history: str, since: datetime) -> None:
        """The history has expired: begin a new listing at ``history``, knowing what was known. It may expire in the middle of a
        listing too; then what that one had read is known on top of what it knew."""
        old = self.listing
        read_to = EVERY_ID if old is None else old.mark
        known = {*(old.known if old else ()), (read_to, int(self.history))}
        telling = [one for one in known if not any(one != other and one[0] <= other[0] and one[1] <= other[1] for other in known)]
        self.listing = Listing(since=old.since if old else since, known=tuple(sorted(telling)))
        self.history = history


def cursor_text(progress: Progress) -> str:
    value: dict[str, Any] = {"kind": "gmail", "account": progress.account, "history": progress.history}
    if progress.listing is not None:
        listing = progress.listing
        value["listing"] = {
            "since": listing.since.isoformat(),
            "mark": listing.mark,
            "known": listing.known,
        }
    if progress.missing:
        value["missing"] = progress.missing
    return json.dumps(value)


def load_cursor(cursor: str | None) -> Progress | None:
    if cursor is None:
        return None
    value = json.loads(cursor)
    if value["kind"] != "gmail":
        raise ValueError(f"a cursor of {value['kind']} was given to a gmail source")
    listing = value.get("listing")
    return Progress(
        account=value["account"],
        history=value["history"],
        missing=dict(value.get("missing", {})),
        listing=Listing(
            since=datetime.fromisoformat(listing["since"]).astimezone(UTC),
            mark=listing["mark"],
            known=tuple((known_to, known_at) for known_to, known_at in listing["known"]),
        )
        if listing
        else None,
    )
