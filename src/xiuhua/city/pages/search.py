"""Search by name or code, without JavaScript."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.city import queries
from xiuhua.city.labels import object_url
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import local
from xiuhua.city.pages.asked import district_of
from xiuhua.city.pages.spot import map_url

LIMIT = 50
TEXT_LENGTH = 60


@require_safe
def search(request: HttpRequest, district_code: str) -> HttpResponse:
    """Objects whose name contains the text or whose code begins with it, best first."""
    district = district_of(district_code)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_LENGTH]
    results = [
        {
            "title": local(found.title_zh, found.title_en) or found.code,
            "code": found.code,
            "layer": LAYERS[found.layer],
            "url": object_url(district.code, found.layer, found.object_id),
            "map_url": map_url(district, LAYERS[found.layer], found.object_id, (found.lon, found.lat) * 2),
        }
        for found in (queries.search(district, text, LIMIT) if text else [])
    ]
    context = {"district": district, "text": text, "results": results, "limit": LIMIT, "layers": LAYERS.values()}
    return render(request, "city/search.html", context)
