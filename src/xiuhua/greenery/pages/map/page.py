"""The map by home, street and park: coloured by a measure, with a short card of what is clicked."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from xiuhua.city.models import Building, District, GreenSpace, Street
from xiuhua.city.pages.spot import spot_of
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.map.card import card_of
from xiuhua.greenery.pages.map.measures import GROUPS, MEASURES, NONE_REACHED, OF_TOWNS, UNKNOWN, Measure
from xiuhua.greenery.pages.map.values import packed, towns_of, values_of
from xiuhua.greenery.rights import VIEW, sees_persons
from xiuhua.greenery.words import FIGURES
from xiuhua.people.permissions import require

FIRST = "see"
OBJECTS: dict[str, type[Model]] = {"home": Building, "street": Street, "park": GreenSpace}


@require_safe
@require(VIEW)
def show(request: HttpRequest, district_code: str) -> HttpResponse:
    """The map; ``?by=``: the measure that colours it first; ``?home=``, ``?street=``, ``?park=``: where it opens."""
    asking = asked(request, district_code)
    chosen = request.GET.get("by", FIRST)
    groups = [(name, [each for each in MEASURES.values() if each.layer == layer]) for layer, name in GROUPS]
    context = {
        "district": asking.district, "measurement": asking.measurement, "groups": groups,
        "chosen": chosen if chosen in MEASURES else FIRST, **_spot(asking.district, request.GET),
    }  # fmt: skip
    return render(request, "greenery/map/page.html", context)


def _spot(district: District, given: Mapping[str, str]) -> dict[str, float]:
    """Where the map opens, for an object of which the code is ``given``."""
    bounds = ("min_lon", "min_lat", "max_lon", "max_lat")
    for name, model in OBJECTS.items():
        if name not in given:
            continue
        rows = model._default_manager.filter(district=district, code=given[name].replace("\x00", ""))
        if found := rows.order_by("-pk").values_list(*bounds).first():
            return spot_of(found)
    return {}


def _etag(_request: HttpRequest, district_code: str, measure: str) -> str | None:
    """Values change with the measurement alone, their words with the language."""
    latest = Measurement.objects.filter(district__code=district_code).values_list("pk", flat=True).first()
    return f'"{latest}-{measure}-{get_language()}"' if latest else None


@require_safe
@require(VIEW)
@condition(etag_func=_etag)
def values(request: HttpRequest, district_code: str, measure: str) -> JsonResponse:
    """The values of ``measure`` for every object of its layer, and for towns where a figure stands for it.

    ``gaps`` are distances of ascending ids; shares are thousandths. ``unknown`` and ``none`` are no values.
    """
    asking, taken = asked(request, district_code), _measure(measure)
    if asking.measurement is None:
        raise Http404(_("Nothing was measured in this district yet."))
    answer = JsonResponse({
        "layer": taken.layer, **_words(taken), "objects": packed(values_of(asking.measurement, taken)),
        "towns": _towns(asking.measurement, taken), "unknownWord": _("unknown"),
        "far": _("So far out towns are coloured; come nearer to see homes.") if taken.total else "",
    })  # fmt: skip
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer


def _words(measure: Measure) -> dict[str, Any]:
    return {
        "name": str(measure.name), "kind": measure.kind, "steps": measure.steps, "worse": measure.worse,
        "words": [str(word) for word in measure.words], "unknown": UNKNOWN, "none": NONE_REACHED,
    }  # fmt: skip


def _towns(measurement: Measurement, measure: Measure) -> dict[str, Any] | None:
    """The values of towns with their own steps; None where no figure of towns stands for the measure."""
    if not measure.total:
        return None
    return _words(OF_TOWNS) | {"name": str(FIGURES[measure.total])} | packed(towns_of(measurement, measure))


def _measure(key: str) -> Measure:
    if key not in MEASURES:
        raise Http404(_("There is no measure %(key)s. Measures: %(known)s.") % {
            "key": key, "known": ", ".join(MEASURES),
        })  # fmt: skip
    return MEASURES[key]


@require_safe
@require(VIEW)
def card(request: HttpRequest, district_code: str, layer: str, object_id: int) -> HttpResponse:
    """What is known of one home, street or park, in short, with the way to its page."""
    asking = asked(request, district_code)
    found = card_of(
        asking.district, asking.measurement, layer, object_id, inside=sees_persons(request.user, asking.district)
    )
    if found is None:
        raise Http404(_("Nothing was measured of this object: it is no home, street or park that counts."))
    return render(request, "greenery/map/_card.html", {"card": found, "district": asking.district})
