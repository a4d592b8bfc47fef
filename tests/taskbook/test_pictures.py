"""The drawings: numbers stand where they belong, gaps stay gaps, classes hold all values."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from xiuhua.taskbook.pages.pictures.axis import Axis
from xiuhua.taskbook.pages.pictures.dots import dots
from xiuhua.taskbook.pages.pictures.gauge import WIDTH, gauge
from xiuhua.taskbook.pages.pictures.lines import Point, large, small
from xiuhua.taskbook.pages.pictures.pace import pace
from xiuhua.taskbook.pages.pictures.shades import shades

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))


def month(number):
    return date(2022 + number // 12, number % 12 + 1, 1)


@given(st.lists(NUMBERS, min_size=1), NUMBERS, NUMBERS)
def test_an_axis_keeps_order_and_stays_inside(numbers, one, other):
    axis = Axis.over(numbers, 10, 90)
    low, high = sorted((one, other))
    assert 10 <= axis.at(low) <= axis.at(high) <= 90
    assert all(axis.low <= tick <= axis.high or abs(tick - axis.low) < 1e-6 * abs(tick) for tick in axis.ticks())


def test_ticks_are_round():
    assert Axis(81.3, 97.2, 0, 1).ticks() == [85.0, 90.0, 95.0]
    assert Axis(0, 1, 0, 1).ticks() == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_an_axis_of_shares_ends_at_its_bounds():
    axis = Axis.over([96, 100], 0, 1, (0.0, 100.0))
    assert axis.high == 100.0
    assert axis.low < 96


def test_better_is_to_the_right_also_where_less_is_better():
    rising = gauge(93.0, (91.0, 95.0), 82.0, 95.0)
    assert rising.baseline < rising.value < rising.target <= WIDTH
    falling = gauge(6.0, (5.0, 7.0), 9.0, 3.0, falling=True)
    assert falling.baseline < falling.value < falling.target
    assert falling.left < falling.value < falling.left + falling.span


def test_a_gauge_without_anything_is_none():
    assert gauge(None, (None, None), 4.0, None) is None
    only = gauge(None, (None, None), None, 95.0)
    assert only.value is None
    assert only.target is not None


def test_a_missing_month_cuts_the_line_and_the_band():
    points = [Point(month(number), 90.0 + number, 88.0, 99.0) for number in range(10) if number != 4]
    points[6] = Point(points[6].month, None)
    line = small(points, 95.0)
    assert [len(piece.split()) for piece in line.pieces] == [4, 2, 2]
    assert len(line.bands) == 3
    assert len(line.marks) == 8


def test_a_month_alone_is_a_dot():
    line = small([Point(month(0), 1.0), Point(month(1), None), Point(month(2), 2.0), Point(month(3), 3.0)])
    assert [mark.point.value for mark in line.alone] == [1.0]
    assert small([Point(month(0), None)]) is None
    one = small([Point(month(0), 5.0)])
    assert one.last.point.value == 5.0
    assert one.pieces == []


def test_a_chart_has_axes_and_the_levels_of_its_years():
    points = [Point(month(number), 80.0 + number / 2) for number in range(24)]
    chart = large(points, [(date(2022, 1, 1), date(2022, 12, 1), 85.0), (date(2019, 1, 1), date(2019, 12, 1), 50.0)])
    assert [step.value for step in chart.steps] == [85.0]
    assert chart.months[0][1] == month(23)
    assert len(chart.months) <= 8
    assert chart.marks[0].y > chart.marks[-1].y


@given(st.lists(st.none() | NUMBERS, min_size=1))
def test_every_value_has_a_class_and_none_has_none(values):
    found = shades(values)
    assert len(found.classes) <= 5
    for value in values:
        shade = found.of(value)
        assert (shade == 0) == (value is None)
        if value is not None:
            _number, low, high = found.classes[shade - 1]
            assert low - 1e-6 <= value <= high + 1e-6


def test_larger_values_have_no_lighter_shade():
    values = [81.0, 84.5, 90.1, 95.0, 99.9]
    found = shades(values)
    assert [found.of(value) for value in values] == sorted(found.of(value) for value in values)


def test_dots_of_overlapping_intervals_overlap():
    found = dots([(90.0, 88.0, 92.0), (91.0, 89.0, 93.0), (None, None, None)], 90.4, (0.0, 100.0))
    first, second, none = found.rows
    assert first.x < second.x
    assert first.left < second.left < first.left + first.span
    assert none.x is None
    assert first.x < found.middle < second.x


def test_the_pace_climbs_by_one_for_each_project():
    found = pace([date(2022, 6, 1), date(2023, 6, 1)], [date(2022, 8, 1)], 4, date(2023, 1, 1))
    heights = [float(corner.split(",")[1]) for corner in found.planned.split()]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3
    assert found.target < min(heights)
    assert [year for _x, year in found.years] == [2022, 2023]
    last = max(float(corner.split(",")[0]) for corner in found.done.split())
    assert last == found.today
    assert pace([], [], 4, date(2023, 1, 1)) is None
