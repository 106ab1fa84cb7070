"""From the settings of a mailbox to its client, its stored grant and its access token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from heardback.errors import ConfigError

if TYPE_CHECKING:
    from heardback.config import MailboxSettings, OAuthSettings
    from heardback.mailbox.grants import GrantStore
    from heardback.mailbox.oauth import AccessToken, Client

GMAIL_READONLY = "https://www.googleapis.com/auth/gmail.readonly"
GMAIL_IMAP = "https://mail.google.com/"
"""All of Gmail, because Google has no smaller scope for IMAP: asked for only where the mailbox is read that way."""
OUTLOOK_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"


def access_token_for(mailbox: MailboxSettings, grants: Path) -> AccessToken | None:
    """What opens this mailbox in place of a password; None where a password (or nothing) does. ``grants`` is the folder of them.

    Nothing is read, run or asked for before its first call, but for the client's file. Raises ConfigError for an unusable one.
    """
    from heardback.clock import SystemClock
    from heardback.mailbox.oauth import CommandToken, GrantedToken

    if mailbox.oauth is None:
        return None
    if mailbox.oauth.token_command is not None:
        return CommandToken(mailbox.oauth.command().resolve, mailbox.name)
    store = grant_store_for(mailbox, grants)
    assert store is not None
    return GrantedToken(client_of(mailbox), store, SystemClock())


def grant_store_for(mailbox: MailboxSettings, grants: Path) -> GrantStore | None:
    """Where the grant of this mailbox is kept; None where a provider grants nothing."""
    from heardback.mailbox.grants import GrantStore

    if mailbox.oauth is None or mailbox.oauth.provider is None:
        return None
    return GrantStore(grants, mailbox.name, in_keyring=mailbox.oauth.keyring)


def client_of(mailbox: MailboxSettings) -> Client:
    """The client that the configuration names, with the least that reading this mailbox takes. Raises ConfigError for a file that
    is none."""
    from heardback.mailbox.oauth import GOOGLE, Client, microsoft
    from heardback.mailbox.url import Scheme

    oauth = mailbox.oauth
    assert oauth is not None
    if oauth.provider == "microsoft":
        return Client(provider=microsoft(oauth.tenant), client_id=oauth.client_id or "", scopes=(OUTLOOK_IMAP,))
    client_id, client_secret = _google_client(oauth)
    scope = GMAIL_READONLY if mailbox.address.scheme is Scheme.GMAIL else GMAIL_IMAP
    return Client(provider=GOOGLE, client_id=client_id, client_secret=client_secret, scopes=(scope,))


def _google_client(oauth: OAuthSettings) -> tuple[str, str]:
    """Id and secret out of the file as Google gives it. Its addresses are not believed: a file from elsewhere could name others.

    (The "secret" of a desktop program is none by Google's own word; PKCE is what protects the exchange.)
    """
    path = oauth.client_file or ""
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
        installed = raw["installed"]
        return str(installed["client_id"]), str(installed["client_secret"])
    except OSError as error:
        raise ConfigError(
            [f"{oauth.where}.client_file: cannot be read: {error.strerror}"], f"Is {path} the right file?"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            [f"{oauth.where}.client_file: is no client of the type “Desktop app”"],
            "Make one at Google and download its JSON; config/README.md says how.",
        ) from error
