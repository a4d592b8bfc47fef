"""Apply for a living room, and again after it was withdrawn."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import area_index, local_day
from xiuhua.city.models import Area, District, Site
from xiuhua.foundation import events
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection import rooms_cutting
from xiuhua.inspection.actions.rooms.door import allow, held, optional_text, startable, step, text_of
from xiuhua.inspection.models import LivingRoom, Standard
from xiuhua.inspection.rooms_states import APPLY
from xiuhua.people.actors import Actor
from xiuhua.people.models import Organisation, User

# Squares of the place at least: where one sits down and takes a few steps.
LEAST_SQUARES = 1
_CODE = re.compile(r"R(\d+)")
_KINDS = {rooms_cutting.PATH: "sit_path", rooms_cutting.SQUARE: "sit_square"}


@dataclass(frozen=True)
class Application:
    """What is applied for. ``place`` is a line or an area in degrees; ``level`` is the level asked for."""

    district: District
    name_zh: str
    type: str
    place: BaseGeometry
    unit: Organisation
    name_en: str = ""
    level: str = LivingRoom.Level.DISTRICT
    about_zh: str = ""
    about_en: str = ""
    site: Site | None = None


@transaction.atomic
def apply(asked: Application, *, actor: Actor, at: datetime | None = None) -> LivingRoom:
    """Apply for a living room that the unit answers for. Raises ``Refused``, ``Forbidden``."""
    now, district = at or timezone.now(), asked.district
    allow(actor, APPLY, district, asked.unit)
    if not asked.unit.exists_on(local_day(district, now)):
        raise Refused(
            _("%(unit)s is no more.") % {"unit": asked.unit}, _("Name the unit that answers for the place today.")
        )
    lon, lat, kind = _place(asked.place)
    town = _town(district, lon, lat, now)
    events.lock(f"rooms:{district.code}")
    name = _free_name(district, text_of(asked.name_zh, _("a Chinese name"), longest=160))
    room = LivingRoom.objects.create(
        district=district, code=_next_code(district), name_zh=name,
        name_en=optional_text(asked.name_en, longest=160), type=_one_of(asked.type, LivingRoom.Type.values, _("type")),
        site=asked.site, town=town, lon=lon, lat=lat, asked_level=_one_of(asked.level, LEVELS, _("level")),
        unit=asked.unit, standard=_standard(kind), about_zh=optional_text(asked.about_zh),
        about_en=optional_text(asked.about_en), applied_at=now,
        applied_by=actor if isinstance(actor, User) else None, version=0, **to_row(asked.place),
    )  # fmt: skip
    data = {"unit": asked.unit.code, "level": room.asked_level, "type": room.type, "size": _size(asked.place)}
    step(room, "apply", actor, data=data, at=now)
    return room


@transaction.atomic
def apply_again(
    room: LivingRoom, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> LivingRoom:
    """Apply again for a room that was withdrawn; ``reason`` says what was done about it."""
    row = held(room, expected_version)
    allow(actor, APPLY, row.district, row.unit)
    startable(row, "apply_again")
    said = text_of(reason, _("a reason: what was put in order since"))
    columns = {"accepted_on": None, "withdrawn_on": None, "level": "", "applied_at": at or timezone.now()}
    step(row, "apply_again", actor, reason=said, columns=columns, at=at)
    return row


LEVELS: list[str] = list(LivingRoom.Level.values)


def _place(place: BaseGeometry) -> tuple[float, float, str]:
    """A point on the place, and whether it is looked at by paths or by squares."""
    try:
        kind = rooms_cutting.kind_of(place)
    except ValueError:
        raise Refused(
            _("The place is neither a line nor an area."),
            _("Choose a site, or give at least two points of a line or three corners of an area."),
        ) from None
    if not place.is_valid:
        raise Refused(
            _("The outline of the place crosses itself."), _("Give its corners in order, once around the place.")
        )
    size = rooms_cutting.measure(place)
    one = rooms_cutting.PATH_M if kind == rooms_cutting.PATH else rooms_cutting.SQUARE_M**2
    if not LEAST_SQUARES <= size / one <= rooms_cutting.MOST:
        raise Refused(
            _("The place measures %(size).0f %(unit)s; a living room has %(least).0f to %(most).0f.")
            % {
                "size": size, "unit": "m" if kind == rooms_cutting.PATH else "m²", "least": one * LEAST_SQUARES,
                "most": one * rooms_cutting.MOST,
            },
            _("Draw it larger, or apply for a part of it."),
        )  # fmt: skip
    on = place.interpolate(0.5, normalized=True) if place.geom_type == "LineString" else place.representative_point()
    return on.x, on.y, kind


def _size(place: BaseGeometry) -> float:
    return round(rooms_cutting.measure(place), 1)


def _town(district: District, lon: float, lat: float, now: datetime) -> Area | None:
    index = area_index(district, now)
    around = index.at(lon, lat)
    if index.kinds and not around:
        raise Refused(
            _("The place lies outside %(district)s.") % {"district": district.name},
            _("Check longitude and latitude: degrees, longitude first."),
        )
    town = next((place.id for place in around if place.kind == "town"), None)
    return Area.objects.filter(pk=town).first() if town else None


def _standard(kind: str) -> Standard:
    """The standard in force by which paths or squares of living rooms are looked at."""
    rows = Standard.objects.filter(kind=kind, state=Standard.State.IN_FORCE)
    preferred = rows.filter(key=_KINDS[kind]).order_by("-valid_from", "-pk").first()
    found = preferred or rows.order_by("-valid_from", "-pk").first()
    if found is None:
        raise Refused(
            _("No standard for living rooms is in force (kind “%(kind)s”).") % {"kind": kind},
            _("The assessor loads the standards: xiuhua inspection standards load"),
        )
    return found


def _free_name(district: District, name: str) -> str:
    """``name``, where no other living room that goes on has it: a form sent twice applies once."""
    other = LivingRoom.objects.filter(district=district, name_zh=name).exclude(state=LivingRoom.State.REFUSED).first()
    if other is not None:
        raise Refused(
            _("%(name)s is a living room already: %(code)s.") % {"name": name, "code": other.code},
            _("Go on with that one, or give this one another name."),
        )
    return name


def _next_code(district: District) -> str:
    codes = LivingRoom.objects.filter(district=district).values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := _CODE.fullmatch(code))]
    return f"R{max(numbers, default=0) + 1:03d}"


def _one_of(value: str, known: list[str], what: str) -> str:
    if value not in known:
        raise Refused(
            _("“%(value)s” is no %(what)s of a living room.") % {"value": value, "what": what},
            _("Use one of: %(list)s.") % {"list": ", ".join(known)},
        )
    return value
