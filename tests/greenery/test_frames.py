"""The library on tables with geometries, as a notebook uses it."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

ORIGIN = (120.29, 31.68)


def frame(shapes, **columns):
    made = gpd.GeoDataFrame(columns, geometry=shapes, crs=32651)
    return made.to_crs(4326)


def here(shape):
    x, y = gpd.GeoSeries([shapely.Point(ORIGIN)], crs=4326).to_crs(32651).get_coordinates().to_numpy()[0]
    return shapely.transform(shape, lambda at: np.add(at, (x, y)))


@pytest.fixture
def tables():
    houses = [here(shapely.box(x, 10, x + 20, 22)) for x in (0, 60, 120)]
    return {
        "buildings": frame(houses, height_m=[18.0, None, None], floors=[None, 6, None]),
        "trees": frame([here(shapely.Point(x, 30)) for x in (5, 12, 18, 200)], height_m=[9.0] * 4, crown_m=[6.0] * 4),
        "streets": frame([here(shapely.LineString([(-50, 0), (300, 0)]))]),
        "parks": frame([here(shapely.box(200, -30, 260, 20))]),
    }


def test_a_notebook_measures_tables_and_is_told_what_was_assumed(tables):
    from xiuhua.greenery.frames import measure_frames

    found = measure_frames(**tables, zone="Asia/Shanghai", day=date(2024, 7, 15), azimuths=12)
    assert found.buildings["windows"].tolist() == [12 * 6] * 3
    assert found.buildings["share_three"].iloc[0] > 0
    # Across the street where it enters the park, 200 m along.
    assert found.buildings["walk_m_400"].tolist() == pytest.approx([16 + 190, 16 + 130, 16 + 70], abs=1)
    assert np.isnan(found.measured.circle)
    assert ("height_from_floors", 1, 3) in found.assumed
    assert ("height_median", 1, 3) in found.assumed
    assert 0 <= found.streets["shade"].iloc[0] <= 1


def test_homes_gates_and_a_year_of_summers(tables):
    from xiuhua.greenery.frames import measure_frames

    found = measure_frames(
        **tables, zone="Asia/Shanghai", azimuths=0, homes=frame([here(shapely.box(-10, 5, 150, 30))]),
        gates=frame([here(shapely.Point(260, 0))]),
    )  # fmt: skip
    assert found.measured.circle == pytest.approx(1.0, abs=0.2)
    assert found.buildings["walk_m_400"].iloc[0] == pytest.approx(16 + 250, abs=1)
    assert found.buildings["view"].isna().all()


def test_a_table_that_cannot_be_measured_says_why(tables):
    from xiuhua.greenery.frames import measure_frames

    bare = tables["buildings"].set_crs(None, allow_override=True)
    with pytest.raises(ValueError, match="coordinate system"):
        measure_frames(**{**tables, "buildings": bare}, zone="Asia/Shanghai")
    with pytest.raises(ValueError, match="must be polygons"):
        measure_frames(**{**tables, "buildings": tables["trees"]}, zone="Asia/Shanghai")
