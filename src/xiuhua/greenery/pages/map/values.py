"""The values of one measure for every object of its layer, as the map colours them."""

import math
from collections.abc import Iterable, Iterator

from xiuhua.city.models import Area
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.pages.map.measures import ENTERED, NONE_REACHED, UNKNOWN, Measure
from xiuhua.greenery.promise import DOOR_M, SEE, WALK
from xiuhua.greenery.queries import figures_at

type Row = tuple[int, int]


def values_of(measurement: Measurement, measure: Measure) -> list[Row]:
    """(id, value) of every object that was measured, by id; ``UNKNOWN`` where nothing is known of it."""
    return sorted(_ROWS[measure.layer](measurement, measure.key))


def towns_of(measurement: Measurement, measure: Measure) -> list[Row]:
    """(id, thousandths) of every town by the figure that stands for the measure; empty for streets and parks."""
    if not measure.total:
        return []
    towns = Area.objects.filter(district=measurement.district_id, kind="town").values_list("pk", "code")
    return sorted((pk, _thousandths(_total(measurement, f"town:{code}", measure.total))) for pk, code in towns)


def _total(measurement: Measurement, place: str, key: str) -> float | None:
    told = figures_at(measurement, place).get(key)
    return told.share if told is not None and told.whole > 0 else None


def kept_of(see: float | None, door_m: float | None, walk: float | None) -> int:
    """How many of the promises are kept; ``UNKNOWN`` where one is not known."""
    if see is None or door_m is None or walk is None:
        return UNKNOWN
    return (see >= SEE) + (door_m <= DOOR_M) + (walk >= WALK)


def door_of(walk_m: float | None, *, joined: bool) -> float | None:
    """The walk to a park: None unknown, infinite where a street leads from the door but to no park."""
    if not joined:
        return None
    return math.inf if walk_m is None else walk_m


def _buildings(measurement: Measurement, key: str) -> Iterator[Row]:
    names = ("building_id", "share_three", "joined", "reach_400", "walk")
    rows = BuildingGreen.objects.filter(measurement=measurement).values_list(*names)
    for pk, see, joined, reach, walk in rows.iterator(chunk_size=20_000):
        door = door_of(reach, joined=joined)
        match key:
            case "see":
                yield pk, _thousandths(see)
            case "door":
                yield pk, UNKNOWN if door is None else NONE_REACHED if math.isinf(door) else math.ceil(door)
            case "walk":
                yield pk, _thousandths(walk)
            case _:
                yield pk, kept_of(see, door, walk)


def _streets(measurement: Measurement, key: str) -> Iterator[Row]:
    rows = StreetGreen.objects.filter(measurement=measurement).values_list("street_id", key)
    return ((pk, _thousandths(share)) for pk, share in rows.iterator(chunk_size=20_000))


def _parks(measurement: Measurement, key: str) -> Iterator[Row]:
    held = ParkGreen.objects.filter(measurement=measurement)
    if key == "beyond":
        # The smallest parks have no circle.
        rows = held.values_list("park_id", "beyond", "radius_m")
        return ((pk, UNKNOWN if radius is None else beyond) for pk, beyond, radius in rows)
    order = {how.value: UNKNOWN if how == ParkGreen.Entered.UNKNOWN else at for at, how in enumerate(ENTERED)}
    return ((pk, order[how]) for pk, how in held.values_list("park_id", "entered"))


def _thousandths(share: float | None) -> int:
    # Rounded down, so that no shade promises what is not reached.
    return UNKNOWN if share is None else math.floor(1000 * share + 1e-9)


def packed(rows: Iterable[Row]) -> dict[str, list[int]]:
    """Rows as two lists: the distance of each id from the one before, and the values."""
    held = list(rows)
    before, gaps = 0, []
    for pk, _value in held:
        gaps.append(pk - before)
        before = pk
    return {"gaps": gaps, "values": [value for _pk, value in held]}


_ROWS = {"buildings": _buildings, "streets": _streets, "greens": _parks}
