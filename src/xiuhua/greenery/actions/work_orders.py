"""Hand a plan over as work orders: cases that go the way of every case."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from xiuhua.casework.actions import intake
from xiuhua.casework.models import Case, Report, Standard
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import Submission
from xiuhua.city.models import Street
from xiuhua.greenery.actions.planting import allow, tell
from xiuhua.greenery.models import PlannedPlace, PlantingPlan
from xiuhua.greenery.sizes import SIZES
from xiuhua.people.models import User

Kind, State = PlantingPlan.Kind, PlantingPlan.State


def hand_over(plan: PlantingPlan, standard: Standard, *, user: User, at: datetime | None = None) -> list[Case]:
    """Make a case of every street of the plan, filed as ``standard``; a second time gives the same cases.

    Raises ``Refused`` where the plan was dropped or casework takes no such case; then nothing is kept.
    """
    allow(user, plan.district)
    now = at or timezone.now()
    with transaction.atomic():
        held = PlantingPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state == State.DROPPED:
            raise Refused(_("This plan was dropped."), _("Make it anew."))
        if held.state in {State.ASKED, State.EMPTY}:
            raise Refused(_("This plan has no places."), _("Wait until it is worked out, or make another one."))
        groups = list(_groups(plan))
        if held.state == State.DRAFT:
            for street, places in groups:
                case = _submitted(plan, standard, street, places, user, now)
                PlannedPlace.objects.filter(pk__in=[place.pk for place in places]).update(case=case)
            PlantingPlan.objects.filter(pk=plan.pk).update(state=State.HANDED)
            tell(plan, user, "handed_over", now, {"standard": str(standard), "cases": len(groups)})
    plan.refresh_from_db()
    return list(Case.objects.filter(pk__in=plan.places.values("case")).order_by("number"))


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
