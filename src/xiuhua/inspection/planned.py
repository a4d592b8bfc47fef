"""Reads of plans: the visits of an inspector's day, and nobody's visits before their day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiuhua.city.area_index import local_day
from xiuhua.city.queries import districts
from xiuhua.inspection.models import Plan, Visit
from xiuhua.people.models import User

# Of these plans visits are made; a draft has none, a dropped one asks for none.
IN_FORCE = (Plan.State.COMMITTED, Plan.State.REVEALED)


def visits_of_day(user: User, day: date, *, at: datetime | None = None) -> QuerySet[Visit]:
    """The visits of ``user`` on ``day``, in the order of the route; nothing of a day that has not come.

    The day is on the clock of each plan's district. Visits that fitted into no route are left out. Whoever shows
    these to the inspector must not show ``part`` or ``repeats``: a repeat is blind.
    """
    now = at or timezone.now()
    come = Q(pk=None)
    for district in districts():
        if day <= local_day(district, now):
            come |= Q(plan__district=district)
    rows = Visit.objects.filter(come, inspector=user, day=day, plan__state__in=IN_FORCE, order__isnull=False)
    return rows.select_related("frame__town", "standard", "plan__district").order_by("planned_at", "order", "pk")


def today_of(plan: Plan, at: datetime | None = None) -> date:
    """The day on the clock of the plan's district."""
    return (at or timezone.now()).astimezone(ZoneInfo(plan.district.time_zone)).date()
