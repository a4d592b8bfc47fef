"""Who has a part in a case: who fixed it, and so must not say that it is fixed; who reported it."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from xiuhua.casework.models import Case, Report
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.foundation.statements import run
from xiuhua.people.models import User


@dataclass(frozen=True)
class Fixers:
    """The accounts that handed the case back or had it in hand, and the units that took part."""

    users: frozenset[int]
    units: frozenset[int]

    def include(self, user: User) -> bool:
        """Whether the person fixed the case or belongs to a unit that did."""
        return user.pk in self.users or user.organisation_id in self.units


def fixers_of(case: Case, *, with_superiors: bool) -> Fixers:
    """Everybody of whom the case is the own work.

    The units are those that handled it and what is under them, for inspectors also what stands above them
    (``with_superiors``), save the government of the district.
    """
    users = {case.handler_id} if case.handler_id else set()
    units = {case.unit_id} if case.unit_id else set()
    for move, user, unit, data in _parts(case):
        units |= {unit} if unit else set()
        if move in {"hand_back", "party_done"} and user:
            users.add(user)
        if data.get("handler"):
            users.add(data["handler"])
    tree = unit_tree(case.district.code)
    found: set[int] = set()
    for unit in units:
        found |= tree.related(unit) if with_superiors else tree.below(unit)
    return Fixers(frozenset(users), frozenset(found))


_PARTS = ("hand_back", "assign", "party_done", "join")


def _parts(case: Case) -> list[tuple[str, int | None, int | None, dict[str, Any]]]:
    """Move, account, unit and data of the steps by which somebody took part; fetched with the case or read."""
    if "steps" in getattr(case, "_prefetched_objects_cache", {}):
        return [(row.move, row.user_id, row.unit_id, row.data) for row in case.steps.all() if row.move in _PARTS]
    sql = f"SELECT move, user_id, unit_id, data FROM casework_step WHERE case_id = %s AND move IN {_PARTS}"  # noqa: S608
    rows = run(sql, [case.pk]).fetchall()
    # In plain SQL, for which the drivers hand JSON out as text.
    return [(move, user, unit, json.loads(data) if isinstance(data, str) else data) for move, user, unit, data in rows]


def reported_by(case: Case) -> QuerySet[Report]:
    """The reports of the case and of the cases that were merged into it."""
    return Report.objects.filter(Q(case=case) | Q(case__master=case)).order_by()
