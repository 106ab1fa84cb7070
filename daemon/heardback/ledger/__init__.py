"""The SQLite file: facts, corrections, nudges, deliveries, cursors. The only SQL there is.

Ledger.open(path) -> Ledger          # heardback.ledger.store; a context manager; one connection, one thread
"""
