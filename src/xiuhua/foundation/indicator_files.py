"""The file ``indicators.yaml`` of a room: checked against its schema, every error with its line; then declared."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from xiuhua.foundation.indicators import Indicator, IndicatorError, Measure, register

SCHEMA = Path(__file__).with_name("indicators.schema.json")
NEEDED = (
    "version", "name", "unit", "direction", "kind", "facts", "numerator", "denominator", "formula", "missing", "source",
    "owner", "reviewed_on", "time", "estimator",
)  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong in a file: the line, where in the file, what, and what to do."""

    line: int
    place: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.text}"


class _Loader(yaml.SafeLoader):
    """Days stay texts, as JSON has none; a key that comes twice is an error and not the last one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def read(text: str) -> tuple[dict[str, dict[str, Any]], list[Wrong]]:
    """The entries of a file by key, the defaults filled in, and everything that is wrong with it."""
    try:
        root = yaml.compose(text, _Loader)
        data = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return {}, [Wrong(line, "file", f"is no YAML: {error.problem}")]
    lines = dict(_lines(root, ())) if root else {}
    twice = [Wrong(line, _place(path), "stands twice: leave one") for path, line in _twice(root, ())] if root else []
    checker = Draft202012Validator(schema(), format_checker=FormatChecker())
    wrong = [one for error in checker.iter_errors(data) for one in _described(error, lines)]
    if wrong or twice:
        return {}, sorted({*wrong, *twice}, key=lambda one: (one.line, one.text))
    defaults = data.get("defaults", {})
    entries = {
        key: {**defaults, **entry, "zh": {**defaults.get("zh", {}), **entry.get("zh", {})}}
        for key, entry in data["indicators"].items()
    }
    for key, entry in entries.items():
        wrong += [
            Wrong(lines[("indicators", key)], key, f"{name} is missing: add it here or to defaults")
            for name in NEEDED
            if name not in entry
        ]
    return entries, wrong


def _described(error: ValidationError, lines: Mapping[tuple[str, ...], int]) -> Iterator[Wrong]:
    path = tuple(str(part) for part in error.absolute_path)
    line = _nearest(path, lines)
    if error.validator != "additionalProperties":
        yield Wrong(line, _place(path), error.message)
        return
    known = sorted(error.schema.get("properties", {}))
    for name in sorted(set(error.instance) - set(known)):
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        yield Wrong(lines.get((*path, str(name)), line), _place(path), f"there is no key {name}: {hint}")


def _place(path: tuple[str, ...]) -> str:
    return ".".join(path[1:] if path[:1] == ("indicators",) else path) or "file"


def _nearest(path: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _lines(node: yaml.Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The line of every key and of every item, by its path."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, str(number)))


def _twice(node: yaml.Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            inner = (*path, str(key.value))
            if key.value in seen:
                yield inner, key.start_mark.line + 1
            seen.add(key.value)
            yield from _twice(value, inner)


def declare(path: Path, room: str, measures: Mapping[str, Measure]) -> None:
    """Register every indicator of the file at ``path`` with the measure of the same name.

    Raises ``IndicatorError`` with every wrong line, or where file and measures name different indicators.
    """
    entries, wrong = read(path.read_text(encoding="utf-8"))
    if wrong:
        raise IndicatorError(f"{path.name} of {room}:\n" + "\n".join(str(one) for one in wrong))
    if unmatched := set(entries) ^ set(measures):
        raise IndicatorError(f"{path.name} of {room}: {min(unmatched)} stands in the file or in indicators.py alone")
    for key, entry in entries.items():
        register(indicator_of(key, room, entry, measures[key]))


def indicator_of(key: str, room: str, entry: Mapping[str, Any], measure: Measure) -> Indicator:
    """The indicator that one entry describes."""
    time, caveats = entry["time"], entry.get("caveats", ())
    low, high = entry.get("bounds", (None, None))
    given = {
        name: entry[name]
        for name in (
            "version", "unit", "direction", "kind", "numerator", "denominator", "formula", "missing", "source", "owner",
            "estimator", "grain", "scale", "on_missing", "min_n", "score", "traffic", "evidence", "no_interval",
            "statement",
        )
        if name in entry
    }  # fmt: skip
    return Indicator(
        key=key, room=room, name_zh=entry["name"]["zh"], name_en=entry["name"]["en"], facts=tuple(entry["facts"]),
        reviewed_on=date.fromisoformat(entry["reviewed_on"]), measure=measure, group=entry.get("class", room),
        valid_from=date.fromisoformat(entry["valid_from"]) if "valid_from" in entry else None, bounds=(low, high),
        time=time["field"], lag_days=time.get("lag_days", 0), restate_days=time.get("restate_days", 0),
        dimensions=tuple(entry.get("dimensions", ("town", "unit"))), zh=entry.get("zh", {}),
        caveats=tuple(one["en"] for one in caveats),
        caveats_zh=tuple(one["zh"] for one in caveats), **given,
    )  # fmt: skip
