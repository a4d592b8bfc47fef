"""The short card of one home, street or park on the map."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiuhua.city.models import District
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.pages.map.measures import UNKNOWN
from xiuhua.greenery.pages.map.values import door_of, kept_of
from xiuhua.greenery.pages.words import metres, percent


@dataclass(frozen=True)
class Card:
    """A name, facts as (what, value; empty: unknown), the address of its page and of planning for it."""

    name: str
    kind: str
    facts: list[tuple[str, str]]
    url: str


def card_of(district: District, measurement: Measurement | None, layer: str, identity: int) -> Card | None:
    """The card of an object of ``layer``; None where it was not measured."""
    if measurement is None or layer not in _CARDS or identity >= 2**63:
        return None
    return _CARDS[layer](district, measurement, identity)


def _home(district: District, measurement: Measurement, identity: int) -> Card | None:
    row = BuildingGreen.objects.filter(measurement=measurement, building=identity).select_related("building").first()
    if row is None:
        return None
    door = door_of(row.reach_400, joined=row.joined)
    kept = kept_of(row.share_three, door, row.walk)
    walk = "" if door is None else _("none reached") if row.reach_400 is None else metres(row.reach_400)
    facts = [
        (_("Persons"), f"{row.persons:,}"), (_("Windows that see three trees"), percent(row.share_three)),
        (_("Walk to the nearest park"), walk), (_("Shade of the walk around home"), percent(row.walk)),
        (_("Promises kept"), "" if kept == UNKNOWN else _("%(count)d of 3") % {"count": kept}),
    ]  # fmt: skip
    return Card(
        str(row.building),
        pgettext("dwelling", "Home"),
        facts,
        reverse("greenery:home", args=[district.code, row.building.code]),
    )


def _street(district: District, measurement: Measurement, identity: int) -> Card | None:
    row = StreetGreen.objects.filter(measurement=measurement, street=identity).select_related("street").first()
    if row is None:
        return None
    facts = [
        (_("Length"), metres(row.length_m)), (_("Canopy over pavements"), percent(row.canopy)),
        (_("Sides that are tree-lined"), percent(row.lined)), (_("Shade on pavements"), percent(row.shade)),
    ]  # fmt: skip
    return Card(str(row.street), _("Street"), facts, reverse("greenery:street", args=[district.code, row.street.code]))


def _park(district: District, measurement: Measurement, identity: int) -> Card | None:
    row = ParkGreen.objects.filter(measurement=measurement, park=identity).select_related("park").first()
    if row is None:
        return None
    circle = "" if row.radius_m is None else f"{row.in_circle:,}"
    facts = [
        (_("Entrances"), row.get_entered_display()), (_("Persons in its circle"), circle),
        (_("of them beyond a walk of 500 m to any park"), "" if row.radius_m is None else f"{row.beyond:,}"),
        (_("Persons whose nearest park it is, within 500 m"), f"{row.near_500:,}"),
    ]  # fmt: skip
    return Card(str(row.park), _("Park"), facts, reverse("greenery:park", args=[district.code, row.park.code]))


_CARDS = {"buildings": _home, "streets": _street, "greens": _park}
