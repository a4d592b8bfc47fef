"""Vector tiles and their description over HTTP."""

import gzip
from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.layers import COMMON, LAYERS, Layer, version_key
from xiuhua.city.models import District
from xiuhua.foundation import index, layers
from xiuhua.foundation.layers import Stamp
from xiuhua.interop.tiles import caches
from xiuhua.interop.tiles.encoder import BUDGET
from xiuhua.interop.tiles.points import STANDS_FOR

MVT = "application/vnd.mapbox-vector-tile"
TEXT = "text/plain; charset=utf-8"
# Raise it when the encoder writes other bytes for the same layer, so that browsers ask again.
ENCODING = 1
FIELD_TYPES = {"int": "Number", "float": "Number", "bool": "Boolean"}


@require_safe
def tile(request: HttpRequest, district_code: str, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile: 200, 204 where it is empty, 304 where the browser has it, 404 and 400 with the reason."""
    district = District.objects.filter(code=district_code).first()
    if district is None or layer not in LAYERS:
        return _unknown(district, district_code, layer)
    if z > caches.MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(
            _("There is no tile %(place)s: zoom goes from 0 to %(zoom)s, column and row from 0 to 2^zoom - 1.")
            % {"place": f"{z}/{x}/{y}", "zoom": caches.MAX_ZOOM},
            content_type=TEXT,
            status=400,
        )
    day = timezone.now().astimezone(ZoneInfo(district.time_zone)).date()
    before = _etag(layers.stamp(version_key(district_code, layer), index.CHECK_SECONDS), day)
    if before and _matches(request, before):
        return _finished(HttpResponse(status=304), before)
    stamp, packed = caches.packed(district_code, layer, day, (z, x, y))
    if not packed.gzipped:
        response = HttpResponse(status=204)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed.gzipped, content_type=MVT, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed.gzipped), content_type=MVT)
    response["Xiuhua-Features"] = f"{packed.shown} of {packed.total}"
    return _finished(response, _etag(stamp, day))


@require_safe
def description(request: HttpRequest, district_code: str, layer: str) -> HttpResponse:
    """TileJSON 3.0 of a layer: where its tiles are, what they hold, how they are thinned."""
    district = District.objects.filter(code=district_code).first()
    if district is None or layer not in LAYERS:
        return _unknown(district, district_code, layer)
    chosen = LAYERS[layer]
    day = timezone.now().astimezone(ZoneInfo(district.time_zone)).date()
    bounds = caches.source(district_code, layer, day)[1].bounds
    body = {
        "tilejson": "3.0.0",
        "name": f"{district.name} · {chosen.en if (get_language() or '').startswith('en') else chosen.zh}",
        "description": _(
            "No tile is larger than %(size)s kB before compression. Where points would be too many, one of each cell "
            "stays and %(property)s says how many it stands for; of lines and polygons the largest stay. The header "
            "Xiuhua-Features of each tile says how many of how many features it shows."
        )
        % {"size": BUDGET // 1000, "property": STANDS_FOR},
        "attribution": district.attribution,
        "scheme": "xyz",
        "tiles": [request.build_absolute_uri(f"/tiles/{district_code}/{layer}/") + "{z}/{x}/{y}.mvt"],
        "minzoom": chosen.min_zoom,
        "maxzoom": caches.MAX_ZOOM,
        **({"bounds": bounds} if bounds else {}),
        "vector_layers": [
            {"id": layer, "fields": _fields(chosen), "minzoom": chosen.min_zoom, "maxzoom": caches.MAX_ZOOM}
        ],
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-cache"})


def _fields(layer: Layer) -> dict[str, str]:
    kinds = {one.name: FIELD_TYPES.get(one.kind, "String") for one in (*COMMON, *layer.fields)}
    fields = {"id": "Number", **{name: kinds[name] for name in layer.tile_fields}}
    return {**fields, STANDS_FOR: "Number"} if layer.is_points else fields


def _unknown(district: District | None, district_code: str, layer: str) -> HttpResponse:
    if district is None:
        known = ", ".join(District.objects.values_list("code", flat=True)) or _("none yet")
        text = _("There is no district %(code)s. Districts here: %(known)s.") % {"code": district_code, "known": known}
    else:
        text = _("There is no layer %(layer)s. Layers: %(known)s.") % {"layer": layer, "known": ", ".join(LAYERS)}
    return HttpResponse(text, content_type=TEXT, status=404)


def _etag(stamp: Stamp | None, day: date) -> str:
    """The state of a layer on a day; empty when nothing was ever loaded, so that nothing is taken for known."""
    if stamp is None:
        return ""
    return f'"{ENCODING}-{stamp.version}-{int(stamp.changed_at.timestamp() * 1e6):x}-{day:%Y%m%d}"'


def _matches(request: HttpRequest, etag: str) -> bool:
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return any(one in {"*", etag, f"W/{etag}"} for one in given)


def _finished(response: HttpResponse, etag: str) -> HttpResponse:
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept-Encoding"
    return response
