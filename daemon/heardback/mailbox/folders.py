"""What a folder is for, told by the server's own marking or by its name.

Servers that know RFC 6154 mark folders (``\\Sent``); the others, and all trees of files, only have names, which the
mail program of another language chose. A wrong guess costs little (roles order the reading, the sender decides whose
a message is), with two exceptions: Drafts and Trash are never read, and a Junk folder is judged by headers alone.
So a name is only taken for one of those if it is the whole name, never a part of it.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from heardback.model import FolderRole

# RFC 6154 section 2, and \Inbox of the older XLIST.
_BY_SPECIAL_USE: dict[str, FolderRole | None] = {
    "\\inbox": FolderRole.INBOX,
    "\\sent": FolderRole.SENT,
    "\\archive": FolderRole.ARCHIVE,
    "\\all": FolderRole.ARCHIVE,
    "\\allmail": FolderRole.ARCHIVE,
    "\\junk": FolderRole.JUNK,
    "\\spam": FolderRole.JUNK,
    "\\drafts": None,
    "\\trash": None,
    # Views of messages that lie in another folder: reading them would read everything twice.
    "\\flagged": None,
    "\\starred": None,
    "\\important": None,
}
_NOT_SELECTABLE = frozenset({"\\noselect", "\\nonexistent"})


def _names_by_role() -> Iterator[tuple[str, FolderRole | None]]:
    table = tomllib.loads(resources.files("heardback.mailbox").joinpath("folders.toml").read_text("utf-8"))
    for role, names in table.items():
        for name in names:
            yield _folded(name), None if role == "never" else FolderRole(role)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


_BY_NAME = dict(_names_by_role())


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChoice:
    """Which folders the person wants read, by the names that a mail program shows; a name stands for all below it.

    Without ``include`` all are; ``exclude`` wins. What is never read (Drafts, Trash) stays unread whatever is chosen.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, parts: Sequence[str]) -> bool:
        """Judge a folder by the names of its path, upper and lower case alike: ("Lists", "Python") is below "Lists"."""
        path = tuple(_folded(part) for part in parts)
        return (not self.include or _is_below(path, self.include)) and not _is_below(path, self.exclude)


EVERY_FOLDER = FolderChoice()


def _is_below(path: tuple[str, ...], names: Iterable[str]) -> bool:
    chosen = (tuple(_folded(part) for part in name.split("/")) for name in names)
    return any(path[: len(one)] == one for one in chosen)


def role_by_name(name: str, default: FolderRole = FolderRole.OTHER) -> FolderRole | None:
    """Judge one folder name of any language; None means: never read it.

    >>> role_by_name("Gesendete Elemente")
    <FolderRole.SENT: 'sent'>
    """
    return _BY_NAME.get(_folded(name), default)


def role_by_path(parts: Iterable[str]) -> FolderRole | None:
    """Judge a folder by the names of its path: what lies below Trash is trash, below Archive archive.

    ``("INBOX", "Sent")`` is SENT: many servers keep everything below the INBOX, so an INBOX above says nothing.
    """
    role: FolderRole | None = FolderRole.OTHER
    for part in parts:
        own = role_by_name(part)
        if own is None:
            return None
        if role in (FolderRole.OTHER, FolderRole.INBOX):
            role = FolderRole.OTHER if own is FolderRole.OTHER else own
    return role


def role_of_folder(name: str, delimiter: str | None, attributes: Iterable[str]) -> FolderRole | None:
    """Judge a folder of an IMAP LIST answer; None means: never open it."""
    marks = {attribute.casefold() for attribute in attributes}
    if marks & _NOT_SELECTABLE:
        return None
    if name.casefold() == "inbox":
        return FolderRole.INBOX
    by_path = role_by_path(name.split(delimiter) if delimiter else (name,))
    for mark in sorted(marks & _BY_SPECIAL_USE.keys()):
        return _BY_SPECIAL_USE[mark]
    return by_path


def role_by_gmail_labels(labels: Iterable[str]) -> FolderRole | None:
    """Judge a message by its Gmail labels, in the account's own language; None means: a draft or in the bin.

    Both spellings: ``\\Sent`` (X-GM-LABELS) and ``Gesendet`` (X-Gmail-Labels of a Takeout). A message of one's own that
    one also received is INBOX and SENT at once: SENT says more.
    """
    found = set()
    for label in labels:
        plain = label.removeprefix("\\")
        role = role_by_name("drafts" if plain.casefold() == "draft" else plain)
        if role is None or role is FolderRole.JUNK:
            return role
        found.add(role)
    for role in (FolderRole.SENT, FolderRole.INBOX):
        if role in found:
            return role
    return FolderRole.ARCHIVE
