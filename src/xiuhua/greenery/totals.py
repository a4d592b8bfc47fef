"""Figures by place as they are stored: of every area where homes lie, and of disjoint cells for the lake."""

import numpy as np

from xiuhua.greenery.figures import Figure, Groups, figures_by
from xiuhua.greenery.measure import Measured
from xiuhua.greenery.places import Kind, keys_of, number
from xiuhua.greenery.scene import Ints
from xiuhua.greenery.scene_of import Surveyed

# Kinds of areas that the facts carry as columns.
CELL_KINDS = ("town", "community", "grid")
type Held = dict[str, list[float]]
type Told = dict[str, dict[str, float | str]]


def totals_of(measured: Measured, surveyed: Surveyed, kinds: list[Kind]) -> dict[str, Told]:
    """By place and figure: part, whole, unknown, unit. A parcel counts where a point on its surface lies."""
    home = surveyed.scene.buildings.measured
    groups = [(Groups(*(np.zeros(count, dtype=np.int64) for count in _counts(measured))), 1)]
    for kind in kinds:
        lived_in = np.unique(kind.homes[home])
        lived_in = lived_in[lived_in > 0]
        ids = (number(each, lived_in) for each in (kind.homes, kind.streets, kind.land))
        groups.append((Groups(*ids), len(lived_in)))
    found = (place for each, count in groups for place in figures_by(measured, each, count))
    return {key: _told(place) for key, place in zip(keys_of(kinds, home), found, strict=True)}


def cells_of(measured: Measured, kinds: list[Kind]) -> list[list[str | Held | None]]:
    """Town, community, grid and the figures of each cell: every home, street and parcel lies in one cell alone."""
    counts = _counts(measured)
    chosen = [next((one for one in kinds if one.kind == kind), None) for kind in CELL_KINDS]
    stacked = [
        np.column_stack([getattr(one, name) if one else np.zeros(count, dtype=np.int64) for one in chosen])
        for name, count in zip(("homes", "streets", "land"), counts, strict=True)
    ]
    cells, place = np.unique(np.vstack(stacked), axis=0, return_inverse=True)
    numbers: list[Ints] = np.split(place.ravel().astype(np.int64), np.cumsum(counts)[:-1])
    found = figures_by(measured, Groups(*numbers), len(cells))
    return [
        [*(one.codes[area] if one and area else None for one, area in zip(chosen, cell, strict=True)), held]
        for cell, figures in zip(cells.tolist(), found, strict=True)
        if (held := _held(figures))
    ]


def _counts(measured: Measured) -> tuple[int, int, int]:
    scene = measured.stage.scene
    return len(scene.buildings), len(scene.streets), len(scene.homes)


def _held(figures: list[Figure]) -> Held:
    """The figures of a cell that has anything to count of them."""
    return {
        one.key: [round(value, 3) for value in (one.part, one.whole, one.unknown)]
        for one in figures if one.whole or one.unknown
    }  # fmt: skip


def _told(figures: list[Figure]) -> Told:
    return {
        one.key: {name: round(getattr(one, name), 3) for name in ("part", "whole", "unknown")} | {"unit": one.unit}
        for one in figures
    }
