"""The three promises of tables with geometries (GeoDataFrames), in a notebook, without Django and without a database.

geopandas is not a dependency of xiuhua: whoever has such tables has it. Tables may come in any coordinate system that
they name; measured is on the UTM plane of the buildings.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from xiuhua.greenery.defaults import (
    Told,
    building_heights,
    leaves_stay,
    out_of_walls,
    residents,
    tree_sizes,
)  # fmt: skip
from xiuhua.greenery.hours import all_day, summer
from xiuhua.greenery.measure import Measured, Options, measure
from xiuhua.greenery.scene import STOREY_M, Buildings, Floats, Gates, Geometries, Parks, Scene, Streets, Trees


@dataclass(frozen=True)
class Frames:
    """The tables given, with what was measured as columns; ``assumed`` and ``rejected``: rule, objects, of how many."""

    buildings: Any
    streets: Any
    measured: Measured
    assumed: list[tuple[str, int, int]]
    rejected: list[tuple[str, int, int]]


def measure_frames(
    *, buildings: Any, trees: Any, streets: Any, parks: Any, zone: str, gates: Any = None, homes: Any = None,
    day: date | None = None, year: int = 2024, range_m: float = 50.0, azimuths: int = 90,
) -> Frames:  # fmt: skip
    """Measure GeoDataFrames.

    Columns read where there are any: buildings ``height_m``, ``floors``, ``persons``; trees (points) ``height_m``,
    ``crown_m``, ``base_m``, ``evergreen``, ``species``; streets (lines) ``width_m``, ``official``, ``path``; parks
    ``fenceless``, ``square``. ``gates`` are points, each of the park whose boundary is nearest. ``homes``: residential
    land; without it the official coverage is unknown. Shade: the summer set of ``year``, or the hours of one ``day``.

    Raises ValueError for a table without a coordinate system, or without one polygon among the buildings.
    """
    plane, told = _plane(buildings), Told([], [])
    houses = _flat(buildings, plane, "buildings")
    if not len(houses) or not np.isin(shapely.get_type_id(houses), (3, 6)).all():
        raise ValueError("buildings must be polygons, one at least")
    height = building_heights(_column(buildings, "height_m"), _column(buildings, "floors"), told)
    floor_m2 = shapely.area(houses) * np.maximum(np.floor(height / STOREY_M), 1)
    nowhere = np.full(len(houses), -1, dtype=np.int64)
    persons = residents(_column(buildings, "persons"), floor_m2, nowhere, np.empty(0), told)
    lines = _flat(streets, plane, "streets")
    ground = _flat(parks, plane, "parks")
    west, south, east, north = buildings.to_crs(4326).total_bounds
    scene = Scene(
        Buildings(houses, height, persons, np.ones(len(houses), dtype=bool)),
        _trees(trees, plane, houses, told),
        Streets(
            lines, _column(streets, "width_m"), np.ones(len(lines), dtype=bool), np.ones(len(lines), dtype=bool),
            _flag(streets, "official"), _flag(streets, "path"),
        ),
        Parks(ground, shapely.area(ground), _flag(parks, "fenceless"), _flag(parks, "square")),
        _gates(gates, plane, ground),
        np.empty(0, dtype=object) if homes is None else _flat(homes, plane, "homes"),
        float(west + east) / 2, float(south + north) / 2, tuple(told.assumed), tuple(told.rejected),
    )  # fmt: skip
    sky = all_day(day, zone, scene.lon, scene.lat) if day else summer(year, zone, scene.lon, scene.lat)
    found = measure(scene, Options(sky, range_m, azimuths=azimuths))
    return Frames(
        buildings.assign(
            windows=found.see.windows, share_one=found.see.share_one, share_three=found.see.share_three,
            seen_from_any_window=found.see.any_window, trees_near=found.see.near, view=found.see.view,
            walk_m_400=found.door.distance_m[0], straight_m=found.door.straight_m, shade_of_walk=found.walk,
            cool_way=found.cool.share, canopy_300m=found.canopy_300m,
        ),
        streets.assign(canopy=found.streets.canopy, lined=found.streets.lined, shade=found.streets.shade),
        found,
        [(one.key, one.count, one.total) for one in scene.assumed],
        [(one.key, one.count, one.total) for one in scene.rejected],
    )  # fmt: skip


def _plane(buildings: Any) -> Any:
    if buildings.crs is None:
        raise ValueError("buildings name no coordinate system: set one with set_crs, for instance 4326")
    return buildings.estimate_utm_crs()


def _flat(frame: Any, plane: Any, name: str) -> Geometries:
    if frame.crs is None:
        raise ValueError(f"{name} name no coordinate system: set one with set_crs, for instance 4326")
    return np.asarray(shapely.force_2d(np.asarray(frame.to_crs(plane).geometry, dtype=object)), dtype=object)


def _column(frame: Any, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.array([np.nan if value is None else value for value in frame[name]], dtype=np.float64)


def _flag(frame: Any, name: str) -> Any:
    return frame[name].to_numpy(dtype=bool) if name in frame else np.zeros(len(frame), dtype=bool)


def _trees(frame: Any, plane: Any, walls: Geometries, told: Told) -> Trees:
    at = shapely.get_coordinates(_flat(frame, plane, "trees"))
    species = [str(name or "") for name in frame["species"]] if "species" in frame else [""] * len(frame)
    x, y, stays = out_of_walls(at[:, 0].copy(), at[:, 1].copy(), walls, told)
    known, kind = np.unique(np.array(species, dtype=str), return_inverse=True)
    kind = np.where(known[kind] == "", -1, kind).astype(np.int64) if len(kind) else kind.astype(np.int64)
    height, radius, base = tree_sizes(
        _column(frame, "height_m"), _column(frame, "crown_m"), _column(frame, "base_m"), kind, told
    )
    evergreen = leaves_stay(_column(frame, "evergreen"), species, told)
    return Trees(x[stays], y[stays], height[stays], radius[stays], base[stays], evergreen[stays])


def _gates(frame: Any, plane: Any, parks: Geometries) -> Gates:
    if frame is None or not len(frame) or not len(parks):
        return Gates(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    points = _flat(frame, plane, "gates")
    at = shapely.get_coordinates(points)
    nearest = shapely.STRtree(shapely.boundary(parks)).nearest(points)
    return Gates(at[:, 0].copy(), at[:, 1].copy(), nearest.astype(np.int64))
