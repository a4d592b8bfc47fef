"""Bands: what moves when data are not quite right, and what does not."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from greenery.test_measure import OPTIONS, quarter
from xiuhua.greenery.bands import BY_CROWNS, MOVED, bands, bands_of, ground_of, part, shifted
from xiuhua.greenery.figures import figures
from xiuhua.greenery.hours import summer, thinned
from xiuhua.greenery.measure import measure


@pytest.fixture(scope="module")
def found():
    return measure(quarter(), OPTIONS)


def test_objects_are_shifted_on_their_own_and_within_bounds(found):
    scene, moved = found.stage.scene, shifted(found.stage, OPTIONS, np.random.default_rng(1)).scene
    floors = (moved.buildings.height_m - scene.buildings.height_m) / 3
    assert set(np.round(floors, 9).tolist()) <= {-1.0, 0.0, 1.0}
    assert (moved.buildings.height_m >= 3).all()
    ratio = moved.trees.radius_m / scene.trees.radius_m
    assert ((ratio >= 0.8) & (ratio <= 1.2)).all()
    assert len(set(ratio.tolist())) == len(ratio)
    away = np.maximum(np.abs(moved.trees.x - scene.trees.x), np.abs(moved.trees.y - scene.trees.y))
    assert (away <= 2).all()
    trunks = shapely.points(moved.trees.x, moved.trees.y)
    assert not found.stage.building_tree.query(trunks, predicate="within")[0].size


def test_a_shifted_stage_is_that_of_the_shifted_scene(found):
    stage = shifted(found.stage, OPTIONS, np.random.default_rng((2, 1)))
    again = measure(stage.scene, replace(OPTIONS, azimuths=0))
    one = part(ground_of(found.stage.scene, OPTIONS), OPTIONS, 1, 2, 1)
    streets = np.ones(len(stage.scene.streets), dtype=bool)
    expected = {each.key: each.share for each in figures(again, stage.scene.buildings.measured, streets)}
    for key, share in one.items():
        assert share == pytest.approx(expected[key]), key
    assert len(thinned(OPTIONS.hours)) == len(OPTIONS.hours)


def test_bands_are_the_same_for_the_same_seed_and_ordered(found):
    first, again, other = (bands(found, OPTIONS, 6, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert set(first.figures) <= set(MOVED)
    assert all(0 <= low <= high <= 1 for low, high in first.figures.values())
    assert any(low < high for low, high in first.figures.values())


def test_a_band_reaches_from_the_figure_to_where_the_runs_lead():
    runs = [{"canopy": 0.40 + 0.01 * n} for n in range(5)]
    held = bands_of({"canopy": 0.55, "walk": 0.2}, [{"canopy": 0.5}, *runs, {}, {}, {}, {}], 1)
    assert held.figures["canopy"] == pytest.approx((0.452, 0.55))
    assert set(held.figures) == {"canopy"}
    assert held.runs == 5
    assert held.ranges == {}


def test_crowns_that_hide_trees_never_show_more(found):
    scene = found.stage.scene
    shares = {one.key: one.share for one in figures(found, scene.buildings.measured, np.ones(len(scene.streets), bool))}
    lower = bands(found, OPTIONS, 0, 1)
    assert not lower.figures
    assert set(lower.crowns_block) == set(BY_CROWNS)
    assert all(share <= shares[key] + 1e-6 for key, share in lower.crowns_block.items())


def test_windows_that_look_farther_see_more_and_at_the_range_of_the_measurement_the_same(found):
    scene = found.stage.scene
    shares = {one.key: one.share for one in figures(found, scene.buildings.measured, np.ones(len(scene.streets), bool))}
    ranges = bands(found, OPTIONS, 0, 1).ranges
    assert list(ranges) == ["25", "50", "100"]
    assert ranges["25"] <= ranges["50"] <= ranges["100"]
    assert ranges["25"] < ranges["100"]
    assert ranges["50"] == pytest.approx(shares["see"], abs=1e-6)


def test_thinned_hours_are_spread_over_the_whole_set():
    whole = summer(2026, "Asia/Shanghai", 120.3, 31.7)
    some = thinned(whole)
    assert 45 <= len(some) <= 60
    assert some.weight.sum() == pytest.approx(1)
    assert {at.month for at in some.at} == {6, 7, 8}
    assert float(some.altitude @ some.weight) == pytest.approx(float(whole.altitude @ whole.weight), abs=1.0)
