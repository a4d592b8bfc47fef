"""When each square of 100 m was last seen: of a district, of places, and how much of each town."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from xiuhua.city.models import Area, District
from xiuhua.city.squares import plane_of, squares
from xiuhua.foundation.bulk import values
from xiuhua.inspection.cells import SIDE_M, Floats, Instants, Ints, numbers, packed
from xiuhua.inspection.models import Cell, CellReading

# What sees, in the order in which it is named.
SOURCES = ("check", "case", "sweep", "patrol", "camera")
WEEK, THIRTY = 7, 30
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class LastSeen:
    """Every square of a district, and those beside it that something was seen in; ``seen_at`` is NaT where never.

    ``source`` is a number into ``SOURCES``, -1 where never. ``inside`` says whether a square has ground of a town.
    ``read_at`` is until when sightings were read; None before the first time.
    """

    column: Ints
    row: Ints
    seen_at: Instants
    source: Ints
    inside: npt.NDArray[np.bool_]
    plane: tuple[float, float]
    read_at: datetime | None

    def days(self, now: datetime) -> Floats:
        """How many days ago each square was seen; infinite where never."""
        return _days(self.seen_at, now)


@dataclass(frozen=True)
class TownShare:
    """Square metres of a town, and of them those seen in the last 7 and 30 days, or ever; ``cells`` counts squares."""

    code: str
    name: str
    area_m2: int
    week_m2: int
    thirty_m2: int
    ever_m2: int
    cells: int


def plane_of_cells(district: District) -> tuple[float, float]:
    """The plane on which the kept squares are numbered; the one of today before anything was kept."""
    reading = CellReading.objects.filter(district=district).first()
    return (reading.east, reading.north) if reading else plane_of(district)


def last_seen(district: District, sources: Collection[str] = SOURCES) -> LastSeen:
    """Every square of ``district`` with when and by what of ``sources`` it was last seen."""
    reading = CellReading.objects.filter(district=district).first()
    ground = squares(district, SIDE_M)
    column, row = (ground[name].to_numpy() for name in ("column", "row"))
    kept = _kept(district, sources)
    _keys, first = np.unique(packed(column, row), return_index=True)
    beside = ~np.isin(kept.keys, _keys)
    columns = np.concatenate([column[first], kept.column[beside]])
    rows = np.concatenate([row[first], kept.row[beside]])
    found = kept.find(packed(columns, rows))
    return LastSeen(
        columns, rows, kept.at_or_never(found), np.append(kept.source, -1)[found], np.arange(len(rows)) < len(first),
        (reading.east, reading.north) if reading else plane_of(district), reading.until if reading else None,
    )  # fmt: skip


def cells_age(district: District, lon: npt.ArrayLike, lat: npt.ArrayLike, now: datetime | None = None) -> Floats:
    """Days since the squares of these places (degrees) were last seen by anything; infinite where never."""
    column, row = numbers(np.atleast_1d(lon), np.atleast_1d(lat), *plane_of_cells(district))
    kept = _kept(district, SOURCES)
    return _days(kept.at_or_never(kept.find(packed(column, row))), now or timezone.now())


def shares(district: District, seen: LastSeen, now: datetime) -> list[TownShare]:
    """How much of each town was seen, by ``seen`` at ``now``; a square counts with its ground in the town."""
    ground = squares(district, SIDE_M)
    keys = packed(seen.column, seen.row)
    order = np.argsort(keys)
    mine = packed(ground["column"].to_numpy(), ground["row"].to_numpy())
    age = seen.days(now)[order][np.searchsorted(keys[order], mine)]
    area, town = ground["area_m2"].to_numpy(), np.array(ground["town"].to_pylist(), dtype=np.str_)
    found = []
    for each in Area.objects.filter(district=district, kind="town", valid_to__isnull=True).order_by("code"):
        here = town == each.code
        ages, areas = age[here], area[here]
        # Never is infinitely long ago.
        week, thirty, ever = (int(areas[ages <= limit].sum()) for limit in (WEEK, THIRTY, np.finfo(float).max))
        found.append(TownShare(each.code, str(each), int(areas.sum()), week, thirty, ever, int(here.sum())))
    return found


@dataclass(frozen=True)
class _Kept:
    """The squares that something was seen in, each once with its last instant, by their packed numbers."""

    keys: Ints
    column: Ints
    row: Ints
    at: Instants
    source: Ints

    def find(self, keys: Ints) -> Ints:
        """The place of each of ``keys``; -1 where nothing is kept of it."""
        place = np.searchsorted(self.keys, keys)
        there = place < len(self.keys)
        there[there] = self.keys[place[there]] == keys[there]
        return np.where(there, place, -1)

    def at_or_never(self, found: Ints) -> Instants:
        """The instants at places that ``find`` gave; NaT for -1."""
        return np.append(self.at, np.datetime64("NaT", "us"))[found]


def _kept(district: District, sources: Collection[str]) -> _Kept:
    rows = list(
        values(Cell, ("column", "row", "seen_at", "source"), district=district, source__in=sorted(set(sources)))
    )
    place = np.array([(column, row) for column, row, *_rest in rows], dtype=np.int64).reshape(-1, 2)
    at = np.array([_plain(seen_at) for _c, _r, seen_at, _source in rows], dtype="datetime64[us]")
    source = np.array([SOURCES.index(source) for *_rest, source in rows], dtype=np.int64)
    keys = packed(place[:, 0], place[:, 1])
    # Of several sources the last stands; of the same instant the one named first.
    order = np.lexsort((-source, at, keys))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = keys[order][1:] != keys[order][:-1]
    order = order[last]
    return _Kept(keys[order], place[order, 0], place[order, 1], at[order], source[order])


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _days(at: Instants, now: datetime) -> Floats:
    age = (np.datetime64(_plain(now), "us") - at) / _DAY
    return np.where(np.isnat(at), np.inf, np.maximum(age, 0.0))


def cameras_tell(district: District) -> bool:
    """Whether any camera has told yet what it sees."""
    return Cell.objects.filter(district=district, source="camera").exists()
