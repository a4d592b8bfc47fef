"""One check of the demonstration as its inspector sends it, and what becomes of the cases that are born of it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case
from xiuhua.casework.models import Standard as Filing
from xiuhua.casework.states import MOVES, OPEN
from xiuhua.demo.cases.pictures import ground
from xiuhua.inspection.actions.checks import CheckSent, submit_check
from xiuhua.inspection.models import Check, Frame, Item, Standard, Visit
from xiuhua.people.models import Assignment, User

# A case of a failed item goes through these moves so many hours after it was born; one in nine stays open.
LIFE = (("file", 0.2), ("dispatch", 0.4), ("hand_back", 1.6), ("ask_check", 2.4), ("pass", 3.2), ("close", 3.5))
STAYS_OPEN = 9
DRY = {"dry": True, "wind": 2, "humidity": 58}
# A check is sent so long after it was begun.
SENT_AFTER = timedelta(minutes=40)


@dataclass(frozen=True)
class Looked:
    """Who looks at what by which standard, and which items pass there; ``part`` is said where no visit was planned."""

    inspector: User
    frame: Frame
    standard: Standard
    items: Sequence[Item]
    passes: Mapping[str, bool]
    visit: Visit | None = None
    part: str = ""


def look(looked: Looked, begun: datetime, rng: Random) -> Check:
    """Send the check with values drawn for its items, and one photo where the standard asks for any."""
    values = {item.key: _value(item, looked.passes[item.key], rng) for item in looked.items}
    seen = begun + timedelta(minutes=8 + rng.random() * 4)
    frame, photos = looked.frame, []
    if any(item.photo_needed for item in looked.items):
        pieces = 4 * sum(not passed for passed in looked.passes.values())
        shot = ground(pieces, seed=rng.getrandbits(32), at=seen, lon=frame.lon, lat=frame.lat)
        photos = [(store(shot, stage="check", user=looked.inspector, at=seen).key, None)]
    sent = CheckSent(
        key=uuid.UUID(int=rng.getrandbits(128)), inspector=looked.inspector, frame=frame, standard=looked.standard,
        visit=looked.visit, part=looked.part, began_at=begun, seen_at=seen, lon=frame.lon, lat=frame.lat,
        accuracy_m=4 + 8 * rng.random(), weather=DRY, values=values, photos=photos,
    )  # fmt: skip
    return submit_check(sent, at=begun + SENT_AFTER)


def live(made: Check, begun: datetime, now: datetime, rng: Random) -> None:
    """Take the cases that were born of a check through their life, as far as there was time for it."""
    for case in _born(made):
        if rng.randrange(STAYS_OPEN):
            _live(case, begun, now, rng)


def _value(item: Item, good: bool, rng: Random) -> float:  # noqa: FBT001 - one of two ways to draw
    """A value on the scale of the item that passes or fails."""
    if item.scale == Item.Scale.GRADE:
        least = int(item.bound)
        return float(rng.randint(least, 5) if good else rng.randint(max(0, least - 2), least - 1))
    if item.scale == Item.Scale.YES_NO:
        return float(good)
    share = rng.random()
    if good:
        return round(item.bound * share, 1 if item.scale == Item.Scale.GRAMS else 0)
    return item.bound + 1 + int(4 * share)


def _born(made: Check) -> Iterator[Case]:
    seen = set()
    for finding in made.findings.filter(case__isnull=False).select_related("case"):
        case = finding.case
        if case is not None and case.pk not in seen and case.reported_at >= made.began_at:
            seen.add(case.pk)
            yield case


def _live(case: Case, begun: datetime, now: datetime, rng: Random) -> None:
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
