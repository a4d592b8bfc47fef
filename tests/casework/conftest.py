"""A district at work: calendar, categories with standards, units, people of every role, and cases."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from xiuhua.casework.actions.engine import begin, perform
from xiuhua.casework.models import Case, Standard
from xiuhua.city.layers import version_key
from xiuhua.city.models import Area, Code, CodeSet, District
from xiuhua.foundation import layers
from xiuhua.foundation.actions.calendars import declare_years, define
from xiuhua.foundation.calendar_files import Day
from xiuhua.foundation.models import CalendarDay
from xiuhua.people.models import Assignment, Organisation, User

# Monday 2 March 2026, 08:00 in Shanghai: a work day begins.
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


_FILED = [("file", "dispatcher", {"standard": "STANDARD"})]
_DISPATCHED = [*_FILED, ("dispatch", "dispatcher", {"unit": "clean"})]
_HANDLING = [*_DISPATCHED, ("assign", "lead", {"handler": "HANDLER"})]
_HANDED_BACK = [*_HANDLING, ("hand_back", "handler", {"reason": "已清运"})]
_CHECKING = [*_HANDED_BACK, ("ask_check", "", {})]
_VERIFIED = [*_CHECKING, ("pass", "near", {"check": "CHECK"})]
# How a case comes to each state: move, who, what is given.
PATHS = {
    "reported": [],
    "check_filing": [("check_filing", "dispatcher", {})],
    "filed": _FILED,
    "dispatched": _DISPATCHED,
    "handling": _HANDLING,
    "suspended": [*_DISPATCHED, ("suspend", "dispatcher", {"until": "LATER", "reason": "待冬季栽植"})],
    "handed_back": _HANDED_BACK,
    "check_closing": _CHECKING,
    "verified": _VERIFIED,
    "closed": [*_VERIFIED, ("close", "", {})],
    "rejected": [("reject", "dispatcher", {"reason": "查无此事"})],
    "merged": [("merge", "dispatcher", {"master": "MASTER"})],
}


@dataclass
class Desk:
    """What casework tests need of one district."""

    district: District
    category: Code
    other: Code
    standard: Standard
    people: dict[str, User]
    units: dict[str, Organisation]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def case(self, at: datetime = MONDAY, **columns) -> Case:
        """A reported case in the first town."""
        west = 120.0 if self.district.code == "990001" else 120.2
        row = Case(
            number=f"{self.district.code}-{next(self.numbers):06d}", district=self.district, category=self.category,
            lon=west + 0.05, lat=31.7, source="web", reported_at=at, description="暴露垃圾一堆",
            town=Area.objects.get(district=self.district, code=f"{self.district.code}001"),
        )  # fmt: skip
        for name, value in columns.items():
            setattr(row, name, value)
        return begin(row, actor="web", at=at)

    def at_state(self, state: str, at: datetime = MONDAY) -> Case:
        """A case that has come to ``state``; the unit is clean, the handler of its crew, the inspector is near."""
        case, clock = self.case(at), itertools.count(1)
        for move, who, data in PATHS[state]:
            case = self.make(case, move, who, at=at + timedelta(minutes=next(clock)), **self.fill(case, data))
        assert case.state == state
        return case

    def make(self, case: Case, move: str, who: str = "", *, at: datetime | None = None, **data) -> Case:
        """Make a move as the person ``who``, as the platform when nobody is named; a minute after the last."""
        at = at or Case.objects.values_list("changed_at", flat=True).get(pk=case.pk) + timedelta(minutes=1)
        user = self.people[who] if who else None
        return perform(case, move, user=user, actor="" if user else "timer", data=data, at=at)

    def fill(self, case: Case, data: dict) -> dict:
        """``data`` with what only the case or the district knows."""
        known = {
            "HANDLER": lambda: self.people["handler"].pk,
            "STANDARD": lambda: self.standard.pk,
            "CHECK": lambda: case.checks.order_by("-pk").first().pk,
            "MASTER": lambda: self.case(case.changed_at).number,
            "LATER": lambda: case.changed_at + timedelta(days=30),
        }
        return {name: known[value]() if value in known else value for name, value in data.items()}


def make_calendar() -> None:
    """Calendar CN with 2026: Qingming off on 6 April, Labour Day 1-5 May with a make-up day on 9 May."""
    define("CN", zone="Asia/Shanghai", actor="t")
    off = [date(2026, 4, 6), *(date(2026, 5, day) for day in range(1, 6))]
    days = [Day(day, CalendarDay.Kind.HOLIDAY, "放假", "Off") for day in off]
    days.append(Day(date(2026, 5, 9), CalendarDay.Kind.WORKDAY, "上班", "Make-up"))
    # Cases of the pages begin today, whenever that is.
    later = {year: [] for year in range(2027, max(2027, timezone.now().year + 1) + 1)}
    declare_years("CN", {2026: days, **later}, actor="t", source="test")


def person(district: District, name: str, role: str, unit: Organisation | None = None, area: str = "") -> User:
    """An account with a role."""
    user = User.objects.create(username=f"{district.code}-{name}", display_name=name, organisation=unit)
    if role:
        Assignment.objects.create(user=user, role=role, district_code=district.code, area_code=area)
    return user


def furnish(district: District) -> Desk:
    """Put units, people and categories into a district of ``two_districts``."""
    code = district.code
    codes, _ = CodeSet.objects.get_or_create(key="events", version="1", kind="event", name_zh="事件")
    waste, _ = Code.objects.get_or_create(code_set=codes, code="0101", class_zh="市容环境", name_zh="暴露垃圾")
    other, _ = Code.objects.get_or_create(code_set=codes, code="0102", class_zh="市容环境", name_zh="乱堆物料")
    standard, _ = Standard.objects.get_or_create(
        category=waste, number=1, condition="有暴露垃圾", limit=8, unit="work_hour", closing="清除"
    )
    Standard.objects.get_or_create(category=other, number=1, condition="有物料", limit=1, unit="work_day")
    root = Organisation.objects.get(district_code=code, code=f"{code}-gov")
    units = {"gov": root, "town": Organisation.objects.get(district_code=code, code=f"{code}-001")}
    for key in ("clean", "water"):
        units[key] = Organisation.objects.create(
            district_code=code, code=key, kind="bureau", name_zh=f"{key}局", name_en=key, parent=root
        )
    units["crew"] = Organisation.objects.create(
        district_code=code, code="crew", kind="contractor", name_zh="保洁公司", name_en="crew", parent=units["clean"]
    )
    for layer in ("organisations", "areas"):
        layers.bump(version_key(code, layer))
    people = {
        "dispatcher": person(district, "dispatcher", "dispatcher", root),
        "second": person(district, "second", "dispatcher", root),
        "lead": person(district, "lead", "unit_lead", units["clean"]),
        "handler": person(district, "handler", "handler", units["crew"]),
        "water": person(district, "water", "unit_lead", units["water"]),
        "town": person(district, "town", "town", units["town"], f"{code}001"),
        "near": person(district, "near", "inspector", None, f"{code}001"),
        "far": person(district, "far", "inspector", None),
        "elsewhere": person(district, "elsewhere", "inspector", None, f"{code}002"),
        "own": person(district, "own", "inspector", units["clean"]),
        "assessor": person(district, "assessor", "assessor", root),
        "expert": person(district, "expert", "expert"),
        "leader": person(district, "leader", "leader", root),
        "engineer": person(district, "engineer", "engineer", root),
        "resident": person(district, "resident", ""),
    }
    return Desk(district, waste, other, standard, people, units)


@pytest.fixture
def desks(two_districts):
    """Both districts at work."""
    make_calendar()
    return [furnish(district) for district in two_districts]


@pytest.fixture
def desk(desks) -> Desk:
    """The first district at work."""
    return desks[0]


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)
