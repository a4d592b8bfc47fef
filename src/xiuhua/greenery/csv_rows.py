"""A row for each home and street that was measured, as ``xiuhua greenery measure`` writes them to CSV files."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from xiuhua.city.models import Building, Street
from xiuhua.greenery.measure import PARK_CLASSES_M2, Measured
from xiuhua.greenery.scene_of import Surveyed


def home_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    """A row for each home."""
    codes = dict(Building.objects.filter(pk__in=surveyed.buildings.tolist()).values_list("pk", "code"))
    see, door, persons = found.see, found.door, surveyed.scene.buildings.persons
    for at in np.flatnonzero(surveyed.scene.buildings.measured).tolist():
        yield {
            "code": codes[int(surveyed.buildings[at])], "persons": int(persons[at]), "windows": int(see.windows[at]),
            "share_one": _told(see.share_one[at]), "share_three": _told(see.share_three[at]),
            "seen_from_any_window": int(see.any_window[at]), "trees_near": int(see.near[at]),
            "view": _told(see.view[at]), "view_15": _told(see.view_15[at]),
            **{f"walk_m_{area:.0f}": _told(door.distance_m[each, at], 1) for each, area in enumerate(PARK_CLASSES_M2)},
            "straight_m": _told(door.straight_m[at], 1), "shade_of_walk": _told(found.walk[at]),
            "canopy_300m": _told(found.canopy_300m[at]),
        }  # fmt: skip


def street_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    """A row for each street with a pavement."""
    codes = dict(Street.objects.filter(pk__in=surveyed.streets.tolist()).values_list("pk", "code"))
    held = found.streets
    for at in np.flatnonzero(~np.isnan(held.canopy)).tolist():
        yield {
            "code": codes[int(surveyed.streets[at])], "length_m": _told(held.length_m[at], 1),
            "canopy": _told(held.canopy[at]), "sides_lined": _told(held.lined[at]), "points": int(held.points[at]),
            "shade": _told(held.shade[at]), "by_walls": _told(held.grey[at]), "by_crowns": _told(held.green[at]),
            "by_both": _told(held.both[at]), "light": _told(held.light[at]),
        }  # fmt: skip


def _told(value: float, digits: int = 4) -> str:
    """Empty where unknown; ``inf`` where no entrance is reached."""
    return "" if np.isnan(value) else "inf" if np.isinf(value) else f"{value:.{digits}f}"


def write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write ``rows`` to a CSV file that spreadsheets read."""
    held = list(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(held[0]) if held else ["code"])
        writer.writeheader()
        writer.writerows(held)
