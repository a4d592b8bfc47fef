"""From rows to the answers: parts that several endpoints give."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from xiuhua.casework.actions.moves.accept import named
from xiuhua.casework.deadlines import calendar_of, left
from xiuhua.casework.models import Case, Photo, Standard
from xiuhua.casework.photos_public import shows_photos
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import STATES
from xiuhua.city.models import Code, District
from xiuhua.foundation.worktime import WorkCalendar
from xiuhua.people.models import Organisation


def category(code: Code) -> dict[str, str]:
    """A category (read with its code set) as ``set@version:code`` with its name."""
    return {"code": named(code), "name": code.name}


def unit(body: Organisation | None) -> dict[str, str] | None:
    """A unit, or none."""
    return {"code": body.code, "name": body.name} if body else None


def row(
    case: Case, *, whole: bool, calendar: WorkCalendar | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """A case (read with district, category, unit, handler) in a list; ``whole`` for who sees everything of it."""
    shown = {
        "number": case.number, "district": case.district.code, "state": case.state,
        "state_name": STATES[case.state].name, "category": category(case.category),
        "text": case.description if whole else case.public_text, "address": case.address, "lon": case.lon,
        "lat": case.lat, "source": case.source, "reported_at": case.reported_at, "changed_at": case.changed_at,
        "unit": unit(case.unit), "deadline": case.deadline, "overdue": case.overdue, "me_too": case.me_too,
        "closed_at": case.closed_at, "closing_reason": case.closing_reason,
    }  # fmt: skip
    if whole:
        shown |= {"version": case.version, "hard": case.hard, "handler": case.handler.username if case.handler else ""}
        if calendar is not None and now is not None and STATES[case.state].open:
            shown["left"] = remaining(case, calendar, now)
    return shown


def remaining(case: Case, calendar: WorkCalendar, now: datetime) -> dict[str, Any] | None:
    """What is left of the limit of the case."""
    found = left(case, calendar, now)
    if found is None:
        return None
    return {
        "units": round(float(found.units), 3), "unit": found.unit.value, "colour": found.colour,
        "paused": found.paused, "text": found.text,
    }  # fmt: skip


def calendar(district: District) -> WorkCalendar | None:
    """The work calendar of the district; None where there is none, and then nothing is said of what is left."""
    try:
        return calendar_of(district)
    except Refused:
        return None


def photos(case: Case, rows: Iterable[Photo], *, whole: bool) -> list[dict[str, Any]]:
    """Photos with the addresses of their public copies; those that are not public, or not yet, only for staff."""
    shown = shows_photos(case)
    return [
        {
            "key": photo.key, "stage": photo.stage, "copy_url": f"/photo/{photo.key}/copy.jpg",
            "thumbnail_url": f"/photo/{photo.key}/thumb.jpg", "width": photo.width, "height": photo.height,
            "taken_at": photo.taken_at if whole else None, "received_at": photo.received_at, "public": photo.public,
        }
        for photo in rows
        if whole or (shown and photo.public)
    ]  # fmt: skip


def standard(found: Standard | None, code: Code) -> dict[str, Any] | None:
    """A filing standard of the category ``code``."""
    if found is None:
        return None
    return {
        "id": found.pk, "category": named(code), "number": found.number, "condition": found.condition,
        "limit": found.limit, "unit": found.unit, "closing": found.closing,
    }  # fmt: skip
