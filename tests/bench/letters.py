"""The mailbox of the bench: any number of messages like those of a person who has had an address for long, and looks for a job.

    for message in messages(100_000, end=moment): ...        # oldest first; the same ones each time, for the same end

Most of it is nobody's letter: newsletters, notices of sites, job alerts, lists, receipts. A seventh is from or to people, some
six in a thousand are letters about a job, in threads of up to seven: receipt, invitation, answer, calendar entry, thanks,
promise, end or silence. 3 KB each on average, with the headers that real mail carries on its way. All is invented; domains end
in ``.example``, but for those of platforms, which are what they are known by.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import count as numbers

OWNER = "mara.lindqvist@harbour-mail.example"
OWNER_NAME = "Mara Lindqvist"
TIMEZONE = "America/Chicago"
DAYS = 365
APPLICATIONS = 0.0015
"""A hundred and fifty applications in a hundred thousand messages, each of one to seven letters: some six hundred in all."""

_KINDS = {
    "newsletter": 37,
    "site notice": 17,
    "list": 11,
    "job alert": 8,
    "receipt": 9,
    "account notice": 4,
    "personal": 10,
    "sent": 4,
}

_FIRST = [
    "Anders",
    "Beatriz",
    "Cora",
    "Daniel",
    "Emeka",
    "Freya",
    "Gideon",
    "Hanna",
    "Ilse",
    "Jonas",
    "Karim",
    "Leonie",
    "Marta",
    "Nils",
    "Olga",
    "Pavel",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomás",
    "Ulla",
    "Viktor",
    "Wanda",
    "Ximena",
    "Yara",
    "Zoltán",
]
_LAST = [
    "Abara",
    "Bergström",
    "Castellano",
    "Dietrich",
    "Eriksen",
    "Fontaine",
    "Greene",
    "Halvorsen",
    "Ivanova",
    "Jankowski",
    "Keller",
    "Lindgren",
    "Moreau",
    "Nakamura",
    "Okonkwo",
    "Petrov",
    "Quiroga",
    "Richter",
    "Santos",
    "Takahashi",
    "Ueland",
    "Vasquez",
    "Whitfield",
    "Yilmaz",
    "Zielinski",
]
_EMPLOYERS = [
    "Alder",
    "Birchwood",
    "Cobalt",
    "Driftwood",
    "Ember",
    "Fjord",
    "Granite",
    "Hollow",
    "Ironbark",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Meridian",
    "Northgate",
    "Orchard",
    "Pinnacle",
    "Quarry",
    "Redwood",
    "Saltmarsh",
    "Tidewater",
    "Umber",
    "Vantage",
    "Willow",
    "Yarrow",
]
_EMPLOYER_ENDINGS = ("Analytics", "Health", "Robotics", "Logistics", "Systems", "Foods", "Energy", "Studios", "Software", "Labs")
_ROLES = (
    "Data Analyst",
    "Backend Engineer",
    "Product Manager",
    "Staff Accountant",
    "Registered Nurse",
    "Marketing Lead",
    "UX Designer",
    "Technical Writer",
    "Operations Coordinator",
    "QA Engineer",
    "Customer Success Manager",
    "Warehouse Supervisor",
)
_SHOPS = [
    "Copper Kettle",
    "Harbour Books",
    "Tallow & Wick",
    "Northern Seeds",
    "Bike Attic",
    "Linen House",
    "Papermoon",
    "Good Fork",
]
_SITES = ["Commons", "Photobarn", "Townsquare", "Codeyard", "Trailmates", "Recipebox"]

_EVERYDAY = (
    "The train was late again, so I only got home around nine.",
    "Could you bring the big pot on Saturday?",
    "Mum says hello and asks whether you still have her blue scarf.",
    "We could meet at the market at ten, if the weather holds.",
    "I'll get back to you about the tickets once I hear from Leonie.",
    "The plumber said he would come by on Thursday between eight and noon.",
    "Thanks for the photos, the one at the lake is lovely.",
    "Did the interview on the radio come up on your side too? They talked about the old harbour.",
    "I have not decided about the trip yet, let me think about it over the weekend.",
    "The kids have a recital next Friday at six, you are welcome to come.",
    "Here is the recipe I promised, use less sugar than it says.",
    "My position on the fence has not changed, but let's not argue about it.",
    "The landlord will let us know by the end of the month.",
    "Sorry for the slow answer, it has been a week.",
    "I've put the keys under the second pot, as always.",
    "What time does your flight land?",
    "The dentist moved my appointment to the 24th at half past two.",
    "He finally sold the boat, and for more than he paid.",
    "Call me when you are on the road.",
    "We are thinking of painting the kitchen, something warmer than grey.",
    "She started the new job in June and likes it so far.",
    "Let me know whether Tuesday suits you, otherwise Wednesday after work.",
    "The garden is a jungle and I have given up on the tomatoes.",
    "Book club is at Wanda's place this time, she has the larger table.",
    "Ich melde mich am Wochenende noch einmal wegen der Karten.",
    "On se voit vendredi prochain, si tout va bien.",
)
_PROSE = (
    "This week we look at what changes when a town gives its main street back to people on foot.",
    "The harvest was smaller than last year's, growers say, but the fruit is sweeter.",
    "Readers wrote in about the bridge, and most of them would keep it.",
    "Our editors picked five books for a long weekend, none of them new.",
    "A new study followed two thousand people for ten years and found less than the headlines said.",
    "Doors open at seven and the first band is on at eight.",
    "Everything for the balcony is twenty percent off until Sunday.",
    "How to interview a neighbour: three questions that always work.",
    "The committee will decide by the end of next week, its chair told us.",
    "Hiring in the region rose for the third month in a row.",
    "Save your seat for the workshop, places are limited.",
    "If you only cook one thing this month, let it be this soup.",
    "We tested eleven kettles, and the cheapest one won.",
    "Members get free delivery on orders above thirty.",
    "The old mill opens its doors for one day, and you can see the wheel turn.",
    "You asked and we listened: the lighter version is back.",
    "Next time: what the tides have to do with the price of fish.",
    "A reader's letter made us change our mind about slow trains.",
    "The trail is closed above the second hut until the snow is gone.",
    "Three ways to keep basil alive, from people who gave up twice.",
)
_LIST_TALK = (
    "I can reproduce this on the current branch with the default settings.",
    "The patch below makes the test pass here, please have a look.",
    "I would rather not add another option for that.",
    "See the archive for the last time this was discussed.",
    "Has anybody tried it with the older compiler?",
    "The position of the cursor is wrong after the second redraw.",
    "We should decide on this before the release on Friday.",
    "Agreed, and the documentation needs a line about it as well.",
    "I will get back to this when I am home from the conference.",
    "The build takes twice as long since the last merge.",
)
_RECEIPT = (
    "Thank you for your order.",
    "We will let you know as soon as it is on its way.",
    "Your parcel is expected between Tuesday and Thursday.",
    "You can return anything within thirty days.",
    "Questions? Just answer this message, we usually reply within two business days.",
    "The amount will be taken from your account within five days.",
    "Your booking is confirmed, please arrive ten minutes early.",
)
_NOTICE = (
    "We noticed a new sign-in to your account.",
    "If this was you, there is nothing to do.",
    "If it was not, please change your password at once.",
    "Your statement for this month is ready.",
    "Your subscription renews on the first of the month.",
    "We are changing our terms of service, and here is what is different.",
    "Your appointment is confirmed for next Wednesday at 9:30.",
)
_PROMISES = (
    "You'll hear from us by Friday.",
    "We will be in touch within five business days.",
    "I should have an answer for you early next week.",
    "We aim to get back to everyone within two weeks.",
    "The team meets on Thursday and I will let you know after that.",
    "",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """``folder``: "INBOX" or "Sent". ``content`` has CRLF line ends, as on the wire."""

    folder: str
    received_at: datetime
    content: bytes


def messages(count: int, *, end: datetime, seed: int = 20260311, days: int = DAYS) -> Iterator[Letter]:
    """``count`` messages of the ``days`` before ``end`` (aware), oldest first. Nothing but the dates hangs on ``end``."""
    chance = random.Random(seed)
    start, step = end - timedelta(days=days), timedelta(days=days) / max(count, 1)
    kinds, weights = list(_KINDS), list(_KINDS.values())
    order = numbers()
    coming: list[tuple[datetime, int, Letter]] = []
    for number in range(count):
        moment = start + step * (number + 1)
        if coming and coming[0][0] <= moment:
            yield heapq.heappop(coming)[2]
            continue
        if chance.random() < APPLICATIONS:  # what follows in its thread takes the place of others
            thread = _job_thread(chance, moment, number)
            for letter in thread[1:]:
                heapq.heappush(coming, (letter.received_at, next(order), letter))
            yield thread[0]
            continue
        yield _everyday(chance, chance.choices(kinds, weights)[0], moment, number)


# -------------------------------------------------------------------------------------------- what is no letter


def _everyday(chance: random.Random, kind: str, moment: datetime, number: int) -> Letter:
    person = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    if kind == "newsletter":
        shop = chance.choice(_SHOPS)
        host = f"news.{_slug(shop)}.example"
        text = _paragraphs(chance, _PROSE, chance.randint(3, 8), 2)
        sender, subject, extra = (shop, f"hello@{host}"), chance.choice(_PROSE)[:60], _bulk(chance, host)
    elif kind == "site notice":
        site = chance.choice(_SITES)
        host = f"mail.{_slug(site)}.example"
        subject = f"{person} {chance.choice(('answered you', 'added a photo', 'mentioned you', 'invited you to a group'))}"
        text = f"{person}: {chance.choice(_EVERYDAY)}\n\nSee it on {site}."
        sender, extra = (site, f"notify@{host}"), _bulk(chance, host)
    elif kind == "list":
        host = "lists.openharbour.example"
        quoted = "\n".join(f"> {chance.choice(_LIST_TALK)}" for _ in range(chance.randint(2, 8)))
        text = f"{person} wrote:\n{quoted}\n\n{_paragraphs(chance, _LIST_TALK, chance.randint(1, 4), 3)}"
        subject = f"[harbour-dev] {chance.choice(_LIST_TALK)[:50]}"
        sender = (person, f"{_slug(person)}@{chance.choice(_SITES).lower()}.example")
        extra = [f"List-Id: <harbour-dev.{host}>", f"List-Post: <mailto:harbour-dev@{host}>", "Precedence: list"]
    elif kind == "job alert":
        host = "alerts.jobharbour.example"
        offers = [
            f"{chance.choice(_ROLES)} at {chance.choice(_EMPLOYERS)} {chance.choice(_EMPLOYER_ENDINGS)}\n{chance.choice(_PROSE)}"
            for _ in range(chance.randint(5, 12))
        ]
        text, subject = "\n\n".join(offers), f"{len(offers)} new jobs: {chance.choice(_ROLES)}"
        sender, extra = ("Job Harbour", f"alerts@{host}"), _bulk(chance, host)
    elif kind == "receipt":
        shop = chance.choice(_SHOPS)
        host = f"{_slug(shop)}.example"
        total = f"{chance.randint(5, 300)}.{chance.randint(10, 99)}"
        text = f"Hello {OWNER_NAME},\n\n{_paragraphs(chance, _RECEIPT, 3, 2)}\n\nTotal: {total}"
        subject = f"Your order {chance.randint(10**6, 10**7)} at {shop}"
        sender = (shop, f"{chance.choice(('orders', 'no-reply', 'service'))}@{host}")
        extra = _bulk(chance, host) if chance.random() < 0.4 else []
    elif kind == "account notice":
        site = chance.choice(_SITES)
        host = f"accounts.{_slug(site)}.example"
        text, subject, extra = _paragraphs(chance, _NOTICE, 2, 3), chance.choice(_NOTICE), []
        sender = (f"{site} Accounts", f"no-reply@{host}")
    else:
        friend = (person, f"{_slug(person)}@{chance.choice(('home', 'family', 'postbox'))}.example")
        said = _paragraphs(chance, _EVERYDAY, chance.randint(1, 4), 3)
        text = f"Hi {'Mara' if kind == 'personal' else person.split()[0]},\n\n{said}"
        subject, extra = chance.choice(_EVERYDAY)[:40].rstrip(".,"), []
        if chance.random() < 0.5:
            quoted = "\n".join(f"> {chance.choice(_EVERYDAY)}" for _ in range(chance.randint(2, 8)))
            text += f"\n\nOn Mon, {friend[0]} wrote:\n{quoted}"
            subject, extra = f"Re: {subject}", [f"In-Reply-To: <{chance.getrandbits(60):x}@{friend[1].partition('@')[2]}>"]
        if kind == "sent":
            return _letter(chance, "Sent", moment, number, (OWNER_NAME, OWNER), friend, subject, text, extra)
        return _letter(chance, "INBOX", moment, number, friend, (OWNER_NAME, OWNER), subject, text, extra)
    is_heavy = kind in ("newsletter", "site notice", "job alert")
    return _letter(chance, "INBOX", moment, number, sender, (OWNER_NAME, OWNER), subject, text, extra, is_heavy=is_heavy)


def _bulk(chance: random.Random, host: str) -> list[str]:
    key = f"{chance.getrandbits(80):020x}"
    return [
        f"List-Unsubscribe: <https://{host}/u/{key}>, <mailto:leave-{key}@{host}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        f"Feedback-ID: {key[:8]}:{host}",
    ]


# ---------------------------------------------------------------------------------------------------- letters


def _job_thread(chance: random.Random, begin: datetime, number: int) -> list[Letter]:
    """One application, from its first letter on: what would come after the end never comes."""
    employer = f"{chance.choice(_EMPLOYERS)} {chance.choice(_EMPLOYER_ENDINGS)}"
    role = chance.choice(_ROLES)
    recruiter = (f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", f"talent{number % 89}@{_slug(employer)}.example")
    me = (OWNER_NAME, OWNER)
    platform = (f"{employer} Hiring", "no-reply@us.greenhouse-mail.io")
    promise = chance.choice(_PROMISES)
    first_name = recruiter[0].split()[0]
    slot = (begin + timedelta(days=9)).replace(hour=20, minute=0, second=0)
    talk = f"{slot:%A, %B} {slot.day} at 3 pm"
    applied = f"Thank you for applying for the {role} position at {employer}. We have received your application."
    asked = f"Thanks for your interest in the {role} role. I would like to invite you to an interview. Would {talk} work for you?"
    confirmed = f"You are confirmed for {talk}. The link is in the calendar entry."
    thanks = "Thank you for taking the time to talk today, I enjoyed hearing about the team."
    promised = f"It was great to speak with you about the {role} position. {promise}"
    rejected = f"Unfortunately we have decided to move forward with another candidate for the {role} position."
    about, answer = f"{role} at {employer}", f"Re: {role} at {employer}"
    steps = [
        (0.0, platform, me, f"Thank you for applying to {employer}", f"Hi Mara,\n\n{applied}\n\nThe {employer} team"),
        (4.0, recruiter, me, about, f"Hi Mara,\n\n{asked}\n\nBest,\n{recruiter[0]}\nTalent Partner, {employer}"),
        (4.3, me, recruiter, answer, f"Hi {first_name},\n\n{talk} works well for me. Looking forward to it.\n\nMara"),
        (4.6, recruiter, me, f"Invitation: {role} interview, {talk}", f"Hi Mara,\n\n{confirmed}\n\n{first_name}"),
        (9.9, me, recruiter, answer, f"Hi {first_name},\n\n{thanks}\n\nMara"),
        (10.2, recruiter, me, answer, f"Hi Mara,\n\n{promised}\n\nBest,\n{recruiter[0]}"),
        (19.0, recruiter, me, answer, f"Hi Mara,\n\n{rejected}\n\nBest,\n{recruiter[0]}"),
    ]
    letters: list[Letter] = []
    ids: list[str] = []
    for index, (days, sender, to, subject, text) in enumerate(steps[: chance.randint(1, len(steps))]):
        moment = begin + timedelta(days=days)
        id_ = f"<{chance.getrandbits(80):020x}@{sender[1].partition('@')[2]}>"
        extra = [f"In-Reply-To: {ids[-1]}", f"References: {' '.join(ids)}"] if len(ids) > 1 and index != 3 else []
        calendar = calendar_entry(slot, number, role, employer, recruiter[1]) if index == 3 else ""
        folder = "Sent" if sender is me else "INBOX"
        letters.append(_letter(chance, folder, moment, number, sender, to, subject, text, extra, id_=id_, calendar=calendar))
        ids.append(id_)
    return letters


def calendar_entry(slot: datetime, number: int, role: str, employer: str, organizer: str) -> str:
    return "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Meetings//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            f"UID:{number}@meetings.example",
            f"DTSTAMP:{slot - timedelta(days=4):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{slot:%Y%m%dT%H%M%SZ}",
            f"DTEND:{slot + timedelta(minutes=45):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{role} interview with {employer}",
            f"ORGANIZER:mailto:{organizer}",
            f"ATTENDEE:mailto:{OWNER}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )


# ------------------------------------------------------------------------------------------------------- bytes


def _letter(
    chance: random.Random,
    folder: str,
    moment: datetime,
    number: int,
    sender: tuple[str, str],
    to: tuple[str, str],
    subject: str,
    text: str,
    extra: list[str],
    *,
    id_: str = "",
    calendar: str = "",
    is_heavy: bool = False,
) -> Letter:
    host = sender[1].partition("@")[2]
    date = format_datetime(moment)
    lines = [] if folder == "Sent" else _way_here(chance, host, date, number)
    lines += [
        f"From: {_named(*sender)}",
        f"To: {_named(*to)}",
        f"Subject: {_word(subject)}",
        f"Date: {date}",
        f"Message-ID: {id_ or f'<{chance.getrandbits(80):020x}.{number}@{host}>'}",
        "MIME-Version: 1.0",
        *extra,
    ]
    shape = chance.random()
    encoding = chance.choices(("quoted-printable", "base64", "8bit"), (7, 1, 2))[0]
    parts = []
    if not is_heavy or shape > 0.2:
        parts.append(_part("plain", text, encoding))
    if is_heavy or shape > 0.4:
        parts.append(_part("html", _html(chance, text, is_heavy), encoding))
    body = _multipart(chance, "alternative", parts) if len(parts) > 1 else parts[0]
    if calendar:
        entry = b'Content-Type: text/calendar; charset="utf-8"; method=REQUEST\r\n\r\n' + calendar.encode()
        body = _multipart(chance, "mixed", [body, entry])
    return Letter(folder=folder, received_at=moment, content="\r\n".join(lines).encode() + b"\r\n" + body)


def _way_here(chance: random.Random, host: str, date: str, number: int) -> list[str]:
    """What the servers on the way write on top: a third of an ordinary mail, and nothing that heardback asks for."""
    hops = [
        f"Received: from mx{hop}.{host} (mx{hop}.{host} [192.0.2.{chance.randint(1, 254)}])\r\n"
        f"\tby in.harbour-mail.example with ESMTPS id {chance.getrandbits(48):012X}\r\n\tfor <{OWNER}>; {date}"
        for hop in range(2)
    ]
    seal = base64.b64encode(chance.randbytes(96)).decode()
    return [
        f"Return-Path: <bounce+{number}@{host}>",
        f"Delivered-To: {OWNER}",
        *hops,
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={host}; s=s1;\r\n\th=from:to:subject:date:message-id;"
        f"\r\n\tbh={seal[:44]};\r\n\tb={seal[44:108]}\r\n\t {seal[64:]}",
        f"Authentication-Results: in.harbour-mail.example; dkim=pass header.d={host}; spf=pass smtp.mailfrom={host}",
    ]


def _part(subtype: str, text: str, encoding: str) -> bytes:
    raw = text.replace("\n", "\r\n").encode() + b"\r\n"
    if encoding == "quoted-printable":
        body = binascii.b2a_qp(raw)
    elif encoding == "base64":
        body = base64.encodebytes(raw).replace(b"\n", b"\r\n")
    else:
        body = raw
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body


def _multipart(chance: random.Random, subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{chance.getrandbits(96):024x}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _html(chance: random.Random, text: str, is_heavy: bool) -> str:
    paragraphs = "".join(
        f'<p style="font-size:14px;line-height:20px">{part}</p>\n' for part in text.replace("&", "&amp;").split("\n\n")
    )
    links = "".join(
        f'<tr><td><a href="https://click.example/{chance.getrandbits(96):024x}">{chance.choice(_PROSE)[:24]}</a></td></tr>\n'
        for _ in range(chance.randint(3, 9) if is_heavy else 0)
    )
    style = "<style>body{font-family:Arial,sans-serif;margin:0}td{padding:8px}a{color:#0a66c2}</style>" if is_heavy else ""
    frame = (
        f'<table>{links}</table><img src="https://px.example/{chance.getrandbits(64):016x}.gif" width=1 height=1>'
        if is_heavy
        else ""
    )
    return f"<!DOCTYPE html><html><head>{style}</head><body>\n{paragraphs}{frame}</body></html>"


def _paragraphs(chance: random.Random, bank: tuple[str, ...], paragraphs: int, most: int) -> str:
    return "\n\n".join("\n".join(chance.choices(bank, k=chance.randint(1, most))) for _ in range(paragraphs))


def _named(name: str, address: str) -> str:
    return f"{_word(name)} <{address}>"


def _word(text: str) -> str:
    """An encoded word where it is needed (RFC 2047)."""
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _slug(name: str) -> str:
    return name.lower().replace(" & ", "").replace(" ", "").encode("ascii", "ignore").decode()
