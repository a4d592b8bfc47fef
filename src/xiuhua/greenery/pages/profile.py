"""Shade on both sides of one street: through a July day by hour, and along the street. Pure."""

from dataclasses import dataclass

import numpy as np

from xiuhua.greenery.casting import WALL
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.measure import Stage
from xiuhua.greenery.pavements import Pieces, Points, points_of
from xiuhua.greenery.scene import Bools, Floats
from xiuhua.greenery.shade import shade_at

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480.0, 160.0, 48.0, 8.0, 8.0, 24.0
BIN_M, MOST_BINS = 20.0, 60
STEPS = (0.0, 0.5, 1.0)
# Sides as ``Pieces`` names them; below this share of its length from end to end a street has no side of the sky.
LEFT_SIDE, RIGHT_SIDE, PATH = 1, -1, 0
STRAIGHT = 0.7


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
    """A chart of stacked bars with its axis; ``along`` are words beneath (place, word): hours, or metres."""

    bars: list[Bar]
    up: list[tuple[float, str]]
    along: list[tuple[float, str]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


@dataclass(frozen=True)
class Side:
    """One pavement of a street: which side (a quarter of the sky, ``left``, ``right``, ``path``), its shade as a share.

    ``by_hour`` and ``by_place``: the same through the day and along the street.
    """

    key: str
    share: float
    by_hour: Bars
    by_place: Bars


def profile_of(stage: Stage, street: int, hours: Hours) -> list[Side]:
    """The sides of a street of ``stage`` at the instants of ``hours``; none where no pavement lies outdoors.

    Points are those of ``points_of``, of each side by itself: who walks chooses one.
    """
    pieces = stage.pieces
    here = pieces.street == street
    if not here.any() or not len(hours):
        return []
    length = float(pieces.ends[here].max())
    found = []
    for side in (LEFT_SIDE, RIGHT_SIDE, PATH):
        points = points_of(Pieces(*(column[here & (pieces.side == side)] for column in pieces)), stage.walls)
        if len(points.x):
            found.append(_side(_key(pieces, here, side), points, length, hours, stage))
    return found


def _side(key: str, points: Points, length: float, hours: Hours, stage: Stage) -> Side:
    bits = shade_at(points.x, points.y, hours, stage.shadows)
    walls, crowns = (bits & WALL) > 0, (bits & ~np.uint8(WALL)) > 0
    # Points by instants: walls alone, both, crowns alone.
    states = np.stack([walls & ~crowns, walls & crowns, crowns & ~walls]).astype(np.float64)
    clock = np.array([at.hour for at in hours.at])
    full = sorted(set(clock.tolist()))
    by_hour = [states[:, :, clock == hour].mean(axis=(1, 2)) for hour in full]
    count = int(min(max(1, round(length / BIN_M)), MOST_BINS))
    place = np.minimum((points.along / length * count).astype(np.int64), count - 1)
    held = np.bincount(place, minlength=count)
    by_place = [
        states[:, place == at].mean(axis=(1, 2)) if held[at] else np.full(3, np.nan) for at in range(count)
    ]  # fmt: skip
    ends = [(LEFT, "0"), (WIDTH - RIGHT, f"{length:,.0f}")]
    chart = _bars(by_hour, [f"{hour}:00" for hour in full])
    named = [(bar.x + bar.width / 2, bar.name.removesuffix(":00")) for bar in chart.bars]
    stretches = [f"{at * length / count:,.0f}–{(at + 1) * length / count:,.0f} m" for at in range(count)]
    share = float((walls | crowns).mean())
    return Side(
        key, share, Bars(chart.bars, chart.up, named), Bars(_bars(by_place, stretches).bars, chart.up, ends)
    )  # fmt: skip


def _key(pieces: Pieces, here: Bools, side: int) -> str:
    """On which side of its street a pavement lies: by the sky where the street is about straight, else left, right."""
    if side == PATH:
        return "path"
    mine = here & (pieces.side == side)
    east, north = (pieces.bx - pieces.ax)[mine].sum(), (pieces.by - pieces.ay)[mine].sum()
    walked = np.hypot(pieces.bx - pieces.ax, pieces.by - pieces.ay)[mine].sum()
    if np.hypot(east, north) < STRAIGHT * walked:
        return "left" if side == LEFT_SIDE else "right"
    # To the left of (east, north) lies (-north, east).
    away_east, away_north = -north * side, east * side
    if abs(away_north) >= abs(away_east):
        return "north" if away_north > 0 else "south"
    return "east" if away_east > 0 else "west"


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
