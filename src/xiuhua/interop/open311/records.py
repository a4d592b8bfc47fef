"""Cases as service requests: what the public may read of them, in a fixed number of queries."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Photo, Report, Service, Step
from xiuhua.casework.photos_public import shows_photos
from xiuhua.casework.states import CLOSING_REASONS, STATES
from xiuhua.city.models import District, local
from xiuhua.foundation.worktime import Unit
from xiuhua.interop.open311 import dates, service_codes
from xiuhua.interop.open311.asking import Wanted
from xiuhua.interop.open311.questions import Schema, ordered

LONGEST = 4000
DIGITS = 7  # of a degree: a centimetre


COLUMNS = (
    "number", "state", "category", "unit", "standard", "town", "community", "master", "closing_reason", "public_text",
    "address", "lon", "lat", "reported_at", "changed_at", "closed_at", "deadline", "overdue", "me_too", "reopenings",
    "filed_at", "dispatched_at", "handed_back_at",
)  # fmt: skip


def public_cases(district: District) -> QuerySet[Case]:
    """The cases that everybody may see, newest first."""
    return Case.objects.filter(district=district, public=True).order_by("-reported_at", "-id")


def read(request: HttpRequest, district: District, wanted: Wanted) -> list[dict[str, Any]]:
    """The requests asked for, newest first, in at most a dozen queries however many they are."""
    # Many cases share few categories, units and areas: each is read once, and of the case what is told.
    related = ("category__code_set", "unit", "standard", "town", "community", "master")
    rows = public_cases(district).filter(wanted.where).prefetch_related(*related).only(*COLUMNS)
    cases = list(rows[wanted.start : wanted.stop])
    if not cases:
        return []
    notes, photos = _notes(cases), first_photos(request, cases, Photo.Stage.BEFORE)
    zone = ZoneInfo(district.time_zone)
    answers = _answers(cases) if wanted.extensions else {}
    records = []
    for case in cases:
        told = notes.get(case.pk, [])
        record = _record(case, district, zone, told[-1].public_note if told else "", photos.get(case.pk, ""))
        if wanted.extensions:
            record |= _extended(case, zone, told, answers.get(case.pk, []))
        records.append(record)
    return records


def first_photos(request: HttpRequest, cases: Sequence[Case], stage: str) -> dict[int, str]:
    """The address of the first public photo of each case at ``stage``, by the id of the case."""
    shown = [case.pk for case in cases if shows_photos(case)]
    rows = Photo.objects.filter(Photo.SHOWN, case__in=shown, public=True, stage=stage)
    found: dict[int, str] = {}
    for case, key in rows.order_by("received_at", "id").values_list("case_id", "key"):
        if case is not None and case not in found:
            found[case] = request.build_absolute_uri(reverse("casework:photo", args=[key, "copy"]))
    return found


def status(case: Case) -> str:
    """``open`` or ``closed``; how far a case is within them is for ``status_notes``."""
    return "open" if STATES[case.state].open else "closed"


def address(case: Case) -> str:
    """The place in words: in Chinese from the town to the house, in English the other way round."""
    areas = [area.name for area in (case.town, case.community) if area is not None]
    if (get_language() or "").startswith("en"):
        return ", ".join([*filter(None, [case.address]), *reversed(areas)])
    return "".join([*(name for name in areas if name not in case.address), case.address])


def _record(case: Case, district: District, zone: ZoneInfo, note: str, photo: str) -> dict[str, Any]:
    code_set = case.category.code_set
    return {
        "service_request_id": case.number,
        "status": status(case),
        "status_notes": _status_notes(case, note),
        "service_name": case.category.name,
        "service_code": service_codes.coded(code_set.key, code_set.version, case.category.code),
        "description": case.public_text[:LONGEST],
        "agency_responsible": case.unit.name if case.unit else None,
        "service_notice": _notice(case),
        "requested_datetime": dates.written(case.reported_at, zone),
        "updated_datetime": dates.written(case.closed_at or case.changed_at, zone),
        "expected_datetime": dates.written(case.deadline, zone),
        "address": address(case) or str(district),
        "address_id": "",
        "zipcode": "",
        "lat": round(case.lat, DIGITS),
        "long": round(case.lon, DIGITS),
        "media_url": photo,
    }


def _status_notes(case: Case, note: str) -> str:
    """How far the case is, why it ended, and what was last said of it in public."""
    told = STATES[case.state].name
    if case.closing_reason in CLOSING_REASONS:
        told += f" · {local(*CLOSING_REASONS[case.closing_reason])}"
    if case.master is not None and case.master.public:
        told += f" · {case.master.number}"
    return f"{told}\n{mask(note)}" if note else told


def _notice(case: Case) -> str | None:
    """What ends the case and how long that may take, by its filing standard."""
    standard = case.standard
    if standard is None:
        return None
    limit = amount_text(standard.limit, Unit(standard.unit))
    return f"{standard.closing} · {limit}" if standard.closing else limit


def _notes(cases: Sequence[Case]) -> dict[int, list[Step]]:
    """The steps of each case that say something in public, oldest first."""
    rows = Step.objects.filter(case__in=[case.pk for case in cases]).exclude(public_note="")
    found: dict[int, list[Step]] = {}
    for step in rows.order_by("case_id", "number").only("case_id", "at", "public_note"):
        found.setdefault(step.case_id, []).append(step)
    return found


def _extended(case: Case, zone: ZoneInfo, notes: Sequence[Step], answers: list[dict[str, str]]) -> dict[str, Any]:
    """What ``extensions=true`` adds: the answers, the state in full, and every public note."""
    return {
        "attributes": answers,
        "extended_attributes": {
            "state": case.state,
            "closing_reason": case.closing_reason or None,
            "overdue": case.overdue,
            "me_too": case.me_too,
            "reopenings": case.reopenings,
            "filed_datetime": dates.written(case.filed_at, zone),
            "dispatched_datetime": dates.written(case.dispatched_at, zone),
            "handed_back_datetime": dates.written(case.handed_back_at, zone),
        },
        "notes": [{"datetime": dates.written(step.at, zone), "description": mask(step.public_note)} for step in notes],
    }


def _answers(cases: Sequence[Case]) -> dict[int, list[dict[str, str]]]:
    """The answers of the first report of each case, as code and value; what was written freely may name people."""
    services = Service.objects.filter(category__in={case.category_id for case in cases})
    schemas = {service.category_id: ordered(service.questions) for service in services}
    categories = {case.pk: case.category_id for case in cases}
    rows = Report.objects.filter(case__in=categories).order_by("received_at", "id")
    found: dict[int, list[dict[str, str]]] = {}
    for case, answers in rows.values_list("case_id", "answers"):
        if case not in found:
            found[case] = [
                {"code": code, "value": value}
                for code, question in schemas.get(categories[case], [])
                if code in answers and not _free(question)
                for value in _values(answers[code])
            ]
    return found


def _free(question: Schema) -> bool:
    """Whether people answer in words of their own."""
    asked = (question.get("items") or {}) if question.get("type") == "array" else question
    return asked.get("type", "string") == "string" and not asked.get("enum") and not asked.get("format")


def _values(answer: Any) -> list[str]:
    each = answer if isinstance(answer, list) else [answer]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in each]


def missing(number: str) -> str:
    """What a client reads that named no request."""
    return _("There is no request %(number)s.") % {"number": number[:40]}
