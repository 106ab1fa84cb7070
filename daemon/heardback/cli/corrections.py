"""What mail does not know, told by the person: one correction a command, stored in the ledger, undoable with ``undo``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option
from heardback.errors import UsageError
from heardback.model import Action, Correction, CorrectionKind, Judged, Outcome

if TYPE_CHECKING:
    from heardback.cli.session import Session


_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A correction before it knows its application: what was said, and the sentence that confirms it."""

    kind: CorrectionKind
    words: str
    value: str = ""
    on: date | None = None
    until: datetime | None = None


def _correct(config: Path | None, text: str, said: Callable[[Session, Judged], Said]) -> None:
    """Find the application, store the correction, and show how it stands now."""
    from heardback.cli.session import open_session
    from heardback.view.words import STATE_WORDS, plain

    with open_session(config) as session:
        now = session.now()
        judged = session.find(text, session.overview(now))
        what = said(session, judged)
        session.books.ledger.add_correction(
            Correction(
                id=0,
                application=judged.application.id,
                kind=what.kind,
                made_at=now,
                value=what.value,
                on=what.on,
                until=what.until,
            )
        )
        after = session.overview(session.now())
        session.books.keep_ids(after)
        session.books.plan(after)
    click.echo(f"{plain(judged.application.employer)}: {what.words}")
    standing = next((one.standing for one in after.judged if one.application.id == judged.application.id), None)
    if standing is not None:
        click.echo(f"Now {STATE_WORDS[standing.state]}. {plain(standing.why)}")


@click.command("done")
@config_option
@click.argument("application", metavar="ID")
@click.option("--what", type=click.Choice([action.value for action in Action]), help="What you did; else what was to be done.")
def done_command(config: Path | None, application: str, what: str | None) -> None:
    """You asked, thanked or answered by other means."""

    def said(session: Session, judged: Judged) -> Said:
        # On a timer the mail was last read hours ago, and what the phone rang for then is what was done.
        known = session.find(judged.application.id, session.books.overview(session.now(), fresh_since=_EVER))
        action = Action(what) if what else known.standing.action
        if action is None:
            raise UsageError("Nothing is to be done there now.", "Say what you did: --what follow_up")
        return Said(kind=CorrectionKind.DONE, value=action.value, words=f"noted ({action.value.replace('_', ' ')}).")

    _correct(config, application, said)


HEARD = {
    "next-round": Outcome.NEXT_ROUND,
    "offer": Outcome.OFFER,
    "rejected": Outcome.REJECTED,
    "on-hold": Outcome.ON_HOLD,
    "still-deciding": Outcome.STILL_DECIDING,
}


@click.command("heard")
@config_option
@click.argument("application", metavar="ID")
@click.argument("outcome", type=click.Choice(list(HEARD)))
def heard_command(config: Path | None, application: str, outcome: str) -> None:
    """They called: next round, offer, rejected, on hold."""
    said = Said(kind=CorrectionKind.HEARD, value=HEARD[outcome].value, words=f"noted ({outcome.replace('-', ' ')}).")
    _correct(config, application, lambda session, judged: said)


@click.command("promise")
@config_option
@click.argument("application", metavar="ID")
@click.argument("words")
def promise_command(config: Path | None, application: str, words: str) -> None:
    """They told you a date: heardback promise acme 'by Friday'."""

    def said(session: Session, judged: Judged) -> Said:
        from heardback.understanding.timeframes import find_timeframes
        from heardback.view.words import day_words
        from heardback.workdays import Place, work_calendar

        owner = session.books.owner
        calendar = work_calendar(Place(owner.country, owner.region) if owner.country else None)
        found = [frame for frame in find_timeframes(words, session.now().astimezone(owner.zone), calendar) if frame.latest]
        if not found or found[-1].latest is None:
            raise UsageError(f"I read no day ahead in {words!r}.", "Examples: 'by Friday', 'end of next week', '15 March'.")
        latest = found[-1].latest
        return Said(kind=CorrectionKind.PROMISE, value=words, on=latest, words=f"promised by {day_words(latest)}.")

    _correct(config, application, said)


@click.command("interview")
@config_option
@click.argument("application", metavar="ID")
@click.argument("words", required=False)
@click.option("--missed", is_flag=True, help="They did not come to the last one: ask for another time after a working day.")
def interview_command(config: Path | None, application: str, words: str | None, missed: bool) -> None:
    """An interview no mail knows: heardback interview acme 'tomorrow 2pm'."""
    if missed and words:
        raise UsageError("--missed speaks of the last interview that is known.", "Leave the words out.")
    if missed:
        _correct(config, application, _missed)
        return
    if not words:
        raise UsageError("When is it?", "heardback interview ID 'tomorrow 2pm'; or --missed where nobody came.")

    def said(session: Session, judged: Judged) -> Said:
        from heardback.understanding.timeframes import read_moment
        from heardback.view.words import moment_words

        owner = session.books.owner
        found = read_moment(words, session.now().astimezone(owner.zone), owner.zone, country=owner.country)
        instants = found.instants(owner.zone) if found else None
        if instants is None:
            raise UsageError(f"I read no day and hour in {words!r}.", "Examples: 'tomorrow 2pm', 'Tue 17 March 14:30'.")
        return Said(
            kind=CorrectionKind.INTERVIEW,
            value=words,
            until=instants[0],
            words=f"interview on {moment_words(instants[0], owner.zone)}.",
        )

    _correct(config, application, said)


def _missed(session: Session, judged: Judged) -> Said:
    from heardback.view.words import moment_words

    known = (held.interview for held in judged.standing.interviews if not held.interview.is_cancelled)
    begun = [interview for interview in known if interview.start <= session.now()]
    if not begun:
        raise UsageError("No interview there has begun yet.", "heardback why shows which ones are known.")
    start = max(interview.start for interview in begun)
    return Said(
        kind=CorrectionKind.MISSED,
        until=start,
        words=f"noted, nobody came to the interview on {moment_words(start, session.books.owner.zone)}.",
    )


@click.command("snooze")
@config_option
@click.argument("application", metavar="ID")
@click.argument("length", metavar="LENGTH")
def snooze_command(config: Path | None, application: str, length: str) -> None:
    """Say nothing about it for a while.

    LENGTH is 3d, 1w, 12h, or a day ahead: 'next Monday'.
    """

    def said(session: Session, judged: Judged) -> Said:
        from heardback.view.words import moment_words

        until = _snooze_until(length, session)
        return Said(
            kind=CorrectionKind.SNOOZE, until=until, words=f"quiet until {moment_words(until, session.books.owner.zone)}."
        )

    _correct(config, application, said)


def _snooze_until(length: str, session: Session) -> datetime:
    """ "3d", "1w", "12h", or words for a day ("Monday"), which means 09:00 of it. Whole days end at 09:00 too."""
    zone = session.books.owner.zone
    now = session.now()
    found = re.fullmatch(r"(\d{1,3})\s*([hdw])", length.strip().lower())
    if found and int(found[1]) > 0:
        if found[2] == "h":
            return now + timedelta(hours=int(found[1]))
        day = now.astimezone(zone).date() + timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
        return datetime.combine(day, time(9), zone)
    from heardback.understanding.timeframes import find_timeframes
    from heardback.workdays import WorkCalendar

    frames = [frame.latest for frame in find_timeframes(length, now.astimezone(zone), WorkCalendar()) if frame.latest]
    if frames:
        until = datetime.combine(frames[-1], time(9), zone)
        if until > now:
            return until
    raise UsageError(f"I read no length in {length!r}.", "Examples: 3d, 1w, 12h, 'next Monday'.")


@click.command("close")
@config_option
@click.argument("application", metavar="ID")
def close_command(config: Path | None, application: str) -> None:
    """Hired elsewhere, or withdrawn."""
    _correct(config, application, lambda session, judged: Said(kind=CorrectionKind.CLOSE, words="closed."))


@click.command("forget")
@config_option
@click.argument("application", metavar="ID")
@click.option("--erase", is_flag=True, help="Delete its facts for good; only hashed ids stay, so that it does not come back.")
def forget_command(config: Path | None, application: str, erase: bool) -> None:
    """Not a job: take it off the list."""
    from heardback.cli.session import open_session
    from heardback.view.words import counted, plain

    if not erase:
        _correct(
            config,
            application,
            lambda session, judged: Said(kind=CorrectionKind.FORGET, words="off the list. heardback undo brings it back."),
        )
        return
    with open_session(config) as session:
        judged = session.find(application, session.overview())
        if not click.confirm(f"Erase everything about {plain(judged.application.employer)} for good?"):
            click.echo("Nothing was erased.")
            return
        count = session.books.ledger.erase(judged.application.id, [message.id for message in judged.application.messages])
    click.echo(f"{plain(judged.application.employer)}: erased, {counted(count, 'message')}.")


@click.command("undo")
@config_option
def undo_command(config: Path | None) -> None:
    """Take the last correction back."""
    from heardback.cli.session import open_session
    from heardback.view.words import STATE_WORDS, plain

    with open_session(config) as session:
        undone = session.books.ledger.undo_last_correction(session.now())
        if undone is None:
            raise UsageError("There is no correction to take back.", "heardback status shows how everything stands.")
        after = session.overview()
        session.books.keep_ids(after)
        session.books.plan(after)
    judged = next((one for one in after.judged if one.application.id == undone.application), None)
    name = plain(judged.application.employer) if judged else undone.application
    click.echo(f"{name}: took back {undone.kind.value.replace('_', ' ')}.")
    if judged is not None:
        click.echo(f"Now {STATE_WORDS[judged.standing.state]}. {plain(judged.standing.why)}")
