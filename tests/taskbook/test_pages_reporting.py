"""What a unit reports by forms, who accepts it, and what is refused with what was typed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project

pytestmark = pytest.mark.django_db
HERE, TOWN, OTHER = "990001", "990001-001", "990001-002"
DUE = date(2029, 12, 31)


@pytest.fixture
def book(two_districts):
    made = Book.objects.create(
        district=two_districts[0], key="care", name_zh="任务书", first_year=2022, last_year=2030, state="issued"
    )
    unit = Organisation.objects.get(code=TOWN)
    goal = Goal.objects.create(book=made, key="roads", name_zh="道路")
    Commitment.objects.create(goal=goal, key="1", measure="增设夜间清扫", unit=unit, first_due=DUE, due=DUE)
    project = Project.objects.create(book=made, key="room-1", kind="room", name_zh="第一处", unit=unit)
    Milestone.objects.create(project=project, key="plan", name_zh="方案", due=date(2024, 1, 31))
    Milestone.objects.create(project=project, key="open", name_zh="开放", due=DUE)
    return made


@pytest.fixture
def sign_in(client, two_districts):
    def signed(role, unit=""):
        user = User.objects.create_user(f"{role}{unit}", organisation=Organisation.objects.filter(code=unit).first())
        Assignment.objects.create(user=user, role=role, district_code=HERE)
        client.force_login(user)

    return signed


def page(client, name, *args):
    return client.get(
        reverse(f"taskbook:{name}", args=[HERE, *args]), headers={"accept-language": "en"}
    ).content.decode()


def send(client, name, *args, **data):
    address = reverse(f"taskbook:{name}", args=[HERE, *args])
    answer = client.post(address, data, headers={"accept-language": "en"}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_unit_reports_what_it_promised_with_proof(client, book, sign_in):
    sign_in("town", TOWN)
    row = Commitment.objects.get()
    assert f"/commitments/{row.pk}/done/" in page(client, "unit", TOWN)
    status, text = send(client, "commitment-done", row.pk, proof="", done_on="2026-01-05", expected_version="1")
    assert status == 422
    assert "Proof: This field is required." in text
    assert 'value="2026-01-05"' in text
    status, text = send(client, "commitment-done", row.pk, proof="案件 990001-260105-00001", expected_version="1")
    assert status == 200
    assert "Reported as done: “增设夜间清扫”." in text
    row.refresh_from_db()
    assert (row.state, row.proof) == ("done", "案件 990001-260105-00001")
    status, text = send(client, "commitment-done", row.pk, proof="again", expected_version="1")
    assert status == 409


def test_a_unit_promises_and_reports_the_steps_of_its_projects(client, book, sign_in):
    sign_in("unit_lead", TOWN)
    day = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011 - any day that is still to come
    assert send(client, "unit-promise", TOWN, goal="roads", measure="早晚各冲洗一次", due=day)[0] == 200
    assert Commitment.objects.get(measure="早晚各冲洗一次").unit.code == TOWN
    status, text = send(client, "unit-promise", TOWN, goal="roads", measure="迟了", due="2024-01-01")
    assert status == 422
    assert "2024-01-01 has passed." in text
    assert 'value="迟了"' in text
    assert send(client, "step-done", "room-1", "plan", proof="会议纪要", expected_version="1")[0] == 200
    assert Milestone.objects.get(key="plan").proof == "会议纪要"


def test_nobody_reports_for_a_unit_that_is_not_theirs(client, book, sign_in):
    sign_in("unit_lead", OTHER)
    assert "Report for this unit" not in page(client, "unit", TOWN)
    assert send(client, "commitment-done", Commitment.objects.get().pk, proof="x")[0] == 403
    assert send(client, "step-done", "room-1", "plan", proof="x")[0] == 403
    assert send(client, "unit-promise", TOWN, goal="roads", measure="x", due="2029-01-01")[0] == 403
    assert Commitment.objects.get().state == "open"


def test_a_project_is_accepted_when_all_is_done_and_a_step_is_taken_back_for_a_reason(client, book, sign_in):
    sign_in("leader")
    assert "project-accept" not in page(client, "projects")
    status, text = send(client, "project-accept", "room-1", accepted_by="district")
    assert status == 422
    assert "2 milestones of the project are not done." in text
    for key in ("plan", "open"):
        assert send(client, "step-done", "room-1", key, proof="照片")[0] == 200
    assert "/projects/room-1/accept/" in page(client, "projects")
    assert send(client, "project-accept", "room-1", accepted_by="district")[0] == 200
    assert Project.objects.get().accepted_by == "district"
    assert send(client, "step-reopen", "room-1", "open", reason="")[0] == 422
    assert send(client, "step-reopen", "room-1", "open", reason="暗访未开放")[0] == 200
    assert Project.objects.get().accepted_by == ""


@pytest.mark.parametrize(
    ("name", "args"),
    [("commitment-done", (987654,)), ("step-done", ("room-1", "none")), ("project-accept", ("none",)), ("unit-promise", ("none",))],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, book, sign_in, name, args):
    sign_in("leader")
    assert send(client, name, *args, proof="x")[0] == 404
