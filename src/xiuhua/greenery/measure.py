"""All three promises of a scene at once: what ``xiuhua greenery measure`` and a notebook call."""

from dataclasses import dataclass

from xiuhua.greenery.scene import Floats, Ints

# Park classes of the door, smallest area in m2: 游园, then 0.5, 1, 5 and 10 hectares.
PARK_CLASSES_M2 = (400.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0)


@dataclass(frozen=True)
class SeenFromHomes:
    """Of each building (n,): windows that see trees. No window at all: ``windows`` 0, shares nan (unknown).

    windows: window-floors; share_one, share_three: of them that see one, three trees; any_window: most trees seen by
    the building as a whole (the international reading); near: trees within the range (the buffer reading);
    view: mean share of view taken by crowns, view_15: share of windows with 15 % or more.
    """

    windows: Ints
    share_one: Floats
    share_three: Floats
    any_window: Ints
    near: Ints
    view: Floats
    view_15: Floats


@dataclass(frozen=True)
class ReachOfParks:
    """Walking distance (m) of each building to the nearest entrance: (classes, n), inf where none is reached.

    nan: unknown, the building is joined to no street. ``park`` (n,) is the nearest park of the smallest class, -1 none.
    """

    distance_m: Floats
    park: Ints
    straight_m: Floats


@dataclass(frozen=True)
class ShadeOfStreets:
    """Of each street (m,): canopy share of its pavements, shade by the hours of the set; nan where it has no pavement.

    points: pavement points outdoors; shade = grey (walls alone) + green (crowns alone) + both, by hours.
    """

    length_m: Floats
    canopy: Floats
    points: Ints
    shade: Floats
    grey: Floats
    green: Floats
    both: Floats


@dataclass(frozen=True)
class Measured:
    """Everything measured of a scene; ``walk`` (n,) is the shade of the pavements within 500 m of each building.

    canopy_300m (n,): canopy share within 300 m of the building (the "30" of 3-30-300).
    """

    see: SeenFromHomes
    door: ReachOfParks
    streets: ShadeOfStreets
    walk: Floats
    canopy_300m: Floats
    circle: float
    circle_national: float
