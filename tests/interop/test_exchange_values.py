import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.interop.exchange.values import READERS, Expectation, UnreadableError, read

TYPES = {"int": int, "float": float, "bool": bool, "date": dt.date, "time": dt.time}


def want(kind, **more):
    return Expectation("f", kind, **more)


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("3.5", "float", 3.5), ("1,234.5", "float", 1234.5), ("12 米", "float", 12.0), ("１２m", "float", 12.0),
        (3.0, "int", 3), ("7", "int", 7), ("是", "bool", True), ("No", "bool", False), (True, "bool", True),
        ("2024年5月1日", "date", dt.date(2024, 5, 1)), ("2024/5/1", "date", dt.date(2024, 5, 1)),
        ("20240501", "date", dt.date(2024, 5, 1)), ("2024-05-01T08:00:00", "date", dt.date(2024, 5, 1)),
        (dt.datetime(2024, 5, 1, 8, tzinfo=dt.UTC), "date", dt.date(2024, 5, 1)), ("7:30", "time", dt.time(7, 30)),
        (6301200042.0, "code", "6301200042"), ("76636.0", "code", "76636"), ("0101", "code", "0101"),
        (" 名 ", "text", "名"), ("", "int", None), (None, "date", None), (float("nan"), "float", None),
        ("NULL", "text", None),
    ],
)  # fmt: skip
def test_values_as_files_hold_them(raw, kind, value):
    assert read(raw, want(kind, unit="m")) == value


@pytest.mark.parametrize(
    ("raw", "kind", "rule"),
    [
        ("tall", "float", "not_a_number"), ("1e999", "float", "not_a_number"), (True, "float", "not_a_number"),
        ("12,5", "float", "not_a_number"), ("3.5", "int", "not_whole"), ("perhaps", "bool", "not_yes_or_no"),
        ("2023-02-29", "date", "not_a_date"), ("45413", "date", "not_a_date"), ("24:00", "time", "not_a_time"),
        ("3.20506E+15", "code", "digits_lost"), (2.0**60, "code", "digits_lost"), ("a\x00b", "text", "text_binary"),
        ("0101", "category", "code_set_needed"), ("x", "choice", "not_a_choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_which_rule(raw, kind, rule):
    with pytest.raises(UnreadableError) as caught:
        read(raw, want(kind))
    assert caught.value.rule == rule


def test_limits_choices_and_required():
    with pytest.raises(UnreadableError, match="out_of_limits"):
        read("1050", want("int", limits=(0, 1000)))
    with pytest.raises(UnreadableError, match="value_missing"):
        read(" ", want("text", required=True))
    with pytest.raises(UnreadableError, match="text_long"):
        read("a" * 41, want("text", max_length=40))
    assert read("支路", want("choice", choices={"支路": "branch"})) == "branch"
    assert read("0101", want("category", code_set="gb@1")) == "gb@1:0101"
    assert read("own@2:0102", want("category", code_set="gb@1")) == "own@2:0102"


@given(st.sampled_from(sorted(READERS)), st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_any_value_is_read_or_refused_by_rule(kind, raw):
    with suppress(UnreadableError):
        value = read(raw, want(kind))
        assert value is None or isinstance(value, TYPES.get(kind, str))


@given(st.dates())
def test_every_date_is_read_back(day):
    assert read(f"{day.year:04}.{day.month}.{day.day}", want("date")) == day


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_back(number):
    assert read(repr(number), want("float")) == number
