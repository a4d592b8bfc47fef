"""What the map element must know of a district before it draws: layers, vocabulary, frame, words, addresses."""

from typing import Any

from django.db.models import Max, Min
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from xiuhua.city.layers import KIND_DOMAINS, LAYERS
from xiuhua.city.models import Area, Component, District, Kind, Street
from xiuhua.city.queries import layer_counts
from xiuhua.web.context import place
from xiuhua.web.map_words import map_words

type Frame = tuple[float, float, float, float]


@require_safe
@cache_control(private=True, max_age=60)
@vary_on_headers("Cookie", "Accept-Language")
def map_config(request: HttpRequest) -> JsonResponse:
    """The settings of ``<xh-map>`` for ``?district=CODE``, in the language of the reader."""
    district = District.objects.filter(code=request.GET.get("district", "")).first()
    if district is None:
        raise Http404(_("There is no such district."))
    english = (get_language() or "").startswith("en")
    counts = layer_counts(district)
    return JsonResponse(
        {
            "district": {
                "code": district.code,
                "name": district.name,
                "synthetic": district.synthetic,
                "attribution": district.attribution,
                "bounds": frame(district),
            },
            "language": "en" if english else "zh",
            "layers": [
                {
                    "key": layer.key,
                    "name": layer.en if english else layer.zh,
                    "geometry": layer.geometry,
                    "colour": layer.colour,
                    "minZoom": layer.min_zoom,
                    "count": counts[layer.key],
                    "tiles": f"/tiles/{district.code}/{layer.key}.json",
                    "list": place("city:layer", district, layer.key),
                    "kinds": _kinds(layer.key),
                }
                for layer in LAYERS.values()
            ],
            "addresses": {
                "resolve": "/api/city/resolve",
                "search": "/api/city/search",
                "objects": "/api/city/objects",
                "codes": "/api/city/codes",
                "names": reverse("web:map-names", args=[district.code]),
                "lists": place("city:layers", district) or reverse("web:start"),
                "report": place("casework:report", district),
            },
            "words": map_words(),
        }
    )


def _kinds(layer: str) -> list[dict[str, Any]]:
    """What a layer's features are told apart by, as (key, name), in the order of the legend."""
    if layer in KIND_DOMAINS:
        found = Kind.objects.filter(domain=KIND_DOMAINS[layer])
        return [{"key": kind.key, "name": kind.name, "rank": kind.rank, "partition": kind.partition} for kind in found]
    choices = {"streets": Street.StreetClass, "components": Component.State}.get(layer)
    return [{"key": value, "name": str(label)} for value, label in choices.choices] if choices else []


def frame(district: District) -> Frame | None:
    """West, south, east, north of the district's areas; of its streets where it has no area; None where neither."""
    for model in (Area, Street):
        box = model.objects.filter(district=district).aggregate(
            Min("min_lon"), Min("min_lat"), Max("max_lon"), Max("max_lat")
        )
        west, south, east, north = box.values()
        if west is not None:
            return west, south, east, north
    return None
