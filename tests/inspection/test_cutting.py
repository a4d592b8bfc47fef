"""Cutting the city: pieces cover the whole, no piece is a crumb."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.geometry import area_m2, length_m
from xiuhua.inspection.cutting import banks, cut_lines, cut_polygons, pieces_of

METRE = 1 / 111_000


def lines(*given):
    found = np.empty(len(given), dtype=object)
    found[:] = given
    return found


@pytest.mark.parametrize(
    ("length", "count"), [(10, 1), (149, 1), (449, 1), (450, 2), (600, 2), (749, 2), (750, 3), (900, 3)]
)
def test_a_rest_shorter_than_half_goes_to_the_last_piece(length, count):
    assert pieces_of(length, 300.0) == count


@given(st.lists(st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)), min_size=2, max_size=8, unique=True))
def test_sections_cover_their_line_and_are_no_crumbs(points):
    line = shapely.LineString([(120.1 + x * METRE, 31.6 + y * METRE) for x, y in points])
    whole = length_m(line)
    cut = cut_lines(lines(line), 300.0)
    if whole < 1:
        return
    assert cut.size.sum() == pytest.approx(whole, rel=1e-6)
    assert cut.size.min() >= min(150.0, whole) * (1 - 1e-6)
    assert cut.size.max() < 450.0 * (1 + 1e-6)
    assert cut.number.tolist() == list(range(1, len(cut.size) + 1))


def test_sections_touch_and_a_line_of_two_parts_is_walked_on():
    two = shapely.MultiLineString([[(120, 31.6), (120 + 400 * METRE, 31.6)], [(120, 31.7), (120 + 400 * METRE, 31.7)]])
    cut = cut_lines(lines(two), 300.0)
    assert cut.size.sum() == pytest.approx(length_m(two), rel=1e-4)
    assert shapely.union_all(cut.geometries).hausdorff_distance(two) < 1e-9


def test_banks_are_the_rings_of_a_lake_with_its_island_and_a_line_is_its_own():
    lake = shapely.box(120, 31, 120.01, 31.01).difference(shapely.box(120.004, 31.004, 120.006, 31.006))
    river = shapely.LineString([(120, 31), (120.01, 31)])
    found = banks(lines(lake, river))
    assert found[0].length == pytest.approx(0.048)
    assert found[1] is river


@given(
    st.integers(3, 9),
    st.floats(20, 300),
    st.lists(st.floats(0.3, 1.0), min_size=9, max_size=9),
)
def test_plots_cover_their_green_and_are_equally_large(corners, radius, away):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = [
        (120.1 + radius * far * np.cos(a) * METRE, 31.6 + radius * far * np.sin(a) * METRE)
        for a, far in zip(angles, away, strict=False)
    ]
    green = shapely.Polygon(ring)
    cut = cut_polygons(lines(green), 2000.0)
    whole = area_m2(green)
    assert cut.size.sum() == pytest.approx(whole, rel=1e-6)
    assert cut.size.max() <= 2000.0 * (1 + 1e-6)
    assert cut.size.min() == pytest.approx(cut.size.max(), rel=1e-3)
    overlap = sum(a.intersection(b).area for at, a in enumerate(cut.geometries) for b in cut.geometries[at + 1 :])
    assert overlap < green.area * 1e-6


def test_a_small_green_stays_whole():
    green = shapely.box(120, 31.6, 120 + 30 * METRE, 31.6 + 30 * METRE)
    assert len(cut_polygons(lines(green)).size) == 1
