from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from xiuhua.foundation.models import Event
from xiuhua.people.actions.accounts import chain, create_user, set_active, set_organisation, set_profile
from xiuhua.people.actions.assignments import givable_roles, grant, refusal_to_change, revoke
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, Organisation, User

pytestmark = pytest.mark.django_db


def verbs(user):
    return list(Event.objects.filter(chain=chain(user)).order_by("sequence").values_list("verb", "actor"))


def test_a_role_is_given_changed_and_taken_back_with_an_event_each(person):
    ann = person("ann")
    first = grant(ann, "inspector", district_code="990001", area_code="990001001", actor="setup")
    again = grant(
        ann, "inspector", district_code="990001", area_code="990001001", valid_to=date(2030, 1, 1), actor="setup"
    )
    assert first.pk == again.pk
    grant(ann, "inspector", district_code="990001", area_code="990001001", valid_to=date(2030, 1, 1), actor="setup")
    revoke(again, actor="setup")
    assert not Assignment.objects.exists()
    assert verbs(ann) == [("role.granted", "setup"), ("role.granted", "setup"), ("role.revoked", "setup")]
    given, changed, taken = Event.objects.filter(chain=chain(ann)).order_by("sequence")
    assert given.before is None
    assert (changed.before["valid_to"], changed.after["valid_to"]) == (None, "2030-01-01")
    assert taken.before["area_code"] == "990001001"


def test_an_unknown_role_and_reversed_dates_are_refused(person):
    ann = person("ann")
    with pytest.raises(ValidationError, match=r"inspector"):
        grant(ann, "mayor", district_code="990001", actor="setup")
    with pytest.raises(ValidationError) as refused:
        grant(ann, "town", district_code="990001", valid_from=date(2027, 2, 1), valid_to=date(2027, 1, 1), actor="s")
    assert "valid_to" in refused.value.message_dict
    assert verbs(ann) == []


@pytest.mark.parametrize("district", ["990001", "990002"])
@pytest.mark.parametrize("giver", MATRIX.roles)
def test_each_role_gives_exactly_the_roles_that_the_matrix_says(person, giver, district):
    unit = f"{district}-001"
    boss, worker = person("boss", giver, district=district, unit=unit), person("worker", district=district, unit=unit)
    manages = giver in MATRIX.permission("people.manage").scopes
    allowed = {key for key, role in MATRIX.roles.items() if manages and giver in role.granted_by}
    assert set(givable_roles(boss, worker, district_code=district)) == allowed
    for role in MATRIX.roles:
        if role in allowed:
            grant(worker, role, district_code=district, actor=boss)
        else:
            with pytest.raises(PermissionDenied):
                grant(worker, role, district_code=district, actor=boss)
        with pytest.raises(PermissionDenied):  # and nothing in the other district
            grant(worker, role, district_code="990001" if district == "990002" else "990002", actor=boss)


def test_a_unit_lead_reaches_the_own_unit_and_those_below_only(person):
    lead = person("lead", "unit_lead", unit="990001-001")
    below = Organisation.objects.create(
        district_code="990001", code="crew", kind="contractor", name_zh="队", parent=lead.organisation
    )
    assert givable_roles(lead, person("a", unit="crew"), district_code="990001") == ["inspector", "handler"]
    assert givable_roles(lead, person("b", unit="990001-002"), district_code="990001") == []
    assert givable_roles(lead, person("c", unit="990001-gov"), district_code="990001") == []
    assert givable_roles(lead, person("d"), district_code="990001") == []
    assert below.parent == lead.organisation


def test_nobody_gives_more_than_they_hold_or_changes_their_own_roles(person):
    office = person("office", "town@990001001", unit="990001-001")
    walker = person("walker", unit="990001-001")
    grant(walker, "inspector", district_code="990001", area_code="990001001", actor=office)
    for area in ("", "990001002"):
        with pytest.raises(PermissionDenied):
            grant(walker, "inspector", district_code="990001", area_code=area, actor=office)
    Organisation.objects.create(
        district_code="990001", code="c", kind="community", name_zh="社区", parent=office.organisation,
        area_code="990001001007",
    )  # fmt: skip
    grant(walker, "inspector", district_code="990001", area_code="990001001007", actor=office)
    with pytest.raises(PermissionDenied):
        grant(office, "inspector", district_code="990001", area_code="990001001", actor=office)
    engineer = person("engineer", "engineer")
    with pytest.raises(PermissionDenied):
        grant(engineer, "leader", district_code="990001", actor=engineer)


def test_a_giver_bound_to_a_stage_gives_that_stage_only(person):
    office = person("office", unit="990001-001")
    grant(office, "town", district_code="990001", stage="check", actor="setup")
    walker = person("walker", unit="990001-001")
    grant(walker, "inspector", district_code="990001", stage="check", actor=office)
    with pytest.raises(PermissionDenied):
        grant(walker, "inspector", district_code="990001", actor=office)


def test_who_may_not_take_a_role_back_may_not_close_the_account_either(person):
    leader, engineer = person("leader", "leader"), person("engineer", "engineer", unit="990001-gov")
    root = person("root", is_superuser=True)
    assert refusal_to_change(leader, engineer)
    assert refusal_to_change(engineer, root)
    assert refusal_to_change(leader, leader)
    assert not refusal_to_change(engineer, leader)
    assert not refusal_to_change(root, engineer)
    with pytest.raises(PermissionDenied):
        revoke(engineer.assignments.get(), actor=leader)


def test_an_account_is_made_closed_opened_and_moved_with_events(two_districts):
    unit = Organisation.objects.get(code="990001-001")
    user = create_user("wei", "long-enough-secret-1", actor="setup", display_name="韦", organisation=unit)
    assert user.check_password("long-enough-secret-1")
    set_active(user, active=False, actor="root")
    set_active(user, active=False, actor="root")
    set_active(user, active=True, actor="root")
    set_organisation(user, None, actor="root")
    set_profile(user, display_name="阿韦", language="en")
    assert verbs(user) == [
        ("user.created", "setup"), ("user.closed", "root"), ("user.opened", "root"), ("user.moved", "root"),
        ("user.profile_changed", "wei"),
    ]  # fmt: skip
    text = str(list(Event.objects.values_list("before", "after")))
    assert "secret" not in text
    assert "韦" not in text


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("taken", "long-enough-secret-1", "username"),
        ("no spaces", "long-enough-secret-1", "username"),
        ("x" * 61, "long-enough-secret-1", "username"),
        ("fresh", "short", None),
        ("fresh", "password123", None),
    ],
)
def test_a_bad_username_or_weak_password_is_refused_and_leaves_nothing(db, username, password, field):
    create_user("taken", "long-enough-secret-1", actor="setup")
    with pytest.raises(ValidationError) as refused:
        create_user(username, password, actor="setup")
    if field:
        assert field in refused.value.message_dict
    assert User.objects.count() == 1
    assert Event.objects.count() == 1
