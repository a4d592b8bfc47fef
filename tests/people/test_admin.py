import pytest
from django.urls import reverse

from xiuhua.foundation.models import Event
from xiuhua.people.models import Assignment, Organisation, User

pytestmark = pytest.mark.django_db
PASSWORD = "needle-and-thread-27"


@pytest.fixture
def root(client, person):
    user = person("root", is_superuser=True, is_staff=True)
    client.force_login(user)
    return client


def address(model, what="add", *args):
    return reverse(f"admin:people_{model}_{what}", args=args)


def verbs():
    return [e.verb for e in Event.objects.filter(actor="root").order_by("pk")]


def test_the_back_office_has_no_sign_in_of_its_own(client, person):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    client.force_login(person("eng", "engineer"))
    assert client.get(reverse("admin:index")).status_code in {302, 403}


def test_every_list_and_form_of_the_room_opens(root, two_districts, person):
    user = person("ann", "town", unit="990001-001")
    ids = {"organisation": Organisation.objects.first().pk, "user": user.pk, "assignment": user.assignments.get().pk}
    for model, pk in ids.items():
        for url in (address(model, "changelist") + "?q=a", address(model), address(model, "change", pk)):
            assert root.get(url).status_code == 200, url


def test_an_organisation_is_changed_through_the_action_and_a_ring_is_refused(root, two_districts):
    town = Organisation.objects.get(code="990001-001")
    gov = town.parent
    data = {"kind": "town", "name_zh": "改名", "parent": gov.pk, "area_code": town.area_code}
    assert root.post(address("organisation", "change", town.pk), data).status_code == 302
    assert Organisation.objects.get(pk=town.pk).name_zh == "改名"
    assert verbs() == ["organisations.loaded"]
    ring = root.post(
        address("organisation", "change", gov.pk), {"kind": "district", "name_zh": "区政府", "parent": town.pk}
    )
    assert ring.status_code == 200
    assert "parent" in ring.context["adminform"].form.errors
    other = Organisation.objects.get(code="990002-gov")
    new = {"district_code": "990001", "code": "new", "kind": "bureau", "name_zh": "新局", "parent": other.pk}
    assert "parent" in root.post(address("organisation"), new).context["adminform"].form.errors
    assert root.post(address("organisation"), {**new, "parent": gov.pk}).status_code == 302
    assert Organisation.objects.get(code="new").parent == gov


def test_an_account_is_made_changed_given_a_password_and_erased_with_events(root):
    made = {"username": "wei", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert root.post(address("user"), made).status_code == 302
    user = User.objects.get(username="wei")
    assert user.check_password(PASSWORD)
    changed = {"username": "wei", "language": "en", "is_active": "on", "display_name": "韦"}
    assert root.post(address("user", "change", user.pk), changed).status_code == 302
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    new = {"password1": "another-needle-9", "password2": "another-needle-9", "usable_password": "true"}
    assert root.post(url, {**new, "password2": "different"}).status_code == 200
    assert root.post(url, new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another-needle-9")
    assert root.post(address("user", "delete", user.pk), {"post": "yes"}).status_code == 302
    assert verbs() == ["user.created", "user.changed", "user.password_set", "user.erased"]
    assert "韦" not in str(list(Event.objects.values_list("before", "after")))


def test_an_assignment_is_given_and_taken_back_through_the_actions(root, person):
    ann = person("ann")
    given = {"user": ann.pk, "role": "inspector", "district_code": "990001", "area_code": "990001001"}
    assert root.post(address("assignment"), given).status_code == 302
    held = Assignment.objects.get()
    assert root.post(address("assignment", "change", held.pk), {"valid_to": "2030-01-01"}).status_code == 302
    picked = {"action": "delete_selected", "_selected_action": [held.pk], "post": "yes"}
    assert root.post(address("assignment", "changelist"), picked).status_code == 302
    assert not Assignment.objects.exists()
    assert verbs() == ["role.granted", "role.granted", "role.revoked"]
