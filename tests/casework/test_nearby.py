"""Open cases around a place: only those, by true distance, with what one needs to recognise the problem."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.conftest import MONDAY
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case, Photo
from xiuhua.casework.nearby import distance_m, nearby

LON, LAT = 120.05, 31.7
METRE = 1 / 111_195  # degrees of latitude


def test_only_open_public_cases_of_the_category_and_district_within_the_radius(desks):
    desk, other = desks
    here = desk.case(lon=LON, lat=LAT + 30 * METRE)
    close = desk.case(lon=LON, lat=LAT + 10 * METRE)
    desk.case(lon=LON, lat=LAT + 60 * METRE)
    desk.case(lon=LON + 45 * METRE / math.cos(math.radians(LAT)), lat=LAT + 45 * METRE)  # in the box, not in the circle
    different = desk.case(lon=LON, lat=LAT, category=desk.other)
    hidden = desk.case(lon=LON, lat=LAT)
    Case.objects.filter(pk=hidden.pk).update(public=False)
    ended = desk.case(lon=LON, lat=LAT)
    perform(ended, "reject", user=desk.people["dispatcher"], data={"reason": "不属实"}, at=MONDAY)
    foreign = other.case(lon=LON, lat=LAT)
    found = nearby(desk.district, LON, LAT, desk.category, at=MONDAY + timedelta(hours=3))
    assert [case.number for case in found] == [close.number, here.number]
    assert [round(case.distance_m) for case in found] == [10, 30]
    assert {case.age for case in found} == {timedelta(hours=3)}
    everything = {case.number for case in nearby(desk.district, LON, LAT)}
    assert everything == {close.number, here.number, different.number}
    assert [case.number for case in nearby(other.district, LON, LAT)] == [foreign.number]


def test_the_first_public_photo_comes_along(desk):
    case = desk.case(lon=LON, lat=LAT)
    assert desk.make(case, "file", "dispatcher", standard=desk.standard.pk).state == "filed"
    for number, public in enumerate([False, True, True]):
        Photo.objects.create(
            case=case, stage="before", original="o", copy="c", thumbnail="t", sha256=str(number), width=1, height=1,
            received_at=MONDAY + timedelta(hours=number), public=public,
        )  # fmt: skip
    assert nearby(desk.district, LON, LAT)[0].photo == Photo.objects.get(sha256="1").key
    Case.objects.update(state="reported")
    assert nearby(desk.district, LON, LAT)[0].photo is None
    assert nearby(desk.district, LON, LAT, unfiled=True)[0].photo == Photo.objects.get(sha256="1").key


def test_no_more_than_asked_for_and_in_two_queries(desk, django_assert_num_queries):
    for number in range(6):
        desk.case(lon=LON, lat=LAT + number * METRE)
    with django_assert_num_queries(2):
        found = nearby(desk.district, LON, LAT, desk.category, limit=4, unfiled=True)
    assert [round(case.distance_m) for case in found] == [0, 1, 2, 3]
    assert len(nearby(desk.district, LON, LAT, desk.category, radius_m=-1)) == 1


@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(-179, 179), st.floats(-85, 85))
def test_distance_is_a_metric_of_the_sphere(lon1, lat1, lon2, lat2):
    there, back = distance_m(lon1, lat1, lon2, lat2), distance_m(lon2, lat2, lon1, lat1)
    assert math.isclose(there, back, rel_tol=1e-9, abs_tol=1e-6)
    assert 0 <= there <= math.pi * 6_371_009
    cosine = math.sin(math.radians(lat1)) * math.sin(math.radians(lat2)) + math.cos(math.radians(lat1)) * math.cos(
        math.radians(lat2)
    ) * math.cos(math.radians(lon2 - lon1))
    assert math.cos(there / 6_371_008.8) == pytest.approx(cosine, abs=1e-9)


@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(0, 2 * math.pi), st.floats(0, 1990))
def test_the_box_holds_the_circle(lon, lat, bearing, metres):
    """A place ``metres`` away lies inside the box that the query asks for."""
    radius = 2000.0
    degrees = math.degrees(radius / 6_371_008.8)
    wide = degrees / max(math.cos(math.radians(lat)), 0.01)
    north = lat + math.cos(bearing) * math.degrees(metres / 6_371_008.8)
    east = lon + math.sin(bearing) * math.degrees(metres / 6_371_008.8) / math.cos(math.radians(lat))
    if distance_m(lon, lat, east, north) <= radius * 0.99:
        assert abs(east - lon) <= wide
        assert abs(north - lat) <= degrees
