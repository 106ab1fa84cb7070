"""Findings -> applications. Pure; any order of the same messages, and any number of copies, gives the same applications.

match(facts: Sequence[MessageFacts], owner: Owner, corrections: Sequence[Correction] = (), known: Mapping[str, str] | None = None)
    -> tuple[Application, ...]
identify(applications: Sequence[Application], known: Mapping[str, str]) -> tuple[Application, ...]
find(applications: Sequence[Application], text: str) -> Application | tuple[Application, ...]
in_junk(applications: Sequence[Application], facts: Sequence[MessageFacts]) -> Mapping[str, str]      # id -> one sentence

What ties a message to an application, in order of trust: its thread; a person's own address; the employer's own domain (never
a free mail provider's, a platform's or an agency's); a calendar UID; employer and role as named; the people named. A
platform's domain and display name never say who the employer is (DESIGN section 7).
"""

from heardback.matching.applications import match
from heardback.matching.identity import find, identify
from heardback.matching.junk import in_junk

__all__ = ["find", "identify", "in_junk", "match"]
