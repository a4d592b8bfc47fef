from datetime import UTC, datetime, time

import numpy as np
import pytest
import shapely
from django.utils import translation

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.load import load
from xiuhua.city.duty import resolve, resolve_many
from xiuhua.city.duty_report import gaps, overlaps
from xiuhua.city.models import Code
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db
NOON = datetime(2024, 1, 3, 4, 0, tzinfo=UTC)  # Wednesday 12:00 in Shanghai
NIGHT = datetime(2024, 1, 3, 16, 0, tzinfo=UTC)  # Thursday 00:00


@pytest.fixture
def categories(db):
    for key in ("events", "other-events"):
        load_codes(
            key, "1", kind="event", name_zh="事件", actor="t",
            rows=[
                {"code": "0101", "class_zh": "市容", "name_zh": "暴露垃圾", "name_en": "Exposed waste"},
                {"code": "0501", "class_zh": "街面", "name_zh": "无照经营", "name_en": "Vendor"},
            ],
        )  # fmt: skip
    return {str(code.code_set) + ":" + code.code: code for code in Code.objects.select_related("code_set")}


@pytest.fixture
def units(two_districts):
    for district in two_districts:
        for code in ("clean", "night", "lamps"):
            Organisation.objects.create(
                district_code=district.code, code=code, kind="contractor", name_zh=f"{code}单位", name_en=f"{code} unit"
            )
    return two_districts


def duty(code, unit, **more):
    return {"code": code, "unit": unit, **more}


def load_all(district, *rows):
    report = load_duties(district, rows, actor="t", source="f")
    assert not report.rejected
    return report


@pytest.mark.usefixtures("units")
def test_without_any_duty_the_territory_backs_up(two_districts, categories):
    found = resolve(two_districts[0], 120.05, 31.7, category=categories["events@1:0101"], at=NOON)
    assert found.fallback
    assert [(item.place, item.unit.code) for item in found.candidates] == [(1, "990001-001"), (2, "990001-gov")]
    assert [place.code for place in found.areas] == ["990001", "990001001"]


@pytest.mark.usefixtures("units")
def test_the_exact_category_in_the_town_leads_and_says_why(two_districts, categories):
    district = two_districts[0]
    load_all(
        district,
        duty("D1", "clean", code_set="events@1", category="01", basis="示意文件1号"),
        duty("D2", "lamps", code_set="events@1", category="0101", area="town:990001001"),
    )
    with translation.override("en"):
        found = resolve(district, 120.05, 31.7, category=categories["events@1:0101"], at=NOON)
        assert [item.unit.code for item in found.candidates] == ["lamps", "clean", "990001-001", "990001-gov"]
        assert not found.fallback
        assert "The category 0101 Exposed waste is named." in found.lead.reasons
        assert any("990001001" in reason for reason in found.lead.reasons)
        assert "Basis: 示意文件1号." in found.candidates[1].reasons
    elsewhere = resolve(district, 120.15, 31.7, category=categories["events@1:0101"], at=NOON)
    assert elsewhere.lead.unit.code == "clean"
    assert resolve(two_districts[1], 120.25, 31.7, category=categories["events@1:0101"], at=NOON).fallback
    assert resolve(district, 120.05, 31.7, category=categories["other-events@1:0101"], at=NOON).fallback


@pytest.mark.usefixtures("units")
def test_the_clock_of_the_district_decides(two_districts, categories):
    load_all(
        two_districts[0],
        duty("D1", "clean", time_from=time(6), time_to=time(22)),
        duty("D2", "night", time_from=time(22), time_to=time(6)),
    )
    ask = {"category": categories["events@1:0101"]}
    assert resolve(two_districts[0], 120.05, 31.7, at=NOON, **ask).lead.unit.code == "clean"
    assert resolve(two_districts[0], 120.05, 31.7, at=NIGHT, **ask).lead.unit.code == "night"


@pytest.mark.usefixtures("units", "categories")
def test_a_components_own_bodies_come_first(two_districts):
    district = two_districts[0]
    row = {
        "code": "9900010101000001", "category": "events@1:0101", "lon": 120.05, "lat": 31.7, "owner": "lamps",
        "maintainer": "night",
    }  # fmt: skip
    load(district, "components", [row], actor="t", source="f")
    load_all(district, duty("D1", "clean"))
    found = resolve(district, 120.05, 31.7, at=NOON, object_ref=("components", "9900010101000001"))
    assert [item.unit.code for item in found.candidates][:3] == ["night", "lamps", "clean"]


@pytest.mark.usefixtures("units")
def test_outside_the_district_nobody_is_named(two_districts):
    found = resolve(two_districts[0], 110.0, 20.0, at=NOON)
    assert (found.areas, found.candidates, found.lead) == ([], [], None)


@pytest.mark.usefixtures("units", "categories")
def test_bad_duties_are_refused_with_a_remedy(two_districts):
    rows = [
        duty("A", "nobody"),
        duty("B", "clean", category="0101"),
        duty("C", "clean", code_set="events@9"),
        duty("D", "clean", code_set="events@1", category="99"),
        duty("E", "clean", area="town:990002001"),
        duty("F", "clean", weekdays="0"),
        duty("G", "clean", time_from=time(6)),
        duty("H", "clean", object_layer="moons", object_code="1"),
        duty("I", "clean", valid_from=NOON.date(), valid_to=NOON.date()),
        duty("J", "clean"),
        duty("J", "clean"),
        duty("K", "clean", time_from="six", time_to="seven"),
    ]
    report = load_duties(two_districts[0], rows, actor="t", source="f")
    assert report.inserted == 1
    assert [item.code for item in report.rejected] == [*list("ABCDEFGHI"), "J", "K"]
    assert all(item.rule and item.remedy for item in report.rejected)


@pytest.mark.usefixtures("units")
def test_many_points_get_the_same_answer_as_each_alone(two_districts, categories):
    district = two_districts[0]
    grid = [
        {"code": f"G{n}", "kind": "unit_grid", "geometry": shapely.box(120 + n / 100, 31.6, 120.01 + n / 100, 31.75)}
        for n in range(20)
    ]
    load(district, "areas", grid, actor="t", source="f")
    load_all(
        district,
        duty("D1", "clean", code_set="events@1", category="01", area="unit_grid:G3"),
        duty("D2", "night", code_set="events@1", category="0101", area="town:990001002"),
        duty("D3", "lamps", area="unit_grid:G15"),
    )
    random = np.random.default_rng(7)
    lon, lat = random.uniform(119.98, 120.22, 500), random.uniform(31.58, 31.82, 500)
    category = categories["events@1:0101"]
    many = resolve_many(district, lon, lat, category=category, at=NOON)
    alone = [resolve(district, x, y, category=category, at=NOON).lead for x, y in zip(lon, lat, strict=True)]
    assert many.tolist() == [lead.unit.id if lead else 0 for lead in alone]
    # Outside, the backing town office, the class in G3, the category in the second town (it outranks "any" in G15).
    assert len(set(many.tolist())) == 4


@pytest.mark.usefixtures("units", "categories")
def test_gaps_say_where_and_when_nobody_answers(two_districts):
    district = two_districts[0]
    load_all(
        district,
        duty("D1", "clean", code_set="events@1", category="0101", time_from=time(6), time_to=time(22)),
        duty(
            "D2",
            "night",
            code_set="events@1",
            category="0101",
            area="town:990001001",
            time_from=time(22),
            time_to=time(6),
        ),
    )
    with translation.override("en"):
        found = {(gap.category.code, gap.area.code): gap.when for gap in gaps(district)}
    assert found == {
        ("0101", "990001002"): "every day 00:00-06:00; every day 22:00-24:00",
        ("0501", "990001001"): "always",
        ("0501", "990001002"): "always",
    }
    assert gaps(two_districts[1]) == []


@pytest.mark.usefixtures("units", "categories")
def test_overlaps_name_the_units_that_claim_the_same(two_districts):
    district = two_districts[0]
    same = {"code_set": "events@1", "category": "0101"}
    load_all(
        district,
        duty("D1", "clean", **same, time_from=time(6), time_to=time(22)),
        duty("D2", "night", **same, time_from=time(20), time_to=time(6)),
        duty("D3", "lamps", code_set="events@1", category="0501"),
    )
    found = overlaps(district)
    assert {(item.category.code, item.area.code) for item in found} == {("0101", "990001001"), ("0101", "990001002")}
    assert all({unit.code for unit in item.units} == {"clean", "night"} for item in found)
    shared = resolve(district, 120.05, 31.7, at=datetime(2024, 1, 3, 13, 0, tzinfo=UTC), category=found[0].category)
    assert {unit.code for unit in shared.rivals} == {"clean", "night"}


@pytest.mark.usefixtures("units")
def test_a_new_unit_is_known_at_once(two_districts, categories):
    district, category = two_districts[0], categories["events@1:0101"]
    load_all(district, duty("D1", "clean"))
    assert resolve(district, 120.05, 31.7, category=category, at=NOON).lead.unit.code == "clean"
    load_all(district, duty("D1", "night"))
    assert resolve(district, 120.05, 31.7, category=category, at=NOON).lead.unit.code == "night"
