"""Which homes, trees and streets lack a value that figures lean on: the list to complete, by town, as a table too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.city.models import Building, Street, Tree
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.greenery.models import BuildingGreen, Measurement, StreetGreen
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.listing import listed
from xiuhua.greenery.rights import VIEW
from xiuhua.greenery.words import RULES
from xiuhua.people.permissions import require

HOMES, TREES, STREETS = "homes", "trees", "streets"
COLUMNS = ("code", "name", "town")
# What is empty in the register where a rule stands in: of homes and streets that were measured, of trees of today.
EMPTY: dict[str, tuple[str, Q]] = {
    "height_from_floors": (HOMES, Q(building__height_m=None) & ~Q(building__floors=None)),
    "height_median": (HOMES, Q(building__height_m=None, building__floors=None)),
    "persons_census": (HOMES, Q(building__persons=None)), "persons_floor_area": (HOMES, Q(building__persons=None)),
    "tree_height_species": (TREES, Q(height_m=None)), "tree_height_median": (TREES, Q(height_m=None)),
    "tree_crown_species": (TREES, Q(crown_m=None)), "tree_crown_median": (TREES, Q(crown_m=None)),
    "tree_base_share": (TREES, Q(base_m=None)), "evergreen_species": (TREES, Q(evergreen=None)),
    "street_width_class": (STREETS, Q(street__width_m=None)),
}  # fmt: skip
# Why something is unknown of a home.
UNKNOWN = {
    "no_window": (gettext_lazy("no window: party walls all around"), Q(windows=0)),
    "no_street": (gettext_lazy("no street that one walks on near the door"), Q(joined=False)),
    "no_pavement": (gettext_lazy("no pavement within a walk of 500 m"), Q(walk=None)),
    "no_entrance": (
        gettext_lazy("streets, yet no entrance of a park is reached"), Q(joined=True, reach_400=None),
    ),
}  # fmt: skip


# Of each kind the layer of the city, and how a row leads to its object (empty: it is the object).
KINDS = {HOMES: ("buildings", "building"), TREES: ("trees", ""), STREETS: ("streets", "street")}


@dataclass(frozen=True)
class Lack:
    """What is lacking, in words; of what (homes, trees or streets); the rows."""

    name: str
    of: str
    rows: QuerySet[Any]

    @property
    def layer(self) -> str:
        """The layer of the city that is to be completed."""
        return KINDS[self.of][0]

    @property
    def code(self) -> str:
        """The column of the code, from a row."""
        about = KINDS[self.of][1]
        return f"{about}__code" if about else "code"

    def thing(self, row: Any) -> Building | Tree | Street:
        """The object of a row."""
        about = KINDS[self.of][1]
        found: Building | Tree | Street = getattr(row, about) if about else row
        return found


def lack_of(measurement: Measurement, key: str) -> Lack | None:
    """The rows of which ``key`` (a rule or a reason) is true; None for a key that no list stands behind."""
    if key in UNKNOWN:
        name, which = UNKNOWN[key]
        return Lack(str(name), HOMES, _homes(measurement).filter(which))
    if key not in EMPTY:
        return None
    of, which = EMPTY[key]
    return Lack(str(RULES[key]), of, _ROWS[of](measurement).filter(which))


def _homes(measurement: Measurement) -> QuerySet[BuildingGreen]:
    rows = BuildingGreen.objects.filter(measurement=measurement).select_related("town", "building")
    return rows.defer("building__geom", "town__geom")


def _trees(measurement: Measurement) -> QuerySet[Tree]:
    return Tree.objects.filter(district=measurement.district, valid_to=None).select_related("town").defer("town__geom")


def _streets(measurement: Measurement) -> QuerySet[StreetGreen]:
    rows = StreetGreen.objects.filter(measurement=measurement).select_related("town", "street")
    return rows.defer("street__geom", "town__geom")


_ROWS: dict[str, Callable[[Measurement], QuerySet[Any]]] = {HOMES: _homes, TREES: _trees, STREETS: _streets}


@require_safe
@require(VIEW)
def lacking(request: HttpRequest, district_code: str, lack_key: str) -> HttpResponse:
    """The list; ``?town=``."""
    asking = asked(request, district_code)
    lack = _lack(asking.measurement, lack_key)
    sorts = {"code": lack.code}
    part = listed(request, asking.district, lack.rows, sorts, "pk")
    context = {
        "district": asking.district, "measurement": asking.measurement, "lack": lack, "key": lack_key, "list": part,
        "rows": [(lack.thing(row), row.town) for row in part.page], "sorts": [("code", _("by code"))],
        "layer": lack.layer, "count": part.page.paginator.count,
    }  # fmt: skip
    return render(request, "greenery/lacking.html", context)


@require_safe
@require(VIEW)
def lacking_csv(request: HttpRequest, district_code: str, lack_key: str) -> StreamingHttpResponse:
    """The whole list as a table for spreadsheets: who completes it loads it again by code."""
    lack = _lack(asked(request, district_code).measurement, lack_key)
    answer = StreamingHttpResponse(csv_lines(COLUMNS, _lines(lack)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{lack_key}.csv"'
    return answer


def _lines(lack: Lack) -> Iterator[tuple[str, str, str]]:
    for row in lack.rows.order_by(lack.code, "pk").iterator(chunk_size=2000):
        thing = lack.thing(row)
        yield thing.code, thing.name, str(row.town or "")


def _lack(measurement: Measurement | None, key: str) -> Lack:
    found = lack_of(measurement, key) if measurement else None
    if found is None:
        raise Http404(_("There is no such list; the page “How sure” shows those there are."))
    return found
