"""What the pages of planning are asked for: the district, the plan, and whether the reader plans."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.area_index import local_day
from xiuhua.city.models import Area, District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.models import Plan
from xiuhua.people.permissions import may

PUBLIC_STATES = (Plan.State.COMMITTED, Plan.State.REVEALED)


@dataclass(frozen=True)
class Here:
    """A reader at the planning of a district."""

    district: District
    plans: bool
    now: datetime

    @property
    def today(self) -> date:
        """The day on the clock of the district."""
        return local_day(self.district, self.now)


def here(request: HttpRequest, district_code: str) -> Here:
    """The district of the address and whether the reader may plan there. Raises Http404."""
    district = district_of(district_code)
    return Here(district, may(request.user, "inspection.plan", district_code=district_code), timezone.now())


def plan_of(place: Here, plan_id: int) -> Plan:
    """A plan that the reader may see: the public those that are committed. Raises Http404."""
    rows = Plan.objects.filter(district=place.district).select_related("district", "made_by")
    found = rows.filter(pk=plan_id).first() if plan_id < 2**63 else None
    if found is None or not (place.plans or found.state in PUBLIC_STATES):
        raise Http404(_("There is no such plan here; the list of plans shows those there are."))
    return found


def town_names(district: District) -> dict[str, str]:
    """The names of the towns by code; what lies in no town is said so."""
    names = {area.code: area.name or area.code for area in Area.objects.filter(district=district, kind="town")}
    return {**names, "": _("in no town")}
