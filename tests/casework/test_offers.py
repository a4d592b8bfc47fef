"""What a page offers: just what the engine would let the person try."""

import pytest

from casework.conftest import hours
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case
from xiuhua.casework.offers import offered
from xiuhua.casework.refusals import CaseworkError, Forbidden
from xiuhua.casework.states import STATES, moves_from


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_is_what_the_engine_lets_one_try(desk, state):
    case = desk.at_state(state)
    for user in desk.people.values():
        known = type(user).objects.get(pk=user.pk)
        shown = set(offered(Case.objects.get(pk=case.pk), known))
        for move in set(moves_from(state)) - {"absorb", "recompute"}:
            forbidden = False
            try:
                perform(case, move, user=known, data={"reason": "\x00"})
            except Forbidden:
                forbidden = True
            except CaseworkError:
                pass
            # Answers to requests that nobody made are within the rights but make no sense.
            assert not (forbidden and move in shown), (user, move)
            senseless = {"grant_extension", "refuse_extension", "refuse_suspension", "party_done", "unmark_hard",
                         "appeal", "review_appeal", "decide_appeal", *([] if STATES[state].open else ["remind"])}  # fmt: skip
            assert forbidden or move in shown or move in senseless, (user, move)
    assert Case.objects.get(pk=case.pk).version == case.version


def test_answers_are_offered_to_open_requests(desk):
    lead, second = desk.people["lead"], desk.people["second"]
    case = desk.at_state("dispatched")
    assert "grant_extension" not in offered(case, second)
    case = desk.make(case, "ask_extension", "lead", reason="量大")
    assert {"grant_extension", "refuse_extension"} <= set(offered(case, second))
    assert "refuse_suspension" not in offered(case, second)
    assert "party_done" not in offered(case, lead)
    case = desk.make(case, "join", "dispatcher", unit="water")
    assert "party_done" in offered(case, desk.people["water"])
    assert "hand_back" not in offered(case, desk.people["water"])
    case = desk.make(case, "mark_hard", "dispatcher", reason="难")
    assert {"mark_hard", "unmark_hard"} & set(offered(case, second)) == {"unmark_hard"}


def test_the_two_reviews_of_an_appeal_are_offered_in_their_order(desk):
    case = desk.at_state("handling")
    case = desk.make(case, "hand_back", "handler", at=case.deadline + hours(1), reason="已清")
    case = desk.make(case, "ask_check", at=case.changed_at)
    case = desk.make(case, "pass", "near", at=case.changed_at, check=case.checks.get().pk)
    case = desk.make(case, "close", at=case.changed_at)
    assert offered(case, desk.people["lead"]) == ["appeal"]
    case = desk.make(case, "appeal", "lead", reason="封路")
    assert offered(case, desk.people["lead"]) == []
    assert "review_appeal" in offered(case, desk.people["dispatcher"])
    assert offered(case, desk.people["assessor"]) == []
    case = desk.make(case, "review_appeal", "dispatcher", granted=True)
    assert "review_appeal" not in offered(case, desk.people["dispatcher"])
    assert offered(case, desk.people["assessor"]) == ["decide_appeal"]


def test_offers_ask_little(desk, django_assert_max_num_queries):
    for state in ("dispatched", "handling", "check_closing", "closed"):
        case = Case.objects.get(pk=desk.at_state(state).pk)
        user = type(desk.people["lead"]).objects.get(pk=desk.people["lead"].pk)
        with django_assert_max_num_queries(10):
            offered(case, user)
