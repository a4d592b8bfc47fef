"""The coordinate system of a file: stated by the file or declared by the person, never guessed.

Geographic and projected systems go through PROJ; GCJ-02 and BD-09, which have no entry in any register, through
foundation.crs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError

from xiuhua.foundation.crs import bd09_to_wgs84, gcj02_to_wgs84
from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.table import Geometries

type Truths = npt.NDArray[np.bool_]

SHIFTED: dict[str, Callable[..., tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]] = {
    "GCJ-02": gcj02_to_wgs84,
    "BD-09": bd09_to_wgs84,
}
NAMES = {
    "gcj02": "GCJ-02", "火星坐标": "GCJ-02", "火星坐标系": "GCJ-02", "国测局坐标": "GCJ-02", "高德": "GCJ-02",
    "amap": "GCJ-02", "tencent": "GCJ-02", "腾讯": "GCJ-02",
    "bd09": "BD-09", "bd09ll": "BD-09", "百度": "BD-09", "百度坐标": "BD-09", "baidu": "BD-09",
    "wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "国家2000": "EPSG:4490", "crs84": "OGC:CRS84",
}  # fmt: skip
EARTH = (-180.0, -90.0, 180.0, 90.0)
MOST = 0.5
# WGS-84 and CGCS2000 in two and three dimensions, which agree to centimetres.
NEAR_WGS84 = {4326, 4979, 4490, 4480}
COARSE_M = 5.0
SAME_AS_WGS84 = ("EPSG:4326", "OGC:CRS84")


@dataclass(frozen=True)
class Datum:
    """A coordinate system by name; ``crs`` is None for GCJ-02 and BD-09."""

    name: str
    crs: pyproj.CRS | None

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return self.crs is None or bool(self.crs.is_geographic)


def parse(text: str) -> Datum:
    """The coordinate system that ``text`` names: EPSG:n, GCJ-02, BD-09, WKT. Raises FileRefusedError."""
    folded = "".join(text.split()).casefold().replace("-", "").replace("_", "")
    name = NAMES.get(folded, text.strip())
    if name in SHIFTED:
        return Datum(name, None)
    try:
        crs = pyproj.CRS.from_user_input(int(name) if name.isdigit() else name)
    except (CRSError, ValueError) as fault:
        raise FileRefusedError("crs_unknown", crs=text) from fault
    authority = crs.to_authority(min_confidence=90)
    return Datum(":".join(authority) if authority else crs.name, crs)


def choose(declared: str, stated: str, file: str, *, assumed: bool = False) -> Datum:
    """The system to use. Raises FileRefusedError when there is none, or the file says another than the person.

    GCJ-02 and BD-09 may be declared over anything in degrees: files cannot state them. ``assumed``: the file states
    its system only by the standard of its format, so the person knows better.
    """
    if not declared and not stated:
        raise FileRefusedError("crs_needed", file=file)
    if not declared:
        return parse(stated)
    wanted = parse(declared)
    if not stated or assumed:
        return wanted
    said = parse(stated)
    if wanted.name in SHIFTED and said.in_degrees:
        return wanted
    both_wgs84 = wanted.name in SAME_AS_WGS84 and said.name in SAME_AS_WGS84
    if not both_wgs84 and (wanted.crs is None or not wanted.crs.equals(said.crs, ignore_axis_order=True)):
        raise FileRefusedError("crs_conflict", declared=wanted.name, stated=said.name)
    return wanted


def is_coarse(datum: Datum) -> bool:
    """Whether the way to WGS-84 is not known to a few metres, as for the old national datums."""
    if datum.crs is None or datum.crs.geodetic_crs is None or datum.crs.geodetic_crs.to_epsg() in NEAR_WGS84:
        return False
    accuracy = pyproj.Transformer.from_crs(datum.crs, "EPSG:4326", always_xy=True).accuracy
    return not 0 <= accuracy <= COARSE_M


def to_wgs84(geometry: Geometries, datum: Datum) -> Geometries:
    """``geometry`` with longitude and latitude of WGS-84; what PROJ cannot convert becomes infinite."""
    if datum.name in SAME_AS_WGS84:
        return geometry
    if datum.crs is None:
        convert = partial(_shift, SHIFTED[datum.name])
    else:
        transformer = pyproj.Transformer.from_crs(datum.crs, "EPSG:4326", always_xy=True)
        convert = partial(_shift, transformer.transform)
    converted: Geometries = shapely.transform(geometry, convert)
    return converted


def _shift(convert: Callable[..., tuple[object, object]], xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(convert(xy[:, 0], xy[:, 1]))  # type: ignore[arg-type]


def check_range(geometry: Geometries, datum: Datum) -> Truths:
    """Which geometries have coordinates that can be of ``datum``. Raises FileRefusedError when most cannot.

    Metres declared as degrees, and degrees declared as metres, are mistakes of the file, not of a row.
    """
    there: Truths = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    box = shapely.bounds(geometry)
    degrees = _within(box, EARTH)
    if not there.any():
        return there
    sample = ", ".join(f"{value:.6g}" for value in box[there][0][:2])
    if datum.in_degrees:
        # Latitude in the place of longitude is a row's mistake, which the check of the axes explains better.
        neither = ~(degrees | _within(box[:, [1, 0, 3, 2]], EARTH))
        if neither[there].mean() > MOST:
            raise FileRefusedError("metres_as_degrees", crs=datum.name, sample=sample)
        return degrees
    if degrees[there].mean() > MOST:
        raise FileRefusedError("degrees_as_metres", crs=datum.name, sample=sample)
    return there


def _within(box: npt.NDArray[np.float64], frame: tuple[float, float, float, float]) -> Truths:
    """Which boxes (n, 4) lie in ``frame``; missing ones (NaN) do not."""
    west, south, east, north = frame
    found: Truths = (box[:, 0] >= west) & (box[:, 1] >= south) & (box[:, 2] <= east) & (box[:, 3] <= north)
    return found
