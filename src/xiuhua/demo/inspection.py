"""The inspection of the demonstration: standards, frames, two drawn months with their checks, cases born and closed."""

import hashlib
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from xiuhua.city.models import District
from xiuhua.demo.checking import Looked, live, look
from xiuhua.inspection.actions.cells import refresh_cells
from xiuhua.inspection.actions.frames import build_frames
from xiuhua.inspection.actions.plans import commit_plan, make_plan, reveal_plan
from xiuhua.inspection.actions.standards import EXAMPLE, load_standards
from xiuhua.inspection.models import Cell, Check, Item, Plan

DESIGN: dict[str, Any] = {
    "kinds": [
        {"kind": "road_section", "standard": "carriageway@2022", "checks": 35},
        {"kind": "bank_reach", "standard": "water@1", "checks": 35},
        {"kind": "green_plot", "standard": "green@1", "checks": 35},
    ],
    "bands": [["day", "08:00", "17:30"]],
    "floor": 3,
    # Few a day, so that the month has some days of work and not one.
    "a_day": 2,
    "hours": [["08:00", "12:00"], ["13:30", "17:30"]],
}
# How likely an item passes where a town is at its best, and what each town further down the list loses.
BEST, STEP = 0.995, 0.004


def inspect_months(district: District, seed: int, now: datetime, *, actor: str) -> int:
    """Inspect the month before and the one that runs, unless that was done. Returns how many checks there are."""
    load_standards(EXAMPLE, actor=actor)
    zone = ZoneInfo(district.time_zone)
    this = now.astimezone(zone).date().replace(day=1)
    months = ((this - timedelta(days=1)).replace(day=1), this)
    begins = [datetime.combine(month, time(), zone) - timedelta(hours=6) for month in months]
    build_frames(district, actor=actor, at=begins[0])
    for month, begin in zip(months, begins, strict=True):
        if Plan.objects.filter(district=district, month=month).exists():
            continue
        plan = make_plan(district, month, DESIGN, user=actor, at=begin, name_zh=f"{month:%Y年%m月}保洁检查",
                         name_en=f"Cleanliness of {month:%B %Y}")  # fmt: skip
        plan = commit_plan(plan, user=actor, seed=_secret(seed, month), at=begin)
        _make_checks(plan, seed, now, zone)
        if month != this:
            reveal_plan(plan, user=actor, at=begins[1] + timedelta(hours=14))
    return Check.objects.filter(district=district).count()


def see_squares(district: District, now: datetime, *, actor: str) -> int:
    """When each square was last seen, read once after everything else was made. Returns how many are known."""
    refresh_cells(district, actor=actor, now=now)
    return Cell.objects.filter(district=district).count()


def _secret(seed: int, month: date) -> str:
    return hashlib.sha256(f"demonstration {seed} {month}".encode()).hexdigest()


def _make_checks(plan: Plan, seed: int, now: datetime, zone: ZoneInfo) -> None:
    """Every visit up to yesterday, as its inspector would send it; what was born of it goes its way."""
    rng = Random(f"{seed} checks {plan.month}")  # noqa: S311 - a drawing
    today = now.astimezone(zone).date()
    rows = plan.visits.select_related("frame__district", "frame__town", "standard", "inspector", "plan")
    towns = sorted(set(rows.values_list("frame__town__code", flat=True)) - {None})
    items: dict[int, list[Item]] = {}
    for visit in rows.filter(day__lt=today).order_by("day", "planned_at", "pk"):
        if visit.inspector is None:
            continue
        begun = datetime.combine(visit.day, visit.planned_at or visit.begins, zone)
        wanted = items.setdefault(visit.standard_id, list(visit.standard.items.all()))
        worse = towns.index(visit.frame.town.code) if visit.frame.town else 0
        rate = BEST - STEP * worse
        passes = {item.key: rng.random() < rate for item in wanted}
        looked = Looked(visit.inspector, visit.frame, visit.standard, wanted, passes, visit=visit)
        live(look(looked, begun, rng), begun, now, rng)
