from datetime import date

import pytest
from django.urls import reverse

from plugins.small_city import fill
from xiuhua.city.models import Area, Code, Duty, Kind
from xiuhua.foundation.layers import version
from xiuhua.foundation.models import Event
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def back_office(client, two_districts):
    fill(two_districts)
    client.force_login(User.objects.create_superuser("keeper", password="not-a-secret-of-anyone"))
    return client


@pytest.mark.parametrize("name", ["district", "kind", "codeset", "code", "area", "duty"])
def test_every_list_and_form_of_the_back_office_opens(back_office, name):
    assert (
        back_office.get(reverse(f"admin:city_{name}_changelist"), {"q": "1"} if name != "district" else {}).status_code
        == 200
    )
    model = {"area": Area, "duty": Duty, "kind": Kind, "code": Code}.get(name)
    if model:
        item = model.objects.first()
        assert back_office.get(reverse(f"admin:city_{name}_change", args=[item.pk])).status_code == 200
        assert (
            back_office.post(reverse(f"admin:city_{name}_delete", args=[item.pk]), {"post": "yes"}).status_code == 403
        )


def test_a_kind_that_is_renamed_leaves_an_event_and_new_layer_versions(back_office):
    kind = Kind.objects.get(domain="area", key="town")
    before = version("990002:areas")
    form = {"name_zh": "街道", "name_en": kind.name_en, "rank": kind.rank, "partition": "on"}
    address = reverse("admin:city_kind_change", args=[kind.pk])
    assert back_office.post(address, form).status_code == 302
    event = Event.objects.get(verb="kind.changed")
    assert (event.actor, event.subject, event.after) == ("keeper", "city.kind:area:town", {"name_zh": "街道"})
    assert version("990002:areas") == before + 1
    assert back_office.post(address, form).status_code == 302
    assert Event.objects.filter(verb="kind.changed").count() == 1


def test_a_new_kind_is_created_with_an_event(back_office):
    form = {"domain": "site", "key": "pier", "name_zh": "码头", "name_en": "Pier", "rank": 50}
    assert back_office.post(reverse("admin:city_kind_add"), form).status_code == 302
    assert Kind.objects.get(key="pier").name_zh == "码头"
    assert Event.objects.get(verb="kind.created").after["key"] == "pier"


def test_an_area_that_ends_is_no_longer_found_and_keeps_its_outline(back_office):
    town = Area.objects.get(district__code="990001", code="990001001", kind="town")
    outline = bytes(town.geom)
    form = {"grade": "", "persons": "", "valid_from": "", "valid_to": "2020-01-01"}
    assert back_office.post(reverse("admin:city_area_change", args=[town.pk]), form).status_code == 302
    town.refresh_from_db()
    assert (town.valid_to, bytes(town.geom)) == (date(2020, 1, 1), outline)
    found = back_office.get("/api/city/resolve", {"district": "990001", "lon": 120.02, "lat": 31.65}).json()
    assert "990001001" not in [area["code"] for area in found["areas"]]
    assert Event.objects.get(verb="area.changed").before == {"valid_to": None}
