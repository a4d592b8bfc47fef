"""A file once it is read: columns, geometries, and what the file says about itself."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from xiuhua.interop.exchange.findings import Finding

type Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Table:
    """Rows of a file.

    ``columns`` maps the name of a column to its values; ``geometry`` is an array of shapely geometries
    (None where a row has none), or None when the format has no geometry at all; ``crs`` is what the file
    states (an authority code or WKT), "" when it states nothing
    (``crs_assumed``: the standard of the format says so, not the file); ``rows`` numbers the rows from 1 as the file
    counts them. ``places`` names the columns from which the geometry was made. ``broken`` holds the rows that could
    not be read as rows, with what was there.
    """

    columns: dict[str, list[Any]]
    geometry: Geometries | None
    rows: list[int]
    crs: str = ""
    encoding: str = "UTF-8"
    crs_assumed: bool = False
    places: tuple[str, ...] = ()
    broken: list[tuple[Finding, dict[str, Any]]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.rows)

    def take(self, positions: npt.NDArray[np.int64]) -> "Table":
        """The rows at ``positions``, with the numbers they had."""
        return replace(
            self,
            columns={name: [values[i] for i in positions] for name, values in self.columns.items()},
            geometry=None if self.geometry is None else self.geometry[positions],
            rows=[self.rows[i] for i in positions],
        )

    def original(self, position: int) -> dict[str, Any]:
        """The columns of one row as the file had them."""
        return {name: values[position] for name, values in self.columns.items()}
