"""The change of the district since an earlier day: what each kind of change moved in the figures."""

from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst

from xiuhua.city.models import District
from xiuhua.greenery.pages.words import SHORT, percent
from xiuhua.greenery.queries import explained
from xiuhua.greenery.words import STEPS

SHOWN = ("see", "door_500", "walk", "canopy", "promise")
# Hundredths of a percentage point in a whole.
_PARTS = 10_000


@dataclass(frozen=True)
class Step:
    """One kind of change: how many objects, the points by which it moved each figure with a sign word for colour."""

    name: str
    count: int
    moved: list[tuple[str, str]]


@dataclass(frozen=True)
class Changed:
    """The figures then and now with the steps between, which add up; the last one holds the whole."""

    since: date
    day: date
    columns: list[str]
    then: list[str]
    steps: list[Step]
    whole: list[tuple[str, str]]
    now: list[str]


def changed(district: District) -> Changed | None:
    """What is known of the change; None where it was not explained yet."""
    measurement = explained(district)
    if measurement is None:
        return None
    told = measurement.change
    then: dict[str, float] = told["then"]
    before, steps = then, []
    for step in told["steps"]:
        after = step["after"]
        if step["count"] and step["key"] in STEPS:
            moved = [_points(before.get(key), after.get(key)) for key in SHOWN]
            steps.append(Step(capfirst(str(STEPS[step["key"]])), step["count"], moved))
        before = after
    return Changed(
        date.fromisoformat(told["since"]), measurement.data_on, [capfirst(str(SHORT[key])) for key in SHOWN],
        [percent(then.get(key)) for key in SHOWN], steps,
        [_points(then.get(key), before.get(key)) for key in SHOWN], [percent(before.get(key)) for key in SHOWN],
    )  # fmt: skip


def _points(before: float | None, after: float | None) -> tuple[str, str]:
    """Percentage points with their sign, and ``more``, ``less`` or nothing.

    Both ends are rounded, not their distance: so the steps as they are shown add up to the whole as it is shown.
    """
    if before is None or after is None:
        return "", ""
    points = round(after * _PARTS) - round(before * _PARTS)
    if not points:
        return "0", ""
    return f"{points / 100:+.2f}".replace("-", "−"), "more" if points > 0 else "less"
