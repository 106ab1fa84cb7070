"""Calendar parts -> invites (stub while the reader is being built)."""

from __future__ import annotations

from heardback.model import Invite
from heardback.reading.mime import Part


def read_invites(root: Part) -> tuple[Invite, ...]:
    return ()
