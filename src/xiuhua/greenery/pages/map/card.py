"""The short card of one home, street or park on the map."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

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
    plan: str


def card_of(
    district: District, measurement: Measurement | None, layer: str, identity: int, *, inside: bool
) -> Card | None:
    """The card of an object of ``layer``; None where it was not measured. ``inside``: with the persons of one home."""
    if measurement is None or layer not in _CARDS or identity >= 2**63:
        return None
    return _CARDS[layer](district, measurement, identity, inside=inside)


def _home(district: District, measurement: Measurement, identity: int, *, inside: bool) -> Card | None:
    row = BuildingGreen.objects.filter(measurement=measurement, building=identity).select_related("building").first()
    if row is None:
        return None
    door = door_of(row.reach_400, joined=row.joined)
    kept = kept_of(row.share_three, door, row.walk)
    walk = "" if door is None else _("none reached") if row.reach_400 is None else metres(row.reach_400)
    facts = [
        *([(_("Persons"), f"{row.persons:,}")] if inside else []),
        (_("Windows that see three trees"), percent(row.share_three)),
        (_("Walk to the nearest park"), walk), (_("Shade of the walk around home"), percent(row.walk)),
        (_("Promises kept"), "" if kept == UNKNOWN else _("%(count)d of 3") % {"count": kept}),
    ]  # fmt: skip
    code = row.building.code
    url = reverse("greenery:home", args=[district.code, code])
    return Card(str(row.building), pgettext("dwelling", "Home"), facts, url, _plan(district, "home", code))


def _street(district: District, measurement: Measurement, identity: int, **_more: bool) -> Card | None:
    row = StreetGreen.objects.filter(measurement=measurement, street=identity).select_related("street").first()
    if row is None:
        return None
    facts = [
        (_("Length"), metres(row.length_m)), (_("Canopy over pavements"), percent(row.canopy)),
        (_("Sides that are tree-lined"), percent(row.lined)), (_("Shade on pavements"), percent(row.shade)),
    ]  # fmt: skip
    code = row.street.code
    url = reverse("greenery:street", args=[district.code, code])
    return Card(str(row.street), _("Street"), facts, url, _plan(district, "street", code))


def _park(district: District, measurement: Measurement, identity: int, **_more: bool) -> Card | None:
    row = ParkGreen.objects.filter(measurement=measurement, park=identity).select_related("park").first()
    if row is None:
        return None
    circle = "" if row.radius_m is None else f"{row.in_circle:,}"
    facts = [
        (_("Entrances"), row.get_entered_display()), (_("Persons in its circle"), circle),
        (_("of them beyond a walk of 500 m to any park"), "" if row.radius_m is None else f"{row.beyond:,}"),
        (_("Persons whose nearest park it is, within 500 m"), f"{row.near_500:,}"),
    ]  # fmt: skip
    code = row.park.code
    url = reverse("greenery:park", args=[district.code, code])
    return Card(str(row.park), _("Park"), facts, url, _plan(district, "park", code))


def _plan(district: District, name: str, code: str) -> str:
    """Where a plan for the object is made; the anchor is the field that its code is filled in to."""
    field = {"home": "home", "street": "street", "park": "gate"}[name]
    return f"{reverse('greenery:plans', args=[district.code])}?{urlencode({name: code})}#{field}-code"


_CARDS: dict[str, Callable[..., Card | None]] = {"buildings": _home, "streets": _street, "greens": _park}
