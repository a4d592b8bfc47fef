"""The goals of a bulletin: value, target, forecast and light of each, and how many there are of each light."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.figures import GOALS, NO_FORECAST, PIECES, Figure, Figures
from xiuhua.taskbook.groups import DISTRICT, Called
from xiuhua.taskbook.models import Forecast, Goal, Target

if TYPE_CHECKING:
    from xiuhua.taskbook.bulletin.contents import Source

COLOURS = ("green", "yellow", "red", "grey")
_WORDS = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "grey": "灰灯"}


@dataclass(frozen=True)
class GoalLine:
    """One goal; what is None was not there. ``reason`` is the key of why the light is grey."""

    book: str
    key: str
    name: Called
    group: Called
    lead: Called | None
    direction: str
    year: int | None
    value: Figure | None
    target: Figure | None
    expected: Figure | None
    chance: Figure | None
    light: str
    reason: str


@dataclass(frozen=True)
class Lights:
    """How many goals show each light, in the order of COLOURS."""

    green: Figure
    yellow: Figure
    red: Figure
    grey: Figure


@dataclass(frozen=True)
class Ahead:
    """A goal with the target that comes next and how likely it is; None where there is none."""

    goal: Goal
    target: Target | None
    forecast: Forecast | None

    @property
    def light(self) -> str:
        """The colour: grey where nothing was forecast."""
        return self.forecast.light if self.forecast else "grey"


def look_ahead(source: "Source") -> list[Ahead]:
    """Every goal of the books in force, in the order of its book."""
    found = Goal.objects.filter(book__in=source.books).select_related("book__district", "lead")
    goals = list(found.prefetch_related("targets").order_by("book__key", "order", "key"))
    rows = Forecast.objects.filter(goal__in=goals, scope=DISTRICT, code="", month=source.month)
    forecasts = {(row.goal_id, row.year): row for row in rows.select_related("goal__book")}
    ahead = []
    for goal in goals:
        target = _next_target(goal, source.month.year)
        of_year = forecasts.get((goal.pk, source.month.year))
        ahead.append(Ahead(goal, target, forecasts.get((goal.pk, target.year), of_year) if target else of_year))
    return ahead


def lights(source: "Source", figures: Figures, ahead: list[Ahead]) -> Lights:
    """How many goals show each light."""
    address = addresses.of_room(source.district)
    if source.books:
        address = addresses.of_book(source.books[0], source.month.year)
    return Lights(
        *(
            figures.count(
                f"lights:{colour}", Called(f"{_WORDS[colour]}目标数", f"Goals with a {colour} light"),
                sum(each.light == colour for each in ahead), len(ahead), source.until, address, GOALS,
            )
            for colour in COLOURS
        )
    )  # fmt: skip


def goal_lines(source: "Source", figures: Figures, ahead: list[Ahead]) -> list[GoalLine]:
    """Every goal as it is printed."""
    return [_line(source, figures, each.goal, each.target, each.forecast) for each in ahead]


def _line(source: "Source", figures: Figures, goal: Goal, target: Target | None, forecast: Forecast | None) -> GoalLine:
    name = Called(goal.name_zh, goal.name_en)
    address = addresses.of_goal(goal, target.year if target else source.month.year)
    indicator = indicators().get(goal.indicator)
    unit = goal.unit or (indicator.unit if indicator else "" if goal.indicator else PIECES)
    until = source.data_until([goal.indicator], DISTRICT, "") if goal.indicator else source.until
    value = _value(source, figures, goal, name, address)
    aim = figures.target(goal, target, name, unit, address) if target else None
    known = forecast is not None and forecast.expected is not None
    expected = figures.expected(forecast, name, unit, until, address) if forecast and known else None
    likely = forecast is not None and forecast.probability is not None
    chance = figures.chance(forecast, name, until, address) if forecast and likely else None
    return GoalLine(
        goal.book.key, goal.key, name, Called(goal.group_zh or goal.group, goal.group_en or goal.group),
        Called(goal.lead.name_zh, goal.lead.name_en) if goal.lead else None,
        indicator.direction if indicator else "up", target.year if target else None, value, aim, expected, chance,
        forecast.light if forecast else "grey", forecast.reason if forecast else NO_FORECAST,
    )  # fmt: skip


def _next_target(goal: Goal, year: int) -> Target | None:
    """The target that comes next: that of the year, else of the first year after it, else the last there was."""
    targets = sorted(goal.targets.all(), key=lambda target: target.year)
    return next((target for target in targets if target.year >= year), targets[-1] if targets else None)


def _value(source: "Source", figures: Figures, goal: Goal, name: Called, address: str) -> Figure | None:
    """What the goal is in the month: its indicator in the district, or its projects that are finished."""
    if goal.indicator:
        row = source.values.get((goal.indicator, DISTRICT, ""))
        if row is None:
            return None
        where = addresses.of_value(source.district.code, row)
        return figures.value(row, indicators().get(goal.indicator), source.groups.name(DISTRICT, ""), where)
    if not goal.project_kind:
        return None
    projects = goal.book.projects.filter(kind=goal.project_kind)
    done = projects.filter(done_on__lte=source.last).count()
    what = Called(f"{name.zh} 已完成", f"{name.en or name.zh}, finished")
    return figures.count(
        f"projects:{goal.book.key}:{goal.project_kind}:done", what, done, projects.count(), source.until, address,
        goal.unit or PIECES,
    )  # fmt: skip
