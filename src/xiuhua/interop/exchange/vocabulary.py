"""What the checks must know from the database: words of a district, its outline, where known things lie."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import Q
from django.utils import timezone, translation
from shapely.geometry.base import BaseGeometry

from xiuhua.city.layers import KIND_DOMAINS, LAYERS
from xiuhua.city.models import Area, District, Kind, SearchEntry
from xiuhua.foundation.geometry import from_wkb
from xiuhua.interop.exchange.mapping import synonyms
from xiuhua.interop.exchange.table import Geometries
from xiuhua.interop.exchange.targets import Target
from xiuhua.interop.exchange.values import Expectation, fold

LANGUAGES = ("zh-hans", "en")


def expectations(target: Target, code_set: str, extra: dict[str, dict[str, str]]) -> dict[str, Expectation]:
    """What each field of ``target`` takes. ``extra`` gives more words for a field's values (their word: ours)."""
    limits = synonyms()["limits"]
    names = {field.name: field for field in target.model._meta.get_fields()}
    result = {}
    for field in target.fields:
        width = getattr(names.get(field.name), "max_length", None) if field.kind in {"text", "code"} else None
        choices: dict[str, str] = {}
        if field.kind == "kind":
            choices = _kinds(target.key)
        elif field.kind == "choice":
            choices = _choices(target, field.name)
        choices |= {fold(theirs): ours for theirs, ours in extra.get(field.name, {}).items()}
        result[field.name] = Expectation(
            name=field.name,
            kind="code" if field.name == "code" else field.kind,
            required=field.required,
            unit=field.unit,
            limits=tuple(limits[field.name]) if field.name in limits else None,
            max_length=width,
            choices=choices,
            code_set=code_set,
        )
    return result


def _synonyms(field: str, keys: set[str]) -> dict[str, str]:
    known = synonyms()["values"].get(field, {})
    return {fold(word): key for key, words in known.items() if key in keys for word in words}


def _choices(target: Target, field: str) -> dict[str, str]:
    pairs = [(str(key), label) for key, label in target.model._meta.get_field(field).choices or ()]  # type: ignore[union-attr]
    result = _synonyms(field, {key for key, _label in pairs})
    for language in LANGUAGES:
        with translation.override(language):
            result |= {fold(str(label)): key for key, label in pairs}
    return result | {fold(key): key for key, _label in pairs}


def _kinds(layer: str) -> dict[str, str]:
    rows = list(Kind.objects.filter(domain=KIND_DOMAINS[layer]).values_list("key", "name_zh", "name_en"))
    result = _synonyms("kind", {key for key, _zh, _en in rows})
    for key, zh, en in rows:
        result |= {fold(zh): key, fold(en): key, fold(key): key}
    return result


def ranks() -> dict[str, tuple[int, bool]]:
    """For each kind of area its rank (0 is the whole district) and whether its areas must not overlap."""
    return {k: (rank, part) for k, rank, part in _area_kinds().values_list("key", "rank", "partition")}


def _area_kinds() -> Any:
    return Kind.objects.filter(domain=KIND_DOMAINS["areas"])


def outline(district: District) -> BaseGeometry | None:
    """The outline of the district today, or None when none is loaded."""
    today = timezone.localdate()
    current = Area.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        district=district,
        kind__in=_area_kinds().filter(rank=0).values("key"),
    )
    parts = [from_wkb(geom) for geom in current.values_list("geom", flat=True)]
    return shapely.union_all(parts) if parts else None


def neighbours(district: District, kind: str, codes: set[str]) -> tuple[list[str], Geometries]:
    """Areas of ``kind`` that are already loaded and are not among ``codes``: codes and geometries."""
    rows = Area.objects.filter(district=district, kind=kind, valid_to=None).values_list("code", "geom")
    kept = [(code, from_wkb(geom)) for code, geom in rows if code not in codes]
    geometry = np.array([None] * len(kept), dtype=object)
    geometry[:] = [shape for _code, shape in kept]
    return [code for code, _shape in kept], geometry


def known_places(
    district: District, layer: str
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Middles of what is loaded: by code within ``layer``, and by name over all layers (names that occur once)."""
    spec = LAYERS[layer]
    rows = spec.model._default_manager.filter(district=district)
    if spec.is_points:
        by_code = {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat")}
    else:
        boxes = rows.values_list("code", "min_lon", "min_lat", "max_lon", "max_lat")
        by_code = {code: ((west + east) / 2, (south + north) / 2) for code, west, south, east, north in boxes}
    named: dict[str, list[tuple[float, float]]] = {}
    for title, lon, lat in SearchEntry.objects.filter(district=district).values_list("title_zh", "lon", "lat"):
        named.setdefault(title, []).append((lon, lat))
    return by_code, {title: places[0] for title, places in named.items() if len(places) == 1}


def pair(
    codes: list[str],
    names: list[str],
    middles: npt.NDArray[np.float64],
    known: tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The rows whose place is known already, by code or by a name that occurs once: theirs and ours, (n, 2) each."""
    by_code, by_name = known
    once = {name for name in names if name}
    seen: set[str] = set()
    for name in names:
        if name in seen:
            once.discard(name)
        seen.add(name)
    theirs, ours = [], []
    for i, (code, name) in enumerate(zip(codes, names, strict=True)):
        place = by_code.get(code) or (by_name.get(name) if name in once else None)
        if place:
            theirs.append(middles[i])
            ours.append(place)
    return np.array(theirs).reshape(-1, 2), np.array(ours).reshape(-1, 2)
