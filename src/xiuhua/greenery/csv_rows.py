"""A row for each home and street that was measured, as ``xiuhua greenery measure`` writes them to CSV files.

A dry run writes them too: they come from what was measured, not from tables. Columns are named as in ``listed.py``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from xiuhua.city.models import Building, Street
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.greenery.measure import PARK_CLASSES_M2, Measured
from xiuhua.greenery.scene import Bools, Ints
from xiuhua.greenery.scene_of import Surveyed


def home_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    """A row for each home, by code."""
    see, door, persons = found.see, found.door, surveyed.scene.buildings.persons
    for code, at in _by_code(Building, surveyed.buildings, surveyed.scene.buildings.measured):
        yield {
            "code": code, "persons": int(persons[at]), "windows": int(see.windows[at]),
            "share_one": _told(see.share_one[at]), "share_three": _told(see.share_three[at]),
            "seen_from_any_window": int(see.any_window[at]), "trees_near": int(see.near[at]),
            "view": _told(see.view[at]), "view_15": _told(see.view_15[at]),
            "joined": not np.isnan(door.distance_m[0, at]),
            **{f"walk_m_{area:.0f}": _told(door.distance_m[each, at], 1) for each, area in enumerate(PARK_CLASSES_M2)},
            "straight_m": _told(door.straight_m[at], 1), "shade_of_walk": _told(found.walk[at]),
            "cool_way": _told(found.cool.share[at]), "canopy_300m": _told(found.canopy_300m[at]),
        }  # fmt: skip


def street_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    """A row for each street that is measured, by code."""
    held, streets = found.streets, surveyed.scene.streets
    for code, at in _by_code(Street, surveyed.streets, streets.measured):
        yield {
            "code": code, "length_m": _told(held.length_m[at], 1), "official": bool(streets.official[at]),
            "canopy": _told(held.canopy[at]), "lined": _told(held.lined[at]), "points": int(held.points[at]),
            "shade": _told(held.shade[at]), "by_walls": _told(held.grey[at]), "by_crowns": _told(held.green[at]),
            "by_both": _told(held.both[at]), "light": _told(held.light[at]),
        }  # fmt: skip


def _by_code(model: type[Building | Street], ids: Ints, measured: Bools) -> list[tuple[str, int]]:
    """The code and the position of each object that is measured."""
    at = np.flatnonzero(measured).tolist()
    codes = dict(model._default_manager.filter(pk__in=ids[at].tolist()).values_list("pk", "code"))
    return sorted((codes[int(ids[each])], each) for each in at)


def _told(value: float, digits: int = 4) -> float | None:
    """None where it is unknown, or where no entrance is reached: ``joined`` tells which."""
    return round(float(value), digits) if np.isfinite(value) else None


def write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write ``rows`` to a CSV file that spreadsheets read."""
    held = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(list(held[0]) if held else ["code"], (row.values() for row in held)))
