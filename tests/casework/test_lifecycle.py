"""The lifecycle as a whole: whatever people do in whatever order, what must hold holds; the drawing is current."""

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casework.conftest import MONDAY, furnish, make_calendar
from xiuhua.casework import deadlines
from xiuhua.casework.actions import timers
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.lifecycle import diagram, written_into
from xiuhua.casework.models import Case, Check, Step
from xiuhua.casework.refusals import CaseworkError
from xiuhua.casework.states import MAX_EXTENSIONS, MAX_REOPENINGS, MAX_SUSPENSIONS, MOVES, STATES, moves_from
from xiuhua.foundation import events

PAGE = Path(__file__).resolve().parents[2] / "docs/rooms/casework.md"


def test_the_page_shows_the_lifecycle_as_it_is():
    page = PAGE.read_text(encoding="utf-8")
    assert written_into(page) == page, "draw it anew: xiuhua casework lifecycle docs/rooms/casework.md"


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="marks"):
        written_into("# nothing")


def test_the_diagram_shows_every_state_and_every_move_between_states():
    drawn = diagram()
    assert all(f" as {state}" in drawn for state in STATES)
    for move in MOVES.values():
        for start in move.start if move.to else ():
            assert f"{start} --> {move.to}" in drawn
            assert move.zh in drawn


def test_every_move_names_known_states():
    for key, move in MOVES.items():
        assert set(move.start) <= set(STATES), key
        assert move.to in {"", *STATES}, key
    assert moves_from("closed") == [key for key, move in MOVES.items() if "closed" in move.start]


WHO = ["dispatcher", "second", "lead", "handler", "water", "near", "far", "own", "assessor", "leader", ""]
GIVEN = {
    "unit": ["clean", "water", "crew", ""], "reason": ["因为", "所以", "事出有因", ""], "granted": [True, False],
    "closing_reason": ["vanished", "not_fixed", "fixed", None], "suggested_unit": ["water", "clean", None],
}  # fmt: skip
WAITS = [0, 1, 5, 20, 120, 60 * 24, 60 * 24 * 9]
# Who has the right to most moves of a permission; checks belong to whoever was drawn.
RIGHTLY = {
    "case.accept": "dispatcher", "case.dispatch": "second", "case.assign": "lead", "case.handle": "lead",
    "case.close": "dispatcher", "case.object": "", "case.appeal": "assessor",
}  # fmt: skip
# What ends a case, or nothing: tried now and then.
SELDOM = {"merge", "reject", "absorb", "remind", "note"}
APPEALS = {"appeal", "review_appeal", "decide_appeal"}
COUNTERS = {
    "refusals": {"refuse"}, "reworks": {"rework", "fail"}, "reopenings": {"reopen"}, "extensions": {"grant_extension"},
    "suspensions": {"suspend"}, "appeals": {"appeal"},
}  # fmt: skip


class Life(RuleBasedStateMachine):
    """People act on a few cases at random times; most of what they try is refused."""

    desk = None

    def __init__(self):
        super().__init__()
        self.now = MONDAY
        self.cases = [self.desk.at_state(state, self.now).pk for state in ("reported", "handling")]
        self.now += timedelta(minutes=10)
        self.deadlines, self.acts = {}, 0

    # The choices of one act come from a seed: hypothesis alone would try the first of everything most of the time.
    @rule(seed=st.integers(0, 2**32))
    def act(self, seed):
        self.acts += 1
        chance = random.Random(f"{seed} {self.acts}")
        case = Case.objects.get(pk=chance.choice(self.cases))
        given = {name: chance.choice(values) for name, values in GIVEN.items()}
        kind = chance.choices(["rightly", "on", "some", "any", "wait", "ring"], [12, 4, 2, 1, 2, 1])[0]
        if kind == "wait":
            self.now = min(self.now + timedelta(minutes=chance.choice(WAITS)), MONDAY + timedelta(days=500))
        elif kind == "ring":
            timers.run_due(self.now)
        elif kind == "on":
            self.go_on(case)
        elif kind == "any":
            self.attempt(case, chance.choice(sorted(MOVES)), chance.choice(WHO), given)
        elif moves := [move for move in moves_from(case.state) if move not in SELDOM or chance.random() < 0.1]:
            move = chance.choice(moves)
            self.attempt(case, move, self.rightly(case, move) if kind == "rightly" else chance.choice(WHO), given)

    def rightly(self, case, move):
        """Who has the right to the move, most of the time."""
        who = RIGHTLY.get(MOVES[move].permission)
        if who == "lead" and case.unit == self.desk.units["water"]:
            return "water"
        return self.inspector(case) if who is None else who

    def inspector(self, case):
        check = case.checks.filter(received_at=None, cancelled_at=None).first()
        return check.inspector.display_name if check else ""

    def go_on(self, case):
        """The ordinary way forward, so that the machine comes far."""
        inspector = self.inspector(case)
        steps = {
            "reported": ("file", "dispatcher", {}), "filed": ("dispatch", "dispatcher", {"unit": "clean"}),
            "check_filing": ("confirm", inspector, {}), "dispatched": ("assign", "lead", {}),
            "handling": ("hand_back", "handler", {"reason": "已清"}), "handed_back": ("ask_check", "dispatcher", {}),
            "check_closing": ("pass", inspector, {}), "verified": ("close", "second", {}),
            "suspended": ("resume", "dispatcher", {}), "closed": ("reopen", "", {"reason": "还在"}),
        }  # fmt: skip
        if case.state in steps:
            self.attempt(case, *steps[case.state])

    def attempt(self, case, move, who, given):
        other = Case.objects.exclude(pk=case.pk).filter(pk__in=self.cases).get()
        check = case.checks.order_by("-pk").first()
        data = {
            "standard": self.desk.standard.pk, "handler": self.desk.people["handler"].pk, "master": other.number,
            "category": self.desk.category.pk, "until": self.now + timedelta(days=3), "duplicate": "x",
            "check": check.pk if check else None, **given,
        }  # fmt: skip
        user, refused = self.desk.people[who] if who else None, None
        try:
            perform(case, move, user=user, actor="" if user else "somebody", data=data, at=self.now)
        except CaseworkError as error:
            refused = error
        if refused is not None:
            assert refused.reason
            assert refused.remedy
            after = Case.objects.get(pk=case.pk)
            assert (after.version, after.state) == (case.version, case.state)

    @invariant()
    def no_case_is_lost_and_each_has_one_state(self):
        assert Case.objects.filter(pk__in=self.cases, state__in=list(STATES)).count() == len(self.cases)

    @invariant()
    def history_is_whole(self):
        for case in Case.objects.filter(pk__in=self.cases):
            steps = list(Step.objects.filter(case=case).order_by("number"))
            assert [step.number for step in steps] == list(range(1, case.version + 1))
            assert steps[-1].to_state == case.state
            assert steps[-1].at == case.changed_at
            for earlier, later in pairwise(steps):
                assert later.from_state == earlier.to_state
                assert later.at >= earlier.at
            for column, moves in COUNTERS.items():
                assert getattr(case, column) == sum(step.move in moves for step in steps), column
            assert case.extensions <= MAX_EXTENSIONS
            assert case.suspensions <= MAX_SUSPENSIONS
            assert case.reopenings <= MAX_REOPENINGS
            chain = events.verify(f"case:{case.number}")
            assert (chain.events, chain.breaks) == (case.version, [])

    @invariant()
    def closed_as_fixed_means_seen_by_somebody_else(self):
        for case in Case.objects.filter(pk__in=self.cases, state="closed", closing_reason="fixed"):
            checks = case.checks.filter(kind=Check.Kind.BEFORE_CLOSING, passed=True)
            check = checks.filter(received_at__gte=case.handed_back_at).last()
            assert check is not None
            fixers = set(case.steps.filter(move__in=["hand_back", "party_done"]).values_list("user_id", flat=True))
            assert check.inspector_id not in fixers
            assert check.inspector.organisation_id not in {case.unit_id, self.desk.units["crew"].pk}

    @invariant()
    def who_waits_has_a_timer_and_who_is_with_a_unit_has_a_deadline(self):
        for case in Case.objects.filter(pk__in=self.cases):
            state = STATES[case.state]
            assert (case.state_due is not None) or not state.open
            assert not state.clock or (case.unit_id and case.deadline)
            # A limit that was used up when the clock stopped has its deadline behind it.
            assert case.state != "suspended" or case.deadline is None or case.deadline <= case.state_since
            assert case.state != "handling" or case.handler_id

    @invariant()
    def after_the_end_there_is_only_what_concerns_an_end(self):
        for case in Case.objects.filter(pk__in=self.cases):
            waits = False
            for step in case.steps.order_by("number"):
                if not step.from_state or STATES[step.from_state].open:
                    continue
                assert step.move in {"reopen", "absorb", *APPEALS} or (step.move == "remind" and waits)
                refused = step.move == "review_appeal" and not step.data["granted"]
                waits = (
                    waits
                    if step.move == "absorb"
                    else step.move in {"appeal", "review_appeal", "remind"} and not refused
                )

    @invariant()
    def the_clock_never_runs_backwards(self):
        for case in Case.objects.filter(pk__in=self.cases).select_related("district"):
            clock = deadlines.clock_of(case)
            if clock is None:
                self.deadlines.pop(case.pk, None)
                continue
            calendar = deadlines.calendar_of(case.district)
            assert clock.used(calendar, self.now) >= 0
            assert clock.paused == (not STATES[case.state].clock)
            if case.deadline is None:
                continue
            start, deadline = self.deadlines.get(case.pk, (clock.start, case.deadline))
            assert start != clock.start or case.deadline >= deadline
            self.deadlines[case.pk] = (clock.start, case.deadline)


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_whatever_people_do_what_must_hold_holds(two_districts, examples):
    make_calendar()
    desk = furnish(two_districts[0])

    class Once(Life):
        """Every example starts from the same district and leaves nothing behind."""

        def __init__(self):
            self.savepoint = transaction.savepoint_create()
            super().__init__()

        def teardown(self):
            transaction.savepoint_rollback(self.savepoint)

    Once.desk = desk
    run_state_machine_as_test(
        Once,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
