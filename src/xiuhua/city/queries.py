"""Reads of the city that more than one caller needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from xiuhua.city import search as names
from xiuhua.city.layers import LAYERS, version_key
from xiuhua.city.models import Code, Component, District, SearchEntry
from xiuhua.foundation.models import LayerVersion
from xiuhua.foundation.single import find_same

CODE_DIGITS = 4


@dataclass(frozen=True)
class Found:
    """One thing found by name or code: enough to list it and to go there."""

    layer: str
    object_id: int
    code: str
    title_zh: str
    title_en: str
    lon: float
    lat: float


def districts() -> list[District]:
    """Every district of the installation, by code."""
    return list(District.objects.all())


def layer_counts(district: District) -> dict[str, int]:
    """How many objects each layer of ``district`` holds."""
    return {key: layer.model._default_manager.filter(district=district).count() for key, layer in LAYERS.items()}


def layer_versions(district: District) -> dict[str, int]:
    """The version of each layer of ``district``; 0 where nothing was loaded."""
    keys = {version_key(district.code, layer): layer for layer in LAYERS}
    found = dict(LayerVersion.objects.filter(key__in=keys).values_list("key", "version"))
    return {layer: found.get(key, 0) for key, layer in keys.items()}


def find_category(reference: str) -> Code | None:
    """The category written ``set@version:code``; None when there is no such one."""
    code_set, _colon, code = reference.rpartition(":")
    key, _at, version = code_set.partition("@")
    if "\x00" in reference:
        return None
    return find_same(Code, "code_set", code_set__key=key, code_set__version=version, code=code)


def search(district: District, text: str, limit: int = 20) -> list[Found]:
    """Objects of ``district`` whose name contains ``text`` or whose code begins with it, best first.

    Names are matched in Chinese and English from two characters on; sections of one street count once.
    """
    text = text.strip().replace("\x00", "")
    wanted = names.normalise(text)
    if not wanted:
        return []
    found = [*_by_code(district, text, limit), *_by_name(district, wanted, limit)]
    unique: dict[tuple[str, str], Found] = {}
    for item in found:
        unique.setdefault((item.layer, item.title_zh or item.code), item)
    return list(unique.values())[:limit]


def _by_code(district: District, text: str, limit: int) -> Iterable[Found]:
    if len(text) < CODE_DIGITS or not text.isascii():
        return
    entries = SearchEntry.objects.filter(district=district, code__istartswith=text).order_by("code")[:limit]
    for entry in entries:
        yield _as_found(entry)
    parts = Component.objects.filter(district=district, code__startswith=text).select_related("category")
    for part in parts.order_by("code")[:limit]:
        title = f"{part.category.name_zh} {part.code}"
        yield Found("components", part.pk, part.code, title, f"{part.category.name_en} {part.code}", part.lon, part.lat)


def _by_name(district: District, wanted: str, limit: int) -> Iterable[Found]:
    entries = SearchEntry.objects.filter(district=district)
    if len(wanted) == 1:
        entries = entries.filter(Q(title_zh__icontains=wanted) | Q(title_en__icontains=wanted))[: limit * 20]
    else:
        pieces = names.tokens(wanted)
        entries = (
            entries.filter(tokens__token__in=pieces)
            .annotate(hits=Count("tokens__token", distinct=True))
            .filter(hits=len(pieces))
            .order_by("pk")[: limit * 50]
        )
    scored = []
    for entry in entries:
        best = min(
            (_score(names.normalise(title), wanted) for title in (entry.title_zh, entry.title_en) if title),
            default=(9, 0),
        )
        if best[0] < 9:  # noqa: PLR2004 - 9 marks a text that does not contain what was asked
            scored.append((best, LAYER_ORDER.get(entry.layer, 9), entry.title_zh, entry.pk, entry))
    for *_order, entry in sorted(scored):
        yield _as_found(entry)


LAYER_ORDER = {"areas": 0, "streets": 1, "sites": 2, "greens": 3, "gates": 4, "waters": 5, "plots": 6, "buildings": 7}


def _score(title: str, wanted: str) -> tuple[int, int]:
    """Equal, begins with, contains; shorter titles first. 9 when ``wanted`` is not in ``title``."""
    if wanted not in title:
        return (9, 0)
    return (0 if title == wanted else 1 if title.startswith(wanted) else 2, len(title))


def _as_found(entry: SearchEntry) -> Found:
    return Found(entry.layer, entry.object_id, entry.code, entry.title_zh, entry.title_en, entry.lon, entry.lat)
