"""Sentences -> promises: when the employer will next be in touch.

A promise is a statement whose subject speaks for the employer (or tells the candidate what they will hear), whose verb is one of
contact or decision, and which a timeframe governs. The phrases are data (``phrases/promises.toml``): a sentence is
matched with its timeframes replaced by "@0", "@1" ..., first against the promises, then against what denies them: "if
you don't hear from us, consider yourself not selected", a deadline of the candidate's, an absence notice. The timeframe
that governs is the first behind the verb that does not belong to something else ("about your interview on Tuesday"), else
the last before it ("By Friday you'll know").

Finding the times of a sentence is dear and most sentences promise nothing, so two looks at the words come first: a sentence
without a time noun is never read for times, and none is where no sentence of the text holds both a time and one of the table's
trigger words. What is read is read in order, because times lean on those before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from heardback.model import Evidence, PromisedBy, PromiseFinding, Timeframe
from heardback.understanding import phrasebook
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sentences import split
from heardback.understanding.timeframes.reader import make_line, read_spans, to_timeframe
from heardback.understanding.timeframes.words import TIME_NOUNS
from heardback.workdays import WorkCalendar

MAX_QUOTE = 240
LONGEST_READ = 12_000
"""Characters of what is given as one sentence; more is a mistake or hostile."""
FURTHEST = 200
"""Days; nobody promises an answer further off. A yearless date that is just over would come out a year late."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """``needs`` must be found too, ``unless`` must not. Compiled on first use."""

    name: str
    pattern: str
    example: str
    needs: str | None = None
    unless: str | None = None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first place from ``start`` on."""
        if self.needs and not phrasebook.compiled(self.needs).search(text):
            return None
        if self.unless and phrasebook.compiled(self.unless).search(text):
            return None
        return phrasebook.compiled(self.pattern).search(text, start)


@lru_cache(maxsize=8)
def phrases(table: str) -> tuple[Phrase, ...]:
    """One table of ``phrases/promises.toml``: "promise", "loose", "denial", "restated", "restated_loose", "asked" or
    "due"."""
    data = phrasebook.data("promises")
    words: dict[str, str] = data["words"]

    def filled(pattern: str) -> str:
        for _ in range(3):
            for name, value in words.items():
                pattern = pattern.replace("{" + name + "}", value)
        return pattern

    return tuple(
        Phrase(
            entry["name"],
            filled(entry["pattern"]),
            entry["example"],
            filled(entry.get("needs", "")) or None,
            filled(entry.get("unless", "")) or None,
        )
        for entry in data[table]
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with its timeframes: ``text`` in lower case with "@n" in their places, ``frames`` in order."""

    sentence: str
    text: str
    frames: tuple[Timeframe, ...]
    places: tuple[int, ...]
    anchor: date | None


def _mark(sentence: str, written: datetime, calendar: WorkCalendar, day_first: bool | None, anchor: date | None) -> Marked:
    line = make_line(sentence, written, calendar, day_first=day_first)
    line.anchor = anchor
    reads = list(read_spans(line))[:10]
    pieces: list[str] = []
    places: list[int] = []
    end = length = 0
    for number, read in enumerate(reads):
        before = _spelled(_plain(sentence[end : read.start]))
        lead = _lead(sentence[read.start : read.end])
        pieces += [before, lead, f"@{number}"]
        places.append(length + len(before) + len(lead))
        length += len(before) + len(lead) + 2
        end = read.end
    pieces.append(_spelled(_plain(sentence[end:])))
    return Marked(sentence, "".join(pieces), tuple(to_timeframe(read, line) for read in reads), tuple(places), line.anchor)


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


@lru_cache(maxsize=1)
def _short_forms() -> tuple[re.Pattern[str], dict[str, str]]:
    forms: dict[str, str] = phrasebook.data("promises")["short_forms"]
    longest_first = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(rf"(?<![\w'/])(?:{longest_first})(?![\w'/])"), forms


def _spelled(text: str) -> str:
    """What people write with their thumbs, in full: the phrases know one spelling."""
    pattern, forms = _short_forms()
    return pattern.sub(lambda match: forms[match[0]], text)


_LEAD = re.compile(
    r"(?:by|before|until|till|within|on|in|after|over|no later than|allow|give|for|another|"
    r"(?:one|two|three|a few|few) more|takes?|taking|needs?|up to)\b"
    r"(?: (?:us|me|them))? ",
    re.IGNORECASE,
)


def _lead(quote: str) -> str:
    """The preposition that a timeframe starts with stays readable: "by @0", "give us @0"."""
    match = _LEAD.match(quote)
    return _plain(match.group()) if match else ""


# --------------------------------------------------------------------------------------------------- reading


def find_promises(
    text: str | Sequence[Sentence], written: datetime, calendar: WorkCalendar, *, by_owner: bool, day_first: bool | None = None
) -> tuple[PromiseFinding, ...]:
    """The promises of one message's own text (no quotes, no signature), in its order; ``text`` may be cut into sentences
    already. ``written`` is aware, in the writer's offset. ``by_owner``: the owner wrote it, so only a promise of the employer's
    that is repeated there counts, and none where the owner asks for news, because that promise has run out. Never raises."""
    sentences = _cut(text)
    last = _last_that_may_promise(sentences)
    if last is None or (by_owner and _asks(sentence.original for sentence in sentences)):
        return ()
    found: list[PromiseFinding] = []
    anchor: date | None = None
    pending = ""
    before: Marked | None = None
    for sentence in sentences[: last + 2]:
        original = sentence.original
        if not _may_name_a_time(sentence):
            finding = None if by_owner else _said_after(before, original, written)
            if finding:
                found.append(finding)
            before, pending = None, original
            continue
        marked = _mark(original, written, calendar, day_first, anchor)
        anchor = marked.anchor
        if by_owner:
            finding = _restated(marked, written) or _heard(marked, written)
        else:
            finding = _promised(marked, written) or _completed(pending, marked, written) or _composed(marked, written)
        if finding:
            found.append(finding)
        pending = "" if marked.frames else original
        before = marked if marked.frames and not finding else None
    return tuple(found)


def _cut(text: str | Sequence[Sentence]) -> Sequence[Sentence]:
    return [phrasebook.sentence(piece) for piece in split(text)] if isinstance(text, str) else text


@lru_cache(maxsize=1)
def triggers() -> frozenset[str]:
    """The words of which a promise holds one (``phrases/promises.toml``)."""
    return frozenset(phrasebook.data("promises")["triggers"].split())


def _may_name_a_time(sentence: Sentence) -> bool:
    return (
        not TIME_NOUNS.isdisjoint(sentence.words)
        or not _CLOCK_WORDS.isdisjoint(sentence.words)
        or (_DIGIT.search(sentence.plain) is not None and _NUMBER.search(sentence.plain) is not None)
        or _is_cut(sentence)
    )


def _may_promise(sentence: Sentence) -> bool:
    return (
        not triggers().isdisjoint(sentence.words)
        or "with you" in sentence.plain
        or "to you" in sentence.plain
        or _is_cut(sentence)
    )


def _is_cut(sentence: Sentence) -> bool:
    """Does it go on behind the words that are known of it?"""
    return len(sentence.original) > phrasebook.LONGEST_SENTENCE


LONGEST_LEAD = 60
"""Characters of a sentence that only says when, or asks whether it has passed, for the one behind it."""
_CLOCK_WORDS = frozenset(("half", "o'clock", "oclock"))
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(
    r"\d[a-z]|\d ?[:./-] ?\d|\d [ap]\.? ?m\b|[a-z@]\d|^\W{0,4}\d|@ \d|"
    r"\b(?:the|on|at|by|before|until|till|after|from|between|to|and|or|around|about|either|following|approx|approximately|circa) "
    r"\W?\d"
)
"""A number that may be a clock, a date or a day of the month without another word of time."""


def _last_that_may_promise(sentences: Sequence[Sentence]) -> int | None:
    """A sentence that names a time may promise by its own words or by those before it ("We'll write. By Friday, say.")."""
    may_promise = [_may_promise(sentence) for sentence in sentences]
    for at in range(len(sentences) - 1, -1, -1):
        is_near = at > 0 and may_promise[at - 1]
        is_led = len(sentences[at].original) <= LONGEST_LEAD and at + 1 < len(sentences) and may_promise[at + 1]
        if (may_promise[at] or is_near or is_led) and _may_name_a_time(sentences[at]):
            return at
    return None


def _asks(sentences: Iterable[str]) -> bool:
    return any(phrase.search(_plain(sentence)) for sentence in sentences for phrase in phrases("asked"))


def read_sentence(
    sentence: str, written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None
) -> PromiseFinding | None:
    """The statement of when the employer will next be in touch, whoever sent the sentence, or None; of several the last
    (a second one corrects the first). Text of more than one sentence is read in order. Never raises."""
    sentence = sentence[:LONGEST_READ]
    may_restate = not _is_wish(sentence) and not _asks(split(sentence))
    last: PromiseFinding | None = None
    anchor: date | None = None
    pending = ""
    for piece in split(sentence):
        marked = _mark(piece, written, calendar, day_first, anchor)
        anchor = marked.anchor
        finding = _promised(marked, written) or _completed(pending, marked, written)
        if finding is None and may_restate:
            finding = _restated(marked, written)
        last = finding or last
        pending = "" if marked.frames else piece
    return last


_WISH = re.compile(r"\b(?:look(?:ing)? forward to|excited to|keen to)\b", re.IGNORECASE)
_AGREED = re.compile(
    r"\b(?:as|per|you) (?:\w+ ){0,2}?(?:discussed|agreed|promised|mentioned|said|conversation|call)\b", re.IGNORECASE
)


def _is_wish(sentence: str) -> bool:
    """ "We look forward to hearing from you by Friday" may be either side's; only an agreement makes it a promise."""
    return _WISH.search(sentence[:2_000]) is not None and _AGREED.search(sentence[:2_000]) is None


def find_due(
    text: str | Sequence[Sentence], written: datetime, calendar: WorkCalendar, *, day_first: bool | None = None
) -> Timeframe | None:
    """By when the candidate must answer, if the text says so: the first such timeframe. Never raises."""
    anchor: date | None = None
    for sentence in _cut(text):
        if not _may_name_a_time(sentence):
            continue
        marked = _mark(sentence.original, written, calendar, day_first, anchor)
        anchor = marked.anchor
        for phrase in phrases("due") if marked.frames else ():
            match = phrase.search(marked.text)
            number = int(match.group()[-1]) if match and match.group()[-1].isdigit() else None
            if match and number is not None and number < len(marked.frames) and _is_ahead(marked.frames[number], written):
                if _denied(marked, "no-news-is-a-no") or _gap_is_foreign(match.group()):
                    continue
                return marked.frames[number]
    return None


def _promised(marked: Marked, written: datetime) -> PromiseFinding | None:
    if not marked.frames:
        return None
    found: list[tuple[bool, int, PromiseFinding]] = []
    for phrase in phrases("promise"):
        for match in _matches(phrase, marked.text):
            frame = _governing(marked, match, written)
            if frame is not None and not _is_negated(phrase, marked, match, frame) and not _is_call(phrase, marked, match, frame):
                found.append((_is_contact(phrase, match), match.start(), _finding(marked, frame, phrase, PromisedBy.EMPLOYER)))
    if not found:
        return None
    contacts = [item for item in found if item[0]]
    chosen = min(contacts, key=lambda item: item[1]) if contacts else max(found, key=lambda item: _last_day(item[2]))
    return None if _is_denied(marked, chosen[2]) else chosen[2]


def _matches(phrase: Phrase, text: str) -> list[re.Match[str]]:
    """The first two places where the phrase stands: a second clause may be the one with the date."""
    first = phrase.search(text)
    if first is None:
        return []
    second = phrase.search(text, first.end())
    return [first, second] if second else [first]


_CONTACT_RULES = frozenset(
    ("you-will-hear", "you-will-have-it", "you-will-be-told", "we-will-contact", "will-contact", "expect", "chase-me")
)
_DECIDES = re.compile(r"\b(?:decid\w+|decision|minds?|finali\w+|conclude|wrap|settle|know)\b")


def _is_contact(phrase: Phrase, match: re.Match[str]) -> bool:
    """A word to the candidate beats a word about when it is decided: "they decide on Friday and we'll call early next week"."""
    return phrase.name in _CONTACT_RULES and not (phrase.name == "we-will-contact" and _DECIDES.search(match.group()))


def _last_day(finding: PromiseFinding) -> date:
    return finding.timeframe.latest or date.max


_QUESTION_KEPT = re.compile(
    r"\b(?:patien\w+|bear with|give (?:us|me)|hold on|(?:can|could|may) (?:we|i) (?:have (?:until|till|another)|ask)|"
    r"(?:is it|would it be) (?:ok|okay|alright|all right)|ok if (?:i|we)|"
    r"mind if (?:i|we)|hang on)\b"
)
"""A question that is a promise all the same: "may I ask for your patience until Thursday?"."""


def _is_denied(marked: Marked, finding: PromiseFinding) -> bool:
    rule = finding.evidence.rule
    if marked.text.rstrip(" )\"'").endswith("?") and not _QUESTION_KEPT.search(marked.text):
        return True
    part = _part_of(marked, finding.timeframe)
    for phrase in phrases("denial"):
        if rule in _CHASES and phrase.name != "no-news-is-a-no":
            continue
        if phrase.name == "own-promise" and _is_composed(finding):
            continue
        text = marked.text if phrase.name in _OF_THE_WHOLE else part
        if phrase.search(text) and not (phrase.name == "already-said" and _is_corrected(phrase, marked, finding)):
            return True
    return False


_OF_THE_WHOLE = frozenset(("no-news-is-a-no", "only-if", "if-we-hear-nothing", "already-said", "not-hiring", "own-promise"))
"""Denials that reach over a semicolon; the others deny only the part of the sentence that names the day."""


def _part_of(marked: Marked, frame: Timeframe) -> str:
    place = len(_before(marked, frame))
    end = marked.text.find(";", place)
    return marked.text[marked.text.rfind(";", 0, place) + 1 : end if end >= 0 else len(marked.text)]


_CHASES = frozenset(("promises.chase-me", "promises.chase-us-then", "promises.silence-then-chase"))
_CORRECTS = re.compile(r"\b(?:but|however|instead|now|so)\b|[;:]")


def _is_composed(finding: PromiseFinding) -> bool:
    return any(finding.evidence.rule == f"promises.{phrase.name}" for phrase in phrases("event"))


def _is_corrected(phrase: Phrase, marked: Marked, finding: PromiseFinding) -> bool:
    """ "We had said Friday, but it's going to be Tuesday now before you hear": what is found stands behind the correction."""
    said = phrase.search(marked.text)
    turn = _CORRECTS.search(marked.text, said.end()) if said else None
    return turn is not None and len(_before(marked, finding.timeframe)) > turn.start() and not _NEGATION.search(marked.text)


def _denied(marked: Marked, name: str) -> bool:
    return any(phrase.name == name and phrase.search(marked.text) for phrase in phrases("denial"))


def _restated(marked: Marked, written: datetime) -> PromiseFinding | None:
    if not marked.frames or marked.text.rstrip().endswith("?"):
        return None
    for phrase in phrases("restated"):
        match = phrase.search(marked.text)
        frame = _governing(marked, match, written) if match else None
        if frame and not _denied(marked, "own-promise"):
            return _finding(marked, frame, phrase, PromisedBy.OWNER)
    return None


def _composed(marked: Marked, written: datetime) -> PromiseFinding | None:
    """What no fixed phrase knows, put together from word classes: an event that brings word, and a timeframe that governs it.
    Only in an employer's own letter; never a question, a negation or an appointment (a day with its clock)."""
    if not marked.frames or (marked.text.rstrip(" )\"'").endswith("?") and not _QUESTION_KEPT.search(marked.text)):
        return None
    found: list[tuple[bool, int, PromiseFinding]] = []
    for phrase in phrases("event"):
        for match in _matches(phrase, marked.text):
            frame = _governing(marked, match, written)
            if frame is None or _is_negated(phrase, marked, match, frame) or _is_appointment(marked, match, frame):
                continue
            finding = _finding(marked, frame, phrase, PromisedBy.EMPLOYER)
            if not _is_denied(marked, finding):
                found.append((phrase.name in _DECIDING, match.start(), finding))
    return min(found, key=lambda item: item[:2])[2] if found else None


_DECIDING = frozenset(("we-decide", "we-conclude", "word-on-the-day", "word-comes"))
"""Rules that say when it is decided; whatever says when the candidate is told goes before them."""
_NEGATION = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|will not|wouldn't|unable|never|unlikely|unfair|no (?:idea|date)|don't know|"
    r"do not know|haven't|hasn't|have not|not (?:going|able|sure|certain|in a position))\b"
)
_UP_TO = re.compile(r"\b(?:before|until|till|past|beyond|longer than|more than|sooner than)\b[^@]{0,12}$")
_NEGATION_MEANT = frozenset(
    ("chase-us-then", "silence-then-chase", "no-longer-wait", "chase-me", "no-news-before", "takes-us", "before-we-can-say")
)


def _is_negated(phrase: Phrase, marked: Marked, match: re.Match[str], frame: Timeframe) -> bool:
    """ "I can't promise an answer by Friday" promises none; "I can't say before Friday" does."""
    if phrase.name in _NEGATION_MEANT:
        return False
    start = max((m.end() for m in _CLAUSE_STARTS.finditer(marked.text, 0, match.start() + 1)), default=0)
    return _NEGATION.search(marked.text[start : match.end()]) is not None and not _UP_TO.search(_before(marked, frame))


_CLAUSE_STARTS = re.compile(r"[,;:.!?]|\b(?:but|so|then|and)\b")
_NEWS = re.compile(
    r"\b(?:news|outcome|result|results|verdict|decision|decided|answer|one way|yes or|either way|let you know|"
    r"how you (?:got on|did)|whether|feedback|which way|where (?:we|you|things))\b"
)
_AT = re.compile(r"\bat \d", re.IGNORECASE)
_BY_VOICE = re.compile(r"\b(?:call|ring|phone|telephone|speak|talk|chat|bell|buzz|skype|zoom|meet)\b")


def _is_call(phrase: Phrase, marked: Marked, match: re.Match[str], frame: Timeframe) -> bool:
    return phrase.name == "we-will-contact" and _is_appointment(marked, match, frame)


def _is_appointment(marked: Marked, match: re.Match[str], frame: Timeframe) -> bool:
    if _NEWS.search(marked.text):
        return False
    has_clock = frame.at is not None or _AT.search(frame.quote) is not None
    if has_clock and not _BOUND.search(_before(marked, frame)) and _BY_VOICE.search(match.group()):
        return True
    return _TALK_TO_COME.search(marked.text) is not None


_BOUND = re.compile(r"\b(?:by|before|until|till|later than|latest|close|cob|eod)\W*(?:the )?$")
_TALK_TO_COME = re.compile(
    r"\b(?:interview(?! panel)|audition|trial|screen|assessment (?:day|centre|center)) (?:on|at|is|will|next|this|call)\b"
    r"|\b(?:ring|call|phone|teams|zoom|speak|talk) (?:to |with )?you (?:on|at) (?:teams|zoom|@\d at|the (?:number|mobile))"
    r"|\b(?:ring|call|phone|telephone|speak|talk)\b.{0,80}\bfor (?:a|an|your|our) (?:[\w-]+ ){0,3}?"
    r"(?:interview|chat|conversation|screen|screening)\b"
    r"|\b(?:ring|call|phone|telephone|speak|talk)\b.{0,40}\b"
    r"(?:about the (?:role|job|post)|to (?:discuss|talk|chat|go through|introduce)|for a chat)"
)


def _before(marked: Marked, frame: Timeframe) -> str:
    place = next((place for place, known in zip(marked.places, marked.frames, strict=True) if known.quote == frame.quote), 0)
    return marked.text[:place]


def _heard(marked: Marked, written: datetime) -> PromiseFinding | None:
    """A restatement put together from word classes: a cue of what was said and, with the sides changed, what an employer would
    have promised in those words; else a cue and a word for news, or a waiting that names its day."""
    is_question = marked.text.rstrip().endswith("?") and not _TAG.search(marked.text)
    if not marked.frames or is_question or _denied(marked, "own-promise") or _OTHER_MATTER.search(marked.text):
        return None
    for phrase in phrases("heard"):
        for match in _matches(phrase, marked.text):
            if phrase.name == "was-told":
                frame = _told_frame(marked, written) or _governing(marked, match, written)
            else:
                frame = _governing(marked, match, written)
            if frame and frame.at is None:
                return _finding(marked, frame, phrase, PromisedBy.OWNER)
    return None


_TAG = re.compile(r"\b(?:right|correct|yes)\s?\?\W*$")
_SIDES = {"i": "you", "me": "you", "my": "your", "i'll": "you'll", "i'd": "you'd", "i'm": "you're", "you": "we", "your": "our",
          "you'll": "we'll", "you'd": "we'd", "you're": "we're", "us": "you"}  # fmt: skip
_SIDE = re.compile(r"\b(?:i'll|i'd|i'm|i|me|my|us|you'll|you'd|you're|your|you)\b(?!')")


def _told_frame(marked: Marked, written: datetime) -> Timeframe | None:
    """The time of "you said I'd hear by Friday", read as the employer's "we said you'd hear by Friday"."""
    text = _SIDE.sub(lambda match: _SIDES[match[0]], marked.text)
    places = tuple(match.start() for match in re.finditer(r"@\d", text))
    if len(places) != len(marked.frames):
        return None
    turned = replace(marked, text=text, places=places)
    found = _promised(turned, written) or _composed(turned, written)
    return found.timeframe if found else None


_OTHER_MATTER = re.compile(
    r"\b(?:my (?:landlord|employer|current|present|boss|manager|wife|husband|partner|notice|lease)|present employer|"
    r"another offer|other (?:company|school|offer)|another (?:company|school)|i(?:'d| would) (?:decide|answer)|"
    r"\bi(?:'ll| will) (?:call|ring|phone|e-?mail|text|write|let you know|get back|reply|confirm|tell you|bring|decide|come)\b|"
    r"interview (?:would|will|is|on)|(?:start|starts|starting|begin) (?:on|in|at|from))\b"
)
"""What an owner may also tell, and no promise of this employer's."""


_ONLY_WHEN = re.compile(
    r"(?:(?:probably|hopefully|likely|most likely|should be|that should be|say|ideally|maybe|perhaps|so|expect|think|aiming for|"
    r"i'd (?:say|think|guess|expect|hope)|it'll be|that'll be|that will be|my guess is) )?"
    r"(?:by |within |in |on |before )?@0\W*$"
)


def _completed(pending: str, marked: Marked, written: datetime) -> PromiseFinding | None:
    """ "We'll let you know. Probably by Friday.": a short sentence that only says when, behind one that promises."""
    if not pending or not marked.frames or len(marked.text) > 40 or marked.text.rstrip().endswith("?"):
        return None
    joined = _plain(pending).rstrip(" .!") + " " + marked.text
    together = replace(
        marked,
        sentence=f"{pending} {marked.sentence}",
        text=joined,
        places=tuple(place + len(joined) - len(marked.text) for place in marked.places),
    )
    return _promised(together, written) or _composed(together, written) if _ONLY_WHEN.match(marked.text) else None


_GOES_ON = re.compile(r"^\W*(?:that's when|that is when|that'll be when|then|and then|after that|by then|at that point)\b")


def _said_after(before: Marked | None, sentence: str, written: datetime) -> PromiseFinding | None:
    """ "Tuesday. That's when you'll know.", "No call by Monday? Ring me.": the day stands alone in the sentence before."""
    if before is None or len(before.text) > LONGEST_LEAD or len(sentence) > MAX_QUOTE:
        return None
    text, is_question = before.text.rstrip(" .!…"), before.text.rstrip().endswith("?")
    if not is_question and not _GOES_ON.match(_plain(sentence)):
        return None
    joined = replace(before, sentence=f"{before.sentence} {sentence}", text=f"{text} {_plain(sentence)}")
    found = _composed(joined, written)
    if found is None or not is_question or found.evidence.rule == "promises.silence-then-chase":
        return found
    return None


# ------------------------------------------------------------------------------------------ which timeframe

_FOREIGN_NOUN = re.compile(
    r"\b(?:about|regarding|for|of|re|concerning|ahead of|before|prior to|following|after|since|from|with) "
    r"(?:your|the|our|my|an?|this|that)? ?(?:[\w-]+ ){0,4}?"
    r"(?:interview|role|position|onsite|on-site|meeting|session|call|chat|visit|start|panel|round|event|day|application|"
    r"conversation|assessment)s? ?(?:is |was |held |that (?:is|was) )?(?:on|at|in|for|from|of|starting|this|next)? ?$"
)
_FOREIGN = re.compile(
    _FOREIGN_NOUN.pattern
    + r"|\b(?:to|and) (?:schedule|arrange|set up|book|fix|organi[sz]e|plan|discuss|confirm|find|agree) (?:[\w'-]+ ){0,8}?"
    r"(?:for|on|in|sometime|between|from|during|at)? ?$"
    r"|\b(?:starting|starts|begins|beginning|scheduled|booked|dated|since|interviewed|met|spoke|applied|closes|on leave|away|"
    r"(?:am|are|is|be|'m|'re|'s|i|we|comes?|get) back(?! (?:to|with|in)\b)|return\w*|available|free) (?:[\w'-]+ ){0,3}?"
    r"(?:on|for|at|from|in|until)? ?$"
)
"""Words that tie the timeframe behind them to something else than the contact."""
_ONCE = re.compile(r"\b(?:once|after|when|as soon as|by the time) (?:the|we|they|i|he|she|our|my|everyone|all)\b")
"""What waits for an event happens at it: "once the panel has met on Thursday"."""
_CANNOT = re.compile(r"(?:n't|\bnot|\bunlikely|\bcannot|\bno|\bnothing|\bnobody)\b")
_LATER = re.compile(
    r"\W{0,3}(?:or |and |but )?(?:if not |even )?(?:at the (?:outside|latest|very latest|worst)|latest|worst case|or at worst|"
    r"at worst|failing that|possibly|maybe|perhaps|more likely|or|not later than)\W{0,3}(?:by |on |until )?$"
)
_THAT_IS = re.compile(
    r"\W{1,3}(?:so|that's|that is|that'd be|that would be|which is|i\.?e\.?|viz\.?|namely|meaning|being)\W{1,2}(?:the |by |on )*$"
)
"""What stands between a day and the same day said plainly: "the Friday after it, that's the 20th"."""
_CLAUSE = re.compile(r"[;]|\bbut (?=we|i|you)|\. |\b(?:where|when|what|who|location|place|via) ?:")


def _gap_is_foreign(gap: str) -> bool:
    return _FOREIGN.search(re.sub(r"@\d$", "", gap)) is not None


def _governing(marked: Marked, match: re.Match[str], written: datetime) -> Timeframe | None:
    """The timeframe that the matched words are about, the latest of it where a second one corrects the first."""
    text = marked.text
    goes_on = "event" in match.re.groupindex
    start = match.start("event") if goes_on else match.start()
    inside = [n for n, place in enumerate(marked.places) if start <= place < match.end()]
    behind = [n for n, place in enumerate(marked.places) if place >= match.end()]
    for number in inside + behind:
        place = marked.places[number]
        previous = marked.places[number - 1] + 2 if number else 0
        if place - match.end() > 160:
            break
        gap = text[max(match.end(), previous, place - 120) : place] if number not in inside else ""
        is_count = marked.frames[number].rule in ("timeframes.in", "timeframes.within") and _FOREIGN_NOUN.search(gap)
        if _FOREIGN.search(gap) and not _ONCE.search(gap) and not is_count:
            continue
        frame = _not_before(_latest_of(marked, number), text[:place])
        return frame if _is_ahead(frame, written) else None
    before = [n for n, place in enumerate(marked.places) if place < start]
    for number in reversed(before):
        gap = text[marked.places[number] : start]
        lead = text[: marked.places[number]]
        is_next = (
            goes_on
            or _RIGHT_AFTER.match(text, match.end()) is not None
            or _THEN.search(gap + text[start : match.end()]) is not None
        )
        if len(gap) > 140 or (_CLAUSE.search(gap) and not is_next):
            break
        is_event = _ONCE.search(lead[-60:]) is not None and " you" not in lead[-60:]
        if not (is_next or is_event) and (_FOREIGN.search(lead[-60:]) or not _leads(lead)):
            continue
        frame = marked.frames[number]
        if frame.at and not re.search(r"\b(?:by|before|until) $", lead) and " by " not in f" {frame.quote.lower()}":
            break  # a day with its clock is an appointment
        return frame if _is_ahead(frame, written) else None
    return None


_EVENT = re.compile(
    r"\b(?:meets?|met|convenes?|sits?|interview\w*|see|seeing|have|has|finish\w*|is|are|was|were|closes?|see you|visit|come|"
    r"on site|back|return\w*|going|starts?|begins?)\b(?: \S+){0,5} ?(?:on |in |until |by |at |from )?$"
)
_RIGHT_AFTER = re.compile(
    r" (?:with you )?(?:(?:straight|right|shortly|soon|directly|immediately) (?:after|afterwards|thereafter)|afterwards|"
    r"thereafter|then|after(?=\W*$)|once (?:i|we|it|that)|as soon as|the (?:minute|moment|second))\b"
)
_THEN = re.compile(
    r"^@\d (?:that|is when|when|at which|and then|then)\b|\b(?:and|so) then\b|, then\b|"
    r"\b(?:thereafter|afterwards|after which|following which|whereupon)\b"
)
"""Words that tie an event to the day before them: "let me see the dean on Thursday and then I'll let you know"."""
_OPENS = re.compile(
    r"(?:^|[,;:.!–-]|\band|\bso|\bthen|\bthat|\bcome) ?(?:by|within|in|on|before|early|sometime|at|until|after|over)? ?$"
)


def _leads(lead: str) -> bool:
    """Does a timeframe before the verb say when ("By Friday you'll know")? One that dates an event ("the board meets on
    Friday, we'll be in touch") does so only loosely, and no day is read from it."""
    if not lead.strip() or _OPENS.search(lead):
        return True
    return _EVENT.search(lead[-60:]) is None


def _latest_of(marked: Marked, number: int) -> Timeframe:
    """ "until the middle of next week, at the outside Thursday": the outside counts."""
    frame = marked.frames[number]
    if number + 1 < len(marked.frames):
        gap = marked.text[marked.places[number] + 2 : marked.places[number + 1]]
        other = marked.frames[number + 1]
        if _THAT_IS.match(gap) and frame.latest and other.latest:
            return other
        if _LATER.match(gap) and frame.latest and other.latest and other.latest >= (frame.earliest or frame.latest):
            is_bound = "outside" in gap or "latest" in gap
            return replace(other, earliest=frame.earliest, latest=other.latest if is_bound else max(frame.latest, other.latest))
    return frame


def _not_before(frame: Timeframe, lead: str) -> Timeframe:
    """ "We can't say before Thursday": Thursday is the day, not the one before."""
    if frame.rule != "timeframes.before" or frame.latest is None or not _CANNOT.search(lead[-80:]):
        return frame
    value = frame.latest + timedelta(days=1)
    return replace(frame, earliest=value, latest=value)


def _is_ahead(frame: Timeframe, written: datetime) -> bool:
    if frame.latest is None:
        return frame.from_interview is not None
    return 0 <= (frame.latest - written.date()).days <= FURTHEST


def _finding(marked: Marked, frame: Timeframe, phrase: Phrase, by: PromisedBy) -> PromiseFinding:
    evidence = Evidence(sentence=marked.sentence[:MAX_QUOTE], rule=f"promises.{phrase.name}")
    return PromiseFinding(timeframe=frame, by=by, evidence=evidence)


__all__ = ["Phrase", "find_due", "find_promises", "phrases", "read_sentence", "triggers"]
