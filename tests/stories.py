"""One application told in lines, in the owner's local time, for tests of the judgement.

    story = Story().interview("07-07 10:00").hears("07-08 09:30", Kind.UPDATE, promise="07-10")
    assert story.stands("07-14 09:10") == "overdue follow_up"

All dates are of 2026; "07-07" is a Tuesday, and from 6 July to 14 August no country used here has a holiday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from heardback.model import (
    Application,
    Correction,
    CorrectionKind,
    Interview,
    InterviewOffset,
    Kind,
    MessageFacts,
    Moment,
    OffsetUnit,
    Owner,
    PromisedBy,
    PromiseFinding,
    Stance,
    Standing,
    Timeframe,
)
from heardback.policy import judge
from tests.builders import EMPLOYER, ME, evidence, facts, said


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def promising(
    latest: str | None = None,
    sentence: str = "",
    *,
    within: tuple[int, OffsetUnit] | None = None,
    at: datetime | None = None,
    by: PromisedBy = PromisedBy.EMPLOYER,
) -> PromiseFinding:
    """A promise by ``latest`` ("07-10"), or ``within`` so many units of an interview."""
    offset = InterviewOffset(earliest=0, latest=within[0], unit=within[1]) if within else None
    timeframe = Timeframe(quote="", rule="test.given", latest=day(latest) if latest else None, at=at, from_interview=offset)
    return PromiseFinding(timeframe=timeframe, by=by, evidence=evidence(sentence or f"you will hear by {latest}"))


class Story:
    def __init__(self, timezone: str = "America/New_York", country: str | None = None, employer_country: str | None = None):
        self.owner = Owner(name="Rosa Quill", addresses=frozenset({ME.address}), timezone=timezone, country=country)
        self.employer_country = employer_country
        self.messages: list[MessageFacts] = []
        self.interviews: list[Interview] = []
        self.corrections: list[Correction] = []

    def local(self, when: str) -> datetime:
        """ "07-14 09:10" on the owner's clock."""
        return datetime.fromisoformat(f"2026-{when}").replace(tzinfo=self.owner.zone)

    def utc(self, when: str) -> datetime:
        return self.local(when).astimezone(UTC)

    def clock(self, moment: datetime | None) -> str | None:
        return f"{moment.astimezone(self.owner.zone):%m-%d %H:%M}" if moment else None

    def hears(self, when: str, *kinds: Kind, promise: str | PromiseFinding | None = None, **fields: Any) -> Self:
        """A letter from the employer; its id is "<07-14 09:10>" unless given."""
        return self._message(when, kinds, promise, {"sender": EMPLOYER, **fields})

    def writes(self, when: str, *kinds: Kind, promise: str | PromiseFinding | None = None, **fields: Any) -> Self:
        return self._message(when, kinds, promise, {"sender": ME, **fields})

    def _message(self, when: str, kinds: tuple[Kind, ...], promise: str | PromiseFinding | None, fields: dict[str, Any]) -> Self:
        finding = promising(promise) if isinstance(promise, str) else promise
        values = {
            "id": f"<{when}>",
            "promises": (finding,) if finding else (),
            "also": tuple(said(kind) for kind in kinds[1:]),
            **fields,
        }
        self.messages.append(facts(kinds[0] if kinds else Kind.OTHER, sent_at=self.local(when), **values))
        return self

    def interview(
        self,
        when: str,
        minutes: int | None = 60,
        *,
        message: str = "<before>",
        cancelled: bool = False,
        people: tuple[str, ...] = (),
    ) -> Self:
        start = self.utc(when)
        end = datetime.fromtimestamp(start.timestamp() + minutes * 60, UTC) if minutes else None
        self.interviews.append(
            Interview(start=start, end=end, message=message, evidence=evidence(), is_cancelled=cancelled, people=people)
        )
        return self

    def moment(self, when: str | None, stance: Stance = Stance.FIXED) -> Moment:
        return Moment(stance=stance, evidence=evidence(), start=self.local(when) if when else None)

    def says(self, when: str, kind: CorrectionKind, value: str = "", *, on: str | None = None, until: str | None = None) -> Self:
        """A correction; the first has the id 1."""
        self.corrections.append(
            Correction(
                id=len(self.corrections) + 1,
                application="brightforge",
                kind=kind,
                made_at=self.local(when),
                value=value,
                on=day(on) if on else None,
                until=self.local(until) if until else None,
            )
        )
        return self

    @property
    def application(self) -> Application:
        return Application(
            id="brightforge",
            employer="Brightforge",
            role="Data Engineer",
            messages=tuple(self.messages),
            interviews=tuple(self.interviews),
            country=self.employer_country,
        )

    def judged(self, when: str | datetime, unconfirmed: str | None = None) -> Standing:
        now = self.local(when) if isinstance(when, str) else when
        return judge(self.application, self.corrections, now, self.owner, unconfirmed=unconfirmed)

    def stands(self, when: str) -> str:
        """ "overdue follow_up", as the corpus writes it."""
        standing = self.judged(when)
        return f"{standing.state} {standing.action or ''}".strip()

    def rings(self, when: str) -> str | None:
        """When the phone should ring for what is true at ``when``, on the owner's clock."""
        return self.clock(self.judged(when).push_at)

    def deadline(self, when: str) -> str | None:
        return self.clock(self.judged(when).deadline)


ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata")
assert all(ZoneInfo(zone) for zone in ZONES)
