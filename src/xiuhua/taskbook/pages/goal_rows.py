"""One goal of a book as a reader needs it: where it stands, how sure that is, whether it will be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.city.models import local
from xiuhua.foundation.indicators import PERCENT, Indicator, shown
from xiuhua.taskbook.models import Forecast, Goal
from xiuhua.taskbook.pages.pictures.gauge import Gauge, gauge
from xiuhua.taskbook.pages.pictures.lines import Lines, Point, small
from xiuhua.taskbook.pages.wording import (
    LIGHT_BADGES,
    PERCENT_BOUNDS,
    interval,
    light_text,
    missing_text,
    month_text,
    number,
    probability,
    reason_text,
)
from xiuhua.taskbook.queries import Level, Promised

GREY = "grey"


@dataclass(frozen=True)
class Light:
    """Colour, word, reason and P of a goal at a month."""

    colour: str
    word: str
    reason: str
    p: str = ""
    expected: str = ""

    @property
    def badge(self) -> str:
        """The class of the badge."""
        return LIGHT_BADGES.get(self.colour, "")


@dataclass(frozen=True)
class Standing:
    """A goal now: value with interval, baseline and target in words, and both drawings with their words."""

    goal: Goal
    unit: str
    now: str
    doubt: str
    sample: str
    missing: str
    baseline: str
    target: str
    ends: tuple[str, str]
    meaning: str
    light: Light
    gauge: Gauge | None
    line: Lines | None
    line_text: str
    promised: Promised
    href: str
    month: date | None = None
    readings: list[Level] = field(default_factory=list)

    @property
    def group(self) -> str:
        """The name of the group of the programme."""
        return local(self.goal.group_zh, self.goal.group_en) or self.goal.group

    @property
    def gauge_text(self) -> str:
        """What the drawing of the progress says, in words."""
        parts = [
            (_("now %(value)s"), self.now), (_("interval %(value)s"), self.doubt),
            (_("baseline %(value)s"), self.baseline), (_("target %(value)s"), self.target),
        ]  # fmt: skip
        return _(", ").join(text % {"value": value} for text, value in parts if value)


def standing(
    goal: Goal,
    year: int,
    indicator: Indicator | None,
    readings: list[Level],
    forecast: Forecast | None,
    promised: Promised,
    projects: Mapping[str, tuple[int, int]],
    district_code: str,
) -> Standing:
    """How ``goal`` stands at the newest of ``readings``, which are of the district and in order of month."""
    unit = goal.unit or (indicator.unit if indicator else "")
    target = next((each for each in goal.targets.all() if each.year == year), None)
    last = readings[-1] if readings else None
    value, low, high = (None, None, None) if last is None else (
        shown(last.value, unit), shown(last.low, unit), shown(last.high, unit),
    )  # fmt: skip
    sample, missing = "", ""
    if goal.project_kind and not goal.indicator:
        done, planned = projects.get(goal.project_kind, (0, 0))
        value = float(done)
        sample = ngettext("of %(count)s project", "of %(count)s projects", planned) % {"count": planned}
    elif goal.indicator and indicator is None:
        missing = _("no room here measures “%(key)s”") % {"key": goal.indicator}
    elif goal.indicator and (last is None or last.value is None):
        missing = missing_text(last.missing) if last else _("not measured yet")
    elif last is not None:
        sample = f"n = {last.n:,}"
    falling = indicator is not None and indicator.direction == "down"
    points = [
        Point(each.month, shown(each.value, unit), shown(each.low, unit), shown(each.high, unit)) for each in readings
    ]
    line = small(points, target.value if target else None, PERCENT_BOUNDS.get(unit, (None, None)))
    aim, short = target.value if target else None, unit if unit == PERCENT else ""
    return Standing(
        goal=goal, unit=unit, now=number(value, unit), doubt=interval(low, high, unit), sample=sample, missing=missing,
        baseline=number(goal.baseline, unit), target=number(aim, unit),
        ends=(number(goal.baseline, short), number(aim, short)),
        meaning=local(target.meaning_zh, target.meaning_en) if target else "",
        light=light_of(forecast, unit), gauge=gauge(value, (low, high), goal.baseline, aim, falling=falling),
        line=line, line_text=line_text(line, unit), promised=promised,
        href=_href(goal, district_code, year, last.month if last else None),
        month=last.month if last else None, readings=readings,
    )  # fmt: skip


def light_of(forecast: Forecast | None, unit: str) -> Light:
    """The light of a forecast; grey with the reason where there is none."""
    if forecast is None:
        return Light(GREY, light_text(GREY), _("no forecast yet"))
    expected = number(forecast.expected, unit)
    doubt = interval(forecast.low, forecast.high, unit)
    return Light(
        forecast.light, light_text(forecast.light), reason_text(forecast.reason), probability(forecast.probability),
        f"{expected} ({doubt})" if expected and doubt else expected,
    )  # fmt: skip


def line_text(line: Lines | None, unit: str) -> str:
    """What a line of months says, in words; empty without one."""
    if line is None or line.last is None:
        return ""
    known = [mark.point.value for mark in line.marks if mark.point.value is not None]
    return _("%(count)s months from %(first)s to %(last)s: lowest %(low)s, highest %(high)s, last %(now)s") % {
        "count": len(known), "first": month_text(line.marks[0].point.month), "last": month_text(line.last.point.month),
        "low": number(min(known), unit), "high": number(max(known), unit), "now": number(line.last.point.value, unit),
    }  # fmt: skip


def _href(goal: Goal, district_code: str, year: int, month: date | None) -> str:
    path = reverse("taskbook:goal", args=[district_code, goal.key])
    query = {"book": goal.book.key, "year": year} | ({"month": month_text(month)} if month else {})
    return f"{path}?{urlencode(query)}"
