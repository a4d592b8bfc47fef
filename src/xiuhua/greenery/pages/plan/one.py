"""One plan: its places on the map and in a table, as files, dropped or handed over."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.models import Standard
from xiuhua.casework.refusals import CaseworkError, Forbidden, Refused
from xiuhua.city.pages.spot import spot_of
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.greenery.actions.planting import drop_plan
from xiuhua.greenery.actions.work_orders import hand_over
from xiuhua.greenery.models import PlannedPlace, PlantingPlan
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.plan.plans import status_of, user_of
from xiuhua.greenery.pages.plan.spread import by_town, fewer, towns_of
from xiuhua.greenery.pages.plan.words import plans_of, rows_of
from xiuhua.greenery.rights import PLAN
from xiuhua.greenery.tasks import under_way, work_out_plan
from xiuhua.people.permissions import require

State = PlantingPlan.State
# Standards with these in their category or condition are offered first, the likeliest before the others.
_LIKELY = ("缺株", "补植", "行道树", "树", "绿")
_LIKELY_GATE = ("增设出入口", "公园", "绿")
COLUMNS = ("number", "lon", "lat", "town", "street", "gained", "case")
# More places than these are in the files alone.
SHOWN = 100


@require_safe
@require(PLAN)
def plan(request: HttpRequest, district_code: str, planting_id: int) -> HttpResponse:
    """The plan with its map and its table."""
    return _show(request, _plan(request, district_code, planting_id))


@require_POST
@require(PLAN)
def act(request: HttpRequest, district_code: str, planting_id: int, planting_move: str) -> HttpResponse:
    """Drop a plan, or hand it over as cases of the filing standard chosen."""
    found, user = _plan(request, district_code, planting_id), user_of(request)
    try:
        if planting_move == "drop":
            drop_plan(found, user=user)
            said = _("The plan is dropped.")
        elif planting_move == "hand-over":
            cases = hand_over(found, _standard(request.POST.get("standard", "")), user=user)
            said = _("Handed over: %(count)d work orders wait at the desk.") % {"count": len(cases)}
        else:
            raise PermissionDenied(_("A plan is dropped or handed over."))
    except Forbidden as error:
        raise PermissionDenied(f"{error.reason} {error.remedy}") from None
    except CaseworkError as error:
        return _show(request, found, [error.reason, error.remedy], status_of(error))
    messages.success(request, said)
    return HttpResponseRedirect(reverse("greenery:plan", args=[district_code, planting_id]))


@require_safe
@require(PLAN)
def csv(request: HttpRequest, district_code: str, planting_id: int) -> StreamingHttpResponse:
    """The places as a table for spreadsheets."""
    found = _plan(request, district_code, planting_id)
    rows = ([row[name] for name in COLUMNS] for row in _rows(found))
    answer = StreamingHttpResponse(csv_lines(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plan-{found.pk}.csv"'
    return answer


@require_safe
@require(PLAN)
def geojson(request: HttpRequest, district_code: str, planting_id: int) -> HttpResponse:
    """The places as GeoJSON points, as the map of the plan reads them."""
    found = _plan(request, district_code, planting_id)
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": row | {"kind": "gate" if found.kind == PlantingPlan.Kind.GATE else "tree"},
        }
        for row in _rows(found)
    ]  # fmt: skip
    answer = HttpResponse(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
        content_type="application/geo+json",
    )
    answer["Content-Disposition"] = f'attachment; filename="plan-{found.pk}.geojson"'
    return answer


def _plan(request: HttpRequest, district_code: str, planting_id: int) -> PlantingPlan:
    rows = plans_of(asked(request, district_code).district)
    found = rows.filter(pk=planting_id).first() if planting_id < 2**63 else None
    if found is None:
        raise Http404(_("There is no such plan here; the list of plans shows those there are."))
    return found


def _rows(plan: PlantingPlan) -> Iterator[dict[str, Any]]:
    places = list(plan.places.select_related("street", "case"))
    for place, town in zip(places, towns_of(plan, places), strict=True):
        yield {
            "number": place.number, "lon": place.lon, "lat": place.lat, "town": str(town) if town else "",
            "street": str(place.street) if place.street else "", "gained": round(place.gained, 4),
            "case": place.case.number if place.case else "",
        }  # fmt: skip


def _standard(text: str) -> Standard:
    """The filing standard chosen. Raises ``Refused``."""
    known = text.isdecimal() and len(text) < 18  # noqa: PLR2004 - digits of the largest key
    found = Standard.objects.filter(active=True, pk=int(text)).select_related("category").first() if known else None
    if found is None:
        raise Refused(
            _("Choose as what the work orders are filed."),
            _("Where the list lacks planting, load a category with a filing standard for it first."),
        )
    return found


def _standards(likely: Sequence[str]) -> list[Standard]:
    """What work orders can be filed as, first what holds one of the words ``likely``."""
    rows = (
        Standard.objects.filter(active=True).select_related("category__code_set").order_by("category__code", "number")
    )

    def rank(row: Standard) -> int:
        said = f"{row.category.name_zh} {row.condition}"
        return next((at for at, word in enumerate(likely) if word in said), len(likely))

    return sorted(rows, key=rank)


def _spot(places: list[PlannedPlace]) -> dict[str, float]:
    """Where the map opens."""
    if not places:
        return {}
    at = np.array([(place.lon, place.lat) for place in places])
    (west, south), (east, north) = at.min(axis=0).tolist(), at.max(axis=0).tolist()
    return spot_of((west, south, east, north))


def _show(
    request: HttpRequest, found: PlantingPlan, failed: list[str] | None = None, status: int = 200
) -> HttpResponse:
    places = list(found.places.select_related("street", "case"))
    (row,), kind = rows_of([found]), PlantingPlan.Kind
    likely = _LIKELY_GATE if found.kind == kind.GATE else _LIKELY
    budget = found.kind == kind.BUDGET
    context = {
        "district": found.district, "plan": found, "row": row, "places": places[:SHOWN], "all": len(places),
        "towns": by_town(places, towns_of(found, places)) if budget and not found.town_id else [],
        "fewer": fewer(places) if budget else [],
        "lost": found.state == State.ASKED and not under_way(found.pk, work_out_plan),
        "failed": failed, **_spot(places),
        "standards": _standards(likely) if found.state == State.DRAFT else [],
        "shares": found.kind in {kind.HOME, kind.CANOPY, kind.SHADE}, "gate": found.kind == kind.GATE,
    }  # fmt: skip
    return render(request, "greenery/plan/plan.html", context, status=status)
