"""Calendar parts -> invites (RFC 5545, RFC 5546, RFC 6047).

Our own reader of content lines, and not a library's, for one path that survives garbage: a line that cannot be read costs
that line, an event that cannot be read costs that event. Strict parsers refuse the whole calendar for a missing END or a TZID
with a colon in it, and calendars in mail have both. The dates are read here, zones in ``zones``. A repeating event gives its
first start: interviews do not repeat.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from heardback.model import Address, Certainty, Invite, InviteMethod
from heardback.reading import zones
from heardback.reading.charsets import clean, decode
from heardback.reading.markup import render
from heardback.reading.mime import Part

MAX_INVITES = 50
MAX_ATTENDEES = 100
MAX_LINES = 20_000
MAX_TEXT_CHARACTERS = 16 * 1024
MAX_DEPTH = 6

_CALENDAR_TYPES = frozenset(
    {"text/calendar", "application/ics", "text/x-vcalendar", "application/calendar", "text/ics", "application/x-ical"}
)
_CALENDAR_NAMES = (".ics", ".ical", ".ifb", ".vcs", ".icalendar")


@dataclass(frozen=True, slots=True)
class _Line:
    """One content line: upper-case name, parameters with upper-case names, the value as written."""

    name: str
    params: Mapping[str, str]
    value: str


@dataclass(slots=True)
class _Component:
    name: str
    lines: dict[str, list[_Line]] = field(default_factory=dict)
    children: list[_Component] = field(default_factory=list)

    def first(self, name: str) -> _Line | None:
        found = self.lines.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        line = self.first(name)
        return _text(line) if line is not None else ""

    def walk(self, name: str) -> Iterator[_Component]:
        for child in self.children:
            if child.name == name:
                yield child
            else:
                yield from child.walk(name)


def read_invites(root: Part) -> tuple[Invite, ...]:
    """All events of a message's calendar parts and .ics attachments, each once: invitations carry the same event in both.

    An event in a forwarded or returned message is not what the sender asks for: its method is OTHER.
    """
    found: dict[tuple[object, ...], Invite] = {}
    for part, is_own in _calendar_parts(root):
        for invite in parse(part.text(), part.params.get("method", "")):
            key = (invite.uid, invite.sequence, invite.start, invite.day, invite.recurrence_id)
            found.setdefault(key, invite if is_own else replace(invite, method=InviteMethod.OTHER))
    return tuple(found.values())[:MAX_INVITES]


def _calendar_parts(part: Part, *, is_own: bool = True) -> Iterator[tuple[Part, bool]]:
    if not part.children and _is_calendar(part):
        yield part, is_own
    for child in part.children:
        yield from _calendar_parts(child, is_own=is_own and not part.content_type.startswith("message/"))


def _is_calendar(part: Part) -> bool:
    if part.content_type in _CALENDAR_TYPES:
        return True
    if part.content_type.startswith(("application/", "text/")) and part.filename.lower().endswith(_CALENDAR_NAMES):
        return True
    return part.content_type == "text/plain" and part.body[:40].lstrip().upper().startswith(b"BEGIN:VCALENDAR")


def parse(text: str, method: str = "") -> tuple[Invite, ...]:
    """Read the events of one calendar text; ``method`` is the part's own parameter and goes before the METHOD line."""
    if "BEGIN:" not in text.upper():
        return ()
    root = _components(_lines(text))
    calendar_method = next((_text(line) for box in (root, *root.children) if (line := box.first("METHOD"))), "")
    known = _method(method, calendar_method)
    fallback = next((_text(line) for box in (root, *root.children) if (line := box.first("X-WR-TIMEZONE"))), "")
    rules = {name: box for box in root.walk("VTIMEZONE") if (name := box.text("TZID"))}
    reader = _EventReader(known, rules, fallback)
    found = []
    for event in root.walk("VEVENT"):
        found.append(reader.read(event))
        if len(found) >= MAX_INVITES:
            break
    return tuple(found)


def _method(*texts: str) -> InviteMethod:
    """The first that is a method; OTHER where something else was said (ADD, REFRESH), PUBLISH where nothing was."""
    said = [text.strip().upper() for text in texts if text.strip()]
    return next(
        (InviteMethod(text) for text in said if text in InviteMethod.__members__),
        InviteMethod.OTHER if said else InviteMethod.PUBLISH,
    )


# ----------------------------------------------------------------------------------------- content lines

_NAME = re.compile(r"[A-Za-z0-9-]{1,60}(?=[;:])")
_PARAM = re.compile(
    r";\s{0,3}([A-Za-z0-9-]{1,60})=((?:\"[^\"]{0,1000}\"|[^\";:,]{0,1000})(?:,(?:\"[^\"]{0,1000}\"|[^\";:,]{0,1000})){0,20})"
)
_DATE_VALUE = re.compile(
    r":\s{0,3}(\d{4}-?\d{2}-?\d{2}(?:[T ]?\d{2}:?\d{2}(?::?\d{2})?(?:[.,]\d{1,6})?Z?)?)\s{0,3}$", re.IGNORECASE
)
_DATE_NAMES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID"})


_MAY_GO_ON = frozenset({"DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "X-ALT-DESC"})


def _lines(text: str) -> Iterator[_Line]:
    """Unfold (RFC 5545 section 3.1) and split. A line that is no content line goes on with the text before it: some
    programs forget to fold."""
    pending = ""
    for line in text.replace("\n ", "").replace("\n\t", "").split("\n", MAX_LINES)[:MAX_LINES]:
        if _NAME.match(line):
            if pending and (parsed := _line(pending)) is not None:
                yield parsed
            pending = line
        elif line.strip() and (head := _NAME.match(pending)) and head[0].upper() in _MAY_GO_ON:
            pending += "\\n" + line
    if pending and (parsed := _line(pending)) is not None:
        yield parsed


def _line(text: str) -> _Line | None:
    head = _NAME.match(text)
    if head is None:
        return None
    name = head[0].upper()
    if name in _DATE_NAMES and (dated := _DATE_VALUE.search(text)) is not None:
        # a TZID with a colon in it, unquoted: "(UTC-05:00) Eastern Time"
        return _Line(name, _date_params(text[head.end() : dated.start()]), dated[1])
    params: dict[str, str] = {}
    position = head.end()
    while (param := _PARAM.match(text, position)) is not None:
        params.setdefault(param[1].upper(), _param(param[2]))
        position = param.end()
    colon = text.find(":", position)
    return _Line(name, params, text[colon + 1 :]) if colon >= 0 else None


_TZID_PARAM = re.compile(
    r";\s{0,3}TZID=(\"[^\"]{0,300}\"|.{1,300}?)(?=;\s{0,3}(?:VALUE|X-[A-Z-]{1,40}|RANGE|TZID)=|$)", re.IGNORECASE
)


def _date_params(text: str) -> dict[str, str]:
    params = {}
    zone = _TZID_PARAM.search(text)
    if zone is not None:
        params["TZID"] = _param(zone[1])
    if "VALUE=DATE" in text.upper() and "VALUE=DATE-TIME" not in text.upper():
        params["VALUE"] = "DATE"
    return params


def _param(value: str) -> str:
    """RFC 6868: ^n, ^' and ^^ within a parameter."""
    value = value.replace('"', "")
    return value.replace("^n", "\n").replace("^'", '"').replace("^^", "^") if "^" in value else value


def _components(lines: Iterable[_Line]) -> _Component:
    """Nest components; an END that fits nothing is ignored, one that skips levels closes them."""
    root = _Component("")
    stack = [root]
    for line in lines:
        name = line.value.strip().upper() if line.name in ("BEGIN", "END") else ""
        if line.name == "BEGIN":
            if any(open_component.name == name == "VEVENT" for open_component in stack):
                while stack.pop().name != name:
                    pass
            if len(stack) <= MAX_DEPTH:
                child = _Component(name)
                stack[-1].children.append(child)
                stack.append(child)
        elif line.name == "END":
            if any(open_component.name == name for open_component in stack[1:]):
                while stack.pop().name != name:
                    pass
        else:
            stack[-1].lines.setdefault(line.name, []).append(line)
    return root


_ESCAPE = re.compile(r"\\([nN,;:\\\"])")


def _text(line: _Line) -> str:
    """A TEXT value (RFC 5545 section 3.3.11); quoted-printable of vCalendar 1.0 too."""
    value = line.value[: 4 * MAX_TEXT_CHARACTERS]
    if line.params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = decode(binascii.a2b_qp(value.encode("utf-8", "replace")), line.params.get("CHARSET", ""))
    if "\\" in value:
        value = _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
    return clean(value).strip()[:MAX_TEXT_CHARACTERS]


# ------------------------------------------------------------------------------------------------ events

_MARKUP = re.compile(r"<(?:br|p|div|a|b|span|html|body|ul|li)\b[^<>]{0,300}>", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>:,;\"']{1,200}@[^\s<>:,;\"']{1,255}")


@dataclass(frozen=True, slots=True)
class _Moment:
    at: datetime | None = None
    day: date | None = None
    certainty: Certainty = Certainty.UNKNOWN


class _EventReader:
    """Reads the events of one calendar: they share its method, zones and default zone."""

    def __init__(self, method: InviteMethod, zone_boxes: Mapping[str, _Component], fallback: str) -> None:
        self._method = method
        self._zone_boxes = zone_boxes
        self._fallback = fallback
        self._rules: dict[str, zones.Rules | None] = {}

    def read(self, event: _Component) -> Invite:
        starts = event.lines.get("DTSTART", [])
        start = self._moment(starts[0]) if starts else _Moment()
        if any(self._moment(other) != start for other in starts[1:3]):
            start = _Moment()
        attendees = [address for line in event.lines.get("ATTENDEE", [])[:MAX_ATTENDEES] if (address := _address(line))]
        organizer = event.first("ORGANIZER")
        answers = [answer for line in event.lines.get("ATTENDEE", [])[:2] if (answer := line.params.get("PARTSTAT", "").upper())]
        recurrence = event.first("RECURRENCE-ID")
        return Invite(
            method=self._method,
            uid=event.text("UID"),
            sequence=_number(event.text("SEQUENCE")),
            start=start.at,
            end=self._end(event, start),
            day=start.day,
            certainty=start.certainty,
            status=event.text("STATUS").upper(),
            summary=event.text("SUMMARY"),
            description=_description(event),
            location=event.text("LOCATION"),
            organizer=_address(organizer) if organizer is not None else None,
            attendees=tuple(attendees),
            recurrence_id=recurrence.value.strip() if recurrence is not None else "",
            answer=answers[0] if self._method in (InviteMethod.REPLY, InviteMethod.COUNTER) and len(answers) == 1 else "",
        )

    def _end(self, event: _Component, start: _Moment) -> datetime | None:
        if start.at is None:
            return None
        line = event.first("DTEND")
        if line is not None:
            end = self._moment(line).at
        else:
            length = _duration(event.text("DURATION"))
            end = _later(start.at, length) if length is not None else None
        if end is None or (end.tzinfo is None) != (start.at.tzinfo is None) or end < start.at:
            return None
        return end

    def _moment(self, line: _Line) -> _Moment:
        read = _read_date(line.value)
        if isinstance(read, _Zulu):
            return _Moment(at=read.at, certainty=Certainty.CERTAIN)
        if read is None:
            return _Moment()
        name = line.params.get("TZID", "").strip()
        if not isinstance(read, datetime):
            if not name or line.params.get("VALUE") == "DATE":
                return _Moment(day=read, certainty=Certainty.CERTAIN)
            # a day with a zone and no VALUE=DATE: its first moment there (Google Calendar wrote this in 2005)
            read = datetime.combine(read, datetime.min.time())
        if not name:
            return _Moment(at=read, certainty=Certainty.FLOATING)
        placed, certainty = zones.place(read, name, self._rules_of(name), self._fallback)
        return _Moment(at=placed, certainty=certainty)

    def _rules_of(self, name: str) -> zones.Rules | None:
        if name not in self._rules:
            box = self._zone_boxes.get(name)
            if box is None and len(self._zone_boxes) == 1:
                # one zone in the calendar, spelt a little differently in the event
                only, only_box = next(iter(self._zone_boxes.items()))
                box = only_box if _letters(only) == _letters(name) else None
            self._rules[name] = _rules(box) if box is not None else None
        return self._rules[name]


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _later(start: datetime, length: timedelta) -> datetime | None:
    """Exact for hours, nominal for days (RFC 5545 section 3.3.6): both are what adding to a UTC or a wall clock time gives."""
    try:
        if start.tzinfo is None or length.seconds == 0:
            return start + length
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    except OverflowError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _description(event: _Component) -> str:
    text = event.text("DESCRIPTION")
    rich = event.first("X-ALT-DESC")
    if not text and rich is not None:
        text = _text(rich)
    return (
        render(text.replace("\n", "<br>") if "<br" not in text.lower() else text).text.strip() if _MARKUP.search(text) else text
    )


def _address(line: _Line) -> Address | None:
    found = _MAIL.search(line.value[:1000]) or _MAIL.search(line.params.get("EMAIL", ""))
    if found is None:
        return None
    address = re.sub(r"^mailto:", "", clean(found[0]), flags=re.IGNORECASE).lower()
    return Address(name=" ".join(clean(line.params.get("CN", "")).split())[:200], address=address)


_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d{1,6})?([Zz])?)?")
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Zulu:
    at: datetime


def _read_date(text: str) -> _Zulu | datetime | date | None:
    """DATE, DATE-TIME, or DATE-TIME in UTC (RFC 5545 section 3.3.4 and 3.3.5); seconds may be missing, ISO hyphens present."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, zulu = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))  # noqa: DTZ001
    except ValueError:
        return None
    return _Zulu(at.replace(tzinfo=UTC)) if zulu else at


def _duration(text: str) -> timedelta | None:
    match = _DURATION.fullmatch(text.strip())
    if match is None or match[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


# ------------------------------------------------------------------------------------------- a VTIMEZONE

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2}):?(\d{2})?")
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _rules(box: _Component) -> zones.Rules:
    observances = [
        observance for child in box.children if child.name in ("STANDARD", "DAYLIGHT") and (observance := _observance(child))
    ]
    return zones.Rules(observances=tuple(observances[:500]), location=box.text("X-LIC-LOCATION"))


def _observance(box: _Component) -> zones.Observance | None:
    onset = _naive(box.text("DTSTART"))
    offset, is_daylight = _offset(box.text("TZOFFSETTO")), box.name == "DAYLIGHT"
    if onset is None or offset is None:
        return None
    more = [when for line in box.lines.get("RDATE", [])[:300] for text in line.value.split(",")[:300] if (when := _naive(text))]
    rule = dict(pair.upper().split("=", 1) for pair in box.text("RRULE").split(";") if "=" in pair)
    if rule.get("FREQ") != "YEARLY" or _number(rule.get("BYMONTH", str(onset.month))) not in range(1, 13):
        return zones.Observance(onset=onset, offset=offset, is_daylight=is_daylight, more_onsets=tuple(more))
    by_day = _BYDAY.fullmatch(rule.get("BYDAY", "").strip())
    until = _naive(rule.get("UNTIL", ""))
    return zones.Observance(
        onset=onset,
        offset=offset,
        is_daylight=is_daylight,
        month=_number(rule.get("BYMONTH", str(onset.month))),
        weekday=_WEEKDAYS.index(by_day[2]) if by_day else None,
        week=int(by_day[1] or 0) if by_day else 0,
        month_days=tuple(int(day) for day in rule.get("BYMONTHDAY", "").split(",")[:31] if day.isdigit()),
        until=until,
        more_onsets=tuple(more),
    )


def _naive(text: str) -> datetime | None:
    read = _read_date(text)
    if isinstance(read, _Zulu):
        return read.at.replace(tzinfo=None)
    if isinstance(read, date) and not isinstance(read, datetime):
        return datetime.combine(read, datetime.min.time())
    return read if isinstance(read, datetime) else None


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    sign, hours, minutes, seconds = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -offset if sign == "-" else offset
