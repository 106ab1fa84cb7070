"""The table of applications: who is to move, since when, until when, and why. Values in, a rich renderable out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from heardback.model import Action, InterviewStatus, Judged, Overview, State
from heardback.view.words import ACTION_WORDS, STATE_WORDS, counted, moment_words, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

WIDE_FROM_COLUMNS = 96
"""Below this the reason goes under the name instead of beside it; chosen so that a reason keeps about 45 columns."""

STATE_STYLE = {
    State.YOUR_TURN: "bold yellow",
    State.OVERDUE: "bold yellow",
    State.OFFER: "bold green",
    State.SCHEDULED: "cyan",
    State.WAITING: "default",
    State.APPLIED: "default",
}


def overview_table(overview: Overview, zone: ZoneInfo, columns: int) -> RenderableType:
    """Everything that ``scan`` prints for a person at a terminal of ``columns`` columns."""
    from rich.console import Group
    from rich.text import Text

    head = Text(f"As of {moment_words(overview.as_of, zone)}", style="dim")
    if not overview.judged:
        body: RenderableType = Text("No applications found. Mail from employers will show up here.")
    elif columns >= WIDE_FROM_COLUMNS:
        body = _wide(overview, zone)
    else:
        body = _narrow(overview, zone)
    problems = [
        Text(f"! {plain(report.name)}: {plain(report.problem)}", style="yellow")
        for report in overview.mailboxes
        if report.problem
    ]
    return Group(head, *problems, body, _foot(overview))


def _wide(overview: Overview, zone: ZoneInfo) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("Employer", ratio=3, overflow="fold")
    table.add_column("Stands", ratio=2)
    table.add_column("Now", ratio=2)
    table.add_column("Why", ratio=7, overflow="fold")
    for judged in overview.judged:
        table.add_row(_name(judged), _state(judged), _now(judged, zone), _why(judged, zone))
    return table


def _narrow(overview: Overview, zone: ZoneInfo) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    blocks: list[RenderableType] = []
    for judged in overview.judged:
        line = Text(" ").join([_name(judged), Text("·", style="dim"), _state(judged)])
        now = _now(judged, zone)
        blocks.append(Text("\n").append_text(line))
        if now.plain:
            blocks.append(Padding(now, (0, 0, 0, 2)))
        blocks.append(Padding(_why(judged, zone), (0, 0, 0, 2)))
    return Group(*blocks)


def _name(judged: Judged) -> Text:
    from rich.text import Text

    name = Text(plain(judged.application.employer), style="bold")
    if judged.application.role:
        name.append(f"\n{plain(judged.application.role)}", style="not bold dim")
    return name


def _state(judged: Judged) -> Text:
    from rich.text import Text

    state = judged.standing.state
    return Text(STATE_WORDS[state], style=STATE_STYLE.get(state, "dim"))


def _now(judged: Judged, zone: ZoneInfo) -> Text:
    """The one thing to do, or, where there is none, the next date that matters."""
    from rich.text import Text

    standing = judged.standing
    if standing.action is not None:
        words = Text(ACTION_WORDS[standing.action], style="bold")
        if standing.due is not None:
            words.append(f"\nby {moment_words(standing.due, zone)}", style="not bold dim")
        return words
    ahead = next((held.interview for held in standing.interviews if held.status is InterviewStatus.UPCOMING), None)
    if standing.state is State.SCHEDULED and ahead is not None:
        return Text(moment_words(ahead.start, zone))
    if standing.state is State.OFFER and standing.due is not None:
        return Text(f"answer by {moment_words(standing.due, zone)}")
    if standing.state is State.WAITING and standing.deadline is not None:
        return Text(f"until {moment_words(standing.deadline, zone)}", style="dim")
    return Text("")


def _why(judged: Judged, zone: ZoneInfo) -> Text:
    from rich.text import Text

    why = Text(plain(judged.standing.why))
    for ambiguity in judged.application.ambiguities:
        why.append(f"\n{plain(ambiguity)}", style="dim")
    why.append(f"\n{judged.application.id}", style="dim")
    return why


def _foot(overview: Overview) -> Text:
    from rich.text import Text

    todo = [judged for judged in overview.judged if judged.standing.action not in (None, Action.MOVE_ON)]
    seen = sum(report.messages_seen for report in overview.mailboxes)
    read = sum(report.messages_read for report in overview.mailboxes)
    unreadable = sum(report.unreadable for report in overview.mailboxes)
    words = f"{counted(len(overview.judged), 'application')}, {len(todo)} to do. {counted(seen, 'message')} seen, {read} read"
    return Text(words + (f", {unreadable} unreadable." if unreadable else "."), style="dim")
