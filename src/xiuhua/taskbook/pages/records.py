"""The records behind one value: counted again over the lake, each leading to its case with history and photos."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.lake.engines import open_engine
from xiuhua.people.permissions import require
from xiuhua.taskbook.evidence import ALL, COUNTED, MISSED, has_records, records
from xiuhua.taskbook.groups import DISTRICT
from xiuhua.taskbook.pages.asked import asked_text, indicator_of, sight_of
from xiuhua.taskbook.pages.indicator import row_of
from xiuhua.taskbook.pages.wording import plain
from xiuhua.taskbook.queries import CASES, one_value

PAGE = 100
MOST_PAGES = 10_000
SAME = 1e-6


@require_safe
@require(CASES, partly=True)
def value_records(request: HttpRequest, district_code: str, indicator_key: str) -> HttpResponse:
    """The records of ``?month=&scope=&code=``; ``?which=counted`` or ``missed`` narrows them, ``?page=`` turns."""
    seen, described = sight_of(request, district_code), indicator_of(indicator_key)
    scope, code = asked_text(request, "scope") or DISTRICT, asked_text(request, "code")
    reading = one_value(seen, described.key, asked_text(request, "month"), scope, code)
    if reading is None:
        raise Http404(_("There is no such value. The page of the indicator shows those there are."))
    if not has_records(described):
        raise Http404(_("The records behind this indicator cannot be named one by one."))
    wanted = asked_text(request, "which")
    which = wanted if wanted in {COUNTED, MISSED} else ALL
    number = _page(asked_text(request, "page"))
    with open_engine() as engine:
        try:
            found = records(
                engine, seen.district, described, reading.month, (scope, code), now=reading.data_until, which=which,
                limit=PAGE, offset=(number - 1) * PAGE,
            )  # fmt: skip
        except LookupError:
            raise Http404(_("The records behind this indicator cannot be named one by one.")) from None
    query = {"month": f"{reading.month:%Y-%m}", "scope": scope, "code": code}
    context = {
        "district": seen.district, "indicator": described, "name": described.name, "reading": reading, "found": found,
        "row": row_of(seen, reading, described.unit, ""), "which": which, "share": described.unit == "%",
        "numerator": plain(found.numerator), "denominator": plain(found.denominator),
        "same": _same(found.numerator, reading.numerator) and found.denominator == reading.denominator,
        "choices": [
            (key, word, f"?{urlencode({**query, 'which': key})}")
            for key, word in ((ALL, _("all")), (COUNTED, _("counted")), (MISSED, _("not counted")))
        ],
        "page": number, "back": urlencode(query),
        "earlier": f"?{urlencode({**query, 'which': which, 'page': number - 1})}" if number > 1 else "",
        "next": f"?{urlencode({**query, 'which': which, 'page': number + 1})}" if number * PAGE < found.found else "",
    }  # fmt: skip
    return render(request, "taskbook/records.html", context)


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004 - digits of a page
    return min(max(number, 1), MOST_PAGES)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(1.0, abs(other))
