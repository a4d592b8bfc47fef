"""The walking network: streets cut where they meet, with a place on it for every door and gate.

Streets come as centre lines that may cross anywhere and may end a little beside the street they run into. Where two
meet, both are cut; an end within ``JOIN_M`` of a street is joined to it. A place on the network is a street and an
offset along it, so that walks are measured to the metre and not to the next node.
"""

from typing import NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from xiuhua.greenery.nearest import nearest_on
from xiuhua.greenery.scene import Floats, Geometries, Ints

JOIN_M = 1.0
_SAME_M = 0.01


class Network(NamedTuple):
    """Edges u-v of ``length`` m, on street ``line`` from offset ``begins``; of line i: ``first[i]:first[i+1]``.

    ``x``, ``y`` are the nodes. Adjacency: the edges at node n are ``edge_at[at[n]:at[n+1]]``.
    """

    u: Ints
    v: Ints
    length: Floats
    line: Ints
    begins: Floats
    first: Ints
    x: Floats
    y: Floats
    at: Ints
    edge_at: Ints


class Places(NamedTuple):
    """Places on the network: edge (-1 none), offset on it (m), distance to it (m)."""

    edge: Ints
    offset: Floats
    beside: Floats


def network_of(lines: Geometries) -> Network:
    """Cut ``lines`` (LineStrings, m) where they meet or end beside one another, and join what meets."""
    count, lengths = len(lines), shapely.length(lines)
    line_a, offset_a, line_b, offset_b = _meetings(lines)
    ends = np.arange(count)
    line = np.concatenate([ends, ends, line_a, line_b])
    offset = np.concatenate([np.zeros(count), lengths, offset_a, offset_b])
    offset = np.clip(offset, 0.0, lengths[line])
    met = np.arange(len(line_a)) + 2 * count
    # Cuts of one line closer than a centimetre are one cut.
    order = np.lexsort((offset, line))
    apart = np.ones(len(order), dtype=bool)
    apart[1:] = (line[order][1:] != line[order][:-1]) | (np.diff(offset[order]) > _SAME_M)
    cut = np.empty(len(order), dtype=np.int64)
    cut[order] = np.cumsum(apart) - 1
    kept = order[apart]
    joined = coo_array(
        (np.ones(len(met), dtype=np.int8), (cut[met], cut[met + len(met)])), shape=(len(kept), len(kept))
    )
    nodes, node = connected_components(joined, directed=False)
    of_line, at = line[kept], offset[kept]
    follows = np.flatnonzero(of_line[1:] == of_line[:-1])
    u, v, length = node[follows], node[follows + 1], at[follows + 1] - at[follows]
    points = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines[of_line], at)) if len(kept) else np.empty((0, 2))
    )
    x, y = np.empty(nodes), np.empty(nodes)
    x[node], y[node] = points[:, 0], points[:, 1]
    edge_line = of_line[follows]
    first = np.searchsorted(edge_line, np.arange(count + 1))
    ends_at = np.concatenate([u, v])
    by_node = np.argsort(ends_at, kind="stable")
    at_node = np.searchsorted(ends_at[by_node], np.arange(nodes + 1))
    return Network(
        u.astype(np.int64), v.astype(np.int64), length, edge_line.astype(np.int64), at[follows],
        first.astype(np.int64), x, y, at_node.astype(np.int64), (by_node % max(len(u), 1)).astype(np.int64),
    )  # fmt: skip


def _meetings(lines: Geometries) -> tuple[Ints, Floats, Ints, Floats]:
    """Where lines meet: pairs of (line, offset) that are one place."""
    tree = shapely.STRtree(lines)
    first, second = tree.query(lines, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    points, pair = _touching_points(shapely.intersection(lines[first], lines[second]))
    a, b = [first[pair]], [second[pair]]
    places = [points]
    for at in (0, -1):  # ends that stop a little short of a street
        ends = shapely.get_point(lines, at)
        end, near = tree.query(ends, predicate="dwithin", distance=JOIN_M)
        other = end != near
        a.append(end[other])
        b.append(near[other])
        places.append(ends[end[other]])
    line_a, line_b, where = np.concatenate(a), np.concatenate(b), np.concatenate(places)
    return (
        line_a.astype(np.int64), shapely.line_locate_point(lines[line_a], where), line_b.astype(np.int64),
        shapely.line_locate_point(lines[line_b], where),
    )  # fmt: skip


def _touching_points(shared: Geometries) -> tuple[Geometries, Ints]:
    """Points at which pairs meet; of stretches that run together both ends."""
    parts, pair = shapely.get_parts(shared, return_index=True)
    points = shapely.get_type_id(parts) == 0
    stretch = ~points
    ends = np.concatenate([shapely.get_point(parts[stretch], at) for at in (0, -1)]) if stretch.any() else parts[:0]
    return np.concatenate([parts[points], ends]), np.concatenate([pair[points], pair[stretch], pair[stretch]])


def place_on(network: Network, lines: Geometries, points: Floats, farthest_m: float = np.inf) -> Places:
    """The nearest place on the network for each of ``points`` (n, 2); edge -1 where none is within ``farthest_m``."""
    edge = np.full(len(points), -1, dtype=np.int64)
    offset = np.zeros(len(points))
    line, along, beside = nearest_on(lines, points, farthest_m)
    found = line >= 0
    edge[found], offset[found] = place_along(network, line[found], along[found])
    return Places(edge, offset, beside)


def place_along(network: Network, line: Ints, along: Floats) -> tuple[Ints, Floats]:
    """Edge and offset on it of places given as street and offset along it."""
    # Edges lie sorted by line and offset: one number that grows with both finds them at once.
    span = float(max(network.begins.max(initial=0.0), np.max(along, initial=0.0))) + 1e4
    keys = network.line * span + network.begins
    edge = np.searchsorted(keys, line * span + along, side="right") - 1
    edge = np.clip(edge, network.first[line], np.maximum(network.first[line + 1] - 1, network.first[line]))
    on = np.clip(along - network.begins[edge], 0.0, network.length[edge])
    return edge.astype(np.int64), on
