"""Facts -> applications: what belongs together, what is kept apart, and what is none."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.matching import match
from heardback.model import (
    Address,
    Application,
    FolderRole,
    Kind,
    MessageFacts,
    Moment,
    NameFinding,
    SenderKind,
    Stance,
    Topic,
)
from tests.builders import ME, OWNER, at, evidence, facts

ATS = Address(name="Oakmere Hiring", address="no-reply@ashbyhq.com")
DANA = Address(name="Dana Ortiz", address="dana@oakmere.example")
PER = Address(name="Per Lund", address="per@lund-search.example")
FRIEND = Address(name="Tess Ellis", address="tess@ellis.example")


def named(name: str, weight: float = 0.8) -> tuple[NameFinding, ...]:
    return (NameFinding(name=name, weight=weight, evidence=evidence()),) if name else ()


def letter(day: str, kind: Kind, sender: Address = DANA, employer: str = "", post: str = "", **fields: Any) -> MessageFacts:
    values = {"employers": named(employer), "roles": named(post)} | fields
    if sender.domain == "ashbyhq.com":
        values.setdefault("sender_kind", SenderKind.PLATFORM)
    return facts(kind, sent_at=at(f"{day}-06:00" if "T" in day else f"{day}T10:00-06:00"), sender=sender, **values)


def own(day: str, kind: Kind, to: Address = DANA, **fields: Any) -> MessageFacts:
    return letter(day, kind, ME, recipients=(to,), **fields)


def said(*messages: MessageFacts) -> list[tuple[str, str | None, int]]:
    return [(item.employer, item.role, len(item.messages)) for item in match(messages, OWNER)]


def days(application: Application) -> list[str]:
    return [f"{message.sent_at:%m-%d}" for message in application.messages]


# ---------------------------------------------------------------------------------------- one application


def test_a_platforms_receipt_and_the_employers_own_letter_are_one_application() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Oakmere", "Data Engineer"),
        letter("2026-03-04", Kind.INVITATION, DANA),
    ) == [("Oakmere", "Data Engineer", 2)]


def test_two_employers_on_one_platform_are_two() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Oakmere", "Data Engineer"),
        letter("2026-03-03", Kind.RECEIPT, ATS, "Pellworth", "Data Engineer"),
    ) == [("Oakmere", "Data Engineer", 1), ("Pellworth", "Data Engineer", 1)]


def test_houses_of_one_first_word_are_two_where_a_hyphen_tells_them_apart() -> None:
    power, trust = (
        Address(name="Ada Rowe", address="ada@ardle-energy.test"),
        Address(name="Bo Finn", address="bo@ardletrust.test"),
    )
    assert said(
        letter("2026-03-02", Kind.INVITATION, trust, "Ardle Trust", "Warden"),
        letter("2026-03-03", Kind.INVITATION, power, "Ardle Energy", "Fitter"),
    ) == [("Ardle Trust", "Warden", 1), ("Ardle Energy", "Fitter", 1)]


def test_a_university_writes_from_a_domain_of_its_place() -> None:
    secretary = Address(name="Office of the Secretary", address="office@carden-univ.test")
    mailer = Address(name="University of Carden Recruitment", address="carden@postings-mail.test")
    assert said(
        letter("2026-03-02", Kind.RECEIPT, mailer, "University of Carden", "Archivist"),
        letter("2026-03-12", Kind.INVITATION, secretary, "University of Carden", "Archivist"),
        letter("2026-03-20", Kind.REJECTION, secretary),
    ) == [("University of Carden", "Archivist", 3)]


def test_a_correspondents_first_name_is_no_employer() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Dana", "Data Engineer"),
        letter("2026-03-04", Kind.UPDATE, DANA, "Oakmere"),
    ) == [("Oakmere", "Data Engineer", 2)]


def test_the_field_in_a_posts_name_is_no_employer() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Counsel, Water Rights"),
        letter("2026-03-04", Kind.UPDATE, DANA, "Water Rights", "Counsel, Water Rights"),
    ) == [("Oakmere", "Counsel, Water Rights", 2)]


def test_initials_with_a_sign_between_are_the_same_post() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "M&E Officer"),
        letter("2026-03-04", Kind.OFFER, DANA, "Oakmere", "Monitoring and Evaluation Officer"),
    ) == [("Oakmere", "Monitoring and Evaluation Officer", 2)]


def test_initials_of_other_words_are_another_post() -> None:
    found = said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "R&D Officer"),
        letter("2026-03-04", Kind.OFFER, DANA, "Oakmere", "Monitoring and Evaluation Officer"),
    )
    assert [("Oakmere", "R&D Officer", 1), ("Oakmere", "Monitoring and Evaluation Officer", 1)] == found


def test_somebody_known_who_asks_from_a_strange_address_is_still_known() -> None:
    private = Address(name="dana o", address="seagull@postbox.test")
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
        letter("2026-03-09", Kind.REQUEST, private, topic=Topic.UNKNOWN),
    ) == [("Oakmere", "Data Engineer", 2)]


def test_a_stranger_of_another_name_stays_one() -> None:
    stranger = Address(name="Dina O", address="seagull@postbox.test")
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
        letter("2026-03-09", Kind.REQUEST, stranger, topic=Topic.UNKNOWN),
    ) == [("Oakmere", "Data Engineer", 1)]


def test_like_names_are_two_employers() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Fairwater Labs", "Analyst"),
        letter("2026-03-03", Kind.RECEIPT, ATS, "Fairwell Health", "Analyst"),
    ) == [("Fairwater Labs", "Analyst", 1), ("Fairwell Health", "Analyst", 1)]


def test_one_first_name_with_two_second_names_is_two_employers_and_the_short_name_joins_neither() -> None:
    found = match(
        (
            letter("2026-03-02", Kind.RECEIPT, ATS, "Summit Health", "Analyst"),
            letter("2026-03-03", Kind.RECEIPT, ATS, "Summit Freight", "Analyst"),
            letter("2026-03-04", Kind.REJECTION, ATS, "Summit"),
        ),
        OWNER,
    )
    assert [(item.employer, len(item.messages)) for item in found] == [("Summit Health", 1), ("Summit Freight", 1), ("Summit", 1)]


def test_a_short_a_long_and_a_misspelt_name_are_one_employer() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Brightforge Systems Ltd", "Data Engineer"),
        letter("2026-03-03", Kind.UPDATE, ATS, "Brightforge"),
        letter("2026-03-04", Kind.REJECTION, ATS, "Brigthforge Systems"),
    ) == [("Brightforge Systems", "Data Engineer", 3)]


def test_a_name_with_words_left_out_is_still_the_domains() -> None:
    desk = Address(name="Visitor Desk", address="visitors@harbortransit.example")
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Harbor Regional Transit Authority", "Planner"),
        letter("2026-03-09", Kind.LOGISTICS, desk, topic=Topic.UNKNOWN, sender_kind=SenderKind.ORGANISATION),
    ) == [("Harbor Regional Transit Authority", "Planner", 2)]


def test_thanks_to_a_colleague_never_heard_of_belong_by_the_domain() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
        own("2026-03-05", Kind.THANKS, Address(name="", address="lee@oakmere.example"), topic=Topic.UNKNOWN),
    ) == [("Oakmere", "Data Engineer", 2)]


def test_one_thread_is_one_application_though_nothing_is_named_in_the_answer() -> None:
    first = letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer")
    private = Address(name="D", address="dana.home@gmail.com")
    answer = letter("2026-03-03", Kind.OTHER, private, topic=Topic.UNKNOWN, in_reply_to=first.id, references=(first.id,))
    assert said(first, answer) == [("Oakmere", "Data Engineer", 2)]


def test_the_same_message_in_two_folders_is_one() -> None:
    first = letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer")
    copy = replace(first, folder="Archive", role=FolderRole.ARCHIVE)
    assert [item.messages for item in match((copy, first), OWNER)] == [(first,)]


# ----------------------------------------------------------------------------------------------- agencies


def test_an_agencys_letters_belong_to_the_client_that_is_named_later() -> None:
    first = letter("2026-03-02", Kind.REQUEST, PER, post="Platform Engineer", agency="Lund Search")
    named_now = letter("2026-03-05", Kind.PROPOSAL, PER, "Tessaria", in_reply_to=first.id)
    later = letter("2026-03-09", Kind.UPDATE, PER, "Tessaria", agency="Lund Search")
    assert [(item.employer, item.role, item.agency, len(item.messages)) for item in match((first, named_now, later), OWNER)] == [
        ("Tessaria", "Platform Engineer", "Lund Search", 3)
    ]


def test_an_agency_with_two_clients_has_two_applications() -> None:
    assert said(
        letter("2026-03-02", Kind.PROPOSAL, PER, "Tessaria", "Platform Engineer", agency="Lund Search"),
        letter("2026-03-03", Kind.PROPOSAL, PER, "Oakmere", "Data Engineer", agency="Lund Search"),
    ) == [("Tessaria", "Platform Engineer", 1), ("Oakmere", "Data Engineer", 1)]


def test_an_agency_is_the_employer_only_while_the_client_has_no_name() -> None:
    assert said(letter("2026-03-02", Kind.REQUEST, PER, post="Platform Engineer", agency="Lund Search")) == [
        ("Lund Search", "Platform Engineer", 1)
    ]


def test_the_clients_own_letter_joins_what_the_agency_began() -> None:
    assert said(
        letter("2026-03-02", Kind.PROPOSAL, PER, "Oakmere", "Data Engineer", agency="Lund Search"),
        letter("2026-03-09", Kind.OFFER, DANA, "Oakmere Group", "Data Engineer", recipients=(ME, PER)),
    ) == [("Oakmere Group", "Data Engineer", 2)]


def test_a_recruiter_who_writes_from_home_is_known_by_the_employers_name() -> None:
    home = Address(name="Per L", address="per.l77@gmail.com")
    assert said(
        letter("2026-03-02", Kind.PROPOSAL, PER, "Tessaria", "Platform Engineer", agency="Lund Search"),
        letter("2026-03-09", Kind.REJECTION, home, "Tessaria"),
    ) == [("Tessaria", "Platform Engineer", 2)]


def test_a_recruiter_who_writes_from_home_is_known_by_name_where_nothing_else_is_said() -> None:
    home = Address(name="Dana O", address="dana.o.1980@gmail.com")
    assert said(
        letter("2026-03-02", Kind.PROPOSAL, DANA, "Oakmere", "Data Engineer"),
        letter("2026-03-09", Kind.UPDATE, home),
    ) == [("Oakmere", "Data Engineer", 2)]


# -------------------------------------------------------------------------------------------------- roles


def two_roles() -> tuple[MessageFacts, MessageFacts]:
    return (
        letter(
            "2026-03-02T09:00",
            Kind.RECEIPT,
            ATS,
            "Oakmere",
            "Backend Engineer, Payments",
            subject="Thanks for applying to Oakmere!",
        ),
        letter(
            "2026-03-02T09:08",
            Kind.RECEIPT,
            ATS,
            "Oakmere",
            "Site Reliability Engineer",
            subject="Thanks for applying to Oakmere!",
        ),
    )


def test_two_roles_at_one_employer_are_two_applications() -> None:
    assert said(*two_roles()) == [("Oakmere", "Backend Engineer, Payments", 1), ("Oakmere", "Site Reliability Engineer", 1)]


def test_two_receipts_stay_apart_though_the_provider_makes_one_thread_of_them() -> None:
    assert said(*(replace(item, provider_thread="t1") for item in two_roles())) == [
        ("Oakmere", "Backend Engineer, Payments", 1),
        ("Oakmere", "Site Reliability Engineer", 1),
    ]


def test_a_role_said_shorter_or_by_its_initials_is_the_same_role() -> None:
    found = match(
        (
            *two_roles(),
            letter("2026-03-04", Kind.PROPOSAL, DANA, post="Backend Engineer"),
            letter("2026-03-05", Kind.ON_HOLD, DANA, post="SRE"),
        ),
        OWNER,
    )
    assert [days(item) for item in found] == [["03-02", "03-04"], ["03-02", "03-05"]]


def test_a_letter_without_a_role_goes_by_the_words_of_its_subject() -> None:
    found = match((*two_roles(), letter("2026-03-05", Kind.UPDATE, DANA, subject="SRE - change of plans")), OWNER)
    assert [days(item) for item in found] == [["03-02"], ["03-02", "03-05"]]


def test_a_letter_without_a_role_goes_where_its_writer_wrote_last() -> None:
    lee = Address(name="Lee", address="lee@oakmere.example")
    found = match(
        (
            *two_roles(),
            letter("2026-03-04", Kind.PROPOSAL, DANA, post="Backend Engineer, Payments"),
            letter("2026-03-05", Kind.PROPOSAL, lee, post="Site Reliability Engineer"),
            letter("2026-03-09", Kind.UPDATE, DANA),
        ),
        OWNER,
    )
    assert [days(item) for item in found] == [["03-02", "03-04", "03-09"], ["03-02", "03-05"]]


def test_a_letter_without_a_role_goes_to_the_only_application_that_is_open() -> None:
    found = match(
        (
            *two_roles(),
            letter("2026-03-04", Kind.REJECTION, ATS, "Oakmere", "Backend Engineer, Payments"),
            letter("2026-03-09", Kind.INVITATION, DANA),
        ),
        OWNER,
    )
    assert [days(item) for item in found] == [["03-02", "03-04"], ["03-02", "03-09"]]


def test_what_could_be_either_is_left_out_and_said() -> None:
    found = match((*two_roles(), letter("2026-03-05", Kind.UPDATE, DANA, subject="Your application")), OWNER)
    sentence = (
        'A message of 05 March 2026 ("Your application") may belong here or to another role at this employer; it was left out.'
    )
    assert [(days(item), item.ambiguities) for item in found] == [(["03-02"], (sentence,)), (["03-02"], (sentence,))]


def test_a_survey_belongs_to_the_interview_just_held() -> None:
    held = Moment(stance=Stance.FIXED, start=at("2026-03-04T10:00-06:00"), evidence=evidence())
    found = match(
        (
            *two_roles(),
            letter("2026-03-03", Kind.INVITATION, DANA, post="Backend Engineer, Payments", moments=(held,)),
            letter("2026-03-05", Kind.REJECTION, ATS, "Oakmere", "Backend Engineer, Payments"),
            letter("2026-03-06", Kind.SURVEY, ATS, "Oakmere"),
        ),
        OWNER,
    )
    assert [days(item) for item in found] == [["03-02", "03-03", "03-05", "03-06"], ["03-02"]]


def test_a_thread_in_which_the_talk_turns_to_the_other_role_is_parted() -> None:
    first, second = two_roles()
    opening = letter("2026-03-04", Kind.PROPOSAL, DANA, post="Backend Engineer, Payments")
    turn = letter("2026-03-06", Kind.PROPOSAL, DANA, post="Site Reliability Engineer", in_reply_to=opening.id)
    answer = own("2026-03-07", Kind.ANSWER, in_reply_to=turn.id)
    found = match((first, second, opening, turn, answer), OWNER)
    assert [days(item) for item in found] == [["03-02", "03-04"], ["03-02", "03-06", "03-07"]]


def test_one_role_in_other_words_is_not_two() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Oakmere", "Staff Nurse, Emergency Department"),
        letter("2026-03-03", Kind.INVITATION, DANA, post="ED Staff Nurse"),
        letter("2026-03-04", Kind.UPDATE, DANA, post="Staff Nurse"),
    ) == [("Oakmere", "Staff Nurse, Emergency Department", 3)]


# ------------------------------------------------------------------------------------- what is no application


def test_an_approach_is_none_until_the_owner_takes_it_up() -> None:
    approach = letter("2026-03-02", Kind.APPROACH, PER, "Tessaria", "Founding Engineer", agency="Lund Search")
    assert match((approach,), OWNER) == ()
    assert said(approach, own("2026-03-03", Kind.INTEREST, PER, in_reply_to=approach.id)) == [
        ("Tessaria", "Founding Engineer", 2)
    ]


def test_an_approach_declined_in_the_first_answer_is_none() -> None:
    approach = letter("2026-03-02", Kind.APPROACH, PER, "Tessaria", "Founding Engineer", agency="Lund Search")
    assert match((approach, own("2026-03-03", Kind.WITHDRAWAL, PER, in_reply_to=approach.id)), OWNER) == ()


def test_bulk_mail_newsletters_and_junk_make_and_join_nothing() -> None:
    news = Address(name="Oakmere", address="hello@news.oakmere.example")
    found = match(
        (
            letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
            letter("2026-03-03", Kind.NEWSLETTER, news, "Oakmere", sender_kind=SenderKind.BULK),
            letter("2026-03-04", Kind.OTHER, news, "Oakmere", sender_kind=SenderKind.BULK),
            letter("2026-03-05", Kind.OFFER, DANA, "Oakmere", role=FolderRole.JUNK),
        ),
        OWNER,
    )
    assert [len(item.messages) for item in found] == [1]


def test_a_survey_alone_is_no_application() -> None:
    assert match((letter("2026-03-02", Kind.SURVEY, ATS, "Oakmere"),), OWNER) == ()


def test_a_friend_who_asks_about_the_interview_is_no_part_of_it() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
        letter("2026-03-05", Kind.OTHER, FRIEND, "Oakmere", topic=Topic.UNKNOWN),
        own("2026-03-06", Kind.ANSWER, FRIEND, employers=named("Oakmere"), topic=Topic.UNKNOWN),
    ) == [("Oakmere", "Data Engineer", 1)]


def test_a_bank_that_mentions_a_like_name_is_no_part_of_it() -> None:
    bank = Address(name="Prairie Union", address="alerts@prairieunion.example")
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Data Engineer"),
        letter("2026-03-05", Kind.UPDATE, bank, "Oakmere Cafe", topic=Topic.UNRELATED, sender_kind=SenderKind.ORGANISATION),
    ) == [("Oakmere", "Data Engineer", 1)]


def test_what_is_unrelated_is_none_whatever_it_says() -> None:
    assert match((letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", topic=Topic.UNRELATED),), OWNER) == ()


def test_an_automatic_answer_in_the_thread_belongs_to_it() -> None:
    asked = own("2026-03-05", Kind.QUESTION)
    away = letter(
        "2026-03-05T10:01", Kind.AUTOMATIC, DANA, in_reply_to=asked.id, sender_kind=SenderKind.MACHINE, topic=Topic.UNKNOWN
    )
    assert said(letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere"), asked, away) == [("Oakmere", None, 3)]


# ---------------------------------------------------------------------------------------------- any order


def mailbox() -> list[MessageFacts]:
    """Some of everything, each message with an id of its own."""
    opening = letter("2026-03-04T11:00", Kind.PROPOSAL, DANA, post="Backend Engineer, Payments")
    approach = letter("2026-03-02T12:00", Kind.APPROACH, PER, post="Platform Engineer", agency="Lund Search")
    held = Moment(stance=Stance.PROPOSED, start=at("2026-03-09T10:00-05:00"), evidence=evidence())
    return [
        *two_roles(),
        opening,
        own("2026-03-04T12:00", Kind.ANSWER, in_reply_to=opening.id, moments=(replace(held, stance=Stance.ACCEPTED),)),
        letter("2026-03-05T11:00", Kind.UPDATE, DANA),
        letter("2026-03-06T11:00", Kind.ON_HOLD, DANA, post="SRE"),
        approach,
        own("2026-03-03T12:00", Kind.INTEREST, PER, in_reply_to=approach.id),
        letter("2026-03-05T12:00", Kind.PROPOSAL, PER, "Tessaria", in_reply_to=approach.id, moments=(held,)),
        letter("2026-03-02T13:00", Kind.RECEIPT, ATS, "Summit Health", "Analyst"),
        letter("2026-03-03T13:00", Kind.RECEIPT, ATS, "Summit Freight", "Analyst"),
        letter("2026-03-04T13:00", Kind.REJECTION, ATS, "Summit"),
        letter("2026-03-05T14:00", Kind.OTHER, FRIEND, "Oakmere", topic=Topic.UNKNOWN),
        letter("2026-03-06T14:00", Kind.INVITATION, DANA, "Oakmere", "Data Analyst", references=("<gone@test.example>",)),
    ]


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_any_order_and_any_copies_give_the_same_applications(chance: random.Random) -> None:
    shuffled = mailbox() + [
        replace(item, folder="Archive", role=FolderRole.ARCHIVE) for item in mailbox() if chance.random() < 0.3
    ]
    chance.shuffle(shuffled)
    inbox_first = match(mailbox(), OWNER)
    again = match(shuffled, OWNER)
    assert [(item.employer, item.role, [m.id for m in item.messages], item.interviews) for item in again] == [
        (item.employer, item.role, [m.id for m in item.messages], item.interviews) for item in inbox_first
    ]


# ------------------------------------------------------- providers, hiring houses, letters that name nobody

GUS = Address(name="Gus Orrin", address="gusorrin58@valleynet.example")
COUSIN = Address(name="Ida Orrin", address="ida@valleynet.example")
SILENT = Address(name="", address="work@nowhere-in.example")


def test_two_people_of_one_provider_are_not_one_employer() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, GUS, "Orrin Thatching", "Thatcher"),
        letter("2026-03-03", Kind.INVITATION, COUSIN, "Marrow Lane", "Baker"),
    ) == [("Orrin Thatching", "Thatcher", 1), ("Marrow Lane", "Baker", 1)]


def test_an_office_makes_a_domain_an_employers_though_people_there_are_numbered() -> None:
    office = Address(name="Careers", address="careers@valleynet.example")
    assert len(
        said(
            letter("2026-03-02", Kind.RECEIPT, office, "", "Thatcher", sender_kind=SenderKind.ORGANISATION),
            letter("2026-03-03", Kind.INVITATION, GUS),
        )
    ) == 1  # fmt: skip


def test_an_application_to_an_address_that_never_answers_finds_the_employer_who_writes_about_the_post() -> None:
    assert said(
        own("2026-03-02", Kind.APPLICATION, SILENT, roles=named("Harbour Baker")),
        letter("2026-03-06", Kind.INVITATION, DANA, "Oakmere", "Harbour Baker"),
    ) == [("Oakmere", "Harbour Baker", 2)]


def test_it_stays_alone_where_two_employers_write_about_such_a_post() -> None:
    other = Address(name="Ann Moss", address="ann@pellworth.example")
    found = said(
        own("2026-03-02", Kind.APPLICATION, SILENT, roles=named("Harbour Baker")),
        letter("2026-03-06", Kind.INVITATION, DANA, "Oakmere", "Harbour Baker"),
        letter("2026-03-07", Kind.INVITATION, other, "Pellworth", "Harbour Baker"),
    )
    assert sorted(count for _, _, count in found) == [1, 1, 1]


def test_it_stays_alone_where_the_employer_writes_months_later_or_of_another_post() -> None:
    mine = own("2026-03-02", Kind.APPLICATION, SILENT, roles=named("Harbour Baker"))
    assert len(said(mine, letter("2026-06-06", Kind.INVITATION, DANA, "Oakmere", "Harbour Baker"))) == 2
    assert len(said(mine, letter("2026-03-06", Kind.INVITATION, DANA, "Oakmere", "Night Porter"))) == 2


def test_an_employers_house_for_hiring_is_no_agency() -> None:
    events = Address(name="Oakmere Days", address="days@oakmere-talent.example")
    assert said(
        letter("2026-03-02", Kind.RECEIPT, DANA, "Oakmere", "Harbour Baker"),
        letter("2026-03-04", Kind.INVITATION, events, "Oakmere", "Harbour Baker", agency="Oakmeretalent"),
    ) == [("Oakmere", "Harbour Baker", 2)]


def test_the_agents_colleague_who_names_the_same_post_speaks_of_the_same_matter() -> None:
    ana = Address(name="Ana Lind", address="ana@lund-search.example")
    assert said(
        letter("2026-03-02", Kind.APPROACH, PER, "", "Harbour Baker", agency="Lund Search"),
        own("2026-03-02T12:00", Kind.INTEREST, PER),
        letter("2026-03-20", Kind.UPDATE, ana, "", "Harbour Baker", agency="Lund Search"),
    )[0][2] >= 2  # fmt: skip


def test_a_client_who_writes_himself_about_the_post_is_the_agents_client() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, PER, "", "Harbour Baker", agency="Lund Search"),
        letter("2026-03-20", Kind.LOGISTICS, DANA, "Oakmere", "Harbour Baker"),
    ) == [("Oakmere", "Harbour Baker", 2)]


def test_a_house_that_writes_about_another_post_in_the_same_field_is_not_the_agents_client() -> None:
    assert len(
        said(
            letter("2026-03-02", Kind.INVITATION, PER, "", "Senior Harbour Manager", agency="Lund Search"),
            letter("2026-03-20", Kind.INVITATION, DANA, "Oakmere", "Harbour Coordinator"),
        )
    ) == 2  # fmt: skip


def test_where_the_owner_applied_without_the_agent_they_stay_two() -> None:
    assert len(
        said(
            letter("2026-03-02", Kind.INVITATION, PER, "", "Harbour Baker", agency="Lund Search"),
            letter("2026-03-20", Kind.RECEIPT, DANA, "Oakmere", "Harbour Baker"),
        )
    ) == 2  # fmt: skip


def test_a_mere_mention_of_a_post_splits_nothing_and_names_it_for_want_of_better() -> None:
    assert said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", roles=named("Harbour Baker", 0.2)),
        letter("2026-03-05", Kind.NEXT_STEP, DANA, "Oakmere", roles=named("Night Porter", 0.28)),
    ) == [("Oakmere", "Night Porter", 2)]


def guessed(name: str) -> tuple[NameFinding, ...]:
    """A name made from the letters of the sender's domain."""
    return (NameFinding(name=name, weight=0.25, evidence=replace(evidence(), rule="names.domain")),)


LARK = Address(name="Ida Holm", address="ida@larkhillcu.example")


def test_a_domain_cut_short_belongs_to_the_name_that_a_platform_spells() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Larkhill Credit Union", "Teller"),
        letter("2026-03-04", Kind.INVITATION, LARK, employers=guessed("Larkhillcu"), roles=named("Teller")),
    ) == [("Larkhill Credit Union", "Teller", 2)]


def test_the_name_may_be_spelt_in_a_letter_about_another_post() -> None:
    assert said(
        letter("2026-03-02", Kind.RECEIPT, ATS, "Larkhill Credit Union", "Teller"),
        letter("2026-03-04", Kind.INVITATION, LARK, employers=guessed("Larkhillcu"), roles=named("Loss Adjuster")),
    ) == [("Larkhill Credit Union", "Teller", 1), ("Larkhill Credit Union", "Loss Adjuster", 1)]


def test_a_domain_that_only_begins_alike_is_another_house() -> None:
    other = Address(name="Ida Holm", address="ida@larkhillxq.example")
    assert len(
        said(
            letter("2026-03-02", Kind.RECEIPT, ATS, "Larkhill Credit Union", "Teller"),
            letter("2026-03-04", Kind.INVITATION, other, employers=guessed("Larkhillxq"), roles=named("Teller")),
        )
    ) == 2  # fmt: skip


SOLD = Address(name="Dana Ortiz", address="d.ortiz@pellworth.example")


def test_somebody_whose_house_was_sold_writes_on_about_the_same_post() -> None:
    assert [
        count
        for _, _, count in said(
            letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Harbour Baker"),
            letter("2026-05-02", Kind.REOPENED, SOLD, "Pellworth", "Harbour Baker"),
        )
    ] == [2]


def test_of_another_post_the_same_person_writes_for_another_house() -> None:
    found = said(
        letter("2026-03-02", Kind.INVITATION, DANA, "Oakmere", "Harbour Baker"),
        letter("2026-05-02", Kind.OFFER, SOLD, "Pellworth", "Night Porter"),
    )
    assert [count for _, _, count in found] == [1, 1]


POST_OFFICE = Address(name="Mail Delivery", address="mailer-daemon@relay.example")


def test_what_a_machine_sends_back_belongs_to_the_letter_that_it_names() -> None:
    mine = own("2026-03-02", Kind.APPLICATION, DANA, roles=named("Harbour Baker"), subject="Harbour baker notice")
    back = {"sender_kind": SenderKind.MACHINE, "topic": Topic.UNKNOWN, "subject": "Undeliverable: Harbour baker notice"}
    assert [count for _, _, count in said(mine, letter("2026-03-03", Kind.BOUNCE, POST_OFFICE, **back))] == [2]
    assert [count for _, _, count in said(mine, letter("2026-03-13", Kind.BOUNCE, POST_OFFICE, **back))] == [1]


def test_an_agents_subject_may_be_the_only_word_of_the_client() -> None:
    presented = letter("2026-03-02", Kind.INVITATION, PER, "", "", agency="Lund Search", subject="Oakmere")
    theirs = letter("2026-03-05", Kind.INVITATION, DANA, "Oakmere Mills", "Harbour Baker")
    assert [count for _, _, count in said(presented, theirs)] == [2]


def test_an_agents_subject_that_two_employers_may_be_meant_by_ties_nothing() -> None:
    other = Address(name="Ann Moss", address="ann@oakmerefoods.example")
    found = said(
        letter("2026-03-02", Kind.INVITATION, PER, "", "", agency="Lund Search", subject="Oakmere"),
        letter("2026-03-05", Kind.INVITATION, DANA, "Oakmere Mills", "Harbour Baker"),
        letter("2026-03-06", Kind.INVITATION, other, "Oakmere Foods", "Night Porter"),
    )
    assert sorted(count for _, _, count in found) == [1, 1, 1]


BOOKER = Address(name="Calendly", address="notifications@calendly.com")


def booked(subject: str) -> MessageFacts:
    talk = Moment(start=at("2026-03-10T10:00-06:00"), stance=Stance.FIXED, evidence=evidence())
    return letter(
        "2026-03-05",
        Kind.INVITATION,
        BOOKER,
        sender_kind=SenderKind.PLATFORM,
        topic=Topic.UNKNOWN,
        subject=subject,
        moments=(talk,),
    )


def test_a_schedulers_confirmation_belongs_to_who_had_sent_the_link() -> None:
    link = letter("2026-03-04", Kind.BOOKING_LINK, DANA, "Oakmere", "Harbour Baker")
    assert [count for _, _, count in said(link, booked("Confirmed: 30 minutes"))] == [2]


def test_of_two_links_the_named_writers_is_confirmed_and_none_where_nobody_is_named() -> None:
    links = (
        letter("2026-03-04", Kind.BOOKING_LINK, DANA, "Oakmere", "Harbour Baker"),
        letter("2026-03-03", Kind.BOOKING_LINK, LARK, "Larkhill Credit Union", "Teller"),
    )
    assert sorted((name, count) for name, _, count in said(*links, booked("Confirmed: 30 minutes with Ida Holm"))) == [
        ("Larkhill Credit Union", 2),
        ("Oakmere", 1),
    ]
    assert [count for _, _, count in said(*links, booked("Confirmed: 30 minutes"))] == [1, 1]


def test_a_confirmation_long_after_the_link_is_of_something_else() -> None:
    link = letter("2026-02-04", Kind.BOOKING_LINK, DANA, "Oakmere", "Harbour Baker")
    assert [count for _, _, count in said(link, booked("Confirmed: 30 minutes"))] == [1]
