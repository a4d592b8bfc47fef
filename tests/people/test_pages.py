import pytest
from django.urls import reverse

from xiuhua.foundation.models import Event
from xiuhua.people.actions.organisations import load_organisations
from xiuhua.people.matrix import MATRIX

pytestmark = pytest.mark.django_db


def page(client, name, *args, **query):
    return client.get(reverse(f"people:{name}", args=args), query, headers={"accept-language": "en"})


def post(client, name, *args, **data):
    return client.post(reverse(f"people:{name}", args=args), data, headers={"accept-language": "en"})


def test_organisations_are_public_searchable_and_of_one_district(client, two_districts):
    answer = page(client, "organisations", "990001").content.decode()
    assert "990001-001" in answer
    assert "990002-001" not in answer
    found = page(client, "organisations", "990001", q="002镇").content.decode()
    assert "990001-002" in found
    assert "990001-gov" in found, "what stands above a match stays visible"
    assert "990001-001" not in found
    assert "Try fewer characters" in page(client, "organisations", "990001", q="nothing").content.decode()
    assert "no organisations yet" in page(client, "organisations", "123456").content.decode()


def test_an_organisation_shows_what_is_above_and_below_in_both_languages(client, two_districts):
    rows = [{"code": "crew", "kind": "contractor", "name_zh": "保洁队", "name_en": "Crew", "parent": "990001-001"}]
    load_organisations("990001", rows, actor="setup")
    answer = page(client, "organisation", "990001", "crew").content.decode()
    assert "<h1>Crew</h1>" in answer
    assert "001镇政府" in answer
    assert "Crew" in page(client, "organisation", "990001", "990001-001").content.decode()
    url = reverse("people:organisation", args=["990001", "crew"])
    assert "<h1>保洁队</h1>" in client.get(url, headers={"accept-language": "zh-hans"}).content.decode()
    assert page(client, "organisation", "990002", "crew").status_code == 404


def test_the_matrix_page_prints_every_permission_and_role(client, two_districts):
    answer = page(client, "permissions").content.decode()
    for each in [*MATRIX.permissions.values(), *MATRIX.roles.values()]:
        assert each.en.replace("'", "&#x27;") in answer
    chinese = client.get(reverse("people:permissions"), headers={"accept-language": "zh-hans"}).content.decode()
    assert MATRIX.permissions["audit.read"].zh in chinese


def test_my_account_shows_roles_and_saves_name_and_language(client, person):
    assert page(client, "account").status_code == 302
    user = person("ann", "town@990001001", unit="990001-001")
    client.force_login(user)
    answer = page(client, "account").content.decode()
    assert "Town office" in answer
    assert "990001001" in answer
    assert post(client, "account", display_name="安", language="en").status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("安", "en")
    assert post(client, "account", display_name="x" * 81, language="xx").status_code == 200
    user.refresh_from_db()
    assert user.display_name == "安"


def test_the_list_of_accounts_shows_each_reader_what_their_scope_covers(client, person):
    near, far = person("near", "inspector", unit="990001-001"), person("far", "inspector", unit="990001-002")
    other, fresh = person("other", district="990002", unit="990002-001"), person("fresh")
    seen = {
        "engineer": {near, far}, "leader": {near, far}, "assessor": {near, far}, "town": {near},
        "unit_lead": {near}, "handler": set(), "inspector": set(),
    }  # fmt: skip
    for role, expected in seen.items():
        reader = person(f"reads-as-{role}", role, unit="990001-001")
        client.force_login(reader)
        answer = page(client, "users", "990001")
        shown = {row["user"] for row in answer.context["rows"]}
        assert shown & {near, far, other, fresh} == expected, role
        for user in (near, far, other, fresh):
            status = 200 if user in expected or (user == fresh and role in {"engineer", "leader"}) else 404
            assert page(client, "user", "990001", user.pk).status_code == status, (role, user)
        reader.delete()


def test_a_new_account_is_found_by_its_whole_username_by_who_may_give_it_a_role(client, person):
    fresh = person("fresh-resident")
    client.force_login(person("eng", "engineer"))
    assert not page(client, "users", "990001", q="fresh").context["rows"]
    assert [r["user"] for r in page(client, "users", "990001", q="fresh-resident").context["rows"]] == [fresh]
    client.force_login(person("assess", "assessor"))
    assert not page(client, "users", "990001", q="fresh-resident").context["rows"]


def test_the_list_is_narrowed_by_role(client, person):
    person("a", "inspector", unit="990001-001")
    person("b", "handler", unit="990001-001")
    client.force_login(person("eng", "engineer"))
    rows = page(client, "users", "990001", role="handler").context["rows"]
    assert [row["user"].username for row in rows] == ["b"]
    assert page(client, "users", "990001", role="nonsense", page="99").status_code == 200


def test_a_role_is_given_and_taken_back_on_the_page_of_the_account(client, person):
    worker, boss = person("worker", unit="990001-001"), person("boss", "engineer")
    client.force_login(boss)
    url = ("user", "990001", worker.pk)
    given = {"role": "inspector", "area_code": "990001001", "valid_from": "2026-01-01", "valid_to": ""}
    assert post(client, *url, **given).status_code == 302
    held = worker.assignments.get()
    assert (held.role, held.area_code) == ("inspector", "990001001")
    assert "Inspector" in page(client, *url).content.decode()
    bad = post(client, *url, **{**given, "valid_to": "2025-01-01"})
    assert "last day lies before" in bad.content.decode()
    assert "Select a valid choice" in post(client, *url, role="mayor").content.decode()
    assert post(client, "revoke", "990001", worker.pk, assignment=held.pk).status_code == 302
    assert not worker.assignments.exists()
    assert post(client, "revoke", "990001", worker.pk, assignment="x").status_code == 404
    events = Event.objects.filter(verb__startswith="role.")
    assert [(e.verb, e.actor) for e in events] == [("role.granted", "boss"), ("role.revoked", "boss")]


def test_a_reader_who_may_not_manage_sees_no_form_and_is_refused_when_posting(client, person):
    worker = person("worker", "handler", unit="990001-001")
    client.force_login(person("assess", "assessor"))
    answer = page(client, "user", "990001", worker.pk)
    assert answer.context["form"] is None
    assert "not change its roles" in answer.content.decode()
    post(client, "user", "990001", worker.pk, role="engineer")
    assert post(client, "revoke", "990001", worker.pk, assignment=worker.assignments.get().pk).status_code == 403
    assert post(client, "change", "990001", worker.pk, active="0").status_code == 403
    assert [a.role for a in worker.assignments.all()] == ["handler"]


def test_an_account_is_moved_closed_and_opened(client, person):
    worker = person("worker", "handler", unit="990001-001")
    client.force_login(person("boss", "leader"))
    target = worker.organisation.parent
    assert post(client, "change", "990001", worker.pk, organisation=target.pk).status_code == 302
    worker.refresh_from_db()
    assert worker.organisation == target
    post(client, "change", "990001", worker.pk, organisation="0")
    post(client, "change", "990001", worker.pk, active="0")
    worker.refresh_from_db()
    assert (worker.organisation, worker.is_active) == (target, False)
    assert "closed" in page(client, "user", "990001", worker.pk).content.decode()
    post(client, "change", "990001", worker.pk, active="1")
    worker.refresh_from_db()
    assert worker.is_active


def test_the_anonymous_are_sent_to_sign_in(client, person):
    worker = person("worker")
    for name, args in (("users", ["990001"]), ("user", ["990001", worker.pk]), ("account", [])):
        answer = page(client, name, *args)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))


def test_a_refused_page_says_which_role_is_missing(client, person):
    client.force_login(person("worker", "handler"))
    leader = person("leader", "leader")
    answer = post(client, "change", "990001", leader.pk, active="0")
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Give and take away roles" in text
    assert "Engineer" in text
