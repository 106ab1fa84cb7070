"""The sentences a person reads: days, quotes, and what is claimed in each state."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from heardback.model import Address, CorrectionKind, Kind, SenderKind, Timeframe
from heardback.policy.reasons import day_words, met, moment_words, number_words, shorten
from heardback.policy.timeline import first_name
from tests.stories import Story, day, promising


def after_interview() -> Story:
    return Story().interview("07-07 10:00").writes("07-07 15:00", Kind.THANKS)


def why(story: Story, when: str) -> str:
    return story.judged(when).why


def test_days_are_written_as_a_person_writes_them() -> None:
    assert [day_words(day(text)) for text in ("02-13", "07-07", "12-31")] == ["Fri 13 Feb", "Tue 7 Jul", "Thu 31 Dec"]
    assert moment_words(Story().utc("07-07 09:05"), Story().owner.zone) == "Tue 7 Jul at 09:05"
    assert [number_words(count) for count in (0, 2, 10, 11)] == ["no", "two", "ten", "11"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dana Ortiz", "Dana"),
        ("Ortiz, Dana", "Dana"),
        ("Ortiz,", "Ortiz"),
        ("Prof. Elspeth Ronan", "Elspeth"),
        ("Rev. Dr. Ann Lee", "Ann"),
        ("Dr Ronan", "Ronan"),
        ("Matron", "Matron"),
        ('"Dana"', ""),
        ("dana@brightforge.example", ""),
        ("4Hire", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_first_name_is_taken_from_a_persons_name_only(name: str, first: str) -> None:
    assert first_name(name) == first


def test_a_long_sentence_is_cut_around_what_it_promises() -> None:
    start = "Thanks again for your patience with all of us here, the panel meets on Monday and"
    sentence = f"{start} you will hear from me by Friday the 13th."
    assert shorten(sentence, "by Friday the 13th") == (
        "…all of us here, the panel meets on Monday and you will hear from me by Friday the 13th."
    )
    assert shorten(f"{sentence} Best of luck", "BY  Friday the 13th").endswith(" from me by Friday the 13th.…")
    assert shorten(sentence) == f"{start} you…"
    assert shorten(sentence, "panel meets") == f"{start} you…"
    assert shorten(sentence, "never said") == f"{start} you…"
    assert shorten("  By\n Friday. ", "Friday") == "By Friday."
    assert shorten("x" * 90) == "x" * 90
    assert shorten("x" * 91) == "x" * 89 + "…"
    assert shorten("x" * 120, "x" * 100) == "…" + "x" * 88


def test_whom_the_owner_met() -> None:
    story = Story().interview("07-07 10:00", people=("Ines",)).interview("07-07 12:00", people=("Ines", "Dale"))
    story.interview("07-07 14:00", people=("Ines", "Dale", "Yuki", "Pete")).interview("07-07 16:00")
    story.interview("07-07 18:00", minutes=None)
    told = [met(i, i.end or i.start, story.owner.zone) for i in story.interviews]
    assert told == [
        "You met Ines until 11:00",
        "You met Ines and Dale until 13:00",
        "You met Ines and three others until 15:00",
        "Your interview ended at 17:00",
        "Your interview was at 18:00",
    ]
    unended = replace(story.interviews[0], end=None)
    assert met(unended, unended.start, story.owner.zone) == "You met Ines"


def test_a_promise_is_quoted_with_its_day_and_its_silence() -> None:
    finding = promising("07-10", "you'll hear from us by end of the week")
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise=finding)
    assert why(story, "07-09 10:00") == (
        'Dana wrote "you\'ll hear from us by end of the week" (Fri 10 Jul); that time is not up before Tue 14 Jul at 09:00.'
    )
    assert why(story, "07-14 10:00") == (
        'Dana wrote "you\'ll hear from us by end of the week" (Fri 10 Jul). Two working days have passed and no mail since.'
    )
    assert why(story.hears("07-13 10:00", Kind.COURTESY), "07-14 10:00").endswith("and no answer since.")
    story.writes("07-14 12:00", Kind.QUESTION)
    assert why(story, "07-15 10:00").endswith("Three working days have passed and no answer since. You asked on Tue 14 Jul.")
    assert why(story, "07-22 10:00").endswith("You asked on Tue 14 Jul and nothing came back.")
    story.writes("07-22 12:00", Kind.QUESTION)
    assert why(story, "07-23 10:00").endswith("You asked on Tue 14 Jul and Wed 22 Jul.")
    assert why(story, "08-06 10:00").endswith("You asked on Tue 14 Jul and Wed 22 Jul.")
    assert why(story.writes("07-24 12:00", Kind.QUESTION), "07-25 10:00").endswith(
        "You asked on Tue 14 Jul, Wed 22 Jul and Fri 24 Jul."
    )


def test_mail_before_the_promised_day_is_not_counted_as_mail_since() -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10").hears("07-10 09:00", Kind.COURTESY)
    assert why(story, "07-14 10:00").endswith("and no mail since.")


def test_nothing_promised_is_said_so() -> None:
    assert why(after_interview(), "07-15 09:10") == (
        "Your interview was Tue 7 Jul, and no date was named. Five working days have passed and no mail since."
    )
    assert why(after_interview(), "07-18 09:10").startswith("Your interview was Tue 7 Jul, and no date was named. Eight working")
    assert why(after_interview().hears("07-08 09:00", Kind.COURTESY), "07-15 09:10").endswith("no answer since.")


def test_what_silence_counts_from_is_named() -> None:
    story = after_interview().hears("07-08 09:00", Kind.UPDATE)
    assert why(story, "07-09 10:00").startswith("Dana wrote on Wed 8 Jul and named no date;")
    assert story.judged("07-20 10:00").rests_on == "word:<07-08 09:00>"
    answered = after_interview().hears("07-08 09:00", Kind.REQUEST).writes("07-09 09:00", Kind.ANSWER)
    assert why(answered, "07-09 10:00").startswith("You answered them on Thu 9 Jul, and no date was named;")
    assert answered.judged("07-20 10:00").rests_on == "answer:<07-09 09:00>"
    told = after_interview().says("07-08 09:00", CorrectionKind.HEARD, "still_deciding")
    assert why(told, "07-09 10:00").startswith("You heard from them on Wed 8 Jul and no date was named;")


def test_who_promised_is_said_as_it_was() -> None:
    own = after_interview().writes("07-08 09:00", Kind.OTHER, promise=promising("07-10", "you mentioned Friday"))
    assert why(own, "07-09 10:00").startswith('You wrote "you mentioned Friday" (Fri 10 Jul);')
    told = after_interview().says("07-08 09:00", CorrectionKind.PROMISE, "by Friday", on="07-10")
    assert why(told, "07-09 10:00").startswith('You were told "by Friday" (Fri 10 Jul);')
    wordless = after_interview().says("07-08 09:00", CorrectionKind.PROMISE, on="07-10")
    assert why(wordless, "07-09 10:00").startswith("You were told to expect word by Fri 10 Jul;")
    desk = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10", sender_kind=SenderKind.PLATFORM)
    assert why(desk, "07-09 10:00").startswith("Brightforge wrote")
    nobody = after_interview().hears("07-08 09:00", Kind.UPDATE, promise="07-10", sender=None)
    assert why(nobody, "07-09 10:00").startswith("Brightforge wrote")
    nameless = after_interview().hears(
        "07-08 09:00", Kind.UPDATE, promise="07-10", sender=Address(name="", address="x@y.example")
    )
    assert why(nameless, "07-09 10:00").startswith("Brightforge wrote")


def test_each_other_state_says_its_fact() -> None:
    ahead = Story().interview("07-14 10:00")
    assert why(ahead, "07-08 10:00") == "Your interview is on Tue 14 Jul at 10:00."
    assert (
        why(Story().interview("07-07 10:00", people=("Ines",)), "07-07 12:00")
        == "You met Ines until 11:00; you have not written since."
    )
    assert why(Story(), "07-08 10:00") == "You are in contact; no interview has been held and none is ahead."
    promised = Story().hears("07-08 09:00", Kind.UPDATE, promise=promising("07-10", "more by Friday"))
    assert why(promised, "07-08 10:00") == 'Dana wrote "more by Friday" (Fri 10 Jul); no interview has been held yet.'
    decisions = {Kind.OFFER: "with an offer", Kind.REJECTION: "that it is a no", Kind.ON_HOLD: "that it is on hold"}
    for kind, words in decisions.items():
        assert why(after_interview().hears("07-08 09:00", kind), "07-08 10:00") == f"Dana wrote on Wed 8 Jul {words}."
    heard = {
        "offer": "of an offer on Wed 8 Jul",
        "rejected": "on Wed 8 Jul that they said no",
        "on_hold": "on Wed 8 Jul that it is on hold",
    }
    for outcome, words in heard.items():
        assert why(after_interview().says("07-08 09:00", CorrectionKind.HEARD, outcome), "07-08 10:00") == f"You heard {words}."
    accepted = after_interview().hears("07-08 09:00", Kind.OFFER).writes("07-09 09:00", Kind.ACCEPTED_OFFER)
    assert why(accepted, "07-09 10:00") == "Dana wrote on Wed 8 Jul with an offer. You accepted on Thu 9 Jul."
    assert why(after_interview().writes("07-08 09:00", Kind.WITHDRAWAL), "07-08 10:00") == "You stepped out on Wed 8 Jul."
    assert why(after_interview().says("07-08 09:00", CorrectionKind.CLOSE), "07-08 10:00") == "You closed this on Wed 8 Jul."
    called_off = after_interview().hears("07-08 09:00", Kind.LOGISTICS, moments=())
    assert why(called_off, "07-08 10:00").startswith("Your interview was Tue 7 Jul")


def test_a_request_is_quoted_with_what_is_due() -> None:
    from tests.builders import said

    asked = Story().hears("07-08 09:00", Kind.COURTESY, also=(said(Kind.REQUEST, "Could you send two referees?"),))
    assert why(asked, "07-08 10:00") == 'Dana asked on Wed 8 Jul: "Could you send two referees?".'
    due = Timeframe(quote="", rule="test.given", latest=day("07-17"))
    assert why(Story().hears("07-08 09:00", Kind.REQUEST, due=due), "07-08 10:00") == (
        "Dana asked on Wed 8 Jul for your answer, due Fri 17 Jul."
    )


def test_no_sentence_uses_a_word_that_is_not_ours() -> None:
    banned = re.compile(r"overdue|ghosted|rejected|failed|unfortunately|!", re.I)
    story = after_interview().writes("07-15 10:00", Kind.QUESTION)
    for when in ("07-07 12:00", "07-10 10:00", "07-15 09:30", "07-16 10:00", "07-28 10:00", "09-30 10:00"):
        assert banned.search(why(story, when)) is None


def test_what_was_left_unmatched_is_added() -> None:
    from heardback.policy import judge

    story = after_interview()
    doubtful = replace(story.application, ambiguities=("A letter of 9 Jul fits two applications.",))
    told = judge(doubtful, (), story.local("07-08 10:00"), story.owner).why
    assert told.endswith("at 09:00. A letter of 9 Jul fits two applications.")
