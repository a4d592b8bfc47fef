"""A plan in words: what it is for, what it brings, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.city.models import District
from xiuhua.greenery.models import PlannedPlace, PlantingPlan
from xiuhua.greenery.pages.words import metres, percent

Kind = PlantingPlan.Kind


@dataclass(frozen=True)
class Row:
    """A plan with how many places it has, its goal and what it reaches; ``figures`` as (value, what it is)."""

    plan: PlantingPlan
    places: str
    goal: str
    before: str
    after: str
    figures: list[tuple[str, str]]


def plans_of(district: District) -> QuerySet[PlantingPlan]:
    """The plans of a district with the objects that they are for."""
    found = PlantingPlan.objects.filter(district=district)
    return found.select_related("district", "building", "street", "park", "town", "made_by")


def rows_of(plans: Iterable[PlantingPlan]) -> list[Row]:
    """The words of each plan."""
    plans = list(plans)
    places = PlannedPlace.objects.filter(plan__in=plans).values_list("plan").order_by()
    held = {pk: (count, gained) for pk, count, gained in places.annotate(Count("pk"), Sum("gained"))}
    return [_row(plan, *held.get(plan.pk, (0, 0.0))) for plan in plans]


def _row(plan: PlantingPlan, count: int, gained: float) -> Row:
    places = ngettext("%(count)d tree", "%(count)d trees", count) % {"count": count}
    goal = percent(plan.goal)
    if plan.kind == Kind.GATE:
        places, goal = _("one gate"), ""
    elif plan.kind == Kind.BUDGET:
        goal = ngettext("%(count)d tree", "%(count)d trees", int(plan.goal)) % {"count": int(plan.goal)}
    return Row(
        plan,
        places,
        goal,
        percent(plan.before),
        percent(plan.after),
        [(places, _("proposed")), *_figures(plan, gained)],
    )


def _figures(plan: PlantingPlan, gained: float) -> list[tuple[str, str]]:
    said = plan.figures
    share = f"{percent(plan.before)} → {percent(plan.after)}"
    persons = f"{said.get('persons', 0):,.0f}"
    match plan.kind:
        case Kind.HOME:
            return [
                (share, _("of its windows see three trees")), (persons, _("persons, by their share of windows")),
            ]  # fmt: skip
        case Kind.BUDGET:
            return [
                (share, _("of windows in the town see three trees, by persons") if plan.town_id
                 else _("of windows in the district see three trees, by persons")),
                (persons, _("persons, by their share of windows")), (f"{said.get('homes', 0):,.0f}", _("homes gain")),
            ]  # fmt: skip
        case Kind.CANOPY:
            return [(share, _("of its pavements under crowns")), _gaps(said)]
        case Kind.SHADE:
            return [(share, _("of its pavements in shade, by the summer set")), _gaps(said)]
        case _:
            return [
                (f"{gained:,.0f}", _("persons newly within 500 m")),
                (f"{said.get('nearer', 0):,.0f}", _("persons have a shorter walk")),
                (metres(said.get("saved_m", 0)), _("of walk saved, mean of those who reached a park before")),
            ]  # fmt: skip


def _gaps(said: dict[str, float]) -> tuple[str, str]:
    return f"{said.get('gaps', 0):,.0f}", _("gaps where a tree has room")
