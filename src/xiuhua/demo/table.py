"""Drawn objects as columns: quick to draw by the hundred thousand, turned into rows only when loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from xiuhua.demo.plan import Floats, Row, geographic, to_lonlat


@dataclass
class Table:
    """Columns of equal length with a place for each row: ``shapes``, or ``points`` (n, 2), on the plane."""

    shapes: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=np.object_))
    points: Floats | None = None
    columns: dict[str, Sequence[Any] | npt.NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.shapes if self.points is None else self.points)

    def rows(self) -> Iterator[Row]:
        """One dict a row, in degrees, as the loader takes them; values that are None or "" are left out."""
        names = list(self.columns)
        lists = [c.tolist() if isinstance(c, np.ndarray) else c for c in self.columns.values()]
        for place, values in zip(self._places(), zip(*lists, strict=True), strict=True):
            row = {name: value for name, value in zip(names, values, strict=True) if value is not None and value != ""}
            row.update(place)
            yield row

    def _places(self) -> Iterator[Row]:
        if self.points is not None:
            for lon, lat in to_lonlat(self.points).tolist():
                yield {"lon": lon, "lat": lat}
        elif len(self.shapes):
            for shape in geographic(self.shapes):
                yield {"geometry": shape}

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column as an array."""
        held = self.columns[name]
        return held if isinstance(held, np.ndarray) else np.array(held)


def from_rows(rows: list[Row]) -> Table:
    """A table from rows that carry their plane ``geometry``."""
    names = sorted({name for row in rows for name in row} - {"geometry"})
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row["geometry"] for row in rows]
    return Table(shapes=shapes, columns={name: [row.get(name) for row in rows] for name in names})
