"""Every endpoint, driven by its own description: no server error, no answer that the description leaves out."""

import pytest
import schemathesis
import shapely
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import CHECKS

from contract.greenery import measured
from plugins.small_city import fill
from xiuhua.casework.models import Report
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.models import Campaign, Check, Frame, Standard
from xiuhua.people.actions.api_keys import issue
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.models import Book

pytestmark = pytest.mark.django_db
EXAMPLES = 25
LIMITED = ("casework-report", "casework-join", "casework-photos")
PATHS = "/api/city/"


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
    site = get_wsgi_application()
    yield lambda environ, start: site({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def city_at_work(two_districts):
    """Objects in every layer, an engineer; values that lead past "there is no such thing"."""
    fill(two_districts)
    engineer = User.objects.create(username="engineer")
    Assignment.objects.create(user=engineer, role="engineer", district_code="990001")
    return {"layer": "streets", "identity": 1}, {"desk": engineer, "unit": engineer}


def desk_at_work(desk):
    """A case with its report, a dispatcher, the lead of its unit."""
    case = desk.at_state("dispatched")
    Report.objects.create(
        idempotency_key="schema", token="schema-token", district=desk.district, case=case, source="web",
        received_at=case.reported_at, lon=case.lon, lat=case.lat,
    )  # fmt: skip
    known = {"number": case.number, "move": "note", "token": "schema-token", "district": "990001", "stream": "ping"}
    Book.objects.create(
        district=desk.district, key="care", name_zh="任务书", first_year=2024, last_year=2030, state="issued"
    )
    known |= {"month": "2026-03", "version": 1, "scope": "town", "code": "990001001", "book": "care"}
    known["key"] = str(_checked(desk, case).key)
    known |= measured(desk.district)
    day = case.reported_at.date()
    known["campaign_key"] = Campaign.objects.create(
        district=desk.district, key="walls", name_zh="整治", lead=desk.units["gov"], begins=day, ends=day
    ).key
    return known, {"desk": desk.people["dispatcher"], "unit": desk.people["lead"]}


def _checked(desk, case):
    """A check of a frame, seen by the inspector."""
    frame = Frame.objects.create(
        district=desk.district, code="f1", name_zh="路段", kind="road_section", lon=case.lon, lat=case.lat, size=300,
        opens="06:00", closes="22:00", built_at=case.reported_at, **to_row(shapely.Point(case.lon, case.lat)),
    )  # fmt: skip
    standard = Standard.objects.create(key="road", version="1", kind="road_section", name_zh="道路", state="in_force")
    return Check.objects.create(
        district=desk.district, frame=frame, standard=standard, part="complaint", inspector=desk.people["near"],
        began_at=case.reported_at, seen_at=case.reported_at, received_at=case.reported_at,
    )  # fmt: skip


@pytest.fixture
def world(request, operation):
    """What the endpoint is about: the city, or the desk of casework."""
    if operation.path.startswith(PATHS):
        return city_at_work(request.getfixturevalue("two_districts"))
    return desk_at_work(request.getfixturevalue("desk"))


@pytest.fixture(autouse=True)
def without_limits(settings, tmp_path):
    """Driven by hundreds of requests from one address."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **dict.fromkeys(LIMITED, "100000/h/ip")}
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("who", ["nobody", "desk", "unit"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_an_endpoint_keeps_to_its_description(operation, who, world, application):
    known, people = world
    headers = {"Accept-Encoding": "identity"}
    if who != "nobody":
        headers["Authorization"] = f"Bearer {issue(people[who], 'schema', actor='t')}"

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def drive(case, real):
        if real:  # otherwise hardly a case would get past "there is no such district"
            case.query = {**(case.query or {}), **({"district": "990001"} if "district" in (case.query or {}) else {})}
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            if isinstance(case.body, dict) and "district" in case.body:
                case.body = {**case.body, "district": "990001"}
        with transaction.atomic():
            case.call_and_validate(app=application, checks=CHECKED, headers=headers)
            transaction.set_rollback(True)

    given(case=operation.as_strategy(), real=booleans())(drive)()


def test_no_two_descriptions_share_a_name():
    """Of two, the interface would describe one alone, and answers of the other would not keep to it."""
    from ninja import Schema

    names = [one.__name__ for one in _below(Schema) if one.__module__.startswith("xiuhua.")]
    assert len(names) > 50
    assert not {name for name in names if names.count(name) > 1}


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
