"""Words -> days. Written on Wednesday 11 March 2026 at 10:00 in Chicago, unless a case says otherwise."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import InterviewOffset, OffsetUnit
from heardback.understanding.timeframes import find_timeframes, read_moment, read_moments
from heardback.workdays import Place, WorkCalendar
from tests.builders import at

WRITTEN = at("2026-03-11T10:00:00-05:00")
US = WorkCalendar((Place("US"),))
UK = WorkCalendar((Place("GB", "ENG"),))
CHICAGO = ZoneInfo("America/Chicago")

LATEST = [
    ("midweek next week", "2026-03-19"),
    ("on hump day", "2026-03-18"),
    ("the Monday after Easter", "2026-04-06"),
    ("the Friday after Memorial Day", "2026-05-29"),
    ("on 27th only", "2026-03-27"),
    ("one more week", "2026-03-18"),
    ("this day week", "2026-03-18"),
    ("ten days or so before I can tell you", "2026-03-25"),
    ("five days tops", "2026-03-16"),
    ("if a week goes by", "2026-03-18"),
    ("before the weekend", "2026-03-13"),
    ("before the week is over", "2026-03-13"),
    ("by month end", "2026-03-31"),
    ("in calendar week 13.", "2026-03-27"),
    ("the end of the week beginning 23 March", "2026-03-27"),
    ("before everyone disappears for Easter", "2026-04-03"),
    ("over the wkend", "2026-03-15"),
    ("Friday's decision", "2026-03-13"),
    ("inside of two weeks", "2026-03-25"),
    ("past Friday", "2026-03-13"),
    ("by Friday", "2026-03-13"),
    ("by Wednesday", "2026-03-18"),
    ("Friday week", "2026-03-20"),
    ("a week on Friday", "2026-03-20"),
    ("a week from Tuesday", "2026-03-24"),
    ("Tuesday next week", "2026-03-17"),
    ("next week, ideally on Thursday", "2026-03-19"),
    ("by Thursday the 19th", "2026-03-19"),
    ("the Thursday", "2026-03-12"),
    ("Friday after next", "2026-03-20"),
    ("w/c 16 March", "2026-03-20"),
    ("the week commencing Monday 23 March", "2026-03-27"),
    ("week 13", "2026-03-27"),
    ("KW 13", "2026-03-27"),
    ("CW13", "2026-03-27"),
    ("mid-April", "2026-04-16"),
    ("by the end of next week", "2026-03-20"),
    ("early next week", "2026-03-18"),
    ("middle of next week", "2026-03-19"),
    ("later this week", "2026-03-13"),
    ("the week after next", "2026-03-27"),
    ("first week of April", "2026-04-03"),
    ("the end of the month", "2026-03-31"),
    ("end of Q1", "2026-03-31"),
    ("by the 15th", "2026-03-15"),
    ("by the 9th", "2026-04-09"),
    ("by 20 March", "2026-03-20"),
    ("by March 20th, 2026", "2026-03-20"),
    ("by 2026-03-20", "2026-03-20"),
    ("within 5-7 business days", "2026-03-20"),
    ("within ten working days", "2026-03-25"),
    ("in a couple of weeks", "2026-03-25"),
    ("in a fortnight", "2026-03-25"),
    ("in the next few days", "2026-03-16"),
    ("in ten days or so", "2026-03-25"),
    ("a day or two after the 19th", "2026-03-23"),
    ("COB Thursday", "2026-03-12"),
    ("by EOD", "2026-03-11"),
    ("close of play on Friday", "2026-03-13"),
    ("tomorrow", "2026-03-12"),
    ("the day after tomorrow", "2026-03-13"),
    ("tomorrow week", "2026-03-19"),
    ("within 48 hours", "2026-03-13"),
    ("by Thanksgiving", "2026-11-26"),
    ("before Christmas", "2026-12-24"),
    ("before Easter", "2026-04-04"),
    ("on Tuesday or Wednesday", "2026-03-18"),
    ("between 16 and 20 March", "2026-03-20"),
    ("Monday to Wednesday next week", "2026-03-18"),
    ("this or next week", "2026-03-20"),
    ("over the weekend", "2026-03-15"),
    ("in three to four weeks", "2026-04-08"),
    ("no later than 3 April", "2026-04-03"),
]


@pytest.mark.parametrize(("text", "expected"), LATEST)
def test_a_timeframe_ends_on_the_day_a_careful_reader_would_say(text: str, expected: str) -> None:
    found = find_timeframes(text, WRITTEN, US)
    assert [str(frame.latest) for frame in found] == [expected]


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("early next week", "2026-03-17", "2026-03-18"),
        ("next week", "2026-03-16", "2026-03-20"),
        ("mid-April", "2026-04-13", "2026-04-16"),
        ("at the end of May", "2026-05-29", "2026-05-31"),
        ("ten days or so from now", "2026-03-21", "2026-03-25"),
    ],
)
def test_vague_words_are_ranges(text: str, earliest: str, latest: str) -> None:
    frame = find_timeframes(text, WRITTEN, US)[-1]
    assert (str(frame.earliest), str(frame.latest)) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "We may march on with this.",
        "I sat with the sun in my eyes.",
        "Our office is open 24/7 and the split is 50/50.",
        "Ask for the second interview at the first floor.",
        "We met two weeks ago.",
        "It is a two week process.",
        "Version 4.2 has 3 modes at 85.000 rows.",
        "Job 4521 is at 20 N Wacker.",
        "We enjoyed our talk last Friday.",
        "The third of three candidates came.",
        "You have 10 years of experience.",
    ],
)
def test_words_that_only_look_like_time_are_none(text: str) -> None:
    assert find_timeframes(text, WRITTEN, US) == ()


@pytest.mark.parametrize(
    ("text", "calendar", "day_first", "expected"),
    [
        ("by 4/5", US, None, "2026-04-05"),
        ("by 4/5", UK, None, "2026-05-04"),
        ("by 4/5", US, True, "2026-05-04"),
        ("by 4/5", UK, False, "2026-04-05"),
        ("by 3.4.", UK, None, "2026-04-03"),
        ("by 20/3", US, None, "2026-03-20"),
        ("Friday 3/4", US, None, "2026-04-03"),
    ],
)
def test_the_order_of_day_and_month_follows_the_place(
    text: str, calendar: WorkCalendar, day_first: bool | None, expected: str
) -> None:
    found = find_timeframes(text, WRITTEN, calendar, day_first=day_first)
    assert [str(frame.latest) for frame in found] == [expected]


def test_business_days_skip_the_holidays_of_the_calendar() -> None:
    before_easter = at("2026-04-01T10:00:00+01:00")
    assert [find_timeframes("in three working days", before_easter, calendar)[0].latest for calendar in (UK, US)] == [
        date(2026, 4, 8),
        date(2026, 4, 6),
    ]


def test_after_a_holiday_begins_on_the_next_business_day() -> None:
    assert find_timeframes("after Easter", WRITTEN, UK)[0].earliest == date(2026, 4, 7)


def test_relative_days_count_from_the_writers_day() -> None:
    late = at("2026-03-11T23:30:00-08:00")
    assert find_timeframes("tomorrow", late, US)[0].latest == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("within a week of your onsite", InterviewOffset(earliest=0, latest=1, unit=OffsetUnit.WEEKS)),
        ("within five working days of your interview", InterviewOffset(earliest=0, latest=5, unit=OffsetUnit.BUSINESS_DAYS)),
        ("two weeks after the interview", InterviewOffset(earliest=2, latest=2, unit=OffsetUnit.WEEKS)),
        ("within 48 hours of the panel", InterviewOffset(earliest=0, latest=2, unit=OffsetUnit.DAYS)),
        ("2-3 days after your interview", InterviewOffset(earliest=2, latest=3, unit=OffsetUnit.DAYS)),
    ],
)
def test_a_time_counted_from_an_interview_waits_for_its_day(text: str, offset: InterviewOffset) -> None:
    frame = find_timeframes(text, WRITTEN, US)[0]
    assert (frame.from_interview, frame.latest) == (offset, None)


def test_later_words_lean_on_earlier_ones() -> None:
    found = find_timeframes("The board meets on the 26th. A day or two after that you will know.", WRITTEN, US)
    assert [frame.latest for frame in found] == [date(2026, 3, 26), date(2026, 3, 30)]


def test_a_clock_with_its_zone_becomes_an_instant() -> None:
    frame = find_timeframes("by 5pm ET on Friday", WRITTEN, US)[0]
    assert (frame.at, frame.latest) == (at("2026-03-13T17:00:00-04:00"), date(2026, 3, 13))


@pytest.mark.parametrize(
    ("text", "day", "start", "end", "zone"),
    [
        ("Tuesday 17 March at 3pm GMT", "2026-03-17", "15:00", None, "Europe/London"),
        ("Thurs April 9, 3:00-3:30pm your time", "2026-04-09", "15:00", "15:30", "America/Chicago"),
        ("Monday the 16th at 1:30", "2026-03-16", "13:30", None, None),
        ("tomorrow 14h30", "2026-03-12", "14:30", None, None),
        ("half past two on Friday", "2026-03-13", "14:30", None, None),
        ("quarter to four tomorrow", "2026-03-12", "15:45", None, None),
        ("one o'clock tomorrow", "2026-03-12", "13:00", None, None),
        ("tomorrow 2pm", "2026-03-12", "14:00", None, None),
        ("Friday from 9 to 11:30", "2026-03-13", "09:00", "11:30", None),
        ("Wednesday (18 March), 11am - 12pm (EDT)", "2026-03-18", "11:00", "12:00", "America/New_York"),
        ("this Thursday at 10.30", "2026-03-12", "10:30", None, None),
        ("12 noon on the 19th", "2026-03-19", "12:00", None, None),
        ("2026-03-20 14:00", "2026-03-20", "14:00", None, None),
        ("11-1pm on Friday", "2026-03-13", "11:00", "13:00", None),
        ("Tuesday at ten", "2026-03-17", "10:00", None, None),
    ],
)
def test_an_appointment_is_read_as_it_is_spoken(text: str, day: str, start: str, end: str | None, zone: str | None) -> None:
    moment = read_moment(text, WRITTEN, CHICAGO, country="US")
    assert moment is not None
    expected = (date.fromisoformat(day), time.fromisoformat(start), time.fromisoformat(end) if end else None, zone)
    assert (moment.day, moment.start, moment.end, str(moment.zone) if moment.zone else None) == expected


def test_two_proposed_times_are_two_moments() -> None:
    found = read_moments("Would Wednesday at 10am suit, or Thursday at 2?", WRITTEN, CHICAGO)
    assert [(moment.day, moment.start) for moment in found] == [
        (date(2026, 3, 18), time(10)),
        (date(2026, 3, 12), time(14)),
    ]


def test_counts_of_things_are_no_moments() -> None:
    assert read_moments("We have 3 sites and 4 candidates at 2 levels.", WRITTEN, CHICAGO) == ()


_WORDS = (
    "by before within next week friday march 3 15th 4/3 in a two days business or to - the of end mid after that may "
    "your interview easter 12:30 pm at tomorrow month . , ( early until 31 february"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=14))
def test_no_words_make_a_range_that_ends_before_it_begins(words: list[str]) -> None:
    for frame in find_timeframes(" ".join(words), WRITTEN, US):
        assert (frame.latest is None) == (frame.from_interview is not None)
        assert frame.latest is None or (frame.earliest or frame.latest) <= frame.latest


@settings(deadline=None)
@given(st.text(max_size=120))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    assert isinstance(find_timeframes(text, WRITTEN, US), tuple)
    assert isinstance(read_moments(text, WRITTEN, CHICAGO), tuple)
