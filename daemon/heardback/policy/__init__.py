"""Application + now -> state, deadline, action, push. Nothing but functions of values.

judge(application: Application, corrections: Sequence[Correction], now: datetime, owner: Owner,
      unconfirmed: str | None = None, doubted: Mapping[str, str] = {}) -> Standing
doubted(facts: Iterable[MessageFacts]) -> Mapping[str, str]      # of all mail: which letters may not be believed, and why

``timeline`` (what happened, in order) -> ``course`` (where it has got to) -> ``standing`` (the judgement), with ``deadlines``
(calendar arithmetic) and ``reasons`` (words) beside them.
"""

from heardback.policy.standing import judge
from heardback.policy.trust import doubted

__all__ = ["doubted", "judge"]
