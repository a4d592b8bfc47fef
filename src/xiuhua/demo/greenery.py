"""Trees of the demonstration that were planted in spring and felled after a storm, and the job that measures it all."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from xiuhua.city.actions.load import load
from xiuhua.city.models import District, Tree
from xiuhua.demo.drawing import Drawing
from xiuhua.demo.plan import generator
from xiuhua.greenery.tasks import measure_districts

# Of all trees, one in so many. A tree planted this year is small.
PLANTED, FELLED = 60, 250
YOUNG = {"height_m": 4.5, "crown_m": 3.6, "base_m": 1.8, "trunk_cm": 8.0}
# Planting day, and the days after a storm.
_SPRING, _STORM = (3, 12), (7, 20)


def tend_trees(district: District, drawing: Drawing, seed: int, now: datetime) -> int:
    """Give some trees the day on which they were planted or felled within a year before ``now``. Returns how many.

    Where that was done before nothing is done.
    """
    if Tree.objects.filter(district=district, valid_from__isnull=False).exists():
        return 0
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    spring, storm = (_last(day, today) for day in (_SPRING, _STORM))
    rows = list(drawing.tables["trees"].rows())
    chosen = generator(seed, "tended").permutation(len(rows))
    planted, felled = len(rows) // PLANTED, len(rows) // FELLED
    young = [{**rows[at], **YOUNG, "planted": spring.year, "valid_from": spring} for at in chosen[:planted].tolist()]
    gone = [{**rows[at], "valid_to": storm} for at in chosen[planted : planted + felled].tolist()]
    report = load(district, "trees", [*young, *gone], actor="system:demo", source="demo")
    return report.updated


def measure_soon() -> None:
    """Leave the first measurement to the pulse: it takes a minute, and nobody has to wait for it."""
    measure_districts.enqueue()


def _last(day: tuple[int, int], today: date) -> date:
    """The last time that it was this day of the year, before today."""
    found = date(today.year, *day)
    return found if found < today else found.replace(year=today.year - 1)
