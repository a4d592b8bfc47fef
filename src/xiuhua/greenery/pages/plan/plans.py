"""The plans of a district: make one, see those there are, and where trees have room along the streets."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.refusals import CaseworkError, Forbidden
from xiuhua.city.models import Area, District, Street
from xiuhua.greenery.actions.planting import MOST_IN_DISTRICT, MOST_IN_TOWN, Wanted, ask_plan, make_plan
from xiuhua.greenery.models import PlantingPlan
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.plan.words import Row, plans_of, rows_of
from xiuhua.greenery.planned import gaps_of
from xiuhua.greenery.rights import PLAN
from xiuhua.greenery.scene_of import scene_of
from xiuhua.greenery.setting import usual
from xiuhua.greenery.sizes import SIZES, USUAL
from xiuhua.greenery.tasks import work_out_plan
from xiuhua.people.models import User
from xiuhua.people.permissions import require

SHOWN = 100
INVALID, FORBIDDEN = 422, 403
# Goals as they are offered first: half of the windows, nine tenths under crowns, half in shade, so many trees.
GOALS = {"home": "50", "canopy": "90", "shade": "50", "budget": "200", "gate": "0"}
Kind = PlantingPlan.Kind


@require_safe
@require(PLAN)
def plans(request: HttpRequest, district_code: str) -> HttpResponse:
    """The plans and the forms for new ones; ``?home=``, ``?street=``, ``?park=`` fill in a code."""
    return _show(request, asked(request, district_code).district, request.GET.dict())


@require_POST
@require(PLAN)
def new(request: HttpRequest, district_code: str) -> HttpResponse:
    """Make a plan, at once or, for the whole district, in a job."""
    district = asked(request, district_code).district
    typed = request.POST.dict()
    try:
        wanted, user = _wanted(typed), user_of(request)
        plan = (ask_plan if wanted.whole else make_plan)(district, wanted, user=user)
    except CaseworkError as why:
        return _show(request, district, typed, [why.reason, why.remedy], status_of(why))
    if wanted.whole:
        work_out_plan.enqueue(plan.pk)
    else:
        messages.success(request, _("The draft is made: look at it, then hand it over."))
    return HttpResponseRedirect(reverse("greenery:plan", args=[district_code, plan.pk]))


@require_safe
@require(PLAN)
def gaps(request: HttpRequest, district_code: str) -> HttpResponse:
    """How many trees have room along each street of a town."""
    district = asked(request, district_code).district
    towns = _towns(district)
    chosen = next((town for town in towns if town.code == request.GET.get("town")), towns[0] if towns else None)
    rows: list[tuple[Street, int]] = []
    if chosen is not None:
        surveyed = scene_of(district)
        streets = (surveyed.street_towns == chosen.pk) & surveyed.scene.streets.measured
        found = [(pk, room) for pk, room in gaps_of(surveyed, streets, usual(district, surveyed)) if room]
        held = Street.objects.in_bulk([pk for pk, _room in found[:SHOWN]])
        rows = [(held[pk], room) for pk, room in found[:SHOWN] if pk in held]
        context: dict[str, Any] = {"all": sum(room for _pk, room in found), "streets": len(found)}
    else:
        context = {}
    context |= {"district": district, "towns": towns, "chosen": chosen, "rows": rows}
    return render(request, "greenery/plan/gaps.html", context)


def status_of(why: CaseworkError) -> int:
    """The status with which a page answers what was refused."""
    return FORBIDDEN if isinstance(why, Forbidden) else INVALID


def user_of(request: HttpRequest) -> User:
    """The account that asks. Raises ``PermissionDenied`` without one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _wanted(typed: Mapping[str, Any]) -> Wanted:
    """What the form asks for; a goal that is no number is none at all, and refused."""
    kind = typed.get("kind", "")
    try:
        goal = float(typed.get("goal", "") or "nan")
    except ValueError:
        goal = float("nan")
    if kind not in {Kind.BUDGET, Kind.GATE}:
        goal /= 100
    return Wanted(kind, typed.get("code", "").strip(), 0.0 if kind == Kind.GATE else goal, typed.get("size", USUAL))


def _show(
    request: HttpRequest,
    district: District,
    typed: Mapping[str, Any],
    failed: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown: list[Row] = rows_of(plans_of(district)[:SHOWN])
    context = {
        "district": district, "rows": shown, "towns": _towns(district), "typed": typed, "failed": failed,
        "sizes": [(key, name) for key, (name, _tree) in SIZES.items()], "usual": USUAL, "goals": GOALS,
        "in_town": MOST_IN_TOWN, "in_district": MOST_IN_DISTRICT,
    }  # fmt: skip
    return render(request, "greenery/plan/plans.html", context, status=status if failed else 200)


def _towns(district: District) -> list[Area]:
    return list(Area.objects.filter(district=district, kind="town").defer("geom").order_by("code"))
