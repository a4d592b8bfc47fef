"""Unit grids: the 15-digit code and the rule by which grids are numbered inside a community."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

DIGITS = {"district": 6, "town": 9, "community": 12, "unit_grid": 15}


def reading_order(bounds: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The order in which grids are numbered: row by row from north to south, in a row from west to east.

    ``bounds`` (n, 4) holds west, south, east, north of each grid, in any unit. A row starts with the grid
    whose middle lies northernmost of those left, and takes every grid whose middle lies within half of the
    first one's height below it. Ties go west first. Returns the indices of the grids in order.
    """
    west, south, east, north = np.asarray(bounds, dtype=np.float64).reshape(-1, 4).T
    across, up = (west + east) / 2, (south + north) / 2
    left = np.lexsort((across, -up))
    order: list[int] = []
    while left.size:
        first = left[0]
        in_row = up[left] >= up[first] - (north[first] - south[first]) / 2
        row = left[in_row]
        order.extend(row[np.argsort(across[row], kind="stable")].tolist())
        left = left[~in_row]
    return np.asarray(order, dtype=np.int64)


def number_grids(communities: Sequence[str], bounds: npt.ArrayLike) -> list[str]:
    """The 15-digit code of each unit grid: 6 district + 3 town + 3 community + 3 sequence.

    ``communities`` names the 12-digit code of the community each grid lies in, ``bounds`` (n, 4) its
    bounding box. The sequence runs from 001 in every community, in ``reading_order``.

    Raises:
        ValueError: a community code is not 12 digits, or a community holds more than 999 grids.
    """
    boxes = np.asarray(bounds, dtype=np.float64).reshape(-1, 4)
    held = np.asarray(communities, dtype=object)
    if len(held) != len(boxes):
        raise ValueError(f"{len(held)} community codes for {len(boxes)} grids: give one for each")
    codes = [""] * len(held)
    for community in sorted(set(communities)):
        if len(community) != DIGITS["community"] or not (community.isascii() and community.isdigit()):
            raise ValueError(f"the community code {community!r} is not {DIGITS['community']} digits")
        members = np.flatnonzero(held == community)
        if len(members) > 999:  # noqa: PLR2004 - three digits
            raise ValueError(f"community {community} has {len(members)} unit grids; its codes end at 999: divide it")
        for sequence, index in enumerate(members[reading_order(boxes[members])].tolist(), start=1):
            codes[index] = f"{community}{sequence:03d}"
    return codes
