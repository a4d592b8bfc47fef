"""The list of cases: filters, facets, and pages that go on where the last one ended."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from ninja import Query, Schema

from xiuhua.casework.api import shapes
from xiuhua.casework.api.problems import READ
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import CaseListOut
from xiuhua.casework.models import Case
from xiuhua.casework.states import OPEN, STATES
from xiuhua.casework.visible import either, sight
from xiuhua.city.api_inputs import FIRST_YEAR, LAST_YEAR, Text, category_of, district_of
from xiuhua.city.models import Area, Code, District
from xiuhua.foundation.problems import bad_request
from xiuhua.people.models import Organisation, User

# Column and direction of each order; the id decides between equals.
ORDERS = {
    "newest": ("reported_at", "-"),
    "oldest": ("reported_at", ""),
    "changed": ("changed_at", ""),
    "due": ("state_due", ""),
}
FACETS = ("state", "category", "unit", "town", "source")
_NAMES = {"unit": "unit__code", "town": "town__code", "category": "category_id"}
_AREAS = ("town", "community", "grid")


class Criteria(Schema):
    """What the cases must be. Several states are written with commas; ``open`` stands for all unfinished ones."""

    district: Text
    state: Text = ""
    category: Text = ""
    unit: Text = ""
    area: Text = ""
    source: Text = ""
    q: Text = ""
    overdue: bool | None = None
    hard: bool | None = None
    mine: bool = False
    since: Text = ""
    until: Text = ""
    order: Text = "newest"
    after: Annotated[str, Query(max_length=300)] = ""
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    facets: Text = ""


@router.get("", response={200: CaseListOut, **READ}, summary="Cases that meet every filter")
def list_cases(request: HttpRequest, criteria: Query[Criteria]) -> Any:
    """Of which the asker sees everything, as rights go, else the public ones; ``scope`` says which.

    ``order`` is newest, oldest, changed or due. ``facets`` names what to count among the cases found: state, category,
    unit, town, source. To follow changes, ask with ``order=changed`` and go on with ``next``.
    """
    district = district_of(criteria.district)
    seen = either(sight(request.user, district).parts()) if isinstance(request.user, User) else None
    whole = seen is not None
    scope = Q(public=True) if seen is None else seen
    rows = Case.objects.filter(scope, _wanted(request, criteria, district, whole=whole), district=district)
    counted = {name: _counted(rows, name) for name in _facets(criteria.facets)}
    page = list(_page(rows, criteria).select_related("district", "category__code_set", "unit", "handler"))
    more, page = len(page) > criteria.limit, page[: criteria.limit]
    calendar, now = shapes.calendar(district) if whole and page else None, timezone.now()
    return {
        "cases": [shapes.row(case, whole=whole, calendar=calendar, now=now) for case in page],
        "next": _cursor(page[-1], criteria.order) if more else "",
        "scope": "all" if whole else "public",
        "facets": counted,
    }


def _wanted(request: HttpRequest, given: Criteria, district: District, *, whole: bool) -> Q:
    wanted = _states(given.state) & _inside(district, given.area) & _words(given.q, whole=whole)
    if given.category:
        wanted &= Q(category=category_of(given.category))
    if given.unit:
        wanted &= Q(unit__district_code=district.code, unit__code=given.unit)
    if given.source:
        wanted &= Q(source=given.source)
    for name in ("overdue", "hard"):
        if (value := getattr(given, name)) is not None:
            wanted &= Q(**{name: value})
    if given.mine:
        wanted &= Q(handler=request.user) if request.user.is_authenticated else Q(pk__in=())
    for name, lookup in (("since", "reported_at__gte"), ("until", "reported_at__lt")):
        if text := getattr(given, name):
            wanted &= Q(**{lookup: _instant(name, text)})
    return wanted


def _states(text: str) -> Q:
    if not text:
        return Q()
    states = OPEN if text == "open" else tuple(text.split(","))
    if unknown := [state for state in states if state not in STATES]:
        raise _odd("state", unknown[0], ", ".join(STATES))
    return Q(state__in=states)


def _words(text: str, *, whole: bool) -> Q:
    """The number of a case, or words in its text and address; what is masked is found only by who sees it."""
    if not text.strip():
        return Q()
    words = Q(number=text.strip()) | Q(public_text__icontains=text) | Q(address__icontains=text)
    return words | Q(description__icontains=text) if whole else words


def _inside(district: District, code: str) -> Q:
    if not code:
        return Q()
    kinds = Area.objects.filter(district=district, code=code).values_list("kind", "pk")
    found = Q(pk__in=())
    for kind, pk in kinds:
        if kind == "district":
            return Q()
        if kind in _AREAS:
            found |= Q(**{f"{kind}_id": pk})
    return found


def _instant(name: str, text: str) -> datetime:
    try:
        found = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        found = None
    if found is None or not _keepable(found):
        raise _odd(name, text, "2026-03-01T08:00:00+08:00")
    return found


def _facets(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in FACETS]:
        raise _odd("facets", unknown[0], ", ".join(FACETS))
    return names


def _counted(rows: QuerySet[Case], name: str) -> list[dict[str, Any]]:
    column = _NAMES.get(name, name)
    found = rows.order_by().values_list(column).annotate(count=Count("pk")).order_by("-count")
    values = [(value, count) for value, count in found if value is not None]
    names = _named(name, [value for value, _count in values])
    return [{"value": names[value][0], "name": names[value][1], "count": count} for value, count in values]


def _named(name: str, values: list[Any]) -> dict[Any, tuple[str, str]]:
    """Code and name of each value of a facet."""
    if name == "category":
        codes = Code.objects.select_related("code_set").in_bulk(values)
        return {pk: (found["code"], found["name"]) for pk, code in codes.items() for found in (shapes.category(code),)}
    if name == "state":
        return {value: (value, STATES[value].name) for value in values}
    if name == "unit":
        known = {row.code: row.name for row in Organisation.objects.filter(code__in=values)}
        return {value: (value, known[value]) for value in values}
    if name == "town":
        return {row.code: (row.code, row.name) for row in Area.objects.filter(kind="town", code__in=values)}
    return {value: (value, value) for value in values}


def _page(rows: QuerySet[Case], given: Criteria) -> QuerySet[Case]:
    if given.order not in ORDERS:
        raise _odd("order", given.order, ", ".join(ORDERS))
    column, sign = ORDERS[given.order]
    rows = rows.filter(**{f"{column}__isnull": False}) if column == "state_due" else rows
    if given.after:
        value, pk = _position(given.after)
        side = "lt" if sign else "gt"
        rows = rows.filter(Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk}))
    return rows.order_by(f"{sign}{column}", f"{sign}pk")[: given.limit + 1]


def _cursor(case: Case, order: str) -> str:
    value = getattr(case, ORDERS[order][0])
    return base64.urlsafe_b64encode(json.dumps([value.isoformat(), case.pk]).encode()).decode()


def _position(text: str) -> tuple[datetime, int]:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(text.encode()))
        found = datetime.fromisoformat(at)
        whole = isinstance(pk, int) and 0 <= pk < 2**63 and _keepable(found)
    except (ValueError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise _odd("after", text, _("what the page before gave as next"))
    return found, pk


def _keepable(at: datetime) -> bool:
    """Whether every database can compare the instant."""
    return at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR


def _odd(name: str, value: str, known: str) -> Exception:
    return bad_request(
        _("%(name)s cannot be “%(value)s”.") % {"name": name, "value": value[:80]},
        _("Give one like: %(known)s.") % {"known": known},
    )
