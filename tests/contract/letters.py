"""Letters for the mailbox tests, as bytes; and the line endings put aside when two are compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

DAY_ONE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def letter(number: int, *, sent_at: datetime | None = None, body: str = "", extra: str = "") -> bytes:
    """One plain letter with the Message-ID <m{number}@brightforge.example>, sent on a day of its own; lines end in CRLF."""
    moment = sent_at or DAY_ONE + timedelta(minutes=number)
    text = (
        f"From: Dana Ortiz <dana@brightforge.example>\nTo: rosa@quill.example\nSubject: Letter {number}\n"
        f"Date: {format_datetime(moment)}\nMessage-ID: {message_id(number)}\nX-Private: not asked for\n{extra}\n"
        f"{body or f'Hello Rosa, this is letter {number}.'}\n"
    )
    return text.replace("\n", "\r\n").encode()


def message_id(number: int) -> str:
    return f"<m{number}@brightforge.example>"


def heavy_letter(number: int, *, attachment_bytes: int = 600_000) -> bytes:
    """A letter of three parts: alternatives (text and HTML), a large PDF, a calendar file after it."""
    pdf = ("JVBERi0xLjQK" * 6 + "\n") * (attachment_bytes // 73)
    body = (
        "--outer\nContent-Type: multipart/alternative; boundary=inner\n\n"
        "--inner\nContent-Type: text/plain; charset=utf-8\n\nWe will call you on Friday.\n"
        "--inner\nContent-Type: text/html; charset=utf-8\n\n<p>We will call you on Friday.</p>\n--inner--\n"
        f"--outer\nContent-Type: application/pdf; name=role.pdf\nContent-Transfer-Encoding: base64\n\n{pdf}"
        '--outer\nContent-Type: application/octet-stream; name="invite.ics"\n\n'
        "BEGIN:VCALENDAR\nEND:VCALENDAR\n--outer--"
    )
    return letter(number, body=body, extra="MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=outer\n")


def unix(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def id_of(header: bytes) -> str:
    """The Message-ID of a header block."""
    for line in unix(header).split(b"\n"):
        if line.lower().startswith(b"message-id:"):
            return line.partition(b":")[2].strip().decode()
    raise AssertionError(f"no Message-ID in {header!r}")
