"""Calendar parts: the right instant, or an honest word that it is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.model import Address, Certainty, Invite, InviteMethod
from heardback.reading import mime, zones
from heardback.reading.invites import MAX_INVITES, parse, read_invites

BERLIN_RULES = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*event: str, before: str = "", method: str = "METHOD:REQUEST\n") -> str:
    lines = "\n".join(("BEGIN:VEVENT", "UID:u1@brightforge.example", *event, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}{before}{lines}\nEND:VCALENDAR\n"


def only(text: str) -> Invite:
    (invite,) = parse(text)
    return invite


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20260206T200000Z", "2026-02-06T20:00:00+00:00"),
        ("DTSTART;TZID=America/New_York:20260206T140000", "2026-02-06T14:00:00-05:00"),
        ("DTSTART;TZID=America/New_York:20260706T140000", "2026-07-06T14:00:00-04:00"),
        ('DTSTART;TZID="America/New_York":20260206T140000', "2026-02-06T14:00:00-05:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260706T140000", "2026-07-06T14:00:00+02:00"),
        ("DTSTART;TZID=Eastern Standard Time:20260706T140000", "2026-07-06T14:00:00-04:00"),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20260206T140000", "2026-02-06T14:00:00+01:00"),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires:20260206T140000",
            "2026-02-06T14:00:00-03:00",
        ),
        ("DTSTART;TZID=tzone://Microsoft/Utc:20260206T140000", "2026-02-06T14:00:00+00:00"),
        ("DTSTART;TZID=UTC:20260206T140000", "2026-02-06T14:00:00+00:00"),
        ("DTSTART;TZID=America/New_York:20260206T140000Z", "2026-02-06T14:00:00+00:00"),
        ("DTSTART;VALUE=DATE-TIME;TZID=Asia/Kolkata:20260206T1400", "2026-02-06T14:00:00+05:30"),
        ("dtstart;tzid=Asia/Tokyo:20260206T140000", "2026-02-06T14:00:00+09:00"),
    ],
)
def test_a_zone_that_is_known_gives_the_instant(start: str, expected: str) -> None:
    invite = only(calendar(start))
    assert invite.start is not None
    assert (invite.start.isoformat(), invite.certainty) == (expected, Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("20260206T140000", "2026-02-06T13:00:00+00:00"),
        ("20260706T140000", "2026-07-06T12:00:00+00:00"),
        ("20260329T015900", "2026-03-29T00:59:00+00:00"),
        ("20260329T030000", "2026-03-29T01:00:00+00:00"),
        ("20261025T040000", "2026-10-25T03:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("name", ["Customized Time Zone", "(UTC+01:00) Amsterdam, Berlin", "tzone://Microsoft/Custom"])
def test_a_name_that_nobody_knows_is_read_by_the_rules_that_come_with_it(name: str, wall: str, expected: str) -> None:
    invite = only(calendar(f"DTSTART;TZID={name}:{wall}", before=BERLIN_RULES.format(name=name)))
    assert invite.start is not None
    assert (invite.start.astimezone(UTC).isoformat(), invite.certainty) == (expected, Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("name", "offset_hours"),
    [
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome", 2),
        ("(UTC-05:00) Eastern Time (US & Canada)", -4),
        ("Pacific Time (US & Canada), Tijuana", -7),
        ("(GMT+10:00) Canberra, Melbourne, Sydney", 10),
        ("US-Mountain", -6),
        ("Western/Central Europe", 2),
        ("GMT-05.00/-04.00", -4),
        ("(UTC-03:00) Brasília", -3),
    ],
)
def test_a_display_name_without_rules_is_a_guess_and_says_so(name: str, offset_hours: int) -> None:
    invite = only(calendar(f"DTSTART;TZID={name}:20260706T140000"))
    assert invite.start is not None
    offset = invite.start.utcoffset()
    assert offset is not None
    assert (offset.total_seconds() / 3600, invite.certainty) == (offset_hours, Certainty.GUESSED)


@pytest.mark.parametrize(
    "start", ["DTSTART;TZID=Somewhere Nice:20260206T140000", "DTSTART:soon", "DTSTART:20260231T140000", "X-NONE:1"]
)
def test_a_start_that_nobody_can_know_is_unknown(start: str) -> None:
    invite = only(calendar(start))
    assert (invite.start, invite.day, invite.certainty) == (None, None, Certainty.UNKNOWN)


def test_two_starts_that_differ_are_none() -> None:
    assert only(calendar("DTSTART:20260206T140000Z", "DTSTART:20260207T140000Z")).certainty is Certainty.UNKNOWN


def test_a_floating_start_is_naive_and_an_all_day_event_has_a_day() -> None:
    floating, whole_day = only(calendar("DTSTART:20260206T140000")), only(calendar("DTSTART;VALUE=DATE:20260206"))
    assert (floating.start, floating.certainty) == (datetime(2026, 2, 6, 14, 0), Certainty.FLOATING)  # noqa: DTZ001
    assert (whole_day.start, whole_day.day, whole_day.certainty) == (None, date(2026, 2, 6), Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTEND:20260206T150000Z",), datetime(2026, 2, 6, 15, tzinfo=UTC)),
        (("DURATION:PT45M",), datetime(2026, 2, 6, 14, 45, tzinfo=UTC)),
        (("DURATION:P1DT1H",), datetime(2026, 2, 7, 15, tzinfo=UTC)),
        (("DTEND:20260205T150000Z",), None),
        (("DURATION:-PT45M",), None),
        ((), None),
        # an alarm's own duration is not the event's
        (("BEGIN:VALARM", "DURATION:PT15M", "END:VALARM"), None),
    ],
)
def test_the_end_is_said_or_follows_from_the_duration(lines: tuple[str, ...], expected: datetime | None) -> None:
    assert only(calendar("DTSTART:20260206T140000Z", *lines)).end == expected


def test_an_hour_across_a_clock_change_lasts_an_hour() -> None:
    invite = only(calendar("DTSTART;TZID=Europe/Berlin:20260329T013000", "DURATION:PT1H"))
    assert invite.end is not None
    assert invite.end.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_all_that_an_event_says_is_read() -> None:
    invite = only(
        calendar(
            "DTSTART:20260206T140000Z",
            "SEQUENCE:2",
            "STATUS:confirmed",
            "SUMMARY;LANGUAGE=en-us:Interview\\, panel",
            "LOCATION:Room 2\\; third floor",
            "DESCRIPTION:You'll hear by\\n",
            "  Friday.",
            'ORGANIZER;CN="Ortiz, Dana":MAILTO:Dana@Brightforge.example',
            "ATTENDEE;CN=Rosa;PARTSTAT=NEEDS-ACTION:mailto:rosa@quill.example",
            "ATTENDEE:urn:uuid:nobody",
            "RECURRENCE-ID:20260206T140000Z",
        )
    )
    assert (invite.sequence, invite.status, invite.summary, invite.location) == (
        2,
        "CONFIRMED",
        "Interview, panel",
        "Room 2; third floor",
    )
    assert invite.description == "You'll hear by\n Friday."
    assert invite.organizer == Address(name="Ortiz, Dana", address="dana@brightforge.example")
    assert invite.attendees == (Address(name="Rosa", address="rosa@quill.example"),)
    assert (invite.recurrence_id, invite.method, invite.answer) == ("20260206T140000Z", InviteMethod.REQUEST, "")


def test_a_description_in_html_is_read_as_text() -> None:
    assert (
        only(calendar("DTSTART:20260206T140000Z", "DESCRIPTION:<p>By <b>Friday</b></p><p>Dana</p>")).description
        == "By Friday\n\nDana"
    )


@pytest.mark.parametrize(
    ("parameter", "line", "expected"),
    [
        ("CANCEL", "METHOD:REQUEST\n", InviteMethod.CANCEL),
        ("", "METHOD:cancel\n", InviteMethod.CANCEL),
        ("broken", "METHOD:REQUEST\n", InviteMethod.REQUEST),
        ("", "METHOD:REFRESH\n", InviteMethod.OTHER),
        ("", "", InviteMethod.PUBLISH),
    ],
)
def test_the_method_of_the_part_goes_before_the_line(parameter: str, line: str, expected: InviteMethod) -> None:
    (invite,) = parse(calendar("DTSTART:20260206T140000Z", method=line), parameter)
    assert invite.method is expected


def test_a_reply_says_what_was_answered() -> None:
    text = calendar("DTSTART:20260206T140000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:rosa@quill.example", method="METHOD:REPLY\n")
    assert only(text).answer == "DECLINED"


def test_a_broken_event_does_not_lose_the_next_one() -> None:
    text = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:nonsense\n;;;===\nBEGIN:VEVENT\nUID:b\nDTSTART:20260206T140000Z\n"
        "END:NOTHING\nSUMMARY:Panel\nEND:VEVENT\n"
    )
    assert [(invite.uid, invite.summary) for invite in parse(text)] == [("a", ""), ("b", "Panel")]


def test_folded_names_bare_events_and_a_line_that_was_never_folded_are_read() -> None:
    (invite,) = parse(
        "BEGIN:VEVENT\nUID\n :u2\nDTSTART\n ;TZID=Europe/Berlin\n :20260206T140000\nDESCRIPTION:By\nFriday\nEND:VEVENT"
    )
    assert (invite.uid, invite.description) == ("u2", "By\nFriday")
    assert invite.start is not None


def test_the_same_event_in_the_part_and_in_the_attachment_is_one_invite() -> None:
    text = calendar("DTSTART:20260206T140000Z")
    content = (
        "Content-Type: multipart/mixed; boundary=b\n\n"
        f"--b\nContent-Type: text/calendar; method=REQUEST\n\n{text}\n"
        f'--b\nContent-Type: application/octet-stream; name="invite.ics"\n\n{text}\n--b--\n'
    )
    assert len(read_invites(mime.parse(content.encode()))) == 1


def test_an_event_in_a_forwarded_message_is_not_what_its_sender_asks_for() -> None:
    content = (
        f"Content-Type: message/rfc822\n\nContent-Type: text/calendar; method=REQUEST\n\n{calendar('DTSTART:20260206T140000Z')}"
    )
    assert [invite.method for invite in read_invites(mime.parse(content.encode()))] == [InviteMethod.OTHER]


def test_the_number_of_events_is_bounded() -> None:
    text = "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nDTSTART:20260206T140000Z\nEND:VEVENT\n" * 500 + "END:VCALENDAR"
    assert len(parse(text)) == MAX_INVITES


def test_a_rule_with_days_of_the_month_and_an_end_is_followed() -> None:
    """The second Sunday of March until 2010, as some programs write the change of the United States."""
    onset = datetime(2007, 3, 11, 2)  # noqa: DTZ001
    spring = zones.Observance(
        onset=onset, offset=timedelta(hours=-4), is_daylight=True, month=3, weekday=6, month_days=tuple(range(8, 15))
    )
    assert spring.last_onset(datetime(2026, 7, 1)) == datetime(2026, 3, 8, 2)  # noqa: DTZ001
    ended = zones.Observance(onset=onset, offset=spring.offset, month=3, weekday=6, week=2, until=datetime(2010, 3, 14, 7))  # noqa: DTZ001
    assert ended.last_onset(datetime(2026, 7, 1)) == datetime(2010, 3, 14, 2)  # noqa: DTZ001
    assert ended.last_onset(datetime(2001, 1, 1)) is None  # noqa: DTZ001


@given(st.text(alphabet=st.sampled_from("BEGINVTZDS:;=\n 0123459T-+/aé"), max_size=200))
def test_any_calendar_text_gives_invites(text: str) -> None:
    for invite in parse("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART" + text):
        assert (invite.start is None) == (invite.certainty is Certainty.UNKNOWN or invite.day is not None)


@given(st.text(max_size=80))
def test_any_zone_name_gives_an_answer(name: str) -> None:
    placed, certainty = zones.place(datetime(2026, 2, 6, 14), name, None)  # noqa: DTZ001
    assert (placed is None) == (certainty is Certainty.UNKNOWN)
