"""Pages of planning: what planners, inspectors and the public see of frames and plans, and the commands."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from plugins.planning_city import DESIGN, ready
from xiuhua.inspection.actions.plans import commit_plan, make_plan, reveal_plan
from xiuhua.inspection.commands import inspection
from xiuhua.inspection.models import Frame, Plan

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2026, 2, 27, 8, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
HERE = "/inspection/990001/"


@pytest.fixture
def place(desk, client):
    desk.eyes = ready(desk.district)
    client.force_login(desk.people["assessor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


@pytest.fixture
def plan(place):
    return make_plan(place.district, date(2026, 3, 1), DESIGN, user="t", at=FEBRUARY)


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_frames_are_listed_by_kind_and_town(place, client):
    page = text(client.get(HERE + "frames/"))
    assert "Road sections" in page
    assert "Build from the city" in page
    page = text(client.get(HERE + "frames/?kind=bank_reach&town=990001001"))
    assert "W-W1-001" in page
    assert "R-S0" not in page
    points = client.get(HERE + "frames/points.json?kind=bank_reach").json()["features"]
    assert len(points) == Frame.objects.filter(kind="bank_reach").count()
    built = client.post(HERE + "frames/build/", follow=True)
    assert "0 new" in text(built)


def test_a_plan_is_filled_in_with_its_figures_and_made(place, client):
    given = {"month": "2026-03", "checks-carriageway@2022": "60", "checks-water@1": "20"}
    live = text(client.get(HERE + "plans/new/", given, headers={"HX-Request": "true"}))
    assert "<html" not in live
    assert "± " in live
    assert "polyline" in live
    assert "80" in text(client.get(HERE + "plans/new/", given))
    made = client.post(HERE + "plans/new/", given)
    found = Plan.objects.get()
    assert made.headers["Location"].endswith(f"/plans/{found.pk}/")
    assert [each["checks"] for each in found.design["kinds"]] == [20, 60]


def test_what_is_wrong_with_a_form_is_said_and_nothing_is_lost(place, client):
    page = text(client.post(HERE + "plans/new/", {"month": "2026-03", "checks-water@1": "many", "panel": "90"}), 422)
    assert "no whole number" in page
    assert 'value="many"' in page
    page = text(client.post(HERE + "plans/new/", {"month": "2026-03", "checks-water@1": "20", "panel": "90"}), 422)
    assert "add up to 1" in page
    assert "names nothing" in text(client.post(HERE + "plans/new/", {"month": "2026-03"}), 422)
    assert "2035" in text(client.post(HERE + "plans/new/", {"month": "2035-03", "checks-water@1": "20"}), 422)
    assert not Plan.objects.exists()


def test_a_few_checks_show_grey_strata(place, client):
    page = text(client.get(HERE + "plans/new/", {"month": "2026-03", "checks-carriageway@2022": "4", "floor": "1"}))
    assert "too few" in page
    assert "no standard error" in page


def test_a_committed_plan_shows_digests_and_numbers_and_neither_seed_nor_places(place, plan, client):
    commit_plan(plan, user="t", seed="kept back", at=FEBRUARY)
    plan.refresh_from_db()
    for who in ("assessor", None):
        if who is None:
            client.logout()
        page = text(client.get(f"{HERE}plans/{plan.pk}/?verify=1"))
        assert plan.seed_sha256 in page
        assert "kept back" not in page
        assert "R-S0-L-001" not in page
    assert "eye0" not in page
    assert "检查员" not in page


def test_drafts_are_for_planners_alone(place, plan, client):
    assert "Draw and commit" in text(client.get(f"{HERE}plans/{plan.pk}/"))
    client.logout()
    assert client.get(f"{HERE}plans/{plan.pk}/").status_code == 404
    assert "No plan has been committed yet" in text(client.get(HERE + "plans/"))
    assert client.get(HERE + "plans/new/").status_code == 302
    client.force_login(place.people["dispatcher"])
    assert client.post(f"{HERE}plans/{plan.pk}/commit/").status_code == 403


def test_a_revealed_plan_is_drawn_again_on_its_page(place, plan, client):
    commit_plan(plan, user="t", seed="kept back", at=FEBRUARY)
    reveal_plan(plan, user="t", at=APRIL)
    client.logout()
    page = text(client.get(f"{HERE}plans/{plan.pk}/?verify=1"))
    assert "kept back" in page
    assert "visits are the same" in page


def test_a_plan_is_dropped_for_a_reason(place, plan, client):
    assert "reason" in text(client.post(f"{HERE}plans/{plan.pk}/drop/", {"reason": ""}), 422)
    client.post(f"{HERE}plans/{plan.pk}/drop/", {"reason": "改期"})
    plan.refresh_from_db()
    assert plan.state == "dropped"
    assert client.post(f"{HERE}plans/{plan.pk}/explode/").status_code == 403


def test_an_inspector_sees_the_own_day(place, client, monkeypatch):
    plan = make_plan(place.district, date(2026, 3, 1), DESIGN, user="t", at=FEBRUARY)
    commit_plan(plan, user="t", seed="s", at=FEBRUARY)
    visit = plan.visits.filter(order__isnull=False).order_by("-day").first()
    client.force_login(visit.inspector)
    noon = datetime(visit.day.year, visit.day.month, visit.day.day, 4, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    page = text(client.get(HERE + "day/"))
    assert "Road" in page or "bank" in page
    assert "repeat" not in page.lower()
    monkeypatch.setattr(timezone, "now", lambda: FEBRUARY)
    assert "Nothing is planned" in text(client.get(HERE + "day/"))


def test_the_planner_answers_and_says_what_it_cannot_read(place, client):
    page = text(client.get(HERE + "planner/?one=95&other=90&deff=1&hours=40&minutes=12&way=8"))
    assert "<strong>432</strong>" in page
    assert "<strong>120</strong>" in page
    assert "Not enough is known" in page
    answers = text(client.get(HERE + "planner/?one=90&other=90&hours=much", headers={"HX-Request": "true"}))
    assert "never part" in answers
    assert "“much”" in answers


def test_commands_build_commit_reveal_and_verify(place, plan):
    run = CliRunner().invoke
    with translation.override("en"):
        assert "0 new" in run(inspection, ["frames", "build", "990001"]).output
        assert run(inspection, ["frames", "build", "nowhere"]).exit_code == 1
        assert run(inspection, ["plan", "verify", str(plan.pk)]).exit_code == 1
        assert run(inspection, ["plan", "commit", "999999"]).exit_code == 1
        commit_plan(plan, user="t", at=FEBRUARY)
        assert run(inspection, ["plan", "commit", str(plan.pk)]).exit_code == 1
        reveal_plan(plan, user="t", at=APRIL)
        assert "are the same" in run(inspection, ["plan", "verify", str(plan.pk)]).output
        plan.visits.filter(part="panel").first().delete()
        result = run(inspection, ["plan", "verify", str(plan.pk)])
        assert result.exit_code == 1
        assert "- 2026-03" in result.output
