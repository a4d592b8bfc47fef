"""A drawn town as an OpenStreetMap file: one of everything that the mapping takes, and of everything that is wrong."""

from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm import mutable

WEST, SOUTH = 120.0, 31.6


@dataclass
class Town:
    """Collects objects; places are in thousandths of a degree from the south-west corner."""

    nodes: list = field(default_factory=list)
    ways: list = field(default_factory=list)
    relations: list = field(default_factory=list)

    def node(self, x, y, **tags):
        number = len(self.nodes) + 1
        self.nodes.append(
            mutable.Node(id=number, version=1, location=(WEST + x / 1000, SOUTH + y / 1000), tags=_keys(tags))
        )
        return number

    def way(self, places, **tags):
        """Places are (x, y); a closed way repeats its first place. A number stands for a node not in the file."""
        known = {}
        refs = []
        for place in places:
            if place not in known:
                known[place] = place if isinstance(place, int) else self.node(*place)
            refs.append(known[place])
        self.ways.append(mutable.Way(id=len(self.ways) + 1, version=1, nodes=refs, tags=_keys(tags)))
        return len(self.ways)

    def box(self, west, south, east, north, **tags):
        return self.way([(west, south), (east, south), (east, north), (west, north), (west, south)], **tags)

    def relation(self, members, **tags):
        number = len(self.relations) + 1
        listed = [("w", ref, role) for ref, role in members]
        self.relations.append(mutable.Relation(id=number, version=1, members=listed, tags=_keys(tags)))
        return number

    def write(self, path: Path) -> Path:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for node in self.nodes:
                writer.add_node(node)
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return path


def _keys(tags):
    """``name__zh`` is the key name:zh."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


def drawn() -> Town:
    """A district of 100 x 100 with two towns, a street, a river, a park, buildings, sites, trees and components."""
    town = Town()
    outer = town.box(0, 0, 100, 100)
    east = town.box(50, 0, 100, 100)
    west = town.box(0, 0, 50, 100)
    far = town.box(150, 0, 200, 100)
    levels = {"boundary": "administrative", "type": "boundary"}
    town.relation([(outer, "outer")], name="示意区", admin_level="6", **levels)
    town.relation([(west, "outer")], name="西镇", name__en="West", admin_level="8", **levels)
    town.relation([(east, "outer")], name="东镇", admin_level="8", **levels)
    town.relation([(far, "outer")], name="远镇", admin_level="8", **levels)
    town.relation([(outer, "outer"), (9999, "inner")], name="缺镇", admin_level="8", **levels)

    town.way([(10, 10), (20, 10), (30, 12)], highway="primary", name="人民路", width="12,5 m", oneway="-1")
    town.way([(10, 20), (20, 20)], highway="trunk", bridge="yes", layer="2")
    town.way([(10, 30), (20, 30)], highway="proposed")
    town.way([(160, 30), (170, 30)], highway="residential")
    town.way([(30, 30), (40, 30), 8888], highway="footway")
    town.way([(0, 50), (100, 50)], waterway="river", name="锡澄运河")
    town.box(60, 60, 61, 61, natural="water", water="pond")
    town.box(70, 70, 74, 74, leisure="park", name="大公园")
    town.box(80, 80, 80.5, 80.5, leisure="park", name="小公园")
    town.node(72, 70, barrier="gate", name="南门")
    town.node(72, 74.05, barrier="gate")  # 5.5 m outside
    town.node(70, 72, entrance="yes")
    town.node(69.95, 72, entrance="yes")  # of a house beside the park
    town.node(74, 72, barrier="gate", access="private")
    town.node(74, 73, barrier="gate", access="no")
    town.node(40, 60, barrier="gate")  # of a yard

    house = town.box(30, 40, 31, 41)
    court = town.box(30.3, 40.3, 30.6, 40.6)
    town.relation([(house, "outer"), (court, "inner")], type="multipolygon", building="school", amenity="school",
                  height="21", building__levels="6.5")  # fmt: skip
    town.way([(35, 40), (36, 41), (36, 40), (35, 41), (35, 40)], building="yes", height="tall")
    town.way([(37, 40), (38, 41), (38, 40)], building="yes")
    town.way([(39, 40), (39.5, 41), (39, 40)], building="yes")

    town.node(
        11,
        11,
        natural="tree",
        species="Ginkgo biloba",
        circumference="0.6",
        diameter_crown="4",
        start_date="1987-05",
        leaf_cycle="deciduous",
    )
    town.way([(12, 11), (13, 11)], natural="tree_row", leaf_cycle="evergreen")
    town.node(11, 12, highway="street_lamp")
    town.node(11, 13, manhole="sewer", man_made="manhole")
    town.node(160, 13, amenity="bench")
    town.node(11, 14, amenity="recycling", recycling_type="centre", name="分拣中心")
    town.node(11, 15, amenity="restaurant")
    town.box(20, 60, 25, 65, landuse="residential", name="示意小区")
    return town
