"""The scene of a district: what it is read from, when it is read again."""

from datetime import date

import numpy as np
import pytest
import shapely

from greenery.green_town import green_town, put
from xiuhua.city.models import Area, Building, Tree
from xiuhua.greenery.scene_of import scene_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(two_districts):
    return green_town(two_districts[0])


def test_a_scene_holds_metres_homes_and_what_was_assumed(district):
    read = scene_of(district)
    scene = read.scene
    assert scene.buildings.measured.tolist() == [True, False, True]
    # Two floors of 190 m2 at 38 m2 a person.
    assert scene.buildings.persons.tolist() == [60, 0, 10]
    assert scene.buildings.height_m.tolist() == [18, 15, 6]
    assert shapely.area(scene.buildings.shapes).tolist() == pytest.approx([480, 480, 190], rel=0.01)
    assert scene.trees.height_m.tolist() == [10, 10]
    assert scene.trees.evergreen.all()
    assert scene.streets.walkable.tolist() == [True, False]
    assert scene.streets.official.tolist() == [True, False]
    assert scene.parks.area_m2 == pytest.approx([1600], rel=0.01)
    said = {one.key: (one.count, one.total) for one in scene.assumed}
    assert said["height_from_floors"] == (2, 3)
    assert said["persons_floor_area"] == (1, 2)
    assert said["tree_height_species"] == (1, 2)
    assert read.buildings.tolist() == list(Building.objects.values_list("pk", flat=True))


def test_homes_of_a_unit_add_up_to_its_census(district):
    Area.objects.filter(district=district, kind="town").update(persons=100)
    assert scene_of(district).scene.buildings.persons.tolist() == [60, 0, 40]


def test_a_scene_is_read_again_when_a_layer_changes_and_only_then(district):
    first = scene_of(district)
    assert scene_of(district) is first
    put(district, "trees", {"code": "T3", "lon": 120.051, "lat": 31.6998})
    again = scene_of(district)
    assert len(again.scene.trees) == 3
    assert again.digest() != first.digest()


def test_a_felled_tree_stands_no_more(district):
    Tree.objects.filter(code="T1").update(valid_to=date(2020, 1, 1))
    assert len(scene_of(district).scene.trees) == 1


def test_an_empty_district_has_an_empty_scene(two_districts):
    scene = scene_of(two_districts[1]).scene
    assert (len(scene.buildings), len(scene.trees), len(scene.streets), len(scene.parks)) == (0, 0, 0, 0)
    assert len(scene.homes) == 0
    assert np.isfinite([scene.lon, scene.lat]).all()
