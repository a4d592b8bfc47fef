"""GeoJSON, GeoPackage, Shapefile and FlatGeobuf through pyogrio (GDAL)."""

import warnings
from dataclasses import replace
from pathlib import Path

import pyogrio
from pyogrio.raw import read_arrow

from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.readers import encodings
from xiuhua.interop.exchange.readers.arrow import BROKEN, to_table
from xiuhua.interop.exchange.table import Table

# GDAL chooses its driver by content; the first bytes must agree with the name, so that a file called
# .geojson cannot reach one of GDAL's drivers that open addresses or other files.
MAGIC = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".fgb": (b"fgb",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".geojsonl": (b"{",),
}
JSON = (".geojson", ".json", ".geojsonl")
GEOMETRY = "wkb_geometry"
SHP_HEADER = 100
WGS84_3D = "EPSG:4979"
WGS84 = ("EPSG:4326", "OGC:CRS84")


def read(path: Path, work: Path, *, layer: str = "", encoding: str = "") -> Table:
    """Read a vector file; ``layer`` is needed where a GeoPackage has several. Raises FileRefusedError."""
    suffix = path.suffix.lower()
    _check_magic(path, suffix)
    found = "utf-8"
    if suffix in JSON:
        found = encodings.encoding_of(path, encoding)
        path = _in_utf8(path, found, work)
    if suffix == ".shp":
        _check_shapefile(path)
        found = _dbf_encoding(path, encoding)
    try:
        chosen = _layer(path, layer) if suffix == ".gpkg" else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL warns of things that the checks report by row
            said = pyogrio.read_info(path, layer=chosen)["features"]
            meta, data = read_arrow(path, layer=chosen, encoding=found if suffix == ".shp" else None)
        crs = "EPSG:4326" if meta["crs"] == WGS84_3D and suffix in JSON else meta["crs"] or ""
        table = to_table(data, meta["geometry_name"] or GEOMETRY, crs, found.upper())
    except BROKEN as fault:
        raise FileRefusedError("file_broken", file=path.name, fault=str(fault)[:300]) from fault
    if data.num_rows < said:
        raise FileRefusedError("rows_lost", file=path.name, rows=data.num_rows, said=said)
    return replace(table, crs_assumed=suffix in JSON and crs in WGS84)


def _check_magic(path: Path, suffix: str) -> None:
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e" if suffix in JSON else b"")
    if not start.startswith(MAGIC[suffix]):
        raise FileRefusedError("not_what_it_says", file=path.name, suffix=suffix)


def _in_utf8(path: Path, encoding: str, work: Path) -> Path:
    if encoding == "utf-8":
        return path
    target = work / f"utf8-{path.name}"
    with path.open(encoding=encoding) as source, target.open("w", encoding="utf-8") as out:
        try:
            while block := source.read(1 << 20):
                out.write(block)
        except UnicodeDecodeError as fault:
            raise FileRefusedError("encoding_wrong", file=path.name, encoding=encoding) from fault
    return target


def _layer(path: Path, layer: str) -> str:
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind]
    if layer and layer not in names:
        raise FileRefusedError("layer_absent", layer=layer, names=", ".join(names))
    if not layer and len(names) != 1:
        raise FileRefusedError("layer_needed", file=path.name, names=", ".join(names))
    return layer or names[0]


def _beside(path: Path, suffix: str) -> Path | None:
    return next((p for p in path.parent.glob(f"{_escaped(path.stem)}.*") if p.suffix.lower() == suffix), None)


def _escaped(stem: str) -> str:
    return "".join(f"[{c}]" if c in "[]*?" else c for c in stem)


def _check_shapefile(path: Path) -> None:
    """Refuse a shapefile without its parts, or shorter than its own header says: GDAL would read it half."""
    for suffix in (".shx", ".dbf"):
        if _beside(path, suffix) is None:
            raise FileRefusedError("shapefile_part", file=path.name, part=suffix)
    for part in (path, _beside(path, ".shx")):
        assert part is not None
        with part.open("rb") as file:
            header = file.read(SHP_HEADER)
        said = int.from_bytes(header[24:28], "big") * 2
        if len(header) < SHP_HEADER or part.stat().st_size < said:
            raise FileRefusedError("file_truncated", file=part.name, size=part.stat().st_size, said=said)
    dbf = _beside(path, ".dbf")
    assert dbf is not None
    with dbf.open("rb") as file:
        header = file.read(32)
    said = int.from_bytes(header[8:10], "little") + int.from_bytes(header[4:8], "little") * int.from_bytes(
        header[10:12], "little"
    )
    if dbf.stat().st_size < said:
        raise FileRefusedError("file_truncated", file=dbf.name, size=dbf.stat().st_size, said=said)


def _dbf_encoding(path: Path, declared: str) -> str:
    """What the person says, else the .cpg file, else the first candidate in which the records are text."""
    if declared:
        return encodings.known(declared)
    if cpg := _beside(path, ".cpg"):
        name = cpg.read_text(encoding="ascii", errors="ignore").strip()
        name = f"cp{name}" if name.isdigit() else name
        if name:
            return encodings.known(name)
    dbf = _beside(path, ".dbf")
    data = dbf.read_bytes() if dbf else b""
    records = data[int.from_bytes(data[8:10], "little") :].rstrip(b"\x1a")
    for candidate in encodings.CANDIDATES:
        if encodings.text_decodes(records, candidate):
            return candidate
    raise FileRefusedError("encoding_unknown", file=path.name)
