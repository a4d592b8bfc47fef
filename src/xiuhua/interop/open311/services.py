"""What can be reported: the list of services and the definition of one."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.casework.models import Service
from xiuhua.city.area_index import area_index
from xiuhua.city.models import District
from xiuhua.interop.open311 import service_codes
from xiuhua.interop.open311.changeset import changeset
from xiuhua.interop.open311.coordinates import coordinates
from xiuhua.interop.open311.endpoint import Answer
from xiuhua.interop.open311.faults import fault, raise_all
from xiuhua.interop.open311.jurisdictions import jurisdiction
from xiuhua.interop.open311.questions import answer_type, attributes


def offered() -> list[Service]:
    """Every service that the public may use, by code set and code."""
    rows = Service.objects.filter(public=True).select_related("category__code_set")
    return list(rows.order_by("category__code_set__key", "category__code_set__version", "category__code"))


def code_of(service: Service) -> str:
    """The code by which clients name the service."""
    category = service.category
    return service_codes.coded(category.code_set.key, category.code_set.version, category.code)


def find(service_code: str) -> Service | None:
    """The service of this code that the public may use; None where there is none."""
    parts = service_codes.parts(service_code)
    if parts is None:
        return None
    key, version, code = parts
    rows = Service.objects.filter(
        public=True, category__code_set__key=key, category__code_set__version=version, category__code=code
    )
    return rows.select_related("category__code_set").first()


def unknown(service_code: str) -> str:
    """What a client reads that named no service."""
    return _("There is no service %(code)s. See services.xml.") % {"code": service_code[:80]}


def services(request: HttpRequest) -> Answer:
    """GET services: all of them, or none where ``lat`` and ``long`` lie outside the jurisdiction."""
    district = jurisdiction(request.GET)
    place, faults = coordinates(request.GET)
    raise_all(faults)
    rows = offered()
    listed = [_listed(row) for row in rows] if place is None or within(district, *place) else []
    return Answer("services", listed, changeset(rows))


def definition(request: HttpRequest, service_code: str) -> Answer:
    """GET services/<code>: its questions. 404 for a service that asks nothing, whose ``metadata`` is false."""
    jurisdiction(request.GET)
    service = find(service_code)
    if service is None:
        raise fault("service", unknown(service_code))
    asked = attributes(service.questions)
    if not asked:
        raise fault(
            "definition", _("Service %(code)s asks no questions: it has no definition.") % {"code": service_code}
        )
    body = {"service_code": service_code, "attributes": asked}
    return Answer("service_definition", body, changeset(offered()))


def within(district: District, lon: float, lat: float) -> bool:
    """Whether the place lies in the district; one whose areas are not loaded takes every place."""
    index = area_index(district)
    return not index.kinds or bool(index.at(lon, lat))


def _listed(service: Service) -> dict[str, Any]:
    return {
        "service_code": code_of(service),
        "service_name": service.category.name,
        "description": service.description or None,
        "metadata": bool(attributes(service.questions)),
        "type": answer_type(service.questions),
        "keywords": ",".join(service.keywords.replace(",", " ").replace("，", " ").split()) or None,
        "group": service.category.class_name or None,
    }
