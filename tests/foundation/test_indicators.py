"""Values of groups: ratios of sums, with numerator, denominator and how many were counted."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from xiuhua.foundation import indicators as known
from xiuhua.foundation.indicators import Groups, Indicator, IndicatorError, Period, register, values

PERIOD = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


def indicator(direction="up", unit="%"):
    def kernel(table, _period):
        return table["good"].to_numpy().astype(float), table["all"].to_numpy().astype(float)

    return Indicator("share", "比", "Share", unit, "good", "all", "good / all", "row", "row", direction, "no row", 1,
                     "us", kernel)  # fmt: skip


def test_the_value_of_the_whole_is_the_ratio_of_sums_not_the_mean_of_ratios():
    table = pa.table({"good": [1, 0, 0, 1], "all": [1, 1, 1, 1]})
    groups = Groups.of(["a", "b", "b", "b"])
    parts = values(indicator(), table, PERIOD, groups)
    assert [(part.group, part.value, part.n) for part in parts] == [("a", 100.0, 1), ("b", pytest.approx(100 / 3), 3)]
    whole = values(indicator(), table, PERIOD)[0]
    assert whole.value == 50.0 != np.mean([part.value for part in parts])
    assert whole.numerator == sum(part.numerator for part in parts)
    assert whole.denominator == sum(part.denominator for part in parts)


def test_nothing_to_divide_by_is_no_value_and_rows_of_no_group_count_nowhere():
    table = pa.table({"good": [0, 1], "all": [0, 1]})
    parts = values(indicator(unit="h"), table, PERIOD, Groups.of(["a", None]))
    assert [(part.group, part.value, part.n) for part in parts] == [("a", None, 0)]
    assert (
        values(indicator(), pa.table({"good": pa.array([], pa.int64()), "all": pa.array([], pa.int64())}), PERIOD)[0].n
        == 0
    )


def test_an_indicator_without_direction_or_declared_twice_is_refused(monkeypatch):
    monkeypatch.setattr(known, "_indicators", {})
    with pytest.raises(IndicatorError, match="up or down"):
        register(indicator("sideways"))
    register(indicator())
    with pytest.raises(IndicatorError, match="twice"):
        register(indicator())
