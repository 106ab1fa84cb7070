"""The times that a message's sentences name, each with the clause it stands in: before anybody asks what they are.

Day and clock are joined where they stand apart ("Date: ..." and "Time: ..."; "come on Thursday. Would 4.30 do?"), and the
sessions of a timetable below its day take that day. Whose clock an unqualified time is: see ``interviews``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from heardback.model import Message, Owner, SenderKind
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sender import Sender
from heardback.understanding.timeframes import SpokenMoment, read_moments
from heardback.understanding.timeframes.languages import time_words
from heardback.understanding.zones import zone_of, zone_of_phrase, zone_of_writer
from heardback.workdays import place_of_zone

_TIME_WORDS = frozenset(phrasebook.data("time_words")["words"])
_CLOCK = re.compile(
    r"\d(?:[:.h]\d\d)?\s?(?:am|pm|a\.m|p\.m|hrs|hours|uhr|ish)\b|\d[:h]\d\d|\d(?:st|nd|rd|th)\b|\b\d{1,2}[/.]\d{1,2}\b"
    r"|\b(?:to|at|do|it|say|for|so|kl|um|las|am|le|den|zum|von|vers|would|around|about|from) \d{1,2}\b"
    r"|\b\d{1,2} h\b|[àl] \d|\d\s?[ap]\b|\b[01]\d[0-5][05]\b"
    r"|\b\d{1,2} it is\b|^\d{1,2} (?:is|works|suits)"
    r"|(?:^|\b(?:so|then|it|for|at|say) )(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:'s| is| works|"
    r" till| to| until| it is|[,.!?]|$)"
)
_PLACE_BEHIND = re.compile(
    r"\s\(?(UK|London|Dublin|Berlin|Paris|Amsterdam|Singapore|Sydney|Toronto|Chicago|Denver)\b(?!\s(?:office|site|branch))"
)
_TIMES_IN = re.compile(
    r"\b[Tt]imes (?:are )?(?:all )?(?:shown |given |listed )?(?:in )?(?P<a>[A-Z][A-Za-z]+)"
    r"|\b[Ii]n (?P<b>Eastern|Central|Mountain|Pacific|[ECMP]T|CET|GMT|UTC)(?=[:,.)]|$)"
    r"|\b[Ii]n (?P<c>[A-Z][A-Za-z]+) time\b"
)
"""What tells the zone of a whole list: "In Eastern:", "all times are in London time"."""
_IN_PLACE = re.compile(r"\bin ([A-Z][a-z]{2,15}(?: [A-Z][a-z]{2,15})?)")
_ON_SITE = re.compile(
    r"\b(?:in person|in-person|on-?site|come (?:in|to|over|down|along)|visit us|at (?:our|the) (?:\w+ ){0,2}(?:offices?|"
    r"premises|site|"
    r"building|campus|showroom|headquarters|hq|factory|plant|warehouse|school|hospital|hotel|kitchen|studio|depot|centre|center)|"
    r"reception|front desk|street|(?:\d(?:st|nd|rd|th)|ground|first|second) floor|meeting room)\b",
    re.I,
)
_REMOTE = re.compile(
    r"\b(?:video|zoom|teams|phone|telephone|telephonic|call|ring|skype|webex|google meet|meet\.|link|online|remote(?:ly)?|"
    r"virtual|screen)\b",
    re.I,
)
_BUT = re.compile(
    r";|¿|(?<=\d)\. (?=(?:i|i'm|i'll|we|we'll|you|my|our|your|the|it|it's|if|please|let|see|is|are|would|can|could|"
    r"interview|ask|does|do|how|what|where|when|will|i've|"
    r"thanks)\b)|, and (?=(?:i|we|you)(?:'ll|'d| will)? )| so (?=(?:could|can|would|shall) )|,? (?:but|however|though|"
    r"although)\b,?",
    re.I,
)
_ASIDE = re.compile(
    r"(?:,| and| so| -| –| —) {0,2}(?:and |so |also )?"
    r"(?=(?:do|does|will|can|could|should|shall|is|are|what|where|which|who|how|would)\b)",
    re.I,
)
_ABOUT_THE_TIME = re.compile(
    r"\b(?:that|this|it|suit|suits|work|works|ok|okay|fine|alright|possible|instead|free|available|make|do you)\b", re.I
)
_SAME_TIME = re.compile(
    r"[\s,]{0,2}(?:at |à |a |zur |um )?(?:the |la )?(?:same|gleichen?|selben?|même|misma) "
    r"(?:time|hour|uhrzeit|zeit|heure|hora)\b",
    re.I,
)
"""Behind a day: the hour is that of the time named before."""
_EITHER_DAY = re.compile(r"\s{0,2}(?:or|oder|ou|o|/) (?:on |am |le |el |the )?[A-Za-zäöüßéèáíóú\d]", re.I)
"""Behind a day without an hour, before one with it: both are at that hour."""
_OR_HOUR = re.compile(r",? ?(?:or|oder|ou|o|and|/|,) ?(?:at |um |à |a las )?", re.I)
"""Between two hours of one day."""
_OTHERS_CLOCK = re.compile(
    r"\s?\(?(?:yours|mine|ours|theirs|(?:your|my|our) time|for (?:you|me|us)|local|[A-Z]{2,4}\b|allá|chez vous)"
)
"""Behind an hour: it is the one before it on another clock."""
_UNTIL = re.compile(r"\b(?:until|till|by|bis|hasta|jusqu'à)\s*$", re.I)
ARRIVES = re.compile(
    r"\b(?:arrive|be (?:here|there|with us)|sign in|check in|turn up|get here|come(?= for)|"
    r"report|registration|reception|doors open|coffee)\b"
    r"[\w ,']{0,30}(?: |^)(?:at|by|from|for|around)\s*$"
)
"""Right before a clock, in lower case: when to be there."""
FOR_AN_HOUR = re.compile(r" for (?:an? |the )?(?:prompt )?(?:\d|half|ten|eleven|noon|nine|two|three|four)")
_OF_THE_TALK = re.compile(
    r"\b(?:interview|panel|slot|turn|meeting|session|conversation|chat|call|it|start)(?: itself| proper)?(?:'s| is|"
    r" starts| begins| will start|"
    r" will begin| will be| kicks off)(?: at| from)? ?$|\bfor (?:an? |the )?(?:prompt )?$",
    re.I,
)
"""Right before a clock: the hour of the talk, whose day was named before."""
_BEGINS_OR = re.compile(r"\W{0,3}or\b", re.I)
NOT_THE_TALK = re.compile(
    r"(?:\b(?:charter|flight|train|bus|coach|ferry|taxi|shuttle|breakfast|lunch truck|doors?|"
    r"gates?)(?:'s)?(?: [\w'-]{1,12}){0,2}?"
    r"|(?<!\blook )(?<!\blooking )\b(?:send|text|email|e-mail|mail|post|share|forward)"
    r" (?![\w' ]{0,36}\b(?:interview|call|chat|panel|meeting)\b)[\w' ]{0,36}"
    r"|\b(?:finish(?:es)?|i'm off|i am off|get off|i'm on|on shift|shift (?:ends|starts)|knock off|i start|"
    r"i'm working)(?: work)?)"
    r" (?:at|from|on|around|about|until|till)\s*$"
)
"""Right before a clock, in lower case: the clock of something else on the day."""
TAKEN = re.compile(
    r"\b(?:(?:i|we)(?: (?:also|usually|normally|only|still)){0,1} (?:work|teach)"
    r"|(?:i'm|i am|we're|we are|i'll be|i will be|we'll be)(?: (?:also|usually|normally|only|all|just|still)){0,1}"
    r" (?:working|busy|out|away|tied up|booked(?: up| solid)?|travelling|traveling|flying|teaching|on (?:shift|duty|leave)"
    r"|(?:at|in) (?:work|school|court|surgery|class|transit)|in (?:a |back-to-back )?(?:meetings?|lectures?)|stuck|rostered))\b"
    r"(?:(?! or\b| but\b)[\w' ]){0,20}$"
)
"""Right before a time, in lower case: whoever writes is not to be had then."""
NOT_THE_TALK_BEHIND = re.compile(r"\s(?:flight|train|bus|ferry|shift|start|finish|kick-?off|plane)\b(?! (?:date|of))")
_ROW_STARTS = 3
"""Characters before the first word of a row: "- ", "1. "."""
_SAME_TABLE = 2
"""Sentences from one row of a timetable to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A time that a sentence names: ``at`` is the sentence's place in the message, ``before`` what stands right before it,
    ``behind`` right after it, ``beside`` how many whole times that sentence names, ``clause`` the part of it that speaks of the
    time (the sentence itself where it has one)."""

    at: int
    day: date | None
    start: datetime | None
    end: datetime | None
    clock: str | None
    quote: str
    before: str
    behind: str
    clause: Sentence
    beside: int = 1


def _fragment(word: str) -> str:
    """What ``phrasebook.words_of`` leaves of a word with an accent: "sábado" -> "bado"."""
    return max(phrasebook.words_of(word), key=len, default="")


_OTHER_TIME_WORDS = frozenset(fragment for word in time_words() if len(fragment := _fragment(word)) > 2)
"""Of German, French and Spanish."""


def names_time(sentence: Sentence) -> bool:
    return (
        not sentence.words.isdisjoint(_TIME_WORDS)
        or _CLOCK.search(sentence.plain) is not None
        or not sentence.words.isdisjoint(_OTHER_TIME_WORDS)
    )


def names_clock(sentence: Sentence) -> bool:
    """Holds digits of a clock, or "noon": what a whole time has and a bare weekday has not."""
    return _CLOCK.search(sentence.plain) is not None or not sentence.words.isdisjoint(
        ("noon", "midday", "half", "quarter", "o'clock", "uhr", "halb", "midi", "past")
    )


def spoken_times(
    sentences: Sequence[Sentence], near: frozenset[int], message: Message, sender: Sender, owner: Owner
) -> list[Spoken]:
    """All times of the sentences at ``near``, in the order of the text."""
    return _Reader(sentences, message, sender, owner).read(near)


def clock_of(sentences: Sequence[Sentence], message: Message, sender: Sender, owner: Owner) -> tzinfo:
    """The zone of a time that names none: see ``interviews``."""
    for sentence in sentences:
        named = _TIMES_IN.search(sentence.original)
        zone = zone_of_phrase(((named["a"] or named["b"] or named["c"]).lower(),), owner.country) if named else None
        if zone is not None:
            return zone
    if sender.kind is not SenderKind.PERSON or not message.sent_at.utcoffset():
        return owner.zone
    if message.sent_at.utcoffset() == message.sent_at.astimezone(owner.zone).utcoffset():
        return owner.zone
    texts = [sentence.original for sentence in sentences]
    if any(_REMOTE.search(text) for text in texts) or not any(_ON_SITE.search(text) for text in texts):
        return owner.zone
    return zone_of_writer(message.sent_at, None) or owner.zone


class _Reader:
    def __init__(self, sentences: Sequence[Sentence], message: Message, sender: Sender, owner: Owner) -> None:
        self.sentences = sentences
        self.message = message
        self.owner = owner
        self.zone = clock_of(sentences, message, sender, owner)
        place = place_of_zone(owner.timezone)
        self.country = owner.country or (place.country if place else None)
        self.found: list[tuple[int, SpokenMoment]] = []
        self.pending: tuple[int, SpokenMoment] | None = None
        self.row: tuple[int, date] | None = None

    def read(self, near: frozenset[int]) -> list[Spoken]:
        for at, sentence in enumerate(self.sentences):
            if at not in near or not names_time(sentence):
                continue
            text = sentence.original[: phrasebook.LONGEST_SENTENCE]
            for moment in read_moments(text, self.message.sent_at, self.owner.zone, country=self.country):
                self._take(at, _in_named_place(moment, text))
        self._flush()
        found = [self._spoken(at, moment) for at, moment in self._completed()]
        whole = Counter(spoken.at for spoken in found if spoken.start is not None)
        return [replace(spoken, beside=whole[spoken.at]) if whole[spoken.at] > 1 else spoken for spoken in found]

    def _completed(self) -> list[tuple[int, SpokenMoment]]:
        """Days that take the hour of their neighbour: "Tuesday or Wednesday at 3", "Friday at the same time"; and hours that
        take its day: "Friday at 11 or 2"."""
        kept = self.found
        source: SpokenMoment | None
        for number, (at, moment) in enumerate(kept):
            text = self.sentences[at].original
            before = kept[number - 1] if number else None
            behind = kept[number + 1] if number + 1 < len(kept) else None
            if moment.day is not None and moment.start is None:
                if before is not None and self._is_repeated(before) and _SAME_TIME.match(text, moment.span[1]):
                    source = before[1]
                elif behind is not None and behind[0] == at and behind[1].start is not None and behind[1].day is not None:
                    source = behind[1] if _EITHER_DAY.match(text, moment.span[1]) else None
                else:
                    continue
                if source is not None:
                    kept[number] = (at, replace(moment, start=source.start, end=source.end, zone=source.zone))
            elif (
                before is not None
                and moment.start is not None
                and moment.day is None
                and before[1].day is not None
                and before[1].start is not None
                and at - before[0] <= 2
                and (
                    _OF_THE_TALK.search(text[: moment.span[0]])
                    or (at == before[0] and _UNTIL.search(text[: before[1].span[0]]))
                    or (at == before[0] + 1 and _BEGINS_OR.match(text))
                )
            ) or (
                before is not None
                and before[0] == at
                and moment.day is None
                and before[1].day is not None
                and before[1].start is not None
                and (
                    (
                        _OR_HOUR.fullmatch(text[before[1].span[1] : moment.span[0]])
                        and not _OTHERS_CLOCK.match(text, moment.span[1])
                    )
                    or NOT_THE_TALK.search(text[: before[1].span[0]].lower())
                )
            ):
                kept[number] = (at, replace(moment, day=before[1].day, zone=moment.zone or before[1].zone))
        return kept

    def _is_repeated(self, before: tuple[int, SpokenMoment]) -> bool:
        """May "the same time" be that of ``before``?"""
        at, moment = before
        return moment.start is not None and _UNTIL.search(self.sentences[at].original[: moment.span[0]]) is None

    def _take(self, at: int, moment: SpokenMoment) -> None:
        if self.pending is not None:
            before, part = self.pending
            if before == at and part.day and _is_week_of_both(self.sentences[at].plain, part, moment):
                part = replace(part, day=part.day + timedelta(days=7))
                self.pending = (before, part)
            if before == at and _is_either(self.sentences[at].plain, part, moment):
                self._keep(at, replace(part, day=moment.day, zone=part.zone or moment.zone))
                self.pending = None
                self._take(at, moment)
                return
            joined = _join(part, moment, at - before)
            if joined is not None:
                self._keep(before if part.start else at, joined)
                self.pending = None
                self.row = (at, joined.day) if joined.day else None
                return
            self._flush()
        if moment.day is not None and moment.start is not None:
            self._keep(at, moment)
            self.row = (at, moment.day)
        elif self.row and moment.start is not None and at != self.row[0] and self._is_row(at, moment):
            self._keep(at, replace(moment, day=self.row[1]))
            self.row = (at, self.row[1])
        else:
            self.pending = (at, moment)

    def _is_row(self, at: int, moment: SpokenMoment) -> bool:
        """Does a row of the timetable above begin with this time?"""
        assert self.row is not None
        return at - self.row[0] <= _SAME_TABLE and moment.span[0] <= _ROW_STARTS

    def _flush(self) -> None:
        if self.pending is not None:
            self._keep(*self.pending)
            self.pending = None

    def _keep(self, at: int, moment: SpokenMoment) -> None:
        self.found.append((at, moment))

    def _spoken(self, at: int, moment: SpokenMoment) -> Spoken:
        sentence = self.sentences[at]
        instants = moment.instants(self.zone)
        return Spoken(
            at=at,
            day=moment.day,
            start=instants[0] if instants else None,
            end=instants[1] if instants else None,
            clock=f"{moment.start:%H:%M}" if moment.start else None,
            quote=moment.quote.lower(),
            before=sentence.original[max(0, moment.span[0] - 40) : moment.span[0]].lower(),
            behind=sentence.original[moment.span[1] : moment.span[1] + 60].lower(),
            clause=_clause(sentence, moment.span),
        )


def _in_named_place(moment: SpokenMoment, text: str) -> SpokenMoment:
    """ "3pm UK": a place right behind a clock is its zone; elsewhere it is only a place."""
    if moment.start is None or moment.zone is not None:
        return moment
    if text[moment.span[1] : moment.span[1] + 14].strip().lower().startswith(("their time", "there time", "(their time")):
        places = (zone_of_phrase(tuple(found[1].lower().split())) for found in _IN_PLACE.finditer(text))
        return replace(moment, zone=next((zone for zone in places if zone is not None), None))
    behind = _PLACE_BEHIND.match(text, moment.span[1])
    zone = zone_of(f"{behind[1]} time") if behind else None
    return replace(moment, zone=zone) if zone is not None else moment


def _is_either(plain: str, first: SpokenMoment, second: SpokenMoment) -> bool:
    """ "either 1:00 or 4:00 on Wednesday": the first hour is of the second's day."""
    if first.start is None or first.day is not None or second.day is None or second.start is None:
        return False
    return plain[first.span[1] : second.span[0]].strip() in ("or", "and", "/")


def _is_week_of_both(plain: str, first: SpokenMoment, second: SpokenMoment) -> bool:
    """ "Tuesday or Wednesday next week": both days are of that week."""
    if first.day is None or first.start is not None or second.day is None or "week" not in second.quote.lower():
        return False
    is_pair = plain[first.span[1] : second.span[0]].strip(" ,") in ("or", "and", "/", "")
    return is_pair and timedelta(days=6) < second.day - first.day < timedelta(days=14)


def _join(first: SpokenMoment, second: SpokenMoment, distance: int) -> SpokenMoment | None:
    """ "Date: Thursday, March 5" + "Time: 10:00 AM", or a clock and then its day within one sentence or two rows. A weekday right
    after two alternatives ("Wednesday 25 or Thursday 26") joins nothing."""
    if first.day is not None and first.start is None and second.day is None and second.start is not None and distance <= 2:
        return replace(
            first, start=second.start, end=second.end, zone=second.zone, quote=f"{first.quote} {second.quote}", span=second.span
        )
    is_row_below = distance == 1 and first.span[0] <= _ROW_STARTS and second.span[0] <= _ROW_STARTS
    is_near = distance == 0 or is_row_below
    if first.day is None and first.start is not None and second.day is not None and second.start is None and is_near:
        return replace(first, day=second.day, quote=f"{first.quote} {second.quote}")
    return None


def _clause(sentence: Sentence, span: tuple[int, int]) -> Sentence:
    """The part of a sentence that speaks of the time at ``span``: "I can't do Monday, but *Thursday at 3 suits*", and without
    a question that is about something else: "*Thursday at 2 is perfect*, will I bring my knives?"."""
    text = sentence.original[: phrasebook.LONGEST_SENTENCE]
    if span[1] > len(text):
        return sentence
    first, last = 0, len(text)
    for cut in _BUT.finditer(text):
        if cut.end() <= span[0]:
            first = cut.end()
        elif cut.start() >= span[1]:
            last = min(last, cut.start())
    if text[first:last].rstrip().endswith("?"):
        aside = _ASIDE.search(text, span[1], last)
        if aside is not None and not _ABOUT_THE_TIME.search(text, aside.end(), last):
            last = aside.start()
    return sentence if first == 0 and last == len(text) else phrasebook.sentence(text[first:last])
