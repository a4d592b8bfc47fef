"""The fragments that pages about cases share: state, clock, words."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from xiuhua.casework.deadlines import Left
from xiuhua.casework.models import Case
from xiuhua.casework.states import STATES
from xiuhua.casework.templatetags.cases import GROUPS, ago, move_name, state_group
from xiuhua.foundation.worktime import Unit

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("key", STATES)
def test_every_state_has_a_badge_in_the_language_of_the_page(key):
    for language, name in (("zh-hans", STATES[key].zh), ("en", STATES[key].en)):
        with translation.override(language):
            assert f">{name}</span>" in render_to_string("casework/_state.html", {"state": key})
    assert key in GROUPS


def test_a_case_closed_without_a_fix_does_not_look_fixed():
    assert state_group(Case(state="closed", closing_reason="fixed")) == "fixed"
    assert state_group(Case(state="closed", closing_reason="not_fixed")) == "over"
    shown = render_to_string("casework/_state.html", {"case": Case(state="closed", closing_reason="not_ours")})
    assert "state over" in shown


def test_the_clock_says_what_is_left_and_that_it_stands_still():
    with translation.override("en"):
        shown = render_to_string("casework/_clock.html", {"left": Left(Fraction(-3), Unit.WORK_HOUR, "overdue", True)})
    assert "clock overdue paused" in shown
    assert "3 work hours over" in shown
    assert "stands still" in shown
    assert render_to_string("casework/_clock.html", {"left": None}).strip() == ""


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=20), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"), (timedelta(days=1), "1 day ago"),
        (timedelta(days=30), "30 days ago"), (timedelta(days=31), "2026-01-30"),
    ],
)  # fmt: skip
def test_how_long_ago(passed, text):
    with translation.override("en"):
        assert ago(NOW - passed, NOW) == text


def test_a_move_of_another_system_keeps_its_key():
    assert move_name("file") != "file"
    assert move_name("elsewhere") == "elsewhere"
