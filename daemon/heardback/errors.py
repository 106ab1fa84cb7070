"""The exception tree: each class is named by who must act.

    HeardbackError
      ConfigError         the person edits the file                                    exit 78
      LoginRefused        the person renews a password or grant; that mailbox rests     exit 77
      CertificateRefused  the person checks the server's name or names its authority    exit 76
      Unreachable         nobody: wait and try again                                    exit 75
      LedgerInUse         the person stops the other one                                exit 73
      LedgerError         the person looks at the disk or restores a backup             exit 74
        DiskFull          the person makes room; the daemon waits for it
      PushFailed          the next pass tries again; if nothing got through             exit 69
      UsageError          the person types it differently                               exit 2

Adapters translate library exceptions at the edge with ``raise ... from``. The pure packages raise ValueError,
and only for a programmer's mistake: bad mail is a value there (``UnreadableMessage``), not an exception. Whatever is
not in this tree is a bug: it is not caught, and the exit status is 1.
"""

from __future__ import annotations

from collections.abc import Sequence


class HeardbackError(Exception):
    """``str(error)`` is one sentence: what failed and for which account. ``next_step`` is what to do about it."""

    exit_status = 1

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence)
        self.next_step = next_step


class UsageError(HeardbackError):
    exit_status = 2


class PushFailed(HeardbackError):
    exit_status = 69


class LedgerInUse(HeardbackError):
    exit_status = 73


class LedgerError(HeardbackError):
    exit_status = 74


class DiskFull(LedgerError):
    pass


class Unreachable(HeardbackError):
    """``retry_after_s``: how long the other side asked to be left alone, None where it did not say."""

    exit_status = 75

    def __init__(self, sentence: str, next_step: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(sentence, next_step)
        self.retry_after_s = retry_after_s


class CertificateRefused(HeardbackError):
    exit_status = 76


class LoginRefused(HeardbackError):
    exit_status = 77


class ConfigError(HeardbackError):
    """All faults of a configuration together, one sentence each."""

    exit_status = 78

    def __init__(self, faults: Sequence[str], next_step: str = "") -> None:
        super().__init__("\n".join(faults), next_step)
        self.faults = tuple(faults)
