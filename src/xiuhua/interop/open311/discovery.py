"""Where the interface is and what it speaks: service discovery."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.interop.open311.changeset import changeset
from xiuhua.interop.open311.endpoint import Answer
from xiuhua.interop.open311.services import offered

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ENDPOINTS = {"production": "/open311/v2", "test": "/open311/test/v2"}


def discovery(request: HttpRequest) -> Answer:
    """GET discovery: the endpoints, what they are for, and whom to ask."""
    since = changeset(offered())
    mark = since.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    about = request.build_absolute_uri(reverse("web:about"))
    names = ", ".join(str(district) for district in District.objects.order_by("code")[:20])
    endpoints = [
        {
            "specification": SPECIFICATION,
            "url": request.build_absolute_uri(path),
            "changeset": mark,
            "type": kind,
            "formats": ["text/xml", "application/json"],
        }
        for kind, path in ENDPOINTS.items()
    ]
    body = {
        "changeset": mark,
        "contact": settings.XIUHUA_OPEN311_CONTACT or f"{names or 'xiuhua'}: {about}",
        "key_service": _("Ask the engineer of the district for a key: %(about)s") % {"about": about},
        "endpoints": endpoints,
    }
    return Answer("discovery", body, since)
