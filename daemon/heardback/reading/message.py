"""One message from its parts: the order of reading, and what makes a message unreadable."""

from __future__ import annotations

from dataclasses import replace

from heardback.model import Body, Invite, Message, RawHeader, RawMessage, UnreadableMessage
from heardback.reading import dates, headers, mime
from heardback.reading.body import read_body
from heardback.reading.headers import Fields
from heardback.reading.invites import read_invites
from heardback.reading.mime import Part

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""No provider takes more than 50 MB (Gmail, Exchange Online: 150 with attachments in the cloud); the rest is ignored."""

_TELLING = frozenset({"from", "to", "subject", "date", "message-id", "sender", "return-path", "content-type", "reply-to", "cc"})


def read(raw: RawMessage) -> Message | UnreadableMessage:
    """Read a whole message. Writes nothing, raises nothing: any bytes give a Message or the reason why not."""
    root = mime.parse(raw.content[:MAX_MESSAGE_BYTES])
    fields = root.fields
    if _TELLING.isdisjoint(fields):
        fields = headers.split(raw.header.header)[0]
    message = _message(raw.header, fields, read_body(root), read_invites(root), has_body=True)
    if isinstance(message, Message) and message.in_reply_to is None and root.content_type == "multipart/report":
        return replace(message, in_reply_to=_returned_id(root))
    return message


def _returned_id(root: Part) -> str | None:
    """The Message-ID of what a report brings back (RFC 3462): few name it in In-Reply-To, and what bounced was not sent."""
    for child in root.children:
        if child.content_type.startswith("message/") and child.children:
            ids = headers.ids_of(child.children[0].fields.get("message-id"))
        elif child.content_type == "text/rfc822-headers":
            ids = headers.ids_of(headers.split(child.decoded())[0].get("message-id"))
        else:
            continue
        if ids:
            return ids[0]
    return None


def read_header(header: RawHeader) -> Message | UnreadableMessage:
    """Read a header alone: ``body`` and ``invites`` are empty and ``has_body`` is False."""
    fields, _ = headers.split(header.header)
    return _message(header, fields, Body(), (), has_body=False)


def _message(
    header: RawHeader, fields: Fields, body: Body, invites: tuple[Invite, ...], *, has_body: bool
) -> Message | UnreadableMessage:
    if _TELLING.isdisjoint(fields):
        return UnreadableMessage(
            key=header.key,
            mailbox=header.mailbox,
            folder=header.folder,
            received_at=header.received_at,
            reason="It has no header: no sender, date or subject.",
        )
    sender = headers.addresses_of(fields.get("from")) or headers.addresses_of(fields.get("sender"))
    in_reply_to = headers.ids_of(fields.get("in-reply-to"))
    return Message(
        id=headers.message_id(fields, header.received_at),
        mailbox=header.mailbox,
        folder=header.folder,
        role=header.role,
        key=header.key,
        sent_at=dates.sent_at(fields.get("date"), header.received_at),
        received_at=header.received_at,
        sender=sender[0] if sender else None,
        reply_to=headers.addresses_of(fields.get("reply-to")),
        to=headers.addresses_of(fields.get("to")),
        cc=headers.addresses_of(fields.get("cc")),
        subject=headers.text_of(fields.get("subject", b"")),
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=headers.ids_of(fields.get("references")),
        provider_thread=header.provider_thread,
        headers=headers.kept_of(fields),
        body=body,
        invites=invites,
        has_body=has_body,
    )
