"""What each floor of a home sees, drawn as its facade: windows that see three trees, one, none. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.greenery.card import Floor

WIDTH, LEFT, ROW, GAP = 320.0, 34.0, 12.0, 2.0
# More windows than this on a floor are drawn as parts of a row.
MOST_CELLS = 40


@dataclass(frozen=True)
class Row:
    """One floor from the top down: where it stands, its number from 1, and its cells (start, width, class)."""

    y: float
    number: int
    named: bool
    cells: list[tuple[float, float, str]]


@dataclass(frozen=True)
class Facade:
    """All floors; ``alike`` the floors that see the same, put together: (first, last, Floor), the topmost first."""

    rows: list[Row]
    alike: list[tuple[int, int, Floor]]
    height: float
    width: float = WIDTH
    cell: float = ROW - GAP


def facade_of(floors: Sequence[Floor]) -> Facade | None:
    """Draw the floors; None where there is no window."""
    if not floors:
        return None
    top = len(floors)
    every = 1 if top <= 12 else 5  # noqa: PLR2004 - numbers beside every floor, else beside every fifth
    rows = [
        Row((top - each.floor - 1) * ROW + GAP, number, number % every == 0 or number == 1, _cells(each))
        for number, each in sorted(((each.floor + 1, each) for each in floors), reverse=True)
    ]  # fmt: skip
    return Facade(rows, _alike(floors), top * ROW + GAP)


def _cells(floor: Floor) -> list[tuple[float, float, str]]:
    """Windows in the order of what they see, not of where they are."""
    counts = (
        ("three", floor.see_three),
        ("one", floor.see_one - floor.see_three),
        ("none", floor.windows - floor.see_one),
    )
    each = (WIDTH - LEFT) / floor.windows
    cells, start = [], LEFT
    for key, count in counts:
        if floor.windows > MOST_CELLS:
            if count:
                cells.append((round(start, 1), round(count * each - GAP, 1), key))
        else:
            cells += [(round(start + at * each, 1), round(each - GAP, 1), key) for at in range(count)]
        start += count * each
    return cells


def _alike(floors: Sequence[Floor]) -> list[tuple[int, int, Floor]]:
    found: list[tuple[int, int, Floor]] = []
    for each in floors:
        if found and found[-1][2][1:] == each[1:]:
            found[-1] = (found[-1][0], each.floor + 1, each)
        else:
            found.append((each.floor + 1, each.floor + 1, each))
    return found[::-1]
