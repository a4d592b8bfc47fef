"""Everything about one case, as its page and its interface show it: read at once, in seven queries."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from django.db.models import Model, Prefetch, Q, Value
from django.db.models.functions import JSONObject
from django.db.models.query import prefetch_related_objects
from django.utils.dateparse import parse_datetime

from xiuhua.casework.models import Case, Check, Party, Petition, Photo, Report, Step
from xiuhua.city.duty import Unit, duty_index
from xiuhua.people.models import User

# What belongs to a case by the handful: read together.
RECORDS: tuple[type[Model], ...] = (Party, Petition, Check)
WITH = (
    "district", "category__code_set", "category__service", "standard", "unit", "handler", "master", "town",
    "community", "grid",
)  # fmt: skip


@dataclass
class Dossier:
    """A case with all that belongs to it. ``people`` holds the accounts that steps and checks speak of, by id."""

    case: Case
    steps: list[Step]
    photos: list[Photo]
    reports: list[Report]
    parties: list[Party]
    petitions: list[Petition]
    checks: list[Check]
    people: dict[int, User] = field(default_factory=dict)

    @property
    def units(self) -> dict[int, Unit]:
        """The units of the district, held in memory."""
        return duty_index(self.case.district).units

    def unit(self, code: str) -> Unit | None:
        """The unit of the district with this code."""
        return next((unit for unit in self.units.values() if unit.code == code), None)

    def person(self, identity: int | None) -> User | None:
        """An account by its id, where the dossier knows it."""
        return self.people.get(identity or 0)

    def refusers(self) -> dict[int, Step]:
        """The last refusal of each unit that refused the case, by the id of the unit."""
        return {step.unit_id: step for step in self.steps if step.move == "refuse" and step.unit_id}


def dossier(number: str) -> Dossier | None:
    """The case ``number`` with all that belongs to it; None when there is none. Photos carry their report's case."""
    case = Case.objects.select_related(*WITH).filter(number=number).first()
    if case is None:
        return None
    steps = Step.objects.select_related("user", "unit").order_by("number")
    prefetch_related_objects([case], Prefetch("steps", steps))
    records = _records(case)
    kept = case._prefetched_objects_cache  # type: ignore[attr-defined]  # noqa: SLF001 - as prefetching keeps them
    kept["parties"], kept["petitions"], kept["checks"] = (records[model] for model in RECORDS)
    return Dossier(
        case=case,
        steps=list(case.steps.all()),
        photos=list(case.photos.order_by("received_at", "pk")),
        reports=list(
            Report.objects.filter(Q(case=case) | Q(case__master=case))
            .select_related("rating", "case", "category__service", "user")
            .order_by("received_at", "pk")
        ),
        parties=records[Party],
        petitions=records[Petition],
        checks=records[Check],
    )


def meet(found: Dossier, units: Collection[int] = ()) -> list[User]:
    """Read the accounts that the dossier speaks of, and in the same query the active ones of ``units``, returned."""
    for user in (found.case.handler, *(step.user for step in found.steps)):
        if user is not None:
            found.people[user.pk] = user
    missing = {identity for identity in _spoken_of(found) if identity} - found.people.keys()
    if not missing and not units:
        return []
    wanted = Q(pk__in=missing) | Q(organisation__in=units, is_active=True)
    rows = User.objects.filter(wanted).select_related("organisation")
    matched = list(rows.order_by("organisation__code", "display_name", "username"))
    found.people.update({user.pk: user for user in matched})
    return [user for user in matched if user.organisation_id in units and user.is_active]


def _spoken_of(found: Dossier) -> Iterable[int | None]:
    for step in found.steps:
        yield from (step.data.get("handler"), step.data.get("inspector"))
        yield from step.data.get("passed_over") or ()
    for check in found.checks:
        yield check.inspector_id
        yield from check.draw.get("candidates") or ()
    for petition in found.petitions:
        yield petition.asked_by_id


def _records(case: Case) -> dict[type[Model], list[Any]]:
    """The parties, petitions and checks of the case in one query, each in its order."""
    parts = [_as_json(model, case) for model in RECORDS]
    rows = reduce(lambda one, other: one.union(other, all=True), parts)
    found: dict[type[Model], list[Any]] = {model: [] for model in RECORDS}
    named = {model.__name__: model for model in RECORDS}
    for name, row in rows:
        found[named[name]].append(_revived(named[name], row))
    for model, rows_of_model in found.items():
        order = {Party: "since", Petition: "asked_at", Check: "drawn_at"}[model]
        rows_of_model.sort(key=lambda row: (getattr(row, order), row.pk))
    return found


def _as_json(model: type[Model], case: Case) -> Any:
    columns = {column.attname: column.attname for column in model._meta.concrete_fields}
    rows = model._default_manager.filter(case=case).order_by()
    return rows.annotate(record=Value(model.__name__), row=JSONObject(**columns)).values_list("record", "row")


def _revived(model: type[Model], row: dict[str, Any]) -> Model:
    values = {}
    for column in model._meta.concrete_fields:
        value = row[column.attname]
        kind = column.get_internal_type()
        if kind == "JSONField" and isinstance(value, str):
            value = json.loads(value)
        elif kind == "DateTimeField" and value is not None:
            value = _instant(value)
        elif column.is_relation is False:
            value = column.to_python(value)
        values[column.attname] = value
    return model(**values)


def _instant(text: str) -> datetime:
    """An instant as either database writes it into JSON; SQLite keeps it in UTC without saying so."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(f"not an instant: {text}")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
