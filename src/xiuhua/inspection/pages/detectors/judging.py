"""What people do with a photo: let the detectors look at it, agree with a box or not."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Forbidden
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.actions.detectors import JUDGE, judge, propose
from xiuhua.inspection.detector_queries import active_detectors
from xiuhua.inspection.models import CheckPhoto, Proposal
from xiuhua.people.models import User
from xiuhua.people.permissions import may, refusal, require


@require_POST
@require(JUDGE, partly=True)
def look(request: HttpRequest, district_code: str, key: UUID) -> HttpResponseRedirect:
    """Let every detector in use look at a photo now."""
    district, user = district_of(district_code), _user(request)
    photo = _photo(district, key)
    if not may(user, JUDGE, district_code=district.code, own=photo.user_id == user.pk):
        raise PermissionDenied(_("This photo was taken by somebody else."))
    runs = propose(photo, active_detectors(district), actor=user.username)
    if not runs:
        messages.info(request, _("No detector is in use in this district."))
    for run in runs:
        if run.failure:
            messages.error(request, f"{run.detector.ref}: {run.failure}")
    return _back(request, district)


@require_POST
@require(JUDGE, partly=True)
def said(request: HttpRequest, district_code: str, proposal_id: int) -> HttpResponseRedirect:
    """Keep ``agreed=yes`` or ``no``."""
    district = district_of(district_code)
    rows = Proposal.objects.select_related("run__photo", "run__detector__district")
    proposal = rows.filter(pk=proposal_id, run__detector__district=district).first() if proposal_id < 2**63 else None
    if proposal is None:
        raise Http404(_("There is no such proposal here."))
    try:
        judge(proposal, agreed=request.POST.get("agreed") == "yes", user=_user(request))
    except Forbidden as forbidden:
        raise PermissionDenied(str(forbidden)) from None
    return _back(request, district)


def _photo(district: District, key: UUID) -> Photo:
    """A photo of a check or of a case of the district."""
    photo = Photo.objects.select_related("case").filter(key=key).first()
    if photo is not None:
        of_case = photo.case is not None and photo.case.district_id == district.pk
        if of_case or CheckPhoto.objects.filter(photo=photo, made__district=district).exists():
            return photo
    raise Http404(_("There is no such photo."))


def _back(request: HttpRequest, district: District) -> HttpResponseRedirect:
    """To the page that was left, where it is one of ours."""
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )  # fmt: skip
    return HttpResponseRedirect(back if ours else reverse("inspection:seen", args=[district.code]))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied(refusal(request.user, JUDGE, None))
    return request.user
