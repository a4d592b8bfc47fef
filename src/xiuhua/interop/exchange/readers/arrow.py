"""An Arrow table with a WKB column, which pyogrio and GeoParquet both give, as a Table."""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyproj.exceptions import CRSError

from xiuhua.interop.exchange.table import Geometries, Table

# What the libraries below raise for files that are damaged or made to harm.
BROKEN = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.GeometryError,
    pa.ArrowException,
    shapely.errors.ShapelyError,
    CRSError,
    OSError,
    ValueError,
    LookupError,
    MemoryError,
)


def to_table(data: pa.Table, geometry_column: str, crs: str, encoding: str = "UTF-8") -> Table:
    """Columns as Python values; the geometry column as shapely geometries (None where missing or unreadable)."""
    names = [name for name in data.column_names if name != geometry_column]
    columns = {name: [_plain(value) for value in data.column(name).to_pylist()] for name in names}
    geometry: Geometries | None = None
    if geometry_column in data.column_names:
        wkb = np.array([None] * data.num_rows, dtype=object)
        wkb[:] = data.column(geometry_column).to_pylist()
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    return Table(columns, geometry, list(range(1, data.num_rows + 1)), crs, encoding)


def _plain(value: Any) -> Any:
    """A value of an attribute as text, number, truth or date; structures as their text."""
    if isinstance(value, (str, bool, int, float, dt.date, dt.time)) or value is None:
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)
