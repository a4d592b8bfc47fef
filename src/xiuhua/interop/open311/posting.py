"""POST requests: a form becomes a report of casework."""

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.casework.actions import photos
from xiuhua.casework.actions.intake import submit
from xiuhua.casework.actions.media import fetch_media
from xiuhua.casework.models import Photo, Report, Service
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.submission import LONGEST, Submission, check_contact, checked, places
from xiuhua.interop.open311.endpoint import Answer
from xiuhua.interop.open311.faults import Fault, Faulty, fault, raise_all
from xiuhua.interop.open311.jurisdictions import jurisdiction
from xiuhua.interop.open311.keys import account
from xiuhua.interop.open311.places import placed
from xiuhua.interop.open311.questions import answer_type, answers
from xiuhua.interop.open311.services import find, unknown
from xiuhua.people.models import User

log = logging.getLogger(__name__)

LONGEST_URL, MOST_MEDIA, LONGEST_KEY = 2000, 10, 200
MOST_UNASKED = 50
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,80})\](?:\[\d*\])?")


def post(request: HttpRequest) -> Answer:
    """Take a report in and answer with its number, with a token, or with neither, as the service says."""
    user, service, given = _read(request)
    report = _taken(user, given, sent_files(request))
    for url in given.media:
        fetch_media.enqueue(report.pk, url)
    body: dict[str, Any] = {"service_notice": None, "account_id": None}
    kind = answer_type(service.questions)
    if kind == "realtime":
        body = {"service_request_id": report.case.number, **body}
    elif kind == "batch":
        body = {"token": str(report.key), **body}
    return Answer("service_requests", [body])


def trial(request: HttpRequest) -> Answer:
    """The same of the test endpoint: everything is checked, nothing is kept."""
    user, service, given = _read(request)
    now = timezone.now()
    try:
        places(checked(given, now), now)
    except Refused as refusal:
        raise fault("refused", f"{refusal.reason} {refusal.remedy}") from None
    number = sha256(f"{user.pk}:{given.idempotency_key}".encode()).hexdigest()[:12]
    notice = _("Test: the report was checked and not kept.")
    named = {"realtime": {"service_request_id": f"test-{number}"}, "batch": {"token": f"test-{number}"}}
    kind = answer_type(service.questions)
    return Answer("service_requests", [{**named.get(kind, {}), "service_notice": notice, "account_id": None}])


def media_urls(form: QueryDict) -> list[str]:
    """Every address of a photo that was given, each once."""
    values = [value.strip() for name in ("media_url", "media_url[]") for value in form.getlist(name)]
    return list(dict.fromkeys(filter(None, values)))


def sent_files(request: HttpRequest) -> "list[UploadedFile[Any]]":
    """The photos that came along. Raises ``Faulty`` for more than are taken."""
    sent = [file for name in ("media", "media[]", "files") for file in request.FILES.getlist(name)]
    if len(sent) > MOST_MEDIA:
        raise fault("media", _("At most %(count)s photos are taken.") % {"count": MOST_MEDIA})
    return sent


def check_media(form: QueryDict) -> list[Fault]:
    """What is wrong with the addresses of photos; whether they may be fetched is seen when they are."""
    urls = media_urls(form)
    many = [Fault("media", _("At most %(count)s photos are taken.") % {"count": MOST_MEDIA})]
    return (many if len(urls) > MOST_MEDIA else []) + [
        Fault("media", _("media_url %(url)s is no address of the web.") % {"url": url[:80]})
        for url in urls[:MOST_MEDIA]
        if not _is_web(url)
    ]


def sent_attributes(form: QueryDict) -> dict[str, Sequence[str]]:
    """The values of ``attribute[code]`` and ``attribute[code][]`` by code, however often they come."""
    found: dict[str, list[str]] = {}
    for name in form:
        if matched := _ATTRIBUTE.fullmatch(name):
            found.setdefault(matched[1], []).extend(form.getlist(name))
    return {code: values for code, values in found.items() if any(value.strip() for value in values)}


def _read(request: HttpRequest) -> tuple[User, Service, Submission]:
    """Who sends, what for, and the report. Raises ``Faulty`` with everything that is wrong with it."""
    user = account(request)
    form = request.POST
    district = jurisdiction({"jurisdiction_id": form.get("jurisdiction_id") or request.GET.get("jurisdiction_id", "")})
    zone, faults = ZoneInfo(district.time_zone), []
    code = (form.get("service_code") or "").strip()
    service = find(code) if code else None
    if service is None:
        faults.append(
            Fault("service", unknown(code)) if code else Fault("service_code_missing", _("Give service_code."))
        )
    typed, unasked, wrong = answers(service.questions if service else {}, sent_attributes(form), zone)
    faults += wrong if service else []
    lon, lat, placed_by = 0.0, 0.0, ""
    try:
        lon, lat, placed_by = placed(district, form)
    except Faulty as found:
        faults += found.faults
    contact = _contact(form, faults)
    description = (form.get("description") or "").replace("\r\n", "\n").strip()
    if len(description) > LONGEST:
        text = _("description has %(length)s characters; at most %(longest)s are taken.")
        faults.append(Fault("description", text % {"length": len(description), "longest": LONGEST}))
    faults += check_media(form)
    key = _key(request, user, faults)
    raise_all(faults)
    if service is None:
        raise AssertionError
    if unasked:
        log.info("Open311 report with attributes that nobody asked for: %s", ", ".join(sorted(unasked)[:MOST_UNASKED]))
    given = Submission(
        key, district, Report.Source.OPEN311, lon, lat, category=service.category, description=description,
        placed_by=placed_by, address=(form.get("address_string") or "").strip(), answers=typed,
        language=get_language() or "zh-hans", unasked=dict(list(unasked.items())[:MOST_UNASKED]),
        media=media_urls(form), **contact,
    )  # fmt: skip
    return user, service, given


def _contact(form: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
    """Who reports and how to reach them; Chinese names are written without a space, the family first."""
    first, last = ((form.get(name) or "").strip() for name in ("first_name", "last_name"))
    name = f"{first} {last}".strip() if (first + last).isascii() else last + first
    email, phone = ((form.get(name) or "").strip() for name in ("email", "phone"))
    for field, given in (("email", (email, "")), ("phone", ("", phone))):
        try:
            check_contact(*given)
        except Refused as refusal:
            faults.append(Fault(field, f"{refusal.reason} {refusal.remedy}"))
    if len(name) > 80:  # noqa: PLR2004 - the column
        faults.append(Fault("name", _("first_name and last_name have more than 80 characters.")))
    return {"contact_name": name, "contact_email": email, "contact_phone": phone}


def _is_web(url: str) -> bool:
    """Whether the address begins with http or https and names a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= LONGEST_URL
    except ValueError:
        return False


def _key(request: HttpRequest, user: User, faults: list[Fault]) -> str:
    """The key by which the report is known when it is sent again: one of the account's own, or made anew."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > LONGEST_KEY:
        text = _("Idempotency-Key has more than %(longest)s characters.")
        faults.append(Fault("idempotency_key", text % {"longest": LONGEST_KEY}))
    unique = sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:40] if given else secrets.token_hex(20)
    return f"open311:{user.pk}:{unique}"


def _taken(user: User, given: Submission, sent: "Sequence[UploadedFile[Any]]") -> Report:
    """The report made, with the photos that came along; what was sent before is not kept twice."""
    known = Report.objects.filter(idempotency_key=given.idempotency_key, user=user).first()
    try:
        if known is not None:
            kept = _kept(known, sent)
        else:
            kept = [photos.store(file, stage=Photo.Stage.BEFORE, user=user).key for file in sent]
        return submit(replace(given, photos=kept), user=user)
    except photos.PhotoRefused as refusal:
        raise fault("media", f"{refusal.reason} {refusal.remedy}") from None
    except Forbidden as refusal:
        raise fault("forbidden", f"{refusal.reason} {refusal.remedy}") from None
    except Refused as refusal:
        raise fault("refused", f"{refusal.reason} {refusal.remedy}") from None


def _kept(known: Report, sent: "Sequence[UploadedFile[Any]]") -> list[UUID]:
    """The photos of the report that ``sent`` are, known again by their digests; for others a key of nothing.

    By that the report is refused as another one, and nothing of it was kept.
    """
    keys: dict[str, list[UUID]] = {}
    for digest, key in Photo.objects.filter(report=known, user=known.user_id).values_list("sha256", "key"):
        keys.setdefault(digest, []).append(key)
    digests = [sha256(_content(file)).hexdigest() for file in sent]
    return [keys[digest].pop() if keys.get(digest) else uuid4() for digest in digests]


def _content(file: "UploadedFile[Any]") -> bytes:
    file.seek(0)
    return bytes(file.read())
