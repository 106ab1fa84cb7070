"""From the address of a mailbox to the source that reads it.

Only the one adapter that is needed is loaded: imapclient alone costs 60 ms.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from heardback.errors import ConfigError, LoginRefused
from heardback.mailbox.folders import EVERY_FOLDER, FolderChoice
from heardback.mailbox.oauth import AccessToken
from heardback.mailbox.source import Source
from heardback.mailbox.url import MailboxAddress, Scheme, is_loopback


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
    certificate authority of one's own, PEM, in place of the system's. ``folders`` matters where there are any: IMAP, Gmail and
    Maildir. Raises LoginRefused for Gmail without an ``access_token``.
    """
    match address.scheme:
        case Scheme.IMAPS | Scheme.IMAP_STARTTLS | Scheme.IMAP:
            from heardback.mailbox.imap import ImapSource

            return ImapSource(address, name=name, password=password, access_token=access_token, ca_file=ca_file, folders=folders)
        case Scheme.GMAIL:
            from heardback.mailbox.gmail import GmailSource

            if access_token is None:
                raise LoginRefused(
                    f"{name}: nobody has granted heardback access to this Gmail account yet.",
                    "Grant it with heardback auth and the mailbox's name; or read Gmail by IMAP with an app password: "
                    "imaps://you%40gmail.com@imap.gmail.com (myaccount.google.com/apppasswords).",
                )
            return GmailSource(
                address, name=name, access_token=access_token, ca_file=ca_file, folders=folders, endpoint=_gmail_endpoint()
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


def _gmail_endpoint() -> str | None:
    """Another place than Google's, for the tests: on this machine only, since the token goes there."""
    endpoint = os.environ.get("HEARDBACK_GMAIL_ENDPOINT")
    if endpoint and not is_loopback(urlsplit(endpoint).hostname or ""):
        raise ConfigError(["HEARDBACK_GMAIL_ENDPOINT names another machine; it is for tests on this one."], "Unset it.")
    return endpoint
