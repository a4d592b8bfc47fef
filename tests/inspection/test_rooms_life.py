"""The life of living rooms as a whole: whatever people do in whatever order, what must hold holds."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
import shapely
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from inspection.rooms_desk import MONDAY, SQUARE, Desk, fresh
from xiuhua.casework.refusals import CaseworkError
from xiuhua.foundation import events
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.models import Frame, LivingRoom, RoomStep, RoomTest
from xiuhua.inspection.rooms_queries import spells
from xiuhua.inspection.rooms_sequence import season_of
from xiuhua.inspection.rooms_states import MOVES

pytestmark = pytest.mark.django_db
# Tests that end soon, so that much happens in little time.
SHORT = 4
WHO = ["town", "other", "assessor", "leader", "inspector", "resident"]


class Life(RuleBasedStateMachine):
    """People act on two rooms at random times, an accepted one and a new one; much of what they try is refused."""

    desk, lives = None, 0

    def __init__(self):
        super().__init__()
        self.now, self.acts = MONDAY, 0
        Life.lives += 1
        self.rooms = [
            self.desk.room(
                name_zh=f"处{self.lives}-{number}", place=shapely.affinity.translate(SQUARE, number / 100)
            ).pk
            for number in range(2)
        ]
        self.was = {}
        # One of the two has a whole life behind it, so that what follows an acceptance is tried however chance falls.
        whole = LivingRoom.objects.get(pk=self.rooms[0])
        rooms.begin_test(fresh(whole), actor=self.desk.people["assessor"], at=self.now)
        self.look(whole, [True] * SHORT)
        rooms.accept(fresh(whole), level="district", actor=self.desk.people["leader"], at=self.now)

    @rule(seed=st.integers(0, 2**32))
    def act(self, seed):
        self.acts += 1
        chance = random.Random(f"{seed} {self.acts}")
        room = fresh(LivingRoom.objects.get(pk=chance.choice(self.rooms)))
        self.now += timedelta(days=chance.choice([0, 0, 1, 30]), minutes=1)
        who = self.desk.people[chance.choice([*WHO, *["leader", "assessor"] * 3, "town", "town"])]
        reason = chance.choice(["因为", "所以", ""])
        acts = {
            "again": lambda: rooms.apply_again(room, reason=reason, actor=who, at=self.now),
            "test": lambda: rooms.begin_test(room, actor=who, at=self.now),
            "accept": lambda: rooms.accept(room, level=chance.choice(["district", "city"]), actor=who, at=self.now),
            "raise": lambda: rooms.raise_level(room, reason=reason, actor=who, at=self.now),
            "refuse": lambda: rooms.refuse(room, reason=reason, actor=who, at=self.now),
            "withdraw": lambda: rooms.withdraw(room, reason=reason, actor=who, at=self.now),
            "season": lambda: rooms.begin_season(self.desk.district, actor="t", at=self.now),
            "clean": lambda: self.look(room, [True] * SHORT),
            "dirty": lambda: self.look(room, [False, False]),
        }
        weights = {"test": 6, "clean": 6, "accept": 8, "again": 3, "refuse": 0.2, "dirty": 0.6}
        kind = chance.choices(list(acts), [weights.get(key, 1) for key in acts])[0]
        with suppress(CaseworkError):
            acts[kind]()

    def look(self, room, results):
        RoomTest.objects.filter(room=room, state="running").update(limit=SHORT)
        for passed in results:
            self.now += timedelta(minutes=1)
            self.desk.look(room, passed, self.now)

    @invariant()
    def what_must_hold_holds(self):
        for room in LivingRoom.objects.filter(pk__in=self.rooms):
            steps = list(room.steps.all())
            assert [step.number for step in steps] == list(range(1, len(steps) + 1))
            assert room.version == len(steps)
            state = ""
            for step in steps:
                move = MOVES[step.move]
                assert state in move.start or (not state and step.move == "apply")
                state = move.to or state
                assert step.to_state == state
                assert step.reason or "reason" not in move.requires
            assert room.state == state
            known = self.was.setdefault(room.pk, [])
            assert [step.pk for step in steps][: len(known)] == known
            self.was[room.pk] = [step.pk for step in steps]
            accepted = room.state == "accepted"
            assert bool(room.level) == accepted
            assert (room.accepted_on is not None) or not accepted
            open_ones = [spell for spell in spells(LivingRoom.objects.filter(pk=room.pk)) if spell.ends is None]
            assert [spell.level for spell in open_ones] == ([room.level] if accepted else [])
            drawable = Frame.objects.filter(object_code=room.code, layer="rooms", valid_to=None).exists()
            assert drawable == (room.state in {"testing", "accepted"})
            for step in steps:
                if step.move in {"accept", "raise"}:
                    test = RoomTest.objects.get(room=room, season=step.data["season"])
                    assert test.state == "passed"
                    assert season_of(step.at.date()) == test.season

    def teardown(self):
        assert events.verify().breaks == []


def test_whatever_happens_to_living_rooms(two_districts):
    Life.desk = Desk(two_districts[0])
    found = settings(
        max_examples=4, stateful_step_count=22, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(Life, settings=found)
    begun = 2 + 3  # two applications; the test, its pass and the acceptance of the first
    assert RoomStep.objects.count() > begun * Life.lives, "nothing that was tried afterwards was done"
