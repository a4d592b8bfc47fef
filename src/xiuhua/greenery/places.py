"""In which areas homes, streets and residential land lie: the places by which figures are told."""

from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.city.area_index import AreaIndex, KindLayer
from xiuhua.greenery.scene import Bools, Floats, Geometries, Ints, points_in
from xiuhua.greenery.scene_of import Plane, Surveyed

WHOLE = "district"


@dataclass(frozen=True)
class Kind:
    """The areas of one kind: the id of that of each building, street, parcel and park (0 none), and codes by id."""

    kind: str
    homes: Ints
    streets: Ints
    land: Ints
    parks: Ints
    codes: dict[int, str]


def kinds_of(surveyed: Surveyed, areas: AreaIndex) -> list[Kind]:
    """Every kind of area below the district; doors, middles of streets, points on land say where each lies."""
    scene, plane = surveyed.scene, surveyed.plane
    points = (
        surveyed.nearby.doors,
        _middles(scene.streets.lines),
        points_in(scene.homes),
        points_in(scene.parks.shapes),
    )
    spots = [_degrees(plane, at) for at in points]
    return [_kind(layer, areas, spots) for layer in areas.kinds if layer.rank > 0]


def keys_of(kinds: list[Kind], measured: Bools) -> list[str]:
    """The keys of places in order: the district, then ``kind:code`` of every area in which a measured home lies."""
    found = [WHOLE]
    for each in kinds:
        lived_in = np.unique(each.homes[measured])
        found += [f"{each.kind}:{each.codes[area]}" for area in lived_in[lived_in > 0].tolist()]
    return found


def number(ids: Ints, lived_in: Ints) -> Ints:
    """The position of each id in ``lived_in`` (ascending), -1 where it is not there."""
    if not len(lived_in):
        return np.full(len(ids), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(lived_in, ids), len(lived_in) - 1)
    return np.where(lived_in[at] == ids, at, -1)


def _kind(layer: KindLayer, areas: AreaIndex, spots: list[tuple[Floats, Floats]]) -> Kind:
    homes, streets, land, parks = (areas.ids_at(layer.kind, lon, lat) for lon, lat in spots)
    return Kind(layer.kind, homes, streets, land, parks, {place.id: place.code for place in layer.places})


def _degrees(plane: Plane, at: Floats) -> tuple[Floats, Floats]:
    return plane.degrees(at[:, 0], at[:, 1])


def _middles(lines: Geometries) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True)))
