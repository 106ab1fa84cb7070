"""How states, actions, days and hostile text look to a person. Text from mail passes ``plain`` before it meets a terminal."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from heardback.model import Action, InterviewStatus, State

STATE_WORDS = {
    State.WITHDRAWN: "withdrawn",
    State.OFFER: "offer",
    State.REJECTED: "they said no",
    State.ON_HOLD: "on hold",
    State.YOUR_TURN: "your turn",
    State.SCHEDULED: "scheduled",
    State.DORMANT: "gone quiet",
    State.OVERDUE: "past its date",
    State.WAITING: "waiting",
    State.APPLIED: "applied",
}

ACTION_WORDS = {
    Action.THANK_YOU: "say thank you",
    Action.FOLLOW_UP: "follow up",
    Action.FOLLOW_UP_AGAIN: "one more note",
    Action.REPLY: "answer them",
    Action.ASK_FEEDBACK: "ask for feedback",
    Action.MOVE_ON: "let it rest",
}

STATUS_WORDS = {
    InterviewStatus.UPCOMING: "ahead",
    InterviewStatus.HELD: "held",
    InterviewStatus.CANCELLED: "cancelled",
}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def plain(text: str) -> str:
    """``text`` on one line without control, formatting (bidi) and unassigned characters: what mail may put on a screen."""
    visible = (" " if character.isspace() else character for character in text)
    return " ".join("".join(c for c in visible if c == " " or unicodedata.category(c)[0] != "C").split())


def counted(count: int, one: str, many: str = "") -> str:
    """counted(1, "message") -> "1 message", counted(2, "push", "pushes") -> "2 pushes"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def day_words(day: date) -> str:
    """date(2026, 2, 13) -> "Fri 13 Feb"; the same in every locale."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """An instant in the owner's zone: "Fri 13 Feb 09:00"."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"
