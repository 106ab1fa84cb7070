"""What heardback says of itself: that it cannot see, why, and that it is over. Pure.

The voice is that of ``compose``: the fact before the advice, and no claim beyond what is known. "Over" never says that all is
well, only that what was told is no longer so.
"""

from __future__ import annotations

from datetime import datetime

from heardback.model import Owner, Push
from heardback.notify.people import clock_words, count_words, short_day
from heardback.notify.wording import BODY_LENGTH, one_line, plain_words

_NO_SILENCE = "Until that is mended I cannot tell silence from a missed letter."


def seeing_notice(mailbox: str, since: datetime, owner: Owner, now: datetime, *, discreet: bool = False) -> Push:
    """A mailbox that was told to be blind has been read through again."""
    fact = f"{plain_words(mailbox, 40)} is read through; the trouble began {_moment(since, owner, now)}."
    return _push("I can read your mail again", f"{fact} Silence counts again from now on.", discreet)


def gap_notice(mailbox: str, gap: str, *, discreet: bool = False) -> Push:
    """A part of a mailbox cannot be read: a folder is gone, or the server refuses it. ``gap`` is the source's sentence."""
    name = plain_words(mailbox, 40)
    words = plain_words(gap, 200).removeprefix(f"{name}: ").rstrip(" .")
    fact = one_line(f"{name}: {words}", BODY_LENGTH - len(_NO_SILENCE) - 2)
    return _push("I cannot see all of your mail", f"{fact.rstrip('.')}. {_NO_SILENCE}", discreet)


def whole_notice(mailbox: str, since: datetime, owner: Owner, now: datetime, *, discreet: bool = False) -> Push:
    """The gap is closed. A folder that its owner has deleted is given up after a day and closes it too, so nothing is said of it
    but that what is there is read."""
    fact = (
        f"{plain_words(mailbox, 40)}: everything that is there is read; something was missing since {_moment(since, owner, now)}."
    )
    return _push("I see all of your mail again", f"{fact} Silence counts again from now on.", discreet)


def clock_notice(seconds_ahead: float, *, discreet: bool = False) -> Push:
    """This machine's clock is off by ``seconds_ahead`` against the mail server's; negative where it is behind."""
    where, when = ("ahead of", "early") if seconds_ahead > 0 else ("behind", "late")
    body = f"It is {_span(abs(seconds_ahead))} {where} your mail server's. Days are counted by it, so nudges would come {when}. "
    return _push("This machine's clock is off", f"{body}Set it right; I go on meanwhile.", discreet)


def clock_is_right_notice(*, discreet: bool = False) -> Push:
    return _push("The clock is right again", "It agrees with your mail server's.", discreet)


def disk_nearly_full_notice(free_bytes: int, *, discreet: bool = False) -> Push:
    left = f"{max(1, free_bytes // 1_000_000)} MB are left where I keep the ledger."
    return _push("The disk is nearly full", f"{left} When there is no room I cannot watch. Please make some there.", discreet)


def disk_full_notice(*, discreet: bool = False) -> Push:
    body = (
        "I cannot write down what I read, so I have stopped reading. Make room where the ledger lies: "
        "nothing is lost, and I go on by myself."
    )
    return _push("The disk is full", body, discreet)


def room_again_notice(*, discreet: bool = False) -> Push:
    return _push("There is room on the disk again", "I am reading and watching as before.", discreet)


def _push(title: str, body: str, discreet: bool) -> Push:
    return Push(title="heardback", body=title) if discreet else Push(title=title, body=one_line(body, BODY_LENGTH))


def _moment(moment: datetime, owner: Owner, now: datetime) -> str:
    """ "14:02" of today, else "Tue 3 Mar, 14:02"."""
    local, today = moment.astimezone(owner.zone), now.astimezone(owner.zone).date()
    return clock_words(local) if local.date() == today else f"{short_day(local.date(), today)}, {clock_words(local)}"


def _span(seconds: float) -> str:
    """7300 -> "about two hours"; 900 -> "15 minutes"."""
    for unit, size in (("day", 86400), ("hour", 3600)):
        if seconds >= 1.5 * size:
            return f"about {count_words(round(seconds / size))} {unit}s"
    return f"{max(1, round(seconds / 60))} minutes"
