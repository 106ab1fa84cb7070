"""Application + now -> state, deadline, action, push. Nothing but functions of values.

judge(application: Application, corrections: Sequence[Correction], now: datetime, owner: Owner,
      unconfirmed: str | None = None) -> Standing

``timeline`` (what happened, in order) -> ``course`` (where it has got to) -> ``standing`` (the judgement), with ``deadlines``
(calendar arithmetic) and ``reasons`` (words) beside them.
"""

from heardback.policy.standing import judge

__all__ = ["judge"]
