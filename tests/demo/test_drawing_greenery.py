"""Gates, land use and what trees say of themselves in the drawn district."""

import numpy as np
import shapely

from xiuhua.demo.gates import FENCED, OPEN


def test_each_fenced_park_has_gates_on_its_boundary_and_no_other_green_has(drawing):
    gates, greens = drawing.tables["gates"], drawing.tables["greens"]
    parks = {
        code: (kind, shape, fenceless)
        for code, kind, shape, fenceless in zip(
            greens.columns["code"], greens.columns["kind"], greens.shapes, greens.columns["fenceless"], strict=True
        )
    }
    fenced = {code for code, (_kind, _shape, fenceless) in parks.items() if fenceless is False}
    assert fenced == {code for code, (kind, *_rest) in parks.items() if kind in FENCED}
    assert {code for code, (_kind, _shape, fenceless) in parks.items() if fenceless} == {
        code for code, (kind, *_rest) in parks.items() if kind in OPEN
    }
    assert {kind for kind, _shape, fenceless in parks.values() if fenceless is None}.isdisjoint({*FENCED, *OPEN})
    assert set(gates.columns["green"]) == fenced
    for place, code in zip(shapely.points(gates.points), gates.columns["green"], strict=True):
        assert parks[code][1].exterior.distance(place) < 0.02
    _codes, count = np.unique(gates.columns["green"], return_counts=True)
    assert count.max() == 4
    assert np.mean(count >= 2) > 0.85
    assert len(set(gates.columns["code"])) == len(set(gates.columns["name_zh"])) == len(gates)


def test_streets_come_to_the_gates(drawing):
    gates, streets = drawing.tables["gates"], drawing.tables["streets"]
    at = shapely.points(gates.points)
    near = shapely.STRtree(streets.shapes).query(at, predicate="dwithin", distance=50.5)[0]
    assert len(np.unique(near)) / len(gates) > 0.97


def test_plots_overlap_neither_one_another_nor_water_and_hold_the_homes(drawing):
    plots, buildings = drawing.tables["plots"], drawing.tables["buildings"]
    assert shapely.is_valid(plots.shapes).all()
    assert set(shapely.get_type_id(plots.shapes).tolist()) == {3}
    tree = shapely.STRtree(plots.shapes)
    left, right = tree.query(plots.shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(plots.shapes[left[left < right]], plots.shapes[right[left < right]]))
    assert shared.max(initial=0) < 0.5
    wet = [shape for shape, kind in zip(drawing.tables["waters"].shapes, drawing.tables["waters"].columns["kind"], strict=True)
           if kind in {"lake", "river", "canal"}]  # fmt: skip
    water = shapely.union_all(wet)
    assert shapely.area(shapely.intersection(plots.shapes, water)).max() < 0.5
    kinds = plots.column("kind")
    homes = buildings.shapes[np.isin(buildings.column("use"), ["residential", "village"])]
    held = tree.query(shapely.centroid(homes), predicate="within")
    assert len(np.unique(held[0])) == len(homes)
    assert set(kinds[held[1]].tolist()) <= {"residential", "village", "farmland"}
    assert "residential" in kinds


def test_crowns_begin_below_the_middle_and_one_species_is_one_kind_of_leaf(drawing):
    trees = drawing.tables["trees"]
    base, height = trees.column("base_m"), trees.column("height_m")
    assert (base >= 0.1).all()
    assert (base <= height / 2 + 0.05).all()
    leaves = {}
    for species, evergreen in zip(trees.columns["species"], trees.column("evergreen").tolist(), strict=True):
        leaves.setdefault(species, set()).add(evergreen)
    assert all(len(kinds) == 1 for kinds in leaves.values())
    assert leaves["香樟 Cinnamomum camphora"] == {True}
    assert leaves["银杏 Ginkgo biloba"] == {False}
