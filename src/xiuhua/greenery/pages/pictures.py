"""Shares as drawings: curves over thresholds, and persons as one bar in parts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xiuhua.greenery.promise import Kept

type Floats = NDArray[np.float64]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480.0, 220.0, 46.0, 14.0, 10.0, 30.0
STEPS = (0, 0.25, 0.5, 0.75, 1)
BAR = 600.0


@dataclass(frozen=True)
class Curve:
    """One line with its class and, at the threshold in use, its mark and value; no mark where there is no value."""

    key: str
    points: str
    mark: tuple[float, float] | None
    value: float | None


@dataclass(frozen=True)
class Curves:
    """Several lines over one axis of thresholds; ``chosen`` is where the threshold in use stands."""

    lines: list[Curve]
    up: list[tuple[float, str]]
    along: list[tuple[float, str]]
    chosen: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def curves(
    thresholds: Floats, values: dict[str, Floats], chosen: float, ticks: Sequence[tuple[float, str]]
) -> Curves | None:
    """Draw the ``values`` (shares) over ``thresholds``; None where nothing is known."""
    if any(np.isnan(line).any() for line in values.values()):
        return None
    end = float(thresholds[-1])

    def x(threshold: float) -> float:
        return round(LEFT + threshold / end * (WIDTH - LEFT - RIGHT), 1)

    def y(share: float) -> float:
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    at = int(np.argmin(np.abs(thresholds - chosen)))
    lines = [
        Curve(
            key, " ".join(f"{x(t)},{y(v)}" for t, v in zip(thresholds.tolist(), line.tolist(), strict=True)),
            (x(float(thresholds[at])), y(float(line[at]))), float(line[at]),
        )
        for key, line in values.items()
    ]  # fmt: skip
    up = [(y(share), f"{share * 100:.0f} %") for share in STEPS]
    return Curves(lines, up, [(x(number), word) for number, word in ticks], x(chosen))


@dataclass(frozen=True)
class Part:
    """A part of a bar: its class, where it begins and how long it is, its share."""

    key: str
    start: float
    length: float
    share: float


def parts(kept: Kept) -> list[Part]:
    """Persons by what fails: nothing, one promise alone, several; empty where nobody is known."""
    if kept.persons <= 0:
        return []
    alone = {"only_see": kept.only_see, "only_door": kept.only_door, "only_walk": kept.only_walk}
    shares = {"kept": kept.all, **alone, "several": max(0.0, 1 - kept.all - sum(alone.values()))}
    found, start = [], 0.0
    for key, share in shares.items():
        found.append(Part(key, round(start * BAR, 1), round(share * BAR, 1), share))
        start += share
    return found
