"""A plan from draft to reveal: digests before, seed after, visits on their day alone, and drawn again the same."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from plugins.planning_city import DESIGN, ready
from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.models import Duty
from xiuhua.foundation.estimators.acceptance import Severity
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.plans import commit_plan, drop_plan, make_plan, reveal_plan
from xiuhua.inspection.design import read
from xiuhua.inspection.drawing import digest_of_seed
from xiuhua.inspection.models import Check, Frame, Plan, Visit
from xiuhua.inspection.planned import visits_of_day
from xiuhua.inspection.planning_faults import FaultsFound
from xiuhua.inspection.planning_inputs import gather, severities
from xiuhua.inspection.verifying import verify
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
FEBRUARY = datetime(2026, 2, 27, 8, 0, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def place(desk):
    desk.eyes = ready(desk.district)
    return desk


def committed(place, **more):
    plan = make_plan(place.district, MARCH, {**DESIGN, **more}, user=place.people["assessor"], at=FEBRUARY)
    return commit_plan(plan, user=place.people["assessor"], seed="kept back", at=FEBRUARY)


def test_a_plan_is_drawn_when_it_is_committed(place):
    plan = committed(place)
    visits = list(plan.visits.select_related("frame", "standard"))
    assert {visit.part for visit in visits} == {"panel", "repeat"}
    assert all(visit.day.month == 3 and visit.day.weekday() < 5 for visit in visits)
    assert all(visit.standard.kind == visit.frame.kind for visit in visits)
    panel = [visit for visit in visits if visit.part == "panel"]
    assert len(panel) == 42 + 20
    planned = [visit for visit in visits if visit.order]
    assert len(planned) > 0.9 * len(visits)
    assert all(visit.begins <= visit.planned_at < visit.ends for visit in planned if visit.part == "panel")
    for visit in visits:
        if visit.repeats:
            assert (visit.repeats.frame_id, visit.repeats.day) == (visit.frame_id, visit.day)
            assert visit.repeats.inspector_id != visit.inspector_id


def test_the_digest_is_public_at_once_and_the_seed_only_after_the_month(place):
    plan = committed(place)
    said = Event.objects.filter(chain="inspection:990001:plans", verb="plan.committed").get()
    assert said.after["seed_sha256"] == plan.seed_sha256 == digest_of_seed(plan.seed)
    assert plan.seed not in str([event.after for event in Event.objects.filter(chain=said.chain)])
    with translation.override("en"), pytest.raises(Refused, match="not ended"):
        reveal_plan(plan, user=place.people["assessor"], at=APRIL - timedelta(minutes=1))
    revealed = reveal_plan(plan, user=place.people["assessor"], at=APRIL)
    assert revealed.state == "revealed"
    assert Event.objects.get(verb="plan.revealed").after["seed"] == plan.seed
    assert set(plan.visits.values_list("state", flat=True)) == {"missed"}


def test_without_a_seed_each_plan_has_its_own(place):
    plan = make_plan(place.district, MARCH, DESIGN, user="t", at=FEBRUARY)
    one = commit_plan(plan, user="t", at=FEBRUARY)
    assert len(one.seed) == 64
    drop_plan(one, reason="again", user="t", at=FEBRUARY)
    two = commit_plan(make_plan(place.district, MARCH, DESIGN, user="t", at=FEBRUARY), user="t", at=FEBRUARY)
    assert one.seed != two.seed


def test_a_plan_is_drawn_again_the_same_and_a_changed_visit_shows(place):
    plan = Plan.objects.get(pk=committed(place).pk)
    assert verify(plan).sound
    moved = plan.visits.filter(part="panel").first()
    other = Frame.objects.filter(kind=moved.frame.kind).exclude(pk=moved.frame_id).last()
    Visit.objects.filter(pk=moved.pk).update(frame=other)
    found = verify(plan)
    assert not found.sound
    assert len(found.missing) == len(found.surplus) == 1
    assert moved.frame.code in found.missing[0]
    plan.seed = "t"
    assert not verify(plan).seed


def test_a_plan_can_be_drawn_again_after_the_city_changed(place):
    plan = committed(place)
    Frame.objects.filter(kind="road_section").update(size=1.0)
    assert verify(Plan.objects.get(pk=plan.pk)).sound


def test_visits_are_seen_on_their_day_and_by_nobody_else(place):
    plan = committed(place)
    visit = plan.visits.filter(order__isnull=False).first()
    # Half past midnight in Shanghai, still the day before in UTC.
    day = datetime(visit.day.year, visit.day.month, visit.day.day, tzinfo=UTC) - timedelta(hours=7, minutes=30)
    assert visit in visits_of_day(visit.inspector, visit.day, at=day)
    assert not visits_of_day(visit.inspector, visit.day, at=day - timedelta(hours=1))
    assert visit in visits_of_day(visit.inspector, visit.day, at=day + timedelta(days=3))
    other = next(eye for eye in place.eyes if eye != visit.inspector)
    assert visit not in visits_of_day(other, visit.day, at=day)
    drop_plan(plan, reason="改为专项检查", user="t", at=day)
    assert not visits_of_day(visit.inspector, visit.day, at=day)


def test_who_checked_a_town_does_not_check_it_the_next_month(place):
    first = committed(place)
    april = make_plan(place.district, date(2026, 4, 9), DESIGN, user="t", at=APRIL)
    second = commit_plan(april, user="t", seed="s2", at=APRIL)

    def pairs(plan):
        rows = plan.visits.exclude(part="repeat").filter(order__isnull=False)
        return set(rows.values_list("inspector", "frame__town"))

    # One of seven has a rest of both towns; whoever may go to one town alone stays there.
    bound = set(User.objects.exclude(assignments__area_code="").values_list("pk", flat=True))
    assert len({pair for pair in pairs(first) & pairs(second) if pair[0] not in bound}) <= 1


def test_nobody_checks_what_the_own_organisation_answers_for(place):
    Duty.objects.create(district=place.district, code="D1", unit=place.eyes[0].organisation)
    from xiuhua.city.layers import version_key
    from xiuhua.foundation import layers

    layers.bump(version_key("990001", "duties"))
    plan = make_plan(place.district, MARCH, DESIGN, user="t", at=FEBRUARY)
    names = set(commit_plan(plan, user="t", seed="s", at=FEBRUARY).visits.values_list("inspector__username", flat=True))
    assert not {eye.username for eye in place.eyes} & names
    # "near" and "elsewhere" may only in their towns.
    near = plan.visits.filter(inspector__username="990001-near").exclude(frame__town__code="990001001")
    assert not near.exists()


def test_complaints_lead_to_frames_near_them(place):
    frame = Frame.objects.filter(kind="road_section").first()
    for at in (FEBRUARY - timedelta(days=3), FEBRUARY - timedelta(days=400)):
        place.case(at, lon=frame.lon, lat=frame.lat)
    Case.objects.filter(reported_at__lt=FEBRUARY - timedelta(days=100)).update(state="closed")
    plan = make_plan(place.district, MARCH, DESIGN, user="t", at=FEBRUARY)
    found = gather(plan, read(plan.design)[0], FEBRUARY)
    led = {found.inputs.frames.code[at] for at in found.inputs.led.nonzero()[0].tolist()}
    assert frame.code in led
    assert len(led) < 5
    visits = commit_plan(plan, user="t", seed="s", at=FEBRUARY).visits.filter(part="complaint")
    assert {visit.frame.code for visit in visits} <= led
    assert visits


def test_a_town_whose_checks_failed_is_looked_at_more_closely(place):
    plan = committed(place)
    visits = plan.visits.filter(part="panel", frame__kind="road_section")[:12]
    for visit in visits:
        Check.objects.create(
            district=place.district, visit=visit, frame=visit.frame, standard=visit.standard, part="panel",
            began_at=FEBRUARY, seen_at=FEBRUARY, received_at=FEBRUARY, passed=False,
        )  # fmt: skip
    found = severities(place.district, date(2026, 4, 1))
    assert set(found.values()) == {Severity.TIGHTENED}
    assert {kind for kind, _town in found} == {"road_section"}
    assert not severities(place.district, MARCH)


def test_what_cannot_be_planned_says_so(place):
    people = place.people
    with pytest.raises(Forbidden):
        make_plan(place.district, MARCH, DESIGN, user=people["dispatcher"])
    with translation.override("en"):
        with pytest.raises(FaultsFound) as wrong:
            make_plan(
                place.district, MARCH,
                {"kinds": [{"kind": "road_section", "standard": "water@1", "checks": 5}], "bands": [["eve", "19:00", "21:00"]]},
                user="t",
            )  # fmt: skip
        assert {fault.field for fault in wrong.value.faults} == {"standard", "bands"}
        with pytest.raises(Refused, match="2031"):
            make_plan(place.district, date(2031, 1, 1), DESIGN, user="t")
        plan = make_plan(place.district, MARCH, DESIGN, user="t", at=FEBRUARY)
        with pytest.raises(Refused, match="No working day"):
            commit_plan(plan, user="t", at=APRIL)
        with pytest.raises(Refused, match="committed plan"):
            reveal_plan(plan, user="t", at=APRIL)
        commit_plan(plan, user="t", at=FEBRUARY)
        with pytest.raises(Refused, match="Only a draft"):
            commit_plan(plan, user="t", at=FEBRUARY)
        with pytest.raises(Refused, match="has a plan already"):
            commit_plan(make_plan(place.district, MARCH, DESIGN, user="t"), user="t", at=FEBRUARY)
        with pytest.raises(Refused, match="reason"):
            drop_plan(plan, reason=" ", user="t")


def test_a_plan_committed_within_its_month_begins_tomorrow(place):
    middle = datetime(2026, 3, 17, 3, 0, tzinfo=UTC)
    plan = commit_plan(make_plan(place.district, MARCH, DESIGN, user="t"), user="t", seed="s", at=middle)
    assert min(plan.visits.values_list("day", flat=True)) >= date(2026, 3, 18)
