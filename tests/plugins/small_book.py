"""A small task book with goals of every sort, values of two years, forecasts, commitments and a published past."""

from datetime import UTC, date, datetime, timedelta
from math import sin

from xiuhua.city.models import Area, District
from xiuhua.people.models import Organisation
from xiuhua.taskbook.models import (
    Book,
    Closing,
    Commitment,
    Forecast,
    Goal,
    Meeting,
    Milestone,
    Project,
    Revision,
    Score,
    Target,
    Value,
)

LAST = date(2024, 11, 1)
DATA_UNTIL = datetime(2024, 11, 30, 15, 59, tzinfo=UTC)
# Key of the goal, names, indicator, baseline, target of 2024, light and P at the end.
GOALS = (
    ("closing", "案件按期结案", "Cases closed in time", "closing_on_time", 82.0, 95.0, "green", 0.91, "order"),
    ("response", "首次响应", "First response", "first_response", 40.0, 15.0, "yellow", 0.46, "order"),
    ("rework", "返工", "Rework", "rework_rate", 9.0, 3.0, "red", 0.06, "order"),
    ("satisfaction", "群众满意", "Satisfaction of residents", "satisfaction", 3.6, 4.5, "grey", None, "order"),
)
LEVELS = {"closing_on_time": 0.93, "first_response": 21.0, "rework_rate": 0.064, "satisfaction": 4.1}


def before(month: date, count: int) -> date:
    """The month ``count`` months earlier."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def values_of(district: District, key: str, scope: str, code: str, shift: float, months: int) -> list[Value]:
    """Months of one indicator for one group, ending with ``LAST``; the third from the end has no value."""
    found = []
    for back in range(months):
        level = LEVELS[key] * (1 + shift + 0.02 * sin(back * 1.7) - 0.004 * back)
        gone, n = back == 2, 240 - back
        share = key in {"closing_on_time", "rework_rate"}
        found.append(Value(
            district=district, indicator=key, version=1, month=before(LAST, back), scope=scope, code=code,
            numerator=0.0 if gone else level * n, denominator=0.0 if gone else n, n=0 if gone else n,
            value=None if gone else level, low=None if gone else level * 0.96,
            high=None if gone else min(level * 1.03, 1.0) if share else level * 1.03,
            interval="" if gone else "wilson", missing="no_denominator" if gone else "", data_until=DATA_UNTIL,
            computed_at=DATA_UNTIL + timedelta(hours=2), code_digest="c0ffee" * 10,
        ))  # fmt: skip
    return found


def furnish(district: District, *, months: int = 24, published: int = 20, issued: bool = True) -> Book:
    """Make the book; the first ``published`` of ``months`` months are published."""
    units = list(Organisation.objects.filter(district_code=district.code).order_by("code"))
    towns = list(Area.objects.filter(district=district, kind="town").order_by("code"))
    book = Book.objects.create(
        district=district, key="care", name_zh="精细化管理任务书", name_en="Book of fine care", first_year=2022,
        last_year=2024, state="issued" if issued else "draft", source="示意方案 2022",
    )  # fmt: skip
    rows = []
    for order, (key, zh, en, indicator, baseline, target, light, p, group) in enumerate(GOALS):
        goal = Goal.objects.create(
            book=book, key=key, name_zh=zh, name_en=en, group=group, group_zh="有序", group_en="Order",
            indicator=indicator, baseline=baseline, baseline_year=2021, order=order, lead=units[order % len(units)],
            evidence_zh="以平台案件为准", evidence_en="As counted from the cases",
            score={"full_at": target, "step": 1, "deduct": 0.5, "floor": 0, "cap": 10, "weight": 1, "source": "示意", "version": "1"},
        )  # fmt: skip
        goal.support.add(units[-1])
        for year in (2022, 2023, 2024):
            share = (year - 2021) / 3
            Target.objects.create(goal=goal, year=year, value=round(baseline + (target - baseline) * share, 1))
        for back in (1, 0):
            Forecast.objects.create(
                goal=goal, scope="district", month=before(LAST, back), year=2024, method="mean12",
                expected=None if p is None else target * 0.99, low=None if p is None else target * 0.97,
                high=None if p is None else target * 1.01, probability=p, light=light,
                reason="too_uncertain" if light == "grey" else "",
            )  # fmt: skip
        rows += values_of(district, indicator, "district", "", 0.0, months)
        for number, town in enumerate(towns):
            rows += values_of(district, indicator, "town", town.code, 0.015 * (1 if number % 2 else -1), months)
        rows += values_of(district, indicator, "unit", units[0].code, -0.01, months)
    Value.objects.bulk_create(rows)
    rooms = Goal.objects.create(
        book=book, key="rooms", name_zh="席地而坐城市客厅", name_en="Sit-on-the-ground living rooms", group="clean",
        group_zh="清洁", group_en="Clean", project_kind="living_room", unit="", baseline=0, order=9,
    )  # fmt: skip
    Target.objects.create(goal=rooms, year=2024, value=20, meaning_zh="建成20个", meaning_en="20 built")
    for number in range(6):
        project = Project.objects.create(
            book=book, key=f"room-{number}", kind="living_room", name_zh=f"客厅{number}", name_en=f"Room {number}",
            unit=units[0], started_on=date(2022, 3, 1), done_on=date(2023, 1 + number, 1) if number < 4 else None,
            accepted_by=("district" if number % 2 else "city") if number < 4 else "",
            lon=(towns[0].min_lon + towns[0].max_lon) / 2 + number * 0.001 if towns else None,
            lat=(towns[0].min_lat + towns[0].max_lat) / 2 if towns else None,
        )  # fmt: skip
        Milestone.objects.create(
            project=project,
            key="done",
            name_zh="验收",
            name_en="Acceptance",
            due=date(2023, 2 + number, 1),
            done_on=project.done_on,
        )
    meeting = Meeting.objects.create(
        book=book, held_on=date(2024, 10, 8), title="十月调度会", chair=units[0], minutes="逐项调度。"
    )
    first = Goal.objects.get(book=book, key="rework")
    Commitment.objects.create(
        goal=first,
        meeting=meeting,
        measure="每周复查返工案件",
        unit=units[0],
        first_due=date(2024, 10, 31),
        due=date(2024, 11, 15),
    )
    Commitment.objects.create(
        goal=first,
        meeting=meeting,
        measure="增派巡查人员",
        unit=units[1],
        first_due=date(2099, 1, 1),
        due=date(2099, 1, 1),
    )
    for place, town in enumerate(towns):
        for back in range(months):
            score(book, "town", town.code, before(LAST, back), 17.0 + place * 0.6 - back * 0.05, len(towns))
    score(book, "unit", units[0].code, LAST, 15.5, 1)
    closings(district, months, published)
    return book


RULE = {
    "full_at": 95.0, "step": 1.0, "deduct": 1.0, "floor": 0.0, "cap": 20.0, "weight": 20.0, "direction": "up",
    "source": "示意", "version": "1",
}  # fmt: skip


def score(book: Book, scope: str, code: str, month: date, points: float, count: int) -> None:
    """A score with a part for each of two goals, one of them without a value."""
    value = 95 - (20 - points)
    shared = {"version": 1, "carried": "", "of": "", "rule": RULE}
    parts = [
        {"goal": "closing", "indicator": "closing_on_time", "unit": "%", "value": value, "low": value - 2,
         "high": value + 2, "numerator": value * 2.4, "denominator": 240, "n": 240, "interval": "wilson", "missing": "",
         "points": points, "full": 20.0, "sentence_zh": f"{value:g} % 比 95 % 低 {20 - points:g}：余 {points:g} 分。",
         "sentence_en": f"{value:g} % is {20 - points:g} below 95 %: leaves {points:g}.", **shared},
        {"goal": "satisfaction", "indicator": "satisfaction", "unit": "score", "value": None, "low": None, "high": None,
         "numerator": 0, "denominator": 0, "n": 0, "interval": "", "missing": "no_denominator", "points": None,
         "full": 10.0, "sentence_zh": "无数值：不计入。", "sentence_en": "No value: left out.", **shared},
    ]  # fmt: skip
    Score.objects.create(
        book=book, month=month, scope=scope, code=code, points=points, full=20.0, low=points - 1.5, high=points + 1.2,
        best_rank=1 if count > 1 else None, worst_rank=count if count > 1 else None, band="same" if count > 1 else "",
        parts=parts, rule_version="1:abc", code_digest="facade" * 10, computed_at=DATA_UNTIL,
    )  # fmt: skip


def closings(district: District, months: int, published: int) -> None:
    """Publish all but the last months; the first of them was revised."""
    Closing.objects.bulk_create(
        Closing(district=district, month=before(LAST, back), published_at=DATA_UNTIL, actor="t")
        for back in range(months - published, months)
    )
    first = Closing.objects.filter(district=district).order_by("month").first()
    if first:
        Revision.objects.create(
            closing=first, subject="value", key="rework_rate", scope="district", code="", before={"value": 0.061},
            after={"value": 0.064}, reason="补录返工案件", actor="t", at=DATA_UNTIL,
        )  # fmt: skip
