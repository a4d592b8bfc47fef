"""The clients of others, as they come from their makers, against the served interface."""

from datetime import datetime, timedelta

import pytest
import requests
from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint, Registry
from civicbot.resolver import JurisdictionResolver
from civicbot.robot import Robot, RobotProfile, StubXAdapter
from georeport import GeoReport

from plugins.open311_town import key_of, open_services
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.services import put_service
from xiuhua.casework.models import Case
from xiuhua.city.models import Area, Code, District

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {"amount": "heap", "since": "2026-03-01", "kinds": ["bulky", "food"]}


@pytest.fixture
def desk(desks):
    open_services(desks[0])
    return desks[0]


@pytest.fixture
def address(live_server):
    return f"{live_server.url}/open311/v2/"


@pytest.fixture
def transport():
    """That of civicbot, without the pause that it keeps between two questions to a host."""
    return HttpTransport(rate_limiter=RateLimiter(min_interval=0))


def endpoint(address, **more):
    return Endpoint("sample", "Sample", address, bbox=(31.6, 120.0, 31.8, 120.2), write=True, **more)


def filed(desk, key, address, transport, **more):
    client = Open311Client(endpoint(address), transport, jurisdiction_id=desk.district.code)
    given = {"lat": 31.7, "lng": 120.05, "description": "两张沙发", "attributes": ANSWERS, **more}
    sent = client.create_request(
        "events-1-0101", dry_run=False, confirm="SEND", api_key=key, validate_remote=True, **given
    )
    return client, sent.response[0]


def test_georeport_reads_the_services_and_what_was_reported(desk, key, address, transport):
    _client, answer = filed(desk, key, address, transport)
    filed(desk, key, address, transport, lat=31.71)
    number = answer["service_request_id"]
    told = {}
    for form in ("json", "xml"):
        client = GeoReport(address, jurisdiction=desk.district.code, output_format=form)
        services = client.get_service_list()
        assert [one["service_code"] for one in services] == ["events-1-0101", "events-1-0102"]
        definition = client.get_service_definition("events-1-0101")
        assert definition["service_code"] == "events-1-0101"
        listed = client.get_service_requests(service_code="events-1-0101", status="open")
        assert len(listed) == 2
        now = datetime.fromisoformat(listed[0]["requested_datetime"])
        span = {"start_date": (now - timedelta(days=1)).isoformat(), "end_date": (now + timedelta(days=1)).isoformat()}
        assert client.get_service_requests(**span) == listed
        assert client.get_service_requests(service_request_id=f"{number},{listed[0]['service_request_id']}") == listed
        told[form] = client.get_service_request(number)
        assert told[form]["description"] == "两张沙发"
        with pytest.raises(requests.HTTPError, match="404"):
            client.get_service_request("nothing")
    as_xml = {name: None if value in (None, "") else str(value) for name, value in told["json"].items()}
    assert told["xml"] == as_xml


def test_civicbot_reports_and_follows(desk, key, address, transport):
    client, answer = filed(desk, key, address, transport)
    case = Case.objects.get(number=answer["service_request_id"])
    assert case.reports.get().answers == ANSWERS
    assert client.get_request(case.number)["status"] == "open"
    assert [one["service_request_id"] for one in client.list_requests(status="open", page_size=5)] == [case.number]
    assert client.list_requests(service_request_ids=[case.number])[0]["lat"] == 31.7
    assert client.get_token(str(case.reports.get().key))[0]["service_request_id"] == case.number
    put_service(desk.other, actor="t", questions={"open311_type": "batch"})
    sent = client.create_request("events-1-0102", dry_run=False, confirm="SEND", api_key=key, lat=31.7, lng=120.05)
    token = sent.response[0]["token"]
    assert client.get_token(token) == [{"token": token}]


def test_civicbot_is_told_what_is_wrong(desk, key, address, transport):
    with pytest.raises(ValidationError, match="amount"):
        filed(desk, key, address, transport, attributes={"since": "2026-03-01"})
    with pytest.raises(HttpError) as refused:
        filed(desk, "xh_wrong", address, transport)
    assert refused.value.status == 403
    assert "40302" in refused.value.body
    with pytest.raises(HttpError) as refused:
        filed(desk, key, address, transport, lat=31.5)
    assert refused.value.status == 400
    assert not Case.objects.exists()


def test_a_robot_of_civicbot_files_for_its_owner_and_hears_of_the_end(desk, key, address, transport, settings):
    settings.LANGUAGE_CODE = "en"
    other = District.objects.get(code="990002")
    Area.objects.filter(district=other, parent__isnull=False).delete()
    Area.objects.filter(district=other).delete()
    other.delete()
    Code.objects.filter(pk=desk.other.pk).update(name_en="Trash dumping")
    resolver = JurisdictionResolver(Registry([endpoint(address)]), transport, check_seeclickfix=False)
    profile = RobotProfile("sample_robot", "owner", send_enabled=True)
    profile.grant_consent(include_followups=True)
    robot, site = Robot(profile, resolver=resolver, api_keys={"sample": key}), StubXAdapter(robot="sample_robot")
    site.add_mention("owner", "@sample_robot trash dumped 31.70000, 120.05000")
    (asked,) = robot.run_once(site)
    assert asked.service["service_code"] == "events-1-0102"
    assert not Case.objects.exists()
    site.add_mention("owner", "@sample_robot YES")
    robot.run_once(site)
    case = Case.objects.get()
    assert case.number in robot.state.tracked
    assert case.number in site.outbox[-1]["text"]
    site.add_mention("owner", f"@sample_robot status #{case.number}")
    robot.run_once(site)
    assert "open" in site.outbox[-1]["text"].lower()
    perform(case, "reject", user=desk.people["dispatcher"], data={"reason": "x", "public_note": "nothing there"})
    (news,) = robot.poll_status_updates(site)
    assert "closed" in news.lower()


def test_the_key_of_one_may_not_do_what_that_of_another_may(desk, address):
    case = desk.at_state("handling")
    form = {
        "jurisdiction_id": desk.district.code, "service_request_id": case.number, "update_id": "1", "status": "FIXED",
        "updated_datetime": "2026-03-02T10:00:00+08:00", "description": "已清运",
    }  # fmt: skip
    for who, status in (("resident", 403), ("handler", 200)):
        answer = requests.post(
            f"{address}servicerequestupdates.xml", {**form, "api_key": key_of(desk, who)}, timeout=20
        )
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    case.refresh_from_db()
    assert case.state == "handed_back"
