"""What the phone page of inspectors loads and sends: the visits of the day, the standards by which they are made."""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field

from xiuhua.casework.pages.patrol.answering import Sent, answering, read
from xiuhua.casework.pages.patrol.sending import Lat, Lon, Metres, Moment
from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import local
from xiuhua.city.queries import districts
from xiuhua.foundation.single import find_one
from xiuhua.foundation.statements import run
from xiuhua.inspection.actions.checks import PERMISSION, CheckSent, submit_check
from xiuhua.inspection.actions.rooms import drawn
from xiuhua.inspection.kinds import kind_name
from xiuhua.inspection.models import Check, Frame, Item, Part, ScalePhoto, Standard, Visit
from xiuhua.inspection.outline import lines
from xiuhua.inspection.pages.checks.phone_rooms import rooms_of, square
from xiuhua.inspection.pages.checks.wording import amount, asked_weather, flag_words
from xiuhua.inspection.planned import visits_of_day
from xiuhua.people.models import User


class SentCheck(Sent):
    """A check of a visit, or of a drawn square (``look``), as the phone sends it.

    ``photo_items`` says which photo shows one item.
    """

    visit: UUID | None = None
    look: int | None = Field(None, ge=1)
    began_at: Moment
    seen_at: Moment
    lon: Lon | None = None
    lat: Lat | None = None
    accuracy_m: Metres | None = None
    weather: dict[str, bool | float | None] = Field({}, max_length=10)
    values: dict[str, float | None] = Field(max_length=200)
    notes: dict[str, str] = Field({}, max_length=200)
    photos: list[UUID] = Field([], max_length=50)
    photo_items: dict[UUID, str] = Field({}, max_length=50)
    note: str = Field("", max_length=4000)


def day(user: User) -> dict[str, Any]:
    """The visits of today and of yesterday's end, each once, with the standards and their pictures.

    Neither why a visit is made nor what it repeats is among them: a repeat is blind.
    """
    now = timezone.now()
    found: dict[UUID, Visit] = {}
    for district in districts():
        today = local_day(district, now)
        # Who checks past midnight still finds what was begun.
        for when in (local_day(district, now - timedelta(hours=2)), today):
            found |= {row.key: row for row in visits_of_day(user, when, at=now) if row.plan.district_id == district.pk}
    rows, rooms = list(found.values()), rooms_of(user, now)
    squares = [look for _room, look in rooms if look is not None]
    standards = _standards([*(row.standard_id for row in rows), *(look.test.room.standard_id for look in squares)])
    return {
        "visits": [_visit(row) for row in rows],
        "rooms": [room for room, _look in rooms],
        "squares": [square(look) for look in squares],
        "standards": {key: value for key, (value, _pictures) in standards.items()},
        "pictures": [picture for _value, pictures in standards.values() for picture in pictures],
    }


def _visit(row: Visit) -> dict[str, Any]:
    frame = row.frame
    planned = row.planned_at
    return {
        "key": row.key, "order": row.order, "name": frame.name or frame.code, "code": frame.code,
        "kind": kind_name(frame.kind), "size": amount(frame.kind, frame.size), "lon": frame.lon, "lat": frame.lat,
        "lines": lines(frame.geom), "begins": f"{row.begins:%H:%M}", "ends": f"{row.ends:%H:%M}",
        "planned_at": f"{planned:%H:%M}" if planned else "", "standard": row.standard.ref,
        "done": row.state == Visit.State.DONE,
    }  # fmt: skip


def _standards(keys: list[int]) -> dict[str, tuple[dict[str, Any], list[str]]]:
    """The standards with the addresses of their pictures."""
    rows = Standard.objects.filter(pk__in=set(keys)).prefetch_related("items__pictures") if keys else []
    found = {}
    for row in rows:
        items = [_item(item) for item in row.items.all()]
        pictures = [picture["src"] for item in items for picture in item["pictures"].values()]
        shown = {"name": row.name, "conditions": row.conditions, "asks": asked_weather(row.conditions), "items": items}
        found[row.ref] = (shown, pictures)
    return found


def _item(row: Item) -> dict[str, Any]:
    words = {grade: local(said.get("zh", ""), said.get("en", "")) for grade, said in row.words.items()}
    return {
        "key": row.key, "name": row.name, "help": row.help, "scale": row.scale, "words": words,
        "photo_needed": row.photo_needed, "pictures": {str(each.grade): _picture(each) for each in row.pictures.all()},
    }  # fmt: skip


def _picture(row: ScalePhoto) -> dict[str, str]:
    """A picture of a grade, to stand beside it."""
    address = reverse("inspection:scale-picture", args=[PurePosixPath(row.file).stem])
    return {"src": address, "caption": local(row.caption_zh, row.caption_en)}


def _what(sent: SentCheck, user: User, key: UUID) -> tuple[Frame, Standard, Visit | None, str]:
    """What is checked, by which standard, for which visit, as which part."""
    if sent.look is not None:
        look = drawn(sent.look, user=user, key=key)
        return look.square.frame, look.test.room.standard, None, Part.SEQUENTIAL
    visit = find_one(Visit, "frame__district", "standard", "plan", key=sent.visit) if sent.visit is not None else None
    if visit is None:
        raise Refused(_("There is no such visit."), _("Load your list again."))
    return visit.frame, visit.standard, visit, ""


@answering("POST", permission=PERMISSION)
def send(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Take in a check of a visit or of a drawn square. The same key again is answered as the first time."""
    sent: SentCheck = read(SentCheck, request)
    user: Any = request.user  # an account: answering has seen to it
    frame, standard, visit, part = _what(sent, user, key)
    made = submit_check(
        CheckSent(
            key=key, inspector=user, frame=frame, standard=standard, visit=visit, part=part,
            began_at=sent.began_at, seen_at=sent.seen_at, lon=sent.lon, lat=sent.lat, accuracy_m=sent.accuracy_m,
            weather={name: value for name, value in sent.weather.items() if value is not None}, values=sent.values,
            notes=sent.notes, photos=[(photo, sent.photo_items.get(photo)) for photo in sent.photos], note=sent.note,
        )
    )  # fmt: skip
    return {
        "key": made.key, "page": reverse("inspection:check", args=[made.key]),
        "valid": made.valid, "score": made.score, "passed": made.passed,
        "cases": _numbers(made),
        "flags": [flag_words(flag) for flag in made.flags],
    }  # fmt: skip


def _numbers(made: Check) -> list[str]:
    """The numbers of the cases that the check led to, each once. Plain SQL: each phone waits for it."""
    if made.led_to is not None:
        return made.led_to
    sql = """
        SELECT c.number FROM inspection_finding f JOIN casework_case c ON c.id = f.case_id
        WHERE f.made_id = %s ORDER BY f.id
    """
    return list(dict.fromkeys(number for (number,) in run(sql, [made.pk]).fetchall()))
