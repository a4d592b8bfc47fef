"""The page of a bulletin, where each printed number is looked up, and its files; provisional ones for those inside."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import District
from xiuhua.taskbook.bulletin.document import traced
from xiuhua.taskbook.bulletin.figures import figure_from
from xiuhua.taskbook.bulletin.listing import FILES, LostFileError, bulletins, content, files
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.months import month_from


@require_safe
def bulletin(request: HttpRequest, district_code: str, month: str, version: int) -> HttpResponse:
    """Every figure of a bulletin by its number, with what it is made of and where it is explained."""
    row = _bulletin(request, district_code, month, version)
    zone = ZoneInfo(row.district.time_zone)
    figures = [figure_from(kept) for kept in row.figures]
    context = {
        "district": row.district, "bulletin": row, "files": list(files(row)),
        "figures": [(traced(figure, zone), figure.address) for figure in figures],
        "others": bulletins(row.district, request.user, row.month).exclude(pk=row.pk),
    }  # fmt: skip
    return render(request, "taskbook/bulletin.html", context)


@require_safe
def bulletin_file(request: HttpRequest, district_code: str, month: str, version: int, name: str) -> HttpResponse:
    """A file of a bulletin."""
    row = _bulletin(request, district_code, month, version)
    if name not in FILES:
        raise Http404(_("A bulletin has these files: %(names)s.") % {"names": ", ".join(FILES)})
    try:
        body = content(row, name)
    except LostFileError as error:
        raise Http404(str(error)) from None
    how = "inline" if name.endswith(".pdf") else "attachment"
    kind, _dot, ending = name.rpartition(".")
    shown = f"bulletin-{district_code}-{month}-v{version}{f'-{kind}' if ending == 'pdf' else ''}.{ending}"
    return HttpResponse(
        body, content_type=FILES[name][1], headers={"Content-Disposition": f'{how}; filename="{shown}"'}
    )


def _bulletin(request: HttpRequest, district_code: str, month: str, version: int) -> Bulletin:
    district, first = District.objects.filter(code=district_code).first(), month_from(month)
    row = None
    if district is not None and first is not None and version < _MOST:
        row = bulletins(district, request.user, first).filter(version=version).first()
    if row is None:
        raise Http404(_("There is no such bulletin, or its month is not published yet."))
    return row


# What a version can be at most.
_MOST = 2**31
