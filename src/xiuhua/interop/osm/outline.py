"""Which polygon is the district: a boundary relation, the outline it has already, or a box round the data."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.interop.osm.reading import Found, Reading, representative_points
from xiuhua.interop.osm.rules import OUTLINE

# A boundary that holds less of the file's objects than this is a part of the place, not the place.
LEAST_SHARE = 0.5


class NoBoundaryError(ValueError):
    """The boundary asked for is not whole in the file; ``known`` lists the ones that are."""

    def __init__(self, relation: int, known: list[Found]) -> None:
        super().__init__(f"relation {relation}")
        self.relation, self.known = relation, known


@dataclass(frozen=True)
class Outline:
    """The outline and where it is from: ``how`` is boundary, kept or box; ``found`` the relation, if one."""

    geometry: BaseGeometry
    how: str
    found: Found | None = None
    share: float = 1.0


def choose(reading: Reading, *, relation: int | None, kept: BaseGeometry | None, kept_from: str) -> Outline:
    """The outline of the district among the boundaries of ``reading``.

    ``relation`` is the one asked for. Otherwise an outline that the district has (``kept``) stays, drawn anew
    if its own relation (code ``kept_from``) is in the file; otherwise the largest whole boundary that holds at
    least half of the objects; otherwise the box of the file. Raises NoBoundaryError.
    """
    boundaries = [item for item in reading.found if _is_boundary(item)]
    if relation is not None:
        for item in boundaries:
            if item.ref == ("r", relation):
                return Outline(item.geometry, "boundary", item)
        raise NoBoundaryError(relation, sorted(boundaries, key=lambda item: item.ref))
    if kept is not None:
        for item in boundaries:
            if item.code == kept_from:
                return Outline(item.geometry, "boundary", item)
        return Outline(kept, "kept")
    points = representative_points([item for item in reading.found if not _is_boundary(item)])
    for item in sorted(boundaries, key=lambda item: -item.geometry.area):
        share = float(inside(item.geometry, points).mean()) if len(points) else 1.0
        if share >= LEAST_SHARE:
            return Outline(item.geometry, "boundary", item, share)
    return Outline(shapely.box(*_box(reading)), "box")


def inside(outline: BaseGeometry, geometries: np.ndarray) -> np.ndarray:
    """Which geometries touch the outline."""
    shapely.prepare(outline)
    return np.asarray(shapely.intersects(outline, geometries), dtype=bool)


def mostly_inside(outline: BaseGeometry, polygons: np.ndarray) -> np.ndarray:
    """Which polygons lie inside the outline with more than half of their area."""
    return np.asarray(shapely.area(shapely.intersection(outline, polygons)) > shapely.area(polygons) / 2, dtype=bool)


def _is_boundary(item: Found) -> bool:
    return any(layer.key == OUTLINE for layer, _rules in item.matches)


def _box(reading: Reading) -> tuple[float, float, float, float]:
    if reading.box:
        return reading.box
    geometries = np.empty(len(reading.found), dtype=object)
    geometries[:] = [item.geometry for item in reading.found]
    west, south, east, north = shapely.total_bounds(geometries).tolist()
    return west, south, east, north
