"""Measured values with all that they came from; months that are not published only for who may see them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiuhua.city.models import District, local
from xiuhua.foundation.indicators import Indicator, indicators, shown
from xiuhua.people.permissions import Person, grants
from xiuhua.taskbook.freezing import published_months
from xiuhua.taskbook.groups import Groups
from xiuhua.taskbook.models import Revision, Value
from xiuhua.taskbook.months import written
from xiuhua.taskbook.queries import INSIDE

COLUMNS = (
    "district", "indicator", "name", "unit", "month", "scope", "code", "group", "value", "low", "high", "shown",
    "shown_low", "shown_high", "numerator", "denominator", "n", "n_eff", "interval", "missing", "version",
    "data_until", "computed_at", "published", "revised_to", "revised_at", "revised_why",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which values: empty text and None stand for all; ``first`` and ``last`` are months, both included."""

    indicator: str = ""
    scope: str = ""
    code: str = ""
    first: date | None = None
    last: date | None = None


def sees_unpublished(user: Person, district: District) -> bool:
    """Whether the person may see months of the district before they are published."""
    return bool(grants(user, INSIDE, district_code=district.code))


def chosen(district: District, wanted: Wanted, *, unpublished: bool) -> QuerySet[Value]:
    """The values of the district that are wanted, in the order in which they were first written."""
    parts = {"indicator": wanted.indicator, "scope": wanted.scope, "code": wanted.code}
    found = Value.objects.filter(district=district, **{name: part for name, part in parts.items() if part})
    if wanted.first:
        found = found.filter(month__gte=wanted.first)
    if wanted.last:
        found = found.filter(month__lte=wanted.last)
    if not unpublished:
        found = found.filter(month__in=published_months(district))
    return found.order_by("pk")


def written_out(district: District, values: Iterable[Value], revisions: "Revisions") -> Iterator[dict[str, Any]]:
    """Each value with the names in COLUMNS; ratios raw, ``shown`` in the unit (a share as percent)."""
    known, names, months = indicators(), Groups.of(district), published_months(district)
    for value in values:
        indicator = known.get(value.indicator)
        unit = indicator.unit if indicator else ""
        yield {
            "district": district.code,
            "indicator": value.indicator,
            "name": called(indicator) or value.indicator,
            "unit": unit,
            "month": written(value.month),
            "scope": value.scope,
            "code": value.code,
            "group": str(names.name(value.scope, value.code)),
            **{name: getattr(value, name) for name in ("value", "low", "high")},
            "shown": shown(value.value, unit),
            "shown_low": shown(value.low, unit),
            "shown_high": shown(value.high, unit),
            **{name: getattr(value, name) for name in ("numerator", "denominator", "n", "n_eff", "interval")},
            **{name: getattr(value, name) for name in ("missing", "version", "data_until", "computed_at")},
            "published": value.month in months,
            **revisions.of(value),
        }


def called(indicator: Indicator | None) -> str:
    """The name of an indicator in the language of the page; empty where it is not known any more."""
    return local(indicator.name_zh, indicator.name_en) if indicator else ""


@dataclass(frozen=True)
class Revisions:
    """The latest revision of each value of published months."""

    latest: dict[tuple[date, str, str, str], Revision]

    @classmethod
    def of_months(cls, district: District, wanted: Wanted) -> "Revisions":
        """Read those that may concern the values wanted."""
        within = Q(subject="value", closing__district=district)
        if wanted.indicator:
            within &= Q(key=wanted.indicator)
        found = Revision.objects.filter(within).select_related("closing").order_by("at", "pk")
        return cls({(each.closing.month, each.key, each.scope, each.code): each for each in found})

    def of(self, value: Value) -> dict[str, Any]:
        """What ``value`` is by the latest revision, since when and why; empty where it was never revised."""
        found = self.latest.get((value.month, value.indicator, value.scope, value.code))
        told: tuple[Any, datetime | None, str] = (found.after, found.at, found.reason) if found else (None, None, "")
        return dict(zip(("revised_to", "revised_at", "revised_why"), told, strict=True))
