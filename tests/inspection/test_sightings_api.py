"""Cameras tell where they saw: kept at once, all or nothing, by who may."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from xiuhua.inspection.models import Cell
from xiuhua.inspection.seen_queries import SOURCES, last_seen

pytestmark = pytest.mark.django_db
HERE, ADDRESS = (120.05, 31.7), "/api/inspection/sightings"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def tell(client, desk):  # noqa: F811
    """Sends sightings (place, instant) as somebody; gives status and answer."""

    def told(*seen, who="engineer", district="990001"):
        if who:
            client.force_login(desk.people[who])
        rows = [{"lon": lon, "lat": lat, "at": at.isoformat()} for (lon, lat), at in seen]
        answer = client.post(
            ADDRESS, json.dumps({"district": district, "seen": rows}), content_type="application/json",
            headers={"accept-language": "en"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    return told


def test_the_map_knows_at_once_what_a_camera_saw(tell, desk):  # noqa: F811
    at = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    assert tell((HERE, at), (HERE, at - timedelta(days=2))) == (200, {"changed": 1, "ahead": 0})
    cell = Cell.objects.get()
    assert (cell.seen_at, cell.source) == (at, "camera")
    found = last_seen(desk.district)
    assert SOURCES[int(found.source[0])] == "camera"
    assert tell((HERE, at)) == (200, {"changed": 0, "ahead": 0})


def test_what_lies_ahead_of_our_clock_is_left_out_and_counted(tell):
    now = timezone.now()
    assert tell((HERE, now + timedelta(hours=1))) == (200, {"changed": 0, "ahead": 1})
    assert not Cell.objects.exists()


def test_a_place_outside_refuses_all_that_was_sent(tell):
    now = timezone.now() - timedelta(minutes=1)
    status, answer = tell((HERE, now), ((110.0, 30.0), now))
    assert status == 422
    assert "Sighting 2 lies outside" in json.dumps(answer)
    assert not Cell.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("", 401), ("near", 403), ("assessor", 403)])
def test_only_who_may_tells(tell, who, status):
    assert tell((HERE, timezone.now()), who=who)[0] == status
    assert not Cell.objects.exists()


def test_nothing_and_too_much_are_refused(tell):
    assert tell()[0] == 422
    assert tell(*[(HERE, timezone.now())] * 5001)[0] == 422
