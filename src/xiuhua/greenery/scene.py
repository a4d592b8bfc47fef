"""What the three promises are measured on: buildings, trees, streets, parks and gates as arrays on one plane in metres.

Nothing here knows a database or a file. Values that the sources lack are filled in by ``defaults.py`` before a scene
is made; what was filled in, how often and by which rule travels with the scene, to be printed beside every figure.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

type Geometries = npt.NDArray[np.object_]
type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]
type Bools = npt.NDArray[np.bool_]

STOREY_M = 3.0


def points_in(shapes: Geometries) -> Floats:
    """A point (x, y) inside each of ``shapes`` (polygons, m), (n, 2): the door of a building, the place of a park."""
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)), dtype=np.float64)


@dataclass(frozen=True)
class Assumed:
    """One rule by which missing or impossible values were replaced: ``count`` of ``total`` objects."""

    key: str
    count: int
    total: int


@dataclass(frozen=True)
class Buildings:
    """Footprints (polygons, m) with height (m), persons who live there (0 where nobody does).

    ``measured`` says which are measured; the others (context beyond the edge) only stand in the way.
    """

    shapes: Geometries
    height_m: Floats
    persons: Floats
    measured: Bools

    def __len__(self) -> int:
        return len(self.shapes)

    def measured_within(self, tree: shapely.STRtree, x: float, y: float, radius_m: float) -> Ints:
        """The measured ones within ``radius_m`` of (x, y), ascending; ``tree`` holds ``shapes``."""
        near = tree.query(shapely.Point(x, y), predicate="dwithin", distance=radius_m)
        kept: Ints = np.sort(near[self.measured[near]]).astype(np.int64)
        return kept


@dataclass(frozen=True)
class Trees:
    """Trees: trunk (m), height, crown radius and crown base (m above ground), whether leaves stay in winter."""

    x: Floats
    y: Floats
    height_m: Floats
    radius_m: Floats
    base_m: Floats
    evergreen: Bools

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Streets:
    """Centre lines (LineStrings, m): width of the carriageway (m, nan unknown), and what each is.

    ``walkable`` streets make the network of the door. ``measured`` ones have a pavement on each side whose shade is
    measured; a ``path`` is its own pavement. ``official`` are the secondary and branch roads of the official rate.
    """

    lines: Geometries
    width_m: Floats
    walkable: Bools
    measured: Bools
    official: Bools
    path: Bools

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Parks:
    """Public parks (polygons, m) with area (m2); ``fenceless`` ones are entered anywhere along their boundary.

    ``square`` are squares that GB/T 51346 counts and the garden city rule does not.
    """

    shapes: Geometries
    area_m2: Floats
    fenceless: Bools
    square: Bools

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True)
class Gates:
    """Mapped entrances (m) and the park each belongs to (an index)."""

    x: Floats
    y: Floats
    park: Ints

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Scene:
    """One place: what stands there, where its homes are (residential land, polygons), where the sun stands over it."""

    buildings: Buildings
    trees: Trees
    streets: Streets
    parks: Parks
    gates: Gates
    homes: Geometries
    lon: float
    lat: float
    assumed: tuple[Assumed, ...] = ()
    # Rejected and moved objects, by rule: trees in footprints, heights beyond belief.
    rejected: tuple[Assumed, ...] = field(default=())
