"""The records behind a figure are those that its measure counted, and lead to their cases."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from xiuhua.casework.models import Case
from xiuhua.foundation.indicators import indicators
from xiuhua.lake.actions.write import write
from xiuhua.lake.engines import open_engine
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.evidence import records
from xiuhua.taskbook.models import Value

pytestmark = pytest.mark.django_db
MARCH, NOW = date(2026, 3, 1), datetime(2026, 4, 20, tzinfo=UTC)


@pytest.fixture
def measured(desk):  # noqa: F811 - the fixture
    """Two cases closed in March and one open and late, measured."""
    made = [desk.at_state(state) for state in ("closed", "closed", "dispatched")]
    write(now=NOW)
    measure(desk.district, [MARCH], actor="t", now=NOW)
    return desk, made


def open_page(client, district, key="closing_rate", **query):
    path = reverse("taskbook:indicator-records", args=[district, key])
    return client.get(path, {"month": "2026-03", **query}, headers={"accept-language": "en"})


def test_the_records_add_up_to_the_figure(measured):
    desk, made = measured  # noqa: F811
    with open_engine() as engine:
        for value in Value.objects.exclude(value=None):
            indicator = indicators()[value.indicator]
            if indicator.evidence.get("drill") != "case" or value.indicator == "recurrence_rate":
                continue
            found = records(engine, desk.district, indicator, MARCH, (value.scope, value.code), now=NOW)
            assert (found.numerator, found.denominator) == (value.numerator, value.denominator), value
            assert found.found == value.n
            assert {row.key for row in found.rows} <= {case.number for case in made}


def test_the_page_names_each_case_and_whether_it_counted(client, measured):
    desk, made = measured  # noqa: F811
    client.force_login(desk.people["leader"])
    page = open_page(client, desk.district.code).content.decode()
    for case in made:
        assert reverse("casework:case", args=[case.number]) in page
    assert "2 / 3" in page
    assert "cases have gone on since" not in page
    missed = open_page(client, desk.district.code, which="missed").content.decode()
    assert made[2].number in missed
    assert made[0].number not in missed
    unit = open_page(client, desk.district.code, scope="unit", code="clean").content.decode()
    assert "3 records" in unit
    shown = client.get(reverse("taskbook:indicator", args=[desk.district.code, "closing_rate"])).content.decode()
    assert reverse("taskbook:indicator-records", args=[desk.district.code, "closing_rate"]) in shown


def test_the_page_says_where_cases_went_on_since(client, measured):
    desk, made = measured  # noqa: F811
    client.force_login(desk.people["leader"])
    Value.objects.filter(indicator="closing_rate").update(numerator=1)
    assert "cases have gone on since" in open_page(client, desk.district.code).content.decode()
    assert Case.objects.count() == len(made)


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("closing_rate", {"month": "2026-02"}), ("closing_rate", {"scope": "unit", "code": "nobody"}),
        ("observed_7_days", {}), ("nothing", {}),
    ],
)  # fmt: skip
def test_what_has_no_records_is_not_found(client, measured, key, query):
    desk, _made = measured  # noqa: F811
    client.force_login(desk.people["leader"])
    assert open_page(client, desk.district.code, key, **query).status_code == 404


def test_the_public_is_led_to_public_cases_instead(client, measured):
    desk, _made = measured  # noqa: F811
    assert open_page(client, desk.district.code).status_code == 302
    client.force_login(desk.people["resident"])
    assert open_page(client, desk.district.code).status_code == 403
