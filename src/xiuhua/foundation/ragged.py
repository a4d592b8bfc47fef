"""Rows of different lengths kept in one flat array."""

import numpy as np
import numpy.typing as npt

type Ints = npt.NDArray[np.int64]


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """For counts (2, 0, 3): the row of each item (0 0 2 2 2) and its place in the row (0 1 0 1 2)."""
    row = np.repeat(np.arange(counts.size), counts)
    return row, np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)


def totals(values: Ints, counts: Ints) -> Ints:
    """The sum of the flat ``values`` over each row; 0 for empty rows."""
    running = np.concatenate(([0], np.cumsum(values)))
    ends = np.cumsum(counts)
    return np.asarray(running[ends] - running[ends - counts], dtype=np.int64)
