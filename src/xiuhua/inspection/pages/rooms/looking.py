"""The form by which a drawn square is looked at without the phone page: no JavaScript, nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import CaseworkError, Refused
from xiuhua.foundation.form_answers import INVALID
from xiuhua.inspection.actions.checks import CheckSent, submit_check
from xiuhua.inspection.actions.rooms import drawn
from xiuhua.inspection.models import Check, Item, Part, RoomLook
from xiuhua.inspection.pages.checks.wording import asked_weather
from xiuhua.inspection.pages.failing import status_of
from xiuhua.inspection.pages.rooms.asked import LARGEST, Reader, inside, reader_of, room_of, signed
from xiuhua.inspection.pages.rooms.photos_sent import photos_sent
from xiuhua.inspection.standard_words import bound_words
from xiuhua.people.models import User

MOST_PHOTOS = 12
_WEATHER = ("wind", "humidity")


@dataclass(frozen=True)
class Asked:
    """An item of the standard as the form asks for it, with what was typed."""

    item: Item
    bound: str
    typed: str
    skipped: bool
    words: Sequence[tuple[str, str]]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside
def look_at_square(request: HttpRequest, district_code: str, room_code: str, look_id: int) -> HttpResponse:
    """The form of the square that was drawn for the reader, and what it sends."""
    reader, user = reader_of(request, district_code), signed(request)
    room = room_of(reader, room_code)
    rows = RoomLook.objects.select_related("square__frame__district", "test__room__standard")
    look = rows.filter(pk=min(look_id, LARGEST), test__room=room, drawn_by=user).first()
    if look is None:
        raise Http404(_("This living room has no such square drawn for you."))
    if request.method != "POST":
        return _page(request, reader, look, _fresh(), [], [])
    typed = {name: str(value) for name, value in request.POST.items()}
    too_many = _("%(count)s photos are the most. The others were left out.") % {"count": MOST_PHOTOS}
    photos, wrong = photos_sent(request, user, stage=Photo.Stage.CHECK, most=MOST_PHOTOS, too_many=too_many)
    if wrong:
        return _page(request, reader, look, typed, photos, wrong, INVALID)
    try:
        made = _sent(look, user, typed, photos)
    except CaseworkError as error:
        return _page(request, reader, look, typed, photos, [f"{error.reason} {error.remedy}"], status_of(error))
    if made.valid and made.passed is not None:
        messages.success(request, _("The check is kept; the test goes on with it."))
    else:
        messages.warning(request, _("The check is kept but does not count: the square still waits."))
    return HttpResponseRedirect(reverse("inspection:room-office", args=[district_code, room_code]) + "#squares")


def _fresh() -> dict[str, str]:
    """What a new form holds: a key of its own, so that sent twice it is one check, and the time it was opened."""
    return {"key": str(uuid4()), "opened": timezone.now().isoformat()}


def _sent(look: RoomLook, user: User, typed: dict[str, str], photos: Sequence[Photo]) -> Check:
    """Take the check in. Raises as ``submit_check`` and ``drawn`` do."""
    key = _key(typed.get("key", "")) or uuid4()
    drawn(look.pk, user=user, key=key)
    zone = ZoneInfo(look.square.frame.district.time_zone)
    opened, now = _moment(typed.get("opened", ""), zone), timezone.now()
    # Looked at with paper and typed in later: then its own two times are given.
    known = Check.objects.filter(key=key, inspector=user).first()
    seen_at = _moment(typed.get("seen", ""), zone) or (known.seen_at if known else now)
    began_at = _moment(typed.get("began", ""), zone) or min(opened or seen_at, seen_at)
    weather: dict[str, Any] = {"dry": typed["dry"] == "yes"} if typed.get("dry") in {"yes", "no"} else {}
    for name in _WEATHER:
        if typed.get(name, "").strip():
            weather[name] = _number(typed[name], _("weather"))
    standard = look.test.room.standard
    values: dict[str, float | None] = {}
    for item in standard.items.all():
        text = typed.get(f"value-{item.key}", "").strip()
        if typed.get(f"skip-{item.key}"):
            values[item.key] = None
        elif text:
            values[item.key] = _number(text, item.name)
    return submit_check(
        CheckSent(
            key=key, inspector=user, frame=look.square.frame, standard=standard, part=Part.SEQUENTIAL,
            began_at=began_at, seen_at=seen_at, values=values, weather=weather,
            photos=[(photo.key, None) for photo in photos], note=typed.get("note", ""),
        )
    )  # fmt: skip


def _number(text: str, what: str) -> float:
    try:
        return float(text.replace("，", ".").replace(",", "."))
    except ValueError:
        raise Refused(
            _("%(field)s: “%(value)s” is no number.") % {"field": what, "value": text[:20]}, _("Write digits alone.")
        ) from None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time of the form on the clock of the district; None for nothing. Raises ``Refused``."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            _("This is no time: %(value)s.") % {"value": text[:30]}, _("Write it like 2026-03-01 08:00.")
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(
    request: HttpRequest, reader: Reader, look: RoomLook, typed: dict[str, str], photos: Sequence[Photo],
    wrong: Sequence[str], status: int = 200,
) -> HttpResponse:  # fmt: skip
    room, standard = look.test.room, look.test.room.standard
    context = {
        "district": reader.district, "room": room, "look": look, "frame": look.square.frame, "typed": typed,
        "asked": [_asked(item, typed) for item in standard.items.order_by("order", "pk")], "standard": standard,
        "asks": asked_weather(standard.conditions), "photos": photos, "wrong": wrong, "most": MOST_PHOTOS,
        "wind": "wind_max" in standard.conditions, "humidity": "humidity_max" in standard.conditions,
        "humidity_label": _("Humidity (%)"),
    }  # fmt: skip
    return render(request, "inspection/rooms/look.html", context, status=status)


def _asked(item: Item, typed: dict[str, str]) -> Asked:
    choices: list[tuple[str, str]] = []
    if item.scale == Item.Scale.GRADE:
        choices = [(str(grade), str(grade)) for grade in range(5, -1, -1)]
    elif item.scale == Item.Scale.YES_NO:
        choices = [("1", _("yes")), ("0", _("no"))]
    value, skipped = typed.get(f"value-{item.key}", ""), bool(typed.get(f"skip-{item.key}"))
    return Asked(item, bound_words(item), value, skipped, choices)
