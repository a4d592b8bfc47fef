"""Timers: every waiting state has one and a way out; each rings once, tries, and tells the desk when it cannot."""

from datetime import date, timedelta

import pytest

from casework.conftest import MONDAY, hours
from xiuhua.casework.actions import timers
from xiuhua.casework.models import Case
from xiuhua.casework.states import DESK, FIELD, MAX_DRAWS, MOVES, OPEN, REPEAT, RETRY, STATES
from xiuhua.casework.tasks import ring
from xiuhua.city.models import Duty
from xiuhua.foundation import events
from xiuhua.foundation.actions.calendars import add_day
from xiuhua.foundation.actions.jobs import set_default_schedules
from xiuhua.foundation.actions.tick import tick
from xiuhua.foundation.calendar_files import Day
from xiuhua.foundation.models import CalendarDay, Event, Schedule


def test_every_open_state_has_a_timer_and_a_way_out():
    for key in OPEN:
        state = STATES[key]
        assert state.timer in MOVES, key
        assert key in MOVES[state.timer].start, key
        assert MOVES[state.timer].automatic, key
        assert state.limit or state.clock or key == "suspended", key  # a suspension ends at its date
        assert any(move.to not in {"", key} for move in MOVES.values() if key in move.start), key


def test_every_open_state_leads_to_an_end():
    ends = {key for key, state in STATES.items() if not state.open}
    safe, grown = set(ends), True
    while grown:
        more = {start for move in MOVES.values() if move.to in safe for start in move.start} - safe
        safe, grown = safe | more, bool(more)
    assert safe == set(STATES)


@pytest.mark.parametrize("state", OPEN)
def test_a_case_in_every_open_state_knows_when_it_rings(desk, state):
    case = desk.at_state(state)
    assert case.state_due is not None
    assert timers.run_due(case.state_due - timedelta(seconds=1)).moved == 0
    seen = case.version
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert case.version > seen
    assert case.steps.last().actor == "timer"
    # It rings once: the next time lies ahead, or the case waits for nothing any more.
    assert case.state_due is None or case.state_due > case.changed_at


def test_a_filed_case_is_dispatched_by_duty_and_the_desk_is_told_when_nobody_answers(desk):
    Duty.objects.create(district=desk.district, code="D1", unit=desk.units["clean"])
    case = desk.at_state("filed")
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert (case.state, case.unit) == ("dispatched", desk.units["clean"])
    lost = desk.make(desk.case(lon=10.0, lat=10.0), "file", "dispatcher", standard=desk.standard.pk)
    due = lost.state_due
    timers.run_due(due)
    lost.refresh_from_db()
    assert (lost.state, lost.state_due) == ("filed", due + RETRY)
    step = lost.steps.last()
    assert step.move == "remind"
    assert step.reason


def test_a_deadline_that_passes_is_written_down(desk):
    case = desk.at_state("handling")
    timers.run_due(case.deadline + timedelta(minutes=1))
    case.refresh_from_db()
    assert (case.state, case.overdue) == ("handling", True)
    assert case.state_due == case.changed_at + REPEAT


def test_a_suspension_ends_by_itself(desk):
    case = desk.at_state("suspended")
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert case.state == "dispatched"
    assert case.deadline is not None


def test_an_inspector_who_does_not_come_is_replaced_and_then_the_desk_decides(desk):
    desk.people["official"] = official = desk.people["assessor"]
    official.assignments.create(role="inspector", district_code=desk.district.code)
    desk.people["resident"].assignments.create(role="inspector", district_code=desk.district.code)
    case, seen = desk.at_state("check_closing"), set()
    for _draw in range(MAX_DRAWS - 1):
        timers.run_due(case.state_due)
        case.refresh_from_db()
        assert case.state == "check_closing"
        seen |= set(case.checks.values_list("inspector_id", flat=True))
    assert len(seen) == MAX_DRAWS  # nobody twice
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert (case.state, case.state_due) == ("handed_back", case.changed_at + DESK)
    assert not case.checks.filter(cancelled_at=None).exists()
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert case.steps.last().move == "remind"  # the timer does not start all over again
    assert desk.make(case, "ask_check", "dispatcher").state == "check_closing"  # the desk may


def test_without_another_inspector_the_case_goes_back_to_the_desk_at_once(desk):
    case = desk.at_state("check_filing")
    for assignment in (a for name in ("far", "own", "elsewhere") for a in desk.people[name].assignments.all()):
        assignment.delete()
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert case.state == "reported"
    assert case.steps.last().move == "give_up_filing_check"
    assert case.steps.last().reason


def test_without_any_inspector_the_case_stays_handed_back_and_the_desk_is_told(desk):
    case = desk.at_state("handed_back")
    for name in ("near", "far", "own", "elsewhere"):
        desk.people[name].assignments.all().delete()
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert (case.state, case.steps.last().move) == ("handed_back", "remind")


def test_a_verified_case_closes_by_itself(desk):
    case = desk.at_state("verified")
    timers.run_due(case.state_due)
    case.refresh_from_db()
    assert (case.state, case.closing_reason) == ("closed", "fixed")
    assert case.state_due is None


def test_an_appeal_that_waits_is_remembered_and_a_closed_case_is_not(desk):
    case = desk.at_state("handling")
    case = desk.make(case, "hand_back", "handler", at=case.deadline + hours(1), reason="已清")
    case = desk.make(case, "ask_check", at=case.changed_at)
    case = desk.make(case, "pass", "near", at=case.changed_at, check=case.checks.get().pk)
    case = desk.make(case, "close", at=case.changed_at)
    assert timers.run_due(case.changed_at + timedelta(days=30)).moved == 0
    case = desk.make(case, "appeal", "lead", reason="封路")
    assert timers.run_due(case.state_due).moved == 1
    case.refresh_from_db()
    case = desk.make(case, "review_appeal", "dispatcher", granted=False)
    assert case.state_due is None


def test_a_case_that_somebody_moved_meanwhile_is_left_alone(desk, monkeypatch):
    case = desk.at_state("filed")
    known = timers._move

    def slow(pk, state):
        desk.make(case, "dispatch", "dispatcher", unit="water")
        return known(pk, state)

    monkeypatch.setattr(timers, "_move", slow)
    assert vars(timers.run_due(case.state_due + hours(1))) == {"moved": 0, "told": 0, "overtaken": 1}
    case.refresh_from_db()
    assert case.unit == desk.units["water"]


def test_timers_work_in_portions_longest_wait_first(desk):
    first, second = desk.case(MONDAY), desk.case(MONDAY + hours(1))
    assert timers.run_due(MONDAY + hours(5), limit=1).moved == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.version, second.version) == (2, 1)


def test_a_new_calendar_moves_running_deadlines_once_and_says_so(desks):
    assert timers.recompute_deadlines(MONDAY) == 0  # nothing ran yet; the version is noted
    running = [desk.at_state("dispatched") for desk in desks]
    done = desks[0].at_state("handed_back")
    before = running[0].deadline
    add_day("CN", Day(date(2026, 3, 3), CalendarDay.Kind.HOLIDAY, "临时放假", "Extra"), actor="t")
    assert timers.recompute_deadlines(MONDAY + hours(1)) == 2
    for case in running:
        case.refresh_from_db()
        assert case.deadline == before + timedelta(days=1)
        assert case.state_due == case.deadline
        step = case.steps.last()
        assert (step.move, step.actor) == ("recompute", "timer")
        assert step.data == {"before": before.isoformat(), "deadline": case.deadline.isoformat()}
        assert "CN v" in step.reason
    done.refresh_from_db()
    assert done.steps.last().move == "hand_back"
    assert timers.recompute_deadlines(MONDAY + hours(2)) == 0
    assert Event.objects.filter(chain="deadlines:CN").count() == 2
    assert not events.verify().breaks


def test_a_new_calendar_moves_the_deadlines_of_parts_too(desk):
    case = desk.make(desk.at_state("dispatched"), "join", "dispatcher", unit="water", limit="1", limit_unit="work_day")
    timers.recompute_deadlines(MONDAY)
    before = case.parties.get().deadline
    far = Day(date(2026, 12, 1), CalendarDay.Kind.HOLIDAY, "临时放假", "Extra")
    add_day("CN", far, actor="t")
    assert timers.recompute_deadlines(MONDAY + hours(1)) == 0  # no step where nothing moves
    add_day("CN", Day(date(2026, 3, 3), CalendarDay.Kind.HOLIDAY, "临时放假", "Extra"), actor="t")
    assert timers.recompute_deadlines(MONDAY + hours(1)) == 1
    assert case.parties.get().deadline == before + timedelta(days=1)
    assert case.steps.last().data["parts"]["water"]["before"] == before.isoformat()


def test_the_schedule_rings_each_minute(desk, settings):
    set_default_schedules("Asia/Shanghai", actor="t")
    schedule = Schedule.objects.get(name="case-timers")
    assert schedule.every_seconds == 60
    assert tick(schedule.next_at).enqueued >= 1
    desk.at_state("filed")
    done = ring.call()
    assert done["moved"] + done["told"] >= 1


def test_a_check_is_due_within_its_limit(desk):
    case = desk.at_state("check_filing")
    assert case.checks.get().due == case.state_since + FIELD == case.state_due
    assert Case.objects.count() == 1
