"""The import page (trial run, report, confirmation) and the downloads of layers."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.city.models import District
from xiuhua.interop.exchange import summary, uploads, writers
from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.forms import ImportForm
from xiuhua.interop.exchange.intake import Request, take
from xiuhua.interop.exchange.report import Report, write_rejects
from xiuhua.interop.exchange.targets import TARGETS
from xiuhua.interop.exchange.wording import refusal, remark
from xiuhua.people.models import User
from xiuhua.people.permissions import may, require

PERMISSION = "city.import"
SHOWN = 100
CONTENT_TYPES = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}


def _districts(request: HttpRequest) -> list[District]:
    return [d for d in District.objects.all() if may(request.user, PERMISSION, district_code=d.code)]


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def import_page(request: HttpRequest) -> HttpResponse:
    """The form; when it is sent, a trial run of the file and its report."""
    districts = _districts(request)
    if request.method != "POST":
        initial = {name: request.GET[name] for name in ("district", "layer") if name in request.GET}
        return render(request, "interop/import.html", {"form": ImportForm(initial=initial, districts=districts)})
    form = ImportForm(request.POST, request.FILES, districts=districts)
    if not form.is_valid():
        return render(request, "interop/import.html", {"form": form}, status=422)
    told = {name: value for name, value in form.cleaned_data.items() if name != "file"}
    try:
        upload = uploads.keep(form.cleaned_data["file"], told, _owner(request))
    except uploads.UploadTooLargeError:
        message = _("The files are larger than %(limit)s MiB together. Load them on the server: xiuhua load.")
        form.add_error("file", message % {"limit": uploads.MAX_BYTES >> 20})
        return render(request, "interop/import.html", {"form": form}, status=422)
    return _run(request, upload, form, dry_run=True)


@require_POST
@require(PERMISSION, district=None)
def import_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Load the file of a trial run."""
    upload = _upload(request, token)
    if not upload.path.exists():
        raise Http404(_("This file is loaded already, or was uploaded more than a day ago. Upload it again."))
    response = _run(request, upload, ImportForm(districts=_districts(request)), dry_run=False)
    upload.forget_files()
    return response


@require_safe
@require(PERMISSION, district=None)
def import_rejects(request: HttpRequest, token: str) -> FileResponse:
    """The refused rows of an upload as CSV."""
    upload = _upload(request, token)
    if not upload.rejects.exists():
        raise Http404(_("No rows were refused."))
    return FileResponse(upload.rejects.open("rb"), as_attachment=True, filename="rejects.csv", content_type="text/csv")


def _owner(request: HttpRequest) -> int:
    assert isinstance(request.user, User)
    return request.user.pk


def _upload(request: HttpRequest, token: str) -> uploads.Upload:
    found = uploads.find(token, _owner(request))
    if found is None or not may(request.user, PERMISSION, district_code=found.form["district"]):
        raise Http404(_("There is no such upload, or it is older than a day. Upload the file again."))
    return found


def _run(request: HttpRequest, upload: uploads.Upload, form: ImportForm, *, dry_run: bool) -> HttpResponse:
    told = upload.form
    district = get_object_or_404(District, code=told["district"])
    asked = Request(
        target=told["layer"], path=upload.path, file_name=upload.name, crs=told["crs"], dry_run=dry_run,
        columns=tuple((column, field) for column, field in told["columns"]), code_set=told["code_set"],
        defaults={"kind": told["kind"]} if told["kind"] else {}, swap=told["swap"],
    )  # fmt: skip
    try:
        report = take(district, asked, actor=f"user:{request.user.get_username()}")
    except FileRefusedError as fault:
        what, remedy = refusal(fault)
        return render(request, "interop/import.html", {"form": form, "what": what, "remedy": remedy}, status=422)
    if report.rejected:
        with upload.rejects.open("w", encoding="utf-8-sig", newline="") as out:
            write_rejects(report, out)
    context = {"form": form, "upload": upload, "report": report, "target": TARGETS[report.target], "into": district}
    return render(request, "interop/import.html", {**context, **_said(report)})


def _said(report: Report) -> dict[str, Any]:
    return {
        "counts": summary.counts(report),
        "notes": [remark(note) for note in report.notes],
        "doubts": [(note.row, remark(note)) for note in report.doubts[:SHOWN]],
        "repaired": [(note.row, remark(note)) for note in report.repaired[:SHOWN]],
        "refused": report.rejected[:SHOWN],
        "refused_more": max(0, len(report.rejected) - SHOWN),
    }


@require_safe
@require("city.export")
def export(request: HttpRequest, district_code: str, layer: str, file_format: str) -> HttpResponseBase:
    """A layer or register of a district as a file."""
    district = get_object_or_404(District, code=district_code)
    target = TARGETS.get(layer)
    known = target is not None and file_format in CONTENT_TYPES and (target.geometry or file_format != "geojson")
    if target is None or not known or layer == "codes":
        raise Http404(_("There is no such file. Layers: %(layers)s; formats: geojson, gpkg, csv.") % {
            "layers": ", ".join(key for key in TARGETS if key != "codes"),
        })  # fmt: skip
    response: HttpResponseBase
    if file_format == "gpkg":
        response = StreamingHttpResponse(writers.gpkg(target, district))
    else:
        pieces: Iterator[bytes] = (
            writers.geojson(target, district) if file_format == "geojson" else writers.csv_lines(target, district)
        )
        response = StreamingHttpResponse(pieces)
    response["Content-Type"] = CONTENT_TYPES[file_format]
    response["Content-Disposition"] = f'attachment; filename="{district.code}-{layer}.{file_format}"'
    return response
