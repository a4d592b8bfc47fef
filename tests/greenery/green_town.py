"""A street with two homes, an office, two trees and a park, through the door of the city."""

import shapely

from xiuhua.city.actions.load import load

# About metres of a degree at 31.7 degrees north.
EAST, NORTH = 94_700.0, 110_900.0


def box(x, y, wide, deep, lon=120.05, lat=31.7):
    return shapely.box(lon + x / EAST, lat + y / NORTH, lon + (x + wide) / EAST, lat + (y + deep) / NORTH)


def put(district, layer, *rows):
    report = load(district, layer, list(rows), actor="test", source="file")
    assert not report.rejected, report.rejected


def green_town(found):
    """A home and an office with floors alone beside it, a home of unknown height in the second row, a park."""
    put(
        found, "buildings",
        {"code": "B1", "use": "residential", "floors": 6, "height_m": 18.0, "persons": 60, "geometry": box(0, 0, 40, 12)},
        {"code": "B2", "use": "office", "floors": 5, "persons": 0, "geometry": box(0, 60, 40, 12)},
        {"code": "B3", "use": "apartments", "floors": 2, "geometry": box(0, 120, 19, 10)},
    )  # fmt: skip
    put(
        found, "streets",
        {"code": "S1", "street_class": "branch", "geometry": shapely.LineString([(120.049, 31.6995), (120.053, 31.6995)])},
        {"code": "S2", "street_class": "expressway", "geometry": shapely.LineString([(120.049, 31.69), (120.053, 31.69)])},
    )  # fmt: skip
    put(found, "greens", {"code": "G1", "kind": "pocket_park", "name_zh": "园", "geometry": box(200, 0, 40, 40)})
    put(
        found, "trees",
        {"code": "T1", "species": "香樟", "height_m": 10.0, "crown_m": 6.0, "lon": 120.05, "lat": 31.6998},
        {"code": "T2", "species": "香樟", "lon": 120.0502, "lat": 31.6998},
    )  # fmt: skip
    return found
