"""The lifecycle of a site as data: nothing dangles, and no order of moves ends in a state that its rules forbid."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from xiuhua.inspection.campaign_states import ENDED, MOVES, OPEN, STATES, WITH_UNIT, is_doer, moves_from
from xiuhua.inspection.models import CampaignSite
from xiuhua.people.matrix import MATRIX


def test_states_moves_permissions_and_the_table_agree():
    assert set(STATES) == set(CampaignSite.State.values)
    assert set(OPEN) | set(ENDED) == set(STATES)
    assert set(WITH_UNIT) <= set(OPEN)
    for move in MOVES.values():
        assert set(move.start) <= set(STATES)
        assert move.to in {"", *STATES}
        assert MATRIX.permission(move.permission)
    reached = {move.to for move in MOVES.values()}
    assert set(STATES) <= reached
    assert all(moves_from(state) for state in STATES if state != "dropped")
    assert moves_from("dropped") == []


def test_only_who_signs_leads_into_or_out_of_signed():
    for move in MOVES.values():
        if move.to == "signed" or "signed" in move.start:
            assert move.permission == "campaigns.sign"
    assert MOVES["sign"].not_doer
    assert MOVES["sign"].start == ("done",)


@given(st.lists(st.sampled_from(sorted(set(MOVES) - {"list"})), max_size=30))
def test_a_site_is_never_signed_off_without_a_report_since_it_was_last_sent_back(tried):
    state, made = "listed", ["list"]
    for move in tried:
        if move in moves_from(state):
            state = MOVES[move].to or state
            made.append(move)
    turns = [move for move in made if MOVES[move].to]
    if state == "signed":
        assert turns[-2:] == ["report", "sign"]
    for before, after in itertools.pairwise(turns):
        assert after in moves_from(MOVES[before].to)
    assert turns.count("drop") <= 1


@given(st.sets(st.sampled_from(["gov", "bureau", "crew", "town"])), st.sampled_from(["gov", "bureau", "crew", "town"]))
def test_who_belongs_to_the_unit_or_reported_it_did_it(doers, unit):
    assert is_doer(unit, doers, "a", "b") == (unit in doers)
    assert is_doer(unit, doers, "a", "a")
    assert not is_doer("other", doers, "", "")
