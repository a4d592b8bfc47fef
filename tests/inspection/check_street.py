"""A district with frames, standards and inspectors, for everything that checks do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import shapely

from casework.conftest import Desk, furnish, make_calendar
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.actions.checks import CheckSent, submit_check
from xiuhua.inspection.models import Frame, Item, Plan, Standard, Visit

# Monday 2 March 2026, 09:00 in Shanghai.
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RULE = {"score": "weighted", "pass": "items"}


@dataclass
class Street:
    """A section of 300 m in the first town, a standard of three items, an inspector with a visit to it."""

    desk: Desk
    frame: Frame
    standard: Standard
    plan: Plan
    visit: Visit

    @property
    def inspector(self):
        return self.desk.people["near"]

    def visit_to(self, frame=None, **more):
        """Another visit of the plan."""
        given = {
            "plan": self.plan, "frame": frame or self.frame, "standard": self.standard, "part": "panel",
            "stratum": "001|1|am", "day": date(2026, 3, 2), "begins": time(8), "ends": time(12),
            "inspector": self.inspector, "order": 1, "planned_at": time(9),
        }  # fmt: skip
        return Visit.objects.create(**given | more)

    def sent(self, **more):
        """A check of the visit on the spot, in dry weather, everything at its best."""
        given = {
            "key": uuid4(), "inspector": self.inspector, "frame": self.frame, "standard": self.standard,
            "visit": self.visit, "began_at": NINE - timedelta(minutes=4), "seen_at": NINE, "lon": 120.051, "lat": 31.7,
            "accuracy_m": 8.0, "weather": {"dry": True, "wind": 2}, "values": {"whole": 5.0, "edges": 5.0, "pieces": 0.0},
        }  # fmt: skip
        return CheckSent(**given | more)

    def check(self, *, at=NINE + timedelta(hours=1), **more):
        """``sent``, and received an hour later."""
        return submit_check(self.sent(**more), at=at)


def make_frame(district, code, west=120.05, kind="road_section", **more):
    line = shapely.LineString([(west, 31.7), (west + 0.00316, 31.7)])
    given = {"lon": west + 0.00158, "lat": 31.7, "size": 300.0, "name_zh": f"人民路{code}", "grade": 1, **to_row(line)}
    return Frame.objects.create(
        district=district, code=code, kind=kind, opens=time(6), closes=time(22), built_at=NINE, **given | more
    )


def make_street(districts):
    """Put casework, a standard and a visit into the first of ``two_districts``."""
    make_calendar()
    desk = furnish(districts[0])
    standard = Standard.objects.create(
        key="road", version="1", kind="road_section", state="in_force", name_zh="车行道", name_en="Road", rule=RULE,
        conditions={"dry": True, "wind_max": 3},
    )  # fmt: skip
    category = "events@1:0101"
    words = {"2": {"zh": "多处垃圾", "en": "Litter in many places"}}
    Item.objects.create(
        standard=standard, key="whole", order=1, scale="grade", weight=12, bound=4, name_zh="整体洁净",
        name_en="Overall", words=words, category=category, filing=1,
    )  # fmt: skip
    Item.objects.create(
        standard=standard, key="edges", order=2, scale="grade", weight=8, bound=4, name_zh="边角", name_en="Edges",
        category=category, filing=1,
    )  # fmt: skip
    Item.objects.create(
        standard=standard, key="pieces", order=3, scale="count", weight=0, bound=2, name_zh="废弃物", name_en="Pieces"
    )
    plan = Plan.objects.create(
        district=desk.district, name_zh="三月", month=date(2026, 3, 1), state="committed", seed_sha256="0" * 64
    )
    made = Street(desk, make_frame(desk.district, "F1"), standard, plan, None)
    made.visit = made.visit_to()
    return made
