"""The shapes of the city's JSON answers."""

from datetime import datetime
from typing import Any

from ninja import Schema


class DistrictOut(Schema):
    """One district."""

    code: str
    name: str
    name_zh: str
    name_en: str
    time_zone: str
    synthetic: bool
    attribution: str


class LayerOut(Schema):
    """One layer of a district."""

    key: str
    name: str
    geometry: str
    colour: str
    min_zoom: int
    count: int
    version: int
    tiles: str


class AttributeOut(Schema):
    """One attribute of an object: its value for programs, its text for people."""

    name: str
    label: str
    value: bool | int | float | str | None
    text: str


class RowOut(Schema):
    """One object in a list."""

    layer: str
    id: int
    code: str
    title: str
    bbox: list[float]
    url: str
    attributes: list[AttributeOut]


class ListOut(Schema):
    """One page of a list; ``sums`` are in metres, square metres and persons, over all pages."""

    total: int
    page: int
    pages: int
    sums: dict[str, float]
    objects: list[RowOut]


class AreaOut(Schema):
    """An area that a place lies in."""

    kind: str
    kind_name: str
    code: str
    name: str


class CandidateUnitOut(Schema):
    """An organisation that may answer."""

    code: str
    name: str
    kind: str
    phone: str


class CandidateOut(Schema):
    """A unit in the ranking (1 answers first), the duty that names it, and why."""

    rank: int
    unit: CandidateUnitOut
    duty: str
    fallback: bool
    reasons: list[str]


class SideOut(Schema):
    """A kerb side of a street: L or R along its direction, length in metres, geometry (GeoJSON, WGS-84)."""

    side: str
    length_m: float
    geometry: dict[str, Any]


class ObjectOut(RowOut):
    """One object with its geometry (GeoJSON, WGS-84), its areas and who answers for it; streets with their sides."""

    lon: float
    lat: float
    geometry: dict[str, Any]
    areas: list[AreaOut]
    responsible: list[CandidateOut]
    sides: list[SideOut]


class ResolutionOut(Schema):
    """Who answers for a place at a time. ``rivals`` claim the lead with equal right."""

    district: str
    at: datetime
    inside: bool
    areas: list[AreaOut]
    candidates: list[CandidateOut]
    rivals: list[CandidateUnitOut]
    fallback: bool


class FoundOut(Schema):
    """One thing found by name or code."""

    layer: str
    layer_name: str
    id: int
    code: str
    title: str
    lon: float
    lat: float
    url: str


class CodeOut(Schema):
    """One category."""

    code: str
    class_name: str
    name: str
    status: str


class CodeSetOut(Schema):
    """A versioned list of categories; ``set`` is key@version."""

    set: str
    kind: str
    name: str
    source: str
    codes: list[CodeOut]


class GapOut(Schema):
    """A category that no duty covers in an area at some time."""

    category: str
    category_name: str
    area: AreaOut
    when: str
    backing: CandidateUnitOut | None


class OverlapOut(Schema):
    """Units that claim the lead for a category in an area with equal right."""

    category: str
    category_name: str
    area: AreaOut
    duties: list[str]
    units: list[CandidateUnitOut]


class DutyReportOut(Schema):
    """Where duty is missing and where it is claimed twice."""

    district: str
    gaps: list[GapOut]
    overlaps: list[OverlapOut]
