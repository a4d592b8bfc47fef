"""Bring what was read from an OpenStreetMap file into a district: outline, code set, one load per layer."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.districts import create_district
from xiuhua.city.actions.load import LoadReport, load
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import Area, CodeSet, District, Kind
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.rejections import Rejection
from xiuhua.interop.osm import gates
from xiuhua.interop.osm import outline as outlines
from xiuhua.interop.osm.reading import Found, Reading
from xiuhua.interop.osm.rows import Member, link, rows
from xiuhua.interop.osm.rules import OUTLINE, Mapping

ACTOR = "load osm"
OSM_CODE = "osm-"

type Watch = Callable[[str, int, Iterable[dict[str, Any]]], Iterable[dict[str, Any]]]


class ImportRefusedError(ValueError):
    """The import cannot start; the message says why and what to do. Nothing was loaded."""


@dataclass
class LayerResult:
    """What became of the objects that the mapping gave to one layer.

    ``aside`` are gates at no green space, ``assumed`` single trees that stand for rows of them.
    """

    report: LoadReport
    found: int = 0
    outside: int = 0
    aside: int = 0
    assumed: int = 0
    troubled: list[Rejection] = field(default_factory=list)
    repaired: list[Found] = field(default_factory=list)

    @property
    def rejected(self) -> list[Rejection]:
        """Objects without a usable geometry and rows that the layer refused."""
        return [*self.troubled, *self.report.rejected]


@dataclass
class ImportResult:
    """What an import did: the outline it worked with and one result a layer."""

    outline: outlines.Outline
    layers: list[LayerResult]
    unread: Counter[str]


@dataclass(frozen=True)
class Plan:
    """What to load from a reading: the layers in their order, whether to remove what is gone, from which file."""

    mapping: Mapping
    layers: Sequence[str]
    file: str
    prune: bool = False
    relation: int | None = None


def bring_in(district: District, reading: Reading, plan: Plan, watch: Watch) -> ImportResult:
    """Load the layers of ``plan`` from ``reading``, each in its own transaction.

    ``watch(layer, count, rows)`` passes the rows through and may show progress. Raises ImportRefusedError.
    """
    result = ImportResult(_outline(district, reading, plan), [], Counter())
    members = _members(reading, plan, result.outline)
    if not any(kept for kept, _outside in members.values()):
        raise ImportRefusedError(
            _("no object of the file lies in the outline of the district; is it the right file, or --boundary?")
        )
    if plan.prune:
        _refuse_foreign(district, plan.layers)
    _credit(district, plan.mapping.attribution)
    if "components" in plan.layers:
        _code_set(plan)
    for key in plan.layers:
        kept, outside = members[key]
        listed = _rows(district, key, kept, plan, result)
        report = load(district, key, watch(key, len(listed), listed), actor=ACTOR, source=plan.file, prune=plan.prune)
        done = LayerResult(report, len(kept) + outside, outside, troubled=_troubles(reading, key))
        if key == "gates":
            done.aside = len(kept) - len(listed)
        elif plan.mapping.layers[key].row_gap_m:
            single = sum(found.shape == "point" for found, _rules in kept)
            done.assumed = len(listed) - single
        done.repaired = [found for found, _rules in kept if found.repair]
        result.layers.append(done)
    return result


def _outline(district: District, reading: Reading, plan: Plan) -> outlines.Outline:
    area = _whole_area(district)
    kept_from = ""
    if area and area.source.startswith("https://www.openstreetmap.org/relation/"):
        kept_from = f"{OSM_CODE}r{area.source.rsplit('/', 1)[1]}"
    return outlines.choose(
        reading,
        relation=plan.relation,
        kept=from_wkb(area.geom) if area else None,
        kept_from=kept_from,
    )


def _whole_kind() -> str:
    return Kind.objects.filter(domain="area").order_by("rank").values_list("key", flat=True)[0]


def _whole_area(district: District) -> Area | None:
    return Area.objects.filter(district=district, kind=_whole_kind(), code=district.code).order_by("valid_from").last()


def _members(reading: Reading, plan: Plan, outline: outlines.Outline) -> dict[str, tuple[list[Member], int]]:
    """For each layer the objects inside the outline, and how many lie outside."""
    by_layer: dict[str, list[Member]] = {key: [] for key in plan.layers}
    for found in reading.found:
        for layer, rules in found.matches:
            if layer.key in by_layer and not (layer.key == "areas" and found is outline.found):
                by_layer[layer.key].append((found, rules))
    result = {}
    for key, members in by_layer.items():
        geometries = np.empty(len(members), dtype=object)
        geometries[:] = [found.geometry for found, _rules in members]
        test = outlines.mostly_inside if key == "areas" else outlines.inside
        mask = test(outline.geometry, geometries).tolist()
        kept = [member for member, good in zip(members, mask, strict=True) if good]
        result[key] = (kept, len(members) - len(kept))
    return result


def _rows(district: District, key: str, kept: list[Member], plan: Plan, result: ImportResult) -> list[dict[str, Any]]:
    listed = list(
        rows(plan.mapping, plan.mapping.layers[key], kept, points=LAYERS[key].is_points, unread=result.unread)
    )
    if key == "gates":
        return gates.at_greens(district, plan.mapping.layers[key], kept, listed)
    if key == "areas":
        listed.insert(0, _outline_row(district, plan.file, result.outline))
    return listed


def _outline_row(district: District, file: str, outline: outlines.Outline) -> dict[str, Any]:
    area = _whole_area(district)
    row = {"_row": 0, "kind": _whole_kind(), "code": district.code, "geometry": outline.geometry}
    if area and outline.how == "kept":
        names = ("name_zh", "name_en", "valid_from", "valid_to", "source", "grade", "persons")
        return {**row, **{name: getattr(area, name) for name in names}}
    source = link(outline.found) if outline.found else _("box round the data of %(file)s") % {"file": file}
    return {**row, "name_zh": district.name_zh, "name_en": district.name_en, "source": source}


def _refuse_foreign(district: District, layers: Sequence[str]) -> None:
    for key in layers:
        others = LAYERS[key].model._default_manager.filter(district=district).exclude(code__startswith=OSM_CODE)
        count = others.exclude(code=district.code).count()
        if count:
            raise ImportRefusedError(
                _(
                    "layer %(layer)s holds %(count)d objects that are not from OpenStreetMap; --prune would remove "
                    "them. Leave out --prune, or name other --layers."
                )
                % {"layer": key, "count": count}
            )


def _credit(district: District, attribution: str) -> None:
    if attribution and attribution not in district.attribution:
        both = "; ".join(filter(None, (district.attribution, attribution)))
        create_district(district.code, district.name_zh, actor=ACTOR, attribution=both)


def _code_set(plan: Plan) -> None:
    wanted = plan.mapping.code_set
    if wanted is None:
        return
    if wanted.codes:
        load_codes(
            wanted.key, wanted.version, kind="component", name_zh=wanted.name_zh, name_en=wanted.name_en,
            source=wanted.source, rows=wanted.codes, actor=ACTOR,
        )  # fmt: skip
    elif not CodeSet.objects.filter(key=wanted.key, version=wanted.version).exists():
        raise ImportRefusedError(
            _("the mapping uses the code set %(set)s, which is not loaded; load it first (xiuhua load codes)")
            % {"set": f"{wanted.key}@{wanted.version}"}
        )


def _troubles(reading: Reading, key: str) -> list[Rejection]:
    texts = {
        "open": (
            _("a polygon is wanted, but the line is not closed"),
            _("close the way in OpenStreetMap, or correct its tags"),
        ),
        "short": (
            _("too few different places for a line or a polygon"),
            _("draw the object again in OpenStreetMap, or delete it there"),
        ),
        "incomplete": (
            _("parts of the object are missing from the file"),
            _("load an extract that reaches further"),
        ),
        "crossing": (
            _("the outline crosses itself and could not be repaired"),
            _("repair the object in OpenStreetMap"),
        ),
    }
    found = [
        trouble for trouble in reading.troubles if any(layer.key == key for layer, _rules in trouble.found.matches)
    ]
    return [
        Rejection(number, trouble.found.code, "geometry", trouble.detail or link(trouble.found), *texts[trouble.what])
        for number, trouble in enumerate(found, start=1)
    ]


def rehearse(district: Callable[[], District], reading: Reading, plan: Plan, watch: Watch) -> ImportResult:
    """Do all of ``bring_in`` and undo it again."""
    with transaction.atomic():
        result = bring_in(district(), reading, plan, watch)
        transaction.set_rollback(True)
    return result


def selectable(mapping: Mapping) -> list[str]:
    """The layers that a mapping can load, in the order in which they build on one another."""
    return [key for key in LAYERS if key in mapping.layers and key != OUTLINE]
