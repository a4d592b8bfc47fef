"""The way from one door to the nearest entrance of a park, as a line along the streets."""

from typing import NamedTuple

import numpy as np
import shapely
from shapely.ops import substring

from xiuhua.greenery.door import Field, field_of, reach
from xiuhua.greenery.measure import PARK_CLASSES_M2, Options, Stage, of_class
from xiuhua.greenery.nearby import Local, Nearby
from xiuhua.greenery.network import Network, Places
from xiuhua.greenery.scene import Floats, Geometries, Ints

FIRST_LOOK_M = 600.0
_SAME_M = 1e-6


class Way(NamedTuple):
    """A way: points (k, 2) on the plane (m), the street of each of its k - 1 pieces (-1: beside any street).

    ``length_m`` is the walk; ``straight_m`` the straight line to the entrance; ``park`` a position in the scene.
    """

    points: Floats
    street: Ints
    length_m: float
    straight_m: float
    park: int


def way_to_park(
    nearby: Nearby, building: int, options: Options, smallest_m2: float = PARK_CLASSES_M2[0]
) -> tuple[Way, Local] | None:
    """The way of a building to the nearest entrance of a park of ``smallest_m2`` and more, and the stage it lies on.

    Looks about the building, ever farther until nothing beyond can be nearer. None where no entrance is reached or
    no street is near the door.
    """
    if not len(nearby.scene.streets):
        return None
    x, y = nearby.doors[building].tolist()
    scene = nearby.scene
    bounds = shapely.total_bounds(np.concatenate([scene.streets.lines, scene.parks.shapes]))
    west, south, east, north = bounds.tolist()
    farthest = max(east - x, x - west, north - y, y - south)
    radius = FIRST_LOOK_M
    while True:
        here = nearby.about(x, y, radius, options, trees=False)
        way = way_on(here.stage, here.building(building), smallest_m2)
        # A walk no longer than the radius cannot leave what was cut out, so nothing outside is nearer.
        if (way and way.length_m <= radius) or radius >= farthest:
            return way and (_of_whole(way, here), here)
        radius = min(3 * radius, max(farthest, radius + 1.0))


def _of_whole(way: Way, here: Local) -> Way:
    """The same way with streets and park as positions in the whole scene."""
    street = np.where(way.street >= 0, here.streets[way.street], -1)
    return way._replace(street=street, park=int(here.parks[way.park]))


def way_on(stage: Stage, building: int, smallest_m2: float = PARK_CLASSES_M2[0]) -> Way | None:
    """The way on a stage; streets and park are positions in its scene."""
    held, points, park = of_class(stage.entrances, stage.scene.parks.area_m2, smallest_m2)
    doors, only = stage.doors, slice(building, building + 1)
    door = Places(doors.edge[only], doors.offset[only], doors.beside[only])
    field = field_of(stage.network, held)
    found = reach(stage.network, door, held, field)
    entrance = int(found.entrance[0])
    if entrance < 0:
        return None
    pieces = _pieces(stage.network, door, held, field, entrance)
    start, end = stage.door_points[building], points[entrance]
    line, street = _drawn(stage.network, stage.lines, stage.line_street, pieces)
    whole, owner = np.vstack([start[None], line, end[None]]), np.concatenate([[-1], street, [-1]])
    moved = np.hypot(*np.diff(whole, axis=0).T) > _SAME_M
    kept = np.concatenate([[True], moved])
    straight = float(np.hypot(*(end - start)))
    return Way(whole[kept], owner[moved].astype(np.int64), float(found.walk_m[0]), straight, int(park[entrance]))


def _pieces(
    network: Network, door: Places, entrances: Places, field: Field, entrance: int
) -> list[tuple[int, float, float]]:
    """Edges of the way with the offsets at which it enters and leaves each."""
    edge, s = int(door.edge[0]), float(door.offset[0])
    goal, target = int(entrances.edge[entrance]), float(entrances.offset[entrance])
    length = float(network.length[edge])
    by_u = s + float(field.walk_m[network.u[edge]])
    by_v = length - s + float(field.walk_m[network.v[edge]])
    if edge == goal and abs(s - target) + float(entrances.beside[entrance]) <= min(by_u, by_v):
        return [(edge, s, target)]
    node = int(network.u[edge] if by_u <= by_v else network.v[edge])
    pieces = [(edge, s, 0.0 if by_u <= by_v else length)]
    while True:
        left = float(field.walk_m[node])
        along, leg = target, float(entrances.beside[entrance])
        if node == network.u[goal] and abs(leg + along - left) <= _SAME_M:
            return [*pieces, (goal, 0.0, target)]
        if node == network.v[goal] and abs(leg + float(network.length[goal]) - along - left) <= _SAME_M:
            return [*pieces, (goal, float(network.length[goal]), target)]
        edge, node = _downhill(network, field, node)
        ahead = int(network.v[edge]) == node
        whole = float(network.length[edge])
        pieces.append((edge, 0.0 if ahead else whole, whole if ahead else 0.0))


def _downhill(network: Network, field: Field, node: int) -> tuple[int, int]:
    """The edge and the node that the search came from."""
    best, least = (-1, -1), np.inf
    for place in range(int(network.at[node]), int(network.at[node + 1])):
        edge = int(network.edge_at[place])
        other = int(network.v[edge] if network.u[edge] == node else network.u[edge])
        further = float(field.walk_m[other] + network.length[edge])
        if other != node and further < least:
            best, least = (edge, other), further
    return best


def _drawn(
    network: Network, lines: Geometries, line_street: Ints, pieces: list[tuple[int, float, float]]
) -> tuple[Floats, Ints]:
    """The points of the pieces, and the street of the stretches between them."""
    points, street = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for edge, enters, leaves in pieces:
        line = int(network.line[edge])
        begins = float(network.begins[edge])
        part = shapely.get_coordinates(substring(lines[line], begins + enters, begins + leaves))
        points.append(part)
        # Between two pieces lies a joint of no length, which is dropped where the way is put together.
        street.append(np.full(len(part) - 1 + (len(points) > 2), line_street[line]))  # noqa: PLR2004
    return np.vstack(points), np.concatenate(street)
