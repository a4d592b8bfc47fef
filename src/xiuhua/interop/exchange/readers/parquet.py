"""GeoParquet through pyarrow; plain Parquet with WKB is taken when the coordinate system is declared."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.readers.arrow import BROKEN, to_table
from xiuhua.interop.exchange.table import Table
from xiuhua.interop.exchange.unpack import MAX_BYTES

MAX_ROWS = 10_000_000
PLAIN_NAMES = ("geometry", "geom", "wkb_geometry")


def read(path: Path) -> Table:
    """Read a GeoParquet file (WKB encoding). Raises FileRefusedError."""
    try:
        _refuse_bomb(path)
        data = pq.read_table(path)
        name, column = _geometry_column(data)
        if column.get("encoding", "WKB") != "WKB":
            raise FileRefusedError("parquet_encoding", file=path.name, encoding=column["encoding"])
        return to_table(data, name, _crs(column))
    except (*BROKEN, TypeError, AttributeError) as fault:  # the last two: metadata of another shape
        raise FileRefusedError("file_broken", file=path.name, fault=str(fault)[:300]) from fault


def _geometry_column(data: pa.Table) -> tuple[str, dict[str, Any]]:
    """Name and description of the geometry column; "" and no system where the file says nothing."""
    meta = json.loads((data.schema.metadata or {}).get(b"geo", b"{}"))
    if not meta:
        return next((name for name in PLAIN_NAMES if name in data.column_names), ""), {"crs": None}
    name = meta.get("primary_column", "geometry")
    if name not in data.column_names:
        raise ValueError(f"no column {name}")
    return name, meta["columns"][name]


def _refuse_bomb(path: Path) -> None:
    """A column of one repeated value packs a billion rows into a page: look at the counts before reading."""
    told = pq.read_metadata(path)
    unpacked = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
    if told.num_rows > MAX_ROWS or unpacked > MAX_BYTES:
        raise FileRefusedError("archive_too_large", file=path.name, limit=MAX_BYTES >> 20)


def _crs(column: dict[str, Any]) -> str:
    """GeoParquet: an absent crs means OGC:CRS84; null means unknown; else PROJJSON."""
    if "crs" not in column:
        return "OGC:CRS84"
    if column["crs"] is None:
        return ""
    crs = pyproj.CRS.from_user_input(column["crs"])
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())
