"""What a drawn visit stands for: size x minutes in use, divided by its expected draws. Pure.

Added up over the drawn visits of a stratum it is the size x minutes of the stratum (Horvitz and Thompson 1952),
exactly so where frames are drawn by that measure, and on the average by whatever measure they were drawn.
"""

from datetime import time

_DAY = 24 * 60


def minutes_in_use(begins: time, ends: time, opens: time, closes: time) -> int:
    """Minutes of the band from ``begins`` to ``ends`` in which a frame open from ``opens`` to ``closes`` is in use.

    Midnight as an end is the end of the day; what closes before it opens is in use over midnight. A band outside of
    the hours counts as one minute: it was drawn, so it was in use when it was drawn.
    """
    start, end = _minute(begins), _minute(ends) or _DAY
    first, last = _minute(opens), _minute(closes)
    if last <= first:
        last += _DAY
    today = min(last, end) - max(first, start)
    night = min(last, end + _DAY) - max(first, start + _DAY)
    return max(max(today, 0) + max(night, 0), 1)


def weight_of(size: float, begins: time, ends: time, opens: time, closes: time, expected_draws: float) -> float:
    """Metre-minutes (or square-metre-minutes) that a visit stands for."""
    if expected_draws <= 0:
        raise ValueError("a visit that could not be drawn stands for nothing")
    return size * minutes_in_use(begins, ends, opens, closes) / expected_draws


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
