"""Shade on every walk: oracles W1 to W7, W9, W10 and traps of the reference."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import (
    EXTENT,
    WUXI_LAT,
    WUXI_LON,
    buildings_of,
    shadows,
    streets_of,
    trees_of,
    walls_and_cells,
)  # fmt: skip
from xiuhua.greenery import hours
from xiuhua.greenery.canopy import canopy_around, canopy_of, lens_m2
from xiuhua.greenery.casting import CROWN, WALL
from xiuhua.greenery.grids import outdoors, tree_grid
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.pavements import pieces_of, points_of
from xiuhua.greenery.shade import shade_at, shade_by_hours
from xiuhua.greenery.sun import sun

SHANGHAI = ZoneInfo("Asia/Shanghai")
FAR = (shapely.box(390, 390, 395, 395), 1.0)


def hour(altitude, azimuth, at=datetime(2024, 7, 15, 12, tzinfo=SHANGHAI)):
    return Hours("test", np.array([altitude]), np.array([azimuth]), np.array([1.0]), (at,))


@pytest.mark.parametrize(
    ("at", "altitude", "azimuth"),
    [
        (datetime(2024, 6, 21, 12, tzinfo=SHANGHAI), 81.756, 178.897),
        (datetime(2024, 3, 20, 12, tzinfo=SHANGHAI), 58.299, 177.027),
        (datetime(2024, 12, 21, 12, tzinfo=SHANGHAI), 34.875, 180.848),
        (datetime(2024, 7, 15, 15, tzinfo=SHANGHAI), 49.801, 266.263),
    ],
)
def test_where_the_sun_stands(at, altitude, azimuth):
    """W7, values of pvlib 0.16.1: within 0.008 and, near the zenith, 0.1 degrees."""
    found = sun([at], WUXI_LON, WUXI_LAT)
    assert found[0][0] == pytest.approx(altitude, abs=0.01)
    assert found[1][0] == pytest.approx(azimuth, abs=0.1)


def test_the_sun_of_a_year_is_that_of_pvlib():
    pvlib = pytest.importorskip("pvlib", reason="pvlib is an oracle of the development group oracles")
    import pandas as pd

    at = pd.date_range("2024-01-01", "2025-01-01", freq="7h", tz="Asia/Shanghai")
    truth = pvlib.solarposition.spa_python(at, WUXI_LAT, WUXI_LON)
    altitude, azimuth = sun([one.to_pydatetime() for one in at], WUXI_LON, WUXI_LAT)
    up = truth.elevation.to_numpy() > 5
    off = (azimuth - truth.azimuth.to_numpy() + 180) % 360 - 180
    assert np.abs(altitude - truth.elevation.to_numpy())[up].max() < 0.02
    assert (np.abs(off) * np.cos(np.radians(altitude)))[up].max() < 0.02


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        sun([datetime(2024, 6, 21, 12)], WUXI_LON, WUXI_LAT)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "depth"),
    [
        (datetime(2024, 6, 21, 12, tzinfo=SHANGHAI), 2.607),
        (datetime(2024, 12, 21, 12, tzinfo=SHANGHAI), 25.824),
        (datetime(2024, 7, 15, 15, tzinfo=SHANGHAI), 0.991),
    ],
)
def test_depth_of_the_shade_of_an_endless_wall(at, depth):
    """W1: 18 / tan a x |cos b| to the north of an east-west wall of 18 m."""
    cast = shadows(buildings_of((shapely.box(-390, -1, 390, 0), 18.0)), trees_of(), EXTENT)
    sky = hours.moments([at], WUXI_LON, WUXI_LAT)
    north = np.arange(0.005, 40, 0.01)
    shaded = shade_at(np.zeros(len(north)), north, sky, cast)[:, 0] == WALL
    assert shaded.sum() * 0.01 == pytest.approx(depth, abs=0.03)
    assert not shaded[int(shaded.sum()) :].any()


def shaded_ground(tree, altitude, step=0.05):
    """Points (every ``step`` m) that a lone crown shades, sun in the south."""
    cast = shadows(buildings_of(FAR), trees_of(tree), EXTENT)
    x, y = np.meshgrid(np.arange(-6, 6, step) + step / 2, np.arange(-12, 20, step) + step / 2)
    found = shade_at(x.ravel(), y.ravel(), hour(altitude, 180.0), cast)[:, 0] == CROWN
    return x.ravel()[found], y.ravel()[found]


def test_the_shade_of_a_sphere():
    """W2: from y = 4.660 to 12.660, area pi r2 / sin a = 25.133, longest chord 4."""
    x, y = shaded_ground((0, 0, 7, 2, 3), 30.0)
    assert y.min() == pytest.approx(4.660, abs=0.05)
    assert y.max() == pytest.approx(12.660, abs=0.05)
    assert len(x) * 0.05**2 == pytest.approx(25.133, rel=0.005)
    assert np.ptp(x) == pytest.approx(4, abs=0.1)


def test_the_shade_of_an_ellipsoid():
    """W3: 2 sqrt(r2 + ((h - c) / 2)2 / tan2 a) = 7.8102."""
    _x, y = shaded_ground((0, 0, 8, 3, 3), 45.0)
    assert np.ptp(y) + 0.05 == pytest.approx(7.8102, abs=0.06)


def row_of_trees(crown_m, spacing=6.0):
    return trees_of(*((x, 0, 8, crown_m / 2, 3) for x in np.arange(-300, 300.1, spacing)))


def strip(crown_m, wide_m):
    trees = row_of_trees(crown_m)
    pieces = pieces_of(streets_of(((-60, 0), (60, 0)), path=True))
    return canopy_of(pieces, trees, tree_grid(trees, EXTENT), wide_m)[0]


def test_a_line_under_the_trunks_flatters():
    """W4, W5, W6: at the threshold of 90 % line and strip disagree, and the strip is right."""
    assert strip(5.0, 1e-6) == pytest.approx(5 / 6, abs=1e-4)
    assert strip(5.5, 1e-6) == pytest.approx(5.5 / 6, abs=1e-4)
    assert strip(5.5, 2.0) == pytest.approx(0.8960, abs=2e-4)
    assert strip(6.0, 2.0) == pytest.approx(0.9812, abs=2e-4)


def test_canopy_is_that_of_shapely():
    rng = np.random.default_rng(4)
    trees = trees_of(
        *((x, y, 8, r, 3) for (x, y), r in zip(rng.uniform(-80, 80, (120, 2)), rng.uniform(1, 6, 120), strict=True))
    )
    pieces = pieces_of(streets_of(((-70, -20), (0, 0), (70, 40)), ((-50, 60), (50, -60))))
    under = shapely.union_all(shapely.buffer(shapely.points(trees.x, trees.y), trees.radius_m, quad_segs=64))
    middle = shapely.linestrings(
        np.stack([np.column_stack([pieces.ax, pieces.ay]), np.column_stack([pieces.bx, pieces.by])], 1)
    )
    ground = shapely.buffer(middle, 1.0, cap_style="flat")
    expected = shapely.area(shapely.intersection(ground, under)) / shapely.area(ground)
    assert canopy_of(pieces, trees, tree_grid(trees, EXTENT)) == pytest.approx(expected, abs=0.004)


def test_ground_under_two_crowns_counts_once_around_a_house():
    assert lens_m2(np.array([2.0]), np.array([2.0]), np.array([0.0]))[0] == pytest.approx(np.pi * 4)
    assert lens_m2(np.array([3.0]), np.array([1.0]), np.array([1.0]))[0] == pytest.approx(np.pi)
    assert lens_m2(np.array([2.0]), np.array([2.0]), np.array([4.0]))[0] == 0
    apart, same = trees_of((10, 0, 8, 3, 2), (40, 0, 8, 3, 2)), trees_of((10, 0, 8, 3, 2), (10, 0, 8, 3, 2))
    here = np.zeros((1, 2))
    assert canopy_around(here, apart, 300.0)[0] == pytest.approx(2 * 9 / 300**2)
    assert canopy_around(here, same, 300.0)[0] == pytest.approx(9 / 300**2)


def test_night_has_no_shade():
    """W9: undefined, not 100 %."""
    with pytest.raises(ValueError, match="below the horizon"):
        hours.moments([datetime(2024, 6, 21, 0, tzinfo=SHANGHAI)], WUXI_LON, WUXI_LAT)


def test_the_sets_of_hours():
    summer = hours.summer(2024, "Asia/Shanghai", WUXI_LON, WUXI_LAT)
    assert len(summer) == 14 * 25
    assert {at.astimezone(SHANGHAI).weekday() for at in summer.at} == {date(2024, 6, 1).weekday()}
    whole = hours.all_day(date(2024, 7, 15), "Asia/Shanghai", WUXI_LON, WUXI_LAT)
    assert len(whole) == 49
    assert whole.weight.sum() == pytest.approx(1)
    assert whole.weight.argmax() == whole.altitude.argmax()


def test_light_through_crowns_follows_the_season():
    """Trap 15: a bare crown in December is not a leafy one."""
    x, y = np.zeros(1), np.array([6.0])

    def light(month, evergreen):
        cast = shadows(buildings_of(FAR), trees_of((0, 0, 7, 2, 3), evergreen=evergreen), EXTENT)
        return shade_by_hours(x, y, hour(30.0, 180.0, datetime(2024, month, 15, 12, tzinfo=UTC)), cast)

    assert [light(month, False).light[0] for month in (7, 12)] == [hours.LEAFY, hours.BARE]
    assert [light(month, True).light[0] for month in (7, 12)] == [hours.LEAFY, hours.LEAFY]
    assert light(12, False).green[0] == 1


def test_a_point_under_a_wall_and_a_crown_is_shaded_by_both():
    cast = shadows(buildings_of((shapely.box(-5, -3, 5, -2), 18.0), FAR), trees_of((0, 0, 7, 2, 3)), EXTENT)
    found = shade_by_hours(np.zeros(1), np.array([6.0]), hour(30.0, 180.0), cast)
    assert (found.both[0], found.grey[0], found.green[0], found.light[0]) == (1, 0, 0, 0)


def test_points_inside_a_building_are_left_out():
    """Trap 7."""
    walls, _cells = walls_and_cells(buildings_of((shapely.box(20, -20, 40, 20), 9.0)))
    pieces = pieces_of(streets_of(((0, 0), (100, 0)), width=10.0))
    found = points_of(pieces, walls)
    assert len(found.x) == 2 * 40
    assert sorted(set(np.round(found.y, 6))) == [-6, 6]
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    court, _cells = walls_and_cells(buildings_of((ring, 9.0)))
    assert outdoors(np.array([5.0, 15.0, 50.0]), np.array([5.0, 15.0, 50.0]), court).tolist() == [False, True, True]


def test_a_street_of_unknown_width_has_its_pavement_five_metres_from_the_axis():
    streets = streets_of(((0, 0), (100, 0)))
    streets.width_m[:] = np.nan
    assert sorted(pieces_of(streets).ay.tolist()) == [-5, 5]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(5, 85), st.floats(0, 360))
def test_a_tree_more_or_a_higher_wall_never_lowers_shade(seed, altitude, azimuth):
    """W10, and the ray agrees with the polygons that shapely draws for walls."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(-60, 60, (6, 2))
    houses = [(shapely.box(*(a - 6), *(a + 5)), float(h)) for a, h in zip(at, rng.uniform(3, 30, 6), strict=True)]
    trees = [(x, y, 9.0, 2.5, 3.0) for x, y in rng.uniform(-60, 60, (6, 2))]
    x, y = rng.uniform(-90, 90, (2, 200))
    sky = hour(altitude, azimuth)

    def share(houses, trees):
        return shade_by_hours(x, y, sky, shadows(buildings_of(*houses), trees_of(*trees), EXTENT)).share

    before = share(houses, trees)
    assert (share(houses, [*trees, (0, 0, 12.0, 4.0, 2.0)]) >= before).all()
    assert (share([(houses[0][0], houses[0][1] + 20), *houses[1:]], trees) >= before).all()
    away = np.array([np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))]) / np.tan(np.radians(altitude))
    drawn = [
        shapely.convex_hull(shapely.union(shape, shapely.transform(shape, lambda c, h=height: c - h * away)))
        for shape, height in houses
    ]  # fmt: skip
    outside = outdoors(x, y, walls_and_cells(buildings_of(*houses))[0])
    expected = shapely.intersects_xy(shapely.union_all(drawn), x, y)
    edge = shapely.distance(shapely.points(x, y), shapely.boundary(shapely.union_all(drawn))) < 1e-6
    assert (share(houses, [])[outside & ~edge] == expected[outside & ~edge]).all()
