"""The street of ``green_town`` with a measurement written by hand, so that pages are tested against known numbers."""

from datetime import UTC, date, datetime

import shapely

from greenery.green_town import EAST, box, green_town, put
from xiuhua.city.models import Area, Building, GreenSpace, Street
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen

MADE_AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def told(part, whole, unknown=0.0, unit="persons"):
    return {"part": part, "whole": whole, "unit": unit, "unknown": unknown}


def totals():
    return {
        "see": told(60, 62, 2), "see_any_window": told(62, 62, 2), "trees_near": told(62, 64), "door_300": told(60, 62, 2),
        "door_500": told(62, 62, 2), "door_1000": told(62, 62, 2), "walk": told(12.4, 62, 2),
        "lined_official": told(100, 400, unit="metres"), "lined_all": told(100, 400, unit="metres"),
        "canopy": told(120, 400, unit="metres"), "promise": told(0, 62, 2), "three_thirty_300": told(0, 62, 2),
        "circle": told(4_000, 5_000, unit="m2"), "circle_national": told(5_000, 5_000, unit="m2"),
    }  # fmt: skip


def measured_town(found):
    """Home B1 sees green and is 240 m from the park, B3 sees none and is 320 m away, B4 is unknown; nobody walks in shade."""
    green_town(found)
    ground = {"geometry": shapely.box(120.04, 31.69, 120.06, 31.71), "parent": "990001001", "name_zh": "柳溪社区"}
    put(found, "areas", {"code": "990001001001", "kind": "community", **ground})
    put(found, "gates", {"code": "E1", "green": "G1", "lon": 120.05 + 220 / EAST, "lat": 31.7})
    put(found, "buildings", {"code": "B4", "use": "residential", "persons": 2, "geometry": box(80, 0, 10, 10)})
    town = Area.objects.get(district=found, code="990001001")
    community = Area.objects.get(district=found, code="990001001001")
    places = ("district", "town:990001001", "community:990001001001")
    made = Measurement.objects.create(
        district=found, made_at=MADE_AT, data_on=date(2026, 7, 1),
        parameters=Asked(2026).said(),
        assumed=[["height_from_floors", 1, 4], ["height_median", 1, 4], ["persons_floor_area", 1, 3], ["tree_crown_median", 1, 2]],
        rejected=[["tree_inside_building", 1, 3]],
        totals={place: totals() for place in places}, bands={"see": [0.95, 0.98], "crowns_block": {"see": 0.9}, "ranges": {"25": 0.41, "50": 0.97, "100": 0.99}, "runs": 20, "seed": 1}, digest="0" * 64, seconds=1.0,
    )  # fmt: skip
    park = GreenSpace.objects.get(district=found, code="G1")
    for code, persons, windows, see, reach, walk in (
        ("B1", 60, 120, 0.75, 240.0, 0.2), ("B3", 2, 24, 0.0, 320.0, 0.2), ("B4", 2, 0, None, None, None),
    ):  # fmt: skip
        BuildingGreen.objects.create(
            measurement=made, building=Building.objects.get(district=found, code=code), town=town, community=community,
            persons=persons, windows=windows, share_one=see, share_three=see, any_window=3 if see else 0, near=3,
            joined=reach is not None, reach_400=reach, park=park if reach else None, straight_m=reach and reach - 60,
            walk=walk, canopy_300m=0.1,
        )  # fmt: skip
    StreetGreen.objects.create(
        measurement=made, street=Street.objects.get(district=found, code="S1"), town=town, length_m=400.0, official=True,
        points=380, canopy=0.3, lined=0.25, shade=0.2, grey=0.05, green=0.1, both=0.05,
    )  # fmt: skip
    ParkGreen.objects.create(
        measurement=made, park=park, town=town, area_m2=1_600.0, square=False, entered="gates", entrances=1,
        radius_m=300, in_circle=62, beyond=2, near_300=60, near_500=62, near_1000=62,
    )  # fmt: skip
    return made
