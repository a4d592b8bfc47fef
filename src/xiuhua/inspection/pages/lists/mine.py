"""My visits: the places that wait for a look of the reader, and the looks that the reader made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.inspection.list_queries import my_looks, waiting
from xiuhua.inspection.pages.lists.asked import asked
from xiuhua.people.permissions import require
from xiuhua.people.queries import unit_chain


@require_safe
@require("lists.look")
def my_visits(request: HttpRequest, district_code: str) -> HttpResponse:
    """The page of an expert."""
    asking = asked(request, district_code)
    own = unit_chain(asking.user.organisation)
    context = {
        "district": asking.district, "sight": asking.sight, "looks": list(my_looks(asking.user, asking.district)),
        "waiting": [place for place in waiting(asking.user, asking.district) if place.unit not in own],
    }  # fmt: skip
    return render(request, "inspection/lists/mine.html", context)
