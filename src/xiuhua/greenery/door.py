"""出门见园: how far one walks from a door to the nearest entrance of a park.

The walk runs along the streets, from the place on an edge before the door to the place on an edge before the entrance,
with both straight legs. One search from all entrances at once answers for every building: D = o + min(s + d(u),
l - s + d(v), |s - s'| + o' for entrances on the same edge), with o the leg, s the offset on the edge of length l, and
d the distance of a node. What is not reached is infinite, never the limit of the search.

Source: Dijkstra 1959; edges are split by offset instead of snapped to nodes, which is worth several points at 300 m.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

from xiuhua.greenery.network import Network, Places
from xiuhua.greenery.scene import Floats, Ints


class Reach(NamedTuple):
    """For each door: walk (m, inf where none is reached, nan where it has no street) and the entrance, -1 none."""

    walk_m: Floats
    entrance: Ints


class Field(NamedTuple):
    """Distance (m) of every node to its nearest entrance, and which; the entrances by edge, for doors on the same."""

    walk_m: Floats
    entrance: Ints
    first: Ints  # (edges + 1,)
    on_edge: Ints


def field_of(network: Network, entrances: Places) -> Field:
    """The search from all ``entrances`` at once; those without an edge are nowhere."""
    nodes, edges = len(network.x), len(network.u)
    known = np.flatnonzero(entrances.edge >= 0)
    by_edge = known[np.argsort(entrances.edge[known], kind="stable")]
    first = np.searchsorted(entrances.edge[by_edge], np.arange(edges + 1)).astype(np.int64)
    walk, nearest = np.full(nodes, np.inf), np.full(nodes, -1, dtype=np.int64)
    _spread(network, known, entrances, walk, nearest)
    return Field(walk, nearest, first, by_edge.astype(np.int64))


def reach(network: Network, doors: Places, entrances: Places, field: Field | None = None) -> Reach:
    """The walk of each door to its nearest entrance."""
    held = field or field_of(network, entrances)
    walk, nearest = np.full(len(doors.edge), np.nan), np.full(len(doors.edge), -1, dtype=np.int64)
    _answer(network, doors, entrances, held, walk, nearest)
    return Reach(walk, nearest)


def with_entrance(network: Network, entrances: Places, new: Places, held: Field, doors: Places) -> Reach:
    """The walks once the one place of ``new`` is an entrance too, from the search ``held``.

    Only nodes that come nearer are visited. The new entrance has the number ``len(entrances.edge)``.
    """
    number = len(entrances.edge)
    both = Places(*(np.concatenate([a, b]) for a, b in zip(entrances, new, strict=True)))
    walk, nearest = held.walk_m.copy(), held.entrance.copy()
    edge = int(new.edge[0])
    if edge < 0:
        return reach(network, doors, entrances, held)
    _spread(network, np.array([number]), both, walk, nearest)
    first = held.first.copy()
    first[edge + 1 :] += 1
    on_edge = np.insert(held.on_edge, held.first[edge + 1], number)
    return reach(network, doors, both, Field(walk, nearest, first, on_edge))


def straight_m(doors: Floats, entrances: Floats) -> Floats:
    """Straight distance (m) of each of ``doors`` (n, 2) to the nearest of ``entrances`` (m, 2); inf without any."""
    if not len(entrances):
        return np.full(len(doors), np.inf)
    return np.asarray(cKDTree(entrances).query(doors)[0], dtype=np.float64)


@njit(cache=True, nogil=True)
def _spread(network: Network, starts: Ints, entrances: Places, walk: Floats, nearest: Ints) -> None:
    """Walk outwards from the entrances ``starts``, where that is nearer than ``walk`` says."""
    queue, touched = [(0.0, 0)], [0]
    queue.pop()
    for entrance in starts:
        edge = entrances.edge[entrance]
        along, leg = entrances.offset[entrance], entrances.beside[entrance]
        for node, away in ((network.u[edge], leg + along), (network.v[edge], leg + network.length[edge] - along)):
            if away < walk[node]:
                walk[node], nearest[node] = away, entrance
                heappush(queue, (away, node))
    _walk_on(network, np.inf, queue, walk, nearest, touched)


@njit(cache=True, nogil=True)
def _walk_on(
    network: Network, within_m: float, queue: list[tuple[float, int]], walk: Floats, nearest: Ints, touched: list[int]
) -> None:
    """Go on from the nodes of ``queue``, less than ``within_m`` in all; ``touched`` gets nodes never come to before."""
    # No kernel is called at every edge: counting its arrays in and out would take as long as all the rest.
    while len(queue) > 0:
        away, node = heappop(queue)
        if away > walk[node]:
            continue
        for place in range(network.at[node], network.at[node + 1]):
            edge = network.edge_at[place]
            other = network.v[edge] if network.u[edge] == node else network.u[edge]
            further = away + network.length[edge]
            if further < within_m and further < walk[other]:
                if walk[other] == np.inf:
                    touched.append(other)
                walk[other], nearest[other] = further, nearest[node]
                heappush(queue, (further, other))


@njit(cache=True, nogil=True)
def _answer(network: Network, doors: Places, entrances: Places, field: Field, walk: Floats, nearest: Ints) -> None:
    for door in range(len(doors.edge)):
        edge = doors.edge[door]
        if edge < 0:
            continue
        s, length = doors.offset[door], network.length[edge]
        u, v = network.u[edge], network.v[edge]
        best, which = s + field.walk_m[u], field.entrance[u]
        if length - s + field.walk_m[v] < best:
            best, which = length - s + field.walk_m[v], field.entrance[v]
        for place in range(field.first[edge], field.first[edge + 1]):
            entrance = field.on_edge[place]
            beside = abs(s - entrances.offset[entrance]) + entrances.beside[entrance]
            if beside < best:
                best, which = beside, entrance
        walk[door], nearest[door] = doors.beside[door] + best, which


@njit(cache=True, nogil=True)
def mean_around(
    start: int, stop: int, network: Network, doors: Places, reach_m: float, amount: Floats, weight: Floats, mean: Floats
) -> None:
    """Of each door the mean of ``amount`` / ``weight`` of the edges within ``reach_m`` of walk, by length reached.

    ``weight`` (m of pavement) of an edge counts by the share of it that is reached; nan where nothing is.
    """
    away, nobody = np.full(len(network.x), np.inf), np.full(len(network.x), -1)
    counted = np.zeros(len(network.u), np.bool_)
    for door in range(start, stop):
        edge = doors.edge[door]
        if edge < 0:
            continue
        left = reach_m - doors.beside[door]
        queue = [(0.0, 0)]
        queue.pop()
        touched = [0]
        touched.pop()
        s, length = doors.offset[door], network.length[edge]
        if left > 0 and length > 0:
            share = min(s, left) + min(length - s, left)
            above, below = amount[edge] * share / length, weight[edge] * share / length
        else:
            above, below = 0.0, 0.0
        for node, first in ((network.u[edge], s), (network.v[edge], length - s)):
            if first < left and first < away[node]:
                away[node] = first
                heappush(queue, (first, node))
                touched.append(node)
        _walk_on(network, left, queue, away, nobody, touched)
        for node in touched:
            for place in range(network.at[node], network.at[node + 1]):
                each = network.edge_at[place]
                if counted[each] or each == edge or network.length[each] <= 0:
                    continue
                counted[each] = True
                from_u = max(left - away[network.u[each]], 0.0)
                from_v = max(left - away[network.v[each]], 0.0)
                share = min(from_u + from_v, network.length[each]) / network.length[each]
                above += amount[each] * share
                below += weight[each] * share
        for node in touched:
            for place in range(network.at[node], network.at[node + 1]):
                counted[network.edge_at[place]] = False
            away[node] = np.inf
        if below > 0:
            mean[door] = above / below
