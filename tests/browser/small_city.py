"""Draws the two small districts that the browser tests look at, into the database of the environment.

Run as a program of its own, so that the tests look at a served installation and share no database with others.
"""

import os
import sys
from pathlib import Path

import django
import shapely

ACTOR = "browser tests"
SOURCE = "drawn for the browser tests"
PASSWORD = "needle-and-thread-27"
SIZE = 0.02
CODES = (
    {"code": "0101", "class_zh": "公用设施", "name_zh": "上水井盖", "name_en": "Water cover"},
    {"code": "0501", "class_zh": "园林绿化", "name_zh": "行道树", "name_en": "Street tree"},
)


def box(west, south, width, height):
    return shapely.box(west, south, west + width, south + height)


def areas(code, west, south):
    half = SIZE / 2
    yield {"code": code, "kind": "district", "name_zh": f"示意{code[-1]}区", "name_en": f"Sample {code[-1]}",
           "geometry": box(west, south, SIZE, SIZE)}  # fmt: skip
    for number, (zh, en) in enumerate((("柳溪镇", "Liuxi Town"), ("石桥镇", "Shiqiao Town"))):
        yield {"code": f"{code}00{number}", "kind": "town", "name_zh": zh, "name_en": en, "parent": code,
               "geometry": box(west + number * half, south, half, SIZE)}  # fmt: skip


def streets(code, west, south):
    classes = ("expressway", "main", "secondary", "branch", "lane", "path")
    for number, street_class in enumerate(classes):
        y = south + SIZE * (number + 1) / 7
        name = ("通江高架", "人民路", "柳溪街", "石桥街", "井亭巷", "河滨步道")[number]
        yield {"code": f"{code}S{number}", "name_zh": name, "name_en": f"{street_class.title()} Street", "street_class": street_class,
               "cleaning_grade": min(number + 1, 3), "geometry": shapely.LineString([(west, y), (west + SIZE, y)])}  # fmt: skip


def others(code, west, south):
    at = SIZE / 10
    yield "waters", [
        {"code": f"{code}W1", "kind": "lake", "name_zh": "镜湖", "name_en": "Mirror Lake", "geometry": box(west + at, south + at, 2 * at, at)},
        {"code": f"{code}W2", "kind": "river", "name_zh": "柳溪", "name_en": "Willow Stream",
         "geometry": shapely.LineString([(west + 4.5 * at, south), (west + 5 * at, south + SIZE)])},
    ]  # fmt: skip
    yield "greens", [{"code": f"{code}G1", "kind": "community_park", "name_zh": "井亭公园", "name_en": "Well Park",
                      "geometry": box(west + 6 * at, south + 3 * at, 2 * at, 1.2 * at)}]  # fmt: skip
    yield "gates", [{"code": f"{code}E1", "name_zh": "南门", "name_en": "South Gate", "green": f"{code}G1",
                     "lon": west + 7 * at, "lat": south + 3 * at}]  # fmt: skip
    yield (
        "plots",
        [
            {
                "code": f"{code}L1",
                "kind": "residential",
                "geometry": box(west + 2 * at, south + 4.4 * at, 2 * at, 0.8 * at),
            }
        ],
    )
    yield "sites", [{"code": f"{code}M1", "kind": "farmers_market", "name_zh": "石桥农贸市场", "name_en": "Shiqiao Market",
                     "geometry": box(west + 6 * at, south + 7.4 * at, at, 0.8 * at), "responsible": f"{code}-town1"}]  # fmt: skip
    yield "buildings", [
        {"code": f"{code}B{number}", "name_zh": f"{number}号楼", "height_m": 9.0 + 6 * number, "floors": 3 + 2 * number,
         "use": "residential", "geometry": box(west + (2 + number * 0.3) * at, south + 4.6 * at, 0.2 * at, 0.3 * at)}
        for number in range(6)
    ]  # fmt: skip
    yield "components", [
        {"code": f"{code}00001010100000{number}"[-16:], "category": "parts@1:0101", "state": "damaged" if number == 3 else "intact",
         "lon": west + (5.2 + number * 0.1) * at, "lat": south + 5.1 * at}
        for number in range(6)
    ]  # fmt: skip
    yield "trees", [
        {"code": f"{code}T{number:02}", "species": "香樟", "height_m": 8.0, "crown_m": 5.0,
         "lon": west + number * 0.3 * at, "lat": south + SIZE * 2.06 / 7}
        for number in range(30)
    ]  # fmt: skip


def units(code):
    yield {
        "code": f"{code}-gov",
        "kind": "district",
        "name_zh": "区政府",
        "name_en": "District government",
        "area_code": code,
    }
    yield {
        "code": f"{code}-water",
        "kind": "bureau",
        "name_zh": "区水务局",
        "name_en": "Water bureau",
        "parent": f"{code}-gov",
        "phone": "0510-00000000",
    }
    for number in (0, 1):
        yield {"code": f"{code}-town{number}", "kind": "town", "name_zh": ("柳溪镇政府", "石桥镇政府")[number],
               "name_en": ("Liuxi town office", "Shiqiao town office")[number], "parent": f"{code}-gov", "area_code": f"{code}00{number}"}  # fmt: skip


def draw(code, west, south):
    from xiuhua.city.actions.codes import load_codes
    from xiuhua.city.actions.districts import create_district
    from xiuhua.city.actions.duties import load_duties
    from xiuhua.city.actions.load import load
    from xiuhua.people.actions.organisations import load_organisations

    district = create_district(code, f"示意{code[-1]}区", actor=ACTOR, name_en=f"Sample {code[-1]}", synthetic=True)
    load_codes("parts", "1", kind="component", name_zh="部件编码", name_en="Parts", rows=CODES, actor=ACTOR)
    load_organisations(code, list(units(code)), actor=ACTOR)
    layers = [("areas", areas(code, west, south)), ("streets", streets(code, west, south)), *others(code, west, south)]
    for layer, rows in layers:
        report = load(district, layer, list(rows), actor=ACTOR, source=SOURCE)
        if report.rejected:
            raise SystemExit(f"{layer}: {report.rejected}")
    duty = {
        "code": "D1",
        "unit": f"{code}-water",
        "code_set": "parts@1",
        "category": "0101",
        "basis": "示意职责清单第一条",
    }
    if rejected := load_duties(district, [duty], actor=ACTOR, source=SOURCE).rejected:
        raise SystemExit(f"duties: {rejected}")


def add_accounts():
    from xiuhua.people.actions.accounts import create_user
    from xiuhua.people.actions.assignments import grant

    engineer = create_user("engineer", PASSWORD, actor=ACTOR)
    grant(engineer, "engineer", district_code="990001", actor=ACTOR)
    create_user("resident", PASSWORD, actor=ACTOR)
    head = create_user("head", PASSWORD, actor=ACTOR)
    grant(head, "leader", district_code="990001", actor=ACTOR)


def add_book():
    """A task book for the first district; the second has none."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from plugins.small_book import furnish as furnish_book
    from xiuhua.city.models import District

    furnish_book(District.objects.get(code="990001"))


def main(*, checked=True):
    """Draw it all; ``checked``: with a check and a living room, which the day of inspection begins without."""
    django.setup()
    from django.core.management import call_command
    from small_cases import furnish
    from small_check import furnish as furnish_check

    call_command("migrate", verbosity=0)
    draw("990001", 120.30, 31.66)
    draw("990002", 120.34, 31.66)
    add_accounts()
    furnish(ACTOR, PASSWORD)
    add_book()
    if checked:
        furnish_check(ACTOR)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    sys.exit(main())
