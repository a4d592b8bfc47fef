"""Values in few classes, each with a shade: what colours a map and says what the colour means."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

CLASSES = 5
STEPS = (1, 2, 2.5, 5, 10, 20, 25, 50)


@dataclass(frozen=True)
class Shades:
    """Classes between ``edges`` (one more than there are classes), the first shade for the least values."""

    edges: tuple[float, ...]

    def of(self, value: float | None) -> int:
        """The number of the class from 1 on; 0 where there is no value."""
        if value is None or not self.edges:
            return 0
        return min(max(bisect_right(self.edges, value), 1), len(self.edges) - 1)

    @property
    def classes(self) -> list[tuple[int, float, float]]:
        """Number, from and up to of each class."""
        return [(at + 1, *pair) for at, pair in enumerate(zip(self.edges, self.edges[1:], strict=False))]


def shades(values: Iterable[float | None]) -> Shades:
    """At most ``CLASSES`` round classes of one width over ``values``; none where no value is known."""
    known = [value for value in values if value is not None]
    if not known:
        return Shades(())
    low, high = min(known), max(known)
    power = 10 ** math.floor(math.log10(max((high - low) / CLASSES, abs(high) * 1e-3, 1e-6)))
    for factor in STEPS:
        step = factor * power
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= CLASSES:
            break
    return Shades(tuple(round(number * step, 10) for number in range(first, max(last, first + 1) + 1)))
