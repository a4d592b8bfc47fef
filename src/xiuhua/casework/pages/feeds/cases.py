"""Atom feeds of the public cases of a district, by area and category: the newest changes first."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from xiuhua.casework.models import Case
from xiuhua.casework.pages.resident.problems import Wanted, public_cases
from xiuhua.casework.public_history import local_time
from xiuhua.casework.states import CLOSING_REASONS, STATES
from xiuhua.city.models import District, local
from xiuhua.city.pages.asked import district_of

ENTRIES = 50
SECONDS = 60
# What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let ``?language=`` choose: readers of feeds say nothing of their language."""

    @wraps(view)
    def spoken(request: HttpRequest, district_code: str) -> HttpResponse:
        asked = request.GET.get("language", "")
        with override(asked if asked in dict(settings.LANGUAGES) else get_language()):
            response = view(request, district_code)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return spoken


def _rows(request: HttpRequest, district_code: str) -> tuple[District, Wanted, list[Case]]:
    """What the feed is of, and its cases; read once a request. Raises Http404 for an unknown area or category."""
    kept: tuple[District, Wanted, list[Case]] | None = getattr(request, "_feed", None)
    if kept is not None:
        return kept
    district = district_of(district_code)
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:120] for name in ("area", "category")}
    wanted = Wanted(**asked)
    found = public_cases(district, wanted)
    if found is None:
        raise Http404(_("There is no such area or category. Write area=kind:code and category=set@version:code."))
    related = found.select_related("category__code_set", "district", "unit", "community", "town")
    rows = (district, wanted, list(related.order_by("-changed_at", "-pk")[:ENTRIES]))
    request._feed = rows  # type: ignore[attr-defined]  # noqa: SLF001 - kept for the other readers of this request
    return rows


def _etag(request: HttpRequest, district_code: str) -> str:
    _district, _wanted, cases = _rows(request, district_code)
    said = f"{get_language()} {request.get_host()} {[(case.pk, case.version, case.category_id) for case in cases]}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _changed(request: HttpRequest, district_code: str) -> datetime | None:
    _district, _wanted, cases = _rows(request, district_code)
    return cases[0].changed_at if cases else None


@require_safe
@cache_control(max_age=SECONDS)
@_in_language
@condition(etag_func=_etag, last_modified_func=_changed)
def feed(request: HttpRequest, district_code: str) -> HttpResponse:
    """The newest changes of public cases, fifty at most."""
    district, wanted, cases = _rows(request, district_code)
    query = "?" + urlencode({"district": district.code, **wanted.query})
    document = Atom1Feed(
        title=_("Problems in %(district)s") % {"district": district.name},
        link=request.build_absolute_uri(reverse("casework:problems") + query), description=None,
        subtitle=_("Public cases, the newest changes first"), language="en" if get_language() == "en" else "zh-Hans",
        feed_url=request.build_absolute_uri(), author_name=district.name,
        feed_guid=f"{_tag()}:feed:{district.code}:{wanted.area}:{wanted.category}",
    )  # fmt: skip
    for case in cases:
        document.add_item(
            title=_plain(f"{case.category.name} · {_state(case)}"),
            link=request.build_absolute_uri(reverse("casework:public-case", args=[case.number])),
            description="<br>".join(escape(line) for line in _lines(case)), unique_id=f"{_tag()}:case:{case.number}",
            pubdate=case.reported_at, updateddate=case.changed_at,
            categories=[f"{case.category.code_set}:{case.category.code}"],
        )  # fmt: skip
    return HttpResponse(document.writeString("utf-8"), content_type=document.content_type)


def _tag() -> str:
    """The beginning of every id: the first host name of the installation, so that ids are the same on all of them."""
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    return f"tag:{host},2026"


def _state(case: Case) -> str:
    if case.state == "closed":
        return local(*CLOSING_REASONS.get(case.closing_reason, (STATES["closed"].zh, STATES["closed"].en)))
    return STATES[case.state].name


def _lines(case: Case) -> list[str]:
    """What the entry tells; nothing in it changes without a step of the case."""
    place = " ".join(part.name for part in (case.town, case.community) if part)
    lines = [case.public_text, " ".join(part for part in (place, case.address) if part)]
    if case.unit:
        lines.append(_("Unit: %(unit)s") % {"unit": case.unit.name})
    if case.deadline and STATES[case.state].open:
        lines.append(_("Due: %(deadline)s") % {"deadline": local_time(case, case.deadline)})
    return [_plain(line) for text in lines for line in text.split("\n") if line]


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("", text)
