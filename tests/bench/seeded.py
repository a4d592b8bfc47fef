"""A district in its third year of work: units, people of every role, categories, and as many cases as asked for.

``furnish()`` and then ``fill(furniture, count)`` in a process with Django set up and the database migrated. What is
seeded is what intake and import write: a case, its report, and its first step; a twelfth of the cases is open.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import Any

import numpy as np

WEST, SOUTH, SIZE = 120.0, 31.6, 0.2
TOWNS, COMMUNITIES, GRIDS = 4, 5, 4  # in a row: of the district, of a town, of a community; squares
YEARS = 3
OPEN_SHARE = 1 / 12
BATCH = 50_000


@dataclass
class Furniture:
    """The district and who works there; ``people`` are usernames by role, ``units`` ids of the bureaus."""

    code: str
    district: int
    categories: list[int] = field(default_factory=list)
    standards: dict[int, int] = field(default_factory=dict)
    units: list[int] = field(default_factory=list)
    people: dict[str, list[str]] = field(default_factory=dict)
    # Ids of town, community and grid by the number of the grid square.
    squares: list[tuple[int, int, int]] = field(default_factory=list)


def furnish(code: str = "990001", *, west: float = WEST) -> Furniture:
    """Make the district: areas, units, duties, categories with standards and services, people, calendar."""
    from xiuhua.casework.models import Service, Standard
    from xiuhua.city.layers import version_key
    from xiuhua.city.models import Code, CodeSet, District, Duty
    from xiuhua.foundation import layers
    from xiuhua.foundation.actions.calendars import declare_years, define
    from xiuhua.foundation.models import WorkCalendarVersion
    from xiuhua.people.models import Organisation

    if not WorkCalendarVersion.objects.filter(key="CN").exists():
        define("CN", zone="Asia/Shanghai", actor="bench")
        this = date.today().year  # noqa: DTZ011 - the years around now, whatever the zone
        declare_years("CN", {year: [] for year in range(this - YEARS, this + 2)}, actor="bench", source="")
    district = District.objects.create(code=code, name_zh="示意区", name_en="Sample", synthetic=True)
    furniture = Furniture(code, district.pk)
    towns = _areas(furniture, district, west)
    root = Organisation.objects.create(district_code=code, code=f"{code}-gov", kind="district", name_zh="区政府")
    bureaus = [
        Organisation.objects.create(district_code=code, code=f"bureau{n}", kind="bureau", name_zh=f"{n}局", parent=root)
        for n in range(8)
    ]
    offices = [
        Organisation.objects.create(
            district_code=code, code=f"office{n}", kind="town", name_zh=f"{n}镇", parent=root, area_code=town
        )
        for n, town in enumerate(towns)
    ]
    crews = [
        Organisation.objects.create(
            district_code=code, code=f"crew{n}", kind="contractor", name_zh=f"{n}队", parent=bureaus[n % len(bureaus)]
        )
        for n in range(16)
    ]
    furniture.units = [unit.pk for unit in (*bureaus, *offices)]
    codes, _ = CodeSet.objects.get_or_create(
        key="events", version="1", defaults={"kind": "event", "name_zh": "事件", "name_en": "Events"}
    )
    names = [
        "暴露垃圾",
        "道路破损",
        "井盖丢失",
        "路灯不亮",
        "占道经营",
        "违规停车",
        "绿地损坏",
        "河道漂浮物",
        "乱贴广告",
        "噪声扰民",
    ]
    for number in range(40):
        category, _ = Code.objects.get_or_create(
            code_set=codes, code=f"{number // 10 + 1:02d}{number % 10 + 1:02d}",
            defaults={"class_zh": "市容环境", "name_zh": f"{names[number % 10]}{number // 10 or ''}", "name_en": f"Kind {number}"},
        )  # fmt: skip
        standard, _ = Standard.objects.get_or_create(
            category=category, number=1, defaults={"condition": "影响通行", "limit": 8, "unit": "work_hour"}
        )
        Service.objects.get_or_create(category=category, defaults={"description_zh": category.name_zh})
        furniture.categories.append(category.pk)
        furniture.standards[category.pk] = standard.pk
        Duty.objects.create(
            district=district,
            code=f"d{number}",
            unit=bureaus[number % len(bureaus)],
            code_set=codes,
            category=category.code,
        )

    _people(furniture, root, bureaus, crews, list(zip(offices, towns, strict=True)))
    for layer in ("organisations", "areas", "duties"):
        layers.bump(version_key(code, layer))
    return furniture


def _people(furniture: Furniture, root, bureaus, crews, offices) -> None:
    """People of every role; ``offices`` are pairs of town office and code of the town."""
    from xiuhua.people.models import Assignment, User

    code = furniture.code

    def account(role: str, number: int, unit: Any, area: str = "") -> None:
        user = User.objects.create(username=f"{code}-{role}{number}", organisation=unit)
        Assignment.objects.create(user=user, role=role, district_code=code, area_code=area)
        furniture.people.setdefault(role, []).append(user.username)

    for number in range(6):
        account("dispatcher", number, root)
    for number, unit in enumerate(bureaus):
        account("unit_lead", number, unit)
    for number, unit in enumerate(crews):
        account("handler", number, unit)
    for number, (office, town) in enumerate(offices):
        account("town", number, office, town)
    for number in range(16):
        account("inspector", number, None, offices[number % len(offices)][1])
    for role in ("assessor", "leader", "engineer"):
        account(role, 0, root)


def _areas(furniture: Furniture, district, west: float) -> list[str]:
    """Squares within squares; the codes of the towns."""
    import shapely

    from xiuhua.city.models import Area
    from xiuhua.foundation.geometry import area_m2, to_row

    def make(kind, code, x, y, width, height, parent):
        shape = shapely.box(x, y, x + width, y + height)
        return Area.objects.create(
            district=district,
            kind=kind,
            code=code,
            name_zh=code,
            parent=parent,
            area_m2=area_m2(shape),
            **to_row(shape),
        )

    whole = make("district", district.code, west, SOUTH, SIZE, SIZE, None)
    wide, tall, flat = SIZE / TOWNS, SIZE / COMMUNITIES, SIZE / TOWNS / GRIDS
    codes = []
    for t in range(TOWNS):
        town = make("town", f"{district.code}{t + 1:03d}", west + t * wide, SOUTH, wide, SIZE, whole)
        codes.append(town.code)
        for c in range(COMMUNITIES):
            community = make("community", f"{town.code}{c + 1:03d}", town.min_lon, SOUTH + c * tall, wide, tall, town)
            for g in range(GRIDS):
                grid = make(
                    "grid",
                    f"{community.code}{g + 1:02d}",
                    town.min_lon + g * flat,
                    community.min_lat,
                    flat,
                    tall,
                    community,
                )
                furniture.squares.append((town.pk, community.pk, grid.pk))
    return codes


def fill(furniture: Furniture, count: int, *, seed: int = 1, west: float = WEST) -> None:
    """Make ``count`` cases of the last years; the newest are the open ones, 12 % of all lie on one point."""
    from django.db import connection, transaction

    from xiuhua.casework.actions.importing import Table
    from xiuhua.casework.models import Case, Report, Step

    case = Table(Case, "id", *_CASE)
    report = Table(
        Report, "key", "idempotency_key", "token", "district", "case", "source", "received_at", "category",
        "description", "lon", "lat", "suggested", "answers",
    )  # fmt: skip
    step = Table(Step, "case", "number", "at", "move", "from_state", "to_state", "actor", "data")
    rows = _rows(furniture, count, seed, west)
    with transaction.atomic():
        first = (Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        for batch in batched(enumerate(rows, first), BATCH, strict=False):
            case.insert((pk, *row) for pk, row in batch)
            report.insert(
                (_key(pk), f"seeded-{pk}", f"seeded-{pk}", row[1], pk, row[_AT["source"]], row[_AT["reported_at"]], row[2],
                 row[_AT["description"]], row[_AT["lon"]], row[_AT["lat"]], "[]", "{}")
                for pk, row in batch
            )  # fmt: skip
            step.insert((pk, 1, row[_AT["reported_at"]], "report", "", "reported", "import", "{}") for pk, row in batch)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('casework_case', 'id'), max(id)) FROM casework_case")
        cursor.execute("ANALYZE")


_CASE = (
    "number", "district", "category", "standard", "state", "state_since", "state_due", "description", "public_text",
    "lon", "lat", "town", "community", "grid", "source", "unit", "clock_started", "clock_amount", "clock_unit",
    "deadline", "reported_at", "filed_at", "dispatched_at", "handed_back_at", "closed_at", "changed_at",
    "closing_reason", "overdue", "version",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(_CASE)}
_OPEN = ("reported", "filed", "dispatched", "handling", "handed_back", "verified")


def _rows(furniture: Furniture, count: int, seed: int, west: float):
    """The columns of ``_CASE`` of each case, the oldest first."""
    random, now = np.random.default_rng(seed), datetime.now(UTC).replace(microsecond=0)
    lon, lat = random.uniform(0, SIZE, count), random.uniform(0, SIZE, count)
    heap = random.random(count) < 0.12
    lon[heap], lat[heap] = SIZE * 0.51, SIZE * 0.51
    grid = (lon / (SIZE / TOWNS / GRIDS)).astype(int)
    square = (grid // GRIDS * COMMUNITIES + (lat / (SIZE / COMMUNITIES)).astype(int)) * GRIDS + grid % GRIDS
    category = random.integers(0, len(furniture.categories), count)
    unit = random.integers(0, len(furniture.units), count)
    source = random.integers(0, 6, count)
    state = random.integers(0, len(_OPEN), count)
    late = random.random(count) < 0.15
    hours = random.uniform(1, 60, count)
    opened = count - int(count * OPEN_SHARE)
    step = timedelta(days=365 * YEARS) / max(opened, 1)
    recent = timedelta(days=5) / max(count - opened, 1)
    sources = ("web", "phone", "inspector", "hotline", "api", "open311")
    columns = [each.tolist() for each in (lon + west, lat + SOUTH, square, category, unit, source, state, late, hours)]
    for n, (x, y, place, c, u, s, o, was_late, taken) in enumerate(zip(*columns, strict=True)):
        is_open = n >= opened
        at = now - recent * (count - n) if is_open else now - timedelta(days=5) - step * (opened - n)
        town, community, grid_id = furniture.squares[min(place, len(furniture.squares) - 1)]
        key, code = _OPEN[o] if is_open else "closed", furniture.categories[c]
        begun = key not in {"reported", "filed"}
        filed = at + timedelta(minutes=5) if key != "reported" else None
        given = at + timedelta(minutes=9) if begun else None
        back = at + timedelta(hours=taken) if key in {"handed_back", "verified", "closed"} else None
        back = min(back, now) if back else None
        ended = back + timedelta(minutes=40) if back and key == "closed" else None
        deadline = given + timedelta(hours=8 if was_late else 72) if given else None
        text = f"第{n % 5000}号路口有问题"
        yield (
            f"{furniture.code}-{at:%y%m%d}-{n + 1:07d}", furniture.district, code, furniture.standards[code] if filed else None,
            key, ended or back or given or filed or at, None if key == "closed" else now + timedelta(hours=taken),
            text, text, x, y, town, community, grid_id, sources[s], furniture.units[u] if begun else None,
            given, 8 if begun else None, "work_hour" if begun else "", deadline, at, filed, given, back, ended,
            ended or back or given or filed or at, "fixed" if ended else "", bool(deadline and (back or now) > deadline), 1,
        )  # fmt: skip


def _key(number: int) -> str:
    """A key as each database keeps it."""
    from django.db import connection

    key = uuid.UUID(int=number)
    return key.hex if connection.vendor == "sqlite" else str(key)
