from datetime import date

import pytest
from django.urls import reverse

from plugins.small_city import fill
from xiuhua.city.actions import edit
from xiuhua.city.actions.references import Refused
from xiuhua.city.models import Component, Duty
from xiuhua.foundation.layers import version
from xiuhua.foundation.models import Event
from xiuhua.people.models import Assignment, Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(two_districts):
    fill(two_districts)
    return two_districts


@pytest.fixture
def sign_in(client):
    def sign(role, district_code, area_code=""):
        user = User.objects.create_user(f"{role}-{area_code}", password="not-a-secret-of-anyone")
        Assignment.objects.create(user=user, role=role, district_code=district_code, area_code=area_code)
        client.force_login(user)
        return user

    return sign


@pytest.fixture
def part(city):
    return Component.objects.get(district=city[0], code__endswith="000001")


def address_of(part):
    return reverse("city:object-edit", args=[part.district.code, "components", part.pk])


def component_form(part, **changes):
    form = {
        "state": part.state,
        "competent": part.competent_id,
        "owner": part.owner_id,
        "maintainer": part.maintainer_id,
    }
    form |= {"seen": edit.fingerprint(part), **changes}
    return {name: value for name, value in form.items() if value is not None}


def test_a_component_changed_by_hand_leaves_an_event_with_before_and_after(client, sign_in, part):
    sign_in("engineer", "990001")
    before = version("990001:components")
    spare = Organisation.objects.get(district_code="990001", code="spare")
    response = client.post(address_of(part), component_form(part, state="damaged", owner=spare.pk))
    assert response.status_code == 302
    part.refresh_from_db()
    assert (part.state, part.owner) == ("damaged", spare)
    assert part.changed_on is not None
    event = Event.objects.get(verb="component.changed")
    assert event.actor == "engineer-"
    assert event.before == {"state": "intact", "owner_id": None}
    assert event.after == {"state": "damaged", "owner_id": spare.pk}
    assert version("990001:components") == before + 1
    page = client.get(reverse("city:object", args=["990001", "components", part.pk])).content.decode()
    assert "engineer-" in page


def test_saving_what_is_there_already_writes_nothing(client, sign_in, part):
    sign_in("engineer", "990001")
    client.post(address_of(part), component_form(part))
    assert not Event.objects.filter(verb="component.changed").exists()


def test_a_form_that_is_out_of_date_changes_nothing_and_says_so(client, sign_in, part):
    sign_in("engineer", "990001")
    stale = component_form(part, state="lost")
    edit.change_component(
        part.pk, seen=edit.fingerprint(part), actor="other",
        changes={"state": "damaged", "competent_id": None, "owner_id": None, "maintainer_id": part.maintainer_id},
    )  # fmt: skip
    response = client.post(address_of(part), stale, follow=True)
    part.refresh_from_db()
    assert part.state == "damaged"
    assert [str(message) for message in response.context["messages"]]
    assert Event.objects.filter(verb="component.changed").count() == 1


def test_a_unit_of_another_district_is_refused(client, sign_in, part):
    sign_in("engineer", "990001")
    foreign = Organisation.objects.get(district_code="990002", code="spare")
    response = client.post(address_of(part), component_form(part, owner=foreign.pk))
    assert response.status_code == 200
    assert response.context["form"].errors["owner"]


def test_who_may_change_a_component(client, sign_in, part):
    assert client.get(address_of(part)).status_code == 302
    for role, district, area, status in (
        ("resident", "990001", "", 403), ("engineer", "990002", "", 403), ("town", "990001", "990001002", 403),
        ("town", "990001", "990001001", 200), ("engineer", "990001", "", 200),
    ):  # fmt: skip
        sign_in(role, district, area or district) if role == "town" else sign_in(role, district)
        assert client.get(address_of(part)).status_code == status, (role, area)
        User.objects.all().delete()


def duty_form(**changes):
    form = {
        "code": "N1",
        "unit": "clean",
        "code_set": "events@1",
        "category": "0501",
        "weekdays": ["1", "2"],
        "rank": "1",
    }
    return form | changes


def test_a_duty_is_added_changed_and_ended_on_record(client, sign_in, city):
    sign_in("dispatcher", "990001")
    before = version("990001:duties")
    assert client.post(reverse("city:duty-new", args=["990001"]), duty_form()).status_code == 302
    duty = Duty.objects.get(code="N1")
    assert (duty.unit.code, duty.category, duty.weekdays, duty.district) == ("clean", "0501", "12", city[0])
    address = reverse("city:duty-edit", args=["990001", duty.pk])
    page = client.get(address)
    initial = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert client.post(address, initial | {"rank": "2", "time_from": "08:00", "time_to": "17:00"}).status_code == 302
    duty.refresh_from_db()
    assert (duty.rank, duty.time_from.hour, duty.weekdays) == (2, 8, "12")
    stale = edit.fingerprint(duty)
    assert client.post(address, {"last_day": "2030-12-31", "seen": stale}).status_code == 302
    duty.refresh_from_db()
    assert duty.valid_to == date(2031, 1, 1)
    assert client.post(address, {"last_day": "2031-12-31", "seen": stale}).status_code == 302
    duty.refresh_from_db()
    assert duty.valid_to == date(2031, 1, 1)
    verbs = Event.objects.filter(subject="city.duties:990001:N1").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["duty.created", "duty.changed", "duty.ended"]
    assert version("990001:duties") == before + 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "D1"}, "code"),
        ({"category": "9999"}, "category"),
        ({"code_set": ""}, "code_set"),
        ({"area": "town:nowhere"}, "area"),
        ({"area": "town:990002001"}, "area"),
        ({"time_from": "08:00"}, "time_from"),
        ({"valid_from": "2025-01-01", "valid_to": "2024-01-01"}, "valid_to"),
        ({"unit": "990002-001"}, "unit"),
        ({"rank": "0"}, "rank"),
        ({"category": "\x00"}, "category"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused_beside_its_field(client, sign_in, city, changes, field):
    sign_in("dispatcher", "990001")
    response = client.post(reverse("city:duty-new", args=["990001"]), duty_form(**changes))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Duty.objects.filter(district=city[0]).count() == 4


def test_a_town_writes_duties_for_its_own_area_alone(client, sign_in, city):
    sign_in("town", "990001", "990001001")
    new = reverse("city:duty-new", args=["990001"])
    for area, status in (("", 200), ("town:990001002", 200), ("community:990001001001", 302), ("town:990001001", 302)):
        assert client.post(new, duty_form(code=f"N{area[:4]}", area=area)).status_code == status, area
    whole = Duty.objects.get(district=city[0], code="D1")
    assert client.get(reverse("city:duty-edit", args=["990001", whole.pk])).status_code == 403
    own = Duty.objects.get(district=city[0], code="D2")
    assert client.get(reverse("city:duty-edit", args=["990001", own.pk])).status_code == 200
    assert client.get(reverse("city:duty-edit", args=["990002", own.pk])).status_code == 403


def test_a_duty_does_not_end_before_it_begins(city):
    duty = Duty.objects.get(district=city[0], code="D2")
    with pytest.raises(Refused):
        edit.end_duty(duty.pk, seen=edit.fingerprint(duty), last_day=date(2023, 1, 1), actor="t")


def test_a_failed_event_leaves_the_component_as_it_was(part, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(edit, "record", fail)
    changes = {"state": "lost", "competent_id": None, "owner_id": None, "maintainer_id": None}
    with pytest.raises(RuntimeError):
        edit.change_component(part.pk, seen=edit.fingerprint(part), changes=changes, actor="t")
    part.refresh_from_db()
    assert part.state == "intact"
