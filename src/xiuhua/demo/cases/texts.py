"""What people write in the demonstration: sentences put together from parts, about places, never about persons."""

from dataclasses import dataclass
from random import Random

import numpy as np
import shapely

from xiuhua.demo.cases.arrivals import Kind
from xiuhua.demo.drawing import Drawing
from xiuhua.demo.plan import Floats, read_yaml


@dataclass(frozen=True)
class Addresses:
    """Addresses along the streets of a drawing: the nearest street, and a house number after the place along it."""

    tree: shapely.STRtree
    shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]"
    names: list[str]

    def of(self, xy: Floats) -> list[str]:
        """The address of each point of the plane."""
        points = shapely.points(xy)
        nearest = self.tree.nearest(points)
        at = shapely.line_locate_point(self.shapes[nearest], points)
        return [
            f"{self.names[i]}{2 * (int(metres) // 12) + 2}号"
            for i, metres in zip(nearest.tolist(), at.tolist(), strict=True)
        ]


def addresses(drawing: Drawing) -> Addresses:
    """The addresses of ``drawing``."""
    streets = drawing.tables["streets"]
    return Addresses(shapely.STRtree(streets.shapes), streets.shapes, list(streets.columns["name_zh"]))


def description(kind: Kind, address: str, rng: Random) -> str:
    """What a reporter writes."""
    frame: str = rng.choice(read_yaml("cases.yaml")["frames"])
    return frame.format(address=address, said=rng.choice(kind.said))


def said(what: str, rng: Random) -> str:
    """A reason or a comment of the sort ``what``."""
    return str(rng.choice(read_yaml("cases.yaml")[what]))


def unfixed(rng: Random) -> tuple[str, str]:
    """A closing reason that is not "fixed", and how it is explained."""
    listed = read_yaml("cases.yaml")["unfixed"]
    key = rng.choices(list(listed), [5, 4, 2, 1])[0]
    return key, str(rng.choice(listed[key]))
