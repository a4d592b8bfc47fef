"""Managed parts of the city (部件) along streets, in parks, at sites and on river banks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely

from xiuhua.demo.areas import Areas
from xiuhua.demo.kerbs import along, beside, clear_of, scattered
from xiuhua.demo.plan import Floats, Ints, Scale, district_file, generator, read_yaml
from xiuhua.demo.table import Table
from xiuhua.demo.waters import Waters
from xiuhua.foundation.lookup import PolygonLookup

CODE_SET = "demo-components@1"
_SURVEY_FROM = date(2023, 3, 1)
_STATES = (("intact", 0.962), ("damaged", 0.026), ("lost", 0.008), ("discarded", 0.004))
_PARKS = {"comprehensive_park", "community_park", "garden", "pocket_park", "square", "special_park"}


def draw_components(
    streets: Table, greens: Table, sites: Table, buildings: Table, waters: Waters, areas: Areas,
    outline: shapely.Polygon, scale: Scale, seed: int,
) -> Table:  # fmt: skip
    """Every component with its 16-digit identifier (6 district + 4 category + 6 sequence), state and bodies."""
    rng, data = generator(seed, "components"), read_yaml("components.yaml")
    drawn = streets.column("built") >= scale.fitted
    # One kind of component a group: (category, bodies, points).
    groups = [
        *_along(data, streets, drawn, scale), *_in_greens(data, greens, scale, rng), *_at_sites(data, sites),
        *_on_banks(data, waters, scale),
    ]  # fmt: skip
    shapely.prepare(outline)
    obstacles = [buildings.shapes, np.array(shapely.get_parts(waters.all), dtype=object)]
    points, category, bodies = [], [], []
    for code, names, found in groups:
        inside = shapely.contains_xy(outline, found[:, 0], found[:, 1])
        kept = found[inside & clear_of(found, obstacles[0]) & clear_of(found, obstacles[1])]
        kept = kept[np.lexsort((kept[:, 0], -kept[:, 1]))]
        points.append(kept)
        category += [code] * len(kept)
        bodies += [names] * len(kept)
    return _table(np.vstack(points), category, bodies, areas, rng)


def _along(
    data: dict[str, Any], streets: Table, drawn: np.ndarray[Any, Any], scale: Scale
) -> Iterator[tuple[str, list[str], Floats]]:
    classes = streets.column("street_class")
    for code, rule in data["along"].items():
        chosen = drawn & np.isin(classes, rule["classes"])
        sides = (1, -1) if rule["both"] else (-1,)
        gap = scale.lamp_gap_m * rule["every_lamps"]
        yield code, rule["bodies"], along(
            streets, chosen, gap, beside_m=rule["beside_m"], sides=sides, start_m=min(12.0, gap / 4)
        ).points  # fmt: skip
    length = np.asarray(shapely.length(streets.shapes), dtype=np.float64)
    for code, rule in data["corners"].items():
        index = np.flatnonzero(drawn & np.isin(classes, rule["classes"]) & (length > 60))  # noqa: PLR2004
        at = np.concatenate([np.full(len(index), 14.0), length[index] - 14.0])
        yield (
            code,
            rule["bodies"],
            beside(streets, np.tile(index, 2), at, beside_m=rule["beside_m"], sides=(-1,)).points,
        )


def _in_greens(
    data: dict[str, Any], greens: Table, scale: Scale, rng: np.random.Generator
) -> Iterator[tuple[str, list[str], Floats]]:
    shapes = greens.shapes[np.isin(greens.column("kind"), list(_PARKS))]
    for code, rule in data["greens"].items():
        yield code, rule["bodies"], scattered(shapes, rule["gap_m"] * scale.thin, rng)[0]


def _at_sites(data: dict[str, Any], sites: Table) -> Iterator[tuple[str, list[str], Floats]]:
    kinds = sites.column("kind")
    for code, rule in data["sites"].items():
        middle = shapely.centroid(sites.shapes[np.isin(kinds, rule["kinds"])])
        yield code, rule["bodies"], shapely.get_coordinates(middle)


def _on_banks(data: dict[str, Any], waters: Waters, scale: Scale) -> Iterator[tuple[str, list[str], Floats]]:
    banks = np.empty(len(waters.banks), dtype=object)
    banks[:] = waters.banks
    table = Table(shapes=banks, columns={"width_m": waters.widths})
    every = np.ones(len(banks), dtype=np.bool_)
    for code, rule in data["banks"].items():
        gap = rule["gap_m"] * scale.thin
        yield code, rule["bodies"], along(table, every, gap, beside_m=rule["beside_m"], start_m=20.0).points


def _table(
    points: Floats, category: list[str], bodies: list[list[str]], areas: Areas, rng: np.random.Generator
) -> Table:
    count = len(points)
    town, east = _towns(points, areas), points[:, 0] > 0
    state = rng.choice(len(_STATES), size=count, p=[share for _, share in _STATES])
    surveyed = [_SURVEY_FROM + timedelta(days=int(day)) for day in rng.integers(0, 420, count)]
    changed = rng.integers(30, 400, count)
    district, codes = district_file()["code"], list[str]()
    sequence: dict[str, int] = {}
    for code in category:
        sequence[code] = sequence.get(code, 0) + 1
        codes.append(f"{district}{code}{sequence[code]:06d}")
    place = [{"CLN": f"CLN-{number}", "GRN": "GRN-1" if is_east else "GRN-2"} for number, is_east in
             zip(town.tolist(), east.tolist(), strict=True)]  # fmt: skip
    held = list(zip(bodies, place, strict=True))
    return Table(points=points, columns={
        "code": codes,
        "category": [f"{CODE_SET}:{code}" for code in category],
        "state": [_STATES[index][0] for index in state.tolist()],
        "competent": [names[0] for names, _ in held],
        "owner": [names[1] for names, _ in held],
        "maintainer": [here.get(names[2], names[2]) for names, here in held],
        "surveyed_on": surveyed,
        "changed_on": [day + timedelta(days=int(later)) if index else None for day, later, index in
                       zip(surveyed, changed.tolist(), state.tolist(), strict=True)],
    })  # fmt: skip


def _towns(points: Floats, areas: Areas) -> Ints:
    """The number of the town (1..) that each point lies in or nearest to."""
    face = PolygonLookup(areas.faces).locate(points[:, 0].copy(), points[:, 1].copy())
    outside = face < 0  # a step beyond the simplified outline
    face[outside] = shapely.STRtree(areas.faces).nearest(shapely.points(points[outside]))
    numbers = np.array([int(codes[0][6:9]) for codes in areas.face_codes])
    return np.asarray(numbers[face], dtype=np.int64)
