"""What a file holds, seen through a mapping: objects with their geometries, troubles, counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.interop.osm.rules import LayerRules, LeftOut, Rule

TYPE_NAMES = {"n": "node", "w": "way", "r": "relation"}

type Ref = tuple[str, int]
type Matches = list[tuple[LayerRules, tuple[Rule, ...]]]


@dataclass(slots=True)
class Found:
    """One object that at least one layer takes. ``repair`` says what was done to its geometry, if anything."""

    ref: Ref
    tags: dict[str, str]
    shape: str
    matches: Matches
    geometry: Any = None
    repair: str = ""
    detail: str = ""

    @property
    def code(self) -> str:
        """The code under which the object is kept: stable as long as OpenStreetMap keeps its number."""
        return f"osm-{self.ref[0]}{self.ref[1]}"


@dataclass(slots=True)
class Trouble:
    """An object that a layer would take but whose geometry cannot be made: ``what`` is a key, ``detail`` free text."""

    found: Found
    what: str  # open | short | incomplete | crossing
    detail: str = ""

    @property
    def is_ring(self) -> bool:
        """Whether this is one closed way that crosses itself."""
        return self.what == "crossing" and self.found.ref[0] == "w"


@dataclass
class Reading:
    """What a file holds, seen through a mapping."""

    objects: int = 0
    found: list[Found] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    box: tuple[float, float, float, float] | None = None


def representative_points(found: list[Found]) -> npt.NDArray[np.object_]:
    """A point on each object, as shapely points."""
    geometries = np.empty(len(found), dtype=object)
    geometries[:] = [item.geometry for item in found]
    return np.asarray(shapely.point_on_surface(geometries), dtype=object)
