"""The mapping file: read it, check it, say where it is wrong."""

from collections.abc import Collection
from collections.abc import Mapping as Lookup
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from xiuhua.interop.osm.conditions import MappingError, parse
from xiuhua.interop.osm.rules import (
    OUTLINE,
    SHAPES,
    CodeSetRule,
    FieldRule,
    LayerRules,
    LeftOut,
    Mapping,
    Rule,
    trigger,
)
from xiuhua.interop.osm.values import READERS

DEFAULT = Path(__file__).parent / "mapping.yaml"


def read_mapping(path: Path, known: Lookup[str, Collection[str]]) -> Mapping:
    """Read the mapping at ``path``. ``known`` gives the layers that exist and their fields.

    Raises MappingError with the place and the remedy when the file is not a mapping, names an unknown layer
    or field, or a reader or shape that does not exist.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(
            _("%(file)s is not readable YAML in UTF-8: %(reason)s") % {"file": path.name, "reason": error}
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("layers"), dict):
        raise MappingError(
            _("%(file)s: a mapping has a section 'layers'; compare it with the mapping.yaml shipped")
            % {"file": path.name}
        )
    try:
        return _mapping(raw, known)
    except MappingError as error:
        raise MappingError(f"{path.name}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MappingError(
            _("%(file)s: unexpected or missing entry: %(reason)r") % {"file": path.name, "reason": error}
        ) from error


def _mapping(raw: dict[str, Any], known: Lookup[str, Collection[str]]) -> Mapping:
    layers = {key: _layer(key, value, known) for key, value in raw["layers"].items()}
    outline = [_rule(item, f"outline rule {n}", ["polygon"], "") for n, item in enumerate(raw.get("outline", []), 1)]
    layers[OUTLINE] = LayerRules(OUTLINE, tuple(outline))
    return Mapping(
        attribution=str(raw.get("attribution", "")),
        names={language: tuple(raw["names"][language]) for language in ("zh", "en")},
        layers=layers,
        code_set=_code_set(raw["layers"].get("components")),
        left_out=tuple(
            LeftOut(parse(item["when"], f"left_out {n}"), item["why_zh"], item["why_en"])
            for n, item in enumerate(raw.get("left_out", []), 1)
        ),
        feature_keys=tuple(raw.get("feature_keys", ())),
    )


def _layer(key: str, raw: dict[str, Any], known: Lookup[str, Collection[str]]) -> LayerRules:
    if key not in known:
        raise MappingError(
            _("there is no layer %(layer)s; layers are %(known)s") % {"layer": key, "known": ", ".join(known)}
        )
    codes = raw.get("code_set")
    prefix = f"{codes['key']}@{codes['version']}:" if codes else ""
    layer = LayerRules(
        key,
        tuple(_rule(item, f"{key} rule {n}", raw["shape"], prefix) for n, item in enumerate(raw["rules"], 1)),
        tuple(_field(f"{key} field {name}", name, item) for name, item in raw.get("fields", {}).items()),
        tuple(parse(item, f"{key} reverse_if") for item in raw.get("reverse_if", [])),
        float(raw.get("point_side_m", 0)),
        float(raw.get("row_gap_m", 0)),
        frozenset(raw.get("green_kinds", ())),
    )
    named = {rule.name for rule in layer.fields}.union(*(rule.values for rule in layer.rules))
    if unknown := sorted(named - set(known[key])):
        raise MappingError(
            _("layer %(layer)s has no field %(unknown)s; it has %(known)s")
            % {"layer": key, "unknown": ", ".join(unknown), "known": ", ".join(sorted(known[key]))}
        )
    return layer


def _rule(raw: dict[str, Any], where: str, default: str | list[str], prefix: str) -> Rule:
    shape = raw.get("shape", default)
    shapes = frozenset(shape if isinstance(shape, list) else [shape])
    if unknown := shapes - set(SHAPES):
        raise MappingError(
            _("%(where)s: unknown shape %(unknown)s; use %(known)s")
            % {"where": where, "unknown": ", ".join(unknown), "known": ", ".join(SHAPES)}
        )
    values = dict(raw.get("set", {}))
    if "code" in raw:
        values["category"] = prefix + str(raw["code"])
    when = parse(raw.get("when"), where)
    trigger(when, where)
    return Rule(when, shapes, values, float(raw.get("least_m2", 0)), float(raw.get("near_m", 0)))


def _field(where: str, name: str, raw: dict[str, Any]) -> FieldRule:
    if "true_if" in raw:
        return FieldRule(name, true_if=tuple(parse(item, where) for item in raw["true_if"]))
    readers = [key for key in raw if key in READERS]
    if len(readers) != 1:
        raise MappingError(
            _("%(where)s: name one reader of %(known)s, or true_if") % {"where": where, "known": ", ".join(READERS)}
        )
    return FieldRule(name, readers[0], tuple(raw[readers[0]]), frozenset(raw.get("except", ())))


def _code_set(components: dict[str, Any] | None) -> CodeSetRule | None:
    if components is None:
        return None
    raw = components["code_set"]
    # Class (two digits): Chinese and English name.
    classes = raw.get("classes", {})
    codes = {
        str(rule["code"]): {
            "code": str(rule["code"]),
            "class_zh": classes.get(str(rule["code"])[:2], ("", ""))[0],
            "class_en": classes.get(str(rule["code"])[:2], ("", ""))[1],
            "name_zh": rule["zh"],
            "name_en": rule.get("en", ""),
            "status": "",
        }
        for rule in components["rules"]
        if classes
    }
    return CodeSetRule(
        raw["key"], str(raw["version"]), raw.get("name_zh", ""), raw.get("name_en", ""), raw.get("source", ""),
        tuple(codes.values()),
    )  # fmt: skip
