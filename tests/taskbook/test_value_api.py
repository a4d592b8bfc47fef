"""Values over the interface: never a number without what it was made of; unpublished months only for those inside."""

import csv
import io
from datetime import date

import pytest

from taskbook.bulletin_town import MADE, MARCH, furnish
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.models import Closing, Revision, Value
from xiuhua.taskbook.value_rows import COLUMNS

pytestmark = pytest.mark.django_db
ALWAYS = ("numerator", "denominator", "n", "n_eff", "low", "high", "version", "data_until")


@pytest.fixture
def town(two_districts):
    furnish(two_districts[0])
    return two_districts[0]


def get(client, town, **asked):
    return client.get(f"/api/taskbook/{town.code}/values", asked)


def values(client, town, **asked):
    return get(client, town, **asked).json()["values"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 11),
        ({"indicator": "handling_on_time"}, 4),
        ({"indicator": "handling_on_time", "scope": "district"}, 1),
        ({"scope": "town"}, 3),
        ({"scope": "town", "code": "990001002"}, 0),
        ({"month": "2026-04"}, 0),  # not published
        ({"since": "2026-03", "until": "2026-04"}, 11),
        ({"since": "2026-04"}, 0),
    ],
)
def test_values_are_narrowed(town, client, asked, count):
    assert len(values(client, town, **asked)) == count


def test_a_value_comes_with_all_that_it_was_made_of(town, client):
    (found,) = values(client, town, indicator="handling_on_time", scope="district", month="2026-03")
    row = Value.objects.get(indicator="handling_on_time", scope="district", month=MARCH)
    assert {name: found[name] for name in ("value", "low", "high", "numerator", "denominator", "n", "n_eff")} == {
        name: getattr(row, name) for name in ("value", "low", "high", "numerator", "denominator", "n", "n_eff")
    }
    assert found["shown"] == pytest.approx(100 * 9412 / 9876)
    assert found["unit"] == "%"
    assert found["published"]
    assert found["revised_to"] is None
    assert all(name in each for each in values(client, town) for name in ALWAYS)


def test_those_inside_see_the_month_before(town, client):
    user = User.objects.create(username="assessor")
    Assignment.objects.create(user=user, role="assessor", district_code=town.code)
    client.force_login(user)
    found = values(client, town, month="2026-04")
    assert len(found) == 11
    assert not any(each["published"] for each in found)


def test_a_right_in_another_district_opens_nothing(town, two_districts, client):
    user = User.objects.create(username="assessor")
    Assignment.objects.create(user=user, role="assessor", district_code=two_districts[1].code)
    client.force_login(user)
    assert values(client, town, month="2026-04") == []


def test_a_revision_stands_beside_the_published_value(town, client):
    closing = Closing.objects.get(district=town, month=MARCH)
    for after in (0.952, 0.951):
        Revision.objects.create(
            closing=closing, subject="value", key="handling_on_time", scope="district", code="", before={"value": 0.953},
            after={"value": after}, reason="补录", actor="t", at=MADE,
        )  # fmt: skip
    found = values(client, town, indicator="handling_on_time", month="2026-03")
    assert {each["scope"]: each["revised_to"] for each in found} == {
        "district": {"value": 0.951}, "town": None, "unit": None, "grid": None,
    }  # fmt: skip
    assert found[0]["value"] == 9412 / 9876


def test_pages_go_on_where_the_last_one_ended(town, client):
    first = get(client, town, limit=4).json()
    second = get(client, town, limit=4, after=first["next"]).json()
    third = get(client, town, limit=4, after=second["next"]).json()
    together = [*first["values"], *second["values"], *third["values"]]
    assert together == values(client, town)
    assert third["next"] == ""


def test_csv_has_the_same_rows(town, client):
    answer = client.get(f"/api/taskbook/{town.code}/values.csv", {"month": "2026-03"})
    text = b"".join(answer.streaming_content).decode()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    for row, found in zip(rows, values(client, town), strict=True):
        assert float(row["numerator"]) == found["numerator"]
        assert int(row["n"]) == found["n"]
        assert (float(row["value"]) if row["value"] else None) == found["value"]
        assert row["missing"] == found["missing"]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"month": "2026-13"}, 400, "2026-13"),
        ({"since": "March"}, 400, "March"),
        ({"indicator": "nonsense"}, 404, "nonsense"),
        ({"after": "x"}, 400, "x"),
        ({"limit": 0}, 422, "limit"),
    ],
)
def test_bad_input_is_refused_with_a_remedy(town, client, asked, status, told):
    answer = get(client, town, **asked)
    assert answer.status_code == status
    assert told in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_a_district_that_is_not_there_is_not_found(town, client):
    assert client.get("/api/taskbook/1/values").status_code == 404


def test_months_are_written_as_year_and_month():
    from xiuhua.taskbook.months import month_after, month_from, written

    assert month_from("2026-03") == MARCH
    assert written(MARCH) == "2026-03"
    assert [month_from(text) for text in ("2026-3", "2026-00", "1899-01", "２０２６-03", "2026-03-01", "")] == [
        None
    ] * 6
    assert month_after(MARCH, 10) == date(2027, 1, 1)
    assert month_after(MARCH, -3) == date(2025, 12, 1)
