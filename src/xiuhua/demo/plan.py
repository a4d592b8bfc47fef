"""What is to be drawn: the district file, the scales, the local plane in metres."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import shapely.ops
import yaml
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.geometry import metres_per_degree

HERE = Path(__file__).parent
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Row = dict[str, Any]


@dataclass(frozen=True)
class Scale:
    """How much is drawn.

    ``detail`` is the density (0..1) from which a block is drawn building by building; ``planted`` and
    ``fitted`` those from which streets carry trees and components. ``villages`` is the share of the other
    blocks that is drawn all the same, ``grain`` multiplies the size at which blocks stop being divided,
    ``tree_gap_m`` and ``lamp_gap_m`` are spacings along streets, ``thin`` multiplies the spacings elsewhere,
    ``cases`` is how many were reported in two years.
    """

    key: str
    detail: float
    planted: float
    fitted: float
    villages: float
    grain: float
    tree_gap_m: float
    lamp_gap_m: float
    thin: float
    cases: int


SCALES = {
    scale.key: scale
    for scale in (
        Scale(
            "tiny", 0.97, 0.97, 0.97, villages=0.004, grain=2.2, tree_gap_m=60.0, lamp_gap_m=240.0, thin=6.0, cases=300
        ),
        Scale(
            "small", 0.84, 0.9, 0.91, villages=0.04, grain=1.0, tree_gap_m=12.0, lamp_gap_m=90.0, thin=3.6, cases=8_000
        ),
        Scale(
            "district",
            0.0,
            0.0,
            0.5,
            villages=1.0,
            grain=1.0,
            tree_gap_m=8.0,
            lamp_gap_m=60.0,
            thin=1.3,
            cases=1_000_000,
        ),
    )
}


@cache
def read_yaml(name: str) -> Any:
    """The content of a data file of the demonstration."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def district_file() -> dict[str, Any]:
    """The content of ``district.yaml``."""
    return dict(read_yaml("district.yaml"))


def generator(seed: int, part: str) -> np.random.Generator:
    """A random generator of its own for each part, so that one part can change without moving the others."""
    return np.random.default_rng([seed, *part.encode()])


def to_plane(lonlat: npt.ArrayLike) -> Floats:
    """Degrees (n, 2) to metres east and north of the origin of the district file."""
    lon0, lat0 = district_file()["origin"]
    scale = np.array(metres_per_degree(lat0))
    return np.asarray((np.asarray(lonlat, dtype=np.float64) - (lon0, lat0)) * scale, dtype=np.float64)


def to_lonlat(xy: Floats) -> Floats:
    """Metres (n, 2) back to degrees, rounded to 1e-7 (1 cm): shared corners stay shared."""
    lon0, lat0 = district_file()["origin"]
    scale = np.array(metres_per_degree(lat0))
    return np.asarray(np.round(xy / scale + (lon0, lat0), 7), dtype=np.float64)


def geographic(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """An array of geometries from the plane to degrees."""
    return np.asarray(shapely.transform(geometries, to_lonlat), dtype=np.object_)


def geographic_one(geometry: BaseGeometry) -> BaseGeometry:
    """One geometry from the plane to degrees."""
    moved: BaseGeometry = shapely.transform(geometry, to_lonlat)
    return moved


def spline(points: Floats, step_m: float) -> Floats:
    """A smooth line through ``points`` (n, 2) with a vertex about each ``step_m`` (Catmull-Rom)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for index in range(1, len(padded) - 2):
        a, b, c, d = padded[index - 1 : index + 3]
        count = max(2, int(np.hypot(*(c - b)) / step_m))
        t = (np.arange(count) / count)[:, None]
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*pieces, points[-1:]])


def cut_line(line: shapely.LineString, step_m: float) -> list[shapely.LineString]:
    """A line in equal pieces of about ``step_m``."""
    count = max(1, round(line.length / step_m))
    return [shapely.ops.substring(line, i / count, (i + 1) / count, normalized=True) for i in range(count)]


def blob(centre: Floats, area_m2: float, rng: np.random.Generator, *, roughness: float = 0.22) -> shapely.Polygon:
    """A smooth closed shape of ``area_m2`` about ``centre``: a circle with random harmonics."""
    angle = np.linspace(0, 2 * np.pi, 73)[:-1]
    radius = np.ones_like(angle)
    for order in range(2, 7):
        radius += roughness / order * rng.normal() * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.45, None)
    shape = shapely.Polygon(np.column_stack([radius * np.cos(angle) * 1.25, radius * np.sin(angle) / 1.25]))
    factor = np.sqrt(area_m2 / shape.area)
    return shapely.Polygon(np.asarray(shape.exterior.coords) * factor + centre)
