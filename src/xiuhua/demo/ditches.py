"""Small waters: fish ponds on the plots kept for them, and ditches through the fields."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.landuse import LandUse
from xiuhua.demo.plan import Floats, Row, generator
from xiuhua.demo.waters import water_row


def draw_ditches(land: LandUse, outline: shapely.Polygon, off: Sequence[BaseGeometry], seed: int) -> list[Row]:
    """Fish ponds that fill the plots kept for them, and ditches through the fields; all keep off ``off``."""
    rng = generator(seed, "ditches")
    kinds: list[str] = []
    shapes: list[BaseGeometry] = []
    for use, plot in zip(land.use, land.plots, strict=True):
        corners = np.asarray(plot.exterior.coords)[:4]
        across, up = corners[1] - corners[0], corners[3] - corners[0]
        if use in {"fields", "orchard"}:
            for share in (0.25, 0.5, 0.75):
                if rng.random() < 0.6:  # noqa: PLR2004
                    kinds.append("stream")
                    shapes.append(
                        shapely.LineString(
                            [corners[0] + across * 0.03 + share * up, corners[0] + across * 0.97 + share * up]
                        )
                    )
        elif use == "ponds":
            drawn = [pond for pond in _ponds(corners[0], across, up) if rng.random() < 0.86]  # noqa: PLR2004
            kinds += ["pond"] * len(drawn)
            shapes += drawn
    held = np.array(shapes, dtype=object)
    ponds = shapely.get_dimensions(held) == 2  # noqa: PLR2004 - polygons; their corners are round
    held[ponds] = shapely.buffer(shapely.buffer(held[ponds], -5), 5, quad_segs=3)
    keep = np.asarray(shapely.contains_properly(outline, held), dtype=np.bool_)
    keep[shapely.STRtree(held).query(np.array(off, dtype=object), predicate="dwithin", distance=4.0)[1]] = False
    kept = [(kind, shape) for kind, shape, free in zip(kinds, held, keep.tolist(), strict=True) if free]
    return [water_row(f"D{number:05d}", kind, "", "", shape) for number, (kind, shape) in enumerate(kept, start=1)]


def _ponds(corner: Floats, across: Floats, up: Floats) -> Iterator[shapely.Polygon]:
    """Fish ponds of about 65 x 105 m with dams between them."""
    count = np.maximum(1, (np.array([np.hypot(*across), np.hypot(*up)]) / (75, 125)).astype(int))
    for place in np.ndindex(*count.tolist()):
        (west, south), (east, north) = (np.array(place) + 0.07) / count, (np.array(place) + 0.93) / count
        ring = [corner + a * across + b * up for a, b in ((west, south), (east, south), (east, north), (west, north))]
        yield shapely.Polygon(ring)
