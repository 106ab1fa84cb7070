"""Application + now -> state, deadline, action, push. Nothing but functions of values.

judge(application: Application, corrections: Sequence[Correction], now: datetime, owner: Owner,
      unconfirmed: str | None = None) -> Standing
"""
