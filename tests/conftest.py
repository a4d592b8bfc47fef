"""Fixtures that every room's tests may use."""

from datetime import date
from pathlib import Path

import pytest
import shapely
from django.utils import translation
from hypothesis import settings

from xiuhua.city.models import Area, District
from xiuhua.foundation import layers
from xiuhua.foundation.geometry import area_m2, to_row
from xiuhua.people.models import Organisation

# How long one example takes says more about the machine than about the code.
settings.register_profile("xiuhua", deadline=None)
settings.load_profile("xiuhua")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def nothing_seen():
    """What a test saw of the layers is rolled back with it: the next one asks anew."""
    layers.forget()


@pytest.fixture(autouse=True)
def no_language_left():
    """The language that a request set stays in its thread: a test that speaks of texts would depend on the last one."""
    translation.deactivate()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files; the test skips where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real files (shared/data) is not beside this checkout")
    return folder


@pytest.fixture
def make_area():
    """Make an area from a box (west, south, east, north)."""

    def make(district, kind, code, box, parent=None, valid_from: date | None = None, **more):
        geometry = shapely.box(*box)
        return Area.objects.create(
            district=district, kind=kind, code=code, name_zh=more.pop("name_zh", code), parent=parent,
            area_m2=area_m2(geometry), valid_from=valid_from, **to_row(geometry), **more,
        )  # fmt: skip

    return make


@pytest.fixture
def two_districts(db, make_area):
    """Two small districts side by side, each with two towns and a town office: no test may know just one."""
    made = []
    for code, west in (("990001", 120.0), ("990002", 120.2)):
        district = District.objects.create(
            code=code, name_zh=f"示意{code[-1]}区", name_en=f"Sample {code[-1]}", synthetic=True
        )
        whole = make_area(district, "district", code, (west, 31.6, west + 0.2, 31.8))
        root = Organisation.objects.create(
            district_code=code, code=f"{code}-gov", kind="district", name_zh="区政府", area_code=code
        )
        for number, start in (("001", west), ("002", west + 0.1)):
            make_area(district, "town", f"{code}{number}", (start, 31.6, start + 0.1, 31.8), parent=whole)
            Organisation.objects.create(
                district_code=code, code=f"{code}-{number}", kind="town", name_zh=f"{number}镇政府", parent=root,
                area_code=f"{code}{number}",
            )  # fmt: skip
        made.append(district)
    return made
