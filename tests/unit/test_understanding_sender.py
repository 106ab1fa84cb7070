"""Who writes, from headers alone."""

from __future__ import annotations

from typing import Any

import pytest

from heardback.model import Address, FolderRole, SenderKind
from heardback.understanding.phrasebook import data
from heardback.understanding.sender import PlatformKind, Sender, platform_of, read_sender
from tests.builders import ME, OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")


def taken(address: str, name: str = "", **fields: Any) -> Sender:
    return read_sender(message("", sent_at=NOON, sender=Address(name=name, address=address), **fields), OWNER)


@pytest.mark.parametrize("row", data("platforms")["platform"], ids=lambda row: row["vendor"])
def test_each_platform_knows_an_address_of_its_own(row: dict[str, Any]) -> None:
    found = platform_of(row["example"])
    assert found is not None
    assert found.vendor == row["vendor"]


def test_a_domain_is_compared_by_whole_labels() -> None:
    assert platform_of("jobs@notlever.co") is None
    assert platform_of("no-reply@lever.co.evil.example") is None
    assert platform_of("no-reply@hire.lever.co") is not None


def test_the_owner_is_known_by_any_address_and_by_a_tagged_one() -> None:
    assert taken("rosa@quill.example").kind is SenderKind.OWNER
    assert taken("rosa+jobs@quill.example").kind is SenderKind.OWNER


def test_what_lies_in_sent_is_the_owners_whatever_its_address() -> None:
    assert taken("old.rosa@school.example", role=FolderRole.SENT).kind is SenderKind.OWNER


def test_a_tracking_system_is_a_platform_even_where_it_offers_to_unsubscribe() -> None:
    found = taken(
        "no-reply@ashbyhq.com",
        "Oakmere Hiring Team",
        headers={"list-unsubscribe": "<https://x.example>", "auto-submitted": "auto-generated"},
    )
    assert found.kind is SenderKind.PLATFORM
    assert found.platform is not None
    assert found.platform.kind is PlatformKind.ATS


def test_a_board_is_a_platform_for_an_application_and_bulk_for_an_alert() -> None:
    assert taken("indeedapply@indeed.com", subject="Your application to Oakmere").kind is SenderKind.PLATFORM
    assert taken("noreply@indeed.com", subject="17 new jobs for you").kind is SenderKind.BULK
    assert taken("alert@indeed.com", subject="Clerk").kind is SenderKind.BULK


def test_a_network_sends_bulk_but_its_employees_are_people() -> None:
    assert taken("notifications-noreply@linkedin.com", "LinkedIn").kind is SenderKind.BULK
    assert taken("lena.fox@linkedin.com", "Lena Fox").kind is SenderKind.PERSON


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "auto-replied (vacation)"},
        {"x-autoreply": "yes"},
        {"precedence": "auto_reply"},
    ],
)
def test_an_automatic_answer_is_a_machines(headers: dict[str, str]) -> None:
    found = taken("dana@brightforge.example", "Dana Ortiz", headers=headers)
    assert (found.kind, found.is_automatic) == (SenderKind.MACHINE, True)


def test_the_subject_of_an_automatic_answer_is_enough() -> None:
    assert taken("dana@brightforge.example", "Dana Ortiz", subject="Automatic reply: my application").is_automatic


def test_a_wish_not_to_be_answered_automatically_makes_nobody_a_machine() -> None:
    assert taken("dana@brightforge.example", "Dana Ortiz", headers={"x-auto-response-suppress": "All"}).kind is SenderKind.PERSON


def test_auto_submitted_no_is_a_person() -> None:
    assert taken("dana@brightforge.example", "Dana Ortiz", headers={"auto-submitted": "no"}).kind is SenderKind.PERSON


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("mailer-daemon@mx.example", {}),
        ("post@mx.example", {"content-type": 'multipart/report; report-type=delivery-status; boundary="x"'}),
    ],
)
def test_a_delivery_report_is_a_bounce(address: str, headers: dict[str, str]) -> None:
    assert taken(address, headers=headers).is_bounce


def test_a_read_receipt_is_no_bounce() -> None:
    headers = {"content-type": "multipart/report; report-type=disposition-notification"}
    assert not taken("dana@brightforge.example", headers=headers).is_bounce


def test_list_mail_is_bulk_but_a_careers_address_is_an_organisation() -> None:
    headers = {"list-unsubscribe": "<https://x.example>"}
    assert taken("news@oakmere.example", "Oakmere", headers=headers).kind is SenderKind.BULK
    assert taken("careers@oakmere.example", "Oakmere", headers=headers).kind is SenderKind.ORGANISATION


def test_a_recruiter_whose_tool_adds_unsubscribe_is_still_a_person() -> None:
    assert (
        taken("lena@oakmere.example", "Lena Fox", headers={"list-unsubscribe": "<https://x.example>"}).kind is SenderKind.PERSON
    )


def test_role_addresses_are_organisations_and_names_are_people() -> None:
    assert taken("recruiting-ops@oakmere.example").kind is SenderKind.ORGANISATION
    assert taken("frontdesk@teeth.example", "Quay Dental").kind is SenderKind.ORGANISATION
    assert taken("no-reply@oakmere.example").is_no_reply
    assert taken("lena.fox@oakmere.example", "Lena Fox").kind is SenderKind.PERSON


def test_a_message_without_a_sender_is_a_machines() -> None:
    assert read_sender(message("", sent_at=NOON, sender=None), OWNER).kind is SenderKind.MACHINE


def test_the_builders_owner_is_the_owner() -> None:
    assert read_sender(message("", sent_at=NOON, sender=ME), OWNER).rule == "sender.own-address"
