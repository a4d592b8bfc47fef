"""The share of the view: oracles S3 to S5 against closed forms."""

import numpy as np
import pytest
import shapely

from greenery.small_scene import buildings_of, one_window, walls_and_cells
from xiuhua.greenery.panorama import views_of_columns
from xiuhua.greenery.sight import Crowns

ANGLE = np.linspace(0, 2 * np.pi, 6000, endpoint=False)
# A ring of crowns from 30 to 33 m, so dense that every direction meets one in its middle; 3 to 9 m high.
RING = Crowns(
    31.5 * np.cos(ANGLE), 31.5 * np.sin(ANGLE), np.full(6000, 9.0), np.full(6000, 1.5), np.full(6000, 3.0)
)  # fmt: skip
SIN_TOP = 7.5 / np.hypot(7.5, 30)
SIN_BASE = 1.5 / np.hypot(1.5, 33)


def view(ring_m):
    around = shapely.Point(0, 0).buffer(11, quad_segs=90).difference(shapely.Point(0, 0).buffer(10, quad_segs=90))
    far = shapely.box(300, 300, 310, 310)
    walls, cells = walls_and_cells(buildings_of((around, ring_m)) if ring_m else buildings_of((far, 3.0)))
    return views_of_columns(np.array([0]), 1, one_window(), walls, cells, RING)[0, 0]


def test_a_ring_of_crowns():
    """S3: (sin e2 - sin e1) / 2 = 0.09856."""
    assert pytest.approx(0.09856, abs=5e-6) == (SIN_TOP - SIN_BASE) / 2
    assert view(0) == pytest.approx(0.09856, abs=2e-4)


def test_a_low_wall_hides_its_lower_edge():
    """S4: (sin e2 - max(sin e1, 0.5 / sqrt(0.25 + 100))) / 2 = 0.09630."""
    assert view(2.0) == pytest.approx(0.09630, abs=2e-4)


def test_a_high_wall_hides_it_all():
    """S5: a wall of 4 m ten metres away leaves nothing of crowns of 9 m at 30 m."""
    assert view(4.0) == pytest.approx(0.0, abs=0.003)


def test_crowns_behind_crowns_count_once():
    double = Crowns(*(np.concatenate([column, column]) for column in RING))
    walls, cells = walls_and_cells(buildings_of((shapely.box(300, 300, 310, 310), 3.0)))
    once = views_of_columns(np.array([0]), 1, one_window(), walls, cells, RING, azimuths=12)
    twice = views_of_columns(np.array([0]), 1, one_window(), walls, cells, double, azimuths=12)
    assert twice == pytest.approx(once)
