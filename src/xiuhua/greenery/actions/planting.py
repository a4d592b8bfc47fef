"""Make a plan of trees or of a gate, at once or, for a whole district, in a job; drop it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden, Refused
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
# So many trees may be asked for in one town, and in a whole district.
MOST_IN_TOWN, MOST_IN_DISTRICT = 500, 2_000


@dataclass(frozen=True)
class Wanted:
    """What is planned: for which object (its code; of a budget a town, or none), trees of which size, the goal.

    ``goal``: a share of windows or of pavement; of a budget so many trees; nothing for a gate.
    """

    kind: str
    code: str
    goal: float = 0.0
    size: str = USUAL

    @property
    def whole(self) -> bool:
        """Whether it is a budget for the whole district, which is worked out in a job."""
        return self.kind == Kind.BUDGET and not self.code


def make_plan(district: District, wanted: Wanted, *, user: User, at: datetime | None = None) -> PlantingPlan:
    """Find the places and keep them as a draft. Raises ``Refused`` (``Forbidden``) with what stands in the way."""
    _check(district, wanted, user)
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
        plan = PlantingPlan(
            district=district, kind=wanted.kind, **target, size="" if wanted.kind == Kind.GATE else wanted.size,
            goal=wanted.goal, made_at=now, made_by=user,
        )  # fmt: skip
        _fill(plan, found, surveyed, now)
    return plan


def ask_plan(district: District, wanted: Wanted, *, user: User, at: datetime | None = None) -> PlantingPlan:
    """Write down that a budget for the whole district is wanted; ``work_out`` finds its places.

    Raises ``Refused`` (``Forbidden``) with what stands in the way.
    """
    _check(district, wanted, user)
    now, surveyed = at or timezone.now(), scene_of(district)
    if not surveyed.scene.buildings.measured.any():
        _none(_("No home lies in this district."))
    with transaction.atomic():
        plan = PlantingPlan.objects.create(
            district=district, kind=wanted.kind, size=wanted.size, goal=wanted.goal, state=State.ASKED,
            data_on=surveyed.day, made_at=now, made_by=user,
        )  # fmt: skip
        tell(plan, user, "asked", now, {"kind": plan.kind, "goal": plan.goal})
    return plan


def work_out(plan: PlantingPlan, *, at: datetime | None = None) -> bool:
    """Find the places of a plan that was asked for; whether it was still wanted. Doing it again changes nothing."""
    if plan.state != State.ASKED:
        return False
    now, surveyed = at or timezone.now(), scene_of(plan.district)
    options, (_name, tree) = usual(plan.district, surveyed), SIZES[plan.size]
    found = for_budget(surveyed, surveyed.scene.buildings.measured, options, tree, int(plan.goal))
    with transaction.atomic():
        held = PlantingPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state != State.ASKED:
            return False
        if found is None or not len(found.lon):
            PlantingPlan.objects.filter(pk=plan.pk).update(state=State.EMPTY, data_on=surveyed.day)
            tell(plan, plan.made_by, "found_empty", now, {})
        else:
            _fill(held, found, surveyed, now)
    plan.refresh_from_db()
    return True


def drop_plan(plan: PlantingPlan, *, user: User, at: datetime | None = None) -> None:
    """Drop a draft. Raises ``Refused`` where it was handed over already: its cases are withdrawn one by one."""
    allow(user, plan.district)
    with transaction.atomic():
        held = PlantingPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state == State.HANDED:
            raise Refused(
                _("This plan was handed over: its work orders are on their way."),
                _("Withdraw the cases that are not to be done."),
            )
        if held.state in {State.DRAFT, State.ASKED, State.EMPTY}:
            PlantingPlan.objects.filter(pk=plan.pk).update(state=State.DROPPED)
            tell(plan, user, "dropped", at or timezone.now(), {})
    plan.refresh_from_db()


def allow(user: User, district: District) -> None:
    """Raises ``Forbidden`` for who may not plan in ``district``."""
    if why := refusal(user, PLAN, district.code):
        raise Forbidden(why, _("Ask somebody who may do this."))


def _check(district: District, wanted: Wanted, user: User) -> None:
    allow(user, district)
    if wanted.size not in SIZES:
        raise Refused(_("There is no size %(size)s.") % {"size": wanted.size[:20]}, _("Choose a size from the list."))
    if wanted.kind not in Kind.values:
        raise Refused(_("There is no such kind of plan."), _("Choose one from the list."))
    most = MOST_IN_DISTRICT if wanted.whole else MOST_IN_TOWN
    if wanted.kind == Kind.BUDGET and not (1 <= wanted.goal <= most and wanted.goal == int(wanted.goal)):
        raise Refused(
            _("A budget is a whole number of trees: 1 to %(town)d in a town, up to %(most)d in the whole district.")
            % {"town": MOST_IN_TOWN, "most": MOST_IN_DISTRICT},
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


def _fill(plan: PlantingPlan, found: Found, surveyed: Surveyed, now: datetime) -> None:
    """Keep what was found: the plan is a draft from here on."""
    plan.before, plan.after, plan.reached, plan.figures = found.before, found.after, found.reached, found.figures
    plan.state, plan.data_on = State.DRAFT, surveyed.day
    plan.save()
    PlannedPlace.objects.bulk_create(_places(plan, found), batch_size=500)
    tell(plan, plan.made_by, "made", now, {"kind": plan.kind, "goal": plan.goal, "places": len(found.lon)})


def _places(plan: PlantingPlan, found: Found) -> list[PlannedPlace]:
    rows = zip(found.lon.tolist(), found.lat.tolist(), found.street.tolist(), found.gained.tolist(), strict=True)
    return [
        PlannedPlace(
            plan=plan, number=number, lon=round(lon, 7), lat=round(lat, 7), street_id=street or None, gained=gained
        )
        for number, (lon, lat, street, gained) in enumerate(rows, start=1)
    ]


def tell(plan: PlantingPlan, user: User, verb: str, now: datetime, after: dict[str, object]) -> None:
    """Write down what became of a plan."""
    events.record(
        chain=f"greenery:plan:{plan.pk}", verb=f"greenery.plan_{verb}", actor=user.username,
        subject=f"greenery.plantingplan:{plan.pk}", after=after, at=now,
    )  # fmt: skip
