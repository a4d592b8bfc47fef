"""What the endpoints of greenery answer: figures with what they are shares of, rows of homes, streets and parks."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class MeasuredFigureOut(Schema):
    """A share of ``whole`` (in ``unit``); null where it is unknown. ``whose``: ours, official or others.

    ``unknown`` is left out of ``whole``. ``low`` and ``high``: band of the district, null where there is none.
    """

    key: str
    name: str
    formula: str
    whose: str
    share: float | None
    part: float
    whole: float
    unit: str
    unknown: float
    low: float | None
    high: float | None


class RuleOut(Schema):
    """A rule that filled gaps, left out or moved: so many of so many objects."""

    key: str
    name: str
    count: int
    of: int


class FiguresOut(Schema):
    """The figures of one place at the last measurement, and with which data and assumptions it was made.

    ``crowns_block``: shares that are left where crowns hide other trees; ``ranges``: windows that see three trees, by
    how far they look (m).
    """

    district: str
    place: str
    made_at: datetime
    data_on: date
    parameters: dict[str, Any]
    figures: list[MeasuredFigureOut]
    crowns_block: dict[str, float]
    ranges: dict[str, float]
    assumed: list[RuleOut]
    rejected: list[RuleOut]


class AreaSharesOut(Schema):
    """An area where homes lie: ``place`` is what /figures takes."""

    place: str
    kind: str
    code: str
    name: str
    shares: dict[str, float | None]


class MomentOut(Schema):
    """The shares of the district at one measurement."""

    made_at: datetime
    data_on: date
    shares: dict[str, float | None]


class HomeOut(Schema):
    """One home: null is unknown. ``walks_m`` by smallest area of the park (m2): null while ``joined``: not reached."""

    code: str
    town: str
    community: str
    windows: int
    share_one: float | None
    share_three: float | None
    seen_from_any_window: int
    trees_near: int
    view: float | None
    joined: bool
    walks_m: dict[str, float | None]
    park: str
    straight_m: float | None
    shade_of_walk: float | None
    cool_way: float | None
    canopy_300m: float | None


class StreetOut(Schema):
    """One street: shade by walls alone, crowns alone and both; null where it has no pavement."""

    code: str
    town: str
    length_m: float
    official: bool
    canopy: float | None
    lined: float | None
    shade: float | None
    by_walls: float | None
    by_crowns: float | None
    by_both: float | None


class ParkOut(Schema):
    """One park: persons in its official circle, those of them who walk more than 500 m, whose nearest it is by walk."""

    code: str
    town: str
    area_m2: float
    entered: str
    entrances: int
    radius_m: int | None
    in_circle: int
    beyond: int
    near_300: int
    near_500: int
    near_1000: int
