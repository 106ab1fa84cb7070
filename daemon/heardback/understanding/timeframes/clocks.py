"""Clock times: "3pm", "3:00-3:30pm ET", "14h30", "half past two", "one o'clock", "noon"."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, tzinfo

from heardback.understanding.timeframes.spans import Clock
from heardback.understanding.timeframes.tokens import Line, read_number
from heardback.understanding.timeframes.words import DASHES
from heardback.understanding.zones import NEEDS_TIME, zone_of, zone_of_phrase, zone_of_writer

_BEFORE_CLOCK = frozenset(
    (
        "at",
        "@",
        "around",
        "about",
        "approximately",
        "approx",
        "circa",
        "ca",
        "from",
        "between",
        "by",
        "until",
        "um",
        "kl",
        "for",
        "starting",
    )
)
_PARTS = {"morning": "am", "afternoon": "pm", "arvo": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_HALVES = frozenset(("am", "pm", "a", "p"))
_CONTINENTS = frozenset(("america", "europe", "asia", "australia", "africa", "pacific", "atlantic", "us"))
_MILITARY = frozenset(("hrs", "hours", "h", "hr"))
_AFTER_DOTTED = frozenset(("on", "sharp", "today", "tomorrow", "then", "it", "is", "suits", "works", "would", "please"))
_TO = frozenset(("to", "till", "until", "and", *DASHES))


def read_clock(line: Line, index: int, *, is_bare: bool = False, beside_day: bool = False) -> tuple[Clock, int] | None:
    """A clock time, or a range of two, and its zone. ``is_bare``: "at" stood before it, so a lone hour counts;
    ``beside_day``: a day did, so "8.30" is no price and no version."""
    left = _point(line, index, is_bare=is_bare, beside_day=beside_day)
    if left is None:
        return None
    start, half, after, sure = left
    end: time | None = None
    right_half = ""
    if line.word(after) in _TO:
        right = _point(line, after + 1 + (line.word(after + 1) == "about"), is_bare=True)
        if right is not None and (right[3] or sure or is_bare) and line.word(right[2]) != "/":
            end, right_half, after, right_sure = right
            said = "" if half or right_half else _part_of_day(line, after)
            if said:
                start, end, half, right_half, right_sure = _in_half(start, said), _in_half(end, said), said, said, True
            start, end, sure = _agree(start, half, end, right_half, sure or right_sure)
    has_half = bool(half or right_half)
    zone, after = read_zone(line, after)
    part = "" if has_half else _part_of_day(line, after)
    if part:
        start, end = _in_half(start, part), _in_half(end, part) if end else None
        sure = True
    elif not sure and not is_bare:
        return None
    elif not has_half and not line.text.startswith("0", line.at(index).start):
        start = _office_hour(start)
        end = _office_hour(end) if end else None
    return Clock(start=start, end=end, zone=zone, is_sure=sure), after


def _point(line: Line, index: int, *, is_bare: bool, beside_day: bool = False) -> tuple[time, str, int, bool] | None:
    """One clock time: its value, "am"/"pm"/"", the index after it, and whether the words fix it."""
    token = line.at(index)
    if token.text in ("12",) and line.word(index + 1) in _NAMED:
        return _NAMED[line.word(index + 1)], "pm", index + 2, True
    if token.text in _NAMED:
        return _NAMED[token.text], "pm", index + 1, True
    if token.text in ("half", "quarter"):
        return _spoken(line, index)
    counted = _minutes_past(line, index, is_bare=is_bare)
    if counted is not None:
        return counted
    number = read_number(line, index)
    if number is None:
        return None
    hour, after = number
    minute = 0
    is_digits = token.number is not None
    sure = False
    separator = line.word(after)
    following = line.at(after + 1)
    if is_digits and hour >= 100 and len(line.text[token.start : token.end]) == 4:
        hour, minute = divmod(hour, 100)
        sure = line.word(after) in _MILITARY or (beside_day and minute % 5 == 0 and not 19 <= hour <= 20)
        if not is_bare and not sure and line.word(after) not in _HALVES:
            return None
    elif is_digits and separator in (":", ".", "h") and line.at(after).is_glued:
        if following.number is not None and following.is_glued and following.end - following.start == 2:
            minute, after = following.number, after + 2
            sure = separator != "." or line.word(after) in _HALVES or is_bare or _is_dotted_clock(line, after, minute, beside_day)
            if line.word(after) == ":" and line.at(after).is_glued and line.at(after + 1).number is not None:
                after += 2
        elif separator == "h":
            after, sure = after + 1, True
        elif separator == ":":
            return None
    elif (not is_digits and line.at(after).text in ("fifteen", "thirty")) or (
        line.word(after) == "-" and line.word(after + 1) == "thirty"
    ):
        step = 1 if line.word(after) == "-" else 0
        minute, after = (15 if line.word(after) == "fifteen" else 30), after + 1 + step
        sure = False
    if hour > 23 or minute > 59:
        return None
    tail = _tail(line, after, hour, sure or (is_bare and hour > 12))
    after, sure = after + tail, sure or tail > 0
    half, after = _half(line, after)
    if half and hour > 12:
        half = ""
        sure = True
    if half:
        return _in_half(time(hour, minute), half), half, after, True
    if line.word(after) == "o'clock" or (line.word(after) == "oclock"):
        return time(hour, minute), "", after + 1, hour > 12 or _office_hour(time(hour, minute)) != time(0)
    if not sure and not is_bare:
        return None
    return time(hour, minute), "", after, sure and (hour > 12 or hour == 0 or minute >= 0)


def _tail(line: Line, index: int, hour: int, is_likely: bool) -> int:
    """How many tokens behind an hour only say that it is one: "hrs", "Uhr", "ish", "sharp"."""
    word = line.word(index)
    if word in _MILITARY:
        return int(is_likely and (word != "h" or hour > 6))
    if word == "-" and line.word(index + 1) == "ish":
        return 2
    return int(word in ("uhr", "sharp") or (word == "ish" and line.at(index).is_glued))


def _is_dotted_clock(line: Line, after: int, minute: int, beside_day: bool) -> bool:
    """Is "9.40" a clock time by what stands beside it? "14.30 h", "Tuesday, 8.30", "10.40 on Thursday"; never "3.5" or "9.99"."""
    following = line.word(after)
    if following in _MILITARY or following == "uhr":
        return True
    if following in ("%", "/") or (following == "." and line.at(after + 1).number is not None and line.at(after + 1).is_glued):
        return False
    return minute % 5 == 0 and (beside_day or following in _AFTER_DOTTED)


def _half(line: Line, index: int) -> tuple[str, int]:
    word = line.word(index)
    if word in ("am", "pm"):
        return word, index + 1
    if word in ("a", "p") and line.at(index).is_glued:
        return word + "m", index + 1
    return "", index


def _spoken(line: Line, index: int) -> tuple[time, str, int, bool] | None:
    """ "half past two", "quarter to five", "half two" (which is half past)."""
    word, after = line.word(index), index + 1
    minutes, shift = (30, 0) if word == "half" else (15, 0)
    if line.word(after) in ("past", "after"):
        after += 1
    elif line.word(after) in ("to", "of") and word == "quarter":
        minutes, shift, after = 45, -1, after + 1
    elif word == "quarter":
        return None
    number = read_number(line, after)
    if number is None or not 1 <= number[0] <= 12:
        return None
    half, after = _half(line, number[1])
    value = time((number[0] + shift) % 24, minutes)
    return (_in_half(value, half), half, after, True) if half else (_office_hour(value), "", after, True)


_FEW = frozenset((5, 10, 20, 25))


def _minutes_past(line: Line, index: int, *, is_bare: bool) -> tuple[time, str, int, bool] | None:
    """ "ten past four", "at twenty to nine"; "2 to 4" is a range, so before "to" the minutes are a word behind "at"."""
    if line.word(index + 1) not in ("past", "to"):
        return None
    minutes, hour = read_number(line, index), read_number(line, index + 2)
    if minutes is None or hour is None or minutes[0] not in _FEW or not 1 <= hour[0] <= 12 or line.at(index + 2).is_glued:
        return None
    is_past = line.word(index + 1) == "past"
    if not is_past and (not is_bare or line.at(index).number is not None or line.at(hour[1]).number is not None):
        return None
    half, after = _half(line, hour[1])
    value = time(hour[0] % 24, minutes[0]) if is_past else time((hour[0] - 1) % 24, 60 - minutes[0])
    return (_in_half(value, half), half, after, True) if half else (_office_hour(value), "", after, True)


def _in_half(value: time, half: str) -> time:
    if half == "pm" and value.hour < 12:
        return value.replace(hour=value.hour + 12)
    if half == "am" and value.hour == 12:
        return value.replace(hour=0)
    return value


def _office_hour(value: time) -> time:
    """One to six without am or pm is the afternoon: nobody is interviewed at three at night."""
    return value.replace(hour=value.hour + 12) if 1 <= value.hour <= 6 else value


def _agree(start: time, half: str, end: time, end_half: str, sure: bool) -> tuple[time, time, bool]:
    """ "3:00-3:30pm", "11-1pm": the start takes the half that keeps it before the end."""
    if end_half and not half:
        moved = _in_half(start, end_half)
        start = moved if moved <= end else _in_half(start, "am")
        return start, end, True
    if half and not end_half:
        moved = _in_half(end, half)
        return start, moved if moved > start else _in_half(end, "pm"), True
    if not half and not end_half:
        start = _office_hour(start)
        end = _office_hour(end)
    return start, end, sure


def _part_of_day(line: Line, index: int) -> str:
    index = line.skip(index, frozenset(("in", "the", "on", "this")))
    return _PARTS.get(line.word(index), "")


def read_zone(line: Line, index: int) -> tuple[tzinfo | None, int]:
    """The zone after a clock time, brackets allowed: "(ET)", "UK time", "our time", "UTC+8", "(Eastern Time - US & Canada)".

    "your time" is the reader's; "our time" that of the message's Date."""
    start = index
    index += line.word(index) == ","
    has_bracket = line.word(index) == "("
    index += has_bracket
    found = _zone_words(line, index, has_bracket=has_bracket)
    if found is None or (start < index and not has_bracket and line.word(found[1] - 1) != "time"):
        return None, start
    zone, after = found
    if has_bracket:
        closing = next((at for at in range(after, after + 7) if line.word(at) == ")"), None)
        after = closing + 1 if closing is not None else after
    return zone, after


def _zone_words(line: Line, index: int, *, has_bracket: bool) -> tuple[tzinfo, int] | None:
    word = line.word(index)
    if word in ("your", "our", "my") and line.word(index + 1) == "time":
        zone = line.reader_zone if word == "your" else zone_of_writer(line.written, line.reader_zone)
        return (zone, index + 2) if zone else None
    if word in _CONTINENTS and line.word(index + 1) == "/":
        name = line.text[line.at(index).start :][:40].split()[0].rstrip(".,;)")
        after = index
        while after < len(line.tokens) and line.at(after).start < line.at(index).start + len(name):
            after += 1
        zone = zone_of(name)
        return (zone, after) if zone else None
    if word in ("utc", "gmt") and line.word(index + 1) in ("+", "-", "−") and line.at(index + 2).number is not None:
        zone = zone_of(f"{word}{line.word(index + 1)}{line.word(index + 2)}")
        after = index + 3
        if line.word(after) == ":" and line.at(after + 1).number is not None:
            zone = zone_of(f"{word}{line.word(index + 1)}{line.word(index + 2)}:{line.word(after + 1)}")
            after += 2
        return (zone, after) if zone else None
    for count in range(1, 5):
        if line.word(index + count) in ("time", "times"):
            zone = zone_of_phrase(line.words[index : index + count], line.country)
            return (zone, index + count + 1) if zone else None
        if not line.word(index + count - 1).isalpha():
            break
    if has_bracket:
        closing = next((at for at in range(index + 1, index + 4) if line.word(at) in (")", ",")), None)
        zone = zone_of_phrase(line.words[index:closing], line.country) if closing else None
        if zone is not None and closing is not None:
            return zone, closing
    if not word or word in NEEDS_TIME or (word in ("et", "mt", "z") and not line.at(index).is_capital):
        return None
    zone = zone_of(word, line.country) or (zone_of_phrase((word,)) if line.word(index + 1) in ("standard", "daylight") else None)
    return (zone, index + 1) if zone else None


def _is_span_of_hours(line: Line, index: int) -> bool:
    """ "11 till 3", "9-5" behind a day, and nothing counted by them."""
    first, second, behind = line.at(index), line.at(index + 2), line.word(index + 3)
    if first.number is None or second.number is None or line.word(index + 1) not in _TO:
        return False
    is_end = (
        not behind or not behind[0].isalnum() or behind in ("with", "at", "in", "on", "for", "and", "please", "if", "am", "pm")
    )
    return is_end and 6 <= first.number <= 18 and 1 <= second.number <= 22 and first.end - first.start <= 2


def clock_near(line: Line, index: int) -> tuple[Clock, int] | None:
    """The clock after a day: ", at 3pm", "- 14:00", "from 9 to 11", "between 2 and 4pm", "morning at 9"."""
    after = index
    is_bare = False
    for _ in range(4):
        word = line.word(after)
        if word in _BEFORE_CLOCK or word in ("before", "after"):
            is_bare = True
        elif word not in (",", "(", "|", ":", "the", "in", "early", "late", "on", ";", "lunch", "lunchtime", *_PARTS, *DASHES):
            break
        after += 1
    found = read_clock(line, after, is_bare=is_bare or _is_span_of_hours(line, after), beside_day=True)
    if found is None:
        return None
    clock, end = found
    parts = [_PARTS[line.word(n)] for n in range(index - 1, after) if line.word(n) in _PARTS]
    if parts and clock.start.hour < 12 and parts[0] == "pm" and not clock.is_sure:
        clock = replace(clock, start=_in_half(clock.start, "pm"))
    return clock, end + (line.word(end) == ")" and line.word(after - 1) == "(")
