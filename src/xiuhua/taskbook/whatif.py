"""What would move a score most: for each goal what a realistic step is worth in points, and how many records it takes.

Pure computation over kept parts of scores (see parts.py). Steps: to the best of those scored for the same goals, to
the target, and by one standard error, which is what a month may differ by without anything having changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from xiuhua.foundation.indicators import PERCENT
from xiuhua.taskbook.parts import item_of
from xiuhua.taskbook.rules import DIGITS, Rule, points

TO_BEST, TO_TARGET, ONE_ERROR = "best", "target", "error"
# Half the width of a 95 % interval in standard errors.
_Z = 1.96


@dataclass(frozen=True)
class Step:
    """One step: from a value to another in the shown unit, what it gains, and how many records must turn out well.

    ``records`` is None where the value is no share of records.
    """

    kind: str
    value: float
    gain: float
    records: int | None


@dataclass(frozen=True)
class Lever:
    """A goal with its steps, that with the greatest gain first; ``lost`` is what is missing to its full points."""

    goal: str
    indicator: str
    unit: str
    value: float
    points: float
    lost: float
    steps: tuple[Step, ...]

    @property
    def gain(self) -> float:
        """What the best of its steps is worth."""
        return self.steps[0].gain


def levers(
    part_list: Sequence[Mapping[str, Any]], others: Sequence[Sequence[Mapping[str, Any]]], targets: Mapping[str, float]
) -> list[Lever]:
    """The goals that would add points, those that add most first.

    ``others`` are the parts of the others that are compared with this one; ``targets`` by goal, in the shown unit.
    Goals without a value have no step: what is unknown cannot be moved.
    """
    found = []
    for part in part_list:
        if part["value"] is None or part["carried"]:
            continue
        item = item_of(part)
        steps = [
            step
            for kind, value in _goals_of(part, item.rule, others, targets)
            if (step := _step(part, item.rule, kind, value)).gain > 0
        ]
        if steps:
            steps.sort(key=lambda step: (-step.gain, step.kind))
            lost = round(item.rule.full - part["points"], DIGITS)
            found.append(Lever(item.goal, item.indicator, item.unit, part["value"], part["points"], lost, tuple(steps)))
    return sorted(found, key=lambda lever: (-lever.gain, lever.goal))


def _goals_of(
    part: Mapping[str, Any], rule: Rule, others: Sequence[Sequence[Mapping[str, Any]]], targets: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Where the value could go, by kind of step."""
    same = [
        one["value"] for other in others for one in other if one["goal"] == part["goal"] and one["value"] is not None
    ]
    found = [(TO_BEST, _best(rule, same))] if same else []
    if part["goal"] in targets:
        found.append((TO_TARGET, targets[part["goal"]]))
    if part["low"] is not None and part["high"] is not None:
        error = (part["high"] - part["low"]) / 2 / _Z
        found.append((ONE_ERROR, _toward(rule, part["value"], error)))
    return [(kind, value) for kind, value in found if _better(rule, value, part["value"])]


def _best(rule: Rule, values: Sequence[float]) -> float:
    return max(values, key=lambda value: (points(rule, value).points, value if rule.direction == "up" else -value))


def _better(rule: Rule, value: float, than: float) -> bool:
    if rule.direction == "band":
        return points(rule, value).points > points(rule, than).points
    return value > than if rule.direction == "up" else value < than


def _toward(rule: Rule, value: float, by: float) -> float:
    """The value moved in the good direction; of a band not past its edge."""
    if rule.direction == "band":
        return min(value + by, rule.low) if value < rule.low else max(value - by, rule.high)
    return value + by if rule.direction == "up" else value - by


def _step(part: Mapping[str, Any], rule: Rule, kind: str, value: float) -> Step:
    if part["unit"] == PERCENT:
        value = min(100.0, max(0.0, value))
    gain = round(points(rule, value).points - part["points"], DIGITS)
    return Step(kind, value, gain, _records(part, value))


def _records(part: Mapping[str, Any], value: float) -> int | None:
    """How many of the records in the denominator must turn out well that did not, with the denominator as it is."""
    if part["unit"] != PERCENT or not part["denominator"]:
        return None
    needed: float = abs(value - part["value"]) / 100 * part["denominator"]
    return ceil(round(needed, DIGITS))
