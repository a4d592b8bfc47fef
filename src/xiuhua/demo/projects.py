"""Projects of the demonstration's task books: real places of the drawing, steps with days, some of them late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import shapely

from xiuhua.city.area_index import area_index
from xiuhua.city.models import District, GreenSpace, Site
from xiuhua.demo.organisations import town_code
from xiuhua.foundation.geometry import from_wkb

# Key of a step, 中文, English, days after the beginning.
STEPS = {
    "living-room": (
        ("plan", "选点和方案", "Site and plan", 30),
        ("crew", "保洁班组到位", "Crew in place", 75),
        ("trial", "连续试运行一个月", "A month of trial", 120),
        ("opening", "公示并开放", "Announced and opened", 150),
    ),
    "pocket-park": (
        ("plan", "方案公示", "Plan shown", 40),
        ("ground", "进场施工", "Work begun", 80),
        ("planted", "栽植完成", "Planted", 160),
        ("opening", "开放并移交养护", "Opened and handed over", 200),
    ),
    "renewal": (
        ("survey", "入户调查", "Households asked", 45),
        ("plan", "方案表决通过", "Plan agreed", 100),
        ("pipes", "雨污管网完成", "Sewers done", 200),
        ("open-space", "公共空间和停车完成", "Open space and parking done", 280),
    ),
}
PROOFS = ("验收单和照片已归档", "现场照片四张，附坐标和时间", "会议纪要和公示截图", "第三方核查记录")


@dataclass(frozen=True)
class Spot:
    """A place of the drawing with the town that it lies in."""

    name_zh: str
    name_en: str
    lon: float
    lat: float
    town: str


@dataclass(frozen=True)
class Batch:
    """Some projects of one kind: where they may lie, what their names end in, when each is begun."""

    kind: str
    ending_zh: str
    ending_en: str
    begun: tuple[date, ...]
    # Code of the unit; of the town office where it is empty.
    unit: str = ""


def spots(district: District, kinds: tuple[str, ...], seed: int) -> Iterator[Spot]:
    """Green spaces and sites of ``kinds``, town by town in turn, so that every town has its share."""
    rng = Random(f"{seed} {' '.join(kinds)}")  # noqa: S311 - a drawing
    index = area_index(district)
    by_town: dict[str, list[Spot]] = {}
    for model in (Site, GreenSpace):
        rows = model._default_manager.filter(district=district, kind__in=kinds).exclude(name_zh="").order_by("code")
        for row in rows:
            inside = shapely.point_on_surface(from_wkb(row.geom))
            lon, lat = round(inside.x, 6), round(inside.y, 6)
            town = next((place.code for place in index.at(lon, lat) if place.kind == "town"), "")
            if town:
                by_town.setdefault(town, []).append(Spot(row.name_zh, row.name_en, lon, lat, town))
    for _code, found in sorted(by_town.items()):
        rng.shuffle(found)
    while by_town:
        for town in sorted(by_town):
            yield by_town[town].pop()
            if not by_town[town]:
                del by_town[town]


def projects(batch: Batch, places: Iterator[Spot]) -> list[dict[str, Any]]:
    """The projects of a batch as a book file has them, nothing done yet; fewer where the places run out."""
    found = []
    for number, (begun, spot) in enumerate(zip(batch.begun, places, strict=False), start=1):
        steps = [
            {"key": key, "name_zh": zh, "name_en": en, "due": (begun + timedelta(days)).isoformat()}
            for key, zh, en, days in STEPS[batch.kind]
        ]
        name_zh, name_en = spot.name_zh.removesuffix("席地而坐示范区"), spot.name_en.removesuffix(" Sit-down Area")
        found.append({
            "key": f"{batch.kind}-{number:02}", "kind": batch.kind, "name_zh": f"{name_zh}{batch.ending_zh}",
            "name_en": f"{name_en} {batch.ending_en}", "unit": batch.unit or town_code(spot.town),
            "area": f"town:{spot.town}", "lon": spot.lon, "lat": spot.lat, "started_on": begun.isoformat(),
            "milestones": steps,
        })  # fmt: skip
    return found


@dataclass(frozen=True)
class Done:
    """A step of a project that was done: which, when, with what proof."""

    project: str
    step: str
    on: date
    proof: str


def done_steps(made: list[dict[str, Any]], until: date, seed: int, *, latest: date | None = None) -> list[Done]:
    """Which steps were done by ``until``: most in time, none after ``latest``; in order."""
    rng = Random(f"{seed} steps")  # noqa: S311 - a drawing
    found = []
    for project in made:
        late = rng.choices((0, 12, 45), (6, 3, 2))[0]
        before = date.min
        for step in project["milestones"]:
            on = date.fromisoformat(step["due"]) + timedelta(late + rng.randint(-14, 3))
            on = max(before, min(on, latest) if latest else on)
            if on > until:
                break
            found.append(Done(project["key"], step["key"], on, rng.choice(PROOFS)))
            before = on
    return sorted(found, key=lambda each: (each.on, each.project))
