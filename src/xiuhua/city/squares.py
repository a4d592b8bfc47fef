"""The district in squares on one plane: which town each lies in, and how much of it.

A square has a column and a row: how many of its sides lie west and south of it, of metres from the zero of longitude
and of latitude. Squares of twice the side hold four of the others.
"""

from functools import partial

import numpy as np
import pyarrow as pa
import shapely

from xiuhua.city.layers import version_key
from xiuhua.city.models import Area, District
from xiuhua.foundation.geometry import from_wkb, metres_per_degree
from xiuhua.foundation.index import LayerCache

SCHEMA = pa.schema([
    ("column", pa.int64()), ("row", pa.int64()), ("town", pa.string()), ("area_m2", pa.int64()),
])  # fmt: skip


def plane_of(district: District) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude in the middle of the district; of the equator without borders."""
    boxes = Area.objects.filter(district=district, kind="town").values_list("min_lat", "max_lat")
    middle = sum(low + high for low, high in boxes) / (2 * len(boxes)) if boxes else 0.0
    east, north = metres_per_degree(middle)
    return float(east), float(north)


def squares_of(towns: list[tuple[str, shapely.Geometry]], east: float, north: float, side_m: float) -> pa.Table:
    """One row for each square and town that share ground, with whole square metres; (code, polygon in degrees)."""
    parts = []
    for code, polygon in towns:
        flat = shapely.transform(polygon, lambda lonlat: lonlat * (east, north))
        west, south, right, top = np.floor(np.array(flat.bounds) / side_m).astype(int)
        columns, rows = (axis.ravel() for axis in np.meshgrid(np.arange(west, right + 1), np.arange(south, top + 1)))
        boxes = shapely.box(columns * side_m, rows * side_m, (columns + 1) * side_m, (rows + 1) * side_m)
        shapely.prepare(flat)
        areas = np.where(shapely.contains_properly(flat, boxes), side_m**2, 0.0)
        cut = shapely.intersects(flat, boxes) & (areas == 0)
        areas[cut] = shapely.area(shapely.intersection(flat, boxes[cut]))
        whole = np.rint(areas).astype(np.int64)
        kept = whole > 0
        town = pa.array([code], pa.string()).take(pa.array(np.zeros(kept.sum(), dtype=np.int64)))
        parts.append(pa.table([columns[kept], rows[kept], town, whole[kept]], schema=SCHEMA))
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


def _load(key: str, _version: int, *, side_m: float) -> pa.Table:
    district = District.objects.get(code=key.split(":", maxsplit=1)[0])
    towns = Area.objects.filter(district=district, kind="town", valid_to__isnull=True).values_list("code", "geom")
    return squares_of([(code, from_wkb(bytes(wkb))) for code, wkb in towns], *plane_of(district), side_m)


_caches: dict[float, LayerCache[pa.Table]] = {}


def squares(district: District, side_m: float) -> pa.Table:
    """The squares of ``district`` with sides of ``side_m``; made anew when its areas change."""
    cache = _caches.setdefault(side_m, LayerCache(partial(_load, side_m=side_m)))
    return cache.get(version_key(district.code, "areas"))
