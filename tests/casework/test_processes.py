"""Two people at the same case at the same moment: one wins, the other is told."""

import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import OperationalError, connections

from casework.conftest import furnish, make_calendar
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case
from xiuhua.casework.refusals import CaseworkError, Conflict
from xiuhua.foundation import events


@pytest.fixture
def desk(transactional_db, two_districts):
    make_calendar()
    return furnish(two_districts[0])


@pytest.fixture
def real_database(desk, tmp_path):
    """A database at which threads truly meet.

    The test database of SQLite lies in memory, where threads would queue before they come to it: its content moves
    into a file for the length of the test.
    """
    memory = connections["default"]
    if memory.vendor != "sqlite":
        yield
        return
    path = tmp_path / "file.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        memory.connection.backup(copy)
    name, memory.settings_dict["NAME"] = memory.settings_dict["NAME"], str(path)
    del connections["default"]
    yield
    connections["default"].close()
    connections["default"], memory.settings_dict["NAME"] = memory, name


def together(*acts):
    """Run every act in a thread of its own, started at once; their results or errors, in order."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait(10)
            outcomes[number] = act()
        except (CaseworkError, OperationalError) as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def one_round(desk) -> None:
    """Two dispatchers give one case to two units; both have seen the same version."""
    case = desk.at_state("filed")

    def dispatch(who, unit):
        return lambda: perform(
            case.number, "dispatch", user=desk.people[who], data={"unit": unit}, expected_version=case.version
        )

    outcomes = together(dispatch("dispatcher", "clean"), dispatch("second", "water"))
    won = [one for one in outcomes if isinstance(one, Case)]
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    after = Case.objects.get(pk=case.pk)
    assert after.unit == won[0].unit
    assert after.version == after.steps.count() == case.version + 1
    winner = after.steps.last().user
    assert lost[0].by == str(winner)
    assert str(winner) in lost[0].reason
    assert not events.verify(f"case:{case.number}").breaks


def test_two_dispatchers_at_once(desk, real_database):
    for _round in range(10):
        one_round(desk)


def test_two_merges_in_opposite_directions_do_not_lock_each_other_out(desk, real_database):
    for _round in range(10):
        one, other = desk.case(), desk.case()

        def merge(case, master):
            return lambda: perform(case, "merge", user=desk.people["dispatcher"], data={"master": master.number})

        outcomes = together(merge(one, other), merge(other, one))
        states = sorted(Case.objects.filter(pk__in=[one.pk, other.pk]).values_list("state", flat=True))
        assert states == ["merged", "reported"], outcomes


def test_many_moves_on_one_case_stay_in_order(desk, real_database):
    case = desk.at_state("dispatched")
    notes = [
        lambda number=number: perform(case.pk, "note", user=desk.people["lead"], data={"reason": f"第{number}条"})
        for number in range(8)
    ]
    assert all(isinstance(one, Case) for one in together(*notes))
    numbers = list(case.steps.values_list("number", flat=True))
    assert numbers == list(range(1, case.version + 9))
    assert not events.verify(f"case:{case.number}").breaks
