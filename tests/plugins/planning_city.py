"""A small city to be inspected: streets, a lake, a canal, a green and a market in two towns, standards, inspectors."""

import shapely

from xiuhua.city.actions.load import load
from xiuhua.city.layers import version_key
from xiuhua.foundation import layers
from xiuhua.inspection.actions.frames import build_frames
from xiuhua.inspection.models import Item, Standard
from xiuhua.people.models import Assignment, Organisation, User

METRE = 1 / 111_000
DESIGN = {
    "kinds": [
        {"kind": "road_section", "standard": "carriageway@2022", "checks": 60},
        {"kind": "bank_reach", "standard": "water@1", "checks": 20},
    ],
    "a_day": 4,
}
KINDS = {
    "carriageway@2022": "road_section",
    "water@1": "bank_reach",
    "green@1": "green_plot",
    "market@1": "farmers_market",
}


def load_city(district):
    """Load the layers; returns nothing: ``build_frames`` does the rest."""
    west = 120.0 if district.code == "990001" else 120.2
    streets = [
        {
            "code": f"S{at}", "name_zh": f"示意路{at}", "name_en": f"Road {at}", "width_m": 20.0, "cleaning_grade": 1 + at % 2,
            "street_class": ("main", "secondary", "branch")[at % 3],
            "geometry": shapely.LineString([(west + 0.04 + 0.1 * (at % 2), 31.66 + at * 0.004),
                                            (west + 0.055 + 0.1 * (at % 2), 31.66 + at * 0.004)]),
        }
        for at in range(8)
    ]  # fmt: skip
    streets.append(
        {
            "code": "L1",
            "street_class": "lane",
            "geometry": shapely.LineString([(west + 0.02, 31.65), (west + 0.03, 31.65)]),
        }
    )
    box = shapely.box
    for layer, rows in (
        ("streets", streets),
        ("waters", [
            {"code": "W1", "kind": "lake", "name_zh": "示意湖", "geometry": box(west + 0.06, 31.68, west + 0.066, 31.684)},
            {"code": "W2", "kind": "canal", "geometry": shapely.LineString([(west + 0.14, 31.65), (west + 0.15, 31.65)])},
        ]),
        ("greens", [{"code": "G1", "kind": "comprehensive_park", "geometry": box(west + 0.07, 31.69, west + 0.07 + 100 * METRE, 31.69 + 100 * METRE)}]),
        ("sites", [{"code": "M1", "kind": "farmers_market", "name_zh": "示意市场",
                    "geometry": box(west + 0.08, 31.69, west + 0.081, 31.691)}]),
    ):  # fmt: skip
        report = load(district, layer, rows, actor="t", source="test")
        assert not report.rejected, report.rejected


def add_standards():
    """One standard in force for each kind of frame."""
    for ref, kind in KINDS.items():
        key, _at, version = ref.partition("@")
        standard = Standard.objects.create(
            key=key, version=version, kind=kind, state="in_force", name_zh=f"{key}标准", name_en=f"Standard {key}"
        )
        Item.objects.create(standard=standard, key="litter", scale="grade", bound=4, name_zh="垃圾", name_en="Litter")


def add_inspectors(district, count=4):
    """Inspectors of a company that answers for nothing, everywhere in the district."""
    unit = Organisation.objects.create(
        district_code=district.code, code="eyes", kind="company", name_zh="第三方检查公司", name_en="Eyes Ltd"
    )
    layers.bump(version_key(district.code, "organisations"))
    found = []
    for at in range(count):
        user = User.objects.create(username=f"{district.code}-eye{at}", display_name=f"检查员{at}", organisation=unit)
        Assignment.objects.create(user=user, role="inspector", district_code=district.code)
        found.append(user)
    return found


def ready(district):
    """City, frames, standards and four inspectors."""
    load_city(district)
    add_standards()
    build_frames(district, actor="t")
    return add_inspectors(district)
