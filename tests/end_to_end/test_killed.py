"""Nothing lost, nothing said twice: what `make soak` does 500 times, 25 times."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.end_to_end.daemon import DovecotPost
from tests.end_to_end.kills import KillTest

KILLS = 25


@pytest.mark.dovecot
@pytest.mark.timeout(300)
def test_a_daemon_killed_at_any_moment_loses_no_nudge_and_repeats_only_what_was_in_flight(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    """The seed is another each time and stands in the message; the moments are those of the machine anyway."""
    seed = random.SystemRandom().randrange(10**6)
    tally = KillTest(folder=tmp_path, post=DovecotPost(server=dovecot, user=f"killed{seed}"), seed=seed).run(KILLS)
    assert tally.is_clean, str(tally)
    assert (tally.kills, tally.letters) == (KILLS, KILLS + 1)
    assert tally.in_flight > 0, f"no kill met a push in flight, so nothing was shown: {tally}"
