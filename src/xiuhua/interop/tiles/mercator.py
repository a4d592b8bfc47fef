"""Where tiles lie: the unit square of Web Mercator (EPSG:3857), x east and y south, both from 0 to 1."""

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]

MAX_LATITUDE = 85.051_128_779_806_6  # where the square ends: atan(sinh(pi))


def project(lonlat: Floats) -> Floats:
    """(n, 2) degrees to the unit square; latitudes beyond its edge are put on the edge."""
    lat = np.radians(np.clip(lonlat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
    return np.stack((lonlat[:, 0] / 360 + 0.5, y), axis=1)


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that contains a place."""
    x, y = np.clip(project(np.array([[lon, lat]]))[0], 0, np.nextafter(1, 0))
    return int(x * 2**zoom), int(y * 2**zoom)
