"""The day that ``inspection_sync`` sends: frames, a standard, a committed plan with its visits, inspectors signed in."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

WEST, SOUTH, SIZE = 120.0, 31.6, 0.2
FAILS = 20  # every so many-th check fails and becomes a case
_STEPS = 800.0  # seconds of the day for one check


def seed(checks: int, inspectors: int, items: int) -> dict[str, Any]:
    """Write it all. Returns the sessions of the inspectors and, for each visit, the check to send."""
    from django.core.management import call_command
    from tests.bench.seeded import furnish

    from xiuhua.city.models import District
    from xiuhua.foundation.actions.jobs import set_default_schedules
    from xiuhua.foundation.geometry import to_row
    from xiuhua.inspection.models import Frame, Item, Plan, Standard, Visit

    call_command("createcachetable", verbosity=0)
    set_default_schedules("Asia/Shanghai", actor="bench")
    furniture = furnish()
    district = District.objects.get(code=furniture.code)
    zone = ZoneInfo(district.time_zone)
    day = datetime.now(zone).date() - timedelta(days=1)
    people, sessions = _people(district, inspectors)
    standard = Standard.objects.create(
        key="road", version="1", kind="road_section", state="in_force", name_zh="车行道", name_en="Road",
        rule={"score": "weighted", "pass": "items"}, conditions={"dry": True, "wind_max": 3},
    )  # fmt: skip
    Item.objects.bulk_create(
        Item(
            standard=standard, key=f"item{n}", order=n, scale="grade", weight=1, bound=3, name_zh=f"项目{n}",
            name_en=f"Item {n}", category="events@1:0101" if n == 0 else "", filing=1 if n == 0 else None,
            words={str(grade): {"zh": f"等级{grade}", "en": f"Grade {grade}"} for grade in range(6)},
        )
        for n in range(items)
    )  # fmt: skip
    random = np.random.default_rng(1)
    # Each inspector goes from west to east along a strip of its own, so that nobody seems to fly.
    turn, strip = np.divmod(np.arange(checks), inspectors)
    along = (turn + random.random(checks)) / (turn[-1] + 1)
    seats = np.column_stack(
        [WEST + 0.002 + along * (SIZE - 0.008), SOUTH + (strip + 0.2 + 0.6 * random.random(checks)) / inspectors * SIZE]
    )
    frames = Frame.objects.bulk_create(
        Frame(
            district=district, code=f"F{n:05}", kind="road_section", lon=lon + 0.0015, lat=lat, size=300.0, grade=1,
            name_zh=f"人民路{n}", opens=time(6), closes=time(22), built_at=datetime.now(zone),
            **to_row(shapely.LineString([(lon, lat), (lon + 0.003, lat)])),
        )
        for n, (lon, lat) in enumerate(seats.tolist())
    )  # fmt: skip
    plan = Plan.objects.create(
        district=district, name_zh="当月", month=day.replace(day=1), state="committed", seed_sha256="0" * 64
    )
    visits = Visit.objects.bulk_create(
        Visit(
            plan=plan, frame=frame, standard=standard, part="panel", stratum="001|1|am", day=day, begins=time(6),
            ends=time(22), inspector=people[n % inspectors], order=n // inspectors, planned_at=time(9),
        )
        for n, frame in enumerate(frames)
    )  # fmt: skip
    begin = datetime.combine(day, time(6), zone)
    sent = [
        _check(n, visit, begin + timedelta(seconds=_STEPS * (n // inspectors)), items) for n, visit in enumerate(visits)
    ]
    return {"people": sessions, "visits": [{**each, "inspector": n % inspectors} for n, each in enumerate(sent)]}


def _people(district: Any, count: int) -> tuple[list[Any], list[dict[str, str]]]:
    """Inspectors of the whole district, each with a session as signing in makes it."""
    from django.test import Client

    from xiuhua.people.models import Assignment, User

    people, sessions = [], []
    for number in range(count):
        user = User.objects.create(username=f"{district.code}-sync{number}")
        Assignment.objects.create(user=user, role="inspector", district_code=district.code)
        client = Client()
        client.force_login(user)
        people.append(user)
        sessions.append({"session": client.cookies["sessionid"].value})
    return people, sessions


def _check(number: int, visit: Any, seen: datetime, items: int) -> dict[str, Any]:
    """What the phone sends of a visit, and the tags of its photo."""
    frame = visit.frame
    values = {f"item{n}": 4.0 for n in range(items)}
    if number % FAILS == 0:
        values["item0"] = 1.0
    check = {
        "visit": str(visit.key), "began_at": (seen - timedelta(minutes=4)).isoformat(), "seen_at": seen.isoformat(),
        "lon": frame.lon, "lat": frame.lat, "accuracy_m": 8.0, "weather": {"dry": True, "wind": 2}, "values": values,
        "notes": {}, "photo_items": {}, "note": "",
    }  # fmt: skip
    tags = {"taken": f"{seen - timedelta(minutes=1):%Y:%m:%d %H:%M:%S}", "lon": frame.lon, "lat": frame.lat}
    return {"photo": number, "check": check, "tags": tags}
