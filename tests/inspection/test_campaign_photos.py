"""Photos of sites are for all; photos of looks are seen as the looks; none is dropped as left behind."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from casework.conftest import desk, desks, person  # noqa: F401 - fixtures
from casework.pictures import encoded
from inspection.campaign_town import NOW, listed
from xiuhua.casework.actions.photos import store
from xiuhua.casework.actions.retention import tidy
from xiuhua.casework.models import Photo
from xiuhua.inspection.actions.campaign_moves import report_done
from xiuhua.inspection.actions.lists import PlaceGiven, decide, look_at, open_round, propose, publish_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def stored(user, at=NOW):
    return store(encoded(), stage="after", user=user, at=at).key


def status(client, key, user=None):
    client.logout()
    if user is not None:
        client.force_login(user)
    return client.get(reverse("casework:photo", args=[key, "thumb"])).status_code


def test_photos_of_a_site_are_seen_by_everybody_once_they_belong_to_it(client, desk):  # noqa: F811
    lead = desk.people["lead"]
    key, left = stored(lead), stored(lead)
    assert status(client, key) == 404
    report_done(listed(desk), [key], actor=lead, at=NOW)
    assert status(client, key) == 200
    assert tidy(NOW + timedelta(days=3)).orphans == 1
    assert set(Photo.objects.values_list("key", flat=True)) == {key}
    assert status(client, left) == 404


def test_photos_of_a_secret_look_come_to_light_with_the_publication(client, desk):  # noqa: F811
    experts = [desk.people["expert"], person(desk.district, "other", "expert")]
    round_ = open_round(
        desk.district, key="parks", name_zh="公园", kind="公园", rule="办法", begins=date(2026, 1, 1), ends=date(2026, 3, 2),
        actor="t", at=NOW,
    )  # fmt: skip
    place = propose(round_, PlaceGiven("梅园", "black"), actor="t", at=NOW)
    keys = [stored(user) for user in experts]
    for user, kind, key in zip(experts, ("expert", "secret"), keys, strict=True):
        look_at(place, kind, score=50, actor=user, photos=[key], at=NOW)
    people = desk.people
    assert [status(client, keys[1], user) for user in (None, experts[0], people["leader"], people["lead"])] == [404] * 4
    assert [status(client, keys[1], user) for user in (experts[1], people["assessor"])] == [200, 200]
    decide(place, "black", reason="两次均差", actor=people["assessor"], at=NOW)
    publish_round(round_, actor=people["leader"], at=NOW)
    assert [status(client, key) for key in keys] == [200, 200]
