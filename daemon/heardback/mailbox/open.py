"""From the address of a mailbox to the source that reads it.

Only the one adapter that is needed is loaded: imapclient alone costs 60 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from heardback.errors import ConfigError
from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice
from heardback.mailbox.oauth import AccessToken
from heardback.mailbox.source import Source
from heardback.mailbox.url import MailboxAddress, Scheme


def open_source(
    address: MailboxAddress,
    *,
    name: str,
    password: Callable[[], str] | None = None,
    access_token: AccessToken | None = None,
    ca_file: Path | None = None,
    folders: FolderChoice = EVERY_FOLDER,
) -> Source:
    """Make the source for an address; nothing is connected or read before its first call.

    ``password`` or ``access_token`` is asked at each login, so a renewed one is taken up without a restart. ``ca_file`` names a
    certificate authority of one's own, PEM, in place of the system's. ``folders`` matters where there are any: IMAP and Maildir.
    Raises ConfigError for what this release cannot read.
    """
    match address.scheme:
        case Scheme.IMAPS | Scheme.IMAP_STARTTLS | Scheme.IMAP:
            from heardback.mailbox.imap import ImapSource

            return ImapSource(address, name=name, password=password, access_token=access_token, ca_file=ca_file, folders=folders)
        case Scheme.GMAIL:
            raise ConfigError(
                [f"Mailbox “{name}”: Gmail by its own interface comes with a later release."],
                "Until then Gmail is read by IMAP: imaps://you%40gmail.com@imap.gmail.com with an app password "
                "(myaccount.google.com/apppasswords), or from a Takeout export with mbox:FILE.",
            )
        case Scheme.MBOX:
            from heardback.mailbox.mbox import MboxSource

            assert address.path is not None
            return MboxSource(address.path, name=name)
        case Scheme.MAILDIR:
            from heardback.mailbox.files import MaildirSource

            assert address.path is not None
            return MaildirSource(address.path, name=name, folders=folders)
        case Scheme.EML:
            from heardback.mailbox.files import EmlSource

            assert address.path is not None
            return EmlSource(address.path, name=name)
