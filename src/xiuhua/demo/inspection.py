"""The inspection of the demonstration: standards, frames, two drawn months with their checks, cases born and closed."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case
from xiuhua.casework.models import Standard as Filing
from xiuhua.casework.states import MOVES, OPEN
from xiuhua.city.models import District
from xiuhua.demo.cases.pictures import ground
from xiuhua.inspection.actions.cells import refresh_cells
from xiuhua.inspection.actions.checks import CheckSent, submit_check
from xiuhua.inspection.actions.frames import build_frames
from xiuhua.inspection.actions.plans import commit_plan, make_plan, reveal_plan
from xiuhua.inspection.actions.standards import EXAMPLE, load_standards
from xiuhua.inspection.models import Check, Item, Plan, Visit
from xiuhua.people.models import Assignment, User

DESIGN: dict[str, Any] = {
    "kinds": [
        {"kind": "road_section", "standard": "carriageway@2022", "checks": 35},
        {"kind": "bank_reach", "standard": "water@1", "checks": 35},
        {"kind": "green_plot", "standard": "green@1", "checks": 35},
    ],
    "bands": [["day", "08:00", "17:30"]],
    "floor": 3,
    "hours": [["08:00", "12:00"], ["13:30", "17:30"]],
}
# How likely an item passes where a town is at its best, and what each town further down the list loses.
BEST, STEP = 0.995, 0.004
# A case of a failed item goes through these moves so many hours after it was born; one in nine stays open.
LIFE = (("file", 0.2), ("dispatch", 0.4), ("hand_back", 5.0), ("ask_check", 5.2), ("pass", 6.0), ("close", 6.3))
STAYS_OPEN = 9
DRY = {"dry": True, "wind": 2, "humidity": 58}


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
    refresh_cells(district, actor=actor, now=now)
    return Check.objects.filter(district=district).count()


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
        made = submit_check(_sent(visit, begun, wanted, BEST - STEP * worse, rng), at=begun + timedelta(minutes=40))
        for case in _born(made):
            _live(case, begun, now, rng)


def _sent(visit: Visit, begun: datetime, items: list[Item], pass_rate: float, rng: Random) -> CheckSent:
    assert visit.inspector is not None
    values = {item.key: _value(item, rng.random() < pass_rate, rng) for item in items}
    seen = begun + timedelta(minutes=8 + rng.random() * 4)
    photos = []
    if any(item.photo_needed for item in items):
        shot = ground(
            sum(not _passes(item, values[item.key]) for item in items) * 4, seed=rng.getrandbits(32), at=seen,
            lon=visit.frame.lon, lat=visit.frame.lat,
        )  # fmt: skip
        photos = [(store(shot, stage="check", user=visit.inspector, at=seen).key, None)]
    return CheckSent(
        key=uuid.UUID(int=rng.getrandbits(128)), inspector=visit.inspector, frame=visit.frame, standard=visit.standard,
        visit=visit, began_at=begun, seen_at=seen, lon=visit.frame.lon, lat=visit.frame.lat,
        accuracy_m=4 + 8 * rng.random(), weather=DRY, values=values, photos=photos,
    )  # fmt: skip


def _passes(item: Item, value: float) -> bool:
    low = item.scale in {Item.Scale.GRADE, Item.Scale.YES_NO}
    return value >= item.bound if low else value <= item.bound


def _value(item: Item, good: bool, rng: Random) -> float:  # noqa: FBT001 - one of two ways to draw
    """A value on the scale of the item that passes or fails."""
    if item.scale == Item.Scale.GRADE:
        least = int(item.bound)
        return float(rng.randint(least, 5) if good else rng.randint(max(0, least - 2), least - 1))
    if item.scale == Item.Scale.YES_NO:
        return float(good)
    share = rng.random()
    return (
        round(item.bound * share, 1 if item.scale == Item.Scale.GRAMS else 0)
        if good
        else item.bound + 1 + int(4 * share)
    )


def _born(made: Check) -> Iterator[Case]:
    seen = set()
    for finding in made.findings.select_related("case"):
        if finding.case is not None and finding.case.pk not in seen and finding.case.reported_at >= made.began_at:
            seen.add(finding.case.pk)
            yield finding.case


def _live(case: Case, begun: datetime, now: datetime, rng: Random) -> None:
    """Take a case through its life as far as there was time for it."""
    if not rng.randrange(STAYS_OPEN):
        return
    for move, hours in LIFE:
        at = begun + timedelta(hours=1 + hours * (0.7 + 0.6 * rng.random()))
        case.refresh_from_db()
        if at >= now or case.state not in OPEN:
            return
        if case.state not in MOVES[move].start:
            continue  # what an inspector files by a standard is dispatched by duty at once
        user, data = _who(case, move)
        if user is None:
            return
        perform(case, move, user=user, data=data, at=max(at, case.changed_at + timedelta(minutes=1)))


def _who(case: Case, move: str) -> tuple[User | None, dict[str, Any]]:
    if move == "hand_back":
        lead = Assignment.objects.filter(user__organisation=case.unit, role__in=("unit_lead", "town")).first()
        return lead.user if lead else None, {"reason": "已清理干净", "public_note": "已清理干净"}
    if move == "pass":
        check = case.checks.order_by("-drawn_at", "-pk").first()
        return (check.inspector, {"check": check.pk, "lon": case.lon, "lat": case.lat}) if check else (None, {})
    data = {"standard": Filing.objects.filter(category=case.category, active=True).first()} if move == "file" else {}
    return User.objects.filter(username="dispatcher-1").first(), data
