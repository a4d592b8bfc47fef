"""The list of duties, from ``duties.yaml``: shifts, several units, single places, and deliberate mistakes."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from xiuhua.demo.areas import Areas
from xiuhua.demo.organisations import town_code
from xiuhua.demo.plan import Row, read_yaml, to_plane
from xiuhua.demo.table import Table

_SETS = {"events": "demo-events@1", "components": "demo-components@1"}


def duty_rows(areas: Areas, sites: Table) -> Iterator[Row]:
    """Every duty as ``load_duties`` takes it, numbered in the order of the file."""
    data = read_yaml("duties.yaml")
    towns = [row for row in areas.rows if row["kind"] == "town"]
    number = 0
    for set_name, code_set in _SETS.items():
        for rule in data[set_name]:
            for area, unit in _places(rule, towns):
                number += 1
                yield {**_row(number, rule, code_set), "area": area, "unit": unit}
    kinds = list(sites.columns["kind"])
    for rule in data["sites"]:
        if rule["kind"] in kinds:
            number += 1
            place = sites.columns["code"][kinds.index(rule["kind"])]
            row = _row(number, rule, _SETS[rule["set"]])
            yield {**row, "area": "", "unit": rule["unit"], "object_layer": "sites", "object_code": place}


def _row(number: int, rule: dict[str, Any], code_set: str) -> Row:
    start, end = rule.get("time", (None, None))
    return {
        "code": f"D{number:04d}", "code_set": code_set, "category": rule["category"],
        "weekdays": rule.get("weekdays", "1234567"), "time_from": _clock(start), "time_to": _clock(end),
        "rank": rule.get("rank", 1), "basis": rule["basis"],
    }  # fmt: skip


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _places(rule: dict[str, Any], towns: list[Row]) -> Iterator[tuple[str, str]]:
    """The area and the unit of each duty that a rule stands for."""
    if rule["area"] != "each_town":
        yield rule["area"], rule["unit"]
        return
    for order, town in enumerate(towns, start=1):
        if town["code"][6:9] in rule.get("not_in", ()):
            continue
        east = to_plane([town["geometry"].centroid.coords[0]])[0, 0] > 0
        stand_ins = {"CLN": f"CLN-{order}", "GRN": "GRN-1" if east else "GRN-2", "TOWN": town_code(town["code"])}
        yield f"town:{town['code']}", stand_ins.get(rule["unit"], rule["unit"])
