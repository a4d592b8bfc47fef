"""What was reported: the list of requests, one of them, and the number behind a token."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.models import Report, Service
from xiuhua.interop.open311.asking import Wanted, is_number, wanted
from xiuhua.interop.open311.endpoint import Answer
from xiuhua.interop.open311.faults import Faulty, fault
from xiuhua.interop.open311.jurisdictions import jurisdiction
from xiuhua.interop.open311.questions import answer_type
from xiuhua.interop.open311.records import missing, read

# Until the desk has decided, a report that is answered with a token has no number for the public.
UNDECIDED = ("reported", "check_filing")


def listed(request: HttpRequest) -> Answer:
    """GET requests: the public ones, newest first, at most 1,000."""
    district = jurisdiction(request.GET)
    asked = wanted(request.GET, ZoneInfo(district.time_zone), timezone.now())
    return Answer("service_requests", read(request, district, asked))


def single(request: HttpRequest, number: str) -> Answer:
    """GET requests/<id>: an array of one; 404 for one that is not there, or not public."""
    district = jurisdiction(request.GET)
    if not is_number(number):
        raise fault("request", missing(number))
    extended = request.GET.get("extensions", "").strip().casefold() in {"true", "1", "yes"}
    found = read(request, district, Wanted(Q(number=number), extensions=extended))
    if not found:
        raise fault("request", missing(number))
    return Answer("service_requests", found)


def token(request: HttpRequest, given: str) -> Answer:
    """GET tokens/<token>: the number of the request once it has one; until then the token alone."""
    district = jurisdiction(request.GET)
    if not given.strip():
        raise no_token(request)
    try:
        key = UUID(given)
    except ValueError:
        key = None
    rows = Report.objects.filter(source=Report.Source.OPEN311, district=district, case__public=True)
    report = rows.filter(key=key).select_related("case").first() if key is not None else None
    if report is None:
        raise fault("token", _("There is no token %(token)s.") % {"token": given[:40]})
    body = {"token": given}
    if report.case.state not in UNDECIDED or _kind(report) != "batch":
        body = {"service_request_id": report.case.number, "token": given}
    return Answer("service_requests", [body])


def no_token(request: HttpRequest) -> Faulty:
    """The refusal of an address without a token."""
    return fault("token_missing", _("Give the token: tokens/<token>.xml"))


def _kind(report: Report) -> str:
    """How the service answered when the report came."""
    service = Service.objects.filter(category=report.category_id).first() if report.category_id else None
    return answer_type(service.questions) if service else "realtime"
