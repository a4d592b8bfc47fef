"""Standards from a file: tried first, with every error; loaded when the person confirms."""

import base64
import binascii

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiuhua.casework.refusals import Refused
from xiuhua.inspection.actions.standard_door import PERMISSION
from xiuhua.inspection.actions.standards import LoadReport, load_standards, try_standards
from xiuhua.inspection.pages.standards.editing import INVALID, user_of
from xiuhua.inspection.pages.standards.forms import FileForm
from xiuhua.inspection.standard_files.faults import StandardsRefused
from xiuhua.inspection.standard_files.reading import read_bytes
from xiuhua.people.permissions import require

# What the page carries from the trial to the confirmation.
LARGEST = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file, read what it would do or what is wrong with it, confirm."""
    if request.method != "POST":
        return _page(request, FileForm())
    if "confirmed" in request.POST:
        return _load(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    upload = form.cleaned_data["file"]
    if upload.size > LARGEST:
        form.add_error("file", _("The file is larger than 1 MB. Load it with xiuhua inspection standards load FILE."))
        return _page(request, form, status=INVALID)
    content = upload.read()
    try:
        report = try_standards(read_bytes(upload.name, content))
    except StandardsRefused as refused:
        return _page(request, FileForm(), refused=refused, name=upload.name, status=INVALID)
    held = base64.b64encode(content).decode("ascii")
    return _page(request, FileForm(), report=report, name=upload.name, held=held)


def _load(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "")[:200]
    try:
        content = base64.b64decode(request.POST["confirmed"], validate=True)
        report = load_standards(read_bytes(name, content), actor=user_of(request))
    except (binascii.Error, ValueError):
        messages.error(request, _("The file did not come back whole. Choose it again."))
        return HttpResponseRedirect(reverse("inspection:standards-import"))
    except StandardsRefused as refused:
        return _page(request, FileForm(), refused=refused, name=name, status=INVALID)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("inspection:standards-import"))
    messages.success(
        request,
        _("%(new)s new, %(changed)s changed, %(unchanged)s as before; %(force)s put in force, %(retired)s retired.")
        % {
            "new": len(report.new), "changed": len(report.changed), "unchanged": len(report.unchanged),
            "force": len(report.put_in_force), "retired": len(report.retired),
        },
    )  # fmt: skip
    return HttpResponseRedirect(reverse("inspection:standards"))


def _page(
    request: HttpRequest, form: FileForm, *, report: LoadReport | None = None, refused: StandardsRefused | None = None,
    name: str = "", held: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    lines = [
        (_("New"), report.new), (_("Changed drafts"), report.changed), (_("Put in force"), report.put_in_force),
        (_("Retired"), report.retired), (_("As before"), report.unchanged),
    ] if report else []  # fmt: skip
    context = {
        "form": form, "lines": [line for line in lines if line[1]], "report": report, "refused": refused, "name": name,
        "held": held, "changes": bool(report and (report.new or report.changed)),
    }  # fmt: skip
    return render(request, "inspection/standards/import.html", context, status=status)
