"""Every indicator as Apache Ossie, so that other tools can read what is measured; the rest rides in an extension.

The dataset is the table of kept values: its numerators and denominators add up over any grouping, and each metric is
their ratio. Ossie has no place for a numerator of its own, targets, owners and intervals: they stand in the extension
``CITY_TARGETS``.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import yaml

from xiuhua.foundation.indicators import PERCENT, Indicator

VENDOR = "CITY_TARGETS"
VERSIONS = ("0.1.1", "0.2.0.dev0")
DATASET = "indicator_values"
_FIELDS = (
    ("indicator", "key of the indicator"),
    ("month", "first day of the month"),
    ("scope", "district, a kind of area, or unit"),
    ("code", "code of the area or unit; empty for the district"),
    ("numerator", "numerator, in the unit of the indicator"),
    ("denominator", "denominator"),
    ("n", "rows counted"),
    ("low", "lower bound of the 95 % interval, as a ratio"),
    ("high", "upper bound of the 95 % interval, as a ratio"),
    ("data_until", "up to when the data reach"),
)


def semantic_model(indicators: Iterable[Indicator], version: str = VERSIONS[0]) -> dict[str, Any]:
    """The document of all ``indicators``."""
    dataset = {
        "name": DATASET,
        "source": "taskbook_value",
        "primary_key": ["indicator", "month", "scope", "code"],
        "description": "Values by month and group. Sum numerators and denominators; never average ratios.",
        "fields": [_field(name, text) for name, text in _FIELDS],
    }
    model = {
        "name": "xiuhua",
        "description": "Indicators with which a district cares for its city",
        "datasets": [dataset],
        "metrics": [_metric(one) for one in indicators],
    }
    return {"version": version, "semantic_model": [model]}


def _field(name: str, text: str) -> dict[str, Any]:
    time = {"is_time": name in {"month", "data_until"}}
    return {"name": name, "expression": _expression(name), "dimension": time, "description": text}


def _expression(sql: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


def _metric(one: Indicator) -> dict[str, Any]:
    numerator, denominator = (
        f"SUM(CASE WHEN {DATASET}.indicator = '{one.key}' THEN {DATASET}.{name} END)"
        for name in ("numerator", "denominator")
    )
    factor = "100.0 * " if one.unit == PERCENT else "1.0 * "
    return {
        "name": one.key,
        "expression": _expression(f"{factor}{numerator} / NULLIF({denominator}, 0)"),
        "description": f"{one.name_en}: {one.numerator}, divided by {one.denominator}.",
        "ai_context": {"synonyms": [one.name_zh, one.name_en]},
        "custom_extensions": [{"vendor_name": VENDOR, "data": json.dumps(_extension(one), ensure_ascii=False)}],
    }


def _extension(one: Indicator) -> dict[str, Any]:
    return {
        "version": one.version, "name": {"zh": one.name_zh, "en": one.name_en}, "class": one.group, "unit": one.unit,
        "direction": one.direction, "bounds": list(one.bounds), "kind": one.kind, "facts": list(one.facts),
        "numerator": one.numerator, "denominator": one.denominator, "formula": one.formula, "scale": one.scale,
        "time": {"field": one.time, "grain": "month", "lag_days": one.lag_days, "restate_days": one.restate_days},
        "dimensions": list(one.dimensions), "estimator": one.estimator, "no_interval": one.no_interval,
        "min_n": one.min_n, "missing": one.missing, "on_missing": one.on_missing, "score": dict(one.score),
        "traffic": dict(one.traffic), "evidence": dict(one.evidence), "owner": one.owner,
        "reviewed_on": one.reviewed_on.isoformat(), "source": one.source, "caveats": list(one.caveats),
    }  # fmt: skip


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; otherwise printed.")
@click.option("--spec", type=click.Choice(VERSIONS), default=VERSIONS[0], show_default=True,
              help="Version of the specification that the file names.")  # fmt: skip
def ossie(output: Path | None, spec: str) -> None:
    """Write every indicator as Apache Ossie (YAML)."""
    from xiuhua.foundation.indicators import indicators

    text = yaml.safe_dump(semantic_model(indicators().values(), spec), allow_unicode=True, sort_keys=False, width=120)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise click.ClickException(f"{output} cannot be written: {fault.strerror or fault}") from None
