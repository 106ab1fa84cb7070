"""Which letters may not be believed: their sender could be anybody. Pure.

A letter that says no, makes an offer or puts all on hold ends a silence for good, so it must be the employer's. All there is
to go by is the receiving server's own check (``reading.authentication``), and a mailbox shows by its other letters whether its
server writes one, and under which name:

    the server says that the sender is false       doubted
    the server marks what it takes in, and this    doubted: somebody has put it there by another way, or has written a mark
    letter has no mark, or another server's        of his own
    the server marks nothing                       nothing to go by: the letter is believed, as any mail program does
    the server fails a third of all letters        its word is worth nothing: everything is forwarded to here, most probably

A doubted letter decides nothing. Its application is unconfirmed, and its owner looks at the letter and says what it is (`heard`).
What claims to be the owner's own is doubted only where the check failed: a server need not mark what it sends itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from heardback.model import FolderRole, MessageFacts, Verdict

FEW = 3
"""So many marked letters show a habit."""
USUALLY = 0.8
"""The share of letters, since the first marked one, that must be marked alike."""
TOO_MANY_FAILURES = 1 / 3

FALSE_SENDER = "your mail server could not confirm who sent the letter of {day}"
NO_MARK = "the letter of {day} does not carry the mark that your mail server puts on all others"


def doubted(facts: Iterable[MessageFacts]) -> Mapping[str, str]:
    """Message-ID -> why its sender may not be believed; ``{day}`` in the sentence stands for the day of the letter.

    ``facts`` are all of all mailboxes: one application's are too few to know a server's habit."""
    by_mailbox: dict[str, list[MessageFacts]] = defaultdict(list)
    for one in facts:
        if one.authentication is not None and one.role is not FolderRole.SENT:
            by_mailbox[one.mailbox].append(one)
    return {id_: why for letters in by_mailbox.values() for id_, why in _of_mailbox(letters)}


def _of_mailbox(letters: Sequence[MessageFacts]) -> Iterable[tuple[str, str]]:
    theirs = [one for one in letters if not one.by_owner]
    server, since = _habit(theirs)
    failed = sum(_verdict(one) is Verdict.FAIL for one in theirs)
    believes_failures = failed <= max(1, TOO_MANY_FAILURES * len(theirs))
    for one in letters:
        if _verdict(one) is Verdict.FAIL and believes_failures:
            yield one.id, FALSE_SENDER
        elif since is not None and not one.by_owner and one.sent_at >= since.sent_at and _server(one) != server:
            yield one.id, NO_MARK


def _habit(letters: Sequence[MessageFacts]) -> tuple[str | None, MessageFacts | None]:
    """(the name under which this mailbox's server marks, the first letter so marked); (None, None) where it has no such habit."""
    marked = [one for one in sorted(letters, key=lambda one: (one.sent_at, one.id)) if _verdict(one) is not Verdict.ABSENT]
    if len(marked) < FEW:
        return None, None
    server = Counter(_server(one) for one in marked).most_common(1)[0][0]
    since = next(one for one in marked if _server(one) == server)
    later = [one for one in letters if one.sent_at >= since.sent_at]
    alike = sum(_verdict(one) is not Verdict.ABSENT and _server(one) == server for one in later)
    return (server, since) if alike >= max(FEW, USUALLY * len(later)) else (None, None)


def _verdict(one: MessageFacts) -> Verdict:
    return one.authentication.verdict if one.authentication is not None else Verdict.UNKNOWN


def _server(one: MessageFacts) -> str | None:
    """None for a letter without a mark: that is no server's name, not even of one that leaves it out."""
    if one.authentication is None or one.authentication.verdict is Verdict.ABSENT:
        return None
    return one.authentication.server
