"""The catalogue: every category with what the public may report, its questions and its filing standards."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.casework.actions.services import put_service
from xiuhua.casework.actions.standard_changes import end_standard, put_standard
from xiuhua.casework.asking import questions_of
from xiuhua.casework.models import Service, Standard
from xiuhua.casework.pages.office.forms import ServiceForm, StandardForm
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Code, CodeSet
from xiuhua.foundation.plain import keepable
from xiuhua.people.permissions import require

EDIT = "catalogue.edit"
INVALID = 422


@require_safe
@require(EDIT, district=None)
def catalogue(request: HttpRequest) -> HttpResponse:
    """The list of categories, narrowed by ``q`` and ``set``."""
    text, chosen = request.GET.get("q", "").replace("\x00", "").strip()[:80], request.GET.get("set", "")
    sets = list(CodeSet.objects.order_by("key", "version"))
    codes = Code.objects.select_related("code_set", "service").annotate(
        in_force=Count("standards", filter=Q(standards__active=True))
    )
    if text:
        codes = codes.filter(
            Q(code__startswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
            | Q(service__keywords__icontains=text)
        )  # fmt: skip
    if found := next((each for each in sets if str(each) == chosen), None):
        codes = codes.filter(code_set=found)
    rows = [
        (code, getattr(code, "service", None), code.in_force)
        for code in codes.order_by("code_set__key", "code_set__version", "code")
    ]
    context = {"rows": rows, "sets": sets, "chosen": chosen, "q": text}
    return render(request, "casework/office/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(EDIT, district=None)
def category(request: HttpRequest, code_set: str, code: str) -> HttpResponse:
    """One category: its service with a preview of the questions, and its standards."""
    row = _category(code_set, code)
    service = Service.objects.filter(category=row).first()
    if request.method != "POST":
        return _show(request, row, ServiceForm.of(service))
    form = ServiceForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=INVALID)
    if "preview" in request.POST:
        return _show(request, row, form, preview=form.cleaned_data["questions"])
    try:
        put_service(row, actor=request.user.get_username(), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, row, form, status=INVALID)
    messages.success(request, _("The category is saved. Forms and interfaces ask by it from now on."))
    return HttpResponseRedirect(_address(row))


@require_POST
@require(EDIT, district=None)
def put(request: HttpRequest, code_set: str, code: str, number: int = 0) -> HttpResponse:
    """Add a standard, or put another in the place of standard ``number``."""
    row = _category(code_set, code)
    old = _standard(row, number) if number else None
    form = StandardForm(request.POST, auto_id=f"id_%s_{number}")
    if not form.is_valid():
        return _show(request, row, standard=(number, form), status=INVALID)
    try:
        put_standard(row, actor=request.user.get_username(), old=old, source=_("changed by hand"), **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, row, standard=(number, form), status=INVALID)
    messages.success(request, _("The standard is in force. Cases that were filed keep theirs."))
    return HttpResponseRedirect(_address(row))


@require_POST
@require(EDIT, district=None)
def end(request: HttpRequest, code_set: str, code: str, number: int) -> HttpResponse:
    """End a standard."""
    row = _category(code_set, code)
    try:
        end_standard(_standard(row, number), actor=request.user.get_username())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The standard has ended. Cases that were filed by it keep it."))
    return HttpResponseRedirect(_address(row))


def _show(
    request: HttpRequest,
    row: Code,
    form: ServiceForm | None = None,
    *,
    preview: dict[str, Any] | None = None,
    standard: tuple[int, StandardForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    service = Service.objects.filter(category=row).first()
    asked = preview if preview is not None else service.questions if service else {}
    standards = list(row.standards.order_by("-active", "number"))
    forms = [
        (each, standard[1] if standard and standard[0] == each.number else StandardForm.of(each)) for each in standards
    ]
    context = {
        "category": row,
        "service": service,
        "form": form or ServiceForm.of(service),
        "questions": questions_of(asked),
        "previewing": preview is not None,
        "standards": [(each, one, bool(standard and standard[0] == each.number)) for each, one in forms if each.active],
        "ended": [each for each in standards if not each.active],
        "new": standard[1] if standard and not standard[0] else StandardForm.of(None),
        "new_open": bool(standard and not standard[0]),
    }
    return render(request, "casework/office/category.html", context, status=status)


def _category(code_set: str, code: str) -> Code:
    key, _at, version = code_set.partition("@")
    named = {"code_set__key": key, "code_set__version": version, "code": code}
    rows = Code.objects.select_related("code_set").filter(**named)
    row = rows.first() if keepable(code_set + code) else None
    if row is None:
        raise Http404
    return row


def _standard(row: Code, number: int) -> Standard:
    found = Standard.objects.select_related("category__code_set").filter(category=row, number=number).first()
    if found is None:
        raise Http404
    return found


def _address(row: Code) -> str:
    return reverse("casework:catalogue-category", args=[str(row.code_set), row.code])
