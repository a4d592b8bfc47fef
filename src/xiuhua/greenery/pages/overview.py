"""The three promises of a district and of its areas: the honest figure and the official one side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import Area, District
from xiuhua.greenery.held import Homes, curves, homes_of
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.pages import pictures
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.changed import changed
from xiuhua.greenery.pages.measuring import under_way
from xiuhua.greenery.pages.told import PANELS, Shown, key_of, panel, shown
from xiuhua.greenery.pages.words import HOURS, metres, percent
from xiuhua.greenery.places import WHOLE
from xiuhua.greenery.promise import DOOR_M, SEE, Kept
from xiuhua.greenery.rights import MEASURE, VIEW
from xiuhua.people.permissions import may, require

# What the table of areas shows, and can be sorted by.
COLUMNS = ("see", "door_500", "walk", "lined_official", "promise")
SHARES = np.linspace(0, 1, 41)
METRES = np.linspace(0, 1_500, 61)
# The areas that figures are kept of, by the kind of the area that they lie in.
BELOW = {WHOLE: "town", "town": "community"}


@dataclass(frozen=True)
class Row:
    """An area in the table: its figures in the order of ``COLUMNS``, None where it has none."""

    area: Area
    kind: str
    figures: list[Shown | None]


@require_safe
@require(VIEW)
def overview(request: HttpRequest, district_code: str) -> HttpResponse:
    """The district: promises, the one number with its curves, towns; before any measurement how to make one."""
    asking = asked(request, district_code)
    context: dict[str, Any] = {
        "district": asking.district, "measurement": asking.measurement,
        "may_measure": may(request.user, MEASURE, district_code=asking.district.code),
        "under_way": under_way(asking.district),
    }  # fmt: skip
    if asking.measurement is not None:
        homes = homes_of(asking.measurement)
        context["changed"] = changed(asking.district)
        since = asking.measurement.unfinished.get("change", {}).get("since")
        context["explaining"] = since and date.fromisoformat(since)
        context |= _told(request, asking.district, asking.measurement, WHOLE, homes, None)
    return render(request, "greenery/overview.html", context)


@require_safe
@require(VIEW)
def area(request: HttpRequest, district_code: str, kind: str, area_code: str) -> HttpResponse:
    """A town with its communities, or a community."""
    asking = asked(request, district_code)
    measurement = asking.measurement
    if measurement is None or key_of(kind, area_code) not in measurement.totals:
        raise Http404(_("Nothing was measured of this area: no home lies in it, or the district was not measured yet."))
    found = _areas(asking.district, kind).get(area_code)
    if found is None:
        raise Http404(_("There is no such area any more."))
    homes = homes_of(measurement)
    homes = homes.of((homes.towns if kind == "town" else homes.communities) == found.pk)
    context = {"district": asking.district, "measurement": measurement, "area": found, "kind": kind}
    context |= _told(request, asking.district, measurement, key_of(kind, area_code), homes, found)
    return render(request, "greenery/area.html", context)


def _told(
    request: HttpRequest, district: District, measurement: Measurement, place: str, homes: Homes, inside: Area | None
) -> dict[str, Any]:
    figures, kept = shown(measurement, place), homes.kept()
    sort = request.GET.get("sort", "")
    rows = _rows(district, measurement, place, inside)
    at, reverse = _order(sort)
    if at >= 0:
        rows.sort(key=lambda row: _value(row, at), reverse=reverse)
    return {
        "panels": [(key, panel(figures, key)) for key in PANELS], "promise": figures.get("promise"),
        "twin": figures.get("three_thirty_300"), "bar": _bar(kept), "kept": kept, **_curves(homes),
        "spread": [percent(value) for value in (kept.index, kept.lowest_tenth)], "gini": _gini(kept),
        "rows": rows, "columns": _columns(figures, sort), "below": BELOW.get(place.partition(":")[0], ""),
        "hours": HOURS.get(str(measurement.parameters.get("hours")), ""),
        "range": metres(measurement.parameters.get("range_m")), "views": _views(homes),
    }  # fmt: skip


def _views(homes: Homes) -> tuple[str, list[tuple[int, str]]] | None:
    """The middle view and the windows with much of it, in words; None where the view was not measured."""
    found = homes.views()
    return found and (percent(found[0]), [(view, percent(share)) for view, share in found[1].items()])


def _gini(kept: Kept) -> str:
    return "" if np.isnan(kept.gini) else f"{kept.gini:.2f}"


def _bar(kept: Kept) -> list[tuple[pictures.Part, str, str]]:
    """The parts of the bar with their words and shares."""
    words = {
        "kept": _("all three kept"), "only_see": _("only the view fails"), "only_door": _("only the park fails"),
        "only_walk": _("only the shade fails"), "several": _("more than one fails"),
    }  # fmt: skip
    return [(part, words[part.key], percent(part.share)) for part in pictures.parts(kept)]


def _curves(homes: Homes) -> dict[str, Any]:
    """Both charts with the values at the threshold in use."""
    found = curves(homes, SHARES, METRES)
    words = {
        "see": _("share of windows that see three trees"), "walk": _("share of the walk in shade"),
        "all": _("all three, the park at 500 m"), "door": _("a park within so far a walk"),
        "all_door": _("all three, the others at one half"),
    }  # fmt: skip
    shares = pictures.curves(
        SHARES, {key: found[key] for key in ("see", "walk", "all")}, SEE,
        [(step, f"{step * 100:.0f} %") for step in (0, 0.25, 0.5, 0.75, 1)],
    )  # fmt: skip
    walks = pictures.curves(
        METRES, {key: found[key] for key in ("door", "all_door")}, DOOR_M,
        [(step, metres(step)) for step in (0, 300, 500, 1_000, 1_500)],
    )  # fmt: skip
    return {
        name: chart and (chart, [(line, words[line.key], percent(line.value)) for line in chart.lines])
        for name, chart in (("shares", shares), ("walks", walks))
    }


def _areas(district: District, kind: str) -> dict[str, Area]:
    """The areas of a kind by code, the newest of each."""
    found = Area.objects.filter(district=district, kind=kind).defer("geom").select_related("parent")
    return {each.code: each for each in found.order_by("valid_from", "pk")}


def _rows(district: District, measurement: Measurement, place: str, inside: Area | None) -> list[Row]:
    kind = BELOW.get(place.partition(":")[0])
    if kind is None:
        return []
    rows = []
    for code, each in sorted(_areas(district, kind).items()):
        if key_of(kind, code) not in measurement.totals or (inside is not None and each.parent_id != inside.pk):
            continue
        figures = shown(measurement, key_of(kind, code))
        rows.append(Row(each, kind, [figures.get(key) for key in COLUMNS]))
    return rows


def _order(sort: str) -> tuple[int, bool]:
    """The column that is sorted by and whether the greatest comes first; -1 for the order of codes."""
    key = sort.removeprefix("-")
    return (COLUMNS.index(key), sort.startswith("-")) if key in COLUMNS else (-1, False)


def _value(row: Row, at: int) -> float:
    figure = row.figures[at]
    return -1.0 if figure is None or figure.share is None else figure.share


def _columns(figures: dict[str, Shown], sort: str) -> list[tuple[str, str, str]]:
    """Name, what a click sorts by, and the order now for ``aria-sort``."""
    found = []
    for key in COLUMNS:
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        name = capfirst(figures[key].short) if key in figures else key
        found.append((name, f"-{key}" if order == "ascending" else key, order))
    return found
