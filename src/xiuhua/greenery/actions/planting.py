"""Make a plan of trees or of a gate, drop it, hand it over as work orders: cases that go the way of every case."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from xiuhua.casework.actions import intake
from xiuhua.casework.models import Case, Report, Standard
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.submission import Submission
from xiuhua.city.models import Area, Building, District, GreenSpace, Street
from xiuhua.foundation import events
from xiuhua.greenery.models import PlannedPlace, PlantingPlan
from xiuhua.greenery.planned import Found, for_budget, for_gate, for_home, for_street
from xiuhua.greenery.rights import PLAN
from xiuhua.greenery.scene import Ints
from xiuhua.greenery.scene_of import Surveyed, scene_of
from xiuhua.greenery.setting import usual
from xiuhua.greenery.sizes import SIZES, USUAL
from xiuhua.greenery.street_planting import Aim
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

Kind, State = PlantingPlan.Kind, PlantingPlan.State
MOST_TREES = 500


@dataclass(frozen=True)
class Wanted:
    """What is planned: for which object (its code; of a budget a town), trees of which size, the goal.

    ``goal``: a share of windows or of pavement; of a budget so many trees; nothing for a gate.
    """

    kind: str
    code: str
    goal: float = 0.0
    size: str = USUAL


def make_plan(district: District, wanted: Wanted, *, user: User, at: datetime | None = None) -> PlantingPlan:
    """Find the places and keep them as a draft. Raises ``Refused`` (``Forbidden``) with what stands in the way."""
    _allow(user, district)
    if wanted.size not in SIZES:
        raise Refused(_("There is no size %(size)s.") % {"size": wanted.size[:20]}, _("Choose a size from the list."))
    _check_goal(wanted)
    now, surveyed = at or timezone.now(), scene_of(district)
    target = _target(district, wanted)
    found = _found(district, surveyed, wanted, target)
    if not len(found.lon):
        raise Refused(
            _("No tree has to be planted: the goal is reached already.") if found.reached
            else _("There is no room for a tree that would help here."),
            _("Choose another place or another goal."),
        )  # fmt: skip
    with transaction.atomic():
        plan = PlantingPlan.objects.create(
            district=district, kind=wanted.kind, **target, size="" if wanted.kind == Kind.GATE else wanted.size,
            goal=wanted.goal, before=found.before, after=found.after, reached=found.reached, figures=found.figures,
            data_on=surveyed.day, made_at=now, made_by=user,
        )  # fmt: skip
        PlannedPlace.objects.bulk_create(_places(plan, found))
        _tell(plan, user, "made", now, {"kind": plan.kind, "goal": plan.goal, "places": len(found.lon)})
    return plan


def drop_plan(plan: PlantingPlan, *, user: User, at: datetime | None = None) -> None:
    """Drop a draft. Raises ``Refused`` where it was handed over already: its cases are withdrawn one by one."""
    _allow(user, plan.district)
    with transaction.atomic():
        held = PlantingPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state == State.HANDED:
            raise Refused(
                _("This plan was handed over: its work orders are on their way."),
                _("Withdraw the cases that are not to be done."),
            )
        if held.state == State.DRAFT:
            PlantingPlan.objects.filter(pk=plan.pk).update(state=State.DROPPED)
            _tell(plan, user, "dropped", at or timezone.now(), {})
    plan.refresh_from_db()


def hand_over(plan: PlantingPlan, standard: Standard, *, user: User, at: datetime | None = None) -> list[Case]:
    """Make a case of every street of the plan, filed as ``standard``; a second time gives the same cases.

    Raises ``Refused`` where the plan was dropped or casework takes no such case; then nothing is kept.
    """
    _allow(user, plan.district)
    now = at or timezone.now()
    with transaction.atomic():
        held = PlantingPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state == State.DROPPED:
            raise Refused(_("This plan was dropped."), _("Make it anew."))
        groups = list(_groups(plan))
        if held.state == State.DRAFT:
            for street, places in groups:
                case = _submitted(plan, standard, street, places, user, now)
                PlannedPlace.objects.filter(pk__in=[place.pk for place in places]).update(case=case)
            PlantingPlan.objects.filter(pk=plan.pk).update(state=State.HANDED)
            _tell(plan, user, "handed_over", now, {"standard": str(standard), "cases": len(groups)})
    plan.refresh_from_db()
    return list(Case.objects.filter(pk__in=plan.places.values("case")).order_by("number"))


def _allow(user: User, district: District) -> None:
    if why := refusal(user, PLAN, district.code):
        raise Forbidden(why, _("Ask somebody who may do this."))


def _check_goal(wanted: Wanted) -> None:
    if wanted.kind not in Kind.values:
        raise Refused(_("There is no such kind of plan."), _("Choose one from the list."))
    if wanted.kind == Kind.BUDGET and not (1 <= wanted.goal <= MOST_TREES and wanted.goal == int(wanted.goal)):
        raise Refused(
            _("A budget is a whole number of trees from 1 to %(most)d.") % {"most": MOST_TREES},
            _("Make several plans for more."),
        )
    if wanted.kind not in {Kind.BUDGET, Kind.GATE} and not 0 < wanted.goal <= 1:
        raise Refused(_("The goal is a share above 0 % and up to 100 %."), _("Give it in per cent."))


def _target(district: District, wanted: Wanted) -> dict[str, Any]:
    """The object of the plan, by the column that holds it."""
    column, rows = _OBJECTS[Kind(wanted.kind)]
    found = rows().filter(district=district, code=wanted.code).order_by("-pk").first()
    if found is None:
        raise Refused(
            _("There is no object with the code %(code)s.") % {"code": wanted.code[:40] or "-"},
            _("Look for it on the map; its card shows the code."),
        )
    return {column: found}


_OBJECTS: dict[str, tuple[str, Callable[[], QuerySet[Any]]]] = {
    Kind.HOME: ("building", Building.objects.all), Kind.CANOPY: ("street", Street.objects.all),
    Kind.SHADE: ("street", Street.objects.all), Kind.GATE: ("park", GreenSpace.objects.all),
    Kind.BUDGET: ("town", lambda: Area.objects.filter(kind="town")),
}  # fmt: skip


def _found(district: District, surveyed: Surveyed, wanted: Wanted, target: dict[str, Any]) -> Found:
    options, (_name, tree) = usual(district, surveyed), SIZES[wanted.size]
    (held,) = target.values()
    pk = int(held.pk)
    match wanted.kind:
        case Kind.HOME:
            at = _position(surveyed.buildings, pk)
            measured = at >= 0 and bool(surveyed.scene.buildings.measured[at])
            found = for_home(surveyed, at, options, tree, wanted.goal) if measured else None
            return found or _none(_("This building is no home with windows."))
        case Kind.CANOPY | Kind.SHADE:
            at, aim = _position(surveyed.streets, pk), Aim(wanted.kind)
            found = for_street(surveyed, at, options, tree, aim, wanted.goal) if at >= 0 else None
            return found or _none(_("This street has no pavement that is measured."))
        case Kind.BUDGET:
            homes = surveyed.scene.buildings.measured & (surveyed.towns == pk)
            return for_budget(surveyed, homes, options, tree, int(wanted.goal)) or _none(
                _("No home lies in this town.")
            )
        case _:
            at = _position(surveyed.parks, pk)
            found = for_gate(surveyed, at, options) if at >= 0 else None
            return found or _none(_("No new gate of this park brings anybody nearer, or it is no public park."))


def _none(why: str) -> Found:
    raise Refused(why, _("Choose another place or another goal."))


def _position(ids: Ints, pk: int) -> int:
    """Where an object stands in the scene, -1 where it does not. Ids are ascending."""
    at = int(np.searchsorted(ids, pk))
    return at if at < len(ids) and ids[at] == pk else -1


def _places(plan: PlantingPlan, found: Found) -> list[PlannedPlace]:
    rows = zip(found.lon.tolist(), found.lat.tolist(), found.street.tolist(), found.gained.tolist(), strict=True)
    return [
        PlannedPlace(
            plan=plan, number=number, lon=round(lon, 7), lat=round(lat, 7), street_id=street or None, gained=gained
        )
        for number, (lon, lat, street, gained) in enumerate(rows, start=1)
    ]


def _groups(plan: PlantingPlan) -> Iterator[tuple[Street | None, list[PlannedPlace]]]:
    """The places of each street together: one crew goes there once."""
    held: dict[int | None, list[PlannedPlace]] = {}
    for place in plan.places.select_related("street"):
        held.setdefault(place.street_id, []).append(place)
    for places in held.values():
        yield places[0].street, places


def _submitted(
    plan: PlantingPlan, standard: Standard, street: Street | None, places: list[PlannedPlace], user: User, now: datetime
) -> Case:  # fmt: skip
    report = intake.submit(
        Submission(
            idempotency_key=f"greenery-plan-{plan.pk}-{street.pk if street else 0}", district=plan.district,
            lon=places[0].lon, lat=places[0].lat, source=Report.Source.PLAN, standard=standard, placed_by="map",
            description=_order(plan, places), address=str(street or plan)[:200],
        ),
        user=user, at=now,
    )  # fmt: skip
    return report.case


def _order(plan: PlantingPlan, places: list[PlannedPlace]) -> str:
    """What is to be done, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        spots = " ".join(f"{place.number}: {place.lon:.6f},{place.lat:.6f};" for place in places)
        values = {"count": len(places), "plan": plan.pk, "size": str(SIZES[plan.size][0]) if plan.size else ""}
        said = (
            _("Open a new gate here (plan %(plan)d).") if plan.kind == Kind.GATE
            else _("Plant %(count)d trees, %(size)s (plan %(plan)d). Look for pipes and cables first.")
        )  # fmt: skip
        return f"{said % values} {spots}"[:4000]


def _tell(plan: PlantingPlan, user: User, verb: str, now: datetime, after: dict[str, object]) -> None:
    events.record(
        chain=f"greenery:plan:{plan.pk}", verb=f"greenery.plan_{verb}", actor=user.username,
        subject=f"greenery.plantingplan:{plan.pk}", after=after, at=now,
    )  # fmt: skip
