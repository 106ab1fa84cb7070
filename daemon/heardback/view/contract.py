"""The JSON that programs read: schema heardback.scan/1. Field names and meanings are a promise to their authors: additions are
free, anything else is a new schema number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from heardback.model import HeldInterview, Judged, MailboxReport, Overview, Promise

SCHEMA = "heardback.scan/1"


def overview_object(overview: Overview, zone: ZoneInfo) -> dict[str, Any]:
    """One JSON-ready object; every time is ISO 8601 with the offset of ``zone`` at that moment."""
    return {
        "schema": SCHEMA,
        "as_of": _time(overview.as_of, zone),
        "mailboxes": [_mailbox(report, zone) for report in overview.mailboxes],
        "applications": [_application(judged, zone) for judged in overview.judged],
    }


def _mailbox(report: MailboxReport, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": report.name,
        "messages_seen": report.messages_seen,
        "messages_read": report.messages_read,
        "unreadable": report.unreadable,
        "complete_to": _time(report.complete_to, zone),
        "problem": report.problem,
    }


def _application(judged: Judged, zone: ZoneInfo) -> dict[str, Any]:
    application, standing = judged.application, judged.standing
    return {
        "id": application.id,
        "employer": application.employer,
        "role": application.role,
        "state": standing.state.value,
        "action": standing.action.value if standing.action else None,
        "deadline": _time(standing.deadline, zone),
        "why": standing.why,
        "unconfirmed": standing.unconfirmed,
        "push_at": _time(standing.push_at, zone),
        "due": _time(standing.due, zone),
        "rules": list(standing.rules),
        "interviews": [_interview(held, zone) for held in standing.interviews],
        "promises": [_promise(promise) for promise in standing.promises],
        "messages": [message.id for message in application.messages],
        "ambiguities": list(application.ambiguities),
    }


def _interview(held: HeldInterview, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "start": _time(held.interview.start, zone),
        "end": _time(held.interview.end, zone),
        "status": held.status.value,
        "message": held.interview.message,
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "message": promise.message,
        "quote": promise.quote,
        "earliest": _day(promise.earliest),
        "latest": _day(promise.latest),
        "by": promise.by.value,
        "spent": promise.spent,
    }


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
