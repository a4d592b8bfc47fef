"""What somebody tells, and whether it can be taken: the place, the text, the answers, the ways to reach them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from xiuhua.casework.models import Report, Service, Standard
from xiuhua.casework.questions import answered
from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import Place, area_index
from xiuhua.city.models import Code, District
from xiuhua.foundation.plain import keepable
from xiuhua.foundation.single import find_same

LONGEST = 4000
AHEAD = timedelta(minutes=5)  # by which a clock may be fast
OLDEST = timedelta(days=365)
PLACED_BY = ("", "map", "photo", "address", "device", "default")
# Whoever uses these may not report what is not offered to the public.
PUBLIC_SOURCES = (Report.Source.WEB, Report.Source.OPEN311)
_PHONE, _PHONE_DIGITS = 40, range(5, 21)


@dataclass(frozen=True)
class Submission:
    """A report as it is sent. ``idempotency_key`` is made by the sender: sent again, it stays one report.

    ``photos`` are keys of stored photos, ``seen_at`` is when it was seen (the phone may have been without network),
    ``standard`` the filing standard that a trusted reporter chose, ``language`` that of messages to the reporter.
    """

    idempotency_key: str
    district: District
    source: str
    lon: float
    lat: float
    category: Code | None = None
    description: str = ""
    placed_by: str = ""
    address: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    photos: Sequence[UUID | str] = ()
    media: Sequence[str] = ()  # addresses of photos that are fetched for the report once it is there
    seen_at: datetime | None = None
    standard: Standard | None = None
    language: str = "zh-hans"
    # What was told besides, by name: answers to questions that nobody asked, kept with the others as they came.
    unasked: Mapping[str, str] = field(default_factory=dict)


def checked(given: Submission, now: datetime) -> Submission:
    """The submission with its texts trimmed and its answers typed. Raises ``Refused`` with what is wrong with it."""
    texts: dict[str, Any] = {name: _text(getattr(given, name), longest, what) for name, longest, what in _texts()}
    taken = replace(given, **texts, photos=_keys(given.photos))
    if not taken.idempotency_key:
        raise Refused(_("The report has no key of its own."), _("Send a key that you make anew for each report."))
    if taken.source not in Report.Source.values:
        raise Refused(_("The source of the report is unknown."), _("Give one of: web, phone, inspector, hotline, api."))
    if taken.placed_by not in PLACED_BY:
        raise Refused(_("It is unknown how the place was given."), _("Give one of: map, photo, address, device."))
    check_contact(taken.contact_email, taken.contact_phone)
    _check_times(taken, now)
    told = {name: _text(text, LONGEST, name[:80]) for name, text in taken.unasked.items()}
    return replace(taken, answers={**told, **_check_category(taken)})


def places(given: Submission, now: datetime) -> list[Place]:
    """The areas around the place, coarse to fine. Raises ``Refused`` outside the district.

    A district whose outline is not loaded takes every place on earth.
    """
    lon, lat = given.lon, given.lat
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004
        raise Refused(
            _("The place is not on earth: %(lon)s, %(lat)s.") % {"lon": lon, "lat": lat},
            _("Give the longitude first, in degrees, then the latitude."),
        )
    index = area_index(given.district, now)
    found = index.at(lon, lat)
    outline = index.of_kind("district") is not None
    if index.kinds and (not found or (outline and all(place.kind != "district" for place in found))):
        raise Refused(
            _("The place %(lon).5f, %(lat).5f lies outside %(district)s.")
            % {"lon": lon, "lat": lat, "district": given.district},
            _("Choose a place inside the district, or report it to the district in which it lies."),
        )
    return found


def _texts() -> tuple[tuple[str, int, str], ...]:
    return (
        ("description", LONGEST, _("description of the problem")),
        ("address", 200, _("address of the place")),
        ("idempotency_key", 80, _("key of the report")),
        ("contact_name", 80, _("name of the reporter")),
        ("contact_phone", _PHONE, _("telephone number of the reporter")),
        ("contact_email", 254, _("e-mail address of the reporter")),
    )


def _text(text: str, longest: int, what: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise Refused(
            _("The %(what)s has %(length)s characters.") % {"what": what, "length": len(text)},
            _("Shorten it to at most %(longest)s characters.") % {"longest": longest},
        )
    if not keepable(text):
        raise Refused(
            _("The %(what)s holds characters that cannot be kept.") % {"what": what}, _("Type it again and send.")
        )
    return text


def _keys(photos: Sequence[UUID | str]) -> tuple[UUID, ...]:
    try:
        return tuple(photo if isinstance(photo, UUID) else UUID(str(photo)) for photo in photos)
    except ValueError:
        raise Refused(_("A photo of the report is not there."), _("Add the photo again and send.")) from None


def check_contact(email: str, phone: str) -> None:
    """Raise ``Refused`` for an address or a number at which nobody can be reached; both may be empty."""
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Refused(
                _("%(email)s is no e-mail address.") % {"email": email[:80]},
                _("Write it like name@example.org, or leave it empty."),
            ) from None
    digits = sum(character.isdigit() for character in phone)
    if phone and (digits not in _PHONE_DIGITS or len(phone) > _PHONE or any(c.isalpha() for c in phone)):
        raise Refused(
            _("%(phone)s is no telephone number.") % {"phone": phone[:_PHONE]},
            _("Write it with its digits, or leave it empty."),
        )


def _check_times(given: Submission, now: datetime) -> None:
    seen = given.seen_at
    if seen is None:
        return
    if seen.tzinfo is None:
        raise Refused(_("The time given has no zone."), _("Write it like 2026-03-01T08:00:00+08:00."))
    if seen > now + AHEAD:
        raise Refused(_("The time of the report lies in the future."), _("Set the clock of the device and send again."))
    if seen < now - OLDEST:
        raise Refused(
            _("The time of the report is more than a year ago."), _("Look again and report what is there now.")
        )


def _check_category(given: Submission) -> Mapping[str, Any]:
    """The typed answers to the questions of the category."""
    if given.standard is not None and given.category is not None and given.standard.category_id != given.category.pk:
        raise Refused(
            _("The filing standard belongs to another category."), _("Choose a standard of the category reported.")
        )
    service = find_same(Service, category_id=given.category.pk) if given.category is not None else None
    if service is not None and not service.public and given.source in PUBLIC_SOURCES:
        raise Refused(
            _("%(category)s cannot be reported here.") % {"category": given.category}, _("Choose another category.")
        )
    if service is None:
        if given.answers:
            raise Refused(_("This category asks no questions."), _("Leave the answers out."))
        return {}
    values, problems = answered(service.questions, given.answers)
    if problems:
        listed = " ".join(f"{name[:40]}: {problem}" for name, problem in list(problems.items())[:20])
        raise Refused(
            _("Some answers do not fit. %(list)s") % {"list": listed}, _("Correct these answers and send again.")
        )
    return values
