"""Each move: where it starts, who may make it, what it needs, what it does."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from casework.conftest import MONDAY, PATHS, hours, person
from xiuhua.casework import deadlines
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.drawing import pick
from xiuhua.casework.models import Case, Check, Follower, Party, Petition, Report, Standard, Step
from xiuhua.casework.offers import offered
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.casework.states import MAX_SUSPENSION, MOVES, STATES
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city.area_index import area_index
from xiuhua.city.layers import version_key
from xiuhua.city.models import Duty
from xiuhua.foundation import events, layers
from xiuhua.foundation.models import Event
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Organisation

FROM_A_CASE = [key for key, move in MOVES.items() if move.start]


@pytest.mark.parametrize("state", STATES)
def test_a_state_refuses_every_move_that_does_not_start_there(desk, state):
    case = desk.at_state(state)
    for move in FROM_A_CASE:
        if state in MOVES[move].start:
            continue
        with pytest.raises(Refused, match=re.escape(MOVES[move].name)):
            desk.make(case, move, "dispatcher", reason="r")
    case.refresh_from_db()
    assert case.state == state
    assert case.version == case.steps.count()


# For each move: the state to start from, who makes it, what is given; makes every cell "allowed" happen.
ALLOWED = {
    "check_filing": ("dispatcher", {}),
    "confirm": ("near", {"check": "CHECK"}),
    "deny": ("near", {"check": "CHECK", "reason": "现场没有"}),
    "give_up_filing_check": ("dispatcher", {}),
    "file": ("dispatcher", {"standard": "STANDARD"}),
    "reject": ("dispatcher", {"reason": "不是问题"}),
    "merge": ("dispatcher", {"master": "MASTER"}),
    "absorb": ("dispatcher", {"duplicate": "x"}),
    "dispatch": ("dispatcher", {"unit": "clean"}),
    "redispatch": ("dispatcher", {"unit": "water", "reason": "管网问题"}),
    "join": ("dispatcher", {"unit": "water", "task": "查管"}),
    "refuse": ("lead", {"reason": "不归我管"}),
    "assign": ("lead", {"handler": "HANDLER"}),
    "unassign": ("lead", {}),
    "note": ("lead", {"reason": "已到现场"}),
    "hand_back": ("lead", {"reason": "已清"}),
    "ask_extension": ("lead", {"reason": "量大"}),
    "ask_suspension": ("lead", {"reason": "待季节", "until": "LATER"}),
    "suspend": ("dispatcher", {"reason": "待季节", "until": "LATER"}),
    "resume": ("dispatcher", {}),
    "recompute": ("dispatcher", {}),
    "mark_hard": ("dispatcher", {"reason": "多年未决"}),
    "ask_check": ("dispatcher", {}),
    "pass": ("near", {"check": "CHECK"}),
    "fail": ("near", {"check": "CHECK", "reason": "还在"}),
    "redraw": ("dispatcher", {}),
    "give_up_check": ("dispatcher", {}),
    "rework": ("dispatcher", {"reason": "照片不符"}),
    "close": ("dispatcher", {}),
    "close_unfixed": ("dispatcher", {"reason": "权属外", "closing_reason": "not_ours"}),
    "remind": ("dispatcher", {}),
}
# A filed case needs a standard of the new category; after the end only an appeal waits, see below.
APART = {("filed", "recategorise"), ("closed", "remind")}
CELLS = [(state, move) for move in ALLOWED for state in MOVES[move].start if (state, move) not in APART]


@pytest.mark.parametrize(("state", "move"), CELLS)
def test_every_cell_that_is_allowed_works(desk, state, move):
    case = desk.at_state(state)
    who, data = ALLOWED[move]
    after = desk.make(case, move, who, **desk.fill(case, data))
    assert after.state == (MOVES[move].to or state)
    step = after.steps.last()
    assert (step.move, step.from_state, step.to_state, step.number) == (move, state, after.state, after.version)
    assert step.user == desk.people[who]
    stored = Case.objects.get(pk=after.pk)
    for field in Case._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(after, field.attname), field.attname
    assert not events.verify(f"case:{case.number}").breaks


def test_the_cells_and_the_single_tests_speak_of_every_move(request):
    told = {"party_done", "recategorise", "grant_extension", "refuse_extension", "refuse_suspension", "unmark_hard",
            "reopen", "appeal", "review_appeal", "decide_appeal"}  # fmt: skip
    assert set(ALLOWED) | told == set(FROM_A_CASE)


@pytest.mark.parametrize("move", FROM_A_CASE)
def test_the_matrix_says_who_may_make_a_move(desks, move):
    """Every role tries; who the matrix leaves out is refused, and so is every role of the other district."""
    desk, other = desks
    case = desk.at_state(MOVES[move].start[0])
    roles = {"dispatcher": "dispatcher", "lead": "unit_lead", "near": "inspector", "assessor": "assessor",
             "leader": "leader", "engineer": "engineer", "resident": "resident", "town": "town"}  # fmt: skip
    for who, role in roles.items():
        if role not in MATRIX.permission(MOVES[move].permission).scopes:
            with pytest.raises(Forbidden):
                desk.make(case, move, who, reason="r")
        with pytest.raises(Forbidden):
            perform(case, move, user=other.people[who], data={"reason": "r"})
    assert Case.objects.get(pk=case.pk).version == case.version


@pytest.mark.parametrize("move", [key for key in FROM_A_CASE if not MOVES[key].automatic and not MOVES[key].public])
def test_nobody_without_an_account_makes_a_move_of_a_person(desk, move):
    case = desk.at_state(MOVES[move].start[0])
    with pytest.raises(Forbidden):
        perform(case, move, actor="somebody", data={"reason": "r"})


@pytest.mark.parametrize(("move", "name"), [(m, n) for m in ALLOWED for n in MOVES[m].requires])
def test_what_a_move_requires_must_be_given(desk, move, name):
    case = desk.at_state(MOVES[move].start[0])
    who, data = ALLOWED[move]
    data = desk.fill(case, data)
    for nothing in (None, "  "):
        with pytest.raises(Refused):
            desk.make(case, move, who, **{**data, name: nothing})
    assert Case.objects.get(pk=case.pk).version == case.version


def test_another_unit_may_not_handle_the_case(desk):
    case = desk.at_state("dispatched")
    with pytest.raises(Forbidden):
        desk.make(case, "hand_back", "water", reason="r")
    with pytest.raises(Forbidden):
        desk.make(case, "refuse", "town", reason="r")
    # The crew below the unit has the case only when it is assigned to one of them.
    with pytest.raises(Forbidden):
        desk.make(case, "hand_back", "handler", reason="r")


def test_a_handler_must_belong_to_the_unit(desk):
    case = desk.at_state("dispatched")
    with pytest.raises(Refused):
        desk.make(case, "assign", "lead", handler=desk.people["water"].pk)
    with pytest.raises(Refused):
        desk.make(case, "assign", "lead", handler="nobody")


@pytest.mark.parametrize("value", ["nowhere", "999999999", "9" * 40, {}, "💧"])
def test_nonsense_is_refused_not_an_error(desk, value):
    with pytest.raises(Refused):
        desk.make(desk.at_state("filed"), "dispatch", "dispatcher", unit=value)
    with pytest.raises(Refused):
        desk.make(desk.at_state("reported"), "file", "dispatcher", standard=value)
    with pytest.raises(Refused):
        desk.make(desk.at_state("dispatched"), "suspend", "dispatcher", reason="r", until=value)
    with pytest.raises(Refused):
        desk.make(desk.at_state("check_closing"), "pass", "near", check=value)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "长" * 5001])
def test_a_text_that_cannot_be_kept_is_refused(desk, text):
    for name in ("reason", "public_note"):
        with pytest.raises(Refused):
            desk.make(desk.at_state("dispatched"), "note", "lead", **{"reason": "r", name: text})


def test_a_unit_of_another_district_is_refused(desks):
    case = desks[0].at_state("filed")
    for unit in (desks[1].units["clean"], desks[1].units["clean"].pk):
        with pytest.raises(Refused):
            desks[0].make(case, "dispatch", "dispatcher", unit=unit)


def test_a_standard_must_be_of_the_category_and_in_force(desk):
    case = desk.case()
    foreign = Standard.objects.get(category=desk.other)
    with pytest.raises(Refused):
        desk.make(case, "file", "dispatcher", standard=foreign.pk)
    Standard.objects.filter(pk=desk.standard.pk).update(active=False)
    with pytest.raises(Refused):
        desk.make(case, "file", "dispatcher", standard=desk.standard.pk)


def test_dispatch_by_duty_says_why_and_passes_over_who_refused(desk):
    for number, unit in enumerate(("clean", "water"), start=1):
        Duty.objects.create(
            district=desk.district, code=f"D{number}", unit=desk.units[unit], code_set=desk.category.code_set,
            category="0101", rank=number, basis="示意职责表",
        )  # fmt: skip
    case = desk.make(desk.at_state("filed"), "dispatch")
    assert case.unit == desk.units["clean"]
    step = case.steps.last()
    assert any("示意职责表" in reason for reason in step.data["reasons"])
    assert step.data["duty"] == "D1"
    case = desk.make(case, "refuse", "lead", reason="不归我管", suggested_unit="water")
    assert (case.state, case.unit, case.refusals, case.deadline, case.clock_started) == ("filed", None, 1, None, None)
    assert case.steps.last().data["suggested_unit"] == "water"
    assert case.steps.last().unit == desk.units["clean"]
    assert desk.make(case, "dispatch").unit == desk.units["water"]


def test_redispatch_starts_a_new_clock_and_keeps_whether_the_first_was_late(desk):
    case = desk.at_state("dispatched")
    assert desk.make(case, "remind", at=MONDAY + hours(48)).overdue
    late = desk.make(case, "redispatch", "dispatcher", at=MONDAY + hours(49), unit="water", reason="管网")
    assert (late.unit, late.overdue, late.clock_started) == (desk.units["water"], False, MONDAY + hours(49))
    assert late.steps.last().data["late"] is True
    with pytest.raises(Refused):
        desk.make(late, "redispatch", "dispatcher", unit="water", reason="再")


def test_a_year_that_is_not_declared_refuses_the_dispatch_and_says_what_to_do(desk):
    case = desk.case(MONDAY.replace(year=2099))
    case = desk.make(case, "file", "dispatcher", at=MONDAY.replace(year=2099), standard=desk.standard.pk)
    with pytest.raises(Refused, match="2099") as refused:
        desk.make(case, "dispatch", "dispatcher", at=MONDAY.replace(year=2099), unit="clean")
    assert "xiuhua calendar load" in refused.value.reason
    assert Case.objects.get(pk=case.pk).state == "filed"


def test_handing_back_decides_whether_it_was_in_time(desk):
    case = desk.at_state("handling")
    deadline = case.deadline
    in_time = desk.make(case, "hand_back", "handler", at=deadline, reason="已清")
    assert (in_time.overdue, in_time.deadline) == (False, deadline)
    second = desk.at_state("handling")
    late = desk.make(second, "hand_back", "handler", at=second.deadline + timedelta(seconds=1), reason="已清")
    assert late.overdue
    # Rework does not wash it off.
    again = desk.make(late, "rework", "dispatcher", reason="没清")
    assert again.overdue
    assert again.reworks == 1


def test_the_clock_stands_still_while_others_check(desk):
    case = desk.at_state("handling")
    used_up = MONDAY + hours(3)
    case = desk.make(case, "hand_back", "handler", at=used_up, reason="已清")
    case = desk.make(case, "rework", "dispatcher", at=used_up + timedelta(days=1), reason="没清")
    # Dispatched 08:02, handed back 11:00: 2 h 58 min used. From Tuesday 11:00 on 5 h 2 min are left.
    assert case.deadline == MONDAY + timedelta(days=2, minutes=2)
    assert case.handler is None


def test_joint_handling_waits_for_every_part(desk):
    case = desk.make(desk.at_state("dispatched"), "join", "dispatcher", at=MONDAY + hours(1), unit="water", task="查管", limit="4",
                     limit_unit="work_hour")  # fmt: skip
    party = Party.objects.get(case=case)
    assert party.deadline == MONDAY + hours(7)
    for unit in ("water", "clean"):
        with pytest.raises(Refused):
            desk.make(case, "join", "dispatcher", unit=unit)
    with pytest.raises(Refused, match=str(desk.units["water"])):
        desk.make(case, "hand_back", "lead", reason="已清")
    with pytest.raises(Refused):
        desk.make(case, "party_done", "lead", reason="好了", unit="clean")
    case = desk.make(case, "party_done", "water", reason="管通了")
    assert case.steps.last().unit == desk.units["water"]
    assert desk.make(case, "hand_back", "lead", reason="已清").state == "handed_back"
    # Who did a part is a fixer too.
    desk.people["water"].assignments.create(role="dispatcher", district_code=desk.district.code)
    case = desk.make(case, "ask_check")
    case = desk.make(case, "pass", "near", check=case.checks.get().pk)
    with pytest.raises(Forbidden):
        desk.make(case, "close", "water")


@pytest.mark.parametrize("limit", ["-1", "a", "1.5", "10000"])
def test_a_part_needs_a_sound_limit(desk, limit):
    with pytest.raises(Refused):
        desk.make(desk.at_state("dispatched"), "join", "dispatcher", unit="water", limit=limit)


def test_extensions_add_one_original_limit_twice_at_most(desk):
    case = desk.at_state("dispatched")
    ends = [case.deadline]
    for _number in range(2):
        case = desk.make(case, "ask_extension", "lead", reason="量大")
        with pytest.raises(Refused):
            desk.make(case, "ask_extension", "lead", reason="再")
        case = desk.make(case, "grant_extension", "dispatcher")
        ends.append(case.deadline)
        assert case.state_due == case.deadline
    # One limit is 8 work hours, so one work day.
    assert [later - sooner for sooner, later in pairwise(ends)] == [timedelta(days=1)] * 2
    with pytest.raises(Refused):
        desk.make(case, "ask_extension", "lead", reason="第三次")
    with pytest.raises(Refused):
        desk.make(case, "grant_extension", "dispatcher")


def test_a_refused_extension_does_not_count_and_an_overdue_case_cannot_ask(desk):
    case = desk.at_state("dispatched")
    case = desk.make(case, "ask_extension", "lead", reason="量大")
    case = desk.make(case, "refuse_extension", "dispatcher", reason="人手足够")
    assert case.extensions == 0
    assert Petition.objects.get(case=case).granted is False
    with pytest.raises(Refused):
        desk.make(case, "ask_extension", "lead", at=case.deadline + timedelta(minutes=1), reason="量大")


def test_nobody_is_reminded_of_a_case_that_ended_unless_an_appeal_waits(desk):
    case = desk.at_state("closed")
    with pytest.raises(Refused, match="已结案") as refused:
        desk.make(case, "remind", "dispatcher")
    assert refused.value.remedy
    assert "remind" not in offered(case, desk.people["dispatcher"])
    Case.objects.filter(pk=case.pk).update(overdue=True)
    case = desk.make(case, "appeal", "lead", reason="停电")
    assert "remind" in offered(case, desk.people["dispatcher"])
    case = desk.make(case, "remind", "dispatcher")
    case = desk.make(case, "review_appeal", "dispatcher", granted=False, reason="不成立")
    with pytest.raises(Refused, match="已结案"):
        desk.make(case, "remind", "dispatcher")
    for state in ("rejected", "merged"):
        for move in ("remind", "note", "mark_hard", "recategorise", "assign", "ask_extension"):
            with pytest.raises(Refused):
                desk.make(desk.at_state(state), move, "dispatcher", reason="x")


def test_an_extension_asked_in_time_and_granted_late_takes_the_lateness_away(desk):
    case = desk.at_state("dispatched")
    case = desk.make(case, "ask_extension", "lead", reason="量大")
    late = case.deadline + timedelta(minutes=1)
    case = desk.make(case, "remind", at=late)
    assert case.overdue
    assert not desk.make(case, "grant_extension", "dispatcher", at=late + timedelta(minutes=1)).overdue


def test_a_suspension_stops_the_clock_once(desk):
    case = desk.at_state("dispatched")
    day = MONDAY + hours(4)  # 12:00: 3 h 58 min used
    for until in (day, day - timedelta(days=1), day + MAX_SUSPENSION + timedelta(days=1)):
        with pytest.raises(Refused):
            desk.make(case, "suspend", "dispatcher", at=day, until=until, reason="待季节")
    case = desk.make(case, "ask_suspension", "lead", at=day, until=day + timedelta(days=20), reason="待季节")
    case = desk.make(case, "suspend", "dispatcher", at=day, until=day + timedelta(days=10), reason="同意")
    assert (case.state, case.deadline, case.state_due) == ("suspended", None, day + timedelta(days=10))
    assert Petition.objects.get(case=case).granted
    with pytest.raises(Refused):
        desk.make(case, "hand_back", "lead", reason="已清")
    case = desk.make(case, "resume", at=day + timedelta(days=10))
    # Thursday 12:00: 4 h 2 min left, from 14:00 to 18:00 and 2 minutes on Friday.
    assert case.deadline == MONDAY + timedelta(days=11, minutes=2)
    assert case.state_due == case.deadline
    with pytest.raises(Refused):
        desk.make(case, "suspend", "dispatcher", until=case.changed_at + timedelta(days=9), reason="再")
    with pytest.raises(Refused):
        desk.make(case, "ask_suspension", "lead", until=case.changed_at + timedelta(days=9), reason="再")


def test_a_refused_suspension_does_not_count(desk):
    case = desk.at_state("dispatched")
    with pytest.raises(Refused):
        desk.make(case, "refuse_suspension", "dispatcher", reason="没人申请")
    case = desk.make(case, "ask_suspension", "lead", until=MONDAY + timedelta(days=5), reason="待季节")
    case = desk.make(case, "refuse_suspension", "dispatcher", reason="现在就办")
    assert case.suspensions == 0
    assert desk.make(case, "hand_back", "lead", reason="已清").state == "handed_back"


def test_open_requests_end_when_the_case_is_handed_back(desk):
    case = desk.make(desk.at_state("dispatched"), "ask_extension", "lead", reason="量大")
    case = desk.make(case, "hand_back", "lead", reason="已清")
    row = Petition.objects.get(case=case)
    assert row.decided_at is not None
    assert row.granted is None


def test_the_inspector_is_drawn_among_the_near_ones_and_the_draw_can_be_repeated(desk):
    case = desk.at_state("check_closing")
    check = case.checks.get()
    assert check.inspector == desk.people["near"]
    assert check.draw["candidates"] == [desk.people["near"].pk]
    assert pick(check.draw["candidates"], check.draw["seed"]) == check.inspector_id
    assert case.steps.last().data["draw"] == check.draw
    # Nobody of the fixing unit, its crew or elsewhere, however near.
    desk.people["near"].assignments.all().delete()
    second = desk.at_state("check_closing")
    assert second.checks.get().inspector == desk.people["far"]


def test_an_inspector_of_a_responsibility_grid_is_nearest(desk, make_area):
    """Inspectors answer for responsibility grids, which a case does not keep: they are found by its place."""
    west = 120.0 if desk.district.code == "990001" else 120.2
    make_area(desk.district, "responsibility_grid", "RG1", (west + 0.04, 31.69, west + 0.06, 31.71))
    make_area(desk.district, "responsibility_grid", "RG2", (west + 0.01, 31.61, west + 0.02, 31.62))
    layers.bump(version_key(desk.district.code, "areas"))
    here = person(desk.district, "here", "inspector", None, "RG1")
    person(desk.district, "there", "inspector", None, "RG2")
    case = desk.at_state("check_filing")
    assert case.checks.get().inspector == here
    desk.people["here"] = here
    assert desk.make(case, "confirm", "here", check=case.checks.get().pk).state == "reported"


def test_the_draw_is_spread_over_the_near_ones(desk):
    near = {desk.people["near"].pk} | {
        person(desk.district, f"i{n}", "inspector", None, f"{desk.district.code}001").pk for n in range(3)
    }
    drawn = {desk.at_state("check_filing").checks.get().inspector_id for _round in range(40)}
    assert drawn == near  # misses one of four with a chance of 4e-5


def test_the_superior_of_the_fixing_unit_does_not_check_but_the_government_may(desk):
    case = desk.at_state("dispatched")
    case = desk.make(case, "redispatch", "dispatcher", unit="crew", reason="直派")
    case = desk.make(case, "hand_back", "handler", reason="已清")
    for who in ("near", "far"):
        desk.people[who].assignments.all().delete()
    with pytest.raises(Refused):
        desk.make(case, "ask_check", "dispatcher")  # only "own" of the bureau above the crew is left
    official = person(desk.district, "official", "inspector", desk.units["gov"])
    assert desk.make(case, "ask_check", "dispatcher").checks.get().inspector == official


def test_whoever_works_below_the_fixing_unit_does_not_check(desk):
    for who in ("near", "far", "own"):
        desk.people[who].assignments.all().delete()
    person(desk.district, "crewman", "inspector", desk.units["crew"])
    case = desk.make(desk.at_state("dispatched"), "hand_back", "lead", reason="已清")
    with pytest.raises(Refused):
        desk.make(case, "ask_check", "dispatcher")


def test_an_assignment_bound_to_a_stage_counts_at_that_state_alone(desk):
    user = person(desk.district, "sorter", "")
    user.assignments.create(role="dispatcher", district_code=desk.district.code, stage="filed")
    case = desk.at_state("reported")
    with pytest.raises(Forbidden):
        perform(case, "file", user=user, data={"standard": desk.standard.pk})
    assert perform(desk.at_state("filed"), "dispatch", user=user, data={"unit": "clean"}).state == "dispatched"


def test_who_reported_does_not_check_whether_it_is_real(desk):
    case = desk.case()
    Report.objects.create(
        idempotency_key="k", token="t", district=desk.district, case=case, source="inspector", received_at=MONDAY,
        lon=case.lon, lat=case.lat, user=desk.people["near"],
    )  # fmt: skip
    case = desk.make(case, "check_filing", "dispatcher")
    # Inspectors of any unit may see whether it is real: nobody has fixed anything yet.
    assert case.checks.get().inspector in {desk.people["far"], desk.people["own"]}


def test_a_check_belongs_to_the_one_who_was_drawn(desk):
    case = desk.at_state("check_closing")
    check = case.checks.get()
    with pytest.raises(Forbidden):
        desk.make(case, "pass", "far", check=check.pk)
    with pytest.raises(Refused):
        desk.make(case, "pass", "near", check=check.pk, lon="1000")
    with pytest.raises(Refused):
        desk.make(case, "pass", "near", check=check.pk, seen_at=check.drawn_at - timedelta(hours=1))
    case = desk.make(case, "pass", "near", check=str(check.key), lon="120.05", lat=31.7, accuracy_m=8, reason="干净")
    check.refresh_from_db()
    assert (check.passed, check.lon, check.lat, check.accuracy_m, check.note) == (True, 120.05, 31.7, 8.0, "干净")
    again = desk.make(case, "rework", "dispatcher", reason="复发")
    again = desk.make(again, "hand_back", "lead", reason="再清")
    again = desk.make(again, "ask_check")
    with pytest.raises(Refused):
        desk.make(again, "pass", again.checks.last().inspector.display_name, check=check.pk)


def test_whoever_fixed_may_not_say_that_it_is_fixed(desk):
    case = desk.at_state("verified")
    desk.people["handler"].assignments.create(role="dispatcher", district_code=desk.district.code)
    desk.people["lead"].assignments.create(role="dispatcher", district_code=desk.district.code)
    for who in ("handler", "lead"):
        with pytest.raises(Forbidden):
            desk.make(case, "close", who)
    assert desk.make(case, "close", "dispatcher").closing_reason == "fixed"


def test_not_fixed_goes_back_to_the_unit_and_counts(desk):
    case = desk.make(desk.at_state("check_closing"), "fail", "near", check=Check.objects.get().pk, reason="还在")
    assert (case.state, case.reworks, case.checks.get().passed) == ("dispatched", 1, False)


@pytest.mark.parametrize("reason", ["fixed", "because", ""])
def test_closing_without_a_fix_needs_a_reason_that_says_so(desk, reason):
    with pytest.raises(Refused):
        desk.make(desk.at_state("handed_back"), "close_unfixed", "dispatcher", reason="r", closing_reason=reason)


def test_an_objection_reopens_with_a_new_clock_twice_at_most(desk):
    case = desk.at_state("closed")
    with pytest.raises(Forbidden):
        desk.make(case, "reopen", "resident", reason="还在")
    Report.objects.create(
        idempotency_key="k", token="t", district=desk.district, case=case, source="web", received_at=MONDAY,
        lon=case.lon, lat=case.lat, user=desk.people["resident"],
    )  # fmt: skip
    case = desk.make(case, "reopen", "resident", at=MONDAY + timedelta(days=2), reason="还在")
    assert (case.state, case.reopenings, case.closed_at, case.closing_reason) == ("dispatched", 1, None, "")
    assert case.deadline == MONDAY + timedelta(days=2) + hours(10)
    for _number in range(2):
        case = desk.make(case, "hand_back", "lead", reason="再清")
        case = desk.make(case, "ask_check")
        check = case.checks.last()
        case = desk.make(case, "pass", check.inspector.display_name, check=check.pk)
        case = desk.make(case, "close")
        if case.reopenings < 2:
            case = perform(case, "reopen", actor="report:token", data={"reason": "又来了"})
    with pytest.raises(Refused):
        perform(case, "reopen", actor="report:token", data={"reason": "又来了"})


def test_a_case_closed_before_dispatch_is_reopened_to_whom_duty_names(desk):
    case = desk.at_state("filed")
    case = desk.make(case, "close_unfixed", "dispatcher", reason="不属本区", closing_reason="not_ours")
    case = perform(case, "reopen", actor="report:token", data={"reason": "就在本区"})
    assert case.unit == desk.units["town"]  # the territory backs up


def _overdue_and_closed(desk) -> Case:
    case = desk.at_state("handling")
    case = desk.make(case, "hand_back", "handler", at=case.deadline + hours(1), reason="已清")
    case = desk.make(case, "ask_check", at=case.changed_at)
    case = desk.make(case, "pass", "near", at=case.changed_at, check=case.checks.get().pk)
    return desk.make(case, "close", at=case.changed_at)


def test_an_appeal_is_reviewed_by_two_persons_and_leaves_the_fact(desk):
    with pytest.raises(Refused):
        desk.make(desk.at_state("closed"), "appeal", "lead", reason="没超期")
    case = desk.make(_overdue_and_closed(desk), "appeal", "lead", reason="道路封闭")
    assert case.state_due is not None
    with pytest.raises(Refused):
        desk.make(case, "decide_appeal", "assessor", granted=True)
    desk.people["dispatcher"].assignments.create(role="assessor", district_code=desk.district.code)
    case = desk.make(case, "review_appeal", "dispatcher", granted="yes")
    with pytest.raises(Forbidden):
        desk.make(case, "decide_appeal", "dispatcher", granted=True)
    case = desk.make(case, "decide_appeal", "assessor", granted=True)
    assert (case.overdue, case.exempt) == (True, True)
    with pytest.raises(Refused):
        desk.make(case, "appeal", "lead", reason="再")


def test_an_appeal_ends_where_the_first_review_refuses(desk):
    case = desk.make(_overdue_and_closed(desk), "appeal", "lead", reason="道路封闭")
    case = desk.make(case, "review_appeal", "dispatcher", granted="no", reason="未封闭")
    with pytest.raises(Refused):
        desk.make(case, "decide_appeal", "assessor", granted=True)
    assert (case.exempt, Petition.objects.get(case=case).granted) == (False, False)


def test_a_merge_moves_the_followers_and_shows_on_both_sides(desk):
    master, double, third = desk.case(), desk.case(), desk.case()
    third = desk.make(third, "merge", "dispatcher", master=double.number)
    for number, row in enumerate((double, double, master)):
        Follower.objects.create(
            case=row, email="a@example.org" if number else "b@example.org", token=str(number), since=MONDAY
        )
    double = desk.make(double, "merge", "dispatcher", master=master.number)
    master.refresh_from_db()
    third.refresh_from_db()
    assert (double.state, double.master, third.master) == ("merged", master, master)
    assert set(master.followers.values_list("email", flat=True)) == {"a@example.org", "b@example.org"}
    assert master.followers.count() == 2
    assert master.me_too == 2  # the double and what it had taken in
    assert master.steps.last().move == "absorb"
    assert master.steps.last().data["duplicate"] == double.number
    assert double.steps.last().data["duplicates"] == [third.number]
    assert not events.verify().breaks
    for wrong in (master.number, double.number, "nothing", 10**30, {}, ["x"]):
        with pytest.raises(Refused):
            desk.make(master, "merge", "dispatcher", master=wrong)


def test_who_reported_a_merged_case_may_object_to_the_end_of_the_master(desk):
    master, double = desk.at_state("closed"), desk.case()
    Report.objects.create(
        idempotency_key="k", token="t", district=desk.district, case=double, source="web", received_at=MONDAY,
        lon=double.lon, lat=double.lat, user=desk.people["resident"],
    )  # fmt: skip
    with pytest.raises(Forbidden):
        desk.make(master, "reopen", "resident", reason="还在")
    desk.make(double, "merge", "dispatcher", master=master.number)
    assert desk.make(master, "reopen", "resident", reason="还在").state == "dispatched"


def test_cases_of_two_districts_do_not_merge(desks):
    with pytest.raises(Refused):
        desks[0].make(desks[0].case(), "merge", "dispatcher", master=desks[1].case().number)


def test_a_corrected_category_is_kept_for_the_classifier(desk):
    case = desk.make(desk.at_state("reported"), "recategorise", "dispatcher", category=desk.other.pk)
    assert case.steps.last().data == {"old": "events@1:0101", "new": "events@1:0102"}
    assert case.category == desk.other
    with pytest.raises(Refused):
        desk.make(case, "recategorise", "dispatcher", category="events@1:0102")
    with pytest.raises(Refused):
        desk.make(case, "recategorise", "dispatcher", category="events@1:9999")
    filed = desk.make(desk.at_state("filed"), "recategorise", "dispatcher", category="events@1:0102")
    assert filed.standard.category == desk.other
    Standard.objects.all().update(active=False)
    with pytest.raises(Refused):
        desk.make(filed, "recategorise", "dispatcher", category="events@1:0101")


def test_hard_cases_are_entered_and_taken_out_once(desk):
    case = desk.make(desk.at_state("handling"), "mark_hard", "dispatcher", reason="多年未决")
    assert case.hard
    with pytest.raises(Refused):
        desk.make(case, "mark_hard", "dispatcher", reason="再")
    assert not desk.make(case, "unmark_hard", "dispatcher", reason="已立项").hard


def test_whoever_was_first_is_named_to_the_second(desk):
    case = desk.at_state("filed")
    desk.make(case, "dispatch", "dispatcher", unit="clean")
    for extra in ({"expected_version": case.version}, {}):
        with pytest.raises(Conflict, match="dispatcher") as conflict:
            perform(case, "dispatch", user=desk.people["second"], data={"unit": "water"}, **extra)
        assert conflict.value.move == "dispatch"
    # Known by its number alone nothing is known of what the person saw: the state refuses.
    with pytest.raises(Refused, match=STATES["dispatched"].name):
        perform(case.number, "dispatch", user=desk.people["second"], data={"unit": "water"})


def test_history_is_written_in_order(desk):
    case = desk.at_state("filed")
    with pytest.raises(Refused):
        desk.make(case, "dispatch", "dispatcher", at=case.changed_at - timedelta(seconds=1), unit="clean")


@pytest.mark.parametrize("named", [0, -1, 10**12, 10**30, "nothing", "", "💧"])
def test_a_case_that_is_not_there_is_said(desk, named):
    with pytest.raises(Refused):
        perform(named, "file", actor="timer", data={"standard": desk.standard.pk})


@pytest.mark.parametrize("move", ["report", "explode", ""])
def test_a_move_that_is_not_there_is_said(desk, move):
    with pytest.raises(Refused):
        perform(desk.case(), move, actor="timer")


def test_the_event_says_what_changed_and_why(desk):
    case = desk.at_state("dispatched")
    event = Event.objects.filter(chain=f"case:{case.number}").latest("sequence")
    assert (event.verb, event.actor) == ("case.dispatch", f"{desk.district.code}-dispatcher")
    assert event.before["state"] == "filed"
    assert event.after["state"] == "dispatched"
    assert event.after["unit_id"] == desk.units["clean"].pk
    assert event.after["data"]["unit"] == "clean"
    assert "description" not in event.after


def test_a_move_that_fails_leaves_nothing_behind(desk, monkeypatch):
    case = desk.at_state("filed")
    monkeypatch.setattr("xiuhua.casework.actions.engine.tell", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.make(case, "dispatch", "dispatcher", unit="clean")
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, fresh.version, fresh.steps.count()) == ("filed", case.version, case.version)
    assert Event.objects.filter(chain=f"case:{case.number}").count() == case.version


# Queries of one move as a request makes it, with a fresh account; the transaction counts as two, and
# the lock of the event chain, which SQLite does not need, as one.
@pytest.mark.parametrize(("state", "move"), [("reported", "file"), ("filed", "dispatch"), ("dispatched", "hand_back"),
                                            ("handed_back", "ask_check"), ("check_closing", "pass"), ("verified", "close")])  # fmt: skip
def test_a_move_asks_the_database_little(desk, state, move, django_assert_max_num_queries):
    case = desk.at_state(state)
    who, data = ALLOWED[move]
    data = desk.fill(case, data)
    user = type(desk.people[who]).objects.get(pk=desk.people[who].pk)
    deadlines.calendar_of(desk.district)  # built once a process
    unit_tree(desk.district.code)
    area_index(desk.district)
    with django_assert_max_num_queries(14):
        perform(case.pk, move, user=user, data=data)


def test_every_state_can_be_reached_by_the_tests():
    assert set(PATHS) == set(STATES)


def test_units_are_told_apart(desk):
    assert Organisation.objects.filter(code="clean").count() == 2
    assert Step.objects.count() == 0
