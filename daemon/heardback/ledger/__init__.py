"""The SQLite file: facts, corrections, nudges, deliveries, cursors. The only SQL there is."""
