"""One application in full: each message, what was read out of it, the sentence, the rule, and how the state follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from heardback.model import Correction, Evidence, Judged, Kind, MessageFacts, Moment
from heardback.view.words import STATE_WORDS, STATUS_WORDS, day_words, moment_words, plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def timeline(judged: Judged, corrections: Sequence[Correction], zone: ZoneInfo) -> RenderableType:
    """For the terminal. Lines are plain text: nothing of a message is taken for markup."""
    from rich.console import Group
    from rich.text import Text

    application, standing = judged.application, judged.standing
    head = Text(plain(application.employer), style="bold")
    if application.role:
        head.append(f" / {plain(application.role)}")
    entries = [(message.sent_at, _message(message, zone)) for message in application.messages]
    entries += [(correction.made_at, [_correction(correction, zone)]) for correction in corrections]
    lines: list[RenderableType] = [head, Text(application.id, style="dim"), Text("")]
    for _, block in sorted(entries, key=lambda entry: entry[0]):
        lines.extend(block)
    lines.append(Text(""))
    for held in standing.interviews:
        lines.append(Text(f"interview {moment_words(held.interview.start, zone)}: {STATUS_WORDS[held.status]}"))
    for promise in standing.promises:
        spent = ", answered since" if promise.spent else ""
        lines.append(Text(f'promise "{plain(promise.quote)}": {day_words(promise.latest)}{spent}'))
    lines.append(Text(""))
    lines.append(Text(f"{STATE_WORDS[standing.state]}: {plain(standing.why)}", style="bold"))
    if standing.deadline:
        lines.append(Text(f"deadline {moment_words(standing.deadline, zone)}"))
    lines.append(Text("rules: " + ", ".join(standing.rules), style="dim"))
    lines.extend(Text(plain(ambiguity), style="dim") for ambiguity in application.ambiguities)
    return Group(*lines)


def _message(message: MessageFacts, zone: ZoneInfo) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    who = "you" if message.by_owner else plain(message.sender.name or message.sender.address) if message.sender else "?"
    first = Text(f"{moment_words(message.sent_at, zone)}  ", style="dim")
    first.append(who, style="bold").append(f"  {plain(message.subject)}", style="not bold")
    return [first, *(Padding(Text(line, style="dim"), (0, 0, 0, 4)) for line in _findings(message, zone))]


def _findings(message: MessageFacts, zone: ZoneInfo) -> Iterator[str]:
    for finding in (message.kind, *message.also):
        if finding.kind is not Kind.OTHER:
            yield _line(finding.kind.value.replace("_", " "), finding.evidence)
    for promise in message.promises:
        until = day_words(promise.timeframe.latest) if promise.timeframe.latest else "counted from the interview"
        yield _line(f"promise until {until}", promise.evidence)
    for moment in message.moments:
        yield _line(f"{moment.stance.value} {_moment(moment, zone)}".rstrip(), moment.evidence)


def _moment(moment: Moment, zone: ZoneInfo) -> str:
    if moment.start is not None:
        return moment_words(moment.start, zone)
    return " ".join(part for part in (day_words(moment.day) if moment.day else "", moment.clock or "") if part)


def _line(words: str, evidence: Evidence) -> str:
    sentence = f' "{plain(evidence.sentence)}"' if evidence.sentence else ""
    return f"{words}:{sentence} [{evidence.rule}]"


def _correction(correction: Correction, zone: ZoneInfo) -> RenderableType:
    from rich.text import Text

    said = " ".join(part for part in (correction.kind.value, plain(correction.value)) if part)
    until = f" until {moment_words(correction.until, zone)}" if correction.until else ""
    return Text(f"{moment_words(correction.made_at, zone)}  you said: {said}{until}", style="cyan")
