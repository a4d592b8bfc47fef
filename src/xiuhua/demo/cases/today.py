"""Cases of today, each made through the intake and the engine as people would, in every state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.db import transaction

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Report, Service, Standard
from xiuhua.city.models import Area, Code, District
from xiuhua.demo.cases.arrivals import Kind, kinds
from xiuhua.demo.cases.pictures import picture
from xiuhua.demo.cases.places import spots_within
from xiuhua.demo.cases.texts import addresses, description
from xiuhua.demo.drawing import Drawing
from xiuhua.demo.plan import district_file, generator, read_yaml, to_lonlat, to_plane
from xiuhua.foundation.geometry import from_wkb
from xiuhua.people.models import Assignment, User

MONTH = timedelta(days=30)


@dataclass
class _Scene:
    """One case in the making."""

    entry: dict[str, Any]
    kind: Kind
    code: Code
    lon: float
    lat: float
    text: str
    address: str
    number: int
    started: datetime


def make_today(district: District, drawing: Drawing, seed: int, now: datetime) -> int:
    """Make the cases of ``today.yaml`` that are not there yet. Returns how many the file has."""
    entries = read_yaml("today.yaml")
    users = {user.username: user for user in User.objects.select_related("organisation")}
    for scene in _scenes(district, drawing, entries, seed, now):
        key = f"demo:today:{seed}:{scene.number}"
        if not Report.objects.filter(idempotency_key=key).exists():
            with transaction.atomic():
                _make(scene, district, key, users, now)
    return len(entries)


def _make(scene: _Scene, district: District, key: str, users: dict[str, User], now: datetime) -> None:
    """Report one case and take it through its steps."""
    entry = scene.entry
    reporter = users[entry["by"]] if entry.get("by") else None
    contact = "" if reporter else f"resident{scene.number}@example.org"
    photos = []
    if entry.get("photo"):
        photos = [store(_shot(scene, fixed=False), stage="before", user=reporter, at=scene.started).key]
    report = submit(
        Submission(
            key, district, entry["source"], scene.lon, scene.lat, scene.code, scene.text, "map", scene.address,
            answers=_answers(scene), photos=photos, contact_email=contact,
        ),
        user=reporter, at=scene.started,
    )  # fmt: skip
    case = report.case
    for after, move, who, *given in entry.get("steps", ()):
        at = scene.started + timedelta(minutes=after)
        data = dict(given[0]) if given else {}
        if move == "appeal" and not case.overdue:
            return  # days off have kept the case in time: there is nothing to appeal against
        check = case.checks.order_by("-drawn_at", "-pk").first() if who == "drawn" else None
        user = check.inspector if check is not None else users.get(who)
        if data.pop("photo", False):
            stage = "check" if check is not None else "after"
            store(_shot(scene, fixed=move != "fail"), stage=stage, case=case, check=check, user=user, at=at)
        data = _filled(data, scene, users, now)
        if check is not None:
            data["check"] = check.pk
        if move == "file":
            data["standard"] = Standard.objects.filter(category=case.category, active=True).first()
        case = perform(case, move, user=user, actor="" if user else "timer", data=data, at=at)


def _filled(
    data: dict[str, Any], scene: _Scene, users: dict[str, User], now: datetime
) -> dict[str, Any]:  # fmt: skip
    """What is given, with what only the case knows in the place of words."""
    known = {
        ("lon", "here"): scene.lon, ("lat", "here"): scene.lat, ("until", "month"): now + MONTH,
        **{("handler", name): user.pk for name, user in users.items()},
    }  # fmt: skip
    return {name: known.get((name, value), value) for name, value in data.items()}


def _answers(scene: _Scene) -> dict[str, Any]:
    """An answer to each question of the category that is asked with a choice, a number or yes and no."""
    service, rng = Service.objects.filter(category=scene.code).first(), Random(scene.number)  # noqa: S311 - a drawing
    found: dict[str, Any] = {}
    for name, question in (service.questions.get("properties") or {}).items() if service else ():
        if "enum" in question:
            found[name] = rng.choice(question["enum"])
        elif question["type"] == "boolean":
            found[name] = rng.random() < 0.5  # noqa: PLR2004 - yes or no
        elif question["type"] == "integer":
            found[name] = rng.randint(question["minimum"], min(question["maximum"], 20))
    return found


def _shot(scene: _Scene, *, fixed: bool) -> bytes:
    zone = ZoneInfo(district_file()["time_zone"])
    return picture(
        scene.kind.code, events=scene.kind.set == "events", fixed=fixed, seed=scene.number,
        at=scene.started.astimezone(zone), lon=scene.lon, lat=scene.lat,
    )  # fmt: skip


def _scenes(
    district: District, drawing: Drawing, entries: list[dict[str, Any]], seed: int, now: datetime
) -> list[_Scene]:  # fmt: skip
    """A place, an address and words for each entry; where "near" stands, beside the first of the same category."""
    by_code = {(kind.set, kind.code): kind for kind in kinds()}
    grounds, streets, rng = _grounds(district), addresses(drawing), generator(seed, "cases-today")
    words = Random(seed)  # noqa: S311 - a drawing
    first: dict[str, Any] = {}
    found = []
    for number, entry in enumerate(entries):
        part, code = entry["what"].split(":")
        kind = by_code[part, code]
        if entry["where"] == "near":
            xy = first[entry["what"]] + rng.uniform(6, 12, (1, 2))
        else:
            xy = spots_within(kind, drawing, grounds[entry["where"]], 1, rng)
        first.setdefault(entry["what"], xy)
        (lon, lat), address = to_lonlat(xy)[0].tolist(), streets.of(xy)[0]
        row = Code.objects.select_related("code_set").get(code_set__key=f"demo-{part}", code=code)
        text = description(kind, address, words)
        started = now - timedelta(minutes=entry["ago"])
        found.append(_Scene(entry, kind, row, lon, lat, text, address, number, started))
    return found


def _grounds(district: District) -> dict[str, shapely.Polygon]:
    """On the plane: the first town, the grid of the inspector of the demonstration, the district."""
    grid = Assignment.objects.filter(user__username="inspector", role="inspector").values_list("area_code", flat=True)
    rows = Area.objects.filter(district=district)
    chosen = {
        "town": rows.filter(kind="town").order_by("code").first(), "district": rows.filter(kind="district").first(),
        "grid": rows.filter(code=grid[0]).first(),
    }  # fmt: skip
    return {name: shapely.transform(from_wkb(bytes(area.geom)), to_plane) for name, area in chosen.items() if area}
