"""What is missing where, and what it costs in certainty: values assumed, objects left out, figures unknown."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District
from xiuhua.greenery.bands import parts
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.lacking import EMPTY, HOMES, UNKNOWN
from xiuhua.greenery.pages.told import Shown, shown
from xiuhua.greenery.pages.words import percent
from xiuhua.greenery.queries import asked_of
from xiuhua.greenery.rights import VIEW
from xiuhua.greenery.words import RULES
from xiuhua.people.permissions import require

# Which layer of the city each rule fills in for, and which figures lean on it.
LAYER_OF = {
    "height_from_floors": "buildings", "height_median": "buildings", "building_height_beyond": "buildings",
    "tree_height_species": "trees", "tree_height_median": "trees", "tree_crown_species": "trees",
    "tree_crown_median": "trees", "tree_base_share": "trees", "tree_size_beyond": "trees", "evergreen_species": "trees",
    "tree_moved_outdoors": "trees", "tree_inside_building": "trees", "persons_census": "buildings",
    "persons_floor_area": "buildings", "street_width_class": "streets", "homes_from_buildings": "plots",
}  # fmt: skip
COSTS = {
    "buildings": gettext_lazy("heights: what is seen over roofs, and the shade of walls"),
    "trees": gettext_lazy("crowns: what is seen, canopy and shade"),
    "streets": gettext_lazy("widths: where pavements lie, so canopy and shade"),
    "plots": gettext_lazy("residential land: the official circles"),
    "persons": gettext_lazy("persons: the weight of every figure by person"),
}
PERSONS = ("persons_census", "persons_floor_area")


@dataclass(frozen=True)
class Gap:
    """One rule: how many of how many objects, their share, what leans on it, the list of the layer."""

    name: str
    count: int
    total: int
    share: str
    cost: str
    url: str
    persons: str


@require_safe
@require(VIEW)
def quality(request: HttpRequest, district_code: str) -> HttpResponse:
    """The page."""
    asking = asked(request, district_code)
    context: dict[str, Any] = {"district": asking.district, "measurement": asking.measurement}
    if asking.measurement is not None:
        context |= _told(asking.district, asking.measurement)
    return render(request, "greenery/quality.html", context)


def _told(district: District, measurement: Measurement) -> dict[str, Any]:
    figures = shown(measurement)
    return {
        "assumed": _gaps(district, measurement, measurement.assumed),
        "rejected": _gaps(district, measurement, measurement.rejected),
        "entered": _entered(measurement), "unknown": _unknown(measurement), "figures": list(figures.values()),
        "banded": [each for each in figures.values() if each.band], "widest": _widest(figures),
        "hidden": percent(measurement.bands.get("crowns_block", {}).get("see")),
        "ranges": [(metres, percent(share)) for metres, share in measurement.bands.get("ranges", {}).items()],
        "begun": _begun(measurement),
    }  # fmt: skip


def _begun(measurement: Measurement) -> tuple[int, int] | None:
    """How many parts of the bands are worked out, and of how many; None where nobody is at them."""
    done = measurement.unfinished.get("bands")
    return None if done is None else (len(done), parts(asked_of(measurement).runs))


def _gaps(district: District, measurement: Measurement, rules: list[list[Any]]) -> list[Gap]:
    """The rules that were applied, those that touch the largest share first."""
    found = []
    for key, count, total in rules:
        if not count or key not in RULES:
            continue
        layer = LAYER_OF.get(key, "")
        cost = COSTS["persons" if key in PERSONS else layer] if layer else ""
        url = _list_of(district, key, layer)
        share = count / total if total else 0.0
        found.append((share, Gap(
            str(RULES[key]), count, total, percent(share), str(cost), url, _persons_behind(measurement, key),
        )))  # fmt: skip
    return [gap for _share, gap in sorted(found, key=lambda each: -each[0])]


def _list_of(district: District, key: str, layer: str) -> str:
    """The list of those that lack the value; where the rule names none, that of the layer."""
    if key in EMPTY:
        return reverse("greenery:lacking", args=[district.code, key])
    return reverse("city:layer", args=[district.code, layer]) if layer in LAYERS else ""


def _persons_behind(measurement: Measurement, key: str) -> str:
    """The share of persons who live in buildings of which the attribute is missing; empty for other layers."""
    of, which = EMPTY.get(key, ("", Q()))
    if of != HOMES:
        return ""
    homes = BuildingGreen.objects.filter(measurement=measurement)
    sums = homes.aggregate(all=Sum("persons"), some=Sum("persons", filter=which))
    return percent((sums["some"] or 0) / sums["all"]) if sums["all"] else ""


def _entered(measurement: Measurement) -> list[tuple[str, str, int]]:
    """How the entrances of parks are known: key, words, how many."""
    parks = ParkGreen.objects.filter(measurement=measurement).order_by()
    counts = dict(parks.values_list("entered").annotate(count=Count("pk")))
    return [(key, str(word), counts.get(key, 0)) for key, word in ParkGreen.Entered.choices]


def _unknown(measurement: Measurement) -> list[tuple[str, str, int, int]]:
    """Homes of which something is unknown: the key of their list, why, how many homes, how many persons."""
    homes = BuildingGreen.objects.filter(measurement=measurement)
    found = []
    for key, (reason, which) in UNKNOWN.items():
        sums = homes.filter(which).aggregate(homes=Count("pk"), persons=Sum("persons"))
        found.append((key, str(reason), sums["homes"], sums["persons"] or 0))
    return found


def _widest(figures: dict[str, Shown]) -> Shown | None:
    """The figure that the perturbed runs move most."""
    banded = [each for each in figures.values() if each.band]
    return max(banded, key=lambda each: each.span, default=None)
