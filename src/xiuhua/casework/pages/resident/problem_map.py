"""The public cases of the list as points: what the map beside it draws."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Case
from xiuhua.casework.pages.resident.problems import POINTS, public_cases, wanted_in
from xiuhua.casework.states import STATES
from xiuhua.city.models import local
from xiuhua.city.pages.asked import district_of


@require_safe
@cache_control(max_age=60)
def problem_points(request: HttpRequest, district_code: str) -> JsonResponse:
    """The newest public cases that the filters want, as GeoJSON points with what one needs to go there."""
    found = public_cases(district_of(district_code), wanted_in(request))
    rows = (Case.objects.none() if found is None else found).order_by("-reported_at", "-pk")
    columns = ("number", "lon", "lat", "state", "closing_reason", "category__name_zh", "category__name_en")
    points = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "name": local(zh, en), "state": STATES[state].name,
                "url": reverse("casework:public-case", args=[number]),
                "group": "open" if STATES[state].open else "fixed" if reason == "fixed" else "over",
            },
        }
        for number, lon, lat, state, reason, zh, en in rows.values_list(*columns)[:POINTS]
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": points})
    answer["Vary"] = "Accept-Language, Cookie"
    return answer
