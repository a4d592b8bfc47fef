"""Statements that are sent as they are: places for values, and per cent signs that are none."""

import pytest

from xiuhua.foundation.statements import run

pytestmark = pytest.mark.django_db


def test_values_come_to_their_places_in_order():
    found = run(
        "SELECT CAST(%s AS integer), CAST(%s AS integer), CAST(%s AS integer) - CAST(%s AS integer)", [1, 2, 9, 4]
    )
    assert tuple(found.fetchone()) == (1, 2, 5)


def test_a_doubled_sign_is_a_per_cent_and_no_place():
    asked = "SELECT CASE WHEN 'ab' LIKE 'a%%' THEN 1 ELSE 0 END, 7 %% 4, CAST(%s AS integer)"
    assert tuple(run(asked, [3]).fetchone()) == (1, 3, 3)
    assert tuple(run("SELECT '%%s'", []).fetchone()) == ("%s",)


def test_more_than_nine_places_are_told_apart():
    asked = ", ".join(["CAST(%s AS integer)"] * 12)
    assert tuple(run(f"SELECT {asked}", list(range(12))).fetchone()) == tuple(range(12))
