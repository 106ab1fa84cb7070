"""Words -> days: what a piece of prose says about time, resolved against the day on which it was written.

find_timeframes(text, written, calendar, ...) -> tuple[Timeframe, ...]   # in order of the text
read_moment(text, written, zone, ...) -> SpokenMoment | None             # the day and clock named in a piece of text
read_moments(text, written, zone, ...) -> tuple[SpokenMoment, ...]       # all of them, in order of the text
"""

from heardback.understanding.timeframes.moments import SpokenMoment, read_moment, read_moments
from heardback.understanding.timeframes.reader import find_timeframes

__all__ = ["SpokenMoment", "find_timeframes", "read_moment", "read_moments"]
