"""Indicators of a district counted over its lake and kept: months, towns and units, doubt, published months."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from casework.conftest import MONDAY, desk, desks  # noqa: F401 - fixtures
from xiuhua.foundation.indicators import indicators
from xiuhua.foundation.models import Event
from xiuhua.lake.actions.batches import compact, receive
from xiuhua.lake.actions.write import write
from xiuhua.lake.streams import PING
from xiuhua.taskbook.actions.measure import MeasureError, measure
from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.models import Closing, Value
from xiuhua.taskbook.tasks import measure_open_months

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NOW = datetime(2026, 4, 20, tzinfo=UTC)


@pytest.fixture
def measured(desk):  # noqa: F811 - the fixture
    """Two cases closed in March and one open and late; counted at the end of April."""
    for state in ("closed", "closed", "dispatched"):
        desk.at_state(state)
    write(now=NOW)
    return desk, measure(desk.district, [MARCH, APRIL], actor="t", now=NOW)


def value(key, month=MARCH, scope="district", code=""):
    return Value.objects.get(indicator=key, month=month, scope=scope, code=code)


def test_values_carry_numerator_denominator_n_interval_version_and_time(measured):
    desk, done = measured  # noqa: F811
    closing = value("closing_rate")
    assert (closing.numerator, closing.denominator, closing.n, closing.value) == (2, 3, 3, pytest.approx(2 / 3))
    assert closing.low == pytest.approx(0.2077, abs=1e-4)  # Wilson, 2 of 3
    assert closing.high == pytest.approx(0.9385, abs=1e-4)
    assert (closing.interval, closing.version, closing.data_until) == (
        "wilson",
        indicators()["closing_rate"].version,
        NOW,
    )
    assert len(closing.code_digest) == 64
    assert value("closing_rate", scope="unit", code="clean").numerator == 2
    assert value("closing_rate", scope="town", code=f"{desk.district.code}001").denominator == 3
    response = value("first_response")
    assert response.value == pytest.approx(response.numerator / 3)
    assert response.low <= response.value <= response.high
    assert done.kept == Value.objects.count()
    assert Event.objects.filter(chain=f"taskbook:{desk.district.code}", verb="measure").count() == 1


def test_what_cannot_be_said_is_a_row_that_says_why(measured):
    desk, _done = measured  # noqa: F811
    other_town = value("closing_rate", scope="town", code=f"{desk.district.code}002")
    assert (other_town.value, other_town.denominator, other_town.missing) == (None, 0, "no_denominator")
    assert value("closing_rate", APRIL).missing == "no_denominator"
    assert value("satisfaction").missing == "no_denominator"
    measure(desk.district, [date(2025, 12, 1), date(2026, 5, 1)], actor="t", now=NOW)
    assert value("closing_rate", date(2025, 12, 1)).missing == "no_data"  # nothing had begun
    assert value("closing_rate", date(2026, 5, 1)).missing == "no_data"  # the data end before
    assert not Value.objects.filter(month=date(2026, 1, 1)).exists()  # between, but not asked for


def test_measuring_again_replaces_and_only_what_was_asked_for(measured):
    desk, done = measured  # noqa: F811
    again = measure(desk.district, [MARCH], actor="t", keys=["closing_rate"], now=NOW)
    assert 0 < again.kept < done.kept
    assert Value.objects.count() == done.kept


def test_a_published_month_stays_and_what_differs_comes_back(measured):
    desk, _done = measured  # noqa: F811
    Closing.objects.create(district=desk.district, month=MARCH, published_at=NOW, actor="leader")
    desk.at_state("dispatched")
    write(now=NOW, anew=True)
    done = measure(desk.district, [MARCH, APRIL], actor="t", keys=["closing_rate"], now=NOW)
    assert value("closing_rate").denominator == 3
    district = next(one for one in done.later if one.scope == "district")
    assert (district.before["denominator"], district.after["denominator"], district.formula) == (3, 4, False)
    Value.objects.filter(indicator="closing_rate").update(version=1)
    done = measure(desk.district, [MARCH], actor="t", keys=["closing_rate"], now=NOW)
    assert any(one.formula and one.before["version"] == 1 for one in done.later)


def test_two_districts_do_not_count_for_one_another(desks):  # noqa: F811
    for number, one in enumerate(desks):
        for _case in range(number + 1):
            one.at_state("closed")
    write(now=NOW)
    for one in desks:
        measure(one.district, [MARCH], actor="t", keys=["closing_rate"], now=NOW)
    found = Value.objects.filter(scope="district").order_by("district__code").values_list("denominator", flat=True)
    assert list(found) == [1, 2]


def test_every_inch_counts_squares_in_which_something_was(desk):  # noqa: F811
    desk.at_state("closed", MONDAY + timedelta(days=25))
    ping = {
        "vehicle": "v1",
        "at": "2026-03-30T02:00:00Z",
        "lon_e7": 1_200_500_000,
        "lat_e7": 317_500_000,
        "speed_cms": 100,
    }
    rows = PING_ROWS([ping, {**ping, "at": "2026-02-20T02:00:00Z", "lat_e7": 317_900_000}])
    receive(PING, "990001:a", rows, sent_by="box")
    compact()
    write(now=NOW)
    measure(desk.district, [MARCH], actor="t", keys=["observed_7_days", "observed_30_days"], now=NOW)
    month, week = value("observed_30_days"), value("observed_7_days")
    assert month.numerator == 2 * 2500  # the place of the report and check, and that of the vehicle
    assert week.numerator == 2 * 2500
    assert month.denominator == pytest.approx(0.2 * 94_700 * 0.2 * 110_900, rel=0.01)
    towns = Value.objects.filter(indicator="observed_30_days", scope="town")
    assert sum(one.denominator for one in towns) == month.denominator
    assert month.low is None
    measure(desk.district, [APRIL], actor="t", keys=["observed_7_days"], now=NOW)
    assert value("observed_7_days", APRIL).numerator == 0


def PING_ROWS(rows):  # noqa: N802 - a table of what a device sends
    import pyarrow as pa

    full = [
        {"district": "990001", "heading_cdeg": None, "working": True, **row, "at": datetime.fromisoformat(row["at"])}
        for row in rows
    ]
    return pa.Table.from_pylist(full, schema=PING.schema)


def test_the_register_is_complete_as_far_as_it_is_described(desk):  # noqa: F811
    from xiuhua.city.models import Water

    shape = {"geom": b"", "min_lon": 0, "min_lat": 0, "max_lon": 0, "max_lat": 0}
    for code, name in (("w1", "镜湖"), ("w2", "")):
        Water.objects.create(district=desk.district, code=code, name_zh=name, kind="lake", **shape)
    write(now=NOW)
    measure(desk.district, [MARCH, APRIL], actor="t", keys=["register_completeness"], now=NOW)
    april = value("register_completeness", APRIL)
    assert (april.numerator, april.denominator, april.n) == (1, 2, 2)
    assert value("register_completeness", MARCH).missing == "no_data"


def test_functional_areas_are_found_from_places(desk, make_area):  # noqa: F811
    make_area(desk.district, "functional", "park", (120.04, 31.69, 120.06, 31.71))
    desk.at_state("closed")
    write(now=NOW)
    measure(desk.district, [MARCH], actor="t", keys=["closing_rate"], kinds=["functional"], now=NOW)
    assert value("closing_rate", scope="functional", code="park").denominator == 1


def test_wrong_questions_have_clear_answers(desk):  # noqa: F811
    with pytest.raises(MeasureError, match="known are"):
        measure(desk.district, [MARCH], actor="t", keys=["nothing"])
    with pytest.raises(MeasureError, match="no month"):
        measure(desk.district, [], actor="t")
    with pytest.raises(MeasureError, match="lake write"):
        measure(desk.district, [MARCH], actor="t")
    assert measure_open_months.call() == 0


def test_the_commands_count_and_print(desk):  # noqa: F811
    desk.at_state("closed")
    run = CliRunner().invoke
    code = ["--district", desk.district.code]
    assert run(taskbook, ["values", "closing_rate", *code]).exit_code == 1
    made = run(taskbook, ["measure", *code, "--from", "2026-03", "--to", "2026-03"])
    assert made.exit_code == 0, made.output
    printed = run(taskbook, ["values", "closing_rate", *code, "--month", "2026-03", "--scope", "unit"])
    assert "1 / 1" in printed.output
    assert run(taskbook, ["values", "nothing", *code]).exit_code == 1
    assert run(taskbook, ["measure", *code, "--from", "2026-04", "--to", "2026-03"]).exit_code == 1
    assert run(taskbook, ["measure", *code, "--key", "nothing"]).exit_code == 1
    assert measure_open_months.call() > 0
