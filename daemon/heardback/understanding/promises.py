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
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from heardback.model import Evidence, PromisedBy, PromiseFinding, Timeframe
from heardback.understanding import phrasebook
from heardback.understanding.governing import governing, is_ahead, is_foreign
from heardback.understanding.marked import Marked, Phrase, mark, phrases, plain, text_before
from heardback.understanding.phrasebook import Sentence
from heardback.understanding.sentences import split
from heardback.understanding.timeframes.words import TIME_NOUNS
from heardback.workdays import WorkCalendar

MAX_QUOTE = 240
LONGEST_READ = 12_000
"""Characters of what is given as one sentence; more is a mistake or hostile."""

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
        if not may_name_a_time(sentence):
            finding = None if by_owner else _said_after(before, original, written)
            if finding:
                found.append(finding)
            before, pending = None, original
            continue
        marked = mark(original, written, calendar, day_first, anchor)
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


def may_name_a_time(sentence: Sentence) -> bool:
    """By its words: finding the times themselves is dear."""
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
        if (may_promise[at] or is_near or is_led) and may_name_a_time(sentences[at]):
            return at
    return None


def _asks(sentences: Iterable[str]) -> bool:
    return any(phrase.search(plain(sentence)) for sentence in sentences for phrase in phrases("asked"))


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
        marked = mark(piece, written, calendar, day_first, anchor)
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
        if not may_name_a_time(sentence):
            continue
        marked = mark(sentence.original, written, calendar, day_first, anchor)
        anchor = marked.anchor
        for phrase in phrases("due") if marked.frames else ():
            match = phrase.search(marked.text)
            number = int(match.group()[-1]) if match and match.group()[-1].isdigit() else None
            if match and number is not None and number < len(marked.frames) and is_ahead(marked.frames[number], written):
                if _denied(marked, "no-news-is-a-no") or is_foreign(match.group()):
                    continue
                return marked.frames[number]
    return None


def _promised(marked: Marked, written: datetime) -> PromiseFinding | None:
    if not marked.frames:
        return None
    found: list[tuple[bool, int, PromiseFinding]] = []
    for phrase in phrases("promise"):
        for match in _matches(phrase, marked.text):
            frame = governing(marked, match, written)
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
    place = len(text_before(marked, frame))
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
    return turn is not None and len(text_before(marked, finding.timeframe)) > turn.start() and not _NEGATION.search(marked.text)


def _denied(marked: Marked, name: str) -> bool:
    return any(phrase.name == name and phrase.search(marked.text) for phrase in phrases("denial"))


def _restated(marked: Marked, written: datetime) -> PromiseFinding | None:
    if not marked.frames or marked.text.rstrip().endswith("?"):
        return None
    for phrase in phrases("restated"):
        match = phrase.search(marked.text)
        frame = governing(marked, match, written) if match else None
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
            frame = governing(marked, match, written)
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
    return _NEGATION.search(marked.text[start : match.end()]) is not None and not _UP_TO.search(text_before(marked, frame))


_CLAUSE_STARTS = re.compile(r"[,;:.!?]|\b(?:but|so|then|and)\b")
_NEWS = re.compile(
    r"\b(?:news|outcome|result|results|verdict|decision|decided|answer|one way|yes or|either way|let you know|"
    r"how you (?:got on|did)|whether|feedback|which way|where (?:we|you|things))\b"
)
_AT = re.compile(r"\bat \d", re.IGNORECASE)
_BY_VOICE = re.compile(r"\b(?:call|ring|phone|telephone|speak|talk|chat|bell|buzz|skype|zoom|meet)\b")


def _is_call(phrase: Phrase, marked: Marked, match: re.Match[str], frame: Timeframe) -> bool:
    return phrase.name in ("we-will-contact", "will-contact") and _is_appointment(marked, match, frame)


def _is_appointment(marked: Marked, match: re.Match[str], frame: Timeframe) -> bool:
    if _NEWS.search(marked.text):
        return False
    has_clock = frame.at is not None or _AT.search(frame.quote) is not None or _SPOKEN_CLOCK.search(marked.text) is not None
    if has_clock and not _BOUND.search(text_before(marked, frame)) and _BY_VOICE.search(match.group()):
        return True
    return _TALK_TO_COME.search(marked.text) is not None


_SPOKEN_CLOCK = re.compile(
    r"@\d,? at (?:about |around )?(?:a )?(?:quarter|half|noon|midday|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
)
"""A clock in words behind its day: "on Tuesday at a quarter past nine"."""
_BOUND = re.compile(r"\b(?:by|before|until|till|later than|latest|close|cob|eod)\W*(?:the )?$")
_TALK_TO_COME = re.compile(
    r"\b(?:interview(?! panel)|audition|trial|screen|assessment (?:day|centre|center)) (?:on|at|is|will|next|this|call)\b"
    r"|\b(?:ring|call|phone|teams|zoom|speak|talk) (?:to |with )?you (?:on|at) (?:teams|zoom|@\d at|the (?:number|mobile))"
    r"|\b(?:ring|call|phone|telephone|speak|talk)\b.{0,80}\bfor (?:a|an|your|our) (?:[\w-]+ ){0,3}?"
    r"(?:interview|chat|conversation|screen|screening)\b"
    r"|\b(?:ring|call|phone|telephone|speak|talk)\b.{0,40}\b"
    r"(?:about the (?:role|job|post)|to (?:discuss|talk|chat|go through|introduce)|for a chat)"
)


def _heard(marked: Marked, written: datetime) -> PromiseFinding | None:
    """A restatement put together from word classes: a cue of what was said and, with the sides changed, what an employer would
    have promised in those words; else a cue and a word for news, or a waiting that names its day."""
    is_question = marked.text.rstrip().endswith("?") and not _TAG.search(marked.text)
    if not marked.frames or is_question or _denied(marked, "own-promise") or _OTHER_MATTER.search(marked.text):
        return None
    for phrase in phrases("heard"):
        for match in _matches(phrase, marked.text):
            if phrase.name == "was-told":
                frame = _told_frame(marked, written) or governing(marked, match, written)
            else:
                frame = governing(marked, match, written)
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
    joined = plain(pending).rstrip(" .!") + " " + marked.text
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
    if not is_question and not _GOES_ON.match(plain(sentence)):
        return None
    joined = replace(before, sentence=f"{before.sentence} {sentence}", text=f"{text} {plain(sentence)}")
    found = _composed(joined, written)
    if found is None or not is_question or found.evidence.rule == "promises.silence-then-chase":
        return found
    return None


def _finding(marked: Marked, frame: Timeframe, phrase: Phrase, by: PromisedBy) -> PromiseFinding:
    evidence = Evidence(sentence=marked.sentence[:MAX_QUOTE], rule=f"promises.{phrase.name}")
    return PromiseFinding(timeframe=frame, by=by, evidence=evidence)


__all__ = ["Phrase", "find_due", "find_promises", "may_name_a_time", "phrases", "read_sentence", "triggers"]
