"""The change between two days: attributed step by step, adding up to the whole."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from greenery.green_town import EAST, NORTH, box, green_town, put
from xiuhua.city.layers import version_key
from xiuhua.city.models import Tree
from xiuhua.foundation.layers import bump
from xiuhua.foundation.models import Event
from xiuhua.greenery.actions.change import ask_change
from xiuhua.greenery.actions.finish import finish
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.change import ORDER, scenes
from xiuhua.greenery.queries import history, latest, whole
from xiuhua.greenery.scene_of import scene_of

pytestmark = pytest.mark.django_db
NOW, THEN = datetime(2026, 7, 1, 4, tzinfo=UTC), date(2025, 7, 1)
ASKED = Asked(2026, hours="day", runs=1)


def tree(code, x, y, **more):
    return {"code": code, "height_m": 9.0, "crown_m": 5.0, "lon": 120.05 + x / EAST, "lat": 31.7 + y / NORTH, **more}


def explain_change(district, since, at=NOW):
    """The change since a day, worked out at once."""
    held = ask_change(district, ASKED, since, actor="t", at=at)
    finish(held)
    return held


@pytest.fixture
def district(two_districts):
    found = green_town(two_districts[0])
    put(found, "trees", *[tree(f"P{n}", 5 + 8 * n, -12, valid_from=date(2026, 3, 12)) for n in range(4)])
    put(found, "trees", tree("F1", 12, -20, valid_to=date(2025, 9, 1)))
    put(
        found,
        "gates",
        {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7, "valid_from": date(2026, 1, 1)},
    )
    put(
        found,
        "buildings",
        {
            "code": "B4",
            "use": "residential",
            "floors": 3,
            "persons": 30,
            "height_m": 9.0,
            "geometry": box(60, 0, 20, 12),
            "valid_from": date(2025, 10, 1),
        },
    )
    put(
        found,
        "buildings",
        {
            "code": "B5",
            "use": "office",
            "floors": 3,
            "height_m": 9.0,
            "geometry": box(0, -40, 20, 8),
            "valid_to": date(2025, 10, 1),
        },
    )
    return found


def test_steps_are_counted_in_their_order_and_end_where_we_are(district):
    held = explain_change(district, THEN)
    change, now = held.change, whole(held)
    steps = {step["key"]: step for step in change["steps"]}
    assert tuple(steps) == ORDER
    touched = {key: step["count"] for key, step in steps.items() if step["count"]}
    assert touched == {"demolished": 1, "built": 1, "felled": 1, "planted": 4, "parks": 1}
    last = change["steps"][-1]["after"]
    for key, share in last.items():
        assert share == pytest.approx(now[key].share, abs=1e-6), key
    at = [change["then"], *(step["after"] for step in change["steps"])]
    moved = sum(after["see"] - before["see"] for before, after in pairwise(at))
    assert moved == pytest.approx(last["see"] - change["then"]["see"], abs=1e-12)
    assert steps["planted"]["after"]["see"] > steps["felled"]["after"]["see"]
    assert steps["parks"]["after"]["door_500"] >= steps["streets"]["after"]["door_500"]
    # A step that touches nothing moves nothing.
    assert steps["streets"]["after"] == steps["grown"]["after"]


def test_the_earlier_day_is_kept_for_the_history_and_told(district):
    held = explain_change(district, THEN)
    assert [one.data_on for one in history(district)] == [THEN, date(2026, 7, 1)]
    assert latest(district) == held
    assert Event.objects.filter(verb="greenery.explained", chain=f"greenery:{district.code}").exists()
    explain_change(district, THEN)
    assert len(history(district)) == 2


def test_between_two_days_alike_nothing_is_counted_and_nothing_moves(district):
    held = explain_change(district, date(2026, 6, 1))
    assert all(step["count"] == 0 for step in held.change["steps"])
    assert held.change["steps"][-1]["after"] == pytest.approx(held.change["then"])


def test_trees_that_grew_are_told_apart_from_new_ones(district):
    before = scene_of(district, datetime(2025, 7, 1, 4, tzinfo=UTC))
    Tree.objects.filter(code="T1").update(crown_m=9.0)
    bump(version_key(district.code, "trees"))
    counts = {key: count for key, count, _scene in scenes(before, scene_of(district, NOW))}
    assert (counts["felled"], counts["planted"], counts["grown"]) == (1, 4, 2)


def test_a_day_that_is_not_past_is_refused(district):
    with pytest.raises(ValueError, match="2026-07-01"):
        explain_change(district, date(2026, 7, 1))
