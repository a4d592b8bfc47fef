"""Facts of the city for counting: what is in the register each day, and how much of it is fully described."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q
from django.utils import timezone

from xiuhua.city.area_index import local_day
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District
from xiuhua.foundation.facts import Fact, column, register

# What a complete entry says beside its place and its code. A component also needs all three bodies and a survey
# within FRESH: who is competent, who owns it, who maintains it (GB/T 30428.2).
DESCRIBED = {
    "streets": ("name_zh", "cleaning_grade", "width_m"),
    "waters": ("name_zh",),
    "greens": ("name_zh",),
    "gates": ("town",),
    "plots": ("kind",),
    "buildings": ("use", "floors"),
    "sites": ("name_zh", "address", "responsible"),
    "components": ("competent", "owner", "maintainer", "surveyed_on", "town", "grid"),
    "trees": ("species", "height_m", "crown_m", "town"),
}
FRESH = timedelta(days=3 * 365)
INVENTORY = pa.schema([
    column("day", pa.date32(), "day on which the register was looked at"),
    column("district", pa.string(), "code of the district"),
    column("layer", pa.string(), "layer of the register"),
    column("place", pa.string(), "code of the town, or - where objects are not sorted by town"),
    column("town", pa.string(), "code of the town", nullable=True),
    column("objects", pa.int64(), "objects valid on the day"),
    column("complete", pa.int64(), "of these, fully described"),
])  # fmt: skip


def inventory_facts(_since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The register of every district as it stands: one row for each layer and town, of the day of ``until``."""
    now = until or timezone.now()
    for district in District.objects.order_by("code"):
        day = local_day(district, now)
        rows = [row for layer in DESCRIBED for row in _rows(district, layer, day)]
        if rows:
            columns = [
                pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), INVENTORY, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=INVENTORY)


def _rows(district: District, layer: str, day: date) -> Iterator[tuple[Any, ...]]:
    model: Any = LAYERS[layer].model
    valid = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    valid &= Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    by = "town__code" if LAYERS[layer].is_points else "district__code"
    found = model.objects.filter(valid, district=district).values(by).order_by(by)
    for town, objects, complete in found.annotate(
        n=Count("pk"), m=Count("pk", filter=_complete(layer, day))
    ).values_list(by, "n", "m"):
        code = town if LAYERS[layer].is_points else None
        yield day, district.code, layer, code or "-", code, objects, complete


def _complete(layer: str, day: date) -> Q:
    texts = {field.name for field in LAYERS[layer].model._meta.fields if field.get_internal_type() == "CharField"}
    wanted = Q()
    for name in DESCRIBED[layer]:
        wanted &= ~Q(**{name: ""}) if name in texts else Q(**{f"{name}__isnull": False})
    return wanted & Q(surveyed_on__gte=day - FRESH) if layer == "components" else wanted


register(
    Fact(
        "inventory", "one layer of the register in one town on one day", ("district", "day", "layer", "place"), "day",
        INVENTORY, inventory_facts,
    )
)  # fmt: skip
