"""The score rule of a goal: how a value becomes points, as data. Pure computation; values are in the shown unit.

A rule says from which value the full points (``weight``) are given (``full_at``), and what each ``step`` away from it
costs (``deduct``), between ``floor`` and ``cap``; without step and deduct it is all or nothing; or it lists ``tiers``.
Points are never given for a rank: places that cannot be told apart would be paid differently. The form (threshold,
step, deduction, floor) is that of the evaluation of the ministry (2020, e.g. road sweeping at least 95 %: 1 point, each
5 points lower 0.2 less) and of the rules of cities.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from math import inf, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.worktime import Refusal, gettext_noop

type Floats = npt.NDArray[np.float64]
# The least and the most that an indicator can be; None where there is no end.
type Bounds = tuple[float | None, float | None]

KEYS = (
    "full_at", "step", "deduct", "floor", "cap", "weight", "source", "version", "direction", "tiers",
)  # fmt: skip
RANKED = ("bonus", "rank", "rank_bonus", "ranks")
DIRECTIONS = ("up", "down", "band")
# Points are told to so many digits; what is behind is the noise of binary fractions.
DIGITS = 6


class RuleError(Refusal, ValueError):
    """A score rule that cannot be read or contradicts itself; ``key`` is where."""

    def __init__(self, key: str, template: str, **values: object) -> None:
        self.key = key
        super().__init__(template, key=key, **values)


@dataclass(frozen=True)
class Tier:
    """From this value on (up: at least, down: at most) these points."""

    at: float
    points: float


@dataclass(frozen=True)
class Points:
    """What a value was given, of how much, and the sentence of the calculation."""

    points: float
    full: float
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True)
class Rule:
    """A score rule. ``low`` and ``high`` bound the values of full points: (95, inf) for "at least 95".

    ``weight`` is what deductions are taken from, ``cap`` the most that is given; ``step`` 0 means all or nothing.
    """

    low: float
    high: float
    step: float
    deduct: float
    floor: float
    cap: float
    weight: float
    direction: str
    source: str
    version: str
    tiers: tuple[Tier, ...] = ()

    @property
    def full(self) -> float:
        """The most that the goal adds to a score."""
        return self.cap

    @property
    def full_at(self) -> float | list[float]:
        """The value from which the points are full; two of them for a band."""
        if self.direction == "band":
            return [self.low, self.high]
        return self.low if self.direction == "up" else self.high

    def as_data(self) -> dict[str, Any]:
        """The rule as a book writes it, complete: ``parse`` gives the same rule again."""
        how: dict[str, Any] = {"full_at": self.full_at}
        if self.step:
            how |= {"step": self.step, "deduct": self.deduct}
        if self.tiers:
            how = {"tiers": [{"at": tier.at, "points": tier.points} for tier in self.tiers]}
        return {
            **how, "floor": self.floor, "cap": self.cap, "weight": self.weight, "direction": self.direction,
            "source": self.source, "version": self.version,
        }  # fmt: skip


def parse(data: Mapping[str, Any], *, direction: str = "up", bounds: Bounds = (None, None)) -> Rule:
    """The rule that ``data`` describes, for an indicator of this ``direction`` with values within ``bounds``.

    Raises ``RuleError`` for an unknown key (with the nearest known one), for what is no number, and for
    contradictions: floor not below cap, a step or deduction of nothing, full points outside the bounds.
    """
    _known(data)
    said = str(data.get("direction", direction))
    if said not in DIRECTIONS or said != direction:
        raise RuleError(
            "direction", gettext_noop("The rule says %(said)s, the indicator %(direction)s: let both say the same."),
            said=said, direction=direction,
        )  # fmt: skip
    tiers = _tiers(data, direction)
    if not {"weight", "cap", "tiers"} & set(data):
        raise RuleError("weight", gettext_noop("The rule does not say how many points the goal has."))
    weight = _positive(data, "weight", tiers[0].points if tiers else data.get("cap"))
    cap, floor = _number(data, "cap", weight), _number(data, "floor", 0.0)
    if cap > weight:
        raise RuleError(
            "cap", gettext_noop("The cap %(cap)s is above the %(weight)s points of the goal: it is never reached."),
            cap=plain(cap), weight=plain(weight),
        )  # fmt: skip
    if floor >= cap:
        raise RuleError(
            "floor", gettext_noop("The floor %(floor)s is not below the cap %(cap)s: give a lower floor."),
            floor=plain(floor), cap=plain(cap),
        )  # fmt: skip
    if tiers and (tiers[0].points != cap or tiers[-1].points < floor):
        raise RuleError("tiers", gettext_noop("The best tier must give the cap, the last no less than the floor."))
    low, high = _span(data, direction, tiers, bounds)
    stepped = bool({"step", "deduct"} & set(data))
    step, deduct = (_positive(data, key, 1.0) if stepped else 0.0 for key in ("step", "deduct"))
    return Rule(
        low, high, step, deduct, floor, cap, weight, direction,
        str(data.get("source", "")), str(data.get("version", "1")), tiers,
    )  # fmt: skip


def award(rule: Rule, values: Floats) -> Floats:
    """The points of each value; nan stays nan. Monotone in the direction of the rule, between floor and cap."""
    values = np.asarray(values, dtype=np.float64)
    if rule.tiers:
        sign = 1.0 if rule.direction == "up" else -1.0
        starts = np.array([sign * tier.at for tier in reversed(rule.tiers)])
        given = np.array([rule.floor, *(tier.points for tier in reversed(rule.tiers))])
        raw = given[np.searchsorted(starts, sign * np.nan_to_num(values), side="right")]
    elif rule.step:
        raw = np.clip(rule.weight - gap(rule, values) / rule.step * rule.deduct, rule.floor, rule.cap)
    else:
        raw = np.where(gap(rule, values) > 0, rule.floor, rule.cap)
    return np.where(np.isnan(values), np.nan, np.round(raw, DIGITS))


def points(rule: Rule, value: float, unit: str = "") -> Points:
    """The points of one value in the shown unit. The same rule and value give the same number to the last bit."""
    given = float(award(rule, np.array([value]))[0])
    zh, en = _tiered(rule, value, unit) if rule.tiers else _stepped(rule, value, unit)
    return Points(given, rule.full, f"{zh}。", f"{en}.")


def gap(rule: Rule, values: Floats) -> Floats:
    """How far each value is from that of full points; 0 where it reaches it."""
    return np.maximum(0.0, np.maximum(rule.low - values, values - rule.high))


def plain(number: float) -> str:
    """A number as people write it: no noise, no empty decimals."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _stepped(rule: Rule, value: float, unit: str) -> tuple[str, str]:
    shown, away = _shown(value, unit), round(float(gap(rule, np.array([value]))[0]), DIGITS)
    below = value < rule.low
    edge = _shown(rule.low if below or rule.direction == "up" else rule.high, unit)
    if away == 0:
        cap = plain(rule.cap)
        if rule.direction == "band":
            edge = f"{_shown(rule.low, unit)} – {_shown(rule.high, unit)}"
            return f"{shown} 在 {edge} 之内：满分 {cap} 分", f"{shown} is within {edge}: the full {cap} points"
        return f"{shown} 达到 {edge}：满分 {cap} 分", f"{shown} reaches {edge}: the full {cap} points"
    zh = f"{shown} 比 {edge} {'低' if below else '高'} {plain(away)}："
    en = f"{shown} is {plain(away)} {'below' if below else 'above'} {edge}: "
    if not rule.step:
        floor, cap = plain(rule.floor), plain(rule.cap)
        return f"{zh}未达到，{cap} 分中得 {floor} 分", f"{en}not reached, {floor} of {cap} points"
    off = away / rule.step * rule.deduct
    how = f"{plain(away)} / {plain(rule.step)} x {plain(rule.deduct)} = {plain(off)}"
    zh += f"{how.replace('x', '×')} 分，从 {plain(rule.weight)} 分扣，"
    en += f"{how} points off {plain(rule.weight)}, "
    left = rule.weight - off
    if left < rule.floor:
        return f"{zh}最低 {plain(rule.floor)} 分", f"{en}but never below {plain(rule.floor)}"
    if left > rule.cap:
        return f"{zh}最高 {plain(rule.cap)} 分", f"{en}but never above {plain(rule.cap)}"
    return f"{zh}余 {plain(left)} 分", f"{en}leaves {plain(left)}"


def _tiered(rule: Rule, value: float, unit: str) -> tuple[str, str]:
    shown, cap = _shown(value, unit), plain(rule.cap)
    for tier in rule.tiers:
        if value >= tier.at if rule.direction == "up" else value <= tier.at:
            edge, got = _shown(tier.at, unit), plain(tier.points)
            zh = f"{shown} 达到 {edge} 一档：{cap} 分中得 {got} 分"
            return zh, f"{shown} reaches the tier of {edge}: {got} of {cap} points"
    floor = plain(rule.floor)
    return f"{shown} 未达任何一档：{cap} 分中得 {floor} 分", f"{shown} reaches no tier: {floor} of {cap} points"


def _shown(number: float, unit: str) -> str:
    return f"{plain(number)} {unit}".rstrip()


def _known(data: Mapping[str, Any]) -> None:
    for key in data:
        if key in KEYS:
            continue
        if key in RANKED:
            raise RuleError(
                str(key), gettext_noop(
                    "A rule gives no points for a rank (%(key)s): places that cannot be told apart would be paid "
                    "differently. Give points for the value, with full_at or tiers."
                ),
            )  # fmt: skip
        if near := get_close_matches(str(key), KEYS, n=1, cutoff=0.5):
            raise RuleError(
                str(key), gettext_noop("A score rule has no key %(key)s. Did you mean %(near)s?"), near=near[0]
            )
        known = ", ".join(KEYS)
        raise RuleError(str(key), gettext_noop("A score rule has no key %(key)s. It knows %(known)s."), known=known)


def _number(data: Mapping[str, Any], key: str, default: Any) -> float:
    return _as_number(key, data.get(key, default))


def _as_number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise RuleError(
            key, gettext_noop("%(key)s of a score rule must be a number, not %(value)s."), value=repr(value)
        )
    return float(value)


def _positive(data: Mapping[str, Any], key: str, default: Any) -> float:
    found = _number(data, key, default)
    if found <= 0:
        raise RuleError(
            key, gettext_noop("%(key)s of a score rule is %(value)s: it must be above 0."), value=plain(found)
        )
    return found


def _tiers(data: Mapping[str, Any], direction: str) -> tuple[Tier, ...]:
    """The tiers from the best to the worst."""
    if "tiers" not in data:
        return ()
    if clash := [key for key in ("full_at", "step", "deduct") if key in data]:
        raise RuleError(
            clash[0], gettext_noop("A rule has either tiers or full_at with step and deduct: leave out %(key)s.")
        )
    rows = data["tiers"]
    if direction == "band" or not isinstance(rows, list) or not rows:
        raise RuleError(
            "tiers", gettext_noop("Tiers are a list of “at” and “points” for an indicator that goes up or down.")
        )
    for row in rows:
        if not isinstance(row, Mapping) or set(row) != {"at", "points"}:
            raise RuleError("tiers", gettext_noop("Each tier has “at” and “points”, nothing else."))
    found = [Tier(_as_number("tiers", row["at"]), _as_number("tiers", row["points"])) for row in rows]
    found.sort(key=lambda tier: tier.at, reverse=direction == "up")
    for better, worse in pairwise(found):
        if better.at == worse.at or better.points <= worse.points:
            raise RuleError(
                "tiers", gettext_noop("The tier at %(at)s must give more points than the worse one at %(worse)s."),
                at=plain(better.at), worse=plain(worse.at),
            )  # fmt: skip
    return tuple(found)


def _span(data: Mapping[str, Any], direction: str, tiers: tuple[Tier, ...], bounds: Bounds) -> tuple[float, float]:
    """The values of full points."""
    if not tiers and "full_at" not in data:
        raise RuleError("full_at", gettext_noop("The rule does not say at which value the points are full."))
    given = tiers[0].at if tiers else data["full_at"]
    if direction == "band":
        if not isinstance(given, list | tuple) or len(given) != 2:  # noqa: PLR2004 - a band has two ends
            raise RuleError("full_at", gettext_noop("full_at of an indicator with a band is a list of two numbers."))
        ends = [_as_number("full_at", each) for each in given]
        if ends[0] > ends[1]:
            raise RuleError("full_at", gettext_noop("full_at begins above its end: exchange the two numbers."))
    else:
        ends = [_as_number("full_at", given)] * 2
    least, most = (-inf if bounds[0] is None else bounds[0]), (inf if bounds[1] is None else bounds[1])
    for end in (*ends, *(tier.at for tier in tiers)):
        if not least <= end <= most:
            raise RuleError(
                "tiers" if tiers else "full_at",
                gettext_noop("%(key)s %(value)s lies outside what the indicator can be, %(low)s to %(high)s."),
                value=plain(end), low=plain(least), high=plain(most),
            )  # fmt: skip
    return (-inf if direction == "down" else ends[0]), (inf if direction == "up" else ends[1])
