"""CSV: positions in two columns, or a WKT column; no geometry at all for registers such as duties."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.interop.exchange.findings import FileRefusedError, Finding, finding
from xiuhua.interop.exchange.readers import encodings
from xiuhua.interop.exchange.table import Geometries, Table

type Broken = tuple[Finding, dict[str, Any]]

LON = ("lon", "lng", "longitude", "long", "经度", "x")
LAT = ("lat", "latitude", "纬度", "y")
WKT = ("wkt", "geometry", "geom", "the_geom", "几何")
SAMPLE = 64 << 10
MAX_FIELD = 64 << 20


def read(path: Path, *, encoding: str = "", places: dict[str, str] | None = None) -> Table:
    """Read a CSV file with a header line, comma, semicolon or tab between the fields. Raises FileRefusedError.

    ``places`` may name the columns that hold ``lon``, ``lat`` or ``wkt``; otherwise they are found by name.
    """
    found = encodings.encoding_of(path, encoding)
    csv.field_size_limit(MAX_FIELD)
    try:
        with path.open(encoding="utf-8-sig" if found == "utf-8" else found, newline="") as file:
            header, rows, numbers, broken = _rows(file, path.name)
    except UnicodeDecodeError as fault:
        raise FileRefusedError("encoding_wrong", file=path.name, encoding=found) from fault
    except csv.Error as fault:
        raise FileRefusedError("file_broken", file=path.name, fault=str(fault)) from fault
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    used, geometry = _geometry(columns, len(rows), places or {})
    return Table(columns, geometry, numbers, "", found.upper(), places=used, broken=broken)


def _rows(file: Any, name: str) -> tuple[list[str], list[list[str]], list[int], list[Broken]]:
    """Header, whole rows, their numbers, and the rows whose fields do not match the header."""
    sample = file.read(SAMPLE)
    file.seek(0)
    first = sample.split("\n", 1)[0]
    reader = csv.reader(file, delimiter=max(",;\t", key=first.count), strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    if not any(header):
        raise FileRefusedError("file_empty", file=name)
    if len(set(header)) != len(header):
        twice = sorted({cell for cell in header if header.count(cell) > 1})
        raise FileRefusedError("column_twice", file=name, columns=", ".join(twice) or '""')
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[Broken] = []
    for number, row in enumerate(reader, start=1):
        if len(row) == len(header):
            rows.append(row)
            numbers.append(number)
        elif any(row):
            remark = finding(number, "", ",".join(row), "row_width", found=len(row), wanted=len(header))
            broken.append((remark, dict(zip(header, row, strict=False))))
    return header, rows, numbers, broken


def _geometry(
    columns: dict[str, list[Any]], count: int, places: dict[str, str]
) -> tuple[tuple[str, ...], Geometries | None]:
    """The columns that hold the place, and the geometries made from them."""
    folded = {name.casefold(): name for name in columns}

    def column(kind: str, names: tuple[str, ...]) -> str | None:
        return places.get(kind) or next((folded[name] for name in names if name in folded), None)

    lon, lat, wkt = column("lon", LON), column("lat", LAT), column("wkt", WKT)
    if wkt is not None and "lon" not in places:
        texts = np.array([None] * count, dtype=object)
        texts[:] = [text.strip() or None for text in columns[wkt]]
        return (wkt,), shapely.from_wkt(texts, on_invalid="ignore")
    if lon is None or lat is None:
        return (), None
    x, y = _numbers(columns[lon]), _numbers(columns[lat])
    geometry = np.array([None] * count, dtype=object)
    there = ~(np.isnan(x) | np.isnan(y))
    geometry[there] = shapely.points(x[there], y[there])
    return (lon, lat), geometry


def _numbers(texts: list[str]) -> npt.NDArray[np.float64]:
    numbers = np.full(len(texts), np.nan)
    for i, text in enumerate(texts):
        try:
            numbers[i] = float(text)
        except ValueError:
            continue
    return numbers
