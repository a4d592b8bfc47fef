"""An inspector's own visits of today, in the order of the route: never those of a later day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xiuhua.inspection.pages.planning.asked import here
from xiuhua.inspection.pages.planning.words import kind_names, size_text
from xiuhua.inspection.planned import visits_of_day
from xiuhua.people.models import User
from xiuhua.people.permissions import require


@require_GET
@require("inspection.check", partly=True)
def my_day(request: HttpRequest, district_code: str) -> HttpResponse:
    """The visits of the account today; why each was drawn is not said, so that a repeat stays blind."""
    place = here(request, district_code)
    names = kind_names()
    visits = visits_of_day(request.user, place.today) if isinstance(request.user, User) else []
    rows = [
        (visit, names.get(visit.frame.kind, visit.frame.kind), size_text(visit.frame.kind, visit.frame.size))
        for visit in visits
        if visit.plan.district_id == place.district.pk
    ]
    return render(request, "inspection/planning/day.html", {
        "district": place.district, "plans": place.plans, "rows": rows, "today": place.today,
        "done": sum(visit.state == "done" for visit, *_rest in rows),
    })  # fmt: skip
