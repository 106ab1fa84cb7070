"""From delivery to push: letters that call for a nudge at once, each from an employer of its own.

An invitation to an interview two weeks ago arrives only now, and nothing has been heard since: the nudge is due as soon as it is
read.
"""

from __future__ import annotations

import imaplib
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.bench.letters import OWNER, OWNER_NAME, calendar_entry
from tests.dovecot import PASSWORD, Dovecot
from tests.receiver import Receiver

INTERVIEWED_DAYS_AGO = 14
_PATIENCE_S = 20.0
_NAMES = [
    "Ashgrove",
    "Bellweather",
    "Copperfield",
    "Dunmore",
    "Elmstead",
    "Fairlight",
    "Glenrock",
    "Hazelmere",
    "Inverness",
    "Jorvik",
]


def push_latencies_s(server: Dovecot, user: str, phone: Receiver, count: int) -> list[float]:
    """Seconds from the end of each delivery until the push arrived. Raises AssertionError where one does not."""
    latencies = []
    for number in range(count):
        phone.forget()
        content = _letter(number)
        with imaplib.IMAP4("127.0.0.1", server.imap_port, timeout=20) as client:
            client.login(user, PASSWORD)
            kind, answer = client.append("INBOX", None, None, content)  # type: ignore[arg-type]
            assert kind == "OK", answer
        delivered = time.monotonic()
        phone.wait_for(1, _PATIENCE_S)
        latencies.append(time.monotonic() - delivered)
        time.sleep(2.0 + 0.37 * (number % 5))  # Dovecot looks once a second: not always at the same moment of it
    return latencies


def _letter(number: int) -> bytes:
    slot = (datetime.now(UTC) - timedelta(days=INTERVIEWED_DAYS_AGO)).replace(hour=20, minute=0, second=0, microsecond=0)
    employer = f"{_NAMES[number % len(_NAMES)]} {'Instruments' if number < len(_NAMES) else f'Works {number}'}"
    domain = f"{employer.lower().replace(' ', '')}.example"
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Petra Solano <petra.solano@{domain}>"
    message["To"] = f"{OWNER_NAME} <{OWNER}>"
    message["Subject"] = f"Data Analyst at {employer}"
    message["Date"] = format_datetime(slot - timedelta(days=3))
    message["Message-ID"] = f"<{time.time_ns():x}.{number}@{domain}>"
    message.set_content(f"Hi Mara,\n\nyour interview for the Data Analyst role at {employer} is attached.\n\nPetra\n")
    entry = calendar_entry(slot, time.time_ns(), "Data Analyst", employer, f"petra.solano@{domain}")
    message.add_attachment(entry, subtype="calendar", params={"method": "REQUEST"})
    return message.as_bytes()
