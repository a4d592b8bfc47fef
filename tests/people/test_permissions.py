from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from ninja.errors import HttpError

import xiuhua.people
from xiuhua.people.matrix import MATRIX, MatrixError, read
from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.people.permissions import grants, guard, may, require

pytestmark = pytest.mark.django_db

ROOM = Path(xiuhua.people.__file__).parent
ROLES = yaml.safe_load((ROOM / "roles.yaml").read_text(encoding="utf-8"))
PERMISSIONS = yaml.safe_load((ROOM / "permissions.yaml").read_text(encoding="utf-8"))
DISTRICTS = ("990001", "990002")
OTHER = {"990001": "990002", "990002": "990001"}


def situations(code):
    """What is asked of an assignment, and the scopes under which the answer is yes."""
    inside, outside = f"{code}001", f"{code}002"
    bound = {"area_code": inside}
    return {
        "unbound, the whole district": ({}, {}, {"any", "area"}),
        "unbound, an object in an area": ({}, {"area_codes": [code, inside]}, {"any", "area"}),
        "bound, inside its area": (bound, {"area_codes": [code, inside]}, {"any", "area"}),
        "bound, in the other area": (bound, {"area_codes": [code, outside]}, {"any"}),
        "bound, the whole district": (bound, {}, {"any"}),
        "bound, in its area, at its stage": (
            {**bound, "stage": "check"}, {"area_codes": [inside], "stage": "check"}, {"any", "area"},
        ),
        "bound, in its area, at another stage": (
            {**bound, "stage": "check"}, {"area_codes": [inside], "stage": "close"}, set(),
        ),
        "bound, in its area, at a stage it is free in": (
            bound, {"area_codes": [inside], "stage": "close"}, {"any", "area"},
        ),
        "bound to a stage, an object without stages": ({"stage": "check"}, {}, {"any", "area"}),
        "of the own unit": ({}, {"unit_codes": [f"{code}-gov", f"{code}-001"]}, {"any", "area", "unit"}),
        "of a unit beside the own": ({}, {"unit_codes": [f"{code}-gov", f"{code}-002"]}, {"any", "area"}),
        "the own": ({}, {"own": True}, {"any", "area", "own"}),
    }  # fmt: skip


def account(code, **more):
    return User.objects.create(
        username="someone", organisation=Organisation.objects.get(district_code=code, code=f"{code}-001"), **more
    )


@pytest.mark.parametrize("code", DISTRICTS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_cell_of_the_matrix(two_districts, permission, role, code):
    user = account(code)
    rule = PERMISSIONS[permission]
    scopes = rule.get("roles", {})
    implied = {scopes[key] for key, value in ROLES.items() if value.get("every_account") and key in scopes}
    for name, (binding, question, yes) in situations(code).items():
        user.assignments.all().delete()
        Assignment.objects.create(user=user, role=role, district_code=code, **binding)
        stage_only = "stage" in question and "stage" in binding and question["stage"] != binding["stage"]
        # What every account may do comes from no assignment, so no binding takes it away.
        always = any(("own" in yes and scope == "own") for scope in implied)
        expected = bool(rule.get("public")) or always or (scopes.get(role) in yes and not stage_only)
        assert may(user, permission, district_code=code, **question) is expected, name
        if not rule.get("public") and not always:
            assert not may(user, permission, district_code=OTHER[code], **question), f"other district: {name}"


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_the_anonymous_have_what_is_public_and_nothing_else(permission):
    public = bool(PERMISSIONS[permission].get("public"))
    assert may(AnonymousUser(), permission, district_code="990001") is public
    assert may(AnonymousUser(), permission, district_code="990001", own=True) is public


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_superuser_has_everything_and_a_closed_account_only_what_is_public(two_districts, permission):
    user = account("990001", is_superuser=True)
    assert all(may(user, permission, district_code=code) for code in DISTRICTS)
    user.is_active = False
    public = bool(PERMISSIONS[permission].get("public"))
    assert may(user, permission, district_code="990001") is public


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(None, None, True), (0, 0, True), (-1, 1, True), (1, None, False), (None, -1, False), (-9, -1, False)],
)
def test_an_assignment_holds_from_its_first_day_to_its_last(two_districts, first, last, holds):
    user, today = account("990001"), timezone.localdate()
    days = {key: None if n is None else today + timedelta(n) for key, n in (("valid_from", first), ("valid_to", last))}
    Assignment.objects.create(user=user, role="engineer", district_code="990001", **days)
    assert may(user, "city.import", district_code="990001") is holds


def test_a_unit_in_another_district_is_not_the_own_even_with_the_same_code(two_districts):
    Organisation.objects.create(district_code="990002", code="990001-001", kind="bureau", name_zh="同码")
    user = account("990001")
    Assignment.objects.create(user=user, role="unit_lead", district_code="990002")
    assert not may(user, "people.view", district_code="990002", unit_codes=["990001-001"])


def test_grants_say_how_a_person_came_by_a_permission(two_districts):
    user = account("990001")
    Assignment.objects.create(user=user, role="town", district_code="990001", area_code="990001001")
    (grant,) = grants(user, "duty.edit", district_code="990001")
    assert (grant.role, grant.scope, grant.area_code) == ("town", "area", "990001001")


def test_an_unknown_permission_is_an_error_that_names_the_known_ones():
    with pytest.raises(MatrixError, match=r"city\.view"):
        may(AnonymousUser(), "city.fly", district_code="990001")


ROLE = {"zh": "角色", "en": "Role", "purpose_zh": "用途", "purpose_en": "Purpose"}


@pytest.mark.parametrize(
    ("roles", "permissions", "message"),
    [
        ({"a": ROLE}, {"p": {"zh": "权", "en": "P", "roles": {"b": "any"}}}, "p: unknown role b"),
        ({"a": {**ROLE, "granted_by": ["c"]}}, {}, "a.granted_by: unknown role c"),
        ({"a": ROLE}, {"p": {"zh": "权", "en": "P", "roles": {"a": "everywhere"}}}, "scope 'everywhere'"),
        ({"a": ROLE}, {"p": {"zh": "权", "en": "P"}}, "public: true or the roles"),
        ({"a": ROLE}, {"p": {"zh": "权", "en": "P", "public": True, "roles": {"a": "any"}}}, "public: true or"),
        ({"a": {**ROLE, "purpose_en": ""}}, {}, "'purpose_en' is missing"),
        ({"a": ROLE}, {"p": {"zh": "权", "public": True}}, "'en' is missing"),
    ],
)
def test_a_matrix_that_contradicts_itself_is_refused(roles, permissions, message):
    with pytest.raises(MatrixError, match=message):
        read(roles, permissions)


def request(user):
    made = RequestFactory().get("/somewhere/?page=2")
    made.user = user
    return made


def page(request, district_code=""):
    return HttpResponse("in")


def test_a_page_sends_the_anonymous_to_sign_in_and_tells_others_which_role_they_lack(two_districts):
    view = require("city.import")(page)
    answer = view(request(AnonymousUser()), district_code="990001")
    assert answer.status_code == 302
    assert "next=/somewhere/%3Fpage%3D2" in answer.url
    user = account("990001")
    with translation.override("zh-hans"), pytest.raises(PermissionDenied) as denied:
        view(request(user), district_code="990001")
    assert MATRIX.roles["engineer"].zh in str(denied.value)
    with translation.override("en"), pytest.raises(PermissionDenied, match=r"990001.*Import files.*Engineer"):
        view(request(user), district_code="990001")
    Assignment.objects.create(user=user, role="engineer", district_code="990001")
    assert view(request(user), district_code="990001").content == b"in"
    with pytest.raises(PermissionDenied):
        view(request(user), district_code="990002")


def test_a_page_may_ask_for_a_permission_in_any_district_or_in_part_of_one(two_districts):
    user = account("990001")
    Assignment.objects.create(user=user, role="town", district_code="990001", area_code="990001001")
    with pytest.raises(PermissionDenied):
        require("duty.edit")(page)(request(user), district_code="990001")
    assert require("duty.edit", partly=True)(page)(request(user), district_code="990001").status_code == 200
    assert require("duty.edit", district=None, partly=True)(page)(request(user)).status_code == 200
    with pytest.raises(PermissionDenied):
        require("duty.edit", partly=True)(page)(request(user), district_code="990002")


def test_a_request_reads_assignments_once_and_the_next_one_reads_them_anew(client, two_districts):
    user = User.objects.create_user("a", organisation=Organisation.objects.filter(district_code="990001").first())
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert "/work/" not in client.get("/").content.decode()
    assert len([each for each in queries if "people_assignment" in each["sql"]]) == 1
    Assignment.objects.create(user=user, role="dispatcher", district_code="990001")
    assert "/work/" in client.get("/").content.decode()
    Assignment.objects.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert "/work/" not in client.get("/").content.decode()


def test_an_endpoint_answers_401_and_403_with_the_reason(two_districts):
    operation = guard("audit.read")(page)
    with translation.override("en"):
        with pytest.raises(HttpError, match="Sign in") as refused:
            operation(request(AnonymousUser()), district_code="990001")
        assert refused.value.status_code == 401
        user = account("990001")
        with pytest.raises(HttpError, match="Assessor / Leader / Engineer") as refused:
            operation(request(user), district_code="990001")
        assert refused.value.status_code == 403
    Assignment.objects.create(user=user, role="leader", district_code="990001")
    assert operation(request(user), district_code="990001").content == b"in"
