"""Build the frames of a district from its city: what checks are drawn from."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, cast

import numpy as np
import shapely
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import area_index, local_day
from xiuhua.city.models import District, GreenSpace, KerbSide, Site, Street, Water
from xiuhua.foundation import bulk
from xiuhua.foundation.events import lock, record
from xiuhua.inspection.actions.allowed import allow
from xiuhua.inspection.cutting import REACH_M, SECTION_M, banks, cut_lines, cut_polygons
from xiuhua.inspection.models import Frame
from xiuhua.people.actors import Actor, name_of

# Of these roads both kerb sides are drawn; back lanes and paths belong to the places that they lie in.
CLASSES = ("expressway", "main", "secondary", "branch")
LAYERS = {"streets": "R", "waters": "W", "greens": "G", "sites": "S"}
# When streets, banks and greens are in use: the hours for which main roads are kept (standards.md A2).
OPENS, CLOSES = time(6), time(22)
LONGEST = Frame._meta.get_field("code").max_length or 40
SIDES = {"L": ("左侧", "left side"), "R": ("右侧", "right side"), "": ("", "")}
WORDS = {
    "road_section": ("第{n}段", "section {n}"),
    "bank_reach": ("岸线第{n}段", "bank {n}"),
    "green_plot": ("第{n}块", "plot {n}"),
}
COLUMNS = (
    "kind", "layer", "object_code", "side", "name_zh", "name_en", "lon", "lat", "town_id", "grade", "size", "geom",
    "min_lon", "min_lat", "max_lon", "max_lat", "valid_to",
)  # fmt: skip


@dataclass
class FrameReport:
    """What building came to: frames that are new, changed, as they were, and gone; how many of each kind there are."""

    new: int = 0
    changed: int = 0
    same: int = 0
    ended: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Source:
    """An object of the city to be cut: the layer, its code, names, side, grade and geometry."""

    layer: str
    code: str
    names: tuple[str, str]
    side: str
    grade: int | None
    geometry: BaseGeometry
    kind: str = ""


@transaction.atomic
def build_frames(district: District, *, actor: Actor, at: datetime | None = None) -> FrameReport:
    """Cut the city of ``district`` into frames; those with a code that is there already stay the same frame.

    What the city no longer has ends today: its checks and plans keep it. Raises ``Forbidden``; ``Refused`` where the
    city has nothing to be checked.
    """
    allow(actor, "inspection.plan", district)
    chain = f"inspection:{district.code}:frames"
    lock(chain)
    now = at or timezone.now()
    rows = _rows(district, now)
    if not rows:
        raise Refused(
            _("The city of this district holds nothing that could be checked."),
            _("Load streets, waters, greens or sites first."),
        )
    report = _keep(district, rows, now)
    after = {
        "new": report.new, "changed": report.changed, "same": report.same, "ended": report.ended,
        "kinds": dict(sorted(report.kinds.items())),
    }  # fmt: skip
    record(
        chain=chain, verb="frames.built", actor=name_of(actor), subject=f"inspection.frames:{district.code}",
        after=after, at=now,
    )  # fmt: skip
    return report


def _keep(district: District, rows: dict[str, tuple[Any, ...]], now: datetime) -> FrameReport:
    report, changes = FrameReport(kinds=Counter(row[0] for row in rows.values())), []
    today = local_day(district, now)
    kept: set[str] = set()
    own = bulk.values(Frame, ("id", "code", *COLUMNS), district=district, layer__in=list(LAYERS))
    gone = []
    for identity, code, *before in own:
        row = rows.get(code)
        before[COLUMNS.index("geom")] = bytes(before[COLUMNS.index("geom")])
        if row is None:
            if before[-1] is None:
                gone.append((today, identity))
            continue
        kept.add(code)
        if tuple(before) == row:
            report.same += 1
        else:
            report.changed += 1
            changes.append((*row, identity))
    columns = [name.removesuffix("_id") for name in COLUMNS]
    bulk.update(Frame, columns, changes)
    bulk.update(Frame, ("valid_to",), gone)
    report.ended = len(gone)
    report.new = bulk.insert(
        Frame,
        ("district", "code", "valid_from", "source", "opens", "closes", "built_at", *columns),
        ((district.pk, code, today, "", OPENS, CLOSES, now, *row) for code, row in rows.items() if code not in kept),
    )
    return report


def _rows(district: District, now: datetime) -> dict[str, tuple[Any, ...]]:
    """The columns of every frame by its code."""
    found: dict[str, tuple[Any, ...]] = {}
    pieces: list[tuple[str, _Source, int, BaseGeometry, float]] = []
    day = local_day(district, now)
    valid = {"district": district}
    living = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))
    pieces += _cut("road_section", list(_roads(district, day)))
    for layer, model, kind in (
        ("waters", Water, "bank_reach"),
        ("greens", GreenSpace, "green_plot"),
        ("sites", Site, ""),
    ):
        objects = cast("Any", model)._default_manager.filter(living, **valid).order_by("code")
        sources = [
            _Source(
                layer, item.code, (item.name_zh or item.code, item.name_en or item.code), "", None,
                shapely.from_wkb(bytes(item.geom)), kind or item.kind,
            )
            for item in objects
        ]  # fmt: skip
        pieces += _cut(kind, sources)
    if not pieces:
        return found
    geometries = np.empty(len(pieces), dtype=object)
    geometries[:] = [piece[3] for piece in pieces]
    middles = np.array([_middle(geometry) for geometry in geometries])
    lon, lat = np.ascontiguousarray(middles[:, 0]), np.ascontiguousarray(middles[:, 1])
    towns = area_index(district, now).ids_at("town", lon, lat).tolist()
    bounds, wkb = shapely.bounds(geometries).tolist(), shapely.to_wkb(geometries)
    for at, (kind, source, number, _geometry, size) in enumerate(pieces):
        row = (
            kind, source.layer, source.code, source.side, *_names(kind, source, number), float(lon[at]), float(lat[at]),
            towns[at] or None, source.grade, round(size, 2), wkb[at], *bounds[at], None,
        )  # fmt: skip
        found[_code(source, number)] = row
    return found


def _roads(district: District, day: date) -> Iterator[_Source]:
    rows = KerbSide.objects.filter(
        Q(street__valid_from=None) | Q(street__valid_from__lte=day),
        Q(street__valid_to=None) | Q(street__valid_to__gt=day),
        street__district=district, street__street_class__in=CLASSES,
    ).select_related("street").order_by("street__code", "side")  # fmt: skip
    for kerb in rows:
        street: Street = kerb.street
        yield _Source(
            "streets", street.code, (street.name_zh or street.code, street.name_en or street.code), kerb.side,
            street.cleaning_grade, shapely.from_wkb(bytes(kerb.geom)),
        )  # fmt: skip


def _cut(kind: str, sources: list[_Source]) -> list[tuple[str, _Source, int, BaseGeometry, float]]:
    """The pieces of objects: kind of frame, the object, number, geometry, size."""
    if not sources:
        return []
    if not kind:
        return [(source.kind, source, 1, source.geometry, 1.0) for source in sources]
    whole = np.empty(len(sources), dtype=object)
    whole[:] = [source.geometry for source in sources]
    if kind == "green_plot":
        cut = cut_polygons(whole)
    elif kind == "bank_reach":
        cut = cut_lines(banks(whole), REACH_M)
    else:
        cut = cut_lines(whole, SECTION_M)
    return [
        (kind, sources[owner], number, geometry, size)
        for owner, number, geometry, size in zip(
            cut.owner.tolist(), cut.number.tolist(), cut.geometries, cut.size.tolist(), strict=True
        )
    ]


def _middle(geometry: BaseGeometry) -> tuple[float, float]:
    """A point of the frame where one can stand: the middle of a line, a point inside of an area."""
    line = geometry.geom_type in {"LineString", "MultiLineString"}
    point = (
        shapely.line_interpolate_point(geometry, 0.5, normalized=True) if line else shapely.point_on_surface(geometry)
    )
    return float(point.x), float(point.y)


def _names(kind: str, source: _Source, number: int) -> tuple[str, str]:
    if kind not in WORDS:
        return source.names
    side, words = SIDES.get(source.side, ("", "")), WORDS[kind]
    zh = f"{source.names[0]}{side[0]}{words[0].format(n=number)}"
    en = ", ".join(part for part in (source.names[1], side[1], words[1].format(n=number)) if part)
    return zh[-160:], en[-160:]


def _code(source: _Source, number: int) -> str:
    """A code that stays when frames are built again: layer, object, side, number; long ones end with a digest."""
    parts = [LAYERS[source.layer], source.code, source.side, "" if source.layer == "sites" else f"{number:03}"]
    code = "-".join(part for part in parts if part)
    if len(code) <= LONGEST:
        return code
    return f"{code[: LONGEST - 13]}-{hashlib.sha256(code.encode()).hexdigest()[:12]}"
