"""The short card of one home, street or park on the map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xiuhua.city.models import District
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.pages.map.measures import UNKNOWN, Word
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


@dataclass(frozen=True)
class Known:
    """What has a card: its table and its object there, what it is called, its facts; names in addresses and forms."""

    table: type[Model]
    about: str
    kind: Word
    facts: Callable[[Any], list[tuple[str, str]]]
    name: str
    field: str


def card_of(
    district: District, measurement: Measurement | None, layer: str, identity: int, *, inside: bool
) -> Card | None:
    """The card of an object of ``layer``; None where it was not measured. ``inside``: with the persons of one home."""
    known = KNOWN.get(layer)
    if measurement is None or known is None or identity >= 2**63:
        return None
    rows = known.table._default_manager.filter(measurement=measurement, **{known.about: identity})
    row: Any = rows.select_related(known.about).first()
    if row is None:
        return None
    thing = getattr(row, known.about)
    facts = known.facts(row)
    if inside and isinstance(row, BuildingGreen):
        facts.insert(0, (_("Persons"), f"{row.persons:,}"))
    url = reverse(f"greenery:{known.name}", args=[district.code, thing.code])
    plans = reverse("greenery:plans", args=[district.code])
    # The anchor is the field that the code is filled in to.
    plan = f"{plans}?{urlencode({known.name: thing.code})}#{known.field}-code"
    return Card(str(thing), str(known.kind), facts, url, plan)


def _home(row: BuildingGreen) -> list[tuple[str, str]]:
    door = door_of(row.reach_400, joined=row.joined)
    kept = kept_of(row.share_three, door, row.walk)
    walk = "" if door is None else _("none reached") if row.reach_400 is None else metres(row.reach_400)
    return [
        (_("Windows that see three trees"), percent(row.share_three)), (_("Walk to the nearest park"), walk),
        (_("Shade of the walk around home"), percent(row.walk)),
        (_("Promises kept"), "" if kept == UNKNOWN else _("%(count)d of 3") % {"count": kept}),
    ]  # fmt: skip


def _street(row: StreetGreen) -> list[tuple[str, str]]:
    return [
        (_("Length"), metres(row.length_m)), (_("Canopy over pavements"), percent(row.canopy)),
        (_("Sides that are tree-lined"), percent(row.lined)), (_("Shade on pavements"), percent(row.shade)),
    ]  # fmt: skip


def _park(row: ParkGreen) -> list[tuple[str, str]]:
    circle = "" if row.radius_m is None else f"{row.in_circle:,}"
    return [
        (_("Entrances"), row.get_entered_display()), (_("Persons in its circle"), circle),
        (_("of them beyond a walk of 500 m to any park"), "" if row.radius_m is None else f"{row.beyond:,}"),
        (_("Persons whose nearest park it is, within 500 m"), f"{row.near_500:,}"),
    ]  # fmt: skip


KNOWN = {
    "buildings": Known(BuildingGreen, "building", pgettext_lazy("dwelling", "Home"), _home, "home", "home"),
    "streets": Known(StreetGreen, "street", gettext_lazy("Street"), _street, "street", "street"),
    "greens": Known(ParkGreen, "park", gettext_lazy("Park"), _park, "park", "gate"),
}
