"""A living room with a drawn square and a photo, for the addresses that name one."""

from datetime import date

import shapely

from xiuhua.casework.models import Photo
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.models import Frame, LivingRoom, RoomFrame, RoomLook, RoomPhoto, RoomTest, Standard
from xiuhua.people.models import Organisation


def living_room(desk, case):
    """What the parts of its addresses are; the unit "clean" answers for it, it is being tested."""
    box = to_row(shapely.box(case.lon, case.lat, case.lon + 1e-3, case.lat + 1e-3))
    place = {"district": desk.district, "lon": case.lon, "lat": case.lat, **box}
    standard = Standard.objects.create(key="sit", version="1", kind="square", state="in_force", name_zh="席地而坐")
    room = LivingRoom.objects.create(
        code="R001", name_zh="广场", type="square", state="testing", standard=standard, applied_at=case.reported_at,
        unit=Organisation.objects.get(district_code=desk.district.code, code="clean"), **place,
    )  # fmt: skip
    frame = Frame.objects.create(
        code="R001-0001", kind="square", layer="rooms", size=100, opens="06:00", closes="22:00",
        built_at=case.reported_at, **place,
    )  # fmt: skip
    square = RoomFrame.objects.create(room=room, frame=frame)
    test = RoomTest.objects.create(room=room, season="2026-1", began_on=date(2026, 3, 1))
    look = RoomLook.objects.create(test=test, square=square, way="random", drawn_at=case.reported_at)
    photo = Photo.objects.create(
        stage="after", original="o", copy="c", thumbnail="t", sha256="1" * 64, width=1, height=1,
        received_at=case.reported_at,
    )  # fmt: skip
    entry = RoomPhoto.objects.create(room=room, photo=photo)
    return {"room_code": room.code, "look_id": str(look.pk), "photo_id": str(entry.pk)}
