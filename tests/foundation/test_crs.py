import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.crs import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

METRE = 1 / 111_320
# A degree away from the box on every side, so that a shifted point is still inside it.
IN_CHINA = {"lon": st.floats(73.1, 136.8), "lat": st.floats(1.9, 54.8)}


def metres(lon, lat, other_lon, other_lat):
    return np.hypot((other_lon - lon) * np.cos(np.radians(lat)), other_lat - lat) / METRE


@settings(deadline=None)
@given(**IN_CHINA)
def test_gcj02_round_trip_is_exact_to_a_tenth_of_a_millimetre(lon, lat):
    assert metres(lon, lat, *gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat))) < 1e-4


@settings(deadline=None)
@given(**IN_CHINA)
def test_bd09_round_trip_is_exact_to_a_tenth_of_a_millimetre(lon, lat):
    assert metres(lon, lat, *bd09_to_wgs84(*wgs84_to_bd09(lon, lat))) < 1e-4


@settings(deadline=None)
@given(**IN_CHINA)
def test_a_converted_file_converts_back(lon, lat):
    assert metres(lon, lat, *wgs84_to_gcj02(*gcj02_to_wgs84(lon, lat))) < 1e-4


def test_the_shift_near_huishan_has_the_known_size():
    lon, lat = np.meshgrid(np.linspace(120.05, 120.35, 20), np.linspace(31.55, 31.80, 20))
    gcj = metres(lon, lat, *wgs84_to_gcj02(lon, lat))
    bd = metres(lon, lat, *wgs84_to_bd09(lon, lat))
    assert gcj.min() > 480
    assert gcj.max() < 520
    assert bd.min() > 1100
    assert bd.max() < 1250


def test_published_examples_of_other_implementations():
    # From the READMEs of coordtransform (GCJ-02) and gcoord (BD-09).
    assert np.allclose(wgs84_to_gcj02(116.404, 39.915), (116.41024449916938, 39.91640428150164), atol=1e-9)
    assert np.allclose(wgs84_to_bd09(116.403988, 39.914266), (116.41661560068297, 39.92196580126834), atol=1e-9)


@pytest.mark.parametrize("convert", [gcj02_to_wgs84, wgs84_to_gcj02, bd09_to_wgs84, wgs84_to_bd09])
def test_places_outside_china_are_not_moved_and_shapes_are_kept(convert):
    lon = np.array([[-0.1, 120.3], [np.nan, 151.2]])
    lat = np.array([[51.5, 31.7], [31.7, -33.9]])
    x, y = convert(lon, lat)
    assert x.shape == y.shape == (2, 2)
    moved = (x != lon) | (y != lat)
    assert moved.tolist() == [[False, True], [True, False]]  # NaN differs from itself
    assert np.isnan(x[1, 0])
    assert convert([], [])[0].shape == (0,)
