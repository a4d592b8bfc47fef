"""Two small districts with something in every layer: what page, endpoint and browser tests look at."""

from datetime import date, time

import shapely

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.load import load
from xiuhua.city.models import District
from xiuhua.people.models import Organisation

EVENT, OTHER, PART = "events@1", "old-events@0", "parts@1"


def fill(districts: list[District]) -> None:
    """Fill the districts of the ``two_districts`` fixture (each 0.2 degrees wide, two towns)."""
    for key, name in (("events", "擅自占道"), ("old-events", "水管爆裂")):
        rows = [
            {"code": "0101", "class_zh": "市容环境", "name_zh": "暴露垃圾", "name_en": "Exposed waste"},
            {"code": "0501", "class_zh": "街面秩序", "name_zh": name, "name_en": ""},
        ]
        load_codes(
            key, "1" if key == "events" else "0", kind="event", name_zh="事件", name_en="Events", rows=rows, actor="t"
        )
    parts = [{"code": "0101", "class_zh": "公用设施", "name_zh": "上水井盖", "name_en": "Water cover"}]
    load_codes("parts", "1", kind="component", name_zh="部件", name_en="Parts", rows=parts, actor="t")
    for district in districts:
        _fill_one(district, 120.0 if district.code == "990001" else 120.2)


def _fill_one(district: District, west: float) -> None:
    for code, name in (("clean", "环卫公司"), ("water", "水务公司"), ("spare", "备用单位")):
        Organisation.objects.create(
            district_code=district.code,
            code=code,
            kind="contractor",
            name_zh=name,
            name_en=f"{code} unit",
            phone="12345",
        )

    def place(layer, *rows):
        report = load(district, layer, rows, actor="t", source="示意")
        assert not report.rejected, report.rejected

    def box(x, y, size=0.002):
        return shapely.box(west + x, 31.6 + y, west + x + size, 31.6 + y + size)

    town = {"parent": f"{district.code}001"}
    place("areas", {"code": f"{district.code}001001", "name_zh": "梅园社区", "name_en": "Plum Garden", "kind": "community",
                    "persons": 1200, "geometry": box(0.0, 0.0, 0.1), **town})  # fmt: skip
    place(
        "streets",
        {"code": "S1", "name_zh": "梅园路", "name_en": "Plum Road", "street_class": "main", "cleaning_grade": 1, "width_m": 20.0,
         "geometry": shapely.LineString([(west + 0.01, 31.65), (west + 0.05, 31.65)])},
        {"code": "S2", "name_zh": "横街", "name_en": "", "street_class": "lane", "cleaning_grade": 3,
         "geometry": shapely.LineString([(west + 0.09, 31.66), (west + 0.11, 31.66)])},
    )  # fmt: skip
    place(
        "waters",
        {
            "code": "W1",
            "name_zh": "清水河",
            "kind": "river",
            "geometry": shapely.LineString([(west + 0.02, 31.62), (west + 0.03, 31.64)]),
        },
    )
    place("greens", {"code": "G1", "name_zh": "梅园", "kind": "comprehensive_park", "geometry": box(0.03, 0.03)})
    place("gates", {"code": "E1", "name_zh": "北门", "green": "G1", "lon": west + 0.031, "lat": 31.632})
    place("plots", {"code": "L1", "kind": "residential", "geometry": box(0.04, 0.04)})
    place(
        "buildings",
        {
            "code": "B1",
            "use": "住宅",
            "height_m": 18.0,
            "floors": 6,
            "persons": 90,
            "geometry": box(0.04, 0.04, 0.0003),
        },
    )
    place(
        "sites",
        {
            "code": "M1",
            "name_zh": "梅园农贸市场",
            "kind": "farmers_market",
            "address": "梅园路1号",
            "responsible": "clean",
            "geometry": box(0.05, 0.05),
        },
    )
    place(
        "components",
        {
            "code": f"{district.code}0101000001",
            "category": f"{PART}:0101",
            "state": "intact",
            "maintainer": "water",
            "lon": west + 0.02,
            "lat": 31.65,
        },
        {
            "code": f"{district.code}0101000002",
            "category": f"{PART}:0101",
            "state": "damaged",
            "owner": "water",
            "lon": west + 0.15,
            "lat": 31.65,
        },
    )
    place(
        "trees", {"code": "T1", "species": "香樟", "height_m": 8.5, "planted": 1998, "lon": west + 0.021, "lat": 31.651}
    )
    report = load_duties(
        district,
        [
            {"code": "D1", "unit": "clean", "code_set": EVENT, "category": "01", "basis": "示意职责表第1条"},
            {"code": "D2", "unit": "water", "code_set": EVENT, "category": "0501", "area": f"town:{district.code}001",
             "weekdays": "12345", "time_from": time(8), "time_to": time(17), "valid_from": date(2024, 1, 1)},
            {"code": "D3", "unit": "spare", "code_set": EVENT, "category": "01", "basis": "示意职责表第3条"},
            {"code": "D4", "unit": "clean", "code_set": EVENT, "category": "01", "object_layer": "streets", "object_code": "S1"},
        ],
        actor="t", source="示意",
    )  # fmt: skip
    assert not report.rejected, report.rejected
