"""Who hires, and for what."""

from __future__ import annotations

from typing import Any

import pytest

from heardback.model import Address, Body, MessageFacts
from heardback.understanding import understand
from heardback.understanding.names import domain_labels, is_role, letters
from heardback.understanding.phrasebook import data
from tests.builders import ME, OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")
LENA = Address(name="Lena Fox", address="lena@marrowlane.example")


def read(text: str, sender: Address = LENA, **fields: Any) -> MessageFacts:
    return understand(message(text, sent_at=NOON, sender=sender, **fields), OWNER)


def best(facts: MessageFacts) -> tuple[str | None, str | None]:
    return (facts.employers[0].name if facts.employers else None, facts.roles[0].name if facts.roles else None)


@pytest.mark.parametrize("row", data("name_patterns")["pattern"], ids=lambda row: row["rule"])
def test_each_place_gives_the_name_of_its_example(row: dict[str, Any]) -> None:
    address = "lena.fox@harbour-talent.example" if row.get("by_agency") else "lena.fox@gmail.com"
    sender = Address(name="Lena Fox", address=address)
    facts = read(row["example"] + "\n\nAbout your application and the interview for the job.", sender=sender)
    found = facts.roles if row["finds"] == "role" else facts.employers
    assert row["name"] in [item.name for item in found]


def test_a_receipt_names_both() -> None:
    assert best(read("Thank you for applying for the Night Porter position at Fernhill.")) == ("Fernhill", "Night Porter")


def test_a_subject_with_bars_names_the_role() -> None:
    assert best(read("Your interview for the job is near.", subject="Oakmere | Records Clerk | next step"))[1] == "Records Clerk"


def test_capitals_are_calmed_and_the_office_is_cut_off() -> None:
    facts = read("This acknowledges your application for SENIOR RECORDS CLERK, Fernhill Water Authority.")
    assert best(facts)[1] == "Senior Records Clerk"


def test_a_letter_of_unknown_matter_tells_a_post_only_weakly() -> None:
    """The vote may find later that it is about a job; by itself it must not become one."""
    facts = read("Hello Rosa, shall we meet and talk on Friday?", subject="Bell Founder, next week?")
    assert [(item.name, item.weight) for item in facts.roles] == [("Bell Founder", 0.2)]


def test_k12_is_a_label_like_edu() -> None:
    facts = read("Your application for the job.", sender=Address(name="", address="hr@greyheron.k12.example"))
    assert [item.name for item in facts.employers] == ["Greyheron"]


def test_reference_numbers_are_no_part_of_a_role() -> None:
    assert best(read("About your application.", subject="Update: Stage Technician R-20418"))[1] == "Stage Technician"


def test_the_domain_finds_the_name_that_a_person_writes() -> None:
    facts = read(
        "Thanks for your application.", body=Body(text="Thanks for your application.", signature="Lena Fox\nMarrow & Lane Ltd")
    )
    assert "Marrow & Lane" in {item.name.removesuffix(" Ltd") for item in facts.employers}


def test_a_domain_alone_is_a_last_resort() -> None:
    finding = next(item for item in read("About your application for the job.").employers if item.evidence.rule == "names.domain")
    assert (finding.name, finding.weight) == ("Marrowlane", 0.25)


def test_a_free_address_names_nobody() -> None:
    assert read("Your application for the job.", sender=Address(name="M", address="m@gmail.com")).employers == ()


def test_a_platform_is_never_the_employer() -> None:
    sender = Address(name="Lever", address="no-reply@hire.lever.co")
    assert read("About your application for the job.", sender=sender).employers == ()


def test_a_display_name_behind_via_is_weak_alone_and_strong_when_repeated() -> None:
    sender = Address(name="Fernhill Rail via Lever", address="no-reply@hire.lever.co")
    alone = read("About your application.", sender=sender).employers[0]
    repeated = read("About your application. Fernhill Rail has got it.", sender=sender).employers[0]
    assert (alone.name, alone.weight) == ("Fernhill Rail", 0.35)
    assert (repeated.name, repeated.weight) == ("Fernhill Rail", 0.8)


def test_a_tenant_slot_names_the_employer_weakly() -> None:
    facts = read("About your application.", sender=Address(name="", address="fernhill@myworkday.com"))
    assert [(item.name, item.weight) for item in facts.employers] == [("Fernhill", 0.4)]


def test_an_agency_is_told_from_its_client() -> None:
    sender = Address(name="Max Hale", address="max@harbour-talent.example")
    facts = read(
        "The client is Fernhill Foods and the role is Head Cook.\n\nMax Hale\nConsultant | Harbour Talent", sender=sender
    )
    assert (facts.agency, facts.employers[0].name, facts.roles[0].name) == ("Harbour Talent", "Fernhill Foods", "Head Cook")


def test_a_talent_partner_of_the_employers_own_is_no_agency() -> None:
    facts = read("About your application for the job.\n\nLena Fox | Talent Partner | Marrow Lane Ltd")
    assert facts.agency is None


def test_times_and_weekdays_are_no_employers() -> None:
    facts = read("Your interview for the job is at 3pm GMT on Monday, or at Noon with Microsoft Teams.")
    assert {item.evidence.rule for item in facts.employers} <= {"names.domain"}


def test_small_helpers() -> None:
    assert letters("Marrow & Lane") == "marrowlane"
    assert domain_labels("mail.fernvalley-uk.example") == ("fernvalleyuk", "fernvalley")
    assert is_role("Night Porter")
    assert not is_role("Night Mill")


def test_an_old_trade_may_be_a_houses_name() -> None:
    sender = Address(name="Arkwright Careers", address="no-reply@smartrecruiters.com")
    assert [item.name for item in read("About your application.", sender=sender).employers] == ["Arkwright"]


def test_the_address_that_the_owner_writes_to_finds_the_name_in_the_letter() -> None:
    facts = read(
        "Dear Quarry Lane team, I am applying for the job.", ME, to=(Address(name="", address="jobs@quarrylane.example"),)
    )
    assert ("Quarry Lane", "names.addressee-in-text") in {(item.name, item.evidence.rule) for item in facts.employers}


def test_a_person_who_bears_the_name_of_the_domain_is_no_house() -> None:
    to = (Address(name="Rob Tarn", address="rob@tarn.example"),)
    facts = read("Dear Mr Tarn, I am applying for the job.", ME, to=to)
    assert "names.addressee-in-text" not in {item.evidence.rule for item in facts.employers}


@pytest.mark.parametrize("domain", ["mailbarn.example", "inboxen.example"])
def test_a_provider_of_mail_names_nobody(domain: str) -> None:
    sender = Address(name="Ida Holm", address=f"ida.holm@{domain}")
    assert read("About your application for the job.", sender=sender).employers == ()


def test_a_house_that_sells_mail_is_an_employer() -> None:
    sender = Address(name="Ida Holm", address="ida.holm@mailjet.example")
    assert [item.name for item in read("About your application for the job.", sender=sender).employers] == ["Mailjet"]


@pytest.mark.parametrize(
    "said", ["Mein Kunde sucht einen Bauleiter.", "Notre client vous attend lundi.", "Mi cliente busca un cocinero."]
)
def test_an_agent_says_so_in_other_languages(said: str) -> None:
    sender = Address(name="Max Hale", address="max@halepartner.example")
    assert read(f"{said} Ihre Bewerbung, votre candidature, tu candidatura.", sender=sender).agency == "Halepartner"


def test_a_coordinator_of_a_department_is_no_house() -> None:
    facts = read("About your application for the job.\n\nIda Holm\nDepartment Coordinator\nMarrow Lane College")
    assert "Department Coordinator" not in {item.name for item in facts.employers}
