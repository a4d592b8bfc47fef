"""All high suns at once: the same outcome, bit for bit, as a ray for each of them."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import EXTENT, buildings_of, shadows, trees_of
from xiuhua.greenery import fan
from xiuhua.greenery.casting import BARE_CROWN, CROWN, WALL
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.shade import shade_at, shade_by_hours, sky_of

SUMMER, WINTER = datetime(2024, 7, 15, 4, tzinfo=UTC), datetime(2024, 1, 15, 4, tzinfo=UTC)


def suns(rng, count):
    """Suns all around, due north, east, south and west among them, in leaf and bare."""
    azimuth = np.concatenate([[0.0, 90.0, 180.0, 270.0], rng.uniform(0, 360, count - 4)])
    at = tuple(SUMMER if n % 2 else WINTER for n in range(count))
    return Hours("test", rng.uniform(3, 85, count), azimuth, np.full(count, 1 / count), at)


def town(rng):
    """Houses and trees, some of which keep their leaves, and points among, under and upon them."""
    at = rng.uniform(-80, 80, (8, 2))
    houses = [(shapely.box(*(a - 7), *(a + 5)), float(h)) for a, h in zip(at, rng.uniform(3, 60, 8), strict=True)]
    trees = trees_of(*[(x, y, 9.0, 3.5, 3.0) for x, y in rng.uniform(-80, 80, (12, 2))])
    trees = replace(trees, evergreen=np.arange(12) % 3 == 0)
    x, y = rng.uniform(-100, 100, (2, 150))
    corners = shapely.get_coordinates([shape for shape, _height in houses])
    x, y = np.concatenate([x, corners[:, 0], trees.x]), np.concatenate([y, corners[:, 1], trees.y])
    return shadows(buildings_of(*houses), trees, EXTENT), x, y


def both_ways(monkey, x, y, hours, cast):
    """What shades the points with high suns at once, and by rays alone."""
    found = []
    for few in (1, len(hours) + 1):
        monkey.setattr(fan, "FEW", few)
        found.append((shade_at(x, y, hours, cast), shade_by_hours(x, y, hours, cast)))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_a_fan_finds_what_rays_find(seed):
    rng = np.random.default_rng(seed)
    cast, x, y = town(rng)
    with pytest.MonkeyPatch.context() as monkey:
        (bits, shares), (true_bits, true_shares) = both_ways(monkey, x, y, suns(rng, 60), cast)
    assert np.array_equal(bits, true_bits)
    assert all(np.array_equal(one, two) for one, two in zip(shares, true_shares, strict=True))


def test_the_scenes_of_the_comparison_hold_every_kind_of_shade(monkeypatch):
    rng = np.random.default_rng(1)
    cast, x, y = town(rng)
    (bits, _shares), _rays = both_ways(monkeypatch, x, y, suns(rng, 60), cast)
    assert set(np.unique(bits)) == {0, WALL, CROWN, BARE_CROWN, WALL | CROWN, WALL | BARE_CROWN}


def test_suns_so_low_that_rays_go_far_and_few_suns_are_left_to_rays():
    sky = sky_of(suns(np.random.default_rng(3), 200))
    some = fan.fan_of(*sky[:3], sky.leafless, 60.0)
    high = sky.tangent * fan.REACH_M >= 60.0
    assert np.array_equal(some.rank >= 0, high)
    assert 0 < high.sum() < 200
    assert (np.diff(some.turn) >= 0).all()
    assert not len(fan.fan_of(*(each[: fan.FEW - 1] for each in sky[:3]), sky.leafless, 60.0).turn)
