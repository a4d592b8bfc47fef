"""Files of bulletins: public for published months, the rest for those who may see a month before."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import District
from xiuhua.taskbook.bulletin.listing import FILES, LostFileError, bulletins, content
from xiuhua.taskbook.months import month_from


@require_safe
def bulletin_file(request: HttpRequest, district_code: str, month: str, version: int, name: str) -> HttpResponse:
    """A file of a bulletin. Its content never changes, so it may be kept."""
    district, first = District.objects.filter(code=district_code).first(), month_from(month)
    row = None
    if district is not None and first is not None and name in FILES:
        row = bulletins(district, request.user, first).filter(version=version).first()
    if row is None:
        raise Http404(_("There is no such bulletin, or its month is not published yet."))
    try:
        body = content(row, name)
    except LostFileError as error:
        raise Http404(str(error)) from None
    how = "inline" if name.endswith(".pdf") else "attachment"
    kind, _dot, ending = name.rpartition(".")
    shown = f"bulletin-{district_code}-{month}-v{version}{f'-{kind}' if ending == 'pdf' else ''}.{ending}"
    return HttpResponse(
        body, content_type=FILES[name][1],
        headers={"Content-Disposition": f'{how}; filename="{shown}"', "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip
