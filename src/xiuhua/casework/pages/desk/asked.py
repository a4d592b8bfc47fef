"""Who asks for a work list, of which district: the same question before every page of the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from xiuhua.casework.deadlines import calendar_of
from xiuhua.casework.offers import SEE
from xiuhua.casework.refusals import Refused
from xiuhua.casework.visible import Sight, sight
from xiuhua.casework.worklist_criteria import Criteria
from xiuhua.casework.worklist_queues import PERMISSIONS
from xiuhua.casework.worklists import WorkList
from xiuhua.city.choice import PARAMETER, chosen_district, offer_page, offered_districts
from xiuhua.foundation.worktime import WorkCalendar
from xiuhua.people.models import User
from xiuhua.people.permissions import districts_of, refusal


@dataclass(frozen=True)
class Asking:
    """A person who may see cases of a district, and how far their rights reach there."""

    user: User
    sight: Sight

    def work(self, criteria: Criteria) -> WorkList:
        """The work list for ``criteria`` at this instant; without a calendar no time is shown."""
        return WorkList(self.sight, criteria, timezone.now(), self._calendar())

    def _calendar(self) -> WorkCalendar | None:
        try:
            return calendar_of(self.sight.district)
        except Refused:
            return None


def at_desk(
    page: Callable[[HttpRequest, Asking], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A page for those who may see cases: the anonymous go to sign-in, others without the right get 403 with why.

    Whoever works in another district than the one shown is led to theirs, unless the address names a district.
    """

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path())
        district = chosen_district(request)
        if district is None:
            raise PermissionDenied(refusal(user, SEE, None))
        found = sight(user, district, PERMISSIONS)
        if found.has(SEE):
            offer_page(request, "casework:work")
            return page(request, Asking(user, found))
        known = {each.code for each in offered_districts(request)}
        if PARAMETER not in request.GET and request.method == "GET":
            for code in districts_of(user):
                if code in known and not refusal(user, SEE, code, partly=True):
                    return redirect(f"{request.path}?{urlencode({**request.GET.dict(), PARAMETER: code})}")
        raise PermissionDenied(refusal(user, SEE, district.code, partly=True))

    return guarded
