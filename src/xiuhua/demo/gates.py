"""Gates: where the streets meet the parks that have a fence; the others are open on all sides."""

from itertools import count

import numpy as np
import shapely

from xiuhua.demo.plan import Floats, Row
from xiuhua.demo.table import Table

FENCED = ("comprehensive_park", "community_park", "special_park")
OPEN = ("garden", "pocket_park", "square")
# A street meets a park when it comes this near: half of a main road, the verge, the rounded corner.
_REACH_M = 50.0
_APART_M = 30.0
# Gates of a park up to so many square metres; larger ones have four.
_GATES = ((30_000, 2), (80_000, 3))
_MOST = 4
_SIDES = (("东", "East"), ("东北", "North-East"), ("北", "North"), ("西北", "North-West"), ("西", "West"),
          ("西南", "South-West"), ("南", "South"), ("东南", "South-East"))  # fmt: skip


def draw_gates(greens: Table, streets: Table) -> Table:
    """Two to four gates for each fenced park, on its boundary, as far from one another as the junctions allow.

    A park that one street alone comes near, or none, has one gate.
    """
    fenced = np.flatnonzero(np.isin(greens.column("kind"), FENCED))
    walked = streets.shapes[streets.column("street_class") != "expressway"]
    tree = shapely.STRtree(walked)
    pairs = tree.query(greens.shapes[fenced], predicate="dwithin", distance=_REACH_M)
    codes, zh, en = (greens.columns[name] for name in ("code", "name_zh", "name_en"))
    rows: list[Row] = []
    points: list[Floats] = []
    for number, park in enumerate(fenced.tolist()):
        shape = greens.shapes[park]
        chosen = _places(shape, walked[pairs[1][pairs[0] == number]])
        if not chosen:
            chosen = [shapely.get_coordinates(shapely.shortest_line(shape, walked[tree.nearest(shape)]))[0]]
        middle = np.array([shape.centroid.x, shape.centroid.y])
        used: dict[int, int] = {}
        for place in chosen:
            east, north = place - middle
            side = round(np.arctan2(north, east) / (np.pi / 4)) % len(_SIDES)
            used[side] = used.get(side, 0) + 1
            more = "" if used[side] == 1 else str(used[side])
            rows.append({
                "code": f"E{len(rows) + 1:04d}", "green": codes[park],
                "name_zh": f"{zh[park]}{_SIDES[side][0]}门{more}",
                "name_en": f"{en[park]} {_SIDES[side][1]} Gate {more}".strip(),
            })  # fmt: skip
            points.append(place)
    return Table(
        points=np.array(points).reshape(-1, 2),
        columns={name: [row[name] for row in rows] for name in ("code", "green", "name_zh", "name_en")},
    )


def _places(park: shapely.Polygon, streets: np.ndarray) -> list[Floats]:
    """Places on the boundary of ``park`` where ``streets`` begin or end before it; along them where none does."""
    for steps in ((0.0, 1.0), (0.0, 0.25, 0.5, 0.75, 1.0)):
        at = np.concatenate([shapely.line_interpolate_point(streets, step, normalized=True) for step in steps])
        at = at[shapely.dwithin(at, park.exterior, _REACH_M)]
        edge = shapely.line_interpolate_point(park.exterior, shapely.line_locate_point(park.exterior, at))
        places = np.unique(shapely.get_coordinates(edge).round(2), axis=0)
        chosen = _apart(places, next((gates for most, gates in _GATES if park.area <= most), _MOST))
        if len(chosen) > 1:
            break
    return chosen


def _apart(places: Floats, wanted: int) -> list[Floats]:
    """Up to ``wanted`` of the places, each the farthest from those before it and never nearer than the least."""
    if not len(places):
        return []
    chosen = [places[0]]
    gap = np.full(len(places), np.inf)
    for _ in count(1):
        gap = np.minimum(gap, np.hypot(*(places - chosen[-1]).T))
        farthest = int(np.argmax(gap))
        if len(chosen) == wanted or gap[farthest] < _APART_M:
            return chosen
        chosen.append(places[farthest])
    return chosen
