"""A nudge or notice in words for a lock screen. Pure: the same values give the same words.

Rules of the voice: the employer first, then the thing to do; the fact before the advice; the promise in its own words and
its day as a person writes days; working days counted where the promise did; at most one sentence on why silence happens.
What is not known is left out: no name, day or reason is ever made up. No judgement, no cheer, no begging.

Where the words are too many for a push, the reason goes first, then the quotation is shortened, then the advice goes: the
fact stays.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import assert_never

from heardback.model import Action, Application, Kind, MessageFacts, Owner, Promise, PromisedBy, Push, Standing
from heardback.notify.people import (
    bare_day,
    calendar_of,
    clock_words,
    count_words,
    day_as_said,
    known_people,
    listed,
    message_of,
    missed_interview,
    short_day,
    who_wrote,
    words_of_employer,
)
from heardback.notify.wording import BODY_LENGTH, QUOTE_LENGTH, TITLE_LENGTH, around, one_line, plain_words

DISCREET = Push(title="heardback", body="something is due today")
"""All that a discreet nudge says."""

_SUFFIXES = {
    Action.THANK_YOU: ": say thank you today",
    Action.FOLLOW_UP: ": time to follow up",
    Action.FOLLOW_UP_AGAIN: ": one more note",
    Action.REPLY: " waits for you",
    Action.ASK_FEEDBACK: " said no",
    Action.MOVE_ON: ": let it rest",
}
_NOTHING_PROMISED = ": time to ask"
_EXPLAINED = frozenset({Action.FOLLOW_UP, Action.FOLLOW_UP_AGAIN, Action.MOVE_ON})
_REQUESTS = (Kind.REQUEST, Kind.PROPOSAL, Kind.BOOKING_LINK, Kind.INVITATION)
_URGENT_DAYS = 2
_USUAL_DAYS = "Five working days is when people ask."


def compose(
    standing: Standing,
    application: Application,
    owner: Owner,
    now: datetime,
    *,
    discreet: bool = False,
    with_reason: bool = True,
    reason_key: int | None = None,
    others_open: int | None = None,
) -> Push:
    """Word the action of ``standing``, which must have one (ValueError).

    ``reason_key`` turns through the reasons, one further for each next number: give the nudge's id. None takes the owner's
    day, so that none comes twice within a month, and two nudges of one day share theirs. ``others_open``: how many other
    applications are open, for ``move_on``; None leaves it out.
    """
    if standing.action is None:
        raise ValueError(f"nothing to say: {standing.application} has no action")
    is_urgent = _is_urgent(standing, now)
    if discreet:
        return Push(title=DISCREET.title, body=DISCREET.body, is_urgent=is_urgent, kind=standing.action.value)
    speaker = _Speaker(standing, application, owner, now)
    fact, advice = speaker.say(standing.action, others_open)
    reason = ""
    if with_reason and standing.action in _EXPLAINED:
        reason = reason_for(now.astimezone(owner.zone).date().toordinal() if reason_key is None else reason_key)
    return Push(
        title=speaker.title(standing.action),
        body=_fitted(fact, advice, reason),
        is_urgent=is_urgent,
        kind=standing.action.value,
    )


def reason_for(key: int) -> str:
    """One sentence on why silence happens; consecutive keys give all of them before one comes again."""
    reasons = _reasons()
    return reasons[key % len(reasons)]


@lru_cache(maxsize=1)
def _reasons() -> tuple[str, ...]:
    text = resources.files("heardback.notify").joinpath("reasons.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["sentences"])


def _is_urgent(standing: Standing, now: datetime) -> bool:
    """An answer that is wanted within two days: the one thing whose moment passes for good."""
    if standing.action is not Action.REPLY or standing.due is None:
        return False
    return (standing.due - now).total_seconds() <= _URGENT_DAYS * 86400


def _fitted(fact: str, advice: str, reason: str) -> str:
    for parts in ((fact, advice, reason), (fact, advice), (fact,)):
        body = " ".join(part for part in parts if part)
        if body and len(body) <= BODY_LENGTH:
            return body
    return one_line(fact or advice, BODY_LENGTH)


class _Speaker:
    """What one nudge needs to know, gathered once. Days are the owner's."""

    def __init__(self, standing: Standing, application: Application, owner: Owner, now: datetime) -> None:
        self._standing = standing
        self._application = application
        self._owner = owner
        self._today = now.astimezone(owner.zone).date()

    def title(self, action: Action) -> str:
        suffix = _SUFFIXES[action]
        if action is Action.FOLLOW_UP and self._standing.promise is None:
            suffix = _NOTHING_PROMISED
        return _titled(self._application.employer, suffix)

    def say(self, action: Action, others_open: int | None) -> tuple[str, str]:
        """(fact, advice)."""
        match action:
            case Action.THANK_YOU:
                return self._met(), "A few lines while it is fresh are enough; a draft is ready."
            case Action.FOLLOW_UP:
                if missed_interview(self._standing) is not None:
                    return self._nobody_came()
                return self._past_its_date() if self._standing.promise else self._no_date_named()
            case Action.FOLLOW_UP_AGAIN:
                return (
                    self._asked_in_vain(),
                    "A second, shorter note is fine, and the last one that is. A draft takes a new angle.",
                )
            case Action.REPLY:
                return self._they_asked(), "A draft is ready."
            case Action.ASK_FEEDBACK:
                return self._they_declined(), (
                    "You met them, so asking what would have helped is fair, and sometimes answered. "
                    "A draft is ready if you want it."
                )
            case Action.MOVE_ON:
                return self._silent_since(), _join("If they write, I will tell you.", _others(others_open))
            case _:
                assert_never(action)

    # ---------------------------------------------------------------------------------------------- facts

    def _met(self) -> str:
        interview = self._standing.last_interview
        if interview is None:
            return "Your interview is over."
        people = known_people(interview.people, self._owner, self._application.employer)
        whom = f"You met {listed(people, shown=1)}" if people else ""
        if interview.end is None:
            start = interview.start.astimezone(self._owner.zone)
            return f"{whom or 'Your interview was'} at {clock_words(start)}{self._unless_today(start.date())}."
        end = interview.end.astimezone(self._owner.zone)
        until = f"{whom} until" if whom else "Your interview ended at"
        return f"{until} {clock_words(end)}{self._unless_today(end.date())}."

    def _past_its_date(self) -> tuple[str, str]:
        promise = self._standing.promise
        assert promise is not None
        advice = "A short note today is normal; a draft is ready."
        passed = calendar_of(self._owner, self._application).count_between(promise.latest, self._today)
        since = _working_days_passed(passed, self._what_is_missing(promise.latest))
        tail = f" ({short_day(promise.latest, self._today)}). {since}"
        quote = self._promised(BODY_LENGTH - len(tail) - len(advice) - 1)
        return f"{quote}{tail}", advice

    def _promised(self, room: int) -> str:
        """Dana wrote "you'll hear from us by Friday", the quotation cut to what there is room for."""
        promise = self._standing.promise
        assert promise is not None
        one = message_of(self._application, promise.message)
        if promise.by is PromisedBy.OWNER:
            head = "In your own words:" if one is not None else "You were told"
        elif one is None:
            head = "You were told"
        else:
            head = f"{who_wrote(one, self._application.employer) or 'They'} wrote"
        limit = max(30, min(QUOTE_LENGTH, room - len(head) - 3))
        words = around(plain_words(promise.quote, 400), plain_words(self._span_of(promise), 400), limit).rstrip(" .,;:")
        return f'{head} "{words}"' if words else f"{head} a date"

    def _span_of(self, promise: Promise) -> str:
        """The words of the promise that name the time ("by Friday"), "" where its message is not known."""
        one = message_of(self._application, promise.message)
        found = () if one is None else one.promises
        return next((each.timeframe.quote for each in found if each.evidence.sentence == promise.quote), "")

    def _no_date_named(self) -> tuple[str, str]:
        advice = f"{_USUAL_DAYS} A draft is ready."
        named = "no new date was named" if self._standing.promises else "no date was named"
        word, interview = self._standing.last_word_at, self._standing.last_interview
        if interview is not None and (word is None or word <= (interview.end or interview.start)):
            on = interview.start.astimezone(self._owner.zone).date()
            return f"Your interview was {short_day(on, self._today)}; no {self._what_is_missing(on)} since, and {named}.", advice
        if word is not None:
            on = word.astimezone(self._owner.zone).date()
            return f"Their last word came {short_day(on, self._today)}; nothing since, and {named}.", advice
        return f"{named.capitalize()}.", advice

    def _nobody_came(self) -> tuple[str, str]:
        missed = missed_interview(self._standing)
        assert missed is not None
        on = missed.start.astimezone(self._owner.zone).date()
        fact = f"Nobody came to your interview on {short_day(on, self._today)}; no {self._what_is_missing(on)} since."
        return fact, "Asking for another time today is normal; a draft is ready."

    def _asked_in_vain(self) -> str:
        if not self._standing.follow_ups_at:
            return "You asked and nothing came back."
        on = self._standing.follow_ups_at[-1].astimezone(self._owner.zone).date()
        return f"You asked on {bare_day(on, self._today)} and nothing came back."

    def _they_asked(self) -> str:
        one = self._last_saying(_REQUESTS)
        by = self._due_words()
        if one is None:
            return _join("They asked you for something.", by)
        who = who_wrote(one, self._application.employer) or "They"
        said = day_as_said(one.sent_at.astimezone(self._owner.zone).date(), self._today)
        sentence = next(
            (
                finding.evidence.sentence
                for finding in (one.kind, *one.also)
                if finding.kind in _REQUESTS and finding.evidence.sentence
            ),
            "",
        )
        quote = plain_words(sentence, QUOTE_LENGTH).rstrip(" .,;:")
        if not quote:
            return _join(f"{who} asked {said}.", by)
        return _join(f'{who} wrote {said}: "{quote}"{"" if quote[-1] in "?…" else "."}', by)

    def _due_words(self) -> str:
        if self._standing.due is None:
            return ""
        on = self._standing.due.astimezone(self._owner.zone).date()
        if on == self._today:
            return "They would like it today."
        return f"They would like it by {short_day(on, self._today)}."

    def _they_declined(self) -> str:
        one = self._last_saying((Kind.REJECTION,))
        if one is None:
            return ""
        who = who_wrote(one, self._application.employer) or "They"
        return f"{who} wrote {day_as_said(one.sent_at.astimezone(self._owner.zone).date(), self._today)}."

    def _silent_since(self) -> str:
        """Since their last word or the talk itself, whichever was later: they were not silent while they talked."""
        interview, notes = self._standing.last_interview, len(self._standing.follow_ups_at)
        talked_at = None if interview is None else (interview.end or interview.start)
        word = max((moment for moment in (self._standing.last_word_at, talked_at) if moment is not None), default=None)
        through = "" if not notes else f", through {count_words(notes)} note{'s' if notes > 1 else ''} of yours"
        if word is None:
            return f"No word has come{through}."
        return f"Silent since {bare_day(word.astimezone(self._owner.zone).date(), self._today)}{through}."

    # ------------------------------------------------------------------------------------------- questions

    def _what_is_missing(self, since: date) -> str:
        """ "mail" where none came after ``since``, "news" where something came that was none (a courtesy, a room number)."""
        later = (one for one in words_of_employer(self._application) if one.sent_at.astimezone(self._owner.zone).date() > since)
        return "news" if any(later) else "mail"

    def _last_saying(self, kinds: Sequence[Kind]) -> MessageFacts | None:
        return next((one for one in reversed(words_of_employer(self._application)) if one.says(*kinds)), None)

    def _unless_today(self, on: date) -> str:
        return "" if on == self._today else f" {day_as_said(on, self._today)}"


def _working_days_passed(count: int, missing: str) -> str:
    if count < 1:
        return f"No {missing} since."
    days = f"{count_words(count).capitalize()} working {'days have' if count > 1 else 'day has'} passed"
    return f"{days} and no {missing} since."


def _others(count: int | None) -> str:
    if not count:
        return ""
    return f"{count_words(count).capitalize()} other{'s are' if count > 1 else ' is'} open."


def _titled(employer: str, suffix: str) -> str:
    name = plain_words(employer, TITLE_LENGTH - len(suffix)) or "One employer"
    return f"{name}{suffix}"


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


# -------------------------------------------------------------------------------------------------- notices


def blind_notice(mailbox: str, error: str, since: datetime, owner: Owner, *, discreet: bool = False) -> Push:
    """A mailbox cannot be read. ``error`` is the exception's sentence; ``since`` shows as a clock time."""
    title = "I cannot read your mail"
    if discreet:
        return Push(title="heardback", body=title)
    advice = "Until that is mended I cannot tell silence from a missed letter. heardback check says what to do."
    at = f" (since {clock_words(since.astimezone(owner.zone))})."
    room = BODY_LENGTH - len(advice) - len(at) - 1
    words = plain_words(error, 160).rstrip(" .")
    name = plain_words(mailbox, 40)
    is_named = re.search(rf"(?<![\w.@-]){re.escape(name)}(?![\w.@-])", words, re.IGNORECASE) is not None
    fact = words if is_named or not name else f"{name}: {words}"
    return Push(title=title, body=f"{one_line(fact, room)}{at} {advice}")


def alive_notice(
    open_count: int, due_on: Sequence[date], read_at: datetime | None, owner: Owner, now: datetime, *, discreet: bool = False
) -> Push:
    """The sign of life: how many are open, what is due next and when the mail was last read through."""
    if discreet:
        return Push(title="heardback", body="still watching")
    today = now.astimezone(owner.zone).date()
    soonest = min(due_on, default=None)
    count = sum(day == soonest for day in due_on)
    due = "none due" if soonest is None else f"{count} due {_coming_day(soonest, today)}"
    return Push(title="Still watching", body=f"{open_count} open, {due}. {_last_read(read_at, now, owner)}")


def _coming_day(day: date, today: date) -> str:
    if day <= today:
        return "today"
    if (day - today).days < 7:
        return f"on {day:%A}"
    return f"on {short_day(day, today)}"


def _last_read(read_at: datetime | None, now: datetime, owner: Owner) -> str:
    if read_at is None:
        return "Your mail has not been read through yet."
    minutes = int((now - read_at).total_seconds() // 60)
    if minutes < 1:
        return "Last read just now."
    if minutes < 120:
        return f"Last read {count_words(minutes)} minute{'s' if minutes > 1 else ''} ago."
    local = read_at.astimezone(owner.zone)
    return f"Last read {day_as_said(local.date(), now.astimezone(owner.zone).date())} at {clock_words(local)}."


def summary_notice(count: int, owner: Owner, *, employers: Sequence[str] = (), discreet: bool = False) -> Push:
    """Several told as one: what a first scan held back, or what came at once after a long sleep."""
    if discreet:
        return DISCREET
    names = [name for name in (plain_words(employer, 30) for employer in dict.fromkeys(employers)) if name]
    shown = names[:3]
    left = count - len(shown)
    who = (
        f"{', '.join(shown)} and {count_words(left)} more." if shown and left > 0 else _join(f"{listed(shown)}." if shown else "")
    )
    things = "thing has" if count == 1 else "things have"
    return Push(
        title=f"{count_words(count).capitalize()} more in your mail",
        body=_join(
            f"{count_words(count).capitalize()} {things} been waiting for a while, so I tell them together.",
            who,
            "heardback status lists what each one needs.",
        ),
    )


def offer_due_notice(employer: str, due: datetime, owner: Owner, now: datetime, *, discreet: bool = False) -> Push:
    """The only word about an offer: by when they want the answer, two days before."""
    if discreet:
        return DISCREET
    local = due.astimezone(owner.zone)
    day = short_day(local.date(), now.astimezone(owner.zone).date())
    hour = "" if (local.hour, local.minute) == (23, 59) else f" at {clock_words(local)}"
    return Push(
        title=_titled(plain_words(employer, 60), ": their offer waits"),
        body=f"They want your answer by {day}{hour}. If you need longer, asking for a few days is usual.",
        is_urgent=True,
    )


def junk_notice(employer: str, folder: str, *, discreet: bool = False) -> Push:
    """An employer's letter lies in Junk: until it is looked at, silence cannot be claimed."""
    if discreet:
        return Push(title="heardback", body="a letter in your junk folder may be for you")
    return Push(
        title=_titled(employer, ": a letter in Junk"),
        body=f"A letter that may be theirs lies in {plain_words(folder, 40) or 'Junk'}. "
        "Look at it there; until then I do not call this silence.",
    )


def grant_notice(mailbox: str, ends_at: datetime, owner: Owner, now: datetime, *, discreet: bool = False) -> Push:
    """Leave to read a mailbox ends soon (a Google grant of an app in testing lasts seven days)."""
    title = "Leave to read your mail ends soon"
    if discreet:
        return Push(title="heardback", body=title)
    when = _coming_day(ends_at.astimezone(owner.zone).date(), now.astimezone(owner.zone).date())
    name = plain_words(mailbox, 40)
    return Push(title=title, body=f"{name}: the grant ends {when}. `heardback auth {name}` renews it in a minute.")


def stopped_notice(reason: str, *, discreet: bool = False) -> Push:
    """The daemon stops and will not start again by itself: whoever relies on it must know."""
    title = "I have stopped watching"
    if discreet:
        return Push(title="heardback", body=title)
    words = plain_words(reason, 150).rstrip(" .")
    return Push(title=title, body=_join(f"{words}." if words else "", "heardback check says what to do."))


def trial_notice() -> Push:
    """What `init` sends to try a target."""
    return Push(title="heardback can reach you", body="This is where nudges will appear. Nothing is due.")
