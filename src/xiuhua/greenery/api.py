"""Greenery over JSON: figures of places, and what was found of one home, street or park. Open, as its pages are.

Nothing of persons: how many live in one home is not told.
"""

from typing import Any

import numpy as np
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.city.models import District
from xiuhua.foundation.problems import ProblemOut, not_found
from xiuhua.greenery import queries
from xiuhua.greenery.api_schemas import AreaSharesOut, FiguresOut, HomeOut, MomentOut, ParkOut, StreetOut
from xiuhua.greenery.figures import Figure
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.pages.words import FORMULAS, OURS, OWNERS
from xiuhua.greenery.places import WHOLE
from xiuhua.greenery.words import FIGURES, RULES

router = Router(tags=["greenery"])
READ: dict[int, Any] = {400: ProblemOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut}


@router.get("/figures", response={200: FiguresOut, **READ}, summary="The figures of a district or of one of its areas")
def greenery_figures(request: HttpRequest, district: Text, place: Text = WHOLE) -> Any:
    """Of the last measurement; ``place`` is ``district``, or one that /places lists."""
    held = measured_of(district_of(district))
    if place not in held.totals:
        raise not_found(
            _("No home lies in %(place)s.") % {"place": place}, _("Use one that /api/greenery/places lists.")
        )
    bands = held.bands if place == WHOLE else {}
    return {
        "district": district, "place": place, "made_at": held.made_at, "data_on": held.data_on,
        "parameters": held.parameters, "crowns_block": bands.get("crowns_block", {}),
        "ranges": bands.get("ranges", {}),
        "figures": [_figure(one, bands.get(key)) for key, one in queries.figures_at(held, place).items()],
        "assumed": _rules(held.assumed), "rejected": _rules(held.rejected),
    }  # fmt: skip


@router.get("/places", response={200: list[AreaSharesOut], **READ}, summary="Areas where homes lie, with their shares")
def greenery_places(request: HttpRequest, district: Text, kind: Text = "town") -> Any:
    """The areas of one kind at the last measurement, by code."""
    return [
        {"place": one.key, "kind": one.kind, "code": one.code, "name": one.name, "shares": _shares(one.figures)}
        for one in queries.places(measured_of(district_of(district)), (kind,))
    ]


@router.get("/history", response={200: list[MomentOut], **READ}, summary="The figures of a district over time")
def greenery_history(request: HttpRequest, district: Text) -> Any:
    """Every measurement that is kept, the oldest first."""
    return [
        {"made_at": one.made_at, "data_on": one.data_on, "shares": _shares(one.figures)}
        for one in queries.history(district_of(district))
    ]


@router.get("/homes/{home_code}", response={200: HomeOut, **READ}, summary="What was found of one home")
def greenery_home(request: HttpRequest, home_code: Text, district: Text) -> Any:
    """Windows, walks and shade at the last measurement."""
    found = _row(BuildingGreen, "building", home_code, district_of(district), "town", "community", "park")
    walks = {area: getattr(found, f"reach_{area}") for area in ("400", "5000", "10000", "50000", "100000")}
    same = ("windows", "share_one", "share_three", "view", "joined", "straight_m", "cool_way", "canopy_300m")
    return {
        "code": home_code, "town": _code(found.town), "community": _code(found.community), "park": _code(found.park),
        "seen_from_any_window": found.any_window, "trees_near": found.near, "walks_m": walks,
        "shade_of_walk": found.walk, **{name: getattr(found, name) for name in same},
    }  # fmt: skip


@router.get("/streets/{street_code}", response={200: StreetOut, **READ}, summary="What was found of one street")
def greenery_street(request: HttpRequest, street_code: Text, district: Text) -> Any:
    """Canopy and shade at the last measurement."""
    found = _row(StreetGreen, "street", street_code, district_of(district), "town")
    same = ("length_m", "official", "canopy", "lined", "shade")
    return {
        "code": street_code, "town": _code(found.town), "by_walls": found.grey, "by_crowns": found.green,
        "by_both": found.both, **{name: getattr(found, name) for name in same},
    }  # fmt: skip


@router.get("/parks/{park_code}", response={200: ParkOut, **READ}, summary="Whom one park serves")
def greenery_park(request: HttpRequest, park_code: Text, district: Text) -> Any:
    """Its circle and its walks at the last measurement."""
    found = _row(ParkGreen, "park", park_code, district_of(district), "town")
    same = (name for name in ParkOut.model_fields if name not in {"code", "town"})
    return {"code": park_code, "town": _code(found.town), **{name: getattr(found, name) for name in same}}


def measured_of(district: District) -> Measurement:
    """The last measurement of a district; 404 before the first one."""
    held = queries.latest(district)
    if held is None:
        raise not_found(
            _("%(district)s has not been measured yet.") % {"district": district},
            _("It is measured every night; xiuhua greenery measure does it at once."),
        )
    return held


def _row(model: Any, name: str, code: str, district: District, *joined: str) -> Any:
    held = measured_of(district)
    found = model.objects.filter(measurement=held, **{f"{name}__code": code}).select_related(*joined).first()
    if found is None:
        raise not_found(
            _("%(code)s was not measured in %(district)s.") % {"code": code, "district": district},
            _("Use the code of a home, a street or a park that was there at the last measurement."),
        )
    return found


def _figure(one: Figure, band: list[float] | None) -> dict[str, Any]:
    low, high = band or (None, None)
    return {
        "key": one.key, "name": str(FIGURES[one.key]), "formula": str(FORMULAS[one.key]),
        "whose": OWNERS.get(one.key, OURS), "share": _share(one), "part": one.part, "whole": one.whole,
        "unit": one.unit, "unknown": one.unknown, "low": low, "high": high,
    }  # fmt: skip


def _share(one: Figure) -> float | None:
    return None if np.isnan(one.share) else round(one.share, 6)


def _shares(figures: dict[str, Figure]) -> dict[str, float | None]:
    return {key: _share(one) for key, one in figures.items()}


def _rules(rules: list[tuple[str, int, int]]) -> list[dict[str, Any]]:
    return [{"key": key, "name": str(RULES[key]), "count": count, "of": total} for key, count, total in rules]


def _code(found: Any) -> str:
    return found.code if found else ""
