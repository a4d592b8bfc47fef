"""The pages that belong to no other room: start, map, about, the language switch and the small files."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from xiuhua.city.choice import chosen_district
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District
from xiuhua.city.queries import layer_counts
from xiuhua.web.context import place
from xiuhua.web.entries import role_cards
from xiuhua.web.vendored import VENDORED

LANGUAGE_SECONDS = 365 * 86_400
# The map is drawn in Mercator, which ends here.
LARGEST_LON, LARGEST_LAT = 180, 85


@dataclass(frozen=True)
class LayerFigure:
    """How many objects a layer holds, with the address of their list."""

    key: str
    name: str
    count: int
    url: str | None

    @property
    def count_text(self) -> str:
        """The count with its thousands apart; Django's Chinese format has none."""
        return f"{self.count:,}"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this district holds, and where to go from here."""
    district = chosen_district(request)
    context = {"figures": _figures(district), "accounts": _demo_accounts(), "role_cards": role_cards(request)}
    return render(request, "web/start.html", context)


def _figures(district: District | None) -> list[LayerFigure]:
    if district is None:
        return []
    english = (get_language() or "").startswith("en")
    counts = layer_counts(district)
    return [
        LayerFigure(
            layer.key, layer.en if english else layer.zh, counts[layer.key], place("city:layer", district, layer.key)
        )
        for layer in LAYERS.values()
    ]


def _demo_accounts() -> list[Any]:
    """The accounts of a demonstration; empty where this installation is none."""
    if not find_spec("xiuhua.demo.queries"):
        return []
    from xiuhua.demo.queries import demo_accounts

    return list(demo_accounts())


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The district on one map; ``?lon=&lat=&layer=&id=`` opens it at one object."""
    return render(request, "web/map.html", _opening(request))


def _opening(request: HttpRequest) -> dict[str, Any]:
    """Where the map opens, from the query; nothing where it makes no sense."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return {}
    layer, identity = request.GET.get("layer", ""), request.GET.get("id", "")
    if not (abs(lon) <= LARGEST_LON and abs(lat) <= LARGEST_LAT):
        return {}
    chosen = f"{layer}:{identity}" if layer in LAYERS and identity.isdecimal() else ""
    return {"lon": lon, "lat": lat, "object": chosen}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Where the data comes from, what is synthetic, whose work the software carries."""
    return render(request, "web/about.html", {"vendored": VENDORED})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and return to the page the reader was on."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("web:start")
    response = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_SECONDS,
            samesite="Lax",
            secure=settings.SECURE_COOKIES,
        )
    return response


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest: name and icon on a phone's home screen."""
    document = {
        "name": _("Xiuhua city care"),
        "short_name": _("Xiuhua"),
        "start_url": reverse("web:start"),
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#17695a",
        "icons": [{"src": static("web/icons/xiuhua.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(document, content_type="application/manifest+json")


@require_safe
@cache_control(max_age=86_400)
def robots(_request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: machine interfaces and accounts."""
    lines = (
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /tiles/",
        "Disallow: /account/",
        "Disallow: /back-office/",
        "Disallow: /follow/",
        "Disallow: /report/",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
