"""What a bulletin says: every figure has a number and its sources, the month is seen as it stood at its end."""

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override

from taskbook.bulletin_town import MADE, MARCH, UNTIL, furnish
from xiuhua.taskbook.bulletin.contents import contents_of
from xiuhua.taskbook.bulletin.figures import Figure
from xiuhua.taskbook.bulletin.printing import likelihood, number, with_unit
from xiuhua.taskbook.bulletin.score_table import score_table
from xiuhua.taskbook.models import Book, Bulletin, Closing, Commitment, Revision, Score, Value

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(two_districts):
    furnish(two_districts[0])
    return two_districts[0]


@pytest.fixture
def told(town):
    return contents_of(town, MARCH)


def by_key(contents):
    return {figure.key: figure for figure in contents.figures}


def test_the_numbers_run_without_gaps_and_each_row_has_one(told):
    assert [figure.number for figure in told.figures] == [f"F{n}" for n in range(1, len(told.figures) + 1)]
    assert len({figure.key for figure in told.figures}) == len(told.figures)
    assert 0 < told.printed < len(told.figures)


def test_every_value_is_the_row_in_its_unit(town, told):
    figures = by_key(told)
    for row in Value.objects.filter(district=town, month=MARCH).exclude(scope="grid"):
        figure = figures[f"value:{row.indicator}:{row.scope}:{row.code}"]
        factor = 100 if figure.unit == "%" else 1
        wanted = [None if each is None else each * factor for each in (row.value, row.low, row.high)]
        assert [figure.value, figure.low, figure.high] == wanted
        assert (figure.numerator, figure.denominator, figure.n) == (row.numerator, row.denominator, row.n)
        assert figure.version == "v2"
        assert figure.data_until == UNTIL
    assert not any(":grid:" in key for key in figures)


def test_no_figure_is_naked(told):
    for figure in told.figures:
        assert figure.address.startswith("/")
        assert figure.version
        assert figure.reason if figure.low is None else figure.interval
        assert figure.zh
        assert figure.en


def test_a_value_that_is_missing_says_why(told):
    figure = by_key(told)["value:first_response:district:"]
    assert figure.value is None
    assert figure.reason == "no_denominator"
    line = next(line for line in told.goals if line.key == "answer")
    assert (line.light, line.reason, line.chance) == ("grey", "too_few", None)


def test_the_lights_are_counted_over_all_goals(told):
    counted = {name: getattr(told.lights, name) for name in ("green", "yellow", "red", "grey")}
    assert {name: (each.numerator, each.denominator) for name, each in counted.items()} == {
        "green": (1, 5), "yellow": (1, 5), "red": (1, 5), "grey": (2, 5),
    }  # fmt: skip


def test_a_goal_of_projects_counts_those_finished_by_the_end_of_the_month(told):
    line = next(line for line in told.goals if line.key == "living-rooms")
    assert (line.value.value, line.value.denominator, line.value.unit) == (1, 3, "个")
    assert line.reason == "no_forecast"
    (pace,) = told.paces
    assert (pace.finished.numerator, pace.steps.numerator, pace.steps.denominator, pace.all_steps) == (1, 2, 6, 9)


def test_commitments_stand_as_on_the_last_day_of_the_month(told):
    assert [(each.measure, each.due, each.state, each.days) for each in told.ledger.promises] == [
        ("补齐夜间值守", date(2026, 3, 15), "late", 16),
        ("清理积压案件 40 件", date(2026, 3, 31), "done", 0),
        ("复核挂账案件", date(2026, 3, 20), "late", 11),
    ]
    ledger = told.ledger
    assert [each.value for each in (ledger.due, ledger.kept, ledger.late, ledger.open)] == [3, 1, 2, 3]


def test_a_dropped_commitment_is_neither_due_nor_late(town):
    Commitment.objects.filter(measure="补齐夜间值守").update(state="dropped")
    assert contents_of(town, MARCH).ledger.late.value == 1


def test_places_are_a_range_and_bands_come_first(told):
    (ranking,) = told.rankings
    assert [(each.band, each.ranks.low, each.ranks.high) for each in ranking.groups] == [
        ("above", 1, 1),
        ("below", 2, 2),
    ]
    assert all(each.ranks.value is None for each in ranking.groups)


def revise(town, month, at, before=0.953, after=0.951):
    closing, _new = Closing.objects.get_or_create(
        district=town, month=month, defaults={"published_at": MADE, "actor": "t"}
    )
    return Revision.objects.create(
        closing=closing, subject="value", key="handling_on_time", scope="district", code="", before={"value": before},
        after={"value": after}, reason="补录案件", actor="t", at=at,
    )  # fmt: skip


def bulletin(town, month, made_at):
    Bulletin.objects.create(district=town, month=month, version=1, made_at=made_at, pdf="", xlsx="", figures=[])


def test_revisions_are_those_of_the_month_and_of_earlier_ones_since_the_bulletin_before(town):
    february = date(2026, 2, 1)
    bulletin(town, february, MADE - timedelta(days=28))
    revise(town, february, MADE - timedelta(days=40))  # before the bulletin of February: told there
    told_here = revise(town, february, MADE - timedelta(days=5))
    bulletin(town, MARCH, MADE)
    revise(town, february, MADE + timedelta(days=3))  # after the first of March: told by that of April
    own = revise(town, MARCH, MADE + timedelta(days=9))
    assert [each.at for each in contents_of(town, MARCH).changes] == [told_here.at, own.at]


def test_the_digest_changes_with_the_content_alone(town):
    first = contents_of(town, MARCH)
    assert contents_of(town, MARCH).digest() == first.digest()
    revise(town, MARCH, MADE)
    second = contents_of(town, MARCH)
    assert second.digest() != first.digest()
    Value.objects.filter(district=town, month=MARCH, scope="town").update(numerator=1.0)
    assert contents_of(town, MARCH).digest() != second.digest()


def test_the_other_district_says_nothing(two_districts, town):
    assert contents_of(two_districts[1], MARCH).empty
    assert not contents_of(town, MARCH).empty


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (95.302, "%", "95.3"),
        (100.0, "%", "100"),
        (99.97, "%", "99.97"),  # all is said only of all
        (99.9996, "%", "99.9996"),
        (0.0, "%", "0"),
        (0.04, "%", "0.04"),
        (1234.56, "分", "1,234.6"),
        (1234.56, "min", "1,234.56"),
        (20.0, "个", "20"),
        (None, "%", "—"),
    ],
)
def test_numbers_are_short_and_never_rounded_to_a_bound(value, unit, printed):
    assert number(value, unit) == printed


@pytest.mark.parametrize(
    ("percent", "method", "printed"),
    [(83.2, "mean12", "83"), (99.7, "mean12", ">99"), (100.0, "mean12", ">99"), (0.4, "pace", "<1"), (0.0, "pace", "<1"),
     (100.0, "measured", "100"), (0.0, "measured", "0"), (None, "mean12", "—")],
)  # fmt: skip
def test_a_forecast_is_never_certain(percent, method, printed):
    assert likelihood(Figure("F1", "chance:b:g:2026", "", "", "%", percent, version=method)) == printed


def test_a_unit_stands_behind_a_number_alone():
    assert with_unit(95.3, "%") == "95.3 %"
    assert with_unit(None, "%") == "—"
    assert with_unit(30, "min") == "30 分钟"
    with override("en"):
        assert [with_unit(30, unit) for unit in ("min", "分", "件", "%")] == ["30 minutes", "30 pts", "30", "30.0 %"]


def test_the_end_of_the_month_is_that_of_the_district(town, told):
    until = told.lights.green.data_until
    assert until == datetime.fromisoformat("2026-04-01T00:00:00+08:00")


def test_only_those_scored_by_the_same_goals_are_compared(town):
    parts = [{"goal": "other"}]
    Score.objects.create(
        book=Book.objects.get(district=town), month=MARCH, scope="town", code="990001003", points=9, full=10, parts=parts,
        rule_version="2026-1", code_digest="d" * 64, computed_at=UNTIL,
    )  # fmt: skip
    (ranking,) = contents_of(town, MARCH).rankings
    assert [(pool.goals, [each.code for each in pool.groups]) for pool in ranking.pools] == [
        (1, ["990001001", "990001002"]),
        (1, ["990001003"]),
    ]
    with override("en"):
        table = score_table(contents_of(town, MARCH), ranking)
    assert [pool["name"] for pool in table["pools"]] == [
        "Compared by the same goals: 1",
        "Each by goals of its own: not compared",
    ]
    assert table["pools"][1]["rows"][0]["word"] == "not compared"
    # 93.4 of 100 lies left of the whole scale's end, 9 of 10 left of it: drawn as shares, not as points
    drawn = [row["picture"]["value"] for pool in table["pools"] for row in pool["rows"]]
    assert drawn[0] > drawn[2] > drawn[1]


def test_a_score_without_points_says_why(town):
    Score.objects.filter(code="990001002").update(
        points=None, low=None, high=None, best_rank=None, worst_rank=None, band=""
    )
    scored = contents_of(town, MARCH).rankings[0].groups[-1]
    assert (scored.points.value, scored.points.reason, scored.ranks) == (None, "no_points", None)


def test_a_value_without_interval_says_whether_one_was_meant(town):
    rows = Value.objects.filter(district=town, month=MARCH, scope="district")
    rows.update(low=None, high=None, interval="none", missing="")
    rows.filter(indicator="closing_rate").update(indicator="observed_7_days")
    figures = by_key(contents_of(town, MARCH))
    assert figures["value:handling_on_time:district:"].reason == "too_few"
    assert figures["value:observed_7_days:district:"].reason == "no_interval"
