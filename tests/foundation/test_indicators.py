"""Indicators are declared once, say what they are, and their file is checked line by line."""

from dataclasses import replace
from datetime import date

import pytest

from xiuhua.foundation import indicators as known
from xiuhua.foundation.indicator_files import declare, read
from xiuhua.foundation.indicators import Counted, Indicator, IndicatorError, register, shown

ENTRY = """
defaults: {version: 1, direction: up, facts: [case], owner: desk, reviewed_on: "2026-01-01", source: us}
indicators:
  good_rate:
    name: {zh: 好, en: Good}
    unit: "%"
    kind: share
    time: {field: closed_at, lag_days: 3}
    estimator: wilson
    numerator: good
    denominator: all
    formula: good / all
    missing: nothing came
"""


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(known, "_indicators", {})


def measure(_look):
    return Counted(None, None, None, None)


def indicator(**more):
    made = Indicator("share", "room", 1, "比", "Share", "%", "up", "share", ("case",), "good", "all", "good / all",
                     "no row", "us", "desk", date(2026, 1, 1), measure, estimator="wilson")  # fmt: skip
    return replace(made, **more)


def test_a_share_is_shown_in_percent_and_no_value_stays_none():
    assert shown(0.5, "%") == 50
    assert shown(0.5, "h") == 0.5
    assert shown(None, "%") is None


def test_the_name_follows_the_language_of_the_page():
    from django.utils import translation

    told = indicator(zh={"numerator": "好的"})
    with translation.override("en"):
        assert (told.name, told.said("numerator")) == ("Share", "good")
    with translation.override("zh-hans"):
        assert (told.name, told.said("numerator"), told.said("denominator")) == ("比", "好的", "all")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"direction": "sideways"}, "up, down or band"),
        ({"kind": "feeling"}, "flow, stock"),
        ({"estimator": "none"}, "no_interval"),
    ],
)
def test_an_indicator_that_contradicts_itself_is_refused(more, said):
    with pytest.raises(IndicatorError, match=said):
        register(indicator(**more))


def test_an_indicator_is_declared_once():
    register(indicator())
    register(indicator())
    with pytest.raises(IndicatorError, match="twice"):
        register(indicator(version=2))


def test_a_file_declares_what_it_says(tmp_path):
    path = tmp_path / "indicators.yaml"
    path.write_text(ENTRY, encoding="utf-8")
    declare(path, "room", {"good_rate": measure})
    made = known.indicators()["good_rate"]
    assert (made.name_en, made.lag_days, made.reviewed_on, made.group) == ("Good", 3, date(2026, 1, 1), "room")
    with pytest.raises(IndicatorError, match="alone"):
        declare(path, "room", {"good_rate": measure, "other": measure})


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    kind: share", "    kinde: share", 7, "did you mean kind"),
        ("    kind: share", "    kind: feeling", 7, "feeling"),
        ("    kind: share", "    kind: share\n    kind: flow", 8, "twice"),
        ("    estimator: wilson\n", "", 4, "estimator is missing"),
        ('reviewed_on: "2026-01-01"', 'reviewed_on: "soon"', 2, "soon"),
        ("lag_days: 3", "lag_days: -3", 8, "-3"),
        ("    numerator: good", "    numerator: good\n  bad", 12, "no YAML"),
        ("indicators:", "indicater:", 3, "did you mean indicators"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(old, new, line, said):
    entries, wrong = read(ENTRY.replace(old, new))
    assert entries == {} or "missing" in said
    assert any(one.line == line and said in str(one) for one in wrong), [str(one) for one in wrong]
