"""A check as it is sent: whether it can be taken, before anything is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.plain import keepable
from xiuhua.inspection.models import Frame, Item, Standard, Visit
from xiuhua.inspection.scoring import outside
from xiuhua.people.models import User

MOST_PHOTOS = 40
LONGEST, LONGEST_OF_ITEM = 4000, 300
AHEAD = timedelta(minutes=5)  # by which a clock may be fast
OLDEST = timedelta(days=60)
_WEATHER = {"wind": 12, "humidity": 100}


@dataclass(frozen=True)
class CheckSent:
    """A check as an inspector sends it. ``key`` is made by the sender: sent again, it stays one check.

    ``values`` holds for each item of the standard what was found, None where it could not be assessed; ``photos`` are
    keys of stored photos with the item that they show, None for the whole. ``weather`` is
    ``{"dry": true, "wind": 2, "humidity": 60}`` (force of wind, per cent). ``part`` counts without a visit only.
    """

    key: UUID
    inspector: User
    frame: Frame
    standard: Standard
    began_at: datetime
    seen_at: datetime
    values: Mapping[str, float | None]
    visit: Visit | None = None
    part: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    weather: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    photos: Sequence[tuple[UUID, str | None]] = ()
    note: str = ""


def checked(sent: CheckSent, items: Sequence[Item], now: datetime) -> CheckSent:
    """The check with its texts trimmed. Raises ``Refused`` for the first thing that is wrong with it."""
    _check_times(sent, now)
    _check_place(sent)
    _check_weather(sent.weather)
    _check_values(sent, items)
    notes = {key: _text(note, LONGEST_OF_ITEM) for key, note in sent.notes.items() if note.strip()}
    return replace(sent, note=_text(sent.note, LONGEST), notes=notes, photos=_photos(sent, items))


def _check_times(sent: CheckSent, now: datetime) -> None:
    for moment in (sent.began_at, sent.seen_at):
        if moment.tzinfo is None:
            raise Refused(_("The time given has no zone."), _("Write it like 2026-03-01T08:00:00+08:00."))
    if sent.seen_at > now + AHEAD:
        raise Refused(_("The time of the check lies in the future."), _("Set the clock of the device and send again."))
    if sent.seen_at < now - OLDEST:
        raise Refused(_("The check is older than two months."), _("Look again and send what is there now."))
    if sent.began_at > sent.seen_at:
        raise Refused(_("The check ended before it began."), _("Correct the two times and send again."))


def _check_place(sent: CheckSent) -> None:
    figures = (sent.lon, sent.lat, sent.accuracy_m)
    if any(figure is not None and not isfinite(figure) for figure in figures) or (sent.lon is None) != (
        sent.lat is None
    ):
        raise Refused(_("The position cannot be read."), _("Give longitude, latitude and metres as numbers."))
    if sent.lon is not None and sent.lat is not None and (abs(sent.lon) > 180 or abs(sent.lat) > 90):  # noqa: PLR2004 - the earth
        raise Refused(
            _("The place is not on earth: %(lon)s, %(lat)s.") % {"lon": sent.lon, "lat": sent.lat},
            _("Give the longitude first, in degrees, then the latitude."),
        )
    if sent.accuracy_m is not None and sent.accuracy_m < 0:
        raise Refused(_("The position cannot be read."), _("Give longitude, latitude and metres as numbers."))


def _check_weather(weather: Mapping[str, Any]) -> None:
    for key, value in weather.items():
        if value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = isinstance(value, bool) if key == "dry" else number and 0 <= value <= _WEATHER.get(key, -1)
        if not fits:
            raise Refused(
                _("The weather cannot be %(key)s: %(value)s.") % {"key": key[:20], "value": str(value)[:20]},
                _("Give dry (yes or no), wind (force 0 to 12), humidity (0 to 100 per cent)."),
            )


def _check_values(sent: CheckSent, items: Sequence[Item]) -> None:
    known = {item.key: item for item in items}
    for key in (*sent.values, *sent.notes):
        if key not in known:
            raise Refused(
                _("The standard %(standard)s has no item %(item)s.")
                % {"standard": sent.standard.ref, "item": key[:40]},
                _("Load the standards again and check anew."),
            )
    for item in items:
        if item.key not in sent.values:
            raise Refused(
                _("Nothing is said of “%(item)s”.") % {"item": item.name},
                _("Give its value, or say that it could not be assessed."),
            )
        value = sent.values[item.key]
        if value is not None and (outside(item.scale, value) or (item.scale == Item.Scale.COUNT and value % 1)):
            raise Refused(
                _("“%(item)s” cannot be %(value)s.") % {"item": item.name, "value": value},
                _("A grade lies in 0 to 5, a yes is 1 and a no is 0, nothing is counted or weighed below 0."),
            )
    if all(value is None for value in sent.values.values()):
        raise Refused(_("Nothing was assessed."), _("Grade at least one item, or report that the visit was missed."))


def _photos(sent: CheckSent, items: Sequence[Item]) -> list[tuple[UUID, str | None]]:
    """The photos, each once. Raises ``Refused`` for too many, for another item, or where one is missing."""
    given: dict[UUID, str | None] = {}
    for key, of in sent.photos:
        given.setdefault(key, of)
    photos = list(given.items())
    if len(photos) > MOST_PHOTOS:
        raise Refused(
            _("These are %(count)s photos.") % {"count": len(photos)},
            _("Choose at most %(most)s.") % {"most": MOST_PHOTOS},
        )
    shown = {item for _key, item in photos}
    if wrong := shown - {None} - {item.key for item in items}:
        raise Refused(
            _("The standard %(standard)s has no item %(item)s.")
            % {"standard": sent.standard.ref, "item": str(min(map(str, wrong)))[:40]},
            _("Load the standards again and check anew."),
        )
    for item in items:
        if item.photo_needed and sent.values[item.key] is not None and not {item.key, None} & shown:
            raise Refused(_("There is no photo of “%(item)s”.") % {"item": item.name}, _("Take one and send again."))
    return photos


def _text(text: str, longest: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise Refused(
            _("The note has %(length)s characters.") % {"length": len(text)},
            _("Shorten it to at most %(longest)s characters.") % {"longest": longest},
        )
    if not keepable(text):
        raise Refused(_("The note holds characters that cannot be kept."), _("Type it again and send."))
    return text
