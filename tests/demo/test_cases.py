"""Two years of drawn cases: what the engine would have kept, step by step, clock by clock; and where they lie."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from xiuhua.casework.actions.numbers import draw
from xiuhua.casework.deadlines import clock_of
from xiuhua.casework.drawing import pick
from xiuhua.casework.models import Case, Check, Follower, Petition, Report, Step
from xiuhua.casework.states import MAX_EXTENSIONS, MOVES, STATES
from xiuhua.casework.unit_tree import UnitTree, unit_tree
from xiuhua.city.models import District
from xiuhua.demo import load as demo_load
from xiuhua.demo.accounts import make_accounts
from xiuhua.demo.cases import arrivals, history
from xiuhua.demo.cases.history import write_history
from xiuhua.demo.catalogue import load_catalogue
from xiuhua.demo.plan import to_plane
from xiuhua.demo.staff import make_staff
from xiuhua.foundation import calendar_files, events, queries
from xiuhua.foundation.actions.calendars import declare_years, define
from xiuhua.foundation.worktime import WorkCalendar
from xiuhua.people.models import User

NOW = datetime(2026, 6, 30, 4, 0, tzinfo=UTC)
COUNT = 900


@dataclass
class Past:
    """What the tables held when the history had been written."""

    cases: list[Case]
    steps: dict[int, list[Step]]
    checks: list[Check]
    petitions: list[Petition]
    reports: list[Report]
    followers: list[Follower]
    calendar: WorkCalendar
    tree: UnitTree
    unit_of: dict[int, int]


def peopled(drawing, count=COUNT, now=NOW):
    """The tiny district at work, with its history."""
    district = demo_load.load_drawing(drawing, 1)
    define("CN", zone="Asia/Shanghai", actor="t")
    declare_years("CN", calendar_files.from_chinesecalendar(), actor="t", source="chinesecalendar")
    make_accounts(district.code, drawing.areas.rows, "abcd-efgh-jkmn", actor="t")
    load_catalogue(actor="t")
    make_staff(district.code, drawing.areas.rows, "abcd-efgh-jkmn", actor="t")
    write_history(district, drawing, count, 1, now, actor="t")
    return district


@pytest.fixture(scope="module")
def held():
    """The past, once it has been made: making it is the slow part."""
    return []


@pytest.fixture
def past(held, db, drawing) -> Past:
    if not held:
        peopled(drawing)
        steps = defaultdict(list)
        for step in Step.objects.order_by("case_id", "number"):
            steps[step.case_id].append(step)
        held.append(Past(
            list(Case.objects.select_related("standard", "category").order_by("pk")), dict(steps),
            list(Check.objects.all()), list(Petition.objects.all()), list(Report.objects.all()),
            list(Follower.objects.all()), queries.calendar("CN"), unit_tree("320299"),
            dict(User.objects.values_list("pk", "organisation_id")),
        ))  # fmt: skip
    return held[0]


def test_every_step_is_a_legal_move_and_the_columns_agree_with_the_steps(past):
    steps, cases = past.steps, past.cases
    assert 0.97 * COUNT <= len(cases) <= COUNT
    for case in cases:
        told = steps[case.pk]
        assert [step.number for step in told] == list(range(1, case.version + 1))
        assert told[0].move == "report"
        assert told[0].from_state == ""
        for before, step in pairwise(told):
            rule = MOVES[step.move]
            assert step.from_state == before.to_state
            assert step.from_state in rule.start
            assert step.to_state == (rule.to or before.to_state)
            assert step.at >= before.at
            assert not [name for name in rule.requires if name == "reason" and not step.reason], step.move
        assert case.state == told[-1].to_state
        assert case.changed_at == told[-1].at <= NOW
        assert (
            case.state_since
            == [s for s in told if s.number == 1 or s.from_state != s.to_state or MOVES[s.move].to][-1].at
        )
        count = Counter(step.move for step in told)
        assert case.reworks == count["rework"] + count["fail"]
        assert (case.refusals, case.reopenings) == (count["refuse"], count["reopen"])
        assert (case.appeals, case.suspensions) == (count["appeal"], count["suspend"])
        assert case.extensions == count["grant_extension"] <= MAX_EXTENSIONS
        assert case.hard == bool(count["mark_hard"])


def test_clocks_deadlines_and_lateness_are_those_of_the_work_calendar(past):
    calendar, steps, cases = past.calendar, past.steps, past.cases
    late = 0
    for case in cases:
        clock = clock_of(case)
        if clock is None:
            assert case.deadline is None
            continue
        ends = clock.deadline(calendar)
        assert case.deadline == ends or (ends is None and case.handed_back_at is not None)
        assert clock.amount == case.standard.limit * (1 + case.extensions) or case.reopenings
        back = [step for step in steps[case.pk] if step.move == "hand_back"]
        if back and case.state == "closed" and not case.reworks:
            assert case.overdue == (back[-1].at > case.deadline)
            late += case.overdue
    assert 0.02 < late / len(cases) < 0.35


def test_whoever_checked_was_drawn_in_a_way_that_can_be_repeated_and_is_not_of_the_fixing_unit(past):
    tree, unit_of, steps = past.tree, past.unit_of, past.steps
    checks = {check.pk: check for check in past.checks}
    for check in past.checks:
        assert check.inspector_id == pick(check.draw["candidates"], check.draw["seed"])
        if check.kind == "before_closing":
            fixed = {
                step.unit_id for step in steps[check.case_id] if step.move == "hand_back" and step.at <= check.drawn_at
            }
            assert not any(unit_of[check.inspector_id] in tree.related(unit) for unit in fixed)
        assert check.passed is None or check.received_at is not None
    named = {step.data["check"]: step for told in steps.values() for step in told if step.move in {"pass", "fail"}}
    assert len(named) > 0.7 * len(past.cases)
    for pk, step in named.items():
        check = checks[pk]
        assert (check.case_id, check.inspector_id) == (step.case_id, step.user_id)
        assert check.passed == (step.move == "pass")


def test_what_belongs_to_cases_is_consistent(past):
    by_key = {case.pk: case for case in past.cases}
    assert len({report.token for report in past.reports}) == len(past.reports) == len(past.cases)
    for case in past.cases:
        assert STATES[case.state].open == (case.state_due is not None)
        assert (case.master_id is not None) == (case.state == "merged")
        if case.master_id:
            assert by_key[case.master_id].me_too >= 1
            assert by_key[case.master_id].category_id == case.category_id
        assert (case.closed_at is not None) == (case.state == "closed") == bool(case.closing_reason)
    assert all(one.decided_at is None or one.decided_at >= one.asked_at for one in past.petitions)
    old = NOW - timedelta(days=190)
    gone = {case.pk for case in past.cases if case.closed_at and case.closed_at < old}
    forgotten = [report for report in past.reports if report.case_id in gone]
    assert len(forgotten) > 100
    assert all(report.anonymised_at and not report.contact_email + report.contact_phone for report in forgotten)
    assert not [one for one in past.followers if one.case_id in gone and one.user_id is None]
    reachable = [report for report in past.reports if report.contact_email or report.contact_phone]
    assert reachable
    assert all(not r.contact_email or r.contact_email.endswith("@example.org") for r in reachable)


def test_cases_lie_where_such_objects_are_and_come_back(past, drawing):
    def named(name):
        return to_plane([(case.lon, case.lat) for case in past.cases if case.category.name_zh == name])

    banks = shapely.STRtree(shapely.boundary(drawing.tables["waters"].shapes))
    _indices, off = banks.query_nearest(shapely.points(named("水面漂浮物")), return_distance=True, all_matches=False)
    assert np.median(off) < 5
    lamps = drawing.tables["components"]
    at = lamps.points[[code.endswith(":0108") for code in lamps.columns["category"]]]
    near = shapely.distance(shapely.MultiPoint(at), shapely.points(named("路灯")))
    assert np.quantile(near, 0.7) < 6
    assert all(case.grid_id and case.town_id and case.community_id for case in past.cases)
    seen = defaultdict(list)
    for case in past.cases:
        seen[case.category_id].append((case.reported_at, *to_plane([(case.lon, case.lat)])[0]))
    again = sum(
        any((later[0] - one[0]).days < 90 and np.hypot(later[1] - one[1], later[2] - one[2]) < 50 for one in told[:at])
        for told in seen.values()
        for at, later in enumerate(told)
    )
    assert again > 0.05 * len(past.cases)


def test_seasons_weekdays_and_hours_differ_and_a_seed_repeats_itself():
    every, zone = arrivals.kinds(), ZoneInfo("Asia/Shanghai")
    drawn = arrivals.draw_arrivals(every, 20_000, NOW, zone, 1)
    at = [datetime.fromtimestamp(second, zone) for second in drawn.at.tolist()]
    ponding = next(number for number, kind in enumerate(every) if kind.code == "0110")
    months = Counter(moment.month for moment, kind in zip(at, drawn.kind.tolist(), strict=True) if kind == ponding)
    assert months[6] + months[7] + months[8] > 2 * (months[12] + months[1] + months[2])
    hours, week = Counter(moment.hour for moment in at), Counter(moment.weekday() for moment in at)
    assert hours[9] > 5 * hours[3]
    assert week[0] > 1.05 * week[6]
    assert all(earlier <= later for earlier, later in pairwise(at))
    assert at[-1] <= NOW
    again = arrivals.draw_arrivals(every, 20_000, NOW, zone, 1)
    assert (again.at == drawn.at).all()
    other = arrivals.draw_arrivals(every, 20_000, NOW, zone, 2)
    assert other.at[0] != drawn.at[0]


def test_units_differ(past):
    by_unit = defaultdict(list)
    for case in past.cases:
        if case.unit_id and case.state == "closed":
            by_unit[case.unit_id].append(case.overdue)
    shares = [np.mean(late) for late in by_unit.values() if len(late) > 20]
    assert max(shares) - min(shares) > 0.05
    assert len(by_unit) > 12


def test_the_history_goes_on_where_it_was_interrupted_and_desks_go_on_behind_it(db, drawing, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 300)
    record = events.record
    with monkeypatch.context() as patch:

        def record_or_fail(**event):
            if Case.objects.count() > 300:
                raise RuntimeError("power cut")
            return record(**event)

        patch.setattr(history.events, "record", record_or_fail)

        with pytest.raises(RuntimeError, match="power cut"):
            peopled(drawing)
    assert Case.objects.count() == 300
    district = District.objects.get()
    # Another day, another number: what was begun is finished as it was begun.
    write_history(district, drawing, 20, 1, NOW + timedelta(days=3), actor="t")
    found = list(Case.objects.order_by("pk").values_list("number", "version"))
    assert 0.97 * COUNT <= len({number for number, _version in found}) == len(found) <= COUNT
    assert Step.objects.count() == sum(version for _number, version in found)
    assert events.verify().breaks == []
    last = max(number for number, _version in found if number.startswith("320299-260629"))
    assert int(draw(district, NOW - timedelta(days=1))[-5:]) == int(last[-5:]) + 1
