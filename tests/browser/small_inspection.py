"""Draws small_city.py's districts with an inspector, ``walker``, who has three visits today: two road sections, a market."""

import os
import sys
from datetime import time

import shapely
import small_city

WALKS = (("F1", "人民路一段", "People's Road 1", 120.3030), ("F2", "人民路二段", "People's Road 2", 120.3064))
SOUTH = 31.6657


def add_visits():
    from django.utils import timezone

    from xiuhua.city.area_index import local_day
    from xiuhua.city.models import District
    from xiuhua.foundation.geometry import to_row
    from xiuhua.inspection.models import Frame, Plan, Visit
    from xiuhua.people.actions.accounts import create_user
    from xiuhua.people.actions.assignments import grant

    district = District.objects.get(code="990001")
    for name, role in (("walker", "inspector"), ("judge", "assessor")):
        user = create_user(name, small_city.PASSWORD, actor=small_city.ACTOR, display_name=name.title())
        grant(user, role, district_code="990001", actor=small_city.ACTOR)
    walker = type(user).objects.get(username="walker")
    road, market = standards()
    now = timezone.now()
    day = local_day(district, now)
    plan = Plan.objects.create(
        district=district, name_zh="本月", name_en="This month", month=day.replace(day=1), state="committed"
    )
    shared = {"district": district, "opens": time(0), "closes": time(23, 59), "built_at": now, "size": 300.0}
    places = [
        (code, "road_section", zh, en, shapely.LineString([(west, SOUTH), (west + 0.0031, SOUTH)]), road)
        for code, zh, en, west in WALKS
    ]
    places.append(
        (
            "F3",
            "farmers_market",
            "石桥农贸市场",
            "Shiqiao Market",
            shapely.box(120.312, 31.6748, 120.314, 31.6764),
            market,
        )
    )
    for number, (code, kind, zh, en, shape, standard) in enumerate(places, 1):
        middle = shape.centroid
        frame = Frame.objects.create(
            code=code, kind=kind, name_zh=zh, name_en=en, lon=middle.x, lat=middle.y, **to_row(shape), **shared
        )
        Visit.objects.create(
            plan=plan, frame=frame, standard=standard, part="panel", stratum="0|1|am", day=day, begins=time(0),
            ends=time(23, 59), inspector=walker, order=number, planned_at=time(8 + number),
        )  # fmt: skip


def standards():
    from xiuhua.inspection.models import Item, Standard

    words = {
        "5": {"zh": "无垃圾、污渍、积水", "en": "No litter, stains or standing water"},
        "4": {"zh": "个别零星小件", "en": "A single small piece here and there"},
        "3": {"zh": "零星垃圾，有一处小片污渍", "en": "Scattered pieces, one small stain"},
        "2": {"zh": "多处垃圾，污渍明显", "en": "Litter in many places, stains plain to see"},
        "1": {"zh": "垃圾成片", "en": "Patches of litter"},
        "0": {"zh": "满是垃圾", "en": "Litter everywhere"},
    }
    rule = {"score": "weighted", "pass": "items"}
    road = Standard.objects.create(
        key="road", version="1", kind="road_section", state="in_force", name_zh="车行道保洁", name_en="Carriageway", rule=rule,
        conditions={"dry": True, "wind_max": 3},
    )  # fmt: skip
    filed = {"category": "events@1:0101", "filing": 1}
    items = (
        ("whole", "grade", 12, 4, "整体洁净", "Overall", words, {"photo_needed": True, **filed}),
        ("edges", "grade", 8, 4, "边角", "Edges and corners", {}, {}),
        ("pieces", "count", 0, 4, "废弃物件数", "Pieces of litter", {}, {}),
        ("dust", "grams", 0, 5, "尘土量", "Dust", {}, {}),
    )
    market = Standard.objects.create(
        key="market", version="1", kind="farmers_market", state="in_force", name_zh="农贸市场", name_en="Market",
        rule={"pass": "items"},
    )  # fmt: skip
    more = (
        ("bins", "yes_no", 1, 1, "垃圾桶有盖", "Bins have lids", {}, {}),
        ("dwell", "minutes", 1, 10, "垃圾停留时间", "Dwell time", {}, {}),
    )
    for standard, rows in ((road, items), (market, more)):
        for order, (key, scale, weight, bound, zh, en, said, others) in enumerate(rows):
            Item.objects.create(standard=standard, key=key, order=order, scale=scale, weight=weight, bound=bound, name_zh=zh,
                                name_en=en, words=said, **others)  # fmt: skip
    return road, market


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    status = small_city.main(checked=False)
    add_visits()
    sys.exit(status)
