"""The door for geometries: kind, emptiness, validity. Arrays in, arrays and findings out."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.geometry import area_m2
from xiuhua.interop.exchange.findings import Finding, finding
from xiuhua.interop.exchange.table import Geometries

# A repair that moves more than this share of the area is a guess at what was meant.
MAX_AREA_CHANGE = 0.05
WANTED = {
    "polygon": {"Polygon", "MultiPolygon"},
    "line": {"LineString", "MultiLineString"},
    "line-or-polygon": {"LineString", "MultiLineString", "Polygon", "MultiPolygon"},
    "point": {"Point"},
}
DIMENSIONS = {"polygon": {2}, "line": {1}, "line-or-polygon": {1, 2}, "point": {0}}


@dataclass
class Examined:
    """Geometries that may be loaded (None where refused), the refusals and the repairs."""

    geometry: Geometries
    refused: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)


def examine(geometry: Geometries, rows: list[int], wanted: str) -> Examined:
    """Check each geometry against the layer's kind ``wanted`` (a key of WANTED) and repair what can be repaired."""
    result = Examined(shapely.force_2d(geometry))
    shapes = result.geometry
    types = WANTED[wanted]
    for i in np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)).tolist():
        _refuse(result, i, finding(rows[i], "geometry", "", "geometry_missing"))
    for i in np.flatnonzero(~np.isfinite(shapely.bounds(shapes)).all(axis=1) & ~shapely.is_missing(shapes)).tolist():
        _refuse(result, i, finding(rows[i], "geometry", "", "geometry_infinite"))
    unwrapped = shapely.get_num_geometries(shapes) == 1
    single = np.isin(shapely.get_type_id(shapes), (4, 5, 6, 7)) & unwrapped
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    for i in range(len(shapes)):
        if shapes[i] is not None and shapes[i].geom_type not in types:
            facts = {"types": ", ".join(sorted(types))}
            _refuse(result, i, finding(rows[i], "geometry", shapes[i].geom_type, "geometry_type", **facts))
    if wanted != "point":
        _repair_all(result, rows)
    return result


def _refuse(result: Examined, position: int, remark: Finding) -> None:
    result.geometry[position] = None
    result.refused.append(remark)


def _repair_all(result: Examined, rows: list[int]) -> None:
    shapes = result.geometry
    for i in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)).tolist():
        reason = shapely.is_valid_reason(shapes[i])
        fixed = repair(shapes[i])
        if fixed is None:
            _refuse(result, i, finding(rows[i], "geometry", reason, "geometry_invalid"))
            continue
        before, after = area_m2(shapes[i]), area_m2(fixed)
        change = abs(after - before) / before if before else 1.0
        if change > MAX_AREA_CHANGE:
            remark = finding(rows[i], "geometry", reason, "repair_changes", percent=round(change * 100, 1))
            _refuse(result, i, remark)
            continue
        shapes[i] = fixed
        result.repaired.append(
            finding(rows[i], "geometry", reason, "repaired", before=round(before, 1), after=round(after, 1))
        )


def repair(geometry: BaseGeometry) -> BaseGeometry | None:
    """``geometry`` made valid with the same dimension, or None when nothing of that dimension is left."""
    if shapely.get_dimensions(geometry) != 2:  # noqa: PLR2004
        return None
    fixed = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts([fixed]) if part.geom_type == "Polygon" and not part.is_empty]
    if not parts:
        return None
    # A ring that runs along its own edge twice falls into parts that share it: no valid MultiPolygon, but one area.
    return shapely.union_all(parts)


def union_by(keys: list[object], geometry: Geometries, wanted: str) -> tuple[npt.NDArray[np.int64], Geometries, int]:
    """Merge rows with one key into one: positions of the first rows, their merged geometries, rows merged away.

    Inside a group, geometries of a dimension that the layer does not take (label points among polygons) are left
    out when there are others. Rows without a key stay as they are.
    """
    groups: dict[object, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault((i,) if key in {None, ""} else key, []).append(i)
    fits = np.isin(shapely.get_dimensions(geometry), sorted(DIMENSIONS[wanted]))
    firsts: list[int] = []
    merged = np.array([None] * len(groups), dtype=object)
    for number, members in enumerate(groups.values()):
        good = [i for i in members if fits[i]] or members
        firsts.append(good[0])
        merged[number] = _merge([geometry[i] for i in good])
    return np.array(firsts, dtype=np.int64), merged, len(keys) - len(groups)


def _merge(parts: list[BaseGeometry]) -> BaseGeometry | None:
    present = [part for part in parts if part is not None]
    if len(present) < 2:  # noqa: PLR2004
        return present[0] if present else None
    united = shapely.union_all([part if part.is_valid else shapely.make_valid(part) for part in present])
    return shapely.line_merge(united) if shapely.get_dimensions(united) == 1 else united
