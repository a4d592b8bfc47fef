"""The list of duties, the duties of one unit, and the report of gaps and overlaps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.area_index import Place, local_day, valid_on
from xiuhua.city.duty import days_text
from xiuhua.city.duty_report import ancestry, gaps, overlaps, own_part
from xiuhua.city.labels import object_url, place_name
from xiuhua.city.layers import LAYERS, Layer
from xiuhua.city.listing import unit_fields
from xiuhua.city.models import Area, Code, District, Duty
from xiuhua.city.pages.asked import district_of
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import grants, may, require

PAGE_SIZE = 50
TEXT_LENGTH = 60
AREAS_SHOWN = 8


@dataclass(frozen=True)
class Told:
    """One duty as its unit reads it: what, where, when, in which place, on what ground."""

    duty: Duty
    what: str
    where: str
    where_url: str
    when: str
    validity: str
    in_force: bool


@dataclass
class GapGroup:
    """The areas in which one category is uncovered at the same times."""

    category: Code
    when: str
    areas: list[Place] = field(default_factory=list)
    backing: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """The first areas by name."""
        return _(", ").join(place_name(area) for area in self.areas[:AREAS_SHOWN])

    @property
    def backing_names(self) -> list[str]:
        """The bodies whose territory stands in."""
        return sorted(self.backing)

    @property
    def hidden(self) -> int:
        """How many areas are not named."""
        return max(0, len(self.areas) - AREAS_SHOWN)


@require_safe
def duties(request: HttpRequest, district_code: str) -> HttpResponse:
    """Every duty of a district, searched by unit, code or ground."""
    district = district_of(district_code)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_LENGTH]
    found = _complete(Duty.objects.filter(district=district)).order_by("code")
    if text:
        found = found.filter(
            Q(code__startswith=text) | Q(unit__name_zh__icontains=text) | Q(unit__name_en__icontains=text)
            | Q(basis__icontains=text) | Q(area__name_zh__icontains=text) | Q(area__name_en__icontains=text)
        )  # fmt: skip
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page", "1")[:7])
    context = {
        "district": district,
        "text": text,
        "page": page,
        "told": tell(district, page.object_list),
        "may_edit": may_edit_some(request, district),
    }
    return render(request, "city/duties.html", context)


@require_safe
def duties_of(request: HttpRequest, district_code: str, unit_code: str) -> HttpResponse:
    """What one unit answers for: duties, registered objects, territory."""
    district = district_of(district_code)
    unit = Organisation.objects.filter(district_code=district.code, code=unit_code).select_related("parent").first()
    if unit is None:
        raise Http404(
            _("%(district)s has no organisation %(code)s. The list of organisations shows those it has.")
            % {"district": district.name, "code": unit_code}
        )
    page = Paginator(_complete(Duty.objects.filter(district=district, unit=unit)), PAGE_SIZE).get_page(
        request.GET.get("page", "1")[:7]
    )
    territory = (
        Area.objects.filter(district=district, code=unit.area_code).defer("geom").first() if unit.area_code else None
    )
    context = {
        "district": district,
        "unit": unit,
        "page": page,
        "told": tell(district, page.object_list),
        "objects": [entry for entry in (_registered(district, unit, layer) for layer in LAYERS.values()) if entry],
        "territory": territory and (str(territory), object_url(district.code, "areas", territory.pk)),
        "may_edit": may_edit_some(request, district),
    }
    return render(request, "city/duties_of.html", context)


def may_edit_some(request: HttpRequest, district: District) -> bool:
    """Whether the person may change some duty of the district: shows the button, the form asks again."""
    return bool(grants(request.user, "duty.edit", district_code=district.code))


def _complete(found: QuerySet[Duty]) -> QuerySet[Duty]:
    return found.select_related("unit", "code_set", "area").defer("area__geom")


def _registered(district: District, unit: Organisation, layer: Layer) -> dict[str, Any] | None:
    """How many objects of ``layer`` name the unit, and their list."""
    if not unit_fields(layer):
        return None
    named = Q()
    for body in unit_fields(layer):
        named |= Q(**{body: unit})
    count = layer.model._default_manager.filter(named, district=district).count()
    url = f"{reverse('city:layer', args=[district.code, layer.key])}?unit={unit.code}"
    return {"layer": layer, "count": count, "url": url} if count else None


def tell(district: District, found: Iterable[Duty]) -> list[Told]:
    """Duties in words, with the names of their categories read at once."""
    listed = list(found)
    sets = {duty.code_set_id for duty in listed if duty.code_set_id and duty.category}
    names: dict[tuple[int, str], str] = {}
    for code in Code.objects.filter(code_set__in=sets) if sets else ():
        names[code.code_set_id, code.code] = code.name
        names.setdefault((code.code_set_id, code.code[:2]), code.class_name)
    today = local_day(district, timezone.now())
    return [
        Told(
            duty=duty,
            what=_what(duty, names),
            where=_where(duty),
            where_url=object_url(district.code, "areas", duty.area_id) if duty.area_id else "",
            when=_when(duty),
            validity=_validity(duty),
            in_force=valid_on(duty.valid_from, duty.valid_to, today),
        )
        for duty in listed
    ]


def _what(duty: Duty, names: dict[tuple[int, str], str]) -> str:
    if duty.code_set is None:
        return _("every category")
    if not duty.category:
        return _("every category of %(set)s") % {"set": duty.code_set.name}
    name = names.get((duty.code_set.pk, duty.category), "")
    return f"{duty.category} {name} ({duty.code_set})"


def _where(duty: Duty) -> str:
    if duty.object_code:
        layer = LAYERS.get(duty.object_layer)
        return _("the object %(layer)s %(code)s") % {
            "layer": layer.label if layer else duty.object_layer, "code": duty.object_code
        }  # fmt: skip
    return str(duty.area) if duty.area else _("the whole district")


def _when(duty: Duty) -> str:
    days = days_text(duty.weekdays)
    if duty.time_from is None or duty.time_to is None:
        return days
    return f"{days} {duty.time_from:%H:%M}-{duty.time_to:%H:%M}"


def _validity(duty: Duty) -> str:
    if duty.valid_from and duty.valid_to:
        return _("from %(start)s until before %(end)s") % {"start": duty.valid_from, "end": duty.valid_to}
    if duty.valid_from:
        return _("from %(start)s") % {"start": duty.valid_from}
    return _("until before %(end)s") % {"end": duty.valid_to} if duty.valid_to else _("without limit")


@require("duty.report", partly=True)
def duty_report(request: HttpRequest, district_code: str) -> HttpResponse:
    """Categories that nobody answers for somewhere, and those that two units claim with equal right."""
    district = district_of(district_code)
    missing = own_part(request.user, district, gaps(district))
    claimed = own_part(request.user, district, overlaps(district))
    groups: dict[tuple[int, str], GapGroup] = {}
    for gap in missing:
        group = groups.setdefault((gap.category.pk, gap.when), GapGroup(gap.category, gap.when))
        group.areas.append(gap.area)
        if gap.backing:
            group.backing.add(gap.backing.name)
    page = Paginator(list(groups.values()), PAGE_SIZE).get_page(request.GET.get("page", "1")[:7])
    context = {
        "district": district,
        "missing": len(missing),
        "categories": len({gap.category.pk for gap in missing}),
        "always": sum(1 for gap in missing if gap.always),
        "page": page,
        "claimed": [(overlap, place_name(overlap.area)) for overlap in claimed[: PAGE_SIZE * 2]],
        "claimed_count": len(claimed),
        "duty_count": Duty.objects.filter(district=district).count(),
    }
    return render(request, "city/duty_report.html", context)


@require("duty.report", partly=True)
def duty_report_csv(request: HttpRequest, district_code: str) -> HttpResponse:
    """Gaps and overlaps as a table, one row a category and area."""
    district = district_of(district_code)
    heads = ["finding", "code_set", "code", "category", "area_kind", "area_code", "area", "when", "units", "duties"]
    return HttpResponse(
        csv_lines(heads, _findings(request, district)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="duty-report-{district.code}.csv"'},
    )


def _findings(request: HttpRequest, district: District) -> Iterator[list[str]]:
    for gap in own_part(request.user, district, gaps(district)):
        yield ["gap", *_of(gap.category, gap.area), gap.when, gap.backing.name if gap.backing else "", ""]
    for overlap in own_part(request.user, district, overlaps(district)):
        units = "; ".join(unit.name for unit in overlap.units)
        yield ["overlap", *_of(overlap.category, overlap.area), "", units, "; ".join(overlap.duties)]


def _of(category: Code, area: Place) -> list[str]:
    return [str(category.code_set), category.code, category.name, area.kind, area.code, place_name(area)]


def may_edit_duty(request: HttpRequest, district: District, area_id: int | None) -> bool:
    """Whether the person may change duties of this area; None is the whole district."""
    codes = ancestry({area_id})[area_id] if area_id else set()
    return may(request.user, "duty.edit", district_code=district.code, area_codes=codes)
