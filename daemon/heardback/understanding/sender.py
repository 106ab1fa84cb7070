"""Who writes: the owner, a person, a platform that speaks for an employer, an organisation, bulk, or a machine.

From headers alone, so that ``worth_reading`` can ask it before a text is fetched. Three rules that others paid for:

- An applicant tracking system's mail carries List-Unsubscribe, and "Auto-Submitted: auto-generated", and is still the employer's
  voice. So platforms are looked at before bulk.
- X-Auto-Response-Suppress stands on ordinary mail of people behind Exchange: it asks others not to answer automatically and says
  nothing of the message itself ([MS-OXCMAIL] 2.2.3.2.14). It counts only beside the subject of an automatic answer.
- Domains are compared by whole labels: "lever.co" is not "notlever.co.example".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from heardback.model import Address, FolderRole, Message, Owner, SenderKind
from heardback.understanding import phrasebook


class PlatformKind(StrEnum):
    """See the head of ``phrases/platforms.toml``."""

    ATS = "ats"
    SCHEDULING = "scheduling"
    ASSESSMENT = "assessment"
    SIGNING = "signing"
    BOARD = "board"
    ALERT = "alert"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    vendor: str
    kind: PlatformKind
    domains: tuple[str, ...]
    brand: tuple[str, ...]
    tenant: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """``rule`` says by what it was taken for its kind. ``is_bounce`` and ``is_automatic`` only for machines."""

    kind: SenderKind
    rule: str
    platform: Platform | None = None
    is_bounce: bool = False
    is_automatic: bool = False
    is_hiring_address: bool = False
    """careers@, recruiting@ and the like."""
    is_no_reply: bool = False


_REPLY_PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|antw|fw|fwd|wg)\s*:\s*)+", re.I)
_LOCAL_SEPARATORS = re.compile(r"[^a-z]+")


@lru_cache(maxsize=1)
def platforms() -> tuple[Platform, ...]:
    return tuple(
        Platform(
            vendor=row["vendor"],
            kind=PlatformKind(row["kind"]),
            domains=tuple(row["domains"]),
            brand=tuple(row["brand"]),
            tenant=row.get("tenant"),
        )
        for row in phrasebook.data("platforms")["platform"]
    )


@lru_cache(maxsize=1)
def _by_domain() -> Mapping[str, Platform]:
    return {domain: platform for platform in platforms() for domain in platform.domains}


@lru_cache(maxsize=1)
def _by_address() -> Mapping[str, Platform]:
    """Single addresses that are other than their domain: alerts of a board, applications of a network."""
    found: dict[str, Platform] = {}
    for row, platform in zip(phrasebook.data("platforms")["platform"], platforms(), strict=True):
        for key, kind in (
            ("addresses", platform.kind),
            ("board_addresses", PlatformKind.BOARD),
            ("alert_addresses", PlatformKind.ALERT),
        ):
            for address in row.get(key, ()):
                found[address] = Platform(
                    vendor=platform.vendor, kind=kind, domains=platform.domains, brand=platform.brand, tenant=None
                )
    return found


@cache
def shapes(name: str) -> frozenset[str]:
    """A list of ``phrases/senders.toml``."""
    return frozenset(phrasebook.data("senders")[name])


@lru_cache(maxsize=4096)
def platform_of(address: str) -> Platform | None:
    """The platform that owns an address, by the longest run of whole labels: "no-reply@hire.lever.co" -> Lever."""
    if (exact := _by_address().get(address)) is not None:
        return exact
    labels = address.rpartition("@")[2].split(".")
    for start in range(len(labels) - 1):
        if (platform := _by_domain().get(".".join(labels[start:]))) is not None:
            return platform
    return None


def is_owner(address: Address | None, owner: Owner) -> bool:
    """By any of the owner's addresses; "rosa+jobs@..." is rosa's (RFC 5233)."""
    if address is None:
        return False
    if address.address in owner.addresses:
        return True
    local, _, domain = address.address.rpartition("@")
    return "+" in local and f"{local.partition('+')[0]}@{domain}" in owner.addresses


def is_freemail(domain: str) -> bool:
    return domain in shapes("freemail")


def _begins(subject: str, shape: str) -> bool:
    return subject.startswith(tuple(shapes(shape)))


def _local_words(address: str) -> frozenset[str]:
    local = address.partition("@")[0].partition("+")[0]
    return frozenset(_LOCAL_SEPARATORS.split(local)) | {local}


def _is_no_reply(address: str) -> bool:
    local = address.partition("@")[0]
    return any(local.startswith(shape) or local.endswith(shape) for shape in shapes("no_reply_locals"))


def _bounce_rule(message: Message, address: str) -> str | None:
    if address.partition("@")[0] in shapes("bounce_locals"):
        return "sender.mailer-daemon"
    content_type = message.headers.get("content-type", "").lower()
    if content_type.startswith("multipart/report") and "delivery-status" in content_type:  # RFC 6522, RFC 3464
        return "sender.delivery-report"
    if message.headers.get("return-path", "").strip() == "<>" and _begins(message.subject.lower(), "bounce_subjects"):
        return "sender.null-return-path"
    return None


def _automatic_rule(message: Message) -> str | None:
    headers = message.headers
    submitted = headers.get("auto-submitted", "").lower().strip()
    if submitted.startswith("auto-replied"):  # RFC 3834 section 5.2
        return "sender.auto-replied"
    if headers.get("precedence", "").lower().strip() in ("auto_reply", "auto-reply"):
        return "sender.precedence-auto-reply"
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder")):
        return "sender.x-autoreply"
    subject = _REPLY_PREFIX.sub("", message.subject).lower()
    if _begins(subject, "automatic_subjects"):
        return "sender.subject-of-automatic-answer"
    return None


def _is_list_mail(message: Message) -> bool:
    headers = message.headers
    precedence = headers.get("precedence", "").lower().strip()
    return precedence in ("bulk", "list", "junk") or "list-id" in headers or "list-post" in headers


def _reads_like_a_person(sender: Address) -> bool:
    """A name of two or three capitalised words, none of them a role: "Dana Ortiz", not "Dana at Stack Stories"."""
    words = sender.name.replace(".", " ").split()
    if not 2 <= len(words) <= 3 or not all(word[:1].isupper() for word in words):
        return False
    return not {word.lower() for word in words} & (
        shapes("hiring_locals") | shapes("office_locals") | {"from", "at", "via", "group", "shop", "store"}
    )


def read_sender(message: Message, owner: Owner) -> Sender:
    """Take the sender for what it is, by header fields alone (the body may be absent)."""
    if is_owner(message.sender, owner) or message.role is FolderRole.SENT:
        return Sender(kind=SenderKind.OWNER, rule="sender.own-address")
    if message.sender is None:
        return Sender(kind=SenderKind.MACHINE, rule="sender.no-sender")
    address = message.sender.address
    if (rule := _bounce_rule(message, address)) is not None:
        return Sender(kind=SenderKind.MACHINE, rule=rule, is_bounce=True)
    if (rule := _automatic_rule(message)) is not None:
        return Sender(kind=SenderKind.MACHINE, rule=rule, is_automatic=True)
    no_reply = _is_no_reply(address)
    platform = platform_of(address)
    if platform is not None and not _is_person_of_network(message, platform, no_reply):
        return _platform_sender(message, platform, no_reply)
    locals_ = _local_words(address)
    hiring = bool(locals_ & shapes("hiring_locals"))
    if _is_list_mail(message) and not (hiring and message.headers.get("precedence") is None):
        return Sender(kind=SenderKind.BULK, rule="sender.list-mail")
    if "list-unsubscribe" in message.headers and not hiring and not (_reads_like_a_person(message.sender) and not no_reply):
        return Sender(kind=SenderKind.BULK, rule="sender.list-unsubscribe", is_no_reply=no_reply)
    if hiring:
        return Sender(kind=SenderKind.ORGANISATION, rule="sender.hiring-address", is_hiring_address=True, is_no_reply=no_reply)
    if no_reply:
        return Sender(kind=SenderKind.ORGANISATION, rule="sender.no-reply", is_no_reply=True)
    if locals_ & shapes("office_locals"):
        return Sender(kind=SenderKind.ORGANISATION, rule="sender.office-address")
    return Sender(kind=SenderKind.PERSON, rule="sender.person")


def _is_person_of_network(message: Message, platform: Platform, no_reply: bool) -> bool:
    """People who work at a network write from its domain too, and then it is an employer like another."""
    assert message.sender is not None
    if platform.kind is not PlatformKind.SOCIAL or no_reply or "list-unsubscribe" in message.headers or _is_list_mail(message):
        return False
    return not _local_words(message.sender.address) & shapes("office_locals")


def _platform_sender(message: Message, platform: Platform, no_reply: bool) -> Sender:
    rule = f"sender.platform-{platform.kind}"
    if platform.kind in (PlatformKind.ALERT, PlatformKind.SOCIAL):
        return Sender(kind=SenderKind.BULK, rule=rule, platform=platform, is_no_reply=no_reply)
    if platform.kind is PlatformKind.BOARD and any(shape in message.subject.lower() for shape in shapes("alert_subjects")):
        return Sender(kind=SenderKind.BULK, rule="sender.board-alert", platform=platform, is_no_reply=no_reply)
    return Sender(kind=SenderKind.PLATFORM, rule=rule, platform=platform, is_no_reply=no_reply)
