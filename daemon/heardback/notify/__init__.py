"""From a nudge to a phone: ``compose`` and ``drafts`` (pure words), ``outbox`` (when and where, pure), ``push`` (Apprise)."""
