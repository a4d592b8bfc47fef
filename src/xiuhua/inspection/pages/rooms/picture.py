"""The picture of a sequential test: the limits that decide it, and the way that its checks took."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.foundation.estimators.acceptance import Sequential

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 300.0, 40.0, 14.0, 14.0, 44.0
_STEP = 20


@dataclass(frozen=True)
class Picture:
    """Two fields (passed, failed) and the way as lists of coordinates; what stands beside the axes; where it ended."""

    passed: str
    failed: str
    way: str
    end: tuple[float, float]
    across: list[tuple[float, int]]
    up: list[tuple[float, int]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM

    @property
    def middle(self) -> float:
        """Where the name of the lower axis stands."""
        return round((self.left + self.right) / 2, 1)

    @property
    def foot(self) -> float:
        """Height at which the numbers of the lower axis stand."""
        return self.bottom + 16

    @property
    def beneath(self) -> float:
        """Height at which the name of the lower axis stands."""
        return self.height - 6


def picture(test: Sequential, results: Sequence[bool]) -> Picture:
    """Draw ``test`` with its ``results`` (True: passed), as far as they count."""
    numbers = [test.numbers(checks) for checks in range(1, test.limit + 1)]
    most = max(reject for _accept, reject in numbers) + 1

    def x(checks: float) -> float:
        return round(LEFT + checks / test.limit * (WIDTH - RIGHT - LEFT), 1)

    def y(failures: float) -> float:
        return round(HEIGHT - BOTTOM - (failures + 0.5) / (most + 0.5) * (HEIGHT - BOTTOM - TOP), 1)

    # A number of failures is a step of height one, so the limits lie half way between two numbers.
    lower, upper = [f"{x(0)},{y(-0.5)}"], [f"{x(0)},{y(most)}"]
    for checks, (accept, reject) in enumerate(numbers, start=1):
        lower += [f"{x(checks - 1)},{y(accept + 0.5)}", f"{x(checks)},{y(accept + 0.5)}"]
        upper += [f"{x(checks - 1)},{y(reject - 0.5)}", f"{x(checks)},{y(reject - 0.5)}"]
    lower.append(f"{x(test.limit)},{y(-0.5)}")
    upper.append(f"{x(test.limit)},{y(most)}")
    way, failures, count = [f"{x(0)},{y(0)}"], 0, 0
    for count, passed in enumerate(results, start=1):
        way.append(f"{x(count)},{y(failures)}")
        if not passed:
            failures += 1
            way.append(f"{x(count)},{y(failures)}")
    return Picture(
        passed=" ".join(lower), failed=" ".join(upper), way=" ".join(way), end=(x(count), y(failures)),
        across=[(x(number), number) for number in range(0, test.limit + 1, _STEP)],
        up=[(y(number), number) for number in range(0, most + 1, 2)],
    )  # fmt: skip
