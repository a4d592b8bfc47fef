"""The official service radius coverage: residential land within a circle around parks, however one has to walk.

Garden city rule: 500 m around parks of 5,000 m2 and more, 300 m around those of 400 to 5,000 m2, smaller ones not; the
radii from memory of the assessment standard. GB/T 51346-2019 clause 4.3.4: park green and squares, one radius of 500 m.
"""

import numpy as np
import shapely

from xiuhua.greenery.parts import side_by_side
from xiuhua.greenery.scene import Floats, Geometries, Parks

SMALLEST_M2, LARGE_M2 = 400.0, 5_000.0
SMALL_RADIUS_M, LARGE_RADIUS_M = 300.0, 500.0
_QUADRANT = 64


def radius_m(area_m2: Floats) -> Floats:
    """The radius of the garden city rule for parks so large; nan for those that have none."""
    area = np.asarray(area_m2, dtype=np.float64)
    return np.where(area >= LARGE_M2, LARGE_RADIUS_M, np.where(area >= SMALLEST_M2, SMALL_RADIUS_M, np.nan))


def radius_national_m(area_m2: Floats) -> Floats:
    """The radius of GB/T 51346: 500 m for every park and square."""
    return np.full(np.shape(area_m2), LARGE_RADIUS_M)


def covered_m2(homes: Geometries, parks: Geometries, radii_m: Floats) -> Floats:
    """Of each polygon of ``homes`` the area (m2) within ``radii_m`` of one of ``parks``; without radius none.

    Circles are united locally, around one parcel at a time.
    """
    reaching = ~np.isnan(radii_m)
    inside = np.zeros(len(homes))
    if not reaching.any() or not len(homes):
        return inside
    # Parcels drawn by hand may touch themselves; overlays need valid ones.
    homes = np.where(shapely.is_valid(homes), homes, shapely.make_valid(homes))
    circles = shapely.buffer(parks[reaching], radii_m[reaching], quad_segs=_QUADRANT)
    parcel, circle = shapely.STRtree(circles).query(homes, predicate="intersects")
    order = np.argsort(parcel, kind="stable")
    parcel, circle = parcel[order], circle[order]
    first = np.searchsorted(parcel, np.arange(len(homes) + 1))
    shapely.prepare(circles)
    whole = np.zeros(len(homes), dtype=bool)
    np.logical_or.at(whole, parcel, shapely.covers(circles[circle], homes[parcel]))
    inside[whole] = shapely.area(homes[whole])
    for home in np.flatnonzero(~whole & (np.diff(first) > 0)).tolist():
        near = circles[circle[first[home] : first[home + 1]]]
        inside[home] = shapely.area(
            shapely.intersection(shapely.union_all(shapely.intersection(near, homes[home])), homes[home])
        )
    return inside


def covered_of(homes: Geometries, parks: Parks, *, national: bool = False) -> Floats:
    """Of each parcel of residential land the area (m2) covered. ``national``: GB/T 51346, with squares."""
    counted = np.ones(len(parks), dtype=bool) if national else ~parks.square
    radii = radius_national_m(parks.area_m2) if national else radius_m(parks.area_m2)
    return covered_m2(homes, parks.shapes[counted], radii[counted])


def covered_both(homes: Geometries, parks: Parks) -> tuple[Floats, Floats]:
    """Of each parcel the area (m2) covered by the garden city rule and by GB/T 51346."""
    return side_by_side(lambda: covered_of(homes, parks), lambda: covered_of(homes, parks, national=True))


def share_of(inside_m2: Floats, homes: Geometries) -> float:
    """The share of residential land covered; nan without residential land."""
    land = float(shapely.area(homes).sum())
    return float(inside_m2.sum()) / land if land > 0 else float("nan")


def coverage(homes: Geometries, parks: Parks, *, national: bool = False) -> float:
    """The share of residential land covered; nan without residential land. ``national``: GB/T 51346, with squares."""
    return share_of(covered_of(homes, parks, national=national), homes)
