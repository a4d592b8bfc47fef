"""The operating curve as a picture: how likely an area passes against how much of it truly fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.inspection.operating import GRID, curve

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 280, 56, 28, 14, 44
MOST = float(GRID[-1])
MARKED = (0.01, 0.02, 0.05, 0.10)


@dataclass(frozen=True)
class Tick:
    """A number beside an axis: where its line and its text stand."""

    at: float
    text_at: float
    text: str


@dataclass(frozen=True)
class Picture:
    """A line of points and the ticks of both axes, in units of the picture; ``rows`` says the same in numbers."""

    points: str
    up: list[Tick]
    along: list[Tick]
    rows: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def picture(checks: int, accept: int, deff: float) -> Picture | None:
    """Draw the curve of a plan of ``checks``; None without any."""
    if not checks:
        return None
    chances = curve(checks, accept, deff)
    line = " ".join(f"{_x(float(p))},{_y(float(chance))}" for p, chance in zip(GRID, chances, strict=True))
    return Picture(
        line,
        [Tick(_y(share), _y(share) + 4, f"{share * 100:.0f} %") for share in (0, 0.25, 0.5, 0.75, 1)],
        [Tick(_x(share), HEIGHT - BOTTOM + 18, f"{share * 100:.0f} %") for share in (0, 0.05, 0.10, 0.15)],
        _rows(curve(checks, accept, deff, MARKED).tolist()),
    )


def _rows(chances: Sequence[float]) -> list[tuple[str, str]]:
    return [(f"{share * 100:.0f} %", f"{chance * 100:.1f} %") for share, chance in zip(MARKED, chances, strict=True)]


def _x(share: float) -> float:
    return round(LEFT + share / MOST * (WIDTH - LEFT - RIGHT), 1)


def _y(chance: float) -> float:
    return round(HEIGHT - BOTTOM - chance * (HEIGHT - TOP - BOTTOM), 1)
