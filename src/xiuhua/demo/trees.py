"""Trees: avenues along the streets, trees in parks, belts, woods and orchards."""

import numpy as np
import shapely

from xiuhua.demo.kerbs import along, clear_of, scattered
from xiuhua.demo.plan import Floats, Ints, Scale, generator, read_yaml
from xiuhua.demo.streets import corridors
from xiuhua.demo.table import Table
from xiuhua.demo.waters import Waters

_SURVEYED = 2024
# Metres between trees in a green space of each kind.
_GAPS = {"forest": 9.0, "grass": 11.0, "comprehensive_park": 9.0, "community_park": 9.5, "special_park": 11.0,
         "garden": 9.5, "pocket_park": 8.0, "square": 14.0, "attached_green": 9.0, "protective_green": 9.5}  # fmt: skip


def draw_trees(streets: Table, greens: Table, buildings: Table, waters: Waters, scale: Scale, seed: int) -> Table:
    """Every tree with species, height, crown, trunk and year; none stands in water, a street or a house."""
    rng = generator(seed, "trees")
    species = read_yaml("species.yaml")
    classes = streets.column("street_class")
    built = streets.column("built")
    planted = np.isin(classes, ["main", "secondary", "branch"]) | ((classes == "lane") & (built > 0.5))  # noqa: PLR2004
    places = along(streets, planted & (built >= scale.planted), scale.tree_gap_m, beside_m=1.6, start_m=9.0)
    of_street = rng.choice(len(species["avenue"]), size=len(streets))
    year_of_street = rng.integers(1985, 2022, size=len(streets))
    points, kinds = [places.points], [of_street[places.street]]
    years = [year_of_street[places.street] + rng.integers(0, 3, len(places.street))]
    in_green, kind_of_green = _in_greens(greens, scale, species, rng)
    points.append(in_green)
    kinds.append(kind_of_green)
    years.append(rng.integers(1980, _SURVEYED, len(in_green)))
    where, kind, year = np.vstack(points), np.concatenate(kinds), np.concatenate(years)
    kept_off = [*corridors(streets, 0.3), *shapely.get_parts(waters.all)]
    keep = clear_of(where, kept_off) & clear_of(where, buildings.shapes)
    return _table(where[keep], kind[keep], year[keep], [*species["avenue"], *species["park"], *species["orchard"]], rng)


def _in_greens(
    greens: Table, scale: Scale, species: dict[str, list[list[float | str]]], rng: np.random.Generator
) -> tuple[Floats, Ints]:
    points: list[Floats] = []
    kinds: list[Ints] = []
    first_park, first_fruit = len(species["avenue"]), len(species["avenue"]) + len(species["park"])
    green_kinds = greens.column("kind")
    for kind, gap in _GAPS.items():
        shapes = greens.shapes[green_kinds == kind]
        found, _ = scattered(shapes, gap * scale.thin, rng)
        points.append(found)
        if kind == "grass":
            kinds.append(rng.integers(first_fruit, first_fruit + len(species["orchard"]), len(found)))
        else:
            kinds.append(rng.integers(first_park, first_fruit, len(found)))
    return np.vstack(points), np.concatenate(kinds)


def _table(points: Floats, kind: Ints, year: Ints, species: list[list[float | str]], rng: np.random.Generator) -> Table:
    """Sizes grow with age towards those of the full-grown species; a nursery has lifted the crown already."""
    count = len(points)
    tall = np.array([float(entry[2]) for entry in species])[kind]
    spread = np.array([float(entry[3]) for entry in species])[kind]
    lifted, leafy = (np.array([entry[place] for entry in species], dtype=np.float64)[kind] for place in (4, 5))
    age = _SURVEYED - year
    grown = (1 - np.exp(-(age + 4) / 15)) * rng.uniform(0.82, 1.1, count)
    height = np.round(tall * grown, 1)
    labels = [f"{entry[0]} {entry[1]}" for entry in species]
    return Table(points=points, columns={
        "code": [f"T{number:07d}" for number in range(1, count + 1)],
        "species": [labels[index] for index in kind.tolist()],
        "evergreen": leafy > 0,
        "height_m": height,
        "crown_m": np.round(np.maximum(spread * grown, 0.8), 1),
        "base_m": np.round(np.minimum(lifted * (0.6 + 0.4 * grown), height / 2), 1),
        "trunk_cm": np.round(3 + 1.25 * age**0.92 * rng.uniform(0.8, 1.2, count), 1),
        "planted": year,
    })  # fmt: skip
