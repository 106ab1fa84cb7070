"""Plain stories in three time zones: ten minutes before and ten minutes after the moment at which something changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.corpus.stories import Life

NEW_YORK, LONDON, KOLKATA = "America/New_York", "Europe/London", "Asia/Kolkata"
EVERYWHERE = pytest.mark.parametrize("timezone", [NEW_YORK, LONDON, KOLKATA])
TEN_MINUTES = timedelta(minutes=10)

INVITED = "Hi Rosa,\n\nThank you for applying for the Data Engineer role. Your interview is confirmed for {}, on the phone."
THANKS = "Hi Dana, thank you for the conversation today, I enjoyed it."


def around(life: Life, when: str) -> tuple[str, str]:
    moment = life.moment(when)
    return life.stands(moment - TEN_MINUTES), life.stands(moment + TEN_MINUTES)


def interviewed(timezone: str, asked: str, day: str, words: str) -> Life:
    """An interview on ``day`` at 14:00 and a thank-you in its evening."""
    life = Life(timezone)
    life.they(f"{asked} 10:00", INVITED.format(words))
    life.i(f"{day} 17:00", THANKS)
    return life


@EVERYWHERE
def test_an_interview_is_scheduled_until_it_ends_and_then_asks_for_thanks(timezone: str) -> None:
    life = Life(timezone)
    life.they("2026-05-28 10:00", INVITED.format("Tuesday, June 2, 2026, 2:00 pm - 3:00 pm"))
    assert around(life, "2026-06-02 15:00") == ("scheduled", "waiting thank_you")
    assert around(life, "2026-06-03 15:00") == ("waiting thank_you", "waiting")


@EVERYWHERE
def test_a_promise_by_friday_has_passed_on_tuesday_morning(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they("2026-06-03 11:00", "Hi Rosa, lovely to meet you. You'll hear from us by Friday.")
    assert around(life, "2026-06-09 09:00") == ("waiting", "overdue follow_up")


@EVERYWHERE
def test_with_nothing_promised_people_ask_on_the_sixth_business_day(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    assert around(life, "2026-06-10 09:00") == ("waiting", "overdue follow_up")


@pytest.mark.parametrize(
    ("timezone", "deadline"),
    [
        (NEW_YORK, "2026-05-27 09:00"),  # Memorial Day on the 25th
        (LONDON, "2026-05-27 09:00"),  # Spring Bank Holiday on the 25th
        (KOLKATA, "2026-05-26 09:00"),  # no holiday on the 25th
    ],
)
def test_a_holiday_of_the_owners_country_is_no_business_day(timezone: str, deadline: str) -> None:
    life = interviewed(timezone, "2026-05-12", "2026-05-18", "Monday, May 18 at 2:00 pm")
    life.they("2026-05-19 11:00", "Hi Rosa, we will let you know our decision by Friday.")
    assert around(life, deadline) == ("waiting", "overdue follow_up")


@EVERYWHERE
def test_a_change_of_clocks_leaves_nine_in_the_morning_where_it_is(timezone: str) -> None:
    life = interviewed(timezone, "2026-10-15", "2026-10-20", "Tuesday, October 20 at 2:00 pm")
    life.they("2026-10-21 11:00", "Hi Rosa, we hope to get back to you by Friday, October 30.")
    assert around(life, "2026-11-03 09:00") == ("waiting", "overdue follow_up")


@EVERYWHERE
def test_a_follow_up_rests_the_nudge_for_five_business_days(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they("2026-06-03 11:00", "Hi Rosa, you'll hear from us by Friday.")
    life.i("2026-06-09 10:30", "Hi Dana, I wanted to ask whether there is any news about the Data Engineer role.")
    assert around(life, "2026-06-09 10:30") == ("overdue follow_up", "overdue")
    assert around(life, "2026-06-17 09:00") == ("overdue", "overdue follow_up_again")


@EVERYWHERE
def test_an_out_of_office_answer_is_no_sign_of_life(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they("2026-06-03 11:00", "Hi Rosa, you'll hear from us by Friday.")
    life.i("2026-06-09 10:30", "Hi Dana, is there any update on the Data Engineer role?")
    life.machine(
        "2026-06-09 10:31",
        "I am out of the office until Monday and will get back to you on my return.",
        subject="Automatic reply: Data Engineer at Brightforge",
        Auto_Submitted="auto-replied",
    )
    assert around(life, "2026-06-09 10:31") == ("overdue follow_up", "overdue")
    assert around(life, "2026-06-17 09:00") == ("overdue", "overdue follow_up_again")


@EVERYWHERE
def test_a_request_that_is_answered_late_starts_the_usual_time_from_the_answer(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they("2026-06-03 11:00", "Hi Rosa, could you send me the names of two references?")
    assert around(life, "2026-06-08 12:00") == ("your_turn reply", "your_turn reply")
    life.i(
        "2026-06-11 12:00", "Hi Dana, sorry for the delay. My references are Ann Vale and Tom Reed; their numbers are attached."
    )
    assert around(life, "2026-06-11 12:00") == ("your_turn reply", "waiting")
    deadline = "2026-06-22 09:00" if timezone == NEW_YORK else "2026-06-19 09:00"  # Juneteenth
    assert around(life, deadline) == ("waiting", "overdue follow_up")


@EVERYWHERE
def test_a_renewed_promise_counts_from_its_own_date(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they("2026-06-03 11:00", "Hi Rosa, you'll hear from us by Friday.")
    life.they("2026-06-05 16:00", "Hi Rosa, we are running late, please expect word by Wednesday, June 10.")
    assert around(life, "2026-06-09 09:00") == ("waiting", "waiting")
    assert around(life, "2026-06-12 09:00") == ("waiting", "overdue follow_up")


@EVERYWHERE
def test_a_rejection_ends_the_silence_and_may_be_asked_about_for_a_week(timezone: str) -> None:
    life = interviewed(timezone, "2026-05-28", "2026-06-02", "Tuesday, June 2 at 2:00 pm")
    life.they(
        "2026-06-04 11:00", "Hi Rosa, thank you again for your time. We have decided to move forward with another candidate."
    )
    assert around(life, "2026-06-04 11:00") == ("waiting", "rejected ask_feedback")
    assert around(life, "2026-06-11 11:00") == ("rejected ask_feedback", "rejected")
