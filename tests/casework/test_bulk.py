"""One move on many cases: rehearsed without a trace, made case by case, never over somebody else's move."""

import pytest
from django.test import Client

from casework.conftest import MONDAY
from xiuhua.casework.actions.bulk import CONFLICT, DONE, MOST, POSSIBLE, REFUSED, Bulk, Chosen
from xiuhua.casework.models import Case, Standard, Step
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.states import MOVES
from xiuhua.casework.visible import sight
from xiuhua.casework.worklist_bulk import GIVEN, bulk_moves
from xiuhua.casework.worklist_queues import PERMISSIONS
from xiuhua.foundation.models import Event, OutboxMessage

pytestmark = pytest.mark.django_db


def bulk(desk, cases, move, who="dispatcher", standards=None, **data) -> Bulk:
    chosen = [case if isinstance(case, Chosen) else Chosen(case.number, case.version) for case in cases]
    return Bulk(sight(desk.people[who], desk.district, PERMISSIONS), chosen, move, data, standards or {})


def results(outcomes) -> list[str]:
    return [outcome.result for outcome in outcomes]


def state_of(case) -> str:
    return Case.objects.get(pk=case.pk).state


def post(desk, who="dispatcher", **data):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(desk.people[who])
    return client.post("/work/bulk/", data)


def test_a_rehearsal_says_what_will_happen_and_leaves_no_trace(desk):
    cases = [desk.at_state("filed"), desk.at_state("reported")]
    before = (Event.objects.count(), Step.objects.count(), OutboxMessage.objects.count())
    outcomes = bulk(desk, cases, "dispatch", unit="clean").rehearse()
    assert results(outcomes) == [POSSIBLE, REFUSED]
    assert any("clean" in fact for fact in outcomes[0].facts)
    assert outcomes[1].reason
    assert outcomes[1].remedy
    assert (Event.objects.count(), Step.objects.count(), OutboxMessage.objects.count()) == before
    assert [state_of(case) for case in cases] == ["filed", "reported"]
    assert Case.objects.get(pk=cases[0].pk).version == cases[0].version


def test_each_case_is_moved_alone(desk):
    cases = [desk.at_state("filed"), desk.at_state("reported"), desk.at_state("filed")]
    outcomes = bulk(desk, cases, "dispatch", unit="clean").make()
    assert results(outcomes) == [DONE, REFUSED, DONE]
    assert [state_of(case) for case in cases] == ["dispatched", "reported", "dispatched"]


def test_a_case_that_somebody_moved_meanwhile_is_left_to_them(desk):
    mine, taken = desk.at_state("filed"), desk.at_state("filed")
    wanted = bulk(desk, [mine, taken], "dispatch", unit="clean")
    assert results(wanted.rehearse()) == [POSSIBLE, POSSIBLE]
    desk.make(taken, "dispatch", "second", unit="water")
    outcomes = wanted.make()
    assert results(outcomes) == [DONE, CONFLICT]
    assert "second" in outcomes[1].reason
    assert Case.objects.get(pk=taken.pk).unit == desk.units["water"]


def test_made_again_by_a_reload_it_changes_nothing_more(desk):
    case = desk.at_state("filed")
    wanted = bulk(desk, [case], "dispatch", unit="clean")
    assert results(wanted.make()) == [DONE]
    steps = Step.objects.filter(case=case).count()
    assert results(wanted.make()) == [DONE]
    assert Step.objects.filter(case=case).count() == steps


def test_each_case_is_filed_by_the_standard_of_its_category(desk):
    more = Standard.objects.create(category=desk.category, number=2, condition="成堆", limit=2, unit="work_day")
    first, other = desk.case(), desk.case()
    Case.objects.filter(pk=other.pk).update(category=desk.other)
    outcomes = bulk(desk, [first, other], "file", standards={desk.category.pk: more.pk}).make()
    assert results(outcomes) == [DONE, DONE]
    assert Case.objects.get(pk=first.pk).standard == more
    assert Case.objects.get(pk=other.pk).standard.category == desk.other


def test_cases_out_of_reach_are_as_if_they_were_not_there(desks):
    first, second = desks
    foreign = second.at_state("filed")
    outcomes = bulk(first, [foreign, Chosen("no such case", 1)], "dispatch", unit="clean").make()
    assert results(outcomes) == [REFUSED, REFUSED]
    assert all(outcome.case is None for outcome in outcomes)
    assert state_of(foreign) == "filed"


def test_who_may_not_is_refused(desk):
    case = desk.at_state("filed")
    with pytest.raises(Forbidden):
        bulk(desk, [case], "dispatch", who="lead")
    for move in ("hand_back", "report", "absorb", "nonsense", "pass"):
        with pytest.raises(Refused):
            bulk(desk, [case], move)
    with pytest.raises(Refused):
        bulk(desk, [], "dispatch")
    with pytest.raises(Refused):
        bulk(desk, [Chosen(f"n{number}", 1) for number in range(MOST + 1)], "dispatch")
    assert post(desk, "lead", case=f"{case.number}:{case.version}", move="dispatch").status_code == 403


def test_moves_offered_need_nothing_of_one_case_alone():
    assert {"file", "dispatch", "redispatch", "ask_check", "close", "reject"} <= bulk_moves().keys()
    assert all(set(MOVES[key].requires) <= GIVEN for key in bulk_moves())


def test_the_page_asks_then_shows_then_does(desk):
    case = desk.at_state("reported")
    chosen = f"{case.number}:{case.version}"
    asks = post(desk, case=chosen, move="reject", back="queue=accept")
    assert asks.context["ready"] is False
    assert "Nothing has changed yet" in asks.content.decode()
    shows = post(desk, case=chosen, move="reject", reason="查无此事", stage="preview", back="queue=accept")
    assert "will be done" in shows.content.decode()
    assert state_of(case) == "reported"
    done = post(desk, case=chosen, move="reject", reason="查无此事", stage="make", back="queue=accept")
    assert done.context["count"][DONE] == 1
    assert 'href="/work/?queue=accept"' in done.content.decode()
    assert state_of(case) == "rejected"
    assert Step.objects.get(case=case, move="reject").reason == "查无此事"


def test_without_a_reason_nothing_is_done(desk):
    case = desk.at_state("reported")
    answer = post(desk, case=f"{case.number}:{case.version}", move="reject", stage="make")
    assert "Write a reason." in answer.content.decode()
    assert state_of(case) == "reported"


@pytest.mark.parametrize(
    "data",
    [
        {}, {"case": "x"}, {"case": "\x00:1", "move": "file"}, {"case": "a:99999999999", "move": "file"},
        {"case": "a:1", "move": "file", "standard-x": "y", "standard-9": "99999999999999999999"},
        {"case": "a:1", "move": "\x00"}, {"case": "a:1", "move": "dispatch", "unit": "\x00", "stage": "make"},
        {"case": "a:1", "move": "reject", "reason": "x" * 6000, "stage": "make", "back": "q=%00&after=1"},
    ],
)  # fmt: skip
def test_no_form_makes_the_page_fail(desk, data):
    assert post(desk, **data).status_code in {200, 302}


def test_nonsense_of_a_case_in_hand_is_refused_in_words(desk):
    case = desk.case(at=MONDAY)
    for unit in ("\x00", "nobody", "9" * 40):
        answer = post(
            desk, case=f"{case.number}:{case.version}", move="redispatch", unit=unit, reason="r", stage="preview"
        )
        assert "will be refused" in answer.content.decode()
