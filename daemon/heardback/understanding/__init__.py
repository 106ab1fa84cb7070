"""Message -> findings, one message at a time. Pure; what needs a second message is ``matching``'s.

understand(message: Message, owner: Owner) -> MessageFacts
worth_reading(messages: Sequence[Message], owner: Owner, known: Known) -> frozenset[str]   # ids, from headers alone
RULES_VERSION: int      # raised with every change of rules; the ledger reads the window again when it differs
"""
