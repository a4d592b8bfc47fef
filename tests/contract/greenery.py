"""A measurement of greenery for the contract tests: one home, one street, one park."""

from datetime import UTC, datetime

import shapely

from xiuhua.city.models import Building, GreenSpace, Street
from xiuhua.foundation.geometry import to_row
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, PlantingPlan, StreetGreen
from xiuhua.people.models import User


def measured(district):
    """Something real for every part of an address of greenery."""
    made_at = datetime(2026, 7, 1, tzinfo=UTC)
    made = Measurement.objects.create(
        district=district, made_at=made_at, data_on=made_at.date(), digest="0" * 64, seconds=1.0,
        parameters=Asked(2026).said(),
        totals={"district": {}, "town:990001001": {}},
    )  # fmt: skip
    ground = to_row(shapely.box(120.05, 31.7, 120.0502, 31.7002))
    home = Building.objects.create(district=district, code="green-home", use="residential", area_m2=400, **ground)
    line = to_row(shapely.LineString([(120.05, 31.701), (120.052, 31.701)]))
    street = Street.objects.create(
        # Not the first: the matrix asks for street 1, which is not there.
        pk=1_000_001, district=district, code="green-street", street_class="branch", length_m=190, **line,
    )  # fmt: skip
    park = GreenSpace.objects.create(district=district, code="green-park", kind="garden", area_m2=500, **ground)
    BuildingGreen.objects.create(
        measurement=made, building=home, persons=1, windows=1, any_window=0, near=0, joined=False
    )
    StreetGreen.objects.create(measurement=made, street=street, length_m=190, official=True, points=0)
    ParkGreen.objects.create(
        measurement=made, park=park, area_m2=500, square=False, entered="unknown", entrances=0, in_circle=0, beyond=0,
        near_300=0, near_500=0, near_1000=0,
    )  # fmt: skip
    planner = User.objects.create(username="planner-of-trees")
    plan = PlantingPlan.objects.create(
        district=district, kind="canopy", street=street, goal=0.9, data_on=made_at.date(), made_at=made_at,
        made_by=planner,
    )  # fmt: skip
    return {
        "planting_id": str(plan.pk), "planting_move": "drop",
        "object_id": str(home.pk), "home_code": home.code, "street_code": street.code, "park_code": park.code,
        "green_layer": "homes",
    }  # fmt: skip
