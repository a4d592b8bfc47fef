"""Detectors of a district: the list, a new one, one with what people said to its proposals."""

from dataclasses import dataclass
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.actions.detectors import DETECT, DetectorSent, add_detector, set_active
from xiuhua.inspection.detector_queries import Agreement, agreement, detectors, latest_runs
from xiuhua.inspection.models import Detector
from xiuhua.people.models import User
from xiuhua.people.permissions import require

INVALID = 422
EXAMPLE = """input: {width: 640, height: 640, fit: letterbox}
output:
  boxes: {name: output0, first: 0, last: 4}
  scores: {name: output0, first: 4}
  form: cxcywh
  rows: last
labels: [litter, overflow, vendor]
threshold: 0.4
"""


class DetectorForm(forms.Form):
    """A detector file with its description."""

    key = forms.SlugField(
        label=gettext_lazy("Key"), max_length=40,
        help_text=gettext_lazy("A short word, e.g. litter. The same key again is the next version."),
    )  # fmt: skip
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
    model = forms.FileField(label=gettext_lazy("Detector file (ONNX)"))
    description = forms.CharField(
        label=gettext_lazy("Description (YAML)"), initial=EXAMPLE, max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("How the picture is made, which outputs hold boxes and scores, what the classes are."),
    )  # fmt: skip


@dataclass(frozen=True)
class Agreed:
    """An agreement as shown."""

    row: Agreement

    @property
    def text(self) -> str:
        """The share with its interval and n; why there is none where nobody judged."""
        row = self.row
        if row.share is None or row.low is None or row.high is None:
            return _("nobody judged yet")
        return _("%(share)s of n = %(n)s (95 %% interval %(low)s to %(high)s)") % {
            "share": f"{row.share:.0%}", "n": row.judged, "low": f"{row.low:.0%}", "high": f"{row.high:.0%}",
        }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@require(DETECT)
def every_detector(request: HttpRequest, district_code: str) -> HttpResponse:
    """The list, and the form for a new one."""
    district = district_of(district_code)
    if request.method != "POST":
        return _list(request, district, DetectorForm())
    form = DetectorForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, district, form, INVALID)
    data = form.cleaned_data
    sent = DetectorSent(data["key"], data["model"].read(), data["description"], data["name_zh"], data["name_en"])
    try:
        made = add_detector(district, sent, user=_user(request))
    except Refused as refused:
        form.add_error(None, str(refused))
        return _list(request, district, form, INVALID)
    messages.success(request, _("The detector ran on an empty picture and is in use: %(ref)s.") % {"ref": made.ref})
    return HttpResponseRedirect(reverse("inspection:detector", args=[district.code, made.pk]))


@require_safe
@require(DETECT)
def one_detector(request: HttpRequest, district_code: str, detector_id: int) -> HttpResponse:
    """A detector: its description, the agreement by class, its newest proposals."""
    detector = _detector(district_of(district_code), detector_id)
    context = {
        "district": detector.district, "detector": detector,
        "agreed": [Agreed(row) for row in agreement(detector)], "runs": latest_runs(detector),
        "description": yaml.safe_dump(detector.description, allow_unicode=True, sort_keys=False),
    }  # fmt: skip
    return render(request, "inspection/detectors/one.html", context)


@require_POST
@require(DETECT)
def use(request: HttpRequest, district_code: str, detector_id: int) -> HttpResponse:
    """Let a detector look at photos that arrive (``active=yes``), or not."""
    detector = _detector(district_of(district_code), detector_id)
    set_active(detector, active=request.POST.get("active") == "yes", user=_user(request))
    return HttpResponseRedirect(reverse("inspection:detector", args=[district_code, detector_id]))


def _list(request: HttpRequest, district: District, form: DetectorForm, status: int = 200) -> HttpResponse:
    rows: list[tuple[Any, Agreed]] = [(each, Agreed(agreement(each)[0])) for each in detectors(district)]
    context = {"district": district, "rows": rows, "form": form}
    return render(request, "inspection/detectors/list.html", context, status=status)


def _detector(district: District, identity: int) -> Detector:
    found = next((each for each in detectors(district) if each.pk == identity), None)
    if found is None:
        raise Http404(_("There is no such detector here. The list of detectors shows those there are."))
    found.district = district
    return found


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
