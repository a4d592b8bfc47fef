"""Two people at the same case at the same moment: one wins, the other is told."""

import pytest

from casework.conftest import furnish, make_calendar
from plugins.threads import database_on_disk
from plugins.threads import together as at_once
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
    with database_on_disk(tmp_path):
        yield


def together(*acts):
    return at_once(*acts, errors=CaseworkError)


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
