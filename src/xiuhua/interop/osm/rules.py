"""The rules of a mapping: which tags make which layer, and with which fields; ready to match."""

from collections.abc import Iterable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.interop.osm.conditions import Condition, Conditions, MappingError, Tags, all_hold

OUTLINE = "outline"
SHAPES = ("point", "line", "polygon")


@dataclass(frozen=True)
class Rule:
    """When an object belongs to a layer, in which shapes, and the fields that follow from it."""

    when: Conditions
    shapes: frozenset[str]
    values: Lookup[str, Any]
    least_m2: float = 0.0
    near_m: float = 0.0


@dataclass(frozen=True)
class FieldRule:
    """How a field is read from tags: by a reader from the first readable of ``keys``, or from conditions."""

    name: str
    reader: str = ""
    keys: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()
    true_if: tuple[Conditions, ...] = ()


@dataclass(frozen=True)
class LayerRules:
    """The rules of one layer, in the order of the file."""

    key: str
    rules: tuple[Rule, ...]
    fields: tuple[FieldRule, ...] = ()
    reverse_if: tuple[Conditions, ...] = ()
    point_side_m: float = 0.0
    row_gap_m: float = 0.0
    green_kinds: frozenset[str] = frozenset()

    def candidates(self, tags: Tags, shape: str) -> tuple[Rule, ...]:
        """The rules that hold, up to the first that does not also depend on the size."""
        found = []
        for rule in self.rules:
            if shape in rule.shapes and all_hold(rule.when, tags):
                found.append(rule)
                if not rule.least_m2:
                    break
        return tuple(found)


@dataclass(frozen=True)
class CodeSetRule:
    """The code set that the components' categories come from; ``codes`` is empty when it must be there already."""

    key: str
    version: str
    name_zh: str = ""
    name_en: str = ""
    source: str = ""
    codes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """Objects left out on purpose, with the reason in both languages."""

    when: Conditions
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class Mapping:
    """The whole mapping file."""

    attribution: str
    names: Lookup[str, tuple[str, ...]]
    layers: Lookup[str, LayerRules]
    code_set: CodeSetRule | None
    left_out: tuple[LeftOut, ...]
    feature_keys: tuple[str, ...]
    _by_key: dict[str, tuple[LayerRules, ...]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, dict[str, LayerRules]] = {}
        for layer in self.layers.values():
            for rule in layer.rules:
                by_key.setdefault(trigger(rule.when).key, {})[layer.key] = layer
        self._by_key.update({key: tuple(found.values()) for key, found in by_key.items()})

    @property
    def keys(self) -> set[str]:
        """The tag keys that can make an object interesting: nothing else need be read."""
        return {*self._by_key, *self.feature_keys, *(trigger(rule.when).key for rule in self.left_out)}

    def match(self, tags: Tags, shape: str) -> list[tuple[LayerRules, tuple[Rule, ...]]]:
        """The layers that an object with ``tags`` and ``shape`` belongs to, each with the rules that hold."""
        layers = {layer.key: layer for key in tags for layer in self._by_key.get(key, ())}
        return [(layer, found) for layer in layers.values() if (found := layer.candidates(tags, shape))]

    def with_levels(self, levels: Lookup[str, str]) -> "Mapping":
        """The mapping with the kind of areas of these ``admin_level`` values changed or added."""
        areas = self.layers.get("areas")
        if not levels or areas is None:
            return self
        template = areas.rules[0]
        kept = tuple(condition for condition in template.when if condition.key != "admin_level")
        own = tuple(
            replace(
                template,
                when=(*kept, Condition("admin_level", frozenset({level}), frozenset())),
                values={**template.values, "kind": kind},
            )
            for level, kind in levels.items()
        )
        return replace(self, layers={**self.layers, "areas": replace(areas, rules=own + areas.rules)}, _by_key={})


def trigger(when: Iterable[Condition], where: str = "rule") -> Condition:
    """The first condition that asks for a tag: an object without that tag need not be looked at."""
    for condition in when:
        if condition.wanted:
            return condition
    raise MappingError(_("%(where)s: at least one condition must ask for a tag to be there") % {"where": where})
