"""Puts a check with a photo and a detector's proposals, and a living room being tested, into the first district."""

import io
import uuid
from datetime import time, timedelta

import shapely
from django.utils import timezone

KEY = uuid.UUID(int=5)
WEST, SOUTH = 120.3030, 31.6657


def furnish(actor):
    """A road section checked by ``inspector``; a square applied for by the town office, its test begun."""
    from xiuhua.casework.actions.photos import store
    from xiuhua.city.models import District
    from xiuhua.foundation.geometry import to_row
    from xiuhua.inspection.models import Check, CheckPhoto, Finding, Frame
    from xiuhua.people.models import User

    district, now = District.objects.get(code="990001"), timezone.now()
    inspector = User.objects.get(username="inspector")
    road, _square = _standards()
    line = shapely.LineString([(WEST, SOUTH), (WEST + 0.0031, SOUTH)])
    frame = Frame.objects.create(
        district=district, code="C1", kind="road_section", name_zh="人民路一段", name_en="People's Road 1",
        lon=WEST + 0.0015, lat=SOUTH, size=300, opens=time(0), closes=time(23, 59), built_at=now, **to_row(line),
    )  # fmt: skip
    made = Check.objects.create(
        key=KEY, district=district, frame=frame, standard=road, part="complaint", inspector=inspector, passed=True,
        began_at=now - timedelta(minutes=9), seen_at=now - timedelta(minutes=5), received_at=now, lon=WEST + 0.001,
        lat=SOUTH, accuracy_m=8, distance_m=3, weather={"dry": True}, score=100,
    )  # fmt: skip
    for item in road.items.all():
        Finding.objects.create(made=made, item=item, value=0, passed=True)
    photo = store(_picture(), stage="check", user=inspector, at=now)
    CheckPhoto.objects.create(made=made, photo=photo, phash="0" * 16)
    _proposals(district, photo, now)
    _room(district, actor)


def _standards():
    from xiuhua.inspection.models import Item, Standard

    made = []
    for key, kind, zh, en in (
        ("way", "road_section", "路面", "Road"), ("sit_square", "square", "席地而坐", "Sit on the ground"),
    ):  # fmt: skip
        standard = Standard.objects.create(
            key=key, version="1", kind=kind, state="in_force", name_zh=zh, name_en=en, rule={"pass": "items"}
        )
        for order, (item, scale, bound, item_zh, item_en) in enumerate(
            (("dust", "grams", 5, "尘土量", "Dust"), ("litter", "count", 2, "废弃物", "Pieces of litter"))
        ):
            Item.objects.create(
                standard=standard, key=item, order=order, scale=scale, bound=bound, name_zh=item_zh, name_en=item_en
            )
        made.append(standard)
    return made


def _picture():
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (800, 600), (112, 116, 118))
    draw = ImageDraw.Draw(image)
    for left, top in ((120, 330), (520, 380)):
        draw.rectangle((left, top, left + 110, top + 80), fill=(225, 220, 190))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _proposals(district, photo, now):
    """What a detector would have said; its file is not needed to show it."""
    from xiuhua.inspection.models import Detector, DetectorRun, Proposal

    detector = Detector.objects.create(
        district=district, key="litter", version=1, file="none.onnx", sha256="0" * 64, size=1, name_zh="垃圾",
        name_en="Litter", active=True, added_at=now,
    )  # fmt: skip
    run = DetectorRun.objects.create(detector=detector, photo=photo, at=now)
    for left, top, sure in ((0.15, 0.55, 0.91), (0.65, 0.63, 0.72)):
        Proposal.objects.create(run=run, label="litter", confidence=sure, box=[left, top, left + 0.14, top + 0.14])


def _room(district, actor):
    from xiuhua.inspection.actions import rooms
    from xiuhua.people.models import Organisation

    unit = Organisation.objects.get(district_code="990001", code="990001-town0")
    place = shapely.box(WEST, SOUTH + 0.001, WEST + 0.0004, SOUTH + 0.0013)
    asked = rooms.Application(district, "井亭广场", "square", place, unit, name_en="Well Square")
    rooms.begin_test(rooms.apply(asked, actor=actor), actor=actor)
