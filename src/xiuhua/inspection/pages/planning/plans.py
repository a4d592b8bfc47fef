"""The plans of a district: those there are, a new one with its figures as it is filled in, one with all it holds."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiuhua.casework.refusals import CaseworkError, Forbidden
from xiuhua.inspection.actions.plans import checked_design, commit_plan, design_of, drop_plan, make_plan, reveal_plan
from xiuhua.inspection.models import DrawnFrom, Frame, Plan, Visit
from xiuhua.inspection.month import unpacked
from xiuhua.inspection.pages.planning.asked import PUBLIC_STATES, Here, here, plan_of, town_names
from xiuhua.inspection.pages.planning.figures import Figures, figures
from xiuhua.inspection.pages.planning.forms import Asked, read_form
from xiuhua.inspection.pages.planning.words import REASONS, STATES, kind_names, percent, points
from xiuhua.inspection.planning_faults import FaultsFound
from xiuhua.inspection.planning_inputs import inspectors, preview
from xiuhua.inspection.verifying import verify
from xiuhua.people.models import User
from xiuhua.people.permissions import require

INVALID = 422


@dataclass(frozen=True)
class DayCell:
    """A working day with how many checks it holds and of how many inspectors; ``past`` says who is still to come."""

    day: Any
    visits: int
    inspectors: int
    done: int


@require_GET
@require("inspection.view")
def plans(request: HttpRequest, district_code: str) -> HttpResponse:
    """The plans, newest first; the public sees those that are committed."""
    place = here(request, district_code)
    rows = Plan.objects.filter(district=place.district).annotate(count=Count("visits"))
    if not place.plans:
        rows = rows.filter(state__in=PUBLIC_STATES)
    return render(request, "inspection/planning/plans.html", {
        "district": place.district, "plans": place.plans,
        "rows": [(plan, STATES[plan.state]) for plan in rows.defer("seed")],
        "frames": Frame.objects.filter(district=place.district, valid_to=None).exists(),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@require("inspection.plan")
def new_plan(request: HttpRequest, district_code: str) -> HttpResponse:
    """A new plan: its figures while it is filled in (alone for HTMX), made when it is sent."""
    place = here(request, district_code)
    asked = read_form(place.district, request.POST if request.method == "POST" else request.GET, place.today)
    faults: list[str] = list(asked.unread)
    if request.method == "POST" and not faults:
        try:
            plan = make_plan(
                place.district, asked.month, asked.design, user=_user(request), name_zh=asked.name, name_en=asked.name
            )
        except FaultsFound as error:
            faults = [str(fault) for fault in error.faults]
        except CaseworkError as error:
            faults = [f"{error.reason} {error.remedy}"]
        else:
            messages.success(request, _("The draft is made: look at it, then commit it."))
            return HttpResponseRedirect(reverse("inspection:plan", args=[district_code, plan.pk]))
    context = {
        "district": place.district, "plans": place.plans, "asked": asked, "faults": faults,
        **_live(place, asked, faults, shown=bool(request.GET) or request.method == "POST"),
    }  # fmt: skip
    partial = bool(request.headers.get("HX-Request"))
    name = "inspection/planning/_live.html" if partial else "inspection/planning/new.html"
    return render(request, name, context, status=INVALID if faults and request.method == "POST" else 200)


def _live(place: Here, asked: Asked, faults: list[str], *, shown: bool) -> dict[str, Any]:
    """The figures of what is filled in so far, or everything that is wrong with it."""
    if not shown or not asked.design["kinds"] or asked.unread:
        return {"figures": None, "said": asked.unread if shown else []}
    try:
        design = checked_design(place.district, asked.month, asked.design)
        inputs = preview(place.district, asked.month, design)
    except FaultsFound as error:
        return {"figures": None, "said": [str(fault) for fault in error.faults] if not faults else []}
    except CaseworkError as error:
        return {"figures": None, "said": [f"{error.reason} {error.remedy}"] if not faults else []}
    found = figures(
        inputs, design, kind_names(), town_names(place.district), len(inspectors(place.district))
    )  # fmt: skip
    return {"figures": found, "design": design, **_texts(found)}


def _texts(found: Figures) -> dict[str, Any]:
    return {
        "half": points(found.half),
        "areas": [(row, points(row.half)) for row in found.areas],
        "strata": [(row, percent(row.share), points(row.half)) for row in found.strata],
    }


@require_GET
@require("inspection.view")
def plan(request: HttpRequest, district_code: str, plan_id: int) -> HttpResponse:
    """One plan: state, strata, curve, days, load, digests; with ``?verify=1`` drawn again and compared."""
    place = here(request, district_code)
    return _show(request, place, plan_of(place, plan_id))


@require_POST
@require("inspection.plan")
def act(request: HttpRequest, district_code: str, plan_id: int, plan_move: str) -> HttpResponse:
    """Commit, reveal or drop a plan."""
    place = here(request, district_code)
    found, user = plan_of(place, plan_id), _user(request)
    try:
        if plan_move == "commit":
            commit_plan(found, user=user)
            said = _("The plan is committed: its digests are published, the visits come day by day.")
        elif plan_move == "reveal":
            reveal_plan(found, user=user)
            said = _("The seed is published: anybody can draw the month again.")
        elif plan_move == "drop":
            drop_plan(found, reason=request.POST.get("reason", ""), user=user)
            said = _("The plan is dropped.")
        else:
            raise PermissionDenied(_("A plan is committed, revealed or dropped."))
    except Forbidden as error:
        raise PermissionDenied(f"{error.reason} {error.remedy}") from None
    except CaseworkError as error:
        return _show(request, place, found, [error.reason, error.remedy])
    messages.success(request, said)
    return HttpResponseRedirect(reverse("inspection:plan", args=[district_code, plan_id]))


def _show(request: HttpRequest, place: Here, found: Plan, failed: list[str] | None = None) -> HttpResponse:
    design = design_of(found)
    source = DrawnFrom.objects.filter(plan=found).first()
    drawn = source is not None
    try:
        inputs = unpacked(source.inputs) if source else preview(place.district, found.month, design)
        shown = figures(inputs, design, kind_names(), town_names(place.district), len(inputs.inspectors) or None)
    except CaseworkError as error:
        shown, failed = None, [*(failed or []), error.reason, error.remedy]
    visits = Visit.objects.filter(plan=found)
    asked = request.GET.get("verify") == "1" and found.state == Plan.State.REVEALED
    context = {
        "district": place.district, "plans": place.plans, "plan": found, "design": design, "figures": shown,
        "state": STATES[found.state], "failed": failed, "drawn": drawn,
        "parts": _parts(visits) if drawn else [], "left_out": _left_out(visits) if drawn else [],
        "days": _days(visits) if drawn else [], "loads": _loads(visits) if drawn and place.plans else [],
        "verified": verify(found) if asked else None, "revealed": found.state == Plan.State.REVEALED,
        "over": place.today.replace(day=1) > found.month, **(_texts(shown) if shown else {}),
    }  # fmt: skip
    return render(
        request,
        "inspection/planning/plan.html",
        context,
        status=INVALID if failed and request.method == "POST" else 200,
    )


def _parts(visits: Any) -> list[tuple[str, int]]:
    counted = dict(visits.order_by().values_list("part").annotate(count=Count("id")))
    return [(str(label), counted.get(part, 0)) for part, label in Visit._meta.get_field("part").flatchoices]


def _left_out(visits: Any) -> list[tuple[str, int]]:
    rows = visits.exclude(reason="").order_by("reason").values_list("reason").annotate(count=Count("id"))
    return [(str(REASONS.get(reason, reason)), count) for reason, count in rows]


def _days(visits: Any) -> list[DayCell]:
    """The calendar: numbers only, so that nothing says where."""
    found: dict[Any, tuple[set[int], int, int]] = {}
    for day, who, state in visits.filter(order__isnull=False).order_by("day").values_list("day", "inspector", "state"):
        people, count, done = found.get(day, (set(), 0, 0))
        found[day] = (people | {who}, count + 1, done + (state == Visit.State.DONE))
    return [DayCell(day, count, len(people), done) for day, (people, count, done) in found.items()]


def _loads(visits: Any) -> list[dict[str, Any]]:
    """What each inspector has to do: days, checks, towns."""
    rows = visits.filter(order__isnull=False).order_by("inspector__username")
    return list(
        rows.values("inspector__username", "inspector__display_name").annotate(
            days=Count("day", distinct=True), checks=Count("id"), towns=Count("frame__town", distinct=True)
        )
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
