"""A district whose March 2026 has values, a book, scores, forecasts, commitments, projects; April is not published."""

from datetime import UTC, date, datetime, timedelta

from xiuhua.city.models import District
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
    Review,
    Score,
    Target,
    Value,
)  # fmt: skip
from xiuhua.taskbook.parts import Item, Reading, as_part
from xiuhua.taskbook.rules import parse, points

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
UNTIL = datetime(2026, 4, 1, 1, 30, tzinfo=UTC)
PUBLISHED = datetime(2026, 4, 8, 2, tzinfo=UTC)
MADE = datetime(2026, 4, 8, 3, tzinfo=UTC)
# numerator, denominator, low, high of the district, by indicator
SHARES = {
    "handling_on_time": (9_412, 9_876, 0.9486, 0.9570),
    "closing_rate": (9_997, 10_000, 0.99912, 0.9999),
    "dispatch_correct": (780, 900, 0.8430, 0.8877),
}
GOALS = (
    # key, zh, en, indicator, lead, target, P, light, reason
    ("in-time", "按时处置率达到 95 %", "95 % handled in time", "handling_on_time", "gov", 95.0, 0.83, "green", ""),
    ("closed", "应结案件全部结案", "Every case that is due is closed", "closing_rate", "001", 100.0, 0.07, "red", ""),
    ("dispatch", "一次派遣准确率", "Dispatched to the right unit at once", "dispatch_correct", "001", 90.0, 0.46, "yellow", ""),
    ("answer", "首次答复时长", "Time to the first answer", "first_response", "002", 30.0, None, "grey", "too_few"),
)  # fmt: skip


def furnish(district: District, *, published: bool = True) -> Book:
    """Fill ``district`` (one of ``two_districts``); the book."""
    code = district.code
    units = {each.code.removeprefix(f"{code}-"): each for each in Organisation.objects.filter(district_code=code)}
    for month in (MARCH, APRIL):
        _values(district, month)
    book = Book.objects.create(
        district=district, key="programme", name_zh="三年行动任务书", name_en="Programme of three years", first_year=2025,
        last_year=2027, state=Book.State.ISSUED, issued_at=UNTIL - timedelta(days=300),
    )  # fmt: skip
    for order, (key, zh, en, indicator, lead, target, chance, light, reason) in enumerate(GOALS):
        goal = Goal.objects.create(
            book=book, key=key, name_zh=zh, name_en=en, group="cases", group_zh="案件办理", group_en="Cases",
            indicator=indicator, lead=units[lead], order=order,
        )  # fmt: skip
        Target.objects.create(goal=goal, year=2026, value=target)
        Forecast.objects.create(
            goal=goal, scope="district", month=MARCH, year=2026, method="mean12", probability=chance, light=light,
            reason=reason, expected=None if chance is None else target - 0.4, low=None if chance is None else target - 2,
            high=None if chance is None else target + 1,
        )  # fmt: skip
    rooms = Goal.objects.create(
        book=book, key="living-rooms", name_zh="席地而坐的城市客厅", name_en="City living rooms", group="projects",
        group_zh="项目建设", group_en="Projects", project_kind="living_room", unit="个", order=9, lead=units["gov"],
    )  # fmt: skip
    Target.objects.create(goal=rooms, year=2026, value=20)
    _projects(book, units["gov"])
    _commitments(book, units)
    _scores(book, code)
    if published:
        Closing.objects.create(district=district, month=MARCH, published_at=PUBLISHED, actor="t")
    return book


def value(
    district: District, indicator: str, scope: str, code: str, month: date, pair, ends=(None, None), **more
) -> Value:
    """One value."""
    x, n = pair
    return Value.objects.create(
        district=district, indicator=indicator, version=2, month=month, scope=scope, code=code, numerator=x, denominator=n,
        n=n, n_eff=n / 1.5, value=x / n if n else None, low=ends[0], high=ends[1],
        interval="wilson" if ends[0] is not None else "", data_until=UNTIL, computed_at=UNTIL, code_digest="c" * 64, **more,
    )  # fmt: skip


def _values(district, month):
    for indicator, (x, n, low, high) in SHARES.items():
        value(district, indicator, "district", "", month, (x, n), (low, high))
        value(
            district,
            indicator,
            "town",
            f"{district.code}001",
            month,
            (x // 3, n // 3),
            (low - 0.01, min(high + 0.01, 1)),
        )
        value(
            district,
            indicator,
            "unit",
            f"{district.code}-001",
            month,
            (x // 2, n // 2),
            (low - 0.01, min(high + 0.01, 1)),
        )
    value(district, "first_response", "district", "", month, (0, 0), missing="no_denominator")
    value(district, "handling_on_time", "grid", "G1", month, (5, 6))


def _projects(book, unit):
    for number in range(1, 4):
        project = Project.objects.create(
            book=book, key=f"room-{number}", name_zh=f"{number} 号客厅", kind="living_room", unit=unit,
            done_on=date(2026, 3, 20) if number == 1 else date(2026, 4, 9) if number == 2 else None,
        )  # fmt: skip
        for step, due in (("design", date(2026, 2, 1)), ("accept", date(2026, 3, 31)), ("care", date(2026, 9, 1))):
            done = due if number < 3 and step == "design" else date(2026, 4, 2) if step == "accept" else None
            Milestone.objects.create(project=project, key=step, name_zh=step, due=due, done_on=done)


def _commitments(book, units):
    goal = book.goals.get(key="closed")
    meeting = Meeting.objects.create(book=book, held_on=date(2026, 2, 10), title="二月调度会")
    after = Meeting.objects.create(book=book, held_on=date(2026, 4, 10), title="四月调度会")
    rows = (
        ("清理积压案件 40 件", "001", date(2026, 3, 31), date(2026, 3, 30)),
        ("补齐夜间值守", "002", date(2026, 3, 15), date(2026, 4, 12)),  # done after the month: late in it
        ("修订派遣规则", "001", date(2026, 5, 31), None),
        ("复核挂账案件", "002", date(2026, 6, 30), None),  # moved in April: due on 20 March as the month saw it
    )
    for measure, unit, due, done in rows:
        made = Commitment.objects.create(
            goal=goal, meeting=meeting, measure=measure, unit=units[unit], first_due=min(due, date(2026, 3, 20)), due=due,
            state="done" if done else "open", done_on=done,
        )  # fmt: skip
    Review.objects.create(
        meeting=after,
        commitment=made,
        state="open",
        due_before=date(2026, 3, 20),
        due_after=date(2026, 6, 30),
        at=PUBLISHED,
    )
    Commitment.objects.create(
        goal=goal,
        meeting=after,
        measure="会后新增措施",
        unit=units["001"],
        first_due=date(2026, 3, 1),
        due=date(2026, 3, 1),
    )


def _scores(book, code):
    for town, given, band, places in (("001", 93.4, "above", (1, 1)), ("002", 88.25, "below", (2, 2))):
        Score.objects.create(
            book=book, month=MARCH, scope="town", code=f"{code}{town}", points=given, full=100, low=given - 1.2,
            high=given + 1.1, best_rank=places[0], worst_rank=places[1], band=band, rule_version="2026-1",
            code_digest="d" * 64, computed_at=UNTIL,
            parts=[_part()],
        )  # fmt: skip


def _part():
    """A part as scoring writes it: 95.3 % of at least 95 %."""
    rule = parse({"full_at": 95, "step": 1, "deduct": 2, "weight": 50, "version": "2026-1"}, direction="up")
    item = Item("in-time", "handling_on_time", "%", rule)
    reading = Reading(2, 9_412, 9_876, 9_876, 9_412 / 9_876, 0.9486, 0.9570, "wilson", "")
    return as_part(item, reading, points(rule, 100 * 9_412 / 9_876, "%"))
