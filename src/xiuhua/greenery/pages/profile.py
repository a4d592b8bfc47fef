"""Shade on one street: through a July day by hour, and along the street. Pure."""

from dataclasses import dataclass

import numpy as np

from xiuhua.greenery.casting import WALL
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.measure import Stage
from xiuhua.greenery.scene import Floats
from xiuhua.greenery.shade import shade_at

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480.0, 160.0, 40.0, 8.0, 8.0, 24.0
BIN_M, MOST_BINS = 20.0, 60
STEPS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Bar:
    """One stacked bar: its place and the heights of walls alone, both, crowns alone, from below; shares beside it."""

    name: str
    x: float
    width: float
    blocks: list[tuple[str, float, float]]
    grey: float
    both: float
    green: float


@dataclass(frozen=True)
class Bars:
    """A chart of stacked bars with its axis; ``along`` are words beneath (place, word)."""

    bars: list[Bar]
    up: list[tuple[float, str]]
    along: list[tuple[float, str]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


@dataclass(frozen=True)
class Profile:
    """Shade by hour of the day and by stretch of the street."""

    by_hour: Bars
    by_place: Bars


def profile_of(stage: Stage, street: int, hours: Hours) -> Profile | None:
    """Of a street of ``stage`` at the instants of ``hours``; None where no point of its pavements lies outdoors."""
    mine = stage.points.street == street
    if not mine.any() or not len(hours):
        return None
    bits = shade_at(stage.points.x[mine].copy(), stage.points.y[mine].copy(), hours, stage.shadows)
    walls, crowns = (bits & WALL) > 0, (bits & ~np.uint8(WALL)) > 0
    # Points by instants: walls alone, both, crowns alone.
    states = np.stack([walls & ~crowns, walls & crowns, crowns & ~walls]).astype(np.float64)
    clock = np.array([at.hour for at in hours.at])
    full = sorted(set(clock.tolist()))
    by_hour = [states[:, :, clock == hour].mean(axis=(1, 2)) for hour in full]
    along = stage.points.along[mine]
    length = float(stage.pieces.ends[stage.pieces.street == street].max())
    count = int(min(max(1, round(length / BIN_M)), MOST_BINS))
    place = np.minimum((along / length * count).astype(np.int64), count - 1)
    held = np.bincount(place, minlength=count)
    by_place = [
        states[:, place == at].mean(axis=(1, 2)) if held[at] else np.full(3, np.nan) for at in range(count)
    ]  # fmt: skip
    ends = [(LEFT, "0 m"), (WIDTH - RIGHT, f"{length:,.0f} m")]
    hour_names = [f"{hour}:00" for hour in full]
    chart = _bars(by_hour, hour_names)
    named = [(bar.x + bar.width / 2, bar.name.removesuffix(":00")) for bar in chart.bars]
    stretches = [f"{at * length / count:,.0f}–{(at + 1) * length / count:,.0f} m" for at in range(count)]
    return Profile(Bars(chart.bars, chart.up, named), Bars(_bars(by_place, stretches).bars, chart.up, ends))


def _bars(shares: list[Floats], names: list[str]) -> Bars:
    step = (WIDTH - LEFT - RIGHT) / len(shares)
    gap = min(3.0, step / 4)
    high = HEIGHT - TOP - BOTTOM
    bars = []
    for at, (name, share) in enumerate(zip(names, shares, strict=True)):
        below, blocks = HEIGHT - BOTTOM, []
        for key, part in zip(("walls", "both", "crowns"), share.tolist(), strict=True):
            if part > 0:
                below -= part * high
                blocks.append((key, round(below, 1), round(part * high, 1)))
        bars.append(Bar(name, round(LEFT + at * step + gap / 2, 1), round(step - gap, 1), blocks, *share.tolist()))
    return Bars(bars, [(round(HEIGHT - BOTTOM - each * high, 1), f"{each * 100:.0f} %") for each in STEPS], [])
