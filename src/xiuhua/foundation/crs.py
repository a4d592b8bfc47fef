"""Chinese map datums: GCJ-02 (national maps, Amap, Tencent) and BD-09 (Baidu) to WGS-84 and back.

The law gives no formula; these are the ones in public use since 2010 (the "eviltransform" constants). They
reproduce what the map services draw to a metre or two. Against the formula itself both inverses are exact to
better than 0.1 mm, since they iterate until the step is below 1e-10 degrees (0.01 mm).

Every function takes longitudes and latitudes in degrees (scalars or arrays of one shape), and returns a pair of
float64 arrays of that shape. A point outside the rough box around China is returned unchanged, as the public
algorithm does: foreign places are not shifted. NaN stays NaN.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

type Degrees = npt.NDArray[np.float64]
type Pair = tuple[Degrees, Degrees]

# The Krasovsky 1940 ellipsoid, on which the shift of GCJ-02 is computed.
SEMI_MAJOR_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north
BAIDU_WAVE = np.pi * 3000.0 / 180.0
BAIDU_LON, BAIDU_LAT = 0.0065, 0.006
STEP_DEGREES = 1e-10
MAX_STEPS = 12  # each step gains two digits or more: five are enough everywhere in the box


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """GCJ-02 position of a WGS-84 position; the shift is 300 to 700 m inside China."""
    return _inside(lon, lat, _to_gcj02)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """WGS-84 position of a GCJ-02 position: the inverse by iteration, exact to 0.1 mm."""
    return _inside(lon, lat, lambda x, y: _invert(_to_gcj02, x, y))


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """BD-09 position of a WGS-84 position: GCJ-02, then Baidu's own shift."""
    return _inside(lon, lat, lambda x, y: _gcj02_to_bd09(*_to_gcj02(x, y)))


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """WGS-84 position of a BD-09 position: both inverses by iteration, exact to 0.1 mm."""
    return _inside(lon, lat, lambda x, y: _invert(_to_gcj02, *_invert(_gcj02_to_bd09, x, y)))


def _inside(lon: npt.ArrayLike, lat: npt.ArrayLike, convert: Callable[[Degrees, Degrees], Pair]) -> Pair:
    """Apply ``convert`` to the points in China's box and leave the others as they are."""
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    x, y = x.copy(), y.copy()
    west, south, east, north = BOX
    china = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    x[china], y[china] = convert(x[china], y[china])
    return x, y


def _to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    shared = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    north = shared + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)
    north += 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north * 2.0 / 3.0
    east = shared + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)
    east += 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east * 2.0 / 3.0
    sine = np.sin(np.radians(lat))
    curvature = 1.0 - ECCENTRICITY_SQUARED * sine * sine
    prime_vertical = SEMI_MAJOR_M / np.sqrt(curvature)
    meridian = prime_vertical * (1.0 - ECCENTRICITY_SQUARED) / curvature
    return (
        lon + np.degrees(east / (prime_vertical * np.cos(np.radians(lat)))),
        lat + np.degrees(north / meridian),
    )


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_WAVE)
    return radius * np.cos(angle) + BAIDU_LON, radius * np.sin(angle) + BAIDU_LAT


def _invert(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The point that ``forward`` moves to (lon, lat), by fixed-point iteration on the nearly constant shift."""
    x, y = lon, lat
    for _ in range(MAX_STEPS):
        moved_x, moved_y = forward(x, y)
        off_x, off_y = lon - moved_x, lat - moved_y
        x, y = x + off_x, y + off_y
        if max(np.abs(off_x).max(initial=0.0), np.abs(off_y).max(initial=0.0)) < STEP_DEGREES:
            break
    return x, y
