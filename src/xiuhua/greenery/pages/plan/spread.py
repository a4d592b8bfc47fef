"""How a budget of trees spreads: over towns, and what fewer trees of it would bring."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiuhua.city.area_index import area_index
from xiuhua.city.models import Area
from xiuhua.greenery.models import PlannedPlace, PlantingPlan

# Shares of a budget that are told beside the whole of it.
PARTS = (0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class InTown:
    """So many of the ``trees`` stand in ``town`` (None: in none), and the ``persons`` whose third tree they are."""

    town: Area | None
    trees: int
    persons: float


@dataclass(frozen=True)
class Fewer:
    """What the first ``trees`` alone bring: ``persons``, by their share of windows, and their ``share`` of all."""

    trees: int
    persons: float
    share: float


def towns_of(plan: PlantingPlan, places: Sequence[PlannedPlace]) -> list[Area | None]:
    """The town, as it is today, in which each place lies."""
    lon, lat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2).T
    ids = area_index(plan.district).ids_at("town", lon, lat).tolist()
    held = Area.objects.defer("geom").in_bulk(set(ids))
    return [held.get(pk) for pk in ids]


def by_town(places: Sequence[PlannedPlace], towns: Sequence[Area | None]) -> list[InTown]:
    """The places by town, most trees first."""
    held: dict[Area | None, list[PlannedPlace]] = {}
    for place, town in zip(places, towns, strict=True):
        held.setdefault(town, []).append(place)
    found = [InTown(town, len(each), sum(place.gained for place in each)) for town, each in held.items()]
    return sorted(found, key=lambda row: (-row.trees, row.town.code if row.town else ""))


def fewer(places: Sequence[PlannedPlace]) -> list[Fewer]:
    """What parts of the budget bring. Trees are chosen one after the other, so the first of a plan are a plan too."""
    gained = np.cumsum([place.gained for place in places])
    counts = sorted({max(int(part * len(places)), 1) for part in PARTS}) if len(places) else []
    whole = float(gained[-1]) if len(places) else 0.0
    return [
        Fewer(count, float(gained[count - 1]), float(gained[count - 1]) / whole if whole else 0.0) for count in counts
    ]
