"""A plain story: a few letters in words, read by the whole judgement (understanding, matching, policy), at chosen moments.

Times are the owner's local ones ("2026-06-02 14:00"); ``Life`` puts them into a zone, so one story is told in several.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

from heardback import reading, understanding
from heardback.model import FolderRole, Judged, Message, Owner, RawHeader, RawMessage
from heardback.scan import derive
from tests.builders import owner_in

ME = "Rosa Quill <rosa@quill.example>"
THEM = "Dana Ortiz <dana.ortiz@brightforge.example>"
SIGNATURE = "\n\nDana Ortiz\nTalent Partner, Brightforge"


@dataclass(slots=True)
class Life:
    """One person in one zone, who talks to one employer."""

    timezone: str
    messages: list[Message] = field(default_factory=list)
    last_id: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def owner(self) -> Owner:
        return owner_in(self.timezone)

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    def they(self, when: str, text: str, *, subject: str = "Data Engineer at Brightforge", **headers: str) -> None:
        self._mail(when, THEM, ME, subject, text + SIGNATURE, FolderRole.INBOX, headers)

    def machine(self, when: str, text: str, *, subject: str, **headers: str) -> None:
        self._mail(when, THEM, ME, subject, text, FolderRole.INBOX, headers)

    def i(self, when: str, text: str, *, subject: str = "Re: Data Engineer at Brightforge") -> None:
        self._mail(when, ME, THEM, subject, text + "\n\nRosa", FolderRole.SENT, {})

    def _mail(self, when: str, sender: str, to: str, subject: str, text: str, role: FolderRole, headers: dict[str, str]) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(self.moment(when))
        mail["Message-ID"] = make_msgid(domain="stories.example")
        if self.last_id:
            mail["In-Reply-To"] = mail["References"] = self.last_id
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        self.last_id = mail["Message-ID"]
        mail.set_content(text)
        content = mail.as_bytes()
        header = RawHeader(
            key=str(len(self.messages)),
            mailbox="story",
            folder=role.value,
            role=role,
            received_at=self.moment(when) + timedelta(seconds=5),
            size_bytes=len(content),
            header=content.partition(b"\n\n")[0],
        )
        read = reading.read(RawMessage(header=header, content=content))
        assert isinstance(read, Message)
        self.messages.append(read)

    def judged(self, when: datetime) -> Judged:
        """The one application, as it stands at ``when``; messages that come later do not exist yet."""
        facts = [understanding.understand(message, self.owner) for message in self.messages]
        (judged,) = derive(facts, owner=self.owner, now=when)
        return judged

    def stands(self, when: datetime) -> str:
        """State and action at ``when``, as "overdue follow_up"."""
        standing = self.judged(when).standing
        return f"{standing.state} {standing.action}" if standing.action else str(standing.state)
