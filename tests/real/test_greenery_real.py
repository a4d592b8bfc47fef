"""Greenery of real places: circles against walks, near against seen, the official coverage; known shapes and oracles."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from django.utils import translation

from xiuhua.city.models import District, GreenSpace, Plot
from xiuhua.greenery.door import reach
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.measure import Options, field_of_class, see_from, set_up
from xiuhua.greenery.official import coverage
from xiuhua.greenery.scene import Gates, Trees
from xiuhua.greenery.scene_of import scene_of
from xiuhua.interop.exchange.intake import Request, take
from xiuhua.interop.osm.command import osm

pytestmark = [pytest.mark.real, pytest.mark.django_db]
NO_GATES = Gates(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
LARGE_M2 = 2_000.0


@pytest.fixture
def city():
    return District.objects.create(code="990009", name_zh="实测")


@pytest.fixture
def bring(city, shared_data):
    def run(target, path, **more):
        return take(city, Request(target, shared_data / path, **more), actor="test")

    return run


def options(scene, zone):
    return Options(all_day(date(2024, 7, 15), zone, scene.lon, scene.lat), azimuths=0)


def within(stage, metres):
    """Shares of buildings within a circle and within a walk of the parks of 0.2 ha and more, and both distances."""
    held, field = field_of_class(stage, LARGE_M2)
    walk = reach(stage.network, stage.doors, held, field).walk_m
    parks = stage.scene.parks
    large = parks.shapes[parks.area_m2 >= LARGE_M2]
    straight = shapely.distance(shapely.points(stage.door_points)[:, None], large[None]).min(axis=1)
    return (straight <= metres).mean(), (walk <= metres).mean(), straight, walk


def test_helsinki_circles_flatter(shared_data):
    """Of 446 buildings 93.9 % lie within a circle of 300 m, about 71 % within a walk: the known shape."""
    path = shared_data / "osm" / "helsinki_centre_2019.osm.pbf"
    with translation.override("en"):
        done = CliRunner().invoke(
            osm, [str(path), "--district", "990009", "--create-district", "--name-zh", "赫尔辛基"]
        )
    assert done.exit_code == 0, done.output
    scene = scene_of(District.objects.get(code="990009")).scene
    assert len(scene.buildings) == 446
    assert (scene.parks.area_m2 >= LARGE_M2).sum() == 6
    stage = set_up(replace(scene, gates=NO_GATES), options(scene, "Europe/Helsinki"))
    circle, walked, straight, walk = within(stage, 300)
    assert circle == pytest.approx(0.939, abs=0.01)
    assert walked == pytest.approx(0.709, abs=0.02)
    assert (walk >= straight - 1e-6).all()
    assert np.median(walk[straight > 0] / straight[straight > 0]) == pytest.approx(1.5, abs=0.1)
    # A park where one gate is mapped is entered by its gates alone: fewer people are near.
    mapped = set_up(scene, options(scene, "Europe/Helsinki"))
    assert len(scene.gates) > 0
    assert within(mapped, 300)[1] <= walked
    said = {one.key: one.count for one in scene.assumed}
    assert said["height_from_floors"] + said["height_median"] > 400


def test_taipei_trees_near_are_not_trees_seen(bring, city):
    """Real outlines, trees drawn at random (no inventory of theirs is here): near >= seen from some window >= seen."""
    report = bring("buildings", "buildings/taipei_buildings_height.parquet")
    assert report.inserted > 15_000
    scene = scene_of(city).scene
    west, south, east, north = shapely.total_bounds(scene.buildings.shapes).tolist()
    draw = np.random.default_rng(46_603)
    middle = shapely.get_coordinates(shapely.point_on_surface(scene.buildings.shapes))
    about = middle[draw.integers(0, len(middle), 46_603)] + draw.normal(0, 40, (46_603, 2))
    height, radius = draw.uniform(4, 14, len(about)), draw.uniform(1.9, 4, len(about))
    trees = Trees(about[:, 0].copy(), about[:, 1].copy(), height, radius, height * 0.3, np.ones(len(about), dtype=bool))
    assert east > west
    assert north > south
    seen = see_from(
        set_up(replace(scene, trees=trees), options(scene, "Asia/Taipei")), options(scene, "Asia/Taipei")
    )  # fmt: skip
    without = seen.windows == 0
    assert 0 < without.mean() < 0.15  # party walls all around: unknown, not unseen
    assert np.isnan(seen.share_three[without]).all()
    sure = ~without
    near, some, windows = (seen.near[sure] >= 3).mean(), (seen.any_window[sure] >= 3).mean(), seen.share_three[sure]
    assert near > some > windows.mean() > 0
    assert (seen.near >= seen.any_window).all()
    assert seen.windows.sum() > 500_000


def test_cambridge_trees_are_given_sizes_by_rules_that_are_counted(bring, city):
    where = (("SiteType", frozenset({"Tree"})),)
    report = bring("trees", "trees/cambridge_ma_street_trees.csv.gz", crs="EPSG:4326", where=where)
    scene = scene_of(city).scene
    assert len(scene.trees) == report.inserted > 30_000
    said = {one.key: (one.count, one.total) for one in scene.assumed}
    # The inventory has trunks and no heights: every height and crown is an assumption, and says so.
    assert said["tree_height_median"][0] + said["tree_height_species"][0] == len(scene.trees)
    assert said["tree_base_share"] == (len(scene.trees), len(scene.trees))
    assert np.isfinite(np.concatenate([scene.trees.height_m, scene.trees.radius_m, scene.trees.base_m])).all()
    assert (scene.trees.base_m < scene.trees.height_m).all()
    assert 0 < scene.trees.evergreen.mean() < 0.5


def test_hangzhou_coverage_equals_that_of_polygons(bring, city):
    """427 parks and 2,112 residential parcels: both official circles against one union of shapely."""
    path = "osm/hangzhou_landuse.parquet"
    bring("greens", path, where=(("fclass", frozenset({"park"})),), defaults={"kind": "comprehensive_park"})
    bring("plots", path, where=(("fclass", frozenset({"residential"})),), defaults={"kind": "residential"})
    assert (GreenSpace.objects.count(), Plot.objects.count()) == (427, 2_112)
    scene = scene_of(city).scene
    parks = scene.parks
    radius = np.where(parks.area_m2 >= 5_000, 500.0, np.where(parks.area_m2 >= 400, 300.0, np.nan))
    for national, r in ((False, radius), (True, np.full(len(radius), 500.0))):
        held = ~np.isnan(r)
        circles = shapely.union_all(shapely.buffer(parks.shapes[held], r[held], quad_segs=64))
        homes = shapely.make_valid(scene.homes)
        inside = shapely.area(shapely.intersection(homes, circles)).sum() / shapely.area(homes).sum()
        assert 0.05 < inside < 0.95
        assert coverage(scene.homes, parks, national=national) == pytest.approx(inside, abs=2e-4)
