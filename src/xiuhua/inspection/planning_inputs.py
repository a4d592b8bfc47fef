"""What a month is drawn from, read from the district: frames, working days, inspectors, cases, tests, results."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import shapely
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.nearby import places_of_cases
from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import AreaIndex, area_index, local_day
from xiuhua.city.duty import resolve_many
from xiuhua.city.models import Area, Code, District
from xiuhua.city.queries import find_category
from xiuhua.foundation.estimators.acceptance import Severity, acceptance, severity
from xiuhua.foundation.geometry import Floats, metres_per_degree
from xiuhua.foundation.queries import UnknownCalendarError, calendar
from xiuhua.foundation.worktime import UndeclaredYearError
from xiuhua.inspection.dealing import Bools, Team
from xiuhua.inspection.design import Design
from xiuhua.inspection.drawing import Frames
from xiuhua.inspection.models import Check, Frame, Part, Plan, RoomTest, Standard, Visit
from xiuhua.inspection.month import Inputs
from xiuhua.inspection.seen_queries import cells_age
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import holders
from xiuhua.people.queries import below

# What inspectors found themselves is no complaint.
OWN_SOURCES = ("inspector", "inspection")
# A month passes where its failures would come with a chance of 5 % at least if so many failed truly (our choice).
GOOD, RISK = 0.02, 0.05
HISTORY = 12
# A place that nobody saw for so many days counts as much as two cases more; never seen: as this long.
UNSEEN_DAYS = 60.0


@dataclass(frozen=True)
class Gathered:
    """The inputs of a month with what rows of the database stand behind its numbers."""

    inputs: Inputs
    frame_ids: list[int]
    inspector_ids: list[int]


def month_days(month: date) -> list[date]:
    """The days of the month that begins with ``month``."""
    return [day for number in range(31) if (day := month + timedelta(days=number)).month == month.month]


def working(district: District, month: date, after: date | None = None) -> tuple[list[date], list[tuple[int, int]]]:
    """The working days of ``month`` later than ``after``, and the hours of work in minutes of the day.

    Raises ``Refused`` where the calendar of the district is not there or does not know the year.
    """
    try:
        rules = calendar(district.calendar)
        days = [day for day in month_days(month) if rules.is_work_day(day) and (after is None or day > after)]
    except (UnknownCalendarError, UndeclaredYearError) as error:
        raise Refused(str(error), _("Declare the year of the work calendar, then try again.")) from None
    return days, [(_minutes(begins), _minutes(ends) or 24 * 60) for begins, ends in rules.periods]


def frames_of(district: District, kinds: Sequence[str]) -> tuple[Frames, list[int]]:
    """The living frames of ``kinds``, in the order of their codes, with their ids."""
    rows = list(
        Frame.objects.filter(district=district, kind__in=kinds, valid_to=None).order_by("code").values_list(
            "id", "code", "kind", "town__code", "grade", "size", "opens", "closes", "lon", "lat"
        )
    )  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * 10
    return Frames(
        np.array(columns[1], dtype=np.str_), np.array(columns[2], dtype=np.str_),
        np.array([code or "" for code in columns[3]], dtype=np.str_),
        np.array([grade or 0 for grade in columns[4]], dtype=np.int64), np.array(columns[5], dtype=np.float64),
        np.array([_minutes(at) for at in columns[6]], dtype=np.int64),
        np.array([_minutes(at) for at in columns[7]], dtype=np.int64),
        np.array(columns[8], dtype=np.float64), np.array(columns[9], dtype=np.float64),
    ), list(columns[0])  # fmt: skip


def preview(district: District, month: date, design: Design) -> Inputs:
    """What can be known of a month before anybody is dealt anything: frames, days, hours, severity."""
    days, periods = working(district, month)
    frames, ids = frames_of(district, [each.kind for each in design.kinds])
    nobody = Team(
        np.zeros((0, len(ids)), dtype=np.bool_), np.zeros((0, len(set(frames.town.tolist()))), dtype=np.bool_)
    )
    return Inputs(
        frames, tuple(day.isoformat() for day in days), tuple(periods), (), (), nobody, np.zeros(len(ids)),
        np.zeros(0, dtype=np.int64), severities(district, month),
    )  # fmt: skip


def gather(plan: Plan, design: Design, at: datetime | None = None) -> Gathered:
    """Everything that the month of ``plan`` is drawn from, as it stands at ``at`` (now)."""
    now, district = at or timezone.now(), plan.district
    days, periods = working(district, plan.month, after=local_day(district, now))
    frames, ids = frames_of(district, [each.kind for each in design.kinds])
    people = inspectors(district)
    index = area_index(district, now)
    towns = sorted(set(frames.town.tolist()))
    team = Team(_may(district, design, frames, people, index), _last(plan, people, towns))
    inputs = Inputs(
        frames, tuple(day.isoformat() for day in days), tuple(periods), tuple(user.username for user, _areas in people),
        tuple(_start(district, areas, frames) for _user, areas in people), team,
        led_weights(district, design, ids, now), _sequential(district, ids), severities(district, plan.month),
    )  # fmt: skip
    return Gathered(inputs, ids, [user.pk for user, _areas in people])


def inspectors(district: District) -> list[tuple[User, list[str]]]:
    """Who checks in the field of the district, with the areas of the assignments (empty: everywhere), by name."""
    scopes = MATRIX.permission("inspection.check").scopes
    found: dict[int, list[str]] = defaultdict(list)
    for role in sorted(role for role, scope in scopes.items() if scope == "area"):
        for user, area, _unit in holders(role, district.code):
            found[user].append(area)
    users = User.objects.filter(pk__in=found).select_related("organisation").order_by("username")
    return [(user, sorted(set(found[user.pk]))) for user in users]


def _may(
    district: District, design: Design, frames: Frames, people: Sequence[tuple[User, list[str]]], index: AreaIndex
) -> Bools:
    """Who may check which frame: inside of the assignment, and nothing that the own organisation answers for."""
    inside = {
        place.code: layer.lookup.locate(frames.lon, frames.lat) == at
        for layer in index.kinds
        for at, place in enumerate(layer.places)
        if any(place.code in areas for _user, areas in people)
    }
    leads = _leads(district, design, frames)
    may = np.zeros((len(people), len(frames)), dtype=np.bool_)
    for at, (user, areas) in enumerate(people):
        if "" in areas:
            may[at] = True
        for area in areas:
            may[at] |= inside.get(area, False)
        may[at] &= ~np.isin(leads, _own(user.organisation)).any(axis=0)
    return may


def _own(organisation: Organisation | None) -> list[int]:
    """The organisation with everything under it: its people do not judge that work. Of a government only itself."""
    if organisation is None:
        return []
    if organisation.kind == Organisation.Kind.DISTRICT:
        return [organisation.pk]
    return [each.pk for each in below(organisation.district_code, organisation.code)]


def _leads(district: District, design: Design, frames: Frames) -> np.ndarray:
    """The ids of the units that answer for each frame, a row for each category that its checks may open a case of."""
    rows = [np.zeros(len(frames), dtype=np.int64)]
    for each in design.kinds:
        here = np.flatnonzero(frames.kind == each.kind)
        standard = standard_of(each.standard)
        names = sorted(set(standard.items.exclude(category="").values_list("category", flat=True))) if standard else []
        known: list[Code | None] = [code for name in names if (code := find_category(name))]
        for category in known or [None]:
            row = np.zeros(len(frames), dtype=np.int64)
            row[here] = resolve_many(district, frames.lon[here], frames.lat[here], category=category)
            rows.append(row)
    return np.stack(rows)


def standard_of(ref: str) -> Standard | None:
    """The standard written ``key@version``."""
    key, _at, version = ref.partition("@")
    return Standard.objects.filter(key=key, version=version).first()


def _last(plan: Plan, people: Sequence[tuple[User, list[str]]], towns: Sequence[str]) -> Bools:
    """Who had visits in which town in the month before."""
    before = (plan.month - timedelta(days=1)).replace(day=1)
    rows = Visit.objects.filter(
        plan__district=plan.district, plan__month=before, plan__state__in=(Plan.State.COMMITTED, Plan.State.REVEALED),
        order__isnull=False,
    ).order_by().values_list("inspector", "frame__town__code").distinct()  # fmt: skip
    been = {(user, town or "") for user, town in rows}
    return np.array([[(user.pk, town) in been for town in towns] for user, _areas in people], dtype=np.bool_).reshape(
        len(people), len(towns)
    )


def _start(district: District, areas: Sequence[str], frames: Frames) -> tuple[float, float]:
    """Where an inspector starts: the middle of the area of the assignment, else of the frames of the district."""
    area = (
        Area.objects.filter(district=district, code__in=[code for code in areas if code])
        .order_by("-kind", "code")
        .first()
    )
    if area is None:
        return float(np.mean(frames.lon)), float(np.mean(frames.lat))
    middle = shapely.point_on_surface(shapely.from_wkb(bytes(area.geom)))
    return float(middle.x), float(middle.y)


def led_weights(district: District, design: Design, ids: Sequence[int], now: datetime) -> Floats:
    """How strongly complaints lead to each frame: cases near it, more where nobody has been for long."""
    lon, lat = places_of_cases(district, now - timedelta(days=design.recent_days), without_sources=OWN_SOURCES)
    if not len(lon) or not ids:
        return np.zeros(len(ids))
    rows = dict(Frame.objects.filter(district=district, valid_to=None).order_by().values_list("pk", "geom"))
    geometries = shapely.from_wkb([bytes(rows[identity]) for identity in ids])
    east, north = metres_per_degree(float(np.mean(lat)))
    scale = np.array([float(east), float(north)])
    plane = shapely.transform(geometries, lambda points: points * scale)
    points = shapely.points(np.column_stack([lon, lat]) * scale)
    _point, frame = shapely.STRtree(plane).query(points, predicate="dwithin", distance=design.near_m)
    cases = np.bincount(frame, minlength=len(ids)).astype(np.float64)
    some = np.flatnonzero(cases)
    if some.size:
        middles = shapely.get_coordinates(shapely.point_on_surface(geometries[some]))
        days = cells_age(district, middles[:, 0], middles[:, 1], now)
        cases[some] += 2 * np.minimum(days, UNSEEN_DAYS) / UNSEEN_DAYS
    return cases


def _sequential(district: District, ids: Sequence[int]) -> np.ndarray:
    """The frames of living rooms whose test runs."""
    running = set(
        RoomTest.objects.filter(room__district=district, state=RoomTest.State.RUNNING).values_list(
            "room__frames__frame", flat=True
        )
    )
    return np.array([at for at, identity in enumerate(ids) if identity in running], dtype=np.int64)


def severities(district: District, month: date) -> dict[tuple[str, str], Severity]:
    """How closely to look at each area (kind, town) after the random checks of the months before; normal left out."""
    rows = (
        Check.objects.filter(
            district=district, part=Part.PANEL, valid=True, passed__isnull=False, visit__plan__month__lt=month,
            visit__plan__month__gte=(month - timedelta(days=31 * HISTORY)).replace(day=1),
        )
        .order_by("visit__plan__month")
        .values_list("frame__kind", "frame__town__code", "visit__plan__month")
        .annotate(n=Count("id"), failed=Count("id", filter=Q(passed=False)))
    )  # fmt: skip
    periods: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for kind, town, _month, n, failed in rows:
        # The chance of as many failures or more in an area that is good.
        chance = 1.0 if not failed else 1 - float(acceptance(n, failed - 1, GOOD))
        periods[kind, town or ""].append(chance >= RISK)
    found = {area: severity(passed) for area, passed in periods.items()}
    return {area: level for area, level in found.items() if level is not Severity.NORMAL}


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
