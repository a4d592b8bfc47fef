"""Group places on a map into connected parts."""

import numpy as np

from xiuhua.demo.plan import Floats, Ints


def clusters(points: Floats, weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Labels 0..count-1 of points (n, 2): weighted k-means (Lloyd), seeded far apart; none stays empty."""
    seeds = [int(rng.integers(len(points)))]
    gap = np.full(len(points), np.inf)
    while len(seeds) < count:
        gap = np.minimum(gap, ((points - points[seeds[-1]]) ** 2).sum(axis=1))
        pull = gap * weights
        seeds.append(int(rng.choice(len(points), p=pull / pull.sum())))
    centres = points[seeds]
    labels = np.zeros(len(points), dtype=np.int64)
    for _ in range(12):
        labels = np.argmin(((points[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        labels[seeds[:count]] = np.where(np.bincount(labels, minlength=count) == 0, np.arange(count), labels[seeds])
        total = np.bincount(labels, weights, minlength=count)
        for axis in (0, 1):
            centres[:, axis] = np.bincount(labels, weights * points[:, axis], minlength=count) / total
    return labels


def connect(labels: Ints, pairs: Ints) -> Ints:
    """Make each part connected: pieces cut off from the main body join the neighbour with most borders.

    ``pairs`` (n, 2) holds neighbouring places in both directions. A piece without any neighbour stays.
    """
    labels = labels.copy()
    around: list[list[int]] = [[] for _ in labels]
    for left, right in pairs.tolist():
        around[left].append(right)
    for _ in range(20):
        moved = False
        for label in np.unique(labels).tolist():
            pieces = _pieces(np.flatnonzero(labels == label).tolist(), labels, around)
            for piece in sorted(pieces, key=lambda piece: (-len(piece), piece[0]))[1:]:
                outside = [int(labels[other]) for place in piece for other in around[place] if labels[other] != label]
                if outside:
                    labels[piece] = np.bincount(outside).argmax()
                    moved = True
        if not moved:
            break
    return labels


def _pieces(members: list[int], labels: Ints, around: list[list[int]]) -> list[list[int]]:
    left, pieces = set(members), []
    for start in members:
        if start not in left:
            continue
        left.discard(start)
        piece, ahead = [start], [start]
        while ahead:
            for other in around[ahead.pop()]:
                if other in left:
                    left.discard(other)
                    piece.append(other)
                    ahead.append(other)
        pieces.append(piece)
    return pieces
