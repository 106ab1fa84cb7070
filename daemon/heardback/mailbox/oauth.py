"""Access tokens: what a mailbox is opened with where it takes no password.

An access token lives for about an hour and is asked for at each login, as a password is. What it comes from (a grant that its
owner gave in a browser, or a command of theirs) is not the reader's business: it calls an ``AccessToken``.
"""

from __future__ import annotations

from typing import Protocol


class AccessToken(Protocol):
    """Where a reader gets its token. May be called from any thread; may take as long as one exchange with a server.

    ``fresh=False`` gives the token at hand while it is good for some minutes more, else a renewed one. ``fresh=True`` is for a
    token that was just refused (AUTHENTICATIONFAILED, 401): renewed whatever its age. Ask so once; if the new one is refused
    as well, raise LoginRefused: renewing again and again mends nothing.

    Raises LoginRefused where the grant is missing or dead (only its owner can mend that), Unreachable where the server that
    renews is away or not well, ConfigError where the owner's command fails. Tokens are never in a message of these.
    """

    def __call__(self, fresh: bool = False, /) -> str: ...
