"""Whether this process can serve: for load balancers and for the person on call."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.queries import districts, layer_versions

PROBE_KEY = "health-probe"


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the cache keeps, else 503; the layer versions that tiles are cut from."""
    checks = {"database": _database(), "cache": _cache()}
    healthy = all(state == "ok" for state in checks.values())
    versions = {} if checks["database"] != "ok" else {each.code: layer_versions(each) for each in districts()}
    document = {"status": "ok" if healthy else "failing", **checks, "layer_versions": versions}
    return JsonResponse(document, status=200 if healthy else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM city_district")
            cursor.fetchone()
    except DatabaseError:
        return "does not answer, or migrations were not run: xiuhua manage migrate"
    return "ok"


def _cache() -> str:
    cache.set(PROBE_KEY, "kept", 10)
    return "ok" if cache.get(PROBE_KEY) == "kept" else "does not keep what it is given"
