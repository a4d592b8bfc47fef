"""What is odd about a check is marked with its figure, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.inspection import flags
from xiuhua.inspection.flags import FASTEST_KMH, Look, Shot

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# Metres of a degree of latitude at 31.7.
DEGREE = 110_870


def look(key="this", minutes=0.0, north_m=0.0, accuracy=0.0):
    return Look(key, NINE + minutes * MINUTE, 120.05, 31.7 + north_m / DEGREE, accuracy)


def test_a_way_that_nobody_makes_has_its_speed_and_its_other_end():
    # 5 km in 2 minutes are 150 km/h.
    found = flags.of_speed(look(), [look("before", -2, 5000)])
    assert [(each["flag"], each["with"]) for each in found] == [("too_fast", "before")]
    assert found[0]["figure"] == pytest.approx(150, rel=0.005)


def test_the_fastest_of_several_ways_is_told_also_to_a_later_check():
    found = flags.of_speed(look(), [look("before", -2, 5000), look("after", 1, 5000), look("slow", -60, 5000)])
    assert [each["with"] for each in found] == ["after"]


def test_what_both_phones_may_err_is_given_away():
    assert flags.of_speed(look(accuracy=600), [look("before", -1, 2000, 100)]) == []
    assert flags.of_speed(look(), [look("before", -1, 2000)])


def test_two_checks_of_one_instant_at_two_places_are_too_fast_and_at_one_place_not():
    assert flags.of_speed(look(), [look("twin", 0, 500)])
    assert flags.of_speed(look(), [look("twin", 0, 0)]) == []


def test_without_a_position_no_speed_is_said():
    nowhere = Look("other", NINE)
    assert flags.of_speed(look(), [nowhere]) == flags.of_speed(nowhere, [look()]) == []


@given(st.floats(1, 20_000), st.floats(1, 600))
def test_the_speed_is_that_of_the_way(metres, minutes):
    found = flags.of_speed(look(), [look("before", -minutes, metres)])
    speed = metres / 1000 / (minutes / 60)
    if speed > FASTEST_KMH * 1.01:
        assert found[0]["figure"] == pytest.approx(speed, rel=0.01)
    elif speed < FASTEST_KMH * 0.99:
        assert found == []


@pytest.mark.parametrize(
    ("distance", "accuracy", "wanted"),
    [
        (0.0, 5.0, []),
        (34.0, 5.0, []),
        (36.0, 5.0, ["off_object"]),
        (120.0, 100.0, []),
        (500.0, 2000.0, ["inexact", "off_object"]),
        (100.0, 2000.0, ["inexact"]),
    ],
)
def test_off_the_object_beyond_what_the_phone_may_err(distance, accuracy, wanted):
    found = flags.of_place(look(accuracy=accuracy), distance)
    assert [each["flag"] for each in found] == wanted
    assert all(each["figure"] in {round(distance), round(accuracy)} for each in found)


def test_a_check_without_a_position_says_so():
    assert flags.of_place(Look("x", NINE), None) == [{"flag": "no_position", "figure": None}]


def test_photos_from_before_and_from_elsewhere():
    shots = [
        Shot("old", "", NINE - 31 * MINUTE, 10.0), Shot("far", "", NINE, 201.0), Shot("good", "", NINE, 199.0),
        Shot("silent", ""), Shot("later", "", NINE + MINUTE, 0.0),
    ]  # fmt: skip
    assert flags.of_photos(shots, NINE) == [
        {"flag": "old_photo", "figure": 31, "with": "old"},
        {"flag": "far_photo", "figure": 201, "with": "far"},
    ]


def test_the_same_picture_again_is_told_with_the_nearest_one():
    known = [("ff00ff00ff00ff00", "first"), ("ff00ff00ff00ff01", "second"), ("0" * 16, "other")]
    found = flags.of_pictures([Shot("a", "ff00ff00ff00ff03"), Shot("b", "123456789abcdef0")], known)
    assert found == [{"flag": "same_picture", "figure": 1, "with": "second"}]
    assert flags.of_pictures([Shot("flat", "")], [("", "first")]) == []


def test_haste_and_many_checks_in_a_few_minutes():
    assert flags.of_haste(look(minutes=0.9), NINE, []) == [{"flag": "hasty", "figure": 54}]
    assert flags.of_haste(look(minutes=1), NINE, []) == []
    others = [NINE - 3 * MINUTE, NINE - 6 * MINUTE]
    assert flags.of_haste(look(), NINE - 2 * MINUTE, others) == []
    found = flags.of_haste(look(), NINE - 2 * MINUTE, [*others, NINE + 3 * MINUTE])
    assert found == [{"flag": "crowded", "figure": 4}]
    assert flags.of_haste(look(), NINE - 2 * MINUTE, [*others, NINE + 5 * MINUTE]) == []


def test_the_weather_and_the_time_of_the_visit():
    assert flags.of_weather(["wet", "wind", "unknown_weather"], {"wind": 5}) == [
        {"flag": "wet", "figure": None}, {"flag": "wind", "figure": 5}, {"flag": "unknown_weather", "figure": None},
    ]  # fmt: skip
    assert flags.of_time(timedelta()) == []
    assert flags.of_time(40 * MINUTE) == [{"flag": "other_time", "figure": 40}]
