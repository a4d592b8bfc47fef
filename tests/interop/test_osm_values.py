"""Values as mappers write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.interop.osm import values


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        ("12", 12.0), ("12.5", 12.5), ("12,5 m", 12.5), (" 3 metres ", 3.0), ("80 cm", 0.8), ("10 ft", 3.048),
        ("6'", 1.829), ("6'2\"", 1.88), ("12 M", 12.0),
    ],
)  # fmt: skip
def test_reads_lengths(written, metres):
    assert values.metres(written) == metres


@pytest.mark.parametrize("written", ["", "tall", "-1", "0", "12 m 5", "5000", "3..4", "1e3", "12;14", "３0楼"])
def test_refuses_what_is_no_length(written):
    assert values.metres(written) is None


@given(st.floats(min_value=0.01, max_value=999))
def test_a_length_written_with_two_digits_comes_back(length):
    assert math.isclose(values.metres(f"{length:.2f} m"), length, abs_tol=0.0051)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("6", 6),
        ("6.5", 6),
        ("6,5", 6),
        ("0", 0),
        ("-1", None),
        ("many", None),
        ("nan", None),
        ("inf", None),
        ("1000", None),
    ],
)
def test_reads_whole_numbers(written, number):
    assert values.whole(written) == number


@pytest.mark.parametrize(
    ("written", "year"),
    [("1987", 1987), ("~1987", 1987), ("1987-05", 1987), ("1987-05-21", 1987), ("C19", None), ("19870", None)],
)
def test_reads_years(written, year):
    assert values.year(written) == year


def test_a_girth_gives_the_diameter_of_the_trunk():
    assert values.girth_cm("0.6") == 19.1
    assert values.girth_cm("314.159 cm") == 100.0
    assert values.girth_cm("thick") is None


@given(st.text())
def test_no_text_breaks_a_reader(text):
    for reader in values.READERS.values():
        result = reader(text)
        assert result is None or isinstance(result, (str, int, float))


@pytest.mark.parametrize(
    ("value", "meant"), [("evergreen", True), ("deciduous", False), ("Evergreen ", True), ("semi_evergreen", None)]
)
def test_leaves_that_stay_or_fall(value, meant):
    assert values.evergreen(value) is meant
