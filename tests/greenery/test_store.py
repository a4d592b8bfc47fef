"""Measurements as they are stored: totals by place, rows of the last alone, nothing measured twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from greenery.green_town import EAST, green_town, put
from xiuhua.foundation.models import Event
from xiuhua.greenery.actions.measure import NoHomesError, measure_district
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.figures import figures
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.queries import asked_of, history, latest, places, whole
from xiuhua.greenery.scene_of import scene_of
from xiuhua.greenery.tasks import measure_tonight

pytestmark = pytest.mark.django_db
ASKED = Asked(2026, hours="day")


@pytest.fixture
def district(two_districts):
    found = green_town(two_districts[0])
    put(found, "gates", {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7})
    return found


def test_totals_are_the_figures_and_those_of_towns_add_up(district):
    done = measure_district(district, ASKED, actor="test")
    held, surveyed = done.measurement, scene_of(district)
    homes, streets = surveyed.scene.buildings.measured, surveyed.street_towns >= 0
    expected = {one.key: one for one in figures(done.measured, homes, streets)}
    found = whole(held)
    assert list(found) == list(expected)
    for key, one in found.items():
        assert (one.part, one.whole, one.unknown) == pytest.approx(
            (expected[key].part, expected[key].whole, expected[key].unknown), abs=2e-3
        )
        assert one.unit == expected[key].unit
    assert found["see"].whole + found["see"].unknown == 70
    towns = places(held)
    assert [town.key for town in towns] == ["town:990001001"]
    assert towns[0].figures["door_500"].whole == found["door_500"].whole
    assert towns[0].figures["circle"].whole == pytest.approx(found["circle"].whole)
    assert asked_of(held) == ASKED


def test_rows_say_what_was_found_of_each_home_street_and_park(district):
    measure_district(district, ASKED, actor="test")
    homes = {row.building.code: row for row in BuildingGreen.objects.select_related("building", "park", "town")}
    assert sorted(homes) == ["B1", "B3"]
    assert homes["B1"].joined
    assert homes["B1"].reach_400 > homes["B1"].straight_m > 0
    assert homes["B1"].reach_5000 is None
    assert homes["B1"].park.code == "G1"
    assert homes["B1"].town.code == "990001001"
    assert 0 <= homes["B1"].share_three <= homes["B1"].share_one <= 1
    street = StreetGreen.objects.get()
    assert (street.street.code, street.official) == ("S1", True)
    assert street.shade == pytest.approx(street.grey + street.green + street.both, abs=1e-4)
    park = ParkGreen.objects.get()
    assert (park.entered, park.entrances, park.radius_m, park.square) == ("gates", 1, 300, False)
    assert (park.in_circle, park.beyond) == (70, 0)
    assert park.near_300 <= park.near_500 == 70
    assert park.town.code == "990001001"


def test_nothing_is_measured_again_until_something_changes(district):
    first = measure_district(district, ASKED, actor="test")
    again = measure_district(district, ASKED, actor="test")
    assert again.measured is None
    assert again.measurement == first.measurement
    assert measure_district(district, Asked(2026), actor="test").measured
    put(district, "trees", {"code": "T3", "lon": 120.0503, "lat": 31.6998})
    changed = measure_district(district, Asked(2026), actor="test")
    assert changed.measured
    assert measure_district(district, Asked(2026), actor="test", force=True).measured
    assert len(history(district)) == Measurement.objects.count() == 4
    assert {row.measurement for row in BuildingGreen.objects.all()} == {latest(district)}
    made = Event.objects.filter(chain=f"greenery:{district.code}")
    assert [event.verb for event in made] == ["greenery.measured"] * 4


def test_a_measurement_of_an_earlier_day_leaves_the_rows_of_the_last(district):
    last = measure_district(district, ASKED, actor="test").measurement
    then = timezone.now() - timedelta(days=40)
    early = measure_district(district, ASKED, actor="test", at=then, force=True).measurement
    assert latest(district) == last
    assert latest(district, then) == early
    assert {row.measurement for row in BuildingGreen.objects.all()} == {last}
    assert [one.data_on for one in history(district)] == [early.data_on, last.data_on]


def test_of_long_ago_the_last_of_each_month_is_kept(district):
    now = timezone.now().replace(day=15)
    for days in (130, 129, 100, 3):
        measure_district(district, ASKED, actor="test", at=now - timedelta(days=days), force=True)
    kept = [one.made_at for one in history(district)]
    assert now - timedelta(days=3) in kept
    months = [(at.year, at.month) for at in kept[:-1]]
    assert len(months) == len(set(months))


def test_the_night_measures_what_changed_and_once_a_month(district, two_districts):
    now = timezone.now()
    assert measure_tonight(district, now)
    assert not measure_tonight(district, now)
    assert measure_tonight(district, now + timedelta(days=32))
    assert not measure_tonight(two_districts[1], now)


def test_a_district_without_homes_has_nothing_to_measure(two_districts):
    with pytest.raises(NoHomesError):
        measure_district(two_districts[1], ASKED, actor="test")


def test_cells_of_disjoint_ground_add_up_to_the_district(district):
    held = measure_district(district, ASKED, actor="test").measurement
    for key, one in whole(held).items():
        cells = [cell[3][key] for cell in held.cells if key in cell[3]]
        added = [sum(column) for column in zip(*cells, strict=True)] or [0, 0, 0]
        assert added == pytest.approx([one.part, one.whole, one.unknown], abs=0.01), key
    assert {cell[0] for cell in held.cells} <= {"990001001", "990001002", None}
