"""Every endpoint, driven by its own description: no server error, no answer that the description leaves out."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import CHECKS

from plugins.small_city import fill

pytestmark = pytest.mark.django_db
EXAMPLES = 40
PATHS = "/api/city/"
KNOWN = {"layer": "streets", "identity": 1}


def _description():
    from xiuhua.conf.api import api

    return api.get_openapi_schema()


SCHEMA = schemathesis.openapi.from_dict(dict(_description()))
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]


def test_the_description_names_every_endpoint_of_the_city():
    assert {operation.path for operation in OPERATIONS} >= {
        f"{PATHS}{name}"
        for name in ("districts", "layers", "objects/{layer}", "objects/{layer}/{identity}", "resolve", "search", "codes", "duty-report")
    }  # fmt: skip


@pytest.fixture
def application():
    """The site as a server calls it, on the connection of the test: as in Django's own client it is not closed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_an_endpoint_keeps_to_its_description(operation, two_districts, application):
    fill(two_districts)

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def drive(case, known):
        if known:  # otherwise hardly a case would get past "there is no such district"
            case.query = {**(case.query or {}), **({"district": "990001"} if "district" in (case.query or {}) else {})}
            case.path_parameters = {name: KNOWN[name] for name in case.path_parameters or {}}
        case.call_and_validate(app=application, checks=CHECKED, headers={"Accept-Encoding": "identity"})

    given(case=operation.as_strategy(), known=booleans())(drive)()
