"""Where greenery stands in casework: the plans that cases were made from."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case, Report
from xiuhua.casework.origins import Origin, tell_origins
from xiuhua.greenery.models import PlantingPlan
from xiuhua.greenery.rights import PLAN
from xiuhua.people.models import User
from xiuhua.people.permissions import may


def join() -> None:
    """Register it with casework; called once, when Django is ready."""
    tell_origins(origins)


def origins(case: Case, user: User) -> Iterable[Origin]:
    """The plan that the case was handed over from, for those who plan."""
    if case.source != Report.Source.PLAN or not may(user, PLAN, district_code=case.district.code):
        return
    for plan in PlantingPlan.objects.filter(places__case=case).distinct().order_by("pk"):
        address = reverse("greenery:plan", args=[case.district.code, plan.pk])
        yield Origin(_("Planned: %(plan)s") % {"plan": plan}, address, plan.made_at)
