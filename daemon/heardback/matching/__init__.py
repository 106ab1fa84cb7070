"""Findings -> applications. Pure; any order of the same messages gives the same applications.

match(facts: Sequence[MessageFacts], owner: Owner, corrections: Sequence[Correction]) -> tuple[Application, ...]
identify(applications: Sequence[Application], known: Mapping[str, str]) -> tuple[Application, ...]
"""
