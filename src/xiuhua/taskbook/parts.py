"""A part of a score as it is kept: the goal, its rule, the value with its counts, the points and the sentence.

Pure: what was kept is read back here, so that whoever was scored can compute it again from the stored part alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from xiuhua.foundation.indicators import shown
from xiuhua.taskbook.rules import Points, Rule, parse
from xiuhua.taskbook.scoring import Figure

ZERO = "zero"
# Why there is no value.
WHY = {
    "no_denominator": ("没有应计的对象", "there was nothing to be counted"),
    "no_data": ("没有数据", "there are no data"),
    "late_data": ("数据迟到", "the data are late"),
    "too_few": ("数量太少", "there are too few"),
    "unseen": ("检查覆盖的部分太少", "too little of the whole was looked at"),
    "unit_not_there": ("该单位或区域当月不存在", "it did not exist in that month"),
    "no_indicator": ("没有这个指标", "nobody offers this indicator"),
}


@dataclass(frozen=True)
class Item:
    """What a part is about: a goal, its indicator (empty where projects are counted), unit and rule."""

    goal: str
    indicator: str
    unit: str
    rule: Rule


@dataclass(frozen=True)
class Reading:
    """A value of a month, raw ratios. ``of``: the scope it belongs to where it is not the one scored.

    ``carried``: the month it was carried on from, or "zero" where nothing counts as 0.
    """

    version: int
    numerator: float
    denominator: float
    n: int
    value: float | None
    low: float | None
    high: float | None
    interval: str
    missing: str
    of: str = ""
    carried: str = ""


def none(why: str) -> Reading:
    """No value, and why."""
    return Reading(0, 0, 0, 0, None, None, None, "", why)


def figure(item: Item, reading: Reading) -> Figure:
    """The reading in the shown unit, with its rule."""
    value, low, high = (shown(each, item.unit) for each in (reading.value, reading.low, reading.high))
    return Figure(item.goal, item.rule, value, low, high, item.unit, reading.missing)


def as_part(item: Item, reading: Reading, points: Points | None) -> dict[str, Any]:
    """The part as JSON; value, low and high are in the shown unit, numerator and denominator as counted."""
    found = figure(item, reading)
    zh, en = (points.sentence_zh, points.sentence_en) if points else _left_out(item, reading)
    if reading.carried == ZERO:
        zh, en = f"{zh}没有数据，按规则计为 0。", f"{en} There are no data: by rule that counts as 0."
    elif reading.carried:
        zh, en = f"{zh}数据沿用 {reading.carried}。", f"{en} The value is that of {reading.carried}."
    return {
        "goal": item.goal, "indicator": item.indicator, "version": reading.version, "unit": item.unit,
        "value": found.value, "low": found.low, "high": found.high,
        "numerator": reading.numerator, "denominator": reading.denominator, "n": reading.n,
        "interval": reading.interval, "missing": reading.missing, "carried": reading.carried, "of": reading.of,
        "rule": item.rule.as_data(), "points": points.points if points else None, "full": item.rule.full,
        "sentence_zh": zh, "sentence_en": en,
    }  # fmt: skip


def item_of(part: Mapping[str, Any]) -> Item:
    """What a kept part is about. Raises ``RuleError`` for a rule that cannot be read."""
    rule = parse(part["rule"], direction=part["rule"]["direction"])
    return Item(part["goal"], part["indicator"], part["unit"], rule)


def figure_of(part: Mapping[str, Any]) -> Figure:
    """The value of a kept part with its rule."""
    item = item_of(part)
    return Figure(item.goal, item.rule, part["value"], part["low"], part["high"], item.unit, part["missing"])


def reading_from(data: Mapping[str, Any]) -> Reading:
    """A reading from the columns of a value, or from what a revision holds of it."""
    return Reading(**{each.name: data[each.name] for each in fields(Reading) if each.name in data})


def _left_out(item: Item, reading: Reading) -> tuple[str, str]:
    full, (zh, en) = item.rule.full, WHY.get(reading.missing, (reading.missing, reading.missing))
    if reading.missing == "too_few":
        zh, en = f"{zh}：{reading.n}", f"{en}: {reading.n}"
    return (
        f"无数值（{zh}）：不计入，满分减少 {full:g} 分。",
        f"No value ({en}): left out, {full:g} points fewer are full.",
    )
