"""What contradicts itself within standards: double keys, rules by which nothing can be scored, bounds off the scale."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read
from xiuhua.foundation.wording import in_words
from xiuhua.inspection.conditions import condition_faults
from xiuhua.inspection.scoring import GRADE, outside, rule_faults


@dataclass(frozen=True)
class ItemOf:
    """An item of a file, as far as rules look at it."""

    key: str
    scale: str
    weight: float
    bound: float


def inner_faults(read: Read) -> Iterator[Fault]:
    """Everything of the kind, for data that the schema took."""
    standards = read.data["standards"]
    yield from _twice(read, standards)
    for number, standard in enumerate(standards):
        path: Path_ = ("standards", number)
        for field, rule, remedy in standard_faults(standard):
            yield Fault(read.place((*path, *field)), str(field[-1]), _said(standard, field), rule, remedy)


def _twice(read: Read, standards: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    ruling: dict[str, str] = {}
    for number, standard in enumerate(standards):
        place, ref = read.place(("standards", number, "key")), (standard["key"], standard["version"])
        if ref in seen:
            rule = _("This version stands twice; first in %(place)s.") % {"place": seen[ref] or "?"}
            yield Fault(place, "version", standard["version"], rule, _("Keep one of the two."))
        seen.setdefault(ref, place)
        if standard.get("state") == "in_force":
            if standard["key"] in ruling:
                rule = _("Two versions would be in force; the other is in %(place)s.")
                place_of_state = read.place(("standards", number, "state"))
                said = rule % {"place": ruling[standard["key"]] or "?"}
                yield Fault(place_of_state, "state", "in_force", said, _("Leave one of them a draft."))
            ruling.setdefault(standard["key"], place)


def _said(standard: Mapping[str, Any], field: tuple[str | int, ...]) -> str:
    value: Any = standard
    for part in field:
        value = value.get(str(part), "") if isinstance(value, dict) else value[part]
    if isinstance(value, float):
        return f"{value:g}"
    return "" if isinstance(value, dict | list) else str(value)


def standard_faults(standard: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Path within the standard, rule and remedy of everything by which it contradicts itself."""
    items = standard["items"]
    first, last = standard.get("valid_from"), standard.get("valid_to")
    if first and last and first > last:
        yield ("valid_to",), _("The last day lies before the first."), _("Exchange the two.")
    seen: set[str] = set()
    for number, item in enumerate(items):
        if item["key"] in seen:
            yield ("items", number, "key"), _("This item stands twice in its standard."), _("Give each its own key.")
        seen.add(item["key"])
        for field, rule, remedy in item_faults(item):
            yield ("items", number, *field), rule, remedy
    known = [ItemOf(item["key"], item["scale"], item.get("weight", 1.0), item["bound"]) for item in items]
    for wrong in rule_faults(standard["rule"], known):
        yield ("rule", wrong.key), in_words(wrong), _("See docs/interfaces/inspection-standards.md.")
    for odd in condition_faults(standard.get("conditions", {})):
        yield ("conditions", odd.key), in_words(odd), _("Correct it or leave it away.")


def item_faults(item: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The same of one item."""
    if outside(item["scale"], item["bound"]):
        yield ("bound",), _("No value of this scale can be there: grades lie in 0 to 5, a yes is 1."), _("Correct it.")
    if item.get("words") and item["scale"] != GRADE:
        yield ("words",), _("Only grades have words."), _("Say in the help what to look at, or make it a grade.")
    if "filing" in item and not item.get("category"):
        yield ("filing",), _("A filing standard needs its category."), _("Add the category, or remove the number.")
