"""The homes of a measurement as columns: what the one number and its curves are counted from, read once."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from xiuhua.greenery.models import BuildingGreen, Measurement
from xiuhua.greenery.promise import DOOR_M, SEE, WALK, Kept, known, median, promise_of
from xiuhua.greenery.scene import Bools, Floats, Ints

_COLUMNS = (
    "persons", "share_three", "joined", "reach_400", "walk", "straight_m", "view", "view_5", "view_15",
    "view_25", "town_id", "community_id",
)  # fmt: skip
# Shares of the view that crowns take, from which windows are counted (per cent).
VIEWS = (5, 15, 25)
# The measurements of so many districts are kept in memory.
_KEPT = 4


@dataclass(frozen=True)
class Homes:
    """One row a home: persons; share of windows that see three trees; walk to a park (m); shade of the walk; areas.

    view: mean share of the view that crowns take; view_5, view_15, view_25: shares of windows with so many per cent.
    nan is unknown; a park that cannot be reached is infinitely far. Areas are ids, 0 where there is none.
    """

    persons: Floats
    see: Floats
    door_m: Floats
    walk: Floats
    straight_m: Floats
    view: Floats
    view_5: Floats
    view_15: Floats
    view_25: Floats
    towns: Ints
    communities: Ints

    def of(self, which: Bools) -> "Homes":
        """Some of the homes."""
        return Homes(*(column[which] for column in vars(self).values()))

    def kept(self) -> Kept:
        """For how many the promises are kept, and which one fails alone."""
        return promise_of(self.see, self.door_m, self.walk, self.persons)

    def views(self) -> tuple[float, dict[int, float]] | None:
        """The view that half of the persons have at least, and by per cent the windows that have it, by persons.

        None where the view was not measured.
        """
        middle = median(self.view, self.persons)
        if middle is None:
            return None
        known = np.where(np.isnan(self.view), 0.0, self.persons)
        shares = {view: np.nan_to_num(getattr(self, f"view_{view}")) for view in VIEWS}
        return middle, {view: float(np.average(share, weights=known)) for view, share in shares.items()}


def homes_of(measurement: Measurement) -> Homes:
    """The homes of a measurement."""
    return _read(measurement.pk, measurement.made_at)


@lru_cache(maxsize=_KEPT)
def _read(measurement_id: int, _made_at: datetime) -> Homes:
    rows = BuildingGreen.objects.filter(measurement=measurement_id).order_by("pk").values_list(*_COLUMNS)
    columns = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=False)) or {key: [] for key in _COLUMNS}

    def floats(key: str) -> Floats:
        return np.array([np.nan if value is None else value for value in columns[key]], dtype=np.float64)

    def ints(key: str) -> Ints:
        return np.array([value or 0 for value in columns[key]], dtype=np.int64)

    joined = np.array(columns["joined"], dtype=bool)
    walked = floats("reach_400")
    door = np.where(joined, np.where(np.isnan(walked), np.inf, walked), np.nan)
    return Homes(
        floats("persons"), floats("share_three"), door, floats("walk"), floats("straight_m"), floats("view"),
        floats("view_5"), floats("view_15"), floats("view_25"), ints("town_id"), ints("community_id"),
    )  # fmt: skip


def curves(homes: Homes, shares: Floats, metres: Floats) -> dict[str, Floats]:
    """How many persons hold each promise at other thresholds, of those for whom all three are known.

    ``see``, ``walk``, ``all`` at ``shares`` (the door at 500 m); ``door``, ``all_door`` at ``metres`` (see and walk at
    one half). nan where nobody is known.
    """
    sure = homes.of(known(homes.see, homes.door_m, homes.walk) & (homes.persons > 0))
    whole = sure.persons.sum()

    def share(which: Bools) -> Floats:
        if whole <= 0:
            return np.full(len(which), np.nan)
        return np.asarray(which @ sure.persons / whole, dtype=np.float64)

    see, walk = sure.see >= shares[:, None], sure.walk >= shares[:, None]
    door = sure.door_m <= metres[:, None]
    return {
        "see": share(see), "walk": share(walk), "all": share(see & walk & (sure.door_m <= DOOR_M)),
        "door": share(door), "all_door": share(door & (sure.see >= SEE) & (sure.walk >= WALK)),
    }  # fmt: skip
