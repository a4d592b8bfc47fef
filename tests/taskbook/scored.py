"""A book with goals and a month of values, as the tests of scores need them."""

from datetime import UTC, date, datetime

from xiuhua.foundation.actions.calendars import declare_years, define
from xiuhua.foundation.estimators import wilson
from xiuhua.people.models import Organisation
from xiuhua.taskbook.models import Book, Goal, Target, Value

MONTH = date(2026, 3, 1)
NOW = datetime(2026, 4, 5, 1, 0, tzinfo=UTC)
IN_TIME, CLOSED, HOURS = "handling_on_time", "closing_rate", "handling_time"
RULES = {
    IN_TIME: {"full_at": 95, "step": 1, "deduct": 1, "weight": 50, "source": "test", "version": "1"},
    CLOSED: {"full_at": 90, "step": 1, "deduct": 1, "weight": 30, "source": "test", "version": "1"},
    HOURS: {"full_at": 24, "step": 2, "deduct": 1, "weight": 20, "source": "test", "version": "1"},
}


def make_book(district, rules=RULES, *, state="issued", lead="", **more):
    """An issued book for 2026 and 2027 with one goal for each indicator of ``rules``, led by ``lead``."""
    unit = Organisation.objects.get(district_code=district.code, code=lead or f"{district.code}-gov")
    book = Book.objects.create(
        district=district, key="book", name_zh="任务书", name_en="Task book", first_year=2026, last_year=2027,
        state=state, **more,
    )  # fmt: skip
    for place, (key, rule) in enumerate(rules.items()):
        goal = Goal.objects.create(
            book=book, key=key.replace("_", "-"), indicator=key, name_zh=key, score=rule, lead=unit, order=place,
            baseline=80,
        )  # fmt: skip
        Target.objects.create(goal=goal, year=2026, value=rule["full_at"])
    return book


def put(district, key, scope, code, numerator, denominator, *, month=MONTH, **more):
    """A value of a share with its Wilson interval; of something else without one."""
    value = numerator / denominator if denominator else None
    low = high = None
    if denominator and 0 <= value <= 1:
        low, high = (float(end) for end in wilson(numerator, denominator))
    made = {
        "version": 2, "n": denominator, "n_eff": denominator, "value": value, "low": low, "high": high,
        "interval": "wilson" if low is not None else "none", "missing": "" if denominator else "no_denominator",
        "data_until": NOW, "computed_at": NOW, "code_digest": "0" * 64,
    }  # fmt: skip
    return Value.objects.create(
        district=district, indicator=key, month=month, scope=scope, code=code, numerator=numerator,
        denominator=denominator, **{**made, **more},
    )  # fmt: skip


def put_month(district, *, month=MONTH, town=(900, 960), other=(930, 940), of=1000, **more):
    """Values of the district and its two towns for three indicators; ``town`` in time and closed of ``of`` cases."""
    first, second = f"{district.code}001", f"{district.code}002"
    groups = {("town", first): town, ("town", second): other}
    groups["district", ""] = (town[0] + other[0], town[1] + other[1])
    for (scope, code), (in_time, closed) in groups.items():
        whole = of * (2 if scope == "district" else 1)
        put(district, IN_TIME, scope, code, in_time, whole, month=month, **more)
        put(district, CLOSED, scope, code, closed, whole, month=month, **more)
        put(district, HOURS, scope, code, 30 * whole, whole, month=month, **more)
    return first, second


def declare(district, *years):
    """A work calendar of the district that knows ``years``."""
    define(district.calendar, zone="Asia/Shanghai", actor="test")
    declare_years(district.calendar, {year: [] for year in years}, actor="test", source="test")
