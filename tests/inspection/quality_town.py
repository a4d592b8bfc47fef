"""A district with drawn visits and the checks made of them: made by hand, so that every figure can be told."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import shapely
from django.utils import timezone

from xiuhua.city.models import Area
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.models import Check, Finding, Frame, Item, Plan, Standard, Visit
from xiuhua.people.models import Assignment, User

# Days on which one can look back from the clock of the tests, which is that of today.
MONTH = date(2026, 3, 1)
NOW = datetime(2026, 5, 20, tzinfo=UTC)
numbers = itertools.count(1)


def inspector(district, name):
    user = User.objects.create(username=f"{district.code}-{name}", display_name=f"检查员{name}")
    Assignment.objects.create(user=user, role="inspector", district_code=district.code)
    return user


def standard_of(kind="road_section", key="carriageway", version="2022"):
    standard, fresh = Standard.objects.get_or_create(
        key=key, version=version, defaults={"kind": kind, "name_zh": "车行道", "state": "in_force"}
    )
    if fresh:
        Item.objects.create(standard=standard, key="c1", name_zh="总体", scale="grade", bound=4)
    return standard


def plan_of(district, month=MONTH, state="committed"):
    return Plan.objects.create(
        district=district, month=month, name_zh=f"{month:%Y-%m}", state=state, seed="secret-seed",
        seed_sha256="a" * 64, committed_at=datetime(month.year, month.month, 1, tzinfo=UTC),
    )  # fmt: skip


def frame_of(district, town="001", kind="road_section", size=300.0, grade=1):
    number = next(numbers)
    return Frame.objects.create(
        district=district, code=f"F{number:05d}", name_zh=f"路段{number}", kind=kind, grade=grade, size=size,
        lon=120.05, lat=31.7, town=Area.objects.get(district=district, code=f"{district.code}{town}"),
        opens=time(6), closes=time(22), built_at=timezone.now(), **to_row(shapely.Point(120.05, 31.7)),

    )  # fmt: skip


def visit_of(plan, frame, day, *, part="panel", stratum="s1", draws=1.0, repeats=None):
    return Visit.objects.create(
        plan=plan, frame=frame, standard=standard_of(frame.kind, *_standard(frame.kind)), part=part, stratum=stratum,
        expected_draws=draws, day=day, begins=time(6), ends=time(10), repeats=repeats,
    )  # fmt: skip


def _standard(kind):
    return {"road_section": ("carriageway", "2022"), "bank_reach": ("water", "1")}.get(kind, ("green", "1"))


def check_of(visit, user, *, passed=True, valid=True, grade=5.0, score=90.0, minutes=0, flags=(), case=None):
    seen = datetime(visit.day.year, visit.day.month, visit.day.day, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    check = Check.objects.create(
        district=visit.plan.district, visit=visit, frame=visit.frame, standard=visit.standard, part=visit.part,
        inspector=user, began_at=seen, seen_at=seen, received_at=seen, valid=valid, passed=passed, score=score,
        flags=list(flags),
    )  # fmt: skip
    item = visit.standard.items.first()
    Finding.objects.create(made=check, item=item, value=grade, passed=passed, case=case)
    return check


def drawn_month(district, people, month=MONTH, *, failing=(), walks=3, each=4, town="001", stratum="s1", plan=None):
    """A plan with ``walks`` x ``each`` panel checks of one stratum; numbers in ``failing`` failed."""
    plan = plan or plan_of(district, month)
    made = []
    for number in range(walks * each):
        day = month + timedelta(days=number // each)
        visit = visit_of(plan, frame_of(district, town), day, stratum=stratum, draws=0.5)
        made.append(check_of(visit, people[number // each % len(people)], passed=number not in failing))
    return plan, made
