"""Kerb sides: the two edges of a street, drawn from its centre line."""

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.foundation.geometry import to_degrees, to_metres

# Carriageway width in metres where a street does not state its own; shown as assumed on its page.
ASSUMED_WIDTH_M = {"expressway": 24.0, "main": 30.0, "secondary": 20.0, "branch": 12.0, "lane": 5.0}

type Geometries = npt.NDArray[np.object_]


def has_kerbs(street_class: str) -> bool:
    """Foot and cycle paths are swept as a whole and have no sides."""
    return street_class in ASSUMED_WIDTH_M


def width_of(street_class: str, width_m: float | None) -> float:
    """The stated width, or the assumed one of the class, in metres."""
    return width_m or ASSUMED_WIDTH_M[street_class]


def sides(centre_lines: Geometries, widths_m: npt.NDArray[np.float64]) -> tuple[Geometries, Geometries]:
    """Left and right edges (degrees) of ``centre_lines`` (degrees), seen along their direction.

    Where the offset collapses (a tight loop narrower than the street), the centre line stands in.
    """
    metres = to_metres(centre_lines)
    edges = []
    for sign in (1, -1):
        offset = shapely.offset_curve(metres, sign * widths_m / 2, join_style="mitre", mitre_limit=2.0)
        offset = np.where(shapely.is_empty(offset), metres, offset)
        edges.append(to_degrees(offset, centre_lines))
    return edges[0], edges[1]
