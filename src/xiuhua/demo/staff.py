"""Everybody else who works in the demonstration: inspectors to draw from, desks, leads and handlers of the units.

They sign in with the password of the demonstration too, so that whoever was drawn or assigned can be played.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from xiuhua.demo.organisations import community_code, town_code
from xiuhua.demo.plan import Row, read_yaml
from xiuhua.people.actions.accounts import save
from xiuhua.people.actions.assignments import grant
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, Organisation, User

INSPECTION = "INS"
DESK = "DESK"
# The desk has shifts, and each town inspectors of the inspection team, apart from one of its own committees.
DESKS, INSPECTORS = 2, 2


@dataclass(frozen=True)
class Member:
    """One account: how it is called, its role, unit and area, and the title that stands for a name."""

    username: str
    role: str
    unit: str
    area: str = ""
    number: int = 1


def members(areas: Iterable[Row]) -> Iterator[Member]:
    """Everybody of ``areas`` and of the units of ``organisations.yaml`` who may answer for something."""
    rows = list(areas)
    for number in range(1, DESKS + 1):
        yield Member(f"dispatcher-{number}", "dispatcher", DESK, number=number)
    communities: dict[str, str] = {}
    for row in rows:
        if row["kind"] == "community":
            communities.setdefault(row["code"][:9], row["code"])
    for row in rows:
        if row["kind"] != "town":
            continue
        town, short = row["code"], row["code"][6:9]
        for number in range(1, INSPECTORS + 1):
            yield Member(f"inspector-{short}-{number}", "inspector", INSPECTION, town, number)
        own = community_code(communities[town])
        yield Member(f"inspector-{short}-{INSPECTORS + 1}", "inspector", own, town, INSPECTORS + 1)
        yield Member(f"town-{short}", "town", town_code(town), town)
        yield from _handlers(town_code(town), 2)
    data = read_yaml("organisations.yaml")
    for unit, _kind, _zh, _en, _parent in data["others"]:
        if unit != INSPECTION:
            yield Member(f"lead-{unit.lower()}", "unit_lead", unit)
            yield from _handlers(unit, 2)
    for unit, *_names in [*data["bureaus"], *data["contractors"]]:
        yield Member(f"lead-{unit.lower()}", "unit_lead", unit)
        yield from _handlers(unit, 2)


def _handlers(unit: str, count: int) -> Iterator[Member]:
    for number in range(1, count + 1):
        yield Member(f"handler-{unit.lower()}-{number}", "handler", unit, number=number)


def make_staff(district_code: str, areas: Iterable[Row], password: str, *, actor: str) -> int:
    """Create everybody with their role, or give those that are there the password. Returns how many."""
    rows = list(areas)
    wanted, towns = list(members(rows)), {row["code"]: row["name_zh"] for row in rows if row["kind"] == "town"}
    units = {row.code: row for row in Organisation.objects.filter(district_code=district_code)}
    names = [member.username for member in wanted]
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    bound = set(Assignment.objects.filter(user__in=known.values()).values_list("user_id", flat=True))
    hashed = make_password(password)  # slow on purpose, so once for all
    for member in wanted:
        user = known.get(member.username) or User(username=member.username)
        unit = units[member.unit]
        # Inspectors of the team are told apart by the town in which they look.
        town = towns[member.area] if member.unit == INSPECTION else ""
        user.display_name = f"{unit.name_zh}{town}·{MATRIX.roles[member.role].zh}{member.number}（示例）"[:80]
        user.organisation, user.password = unit, hashed
        save(user, actor=actor)
        if user.pk not in bound:
            grant(user, member.role, district_code=district_code, area_code=member.area, actor=actor)
    return len(wanted)
