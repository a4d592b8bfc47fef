"""Addresses: everything below /open311/."""

from django.urls import URLPattern, re_path

from xiuhua.interop.open311 import posting, requests, services, updates
from xiuhua.interop.open311.discovery import discovery
from xiuhua.interop.open311.endpoint import View, endpoint, nowhere

FORM = r"\.(?P<form>xml|json)$"


def _resources(post: View, update: View) -> list[tuple[str, View]]:
    """The addresses of an endpoint; what differs between them is what becomes of that which is written."""
    return [
        (r"discovery", endpoint(get=discovery)),
        (r"services", endpoint(get=services.services)),
        (r"services/(?P<service_code>[^/]+)", endpoint(get=services.definition)),
        (r"requests", post),
        (r"requests/(?P<number>[^/]+)", endpoint(get=requests.single)),
        (r"tokens/?(?P<given>[^/]*)", endpoint(get=requests.token)),
        (r"servicerequestupdates", update),
    ]


ENDPOINTS: dict[str, list[tuple[str, View]]] = {
    "v2/+": _resources(
        endpoint(get=requests.listed, post=posting.post), endpoint(get=updates.listed, post=updates.post)
    ),
    "test/v2/+": _resources(
        endpoint(get=requests.listed, post=posting.trial), endpoint(get=updates.listed, post=updates.trial)
    ),
}

urlpatterns: list[URLPattern] = [
    re_path(f"^discovery{FORM}", endpoint(get=discovery)),
    *(re_path(f"^{base}{path}{FORM}", view) for base, resources in ENDPOINTS.items() for path, view in resources),
    re_path(r"^(?P<rest>.*)$", nowhere),
]
