"""Lists of streets and parks: filtered by town, sorted, page by page; what is unknown comes last."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest

from xiuhua.city.models import Area, District

ROWS = 50
LONGEST = 40


@dataclass(frozen=True)
class Listed:
    """One page of a list with what it was asked for; ``query`` is the address of the same list without its page."""

    page: Page[Any]
    towns: list[Area]
    town: str
    sort: str
    query: str


def listed(request: HttpRequest, district: District, found: QuerySet[Any], sorts: dict[str, str], size: str) -> Listed:
    """The page of ``found`` that the address asks for; ``sorts`` are orders by name, the first is the usual one.

    Of equals the largest come first, by ``size``.
    """
    town, sort = (request.GET.get(name, "").replace("\x00", "")[:LONGEST] for name in ("town", "sort"))
    sort = sort if sort in sorts else next(iter(sorts))
    if town:
        found = found.filter(town__code=town)
    column = F(sorts[sort].removeprefix("-"))
    order = column.desc(nulls_last=True) if sorts[sort].startswith("-") else column.asc(nulls_last=True)
    page = Paginator(found.order_by(order, f"-{size}", "pk"), ROWS).get_page(request.GET.get("page"))
    towns = Area.objects.filter(district=district, kind="town", valid_to=None).defer("geom")
    query = urlencode({name: value for name, value in (("town", town), ("sort", sort)) if value})
    return Listed(page, list(towns), town, sort, query)
