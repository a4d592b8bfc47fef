"""Real cities from OpenStreetMap: what is in the file is loaded, or the report says why not."""

import re
from collections import Counter

import osmium
import pytest
from click.testing import CliRunner
from django.utils import translation

from xiuhua.city.models import Area, Building, Component, District, Gate, Plot, Site, Street, Tree, Water
from xiuhua.interop.osm.command import osm

pytestmark = [pytest.mark.real, pytest.mark.django_db]
LAYERS = ("areas", "streets", "waters", "greens", "gates", "plots", "buildings", "sites", "components", "trees")
NO_STREETS = {"construction", "corridor", "elevator", "platform", "proposed", "services", "trail"}
PLACES = {
    "liechtenstein": ("liechtenstein_2015.osm.pbf", "列支敦士登"),
    "helsinki": ("helsinki_centre_2019.osm.pbf", "赫尔辛基"),
}


@pytest.fixture(params=list(PLACES))
def place(request):
    return request.param


@pytest.fixture
def file(shared_data, place):
    path = shared_data / "osm" / PLACES[place][0]
    if not path.exists():
        pytest.skip(f"{path.name} is not among the real files")
    return path


@pytest.fixture
def load(file, place):
    def run(*options):
        arguments = [str(file), "--district", "990009", "--create-district", "--name-zh", PLACES[place][1], *options]
        with translation.override("en"):
            result = CliRunner().invoke(osm, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def counts(output):
    lines = output.splitlines()
    (head,) = [line.split() for line in lines if line.split()[:2] == ["found", "outside"]]
    rows = [line.split() for line in lines if line.split()[:1] and line.split()[0] in LAYERS]
    return {row[0]: dict(zip(head, map(int, row[1:]), strict=True)) for row in rows if len(row) == len(head) + 1}


def in_file(path):
    """What the file holds, counted by osmium alone: highways, those that are no streets, single trees and rows of them."""
    found = Counter()
    for item in osmium.FileProcessor(str(path)).with_filter(osmium.filter.EmptyTagFilter()):
        if item.is_way() and "highway" in item.tags:
            found["highway"] += 1
            found["no street"] += item.tags["highway"] in NO_STREETS or item.tags.get("area") == "yes"
        found["tree"] += item.is_node() and item.tags.get("natural") == "tree"
        found["tree row"] += item.is_way() and item.tags.get("natural") == "tree_row"
    return found


def test_every_object_is_loaded_or_accounted_for(file, load):
    output = load()
    table, there = counts(output), in_file(file)
    told = dict(re.findall(r"^(Gates left out|Single trees assumed).*: (\d+)$", output, re.MULTILINE))
    more = {"areas": 1, "gates": -int(told.get("Gates left out", 0))}
    more["trees"] = int(told.get("Single trees assumed", 0)) - (table["trees"]["found"] - there["tree"])
    for layer, row in table.items():
        assert row["new"] == row["found"] - row["outside"] + more.get(layer, 0), layer
    assert table["streets"]["found"] + table["streets"]["refused"] == there["highway"] - there["no street"]
    assert table["trees"]["found"] + table["trees"]["refused"] == there["tree"] + there["tree row"]


def test_loading_again_changes_nothing(load):
    first, again = counts(load()), counts(load())
    assert {(row["new"], row["changed"], row["removed"]) for row in again.values()} == {(0, 0, 0)}
    assert {key: row["same"] for key, row in again.items()} == {key: row["new"] for key, row in first.items()}


@pytest.mark.parametrize("place", ["liechtenstein"])
def test_a_whole_country_with_its_municipalities(load):
    """Known counts of the file: 4 660 highways, 8 992 buildings, 3 000 trees, 259 waters, 39 admin relations."""
    output = load()
    table = counts(output)
    assert "158,437 objects read" in output
    assert "relation 1155955 Liechtenstein" in output
    # 11 municipalities are whole; of 11 neighbours only the border is in the file.
    assert (table["areas"]["found"], table["areas"]["refused"]) == (11, 11)
    assert Area.objects.filter(kind="town").count() == 11
    assert set(Area.objects.filter(kind="town").values_list("parent__kind", flat=True)) == {"district"}
    # 4 660 less one square and one road under construction.
    assert table["streets"]["found"] == 4658
    # 8 992 closed ways less two drawn wrongly, and four of the multipolygons.
    assert (table["buildings"]["found"], table["buildings"]["refused"]) == (8994, 2)
    assert table["trees"]["found"] == 3000
    # 259 ways less dam, weir and wadi, 14 basins and reservoirs, and 7 multipolygons.
    assert table["waters"]["found"] == 277
    assert Tree.objects.filter(town=None).count() == 0
    assert Component.objects.filter(town=None).count() == 0
    district = District.objects.get()
    assert Street.objects.filter(district=district).count() == table["streets"]["new"]
    # The country has 160 square kilometres.
    assert Area.objects.get(kind="district").area_m2 == pytest.approx(160.5e6, rel=0.005)


@pytest.mark.parametrize("place", ["helsinki"])
def test_a_city_centre_cut_out_of_a_city(load):
    output = load()
    table = counts(output)
    assert "Outline: the box round the data" in output
    assert table["streets"]["repaired"] > 0  # cut at the edge
    lamps = Component.objects.filter(category__name_en="Street lamp").count()
    bins = Component.objects.filter(category__class_zh="市容环境").count()
    toilets = Site.objects.filter(kind="public_toilet").count()
    assert (lamps, toilets) == (586, 18)  # 17 points and a building
    assert bins > 50
    assert Tree.objects.filter(code__startswith="osm-n").count() == 649
    assert Tree.objects.filter(evergreen=False).count() >= 132
    assert not Tree.objects.filter(evergreen=True).exists()
    assert Gate.objects.count() == 8  # of 354 that are not private; the others are doors of houses and yards
    assert {gate.green.kind for gate in Gate.objects.select_related("green")} <= {
        "comprehensive_park", "community_park", "pocket_park", "garden", "special_park", "square",
    }  # fmt: skip
    assert Plot.objects.filter(kind="residential").count() == 13  # of 26, the others reach beyond the file
    assert Plot.objects.filter(kind="commercial").count() == 43
    assert Building.objects.exclude(floors=None, height_m=None).count() > 140
    assert Water.objects.exists()
