"""One axis of a picture: which number stands where, and which numbers are written beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A share of the range that stays free at either end, so that nothing sticks to the edge.
FREE = 0.06
STEPS = (1, 2, 2.5, 5, 10)
LARGEST = 1e9


@dataclass(frozen=True)
class Axis:
    """Numbers from ``low`` to ``high`` stand from ``start`` to ``end`` in the picture; either way may run backwards."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(
        cls,
        numbers: Iterable[float | None],
        start: float,
        end: float,
        bounds: tuple[float | None, float | None] = (None, None),
    ) -> "Axis":
        """An axis that holds all ``numbers`` (None and what is not finite left out) with some room.

        ``bounds`` are the least and the greatest number that can be, such as 0 and 100 for a share.
        """
        known = [number for number in numbers if number is not None and math.isfinite(number)]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        room = (high - low) * FREE or max(abs(high) * FREE, 0.5)
        low, high = low - room, high + room
        least, most = bounds
        if least is not None:
            low = max(low, least)
        if most is not None:
            high = min(high, most)
        return cls(low, high, start, end) if high > low else cls(low - 0.5, high + 0.5, start, end)

    def at(self, number: float) -> float:
        """Where ``number`` stands, to a tenth; at the edge where it lies outside."""
        low, high = self.low, self.high
        inside = low if number < low else min(number, high)
        return round(self.start + (inside - low) / (high - low) * (self.end - self.start), 1)

    def ticks(self, about: int = 4) -> list[float]:
        """Round numbers on the axis, ``about`` so many."""
        rough = (self.high - self.low) / max(about, 1)
        power = 10 ** math.floor(math.log10(rough))
        step = next(each * power for each in STEPS if each * power >= rough * (1 - 1e-9))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]
