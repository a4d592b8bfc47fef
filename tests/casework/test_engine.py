"""The engine: one whole life of a case, what it writes, and what it refuses."""

from casework.conftest import MONDAY, hours
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Step


def test_a_case_lives_from_report_to_end(desk):
    case = desk.case()
    people = desk.people
    perform(case, "file", user=people["dispatcher"], data={"standard": desk.standard.pk}, at=MONDAY + hours(0.1))
    case = perform(case, "dispatch", user=people["dispatcher"], data={"unit": "clean"}, at=MONDAY + hours(0.2))
    assert case.state == "dispatched"
    # 8 work hours from 08:12: 08:12-12:00 and 14:00-18:00 make 7 h 48 min, the rest next morning.
    assert case.deadline == MONDAY + hours(24.2)
    perform(case, "assign", user=people["lead"], data={"handler": people["handler"].pk}, at=MONDAY + hours(1))
    case = perform(case, "hand_back", user=people["handler"], data={"reason": "清运完毕"}, at=MONDAY + hours(2))
    assert (case.state, case.overdue) == ("handed_back", False)
    case = perform(case, "ask_check", actor="timer", at=MONDAY + hours(2.3))
    check = case.checks.get()
    assert check.inspector == people["near"]
    case = perform(
        case, "pass", user=people["near"], data={"check": check.pk, "lon": 120.05, "lat": 31.7}, at=MONDAY + hours(3)
    )
    case = perform(case, "close", user=people["dispatcher"], at=MONDAY + hours(3.1))
    assert (case.state, case.closing_reason) == ("closed", "fixed")
    assert list(Step.objects.filter(case=case).values_list("number", "move")) == list(
        enumerate(["report", "file", "dispatch", "assign", "hand_back", "ask_check", "pass", "close"], start=1)
    )
