"""What every write of campaigns and lists goes through: rights, texts, places, photos, the event."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.city.area_index import area_index
from xiuhua.city.models import District
from xiuhua.foundation.events import record
from xiuhua.foundation.plain import keepable
from xiuhua.inspection.models import Campaign, ListRound, LookPhoto, SitePhoto
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import may, refusal
from xiuhua.people.queries import unit_chain

# The longest text of a problem, a reason, a rule.
LONGEST = 4000


class FieldRefused(Refused):
    """A value that cannot be taken; ``field`` is its column."""

    def __init__(self, field: str, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.field = field


def person(actor: Actor) -> User | None:
    """The account that did it; None for the system."""
    return actor if isinstance(actor, User) else None


def allow(actor: Actor, permission: str, district: District, *units: Organisation | None) -> None:
    """Raise ``Forbidden`` when the person may not do this in the district, or to what belongs to one of ``units``."""
    if not isinstance(actor, User):
        return
    codes = [each.code for unit in units for each in unit_chain(unit)]
    if may(actor, permission, district_code=district.code, unit_codes=codes):
        return
    why = refusal(actor, permission, district.code, partly=bool(units))
    raise Forbidden(
        why or _("Your account may do this only for its own unit and those below it."),
        _("Ask somebody of that unit, or who keeps the campaigns and lists."),
    )


def text_of(value: str, what: str, *, longest: int = LONGEST, empty: bool = False, field: str = "") -> str:
    """``value`` without spaces around it.

    Raises ``FieldRefused`` for nothing (unless ``empty``), too much, or signs that cannot be kept.
    """
    text = value.replace("\r\n", "\n").strip()
    if not text and not empty:
        raise FieldRefused(field, _("This needs %(what)s.") % {"what": what}, _("Write it and try again."))
    if len(text) > longest or not keepable(text):
        raise FieldRefused(
            field,
            _("%(what)s: longer than %(limit)s characters, or with signs that cannot be kept.")
            % {"what": what, "limit": longest},
            _("Shorten it and write it without control characters."),
        )
    return text


def town_at(district: District, lon: float, lat: float, at: datetime) -> int | None:
    """The id of the town around a place. Raises ``FieldRefused`` for no place on earth or one outside the district.

    A district whose outline is not loaded takes every place on earth.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        raise FieldRefused(
            "lon",
            _("The place is not on earth: %(lon)s, %(lat)s.") % {"lon": lon, "lat": lat},
            _("Give the longitude first, in degrees, then the latitude."),
        )
    index = area_index(district, at)
    found = index.at(lon, lat)
    if index.of_kind("district") is not None and all(place.kind != "district" for place in found):
        raise FieldRefused(
            "lon",
            _("The place %(lon).5f, %(lat).5f lies outside %(district)s.")
            % {"lon": lon, "lat": lat, "district": district},
            _("Check both numbers; they are degrees in WGS-84, the longitude first."),
        )
    return next((place.id for place in found if place.kind == "town"), None)


def photos_of(keys: Sequence[UUID | str], user: User | None) -> list[Photo]:
    """Stored photos that belong to nothing yet, in the order given; a person gives only what they sent themselves.

    Raises ``Refused`` for one that is not there, or is in use.
    """
    wanted = list(dict.fromkeys(str(key) for key in keys))
    try:
        rows = Photo.objects.filter(key__in=[UUID(key) for key in wanted], case=None, report=None, check_made=None)
    except ValueError:
        raise _no_photo() from None
    if user is not None:
        rows = rows.filter(user=user)
    found = {str(photo.key): photo for photo in rows}
    ids = [photo.pk for photo in found.values()]
    held = any(model._default_manager.filter(photo__in=ids).exists() for model in (SitePhoto, LookPhoto))
    if held or len(found) != len(wanted):
        raise _no_photo()
    return [found[key] for key in wanted]


def _no_photo() -> Refused:
    return Refused(_("A photo is not there, or is used elsewhere."), _("Add the photo again and send."))


def chain(owner: Campaign | ListRound) -> str:
    """The event chain: everything about one campaign, or one round of the lists, is in one order."""
    kind = "campaign" if isinstance(owner, Campaign) else "list"
    return f"{kind}:{owner.district.code}:{owner.key}"


def subject(item: Model) -> str:
    """How events name a thing."""
    if isinstance(item, Campaign | ListRound):
        return f"inspection.{item._meta.model_name}:{item.district.code}:{item.key}"
    return f"inspection.{item._meta.model_name}:{item.pk}"


def tell(
    owner: Campaign | ListRound, item: Model, verb: str, actor: Actor, *, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None, at: datetime,
) -> None:  # fmt: skip
    """Write the event of a change."""
    record(
        chain=chain(owner), verb=verb, actor=name_of(actor), subject=subject(item),
        before=dict(before) if before is not None else None, after=dict(after) if after is not None else None, at=at,
    )  # fmt: skip


def first(by: User | None, move: str, word: str, at: datetime) -> Conflict:
    """The conflict with ``by``, who made ``move`` (``word`` in words) since the thing was read."""
    return Conflict(
        _("%(by)s was first: “%(move)s” at %(at)s.")
        % {"by": by or _("the system"), "move": word, "at": date_format(timezone.localtime(at), "Y-m-d H:i:s")},
        _("Look at it as it is now, then decide again."),
        by=by.username if by else "", move=move, at=at,
    )  # fmt: skip
