"""A mailbox of our own invention, shipped with the package: what ``heardback demo`` reads and what tests start from."""
