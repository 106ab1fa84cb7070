"""Ids that stay, what a person may type for them, and what the person said about which mail belongs together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from heardback.matching import find, identify, in_junk, match
from heardback.model import (
    Address,
    Application,
    Correction,
    CorrectionKind,
    FolderRole,
    Kind,
    MessageFacts,
    NameFinding,
    SenderKind,
)
from tests.builders import OWNER, at, evidence, facts

ATS = Address(name="", address="no-reply@hire.lever.co")


def letter(
    number: int, employer: str = "", post: str = "", sender: Address = ATS, kind: Kind = Kind.RECEIPT, **fields: Any
) -> MessageFacts:
    return facts(
        kind,
        sent_at=at("2026-03-01T10:00-06:00") + timedelta(days=number),
        id=f"<m{number}@test.example>",
        sender=sender,
        sender_kind=SenderKind.PLATFORM if sender is ATS else SenderKind.PERSON,
        employers=(NameFinding(name=employer, weight=0.8, evidence=evidence()),) if employer else (),
        roles=(NameFinding(name=post, weight=0.8, evidence=evidence()),) if post else (),
        **fields,
    )


def application(employer: str, role: str | None, *messages: MessageFacts, id: str = "") -> Application:
    return Application(id=id, employer=employer, role=role, messages=messages)


def ids(applications: tuple[Application, ...]) -> list[str]:
    return [item.id for item in applications]


# ---------------------------------------------------------------------------------------------------- ids


def test_a_new_application_is_named_after_employer_and_role() -> None:
    assert ids(identify((application("Brightforge", "Data Engineer", letter(1)),), {})) == ["brightforge-data-engineer"]


def test_a_readable_id_is_ascii_and_at_most_forty_letters() -> None:
    long = application("Königsbrück Universitätsklinikum Stiftung", "Senior Staff Nurse, Intensive Care (Band 6)", letter(1))
    assert ids(identify((long,), {})) == ["konigsbruck-senior-staff-nurse-intensive"]


def test_a_name_without_a_latin_letter_still_gets_an_id() -> None:
    assert ids(identify((application("株式会社", None, letter(1)),), {})) == ["application"]


def test_the_second_of_one_name_gets_a_number() -> None:
    both = (application("Oakmere", "Analyst", letter(2)), application("Oakmere", "Analyst", letter(1)))
    assert ids(identify(both, {})) == ["oakmere-analyst-2", "oakmere-analyst"]


def test_the_ledgers_id_stays_whatever_the_names_have_become() -> None:
    known = {"<m1@test.example>": "lund-search-engineer"}
    assert ids(identify((application("Tessaria", "Engineer", letter(1), letter(2)),), known)) == ["lund-search-engineer"]


def test_of_two_ids_the_one_of_more_messages_stays() -> None:
    known = {"<m1@test.example>": "old", "<m2@test.example>": "new", "<m3@test.example>": "new"}
    assert ids(identify((application("Oakmere", None, letter(1), letter(2), letter(3)),), known)) == ["new"]


def test_of_two_ids_with_as_many_messages_the_older_stays() -> None:
    known = {"<m2@test.example>": "new", "<m1@test.example>": "old"}
    assert ids(identify((application("Oakmere", None, letter(1), letter(2)),), known)) == ["old"]


def test_one_id_is_never_given_twice_and_a_known_one_never_anew() -> None:
    known = {
        "<m1@test.example>": "oakmere",
        "<m2@test.example>": "oakmere",
        "<m3@test.example>": "oakmere",
        "<m9@test.example>": "oakmere-2",
    }
    parted = (application("Oakmere", None, letter(1)), application("Oakmere", None, letter(2), letter(3)))
    assert ids(identify(parted, known)) == ["oakmere-3", "oakmere"]


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), min_size=1, max_size=8))
def test_ids_are_always_short_plain_and_unlike(names: list[tuple[str, str]]) -> None:
    given_ids = ids(identify(tuple(application(employer, role, letter(n)) for n, (employer, role) in enumerate(names)), {}))
    assert len(set(given_ids)) == len(names)
    assert all(0 < len(id) <= 40 and set(id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for id in given_ids)


# --------------------------------------------------------------------------------------------------- find

SHELF = (
    application("Oakmere Group", "Data Engineer", id="oakmere-data-engineer"),
    application("Oakmere Group", "Analyst", id="oakmere-analyst"),
    application("Pellworth", "Data Engineer", id="pellworth-data-engineer"),
)


def test_an_unambiguous_beginning_finds_one() -> None:
    assert find(SHELF, "pell") is SHELF[2]
    assert find(SHELF, "oakmere-d") is SHELF[0]


def test_an_ambiguous_beginning_gives_the_candidates() -> None:
    assert find(SHELF, "oakmere") == (SHELF[0], SHELF[1])


def test_a_word_of_the_role_finds_what_no_beginning_does() -> None:
    assert find(SHELF, "Analyst") is SHELF[1]


def test_the_employers_name_as_it_is_written_finds_it() -> None:
    assert find(SHELF, "Oakmere Group") == (SHELF[0], SHELF[1])


def test_an_exact_id_wins_over_being_the_beginning_of_another() -> None:
    shelf = (application("A", None, id="oakmere"), application("B", None, id="oakmere-2"))
    assert find(shelf, "oakmere") is shelf[0]


def test_nothing_is_found_for_nothing() -> None:
    assert find(SHELF, "  ") == ()
    assert find(SHELF, "nowhere") == ()


# -------------------------------------------------------------------------------------------- corrections


def correction(kind: CorrectionKind, id: str, value: str = "") -> Correction:
    return Correction(id=1, application=id, kind=kind, made_at=at("2026-04-01T10:00-05:00"), value=value)


def shown(applications: tuple[Application, ...]) -> list[tuple[str, str, str | None, list[str]]]:
    return [(item.id, item.employer, item.role, [message.id[1:-14] for message in item.messages]) for item in applications]


MAIL = (letter(1, "Oakmere", "Analyst"), letter(2, "Pellworth", "Planner"), letter(3, "Oakmere", "Analyst"))
KNOWN = {"<m1@test.example>": "oak", "<m2@test.example>": "pell", "<m3@test.example>": "oak"}


def test_what_is_forgotten_disappears_with_what_comes_later() -> None:
    later = (*MAIL, letter(4, "Oakmere", "Analyst"))
    assert shown(match(later, OWNER, (correction(CorrectionKind.FORGET, "oak"),), KNOWN)) == [
        ("pell", "Pellworth", "Planner", ["m2"])
    ]


def test_merged_applications_are_one_under_the_first_name() -> None:
    merged = match(MAIL, OWNER, (correction(CorrectionKind.MERGE, "pell", "oak"),), KNOWN)
    assert [(item.id, len(item.messages)) for item in merged] == [("pell", 3)]


def test_a_merge_holds_on_the_next_pass_when_the_ledger_files_all_under_one() -> None:
    said = (correction(CorrectionKind.MERGE, "oak", "pell"),)
    filed = {message.id: "oak" for message in MAIL}
    assert [(item.id, len(item.messages)) for item in match(MAIL, OWNER, said, filed)] == [("oak", 3)]


def test_a_split_begins_a_new_application_with_that_message() -> None:
    said = (correction(CorrectionKind.SPLIT, "oak", "<m3@test.example>"),)
    assert shown(match(MAIL, OWNER, said, KNOWN)) == [
        ("oak", "Oakmere", "Analyst", ["m1"]),
        ("pell", "Pellworth", "Planner", ["m2"]),
        ("oak-2", "Oakmere", "Analyst", ["m3"]),
    ]


def test_a_split_holds_on_the_next_pass_and_takes_what_came_since() -> None:
    said = (correction(CorrectionKind.SPLIT, "oak", "<m3@test.example>"),)
    filed = KNOWN | {"<m3@test.example>": "oak-2", "<m4@test.example>": "oak-2"}
    again = match((*MAIL, letter(4, "Oakmere", "Analyst")), OWNER, said, filed)
    assert [(id, messages) for id, _, _, messages in shown(again)] == [("oak", ["m1"]), ("pell", ["m2"]), ("oak-2", ["m3", "m4"])]


def test_a_new_name_is_the_persons_word_over_the_mails() -> None:
    said = (correction(CorrectionKind.RENAME, "oak", "Oakmere Ltd / Data Analyst"),)
    assert shown(match(MAIL, OWNER, said, KNOWN))[0] == ("oak", "Oakmere Ltd", "Data Analyst", ["m1", "m3"])


def test_a_new_employers_name_leaves_the_role() -> None:
    said = (correction(CorrectionKind.RENAME, "oak", "Oakmere Ltd"),)
    assert shown(match(MAIL, OWNER, said, KNOWN))[0] == ("oak", "Oakmere Ltd", "Analyst", ["m1", "m3"])


def test_other_corrections_leave_matching_alone() -> None:
    assert match(MAIL, OWNER, (correction(CorrectionKind.DONE, "oak"),)) == match(MAIL, OWNER)


# --------------------------------------------------------------------------------------------------- junk

DANA = Address(name="Dana", address="dana@oakmere.example")


def in_junk_of(*junk: MessageFacts) -> dict[str, str]:
    mail = (letter(1, "Oakmere", "Analyst", sender=DANA, kind=Kind.INVITATION), *junk)
    return dict(in_junk(identify(match(mail, OWNER), {}), mail))


def junk(number: int, sender: Address, **fields: Any) -> MessageFacts:
    return letter(number, sender=sender, role=FolderRole.JUNK, folder="Junk", read_in_full=False, **fields)


def test_a_colleagues_letter_in_junk_is_told() -> None:
    colleague = Address(name="Lee", address="lee@oakmere.example")
    assert in_junk_of(junk(5, colleague)) == {"oakmere-analyst": "a message from lee@oakmere.example of 06 March lies in Junk"}


def test_spam_that_only_names_the_employer_is_not() -> None:
    assert in_junk_of(junk(5, Address(name="Oakmere HR", address="offer@hire-now.example"), employer="Oakmere")) == {}


def test_an_answer_in_the_thread_is_told_from_whatever_address() -> None:
    home = Address(name="Dana", address="dana@gmail.com")
    assert list(in_junk_of(junk(5, home, in_reply_to="<m1@test.example>"))) == ["oakmere-analyst"]


def test_a_letter_that_is_in_the_inbox_too_has_been_looked_at() -> None:
    assert in_junk_of(junk(5, DANA), letter(5, sender=DANA, kind=Kind.UPDATE)) == {}


def test_junk_older_than_the_employers_last_word_is_passed_over() -> None:
    assert in_junk_of(junk(0, DANA)) == {}


def test_a_name_is_found_with_or_without_its_blanks() -> None:
    one = application("Bright Forge", "Analyst", id="bright-forge-analyst")
    assert find([one, application("Oakmere", "Cook", id="oakmere-cook")], "brightforge") == one
