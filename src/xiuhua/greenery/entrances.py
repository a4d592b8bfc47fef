"""Where one enters a park: mapped gates; else where walkable streets cross its boundary; else unknown, never at once.

A park without a fence is entered anywhere: points along its whole boundary count, as far as a street passes near.
"""

from typing import NamedTuple

import numpy as np
import shapely

from xiuhua.greenery.network import Network, Places, place_along, place_on
from xiuhua.greenery.scene import Floats, Gates, Geometries, Ints, Parks

# Along an open boundary: a point every ten metres, reached from streets that pass within thirty.
EVERY_M, BESIDE_M = 10.0, 30.0
GATE, CROSSING, OPEN, UNKNOWN = 0, 1, 2, 3


class Entrances(NamedTuple):
    """Entrances: place (m, (n, 2)), on the network, park; ``by`` (parks,) how each park's entrances are known."""

    points: Floats
    places: Places
    park: Ints
    by: Ints


def entrances_of(parks: Parks, gates: Gates, lines: Geometries, network: Network) -> Entrances:
    """The entrances of all parks. ``lines`` are the walkable streets that ``network`` was made of."""
    by = np.full(len(parks), UNKNOWN, dtype=np.int64)
    points, park, parts = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)], []
    if len(gates):
        at = np.column_stack([gates.x, gates.y])
        points.append(at)
        park.append(gates.park)
        parts.append(place_on(network, lines, at))
        by[gates.park] = GATE
    for taken, how in ((parks.fenceless & (by == UNKNOWN), OPEN), (~parks.fenceless & (by == UNKNOWN), CROSSING)):
        which = np.flatnonzero(taken)
        if not len(which) or not len(lines):
            continue
        found = (
            _along(parks.shapes[which], network, lines)
            if how == OPEN
            else _crossed(parks.shapes[which], network, lines)
        )
        points.append(found[0])
        parts.append(found[1])
        park.append(which[found[2]])
        by[np.unique(which[found[2]])] = how
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.empty(0)] * 3
    places = Places(joined[0].astype(np.int64), joined[1], joined[2])
    return Entrances(np.vstack(points), places, np.concatenate(park).astype(np.int64), by)


def _crossed(shapes: Geometries, network: Network, lines: Geometries) -> tuple[Floats, Places, Ints]:
    """Every crossing of a street with a boundary, and every end of a street on it."""
    edges = shapely.boundary(shapes)
    line, park = shapely.STRtree(edges).query(lines, predicate="intersects")
    met, pair = shapely.get_parts(shapely.intersection(lines[line], edges[park]), return_index=True)
    points = np.flatnonzero(shapely.get_type_id(met) == 0)
    at, pair = met[points], pair[points]
    edge, offset = place_along(network, line[pair], shapely.line_locate_point(lines[line[pair]], at))
    return shapely.get_coordinates(at), Places(edge, offset, np.zeros(len(edge))), park[pair].astype(np.int64)


def _along(shapes: Geometries, network: Network, lines: Geometries) -> tuple[Floats, Places, Ints]:
    """Points along the whole boundary from which a street is near; of a park with none the nearest point."""
    rings, of_ring = shapely.get_rings(shapely.get_parts(shapes), return_index=True)
    owner = shapely.get_parts(shapes, return_index=True)[1][of_ring]
    each = np.maximum(np.ceil(shapely.length(rings) / EVERY_M), 1).astype(np.int64)
    ring = np.repeat(np.arange(len(rings)), each)
    share = (np.arange(len(ring)) - np.repeat(np.cumsum(each) - each, each)) / each[ring]
    at = shapely.get_coordinates(shapely.line_interpolate_point(rings[ring], share, normalized=True))
    places, park = place_on(network, lines, at), owner[ring]
    nearest = np.full(len(shapes), np.inf)
    np.minimum.at(nearest, park, places.beside)
    kept = places.beside <= np.maximum(BESIDE_M, nearest[park])
    return at[kept], Places(*(column[kept] for column in places)), park[kept].astype(np.int64)
